"""The receipt: what it says, that nothing in it can be altered unseen, and that it holds nothing of others."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy import receipt
from privacy.facts import Audience, Disclosure, Evidence, Fact, Refusal, Traffic, Withheld
from privacy.ledger import AND_OTHERS, MAX_VALUES, Ledger
from privacy.receipt import Account, ReceiptError, build, matches, seal_of, verify
from privacy.redaction import Destination, Other

SERVER = Destination("198.51.100.1:7843", "the meeting's server, from the link", Audience.OPERATOR)
ME = "203.0.113.5"
PEOPLE, OPERATOR, NETWORK = Audience.PARTICIPANTS, Audience.OPERATOR, Audience.NETWORK


def meeting(*others: Other, joined_at: float = 10.0) -> Account:
    """A meeting in which each of the others was told everything, and they did all that could bring them in."""
    ledger = Ledger()

    def tell(fact: Fact, value: str, audience: Audience, at: float, to: str) -> None:
        ledger.record(Disclosure(fact, value, audience, at, Evidence("sealed message", to, 100, "hello Reed")))

    tell(Fact.ADDRESS, ME, OPERATOR, 9.0, SERVER.place)
    tell(Fact.SERVER, SERVER.place, NETWORK, 9.0, SERVER.place)
    tell(Fact.ROOM, "a random room id, 0011aabb…", OPERATOR, 10.2, SERVER.place)
    for number, other in enumerate(others):
        at = 11.0 + number
        for id in other.ids:
            tell(Fact.NAME, "Quiet Wren", PEOPLE, at, f"connection {id[:8]}…")
            tell(Fact.CHAT, f"hello {other.names[0]}", PEOPLE, at + 5, f"participant {id[:8]}…")
            tell(Fact.CONTACT, f"connection {id[:8]}…", OPERATOR, at, SERVER.place)
        for place in other.places:
            tell(Fact.VOICE, "your voice", PEOPLE, at + 1, place)
            ledger.count(Traffic(place, "RTP", 10, 1000))
            ledger.refuse(Refusal(place, "send to", at + 9))
    ledger.count(Traffic(SERVER.place, "signalling", 3, 300))
    ledger.count(Traffic(SERVER.place, "signalling", 1, 100))
    ledger.refuse(Refusal("telemetry.example", "look up", 30.0))
    ledger.refuse(Refusal("10.0.0.1:80", "connect to", 31.0))
    ledger.refuse(Refusal("10.0.0.2:80", "connect to", 29.0, 2))
    ledger.withhold(Withheld("other addresses of this machine", f"only {ME} is given away", 11.0))
    return Account(
        ledger.snapshot(70.0),
        joined_at,
        joined=True,
        addresses="local",
        versions={"incog": "0.1.0", "aiortc": "1.16.0"},
        others=others,
        destinations=(SERVER,),
        encryption=((0.0, "none"), (1.26, "end to end, unverified")),
    )


REED = Other(("Reed",), ("5f3a1b2c9d8e7f60",), ("192.0.2.9:50000", "192.0.2.9:50002"))
ADA = Other(("Ada",), ("a0b1c2d3e4f50617",), ("192.0.2.10:50000",))


def lines(text: str, kind: str = "") -> list[dict[str, Any]]:
    """The entries of a receipt, without their chain."""
    found = [json.loads(line) for line in text.splitlines()]
    return [{k: v for k, v in one.items() if k != "chain"} for one in found if kind in ("", one["type"])]


def sealed(*entries: dict[str, Any]) -> bytes:
    """A text with these entries and a chain that fits."""
    return "".join(f"{line}\n" for line in receipt._chained(entries)).encode()


# --- what it says ----------------------------------------------------------------------------------------------------


def test_it_begins_with_the_meeting_and_ends_with_the_count() -> None:
    text = build(meeting(REED, ADA))
    first, *between, last = lines(text)
    assert first == {
        "type": "receipt",
        "format": 1,
        "versions": {"incog": "0.1.0", "aiortc": "1.16.0"},
        "service": "mesh",
        "addresses": "local",
        "joined": True,
        "seconds": 60.0,
        "participants": 2,
    }
    assert last == {"type": "end", "entries": len(between)}
    assert [json.loads(line)["type"] for line in text.splitlines()][:1] == ["receipt"]


def test_what_was_told_to_whom_since_when_and_how_often() -> None:
    told = {(one["fact"], one["audience"]): one for one in lines(build(meeting(REED, ADA)), "disclosure")}
    assert told["display name", "participants"] == {
        "type": "disclosure",
        "fact": "display name",
        "value": "Quiet Wren",
        "audience": "participants",
        "since": 1.0,
        "last": 2.0,
        "times": 2,
        "live": True,
        "told_to": ["participant 1", "participant 2"],
    }
    assert told["network address", "operator"]["since"] == -1.0  # before the meeting was joined
    assert told["server contacted", "network"]["value"] == SERVER.place
    assert told["voice is live", "participants"]["live"] is False


def test_own_chat_is_only_counted() -> None:
    (chat,) = (one for one in lines(build(meeting(REED, ADA)), "disclosure") if one["fact"] == "chat message")
    assert (chat["value"], chat["times"], chat["told_to"]) == ("", 2, ["participant 1", "participant 2"])
    assert (chat["since"], chat["last"]) == (6.0, 7.0)


def test_values_beyond_the_ledgers_bound_are_still_said_to_be_there() -> None:
    ledger = Ledger()
    for number in range(MAX_VALUES + 1):
        ledger.record(Disclosure(Fact.CLOCK, str(number), NETWORK, 1.0, Evidence("RTP", "192.0.2.9:1", 1)))
    told = lines(build(Account(ledger.snapshot(2.0), 0.0, True)), "disclosure")
    assert [one["value"] for one in told][-1] == AND_OTHERS


def test_destinations_with_reason_and_traffic() -> None:
    people, server = lines(build(meeting(REED)), "destination")
    assert server == {
        "type": "destination",
        "destination": SERVER.place,
        "audience": "operator",
        "reason": "the meeting's server, from the link",
        "traffic": {"signalling": {"packets": 4, "bytes": 400}},
    }
    assert people == {
        "type": "destination",
        "destination": "participant 1",
        "audience": "participants",
        "reason": "a participant's connection",
        "traffic": {"RTP": {"packets": 20, "bytes": 2000}},
    }


def test_refused_tries_withheld_and_encryption() -> None:
    text = build(meeting(REED))
    assert lines(text, "refused") == [
        {"type": "refused", "destination": "participant 1", "action": "send to", "count": 2, "last": 10.0},
        {"type": "refused", "destination": "telemetry.example", "action": "look up", "count": 1, "last": 20.0},
        {
            "type": "refused",
            "destination": "an address (private, IPv4)",
            "action": "connect to",
            "count": 3,
            "last": 21.0,
        },
    ]
    assert lines(text, "withheld") == [
        {
            "type": "withheld",
            "what": "other addresses of this machine",
            "instead": f"only {ME} is given away",
            "since": 1.0,
        }
    ]
    assert lines(text, "encryption") == [
        {"type": "encryption", "since": 0.0, "label": "none"},
        {"type": "encryption", "since": 1.3, "label": "end to end, unverified"},
    ]


def test_there_is_no_evidence_and_no_minus_zero_in_it() -> None:
    text = build(replace(meeting(REED, joined_at=11.02), encryption=((-0.01, "none"),)))
    assert "hello" not in text
    assert "-0.0" not in text


def test_a_meeting_in_which_nothing_happened_has_a_receipt_too() -> None:
    text = build(Account(Ledger().snapshot(1.0), 1.0, joined=False))
    assert verify(text.encode()).entries == 0


# --- nothing of others -----------------------------------------------------------------------------------------------

names = st.text(min_size=1, max_size=40).filter(str.strip)
ids = st.binary(min_size=8, max_size=8).map(bytes.hex)
ports = st.integers(1024, 65535)
hosts = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).filter(
    lambda host: not host.is_loopback and str(host) not in (ME, "198.51.100.1", "10.0.0.1", "10.0.0.2")
)
places = st.builds(lambda host, port: f"{host}:{port}", hosts, ports)


def other(size: tuple[int, int]) -> st.SearchStrategy[Other]:
    """Somebody with as many ids and places as said, whatever they are."""
    several = st.lists(ids, min_size=size[0], max_size=size[0], unique_by=lambda id: id[:8])
    where = st.lists(places, min_size=size[1], max_size=size[1], unique=True)
    return st.builds(Other, st.tuples(names), several.map(tuple), where.map(tuple))


def company(sizes: list[tuple[int, int]]) -> st.SearchStrategy[list[Other]]:
    """Several people, no two with the same id or place."""
    return st.tuples(*map(other, sizes)).map(list).filter(_apart)


def _apart(everybody: list[Other]) -> bool:
    ids = [id[:8] for one in everybody for id in one.ids]
    places = [place for one in everybody for place in one.places]
    return len(set(ids)) == len(ids) and len(set(places)) == len(places)


shapes = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=3)


@settings(max_examples=200)
@given(st.data(), shapes)
def test_who_the_others_were_changes_no_byte(data: st.DataObject, sizes: list[tuple[int, int]]) -> None:
    # Two companies of the same shape: one receipt. So nothing of a name, an id or an address can be in it.
    one, another = data.draw(company(sizes)), data.draw(company(sizes))
    sentences = ("other addresses of this machine", f"only {ME} is given away")
    for everybody in (one, another):
        # A name that is a word of incog's own sentences is covered there, which is tested with the sentences.
        words = {word for person in everybody for word in (*person.names, *(id[:8] for id in person.ids))}
        if any(word.lower() in sentence.lower() for word in words for sentence in sentences):
            return
    assert build(meeting(*one)) == build(meeting(*another))


@given(company([(1, 2), (1, 1)]))
def test_no_id_and_no_address_of_others_is_in_it(everybody: list[Other]) -> None:
    text = build(meeting(*everybody))
    rest = "\n".join(line.rsplit(', "chain"', 1)[0] for line in text.splitlines())  # chains hold chance digits
    for person in everybody:
        assert all(place not in rest for place in person.places)
        assert all(id[:8] not in rest for id in person.ids)


def test_no_name_of_others_is_in_it() -> None:
    text = build(meeting(replace(REED, names=("Xerxes", "Zoë"))))
    assert "Xerxes" not in text
    assert "Zo" not in text


# --- nothing can be altered ------------------------------------------------------------------------------------------

WHOLE = build(meeting(REED, ADA)).encode()


def test_a_receipt_is_whole() -> None:
    verified = verify(WHOLE)
    assert verified.entries == len(WHOLE.splitlines()) - 2
    assert verified.seal == seal_of(WHOLE.decode())
    assert verified.head["versions"] == {"incog": "0.1.0", "aiortc": "1.16.0"}
    assert "chain" not in verified.head


def test_the_chain_can_be_checked_with_nothing_of_ours() -> None:
    chain = hashlib.sha256(b"incog receipt").hexdigest()
    for line in WHOLE.decode().splitlines():
        body, found = line[: -len(', "chain": ""}') - 64] + "}", json.loads(line)["chain"]
        chain = hashlib.sha256(f"{chain}\n{body}".encode()).hexdigest()
        assert found == chain
    assert chain == verify(WHOLE).seal


@settings(max_examples=500)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_any_other_byte_is_found(where: int, byte: int) -> None:
    altered = WHOLE[:where] + bytes([byte]) + WHOLE[where + 1 :]
    if altered == WHOLE:
        assert verify(altered).entries > 0
        return
    with pytest.raises(ReceiptError):
        verify(altered)


@given(st.integers(0, len(WHOLE)), st.integers(0, 400), st.binary(max_size=20))
def test_any_other_piece_is_found(where: int, taken: int, put: bytes) -> None:
    altered = WHOLE[:where] + put + WHOLE[where + taken :]
    if altered == WHOLE:
        return
    with pytest.raises(ReceiptError):
        verify(altered)


@given(st.permutations(range(len(WHOLE.splitlines()))), st.integers(0, len(WHOLE.splitlines())))
def test_lines_cannot_be_moved_or_left_out(order: list[int], kept: int) -> None:
    altered = [WHOLE.splitlines(keepends=True)[index] for index in order[:kept]]
    if b"".join(altered) == WHOLE:
        return
    with pytest.raises(ReceiptError):
        verify(b"".join(altered))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"Quiet Wren"', '"Quiet\\u0020Wren"'),
        ('"since": 1.0', '"since": 1.00'),
        ('"since": 1.0', '"since": 10e-1'),
        ('"entries": ', '"entries":  '),
        ('"type": "refused"', '"type": "refused", "type": "refused"'),
        ('"format": 1,', '"format": true,'),
    ],
)
def test_the_same_said_otherwise_is_found_too(old: str, new: str) -> None:
    altered = WHOLE.decode().replace(old, new, 1)
    assert altered != WHOLE.decode()
    with pytest.raises(ReceiptError):
        verify(altered.encode())


def test_whoever_writes_all_of_it_anew_is_found_by_the_seal_alone() -> None:
    first, *rest = lines(WHOLE.decode())
    forged = sealed({**first, "participants": 0}, *rest)
    verified = verify(forged)
    assert verified.seal != seal_of(WHOLE.decode())
    assert not matches(verified.seal, seal_of(WHOLE.decode()))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a receipt"),
        (b"hello\n", "not a receipt"),
        (b"\xff\xfe", "not a receipt"),
        (b'{"type": "receipt"', "not a receipt"),
        (b'{"type": "receipt"\n', "line 1 was altered"),
        (b'{"type": "receipt", "deep": ' + b"[" * 100_000 + b"\n", "line 1 was altered"),
        (b'{"type": "receipt", "a": NaN}\n', "line 1 was altered"),
        (b'{"type": "receipt", "a": 1e999}\n', "line 1 was altered"),
        (b'{"type": "receipt", "a": "\\ud800"}\n', "line 1 was altered"),
        (b'{"type": "receipt"}\n', "line 1 was altered"),
        (b'{"type": "receipt", "type": 5}\n', "line 1 was altered"),
        (WHOLE + b"x", "something was added"),
        (WHOLE[: WHOLE.rindex(b'{"type": "end"')], "cut short"),
        (b" " * (receipt.MAX_SIZE + 1), "too long"),
        (sealed({"type": "receipt", "format": 2}, {"type": "end", "entries": 0}), "another version"),
        (
            sealed({"type": "receipt", "format": 1}, {"type": "new", "x": 1}, {"type": "end", "entries": 1}),
            "another version",
        ),
        (sealed({"type": "receipt", "format": 1}, {"type": "end", "entries": 1}), "as many entries"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_receipt_is_said_in_one_sentence(data: bytes, why: str) -> None:
    with pytest.raises(ReceiptError, match=why) as refusal:
        verify(data)
    assert "\n" not in str(refusal.value)


@given(st.binary(max_size=200))
def test_anything_at_all_is_answered(data: bytes) -> None:
    with pytest.raises(ReceiptError):
        verify(data)


# --- the seal --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noted", "same"),
    [
        ("ab" * 32, True),
        ("AB" * 32, True),
        ("abababab abababab", True),
        ("abab-abab:abab-abab\n", True),
        ("ab" * 7, False),
        ("", False),
        ("ab" * 7 + "ac", False),
        ("ab" * 33, False),
    ],
)
def test_a_seal_is_compared_by_at_least_sixteen_digits(noted: str, same: bool) -> None:
    assert matches("ab" * 32, noted) is same


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_times_are_tenths_of_seconds_since_joining(began: float, now: float) -> None:
    (head, _) = lines(build(Account(Ledger().snapshot(now), began, True)))
    assert math.isclose(head["seconds"], now - began, abs_tol=0.051)
