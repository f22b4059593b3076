"""The panes of a meeting in their places: which are shown, how large, and in whose turn (`layout` says where)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.widget import Widget

from tui.actions import actions_of
from tui.widgets.divider import Divider
from tui.widgets.layout import (
    LEAST_HEIGHT,
    LEAST_WIDTH,
    PANEL,
    PANES,
    Plan,
    Sizes,
    panel_of,
    plan,
    toggled,
    under_of,
    under_stage,
)
from tui.widgets.pane import Pane
from tui.widgets.words import Words

WIDER, HIGHER = 4, 2
"""Columns and rows by which a step makes a pane larger or smaller."""


class _Places(Layout):
    """Puts widgets where a plan for the size at hand says."""

    name = "places"

    def __init__(self, names: Mapping[Widget, str], planned: Callable[[int, int], Plan]) -> None:
        self._names = names
        self._planned = planned

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """A place for each child that the plan shows."""
        parent.pre_layout(self)
        places = self._planned(size.width, size.height).places
        found = []
        for child in children:
            if (place := places.get(self._names[child])) is not None:
                region = Region(place.x, place.y, place.width, place.height)
                found.append(WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child))
        return found


class Room(Container):
    """Four panes between the status and the line of keys. What is wanted is kept for as long as the room lasts."""

    DEFAULT_CSS = """
    Room { width: 100%; height: 100%; overflow: hidden; }
    Room .hidden { display: none; }
    """

    class Arranged(Message):
        """Panes came, went or moved."""

    def __init__(
        self, panes: Mapping[str, Pane], status: Widget, alert: Widget, keys: Widget, *, id: str | None = None
    ) -> None:
        """`panes` by the names in `layout`; `alert` is there while `warn` says so."""
        self._panes = panes
        self._wanted: tuple[str, ...] = PANES  # the one that was asked for last is the first
        self._sizes = Sizes()
        self._warned = False
        self._words = Words(id="words")
        self._divider = Divider(id="divider")
        others = {"words": self._words, "divider": self._divider, "keys": keys}
        self._named: Mapping[str, Widget] = {"status": status, "alert": alert, **panes, **others}
        super().__init__(id=id)
        self._places = _Places({widget: name for name, widget in self._named.items()}, self._plan)

    def compose(self) -> ComposeResult:
        """Everything there is a place for."""
        yield from self._named.values()

    @property
    def layout(self) -> Layout:
        """Where the widgets go. (A style could name only the layouts that Textual comes with.)"""
        return self._places

    def shows(self, pane: str) -> bool:
        """Whether a pane can be seen."""
        return self._now.shows(pane)

    def pane_with(self, widget: Widget | None) -> str:
        """The name of the pane that a widget is in; empty when in none."""
        inside = widget.ancestors_with_self if widget is not None else ()
        return next((name for name, pane in self._panes.items() if pane in inside), "")

    # What is asked for

    def toggle(self, pane: str) -> None:
        """Show a pane, or hide it. One that stands behind another comes to the front; they are hidden together."""
        self._want(toggled(self._wanted, pane, self._now))

    def show(self, pane: str) -> None:
        """Show a pane, and bring it to the front."""
        if not self.shows(pane):
            self._want((pane, *(one for one in self._wanted if one != pane)))

    def warn(self, *, on: bool) -> None:
        """Make room for a warning, or take it back."""
        if on != self._warned:
            self._warned = on
            self._arrange()

    def enlarge(self, *, wider: int = 0, lower: int = 0) -> bool:
        """Make the panel wider, or the stage lower, by so many steps (narrower and higher where negative).

        Returns whether the panes stand so that this can be done.
        """
        now, under = self._now, under_stage(self._now)
        sizes = None
        if wider and "divider" in now.places:
            sizes = panel_of(now.places[PANEL].width + wider * WIDER, self._sizes, now)
        elif lower and under is not None:
            sizes = under_of(under.height + lower * HIGHER, self._sizes, now)
        return self._use(sizes)

    def usual_sizes(self) -> None:
        """Every pane as large as it is at first."""
        self._use(Sizes())

    def on_divider_moved(self, message: Divider.Moved) -> None:
        """The mouse draws the panel wider or narrower."""
        message.stop()
        self._use(panel_of(self.app.size.width - 1 - message.column, self._sizes, self._now))

    def on_pane_drawn(self, message: Pane.Drawn) -> None:
        """The mouse draws what is under the stage higher or lower, by a heading."""
        message.stop()
        under = under_stage(self._now)
        if under is not None:
            self._use(under_of(under.y + under.height - message.row, self._sizes, self._now))

    # Where it goes

    def on_mount(self) -> None:
        """Show what there is room for."""
        self._arrange()

    def on_resize(self, event: events.Resize) -> None:
        """Another size may have room for more panes, or for fewer."""
        self._arrange()

    def _plan(self, width: int, height: int) -> Plan:
        return plan(width, height, self._wanted, self._sizes, alert=self._warned)

    @property
    def _now(self) -> Plan:
        return self._plan(*self.app.size)

    def _want(self, panes: tuple[str, ...]) -> None:
        self._wanted = panes
        self._arrange()

    def _use(self, sizes: Sizes | None) -> bool:
        if sizes is not None and sizes != self._sizes:
            self._sizes = sizes
            self._arrange()
        return sizes is not None

    def _arrange(self) -> None:
        """Show and hide what the plan shows and does not, and have it laid out."""
        now, actions = self._now, actions_of(self)
        for name, widget in self._named.items():
            widget.set_class(name not in now.places, "hidden")
        for name, pane in self._panes.items():
            pane.aside(tuple((key, one) for one in now.behind.get(name, ()) if (key := actions.key(one))))
        if now.why == "small":
            least = f"{LEAST_WIDTH} columns and {LEAST_HEIGHT} rows"
            self._words.say(f"This window is too small\nYou are in the meeting; to see it, make room for {least}.")
        elif now.why:
            keys = " · ".join(f"{key} {pane}" for pane in PANES if (key := actions.key(pane)))
            self._words.say(f"Everything is hidden\n{keys}")
        self._divider.refresh(layout=True)  # of a child: that is when Textual forgets where the children were
        self.post_message(self.Arranged())
