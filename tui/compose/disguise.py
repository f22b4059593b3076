"""Who we are in one meeting: the persona, and the firewall that keeps everything else from leaving."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from net.errors import PrivacyStop
from net.services.links import MeetingLink
from net.vault import Vault, room_key
from privacy import persona
from privacy.firewall import Firewall, Hit
from privacy.persona import Persona
from tui.cli import UsageError
from tui.compose.identity import gather
from tui.compose.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Disguise:
    """The persona worn, and what stands between its wearer and the meeting."""

    persona: Persona
    firewall: Firewall | None  # None: the wearer allowed everything
    notices: tuple[str, ...] = ()  # what its wearer should know

    @classmethod
    async def choose(cls, settings: Settings, to: MeetingLink) -> Disguise:
        """A fresh persona, one with the alias asked for, or the one kept for this meeting.

        Raises `UsageError` for an alias that cannot be worn, `PrivacyStop` for one that names its wearer.
        """
        worn, notices = await _persona(settings, to)
        if settings.allow_identifying:
            return cls(worn, None, notices)
        firewall = await apart(firewall_for, worn.alias)
        if refusal := alias_refusal(firewall):
            raise PrivacyStop(f"{refusal} Or say --allow-identifying.")
        return cls(worn, firewall, notices)

    def objection(self, text: str) -> str:
        """One sentence why this text must not leave; empty when it may. It never repeats what it found."""
        hits = self.firewall.check(text) if self.firewall is not None else ()
        return f"Not sent: it holds {_kinds(hits)}, which would name you; write it without." if hits else ""

    def strike(self, text: str) -> str:
        """The text with everything that names its wearer struck out; the text itself when nothing does."""
        return self.firewall.strike(text) if self.firewall is not None else text


class Changing:
    """Another alias in the middle of a meeting (`tui.compose.shapes.Renaming`); all else of the persona stays."""

    def __init__(
        self,
        disguise: Disguise,
        allow: Callable[[str, str], None],
        keep: Callable[[Persona], Awaitable[object]] | None = None,
    ) -> None:
        """`allow` lets a new alias be told to whom the former one may be; `keep` keeps what is worn for next time."""
        self._keep = keep
        self._worn = disguise.persona
        self._firewall = disguise.firewall
        self._allow = allow

    async def judge(self, alias: str) -> str:
        """One sentence why it cannot be worn, or an empty string."""
        try:
            alias = persona.check_alias(alias)
        except ValueError as error:
            return str(error)
        if alias == self._worn.alias:
            return "You are called so already; choose another alias."
        return _names_you(self._firewall.check(alias)) if self._firewall is not None else ""

    def wear(self, alias: str) -> Persona:
        """From now on. Raises `ValueError` for what is no alias."""
        before, self._worn = self._worn.alias, replace(self._worn, alias=persona.check_alias(alias))
        self._allow(before, self._worn.alias)
        return self._worn

    async def settled(self) -> None:
        """The room has it: next time the same is worn, if this meeting's persona is kept."""
        if self._keep is not None:
            await self._keep(self._worn)


async def apart(act: Callable[[str], T], alias: str) -> T:
    """Do it in a thread of its own: the loop's others may not ask the system for this machine's addresses."""
    with ThreadPoolExecutor(1, "identity") as thread:
        return await asyncio.get_running_loop().run_in_executor(thread, act, alias)


def firewall_for(alias: str) -> Firewall:
    """The firewall with everything this machine knows of its owner. Reads files; contacts nothing."""
    return Firewall(gather(), alias)


def alias_refusal(firewall: Firewall) -> str:
    """One sentence why the alias must not be worn; empty when it may."""
    return _names_you(firewall.alias_hits)


def _names_you(hits: tuple[Hit, ...]) -> str:
    return f"The alias holds {_kinds(hits)}, which would name you; choose another." if hits else ""


def refuse_alias(alias: str) -> str:
    """One sentence why this alias cannot be worn; empty when it can."""
    try:
        worn = make(alias)
    except UsageError as error:
        return str(error)
    return alias_refusal(firewall_for(worn.alias))


def _kinds(hits: tuple[Hit, ...]) -> str:
    """The kinds found, in words: "your login name and your e-mail"."""
    return " and ".join(f"your {kind}" for kind in dict.fromkeys(hit.kind for hit in hits))


def make(alias: str | None) -> Persona:
    """A persona with this alias, or a fresh one. Raises `UsageError`."""
    random = secrets.token_bytes(persona.RANDOM_BYTES)
    try:
        return persona.fresh(random) if alias is None else persona.named(alias, random)
    except ValueError as error:
        raise UsageError(str(error)) from None


async def keep(to: MeetingLink, worn: Persona) -> tuple[str, ...]:
    """Wear this persona whenever this meeting is joined; what its wearer should know of how it is kept."""
    vault = await Vault.open()
    return () if await vault.remember(room_key(to.secret, to.public), worn) else (vault.note,)


async def _persona(settings: Settings, to: MeetingLink) -> tuple[Persona, tuple[str, ...]]:
    if not settings.keep_persona:
        return settings.worn or make(settings.alias), ()
    kept = await (await Vault.open()).recall(room_key(to.secret, to.public))
    if kept is not None and settings.alias in (None, kept.alias):
        return kept, ()
    worn = settings.worn or make(settings.alias)
    return worn, await keep(to, worn)
