"""The command line: what can be typed, and nothing else.

Only argparse is imported here, so that `incog --help` stays quick. Values that can be judged from their text alone are
judged here; whatever needs files, devices or the network is judged by whoever uses it.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NoReturn

RENDEZVOUS_PORT = 7843
"""Where a rendezvous listens unless told otherwise, and what a link without a port means."""
ADDRESS_MODES = ("auto", "loopback", "local", "public", "relay")
SHELLS = ("bash", "zsh", "tcsh")


class Status(IntEnum):
    """How the program ends."""

    LEFT = 0
    FAULT = 1
    USAGE = 2
    UNREACHABLE = 3
    REFUSED = 4
    LOST = 5
    PRIVACY = 6
    MISSED = 7
    INTERRUPTED = 130
    TERMINATED = 143


EPILOG = """\
exit status:
  0    left normally, also when asked to by Ctrl-C or SIGTERM in a meeting
  1    a fault in incog itself
  2    bad usage: a bad link, an unreadable file, an unknown option
  3    the meeting could not be reached
  4    the meeting refused you, for example because it is full
  5    the meeting was lost
  6    stopped before something private would have left
  7    demo only: somebody was not heard or not seen
  130  Ctrl-C before the meeting was joined (143 for SIGTERM)
"""


class UsageError(Exception):
    """What was typed cannot be used; the text is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to listen. Port 0: any free one."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """A rendezvous server somebody runs."""

    host: str
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class IceUrl:
    """A STUN or TURN server as it was typed; never holds a password."""

    scheme: str  # "stun", "turn" or "turns"
    host: str
    port: int
    user: str = ""
    transport: str = "udp"


class Parser(argparse.ArgumentParser):
    """An argument parser that reports by exception, and takes no abbreviations (a later option could change them)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **kwargs})

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError` with argparse's message and where to read more."""
        raise UsageError(f"{message}; see `{self.prog} --help`")


def duration(text: str) -> float:
    """Seconds from "30s", "2m", "1h" or a bare number of seconds."""
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)?", text, re.ASCII)
    seconds = float(match[1]) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[match[2] or "s"] if match else 0.0
    if seconds <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a length of time; write for example 30s, 2m or 1h")
    return seconds


def _host_and_port(text: str) -> tuple[str, int | None]:
    """Split "HOST", "HOST:PORT", "[IPV6]:PORT" or a bare IPv6 address. Raises `ValueError`."""
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?", text, re.ASCII)
    if not match:
        return str(ip_address(text)), None
    host = match[1].strip("[]")
    if ":" in host:
        ip_address(host)
    port = int(match[2]) if match[2] is not None else None
    if port is not None and port > 65535:
        raise ValueError("a port is at most 65535")
    return host, port


def listen(text: str) -> Endpoint:
    """The address and port to listen on, from "ADDR" or "ADDR:PORT"."""
    try:
        host, port = _host_and_port(text)
        if host != "localhost":
            ip_address(host)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an address to listen on; write for example 192.0.2.7 or 192.0.2.7:{RENDEZVOUS_PORT}"
        ) from None
    return Endpoint("127.0.0.1" if host == "localhost" else host, port or 0)


def server_url(text: str) -> ServerUrl:
    """A rendezvous server, from "ws://HOST:PORT" or "wss://HOST[:PORT]"."""
    scheme, mark, rest = text.partition("://")
    try:
        if scheme not in ("ws", "wss") or not mark:
            raise ValueError(scheme)
        host, port = _host_and_port(rest.removesuffix("/"))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a rendezvous server; write for example wss://meet.example.org"
        ) from None
    return ServerUrl(host, port or (443 if scheme == "wss" else RENDEZVOUS_PORT), scheme == "wss")


def ice_url(text: str) -> IceUrl:
    """A STUN or TURN server (RFC 7064, RFC 7065, with a user name before the host). A password is refused."""
    scheme, _, rest = text.partition(":")
    address, _, query = rest.partition("?")
    user, at, place = address.rpartition("@")
    if ":" in user:
        # The message must not repeat what was typed: it holds the password.
        raise argparse.ArgumentTypeError(
            "a password does not belong on the command line, where others can read it; leave it out of the URL and "
            "set INCOG_ICE_PASSWORD or keep it in the keyring"
        )
    transport = query.removeprefix("transport=") or ("tcp" if scheme == "turns" else "udp")
    try:
        if scheme not in ("stun", "turn", "turns") or (at and not user) or transport not in ("udp", "tcp"):
            raise ValueError(scheme)
        if (scheme == "stun") != (not user):
            raise ValueError("a TURN server needs a user name, a STUN server has none")
        host, port = _host_and_port(place)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a STUN or TURN server; write stun:HOST:PORT or turn:USER@HOST:PORT?transport=udp"
        ) from None
    return IceUrl(scheme, host, port or (5349 if scheme == "turns" else 3478), user, transport)


def sound(text: str) -> str:
    """What `--say` names: a file, "test-voice[:SEED]", "tone:HZ" or "microphone[:DEVICE]". No file is looked at."""
    kind, _, value = text.partition(":")
    if kind == "tone" and not (re.fullmatch(r"\d{2,5}", value, re.ASCII) and 20 <= int(value) <= 20_000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a tone; write for example tone:440 (20 to 20000 Hz)")
    return _something(text)


def picture(text: str) -> str:
    """What `--picture` names: a file, "test-pattern[:SEED]", "colour:RRGGBB" or "camera[:DEVICE]"."""
    kind, _, value = text.partition(":")
    if kind == "colour" and not re.fullmatch(r"[0-9A-Fa-f]{6}", value, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a colour; write for example colour:3366cc")
    return _something(text)


def _something(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("nothing was named; write a file or one of the words")
    return text


def build_parser() -> Parser:
    """The whole command line."""
    parser = Parser(
        prog="incog",
        description="Meetings in the terminal, under a pseudonym, with a live account of what others can see about you."
        " Without a command it opens the lobby.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="say which version this is")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    _meetings(commands)
    _server(commands)
    _tools(commands)
    return parser


_Commands = argparse._SubParsersAction  # argparse gives this type no public name


def _command(commands: _Commands[Parser], name: str, text: str) -> Parser:
    return commands.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")


def _meetings(commands: _Commands[Parser]) -> None:
    demo = _command(commands, "demo", "sit in a meeting with three made-up participants, all on this machine")
    _receipt_option(demo)
    _report_options(demo)
    _look_options(demo)
    _confinement_option(demo)

    host = _command(commands, "host", "open a meeting, print its invitation link and join it")
    where = host.add_mutually_exclusive_group()
    where.add_argument(
        "--listen",
        type=listen,
        metavar="ADDR[:PORT]",
        help="this machine's address that others reach; without it only this machine can join",
    )
    where.add_argument("--rendezvous", type=server_url, metavar="URL", help="meet by a server that runs elsewhere")
    host.add_argument(
        "--ice-server",
        type=ice_url,
        action="append",
        default=[],
        metavar="URL",
        help="stun:HOST:PORT or turn:USER@HOST:PORT?transport=udp, for everybody who joins; may be given twice. The "
        "password comes from the keyring or from INCOG_ICE_PASSWORD",
    )
    _join_options(host)
    _yes_option(host)

    join = _command(commands, "join", "join a meeting by its invitation link")
    join.add_argument(
        "link",
        metavar="LINK",
        help="the invitation; - reads it from standard input, so that nobody sees it in the list of processes",
    )
    _join_options(join)
    _yes_option(join)

    preview = _command(commands, "preview", "say who would learn what of you, if you joined now; nothing is sent")
    preview.add_argument("link", metavar="LINK", help="the invitation; - reads it from standard input")
    _join_options(preview)
    preview.set_defaults(yes=True)


def _receipt_option(parser: Parser) -> None:
    text = "when it is over, write what left, to whom, and what was kept back; nothing of others is in it"
    parser.add_argument("--receipt", type=Path, metavar="FILE", help=text)


def _report_options(parser: Parser) -> None:
    group = parser.add_argument_group("without a terminal")
    group.add_argument("--headless", action="store_true", help="no screen: print what happens, a line each")
    group.add_argument("--json", action="store_true", help="print one JSON object a line (implies --headless)")
    group.add_argument("--until-eof", action="store_true", help="leave when standard input ends")
    group.add_argument("--for", dest="duration", type=duration, metavar="DURATION", help="leave after 30s, 2m, 1h")


def _confinement_option(parser: Parser | argparse._ArgumentGroup) -> None:
    parser.add_argument(
        "--no-confinement",
        dest="confinement",
        action="store_false",
        help="do without the kernel's second layer (Landlock, seccomp), which `incog doctor` tells about",
    )


def _yes_option(parser: Parser) -> None:
    text = "on a screen: join at once, without first showing who would learn what"
    parser.add_argument("--yes", action="store_true", help=text)


def _look_options(parser: Parser) -> None:
    parser.add_argument("--theme", metavar="NAME", help="the colours of the screen")


def _join_options(parser: Parser) -> None:
    who = parser.add_argument_group("who you are")
    who.add_argument("--as", dest="alias", metavar="ALIAS", help="the name to wear; a fresh one without it")
    who.add_argument("--keep-persona", action="store_true", help="wear the same persona whenever you join this meeting")
    who.add_argument(
        "--allow-identifying",
        action="store_true",
        help="let the alias and the chat hold what names you, such as your login name",
    )
    who.add_argument(
        "--linkability",
        action="store_true",
        help="keep keyed hashes of what this meeting shows of you, and tell what ties it to earlier ones",
    )
    _receipt_option(parser)

    media = parser.add_argument_group("sound and picture (both start off unless asked for)")
    mute = media.add_mutually_exclusive_group()
    mute.add_argument("--muted", dest="muted", action="store_const", const=True, help="send no sound")
    mute.add_argument("--unmuted", dest="muted", action="store_const", const=False, help="be heard from the start")
    show = media.add_mutually_exclusive_group()
    show.add_argument("--camera", dest="camera", action="store_const", const=True, help="be seen from the start")
    show.add_argument("--no-camera", dest="camera", action="store_const", const=False, help="send no picture")
    media.add_argument(
        "--say",
        type=sound,
        metavar="WHAT",
        help="FILE, test-voice[:SEED], tone:HZ or microphone[:DEVICE] (default: the microphone)",
    )
    media.add_argument(
        "--picture",
        type=picture,
        metavar="WHAT",
        help="FILE, test-pattern[:SEED], colour:RRGGBB or camera[:DEVICE] (default: the camera)",
    )
    media.add_argument("--no-speaker", dest="speaker", action="store_false", help="play nothing on this machine")
    media.add_argument("--save-audio", type=Path, metavar="FILE", help="write what is heard to a WAV file")

    net = parser.add_argument_group("network")
    net.add_argument(
        "--addresses",
        choices=ADDRESS_MODES,
        default="auto",
        help="which of this machine's addresses others may learn (default: as few as the meeting needs)",
    )
    _confinement_option(net)
    _report_options(parser)
    _look_options(parser)


def _server(commands: _Commands[Parser]) -> None:
    server = _command(commands, "rendezvous", "run the server by which people find each other, alone")
    server.add_argument(
        "--listen",
        type=listen,
        default=Endpoint("127.0.0.1", RENDEZVOUS_PORT),
        metavar="ADDR[:PORT]",
        help=f"where to listen (default: 127.0.0.1:{RENDEZVOUS_PORT})",
    )
    server.add_argument("--tls-cert", type=Path, metavar="FILE", help="the certificate chain, PEM")
    server.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key, PEM")


def _tools(commands: _Commands[Parser]) -> None:
    devices = _command(commands, "devices", "list microphones and speakers")
    devices.add_argument("--json", action="store_true", help="print one JSON object a line")
    doctor = _command(commands, "doctor", "say what works here, what is missing and how to get it")
    doctor.add_argument("--json", action="store_true", help="print one JSON object a line")

    themes = _command(commands, "themes", "list the themes of the screen, and say what is wrong with your own")
    themes.add_argument(
        "name", metavar="NAME", nargs="?", help="print this theme's file, to begin one of your own with"
    )
    themes.add_argument("--json", action="store_true", help="print one JSON object a line")

    persona = _command(commands, "persona", "make a persona, keep or forget the one of a meeting, or burn all")
    what = persona.add_subparsers(dest="action", metavar="ACTION", required=True)
    _command(what, "fresh", "print an alias nobody has worn before")
    for name, text in (
        ("keep", "keep a persona for a meeting, in the keyring"),
        ("forget", "forget the persona kept for a meeting"),
    ):
        action = _command(what, name, text)
        action.add_argument("link", metavar="LINK", help="the invitation; - reads it from standard input")
        if name == "keep":
            action.add_argument("--as", dest="alias", metavar="ALIAS", help="the name to wear; a fresh one without it")

    burn = _command(
        what, "burn", "forget the persona of a meeting and all that ties meetings together; without LINK, all"
    )
    burn.add_argument("link", metavar="LINK", nargs="?", help="the invitation; - reads it from standard input")

    receipt = _command(commands, "receipt", "check a receipt")
    what = receipt.add_subparsers(dest="action", metavar="ACTION", required=True)
    verify = _command(what, "verify", "say whether a receipt is as it was written")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--seal", metavar="SEAL", help="the seal you noted, or its first 16 digits")
    verify.add_argument("--json", action="store_true", help="print one JSON object")

    credential = _command(commands, "credential", "keep or forget the password of a TURN server, in the keyring")
    what = credential.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in (
        ("keep", "keep a password, asked for without echo or read from standard input"),
        ("forget", "forget the password"),
    ):
        action = _command(what, name, text)
        action.add_argument("url", type=ice_url, metavar="URL", help="turn:USER@HOST:PORT?transport=udp")

    completions = _command(commands, "completions", "print the completions for a shell")
    completions.add_argument("shell", choices=SHELLS)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line. Raises `UsageError`; `--help` prints and raises `SystemExit(0)`."""
    arguments = build_parser().parse_args(argv)
    if arguments.command == "rendezvous" and (arguments.tls_cert is None) != (arguments.tls_key is None):
        raise UsageError("--tls-cert and --tls-key belong together; give both or neither")
    if arguments.command == "host" and arguments.listen and ip_address(arguments.listen.host).is_unspecified:
        raise UsageError(
            f"others cannot reach {arguments.listen.host}; give --listen the address of this machine that they will use"
        )
    return arguments
