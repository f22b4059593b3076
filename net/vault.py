"""What may outlast a meeting, in the system keyring and nowhere else.

Two things are kept, each only on request: the persona worn in a meeting, and the credential of a relay (TURN server).
The keyring sees neither links nor room ids nor the names of servers: entries stand under the service "incog" and a
hash.

No keyring is a normal case: then everything is kept in memory, ends with the process, and `note` says so. Nothing is
ever written to a file, and back ends that do that are refused.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar, cast

from privacy.persona import Persona, dump, load

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "incog"
PATIENCE: Final = 5.0  # seconds for one call: the keyring may be behind a bus that never answers, or ask a person
MAX_CREDENTIAL: Final = 512  # characters of a user name or password of a relay

T = TypeVar("T")

_MEMORY: Final = "so what you keep ends with this run of incog"
_NONE: Final = (
    f"There is no system keyring here, {_MEMORY}; start one, such as GNOME Keyring or KWallet, to keep it longer."
)


def room_key(secret: bytes) -> str:
    """Under what the persona of a meeting is kept: a hash keyed by the meeting's secret, which tells nothing of it."""
    return hmac.new(secret, b"incog kept persona", hashlib.sha256).hexdigest()


class Vault:
    """Kept personas and relay credentials.

    `lasting` says whether they outlast this process, and `note` says it in one sentence for a person. Both can change
    with every call: a keyring that fails or does not answer within the time is not asked again.
    """

    def __init__(self, backend: KeyringBackend | None, note: str, patience: float = PATIENCE) -> None:
        """Made by `open`."""
        self.note = note
        self._backend = backend
        self._patience = patience
        self._memory: dict[str, str] = {}
        self._failed = False  # a keyring is there, or may be, but it is not asked any more

    @property
    def lasting(self) -> bool:
        """Whether what is kept outlasts this process."""
        return self._backend is not None

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
        return await self._write(_persona_entry(room_key), dump(persona))

    async def recall(self, room_key: str) -> Persona | None:
        """The kept persona of a meeting; None when there is none, or none that can be read."""
        kept = await self._read(_persona_entry(room_key))
        try:
            return None if kept is None else load(kept)
        except ValueError:
            return None

    async def forget(self, room_key: str) -> bool:
        """Forget the persona of a meeting. True when nothing of it is left; else `note` says what went wrong."""
        return await self._erase(_persona_entry(room_key))

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

    async def _read(self, entry: str) -> str | None:
        if entry in self._memory:
            return self._memory[entry]
        if (backend := self._backend) is None:
            return None
        return await self._try(lambda: backend.get_password(SERVICE, entry))

    async def _write(self, entry: str, text: str) -> bool:
        self._memory[entry] = text
        if (backend := self._backend) is not None:
            await self._try(lambda: backend.set_password(SERVICE, entry, text))
        return self.lasting

    async def _erase(self, entry: str) -> bool:
        self._memory.pop(entry, None)
        if (backend := self._backend) is None:
            return not self._failed
        await self._try(lambda: _delete(backend, entry))
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


def _delete(backend: KeyringBackend, entry: str) -> None:
    from keyring.errors import PasswordDeleteError

    try:
        backend.delete_password(SERVICE, entry)
    except PasswordDeleteError:
        if backend.get_password(SERVICE, entry) is not None:
            raise


def _persona_entry(room_key: str) -> str:
    if not re.fullmatch("[0-9a-f]{32,128}", room_key):
        raise ValueError("A room key must be a hash in hexadecimal: links and room ids do not belong in a keyring.")
    return f"persona {room_key}"


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
