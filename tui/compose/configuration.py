"""`incog config`: the settings that hold, their file, and the keys; and the completions for a shell."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli import Parser, Status, UsageError, build_parser
from tui.config import flags
from tui.config.reader import check_file, default_path, load, named, shown, themes_beside
from tui.config.schema import KeyChoice
from tui.config.values import Config

if TYPE_CHECKING:
    from tui.config.check import Fault

THEME = "look.theme"


def configured(arguments: argparse.Namespace, *, screen: bool = True) -> Config:
    """The settings that hold for a command line. Raises `UsageError`.

    Whether the keys can be used is only looked at for a `screen`: the table of actions takes long to load.
    """
    return load(
        flags.given(arguments),
        flags.chosen_keys(arguments),
        file=named(getattr(arguments, "config", None), os.environ),
        off=getattr(arguments, "no_config", False),
        key_faults=_key_faults if screen else None,
    )


def configuration(arguments: argparse.Namespace) -> int:
    """What `incog config` was asked for; the exit status. Raises `UsageError`."""
    place = named(getattr(arguments, "config", None), os.environ) or default_path()
    match arguments.action:
        case "path":
            print(shown(place))
        case "init":
            return _init(place)
        case "check":
            return _check(arguments.file or place)
        case "keys":
            for line in _keys(configured(arguments), arguments.json):
                print(line)
        case _:
            import json

            from tui.config import report

            config = configured(arguments)
            told = map(json.dumps, report.objects(config)) if arguments.json else report.lines(config)
            for line in told:
                print(line)
    return Status.LEFT


def completions(shell: str) -> int:
    """Print what makes a shell complete the command line."""
    import shtab

    from themes import BUILTIN

    parser = build_parser(whole=True)
    for each in _parsers(parser):
        for action in each._actions:  # argparse has no public way to look at them, and shtab goes the same one
            if action.metavar == "FILE":
                action.complete = shtab.FILE  # type: ignore[attr-defined]  # shtab's own way to be told
            elif action.dest == "look.theme":
                action.choices = BUILTIN
    print(shtab.complete(parser, shell=shell))
    return Status.LEFT


def _parsers(parser: Parser) -> Iterator[Parser]:
    """A parser and those of its commands."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from _parsers(inner)


def _key_faults(choices: tuple[KeyChoice, ...]) -> tuple[Fault, ...]:
    from tui.compose.keys import key_faults

    return key_faults(choices)


def _init(path: Path) -> int:
    from tui.compose.files import write_private
    from tui.config.report import template

    if path.exists() or path.is_symlink():
        raise UsageError(f"{shown(path)} is there already and stays as it is; `incog config check` looks at it")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, template())
    except OSError as error:
        raise UsageError(f"{shown(path)} cannot be written ({error.strerror}); name another file by --config") from None
    print(f"wrote {shown(path)}; every line in it is a comment until you change it")
    return Status.LEFT


def _check(path: Path) -> int:
    from tui.compose.wardrobe import open_wardrobe  # late: it reads all themes

    values = check_file(path, _key_faults)
    if theme := values.values.get(THEME):
        open_wardrobe(themes_beside(path), str(theme), f" ({shown(path)}, line {values.lines[THEME]})")
    count = len(values.values) + len(values.keys)
    print(f"{shown(path)} can be used; it sets {count} thing{'' if count == 1 else 's'}")
    return Status.LEFT


def _keys(config: Config, as_json: bool) -> Iterator[str]:
    """Every action with its keys, and where they come from."""
    import json

    from tui.actions import ACTIONS, key_words
    from tui.compose.keys import keys_for

    chosen = keys_for(config)
    rows = []
    for action in ACTIONS:
        keys, always = chosen.get(action.id, (action.keys, action.always))
        origin = config.origins.get(f"keys.{action.id}", "default")
        if as_json:
            line = {"type": "keys", "action": action.id, "keys": keys, "always": always, "from": str(origin)}
            yield json.dumps({**line, "help": action.help})
        else:
            shown_keys = " ".join([*map(key_words, keys), *(f"{key_words(key)}*" for key in always)])
            rows.append((action.id, shown_keys or "none", str(origin), action.help))
    if rows:
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
        yield "* works while typing, too"
