"""The command line: what can be typed, and nothing else.

Only argparse is imported here, so that `incog --help` stays quick. Values that can be judged from their text alone are
judged here; whatever needs files, devices or the network is judged by whoever uses it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

from tui import cli_tools
from tui.cli_tools import SHELLS
from tui.config import flags
from tui.config.schema import ADDRESS_MODES, SETTINGS
from tui.parser import Commands, OnDemand, Parser, command
from tui.typed import (
    RENDEZVOUS_PORT,
    Endpoint,
    IceUrl,
    ServerUrl,
    UsageError,
    count,
    duration,
    ice_url,
    listen,
    picture,
    server_url,
    sound,
)

__all__ = [
    "ADDRESS_MODES",
    "RENDEZVOUS_PORT",
    "SHELLS",
    "Endpoint",
    "IceUrl",
    "Parser",
    "ServerUrl",
    "Status",
    "UsageError",
    "build_parser",
    "count",
    "duration",
    "ice_url",
    "listen",
    "parse",
    "picture",
    "server_url",
    "sound",
]

CONFIGURED = (None, "host", "join", "preview", "demo", "config")
"""The commands that use settings; None is the lobby."""


class Afresh(Exception):  # it is no error
    """Everything of this command is over; go on with another command line, as a program that was just started."""

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__("another command follows")
        self.arguments = list(arguments)


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
    ASKED = 8
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
  8    the room asks for a PIN or a token that was not given, or refuses the one that was
  130  Ctrl-C before the meeting was joined (143 for SIGTERM)
"""


def build_parser(*, whole: bool = False) -> Parser:
    """The command line: every command, and with `whole` every argument of each."""
    parser = Parser(
        prog="incog",
        description="Meetings in the terminal, under a pseudonym, with a live account of what others can see about you."
        " Without a command it opens the lobby.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="say which version this is")
    flags.add(parser, hidden=True)
    commands: Commands[Any] = parser.add_subparsers(
        dest="command",
        metavar="COMMAND",
        title="commands",
        parser_class=OnDemand,  # it has what is asked of it
    )
    _meetings(commands)
    _server(commands)
    cli_tools.add(commands)
    if whole:
        for name, command in commands.choices.items():
            commands.choices[name] = command.made()
    return parser


def _meetings(commands: Commands[Any]) -> None:
    command(commands, "demo", "sit in a meeting with three made-up participants, all on this machine", _demo)
    command(commands, "host", "open a meeting, print its invitation link and join it", _host)
    command(commands, "join", "join a meeting by its invitation link", _join)
    command(commands, "preview", "say who would learn what of you, if you joined now; nothing is sent", _preview)


def _demo(demo: Parser) -> None:
    _receipt_option(demo)
    _report_options(demo)
    flags.add(demo, [setting for setting in SETTINGS if setting.demo])


def _host(host: Parser) -> None:
    where = host.add_mutually_exclusive_group()
    where.add_argument(
        "--listen",
        type=listen,
        metavar="ADDR[:PORT]",
        help="this machine's address that others reach; without it only this machine can join",
    )
    where.add_argument("--rendezvous", type=server_url, metavar="URL", help="meet by a server that runs elsewhere")
    _ice_option(host, "for everybody who joins")
    _join_options(host)
    _yes_option(host)


def _ice_option(parser: Parser, whose: str) -> None:
    parser.add_argument(
        "--ice-server",
        type=ice_url,
        action="append",
        default=[],
        metavar="URL",
        help=f"stun:HOST:PORT or turn:USER@HOST:PORT?transport=udp, {whose}; may be given twice. The password comes "
        "from the keyring or from INCOG_ICE_PASSWORD",
    )


def _room_options(parser: Parser) -> None:
    group = parser.add_argument_group(
        "a room on somebody's server",
        "What the room asks for is also read from INCOG_PIN, INCOG_SECRET and INCOG_TOKEN, or from the keyring; never "
        "give it on the command line, where other users of this machine can read it.",
    )
    for name, text in (
        ("pin", "the file whose first line is the room's PIN"),
        ("secret", "the same for its secret, which lets one moderate"),
        ("token", "the same for a token that the room asks for"),
    ):
        group.add_argument(f"--{name}-file", type=Path, metavar="FILE", help=text)
    _ice_option(parser, "where the meeting names none itself")


def _join(join: Parser) -> None:
    join.add_argument(
        "link",
        metavar="LINK",
        help="the invitation; - reads it from standard input, so that nobody sees it in the list of processes",
    )
    reports = _join_options(join)
    reports.add_argument(
        "--watch",
        type=count,
        metavar="N",
        help="receive the pictures of so many people, where a server lets one choose; 0: of nobody (default: 16)",
    )
    _room_options(join)
    _yes_option(join)


def _preview(preview: Parser) -> None:
    preview.add_argument("link", metavar="LINK", help="the invitation; - reads it from standard input")
    _join_options(preview)
    _room_options(preview)
    preview.set_defaults(yes=True)


def _receipt_option(parser: Parser) -> None:
    text = "when it is over, write what left, to whom, and what was kept back; nothing of others is in it"
    parser.add_argument("--receipt", type=Path, metavar="FILE", help=text)


def _report_options(parser: Parser) -> argparse._ArgumentGroup:
    group = parser.add_argument_group("without a terminal")
    group.add_argument("--headless", action="store_true", help="no screen: print what happens, a line each")
    group.add_argument("--json", action="store_true", help="print one JSON object a line (implies --headless)")
    group.add_argument("--until-eof", action="store_true", help="leave when standard input ends")
    group.add_argument("--for", dest="duration", type=duration, metavar="DURATION", help="leave after 30s, 2m, 1h")
    return group


def _yes_option(parser: Parser) -> None:
    text = "on a screen: join at once, without first showing who would learn what"
    parser.add_argument("--yes", action="store_true", help=text)


def _join_options(parser: Parser) -> argparse._ArgumentGroup:
    """What all ways to meet take; returns the group of what goes without a terminal."""
    groups = flags.add(parser)
    who = groups[flags.HEADINGS["persona"]]
    who.add_argument("--as", dest="alias", metavar="ALIAS", help="the name to wear; a fresh one without it")
    who.add_argument(
        "--allow-identifying",
        action="store_true",
        help="let the alias and the chat hold what names you, such as your login name",
    )
    _receipt_option(parser)
    media = groups[flags.HEADINGS["sound"]]
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
        help="FILE, screen[:DISPLAY], test-pattern[:SEED], colour:RRGGBB or camera[:DEVICE] (default: the camera)",
    )
    media.add_argument("--save-audio", type=Path, metavar="FILE", help="write what is heard to a WAV file")
    return _report_options(parser)


def _server(commands: Commands[Any]) -> None:
    command(commands, "rendezvous", "run the server by which people find each other, alone", _rendezvous)


def _rendezvous(server: Parser) -> None:
    server.add_argument(
        "--listen",
        type=listen,
        default=Endpoint("127.0.0.1", RENDEZVOUS_PORT),
        metavar="ADDR[:PORT]",
        help=f"where to listen (default: 127.0.0.1:{RENDEZVOUS_PORT})",
    )
    server.add_argument("--tls-cert", type=Path, metavar="FILE", help="the certificate chain, PEM")
    server.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key, PEM")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line. Raises `UsageError`; `--help` prints and raises `SystemExit(0)`."""
    arguments = build_parser().parse_args(argv)
    typed = [one.flag for one in flags.given(arguments).values()] + ["--key"] * bool(flags.chosen_keys(arguments))
    if typed and arguments.command not in CONFIGURED:
        raise UsageError(f"{typed[0]} means nothing to `incog {arguments.command}`; leave it out")
    if arguments.command == "rendezvous" and (arguments.tls_cert is None) != (arguments.tls_key is None):
        raise UsageError("--tls-cert and --tls-key belong together; give both or neither")
    if arguments.command == "host" and arguments.listen:
        from ipaddress import ip_address

        host = arguments.listen.host
        if ip_address(host).is_unspecified:
            raise UsageError(
                f"others cannot reach {host}; give --listen the address of this machine that they will use"
            )
    return arguments
