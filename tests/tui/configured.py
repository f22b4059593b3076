"""Command lines with nothing but the defaults below them."""

from __future__ import annotations

from tui.cli import parse
from tui.compose.settings import Settings, from_arguments
from tui.config import flags
from tui.config.check import FileValues
from tui.config.values import Config, merge


def holds(*argv: str, file: FileValues | None = None) -> Config:
    """The settings that hold for a command line, over those of a file."""
    arguments = parse(argv)
    return merge(flags.given(arguments), file or FileValues(), "config.toml", keys=flags.chosen_keys(arguments))


def asked(*argv: str, file: FileValues | None = None) -> Settings:
    """What a command line asks for."""
    return from_arguments(parse(argv), holds(*argv, file=file))
