"""Beside the settings of the lobby, or in their place: what joining would tell, and what the camera sees.

Loaded after the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.model import CellPicture
from tui.screens.before import told
from tui.screens.lobby_look import LobbyLook
from tui.widgets.grid import Box
from tui.widgets.page import Block, Page, Sentence
from tui.widgets.palette import palette_of
from tui.widgets.parts import Parts
from tui.widgets.text import Row


class Told(Page):
    """What joining would tell."""

    def tell(self, look: LobbyLook) -> None:
        """The lobby as it is now."""
        self.show(list(foretold(look)))


def foretold(look: LobbyLook) -> Iterator[Block]:
    """What it would tell, as a page."""
    for tie in look.persona.ties:
        yield Sentence(f"! {tie}", "warning")
    if look.persona.ties:
        yield Sentence()
    if look.aim == "demo":
        yield Sentence("Nothing leaves this machine: all participants are made by incog, on 127.0.0.1.", "muted")
    elif look.foretold is not None:
        yield from told(look.foretold)
    elif not look.link.usable and look.aim == "join":
        yield Sentence("Once there is a link, this says who would learn what about you, for each audience.", "muted")
        yield Sentence()
        yield Sentence("It is found out on this machine, by playing the meeting through in memory.", "muted")
    elif look.notice and not look.looking:
        yield Sentence("This cannot be told with these settings: why stands beside them.", "muted")


class Viewfinder(Widget):
    """What the camera sees."""

    DEFAULT_CSS = """
    Viewfinder { height: 12; background: $incog-background; }
    """

    class Sized(Message):
        """The picture is wanted at another size."""

        def __init__(self, columns: int, rows: int) -> None:
            self.columns, self.rows = columns, rows
            super().__init__()

    def __init__(self, picture: Callable[[], CellPicture | None], *, id: str) -> None:
        super().__init__(id=id)
        self._picture = picture

    def on_resize(self, event: events.Resize) -> None:
        """Tell how large it can be."""
        columns = min(event.size.width, event.size.height * 32 // 9)
        self.post_message(self.Sized(columns, max(1, round(columns * 9 / 32)) if columns else 0))

    def render_line(self, y: int) -> Strip:
        """One row of the picture."""
        width, height = self.size
        ground = palette_of(self).style("muted", "background")
        picture = self._picture()
        if picture is None:
            words = "the camera wakes up …" if y == height // 2 else ""
            return Row(width, ground).column((width - len(words)) // 2).put(words).strip()
        parts = Parts(width, ground)
        parts.picture(picture, y, Box(0, 0, width, height))
        return parts.plain(ground) if self.app.no_color else parts.ready()
