"""What is hard to see in a theme: text with little contrast, and colours that tell things apart and look alike.

No state is told by colour alone, so a theme that looks alike here is only less helpful; one with little contrast cannot
be read by everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from themes.contrast import AA, ratio
from themes.perception import DEFICIENCIES, distance
from themes.spec import ThemeSpec

APART = 0.15
"""How far apart what others hear and see and what is not sent must look to most people, in OKLab."""

APART_TO_ALL = 0.09
"""And to those who lack one kind of cone."""

PERSONAS_APART = 0.08
"""How far apart any two personas must look."""

_NAMED = 3


def weak_pairs(spec: ThemeSpec, least: float = AA) -> list[tuple[str, str, float]]:
    """The pairs of text and ground below a contrast ratio, the worst first: (word, ground, ratio)."""
    found = ((word, ground, ratio(colour, on)) for word, colour, ground, on in spec.text_pairs())
    return sorted((pair for pair in found if pair[2] < least), key=lambda pair: pair[2])


def blurred_to(spec: ThemeSpec) -> list[str]:
    """To whom live and safe look alike: "" for everybody, else the names of deficiencies."""
    return [
        seen
        for seen in ("", *DEFICIENCIES)
        if distance(spec["live"], spec["safe"], seen) < (APART_TO_ALL if seen else APART)
    ]


def alike_personas(spec: ThemeSpec) -> list[tuple[int, int]]:
    """The pairs of personas whose colours look alike. A theme without colours tells them apart by name alone."""
    if spec.colourless:
        return []
    pairs = combinations(range(len(spec.personas)), 2)
    return [(one, two) for one, two in pairs if distance(spec.personas[one], spec.personas[two]) < PERSONAS_APART]


def advice(spec: ThemeSpec) -> Iterator[str]:
    """At most a sentence for each kind of what is hard to see."""
    if weak := weak_pairs(spec):
        pairs = [f"{word} on {ground} ({share:.1f})" for word, ground, share in weak]
        yield f"hard to read, with less contrast than {AA} to 1: {_some(pairs)}."
    if blurred := blurred_to(spec):
        whom = "" if "" in blurred else f" to people with {_some(blurred)}"
        yield f"colours.live and colours.safe look alike{whom}."
    if alike := alike_personas(spec):
        yield f"personas that look alike, counted from 0: {_some([f'{one} and {two}' for one, two in alike])}."


def _some(words: list[str]) -> str:
    more = len(words) - _NAMED
    return ", ".join(words[:_NAMED]) + (f", and {more} more" if more > 0 else "")
