"""TOML in, `ThemeSpec` out. A key too many, too few or of the wrong kind is an error that names file and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from themes.spec import PERSONAS, ROLES, ThemeSpec

MAX_BYTES = 64 * 1024
_KEYS = {"name": str, "label": str, "dark": bool, "colours": dict, "personas": list}
_KINDS = {str: "text", bool: "true or false", dict: "a table", list: "a list"}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,31}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class ThemeError(ValueError):
    """A theme cannot be used; the text is one sentence that names the file and the key."""


@cache
def load_builtin() -> Mapping[str, ThemeSpec]:
    """The themes that come with incog, by name. Raises `ThemeError`."""
    found: dict[str, ThemeSpec] = {}
    for entry in sorted(files("themes").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            spec = parse_theme(entry.read_text(encoding="utf-8"), entry.name)
            found[spec.name] = spec
    return MappingProxyType(found)


def read_theme(path: Path) -> ThemeSpec:
    """The theme in a file. Raises `ThemeError`, also when the file cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ThemeError(f"{path.name} is too large for a theme; at most {MAX_BYTES} bytes are read.")
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise ThemeError(f"{path.name} is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise ThemeError(f"{path.name} cannot be read ({error.strerror}); check the path.") from None
    return parse_theme(text, path.name)


def parse_theme(text: str, file: str) -> ThemeSpec:
    """The theme that `text` (TOML) describes; `file` is its name for errors. Raises `ThemeError`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"{file} is not TOML: {error}.") from None
    _only(table, _KEYS, file, "")
    for key, kind in _KEYS.items():
        if type(table[key]) is not kind:
            raise ThemeError(f"{file}: {key} must be {_KINDS[kind]}.")
    if not _NAME.fullmatch(table["name"]):
        raise ThemeError(f"{file}: name must be small letters, digits and dashes, such as my-theme.")
    if not _LABEL.fullmatch(table["label"]):
        raise ThemeError(f"{file}: label must be letters, digits, spaces and dashes, at most 32.")
    _only(table["colours"], ROLES, file, "colours.")
    colours = {role: _colour(table["colours"][role], file, f"colours.{role}") for role in ROLES}
    personas = table["personas"]
    if len(personas) != PERSONAS:
        raise ThemeError(f"{file}: personas must list {PERSONAS} colours; there are {len(personas)}.")
    return ThemeSpec(
        name=table["name"],
        label=table["label"],
        dark=table["dark"],
        colours=MappingProxyType(colours),
        personas=tuple(_colour(value, file, f"personas[{index}]") for index, value in enumerate(personas)),
    )


def _only(table: Mapping[str, Any], known: Mapping[str, Any], file: str, where: str) -> None:
    for key in known:
        if key not in table:
            raise ThemeError(f"{file}: {where}{key} is missing.")
    for key in table:
        if key not in known:
            raise ThemeError(f"{file}: {where}{key} is not a key of a theme; take it out.")


def _colour(value: object, file: str, key: str) -> str:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise ThemeError(f"{file}: {key} is {value!r}, not a colour; write it as #rrggbb.")
    return value.lower()
