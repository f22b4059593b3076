"""Links of every kind go through one door, and each kind reads its own."""

from __future__ import annotations

import pytest

from net.errors import BadLink
from net.services import links
from net.services.links import MeetingLink

JANUS = "janus+wss://rooms.example.org:8989/?room=1234"
MESH = "mesh+wss://meet.example.org:7462/#mQ3vWd0x7rJk5TzN1bYc9A"


@pytest.mark.parametrize(
    ("text", "service", "place"),
    [
        (MESH, "mesh", "meet.example.org:7462"),
        (JANUS, "janus", "rooms.example.org:8989"),
        (f"{JANUS}#mQ3vWd0x7rJk5TzN1bYc9A", "janus", "rooms.example.org:8989"),
    ],
)
def test_a_link_is_read_by_its_kind(text: str, service: str, place: str) -> None:
    to: MeetingLink = links.parse(f" {text}\n")
    assert links.recognise(text) == to.service == service
    assert links.place(to) == place
    assert str(to) == text
    assert links.parse(str(to)) == to
    assert text.startswith(to.public)


def test_what_is_no_link_of_any_kind_is_refused_in_one_sentence() -> None:
    for text in ("", "hello", "https://zoom.us/j/1", "x" * 5000):
        assert links.recognise(text) == ""
        with pytest.raises(BadLink, match=r"^This is not an invitation .*\.$") as refused:
            links.parse(text)
        for one in links.SERVICES:
            assert one in str(refused.value)


def test_a_broken_link_is_told_apart_all_the_same() -> None:
    assert links.recognise(MESH[:-3]) == "mesh"
    with pytest.raises(BadLink, match="cut short"):
        links.parse(MESH[:-3])
    assert links.recognise("janus+wss://rooms.example.org/room/1234") == "janus"
    with pytest.raises(BadLink, match="names no room"):
        links.parse("janus+wss://rooms.example.org/room/1234")


def test_a_room_without_a_key_has_no_secret() -> None:
    assert links.parse(JANUS).secret == b""
    assert len(links.parse(f"{JANUS}#mQ3vWd0x7rJk5TzN1bYc9A").secret) == 16
