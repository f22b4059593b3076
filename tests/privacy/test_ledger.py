from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.facts import LIVE_FACTS, STATE_FACTS, Audience, Disclosure, Evidence, Fact, Refusal, Traffic, Withheld
from privacy.ledger import (
    AND_OTHERS,
    GRACE,
    MAX_DESTINATIONS,
    MAX_DETAIL,
    MAX_ENTRIES,
    MAX_KINDS,
    MAX_TEXT,
    MAX_TOLD_TO,
    MAX_VALUES,
    MAX_WITHHELD,
    OTHERS,
    Ledger,
    Snapshot,
)

PEER = "127.0.0.1:4000"


def told(
    fact: Fact = Fact.NAME,
    value: str = "Quiet Heron",
    audience: Audience = Audience.PARTICIPANTS,
    at: float = 1.0,
    *,
    to: str = PEER,
    detail: str = "",
    count: int = 1,
) -> Disclosure:
    return Disclosure(fact, value, audience, at, Evidence("signalling", to, 100, detail), count)


def test_a_disclosure_is_news_once():
    ledger = Ledger()
    assert ledger.record(told(at=1.0, detail="first"))
    assert not ledger.record(told(at=2.0, detail="second", count=3))
    assert ledger.record(told(audience=Audience.OPERATOR))
    assert ledger.record(told(value="Calm Puffin"))
    assert ledger.record(told(fact=Fact.ROOM))
    entry, *others = ledger.snapshot(9.0).for_audience(Audience.PARTICIPANTS)
    assert [(e.fact, e.value) for e in others] == [(Fact.NAME, "Calm Puffin"), (Fact.ROOM, "Quiet Heron")]
    assert (entry.first_at, entry.last_at, entry.times) == (1.0, 2.0, 4)
    assert (entry.first.detail, entry.last.detail) == ("first", "second")
    assert entry.live


def test_a_late_report_of_an_earlier_moment_moves_nothing_back():
    ledger = Ledger()
    ledger.record(told(at=5.0, detail="newest"))
    ledger.record(told(at=3.0, detail="late"))
    (entry,) = ledger.snapshot(6.0).entries
    assert (entry.last_at, entry.last.detail, entry.times) == (5.0, "newest", 2)


@pytest.mark.parametrize("fact", list(Fact))
def test_live_facts_end_after_their_grace_and_all_others_stay_known(fact: Fact):
    ledger = Ledger()
    ledger.record(told(fact, at=10.0))
    grace = GRACE.get(fact, 0.0)
    assert ledger.snapshot(10.0).entries[0].live
    assert ledger.snapshot(10.0 + grace).entries[0].live
    assert ledger.snapshot(10.0 + grace + 0.001).entries[0].live is (fact not in LIVE_FACTS)
    ledger.record(told(fact, at=100.0))
    assert ledger.snapshot(100.1).entries[0].live


def test_what_is_told_no_longer_is_not_live_and_stays_known():
    ledger = Ledger()
    ledger.record(told(Fact.VOICE, "sound", at=1.0))
    ledger.record(told(Fact.NAME, at=1.0))
    assert [(e.fact, e.live) for e in ledger.snapshot(1.0).entries] == [(Fact.NAME, True), (Fact.VOICE, True)]
    assert [(e.fact, e.live) for e in ledger.snapshot(60.0).entries] == [(Fact.NAME, True), (Fact.VOICE, False)]


def test_entries_stand_by_audience_then_fact_then_time():
    ledger = Ledger()
    ledger.record(told(Fact.CHAT, "second", at=5.0))
    ledger.record(told(Fact.ADDRESS, audience=Audience.NETWORK, at=1.0))
    ledger.snapshot(5.0)
    ledger.record(told(Fact.CHAT, "first", at=4.0))
    ledger.record(told(Fact.NAME, at=6.0))
    snapshot = ledger.snapshot(7.0)
    assert [(e.audience, e.fact, e.first_at) for e in snapshot.entries] == [
        (Audience.PARTICIPANTS, Fact.NAME, 6.0),
        (Audience.PARTICIPANTS, Fact.CHAT, 4.0),
        (Audience.PARTICIPANTS, Fact.CHAT, 5.0),
        (Audience.NETWORK, Fact.ADDRESS, 1.0),
    ]
    assert [e.first_at for e in snapshot.timeline()] == [1.0, 4.0, 5.0, 6.0]


def test_an_entry_in_which_nothing_changed_is_the_same_object():
    ledger = Ledger()
    ledger.record(told())
    ledger.record(told(Fact.VOICE))
    before, after = ledger.snapshot(1.0), ledger.snapshot(2.0)
    assert all(a is b for a, b in zip(before.entries, after.entries, strict=True))
    assert ledger.snapshot(50.0).entries[1] is not before.entries[1]


def test_endless_values_of_one_fact_fold():
    ledger = Ledger()
    news = [ledger.record(told(value=f"{n}", at=float(n))) for n in range(MAX_VALUES + 10)]
    assert news == [True] * (MAX_VALUES + 1) + [False] * 9
    entries = ledger.snapshot(0.0).entries
    assert len(entries) == MAX_VALUES + 1
    assert (entries[-1].value, entries[-1].times) == (AND_OTHERS, 10)
    assert not ledger.record(told(value="7"))
    assert ledger.record(told(value="7", audience=Audience.RELAY))


def test_endless_values_of_all_facts_fold():
    ledger = Ledger()
    for fact in Fact:
        for n in range(MAX_VALUES):
            ledger.record(told(fact, f"{n}"))
    entries = ledger.snapshot(0.0).entries
    assert len(entries) <= MAX_ENTRIES + len(Fact)
    assert sum(e.times for e in entries) == len(Fact) * MAX_VALUES
    assert entries[-1].value == AND_OTHERS


def test_destinations_of_one_entry_fold():
    ledger = Ledger()
    for n in range(40):
        ledger.record(told(to=f"127.0.0.1:{n}"))
        ledger.record(told(to=f"127.0.0.1:{n}"))
    (entry,) = ledger.snapshot(0.0).entries
    assert len(entry.told_to) == MAX_TOLD_TO
    assert entry.told_to[0] == "127.0.0.1:0"
    assert entry.told_to[-1] == AND_OTHERS
    assert entry.times == 80


def test_long_texts_are_cut():
    ledger = Ledger()
    long = "x" * 100_000
    assert ledger.record(told(value=long, to=long, detail=long))
    assert not ledger.record(told(value=long))
    (entry,) = ledger.snapshot(0.0).entries
    assert len(entry.value) == len(entry.first.destination) == len(entry.told_to[0]) == MAX_TEXT
    assert len(entry.first.detail) == MAX_DETAIL
    assert entry.value.endswith("…")
    assert entry.first.detail.endswith("…")


def test_withheld_is_news_once_and_keeps_its_first_time_and_newest_evidence():
    ledger = Ledger()
    evidence = Evidence("signalling", PEER, 10, "no address in it")
    assert ledger.withhold(Withheld("local addresses", "3 left out of the offer", 1.0, evidence))
    assert not ledger.withhold(Withheld("local addresses", "3 left out of the offer", 2.0))
    assert ledger.withhold(Withheld("local addresses", "4 left out of the offer", 3.0))
    newer = replace(evidence, size=20, detail="x" * (2 * MAX_DETAIL))
    assert not ledger.withhold(Withheld("local addresses", "3 left out of the offer", 4.0, newer))
    first, second = ledger.snapshot(5.0).withheld
    assert (first.at, second.at) == (1.0, 3.0)
    assert first.evidence is not None
    assert first.evidence.size == 20
    assert len(first.evidence.detail) == MAX_DETAIL
    assert second.evidence is None


def test_endless_withheld_folds():
    ledger = Ledger()
    for n in range(MAX_WITHHELD + 10):
        ledger.withhold(Withheld(f"{n}", "", 1.0))
    withheld = ledger.snapshot(1.0).withheld
    assert len(withheld) == MAX_WITHHELD + 1
    assert withheld[-1].what == AND_OTHERS
    assert not ledger.withhold(Withheld("0", "", 2.0))


def test_traffic_adds_up_per_destination_and_kind():
    ledger = Ledger()
    for _ in range(3):
        ledger.count(Traffic(PEER, "RTP", 1, 100))
    ledger.count(Traffic(PEER, "STUN", 2, 56))
    ledger.count(Traffic("127.0.0.2:1", "RTP", 1, 7))
    assert ledger.snapshot(0.0).traffic == (
        Traffic(PEER, "RTP", 3, 300),
        Traffic(PEER, "STUN", 2, 56),
        Traffic("127.0.0.2:1", "RTP", 1, 7),
    )


def test_endless_destinations_and_kinds_fold_and_no_byte_is_lost():
    ledger = Ledger()
    for n in range(2 * MAX_DESTINATIONS):
        ledger.count(Traffic(f"{n}", f"kind {n % (2 * MAX_KINDS)}", 1, 10))
    traffic = ledger.snapshot(0.0).traffic
    assert len({t.destination for t in traffic}) == MAX_DESTINATIONS + 1
    assert len({t.kind for t in traffic}) == MAX_KINDS + 1
    assert sum(t.packets for t in traffic) == 2 * MAX_DESTINATIONS
    assert sum(t.bytes for t in traffic) == 20 * MAX_DESTINATIONS
    assert OTHERS in {t.destination for t in traffic}


def test_refusals_add_up_per_destination_and_action():
    ledger = Ledger()
    assert ledger.refuse(Refusal("203.0.113.7:443", "connect", 1.0))
    assert not ledger.refuse(Refusal("203.0.113.7:443", "connect", 5.0, 2))
    assert not ledger.refuse(Refusal("203.0.113.7:443", "connect", 3.0))
    assert ledger.refuse(Refusal("203.0.113.7:443", "send", 2.0))
    assert ledger.snapshot(0.0).refused == (
        Refusal("203.0.113.7:443", "connect", 5.0, 4),
        Refusal("203.0.113.7:443", "send", 2.0, 1),
    )


def test_endless_refusals_fold():
    ledger = Ledger()
    for n in range(MAX_DESTINATIONS + 5):
        ledger.refuse(Refusal(f"host {n}", "look up", 1.0))
    refused = ledger.snapshot(0.0).refused
    assert len(refused) == MAX_DESTINATIONS + 1
    assert refused[-1] == Refusal(OTHERS, "look up", 1.0, 5)


disclosures = st.builds(
    told,
    st.sampled_from(list(Fact)),
    st.text(max_size=4),
    st.sampled_from(list(Audience)),
    st.floats(0, 100),
    to=st.sampled_from(["a", "b", "c"]),
    count=st.integers(1, 5),
)


@given(st.lists(disclosures), st.floats(0, 200))
def test_the_fold_loses_nothing_and_invents_nothing(given_: list[Disclosure], now: float):
    ledger = Ledger()
    news = [ledger.record(disclosure) for disclosure in given_]
    snapshot = ledger.snapshot(now)
    assert sum(news) == len(snapshot.entries) == len({(d.fact, d.audience, d.value) for d in given_})
    assert sum(e.times for e in snapshot.entries) == sum(d.count for d in given_)
    for entry in snapshot.entries:
        same = [d for d in given_ if (d.fact, d.audience, d.value) == (entry.fact, entry.audience, entry.value)]
        assert entry.first_at == same[0].at
        assert entry.last_at == max(d.at for d in same)
        assert set(entry.told_to) == {d.evidence.destination for d in same}
        if entry.fact in STATE_FACTS:
            told_last = [d for d in given_ if (d.fact, d.audience) == (entry.fact, entry.audience)][-1]
            assert entry.live is (told_last.value == entry.value)
        else:
            assert entry.live or now - entry.last_at > GRACE[entry.fact]
    parts = [entry for audience in Audience for entry in snapshot.for_audience(audience)]
    assert tuple(parts) == snapshot.entries


def test_a_newer_state_puts_an_end_to_the_one_before():
    ledger = Ledger()
    for at, value in enumerate(("muted", "unmuted", "muted")):
        ledger.record(told(Fact.MICROPHONE, value, at=float(at)))
    now = {entry.value: entry.live for entry in ledger.snapshot(100.0).entries}
    assert now == {"muted": True, "unmuted": False}


def test_what_was_told_after_all_is_not_withheld():
    ledger = Ledger()
    ledger.withhold(Withheld(Fact.ACTIVITY.value, "every packet has one size", 1.0))
    ledger.withhold(Withheld("clock", "no time of day", 1.0))
    ledger.record(told(Fact.ACTIVITY, "packets of many sizes", at=2.0))
    assert [withheld.what for withheld in ledger.snapshot(3.0).withheld] == ["clock"]


def test_a_ledger_that_begins_anew_knows_of_nothing():
    ledger = Ledger()
    ledger.record(told(Fact.NAME, "Wren"))
    ledger.withhold(Withheld("clock", "none", 1.0))
    ledger.count(Traffic("192.0.2.9:1", "RTP", 1, 100))
    ledger.refuse(Refusal("192.0.2.9:1", "send to", 1.0))
    ledger.begin_anew()
    assert ledger.snapshot(2.0) == Snapshot(2.0)
    assert ledger.record(told(Fact.NAME, "Wren"))


VOICE = (Fact.VOICE, "your voice", Audience.PARTICIPANTS)
ADDRESS = (Fact.ADDRESS, "192.0.2.1", Audience.PARTICIPANTS)


def streamed(ledger: Ledger, *, details: list[str]):
    """A stream of voice packets, told of once before; each look at the newest takes a detail."""
    for fact, value, audience in (VOICE, ADDRESS):
        ledger.record(told(fact, value, audience, 1.0, count=2))
    return ledger.stream([VOICE, ADDRESS], PEER, "RTP", lambda: Evidence("RTP", PEER, 7, details.pop(0)))


def test_what_a_stream_tells_is_added_when_somebody_looks():
    ledger = Ledger()
    stream = streamed(ledger, details=["third", "fourth"])
    stream.tell(2.0, 3, 300)
    stream.tell(3.0, 1, 100)
    voice, address = sorted(ledger.snapshot(3.0).entries, key=lambda e: e.fact is Fact.ADDRESS)
    for entry in (voice, address):
        assert (entry.first_at, entry.last_at, entry.times) == (1.0, 3.0, 6)
        assert (entry.first.detail, entry.last.detail) == ("", "third")
    assert ledger.snapshot(3.0).traffic == (Traffic(PEER, "RTP", 4, 400),)
    assert all(a is b for a, b in zip(ledger.snapshot(3.0).entries, ledger.snapshot(3.1).entries, strict=True))
    assert ledger.snapshot(3.0).traffic[0] is ledger.snapshot(3.1).traffic[0]
    stream.tell(4.0, 1, 100)
    assert {e.last.detail for e in ledger.snapshot(4.0).entries} == {"fourth"}


def test_a_stream_and_other_packets_tell_the_same_fact_in_turns():
    ledger = Ledger()
    stream = streamed(ledger, details=["of the stream", "never read"])
    stream.tell(2.0, 1, 10)
    ledger.snapshot(2.0)
    ledger.record(told(*ADDRESS, 3.0, detail="newer", to="192.0.2.9:1"))
    stream.tell(2.5, 1, 10)
    snapshot = ledger.snapshot(3.0)
    address = next(e for e in snapshot.entries if e.fact is Fact.ADDRESS)
    assert (address.last.detail, address.last_at, address.times) == ("newer", 3.0, 5)
    assert address.told_to == (PEER, "192.0.2.9:1")


def test_a_stream_that_ends_loses_nothing():
    ledger = Ledger()
    stream = streamed(ledger, details=["last"])
    stream.tell(2.0, 5, 50)
    ledger.end(stream)
    stream.tell(9.0, 1, 1)
    snapshot = ledger.snapshot(2.0)
    assert snapshot.traffic == (Traffic(PEER, "RTP", 5, 50),)
    assert {(e.times, e.last_at, e.last.detail) for e in snapshot.entries} == {(7, 2.0, "last")}


def test_a_stream_keeps_a_live_fact_live():
    ledger = Ledger()
    stream = streamed(ledger, details=["one", "two"])
    assert not next(e for e in ledger.snapshot(50.0).entries if e.fact is Fact.VOICE).live
    stream.tell(50.0, 1, 10)
    assert next(e for e in ledger.snapshot(50.0).entries if e.fact is Fact.VOICE).live


def test_a_stream_of_folded_values_tells_of_the_others():
    ledger = Ledger()
    for n in range(MAX_VALUES + 1):
        ledger.record(told(Fact.CONTACT, f"{n}"))
    stream = ledger.stream([(Fact.CONTACT, "x" * 999, Audience.PARTICIPANTS)], PEER, "RTP", lambda: told().evidence)
    stream.tell(2.0, 4, 40)
    others = next(e for e in ledger.snapshot(2.0).entries if e.value == AND_OTHERS)
    assert others.times == 5
