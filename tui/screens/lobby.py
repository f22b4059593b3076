"""The lobby: where to go, as whom, and by which devices, with what joining would tell beside it.

It contacts nobody. Nothing is open but what a person tries, and that is closed when the lobby is left.
"""

from __future__ import annotations

from typing import cast, get_args

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.actions import bindings, taken
from tui.screens.lobby_asks import Asks
from tui.screens.lobby_form import DEVICES, Form
from tui.screens.lobby_look import Choosable, Given, Kind, LobbyDesk, LobbyLook, Tried
from tui.screens.lobby_parts import Banner, Field, Hints, Viewfinder
from tui.screens.lobby_words import foretold, heading, hints
from tui.widgets.page import Page
from tui.widgets.pane import Pane

WIDE, HUGE = 110, 170
"""Columns from which on what joining would tell stands beside the settings, and from which on there is air."""
MIDDLE, TALL = 28, 34
"""Rows from which on there is some air, and more."""


class LobbyScreen(Screen[None]):
    """The settings at the left, what they would tell at the right, or in their place where there is no room."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide"), (HUGE, "-huge")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (MIDDLE, "-middle"), (TALL, "-tall")]
    BINDINGS = [
        *bindings(frozenset({"suspend"})),
        *(taken(id, f"want('{id}')") for id in ("lobby-join", "draw", "keep", "reveal", "start-muted", "start-camera")),
        taken("preview", "preview"),
        taken("help", "help"),
        taken("lobby-leave", "leave", priority=True),
        # Before the line that is typed in gets its next key: what follows is meant for the next line.
        taken("down", "move(1)", priority=True),
        taken("up", "move(-1)", priority=True),
    ]
    AUTO_FOCUS = "#link"

    class Answered(Message):
        """The lobby is done; None: leave."""

        def __init__(self, kind: Kind | None) -> None:
            self.kind = kind
            super().__init__()

    def __init__(self, desk: LobbyDesk) -> None:
        super().__init__()
        self._desk = desk
        self._look = desk.look
        self._laid_out = False
        self._asks = Asks(self, desk)
        self._deciding = False
        self._was_in: Widget | None = None  # before what joining would tell took the place of the settings
        self._page = Page(id="told")

    def compose(self) -> ComposeResult:
        """What is open; the settings; what they would tell; keys."""
        yield Banner(id="banner")
        with Horizontal(id="body"):
            yield Form(self._desk, id="form")
            with Vertical(id="side"):
                yield Viewfinder(self._desk.devices.picture, id="camera-picture")
                yield Pane("What joining would tell", self._page, id="told-pane")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Show what is known."""
        self._laid_out = True
        self.show(self._desk.look)

    # What it is told

    def show(self, look: LobbyLook) -> None:
        """The lobby as it is now."""
        self._look = look
        if not self._laid_out or self.app.return_value is not None:
            return  # there is nothing yet to show it in, or it is being taken down
        open = tuple(kind for kind in DEVICES if getattr(look, kind).open)
        self.query_one(Banner).say(open)
        self._form.show(look)
        self._form.explain(self._here)
        self.query_one(Viewfinder).display = look.camera.open
        self._page.show(list(foretold(look)))
        self.query_one("#told-pane", Pane).say(*heading(look))

    def show_picture(self) -> None:
        """The camera has another picture."""
        self.query_one(Viewfinder).refresh()

    # What a person does

    def on_input_changed(self, event: Input.Changed) -> None:
        """A line of text is another."""
        if event.value != event.input.value:
            return  # it is yet another by now
        if event.input.id == "link":
            self._desk.set_link(event.value)
            self._aim()
        elif event.input.id in get_args(Given):
            self._desk.give(cast(Given, event.input.id), event.value)
        else:
            self._desk.set_alias(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the link, and in what the room asks for, joins; in the alias it goes on."""
        event.stop()
        if event.input.id != "alias" and event.value.strip():
            self._decide("join")
        else:
            self.focus_next()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The keyboard is in another line."""
        self._hint()
        self._form.explain(self._here)
        self._aim()

    @property
    def _form(self) -> Form:
        return self.query_one("#form", Form)

    @property
    def _here(self) -> str:
        """The line where the keyboard is."""
        return (self.focused.id if self.focused is not None else "") or ""

    def _hint(self) -> None:
        shown = hints(self._here, beside=self._beside, previewing=self.has_class("previewing"))
        self.query_one(Hints).say(shown)

    def _aim(self) -> None:
        if self._here != "told":  # to look at it is not to mean something else
            self._desk.aim(cast(Kind, self._here) if self._here in ("host", "demo") else "join")

    def on_field_act(self, message: Field.Act) -> None:
        """Something of a line was asked for."""
        field, act = message.field, message.act
        if field in get_args(Kind):
            if act == "choose":
                self._decide(cast(Kind, field))
        elif field in ("talk", "addresses"):
            self._desk.step(cast(Choosable, field), -1 if act == "less" else 1)
        elif field == "recent":
            self._asks.recent(self._form.take)
        elif act == "try":
            self.run_worker(self._desk.devices.try_out(cast(Tried, field)), name=f"try {field}")
            if field == "camera" and not self._look.camera.open and not self._beside:
                self.action_preview()  # where its picture is
        elif act == "choose":
            self.run_worker(self._asks.device(cast(Tried, field)), name=f"choose {field}")

    def on_hints_clicked(self, message: Hints.Clicked) -> None:
        """A hint was clicked: the same as its key."""
        match message.action:
            case "preview":
                self.action_preview()
            case "help":
                self.action_help()
            case "lobby-leave":
                self.action_leave()
            case "lobby-choose" | "lobby-more" | "lobby-less" | "try" as id:
                if isinstance(self.focused, Field):
                    self.focused.action_act(id.removeprefix("lobby-"))
                elif self._here in ("link", *get_args(Given)):
                    self._decide("join")
            case id:
                self.action_want(id)

    def action_want(self, id: str) -> None:
        """Do one of the things that work in every line."""
        match id:
            case "lobby-join":
                self._decide("join")
            case "draw":
                self._desk.draw()
            case "keep" if self._here in get_args(Given):
                self._desk.toggle_keep_given()
            case "keep":
                self._desk.toggle_keep()
            case "reveal":
                self._form.reveal()
            case "start-muted":
                self._desk.toggle_muted()
            case "start-camera":
                self._desk.toggle_seen()

    def action_move(self, by: int) -> None:
        """Go to another line; what joining would tell is scrolled."""
        if self.focused is self._page:
            self._page.action_cursor(by)
        elif by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_preview(self) -> None:
        """Show what joining would tell in place of the settings, or them again, where there is room for one."""
        if self._beside:
            self._page.focus()
            return
        self.toggle_class("previewing")
        if self.has_class("previewing"):
            self._was_in = self.focused
            self._page.focus()
        elif self._was_in is not None:
            self._was_in.focus()
        self._hint()

    def action_help(self) -> None:
        """Show all keys."""
        self._asks.help()

    def action_leave(self) -> None:
        """Go back from what joining would tell; else leave without a choice."""
        if self.has_class("previewing"):
            self.action_preview()
        else:
            self.post_message(self.Answered(None))

    @property
    def _beside(self) -> bool:
        return self.size.width >= WIDE

    def on_resize(self, event: events.Resize) -> None:
        """There may be room for both now."""
        if event.size.width >= WIDE:
            self.remove_class("previewing")
        self._hint()

    def on_viewfinder_sized(self, message: Viewfinder.Sized) -> None:
        """The camera's picture is wanted at another size."""
        self._desk.devices.set_size(message.columns, message.rows)

    def _decide(self, kind: Kind) -> None:
        look = self._look
        shown = self._beside or self.has_class("previewing")
        current = shown and look.aim == kind and look.foretold is not None and not look.looking
        if not self._deciding:
            self._deciding = True
            self.run_worker(self._decided(kind, current), name="decide")

    async def _decided(self, kind: Kind, current: bool) -> None:
        try:
            refusal = await self._desk.decide(kind, previewed=current)
        finally:
            self._deciding = False
        if not refusal:
            self.post_message(self.Answered(kind))
            return
        if self.has_class("previewing"):
            self.action_preview()
        self.query_one("#alias" if self._desk.look.persona.trouble else "#link").focus()
        if refusal not in (self._look.link.trouble, self._desk.look.persona.trouble):  # those stand there already
            self._form.explain(self._here, refusal)
