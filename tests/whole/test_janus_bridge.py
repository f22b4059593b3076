"""Meetings in an AudioBridge of Debian's Janus, with a TextRoom beside it: incog's driver, and people in browsers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.whole.chromium import Browser, chromium, demos
from tests.whole.internet import ALICE, BOB, OPERATOR, Internet, internet
from tests.whole.janus import WS_PORT, Janus, janus
from tests.whole.janus_person import TONES, Person

CAROL, DAVE = "203.0.113.50", "203.0.113.60"
SEATS = {"ana": ("alice", ALICE), "ben": ("bob", BOB), "cleo": ("carol", CAROL), "dan": ("dave", DAVE)}
BRIDGES = "\n".join(
    f'room-{number}: {{ description="heard" secret="s" sampling_rate=48000 {more} }}'
    for number, more in ((1, ""), (2, ""), (3, 'record=true record_file="/dev/null"'), (1234, ""))
)
ROOMS = 'room-7: { description="seen" publishers=6 notify_joining=true videocodec="vp8" }'
TEXTS = "\n".join(f'room-{number}: {{ description="read" secret="s" history=5 }}' for number in (1, 2, 3, 7, 1234))
PAGE_TONE = 1500


class Hall:
    """A small internet with a server, and whoever comes to it."""

    def __init__(self, net: Internet, server: Janus) -> None:
        self.net, self.server = net, server
        self.people: list[Person] = []

    def comes(
        self, name: str, room: int, text: int | None = None, plugin: str = "audiobridge", **options: Any
    ) -> Person:
        """Somebody joins, and is in it when this is over."""
        seat, address = SEATS[name]
        beside = "" if text is None else f"&text={text}"
        link = f"{self.server.url}?room={room}&plugin={plugin}{beside}"
        person = Person(self.net.seats[seat], address, link, name, camera=False, **options)
        self.people.append(person)
        person.until(lambda person: person.of("joined"))
        if text is not None and plugin == "audiobridge":
            person.until(lambda person: [one for one in person.of("AbilitiesChanged") if "chat" in one["may"]])
        return person


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with (
        internet(operator=OPERATOR, alice=ALICE, bob=BOB, carol=CAROL, dave=DAVE) as net,
        janus(net.seats["operator"], OPERATOR, rooms=ROOMS, bridges=BRIDGES, texts=TEXTS) as server,
    ):
        made = Hall(net, server)
        try:
            yield made
        finally:
            for person in made.people:
                person.end()


def hears(person: Person, *names: str) -> None:
    """Wait until these tones are in the one stream that there is, and no others: not one's own."""

    def so(person: Person) -> bool:
        time.sleep(1.1)
        heard = person.look()["people"]
        return set(heard) == {"mixed"} and heard["mixed"]["tones"] == sorted(names)

    person.until(so)


def left(*people: Person) -> None:
    """All leave, and nothing was refused."""
    for person in people:
        assert person.end() == 0, person.lines[-5:]
        assert [line["refused"] for line in person.of("left")] == [[]]


def test_each_hears_the_sum_of_all_others_and_not_themselves(hall: Hall) -> None:
    ana, ben, cleo = (hall.comes(name, 1) for name in ("ana", "ben", "cleo"))
    hears(ana, "ben", "cleo")
    hears(ben, "ana", "cleo")
    hears(cleo, "ana", "ben")
    ben.do("publish", "microphone", False)
    ana.until(lambda person: any(one["name"] == "ben" and one["muted"] for one in person.of("ParticipantChanged")))
    hears(ana, "cleo")
    hears(ben, "ana", "cleo")
    ben.do("publish", "microphone", True)
    hears(cleo, "ana", "ben")
    left(cleo)
    ana.until(lambda person: [one for one in person.of("ParticipantLeft") if one["name"] == "cleo"])
    hears(ana, "ben")
    ana.do("say", "is anybody reading this?")
    assert "no chat" in ana.until(lambda person: person.of("refused"))[0]["why"]
    left(ana, ben)


def test_what_is_written_to_one_is_read_by_nobody_else(hall: Hall) -> None:
    ana, ben = hall.comes("ana", 2, 2), hall.comes("ben", 2, 2)
    for person in (ana, ben):
        person.until(lambda person: len(person.look()["names"]) == 1)
    ana.do("say", "to all\nof you ☂")
    (said,) = ben.until(lambda person: person.of("ChatReceived"))
    assert (said["name"], said["text"], said["private"], said["earlier"]) == ("ana", "to all\nof you ☂", False, False)
    cleo = hall.comes("cleo", 2, 2)
    (said,) = cleo.until(lambda person: person.of("ChatReceived"))
    assert (said["name"], said["text"], said["earlier"]) == ("ana", "to all\nof you ☂", True)
    assert sorted(cleo.look()["names"]) == ["ana", "ben"]  # each is one person, in the meeting and in the chat
    time.sleep(0.5)
    ben.do("tell", "psst", "ana")
    (said,) = ana.until(lambda person: person.of("ChatReceived"))
    assert (said["name"], said["text"], said["private"]) == ("ben", "psst", True)
    ben.do("rename", "benno")
    ana.until(lambda person: "benno" in person.look()["names"])
    time.sleep(0.5)
    ben.do("say", "under another name")
    for person in (ana, cleo):
        last = person.until(lambda person: person.of("ChatReceived")[1:])[-1]
        assert (last["name"], last["text"]) == ("benno", "under another name")
    assert not [one for one in cleo.of("ChatReceived") if one["private"]]
    left(ana, ben, cleo)


def test_a_text_room_beside_a_videoroom_tells_who_of_the_meeting_writes(hall: Hall) -> None:
    ana, ben = hall.comes("ana", 7, 7, "videoroom"), hall.comes("ben", 7, 7, "videoroom")
    for person in (ana, ben):
        person.until(lambda person: len(person.look()["names"]) == 1)
    time.sleep(1)
    ana.do("say", "to all")
    (said,) = ben.until(lambda person: person.of("ChatReceived"))
    assert (said["name"], said["text"], said["private"]) == ("ana", "to all", False)
    ben.do("tell", "psst", "ana")
    (said,) = ana.until(lambda person: person.of("ChatReceived"))
    assert (said["name"], said["text"], said["private"]) == ("ben", "psst", True)
    assert ana.look()["names"] == ["ben"]
    left(ana, ben)


def test_who_knows_the_secret_mutes_and_sends_out(hall: Hall) -> None:
    ana = hall.comes("ana", 3, 3, credentials={"secret": "s"})
    ben = hall.comes("ben", 3, 3)
    ana.until(lambda person: person.look()["names"] == ["ben"])
    hears(ana, "ben")
    ana.do("moderate", "mute others", "ben", True)
    ben.until(lambda person: person.of("RemoteMuteRequest"))
    ana.until(lambda person: [one for one in person.of("ParticipantChanged") if one["muted"]])
    ana.do("moderate", "kick", "ben", True)
    (ended,) = ben.until(lambda person: [one for one in person.of("PhaseChanged") if one["phase"] == "ended"])
    assert ended["reason"] == "You were removed from the room."
    ana.until(lambda person: person.look()["names"] == [])
    ana.until(lambda person: [one for one in person.of("PrivacyChanged") if one["recording"]])
    left(ana)


def test_a_cut_websocket_is_mended_while_the_sound_goes_on(hall: Hall) -> None:
    ana, ben = hall.comes("ana", 1), hall.comes("ben", 1)
    hears(ana, "ben")
    ana.do("cut")
    ana.until(lambda person: [one for one in person.of("PhaseChanged") if one["phase"] == "recovering"])
    ana.until(lambda person: [one for one in person.of("PhaseChanged") if one["phase"] == "live"][1:])
    hears(ana, "ben")
    hears(ben, "ana")
    assert ana.of("Resynced") == []
    left(ana, ben)


def test_a_server_that_is_killed_and_back_is_found_again() -> None:
    with (
        internet(operator=OPERATOR, alice=ALICE, bob=BOB) as net,
        janus(net.seats["operator"], OPERATOR, bridges=BRIDGES, texts=TEXTS) as server,
    ):
        hall = Hall(net, server)
        ana, ben = hall.comes("ana", 2, 2), hall.comes("ben", 2, 2)
        try:
            hears(ana, "ben")
            server.kill()
            for person in (ana, ben):
                person.until(lambda person: [one for one in person.of("PhaseChanged") if one["phase"] == "recovering"])
            server.start()
            ana.until(lambda person: person.of("Resynced"))
            hears(ana, "ben")
            hears(ben, "ana")
            ana.until(lambda person: person.look()["names"] == ["ben"])
            ben.do("say", "still here")
            ana.until(lambda person: person.of("ChatReceived"))
            left(ana, ben)
        finally:
            for person in hall.people:
                person.end()


@pytest.fixture(scope="module")
def browser(hall: Hall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str]]:
    folder: Path = tmp_path_factory.mktemp("pages")
    seat = hall.net.seats["operator"]
    with (
        demos(seat, folder, OPERATOR, f"ws://{OPERATOR}:{WS_PORT}") as origin,
        chromium(hall.net.seats["dave"], origin, tone=PAGE_TONE, colour="c81e1e") as made,
    ):
        yield made, origin


def test_people_in_a_page_hear_and_are_heard(hall: Hall, browser: tuple[Browser, str]) -> None:
    page = browser[0].open(f"{browser[1]}/audiobridgetest.html?room=1234")
    page.enters("dan")
    ana = hall.comes("ana", 1234)
    page.until_hears(int(TONES["ana"]))
    ana.until(lambda person: person.look()["names"] == ["dan"])

    def heard(person: Person) -> bool:
        time.sleep(1.1)
        mixed = person.look()["people"].get("mixed")
        return mixed is not None and abs(mixed["hertz"] - PAGE_TONE) < 20

    ana.until(heard)
    page.run("mixertest.send({message: {request: 'configure', muted: true}}); null")
    ana.until(lambda person: [one for one in person.of("ParticipantChanged") if one["muted"]])
    page.close()
    ana.until(lambda person: [one for one in person.of("ParticipantLeft") if one["name"] == "dan"])
    left(ana)


def test_people_in_a_page_read_and_are_read(hall: Hall, browser: tuple[Browser, str]) -> None:
    ana = hall.comes("ana", 1234, 1234)
    page = browser[0].open(f"{browser[1]}/textroomtest.html?room=1234")
    page.enters("dan")
    page.until("jQuery('#datasend').is(':enabled')")
    ana.until(lambda person: person.look()["names"] == ["dan"])
    joined = ana.of("ParticipantJoined")[-1]
    assert joined["missing"] == {"microphone": "they are in the chat alone"}
    ana.do("say", "good day")
    page.until("jQuery('#chatroom').text().includes('ana: good day')")
    ana.do("tell", "psst", "dan")
    page.until("jQuery('#chatroom').text().includes('[whisper from ana] psst')")
    page.writes("<b>good</b> day yourself")
    (said,) = ana.until(lambda person: person.of("ChatReceived"))
    assert (said["name"], said["text"], said["private"]) == ("dan", "<b>good</b> day yourself", False)
    page.close()
    ana.until(lambda person: person.look()["names"] == [])
    left(ana)
