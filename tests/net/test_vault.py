from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import keyring.core
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.compat import properties
from keyring.errors import KeyringLocked, PasswordDeleteError

from net.store import LIST, PATIENCE, SERVICE
from net.vault import LINKABILITY, NAMES, Burned, Vault, room_key
from privacy.persona import dump, fresh, named

KEY = room_key(b"0123456789abcdef")
ME = named("I am not here", bytes(range(32)))
TURN = "turns:turn.example.org:5349?transport=tcp"


class InMemory(KeyringBackend):
    """A keyring like any other, but for where it keeps things."""

    @properties.classproperty
    def priority(cls) -> float:
        raise RuntimeError("never chosen by itself")

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.calls = 0
        self.error: Exception | None = None

    def _called(self) -> None:
        self.calls += 1
        if self.error is not None:
            raise self.error

    def get_password(self, service: str, username: str) -> str | None:
        self._called()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._called()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._called()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("no such password")


class Hanging(InMemory):
    """A keyring behind a bus that does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = threading.Event()

    def _called(self) -> None:
        super()._called()
        assert self.answer.wait(30)


class Plaintext(InMemory):
    """As `keyrings.alt` has one: it writes a file."""


Plaintext.__module__ = "keyrings.alt.file"


def use(backend: KeyringBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> InMemory:
    """The system keyring of this test."""
    backend = InMemory()
    use(backend, monkeypatch)
    return backend


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    backend = Hanging()
    use(backend, monkeypatch)
    yield backend
    backend.answer.set()


def is_one_sentence(note: str) -> bool:
    return note.endswith(".") and note.count(". ") == 0 and note.isprintable()


# --- a keyring that works ------------------------------------------------------------------------------------------


async def test_a_persona_outlasts_the_process(system: InMemory):
    vault = await Vault.open()
    assert vault.lasting
    assert vault.note == "What you keep is stored in the system keyring."
    assert await vault.recall(KEY) is None
    assert await vault.remember(KEY, ME)
    assert await vault.recall(KEY) == ME

    later = await Vault.open()
    assert await later.recall(KEY) == ME
    assert await later.recall(room_key(b"another meeting.")) is None
    assert await later.forget(KEY)
    assert await later.recall(KEY) is None
    assert system.kept == {}
    assert await later.forget(KEY)  # nothing there: nothing left
    assert later.lasting


async def test_a_relays_credential_outlasts_the_process(system: InMemory):
    vault = await Vault.open()
    assert await vault.ice_credential(TURN) is None
    assert await vault.set_ice_credential(TURN, "user ü", "pass:word")
    later = await Vault.open()
    assert await later.ice_credential(f" {TURN.upper()} ") == ("user ü", "pass:word")
    assert await later.ice_credential("turn:other.example.org") is None
    assert await later.forget_ice_credential(TURN)
    assert await later.ice_credential(TURN) is None
    assert system.kept == {}


async def test_the_keyring_sees_hashes_only(system: InMemory):
    vault = await Vault.open()
    await vault.remember(KEY, ME)
    await vault.set_ice_credential(TURN, "user", "password")
    await vault.linkability_key(bytes(range(32)))
    assert json.loads(system.kept.pop((SERVICE, LIST))) == [entry for _, entry in list(system.kept)[:2]]
    assert system.kept.pop((SERVICE, LINKABILITY)) == bytes(range(32)).hex()
    for service, entry in system.kept:
        assert service == SERVICE == "incog"
        kind, name = entry.split(" ")
        assert kind in ("persona", "relay")
        assert len(bytes.fromhex(name)) == 32
        assert "turn" not in entry


@pytest.mark.parametrize(
    "key", ["", "mesh+ws://127.0.0.1:7000/#AAAAAAAAAAAAAAAAAAAAAA", "lobby", KEY.upper(), KEY[:31]]
)
async def test_a_link_or_a_room_id_is_no_room_key(system: InMemory, key: str):
    vault = await Vault.open()
    for call in (vault.remember(key, ME), vault.recall(key), vault.forget(key)):
        with pytest.raises(ValueError, match="must be a hash"):
            await call
    assert system.kept == {}


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_each_meeting_has_its_room_key_and_no_key_holds_the_secret(one: bytes, other: bytes):
    assert (room_key(one) == room_key(other)) is (one == other)
    assert one.hex() not in room_key(one)


KNOWN = room_key(b"", "janus+wss://rooms.example.org/janus?room=1234")


async def test_the_name_of_an_entry_cannot_be_guessed_from_a_room_that_everybody_knows(
    system: InMemory, monkeypatch: pytest.MonkeyPatch
):
    names = set()
    for _ in range(2):
        system.kept.clear()
        vault = await Vault.open()
        assert await vault.recall(KNOWN) is None
        assert not system.kept  # asking makes no key
        await vault.remember(KNOWN, ME)
        assert await (await Vault.open()).recall(KNOWN) == ME
        (entry,) = (entry for _, entry in system.kept if entry.startswith("persona "))
        names.add(entry)
        assert KNOWN.split()[1] not in "\n".join([*system.kept.values(), *(entry for _, entry in system.kept)])
    assert len(names) == 2
    monkeypatch.setattr(keyring.core, "_keyring_backend", fail.Keyring())
    without = await Vault.open()
    assert not await without.remember(KNOWN, ME)
    assert await without.recall(KNOWN) == ME


async def test_rooms_that_everybody_knows_are_told_apart_forgotten_and_burned(system: InMemory):
    other = room_key(b"", "janus+wss://rooms.example.org/janus?room=1235")
    vault = await Vault.open()
    await vault.remember(KNOWN, ME)
    assert await vault.recall(other) is None
    assert await vault.burn(other) == Burned()
    assert await vault.burn(KNOWN) == Burned(personas=1)
    await vault.remember(KNOWN, ME)
    assert await vault.forget(KNOWN)
    assert await vault.recall(KNOWN) is None
    await vault.remember(other, ME)
    assert (SERVICE, NAMES) in system.kept
    assert await vault.burn() == Burned(personas=1)
    assert not system.kept
    await vault.remember(other, ME)  # under a new key
    assert await (await Vault.open()).recall(other) == ME


async def test_what_is_too_long_for_a_credential_is_refused(system: InMemory):
    vault = await Vault.open()
    with pytest.raises(ValueError, match="at most 512 characters"):
        await vault.set_ice_credential(TURN, "user", "x" * 513)
    assert system.kept == {}


@pytest.mark.parametrize("text", ["", "x", "null", "[]", '{"v":1}', '["user"]', '["user",1]', "[" * 100_000])
async def test_entries_that_cannot_be_read_are_as_good_as_none(system: InMemory, text: str):
    vault = await Vault.open()
    await vault.remember(KEY, ME)
    await vault.set_ice_credential(TURN, "user", "password")
    system.kept = dict.fromkeys(system.kept, text)
    later = await Vault.open()
    assert await later.recall(KEY) is None
    assert await later.ice_credential(TURN) is None
    assert later.lasting


# --- the key for marks of earlier meetings -------------------------------------------------------------------------

MARKS_KEY = bytes(range(32))


async def test_the_key_for_marks_is_made_once(system: InMemory):
    vault = await Vault.open()
    assert await vault.linkability_key() is None
    assert await vault.linkability_key(MARKS_KEY) == MARKS_KEY
    later = await Vault.open()
    assert await later.linkability_key(bytes(32)) == MARKS_KEY
    assert await later.linkability_key() == MARKS_KEY


@pytest.mark.parametrize("kept", ["", "x", "ab" * 31, "AB" * 32])
async def test_a_key_for_marks_that_cannot_be_one_is_made_anew(system: InMemory, kept: str):
    system.kept[SERVICE, LINKABILITY] = kept
    vault = await Vault.open()
    assert await vault.linkability_key() is None
    assert await vault.linkability_key(MARKS_KEY) == MARKS_KEY
    assert system.kept == {(SERVICE, LINKABILITY): MARKS_KEY.hex()}


async def test_without_a_keyring_there_is_no_key_for_marks(monkeypatch: pytest.MonkeyPatch):
    use(fail.Keyring(), monkeypatch)
    vault = await Vault.open()
    assert await vault.linkability_key(MARKS_KEY) is None
    assert await vault.linkability_key() is None


async def test_a_key_for_marks_that_the_keyring_did_not_take_is_no_key(system: InMemory):
    vault = await Vault.open()
    system.error = KeyringLocked("locked meanwhile")
    assert await vault.linkability_key(MARKS_KEY) is None
    assert not vault.lasting


# --- burning -------------------------------------------------------------------------------------------------------


async def full(system: InMemory) -> Vault:
    """A keyring with everything in it that can be kept, and something that is not ours."""
    vault = await Vault.open()
    await vault.remember(KEY, ME)
    await vault.remember(room_key(b"another meeting."), ME)
    await vault.set_ice_credential(TURN, "user", "password")
    await vault.linkability_key(MARKS_KEY)
    system.kept["mail", "user"] = "somebody else's"
    return vault


async def test_burning_removes_everything_of_ours_and_says_what(system: InMemory):
    await full(system)
    vault = await Vault.open()
    assert await vault.burn() == Burned(personas=2, credentials=1, key=True)
    assert system.kept == {("mail", "user"): "somebody else's"}
    assert vault.lasting
    assert await vault.burn() == Burned()


async def test_burning_one_meeting_leaves_the_others_and_takes_the_key(system: InMemory):
    vault = await full(system)
    assert await vault.burn(KEY) == Burned(personas=1, credentials=0, key=True)
    assert await vault.recall(KEY) is None
    assert await vault.recall(room_key(b"another meeting.")) == ME
    assert await vault.ice_credential(TURN) == ("user", "password")
    assert await vault.linkability_key() is None
    assert await (await Vault.open()).burn() == Burned(personas=1, credentials=1, key=False)


async def test_what_was_forgotten_is_not_burned_again(system: InMemory):
    vault = await full(system)
    await vault.forget(KEY)
    await vault.forget(KEY)
    assert await vault.burn() == Burned(personas=1, credentials=1, key=True)


async def test_a_link_is_nothing_to_burn_by(system: InMemory):
    vault = await full(system)
    with pytest.raises(ValueError, match="must be a hash"):
        await vault.burn("lobby")


async def test_what_is_in_memory_alone_is_burned_too(monkeypatch: pytest.MonkeyPatch):
    use(fail.Keyring(), monkeypatch)
    vault = await Vault.open()
    await vault.remember(KEY, ME)
    await vault.set_ice_credential(TURN, "user", "password")
    assert await vault.burn(room_key(b"another meeting.")) == Burned()
    assert await vault.burn() == Burned(personas=1, credentials=1)
    assert await vault.recall(KEY) is None


async def test_a_keyring_that_does_not_burn_is_not_said_to_have_burned(system: InMemory):
    vault = await full(system)
    later = await Vault.open()
    system.error = KeyringLocked("locked meanwhile")
    assert await later.burn() == Burned()
    assert not later.lasting
    assert is_one_sentence(later.note)
    assert (later.trouble, vault.trouble) == (later.note, "")
    assert vault.lasting


@pytest.mark.parametrize("text", ["", "x", "{}", "[1, null]", '["mail", "linkability key"]', "[" * 100_000])
async def test_a_broken_list_is_begun_anew(system: InMemory, text: str):
    vault = await full(system)
    system.kept[SERVICE, LIST] = text
    system.kept[SERVICE, "mail"] = "not ours"
    await vault.remember(KEY, ME)
    assert await (await Vault.open()).burn() == Burned(personas=1, credentials=0, key=True)
    assert system.kept[SERVICE, "mail"] == "not ours"


# --- no keyring: the normal case -----------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring()])
async def test_without_a_keyring_everything_is_in_memory_and_said_so(
    backend: KeyringBackend, monkeypatch: pytest.MonkeyPatch
):
    use(backend, monkeypatch)
    vault = await Vault.open()
    assert not vault.lasting
    assert vault.note.startswith("There is no system keyring here, so what you keep ends with this run of incog; ")
    assert is_one_sentence(vault.note)
    assert not await vault.remember(KEY, ME)
    assert await vault.recall(KEY) == ME
    assert not await vault.set_ice_credential(TURN, "user", "password")
    assert await vault.ice_credential(TURN) == ("user", "password")
    assert await vault.forget(KEY)
    assert await vault.recall(KEY) is None
    assert await (await Vault.open()).ice_credential(TURN) is None


async def test_a_back_end_that_writes_files_is_refused(monkeypatch: pytest.MonkeyPatch):
    plaintext = Plaintext()
    use(plaintext, monkeypatch)
    vault = await Vault.open()
    assert not vault.lasting
    assert "keyrings.alt.file" in vault.note
    assert is_one_sentence(vault.note)
    assert not await vault.remember(KEY, ME)
    assert plaintext.calls == 0


@pytest.mark.parametrize("usable", [True, False])
async def test_of_several_keyrings_the_first_usable_one_is_taken(monkeypatch: pytest.MonkeyPatch, usable: bool):
    plaintext, system = Plaintext(), InMemory()
    members: list[KeyringBackend] = [plaintext, fail.Keyring()]
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [*members, *([system] if usable else [])])
    use(chainer.ChainerBackend(), monkeypatch)
    vault = await Vault.open()
    assert vault.lasting is usable
    assert await vault.remember(KEY, ME) is usable
    assert plaintext.calls == 0
    assert list(system.kept.values())[1:] == ([dump(ME)] if usable else [])


# --- a keyring that fails ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyringLocked("no"), OSError("no bus"), EOFError(), RuntimeError("D-Bus")])
async def test_a_keyring_that_fails_from_the_start_is_not_asked_again(system: InMemory, error: Exception):
    system.error = error
    vault = await Vault.open()
    assert not vault.lasting
    assert type(error).__name__ in vault.note
    assert is_one_sentence(vault.note)
    calls = system.calls
    assert not await vault.remember(KEY, ME)
    assert await vault.recall(KEY) == ME
    assert system.calls == calls


@pytest.mark.parametrize("call", ["remember", "recall", "forget"])
async def test_a_keyring_that_fails_later_leaves_the_memory(system: InMemory, call: str):
    vault = await Vault.open()
    other = room_key(b"another meeting.")
    assert await vault.remember(KEY, ME)
    system.error = KeyringLocked("locked meanwhile")
    if call == "remember":
        assert not await vault.remember(other, fresh(bytes(32)))
        assert await vault.recall(other) == fresh(bytes(32))
    elif call == "recall":
        assert await vault.recall(other) is None
    else:
        assert not await vault.forget(KEY)
        assert not await vault.forget(KEY)  # still in the keyring, and it must not be claimed otherwise
        assert await vault.recall(KEY) is None
        await vault.remember(KEY, ME)
    assert not vault.lasting
    assert vault.note.startswith("The system keyring failed (KeyringLocked), ")
    assert is_one_sentence(vault.note)
    assert await vault.recall(KEY) == ME


async def test_a_deletion_that_fails_is_not_taken_for_an_entry_that_is_not_there(monkeypatch: pytest.MonkeyPatch):
    class Stubborn(InMemory):
        def delete_password(self, service: str, username: str) -> None:
            raise PasswordDeleteError("not allowed")

    use(Stubborn(), monkeypatch)
    vault = await Vault.open()
    assert await vault.remember(KEY, ME)
    assert not await vault.forget(KEY)
    assert "PasswordDeleteError" in vault.note


async def test_a_keyring_that_never_answers_is_given_up(hanging: Hanging):
    start = time.monotonic()
    vault = await Vault.open(patience=0.05)
    assert not vault.lasting
    assert "did not answer within 0.05 seconds" in vault.note
    assert is_one_sentence(vault.note)
    assert not await vault.remember(KEY, ME)
    assert await vault.recall(KEY) == ME
    assert time.monotonic() - start < PATIENCE
    assert hanging.calls == 1


async def test_an_answer_that_comes_too_late_changes_nothing(hanging: Hanging):
    vault = await Vault.open(patience=0.05)
    hanging.answer.set()
    await asyncio.sleep(0.05)
    assert not vault.lasting
    assert await vault.recall(KEY) is None


def test_a_program_ends_although_its_keyring_hangs(hanging: Hanging):
    async def run() -> str:
        return (await Vault.open(patience=0.05)).note

    start = time.monotonic()
    assert "did not answer" in asyncio.run(run())
    assert time.monotonic() - start < PATIENCE
    hanging.answer.set()  # and the late answer finds no loop
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(30)


async def test_a_bus_that_accepts_and_then_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from keyring.backends import SecretService

    bus = socket.socket(socket.AF_UNIX)
    bus.bind(str(tmp_path / "bus"))
    bus.listen()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'bus'}")
    use(SecretService.Keyring(), monkeypatch)
    try:
        vault = await Vault.open(patience=0.3)
        assert not vault.lasting
        assert "did not answer" in vault.note
    finally:
        caller, _ = bus.accept()
        caller.close()
        bus.close()


async def test_no_bus_at_all_is_a_keyring_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from keyring.backends import SecretService

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nothing'}")
    use(SecretService.Keyring(), monkeypatch)
    vault = await Vault.open()
    assert not vault.lasting
    assert vault.note.startswith("The system keyring failed (")


async def test_nothing_is_written_to_a_file(system: InMemory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for backend in (system, fail.Keyring()):
        use(backend, monkeypatch)
        vault = await Vault.open()
        await vault.remember(KEY, ME)
        await vault.set_ice_credential(TURN, "user", "password")
    assert list(tmp_path.rglob("*")) == []
    assert json.loads(dump(ME))["alias"] == ME.alias
