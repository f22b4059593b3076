"""The pseudonym firewall: nothing that names you may be in a text that leaves.

`Firewall.check` finds every identifier in a text, in any case, Unicode form, look-alike spelling or usual encoding.
Which spellings count, and which identifiers are too ordinary to be looked for, is written in `privacy.identifiers`.

It finds what slips out, of a program or of a person. It does not stop somebody who wants to tell their name: letters
spelled out, ciphers, pictures and hints are beyond it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Final

from privacy.identifiers import Care, Identifiers, Needle, is_letter_or_digit, needles, squeeze, writes_on
from privacy.ordinary import EVERYDAY
from privacy.text import folded
from privacy.unwrap import Reading, readings

__all__ = ["Firewall", "Hit", "Identifiers"]

STRUCK: Final = "███"  # of one length, so that it does not tell that of what it hides
_AROUND: Final = " \t\r\n\"'.,;"  # may stand around a text that is nothing but a name
_HEX_DIGITS: Final = frozenset("0123456789abcdefABCDEF")
_KEY_DIGITS: Final = _HEX_DIGITS | frozenset("ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ+/-_")
KEY_LIKE: Final = 16  # base64 digits in a row that may be a key
HEX_LIKE: Final = 8  # the same, hexadecimal
LEAST_ACROSS: Final = 4  # letters and digits of an identifier that is found over the border of two fields


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """One place that names you. It holds where, never what."""

    part: int  # which of the fields given to `check_all`; 0 for a single text
    start: int  # in characters of the original text
    end: int
    kind: str  # "login", "full name", …


class Firewall:
    """Finds these identifiers in texts that are about to leave under this alias.

    The alias is not an identifier: no text is refused for holding it. But where the alias itself holds an identifier,
    every text with it is a hit, and `alias_hits` says so beforehand.
    """

    def __init__(self, identifiers: Identifiers, alias: str) -> None:
        found = needles(identifiers)
        # The lookahead lets matches overlap: where one is refused for what is beside it, the next may begin inside it.
        self._needles = [(needle, re.compile(f"(?=({needle.pattern}))")) for needle in found]
        self._any = re.compile("|".join(needle.pattern for needle in found) or r"(?!)")
        self._alias_hits = self.check(alias)

    @property
    def alias_hits(self) -> tuple[Hit, ...]:
        """What of you the alias itself tells; empty for an alias that can be worn."""
        return self._alias_hits

    def check(self, text: str) -> tuple[Hit, ...]:
        """Every place in the text that names you, in order."""
        return _tidy([Hit(0, start, end, needle.kind) for needle, start, end in self._find(text, frozenset())])

    def check_all(self, parts: Sequence[str]) -> tuple[Hit, ...]:
        """Every place in these fields, also where an identifier begins in one field and ends in a following one.

        Such a find gives one hit for each field it touches.
        """
        hits = [replace(hit, part=index) for index, part in enumerate(parts) for hit in self.check(part)]
        borders = [0, *accumulate(len(part) for part in parts)]
        for needle, start, end in self._find("".join(parts), frozenset(borders)):
            touched = [
                Hit(index, max(start, first) - first, min(end, last) - first, needle.kind)
                for index, (first, last) in enumerate(pairwise(borders))
                if start < last and first < end
            ]
            if len(touched) > 1 and needle.size >= LEAST_ACROSS:
                hits += touched
        return _tidy(hits)

    def strike(self, text: str) -> str:
        """The text with every hit replaced by a block. `check` finds nothing in the result."""
        while hits := self.check(text):  # each round takes letters away, so it ends
            pieces, at = [], 0
            for start, end in _merged(hits):
                pieces += [text[at:start], STRUCK]
                at = end
            text = "".join([*pieces, text[at:]])
        return text

    def _find(self, text: str, borders: frozenset[int]) -> Iterator[tuple[Needle, int, int]]:
        """Every needle found, with its place in the text. At `borders` words end, whatever stands on the other side."""
        for reading in readings(text):
            look, at = folded(reading.text)
            if not self._any.search(look):
                continue
            for needle, pattern in self._needles:
                for match in pattern.finditer(look):
                    first, last = match.start(1), match.end(1) - 1
                    place = _Place(
                        reading,
                        at[first],
                        at[last] + 1,
                        at[first - 1] if first else None,
                        at[last + 1] if last + 1 < len(at) else None,
                        borders,
                    )
                    if place.holds(needle):
                        yield needle, reading.origin[place.start][0], reading.origin[place.end - 1][1]


@dataclass(frozen=True, slots=True)
class _Place:
    """A stretch of a reading that looks like a needle."""

    reading: Reading
    start: int
    end: int
    before: int | None  # the nearest character before it that can be seen, if there is one
    after: int | None
    borders: frozenset[int]

    def holds(self, needle: Needle) -> bool:
        """Whether it is the needle, and not a part of another word or another word altogether."""
        loose = self.reading.loose and needle.care is Care.LOOK
        if not (loose or (self._begins() and self._ends())):
            return False
        if needle.care is Care.SHORT and self._is_noise():
            return False
        plain = squeeze(self.reading.text[self.start : self.end])
        if plain in needle.plain:
            return needle.care is not Care.MARKED or self._stands_as_a_name()
        if plain.isdigit():
            return False  # a number is not a word that looks like it
        if needle.care is Care.SHORT:
            return not self._is_ordinary(plain)
        return needle.care is Care.LOOK or not plain.isascii()

    def _begins(self) -> bool:
        text, origin = self.reading.text, self.reading.origin
        if self.before is None or origin[self.start][0] in self.borders:
            return True
        return self.before < self.start and _word_ends(text[self.before], text[self.start], text[self.start])

    def _ends(self) -> bool:
        text, origin = self.reading.text, self.reading.origin
        if self.after is None or origin[self.end - 1][1] in self.borders:
            return True
        return self.after >= self.end and _word_ends(text[self.end - 1], text[self.after], text[self.end - 1])

    def _stands_as_a_name(self) -> bool:
        text = self.reading.text
        before, own, after = text[: self.start], text[self.start : self.end], text[self.end :]
        if not before.strip(_AROUND) and not after.strip(_AROUND):
            return True
        if before.endswith(("=", "~", "\\", "@")) or after.startswith("@") or (before[-1:], after[:1]) == ('"', '"'):
            return True
        words = re.split(r"[^\w.-]+", own)
        if len(words) == 1:
            return squeeze(own) not in EVERYDAY  # "mark" is a word, "markrose" and "mark_rose" are not
        return all(word[0].isupper() for word in words)

    def _is_noise(self) -> bool:
        """Whether it is in a row of random letters and digits, such as a key: any short word turns up there."""
        text = self.reading.text
        start, end = self.start, self.end
        while start and text[start - 1] in _KEY_DIGITS:
            start -= 1
        while end < len(text) and text[end] in _KEY_DIGITS:
            end += 1
        row = text[start:end]
        if len(row) >= HEX_LIKE and set(row) <= _HEX_DIGITS:
            return any(ch.isdigit() for ch in row)
        turns = sum(a.isalnum() and b.isalnum() and _cast(a) != _cast(b) for a, b in pairwise(row))
        return len(row) >= KEY_LIKE and 3 * turns >= len(row)

    def _is_ordinary(self, plain: str) -> bool:
        """Whether it reads as a word of its own: ASCII letters in the usual case ("lan", "Lan", "LAN"; not "lAn")."""
        written = "".join(ch for ch in self.reading.text[self.start : self.end] if ch.isalpha())
        return plain.isascii() and plain.isalpha() and (written.islower() or written.isupper() or written.istitle())


def _cast(ch: str) -> tuple[bool, bool]:
    """Small letter, capital or digit: random text turns from one to another at every other place."""
    return ch.isdigit(), ch.isupper()


def _word_ends(left: str, right: str, own: str) -> bool:
    """Whether a word may end between two characters, of which `own` belongs to the identifier.

    Digits end a word, and so does a capital after a small letter. In scripts that write on without spaces a name may
    begin and end anywhere.
    """
    if left.isdigit() and right.isdigit():
        return False
    if left.isdigit() or right.isdigit() or not (is_letter_or_digit(left) and is_letter_or_digit(right)):
        return True
    return (left.islower() and right.isupper()) or writes_on(own)


def _merged(hits: Sequence[Hit]) -> list[tuple[int, int]]:
    """The stretches of one text that the hits cover together."""
    stretches: list[tuple[int, int]] = []
    for hit in hits:
        if stretches and hit.start <= stretches[-1][1]:
            stretches[-1] = stretches[-1][0], max(stretches[-1][1], hit.end)
        else:
            stretches.append((hit.start, hit.end))
    return stretches


def _tidy(hits: list[Hit]) -> tuple[Hit, ...]:
    """In order, each once, without those inside another of the same kind."""
    kept: list[Hit] = []
    for hit in sorted(set(hits), key=lambda hit: (hit.part, hit.kind, hit.start, -hit.end)):
        last = kept[-1] if kept else None
        if last is None or (last.part, last.kind) != (hit.part, hit.kind) or hit.end > last.end:
            kept.append(hit)
    return tuple(sorted(kept))
