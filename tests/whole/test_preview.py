"""`incog preview` sends nothing, and says neither more nor less than a meeting then tells."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any

from tests.whole.outside import Scripted, namespace
from tests.whole.test_capture import media

OPEN = {
    "room",
    "connection id",
    "whom you exchange messages with",
    "microphone state",
    "camera state",
    "server contacted",
}
"""Facts whose values are drawn anew each time, or depend on devices and on who comes; who learns them is foreseen."""

Told = set[tuple[str, str, str]]


def told(entries: list[tuple[str, str, str]]) -> Told:
    return {(fact, "" if fact in OPEN else value, audience) for fact, value, audience in entries}


def foretold(line: dict[str, Any]) -> Told:
    return told([(e["fact"], e["value"], audience) for audience, entries in line["audiences"].items() for e in entries])


def while_there(foreseen: Told) -> Told:
    """What of it does not wait for one's leaving."""
    return {entry for entry in foreseen if entry[0] != "presence"}


def happened_to(person: Scripted) -> Told:
    """What somebody's incog has said so far that it told."""
    return told([(e["fact"], e["value"], e["audience"]) for e in person.of("disclosure")])


def test_nothing_is_sent_to_preview(tmp_path: Path) -> None:
    with namespace() as where, where.recorded(tmp_path / "packets") as recording:
        for link in (
            "mesh+ws://127.0.0.1:7843/#AAAAAAAAAAAAAAAAAAAAAA",
            "mesh+wss://a.example/#AAAAAAAAAAAAAAAAAAAAAA",
        ):
            asked = Scripted(where, "preview", "-", "--json", "--as", "I am not here", link=link)
            assert asked.finish() == 0
            (line,) = asked.of("preview")
            assert line["alias"] == "I am not here"
            assert ("display name", "I am not here", "participants") in foretold(line)
            assert not [entry for entry in foretold(line) if entry[0] in ("voice is live", "picture is live")]
    assert recording.packets() == []


def test_what_is_told_is_what_was_foretold_and_the_other_way_round(tmp_path: Path) -> None:
    with namespace() as where:
        host = Scripted(where, "host", "--json", "--as", "number 0", *media(0))
        link = host.wait_for("invitation")["link"]
        host.wait_for("joined")
        asked = Scripted(where, "preview", "-", "--json", "--as", "number 1", *media(1), link=link)
        assert asked.finish() == 0
        guest = Scripted(where, "join", "-", "--json", "--as", "number 1", *media(1), link=link)
        for person in (host, guest):
            person.until(lambda me: any(line["on"] for line in me.of("speaking")))
        (line,) = asked.of("preview")
        with contextlib.suppress(AssertionError):  # what is missing is named below
            guest.until(lambda _: while_there(foretold(line)) <= happened_to(guest), 30)
        time.sleep(2)  # for what nobody foresaw
        for person in (guest, host):  # one after the other: who is told that somebody left must still be there
            person.stop()
            assert person.finish() == 0
    happened = happened_to(guest)
    assert happened - foretold(line) == set()
    assert foretold(line) - happened == set()
