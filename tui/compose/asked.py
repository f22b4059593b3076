"""What a room asks for besides a name: its PIN, its secret, a token. Where they come from, and where they are kept.

They are read from files, the environment, the line they were typed in, a link that held them, or the keyring, in this
order. They go to the room's server and nowhere else: into no link, no log, no receipt and no list of recent meetings.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from net.services.janus import link as janus
from net.services.janus.credentials import Credentials
from tui.cli import UsageError

if TYPE_CHECKING:
    from net.services.links import MeetingLink

NAMES = ("pin", "secret", "token")
WORDS = {"pin": "PIN", "secret": "secret", "token": "token"}
"""How a person reads their names."""
MOST_FILE = 4096
"""Bytes that are read of a file."""


def split(text: str) -> tuple[str, Credentials]:
    """A link as it was pasted: without what it holds of PIN, secret and token, and these. Raises `BadLink`."""
    if not janus.recognise(text):
        return text, Credentials()
    return str(janus.parse(text)), janus.credentials(text)


def may_ask(link: str) -> bool:
    """Whether this means to be a link to a room that may ask for any of them."""
    return janus.recognise(link)


def wanted(to: MeetingLink) -> bool:
    """Whether a meeting of this kind may ask for any of them."""
    return to.service == "janus"


def named(credentials: Credentials) -> str:
    """Which of them there are, in words: "PIN and token"; empty for none."""
    return " and ".join(WORDS[name] for name in NAMES if getattr(credentials, name))


def before(first: Credentials, second: Credentials) -> Credentials:
    """Of each the first, where it is there."""
    return Credentials(*(getattr(first, name) or getattr(second, name) for name in NAMES))


def with_one(credentials: Credentials, name: str, value: str) -> Credentials:
    """The same with another PIN, secret or token. Raises `ValueError` for what is none of them."""
    if name not in NAMES:
        raise ValueError(f"A room asks for none of this kind: {name}.")
    return replace(credentials, **{name: value})


def from_outside(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Credentials:
    """From the files that were named, else from the environment. Raises `UsageError`."""
    found = []
    for name in NAMES:
        path: Path | None = getattr(arguments, f"{name}_file", None)
        value = environment.get(f"INCOG_{name.upper()}", "") if path is None else _read(path, name)
        if problem := refuse(value, name):
            raise UsageError(problem)
        found.append(value)
    return Credentials(*found)


def refuse(value: str, name: str) -> str:
    """One sentence why this cannot be a PIN, secret or token; empty when it can, or there is none."""
    if len(value) > janus.CREDENTIAL_LIMIT:
        return f"A {WORDS[name]} has at most {janus.CREDENTIAL_LIMIT} characters; copy it again."
    if not value.isprintable():
        return f"A {WORDS[name]} holds visible characters only; copy it again."
    return ""


async def kept(to: MeetingLink) -> Credentials:
    """What the keyring holds for a room."""
    from net.vault import Vault, room_key

    vault = await Vault.open()
    return Credentials(*(await vault.room_credentials(room_key(to.secret, to.public)) or ()))


async def found(given: Credentials, to: MeetingLink) -> Credentials:
    """What was given; where that is nothing, what is kept. The keyring is asked only for rooms that may ask."""
    return given if given != Credentials() or not wanted(to) else await kept(to)


async def keep(to: MeetingLink, credentials: Credentials) -> str:
    """Keep them for a room, in the keyring. One sentence why they are not kept, or an empty string."""
    from net.vault import Vault, room_key

    vault = await Vault.open()
    lasting = await vault.set_room_credentials(room_key(to.secret, to.public), *_values(credentials))
    return "" if lasting else vault.note


async def forget(to: MeetingLink) -> str:
    """Forget them. One sentence why something is left, or an empty string."""
    from net.vault import Vault, room_key

    vault = await Vault.open()
    return "" if await vault.forget_room_credentials(room_key(to.secret, to.public)) else vault.note


def _values(credentials: Credentials) -> tuple[str, str, str]:
    return credentials.pin, credentials.secret, credentials.token


def _read(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(MOST_FILE).decode()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(f"the {WORDS[name]} cannot be read from {str(path)!r}: {why}") from None
    value = text.splitlines()[0].strip() if text.strip() else ""
    if not value:
        raise UsageError(f"the first line of {str(path)!r} is empty; it is to hold the {WORDS[name]} and nothing else")
    return value
