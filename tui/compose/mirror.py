"""Whom one will be, as the lobby sees it: a persona that was drawn, typed, or kept for the meeting.

What is needed only after the first paint is imported then.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from privacy import persona
from privacy.persona import Persona
from tui.screens.lobby_look import PersonaLook

if TYPE_CHECKING:
    from net.services.links import MeetingLink
    from privacy.firewall import Identifiers

Origin = Literal["fresh", "kept", "typed"]


class Mirror:
    """One person before a meeting. All on the event loop; the keyring is asked only when a persona is to be kept."""

    def __init__(self, *, keeps: bool = False) -> None:
        """`keeps`: the persona is to be kept for the meeting."""
        self.keeps = keeps
        self.origin: Origin = "fresh"
        self.trouble = ""  # why the alias cannot be worn, in one sentence
        self._random = os.urandom(persona.RANDOM_BYTES)
        self.worn = persona.fresh(self._random)
        self._text = self.worn.alias
        self._own: tuple[Persona, Origin] = (self.worn, self.origin)  # what is worn where nothing is kept
        self._kept: dict[str, Persona | None] = {}  # by the key of the room, as far as it was looked up
        self._turn = 0
        self._insists = False  # what is kept comes before what was typed
        self._put_on = ""  # the key of the room whose kept persona was put on last
        self._note = ""
        self._identifiers: Identifiers | None = None
        self._judged: dict[str, str] = {}

    def look(self, to: MeetingLink | None, ties: tuple[str, ...]) -> PersonaLook:
        """As it is shown, for a meeting if there is one."""
        kept = self._kept.get(_key(to)) if to is not None and self.keeps else None
        return PersonaLook(
            alias=self._text,
            colour=self.worn.colour,
            origin=self.origin,
            keep=self.keeps,
            kept=kept.alias if kept is not None else "",
            trouble=self.trouble,
            note=self._note if self.keeps else "",
            ties=ties,
            turn=self._turn,
        )

    def draw(self) -> None:
        """Be somebody nobody was before."""
        self._random = os.urandom(persona.RANDOM_BYTES)
        self._wear(persona.fresh(self._random), "fresh")

    def type(self, text: str) -> bool:
        """Wear the alias that was typed; whether that is another one. Colour and seed stay while one types."""
        if text == self._text:
            return False
        turn = self._turn
        try:
            self._wear(persona.named(text, self._random), "typed")
        except ValueError as error:
            self.origin, self.trouble = "typed", str(error)
        self._text, self._insists, self._turn = text, False, turn
        return True

    def toggle_keep(self) -> None:
        """Keep the persona for the meeting, or keep none."""
        self.keeps = not self.keeps
        self._insists = self.keeps
        self._take_off()

    def elsewhere(self, to: MeetingLink | None) -> None:
        """It is about another meeting: what is kept for one is worn in no other."""
        if to is None or _key(to) != self._put_on:
            self._take_off()

    async def recall(self, to: MeetingLink | None) -> None:
        """Put on what is kept for a meeting, once, unless something else was typed since that was asked for."""
        if to is None or not self.keeps:
            return
        key = _key(to)
        if key not in self._kept:
            from net.vault import Vault

            vault = await Vault.open()
            kept = await vault.recall(key)
            self._kept[key] = kept
            self._note = "" if vault.lasting else vault.note
        kept = self._kept[key]
        if kept is not None and self._put_on != key and (self.origin != "typed" or self._insists):
            own = (self.worn, self.origin)
            self._wear(kept, "kept")
            self._own, self._put_on = own, key

    async def judge(self) -> str:
        """Hold the alias against the firewall. One sentence why it cannot be worn, or an empty string."""
        if self.trouble and self._text != self.worn.alias:
            return self.trouble
        alias = self.worn.alias
        if alias not in self._judged:
            from tui.compose.disguise import apart

            self._judged[alias] = await apart(self._refusal, alias)
        if alias == self.worn.alias:
            self.trouble = self._judged[alias]
        return self._judged[alias]

    def _refusal(self, alias: str) -> str:
        """In a thread: it reads files."""
        from privacy.firewall import Firewall
        from tui.compose.disguise import alias_refusal
        from tui.compose.identity import gather

        if self._identifiers is None:
            self._identifiers = gather()
        return alias_refusal(Firewall(self._identifiers, alias))

    def _wear(self, worn: Persona, origin: Origin) -> None:
        self.worn, self.origin, self._text, self.trouble = worn, origin, worn.alias, ""
        self._turn += 1
        if origin != "kept":
            self._own = (worn, origin)

    def _take_off(self) -> None:
        """Wear again what was worn before a kept persona was put on."""
        self._put_on = ""
        if self.origin == "kept":
            self._wear(*self._own)


def _key(to: MeetingLink) -> str:
    from net.vault import room_key

    return room_key(to.secret, to.public)
