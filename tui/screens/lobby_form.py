"""The settings of the lobby: a line for each, and under some of them what it means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from textual.timer import Timer
from textual.widget import Widget

from tui.screens.lobby_look import ADDRESSES, TALK, Given, LobbyLook, PersonaLook, Tried, dotted
from tui.screens.lobby_parts import MAX_TYPED, AliasEntry, Entry, Field, FieldLook, Line, LinkEntry, Said
from tui.screens.lobby_words import (
    GO,
    about_camera,
    about_device,
    about_field,
    about_link,
    about_microphone,
    about_persona,
    about_recent,
)
from tui.widgets.palette import palette_of
from tui.widgets.pane import Pane
from tui.widgets.text import flat

if TYPE_CHECKING:
    from tui.screens.lobby_deeds import LobbyDesk

LEVELS = 1 / 12
"""Seconds between two looks at the microphone's loudness, while it is open."""

GIVEN: tuple[tuple[Given, str, str], ...] = (
    ("pin", "PIN", "where the room has one"),
    ("secret", "Secret", "only to moderate the room"),
    ("token", "Token", "only where you were given one"),
)
"""What a room may ask for, its label, and when it does."""

DEVICES: tuple[Tried, ...] = ("microphone", "speaker", "camera")


class Form(Pane):
    """All lines. What is typed and chosen leaves it as the messages of its lines."""

    def __init__(self, desk: LobbyDesk, *, id: str) -> None:
        self._desk = desk
        self._look = desk.look
        self._turn = self._look.persona.turn
        self._given: dict[Given, Entry] = {}  # the lines for what a room may ask for, since the first paint
        self._given_turn = self._look.given.turn
        self._meter: Timer | None = None
        super().__init__("Where to go, and as whom", *self._lines(), id=id)

    def _lines(self) -> Iterator[Widget]:
        yield Line("Meeting", LinkEntry(self._desk.find, "paste the link you were given", id="link"))
        yield Said(id="about-link")
        yield Field("Recent", id="recent")
        yield Line("Persona", AliasEntry(self._look.persona.alias, "a name to wear", id="alias"))
        yield Said(id="about-alias")
        for device in DEVICES:
            yield Field(device.capitalize(), id=device)
        yield Field("Talk", id="talk")
        yield Field("Addresses", id="addresses")
        yield Said(id="notice")
        for kind, label, meaning in GO:
            yield Field(label, id=kind, look=FieldLook("", meaning), bold=True)

    async def furnish(self) -> None:
        """Have the lines for what a room may ask for, which are not shown before there is a room."""
        given = {name: Entry("", hint, id=name, mask=dotted) for name, _, hint in GIVEN}
        lines = [Line(label, given[name]) for name, label, _ in GIVEN]
        for line in lines:
            line.display = False
        await self.mount(*lines, after="#about-link")
        if self.query_one("#link", Entry).revealed:
            for entry in given.values():
                entry.reveal()
        self._given, self._given_turn = given, -1
        self._show_given(self._look)

    def show(self, look: LobbyLook) -> None:
        """The lobby as it is now."""
        self._look = look
        self.query_one("#about-link", Said).say(*about_link(look.link))
        self.query_one("#about-alias", Said).say(*about_persona(look.persona))
        self._show_alias(look.persona)
        self._show_given(look)
        self._show_fields()
        self._watch_level(look.microphone.open)

    def explain(self, field: str, refusal: str = "") -> None:
        """Under the settings: what went wrong; else more about the line where the keyboard is."""
        refusal = refusal or self._look.notice
        words = about_field(field, self._look)
        self.query_one("#notice", Said).say((f"! {refusal}", "danger") if refusal else (words, "muted"))

    def reveal(self) -> None:
        """Show what is secret in the link and what the room asks for, or mask it again."""
        for entry in (self.query_one("#link", Entry), *self._given.values()):
            entry.reveal()

    def take(self, link: str) -> None:
        """Have another link in its line, and the keyboard there."""
        entry = self.query_one("#link", Entry)
        entry.value = link
        entry.focus()

    def on_alias_entry_link(self, message: AliasEntry.Link) -> None:
        """It goes where it was meant to go."""
        message.stop()
        self.take(flat(self._desk.find(message.text))[:MAX_TYPED])

    def notify_style_update(self) -> None:
        """Another theme has other colours for the persona."""
        super().notify_style_update()
        if self.is_mounted:
            self._show_alias(self._look.persona)

    def _show_alias(self, persona: PersonaLook) -> None:
        entry = self.query_one("#alias", Entry)
        if persona.turn != self._turn:  # else what stands there is newer, as somebody types
            self._turn = persona.turn
            entry.value = persona.alias
        colour = palette_of(self).persona(persona.colour).color
        entry.styles.color = colour.get_truecolor().hex if colour is not None else None

    def _show_given(self, look: LobbyLook) -> None:
        anew = look.given.turn != self._given_turn  # else what stands there is newer, as somebody types
        self._given_turn = look.given.turn
        for name, entry in self._given.items():
            if entry.parent is not None:
                cast(Widget, entry.parent).display = look.link.usable and look.link.wants
            if anew:
                entry.value = getattr(look.given, name)

    def _show_fields(self) -> None:
        look = self._look
        recent = self.query_one("#recent", Field)
        recent.display = look.recent is not None
        if look.recent is not None:
            recent.show(about_recent(look.recent))
        self.query_one("#microphone", Field).show(about_microphone(look, self._desk.devices.heard()))
        self.query_one("#speaker", Field).show(about_device(look.speaker))
        self.query_one("#camera", Field).show(about_camera(look))
        self.query_one("#talk", Field).show(FieldLook(look.talk, TALK[look.talk]))
        self.query_one("#addresses", Field).show(FieldLook(look.addresses, ADDRESSES[look.addresses]))

    def _watch_level(self, open: bool) -> None:
        if open and self._meter is None:
            self._meter = self.set_interval(LEVELS, self._show_fields)
        elif not open and self._meter is not None:
            self._meter.stop()
            self._meter = None
