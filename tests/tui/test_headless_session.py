"""A session against a room of our own making: what it merges, in which order it acts, and how it ends."""

from __future__ import annotations

import asyncio

import pytest

from net import errors
from net.services import base
from net.services.base import Event, Level, PeerId, Phase, PhaseChanged, Source
from privacy.facts import Audience, Fact, Refusal, Traffic, Withheld
from tests.tui.fake_session import ADA, REED, FakeLevel, Stage
from tui.compose import happenings as happens


async def test_a_quiet_meeting_begins_and_ends() -> None:
    stage = Stage()
    running = asyncio.ensure_future(stage.run())
    await stage.until(happens.Joined)
    await stage.session.leave("time is up")
    await running
    assert [type(one) for one in stage.seen] == [happens.Joining, happens.Joined, PhaseChanged, happens.Left]
    joining, _, _, left = stage.seen
    assert isinstance(joining, happens.Joining)
    assert (joining.alias, joining.muted, joining.camera) == ("Wren", True, False)
    assert isinstance(left, happens.Left)
    assert left.reason == "time is up"
    assert stage.told.lines == ["join", "leave"]


async def test_nothing_is_sent_before_the_meeting_is_joined() -> None:
    stage = Stage(muted=False, camera=True)
    stage.room.gate.clear()
    running = asyncio.ensure_future(stage.run())
    await stage.until(happens.Joining)
    await asyncio.sleep(0.05)
    assert stage.told.lines == []
    stage.room.gate.set()
    await stage.so(lambda: "publish camera True" in stage.told.lines)
    await stage.session.leave()
    await running
    assert stage.told.lines == [
        "join", "muted False", "publish microphone True", "camera True", "publish camera True", "leave",
    ]  # fmt: skip


async def test_muting_stops_the_sound_before_it_is_told() -> None:
    stage = Stage()
    await stage.session.sending.set_muted(False)
    await stage.session.sending.set_camera(True)
    stage.told.lines.clear()
    await stage.session.sending.set_muted(True)
    await stage.session.sending.set_camera(False)
    assert stage.told.lines == ["muted True", "publish microphone False", "camera False", "publish camera False"]


async def test_a_microphone_that_does_not_open_is_not_announced_as_on() -> None:
    stage = Stage(muted=False)
    stage.media.missing = ("no microphone was found",)
    running = asyncio.ensure_future(stage.run())
    await stage.until(base.Notice)
    await asyncio.sleep(0.3)
    await stage.session.leave()
    await running
    assert stage.told.lines == ["join", "muted False", "leave"]
    assert [one for one in stage.seen if isinstance(one, base.Notice)] == [base.Notice("no microphone was found")]


async def test_a_device_that_fails_is_told_to_the_others() -> None:
    stage = Stage(muted=False)
    running = asyncio.ensure_future(stage.run())
    await stage.until(happens.Joined)
    await stage.so(lambda: "publish microphone True" in stage.told.lines)
    stage.media.muted = True
    await stage.so(lambda: "publish microphone False" in stage.told.lines)
    await stage.session.leave()
    await running
    assert stage.told.lines == ["join", "muted False", "publish microphone True", "publish microphone False", "leave"]


async def test_people_come_change_and_go_and_are_asked_for_their_sound() -> None:
    stage = Stage()
    running = asyncio.ensure_future(stage.run())
    events: list[Event] = [
        base.ParticipantJoined(REED),
        base.ParticipantChanged(REED),
        base.ParticipantLeft(REED.id, "Reed", "left"),
    ]
    for event in events:
        stage.room.queue.put_nowait(event)
    await stage.until(base.ParticipantLeft)
    await stage.session.leave()
    await running
    assert [one for one in stage.seen if one in events] == events
    assert {"want a1 microphone FULL", "want a1 camera FULL"} <= set(stage.told.lines)
    assert "dark a1" in stage.told.lines
    left = stage.seen[-1]
    assert isinstance(left, happens.Left)
    assert left.participants == (happens.Heard("Reed", "a1", 1.5, 440.0, 3, "ff0010"),)


async def test_a_resync_becomes_goings_and_comings() -> None:
    stage = Stage()
    running = asyncio.ensure_future(stage.run())
    stage.room.queue.put_nowait(base.ParticipantJoined(REED))
    stage.room.queue.put_nowait(base.Resynced((ADA,)))
    await stage.until(base.ParticipantLeft)
    await stage.session.leave()
    await running
    people = [one for one in stage.seen if isinstance(one, base.ParticipantJoined | base.ParticipantLeft)]
    assert people == [
        base.ParticipantJoined(REED),
        base.ParticipantLeft(REED.id, "Reed", "reconnecting"),
        base.ParticipantJoined(ADA),
    ]
    assert set(stage.session.roster.here) == {ADA.id}
    assert list(stage.session.roster.ever.values()) == ["Reed", "Ada"]


async def test_what_the_ledger_learns_is_told_once() -> None:
    stage = Stage()
    running = asyncio.ensure_future(stage.run())
    await stage.until(happens.Joined)
    stage.disclose(Fact.NAME, "Wren")
    stage.ledger.withhold(Withheld("local addresses", "left out", 0.0))
    stage.ledger.refuse(Refusal("192.0.2.1:80", "connect to", 0.0))
    await stage.until(happens.Blocked)
    stage.disclose(Fact.NAME, "Wren")
    stage.disclose(Fact.NAME, "Wren", Audience.OPERATOR)
    stage.ledger.count(Traffic("127.0.0.1:9", "RTP", 2, 200))
    await stage.session.leave()
    await running
    told = [one for one in stage.seen if isinstance(one, happens.Disclosed)]
    assert [(one.entry.fact, one.entry.audience) for one in told] == [
        (Fact.NAME, Audience.PARTICIPANTS),
        (Fact.NAME, Audience.OPERATOR),
    ]
    assert sum(isinstance(one, happens.KeptBack) for one in stage.seen) == 1
    left = stage.seen[-1]
    assert isinstance(left, happens.Left)
    assert left.disclosures is not None
    assert left.disclosures[Audience.OPERATOR] == ("display name",)
    assert left.disclosures[Audience.RELAY] == ()
    assert left.traffic == (Traffic("127.0.0.1:9", "RTP", 2, 200),)
    assert left.refused[0].destination == "192.0.2.1:80"


async def test_who_speaks_is_told_when_it_changes() -> None:
    stage = Stage()
    running = asyncio.ensure_future(stage.run())
    stage.room.queue.put_nowait(base.ParticipantJoined(REED))
    await stage.until(base.ParticipantJoined)
    stage.media.loud["a1"] = FakeLevel(0.5, True)
    stage.media.loud["stranger"] = FakeLevel(0.5, True)
    await stage.until(happens.Speaking)
    stage.media.loud["a1"] = FakeLevel(0.0, False)
    await stage.so(lambda: happens.Speaking("a1", "Reed", False) in stage.seen)
    await stage.session.leave()
    await running
    told = [one for one in stage.seen if isinstance(one, happens.Speaking)]
    assert told == [happens.Speaking("a1", "Reed", True), happens.Speaking("a1", "Reed", False)]


@pytest.mark.parametrize("error", [errors.Unreachable("Nobody answers."), errors.Refused("The meeting is full.")])
async def test_a_meeting_that_was_not_joined_raises_and_was_never_left(error: errors.MeetingError) -> None:
    stage = Stage(refusal=error)
    with pytest.raises(type(error), match=str(error)):
        await stage.run()
    assert [type(one) for one in stage.seen] == [happens.Joining]


async def test_a_lost_meeting_is_summed_up_and_raises() -> None:
    stage = Stage()
    running = asyncio.ensure_future(stage.run())
    await stage.until(happens.Joined)
    stage.room.queue.put_nowait(PhaseChanged(Phase.ENDED, "Everybody is gone."))
    stage.room.queue.put_nowait(None)
    with pytest.raises(errors.Lost, match="Everybody is gone"):
        await running
    left = stage.seen[-1]
    assert isinstance(left, happens.Left)
    assert left.reason == "Everybody is gone."


async def test_leaving_twice_says_goodbye_once() -> None:
    stage = Stage()
    running = asyncio.ensure_future(stage.run())
    await stage.until(happens.Joined)
    await stage.session.leave()
    await stage.session.leave()
    await running
    assert stage.told.lines.count("leave") == 1


async def test_leaving_before_joining_ends_at_once() -> None:
    stage = Stage()
    stage.room.gate.clear()
    running = asyncio.ensure_future(stage.run())
    await stage.until(happens.Joining)
    await stage.session.leave()
    async with asyncio.timeout(30):
        await running
    assert [type(one) for one in stage.seen] == [happens.Joining]
    assert not stage.session.joined


async def test_a_fault_in_the_room_is_not_swallowed() -> None:
    stage = Stage()

    async def broken(peer: PeerId, source: Source, level: Level) -> None:
        raise RuntimeError("broken")

    stage.room.want = broken  # type: ignore[method-assign] # the fault under test
    stage.room.queue.put_nowait(base.ParticipantJoined(REED))
    with pytest.raises(RuntimeError, match="broken"):
        await stage.run()


async def test_chat_passes_the_firewall_and_says_why_not() -> None:
    stage = Stage()
    assert await stage.session.say("hello") == ""
    assert await stage.session.say("my secret") == "That names you."
    assert await stage.session.say("too much") == "That was too much at once; wait a moment."
    assert stage.told.lines == ["say hello"]


async def test_a_private_message_reaches_that_one_or_nobody() -> None:
    stage = Stage()
    list(stage.session.roster.apply(base.ParticipantJoined(REED)))
    list(stage.session.roster.apply(base.ParticipantJoined(ADA)))
    assert "no private messages" in await stage.session.say("hello", to=REED.id)
    stage.room.may = frozenset({base.Ability.PRIVATE_CHAT})
    assert await stage.session.say("my secret", to=REED.id) == "That names you."
    assert await stage.session.say("hello", to=REED.id) == ""
    list(stage.session.roster.apply(base.ParticipantLeft(ADA.id, "Ada", "left")))
    assert await stage.session.say("hello", to=ADA.id) == "Not sent: Ada is no longer here."
    assert await stage.session.say("my secret", to=REED.id, knowingly=True) == ""
    assert stage.told.lines == ["say hello to a1", "say my secret to a1"]


async def test_a_raised_hand_is_told() -> None:
    stage = Stage()
    await stage.session.set_hand(True)
    assert (stage.session.hand, stage.told.lines) == (True, ["hand True"])
