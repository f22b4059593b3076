"""What may outlast a meeting, in the system keyring and nowhere else.

Five things are kept, each only on request: the persona worn in a meeting, what a room asks for (PIN, secret, token),
the credential of a relay (TURN server), the key for marks of earlier meetings (`privacy.linkability`), and the links of
recent meetings. The names of entries tell neither links nor room ids nor servers: they stand under the service "incog"
and a hash. Where a link has no secret, everybody could try whether a hash is that of a room they know; there it is
keyed by chance, which the keyring holds as well. One more entry lists them, since no keyring can be asked what is in
it, and whoever wants to burn everything must not have to remember it all.

No keyring is a normal case: then everything but links and the key for marks is kept in memory, ends with the process,
and `note` says so. Nothing is ever written to a file, and back ends that do that are refused.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar, cast

from privacy.persona import Persona, dump, load

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "incog"
PATIENCE: Final = 5.0  # seconds for one call: the keyring may be behind a bus that never answers, or ask a person
MAX_CREDENTIAL: Final = 512  # characters of a user name or password of a relay, of a PIN, a secret or a token
LINKABILITY: Final = "linkability key"
RECENT: Final = "recent meetings"
NAMES: Final = "key of names"
LIST: Final = "kept entries"

T = TypeVar("T")

_ENTRY: Final = re.compile("(?:persona|room|relay) [0-9a-f]{32,128}")
_KEY_BYTES: Final = 32
_KNOWN: Final = "known "  # before the key of a room that has no secret
_MEMORY: Final = "so what you keep ends with this run of incog"
_NONE: Final = (
    f"There is no system keyring here, {_MEMORY}; start one, such as GNOME Keyring or KWallet, to keep it longer."
)


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
    """Kept personas and relay credentials, and the key for marks of earlier meetings.

    `lasting` says whether they outlast this process, and `note` says it in one sentence for a person. Both can change
    with every call: a keyring that fails or does not answer within the time is not asked again.
    """

    def __init__(self, backend: KeyringBackend | None, note: str, patience: float = PATIENCE) -> None:
        """Made by `open`."""
        self.note = note
        self._backend = backend
        self._patience = patience
        self._memory: dict[str, str] = {}
        self._names: bytes | None = None  # what the names of rooms without a secret are keyed by
        self._failed = False  # a keyring is there, or may be, but it is not asked any more

    @property
    def lasting(self) -> bool:
        """Whether what is kept outlasts this process."""
        return self._backend is not None

    @property
    def trouble(self) -> str:
        """One sentence when a keyring is there, or may be, but could not be asked; else empty."""
        return self.note if self._failed else ""

    @classmethod
    async def open(cls, *, patience: float = PATIENCE) -> Vault:
        """The system keyring, or memory where there is none that can be used. Never fails."""
        vault = cls(None, _NONE, patience)
        found = await vault._try(_find_backend)
        if isinstance(found, str):
            vault.note = found
        elif found is not None:
            vault._backend = found
            # A back end may be there and yet be locked or out of reach. Whether it answers shows only when it is asked.
            await vault._read("probe")
            if vault.lasting:
                vault.note = "What you keep is stored in the system keyring."
        return vault

    async def remember(self, room_key: str, persona: Persona) -> bool:
        """Keep the persona of a meeting. True when it outlasts this process."""
        return await self._write(await self._room_entry("persona", room_key, begin=True), dump(persona))

    async def recall(self, room_key: str) -> Persona | None:
        """The kept persona of a meeting; None when there is none, or none that can be read."""
        kept = await self._read(await self._room_entry("persona", room_key))
        try:
            return None if kept is None else load(kept)
        except ValueError:
            return None

    async def forget(self, room_key: str) -> bool:
        """Forget the persona of a meeting. True when nothing of it is left; else `note` says what went wrong."""
        return await self._erase(await self._room_entry("persona", room_key))

    async def room_credentials(self, room_key: str) -> tuple[str, str, str] | None:
        """PIN, secret and token kept for a room, each of them perhaps empty; None when nothing is."""
        kept = await self._read(await self._room_entry("room", room_key))
        try:
            match json.loads(kept or "null"):
                case [str(pin), str(secret), str(token)]:
                    return pin, secret, token
        except (ValueError, RecursionError):
            pass  # somebody else's entry, or a broken one: as good as none
        return None

    async def set_room_credentials(self, room_key: str, pin: str, secret: str, token: str) -> bool:
        """Keep PIN, secret and token of a room. True when they outlast this process.

        Raises `ValueError` with one sentence when they are too long.
        """
        if max(len(pin), len(secret), len(token)) > MAX_CREDENTIAL:
            raise ValueError(f"A room's PIN, secret and token have at most {MAX_CREDENTIAL} characters each.")
        entry = await self._room_entry("room", room_key, begin=True)
        return await self._write(entry, json.dumps([pin, secret, token]))

    async def forget_room_credentials(self, room_key: str) -> bool:
        """Forget PIN, secret and token of a room. True when nothing of them is left."""
        return await self._erase(await self._room_entry("room", room_key))

    async def ice_credential(self, url: str) -> tuple[str, str] | None:
        """The user name and password kept for a relay, or None."""
        kept = await self._read(_ice_entry(url))
        try:
            match json.loads(kept or "null"):
                case [str(user), str(password)]:
                    return user, password
        except (ValueError, RecursionError):
            pass  # somebody else's entry, or a broken one: as good as none
        return None

    async def set_ice_credential(self, url: str, user: str, password: str) -> bool:
        """Keep the user name and password of a relay. True when they outlast this process.

        Raises `ValueError` with one sentence when they are too long.
        """
        if max(len(user), len(password)) > MAX_CREDENTIAL:
            raise ValueError(f"A relay's user name and password have at most {MAX_CREDENTIAL} characters each.")
        return await self._write(_ice_entry(url), json.dumps([user, password]))

    async def forget_ice_credential(self, url: str) -> bool:
        """Forget the credential of a relay. True when nothing of it is left."""
        return await self._erase(_ice_entry(url))

    async def linkability_key(self, fresh: bytes | None = None) -> bytes | None:
        """The key for marks of earlier meetings, or None. `fresh`, 32 random bytes, is kept when there is none yet.

        It is in the keyring or nowhere: a key that ends with this process would never find a mark again.
        """
        if (backend := self._backend) is None:
            return None
        return await self._try(lambda: _key(backend, LINKABILITY, fresh))

    async def recent(self) -> str:
        """What `set_recent` kept; empty for nothing."""
        if (backend := self._backend) is None:
            return ""
        return await self._try(lambda: backend.get_password(SERVICE, RECENT)) or ""

    async def set_recent(self, text: str) -> bool:
        """Keep the links of recent meetings, or with an empty text none. True when it is so in the keyring.

        They are in the keyring or nowhere: they are secrets, and nothing would be won by keeping them till the end.
        """
        if (backend := self._backend) is None:
            return not text and not self._failed
        await self._try(lambda: backend.set_password(SERVICE, RECENT, text) if text else _delete(backend, RECENT))
        return self.lasting

    async def burn(self, room_key: str | None = None) -> Burned:
        """Remove what is kept of a meeting, or without one all that is kept; in any case the key for marks.

        Nothing of it is left while `lasting` is what it was before; else `note` says what went wrong.
        """
        entries = None
        if room_key is not None:
            entries = [await self._room_entry(kind, room_key) for kind in ("persona", "room")]
        gone = set(self._memory) & set(self._memory if entries is None else entries)
        for one in gone:
            del self._memory[one]
        if (backend := self._backend) is not None:
            gone |= await self._try(lambda: _burn(backend, entries)) or set()
        if entries is None:
            self._names = None
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
        if self._names is None and (backend := self._backend) is not None:
            fresh = secrets.token_bytes(_KEY_BYTES) if begin else None
            self._names = await self._try(lambda: _key(backend, NAMES, fresh))
        return f"{kind} {hmac.new(self._names or b'', digest.encode(), hashlib.sha256).hexdigest()}"

    async def _read(self, entry: str) -> str | None:
        if entry in self._memory:
            return self._memory[entry]
        if (backend := self._backend) is None:
            return None
        return await self._try(lambda: backend.get_password(SERVICE, entry))

    async def _write(self, entry: str, text: str) -> bool:
        self._memory[entry] = text
        if (backend := self._backend) is not None:
            await self._try(lambda: _keep(backend, entry, text))
        return self.lasting

    async def _erase(self, entry: str) -> bool:
        self._memory.pop(entry, None)
        if (backend := self._backend) is None:
            return not self._failed
        await self._try(lambda: _forget(backend, entry))
        return self.lasting

    async def _try(self, call: Callable[[], T]) -> T | None:
        """Call the keyring. When it fails or takes too long, go on in memory and say so."""
        try:
            return await asyncio.wait_for(_in_thread(call), self._patience)
        except TimeoutError:
            why = f"did not answer within {self._patience:g} seconds"
        except Exception as error:  # back ends raise what they like: D-Bus errors, OSError, EOFError, ...
            why = f"failed ({type(error).__name__})"
        self._backend = None
        self._failed = True
        self.note = f"The system keyring {why}, {_MEMORY}; unlock or restart it, then start incog again."
        return None


def _find_backend() -> KeyringBackend | str | None:
    """The first system keyring that can be used, or one sentence why there is none."""
    import keyring
    from keyring.backends import chainer, fail, null

    refused = ""
    chosen = keyring.get_keyring()
    for backend in chosen.backends if isinstance(chosen, chainer.ChainerBackend) else [chosen]:
        module = type(backend).__module__
        if isinstance(backend, (fail.Keyring, null.Keyring)):
            continue
        if module.split(".")[0] == "keyrings":  # where back ends live that keep files or ask on the terminal
            refused = module
            continue
        return backend
    if refused:
        return f"The only keyring here is {refused}, which incog does not use as it keeps files, {_MEMORY}."
    return None


def _keep(backend: KeyringBackend, entry: str, text: str) -> None:
    """Store an entry. It is listed first, so that none is ever there unlisted."""
    listed = _listed(backend)
    if entry not in listed:
        backend.set_password(SERVICE, LIST, json.dumps([*listed, entry]))
    backend.set_password(SERVICE, entry, text)


def _forget(backend: KeyringBackend, entry: str) -> None:
    _delete(backend, entry)
    listed = _listed(backend)
    rest = [one for one in listed if one != entry]
    if not rest:
        _delete(backend, LIST)
    elif rest != listed:
        backend.set_password(SERVICE, LIST, json.dumps(rest))


def _burn(backend: KeyringBackend, entries: Sequence[str] | None) -> set[str]:
    """Remove entries, or all that are listed, and the key for marks; what was there."""
    gone = set()
    for one in (LINKABILITY, *((RECENT, NAMES, *_listed(backend)) if entries is None else entries)):
        if backend.get_password(SERVICE, one) is not None:
            gone.add(one)
        _forget(backend, one)
    return gone


def _listed(backend: KeyringBackend) -> list[str]:
    """The names of the entries."""
    try:
        match json.loads(backend.get_password(SERVICE, LIST) or "[]"):
            case list(entries):
                return [one for one in entries if isinstance(one, str) and _ENTRY.fullmatch(one)]
    except (ValueError, RecursionError):
        pass  # a broken list is begun anew
    return []


def _key(backend: KeyringBackend, entry: str, fresh: bytes | None) -> bytes | None:
    kept = backend.get_password(SERVICE, entry) or ""
    if re.fullmatch("[0-9a-f]{64}", kept):
        return bytes.fromhex(kept)
    if fresh is not None:
        backend.set_password(SERVICE, entry, fresh.hex())
    return fresh


def _delete(backend: KeyringBackend, entry: str) -> None:
    from keyring.errors import PasswordDeleteError

    try:
        backend.delete_password(SERVICE, entry)
    except PasswordDeleteError:
        if backend.get_password(SERVICE, entry) is not None:
            raise


def _ice_entry(url: str) -> str:
    return f"relay {hashlib.sha256(b'incog relay ' + url.strip().lower().encode()).hexdigest()}"


async def _in_thread(call: Callable[[], T]) -> T:
    """Run a blocking call in a thread that nobody waits for at the end of the program, unlike those of an executor."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(value: T | None, error: Exception | None) -> None:
        if done.done():
            return  # given up: the time was over
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(cast(T, value))

    def run() -> None:
        value, error = None, None
        try:
            value = call()
        except Exception as raised:  # handed to whoever waits
            error = raised
        try:
            loop.call_soon_threadsafe(settle, value, error)
        except RuntimeError:
            pass  # the loop has ended: nobody waits for the answer any more

    threading.Thread(target=run, name="keyring", daemon=True).start()
    return await done
