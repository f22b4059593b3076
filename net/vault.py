"""What may outlast a meeting, in the system keyring and nowhere else.

Five things are kept, each only on request: the persona worn in a meeting, what a room asks for (PIN, secret, token),
the credential of a relay (TURN server), the key for marks of earlier meetings (`privacy.linkability`), and the links of
recent meetings. The names of entries tell neither links nor room ids nor servers: they stand under the service "incog"
and a hash. Where a link has no secret, everybody could try whether a hash is that of a room they know; there it is
keyed by chance, which the keyring holds as well.

Without a keyring everything but links and the key for marks is kept in memory (`net.store`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from typing import Final

from net.store import PATIENCE, Store
from privacy.persona import Persona, dump, load

MAX_CREDENTIAL: Final = 512  # characters of a user name or password of a relay, of a PIN, a secret or a token
LINKABILITY: Final = "linkability key"
RECENT: Final = "recent meetings"
NAMES: Final = "key of names"

_KEY_BYTES: Final = 32
_KNOWN: Final = "known "  # before the key of a room that has no secret


def room_key(secret: bytes, public: str = "") -> str:
    """Under what something of one meeting is kept: a hash keyed by the meeting's secret, which tells nothing of it.

    Where a link has none it is a hash of its `public` part, which anybody can compute who knows the room: it is for the
    vault, and for whoever else keys it again.
    """
    if secret:
        return hmac.new(secret, b"incog kept persona", hashlib.sha256).hexdigest()
    return _KNOWN + hashlib.sha256(b"incog known room " + public.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Burned:
    """What was removed."""

    personas: int = 0
    rooms: int = 0  # of which PIN, secret or token were kept
    credentials: int = 0
    key: bool = False  # the key for marks of earlier meetings


class Vault:
    """What is kept, by what it is. `lasting`, `note` and `trouble` are those of the `Store`."""

    def __init__(self, store: Store) -> None:
        """Made by `open`."""
        self._store = store
        self._names: bytes | None = None  # what the names of rooms without a secret are keyed by

    @classmethod
    async def open(cls, *, patience: float = PATIENCE) -> Vault:
        """The system keyring, or memory where there is none that can be used. Never fails."""
        return cls(await Store.open(patience))

    @property
    def lasting(self) -> bool:
        """Whether what is kept outlasts this process."""
        return self._store.lasting

    @property
    def note(self) -> str:
        """The same in one sentence for a person."""
        return self._store.note

    @property
    def trouble(self) -> str:
        """One sentence when a keyring is there, or may be, but could not be asked; else empty."""
        return self._store.trouble

    async def remember(self, room_key: str, persona: Persona) -> bool:
        """Keep the persona of a meeting. True when it outlasts this process."""
        return await self._store.write(await self._room_entry("persona", room_key, begin=True), dump(persona))

    async def recall(self, room_key: str) -> Persona | None:
        """The kept persona of a meeting; None when there is none, or none that can be read."""
        kept = await self._store.read(await self._room_entry("persona", room_key))
        try:
            return None if kept is None else load(kept)
        except ValueError:
            return None

    async def forget(self, room_key: str) -> bool:
        """Forget the persona of a meeting. True when nothing of it is left; else `note` says what went wrong."""
        return await self._store.erase(await self._room_entry("persona", room_key))

    async def room_credentials(self, room_key: str) -> tuple[str, str, str] | None:
        """PIN, secret and token kept for a room, each of them perhaps empty; None when nothing is."""
        match _list_of(await self._store.read(await self._room_entry("room", room_key))):
            case [str(pin), str(secret), str(token)]:
                return pin, secret, token
            case _:
                return None

    async def set_room_credentials(self, room_key: str, pin: str, secret: str, token: str) -> bool:
        """Keep PIN, secret and token of a room. True when they outlast this process.

        Raises `ValueError` with one sentence when they are too long.
        """
        if max(len(pin), len(secret), len(token)) > MAX_CREDENTIAL:
            raise ValueError(f"A room's PIN, secret and token have at most {MAX_CREDENTIAL} characters each.")
        entry = await self._room_entry("room", room_key, begin=True)
        return await self._store.write(entry, json.dumps([pin, secret, token]))

    async def forget_room_credentials(self, room_key: str) -> bool:
        """Forget PIN, secret and token of a room. True when nothing of them is left."""
        return await self._store.erase(await self._room_entry("room", room_key))

    async def ice_credential(self, url: str) -> tuple[str, str] | None:
        """The user name and password kept for a relay, or None."""
        match _list_of(await self._store.read(_ice_entry(url))):
            case [str(user), str(password)]:
                return user, password
            case _:
                return None

    async def set_ice_credential(self, url: str, user: str, password: str) -> bool:
        """Keep the user name and password of a relay. True when they outlast this process.

        Raises `ValueError` with one sentence when they are too long.
        """
        if max(len(user), len(password)) > MAX_CREDENTIAL:
            raise ValueError(f"A relay's user name and password have at most {MAX_CREDENTIAL} characters each.")
        return await self._store.write(_ice_entry(url), json.dumps([user, password]))

    async def forget_ice_credential(self, url: str) -> bool:
        """Forget the credential of a relay. True when nothing of it is left."""
        return await self._store.erase(_ice_entry(url))

    async def linkability_key(self, fresh: bytes | None = None) -> bytes | None:
        """The key for marks of earlier meetings, or None. `fresh`, 32 random bytes, is kept when there is none yet.

        It is in the keyring or nowhere: a key that ends with this process would never find a mark again.
        """
        return await self._store.key(LINKABILITY, fresh)

    async def recent(self) -> str:
        """What `set_recent` kept; empty for nothing."""
        return await self._store.read_lasting(RECENT) or ""

    async def set_recent(self, text: str) -> bool:
        """Keep the links of recent meetings, or with an empty text none. True when it is so in the keyring.

        They are in the keyring or nowhere: they are secrets, and nothing would be won by keeping them till the end.
        """
        return await self._store.write_lasting(RECENT, text)

    async def burn(self, room_key: str | None = None) -> Burned:
        """Remove what is kept of a meeting, or without one all that is kept; in any case the key for marks.

        Nothing of it is left while `lasting` is what it was before; else `note` says what went wrong.
        """
        if room_key is None:
            gone = await self._store.burn((LINKABILITY, RECENT, NAMES))
            self._names = None
        else:
            entries = [await self._room_entry(kind, room_key) for kind in ("persona", "room")]
            gone = await self._store.burn((LINKABILITY,), entries)
        return Burned(
            personas=sum(one.startswith("persona ") for one in gone),
            rooms=sum(one.startswith("room ") for one in gone),
            credentials=sum(one.startswith("relay ") for one in gone),
            key=LINKABILITY in gone,
        )

    async def _room_entry(self, kind: str, room_key: str, *, begin: bool = False) -> str:
        """The name of an entry; `begin`: it is about to be made. Raises `ValueError` for what is no room's key."""
        digest = room_key.removeprefix(_KNOWN)
        if not re.fullmatch("[0-9a-f]{32,128}", digest):
            raise ValueError("A room key must be a hash in hexadecimal: links and room ids do not belong in a keyring.")
        if digest == room_key:
            return f"{kind} {digest}"
        if self._names is None:
            self._names = await self._store.key(NAMES, secrets.token_bytes(_KEY_BYTES) if begin else None)
        return f"{kind} {hmac.new(self._names or b'', digest.encode(), hashlib.sha256).hexdigest()}"


def _list_of(kept: str | None) -> list[object]:
    """A list that was kept; an empty one for none, as for somebody else's entry or a broken one."""
    try:
        found = json.loads(kept or "[]")
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def _ice_entry(url: str) -> str:
    return f"relay {hashlib.sha256(b'incog relay ' + url.strip().lower().encode()).hexdigest()}"
