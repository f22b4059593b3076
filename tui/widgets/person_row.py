"""One person as a line of the list: loudness and name at the left, states and warnings at the right."""

from __future__ import annotations

from rich.cells import cell_len
from textual.strip import Strip

from tui.model import Person
from tui.widgets import signs
from tui.widgets.palette import Palette
from tui.widgets.text import Row

WIDE = 56
"""From this width on the states are told in words as well."""


def draw_person(person: Person, width: int, palette: Palette, *, chosen: bool, focused: bool) -> Strip:
    """The line, exactly `width` cells; `chosen`: the cursor is on it, `focused`: the keyboard is in the list."""
    ground = "panel" if chosen else "surface"
    row = Row(width, palette.style("text", ground))
    _states(row, person, palette, ground)
    _troubles(row, person, palette, ground)
    row.keep((" ", None))
    row.put("▌" if chosen else " ", palette.style("accent" if focused else "border", ground))
    row.put(f"{signs.voice(person)} ", palette.style("speaking", ground))
    name = person.name
    if person.me and cell_len(name) + 6 <= row.room:
        name += " (you)"
    warning = palette.style("warning", ground, bold=True)
    for sign, words in _warnings(person):
        if cell_len(name) + len(words) + 6 <= row.room:
            row.keep((f" {sign} {words} ", warning))
        else:
            row.put(f"{sign} ", warning)
    row.put(name, palette.persona(person.colour, ground, bold=person.speaking or chosen))
    return row.strip()


def _warnings(person: Person) -> list[tuple[str, str]]:
    found = []
    if person.mark:
        found.append(("!", person.mark))
    if person.kind:
        found.append((signs.kind(person.kind), kind_words(person)))
    return found


def kind_words(person: Person) -> str:
    """What somebody is who is no person, and how that is known."""
    return person.kind if person.kind_told or not person.kind else f"{person.kind} by name"


def _states(row: Row, person: Person, palette: Palette, ground: str) -> None:
    """Encryption, picture, sound, hand and volume, from the right end on."""
    wide = row.width >= WIDE
    muted, text = palette.style("muted", ground), palette.style("text", ground)
    warning = palette.style("warning", ground)
    ladder = signs.encryption(person.encryption)
    row.keep((f"{ladder} ", warning if signs.weak(ladder) else muted))
    sign, word = _picture(person)
    styles = {"camera": text, "screen": text, "unseen": warning}
    row.keep((f"{word:7}" if wide else f"{sign} ", styles.get(word, muted)))
    sign, word = _sound(person)
    styles = {"live": text, "none": warning}
    row.keep((f"{sign} {word:5} " if wide else f"{sign} ", styles.get(word, muted)))
    if person.hand:
        hand = f"{signs.HAND}{' hand ' if wide else ''}{person.hand_order or ''}"
        row.keep((f"{hand.rstrip()}  " if wide else f"{hand} ", palette.style("warning", ground, bold=True)))
    if person.volume != 100:
        row.keep((f" {person.volume} % ", muted))


def _picture(person: Person) -> tuple[str, str]:
    if not (person.camera or person.presenting):
        return signs.UNSEEN, ""
    if person.hidden:
        return signs.HIDDEN, "hidden"
    if person.unseen:
        return signs.UNSHOWN, "unseen"
    return (signs.SCREEN, "screen") if person.presenting else (signs.SEEN, "camera")


def _sound(person: Person) -> tuple[str, str]:
    if person.hushed:
        return signs.HUSHED, "quiet"
    if person.unheard:
        return signs.UNHEARD, "none"
    return (signs.MUTED, "muted") if person.muted else (signs.LIVE, "live")


def _troubles(row: Row, person: Person, palette: Palette, ground: str) -> None:
    """Of the way to them."""
    if link := signs.link(person):
        role = "muted" if person.link == "connecting" else "warning"
        if role == "muted" and cell_len(person.name) + len(link) + 9 > row.room:
            link = "…"
        row.keep((f" {link} ", palette.style(role, ground, bold=role == "warning")))
