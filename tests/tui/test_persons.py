"""What is known of one person, and what can be done about them, against a session of our own making."""

from __future__ import annotations

from dataclasses import replace

from net.services.base import Ability, Link, Participant, ParticipantChanged, ParticipantJoined, PeerId, Source
from net.stats import PeerStats, Route, TrackStats
from tests.tui.fake_session import REED, Stage
from tui.compose.persons import SessionPersons
from tui.compose.view import look

STATS = PeerStats(
    {"audio": 10},
    {"audio": 1},
    {},
    0.038,
    12_000,
    3_400_000,
    tracks=(
        TrackStats(Source.MICROPHONE, False, "Opus", bit_rate=32_100.0, packets=10, lost=1, loss=0.002, jitter=0.004),
        TrackStats(Source.CAMERA, False, "VP8", 640, 360, 14.6, 410_000.0, 300, 0, 0.0, 0.009),
        TrackStats(Source.SCREEN, True, "VP8"),
    ),
    route=Route("srflx", "relay"),
    our_key=":".join(["C4"] * 32),
    their_key=":".join(["1F"] * 32),
)


def met(stage: Stage, who: Participant = REED) -> SessionPersons:
    """The session with this person in it, looked at once."""
    list(stage.session.roster.apply(ParticipantJoined(replace(who, link=Link.HERE))))
    look(stage.session)
    persons = SessionPersons()
    persons.attach(stage.session)
    return persons


async def test_before_there_is_a_session_nothing_is_known_and_nothing_done() -> None:
    persons = SessionPersons()
    persons.set_volume("a1", 50)
    persons.set_hushed("a1", True)
    persons.set_hidden("a1", True)
    assert (await persons.inspect("a1")).name == ""
    assert persons.code("a1") == ""
    assert await persons.verify("a1", "", True) != ""
    assert await persons.next_picture("a1") != ""


async def test_of_several_pictures_the_next_is_asked_for_and_the_old_one_goes_dark() -> None:
    stage = Stage()
    several = replace(REED, picture="the door", also=("camera 1",))
    persons = met(stage, several)
    assert await persons.next_picture("a1") == "There is no other picture of theirs."
    stage.room.participants = {several.id: several}
    assert await persons.next_picture("a1") == ""
    assert stage.told.lines[-2:] == ["next picture a1", "dark a1"]
    assert ("of their pictures", "the door; not received: camera 1") in (await persons.inspect("a1")).tracks
    (_, person) = look(stage.session).people
    assert (person.picture, person.also) == ("the door", ("camera 1",))


async def test_inspecting_tells_what_they_told_and_since_when() -> None:
    stage = Stage()
    persons = met(stage)
    list(stage.session.roster.apply(ParticipantChanged(replace(REED, link=Link.HERE, muted=False))))
    inspection = await persons.inspect("a1")
    assert inspection.name == "Reed"
    assert [(what, value) for what, value, _ in inspection.disclosed] == [
        ("display name", "Reed"), ("microphone state", "on"), ("camera state", "off"), ("screen state", "off"),
        ("hand", "down"),
    ]  # fmt: skip
    assert ("link", "here") in inspection.rows
    assert inspection.warnings == []
    assert ("link", "gone") in (await persons.inspect("nobody")).rows
    assert ("server", "127.0.0.1:1") in (await persons.inspect("me")).rows


async def test_inspecting_tells_how_the_way_is_and_what_flows() -> None:
    stage = Stage()
    persons = met(stage)
    stage.room.counted = STATS
    stage.room.may = frozenset({Ability.APART})
    inspection = await persons.inspect("a1")
    assert inspection.disclosed[-1] == ("network address", "only that of a relay", "")
    assert list(inspection.rows) == [
        ("link", "here, by a relay"),
        ("encryption", "none"),
        ("their key", "1F1F 1F1F 1F1F 1F1F"),
        ("your key", "C4C4 C4C4 C4C4 C4C4"),
        ("round trip", "38 ms"),
        ("permissions", "as everybody; nobody can mute or remove others"),
    ]
    assert list(inspection.tracks) == [
        ("sound from them", "Opus, 32 kbit/s, 0.2% lost (1 in all), jitter 4 ms"),
        ("picture from them", "VP8, 640 × 360, 15 a second, 410 kbit/s, 0.0% lost (0 in all), jitter 9 ms"),
        ("screen to them", "VP8, nothing yet"),
        ("in all", "12 kB received, 3.4 MB sent to them"),
    ]


async def test_where_a_server_forwards_it_is_the_server_that_gets_what_we_send() -> None:
    stage = Stage()
    stage.session.plan = replace(stage.session.plan, service="janus")
    persons = met(stage)
    stage.room.counted = STATS
    stage.room.may = frozenset({Ability.APART})
    found = await persons.inspect("a1")
    assert ("link", "here, to the server by a relay") in found.rows
    assert [words for words, _ in found.tracks] == [
        "sound from them",
        "picture from them",
        "screen to the server",
        "in all",
    ]
    assert found.tracks[-1] == ("in all", "12 kB received")
    stage.room.may = frozenset()
    found = await persons.inspect("a1")
    assert found.tracks[0][0] == "sound of everybody, mixed"


async def test_where_people_can_be_removed_it_says_who_may() -> None:
    stage = Stage()
    persons = met(stage)
    stage.room.can = frozenset({Ability.KICK})
    assert ("permissions", "you may not remove them") in (await persons.inspect("a1")).rows
    stage.room.may = stage.room.can
    assert ("permissions", "you may remove them") in (await persons.inspect("a1")).rows


async def test_names_that_say_something_are_warned_of_as_no_more_than_names() -> None:
    stage = Stage()
    persons = met(stage, Participant(PeerId("a1"), "Wrеn"))
    assert (await persons.inspect("a1")).warnings == ["Their name looks like yours: others may take them for you."]
    stage = Stage()
    persons = met(stage, Participant(PeerId("a1"), "Recorder"))
    (warning,) = (await persons.inspect("a1")).warnings
    assert warning.startswith("By the name this is a recorder.")
    assert warning.endswith("A name proves nothing.")
    stage = Stage()
    met(stage, Participant(PeerId("a2"), "Recorder"))
    persons = met(stage, Participant(PeerId("a1"), "Recordеr", kind="note-taker"))
    alike, told = (await persons.inspect("a1")).warnings
    assert alike == "Their name looks like that of somebody else here."
    assert told == "The service says that this is a note-taker. What is said and shown here may be kept."


async def test_what_is_set_for_somebody_shows_in_the_next_look_and_leaves_nothing() -> None:
    stage = Stage()
    persons = met(stage)
    persons.set_volume("a1", 70)
    persons.set_hushed("a1", True)
    persons.set_hidden("a1", True)
    reed = look(stage.session).people[1]
    assert (reed.volume, reed.hushed, reed.hidden) == (70, True, True)
    assert ("here", "volume 70 %, muted, picture hidden; nobody is told") in (await persons.inspect("a1")).tracks
    assert stage.told.lines == []


async def test_a_code_is_noted_only_for_the_words_that_were_compared() -> None:
    stage = Stage()
    persons = met(stage)
    assert persons.code("a1") == ""
    assert await persons.verify("a1", "", True) == "There is no code yet."
    stage.room.words = "baku simo"
    assert persons.code("a1") == "baku simo"
    assert await persons.verify("a1", "baku simo", True) == ""
    stage.room.words = "dara lufi"
    assert "made anew" in await persons.verify("a1", "baku simo", True)
    assert await persons.verify("a1", "baku simo", False) == ""
    assert stage.told.lines == ["verify a1 True", "verify a1 False"]


async def test_machines_are_named_in_the_look_at_the_meeting() -> None:
    stage = Stage()
    met(stage, Participant(PeerId("a1"), "Notetaker"))
    assert list(look(stage.session).may_record) == ["Notetaker"]
