"""The same in lines: moderation, another name, and who cannot be heard or seen here."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.tui.fake_meeting import SECRET, me, meeting
from tests.tui.test_linear_deeds import NUMBERED, FakeDesk
from tui.linear.answers import people, status
from tui.linear.news import changes
from tui.model import Meeting
from tui.widgets.order import Order

MODERATOR = frozenset({"kick", "mute others", "lock", "rename"})


def room(**changes: object) -> Meeting:
    return meeting(**{"people": NUMBERED, "may": MODERATOR, **changes})


async def answered(desk: FakeDesk, line: str, answer: str) -> list[str]:
    already = len(desk.told)
    await desk.at_once(line)
    await desk.at_once(answer)
    await asyncio.sleep(0)
    return [line.text for line in desk.told[already:]]


async def test_somebody_is_removed_only_after_a_question() -> None:
    desk = FakeDesk(room())
    told = await answered(desk, "kick silver", "no")
    assert desk.asked == []
    assert told[-1] == '"Silver Otter" stays.'
    told = await answered(desk, "kick silver", "yes")
    assert desk.asked == [("kick", "b")]


async def test_muting_for_everybody_and_locking() -> None:
    desk = FakeDesk(room())
    told = await desk.type("silence silver", "unsilence silver", "lock", "unlock")
    assert desk.asked == [("silence", "b", True), ("silence", "b", False), ("lock", True), ("lock", False)]
    assert told == []  # it is told when it was done
    assert any("You locked the room" in line.text for line in status(room(locked=True)))


async def test_who_may_not_is_told_so() -> None:
    desk = FakeDesk()
    told = await desk.type("kick silver", "lock", "rename Grey Heron", "silence silver")
    assert desk.asked == []
    assert all(line.startswith("That cannot be done now.") for line in told)


async def test_another_name_is_judged_first_and_then_asked_about() -> None:
    desk = FakeDesk(room())
    told = await desk.type(f"rename {SECRET}")
    assert "would name you" in told[-1]
    assert not desk.questions.open
    told = await answered(desk, "rename Grey Heron", "yes")
    assert desk.asked == [("rename", "Grey Heron")]
    assert told[-1] == 'From here on you are "Grey Heron".'
    told = await answered(desk, "rename", "no")
    assert len(desk.asked) == 1
    assert told[-1] == "You stay who you are."


def test_who_cannot_be_heard_or_seen_is_announced_whatever_is_announced() -> None:
    first, second, *rest = NUMBERED[1:]
    codec = replace(first, unseen="vp9 pictures cannot be shown")
    told = [line.text for line in changes(room(), room(people=(me(), codec, second, *rest)), ())]
    assert told == ['"Amber Fox" cannot be seen here: vp9 pictures cannot be shown.']
    again = replace(codec, hand=True)
    assert changes(room(people=(me(), codec)), room(people=(me(), again)), ()) == []
    crowd = tuple(replace(first, key=f"p{number}", unheard="they do not have the key") for number in range(9))
    many = [line.text for line in changes(room(), room(people=(me(), *crowd)), ())]
    assert many == ["9 people cannot be heard here: they do not have the key."]


def test_the_list_says_it_too() -> None:
    person = replace(NUMBERED[1], unseen="vp9 pictures cannot be shown", silenced=True)
    told = " ".join(line.text for line in people((me(), person), "", Order(), 0.0))
    assert "not seen here: vp9 pictures cannot be shown" in told
    assert "muted for everybody by you" in told
