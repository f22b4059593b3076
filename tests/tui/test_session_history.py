"""What a session remembers and tells beside its events: its encryption over time, and its ties to earlier meetings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from net.services import base
from net.services.base import Encryption, ParticipantJoined, PeerId
from privacy.facts import Fact
from privacy.ledger import Entry
from privacy.linkability import Tie, Trait
from tests.tui.fake_session import ADA, REED, Stage
from tui.compose import happenings as happens
from tui.compose.happenings import Linkable
from tui.compose.session import ALONE, MAX_CHANGES

ALIAS, ADDRESS = Tie(Trait.ALIAS, "2025-03-31"), Tie(Trait.ADDRESS, "2025-03-30")


class FakeTies:
    """An alias that was worn before, and an address that was shown before."""

    def __init__(self, trouble: str = "") -> None:
        self.learned_of: list[Entry] = []
        self.kept = 0
        self.trouble = trouble

    def foresee(self) -> Iterable[Linkable]:
        return (Linkable(ALIAS),)

    def learned(self, entries: Iterable[Entry]) -> Iterable[Linkable]:
        new = list(entries)
        self.learned_of += new
        return [Linkable(ADDRESS) for entry in new if entry.fact is Fact.ADDRESS]

    async def keep(self) -> str:
        self.kept += 1
        return self.trouble


async def joined(stage: Stage) -> asyncio.Future[None]:
    running = asyncio.ensure_future(stage.run())
    await stage.until(happens.Joined)
    return running


async def test_what_ties_the_meeting_is_told_before_joining_and_as_it_is_learned() -> None:
    ties = FakeTies()
    stage = Stage(ties=ties)
    stage.room.gate.clear()
    running = asyncio.ensure_future(stage.run())
    await stage.until(Linkable)
    assert [type(one) for one in stage.seen] == [happens.Joining, Linkable]
    assert stage.told.lines == []
    stage.room.gate.set()
    stage.disclose(Fact.ADDRESS, "192.0.2.7")
    stage.disclose(Fact.CHAT, "hello")
    await stage.until(happens.Disclosed)
    await stage.settle()
    assert [one.tie for one in stage.seen if isinstance(one, Linkable)] == [ALIAS, ADDRESS]
    assert [entry.fact for entry in ties.learned_of] == [Fact.ADDRESS, Fact.CHAT]
    assert ties.kept == 0
    await stage.session.leave()
    await running
    assert ties.kept == 1


async def test_what_is_learned_at_the_very_end_is_kept_too() -> None:
    ties = FakeTies()
    stage = Stage(ties=ties)
    running = await joined(stage)
    stage.disclose(Fact.NAME, "Wren")
    await stage.session.leave()
    await running
    assert [entry.fact for entry in ties.learned_of] == [Fact.NAME]


async def test_what_could_not_be_kept_is_said_before_the_end() -> None:
    stage = Stage(ties=FakeTies("The marks of this meeting could not be kept: No space left on device."))
    running = await joined(stage)
    await stage.session.leave()
    await running
    notice, left = stage.seen[-2:]
    assert isinstance(notice, base.Notice)
    assert notice.serious
    assert isinstance(left, happens.Left)


async def test_the_history_of_the_encryption_tells_what_changed_when(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    running = await joined(stage)
    began = asyncio.get_running_loop().time()

    def labels() -> list[str]:
        return [label for _, label in stage.session.encryption]

    await stage.so(lambda: labels() == [ALONE])
    stage.room.queue.put_nowait(ParticipantJoined(REED))
    await stage.so(lambda: len(labels()) == 2)
    stage.room.encryption = Encryption.TO_SERVER
    await stage.so(lambda: len(labels()) == 3)
    stage.room.queue.put_nowait(base.ParticipantLeft(REED.id, REED.name, "left"))
    await stage.so(lambda: len(labels()) == 4)
    stage.room.queue.put_nowait(ParticipantJoined(ADA))
    await stage.so(lambda: len(labels()) == 5)
    took = asyncio.get_running_loop().time() - began
    await stage.session.leave()
    await running
    assert labels() == [
        ALONE, "end to end, unverified", "to the server", ALONE, "to the server",
    ]  # fmt: skip
    times = [at for at, _ in stage.session.encryption]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] - times[0] <= took


async def test_the_history_of_the_encryption_is_bounded() -> None:
    stage = Stage()
    running = await joined(stage)
    for number in range(MAX_CHANGES):
        stage.room.queue.put_nowait(ParticipantJoined(REED))
        stage.room.queue.put_nowait(base.ParticipantLeft(PeerId("a1"), "Reed", str(number)))
    await stage.so(lambda: base.ParticipantLeft(PeerId("a1"), "Reed", str(MAX_CHANGES - 1)) in stage.seen)
    await stage.session.leave()
    await running
    assert len(stage.session.encryption) == MAX_CHANGES


async def test_times_count_from_joining() -> None:
    stage = Stage()
    made = stage.session.began
    stage.room.gate.clear()
    running = asyncio.ensure_future(stage.run())
    await asyncio.sleep(0.1)
    assert stage.session.began == made
    assert not stage.session.encryption
    stage.room.gate.set()
    await stage.until(happens.Joined)
    assert stage.session.began >= made + 0.1
    await stage.session.leave()
    await running
