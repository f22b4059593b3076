"""Sequences to messages. What is not known to be a key, the mouse, the focus or a size becomes no message at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual import constants, events, messages
from textual._xterm_parser import FOCUSIN, FOCUSOUT, IS_ITERM, XTermParser
from textual.keys import Keys
from textual.message import Message

from tui.terminal.gate import Gate, Token
from tui.terminal.keys import Event, Held, RepeatedKey, read
from tui.terminal.messages import FlagsReported, Identified, KeyReleased

MOST_CELLS = 4096
"""A terminal of more cells across or down is not believed."""

_MOUSE = re.compile(r"\x1b\[<\d{1,4};-?\d{1,6};-?\d{1,6}[Mm]")
_SIZE = re.compile(r"\x1b\[48;(\d{1,5})(?::\d*)?;(\d{1,5})(?::\d*)?;(\d{1,5})(?::\d*)?;(\d{1,5})(?::\d*)?t")
_FLAGS = re.compile(r"\x1b\[\?(\d{1,3})u")
_IDENTITY = re.compile(r"\x1b\[\?[\d;]*c")
_MODE = re.compile(r"\x1b\[\?(\d{1,5});(\d)\$y")


class SafeParser:
    """One stream of what a terminal sends, as messages for the app."""

    def __init__(self, *, patient: bool = False) -> None:
        """`patient`: questions were asked, and the answers may come slowly."""
        self._gate = Gate()
        self._gate.patient = patient
        self._textual = XTermParser()  # for the names of keys, and the mouse
        self._held = Held()

    def feed(self, data: str) -> Iterator[Message]:
        """Messages for what came."""
        for token in self._gate.feed(data):
            yield from self._messages(token)

    def idle(self, silence: float) -> Iterator[Message]:
        """Messages for what nothing was added to for so many seconds."""
        token = self._gate.idle(silence)
        if token is not None:
            yield from self._messages(token)

    def hurry(self) -> None:
        """No answer is waited for any more."""
        self._gate.patient = False

    def _messages(self, token: Token) -> Iterator[Message]:
        if token.kind == "text":
            for character in token.text:
                yield from self._named(character)
        elif token.kind == "escape":
            yield events.Key("escape", "\x1b")
        elif token.kind == "alt":
            yield from self._named(f"\x1b{token.text}") or self._named(token.text, alt=True)
        elif token.kind == "paste":
            yield events.Paste(token.text)
        else:
            yield from self._sequence(token.text)

    def _named(self, sequence: str, *, alt: bool = False) -> list[events.Key]:
        """The keys that Textual knows by this sequence."""
        keys = self._textual._sequence_to_key_events(sequence, alt=alt)
        return [key for key in keys if key.key != Keys.Ignore]

    def _sequence(self, sequence: str) -> Iterator[Message]:
        if sequence == FOCUSIN:
            yield events.AppFocus()
        elif sequence == FOCUSOUT:
            self._held.forget()  # the terminal that has the focus now is told of releases
            yield events.AppBlur()
        elif _MOUSE.fullmatch(sequence):
            moved = self._textual.parse_mouse_code(sequence)
            if moved is not None:
                yield moved
        elif (stroke := read(sequence)) is not None:
            for key in self._named(stroke.sequence):
                if stroke.event == Event.RELEASED:
                    yield KeyReleased(self._held.released(stroke.key, key.key))
                    continue
                self._held.pressed(stroke.key, key.key)
                yield RepeatedKey(key.key, key.character) if stroke.event == Event.REPEATED else key
        else:
            yield from self._answer(sequence)

    def _answer(self, sequence: str) -> Iterator[Message]:
        if found := _FLAGS.fullmatch(sequence):
            yield FlagsReported(int(found[1]))
        elif _IDENTITY.fullmatch(sequence):
            self.hurry()
            yield Identified()
        elif found := _MODE.fullmatch(sequence):
            if found[1] == "2026" and found[2] != "0":
                yield messages.TerminalSupportsSynchronizedOutput()
            elif found[1] == "2048" and constants.SMOOTH_SCROLL and not IS_ITERM:
                yield messages.InBandWindowResize.from_setting_parameter(int(found[2]))
        elif found := _SIZE.fullmatch(sequence):
            yield from self._resized(*(int(number) for number in found.groups()))

    def _resized(self, height: int, width: int, pixels_down: int, pixels_across: int) -> Iterator[Message]:
        if not (0 < height <= MOST_CELLS and 0 < width <= MOST_CELLS):
            return
        resize = events.Resize.from_dimensions((width, height), (pixels_across, pixels_down))
        self._textual.terminal_size = resize.size
        self._textual.terminal_pixel_size = resize.pixel_size if pixels_across and pixels_down else None
        self._textual.mouse_pixels = True
        yield resize
