"""Recent meetings: in the keyring or nowhere, without names, and forgotten when asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backends import fail

from net.services import links
from net.services.mesh import link
from net.store import SERVICE
from net.vault import RECENT, Vault
from tests.net.test_vault import InMemory, use
from tui.compose import recent
from tui.compose.recent import MOST, MOST_TEXT, Visit, dump, load, with_visit
from tui.main import main

LINK = "mesh+wss://meet.example.org:7462/#mQ3vWd0x7rJk5TzN1bYc9A"
OTHER = "mesh+ws://127.0.0.1:7000/#AAAAAAAAAAAAAAAAAAAAAA"
HERE, THERE = link.parse(LINK), link.parse(OTHER)


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> InMemory:
    backend = InMemory()
    use(backend, monkeypatch)
    return backend


invitations = st.builds(
    link.fresh, st.sampled_from(["127.0.0.1", "meet.example.org", "a." * 60 + "example", "::1"]),
    st.integers(1, 65535), st.booleans(), st.binary(min_size=16, max_size=16),
)  # fmt: skip
visits = st.lists(st.builds(Visit, invitations, st.dates().map(lambda day: day.isoformat())), max_size=20)


@given(visits)
def test_what_is_kept_comes_back_the_newest_first_and_is_bounded(kept: list[Visit]) -> None:
    text = dump(kept)
    assert len(text) <= MOST_TEXT
    back = load(text)
    assert list(back) == kept[: len(back)]
    assert len(back) == min(len(kept), MOST) or len(dump(kept[: len(back) + 1])) == len(text)


@given(st.text() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(str))
def test_whatever_stands_in_the_keyring_is_read_as_something_or_nothing(text: str) -> None:
    assert isinstance(load(text), tuple)


def test_a_meeting_stands_there_once_with_its_last_day() -> None:
    before = (Visit(THERE, "2025-03-01"), Visit(HERE, "2025-02-01"))
    assert with_visit(before, Visit(HERE, "2025-03-02")) == (Visit(HERE, "2025-03-02"), Visit(THERE, "2025-03-01"))


async def test_a_joined_meeting_is_kept_with_server_and_day_and_no_name(keyring: InMemory) -> None:
    assert await recent.remember(HERE) == ""
    assert await recent.remember(THERE) == ""
    kept = load(await (await Vault.open()).recent())
    assert [(visit.server, visit.day) for visit in kept] == [
        ("127.0.0.1:7000", recent.today()),
        ("meet.example.org:7462", recent.today()),
    ]
    assert list(keyring.kept) == [(SERVICE, RECENT)]


async def test_a_room_is_kept_as_a_link_and_without_what_it_asked_for(keyring: InMemory) -> None:
    room = links.parse("wss://rooms.example.org/janus?room=1234&pin=never-kept#mQ3vWd0x7rJk5TzN1bYc9A")
    assert await recent.remember(room) == ""
    (visit,) = load(await (await Vault.open()).recent())
    assert (visit.to, visit.server) == (room, "rooms.example.org:443")
    assert "never-kept" not in repr(keyring.kept)
    assert await recent.burn(await Vault.open(), room) == 1
    assert not keyring.kept


async def test_without_a_keyring_nothing_is_kept_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    use(fail.Keyring(), monkeypatch)
    assert await recent.remember(HERE) == (
        "Recent meetings are not kept: there is no system keyring here that could hold them."
    )
    vault = await Vault.open()
    assert not await vault.set_recent(dump([Visit(HERE, "2025-03-01")]))
    assert await vault.recent() == ""
    assert await vault.set_recent("")


async def test_a_keyring_that_fails_keeps_nothing_and_that_is_said(keyring: InMemory) -> None:
    keyring.error = OSError()
    assert (await recent.remember(HERE)).startswith("Recent meetings are not kept: the system keyring failed")


async def test_one_is_forgotten_and_the_others_stay(keyring: InMemory) -> None:
    await recent.remember(HERE)
    await recent.remember(THERE)
    vault = await Vault.open()
    assert await recent.burn(vault, HERE) == 1
    assert await recent.burn(vault, HERE) == 0
    assert [visit.to for visit in load(await vault.recent())] == [THERE]
    assert await recent.burn(vault, None) == 1
    assert keyring.kept == {}


def test_burning_forgets_them_and_says_how_many(
    keyring: InMemory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.kept[SERVICE, RECENT] = dump([Visit(HERE, "2025-03-01"), Visit(THERE, "2025-03-01")])
    assert main(["persona", "burn", LINK]) == 0
    assert capsys.readouterr().out == "burned: 1 link of a recent meeting\n"
    assert [visit.to for visit in load(keyring.kept[SERVICE, RECENT])] == [THERE]
    keyring.kept[SERVICE, RECENT] = dump([Visit(HERE, "2025-03-01"), Visit(THERE, "2025-03-01")])
    assert main(["persona", "burn"]) == 0
    assert capsys.readouterr().out == "burned: 2 links of recent meetings\n"
    assert keyring.kept == {}


def test_burning_takes_what_cannot_be_read_as_well(keyring: InMemory) -> None:
    keyring.kept[SERVICE, RECENT] = "somebody else's"
    assert main(["persona", "burn"]) == 0
    assert keyring.kept == {}
