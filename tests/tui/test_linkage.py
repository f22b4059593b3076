"""What ties meetings together: told, kept, and burned; with the marks in a file and their key in a keyring."""

from __future__ import annotations

import json
import stat
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from keyring.backends import fail
from keyring.errors import KeyringLocked
from textual.pilot import Pilot

from net.services import links
from net.services.links import MeetingLink
from net.services.mesh import link
from net.store import SERVICE
from net.vault import LINKABILITY, Vault, room_key
from privacy.facts import Audience, Disclosure, Evidence, Fact
from privacy.ledger import Entry, Ledger
from privacy.linkability import Memory, Tie, Trait, mark
from privacy.persona import Persona, fresh, named
from tests.net.test_vault import InMemory, use
from tests.tui.test_interactive import ALONE, on_screen, session_of
from tests.waits import until
from tui.compose import linkage
from tui.compose.happenings import Happening, Linkable
from tui.compose.interactive import Show
from tui.compose.linkage import Linkage
from tui.main import main

LINK = "mesh+ws://127.0.0.1:7843/#AAAAAAAAAAAAAAAAAAAAAA"
TO = link.parse(LINK)
WREN = named("Quiet Wren", bytes(range(32)))
PEOPLE, OPERATOR = Audience.PARTICIPANTS, Audience.OPERATOR


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of this test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return linkage.file()


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> InMemory:
    backend = InMemory()
    use(backend, monkeypatch)
    return backend


def entry(fact: Fact, value: str, audience: Audience = PEOPLE) -> Entry:
    ledger = Ledger()
    ledger.record(Disclosure(fact, value, audience, 1.0, Evidence("sealed message", "connection 5f3a…", 9)))
    return ledger.snapshot(1.0).entries[0]


SHOWN = (
    entry(Fact.NAME, "Quiet Wren"),
    entry(Fact.ADDRESS, "192.0.2.7", OPERATOR),
    entry(Fact.ROOM, "a random room id, 0011aabb…", OPERATOR),
    entry(Fact.KEYS, "made for this connection only"),
    entry(Fact.VOICE, "your voice"),
    entry(Fact.CHAT, "hello"),
)


class Meeting:
    """One meeting that shows things, and what it was told."""

    def __init__(self, ties: Linkage) -> None:
        self.ties = ties
        self.recorded: list[Disclosure] = []
        ties.watch(keys=lambda: ("AB:CD",), record=self.recorded.append)
        self.foreseen = ties.foresee()

    def show(self, *entries: Entry) -> list[Trait]:
        return [told.tie.trait for told in self.ties.learned(entries)]


async def meeting(persona: Persona = WREN, to: MeetingLink = TO) -> Meeting:
    ties = await Linkage.open(persona, to)
    assert isinstance(ties, Linkage)
    return Meeting(ties)


async def been_there(*entries: Entry) -> Meeting:
    """A meeting that showed this, and is over."""
    over = await meeting()
    over.show(*entries)
    assert await over.ties.keep() == ""
    return over


# --- telling ----------------------------------------------------------------------------------------------------------


async def test_what_was_shown_before_is_told_before_joining_and_as_it_is_shown(keyring: InMemory) -> None:
    assert (await been_there(*SHOWN)).foreseen == ()
    again = await meeting()
    today = linkage.today()
    assert [told.tie for told in again.foreseen] == [
        Tie(Trait.ALIAS, today),
        Tie(Trait.MASK, today),
        Tie(Trait.LINK, today),
    ]
    assert again.show(*SHOWN) == [Trait.ADDRESS, Trait.KEYS]  # the others were told before
    assert again.show(*SHOWN) == []


async def test_who_can_tell_is_in_the_ledger_with_the_bytes_that_told_it(keyring: InMemory) -> None:
    await been_there(*SHOWN)
    again = await meeting()
    again.show(SHOWN[0], SHOWN[1], replace(SHOWN[1], audience=PEOPLE), SHOWN[5])
    today = linkage.today()
    assert [(one.fact, one.value, one.audience) for one in again.recorded] == [
        (Fact.LINKABLE, f"the alias, last on {today}", PEOPLE),
        (Fact.LINKABLE, f"the network address, last on {today}", OPERATOR),
        (Fact.LINKABLE, f"the network address, last on {today}", PEOPLE),
    ]
    assert all(one.evidence == SHOWN[0].first for one in again.recorded)


async def test_somebody_new_in_another_meeting_is_tied_by_the_address_alone(keyring: InMemory) -> None:
    await been_there(*SHOWN)
    new = await meeting(fresh(bytes(reversed(range(64)))), replace(TO, secret=b"another meeting."))
    new.ties.watch(keys=lambda: ("EF:01",), record=lambda one: None)
    assert new.foreseen == ()
    others = (entry(Fact.NAME, "Solar Heron"), *SHOWN[1:])
    assert new.show(*others) == [Trait.ADDRESS]


async def test_what_was_not_shown_is_not_kept(keyring: InMemory, state: Path) -> None:
    await been_there()
    marks = Memory.parse(state.read_text())
    assert len(marks) == 1  # the keys, which the room says were told
    assert (await meeting()).foreseen == ()


# --- keeping ----------------------------------------------------------------------------------------------------------


async def test_marks_are_kept_in_a_file_that_is_ones_own(keyring: InMemory, state: Path) -> None:
    await been_there(*SHOWN)
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.parent.stat().st_mode) & 0o077 == 0
    assert list(state.parent.iterdir()) == [state]
    text = state.read_text()
    assert set(json.loads(text)) == {"v", "marks"}
    for word in ("Wren", "192.0.2", "AB:CD", room_key(TO.secret), WREN.seed.hex(), keyring.kept[SERVICE, LINKABILITY]):
        assert word not in text


async def test_a_room_that_everybody_knows_cannot_be_guessed_from_the_marks(keyring: InMemory, state: Path) -> None:
    room = links.parse("janus+wss://rooms.example.org:8989/?room=1234")
    over = await meeting(to=room)
    over.show(entry(Fact.ROOM, "room 1234", OPERATOR))
    assert await over.ties.keep() == ""
    guessed = room_key(room.secret, room.public)
    kept = state.read_text()
    for guess in (guessed, guessed.removeprefix("known "), "1234"):
        assert guess not in kept
    assert mark(bytes(32), Trait.LINK, guessed) not in kept
    again = await meeting(fresh(bytes(reversed(range(64)))), room)
    assert [told.tie.trait for told in again.foreseen] == [Trait.LINK]
    other = await meeting(to=links.parse("janus+wss://rooms.example.org:8989/?room=1235"))
    assert Trait.LINK not in [told.tie.trait for told in other.foreseen]


async def test_two_meetings_at_once_keep_the_marks_of_both(keyring: InMemory, state: Path) -> None:
    one, other = await meeting(), await meeting()
    one.show(SHOWN[0])
    other.show(SHOWN[1])
    assert await one.ties.keep() == await other.ties.keep() == ""
    assert len(Memory.parse(state.read_text())) == 3


async def test_a_meeting_that_showed_nothing_writes_nothing(keyring: InMemory, state: Path) -> None:
    nothing = await meeting()
    nothing.ties.watch(keys=tuple, record=lambda one: None)
    assert await nothing.ties.keep() == ""
    assert not state.exists()


async def test_what_was_burned_meanwhile_stays_burned(keyring: InMemory, state: Path) -> None:
    during = await meeting()
    during.show(*SHOWN)
    await (await Vault.open()).burn()
    assert await during.ties.keep() == ""
    assert not state.exists()


async def test_without_a_keyring_nothing_is_kept_and_it_says_so(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    use(fail.Keyring(), monkeypatch)
    sentence = await Linkage.open(WREN, TO)
    assert isinstance(sentence, str)
    assert sentence.startswith("What ties this meeting to others cannot be told, and nothing is kept for it: there is ")
    assert sentence.endswith(".")
    assert not state.exists()


async def test_marks_that_cannot_be_read_are_said_and_not_replaced(keyring: InMemory, state: Path) -> None:
    state.parent.mkdir(parents=True)
    state.write_text("broken")
    sentence = await Linkage.open(WREN, TO)
    assert isinstance(sentence, str)
    assert "cannot be read" in sentence
    assert state.read_text() == "broken"


async def test_marks_that_break_during_the_meeting_are_said_and_not_replaced(keyring: InMemory, state: Path) -> None:
    during = await meeting()
    during.show(*SHOWN)
    state.parent.mkdir(parents=True)
    state.write_text("broken")
    assert "cannot be read" in await during.ties.keep()
    assert state.read_text() == "broken"


async def test_a_folder_in_place_of_the_file_is_said(keyring: InMemory, state: Path) -> None:
    state.mkdir(parents=True)
    sentence = await Linkage.open(WREN, TO)
    assert isinstance(sentence, str)
    assert "Is a directory" in sentence


async def test_a_file_in_place_of_the_folder_is_said(keyring: InMemory, state: Path) -> None:
    during = await meeting()
    during.show(*SHOWN)
    state.parent.parent.mkdir(parents=True)
    (state.parent).write_text("")
    assert "Not a directory" in await during.ties.keep()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])  # one of them always has another day
def test_the_day_does_not_tell_the_time_zone(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        before, day, after = datetime.now(UTC), linkage.today(), datetime.now(UTC)
    time.tzset()
    assert day in (before.date().isoformat(), after.date().isoformat())


# --- in a meeting -----------------------------------------------------------------------------------------------------


def test_the_second_meeting_tells_what_the_first_one_showed(keyring: InMemory, state: Path) -> None:
    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: show.sitting.session is not None and show.sitting.session.joined, 30)
        first = session_of(show)
        await until(lambda: any(entry.fact is Fact.ROOM for entry in first.snapshot().entries))
        await show.sitting.controller.change_persona()
        await until(lambda: session_of(show) is not first and session_of(show).joined, 30)
        second = session_of(show)
        await until(lambda: any(entry.fact is Fact.LINKABLE for entry in second.snapshot().entries), 30)
        show.app.exit(0)

    seen: list[Happening] = []
    assert on_screen(ALONE._replace(linkability=True), act, seen) == 0
    # Somebody else in the same meeting: the link is the same, the alias was shown to nobody.
    assert {one.tie.trait for one in seen if isinstance(one, Linkable)} == {Trait.LINK}
    assert state.exists()


def test_nothing_is_kept_unless_asked_for(keyring: InMemory, state: Path) -> None:
    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: show.sitting.session is not None and show.sitting.session.joined, 30)
        show.app.exit(0)

    assert on_screen(ALONE, act) == 0
    assert not state.exists()
    assert keyring.calls == 0


# --- burning ----------------------------------------------------------------------------------------------------------


async def fill() -> None:
    await been_there(*SHOWN)
    vault = await Vault.open()
    await vault.remember(room_key(TO.secret), WREN)
    await vault.remember(room_key(b"another meeting."), WREN)
    await vault.set_ice_credential("turn:relay.example", "user", "password")


@pytest.fixture
async def filled(keyring: InMemory) -> InMemory:
    """Everything that can be kept is kept."""
    await fill()
    return keyring


def test_burning_everything_leaves_nothing_and_says_what_it_was(
    filled: InMemory, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["persona", "burn"]) == 0
    assert capsys.readouterr().out == "burned: 2 kept personas, 1 relay password, 5 marks, 1 key of marks\n"
    assert filled.kept == {}
    assert not state.exists()
    assert main(["persona", "burn"]) == 0
    assert capsys.readouterr().out == "nothing was kept\n"


def test_burning_one_meeting_leaves_the_others_unlinkable(
    filled: InMemory, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["persona", "burn", LINK]) == 0
    assert capsys.readouterr().out == "burned: 1 kept persona, 5 marks, 1 key of marks\n"
    assert not state.exists()
    assert (SERVICE, LINKABILITY) not in filled.kept
    assert any(name.startswith("persona ") for _, name in filled.kept)


def test_a_keyring_that_is_locked_is_said_although_the_marks_are_gone(
    filled: InMemory, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled.error = KeyringLocked("locked")
    assert main(["persona", "burn"]) == 2
    out, err = capsys.readouterr()
    assert out == "burned: 5 marks\n"
    assert err.startswith("incog: The system keyring failed (KeyringLocked)")
    assert not state.exists()


def test_marks_that_cannot_be_read_are_burned_too(
    keyring: InMemory, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state.parent.mkdir(parents=True)
    state.write_text("broken")
    assert main(["persona", "burn"]) == 0
    assert capsys.readouterr().out == "burned: 1 mark\n"
    assert not state.exists()


def test_marks_that_cannot_be_removed_are_said(
    keyring: InMemory, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state.mkdir(parents=True)
    assert main(["persona", "burn"]) == 2
    assert "could not be removed" in capsys.readouterr().err


def test_a_bad_link_burns_nothing(filled: InMemory, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = dict(filled.kept)
    assert main(["persona", "burn", "hello"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert (filled.kept, state.exists()) == (before, True)
