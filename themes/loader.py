"""TOML in, `ThemeSpec` out. A key too many, too few or of the wrong kind is an error that names file and key."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from heapq import nsmallest
from pathlib import Path
from types import MappingProxyType
from typing import Any

from themes.spec import BUILTIN, PERSONAS, ROLES, ThemeSpec

MAX_BYTES = 64 * 1024
"""Bytes a theme file may have."""

MAX_THEMES = 64
"""Theme files of a person's own that are read."""

_KEYS = {"name": str, "label": str, "dark": bool, "colours": dict, "personas": list}
_KINDS = {str: "text", bool: "true or false", dict: "a table", list: "a list"}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,31}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class ThemeError(ValueError):
    """A theme cannot be used; the text is one sentence that names the file and the key."""


@cache
def _builtin(name: str) -> ThemeSpec:
    file = f"{name}.toml"
    return parse_theme(Path(__file__).with_name(file).read_text(encoding="utf-8"), file)


class _Themes(Mapping[str, ThemeSpec]):
    """Those that come with incog, each read when it is asked for since most never are, and those of a person's own."""

    def __init__(self, own: Mapping[str, ThemeSpec]) -> None:
        self._own = own

    def __getitem__(self, name: str) -> ThemeSpec:
        return _builtin(name) if name in BUILTIN else self._own[name]

    def __contains__(self, name: object) -> bool:
        return name in BUILTIN or name in self._own

    def __iter__(self) -> Iterator[str]:
        return iter((*BUILTIN, *self._own))

    def __len__(self) -> int:
        return len(BUILTIN) + len(self._own)


def load_builtin() -> Mapping[str, ThemeSpec]:
    """The themes that come with incog, by name and in order. Looking one up raises `ThemeError` if it is broken."""
    return _Themes({})


def load_themes(folder: Path | None) -> tuple[Mapping[str, ThemeSpec], tuple[str, ...]]:
    """The themes that come with incog and then those in a person's folder, by name; and sentences about the latter.

    A sentence tells why a file was left out, or what is hard to see in a theme that was not; each begins with the
    file's name, never with its path. A folder that is not there holds no themes.
    """
    if folder is None or not any(listed := _theme_files(folder)):
        return load_builtin(), ()
    from themes.review import advice  # of no use where there are none of one's own

    names, said = listed
    found: dict[str, ThemeSpec] = {}
    files_of: dict[str, str] = {}
    for file in names:
        try:
            spec = read_theme(folder / file)
            if spec.name in BUILTIN:
                raise ThemeError(f"{file}: the theme {spec.name} comes with incog; give yours another name.")
            if spec.name in files_of:
                raise ThemeError(
                    f"{file}: the theme {spec.name} is in {files_of[spec.name]} too; give one another name."
                )
        except ThemeError as error:
            said.append(str(error))
        else:
            found[spec.name], files_of[spec.name] = spec, file
            said += [f"{file}: {sentence}" for sentence in advice(spec)]
    return _Themes(found), tuple(said)


def _theme_files(folder: Path) -> tuple[list[str], list[str]]:
    """The names of a folder's theme files, the first `MAX_THEMES` by the alphabet; and what is to be said about it."""
    try:
        with os.scandir(folder) as entries:
            names = nsmallest(MAX_THEMES + 1, (entry.name for entry in entries if entry.name.endswith(".toml")))
    except FileNotFoundError:
        return [], []
    except OSError as error:
        return [], [f"The folder of your themes cannot be read ({error.strerror}); check it."]
    if len(names) <= MAX_THEMES:
        return names, []
    return names[:MAX_THEMES], [f"{names[-1]} and what follows it is left out; at most {MAX_THEMES} themes are read."]


def read_theme(path: Path) -> ThemeSpec:
    """The theme in a file. Raises `ThemeError`, also when the file cannot be read."""
    try:
        if path.exists() and not path.is_file():
            raise ThemeError(f"{path.name} is not a file; put the theme itself there.")  # a pipe would wait for ever
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


def to_toml(spec: ThemeSpec) -> str:
    """The text of a file from which `parse_theme` makes this theme."""
    colours = "".join(f'{role} = "{spec[role]}"  # {meaning}\n' for role, meaning in ROLES.items())
    personas = ", ".join(f'"{colour}"' for colour in spec.personas)
    head = f'name = "{spec.name}"\nlabel = "{spec.label}"\ndark = {str(spec.dark).lower()}\n'
    return f"{head}personas = [{personas}]\n\n[colours]\n{colours}"


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
