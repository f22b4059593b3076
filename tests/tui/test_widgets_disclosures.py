from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from privacy.facts import Audience, Fact, Traffic, Withheld
from privacy.ledger import Snapshot
from tests.tui.fake_meeting import entry, ledger
from tui.widgets.disclosures import PanelLine, lay_out


def words(line: PanelLine) -> str:
    return "".join(text for text, *_ in (*line.left, *line.right))


def section(lines: list[PanelLine], heading: str) -> list[str]:
    """The lines from one heading to the next empty line."""
    texts = [words(line) for line in lines]
    start = next(index for index, text in enumerate(texts) if text.startswith(heading))
    end = next((index for index in range(start, len(texts)) if not texts[index]), len(texts))
    return texts[start + 1 : end]


def test_an_empty_ledger_says_nothing_of_everybody() -> None:
    lines = lay_out(Snapshot(at=0), 32)
    for heading in ("Participants", "The meeting's operator", "Relays", "Anyone on the network", "Withheld"):
        assert section(lines, heading) == ["nothing"]
    assert section(lines, "Where bytes went") == ["nowhere"]
    assert not any(line.first for line in lines)


def test_live_facts_come_first_and_say_so_in_words() -> None:
    lines = lay_out(ledger(voice=True), 50)
    first = section(lines, "Participants")[0]
    assert first.startswith("● voice is live")
    assert first.endswith("live 1 min")


def test_what_was_told_earlier_but_is_not_live_says_how_long_ago() -> None:
    lines = section(lay_out(ledger(), 50), "Participants")
    assert any(line.startswith("○ picture is live") and line.endswith("ago") for line in lines)


def test_what_is_no_longer_so_comes_last_and_states_are_always_told() -> None:
    before = entry(Fact.MICROPHONE, "muted", Audience.PARTICIPANTS, 60, live=False)
    now = entry(Fact.MICROPHONE, "live", Audience.PARTICIPANTS, 5)
    snapshot = Snapshot(at=252.0, entries=(before, now))
    assert section(lay_out(snapshot, 50), "Participants") == [
        "· microphone state  live5 s",
        "○ microphone state  muted2 s ago",
    ]


def test_a_value_stands_beside_its_fact_or_under_it() -> None:
    name = entry(Fact.NAME, "Quiet Heron", Audience.PARTICIPANTS, 10)
    snapshot = Snapshot(at=252.0, entries=(name,))
    assert section(lay_out(snapshot, 50), "Participants") == ["· display name  Quiet Heron10 s"]
    assert section(lay_out(snapshot, 24), "Participants") == ["· display name10 s", "    Quiet Heron"]


def test_how_often_is_told_where_there_is_room() -> None:
    address = entry(Fact.ADDRESS, "", Audience.NETWORK, 10, times=12)
    snapshot = Snapshot(at=252.0, entries=(address,))
    assert section(lay_out(snapshot, 40), "Anyone on the network") == ["· network address×12 · 10 s"]
    assert section(lay_out(snapshot, 24), "Anyone on the network") == ["· network address10 s"]


def test_withheld_things_say_what_was_done_instead() -> None:
    snapshot = Snapshot(at=9.0, withheld=(Withheld("clock", "replaced by a random one", 1.0),))
    assert section(lay_out(snapshot, 50), "Withheld") == ["✓ clock  replaced by a random one"]
    assert section(lay_out(snapshot, 30), "Withheld") == ["✓ clock", "    replaced by a random one"]


def test_bytes_are_added_up_by_destination_and_told_by_kind() -> None:
    lines = section(lay_out(ledger(), 50), "Where bytes went")
    assert lines[0] == "→ 198.51.100.23:502101.4 MB"
    assert lines[1].strip() == "RTP 1.4 MB · RTCP 18 kB · STUN 4.4 kB"
    assert lines[2] == "→ 203.0.113.9:44320 kB"


def test_refused_tries_stand_at_the_top_and_only_when_there_are_any() -> None:
    assert words(lay_out(ledger(refused=True), 40)[0]) == "! 2 tries were refused"
    assert "refused" not in " ".join(words(line) for line in lay_out(ledger(), 40))


@given(
    st.integers(8, 80),
    st.lists(
        st.tuples(st.sampled_from(Fact), st.text(max_size=80), st.sampled_from(Audience), st.booleans()), max_size=8
    ),
    st.lists(st.tuples(st.text(min_size=1, max_size=60), st.integers(0, 10**12)), max_size=4),
)
def test_whatever_the_ledger_holds_every_line_is_one_line(width, entries, traffic) -> None:
    snapshot = Snapshot(
        at=300.0,
        entries=tuple(entry(fact, value, who, 9, times=7, live=live) for fact, value, who, live in entries),
        traffic=tuple(Traffic(where, "RTP", 1, count) for where, count in traffic),
    )
    for line in lay_out(snapshot, width):
        text = words(line)
        assert "\n" not in text
        if width >= 30:
            assert cell_len(text) <= width
