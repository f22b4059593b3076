"""What could name you, and in which spellings to look for it.

An `Identifiers` value holds what the machine knows of its owner. `needles` turns it into patterns over the folded form
of a text (`privacy.text.folded`), so that case, width, accents and look-alike letters make no difference.

What is looked for
    login, host name, and any other kind
        whole, with its separators (- _ . + …) as they are, changed or left out.
    full name, git name
        all its words, in any order, with anything or nothing of up to three characters between them; first and last
        without the middle; and each word of at least four letters (two in Chinese and other scripts without spaces).
    e-mail, key comment
        whole, also with "at" and "dot" in words; and its local part by itself.
    home folder
        its path, with either slash, single or double.
    time zone
        area and place together ("Europe/Berlin", "Europe-Berlin"), never the place alone.
    locale
        language and territory together ("de_DE", "de-DE"), never the language alone.
    local address, hardware address
        in every usual notation.

What is not looked for, because ordinary sentences would be refused
    Anything shorter than three characters. Logins and host names that thousands of machines share (`ordinary.SHARED`:
    root, user, pi, localhost, …) and homes named by them. Zones without a place (UTC). The locales C, POSIX, en_US.
    Everyday words that are somebody's login, host name or local part (`ordinary.EVERYDAY`: mark, will, hope, …) count
    only where they stand as a name: alone in the whole text, in double quotes, after = ~ \\ or @, or before @. Nor does
    such a word of a longer name count by itself; a name of such words only (May Rose) counts with capitals, or joined.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby, permutations
from types import MappingProxyType
from typing import Final

from privacy.ordinary import EVERYDAY, SHARED
from privacy.text import folded


@dataclass(frozen=True, slots=True, repr=False)
class Identifiers:
    """What the machine knows of its owner: for each kind ("login", "host name", …) the values. Only ever in memory."""

    known: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        """Keep a copy that nobody else can change, without empty values."""
        known = {
            kind: tuple(dict.fromkeys(v.strip() for v in values if v.strip())) for kind, values in self.known.items()
        }
        object.__setattr__(self, "known", MappingProxyType({kind: values for kind, values in known.items() if values}))

    def __repr__(self) -> str:
        """Only how many of each kind: the values must not get into logs."""
        return f"Identifiers({', '.join(f'{kind}: {len(values)}' for kind, values in self.known.items())})"


class Care(Enum):
    """What a place in a text must be like to count as a find."""

    LOOK = "look"  # looking alike is enough
    SHORT = "short"  # looking alike is enough, but another ordinary word is another word ("lan" is not "ian")
    EXACT = "exact"  # in ASCII, the very same letters and digits
    MARKED = "marked"  # everyday words: only where they stand as a name


@dataclass(frozen=True, slots=True)
class Needle:
    """One spelling of one identifier."""

    kind: str
    pattern: str  # a regular expression over the folded text
    plain: frozenset[str]  # its letters and digits, with and without accents
    size: int  # how many of those
    care: Care


def needles(identifiers: Identifiers) -> tuple[Needle, ...]:
    """Every spelling to look for, each once."""
    found = [
        needle
        for kind, values in identifiers.known.items()
        for value in values
        for spelling in _spellings(value)
        for needle in _MAKERS.get(kind, _words)(kind, spelling)
    ]
    return tuple(dict.fromkeys(found))


def _spellings(value: str) -> Iterator[str]:
    """The value, and as it is written where umlauts cannot be."""
    value = unicodedata.normalize("NFKC", value)
    yield value
    if (plain := value.translate(_UMLAUTS)) != value:
        yield plain


_UMLAUTS: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe"}
)


def squeeze(text: str) -> str:
    """The letters and digits of a text, in small NFKC: what two spellings of one identifier have in common."""
    return "".join([ch for ch in unicodedata.normalize("NFKC", text).casefold() if ch.isalnum()])


# --- the spellings of each kind ------------------------------------------------------------------------------------

_JOINED: Final = r"(?:[^\w\s]|_){0,2}"  # between the words of a login: a separator or nothing, but no space
_APART: Final = r"(?:[^\w\s]|_){1,2}"
_SPACED: Final = r"[\W_]{0,3}"  # between the words of a name
_AT: Final = r"[\W_]{0,3}(?:@|at)[\W_]{0,3}"
_DOT: Final = r"(?:[\W_]{1,2}|[\W_]{0,3}dot[\W_]{0,3})"


def _words(kind: str, value: str) -> Iterator[Needle]:
    plain = squeeze(value)
    if plain not in SHARED and not plain.isdigit():
        care = Care.MARKED if plain in EVERYDAY else _care(plain)
        yield from _needle(kind, _parts(value), _JOINED, care)


def _name(kind: str, value: str) -> Iterator[Needle]:
    parts = _parts(value)
    if len(parts) < 2:
        yield from _words(kind, value)
        return
    orders = {tuple(parts), (parts[0], parts[-1]), (parts[-1], parts[0]), (parts[-1], *parts[:-1])}
    if len(parts) == 3:
        orders |= set(permutations(parts))
    rare = [part for part in parts if squeeze(part) not in EVERYDAY and squeeze(part) not in SHARED]
    for order in sorted(orders):
        yield from _needle(kind, order, _SPACED, _care("".join(order)) if rare else Care.MARKED)
    for part in rare:
        if len(part) >= 4 or writes_on(part[0]):
            yield from _needle(kind, [part], "", _care(part))


def _email(kind: str, value: str) -> Iterator[Needle]:
    local, _, domain = value.rpartition("@")
    if not local:
        yield from _words(kind, value)
        return
    pattern = _AT.join((_joined(_parts(local), _SPACED, True), _joined(_parts(domain), _DOT, True)))
    yield Needle(kind, pattern, _plain(value), len(squeeze(value)), Care.LOOK)
    yield from _words(kind, local)


def _home(kind: str, value: str) -> Iterator[Needle]:
    parts = [part for part in re.split(r"[\\/]+", value) if part]
    if len(parts) > 1 and squeeze(parts[-1]) not in SHARED:
        pattern = r"[\\/]{1,4}".join(_joined(_parts(part), _APART, False) for part in parts)
        yield Needle(kind, pattern, _plain(value), len(squeeze(value)), Care.LOOK)


def _zone(kind: str, value: str) -> Iterator[Needle]:
    area, slash, place = value.partition("/")
    if slash and area != "Etc":
        pattern = _JOINED.join(_joined(_parts(part), _SPACED, True) for part in (area, place))
        yield Needle(kind, pattern, _plain(value), len(squeeze(value)), Care.LOOK)


def _locale(kind: str, value: str) -> Iterator[Needle]:
    match = re.match(r"([A-Za-z]{2,3})[_-]([A-Za-z]{2}|[0-9]{3})(?![A-Za-z0-9])", value)
    if match and match.groups() != ("en", "US"):
        yield from _needle(kind, match.groups(), "[_-]", Care.EXACT)


def _address(kind: str, value: str) -> Iterator[Needle]:
    try:
        address = ipaddress.ip_address(value.partition("%")[0])
    except ValueError:
        yield from _words(kind, value)
        return
    if address.is_loopback or address.is_unspecified:
        return
    if address.version == 4:
        octets = str(address).split(".")
        yield from _needle(kind, octets, _APART, Care.EXACT)
        yield from _needle(kind, octets[::-1], _APART, Care.EXACT)
        return
    groups = address.exploded.split(":")
    for form in {str(address), address.exploded, ":".join(f"{int(group, 16):x}" for group in groups)}:
        yield Needle(kind, _letters(form, False), _plain(form), len(squeeze(form)), Care.EXACT)


def _hardware(kind: str, value: str) -> Iterator[Needle]:
    digits = squeeze(value)
    if len(digits) == 12 and digits != 12 * "0":
        yield from _needle(kind, [digits[at : at + 2] for at in range(0, 12, 2)], r"[\W_]?", Care.EXACT)


_MAKERS: Final = {
    "full name": _name,
    "git name": _name,
    "e-mail": _email,
    "key comment": _email,
    "home folder": _home,
    "time zone": _zone,
    "locale": _locale,
    "local address": _address,
    "hardware address": _hardware,
}


def _needle(kind: str, parts: Sequence[str], between: str, care: Care) -> Iterator[Needle]:
    whole = "".join(parts)
    size = len([ch for ch in unicodedata.normalize("NFC", whole) if not unicodedata.combining(ch)])
    if size >= (2 if writes_on(whole[:1] or "x") else 3):
        yield Needle(kind, _joined(parts, between, size > 5), _plain(whole), size, care)


def _care(text: str) -> Care:
    return Care.LOOK if len(squeeze(text)) > 4 else Care.SHORT


def _parts(text: str) -> list[str]:
    """The words: runs of letters, digits and the marks that belong to them."""
    return ["".join(run) for inside, run in groupby(text, is_letter_or_digit) if inside]


def is_letter_or_digit(ch: str) -> bool:
    """Whether a character is part of a word. Vowel signs and accents are."""
    return ch.isalnum() or unicodedata.category(ch)[0] == "M"


def writes_on(ch: str) -> bool:
    """Whether a character is of a script whose words stand without spaces between them, or with endings joined on."""
    return any(first <= ord(ch) <= last for first, last in _WRITE_ON)


_WRITE_ON: Final = (  # Unicode blocks
    (0x0E00, 0x109F),  # Thai, Lao, Tibetan, Myanmar
    (0x1100, 0x11FF),  # Hangul, in parts
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x9FFF),  # Han, Kana
    (0xAC00, 0xD7FF),  # Hangul
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x20000, 0x3FFFF),  # Han
)


def _plain(text: str) -> frozenset[str]:
    bare = "".join(ch for ch in unicodedata.normalize("NFKD", text) if not unicodedata.combining(ch))
    return frozenset({squeeze(text), squeeze(bare)})


def _joined(parts: Sequence[str], between: str, pairs: bool) -> str:
    return between.join(_letters(part, pairs) for part in parts)


def _letters(text: str, pairs: bool) -> str:
    """A pattern for the folded letters. With `pairs`, m may be written rn, w as vv, and the other way round.

    Not for short words: "barn" and "bam", "corn" and "com" are all words.
    """
    look = re.escape(folded(text)[0])
    return re.sub("rn|vv|m|w", lambda match: _PAIRS[match[0]], look) if pairs else look


_PAIRS: Final = {"rn": "(?:rn|m)", "m": "(?:m|rn)", "vv": "(?:vv|w)", "w": "(?:w|vv)"}
