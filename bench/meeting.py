"""Joining a meeting and sitting in it: incog against a bare aiortc script that does the same.

    python -m bench.meeting [--joins N] [--rounds N] [--seconds S] [--only join|cpu]

Join time: from the start of the process to the first decoded remote sound. CPU: user and system time a second, with one
and with three other participants, who all speak and show; the difference, divided by two, is what a participant costs.
Both programs take turns in one run, in a network namespace with nothing but loopback (root and iproute2 are needed).
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av

from bench.bare_aiortc import PICTURES_PER_SECOND
from bench.common import AS_INSTALLED, conditions, median, ratio, row
from media.pattern import Scene
from tests.whole.outside import INCOG, Namespace, Scripted, namespace

SETTLE = 4.0
"""Seconds between the last participant's arrival and the measurement."""
PROBED = [sys.executable, "-m", "bench.probed_incog"]
BARE = [sys.executable, "-m", "bench.bare_aiortc"]
TONES = (440, 660, 880, 1100)


@dataclass(frozen=True)
class Program:
    """How one of the two is started: `start(where, number, role, link, probed)`."""

    name: str
    start: Callable[[Namespace, int, str, str, bool], Scripted]


@dataclass
class Joins:
    """Seconds from the start of the process, a figure for each join."""

    loaded: list[float] = field(default_factory=list)  # until everything was imported
    heard: list[float] = field(default_factory=list)  # until the first remote sound was decoded
    cpu: list[float] = field(default_factory=list)  # of processor time until then: a busy machine moves it less


@dataclass
class Cost:
    """What sitting in a meeting of one size took, a figure for each round."""

    cpu: list[float] = field(default_factory=list)  # seconds a second
    heard: list[float] = field(default_factory=list)  # decoded frames a second
    seen: list[float] = field(default_factory=list)


def incog(where: Namespace, number: int, role: str, link: str, probed: bool) -> Scripted:
    """incog as it is installed, or with the probe in it."""
    media = ["--say", f"tone:{TONES[number]}", "--picture", f"test-pattern:{number}", "--no-speaker"]
    meeting = ["join", "-"] if role == "join" else ["host"]
    arguments = [*meeting, "--headless", "--json", *media]
    return Scripted(where, *arguments, link=link, argv=PROBED if probed else INCOG, env=AS_INSTALLED)


def bare(pictures: Sequence[Path]) -> Callable[[Namespace, int, str, str, bool], Scripted]:
    """The bare script; its probe is always there."""

    def start(where: Namespace, number: int, role: str, link: str, probed: bool) -> Scripted:
        arguments = [role, str(TONES[number]), str(pictures[number])]
        return Scripted(where, *arguments, link=link, argv=BARE, env=AS_INSTALLED)

    return start


def draw(folder: Path) -> list[Path]:
    """The pictures that incog makes as it goes (`test-pattern:N`), ready-made for the bare script: ten seconds each."""
    paths = []
    for number in range(len(TONES)):
        scene, pictures = Scene(str(number)), []
        for count in range(10 * PICTURES_PER_SECOND):
            frame = av.VideoFrame.from_ndarray(scene.draw(count / PICTURES_PER_SECOND), format="rgb24")
            pictures.append(frame.reformat(format="yuv420p").to_ndarray().tobytes())
        paths.append(folder / f"pictures-{number}")
        paths[-1].write_bytes(b"".join(pictures))
    return paths


def first(person: Scripted, what: str) -> dict[str, Any]:
    """Its probe's line of when it was `loaded`, or decoded what it `heard` or `seen` first of somebody else."""
    person.until(lambda me: any(line["what"] == what for line in me.of("first")))
    line: dict[str, Any] = next(line for line in person.of("first") if line["what"] == what)
    return line


def counted(person: Scripted, pid: int) -> dict[str, Any]:
    """What its probe says now."""
    before = len(person.of("count"))
    os.kill(pid, signal.SIGUSR1)
    person.until(lambda me: len(me.of("count")) > before)
    line: dict[str, Any] = person.of("count")[-1]
    return line


def end(person: Scripted) -> None:
    """Have it leave."""
    person.stop()
    try:
        status = person.finish(30)
    except subprocess.TimeoutExpired:
        person.kill()
        person.finish()
        raise
    if status:
        raise SystemExit(f"a participant ended with status {status}: {''.join(person.errors)}")


def join_times(where: Namespace, programs: Sequence[Program], count: int) -> dict[str, Joins]:
    """Both programs in turn; one round more than asked for warms the caches."""
    times = {program.name: Joins() for program in programs}
    with ExitStack() as stack:
        links = {}
        for program in programs:
            host = program.start(where, 0, "host", "", False)
            stack.callback(end, host)
            links[program.name] = host.wait_for("invitation")["link"]
        for turn in range(count + 1):
            for program in programs:
                began = time.monotonic()
                person = program.start(where, 1, "join", links[program.name], True)
                heard, loaded = first(person, "heard"), first(person, "loaded")
                end(person)
                if turn:
                    times[program.name].heard.append(heard["at"] - began)
                    times[program.name].loaded.append(loaded["at"] - began)
                    times[program.name].cpu.append(heard["cpu"])
    return times


def sit(where: Namespace, program: Program, others: int, seconds: float, cost: Cost) -> None:
    """Sit in a meeting with so many others for a while, and note what it took."""
    with ExitStack() as stack:
        host = program.start(where, 0, "host", "", False)
        stack.callback(end, host)
        link = host.wait_for("invitation")["link"]
        for number in range(1, others):
            stack.callback(end, program.start(where, number, "join", link, False))
        person = program.start(where, others, "join", link, True)
        stack.callback(end, person)
        first(person, "heard")
        pid = person.of("probe")[0]["pid"]
        time.sleep(SETTLE)
        before = counted(person, pid)
        time.sleep(seconds)
        after = counted(person, pid)
        took = after["at"] - before["at"]
        cost.cpu.append((after["cpu"] - before["cpu"]) / took)
        cost.heard.append((after["heard"] - before["heard"]) / took)
        cost.seen.append((after["seen"] - before["seen"]) / took)


def costs(where: Namespace, programs: Sequence[Program], rounds: int, seconds: float) -> dict[tuple[str, int], Cost]:
    """By program and number of others; the programs take turns."""
    found = {(program.name, others): Cost() for others in (1, 3) for program in programs}
    for _ in range(rounds):
        for others in (1, 3):
            for program in programs:
                sit(where, program, others, seconds, found[program.name, others])
    return found


def drawing() -> float:
    """What making the test picture takes, in seconds a second; the bare script's pictures are ready-made."""
    scene, count = Scene("0"), 100
    began = time.process_time()
    for number in range(count):
        pixels = scene.draw(number / PICTURES_PER_SECOND)
        av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
    return (time.process_time() - began) / count * PICTURES_PER_SECOND


def print_joins(times: dict[str, Joins]) -> None:
    print("\njoin time, from the start of the process to the first decoded remote sound")
    for name, joins in times.items():
        print(row(name, [1000 * value for value in joins.heard], "ms"))
    for name, joins in times.items():
        print(
            f"  {name:<28} loaded after {1000 * median(joins.loaded):.0f} ms, first sound "
            f"{1000 * (median(joins.heard) - median(joins.loaded)):.0f} ms later, "
            f"by then {1000 * median(joins.cpu):.0f} ms of processor time"
        )
    ours, theirs = (median(joins.heard) for joins in times.values())
    print(f"  incog / bare aiortc: {ratio(ours, theirs)} (medians), {1000 * (ours - theirs):+.0f} ms")
    ours, theirs = (median(joins.cpu) for joins in times.values())
    print(f"  incog / bare aiortc, processor time: {ratio(ours, theirs)}, {1000 * (ours - theirs):+.0f} ms")


def print_costs(found: dict[tuple[str, int], Cost]) -> None:
    print("\nCPU, in % of a core")
    for (name, others), cost in found.items():
        print(row(f"{name}, {company(others)}", [100 * cpu for cpu in cost.cpu], "%", 1))
        print(f"{'':<31}decoded {median(cost.heard):.0f} sounds and {median(cost.seen):.0f} pictures a second")
    each = {}
    for name in dict.fromkeys(name for name, _ in found):
        each[name] = 100 * (median(found[name, 3].cpu) - median(found[name, 1].cpu)) / 2
        print(f"  {name + ', a participant':<28} {each[name]:.1f} %")
    ours, theirs = each.values()
    print(f"  incog / bare aiortc, a participant: {ratio(ours, theirs)}")
    for others in (1, 3):
        ours, theirs = (median(cost.cpu) for (_, size), cost in found.items() if size == others)
        print(f"  incog / bare aiortc, {company(others)}: {ratio(ours, theirs)}")
    print(f"  drawing incog's test picture is {100 * drawing():.1f} % of it; the bare script's pictures are ready-made")


def company(others: int) -> str:
    """A meeting's size in words."""
    return f"{others} other{'s' if others > 1 else ''}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.meeting", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--joins", type=int, default=12, help="joins of each program")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the CPU measurement")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of one CPU measurement")
    parser.add_argument("--only", choices=("join", "cpu"))
    wanted = parser.parse_args()
    print(conditions())
    with tempfile.TemporaryDirectory() as folder, namespace() as where:
        programs = [Program("incog", incog), Program("bare aiortc", bare(draw(Path(folder))))]
        if wanted.only != "cpu":
            print_joins(join_times(where, programs, wanted.joins))
        if wanted.only != "join":
            print_costs(costs(where, programs, wanted.rounds, wanted.seconds))


if __name__ == "__main__":
    main()
