"""The settings as one value, and where each of them came from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from tui.config.check import FileValues
from tui.config.schema import BY_PATH, SETTINGS, Given, KeyChoice, Value


class Look(NamedTuple):
    """What the screen looks like, `[look]`."""

    theme: str  # empty: nobody chose one
    colours: str  # "auto", "truecolor", "256", "16", "none"
    linear: bool
    announce: tuple[str, ...]  # what lines tell by themselves: "people", "hands", "states", "speaking", "visible"
    title: bool
    notifications: str  # "off", "bell", "desktop"
    mouse: bool
    stage: str  # "auto", "gallery", "speaker"


class Start(NamedTuple):
    """How a meeting begins, `[start]`."""

    muted: bool
    camera: bool


class Sound(NamedTuple):
    """Devices and manners of speaking, `[sound]`."""

    microphone: str  # a part of its name or its number; empty: the system's default
    speaker: str  # the same; "none": nothing is played
    talk: str  # "open", "push", "voice"


class Picture(NamedTuple):
    """The camera, `[picture]`."""

    camera: str  # a part of its name or its number; empty: the system's default


class PersonaChoice(NamedTuple):
    """What is kept of a persona, `[persona]`."""

    keep: bool
    linkability: bool


class Network(NamedTuple):
    """What the network may see and the kernel refuses, `[network]`."""

    addresses: str  # one of ADDRESS_MODES
    relay: str  # the URL of a TURN server; empty: none
    confinement: bool


class LobbyChoice(NamedTuple):
    """What the lobby keeps, `[lobby]`."""

    recent: bool


class Reflexes(NamedTuple):
    """What is done at once when something happens, `[reflexes]`: each any of REFLEXES, in that order."""

    recording: tuple[str, ...]
    address: tuple[str, ...]
    encryption: tuple[str, ...]
    identity: tuple[str, ...]


class Origin(NamedTuple):
    """Where a value came from: a line of a file, a flag, or neither, which is the default."""

    file: str = ""  # as it is shown
    line: int = 0
    flag: str = ""

    def __str__(self) -> str:
        """For a person: "default", "--theme", "~/.config/incog/config.toml:3"."""
        if self.flag:
            return self.flag
        return f"{self.file}:{self.line}" if self.file else "default"


class Config(NamedTuple):
    """All settings. Every field but the last four is a table of the file."""

    look: Look
    start: Start
    sound: Sound
    picture: Picture
    persona: PersonaChoice
    network: Network
    lobby: LobbyChoice
    reflexes: Reflexes
    keys: tuple[KeyChoice, ...]  # as they were written; `tui.config.keymap` makes sense of them
    origins: Mapping[str, Origin]  # by the path of the setting, and "keys.ACTION"
    file: str  # the file that was read, as it is shown; empty: none was
    themes: Path | None  # the folder of themes of one's own, which may not be there; None: none is to be used

    def value(self, path: str) -> Value:
        """The value of a setting."""
        setting = BY_PATH[path]
        value: Value = getattr(getattr(self, setting.table), setting.key)
        return value

    def where(self, path: str) -> str:
        """For the end of a sentence that refuses a value: " (--theme)", " (FILE, line 3)", or nothing for a default."""
        origin = self.origins.get(path, Origin())
        if origin.flag:
            return f" ({origin.flag})"
        return f" ({origin.file}, line {origin.line})" if origin.file else ""

    def but(self, **values: Value) -> Config:
        """The same with other values: `but(look__theme="incog-day")`. Raises `ValueError` for what is no setting."""
        tables: dict[str, dict[str, Any]] = {}
        for name, value in values.items():
            table, _, key = name.partition("__")
            tables.setdefault(table, {})[key] = value
        return self._replace(**{table: getattr(self, table)._replace(**inside) for table, inside in tables.items()})


def merge(
    given: Mapping[str, Given],
    from_file: FileValues,
    file: str,
    *,
    keys: tuple[KeyChoice, ...] = (),
    themes: Path | None = None,
) -> Config:
    """What holds: a flag before the file, the file before the default. `keys` were given on the command line."""
    values = {setting.path: setting.default for setting in SETTINGS} | dict(from_file.values)
    values |= {path: one.value for path, one in given.items()}
    origins = {path: Origin() for path in values}
    origins |= {path: Origin(file, line) for path, line in from_file.lines.items()}
    origins |= {path: Origin(flag=one.flag) for path, one in given.items()}
    chosen = {choice.action: choice for choice in (*from_file.keys, *keys)}
    for action, choice in chosen.items():
        origins[f"keys.{action}"] = Origin(file, choice.line) if choice.line else Origin(flag="--key")
    tables: dict[str, Any] = {
        name: kind(**{field: values[f"{name}.{field}"] for field in kind._fields}) for name, kind in _TABLES.items()
    }
    return Config(
        **tables,
        keys=tuple(chosen.values()),
        origins=MappingProxyType(origins),
        file=file,
        themes=themes,
    )


_TABLES: Mapping[str, Any] = {
    "look": Look,
    "start": Start,
    "sound": Sound,
    "picture": Picture,
    "persona": PersonaChoice,
    "network": Network,
    "lobby": LobbyChoice,
    "reflexes": Reflexes,
}

DEFAULTS = merge({}, FileValues(), "")
"""What holds when nothing was set."""
