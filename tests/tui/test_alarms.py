from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from net.services.base import (
    AddressRevealed,
    ChatReceived,
    Encryption,
    Event,
    IdentityChanged,
    IdentityKind,
    Participant,
    ParticipantChanged,
    ParticipantJoined,
    PeerId,
    PrivacyChanged,
    Resynced,
)
from privacy import machines
from tests.tui.fake_session import Stage
from tui.compose.alarms import MAX_NAMED, Alarm, Alarms
from tui.compose.happenings import Left
from tui.compose.lines import alarm_text, as_notice, as_object, as_sentence
from tui.compose.unseen import MOST, Unseen

RECORDER = Participant(PeerId("r"), "Rec0rder 3")
REED = Participant(PeerId("a"), "Reed")


@dataclass(frozen=True)
class Chosen:
    recording: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    encryption: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()


def kinds(*events: Event) -> list[str]:
    alarms = Alarms()
    return [alarm.kind for event in events for alarm in alarms.take(event)]


def test_recording_alarms_when_it_begins_and_each_time_it_begins_again() -> None:
    on, off = (PrivacyChanged(Encryption.TO_SERVER, recording) for recording in (True, False))
    assert kinds(off, on, on, off, on) == ["recording", "recording"]


def test_encryption_alarms_when_it_fell() -> None:
    alarms = Alarms()
    assert alarms.take(PrivacyChanged(Encryption.END_TO_END_VERIFIED)) == []
    (alarm,) = alarms.take(PrivacyChanged(Encryption.END_TO_END, fell=True))
    assert alarm.text == "The encryption fell from “end to end, verified” to “end to end, unverified”."
    assert alarms.take(PrivacyChanged(Encryption.END_TO_END_VERIFIED)) == []


def test_a_machine_alarms_once_by_its_name_and_the_words_claim_no_more() -> None:
    alarms = Alarms()
    (alarm,) = alarms.take(ParticipantJoined(RECORDER))
    assert (alarm.kind, alarm.who) == ("recording", "r")
    assert alarm.text == "Rec0rder 3 may record or write along: by its name it is a recorder."
    assert alarms.take(ParticipantChanged(RECORDER)) == []
    assert alarms.take(Resynced((RECORDER, REED))) == []
    for number in range(MAX_NAMED + 1):
        alarms.take(ParticipantJoined(Participant(PeerId("n"), f"Recorder {number}x")))
    assert alarms.take(ParticipantJoined(RECORDER)) != []


def test_what_the_service_says_of_somebody_goes_before_their_name() -> None:
    (alarm,) = Alarms().take(ParticipantJoined(Participant(PeerId("r"), "Reed", kind="recorder")))
    assert alarm.text == "Reed may record or write along: the service says that it is a recorder."


def test_an_address_alarms_only_when_the_preview_did_not_show_it() -> None:
    assert kinds(AddressRevealed("Reed", "192.0.2.1", foreseen=True)) == []
    assert kinds(AddressRevealed("Reed")) == ["address"]


def test_identity_alarms_when_it_is_serious() -> None:
    assert kinds(IdentityChanged(REED.id, "Reed", IdentityKind.LIKE_OURS)) == ["identity"]
    assert kinds(IdentityChanged(REED.id, "Reed", IdentityKind.OTHER_KEY)) == []
    assert kinds(ChatReceived(REED.id, "Reed", "recording")) == []


@pytest.mark.parametrize(
    "event",
    [
        PrivacyChanged(Encryption.NONE, fell=True),
        AddressRevealed("Reed"),
        IdentityChanged(REED.id, "Reed", IdentityKind.LIKE_OURS),
        PrivacyChanged(Encryption.TO_SERVER),
        AddressRevealed("Reed", foreseen=True),
        IdentityChanged(REED.id, "Reed", IdentityKind.OTHER_KEY),
    ],
)
def test_every_such_event_is_told_either_as_an_alarm_or_as_a_notice(event: Event) -> None:
    assert bool(Alarms().take(event)) != (as_notice(event) is not None)


def test_an_alarm_in_words_and_as_json() -> None:
    alarm = Alarm("recording", "The meeting is being recorded.", "r", ("mute", "camera-off"))
    text = "The meeting is being recorded. As you chose beforehand, you were muted and your camera was switched off."
    assert alarm_text(alarm) == text
    assert as_sentence(alarm) == f"! {text}"
    assert as_object(alarm) == {
        "type": "alarm",
        "kind": "recording",
        "text": "The meeting is being recorded.",
        "id": "r",
        "done": ["mute", "camera-off"],
    }


async def test_a_reflex_acts_before_it_is_told_and_tells_what_it_did() -> None:
    stage = Stage(muted=False, camera=False, reflexes=Chosen(recording=("mute", "camera-off")))
    task = asyncio.create_task(stage.run(), name="stage")
    stage.room.queue.put_nowait(PrivacyChanged(Encryption.END_TO_END, recording=True))
    await stage.until(Alarm)
    (alarm,) = [one for one in stage.seen if isinstance(one, Alarm)]
    assert alarm.done == ("mute",)  # the camera was off already
    assert stage.media.muted
    assert stage.told.lines[-1] == "publish microphone False"
    await stage.session.leave()
    await task


async def test_the_strongest_reflex_leaves() -> None:
    stage = Stage(reflexes=Chosen(identity=("leave",)))
    task = asyncio.create_task(stage.run(), name="stage")
    stage.room.queue.put_nowait(IdentityChanged(REED.id, "Reed", IdentityKind.LIKE_OURS))
    await asyncio.wait_for(task, 30)
    left = stage.seen[-1]
    assert isinstance(left, Left)
    assert left.reason.startswith("as you chose beforehand: Somebody came whose name looks like yours")
    assert "leave" in stage.told.lines


async def test_without_a_reflex_nothing_is_done() -> None:
    stage = Stage(muted=False)
    task = asyncio.create_task(stage.run(), name="stage")
    stage.room.queue.put_nowait(ParticipantJoined(RECORDER))
    await stage.until(Alarm)
    assert not stage.media.muted
    await stage.session.leave()
    await task


def test_warnings_wait_until_they_are_seen_and_not_without_end() -> None:
    unseen = Unseen()
    for number in range(MOST + 5):
        unseen.add(Alarm("address", f"{number}"), "14:03")
    assert len(unseen.warnings) == MOST
    assert unseen.warnings[0].text == f"{MOST + 4}"
    kept = unseen.warnings[1]
    unseen.seen({one.id for one in unseen.warnings} - {kept.id})
    assert unseen.warnings == (kept,)
    before = unseen.add(Alarm("address", "x"), "14:04").id
    unseen.clear()
    assert len(unseen.warnings) == 0
    assert unseen.add(Alarm("address", "y"), "14:05").id > before


def test_what_names_say_is_looked_for_at_once_when_somebody_comes() -> None:
    """Putting it together takes milliseconds, which whoever joins would wait for."""
    machines._patterns.cache_clear()
    Alarms()
    assert machines._patterns.cache_info().currsize
