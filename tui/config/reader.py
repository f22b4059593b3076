"""Finds the file of settings and reads it. Nothing else in this package touches the disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tui.config.check import Fault, FileValues, check
from tui.config.schema import Given, KeyChoice
from tui.config.values import Config, merge
from tui.typed import UsageError

MAX_BYTES = 64 * 1024
VARIABLE = "INCOG_CONFIG"


class Faults(UsageError):
    """Everything in a file that cannot be used, one sentence a line."""

    def __init__(self, faults: Iterable[Fault], file: str) -> None:
        self.faults = tuple(faults)
        places = (f"{file}, line {fault.line}" if fault.line else "--key" for fault in self.faults)
        super().__init__("\n".join(f"{place}: {fault.text}" for place, fault in zip(places, self.faults, strict=True)))


def folder() -> Path:
    """The folder of incog's own in the platform's folder of settings."""
    import platformdirs

    return platformdirs.user_config_path("incog")


def default_path() -> Path:
    """Where the file of settings is, unless another one is named."""
    return folder() / "config.toml"


def themes_beside(file: Path) -> Path:
    """Where the themes of one's own are, given where the file of settings is; neither need be there."""
    return file.absolute().parent / "themes"


def named(flag: str | None, environment: Mapping[str, str]) -> Path | None:
    """The file that was named, by `--config` or else by INCOG_CONFIG."""
    name = flag or environment.get(VARIABLE)
    return Path(name) if name else None


def shown(path: Path) -> str:
    """A path for the screen: the home folder is not told."""
    try:
        return str(Path("~") / path.absolute().relative_to(Path.home()))
    except (ValueError, RuntimeError):  # it is elsewhere, or there is no home
        return str(path)


def read(path: Path) -> tuple[FileValues, tuple[Fault, ...]]:
    """What a file sets, and its faults. Raises `FileNotFoundError`, or `UsageError` for what is no file of settings."""
    return check(_text(path))


def load(
    given: Mapping[str, Given],
    keys: tuple[KeyChoice, ...] = (),
    *,
    file: Path | None = None,
    off: bool = False,
    key_faults: Callable[[tuple[KeyChoice, ...]], Iterable[Fault]] | None = None,
) -> Config:
    """What holds. `file` must be there if it is named; `off` reads none.

    `key_faults` tells what cannot be used of keys that were chosen; it is only called if some were. Raises
    `UsageError`, which is `Faults` for what the file says.
    """
    path = file or default_path()
    values, name = FileValues(), ""
    faults: tuple[Fault, ...] = ()
    if not off:
        try:
            values, faults = read(path)
            name = shown(path)
        except FileNotFoundError:
            if file is not None:
                raise _missing(file) from None
    config = merge(given, values, name, keys=keys, themes=None if off else themes_beside(path))
    if key_faults is not None and config.keys:
        faults = tuple(sorted((*faults, *key_faults(config.keys))))
    if faults:
        raise Faults(faults, name)
    return config


def check_file(path: Path, key_faults: Callable[[tuple[KeyChoice, ...]], Iterable[Fault]]) -> FileValues:
    """What a file sets by itself. Raises `UsageError`, which is `Faults` for what it says."""
    try:
        values, faults = read(path)
    except FileNotFoundError:
        raise _missing(path) from None
    if values.keys:
        faults = tuple(sorted((*faults, *key_faults(values.keys))))
    if faults:
        raise Faults(faults, shown(path))
    return values


def _missing(file: Path) -> UsageError:
    return UsageError(f"there is no file of settings {shown(file)}; `incog config init` writes one")


def _text(path: Path) -> str:
    """The text of a file. Raises `FileNotFoundError` or `UsageError`."""
    name = shown(path)
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise UsageError(f"{name} is no file of settings; name a TOML file")
            if objection := _distrust(found):
                raise UsageError(f"{name} {objection}")
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = (error.strerror if isinstance(error, OSError) else "") or "no such name"
        raise UsageError(f"{name} cannot be read ({why}); name another file, or give --no-config") from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"{name} is too large for settings; at most {MAX_BYTES} bytes are read")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{name}, line {line}: this is no UTF-8 text; save it as UTF-8") from None


def _without_waiting(path: str, how: int) -> int:
    """Open a file, but do not wait for whoever writes into a pipe."""
    return os.open(path, how | getattr(os, "O_NONBLOCK", 0))


def _distrust(found: os.stat_result) -> str:
    """Why a file is not to be trusted: whoever can write it could have keys unmute. Empty when it can be."""
    if not hasattr(os, "getuid"):
        return ""  # no such owners here
    if found.st_uid not in (0, os.getuid()):
        return "belongs to somebody else; make it yours, or name a file that is"
    if found.st_mode & stat.S_IWOTH or (found.st_mode & stat.S_IWGRP and not _alone_in(found.st_gid)):
        return "can be written by others, who could give your keys another meaning; take that away with `chmod go-w`"
    return ""


def _alone_in(group: int) -> bool:
    """Whether this is the group that a user has for himself: named like him, without other members."""
    import grp
    import pwd

    try:
        login, row = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(group)
    except KeyError:
        return False
    return row.gr_name == login and set(row.gr_mem) <= {login}
