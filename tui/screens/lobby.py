"""The lobby: where to go, as whom, and by which devices, with what joining would tell beside it.

It contacts nobody. Nothing is open but what a person tries, and that is closed when the lobby is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.actions import bindings, is_ending, taken
from tui.screens.lobby_asks import Asks
from tui.screens.lobby_form import DEVICES, Form
from tui.screens.lobby_look import Choosable, Given, Kind, LobbyLook, Tried
from tui.screens.lobby_parts import Banner, Field, Hints
from tui.screens.lobby_words import heading, hints
from tui.widgets.pane import Pane

if TYPE_CHECKING:  # loaded after the first paint
    from tui.screens.lobby_deeds import LobbyDesk
    from tui.screens.lobby_side import Told, Viewfinder

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
        self._mounted_before = False
        self._asks = Asks(self, desk)
        self._deciding = False
        self._was_in: Widget | None = None  # before what joining would tell took the place of the settings
        self._side = Pane("What joining would tell", id="side")
        self._told: Told | None = None  # what is in it, since the first paint
        self._viewfinder: Viewfinder | None = None  # since the camera was tried

    def compose(self) -> ComposeResult:
        """What is open; the settings; what they would tell; keys."""
        yield Banner(id="banner")
        yield Form(self._desk, id="form")
        yield self._side
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Show what is known."""
        self._laid_out = True
        self.show(self._desk.look)
        self._hint()
        self.call_after_refresh(self._furnish)

    async def _furnish(self) -> None:
        """What has no place in the first paint."""
        from tui.screens.lobby_side import Told

        await self._form.furnish()
        told = Told(id="told")
        await self._side.mount(told)
        told.tell(self._look)
        self._told = told

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """At first everything has the styles already that it was mounted with."""
        event.refresh_styles, self._mounted_before = self._mounted_before, True

    def fit(self, size: Size) -> None:
        """Begin with the classes for this size. Textual sets them after the first layout, so the panes would jump."""
        for breakpoints, cells in ((self.HORIZONTAL_BREAKPOINTS, size.width), (self.VERTICAL_BREAKPOINTS, size.height)):
            self.add_class(max(one for one in breakpoints if one[0] <= cells)[1], update=False)

    # What it is told

    def show(self, look: LobbyLook) -> None:
        """The lobby as it is now."""
        self._look = look
        if not self._laid_out or is_ending(self):
            return  # there is nothing yet to show it in, or it is being taken down
        open = tuple(kind for kind in DEVICES if getattr(look, kind).open)
        self.query_one(Banner).say(open)
        self._form.show(look)
        self._form.explain(self._here)
        self._find_view(look.camera.open)
        if self._told is not None:
            self._told.tell(look)
        self._side.say(*heading(look))

    def show_picture(self) -> None:
        """The camera has another picture."""
        if self._viewfinder is not None:
            self._viewfinder.refresh()

    def _find_view(self, open: bool) -> None:
        """Show what the camera sees while it is open."""
        if self._viewfinder is not None:
            self._viewfinder.display = open
        elif open:
            from tui.screens.lobby_side import Viewfinder

            self._viewfinder = Viewfinder(self._desk.devices.picture, id="camera-picture")
            self._opening = self._side.mount(self._viewfinder, before=0)

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
        if self._told is not None and self.focused is self._told:
            self._told.action_cursor(by)
        elif by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_preview(self) -> None:
        """Show what joining would tell in place of the settings, or them again, where there is room for one."""
        if self._told is None:
            self.call_after_refresh(self.action_preview)  # behind what brings it
            return
        if self._beside:
            self._told.focus()
            return
        self.toggle_class("previewing")
        if self.has_class("previewing"):
            self._was_in = self.focused
            self._told.focus()
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
        return self.app.size.width >= WIDE  # also before the screen has a size

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
