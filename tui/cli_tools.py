"""The commands that are no meetings: settings, devices, personas, what is kept."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tui.config import flags
from tui.parser import Commands, Parser, command, part

SHELLS = ("bash", "zsh", "tcsh")


def add(commands: Commands[Any]) -> None:
    """Add them to the commands there are."""
    command(commands, "config", "show every setting, its value and where it comes from", _config)
    command(commands, "devices", "list microphones and speakers", json_option)
    command(commands, "doctor", "say what works here, what is missing and how to get it", json_option)
    command(commands, "themes", "list the themes of the screen, and say what is wrong with your own", _themes)
    command(commands, "persona", "make a persona, keep or forget the one of a meeting, or burn all", _persona)
    command(commands, "receipt", "check a receipt", _receipt)
    text = "keep or forget, in the keyring, what a room asks for, or the password of a TURN server"
    command(commands, "credential", text, _credential)
    command(commands, "key", "print the link of a room with a fresh key, for end-to-end encryption", _key)
    command(commands, "completions", "print the completions for a shell", _completions)


def json_option(parser: Parser) -> None:
    """The option of what can tell its answer to a program."""
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")


def _themes(themes: Parser) -> None:
    themes.add_argument(
        "name", metavar="NAME", nargs="?", help="print this theme's file, to begin one of your own with"
    )
    json_option(themes)


def _config(config: Parser) -> None:
    json_option(config)
    flags.add(config)
    what = config.add_subparsers(dest="action", metavar="ACTION")
    path = part(what, "path", "print where the file of settings is looked for")
    init = part(what, "init", "write a file of settings that changes nothing, to begin with")
    check = part(what, "check", "say what in a file of settings cannot be used")
    check.add_argument("file", type=Path, metavar="FILE", nargs="?", help="without it, the one that would be read")
    keys = part(what, "keys", "list what can be done and the keys for it")
    keys.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object a line")
    for parser in (path, init, keys):
        flags.add_file(parser)


def _persona(persona: Parser) -> None:
    what = persona.add_subparsers(dest="action", metavar="ACTION", required=True)
    part(what, "fresh", "print an alias nobody has worn before")
    for name, text in (
        ("keep", "keep a persona for a meeting, in the keyring"),
        ("forget", "forget the persona kept for a meeting"),
    ):
        action = part(what, name, text)
        action.add_argument("link", metavar="LINK", help="the invitation; - reads it from standard input")
        if name == "keep":
            action.add_argument("--as", dest="alias", metavar="ALIAS", help="the name to wear; a fresh one without it")

    burn = part(what, "burn", "forget the persona of a meeting and all that ties meetings together; without LINK, all")
    burn.add_argument("link", metavar="LINK", nargs="?", help="the invitation; - reads it from standard input")


def _receipt(receipt: Parser) -> None:
    what = receipt.add_subparsers(dest="action", metavar="ACTION", required=True)
    verify = part(what, "verify", "say whether a receipt is as it was written")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--seal", metavar="SEAL", help="the seal you noted, or its first 16 digits")
    verify.add_argument("--json", action="store_true", help="print one JSON object")


def _credential(credential: Parser) -> None:
    what = credential.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in (
        ("keep", "keep it, asked for without echo or read from standard input"),
        ("forget", "forget it"),
    ):
        action = part(what, name, text)
        text = "the link of a room, or turn:USER@HOST:PORT?transport=udp"
        action.add_argument("url", metavar="LINK", help=text)
        if name == "keep":
            text = "of a room: which one (default: pin)"
            action.add_argument("--what", choices=("pin", "secret", "token"), default="pin", help=text)


def _key(key: Parser) -> None:
    key.add_argument(
        "link", metavar="LINK", help="the link of a room on a Janus server; - reads it from standard input"
    )


def _completions(completions: Parser) -> None:
    completions.add_argument("shell", choices=SHELLS)
