"""The lobby with a link to a room on a Janus server: what is recognised, what the room may ask for."""

from __future__ import annotations

import pytest

from net.services import links
from net.services.janus import link as janus
from net.services.janus.credentials import Credentials
from tests.tui.fake_lobby import LINK, FakeDesk, standing
from tui.compose.recognise import find, recognise
from tui.screens.lobby_look import LinkLook, masked

ROOM = "janus+wss://janus.example.org:8989/?room=1234"
KEYED = f"{ROOM}#AAAAAAAAAAAAAAAAAAAAAA"
OPEN = LinkLook(ROOM, "Janus VideoRoom", "janus.example.org:8989", True, "", wants=True, encryption="to the server")


@pytest.fixture(autouse=True)
def janus_can_be_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "_KINDS", {**links._KINDS, "janus": janus})


# what is recognised


@pytest.mark.parametrize(
    ("text", "look"),
    [
        (ROOM, OPEN),
        ("wss://janus.example.org:8989/?room=1234", OPEN),
        ("https://janus.example.org/demo/videoroomtest.html?room=1234", OPEN),
        (f"{ROOM}&pin=4242", OPEN),
        (KEYED, OPEN._replace(text=KEYED, encryption="end to end, unverified")),
        (
            ROOM.replace("wss", "ws") + "&plugin=audiobridge",
            OPEN._replace(text=f"{ROOM.replace('wss', 'ws')}&plugin=audiobridge", secure=False,
                    service="Janus AudioBridge"),
        ),
    ],
)  # fmt: skip
def test_a_room_is_told_from_its_link_alone(text: str, look: LinkLook) -> None:
    assert recognise(f"Come to {text}, please.") == look
    assert look.usable


def test_a_room_is_found_among_other_links() -> None:
    assert find(f"our page https://example.org and {ROOM}&pin=1") == f"{ROOM}&pin=1"
    assert find(f"{LINK} or {ROOM}") == LINK


def test_which_room_it_is_may_be_seen_and_what_is_secret_may_not() -> None:
    assert masked(ROOM) == ROOM
    assert masked(KEYED) == f"{ROOM}#{'•' * 22}"
    assert masked(f"{ROOM}&pin=4242") == f"{ROOM.partition('?')[0]}?{'•' * 18}"


# its lines


async def test_what_a_room_may_ask_for_is_asked_for_rooms_alone() -> None:
    async with standing() as here:
        assert "PIN" not in here.text
        await here.paste(LINK)
        assert "PIN" not in here.text
        await here.press("ctrl+a", "ctrl+k")
        await here.paste(ROOM)
        for label, hint in (("PIN", "where the room has one"), ("Secret", "only to moderate"), ("Token", "given one")):
            assert hint in here.row(label)
        assert "△ the operator can hear and see" in here.text
        assert "Janus VideoRoom · janus.example.org:8989 · TLS" in here.text


async def test_with_a_key_in_the_link_the_operator_hears_nothing() -> None:
    async with standing() as here:
        await here.paste(KEYED)
        assert "◇ end to end, unverified, by the key in the link" in here.text
        assert "can hear and see" not in here.text


async def test_a_pin_is_typed_unseen_and_enter_joins() -> None:
    async with standing() as here:
        await here.paste(ROOM)
        await here.press("down", *"4242")
        assert here.focused == "pin"
        assert "4242" not in here.text
        assert "••••" in here.row("PIN")
        assert here.desk.giving.given == Credentials("4242")
        await here.press("f7")
        assert "4242" in here.row("PIN")
        await here.press("enter")
        assert [asked[0] for asked in here.desk.asked] == ["join"]


async def test_a_pin_in_a_pasted_link_moves_to_its_line() -> None:
    async with standing() as here:
        await here.paste(f"Come to {ROOM}&pin=4242 at three.")
        assert "4242" not in here.text
        assert "pin" not in here.row("Meeting")
        assert "••••" in here.row("PIN")
        assert here.desk.giving.given == Credentials("4242")


async def test_what_was_typed_for_one_room_is_not_there_for_the_next() -> None:
    async with standing() as here:
        await here.paste(ROOM)
        await here.press("down", *"4242", "up")
        await here.paste(ROOM.replace("1234", "77"))
        assert "••••" not in here.row("PIN")
        assert here.desk.giving.given == Credentials()


async def test_keeping_is_about_the_line_where_one_is() -> None:
    async with standing(size=(120, 30)) as here:
        await here.paste(ROOM)
        await here.press("down", *"4242")
        assert "It is kept nowhere, and goes to janus.example.org:8989 alone" in here.form
        await here.press("f6")
        assert here.desk.look.given.keep
        assert not here.desk.look.persona.keep
        assert "It will be kept in the keyring" in here.form
        await here.press(*["down"] * 3, "f6")
        assert here.focused == "alias"
        assert here.desk.look.persona.keep


def test_nothing_of_it_is_in_what_a_look_says_of_itself() -> None:
    desk = FakeDesk()
    desk.give("secret", "adm-in-secret")
    assert "adm-in-secret" not in repr(desk.look)
