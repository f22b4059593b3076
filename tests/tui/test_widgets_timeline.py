from __future__ import annotations

import pytest
from rich.cells import cell_len

from privacy.facts import Audience, Fact
from privacy.ledger import Snapshot
from tests.tui.fake_meeting import entry, ledger
from tui.widgets.disclosures import lay_out
from tui.widgets.timeline import Watch, lay_out_in_time, moment


def texts(lines) -> list[str]:
    return ["".join(text for text, *_ in line.left) for line in lines]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "on joining"),
        (-0.9, "on joining"),
        (-3.0, "0:03 before joining"),
        (42.9, "0:42 after joining"),
        (605, "10:05 after joining"),
        (3723, "1:02:03 after joining"),
    ],
)
def test_moments_in_words(seconds: float, words: str) -> None:
    assert moment(seconds) == words


@pytest.mark.parametrize("width", [20, 33, 60])
@pytest.mark.parametrize("lens", [None, *Audience])
def test_every_entry_of_the_lens_stands_there_once_and_in_order(width: int, lens: Audience | None) -> None:
    told = ledger()
    lines = lay_out_in_time(told, width, lens, 1.0)
    shown = [line.item for line in lines if line.first]
    assert shown == [one for one in told.timeline() if lens in (None, one.audience)]
    assert all(sum(cell_len(text) for text, *_ in (*line.left, *line.right)) <= width for line in lines)


def test_the_audience_is_named_where_it_is_not_the_lens() -> None:
    told = Snapshot(9.0, entries=(entry(Fact.SOFTWARE, "incog", Audience.OPERATOR, 8, now=9.0),))
    assert [line.right[0][0] for line in lay_out_in_time(told, 60)[1:2]] == ["the operator"]
    narrow = texts(lay_out_in_time(told, 18))
    assert "the operator:" in " ".join(narrow)
    assert "operator" not in " ".join(texts(lay_out_in_time(told, 60, Audience.OPERATOR)))


def test_nothing_yet() -> None:
    assert texts(lay_out_in_time(Snapshot(0.0), 30)) == ["nothing yet"]
    assert texts(lay_out_in_time(ledger(), 30, Audience.RELAY)) == ["nothing yet"]


@pytest.mark.parametrize("lens", list(Audience))
def test_through_a_lens_stands_what_this_audience_knows_and_no_more(lens: Audience) -> None:
    told = ledger(refused=True)
    shown = [line.item for line in lay_out(told, 40, lens) if line.first]
    assert set(shown) == {*told.refused, *told.for_audience(lens)}


def test_news_are_told_once_per_fact_and_audience() -> None:
    watch = Watch()
    first = entry(Fact.NAME, "Wren", Audience.PARTICIPANTS, 9)
    voice = entry(Fact.VOICE, "", Audience.PARTICIPANTS, 5)
    again = entry(Fact.VOICE, "other words", Audience.PARTICIPANTS, 4)
    relay = entry(Fact.VOICE, "", Audience.RELAY, 3)
    assert watch.news(Snapshot(0.0, (first,))) == ""
    assert watch.news(Snapshot(0.0, (first, voice))) == "Now visible to participants: voice is live"
    assert watch.news(Snapshot(0.0, (first, voice, again))) == ""
    assert watch.news(Snapshot(0.0, (first, voice, again, relay))) == "Now visible to relays: voice is live"
    assert watch.news(Snapshot(0.0, (first, voice, again, relay))) == ""


def test_a_ledger_that_begins_anew_is_watched_anew() -> None:
    watch = Watch()
    name, voice = (entry(fact, "", Audience.PARTICIPANTS, 5) for fact in (Fact.NAME, Fact.VOICE))
    watch.news(Snapshot(0.0, (name, voice)))
    assert watch.news(Snapshot(1.0, (name,))) == ""
    assert watch.news(Snapshot(2.0, (name, voice))) == "Now visible to participants: voice is live"


def test_many_news_are_counted() -> None:
    watch = Watch()
    watch.news(Snapshot(0.0))
    new = [entry(fact, "", Audience.OPERATOR, 5) for fact in (Fact.ROOM, Fact.CLOCK, Fact.KEYS, Fact.SOFTWARE)]
    other = entry(Fact.LOOKUP, "", Audience.NETWORK, 5)
    assert watch.news(Snapshot(0.0, (*new, other))) == (
        "Now visible to the operator: room, clock and 2 more; to the network: name lookup"
    )
