"""What ties one meeting to another, though every meeting is joined as somebody new.

An alias worn twice, an address shown twice, keys, a voice-mask seed or a link used twice: each lets whoever saw both
meetings tell that it was the same person. Whoever wants to be told keeps *marks*: keyed hashes of what was shown, each
with the day it was last shown. Without the key a mark says nothing, not even whether two are of one meeting.

The key and the day come in as arguments; who keeps the key and the marks is not decided here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from types import MappingProxyType
from typing import Final

from privacy.facts import Fact
from privacy.text import skeleton

KEY_BYTES: Final = 32
MAX_MARKS: Final = 1024  # in the memory; beyond it those of the oldest days are dropped
MAX_OF_A_MEETING: Final = 32  # values of one meeting that are compared and kept
MAX_TEXT: Final = 256 * 1024  # characters of a memory that is read

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MARK: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Trait(StrEnum):
    """Something that can be the same in two meetings."""

    ALIAS = "alias"
    ADDRESS = "network address"
    KEYS = "connection keys"
    MASK = "voice mask"
    LINK = "invitation link"


TOLD_BY: Final[Mapping[Fact, Trait]] = MappingProxyType(
    {Fact.NAME: Trait.ALIAS, Fact.ADDRESS: Trait.ADDRESS, Fact.KEYS: Trait.KEYS, Fact.ROOM: Trait.LINK}
)
"""By learning which fact an audience learns a trait. Nobody learns the seed of a voice mask from one fact alone."""

_SENTENCES: Final = {
    Trait.ALIAS: "This alias was worn in an earlier meeting; whoever was in both can tell",
    Trait.ADDRESS: "This network address was shown in an earlier meeting; whoever saw it in both can tell",
    Trait.KEYS: "The keys of this connection were used in an earlier meeting; whoever saw both can tell",
    Trait.MASK: "The seed of your voice mask is that of an earlier meeting; a masked voice sounds the same in both",
    Trait.LINK: "This link was used in an earlier meeting; whoever has it, and the server, can tell",
}


@dataclass(frozen=True, slots=True)
class Tie:
    """Something of this meeting was shown in an earlier one."""

    trait: Trait
    last: str  # the day it was last shown, "2025-03-31"

    def __str__(self) -> str:
        return f"{_SENTENCES[self.trait]} (last on {self.last})."


def mark(key: bytes, trait: Trait, value: str) -> str:
    """What is kept of a value: 64 hexadecimal digits (HMAC-SHA256, RFC 2104).

    Aliases that look alike have the same mark, as people would take them for the same. Raises `ValueError` for a key
    that is not 32 bytes: a shorter one could be guessed.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"A key for marks has {KEY_BYTES} bytes.")
    alike = skeleton(value) if trait is Trait.ALIAS else value
    return hmac.new(key, f"incog {trait.value}\0{alike}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Memory:
    """The marks of earlier meetings, each with the day it was last shown. Bounded."""

    days: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Memory:
        """Read what `str()` wrote. Raises `ValueError` with one sentence for anything else."""
        wrong = ValueError("What was kept of earlier meetings cannot be read; `incog persona burn` makes a new start.")
        if len(text) > MAX_TEXT:
            raise wrong
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise wrong from None
        match value:
            case {"v": 1, "marks": dict(marks)} if (
                len(value) == 2
                and value["v"] is not True
                and len(marks) <= MAX_MARKS
                and all(map(_fits, marks.items()))
            ):
                return cls(MappingProxyType(marks))
        raise wrong

    def __str__(self) -> str:
        # In the order of the marks, which is chance: the file does not tell what was shown together.
        return json.dumps({"v": 1, "marks": dict(sorted(self.days.items()))}, indent=0) + "\n"

    def __len__(self) -> int:
        return len(self.days)

    def adding(self, marks: Iterable[str], day: str) -> Memory:
        """This and these marks, shown on `day`. Beyond the bound those of the oldest days are dropped."""
        days = {**self.days, **dict.fromkeys(marks, day)}
        newest = sorted(days, key=lambda one: (days[one], one), reverse=True)[:MAX_MARKS]
        return Memory(MappingProxyType({one: days[one] for one in newest}))


def _fits(item: tuple[str, object]) -> bool:
    one, day = item
    return _MARK.fullmatch(one) is not None and isinstance(day, str) and _DAY.fullmatch(day) is not None


class Comparison:
    """One meeting beside the earlier ones. A fold without a clock: show it each value as it becomes known."""

    def __init__(self, key: bytes, earlier: Memory, day: str) -> None:
        """`day` is today, "2025-03-31". Raises `ValueError` for a key or a day that has not its shape."""
        mark(key, Trait.ALIAS, "")
        if not _DAY.fullmatch(day):
            raise ValueError("A day is written as 2025-03-31.")
        self._key = key
        self._earlier = earlier
        self._day = day
        self._marks: dict[str, None] = {}

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks of what this meeting showed."""
        return tuple(self._marks)

    def tie(self, trait: Trait, value: str) -> Tie | None:
        """How showing this value ties the meeting to an earlier one, or would tie it."""
        day = self._earlier.days.get(mark(self._key, trait, value))
        return None if day is None else Tie(trait, day)

    def show(self, trait: Trait, value: str) -> bool:
        """Take in a value that this meeting has shown. True when it is new in this meeting and is to be kept.

        A loopback address is everybody's, and ties nothing.
        """
        if (trait is Trait.ADDRESS and _is_loopback(value)) or len(self._marks) >= MAX_OF_A_MEETING:
            return False
        one = mark(self._key, trait, value)
        if one in self._marks:
            return False
        self._marks[one] = None
        return True

    def added_to(self, memory: Memory) -> Memory:
        """What is to be remembered when this meeting is, beside all that is remembered by now."""
        return memory.adding(self._marks, self._day)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
