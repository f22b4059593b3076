"""The parser of the command line, and how it gets its commands."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from tui.typed import UsageError


class Parser(argparse.ArgumentParser):
    """An argument parser that reports by exception, and takes no abbreviations (a later option could change them)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **kwargs})

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError` with argparse's message and where to read more."""
        raise UsageError(f"{message}; see `{self.prog} --help`")


class OnDemand:
    """The parser of a command, made once it is needed: of all the commands, a run needs one."""

    def __init__(self, *, fill: Callable[[Parser], None] | None = None, **kwargs: Any) -> None:
        """`fill` adds the arguments."""
        self._fill = fill
        self._kwargs = kwargs

    def made(self) -> Parser:
        """The parser with all its arguments."""
        parser = Parser(**self._kwargs)
        if self._fill is not None:
            self._fill(parser)
        return parser

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As argparse does. It asks nothing else of the parser of a command."""
        return self.made().parse_known_args(args, namespace)


Commands = argparse._SubParsersAction  # argparse gives this type no public name


def command(commands: Commands[Any], name: str, text: str, fill: Callable[[Parser], None] | None = None) -> None:
    """Add a command; `fill` adds its arguments once they are needed."""
    commands.add_parser(name, help=text, description=_as_sentence(text), fill=fill)


def part(what: Commands[Any], name: str, text: str) -> Parser:
    """A command under a command."""
    made: Parser = what.add_parser(name, help=text, description=_as_sentence(text))
    return made


def _as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
