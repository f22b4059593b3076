"""The meetings that were joined lately, for the lobby of whoever asked for it (`lobby.recent`).

Links hold secrets, so they are in the system's keyring or nowhere. Beside each there is the day, and no name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from net.errors import BadLink
from net.services.links import MeetingLink, parse, place
from net.vault import Vault

MOST = 12
"""Meetings that are kept: some keyrings hold no more than 2560 bytes in one entry."""
MOST_TEXT = 2400
"""Characters of what is kept."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A meeting that was joined."""

    to: MeetingLink
    day: str  # "2025-03-31", the last one, in UTC, so that it does not tell the time zone

    @property
    def server(self) -> str:
        """Where it was, without the secret."""
        return place(self.to)


def today() -> str:
    """The day, in UTC."""
    return datetime.now(UTC).date().isoformat()


def dump(visits: Iterable[Visit]) -> str:
    """As many as can be kept, the newest first, as one line; empty for none."""
    kept: list[list[str]] = []
    for visit in list(visits)[:MOST]:
        kept.append([str(visit.to), visit.day])
        if len(json.dumps(kept, separators=(",", ":"))) > MOST_TEXT:
            kept.pop()
            break
    return json.dumps(kept, separators=(",", ":")) if kept else ""


def load(text: str) -> tuple[Visit, ...]:
    """What `dump` wrote. What cannot be read is left out: it is somebody else's, or broken, and as good as none."""
    try:
        rows = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return ()
    found = []
    for row in rows if isinstance(rows, list) else []:
        match row:
            case [str(words), str(day)] if len(day) == 10 and day.isascii() and day.replace("-", "").isdigit():
                try:
                    found.append(Visit(parse(words), day))
                except BadLink:
                    continue
    return tuple(found[:MOST])


def with_visit(visits: Iterable[Visit], visit: Visit) -> tuple[Visit, ...]:
    """One more, which is the newest; a meeting stands there once."""
    return (visit, *(one for one in visits if one.to != visit.to))[:MOST]


async def remember(to: MeetingLink) -> str:
    """Keep that this meeting was joined today. One sentence why it is not kept, or an empty string."""
    vault = await Vault.open()
    visits = with_visit(load(await vault.recent()), Visit(to, today()))
    if vault.lasting and await vault.set_recent(dump(visits)):
        return ""
    return not_kept(vault)


async def burn(vault: Vault, to: MeetingLink | None) -> int:
    """Forget one meeting, or all; how many there were."""
    visits = load(await vault.recent())
    rest = tuple(visit for visit in visits if to is not None and visit.to != to)
    if rest != visits:
        await vault.set_recent(dump(rest))
    return len(visits) - len(rest)


def not_kept(vault: Vault) -> str:
    """Why recent meetings are not kept, in one sentence."""
    why = vault.trouble or "there is no system keyring here that could hold them"
    return f"Recent meetings are not kept: {why[:1].lower()}{why[1:]}{'' if why.endswith('.') else '.'}"
