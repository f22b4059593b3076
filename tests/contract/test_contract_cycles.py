"""Somebody comes and goes six times in one process: nothing stays behind, with them or with those who were there."""

from __future__ import annotations

import time
from typing import Any

from tests.contract.held import Held

CYCLES = 6
WARM = 2  # after so many, all that is loaded or kept once is there
MEMORY_KB = 8_000


def held(state: dict[str, Any]) -> dict[str, Any]:
    """What a process holds of the system and of its loop, but for names that number themselves."""
    tasks = [name for name in state["tasks"] if not name.startswith("Task-")]
    return {
        "sockets": state["sockets"],
        "files": state["files"],
        "tasks": tasks,
        "unnamed tasks": len(state["tasks"]) - len(tasks),
        "threads": [name for name in state["threads"] if not name.startswith("work_")],
    }


def left_each_time(counts: list[dict[str, int]]) -> dict[str, int]:
    """Of which kinds at least one more object was left each time, and how many at the end.

    One more once is no such thing: what somebody else said last is kept until they say something new.
    """
    more = {kind: count - counts[0].get(kind, 0) for kind, count in counts[-1].items()}
    return {kind: count for kind, count in more.items() if count >= len(counts) - 1}


def test_whoever_comes_and_goes_six_times_leaves_nothing_behind(meeting: Held) -> None:
    alice = meeting.people["alice"]
    before, people = alice.do("weigh"), set(alice.look()["people"])
    dave = meeting.comes("dave")
    ids: list[str] = []
    for number in range(CYCLES):
        mark = dave.mark()
        seen = alice.until_looks(lambda look: meeting.reaches(look, "dave"))
        ids.append(seen["people"]["dave"]["id"])
        dave.until_looks(lambda look: all(meeting.reaches(look, other) for other in people))
        mine = alice.mark()
        last = number == CYCLES - 1
        dave.tell("leave", again=not last)
        alice.after(mine, "participant", event="left", name="dave", id=ids[-1], reason="left")
        if not last:
            dave.after(mark, "joined", 30)
    assert meeting.gone("dave") == 0

    assert len(set(ids)) == CYCLES
    between = dave.of("between")
    assert len(between) == CYCLES - 1
    for state in between[WARM:]:
        assert held(state) == held(between[WARM - 1])
    assert not left_each_time([state["objects"] for state in between[WARM - 1 :]])
    assert between[-1]["memory_kb"] - between[WARM - 1]["memory_kb"] < MEMORY_KB, [one["memory_kb"] for one in between]

    deadline = time.monotonic() + 30
    while held(after := alice.do("weigh")) != held(before) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert held(after) == held(before)
    assert after["memory_kb"] - before["memory_kb"] < MEMORY_KB
    assert set(alice.look()["people"]) == people
