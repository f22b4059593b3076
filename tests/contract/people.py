"""Those who meet: incogs on machines of their own, steered by the test, and what they hear and see of one another."""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.contract.service import Way
from tests.whole.outside import Namespace, Scripted

PUPPET = [sys.executable, str(Path(__file__).with_name("puppet.py"))]
TONES = {"alice": 440, "bob": 660, "carol": 880, "dave": 1100, "erin": 1320, "frank": 1540}
COLOURS = {"alice": "c81e1e", "bob": "1ec81e", "carol": "1e1ec8", "dave": "c8c81e", "erin": "1ec8c8", "frank": "c81ec8"}

LOGIN = "quillmost"
"""Who everybody is on their machine."""

STILL = 0.7
"""Seconds in which something of a live sound or picture would have come, on a busy machine as well."""

Look = dict[str, Any]
_taps = itertools.count()


class Person(Scripted):
    """A steered incog, and every line it printed, with the moment at which it came (`at`, monotonic seconds)."""

    def __init__(self, where: Namespace, folder: Path, name: str, way: Way, *options: str) -> None:
        self.name = name
        self._tap = folder / f"received by {name} {next(_taps)}"
        self._numbers = itertools.count()
        arguments = [*way.words, "--json", "--as", name, *(options or media(name))]
        environment = {
            **way.environment,
            "LOGNAME": LOGIN,
            "USER": LOGIN,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TAP": str(self._tap),
        }
        super().__init__(where, *arguments, link=way.line, argv=PUPPET, env=environment)

    def _line(self, text: str) -> None:
        self.lines.append({**json.loads(text), "at": time.monotonic()})

    def tell(self, do: str, **words: Any) -> int:
        """Give a command and do not wait; the number of the answer."""
        number = next(self._numbers)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, "number": number, **words}) + "\n")
        self._process.stdin.flush()
        return number

    def do(self, do: str, **words: Any) -> Look:
        """Give a command, and wait for what is answered."""
        number = self.tell(do, **words)
        mine: list[dict[str, Any]] = []

        def answered(me: Scripted) -> bool:
            mine[:] = [line for line in me.of("did") if line["number"] == number]
            return bool(mine)

        self.until(answered, 30)
        assert "fault" not in mine[0], mine[0]
        return mine[0]

    def sentence(self, do: str, **words: Any) -> str:
        """Give a command; why it was not done, or an empty string."""
        return str(self.do(do, **words)["sentence"])

    def look(self) -> Look:
        """What is so now."""
        return self.do("look")

    def until_looks(self, condition: Callable[[Look], bool], seconds: float = 30) -> Look:
        """Look until something is so; what was seen then."""
        deadline = time.monotonic() + seconds
        while not condition(seen := self.look()):
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.name}, not within {seconds} s: {seen}")
            time.sleep(0.1)
        return seen

    def until_still(self, name: str, *, pictures: bool = True) -> Look:
        """Wait until what was on its way from somebody has come: their sound (and `pictures`) stand still for a moment.

        Gives what was seen of them then.
        """

        def came() -> tuple[Any, ...]:
            seen.update(self.look()["people"][name])
            return (seen["heard_s"], seen["frames"]) if pictures else (seen["heard_s"],)

        seen: Look = {}
        deadline, before = time.monotonic() + 20, came()
        while True:
            time.sleep(STILL)
            if (now := came()) == before:
                return seen
            assert time.monotonic() < deadline, f"{self.name} still gets something of {name}: {before}, {now}"
            before = now

    def mark(self) -> int:
        """For `after`: what comes from here on."""
        return len(self.lines)

    def after(self, mark: int, kind: str, seconds: float = 30, **fields: Any) -> dict[str, Any]:
        """Wait for a line of a type, with these fields, that came after a mark."""
        found: list[dict[str, Any]] = []

        def came(me: Scripted) -> bool:
            found[:] = [line for line in me.lines[mark:] if line["type"] == kind and line.items() >= fields.items()]
            return bool(found)

        try:
            self.until(came, seconds)
        except AssertionError:
            others = [line for line in self.lines[mark:] if line["type"] in (kind, "notice", "alarm", "error", "left")]
            raise AssertionError(f"{self.name} is not told {kind} {fields}, but {others[-8:]} {self.errors}") from None
        return found[0]

    def received(self) -> str:
        """Everything that came to them over data channels and the server's connection, after it was decrypted."""
        return self._tap.read_text(encoding="utf-8", errors="replace")

    @property
    def here(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    @property
    def connected(self) -> bool:
        """Whether anything on their machine has a connection by TCP."""
        rows = Path(f"/proc/{self.pid}/net/tcp").read_text().splitlines()[1:]
        return any(row.split()[3] == "01" for row in rows)

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._process.pid


def media(name: str) -> tuple[str, ...]:
    """A tone and a colour by which somebody is told apart."""
    return "--say", f"tone:{TONES[name]}", "--picture", f"colour:{COLOURS[name]}", "--no-speaker"


def near(one: str, other: str) -> bool:
    """Whether two colours are the same but for the codec."""
    if not one or not other:
        return False
    pairs = zip(bytes.fromhex(one), bytes.fromhex(other), strict=True)
    return all(abs(x - y) < 40 for x, y in pairs)


def hears(look: Look, name: str, *, mixed: bool = False) -> bool:
    """Whether somebody's tone is in what was heard in the last second: of them, or of all where the server mixes."""
    who = look["people"].get(name)
    if who is None:
        return False
    tones = look["mix_hz"] if mixed else who["tones_hz"]
    return any(abs(tone - TONES[name]) < 15 for tone in tones)


def sees(look: Look, name: str) -> bool:
    """Whether the newest picture of somebody has their colour."""
    who = look["people"].get(name)
    return who is not None and who["frames"] > 0 and near(who["colour"], COLOURS[name])
