"""A VideoRoom with ten people on Debian's Janus: incog against Chromium in the same room, in the same run.

    python -m bench.janus [--joins N] [--rounds N] [--seconds S] [--only join|cpu]

Join time: from the opening of the WebSocket to the first sound of somebody else that was really received; of incog the
first decoded frame, of Chromium (a page over Debian's own janus.js, loaded and with its microphone open) the first
samples that were not made up. Each join of incog is by a process of its own. CPU: user and system time of all of its
processes, alone with one other and in the room of ten, where all speak; the difference, divided by the voices that were
received more, is what one costs. Both are in the room at the same time, on a machine of their own in a small internet
of namespaces (root, iproute2 and Debian's janus, janus-demos and chromium are needed).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.common import AS_INSTALLED, conditions, median, ratio, row
from bench.meeting import PROBED, counted, end, first
from tests.whole.chromium import Browser, Page, chromium, demos
from tests.whole.internet import ALICE, BOB, OPERATOR, Internet, internet
from tests.whole.janus import WS_PORT, janus
from tests.whole.outside import Namespace, Scripted

PEOPLE = 10
SETTLE = 5.0
FRAMES_A_VOICE = 50  # a second
ROOMS = "\n".join(f"room-{room}: {{ publishers=20 notify_joining=true }}" for room in (2, 10))
CAROL = "203.0.113.50"
TICKS = os.sysconf("SC_CLK_TCK")


def link(room: int) -> str:
    """Where incog joins."""
    return f"janus+ws://{OPERATOR}:{WS_PORT}/?room={room}"


@contextmanager
def crowd(net: Internet, room: int, count: int) -> Iterator[None]:
    """So many others who speak."""
    argv = [sys.executable, "-m", "bench.janus_crowd", link(room), str(count)]
    process = net.seats["carol"].start(argv, stdout=-1)
    try:
        assert process.stdout is not None
        if (line := process.stdout.readline()) != f"here {count}\n":
            raise SystemExit(f"the others did not come: {line}")
        time.sleep(2)  # their last sound is being published
        yield
    finally:
        process.terminate()
        process.communicate(timeout=30)


def joins_by_incog(where: Namespace, room: int) -> Scripted:
    """An incog that speaks, in a session of its own: the kernel gives each session the same share of the processor.

    Chromium and the server have one of their own, too.
    """
    arguments = ["join", "-", "--headless", "--json", "--say", "tone:1500", "--no-speaker"]
    return Scripted(where, *arguments, link=link(room), argv=["setsid", *PROBED], env=AS_INSTALLED)


@contextmanager
def browser(net: Internet, folder: Path) -> Iterator[tuple[Browser, str]]:
    """Chromium, and where its page is."""
    server = f"ws://{OPERATOR}:{WS_PORT}"
    with (
        demos(net.seats["operator"], folder, OPERATOR, server) as origin,
        chromium(net.seats["bob"], origin, tone=1700, colour="c81e1e") as running,
    ):
        script = Path(__file__).with_name("janus_page.js").read_text()
        head = "".join(
            f'<script src="javascript/{name}"></script>'
            for name in ("webrtc-adapter/adapter.min.js", "janus-gateway/janus.min.js")
        )
        for room in (2, PEOPLE):
            settings = json.dumps({"server": server, "room": room})
            page = f"<!doctype html><title>bench</title>{head}<script>{script.replace('SETTINGS', settings)}</script>"
            (folder / "pages" / f"bench-{room}.html").write_text(page)
        yield running, origin


def opened(running: Browser, origin: str, room: int) -> Page:
    """The page for one of the rooms."""
    page = running.open(f"{origin}/bench-{room}.html")
    page.until("window.meeting")
    return page


def processes(root: int) -> Iterator[int]:
    """A process and all that it started."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(") ")[2].split()[1])
            except FileNotFoundError:
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    queue = [root]
    while queue:
        one = queue.pop()
        yield one
        queue += parents.get(one, [])


def cpu(root: int) -> float:
    """Seconds of processor time that a process and all that it started have used."""
    total = 0
    for pid in processes(root):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        except FileNotFoundError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def join_times(net: Internet, running: Browser, origin: str, count: int) -> dict[str, list[float]]:
    """Both in turn into the room of ten; one round more than asked for warms the caches."""
    times: dict[str, list[float]] = {"incog": [], "Chromium": []}
    with crowd(net, PEOPLE, PEOPLE - 2):
        page = opened(running, origin, PEOPLE)
        for turn in range(count + 1):
            person = joins_by_incog(net.seats["alice"], PEOPLE)
            took = first(person, "heard")["at"] - first(person, "connecting")["at"]
            end(person)
            theirs = float(page.run("meeting.join()"))
            page.run("meeting.leave()")
            if turn:
                times["incog"].append(took)
                times["Chromium"].append(theirs)
    return times


def sit(net: Internet, running: Browser, origin: str, room: int, seconds: float) -> dict[str, tuple[float, float]]:
    """Both sit in a room for a while: seconds of processor time a second, and voice packets or frames a second."""
    with ExitStack() as stack:
        # In the small room each sits alone with one other: they are there one after the other.
        found: dict[str, tuple[float, float]] = {}
        others = 1 if room == 2 else PEOPLE - 2
        stack.enter_context(crowd(net, room, others))
        if room == 2:
            found["incog"] = _incog(net, room, seconds)
            found["Chromium"] = _chromium(running, origin, room, seconds)
            return found
        person = joins_by_incog(net.seats["alice"], room)
        stack.callback(end, person)
        first(person, "heard")
        page = opened(running, origin, room)
        page.run("meeting.join()")
        pid = person.of("probe")[0]["pid"]
        time.sleep(SETTLE)
        began, before = (
            time.monotonic(),
            (counted(person, pid), cpu(running.process.pid), page.run("meeting.packets()")),
        )
        time.sleep(seconds)
        after = (counted(person, pid), cpu(running.process.pid), page.run("meeting.packets()"))
        took = time.monotonic() - began
        found["incog"] = ((after[0]["cpu"] - before[0]["cpu"]) / took, (after[0]["heard"] - before[0]["heard"]) / took)
        found["Chromium"] = ((after[1] - before[1]) / took, (after[2] - before[2]) / took)
        page.run("meeting.leave()")
        page.close()
        return found


def _incog(net: Internet, room: int, seconds: float) -> tuple[float, float]:
    person = joins_by_incog(net.seats["alice"], room)
    try:
        first(person, "heard")
        pid = person.of("probe")[0]["pid"]
        time.sleep(SETTLE)
        before = counted(person, pid)
        time.sleep(seconds)
        after = counted(person, pid)
    finally:
        end(person)
    took = after["at"] - before["at"]
    return (after["cpu"] - before["cpu"]) / took, (after["heard"] - before["heard"]) / took


def _chromium(running: Browser, origin: str, room: int, seconds: float) -> tuple[float, float]:
    page = opened(running, origin, room)
    page.run("meeting.join()")
    time.sleep(SETTLE)
    began, before, packets = time.monotonic(), cpu(running.process.pid), page.run("meeting.packets()")
    time.sleep(seconds)
    after, more = cpu(running.process.pid), page.run("meeting.packets()")
    took = time.monotonic() - began
    page.run("meeting.leave()")
    page.close()
    return (after - before) / took, (more - packets) / took


def print_joins(times: dict[str, list[float]]) -> None:
    print("\njoin time, from the opening of the WebSocket to the first received sound, in a room of ten")
    for name, values in times.items():
        print(row(name, [1000 * value for value in values], "ms"))
    ours, theirs = times.values()
    print(
        f"  incog / Chromium: {ratio(median(ours), median(theirs))} (medians), {ratio(max(ours), max(theirs))} (worst)"
    )


def print_costs(rounds: list[dict[int, dict[str, tuple[float, float]]]]) -> None:
    print("\nCPU, in % of a core")
    each: dict[str, float] = {}
    for name in ("incog", "Chromium"):
        used: dict[int, float] = {}
        heard: dict[int, float] = {}
        for room, words in ((2, "one other"), (PEOPLE, "nine others")):
            found = [one[room][name] for one in rounds]
            used[room] = median([cpu for cpu, _ in found])
            heard[room] = median([frames for _, frames in found])
            print(row(f"{name}, {words}", [100 * cpu for cpu, _ in found], "%", 1))
            print(f"{'':<31}received {heard[room]:.0f} voice frames a second")
        each[name] = 100 * (used[PEOPLE] - used[2]) / (heard[PEOPLE] - heard[2]) * FRAMES_A_VOICE
        print(f"  {name + ', a received voice':<28} {each[name]:.2f} %")
    print(f"  incog / Chromium, a received voice: {ratio(*each.values())}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.janus", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--joins", type=int, default=12, help="joins of each")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the CPU measurement")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of one CPU measurement")
    parser.add_argument("--only", choices=("join", "cpu"))
    wanted: Any = parser.parse_args()
    print(conditions())
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        net = stack.enter_context(internet(operator=OPERATOR, alice=ALICE, bob=BOB, carol=CAROL))
        stack.enter_context(janus(net.seats["operator"], OPERATOR, rooms=ROOMS))
        running, origin = stack.enter_context(browser(net, folder))
        if wanted.only != "cpu":
            print_joins(join_times(net, running, origin, wanted.joins))
        if wanted.only != "join":
            rounds = [
                {room: sit(net, running, origin, room, wanted.seconds) for room in (2, PEOPLE)}
                for _ in range(wanted.rounds)
            ]
            print_costs(rounds)


if __name__ == "__main__":
    main()
