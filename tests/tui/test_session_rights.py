"""What a session does in a room on somebody's server: choosing pictures, who speaks, moderation, another name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from net.errors import Lost
from net.services.base import (
    AbilitiesChanged,
    Ability,
    Encryption,
    Moderated,
    Notice,
    ParticipantChanged,
    ParticipantJoined,
    PeerId,
    Phase,
    PhaseChanged,
    RemoteMuteRequest,
    Resynced,
    Source,
    SpeakingChanged,
)
from net.services.mesh.link import MeshLink
from net.stats import PeerStats, Route
from privacy.firewall import Firewall
from privacy.identifiers import Identifiers
from privacy.persona import Persona, named
from tests.net.test_vault import InMemory, use
from tests.tui.configured import asked
from tests.tui.fake_session import ADA, REED, FakeLevel, Stage
from tui.compose import session
from tui.compose.disguise import Changing, Disguise, keep
from tui.compose.happenings import Joined, Left, Speaking
from tui.compose.inspection import inspect
from tui.compose.lines import as_notice, as_object
from tui.compose.rights import SessionRights
from tui.compose.roster import ME
from tui.compose.view import look
from tui.model import Person

Keep = Callable[[Persona], Awaitable[None]]
SHOWING = replace(REED, sources=frozenset({Source.MICROPHONE, Source.CAMERA}), camera=True, muted=False)


async def begun(stage: Stage) -> asyncio.Task[None]:
    task = asyncio.get_running_loop().create_task(stage.run())
    await stage.until(Joined)
    return task


def row(stage: Stage, id: str) -> Person:
    return next(person for person in look(stage.session).people if person.key == id)


def rights(stage: Stage) -> SessionRights:
    found = SessionRights()
    found.attach(stage.session)
    return found


async def ended(stage: Stage, task: asyncio.Task[None]) -> None:
    await stage.session.leave()
    await task


# pictures


async def test_where_pictures_are_chosen_only_the_sound_of_all_is_asked_for_and_then_what_is_drawn() -> None:
    stage = Stage()
    stage.room.can |= {Ability.CHOOSE}
    task = await begun(stage)
    stage.room.queue.put_nowait(ParticipantJoined(SHOWING))
    await stage.until(ParticipantJoined)
    assert [line for line in stage.told.lines if line.startswith("want")] == ["want a1 microphone FULL"]
    stage.session.watching.drawn("a1", 12)
    async with asyncio.timeout(30):
        while "want a1 screen LOW" not in stage.told.lines:
            await asyncio.sleep(0.02)
    assert "want a1 camera LOW" in stage.told.lines
    stage.media.people.set_hidden("a1", True)
    async with asyncio.timeout(30):
        while "want a1 screen OFF" not in stage.told.lines:
            await asyncio.sleep(0.02)
    assert "dark a1" in stage.told.lines
    await ended(stage, task)


async def test_pictures_are_asked_for_when_somebody_is_heard_or_after_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SOUND_FIRST", 3600.0)
    stage = Stage()
    stage.room.can |= {Ability.CHOOSE}
    task = await begun(stage)
    stage.room.queue.put_nowait(ParticipantJoined(SHOWING))
    await stage.until(ParticipantJoined)
    stage.session.watching.drawn("a1", 12)
    stage.media.loud[ME] = FakeLevel(0.5, True)
    await asyncio.sleep(3 * session.TICK)
    assert [line for line in stage.told.lines if line.startswith("want")] == ["want a1 microphone FULL"]
    stage.media.loud["a1"] = FakeLevel(0.0, False)
    async with asyncio.timeout(30):
        while "want a1 screen LOW" not in stage.told.lines:
            await asyncio.sleep(0.02)
    await ended(stage, task)


async def test_after_a_rejoin_the_same_pictures_are_asked_for_again() -> None:
    stage = Stage()
    stage.room.can |= {Ability.CHOOSE}
    task = await begun(stage)
    stage.session.watching.drawn("a1", 12)
    for _ in range(2):
        stage.told.lines.clear()
        stage.room.queue.put_nowait(Resynced((SHOWING,)))
        async with asyncio.timeout(30):
            while "want a1 screen LOW" not in stage.told.lines:
                await asyncio.sleep(0.02)
        assert "want a1 microphone FULL" in stage.told.lines
    await ended(stage, task)


async def test_where_they_are_not_chosen_nothing_tells_what_is_drawn() -> None:
    stage = Stage()
    task = await begun(stage)
    stage.room.queue.put_nowait(ParticipantJoined(SHOWING))
    await stage.until(ParticipantJoined)
    stage.session.watching.drawn("a1", 12)
    await asyncio.sleep(0.45)
    asked = [line for line in stage.told.lines if line.startswith("want")]
    assert asked == ["want a1 microphone FULL", "want a1 camera FULL"]
    await ended(stage, task)


# who speaks


async def test_who_speaks_is_believed_where_nobody_is_heard_apart() -> None:
    stage = Stage()
    task = await begun(stage)
    for event in (ParticipantJoined(SHOWING), ParticipantJoined(ADA), SpeakingChanged(PeerId("a1"), True)):
        stage.room.queue.put_nowait(event)
    await stage.until(Speaking)
    assert row(stage, "a1").speaking
    assert not row(stage, "a1").level  # how loud is not known, and not made up
    assert not row(stage, "b2").speaking
    stage.room.queue.put_nowait(ParticipantChanged(replace(SHOWING, muted=True)))
    await stage.until(ParticipantChanged)
    assert not row(stage, "a1").speaking
    await ended(stage, task)
    told = [(one.id, one.on) for one in stage.seen if isinstance(one, Speaking)]
    assert told == [("a1", True), ("a1", False)]
    assert not any(isinstance(one, SpeakingChanged) for one in stage.seen)


async def test_what_is_heard_of_somebody_counts_for_more_than_what_is_said() -> None:
    stage = Stage()
    task = await begun(stage)
    stage.media.loud = {"a1": FakeLevel(0.0, False)}
    for event in (
        ParticipantJoined(SHOWING),
        SpeakingChanged(PeerId("a1"), True),
        SpeakingChanged(PeerId("stranger"), True),
    ):
        stage.room.queue.put_nowait(event)
    await stage.until(ParticipantJoined)
    await stage.settle()
    assert not row(stage, "a1").speaking
    assert "stranger" not in stage.session.levels
    await ended(stage, task)


# moderation


async def test_who_is_muted_by_a_moderator_is_muted_and_told_so() -> None:
    stage = Stage(muted=False)
    task = await begun(stage)
    await stage.settle()
    assert not stage.media.muted
    stage.room.queue.put_nowait(RemoteMuteRequest("a moderator of the room"))
    await stage.until(RemoteMuteRequest)
    assert stage.media.muted
    assert stage.told.lines[-2:] == ["muted True", "publish microphone False"]
    notice = as_notice(RemoteMuteRequest("a moderator of the room"))
    assert notice == Notice("A moderator of the room muted you: no sound is sent any more.", serious=True)
    await ended(stage, task)


async def test_nothing_is_sent_that_the_server_alone_would_get() -> None:
    stage = Stage(muted=False, camera=True)
    task = await begun(stage)
    await stage.settle()
    assert not stage.media.muted
    stage.room.may = frozenset()
    stage.room.queue.put_nowait(AbilitiesChanged(stage.room.can, stage.room.may))
    await stage.until(AbilitiesChanged)
    assert (stage.media.muted, stage.media.camera_on) == (True, False)
    await stage.session.sending.set_muted(False)
    await stage.session.sending.hold(True)
    await stage.session.sending.set_camera(True)
    await stage.settle()
    assert (stage.media.muted, stage.media.camera_on) == (True, False)
    said = [one.text for one in stage.seen if isinstance(one, Notice) and one.serious]
    assert said == [
        "A moderator silenced you: nothing is sent, since nobody would get it.",
        "A moderator silenced you: nothing is sent, since nobody would get it.",
        "The room takes no picture of yours: nothing is sent, since nobody would get it.",
    ]
    await ended(stage, task)


async def test_where_there_are_no_pictures_no_camera_is_opened() -> None:
    stage = Stage(camera=True)
    stage.room.can = stage.room.may = frozenset({Ability.SPEAK})
    task = await begun(stage)
    await stage.until(Notice)
    assert not stage.media.camera_on
    said = [one.text for one in stage.seen if isinstance(one, Notice)]
    assert said == ["This meeting has no pictures: nothing is sent, since nobody would get it."]
    await ended(stage, task)


async def test_where_nobody_would_see_a_hand_none_is_raised() -> None:
    stage = Stage()
    stage.room.can = stage.room.may = frozenset({Ability.SPEAK})
    task = await begun(stage)
    await stage.session.set_hand(True)
    await stage.until(Notice)
    assert not stage.session.hand
    said = [one.text for one in stage.seen if isinstance(one, Notice)]
    assert said == ["This meeting has no raised hands: nobody would see yours."]
    await ended(stage, task)


@pytest.mark.parametrize("again", [True, False])
async def test_who_is_removed_is_told_so_and_whether_joining_again_may_work(again: bool) -> None:
    stage = Stage()
    task = await begun(stage)
    stage.room.queue.put_nowait(PhaseChanged(Phase.ENDED, "You were removed from the room.", may_rejoin=again))
    stage.room.queue.put_nowait(None)
    with pytest.raises(Lost, match="You were removed from the room") as lost:
        await task
    assert lost.value.may_rejoin is again
    assert [one.reason for one in stage.seen if isinstance(one, Left)] == ["You were removed from the room."]


async def test_moderating_is_asked_of_the_room_and_shown_when_it_was_done() -> None:
    stage = Stage()
    task = await begun(stage)
    stage.room.queue.put_nowait(ParticipantJoined(SHOWING))
    await stage.until(ParticipantJoined)
    may, a1 = rights(stage), PeerId("a1")
    assert await may.silence("a1", True) == await may.lock(True) == await may.kick("a1") == ""
    assert [line for line in stage.told.lines if line.startswith("moderate")] == [
        "moderate mute others a1 True", "moderate lock None True", "moderate kick a1 True",
    ]  # fmt: skip
    assert not row(stage, "a1").silenced
    assert not look(stage.session).locked
    for on in (True, False):
        done = (Moderated(Ability.MUTE_OTHERS, on, "Reed was silenced.", a1), Moderated(Ability.LOCK, on, "It is so."))
        for event in done:
            stage.room.queue.put_nowait(event)
        async with asyncio.timeout(30):
            while done[1] not in stage.seen:
                await asyncio.sleep(0.01)
        assert row(stage, "a1").silenced is on
        assert look(stage.session).locked is on
    assert as_notice(done[0]) == Notice("Reed was silenced.")
    await ended(stage, task)


async def test_what_the_room_refuses_is_said_and_not_shown_as_done(monkeypatch) -> None:
    stage = Stage()

    async def refuse(what: Ability, peer: PeerId | None, on: bool = True) -> None:
        raise ValueError("You may not do this here.")

    monkeypatch.setattr(stage.room, "moderate", refuse)
    may = rights(stage)
    assert await may.lock(True) == await may.kick("a1") == await may.silence("a1", True) == "You may not do this here."
    assert not stage.session.locked


async def test_without_a_session_nothing_is_done() -> None:
    may = SessionRights()
    assert all([await may.kick("a"), await may.silence("a", True), await may.lock(True), await may.rename("Reed")])


# another name


def changing(stage: Stage, allowed: list[tuple[str, str]], keep: Keep | None = None) -> Changing:
    worn = Disguise(named("Wren", bytes(32)), Firewall(Identifiers({"login": ("quillfeather",)}), "Wren"))
    return Changing(worn, lambda before, now: allowed.append((before, now)), keep)


async def test_another_name_is_worn_once_the_room_has_it() -> None:
    stage = Stage()
    stage.room.may |= {Ability.RENAME}
    allowed: list[tuple[str, str]] = []
    stage.session.renaming = changing(stage, allowed)
    list(stage.session.roster.apply(ParticipantJoined(replace(REED, name="Grey Heron"))))
    assert row(stage, "a1").mark == ""
    assert await rights(stage).rename(" Grey Heron ") == ""
    assert stage.told.lines == ["rename Grey Heron"]
    assert allowed == [("Wren", "Grey Heron")]
    assert row(stage, ME).name == "Grey Heron"
    assert row(stage, "a1").mark == "name like yours"
    assert stage.session.plan.persona.colour == named("Wren", bytes(32)).colour


async def test_the_name_that_is_worn_now_is_the_one_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever keeps this meeting's persona; what the room refuses is not kept."""
    stage = Stage()
    stage.room.may |= {Ability.RENAME}
    kept: list[Persona] = []

    async def keep(worn: Persona) -> None:
        assert stage.told.lines == ["rename Grey Heron"]
        kept.append(worn)

    stage.session.renaming = changing(stage, [], keep)
    assert await rights(stage).rename("Grey Heron") == ""
    assert [worn.alias for worn in kept] == ["Grey Heron"]

    async def refuse(alias: str) -> None:
        raise ValueError("You may not do this here.")

    monkeypatch.setattr(stage.room, "rename", refuse)
    assert await rights(stage).rename("Reed Warbler") == "You may not do this here."
    assert [worn.alias for worn in kept] == ["Grey Heron"]


async def test_what_is_kept_is_worn_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    use(InMemory(), monkeypatch)
    to = MeshLink("127.0.0.1", 1, tls=False, secret=bytes(16))
    await keep(to, named("Wren", bytes(32)))
    await keep(to, named("Grey Heron", bytes(32)))
    disguise = await Disguise.choose(asked("join", str(to), "--keep-persona", "--allow-identifying"), to)
    assert disguise.persona == named("Grey Heron", bytes(32))


@pytest.mark.parametrize(
    ("alias", "why"),
    [
        ("quillfeather", "would name you"),
        ("I am QuillFeather", "would name you"),
        ("", "cannot be empty"),
        ("Wren", "called so already"),
    ],
)
async def test_a_name_that_names_one_is_refused_before_anything_is_sent(alias: str, why: str) -> None:
    stage = Stage()
    stage.room.may |= {Ability.RENAME}
    allowed: list[tuple[str, str]] = []
    stage.session.renaming = changing(stage, allowed)
    assert why in await rights(stage).judge(alias)
    assert why in await rights(stage).rename(alias)
    assert not stage.told.lines
    assert not allowed
    assert row(stage, ME).name == "Wren"


async def test_where_names_cannot_be_changed_none_is() -> None:
    stage = Stage()
    stage.session.renaming = changing(stage, [])
    assert "cannot be changed" in await rights(stage).rename("Grey Heron")
    assert stage.told.lines == []


# what cannot be heard or seen


async def test_the_reason_why_somebody_is_not_seen_is_told_everywhere() -> None:
    stage = Stage()
    why = "vp9 pictures cannot be shown"
    who = replace(SHOWING, missing={Source.CAMERA: why}, encryption={Source.MICROPHONE: Encryption.TO_SERVER})
    list(stage.session.roster.apply(ParticipantJoined(who)))
    assert row(stage, "a1").unseen == why
    assert row(stage, "a1").unheard == ""
    line = as_object(ParticipantJoined(who))
    assert line is not None
    assert line["reason"] == f"camera: {why}"
    inspection = await inspect(stage.session, "a1")
    assert ("picture from them", f"none: {why}") in inspection.tracks
    assert ("encryption", "to the server; its operator can hear and see") in inspection.rows


async def test_encryption_is_told_for_each_track_where_they_differ() -> None:
    stage = Stage()
    stage.room.can |= {Ability.KICK, Ability.MUTE_OTHERS}
    levels = {Source.MICROPHONE: Encryption.END_TO_END, Source.CAMERA: Encryption.TO_SERVER}
    list(stage.session.roster.apply(ParticipantJoined(replace(SHOWING, encryption=levels))))
    rows = (await inspect(stage.session, "a1")).rows
    assert ("sound encrypted", "end to end, unverified") in rows
    assert ("picture encrypted", "to the server") in rows
    assert ("permissions", "you may not remove or mute them for everybody") in rows


async def test_of_who_is_forwarded_by_a_server_no_address_and_no_key_is_claimed() -> None:
    stage = Stage()
    stage.session.plan = replace(stage.session.plan, service="janus")
    list(stage.session.roster.apply(ParticipantJoined(SHOWING)))
    ours, theirs = (":".join([byte] * 32) for byte in ("C4", "1F"))
    route = Route("srflx", "host")
    stage.room.counted = PeerStats({}, {}, {}, None, 0, 0, route=route, our_key=ours, their_key=theirs)
    inspection = await inspect(stage.session, "a1")
    assert "network address" not in [what for what, *_ in inspection.disclosed]
    assert ("link", "connecting, to the server direct") in inspection.rows
    assert ("server key", "1F1F 1F1F 1F1F 1F1F") in inspection.rows
