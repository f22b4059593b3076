"""The status: everything a person must know at one look, in two lines. Always on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.strip import Strip
from textual.widget import Widget

from tui.actions import actions_of
from tui.model import Meeting
from tui.widgets import answers
from tui.widgets.palette import palette_of
from tui.widgets.text import Row, fit

Question = Callable[[Meeting], answers.Answer | None]

PHASES = {"connecting": "connecting …", "recovering": "lost the meeting, coming back …", "ended": "the meeting is over"}

LEAVING: Mapping[str, Question] = {"sound": answers.audible, "picture": answers.visible, "name": answers.named}
"""What the first line tells."""

KNOWN: Mapping[str, Question] = {
    "encryption": answers.encryption,
    "locked": answers.locked,
    "recording": answers.recording,
    "address": answers.address,
    "link": answers.link,
}
"""What the second line tells, from left to right."""

SHORTEN_LEAVING = ("name", "picture", "name", "name", "sound", "picture", "name", "name")
SHORTEN_KNOWN: tuple[str, ...] = (
    *("address", "link", "locked", "link", "recording", "encryption", "address"),
    *("recording", "encryption") * 2,
)
"""What is told shorter where there is no room, in this order."""
EXPLAINED = 4
"""Forms of an encryption that is explained in its longest one, which then goes before others are cut to a word."""


class Status(Widget):
    """Two lines: what leaves, and who gets it."""

    DEFAULT_CSS = """
    Status { height: 2; background: $incog-panel; dock: top; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[object, ...] = ()
        self._meeting: Meeting | None = None

    def show_meeting(self, meeting: Meeting) -> None:
        """The meeting as it is now; draws only when something that is told here changed."""
        shown = (
            *(question(meeting) for question in (*LEAVING.values(), *KNOWN.values())),
            (meeting.microphone_name, meeting.camera_name, meeting.phase),
            [person.colour for person in meeting.people[:1]],
        )
        self._meeting = meeting
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of the two lines."""
        row = Row(self.size.width, palette_of(self).style("text", "panel"))
        if self._meeting is None:
            return row.strip()
        return (self._leaving if y == 0 else self._known)(row, self._meeting)

    def _leaving(self, row: Row, meeting: Meeting) -> Strip:
        palette, actions = palette_of(self), actions_of(self)
        key = actions.key("talk") if "talk" in actions.by_id else ""
        told = {"sound": answers.audible(meeting, key), "picture": answers.visible(meeting)}
        texts = answers.fitted({**told, "name": answers.named(meeting)}, SHORTEN_LEAVING, row.width - 4, 3)
        for what, answer in told.items():
            filled = palette.block(answer.role) if answer.filled else palette.style(answer.role, "surface", bold=True)
            row.put(f" {texts[what]} ", filled).put(" ")
        if name := texts["name"]:
            you, alias = ("you are ", name[8:]) if name.startswith("you are ") else ("", name)
            if alias.endswith("…"):
                alias = fit(meeting.people[0].name, row.room - 1)
            colour = palette.persona(meeting.people[0].colour, "panel", bold=True)
            row.keep((you, palette.style("muted", "panel")), (f"{alias} ", colour))
        sources = [source for source in (meeting.microphone_name, meeting.camera_name) if source]
        if sources and len(text := " " + " · ".join(sources)) < row.room:
            row.put(text, palette.style("muted", "panel"))
        return row.strip()

    def _known(self, row: Row, meeting: Meeting) -> Strip:
        palette = palette_of(self)
        if phase := PHASES.get(meeting.phase):
            return row.put(f" {phase}", palette.style("warning", "panel", bold=True)).strip()
        asked = {name: question(meeting) for name, question in KNOWN.items()}
        told = {name: answer for name, answer in asked.items() if answer is not None}
        order = SHORTEN_KNOWN
        if "encryption" in told and len(told["encryption"].forms) >= EXPLAINED:
            order = (*order[:4], "encryption", *order[4:])
        texts = answers.fitted(told, order, row.width - 1, 3)
        for number, (name, answer) in enumerate(told.items()):
            row.put(" │ " if number else " ", palette.style("border", "panel"))
            row.put(texts[name], palette.style(answer.role, "panel", bold=answer.role == "live"))
        return row.strip()
