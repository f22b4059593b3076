"""What a stranger's text may do on this screen: nothing but be read.

`neutralise` makes any text safe to show, `neutralise_name` any name; `skeleton` and `confusable` say which names a
person would take for each other. The rules rest on Unicode's own properties (UAX #15 normalisation, UAX #44 categories,
UTS #39 skeletons) and on ECMA-48 for escape sequences.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

MAX_NEWLINES: Final = 20  # kept in one text; further ones become spaces
MAX_STACKED: Final = 3  # marks above, below or around one base character
MAX_MARKS: Final = 5  # marks of any kind on one base character: syllables of Burmese or Tibetan need that many

# ECMA-48 section 5.6: a control string runs to its terminator (here at most to the end of the line); 5.4: a control
# sequence has parameters, intermediates and a final byte; any other ESC takes intermediates and one final byte.
_ESCAPES: Final = re.compile(
    r"(?:\x1b[\]PX^_k]|[\x90\x98\x9d\x9e\x9f])[^\x07\x18\x1a\x1b\x9c\r\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?"
)
_LINE_BREAKS: Final = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES: Final = re.compile(r"\n(?: *\n){2,}")

_ZWNJ: Final = "\u200c"
_ZWJ: Final = "\u200d"
_TEXT_STYLE: Final = "\ufe0e"
_EMOJI_STYLE: Final = "\ufe0f"
_ELLIPSIS: Final = "…"


def neutralise(text: str, limit: int, *, newlines: bool = False) -> str:
    """The text as it may be shown: at most `limit` characters of NFC, each of them visible or a space.

    Removed: escape sequences (whole), controls, bidirectional controls, invisible and tag characters, private use,
    surrogates, noncharacters, unassigned characters (but for the blocks where emoji and ideographs are still added).
    Bounded: accents on one character, variation selectors, line breaks. Line breaks become spaces, or, with `newlines`,
    are kept: at most 20, and at most one empty line in a row. Joiners stay only where writing needs them: inside emoji,
    between Arabic letters, after an Indic virama. What is longer than `limit` ends in an ellipsis.

    Never raises; `neutralise` of its own result is that result.
    """
    if limit <= 0:
        return ""
    text = _LINE_BREAKS.sub("\n" if newlines else " ", _ESCAPES.sub("", text))
    text = text.translate({ord(ch): kept for ch in set(text) if (kept := _shown(ch)) != ch})
    while (settled := _settle(text)) != text:  # composing can bring marks together: until nothing changes
        text = settled
    text = text.strip(" \n\u3000")
    if newlines:
        text = _BLANK_LINES.sub("\n\n", text)
        if text.count("\n") > MAX_NEWLINES:
            *lines, rest = text.split("\n", MAX_NEWLINES)
            text = "\n".join([*lines, rest.replace("\n", " ")])
    if len(text) > limit:
        text = text[: limit - 1].rstrip(f" \n\u3000{_ZWJ}{_ZWNJ}") + _ELLIPSIS
    return text


def neutralise_name(text: str, limit: int) -> str:
    """A stranger's name as it may be shown: as `neutralise`, and without what incog itself writes beside names.

    Removed: the signs for what somebody sends and how it is encrypted, lines and bars, marks of approval, locks; and,
    in any look-alike letters, "(you)" and "to you alone". Runs of spaces become one, since with them a name could fill
    the columns beside it. Empty for a name that is just "you".

    Never raises; `neutralise_name` of its own result is that result.
    """
    name = neutralise(text, max(limit, MAX_NAME_READ))
    while (kept := _without_claims(name)) != name:
        name = kept
    return neutralise(name, limit)


MAX_NAME_READ: Final = 256  # characters of a name that are looked at
_CLAIMS: Final = re.compile(r"[(\[{<] *you *[)\]}>]|\bto you aione\b|^ *you *$")  # in look-alike letters: l is i
_SIGNS: Final = frozenset("⊘⊠↑✉✓✔☑✅🗸🔏🔐🔒🔓🔑")


def _without_claims(name: str) -> str:
    signless = "".join(ch for ch in name if ch not in _SIGNS and not 0x2500 <= ord(ch) <= 0x25FF)
    plain = " ".join(signless.split())
    letters, origin = folded(plain)
    claim = _CLAIMS.search(letters)
    if claim is None:
        return neutralise(plain, MAX_NAME_READ)
    first, last = origin[claim.start()], origin[claim.end() - 1]
    return neutralise(f"{plain[:first]} {plain[last + 1 :]}", MAX_NAME_READ)


@lru_cache(maxsize=8192)
def _shown(ch: str) -> str:
    """What becomes of one character, whatever stands beside it: itself, a space, or nothing."""
    category, code = unicodedata.category(ch), ord(ch)
    if ch in "\n\u3000":
        return ch
    if category == "Zs" or ch in "\t\u2800":  # U+2800: the empty Braille cell, a space that is not called one
        return " "
    if ch in (_ZWJ, _ZWNJ, _TEXT_STYLE, _EMOJI_STYLE):
        return ch  # where they may stand is decided in `_settle`
    if category in ("Cc", "Cs", "Co", "Zl", "Zp") or _ignorable(code):
        return ""
    if category == "Cf":
        return ch if ch in _VISIBLE_FORMATS else ""
    if category == "Cn":  # emoji and ideographs that are newer than this Python's tables
        return ch if 0x1F000 <= code <= 0x1FAFF or (0x20000 <= code <= 0x3FFFF and code & 0xFFFF < 0xFFFE) else ""
    return ch


def _ignorable(code: int) -> bool:
    """Invisible by definition (Default_Ignorable_Code_Point), or a blank posing as a letter or a note."""
    return (
        code in _INVISIBLE
        or 0x17B4 <= code <= 0x17B5
        or 0x180B <= code <= 0x180F
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0000 <= code <= 0xE0FFF
    )


_INVISIBLE: Final = frozenset({0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x1D159, 0x16FE4})
_VISIBLE_FORMATS: Final = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)

_PLAIN, _MARK, _STACKED, _STYLE, _JOINER = range(5)


@lru_cache(maxsize=8192)
def _kind(ch: str) -> int:
    """How a character behaves beside others."""
    if ch in (_ZWJ, _ZWNJ):
        return _JOINER
    if ch in (_TEXT_STYLE, _EMOJI_STYLE):
        return _STYLE
    if unicodedata.combining(ch) or unicodedata.category(ch) == "Me":
        return _STACKED
    return _MARK if unicodedata.category(ch) in ("Mn", "Mc") else _PLAIN


def _settle(text: str) -> str:
    """Bound marks and selectors, drop joiners that join nothing, and compose.

    The bounds come before the normalisation because ordering a long run of marks takes the square of its length.
    """
    kinds = {ch: _kind(ch) for ch in set(text)}
    if any(kinds.values()):
        text = _bound(text, kinds)
    return unicodedata.normalize("NFC", text)


def _bound(text: str, kinds: dict[str, int]) -> str:
    kept: list[str] = []
    base, before = "", ""  # the last character that can carry marks, and the one just before
    stacked = marks = 0
    virama = False  # among the marks of the base
    for index, ch in enumerate(text):
        kind = kinds[ch]
        if kind == _PLAIN:
            base, stacked, marks, virama = ch, 0, 0, False
        elif base in _NO_BASE:
            continue
        elif kind == _STYLE:
            if not _takes_style(before):
                continue
        elif kind == _JOINER:
            after = text[index + 1 : index + 2]
            if not (_joins_emoji(ch, before, after) or _joins_letters(ch, before, after, virama)):
                continue
        else:
            if marks >= MAX_MARKS or (kind == _STACKED and stacked >= MAX_STACKED):
                continue
            marks += 1
            stacked += kind == _STACKED
            virama = virama or unicodedata.combining(ch) == 9
        kept.append(ch)
        before = ch
    return "".join(kept)


_NO_BASE: Final = frozenset({"", " ", "\n", "\u3000"})  # a mark on nothing would land on what the screen puts before it


def _takes_style(before: str) -> bool:
    """Whether a text or emoji style selector may follow: symbols, digits and the few letters that have both looks."""
    return unicodedata.category(before) in ("So", "Sm", "Po", "Pd", "Nd") or before in "\u2139\u24c2\u3297\u3299"


def _is_emoji(ch: str) -> bool:
    return unicodedata.category(ch) == "So" or 0x1F000 <= ord(ch) <= 0x1FAFF or ch in "\u2194\u2195"


def _joins_emoji(joiner: str, before: str, after: str) -> bool:
    return joiner == _ZWJ and after != "" and _is_emoji(after) and (before == _EMOJI_STYLE or _is_emoji(before))


def _joins_letters(joiner: str, before: str, after: str, virama: bool) -> bool:
    """The two places where a joiner changes how a word is read (RFC 5892 appendix A.1 and A.2, made simpler)."""
    if after == "" or unicodedata.category(after) != "Lo" or before in (_ZWJ, _ZWNJ):
        return False
    return virama or (joiner == _ZWNJ and _is_arabic(before) and _is_arabic(after))


def _is_arabic(ch: str) -> bool:
    return unicodedata.bidirectional(ch) in ("AL", "NSM")


# --- names that look alike ---------------------------------------------------------------------------------------


def skeleton(name: str) -> str:
    """What is left of a name for an eye in a hurry: names with the same skeleton look alike.

    Without case, accents, invisible characters and differences of width or style; Cyrillic, Greek and other letters as
    the Latin ones they resemble; 0 as o; 1, l and | as i; rn as m; vv as w; runs of spaces as one. For comparing only,
    never for showing.
    """
    return _skeleton(name, capitals=True)


def confusable(a: str, b: str) -> bool:
    """Whether a person could take one name for the other. Equal names are confusable too."""
    return any(one == other for one, other in zip(skeletons(a), skeletons(b), strict=True))


def skeletons(name: str) -> tuple[str, str]:
    """The skeletons of a name with its capitals read by their own look, and read as small letters.

    Two names are `confusable` when they agree in either; whoever compares many keeps these.
    """
    return _skeleton(name, capitals=True), _skeleton(name, capitals=False)


def folded(text: str) -> tuple[str, list[int]]:
    """The look-alike form of a text, character by character, and for each of its characters the index it came from.

    As `skeleton`, but without its rules on pairs (rn, vv) and runs of spaces.
    """
    if text.isascii() and text.isprintable():  # each character has one look there
        return text.translate(_ASCII_LOOKS), list(range(len(text)))
    letters: list[str] = []
    origin: list[int] = []
    for index, ch in enumerate(text):
        look = _look(ch, True)
        letters.append(look)
        origin.extend([index] * len(look))
    return "".join(letters), origin


def _skeleton(name: str, *, capitals: bool) -> str:
    look = "".join([_look(ch, capitals) for ch in name])
    return " ".join(look.replace("rn", "m").replace("vv", "w").split())


@lru_cache(maxsize=8192)
def _look(ch: str, capitals: bool) -> str:
    """One character as the letters it resembles.

    A few capitals resemble another letter than their small form does (Greek Ν and ν: N and v). With `capitals` they
    are read by their own look, else as small letters.
    """
    look: list[str] = []
    for part in unicodedata.normalize("NFKD", ch):
        if capitals and part in _CAPITAL_LOOKS:
            look.append(_CAPITAL_LOOKS[part])
            continue
        for letter in unicodedata.normalize("NFKD", part.casefold()):
            if unicodedata.combining(letter) or unicodedata.category(letter) == "Me":
                continue
            if letter.isspace() or letter == "\u2800":
                look.append(" ")
                continue
            if _shown(letter) == "" or _kind(letter) in (_STYLE, _JOINER):
                continue
            digit = unicodedata.decimal(letter, None)
            letter = letter if digit is None else str(digit)
            look.append(_LOOKS.get(letter, letter))
    return "".join(look)


def _table(*rows: tuple[str, str]) -> dict[str, str]:
    return {odd: plain for odds, plains in rows for odd, plain in zip(odds, plains, strict=True)}


_CAPITAL_LOOKS: Final = _table(("ΝΗΡΥΧΜΤΚΒΖНУВ", "nhpyxmtkbzhyb"))  # Greek, Cyrillic
_LOOKS: Final = _table(
    ("01l|", "oiii"),
    ("абвезһіјкмнорстухѕцԁԛԝьґгпѡ", "abbe3hijkmhopctyxsudqwbrrnw"),  # Cyrillic
    ("αβγεζηικνορτυχωϲϳμ", "abyeznikvoptuxwcju"),  # Greek
    ("օոսհցքզյգ", "onuhgpqjq"),  # Armenian
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijkimnoprstuvwyz"),  # Latin small capitals
    ("ıɩǀłøđħŧɑɡƅɓɗƙƴȷ", "iiiiodhtagbbdkyj"),  # other Latin
    ("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u02d7\ufe58", "---------"),
    ("‘’ʼ′`ʹ", "'" * 6),
) | {"œ": "oe", "æ": "ae"}
_ASCII_LOOKS: Final = {code: _look(chr(code), True) for code in range(32, 127)}
