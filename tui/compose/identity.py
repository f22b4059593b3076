"""What this machine knows of its owner, so that none of it leaves: gathered before a meeting, kept in memory only.

Only files, the environment and the system's own tables are read. Nothing is looked up, no packet is sent, no program is
started, and nothing that is found is written or logged anywhere.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from privacy.identifiers import Identifiers

MAX_FILE: Final = 64 * 1024  # bytes read of any one file
MAX_FILES: Final = 64  # public keys, network interfaces, and included git files
MAX_INCLUDES: Final = 3  # git configurations within git configurations


@dataclass(frozen=True, slots=True)
class Account:
    """One row of the system's table of users."""

    login: str
    gecos: str  # the full name, then other things after commas
    home: str


def gather(
    *,
    environment: Mapping[str, str] | None = None,
    home: Path | None = None,
    root: Path = Path("/"),
    account: Account | None = None,
    host: str | None = None,
    addresses: Iterable[str] | None = None,
) -> Identifiers:
    """Everything here that could name the owner. What cannot be read is left out; never raises `OSError`.

    The arguments are where to look, each with the real place as its default.
    """
    environment = os.environ if environment is None else environment
    account = _account() if account is None else account
    home = Path(environment.get("HOME") or account.home or "/") if home is None else home
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    git = _git_identity(_git_files(environment, home, config, root), home)
    host = socket.gethostname() if host is None else host
    return Identifiers(
        {
            "login": (account.login, *_from(environment, _LOGINS)),
            "host name": tuple(_host_names(host, environment, root)),
            "full name": (_full_name(account), *_from(environment, ("DEBFULLNAME", "NAME"))),
            "git name": (*git.names, *_from(environment, ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"))),
            "e-mail": (*git.emails, *_from(environment, _EMAILS)),
            "key comment": tuple(_key_comments(home / ".ssh")),
            "home folder": (str(home), os.path.realpath(home), account.home),
            "time zone": tuple(_time_zones(environment, root)),
            "locale": tuple(_locales(environment)),
            "local address": tuple(_addresses() if addresses is None else addresses),
            "hardware address": tuple(_hardware_addresses(root)),
            "machine id": (_read(root / "etc/machine-id"), _read(root / "var/lib/dbus/machine-id")),
        }
    )


_LOGINS: Final = ("LOGNAME", "USER", "LNAME", "USERNAME", "SUDO_USER")
_EMAILS: Final = ("EMAIL", "DEBEMAIL", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL")


def _from(environment: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    return (environment[name] for name in names if name in environment)


def _read(path: Path) -> str:
    """The beginning of a file, stripped; empty when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE).decode("utf-8", "replace").strip()
    except (OSError, ValueError):  # ValueError: a path with a NUL, from the environment
        return ""


def _some(folder: Path, pattern: str) -> list[Path]:
    """The first files of a folder that match, in order; none when it cannot be read."""
    try:
        return sorted(folder.glob(pattern))[:MAX_FILES]
    except OSError:
        return []


# --- who -----------------------------------------------------------------------------------------------------------


def _account() -> Account:
    try:
        import pwd

        row = pwd.getpwuid(os.getuid())
    except (ImportError, KeyError):  # no such table, or an account that is not in it
        return Account("", "", "")
    return Account(row.pw_name, row.pw_gecos, row.pw_dir)


def _full_name(account: Account) -> str:
    """The first field; by convention & stands for the login with a capital."""
    return account.gecos.split(",")[0].replace("&", account.login.capitalize())


def _key_comments(folder: Path) -> Iterator[str]:
    """What stands behind each public key: often login@host, or an e-mail."""
    for path in _some(folder, "*.pub"):
        for line in _read(path).splitlines()[:MAX_FILES]:
            fields = line.split(None, 2)
            if len(fields) == 3:
                yield fields[2]


# --- git -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Git:
    names: tuple[str, ...]
    emails: tuple[str, ...]


def _git_files(environment: Mapping[str, str], home: Path, config: Path, root: Path) -> list[Path]:
    own = [Path(named)] if (named := environment.get("GIT_CONFIG_GLOBAL")) else []
    return [*own, home / ".gitconfig", config / "git/config", root / "etc/gitconfig"]


def _git_identity(files: list[Path], home: Path) -> _Git:
    """Every name and e-mail in these configurations and those they include, on whatever condition."""
    found: dict[str, list[str]] = {"name": [], "email": []}
    seen: set[Path] = set()
    for _ in range(1 + MAX_INCLUDES):
        included: list[Path] = []
        for path in files[:MAX_FILES]:
            if path in seen:
                continue
            seen.add(path)
            for section, key, value in _git_settings(_read(path)):
                if section in ("user", "author", "committer") and key in found:
                    found[key].append(value)
                elif section in ("include", "includeif") and key == "path":
                    included.append(path.parent / _expanded(value, home))
        files = included
    return _Git(tuple(found["name"]), tuple(found["email"]))


def _git_settings(text: str) -> Iterator[tuple[str, str, str]]:
    """Section, key and value of each line, as far as an identity needs it (git-config: Syntax)."""
    section = ""
    for line in text.splitlines():
        if header := re.match(r'\s*\[\s*([\w.-]+)(?:\s+"(?:[^"\\]|\\.)*")?\s*\]', line):
            section = header[1].lower()
            line = line[header.end() :]
        if setting := re.match(r"\s*([A-Za-z][\w-]*)\s*=\s*(.*)", line):
            yield section, setting[1].lower(), _git_value(setting[2])


def _git_value(text: str) -> str:
    """A value without its quotes, escapes and comment."""
    pieces = re.findall(r'"((?:[^"\\]|\\.)*)"|(\\.|[^"\\#;])|([#;].*)', text)
    kept: list[str] = []
    for quoted, plain, comment in pieces:
        if comment:
            break
        kept.append(re.sub(r"\\(.)", r"\1", quoted or plain))
    return "".join(kept).strip()


def _expanded(path: str, home: Path) -> Path:
    return home / path[2:] if path.startswith("~/") else Path(path)


# --- where ---------------------------------------------------------------------------------------------------------


def _host_names(host: str, environment: Mapping[str, str], root: Path) -> Iterator[str]:
    """The names of this machine, long and short. The file of hosts tells the long one without asking anybody."""
    names = [host, _read(root / "etc/hostname"), *_from(environment, ("HOSTNAME", "HOST", "COMPUTERNAME"))]
    short = {name.partition(".")[0].lower() for name in names}
    for line in _read(root / "etc/hosts").splitlines():
        _, *aliases = line.partition("#")[0].split() or [""]
        names += [alias for alias in aliases if alias.partition(".")[0].lower() in short]
    for name in names:
        yield name
        yield name.partition(".")[0]


def _time_zones(environment: Mapping[str, str], root: Path) -> Iterator[str]:
    yield _zone(environment.get("TZ", ""))
    yield _read(root / "etc/timezone")
    try:
        yield _zone(os.readlink(root / "etc/localtime"))
    except OSError:
        pass  # a copy of the zone's file instead of a link to it has no name


def _zone(text: str) -> str:
    """The name of a zone given as such, with a colon before it, or as the path of its file."""
    return re.sub(r"^:?(?:.*/zoneinfo(?:-leaps)?/)?(?:posix/|right/)?", "", text)


def _locales(environment: Mapping[str, str]) -> Iterator[str]:
    for name, value in environment.items():
        if name in ("LANG", "LANGUAGE") or name.startswith("LC_"):
            yield from value.split(":")


def _addresses() -> Iterator[str]:
    import ifaddr

    for adapter in ifaddr.get_adapters():
        for address in adapter.ips:
            yield address.ip if isinstance(address.ip, str) else address.ip[0]


def _hardware_addresses(root: Path) -> Iterator[str]:
    for path in _some(root / "sys/class/net", "*/address"):
        yield _read(path)
