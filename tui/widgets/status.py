"""The status: am I audible, am I visible, who can see what, is anybody recording. Always on the screen."""

from __future__ import annotations

from rich.cells import cell_len
from textual.strip import Strip
from textual.widget import Widget

from tui.model import Meeting
from tui.widgets import signs
from tui.widgets.palette import palette_of
from tui.widgets.text import Piece, Row

MICROPHONE = {
    "live": ("live", f" {signs.LIVE} LIVE – others hear you "),
    "muted": ("safe", f" {signs.MUTED} MUTED – nothing is sent "),
    "off": ("safe", f" {signs.MUTED} MICROPHONE OFF – nothing is sent "),
    "none": ("safe", f" {signs.MUTED} NO MICROPHONE – nothing is sent "),
}
"""What is said about the microphone, and whether its block is live or safe."""

CAMERA = {
    "live": ("live", f" {signs.LIVE} CAMERA LIVE – others see you "),
    "off": ("safe", f" {signs.MUTED} CAMERA OFF "),
    "none": ("safe", f" {signs.MUTED} NO CAMERA "),
}
"""The same about the camera."""

PHASES = {"connecting": "connecting …", "recovering": "lost the meeting, coming back …", "ended": "the meeting is over"}


_ALL = ("participants", "operator", "network")


def recording(known: bool | None) -> tuple[str, str]:
    """What is said about recording, and the role of its colour."""
    if known is None:
        return "recording unknown", "muted"
    return (f"{signs.LIVE} BEING RECORDED", "live") if known else ("not recorded", "muted")


def _shorter(seen_by: str) -> str:
    """A list of audiences in fewer words."""
    if all(who in seen_by for who in _ALL):
        return "everybody"
    return seen_by.replace(" and ", ", ").replace(", the ", ", ").removeprefix("the ")


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
            meeting.microphone,
            meeting.camera,
            meeting.microphone_name,
            meeting.camera_name,
            meeting.encryption,
            meeting.recording,
            meeting.address_seen_by,
            meeting.quality,
            meeting.phase,
            [(person.name, person.colour) for person in meeting.people[:1]],
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
        palette = palette_of(self)
        role, words = MICROPHONE.get(meeting.microphone, MICROPHONE["off"])
        row.put(words, palette.block(role) if role == "live" else palette.style(role, "surface", bold=True))
        row.put(" ")
        role, words = CAMERA.get(meeting.camera, CAMERA["off"])
        if len(words) > row.room - 18:
            words = words.replace(" – others see you", "")
        row.put(words, palette.block(role) if role == "live" else palette.style(role, "surface", bold=True))
        if meeting.people and meeting.people[0].me:
            me = meeting.people[0]
            name = palette.persona(me.colour, "panel", bold=True)
            if len(me.name) + 11 <= row.room:
                row.keep(("you are ", palette.style("muted", "panel")), (f"{me.name} ", name))
            else:
                row.keep((f" {me.name} ", name))
        sources = [name for name in (meeting.microphone_name, meeting.camera_name) if name]
        if sources and len(text := "  " + " · ".join(sources)) < row.room:
            row.put(text, palette.style("muted", "panel"))
        return row.strip()

    def _known(self, row: Row, meeting: Meeting) -> Strip:
        palette = palette_of(self)
        muted = palette.style("muted", "panel")
        if phase := PHASES.get(meeting.phase):
            return row.put(f" {phase}", palette.style("warning", "panel", bold=True)).strip()
        words, role = recording(meeting.recording)
        pieces: list[Piece] = [(words, palette.style(role, "panel", bold=role == "live"))]
        if meeting.encryption:
            bad = signs.encryption(meeting.encryption) in (signs.OPEN, signs.TO_SERVER)
            text = f"{signs.encryption(meeting.encryption)} {meeting.encryption}"
            pieces.insert(0, (text, palette.style("warning" if bad else "text", "panel")))
        seen_by = meeting.address_seen_by or "nobody yet"
        room = row.width - sum(cell_len(text) + 3 for text, _ in pieces) - 1
        full, short = f"your address is seen by {seen_by}", f"address: {_shorter(seen_by)}"
        pieces.append((full if cell_len(full) <= room else short, muted))
        for number, (text, style) in enumerate(pieces):
            row.put(" │ " if number else " ", palette.style("border", "panel"))
            row.put(text, style)
        if meeting.quality and cell_len(meeting.quality) + 4 <= row.room:
            row.put(" │ ", palette.style("border", "panel")).put(meeting.quality, muted)
        return row.strip()
