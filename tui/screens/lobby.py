"""The lobby: where to go, as whom, and by which devices, with what joining would tell beside it.

It contacts nobody. Nothing is open but what a person tries, and that is closed when the lobby is left. Its dialogs are
loaded when they are opened, so that it is there soon.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from typing import Any, cast, get_args

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from tui.actions import DIALOG, LOBBY, MOVE, actions_of, bindings, taken
from tui.model import Device
from tui.screens.lobby_look import (
    ADDRESSES,
    TALK,
    Choosable,
    DeviceLook,
    Kind,
    LinkLook,
    LobbyDesk,
    LobbyLook,
    PersonaLook,
    Tried,
)
from tui.screens.lobby_parts import (
    NEW_LINE,
    Banner,
    Entry,
    Field,
    FieldLook,
    Hints,
    Line,
    LinkEntry,
    Said,
    Viewfinder,
    Words,
)
from tui.widgets import signs
from tui.widgets.page import Block, Page, Sentence
from tui.widgets.palette import palette_of
from tui.widgets.pane import Pane

WIDE, HUGE = 110, 170
"""Columns from which on what joining would tell stands beside the settings, and from which on there is air."""
MIDDLE, TALL = 28, 34
"""Rows from which on there is some air, and more."""

LEVELS = 1 / 12
"""Seconds between two looks at the microphone's loudness, while it is open."""

GO: tuple[tuple[Kind, str, str], ...] = (
    ("join", "Join", "the meeting of the link above"),
    ("host", "Host", "a new meeting, reachable from here alone"),
    ("demo", "Demo", "three made-up participants, here alone"),
)
"""Where one can go, and what it means."""

DEVICES: tuple[Tried, ...] = ("microphone", "speaker", "camera")

_ALWAYS = (("preview", "who learns what"), ("lobby-join", "join"), ("help", "help"), ("lobby-leave", "leave"))
_STEP = (("lobby-more", "next"), ("lobby-less", "before"))
HOSTING = "`incog host --listen ADDRESS` and `incog host --rendezvous URL` open a meeting to other machines."
"""More about hosting."""

_HINTS: dict[str, tuple[Words, ...]] = {
    "link": (("lobby-choose", "join"), ("reveal", "show or mask the secret")),
    "alias": (("draw", "draw another"), ("keep", "keep or wear what is kept")),
    "recent": (("lobby-choose", "choose from them"),),
    "microphone": (("lobby-choose", "choose"), ("try", "try it"), ("start-muted", "muted or heard at first")),
    "speaker": (("lobby-choose", "choose"), ("try", "play a tone")),
    "camera": (("lobby-choose", "choose"), ("try", "try it"), ("start-camera", "off or seen at first")),
    "talk": _STEP,
    "addresses": _STEP,
    **dict.fromkeys(get_args(Kind), (("lobby-choose", "go"),)),
}
"""What the last line names while the keyboard is in a line."""


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
        self._turn = self._look.persona.turn
        self._deciding = False
        self._was_in: Widget | None = None  # before what joining would tell took the place of the settings
        self._meter: Timer | None = None
        self._page = Page(id="told")

    def compose(self) -> ComposeResult:
        """What is open; the settings; what they would tell; keys."""
        yield Banner(id="banner")
        with Horizontal(id="body"):
            lines = VerticalScroll(*self._lines(), id="lines", can_focus=False)
            yield Pane("Where to go, and as whom", lines, id="form")
            with Vertical(id="side"):
                yield Viewfinder(self._desk.devices.picture, id="camera-picture")
                yield Pane("What joining would tell", self._page, id="told-pane")
        yield Hints(id="hints")

    def _lines(self) -> Iterator[Widget]:
        yield Line("Meeting", LinkEntry(self._desk.find, "paste the link you were given", id="link"))
        yield Said(id="about-link")
        yield Field("Recent", id="recent")
        yield Line("Persona", Entry(self._look.persona.alias, "a name to wear", id="alias"))
        yield Said(id="about-alias")
        for device in DEVICES:
            yield Field(device.capitalize(), id=device)
        yield Field("Talk", id="talk")
        yield Field("Addresses", id="addresses")
        yield Said(id="notice")
        for kind, label, meaning in GO:
            yield Field(label, id=kind, look=FieldLook("", meaning), bold=True)

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
        self.query_one("#about-link", Said).say(*about_link(look.link))
        self.query_one("#about-alias", Said).say(*about_persona(look.persona))
        self._explain()
        self._show_alias(look.persona)
        self._show_fields(look)
        self.query_one(Viewfinder).display = look.camera.open
        self._page.show(list(foretold(look)))
        self.query_one("#told-pane", Pane).say(*heading(look))
        self._watch_level(look.microphone.open)

    def notify_style_update(self) -> None:
        """Another theme has other colours for the persona."""
        super().notify_style_update()
        if self._laid_out:
            self._show_alias(self._look.persona)

    def show_picture(self) -> None:
        """The camera has another picture."""
        self.query_one(Viewfinder).refresh()

    def _show_alias(self, persona: PersonaLook) -> None:
        entry = self.query_one("#alias", Entry)
        if persona.turn != self._turn:  # else what stands there is newer, as somebody types
            self._turn = persona.turn
            entry.value = persona.alias
        colour = palette_of(self).persona(persona.colour).color
        entry.styles.color = colour.get_truecolor().hex if colour is not None else None

    def _show_fields(self, look: LobbyLook) -> None:
        recent = self.query_one("#recent", Field)
        recent.display = look.recent is not None
        if look.recent is not None:
            count = len(look.recent.meetings)
            words = f"{count} {'meeting' if count == 1 else 'meetings'}" if count else "none yet"
            recent.show(FieldLook(words, look.recent.note or ("choose one" if count else "")))
        loud = self._desk.devices.heard() if look.microphone.open else None
        first = ("⊘ muted at first", "safe") if look.muted else ("● HEARD AT ONCE", "live")
        self.query_one("#microphone", Field).show(_device(look.microphone, first, loud))
        self.query_one("#speaker", Field).show(_device(look.speaker, ("", "muted")))
        first = ("● SEEN AT ONCE", "live") if look.seen else ("⊘ off at first", "safe")
        self.query_one("#camera", Field).show(_device(look.camera, first))
        self.query_one("#talk", Field).show(FieldLook(look.talk, TALK[look.talk]))
        self.query_one("#addresses", Field).show(FieldLook(look.addresses, ADDRESSES[look.addresses]))

    def _explain(self, refusal: str = "") -> None:
        """Under the settings: what went wrong; else more about the line where the keyboard is."""
        refusal = refusal or self._look.notice
        words = about_field((self.focused.id if self.focused is not None else "") or "", self._look)
        self.query_one("#notice", Said).say((f"! {refusal}", "danger") if refusal else (words, "muted"))

    def _watch_level(self, open: bool) -> None:
        if open and self._meter is None:
            self._meter = self.set_interval(LEVELS, lambda: self._show_fields(self._look))
        elif not open and self._meter is not None:
            self._meter.stop()
            self._meter = None

    # What a person does

    def on_input_changed(self, event: Input.Changed) -> None:
        """A line of text is another."""
        if event.value != event.input.value:
            return  # it is yet another by now
        if event.input.id == "link":
            self._desk.set_link(event.value)
            self._aim()
        else:
            self._desk.set_alias(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the link joins; in the alias it goes on."""
        event.stop()
        if event.input.id == "link" and event.value.strip():
            self._decide("join")
        else:
            self.focus_next()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The keyboard is in another line."""
        self._hint(event.widget)
        self._explain()
        self._aim()

    def _hint(self, widget: Widget | None) -> None:
        own = _HINTS.get((widget.id if widget is not None else None) or "", ())
        always = [hint for hint in _ALWAYS if hint[0] != "preview" or not self._beside]
        if self.has_class("previewing"):
            own, always = (("up down", "scroll"),), [("preview", "back"), *_ALWAYS[1:]]
        self.query_one(Hints).say([*own, *always])

    def _aim(self) -> None:
        here = self.focused.id if self.focused is not None else ""
        self._desk.aim(cast(Kind, here) if here in ("host", "demo") else "join")

    def on_field_act(self, message: Field.Act) -> None:
        """Something of a line was asked for."""
        field, act = message.field, message.act
        if field in get_args(Kind):
            if act == "choose":
                self._decide(cast(Kind, field))
        elif field in ("talk", "addresses"):
            self._desk.step(cast(Choosable, field), -1 if act == "less" else 1)
        elif field == "recent":
            self._open_recent()
        elif act == "try":
            self._try(cast(Tried, field))
        elif act == "choose":
            self._run(self._choose_device(cast(Tried, field)), f"choose {field}")

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
                elif self.focused is not None and self.focused.id == "link":
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
            case "keep":
                self._desk.toggle_keep()
            case "reveal":
                self.query_one("#link", Entry).reveal()
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
        self._hint(self.focused)

    def action_help(self) -> None:
        """Show all keys."""
        from tui.screens.dialogs import Help

        self._opening = self.app.push_screen(Help(actions_of(self), (LOBBY, MOVE, DIALOG)))

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
        self._hint(self.focused)

    def on_viewfinder_sized(self, message: Viewfinder.Sized) -> None:
        """The camera's picture is wanted at another size."""
        self._desk.devices.set_size(message.columns, message.rows)

    # What takes a while

    def _run(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self.run_worker(work, name=name, group=name)

    def _try(self, kind: Tried) -> None:
        self._run(self._desk.devices.try_out(kind), f"try {kind}")
        if kind == "camera" and not self._look.camera.open and not self._beside:
            self.action_preview()  # where its picture is

    async def _choose_device(self, kind: Tried) -> None:
        from tui.screens.choice import Choice
        from tui.widgets.options import Option

        devices = [device for device in await self._desk.devices.list() if device.kind == kind]
        options = [Option(one.name, one.word, "the default" if one.default else "", one.chosen) for one in devices]
        if kind == "speaker":
            silent = Device(kind, "play nothing here", "none", chosen=getattr(self._look, kind).name.startswith("none"))
            devices.append(silent)
            options.append(Option(silent.name, silent.word, chosen=silent.chosen))
        elif not options:
            options.append(Option(f"There is no {kind} here."))
        said = [Sentence("Choosing opens nothing.", "muted"), Sentence()]

        def done(word: str | None) -> None:
            chosen = next((device for device in devices if device.word == word), None)
            if chosen is not None:
                self._run(self._desk.devices.choose(chosen), f"use {kind}")

        self._opening = self.app.push_screen(Choice(kind.capitalize(), options, "use it", said), done)

    def _open_recent(self) -> None:
        from tui.screens.lobby_recent import Recent

        recent = self._look.recent
        if recent is not None and recent.meetings:
            self._opening = self.app.push_screen(Recent(recent.meetings), self._recent_answered)

    def _recent_answered(self, answer: tuple[str, int] | None) -> None:
        match answer:
            case ("take", index):
                self.query_one("#link", Entry).value = self._desk.take_recent(index)
                self.query_one("#link").focus()
            case ("forget", index):
                self._run(self._desk.forget(index), "forget")
            case ("forget-all", _):
                self._run(self._desk.forget(None), "forget")

    def _decide(self, kind: Kind) -> None:
        look = self._look
        shown = self._beside or self.has_class("previewing")
        current = shown and look.aim == kind and look.foretold is not None and not look.looking
        if not self._deciding:
            self._deciding = True
            self._run(self._decided(kind, current), "decide")

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
            self._explain(refusal)


def about_link(link: LinkLook) -> Iterator[Words]:
    """What was recognised, in words."""
    if not link.text:
        yield "The link says where, and lets you in: whoever has it can join.", "muted"
        return
    if link.trouble:
        yield f"! {link.trouble}", "warning"
        yield NEW_LINE, "text"
    if link.server:
        yield f"{link.service or 'no meeting'} · {link.server} ·", "text"
        yield ("TLS" if link.secure else "no TLS"), ("text" if link.secure else "warning")
        yield f"· asks for {link.asks}" if link.asks else "", "text"


def about_persona(persona: PersonaLook) -> Iterator[Words]:
    """Where the persona comes from, whether it stays, and what is wrong with it."""
    if persona.trouble:
        yield f"! {persona.trouble}", "danger"
        return
    yield (
        {"fresh": "fresh, worn by nobody before", "kept": "kept for this meeting", "typed": "typed by you"}[
            persona.origin
        ],
        "muted",
    )
    if persona.keep and persona.origin != "kept":
        instead = f" in place of {persona.kept}" if persona.kept else ""
        yield f"· will be kept for this meeting{instead}", "text"
    if persona.note or persona.ties:
        yield f"! {persona.note or persona.ties[0]}", "warning"


def about_field(field: str, look: LobbyLook) -> str:
    """More about one line, where there is more to say."""
    match field:
        case "microphone" | "camera" if getattr(look, field).open:
            return f"The {field} is open on this machine alone. It is closed when you leave the lobby."
        case "microphone" | "camera":
            return f"The {field} is not open. Trying it sends nothing."
        case "addresses":
            return f"The participants may learn {look.reach or ADDRESSES[look.addresses]}."
        case "recent" if look.recent is not None:
            return look.recent.note
        case "host":
            return HOSTING
        case _:
            return ""


def heading(look: LobbyLook) -> tuple[str, str]:
    """What stands over what would be told, and beside it."""
    title = "What hosting would tell" if look.aim == "host" else "What joining would tell"
    return title, "finding out …" if look.looking else ""


def foretold(look: LobbyLook) -> Iterator[Block]:
    """What it would tell, as a page."""
    for tie in look.persona.ties:
        yield Sentence(f"! {tie}", "warning")
    if look.persona.ties:
        yield Sentence()
    if look.aim == "demo":
        yield Sentence("Nothing leaves this machine: all participants are made by incog, on 127.0.0.1.", "muted")
    elif look.foretold is not None:
        from tui.screens.before import told

        yield from told(look.foretold)
    elif not look.link.usable and look.aim == "join":
        yield Sentence("Once there is a link, this says who would learn what about you, for each audience.", "muted")
        yield Sentence()
        yield Sentence("It is found out on this machine, by playing the meeting through in memory.", "muted")


def _device(device: DeviceLook, first: Words, loud: tuple[float, bool] | None = None) -> FieldLook:
    right: list[Words] = []
    if device.busy:
        right.append((" … ", "muted"))
    if loud is not None:
        level, speaking = loud
        right.append((f" {signs.level(level, 8)} ", "speaking" if speaking else "text"))
    if device.open:
        right.append((" ● " if loud is not None else " ● open ", "live"))
    right.append((f" {first[0]}" if first[0] else "", first[1]))
    return FieldLook(device.name, right=tuple(right))
