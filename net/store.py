"""Texts under names, in the system keyring, or in memory where there is none that can be used.

One more entry lists them, since no keyring can be asked what is in it, and whoever wants to burn everything must not
have to remember it all. No keyring is a normal case: then what is kept ends with the process, and `note` says so.
Nothing is ever written to a file, and back ends that do that are refused.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final, TypeVar, cast

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "incog"
PATIENCE: Final = 5.0  # seconds for one call: the keyring may be behind a bus that never answers, or ask a person
LIST: Final = "kept entries"

T = TypeVar("T")

_ENTRY: Final = re.compile("(?:persona|room|relay) [0-9a-f]{32,128}")
_MEMORY: Final = "so what you keep ends with this run of incog"
_NONE: Final = (
    f"There is no system keyring here, {_MEMORY}; start one, such as GNOME Keyring or KWallet, to keep it longer."
)


class Store:
    """`lasting` says whether what is kept outlasts this process, and `note` says it in one sentence for a person.

    Both can change with every call: a keyring that fails or does not answer within the time is not asked again.
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

    @property
    def trouble(self) -> str:
        """One sentence when a keyring is there, or may be, but could not be asked; else empty."""
        return self.note if self._failed else ""

    @classmethod
    async def open(cls, patience: float = PATIENCE) -> Store:
        """The system keyring, or memory where there is none that can be used. Never fails."""
        store = cls(None, _NONE, patience)
        found = await store._try(_find_backend)
        if isinstance(found, str):
            store.note = found
        elif found is not None:
            store._backend = found
            # A back end may be there and yet be locked or out of reach. Whether it answers shows only when it is asked.
            await store.read("probe")
            if store.lasting:
                store.note = "What you keep is stored in the system keyring."
        return store

    async def read(self, entry: str) -> str | None:
        """What is kept under a name."""
        return self._memory[entry] if entry in self._memory else await self.read_lasting(entry)

    async def write(self, entry: str, text: str) -> bool:
        """Keep a text under a name. True when it outlasts this process."""
        self._memory[entry] = text
        if (backend := self._backend) is not None:
            await self._try(lambda: _keep(backend, entry, text))
        return self.lasting

    async def erase(self, entry: str) -> bool:
        """Forget what is kept under a name. True when nothing of it is left."""
        self._memory.pop(entry, None)
        if (backend := self._backend) is None:
            return not self._failed
        await self._try(lambda: _forget(backend, entry))
        return self.lasting

    async def burn(self, others: Collection[str], entries: Collection[str] | None = None) -> set[str]:
        """Forget these entries, or without any all that are listed, and `others` that are not; what was there."""
        gone = set(self._memory) & set(self._memory if entries is None else entries)
        for one in gone:
            del self._memory[one]
        if (backend := self._backend) is not None:
            gone |= await self._try(lambda: _burn(backend, others, entries)) or set()
        return gone

    # what is in the keyring or nowhere, and not listed

    async def read_lasting(self, entry: str) -> str | None:
        """What the keyring has under a name."""
        if (backend := self._backend) is None:
            return None
        return await self._try(lambda: backend.get_password(SERVICE, entry))

    async def write_lasting(self, entry: str, text: str) -> bool:
        """Have the keyring keep a text under a name, an empty one not at all. True when it is so in it."""
        if (backend := self._backend) is None:
            return not text and not self._failed
        await self._try(lambda: backend.set_password(SERVICE, entry, text) if text else _delete(backend, entry))
        return self.lasting

    async def key(self, entry: str, fresh: bytes | None) -> bytes | None:
        """A key of 32 bytes that the keyring keeps, or None. `fresh` is kept when there is none yet."""
        if (backend := self._backend) is None:
            return None
        return await self._try(lambda: _key(backend, entry, fresh))

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


def _burn(backend: KeyringBackend, others: Collection[str], entries: Collection[str] | None) -> set[str]:
    gone = set()
    for one in (*others, *(_listed(backend) if entries is None else entries)):
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
