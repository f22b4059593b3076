"""How quick the screen is: a key until it shows, pictures and lists that move, and the first paint.

    python -m bench.screen [--keys N] [--paints N] [--only keys|load|paint]

Every app runs on a terminal of its own (a pty of 200 by 60 whose reader takes all that comes), turn by turn. What it is
held against are bare Textual apps: one with a word on it, and one with a `DataTable` under the same changes.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import random
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bench.common import AS_INSTALLED, conditions, median, ratio
from bench.screen_apps import FACTS, LIVE, MUTED, TILES, name

COLUMNS, ROWS = 200, 60
LONG = 20.0
"""Seconds after which what was to be painted is not painted any more."""
MINIMAL = (
    "from textual.app import App; from textual.widgets import Static; "
    "type('Minimal', (App,), {'compose': lambda self: iter([Static('here I am')])})().run()"
)
CONSOLE = "import sys; from tui.main import console; sys.argv[0] = 'incog'; console()"
APP = (
    "from types import SimpleNamespace; from tui.app import IncogApp; "
    "IncogApp(SimpleNamespace(persons=None), alias='Quiet Heron').run()"
)
NOWHERE = "mesh+ws://127.0.0.1:9/#" + 22 * "A"
"""An invitation that nobody follows: before anybody is contacted the person is asked, and by then incog was ended."""
STARTS = {
    "the smallest Textual app": (("-c", MINIMAL), "here I am"),
    "incog, joining, its app alone": (("-c", APP), "Joining"),
    "incog join LINK, from the command line": (("-c", CONSOLE, "join", "--no-config", NOWHERE), "Preparing"),
    "incog, the lobby, from the command line": (("-c", CONSOLE, "--no-config"), "nothing is open"),
}
"""What is started until its first paint, and what that has painted; the first is what the others are held against."""


class Terminal:
    """A program on a pty."""

    def __init__(self, *arguments: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        environment = {**os.environ, **AS_INSTALLED, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        environment.pop("NO_COLOR", None)
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)
        self.bytes = 0

    def until(self, marker: str, since: bytes = b"") -> float:
        """The time at which what `marker` describes had been written. Raises `TimeoutError`."""
        pattern, seen, end = re.compile(marker.encode()), since, time.perf_counter() + LONG
        while not pattern.search(seen):
            if time.perf_counter() > end:
                raise TimeoutError(f"{marker!r} was never painted; the last that was: {seen[-300:]!r}")
            seen = seen[-20_000:] + self._read(0.1)
        return time.perf_counter()

    def drain(self, seconds: float) -> None:
        """Take what comes for a while."""
        end = time.perf_counter() + seconds
        while (rest := end - time.perf_counter()) > 0:
            self._read(rest)

    def press(self, key: str) -> float:
        """Press a key; returns when."""
        os.write(self._master, key.encode())
        return time.perf_counter()

    def cpu(self) -> float:
        """Seconds of processor time until now, of all its threads."""
        with open(f"/proc/{self._process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        os.close(self._master)

    def _read(self, seconds: float) -> bytes:
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            data = os.read(self._master, 65536)
        except OSError:  # the program ended
            raise TimeoutError("the program ended") from None
        self.bytes += len(data)
        return data


@contextmanager
def running(*arguments: str) -> Iterator[Terminal]:
    """A program on a terminal, ended afterwards."""
    terminal = Terminal(*arguments)
    try:
        yield terminal
    finally:
        terminal.close()


def app(kind: str, count: int = 0) -> tuple[str, ...]:
    """The arguments that start one of the apps."""
    return ("-m", "bench.screen_apps", kind, str(count))


Marker = Callable[[int], tuple[str, str]]
"""For the key that is pressed as the how-manieth: the key, and what it paints."""


def mute(turn: int) -> tuple[str, str]:
    """A word of the status, or of the bare app."""
    return "m", (LIVE, MUTED)[turn % 2]


def down_in_incog(turn: int) -> tuple[str, str]:
    """The cursor in the list of people: it begins on the first of the others."""
    return "\x1b[B", rf"▌(?:\x1b\[[0-9;]*m|[ ━╸])*{name(turn + 1)}"


def down_in_table(turn: int) -> tuple[str, str]:
    """The cursor of a `DataTable`: the name on the ground that only the chosen row has."""
    return "\x1b[B", rf"48;2;1;120;212m *{name(turn + 1)}"


def keys(arguments: Sequence[str], ready: str, marker: Marker, count: int) -> list[float]:
    """Milliseconds from each of `count` keys until it shows."""
    draw, took = random.Random(3), []
    with running(*arguments) as terminal:
        terminal.until(ready)
        terminal.drain(2.5)
        for turn in range(count):
            key, painted = marker(turn)
            pressed = terminal.press(key)
            took.append(1000 * (terminal.until(painted) - pressed))
            terminal.drain(draw.uniform(0.02, 0.08))
    return took


def load(arguments: Sequence[str], ready: str, seconds: float) -> tuple[float, float]:
    """The share of a core that an app takes, in percent, and the kilobytes that it writes in a second."""
    with running(*arguments) as terminal:
        terminal.until(ready)
        terminal.drain(2.5)
        before, written = terminal.cpu(), terminal.bytes
        began = time.perf_counter()
        terminal.drain(seconds)
        spent = time.perf_counter() - began
        return 100 * (terminal.cpu() - before) / spent, (terminal.bytes - written) / spent / 1000


def paint(arguments: Sequence[str], painted: str) -> float:
    """Milliseconds from the start until something stands on the screen."""
    with running(*arguments) as terminal:
        return 1000 * (terminal.until(painted) - terminal.began)


def tail(values: Sequence[float], share: float) -> float:
    """The value under which this share of all values lies."""
    return statistics.quantiles(values, n=1000, method="inclusive")[round(share * 1000) - 1]


def told(what: str, values: Sequence[float]) -> None:
    """One line of the table of keys."""
    print(f"  {what:<44} {median(values):6.1f} {tail(values, 0.99):6.1f} {max(values):6.1f} ms ({len(values)} keys)")


def measure_keys(wanted: argparse.Namespace) -> None:
    """A key until it shows."""
    count = wanted.keys
    print(f"\na key until it shows: {'':<22} p50    p99    worst")
    bare = keys(app("bare"), MUTED, mute, count)
    told("a bare Textual app, one word", bare)
    quiet = keys(app("nothing"), "Person 00002", mute, count)
    told("incog, nothing moves", quiet)
    moving = keys(app("tiles"), "Person 00007", mute, count)
    told(f"incog, {TILES} tiles move", moving)
    lists = {}
    for many in (10, 10_000):
        lists[many] = keys(app("people", many), "Person 00005", down_in_incog, min(count, many - 1))
        told(f"incog, {many:,} people, 50 rows change a second", lists[many])
    table = keys(app("table-people", 10_000), "Person 00005", down_in_table, count)
    told("a DataTable of 10,000, the same changes", table)
    print(f"  incog with moving tiles / a bare app: {ratio(median(moving), median(bare))} (p50), ", end="")
    print(f"{ratio(tail(moving, 0.99), tail(bare, 0.99))} (p99)")
    print(f"  incog's people / the DataTable: {ratio(median(lists[10_000]), median(table))} (p50), ", end="")
    print(f"{ratio(tail(lists[10_000], 0.99), tail(table, 0.99))} (p99)")


def measure_load(wanted: argparse.Namespace) -> None:
    """Processor time and bytes while nobody presses a key."""
    print(f"\nprocessor time: {'':<31} % of a core   kB/s")
    figures = {}
    for what, arguments, ready in (
        ("incog, nothing moves", app("nothing"), "Person 00002"),
        (f"incog, panel of {FACTS} facts, 10 looks a second", app("panel"), "value 0"),
        (f"a DataTable of {FACTS} rows, the same", app("table-panel", FACTS), "Person 00005"),
        (f"incog, {TILES} tiles, 15 pictures a second", app("tiles"), "Person 00007"),
        ("incog, 10 people, 50 rows a second", app("people", 10), "Person 00005"),
        ("incog, 10,000 people, 50 rows a second", app("people", 10_000), "Person 00005"),
        ("a DataTable of 10,000, the same", app("table-people", 10_000), "Person 00005"),
    ):
        figures[what] = load(arguments, ready, wanted.seconds)
        print(f"  {what:<46} {figures[what][0]:8.1f} {figures[what][1]:8.0f}")
    shares = [share for share, _ in figures.values()]
    print(f"  panel / DataTable: {ratio(shares[1], shares[2])}; people / DataTable: {ratio(shares[5], shares[6])}")


def measure_paint(wanted: argparse.Namespace) -> None:
    """The first paint. All take turns, so that what else the machine does falls on each alike."""
    print("\nfirst paint, from the start of the process")
    took: dict[str, list[float]] = {what: [] for what in STARTS}
    for turn in range(wanted.paints + 1):
        for what, (arguments, painted) in STARTS.items():
            spent = paint(arguments, painted)
            if turn:  # the first one warms the caches
                took[what].append(spent)
    smallest = median(next(iter(took.values())))
    for what, values in took.items():
        against = ratio(median(values), smallest)
        print(f"  {what:<46} {median(values):6.0f} ms (worst {max(values):.0f}), {against} of the smallest")


PARTS = {"keys": measure_keys, "load": measure_load, "paint": measure_paint}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.screen", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keys", type=int, default=200, help="keys that are pressed in each app")
    parser.add_argument("--paints", type=int, default=9, help="times that each app is started")
    parser.add_argument("--seconds", type=float, default=10.0, help="for which processor time is taken")
    parser.add_argument("--only", choices=sorted(PARTS), help="measure one part only")
    wanted = parser.parse_args()
    print(conditions())
    for which, part in PARTS.items():
        if wanted.only in (None, which):
            part(wanted)


if __name__ == "__main__":
    main()
