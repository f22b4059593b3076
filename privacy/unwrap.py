"""A text in all its readings: as it stands, and with base64, hexadecimal, URL and JSON escapes undone.

What hides in an encoding is still told. Every reading keeps, for each of its characters, where that came from in the
text, so that a find in a reading is a find in the text.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_DEPTH: Final = 3  # encodings within encodings
EFFORT: Final = 20  # characters of all decoded readings together, per character of the text
SMALL: Final = 1000  # a text shorter than this counts as if it were as long

Span = tuple[int, int]  # start and end, in characters of the text


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text."""

    text: str
    origin: list[Span]  # for each character of `text`
    loose: bool = False  # cut out of a run of base64 or hexadecimal digits: what stands beside a find may be noise


def readings(text: str, effort: int = EFFORT) -> Iterator[Reading]:
    """The text, and every other way to read it, up to three encodings deep; the shallow ones first.

    The work is bounded: after `effort` times the length of the text nothing more is decoded.
    """
    budget = effort * max(len(text), SMALL)
    level = [Reading(text, [(index, index + 1) for index in range(len(text))])]
    yield level[0]
    for _ in range(MAX_DEPTH):
        deeper: list[Reading] = []
        for outer in level:
            for reading in _decoded(outer):
                budget -= len(reading.text)
                if budget < 0:
                    return
                deeper.append(reading)
                yield reading
        level = deeper


def _decoded(outer: Reading) -> Iterator[Reading]:
    if (inner := _unescaped(outer)) is not None:
        yield inner
    yield from _from_base64(outer)
    yield from _from_hex(outer)


# --- URL and JSON escapes ------------------------------------------------------------------------------------------

_ESCAPE: Final = re.compile(
    r"(?P<bytes>(?:%[0-9a-f]{2})+|(?:\\x[0-9a-f]{2})+)"  # RFC 3986 section 2.1; most programming languages
    r"|\\u(?P<high>d[89ab][0-9a-f]{2})\\u(?P<low>d[c-f][0-9a-f]{2})"  # RFC 8259 section 7: beyond U+FFFF, in two
    r"|\\u(?P<four>[0-9a-f]{4})"
    r"|&\#(?:x(?P<hex>[0-9a-f]{1,6})|(?P<decimal>[0-9]{1,7}));"  # HTML and XML
    r"|\\(?P<simple>[\"'\\/bfnrt])",
    re.IGNORECASE,
)


def _unescaped(outer: Reading) -> Reading | None:
    """The whole text with its escapes undone, or None where there is none."""
    text: list[str] = []
    origin: list[Span] = []
    end = 0
    for match in _ESCAPE.finditer(outer.text):
        text.append(outer.text[end : match.start()])
        origin += outer.origin[end : match.start()]
        start, end = match.span()
        if escaped := match["bytes"]:
            step = 3 if escaped[0] == "%" else 4
            data = bytes(int(escaped[at + step - 2 : at + step], 16) for at in range(0, len(escaped), step))
            spans = [_across(outer, start + step * n, start + step * (n + 1)) for n in range(len(data))]
            inner = _characters(data, data.decode("utf-8", "surrogateescape"), spans)
            text.append(inner.text)
            origin += inner.origin
        else:
            text.append(_meaning(match))
            origin.append(_across(outer, start, end))
    if end == 0:
        return None
    text.append(outer.text[end:])
    return Reading("".join(text), origin + outer.origin[end:], outer.loose)


def _meaning(match: re.Match[str]) -> str:
    """The one character an escape stands for."""
    if simple := match["simple"]:
        return simple if simple in "\"'\\/" else " "
    if high := match["high"]:
        return chr(0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(match["low"], 16) & 0x3FF))
    code = int(match["decimal"]) if match["decimal"] else int(match["four"] or match["hex"], 16)
    return chr(code) if code <= 0x10FFFF else " "


# --- base64 and hexadecimal ----------------------------------------------------------------------------------------

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{2,}(?:\r?\n[A-Za-z0-9+/_-]{2,})*")  # RFC 4648; lines as in MIME
_HEX: Final = re.compile(
    r"(?:[0-9a-f]{2}){3,}[0-9a-f]?|(?<![0-9a-f])[0-9a-f]{2}(?:[ :,.-]{1,2}(?:0x)?[0-9a-f]{2}){2,}(?![0-9a-f])",
    re.IGNORECASE,
)
_URL_ALPHABET: Final = str.maketrans("-_", "+/")
# Noise seldom has three characters of a name in a row, or two letters of another alphabet: what has not is dropped.
_PROMISING: Final = re.compile(r"(?:[\w@:./+\\%&#;-][^\w\x01-\x7f\ufffd]*){3}|[^\W\d_\x00-\x7f]{2}")
# Bytes that are no UTF-8 and controls that no text has, but NUL: text in UTF-16 has that.
_NOISE: Final = dict.fromkeys([*range(0xDC80, 0xDD00), *range(1, 9), 11, 12, *range(14, 32), 127], "\ufffd")


def _from_base64(outer: Reading) -> Iterator[Reading]:
    """Every run that could be base64, from each of the four places where a group can begin."""
    for match in _BASE64.finditer(outer.text):
        places = [index for index in range(*match.span()) if outer.text[index] not in "\r\n"]
        digits = "".join(match[0].split()).translate(_URL_ALPHABET)
        for skip in range(min(4, len(digits) - 3)):
            usable = digits[skip:]
            if len(usable) % 4 == 1:
                usable = usable[:-1]
            data = binascii.a2b_base64(usable + "=" * (-len(usable) % 4))
            if text := _promising(data):
                spans = [
                    _across(outer, places[skip + byte * 8 // 6], places[skip + (byte * 8 + 7) // 6] + 1)
                    for byte in range(len(data))
                ]
                yield _characters(data, text, spans)


def _from_hex(outer: Reading) -> Iterator[Reading]:
    """Every run of pairs of hexadecimal digits, with or without something between them."""
    for match in _HEX.finditer(outer.text):
        places = [index for index in range(*match.span()) if outer.text[index] in "0123456789abcdefABCDEF"]
        if "x" in match[0].lower():
            places = [index for index in places if outer.text[index + 1 : index + 2] not in ("x", "X")]
        for skip in (0, 1):
            pairs = list(zip(places[skip::2], places[skip + 1 :: 2], strict=False))
            data = bytes(int(outer.text[first] + outer.text[second], 16) for first, second in pairs)
            if text := _promising(data):
                yield _characters(data, text, [_across(outer, first, second + 1) for first, second in pairs])


def _promising(data: bytes) -> str:
    """Bytes read as UTF-8; empty where nothing that anybody looks for can be in them."""
    text = data.decode("utf-8", "surrogateescape")
    return text if _PROMISING.search(text.translate(_NOISE)) else ""


def _characters(data: bytes, text: str, spans: list[Span]) -> Reading:
    """Bytes read as this text; one that is no UTF-8 becomes a replacement character, which is part of no word."""
    origin: list[Span] = []
    at = 0
    for ch in text:
        size = 1 if ch < "\x80" or "\udc80" <= ch <= "\udcff" else len(ch.encode())
        origin.append((spans[at][0], spans[at + size - 1][1]))
        at += size
    return Reading(text.translate(_NOISE), origin, True)


def _across(outer: Reading, start: int, end: int) -> Span:
    """Where characters `start` to `end` of a reading are in the text."""
    return outer.origin[start][0], outer.origin[end - 1][1]
