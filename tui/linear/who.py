"""Who is meant by what was typed: a name, a part of one, or `#` and the number of the list. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from privacy.text import folded
from tui.model import Person

MOST_WORDS = 12
"""Words that a name may have where a text follows it."""


def find(people: Sequence[Person], typed: str) -> list[Person]:
    """Everybody but oneself who may be meant, the best kind of match alone.

    A whole name comes before the beginning of one, and that before the beginning of a word in it. Names that look alike
    are the same here, so that of two who could be taken for each other neither is meant by a name alone.
    """
    typed = typed.strip().strip('"')
    if number := re.fullmatch(r"#(\d{1,9})", typed):
        return [person for person in people if not person.me and person.order == int(number[1])]
    sought = looks(typed)
    if not sought:
        return []
    others = [(person, looks(person.name)) for person in people if not person.me]
    kinds: tuple[Callable[[str], bool], ...] = (
        lambda name: name == sought,
        lambda name: name.startswith(sought),
        lambda name: any(word.startswith(sought) for word in name.split()),
    )
    for fits in kinds:
        if found := [person for person, name in others if fits(name)]:
            return found
    return []


def split(people: Sequence[Person], typed: str) -> tuple[list[Person], str]:
    """Who is meant at the beginning of a line, and the text after it.

    A colon ends the name. Without one, the name is as many words as still fit somebody.
    """
    head, colon, tail = typed.partition(":")
    if colon and (found := find(people, head)):
        return found, tail.strip()
    words = typed.split()
    for count in range(min(len(words), MOST_WORDS), 0, -1):
        if found := find(people, " ".join(words[:count])):
            return found, typed.split(None, count)[count] if len(words) > count else ""
    return [], typed


def looks(name: str) -> str:
    """A name as it looks to an eye in a hurry."""
    return " ".join(folded(name)[0].split())
