"""The receipt of a meeting: who learned what of its wearer, where bytes went, and what was kept back.

A receipt is a text of lines, one JSON object each: a `receipt` line, then what happened, then an `end` line. Each line
carries in `chain` the SHA-256 of the chain before it and of itself, so that no byte can be altered, no line be taken
out, added or moved without breaking the chain from there on. The last chain value is the *seal*: whoever noted it down
can tell this receipt from one that somebody wrote anew. The chain alone proves no more than that the text is as it was
when its chain was made.

Others are covered: of them a receipt holds "participant 1", "participant 2" and nothing else (`privacy.redaction`).
There is no time of day in it: all times are seconds from the moment of joining.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from privacy.facts import Audience
from privacy.ledger import Snapshot
from privacy.redaction import Destination, Other, Redaction
from privacy.text import neutralise

FORMAT: Final = 1
MAX_SIZE: Final = 16 * 1024 * 1024  # bytes of a receipt that is read
SEAL_SHOWN: Final = 16  # characters of a seal that are enough to compare
MAX_LABEL: Final = 60

_START: Final = hashlib.sha256(b"incog receipt").hexdigest()
_KINDS: Final = frozenset({"disclosure", "withheld", "destination", "refused", "encryption"})

Line = dict[str, Any]


class ReceiptError(ValueError):
    """This is not a whole receipt; the text is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Account:
    """All that a receipt is made from."""

    snapshot: Snapshot
    began: float  # seconds on the session's clock: the moment of joining, or of trying to
    joined: bool  # whether the meeting was joined
    service: str = "mesh"
    addresses: str = ""  # the address mode, as on the command line
    versions: Mapping[str, str] = field(default_factory=dict)  # of incog and of what speaks for it
    others: Sequence[Other] = ()  # all who were in the meeting, in the order of their coming
    destinations: Sequence[Destination] = ()  # all that could be contacted, with their reasons
    encryption: Sequence[tuple[float, str]] = ()  # seconds since joining, the label from then on


@dataclass(frozen=True, slots=True)
class Verified:
    """What a whole receipt says of itself."""

    seal: str  # 64 hexadecimal digits
    entries: int  # lines between the first and the last
    head: Mapping[str, Any] = field(default_factory=dict)  # the first line, without its chain


def build(account: Account) -> str:
    """The receipt as a text of lines."""
    redaction = Redaction(account.snapshot, account.others, account.destinations)
    lines = [
        *_disclosures(account, redaction),
        *_withheld(account, redaction),
        *_destinations(account, redaction),
        *_refused(account, redaction),
        *_encryption(account),
    ]
    head = {
        "type": "receipt",
        "format": FORMAT,
        "versions": {_plain(name): _plain(version) for name, version in account.versions.items()},
        "service": account.service,
        "addresses": account.addresses,
        "joined": account.joined,
        "seconds": _since(account.snapshot.at, account),
        "participants": len(account.others),
    }
    return "".join(f"{line}\n" for line in _chained([head, *lines, {"type": "end", "entries": len(lines)}]))


def seal_of(text: str) -> str:
    """The seal of a receipt that `build` made."""
    return text.rstrip("\n")[-66:-2]


def verify(data: bytes) -> Verified:
    """Check a receipt. Raises `ReceiptError` when it is none, or any byte of it is not as it was."""
    if len(data) > MAX_SIZE:
        raise ReceiptError("this is far too long to be a receipt; name the file that incog wrote")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise ReceiptError("this is not a receipt of incog, or bytes of it were altered") from None
    *lines, rest = text.split("\n")
    if not lines or not lines[0].startswith('{"type": "receipt"'):
        raise ReceiptError("this is not a receipt of incog, or its first line was altered")
    chain = _START
    parsed: list[Line] = []
    for number, line in enumerate(lines, 1):
        entry = _read(line, number)
        entry.pop("chain", None)
        chain = _link(chain, entry)
        if _write(entry, chain) != line:
            raise ReceiptError(f"line {number} was altered, or the lines before it are not those it followed")
        parsed.append(entry)
    head, last = parsed[0], parsed[-1]
    if last.get("type") != "end" or rest:
        raise ReceiptError("the receipt is cut short, or something was added at its end")
    between = parsed[1:-1]
    if head.get("format") != FORMAT or not all(line.get("type") in _KINDS for line in between):
        raise ReceiptError("this receipt is of another version of incog; verify it with that one")
    if last.get("entries") != len(between):
        raise ReceiptError("the receipt does not hold as many entries as it says")
    return Verified(chain, len(between), head)


def matches(seal: str, noted: str) -> bool:
    """Whether a seal is the one noted down: the whole of it, or at least its first 16 digits."""
    noted = re.sub(r"[\s:-]", "", noted).lower()
    return len(noted) >= SEAL_SHOWN and seal.startswith(noted)


# what happened, as lines


def _disclosures(account: Account, redaction: Redaction) -> Iterator[Line]:
    merged: dict[tuple[str, str, str], Line] = {}
    for entry in account.snapshot.entries:
        value, told_to = redaction.value(entry), redaction.told_to(entry.told_to)
        since, last = _since(entry.first_at, account), _since(entry.last_at, account)
        # What is told apart only by what was left out becomes one line.
        known = merged.setdefault(
            (entry.fact.value, value, entry.audience.value),
            {
                "type": "disclosure",
                "fact": entry.fact.value,
                "value": value,
                "audience": entry.audience.value,
                "since": since,
                "last": last,
                "times": 0,
                "live": False,
                "told_to": [],
            },
        )
        known["since"], known["last"] = min(known["since"], since), max(known["last"], last)
        known["times"] += entry.times
        known["live"] = known["live"] or entry.live
        # Sorted, so that the order does not tell which messages were alike.
        known["told_to"] = sorted({*known["told_to"], *told_to}, key=lambda place: (len(place), place))
    return iter(merged.values())


def _withheld(account: Account, redaction: Redaction) -> Iterator[Line]:
    for one in account.snapshot.withheld:
        what, instead = redaction.sentence(one.what), redaction.sentence(one.instead)
        yield {"type": "withheld", "what": what, "instead": instead, "since": _since(one.at, account)}


def _destinations(account: Account, redaction: Redaction) -> Iterator[Line]:
    """Every destination that was contacted, with all that left for it; those of one participant are one."""
    merged: dict[str, Line] = {}
    for one in account.snapshot.traffic:
        place = redaction.place(one.destination)
        why = redaction.why(one.destination)
        line = merged.setdefault(
            place,
            {
                "type": "destination",
                "destination": place,
                "audience": (why.audience if why else Audience.PARTICIPANTS).value,
                "reason": _plain(why.reason) if why else "a participant's connection",
                "traffic": {},
            },
        )
        sent = line["traffic"].setdefault(one.kind, {"packets": 0, "bytes": 0})
        sent["packets"] += one.packets
        sent["bytes"] += one.bytes
    return iter(merged.values())


def _refused(account: Account, redaction: Redaction) -> Iterator[Line]:
    merged: dict[tuple[str, str], Line] = {}
    for one in account.snapshot.refused:
        tried = redaction.tried(one.destination)
        line = merged.setdefault(
            (tried, one.action),
            {"type": "refused", "destination": tried, "action": _plain(one.action), "count": 0, "last": None},
        )
        line["count"] += one.count
        at = _since(one.at, account)
        line["last"] = at if line["last"] is None else max(line["last"], at)
    return iter(merged.values())


def _encryption(account: Account) -> Iterator[Line]:
    for at, label in account.encryption:
        yield {"type": "encryption", "since": round(at, 1) + 0.0, "label": neutralise(label, MAX_LABEL)}


def _since(at: float, account: Account) -> float:
    return round(at - account.began, 1) + 0.0  # + 0.0: there is no minus zero


def _plain(text: str) -> str:
    return neutralise(text, 256)


# the chain


def _chained(lines: Iterable[Line]) -> Iterator[str]:
    chain = _START
    for line in lines:
        chain = _link(chain, line)
        yield _write(line, chain)


def _link(chain: str, entry: Line) -> str:
    return hashlib.sha256(f"{chain}\n{_canonical(entry)}".encode()).hexdigest()


def _write(entry: Line, chain: str) -> str:
    return f'{_canonical(entry)[:-1]}, "chain": "{chain}"}}'


def _canonical(entry: Line) -> str:
    """The one form in which an entry is written and hashed: its type first, then everything in order of the names."""
    rest = {name: value for name, value in entry.items() if name != "type"}
    return f'{{"type": {_dump(entry["type"])}, {_dump(rest)[1:]}'


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True)


def _read(line: str, number: int) -> Line:
    try:
        entry = json.loads(line, object_pairs_hook=_no_twins)
        _dump(entry).encode()  # no half characters, no numbers beyond all bounds
    except (ValueError, RecursionError):
        entry = None
    if not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
        raise ReceiptError(f"line {number} was altered: it is no entry of a receipt")
    return entry


def _no_twins(pairs: list[tuple[str, Any]]) -> Line:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
