"""No state is told by colour alone: what looks different says something different, at every width and length."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from rich.style import Style

from privacy.facts import Audience, Fact, Refusal, Withheld
from privacy.ledger import Snapshot
from tests.tui.fake_meeting import entry, meeting, others
from tests.tui.showcase import SIZES, STATES
from tests.tui.test_screens_snapshots import stored
from themes import load_builtin
from themes.contrast import channels
from tui.model import Meeting, Person
from tui.terminal.colours import named_16, readable_16
from tui.widgets import answers, signs
from tui.widgets.disclosures import lay_out
from tui.widgets.grid import Box
from tui.widgets.palette import Palette
from tui.widgets.parts import Parts
from tui.widgets.person_row import draw_person
from tui.widgets.tile import Tile, draw_tile

PLAIN = Palette(load_builtin()["mono"])
USUAL = replace(others()[0], speaking=False, level=0.0, muted=True, camera=False, encryption="")


def alike(texts: dict[str, str]) -> list[tuple[str, str]]:
    """The pairs of states that say the same."""
    return [(one, other) for one, other in combinations(texts, 2) if texts[one] == texts[other]]


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────

SOUND = {
    "muted": USUAL,
    "live": replace(USUAL, muted=False),
    "speaking": replace(USUAL, muted=False, speaking=True, level=0.6),
    "hushed": replace(USUAL, hushed=True),
    "quieter": replace(USUAL, muted=False, volume=50),
}
PICTURE = {
    "unseen": USUAL,
    "seen": replace(USUAL, camera=True),
    "shares": replace(USUAL, presenting=True),
    "hidden": replace(USUAL, camera=True, hidden=True),
}
ENCRYPTION = {
    label: replace(USUAL, encryption=label)
    for label in ("", "none", "to the server", "end to end, unverified", "end to end, verified")
}
LINK = {link: replace(USUAL, link=link) for link in ("here", "connecting", "silent", "refused")}
OTHERWISE = {
    "nothing": USUAL,
    "hand": replace(USUAL, hand=True),
    "confusable": replace(USUAL, mark="name like yours"),
    "recorder": replace(USUAL, kind="recorder"),
    "bot": replace(USUAL, kind="bot"),
}


@pytest.mark.parametrize("width", [30, 44, 90])
@pytest.mark.parametrize("states", [SOUND, PICTURE, ENCRYPTION, LINK, OTHERWISE])
def test_each_state_of_a_person_reads_differently_in_the_list(states: dict[str, Person], width: int) -> None:
    rows = {name: draw_person(one, width, PLAIN, chosen=False, focused=True).text for name, one in states.items()}
    assert alike(rows) == []


def test_the_chosen_person_has_a_mark() -> None:
    here, elsewhere = (draw_person(USUAL, 40, PLAIN, chosen=chosen, focused=True).text for chosen in (True, False))
    assert here != elsewhere


def tile_of(person: Person, width: int, *, chosen: bool = False) -> str:
    """The words of a tile: the frame at its sides, and its caption."""
    box = Box(1, 1, width, 4)
    lines = []
    for y in range(box.y - 1, box.caption_y + 1):
        parts = Parts(width + 2, Style())
        draw_tile(parts, Tile(person, box, chosen=chosen), y, PLAIN)
        lines.append(parts.plain(Style()).text)
    return "\n".join(lines)


@pytest.mark.parametrize("width", [18, 30, 60])
@pytest.mark.parametrize("states", [SOUND, PICTURE, ENCRYPTION, LINK, OTHERWISE])
def test_each_state_of_a_person_reads_differently_on_a_tile(states: dict[str, Person], width: int) -> None:
    told = {name: person for name, person in states.items() if name not in NOT_ON_TILES}
    if told.keys() >= {"unseen", "seen"}:  # who is seen shows a picture there
        del told["seen"]
    assert alike({name: tile_of(person, width) for name, person in told.items()}) == []
    assert tile_of(USUAL, width) != tile_of(USUAL, width, chosen=True)


NOT_ON_TILES = {"quieter"}
"""Told in the list and when somebody is inspected."""


# ── the status ───────────────────────────────────────────────────────────────────────────────────────────────────


MICROPHONE = ("live", "muted", "off", "none")


def ways(**fields: Sequence[object]) -> list[Meeting]:
    """Meetings that differ in these fields."""
    found = [meeting()]
    for name, values in fields.items():
        found = [replace(one, **{name: value}) for one in found for value in values]  # type: ignore[arg-type] # a test's choice
    return found


@pytest.mark.parametrize(
    ("question", "meetings"),
    [
        (answers.audible, ways(microphone=MICROPHONE, talk=["open", "voice"], talking=[False, True])),
        (answers.visible, ways(camera=["live", "off", "none"], screen=[False, True])),
        (answers.encryption, ways(encryption=[label for label in ENCRYPTION if label])),
        (answers.recording, ways(recording=[True, False, None], may_record=[(), ("Note Taker",)])),
        (answers.address, ways(address_seen_by=["", "the operator", "participants and the operator", "the network"])),
        (answers.link, ways(quality=["link good", "fair: 3 % lost", "poor: 20 % lost"])),
    ],
)
def test_answers_in_other_colours_are_in_other_words_in_every_length(
    question: Callable[[Meeting], answers.Answer | None], meetings: list[Meeting]
) -> None:
    given = {answer for one in meetings if (answer := question(one)) is not None}
    assert len({(answer.role, answer.filled) for answer in given}) > 1 or question is answers.address
    for one, other in combinations(given, 2):
        if (one.role, one.filled) != (other.role, other.filled):
            for length in range(max(len(one.forms), len(other.forms))):
                assert form(one, length) != form(other, length)


def form(answer: answers.Answer, length: int) -> str:
    """The answer in that length, or in its shortest."""
    return answer.forms[min(length, len(answer.forms) - 1)]


# ── the panel ────────────────────────────────────────────────────────────────────────────────────────────────────


def lines_of(snapshot: Snapshot) -> Iterable[tuple[str, str]]:
    """The first words of each line of the panel, and the colours they are in."""
    for line in lay_out(snapshot, 60):
        if line.first or line.left:
            yield "".join(text for text, *_ in line.left), " ".join(role for _, role, _ in line.left)


def test_live_known_past_withheld_and_refused_begin_with_different_signs() -> None:
    everybody = Audience.PARTICIPANTS
    snapshot = Snapshot(
        at=252.0,
        entries=(
            entry(Fact.VOICE, "", everybody, 64),
            entry(Fact.NAME, "Quiet Heron", everybody, 60),
            entry(Fact.PICTURE, "", everybody, 130, live=False),
        ),
        withheld=(Withheld("clock", "replaced", 3.0),),
        refused=(Refusal("telemetry.example.net:443", "look up", 120.0, 2),),
    )
    first = {}
    for words, colours in lines_of(snapshot):
        for what in ("voice", "display name", "picture", "clock", "refused"):
            if what in words:
                first[what] = (words[:1], colours)
    assert len(first) == 5
    assert len({sign for sign, _ in first.values()}) == 5


def test_every_sign_is_in_the_legend_once() -> None:
    legend = [sign for sign, _ in signs.LEGEND]
    assert len(set(legend)) == len(legend)
    assert len({meaning for _, meaning in signs.LEGEND}) == len(legend)


# ── themes ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", ["lobby", "before-joining", "alone", "joining", "ended", "palette"])
def test_mono_draws_nothing_but_greys(state: str, size: str) -> None:
    assert state in STATES
    look = stored(f"{state}-{size}")
    assert look is not None
    drawn = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', look.svgs["mono"]))
    assert len(drawn) > 2
    assert {colour for colour in drawn if len(set(channels(colour))) > 1} == set()


def test_on_a_terminal_of_sixteen_colours_no_two_roles_of_its_theme_are_the_same() -> None:
    spec = load_builtin()["ansi"]
    roles = ("text", "muted", "accent", "live", "safe", "speaking", "warning", "danger")
    for ground in ("background", "surface", "panel"):
        behind = named_16(channels(spec[ground]))
        assert len({readable_16(named_16(channels(spec[role])), behind) for role in roles}) == len(roles)
        assert len({readable_16(named_16(channels(colour)), behind) for colour in spec.personas}) == len(spec.personas)
