"""One look at a session, as the screens draw it."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping

from net.services.base import Encryption, Participant, Phase
from privacy.facts import Audience, Fact
from privacy.ledger import Snapshot
from privacy.persona import COLOURS
from privacy.text import confusable
from tui.compose.session import Session
from tui.compose.shapes import Loudness
from tui.model import Meeting, Person

ME = "me"
_PHASES = {Phase.WAITING: "connecting"}
_AUDIENCES = {
    Audience.PARTICIPANTS: "participants",
    Audience.OPERATOR: "the operator",
    Audience.RELAY: "the relay",
    Audience.NETWORK: "the network",
}


def look(session: Session, *, quality: str = "", notice: str = "", recording: bool | None = None) -> Meeting:
    """The whole meeting now."""
    devices = session.media.describe()
    snapshot = session.snapshot()
    phase = session.room.phase if session.joined else Phase.CONNECTING
    invitation = session.plan.invitation
    return Meeting(
        phase=_PHASES.get(phase, phase.value),
        people=people(session, session.media.levels()),
        ledger=snapshot,
        invitation=invitation.link if invitation is not None else "",
        microphone=devices.microphone,
        camera=devices.camera,
        microphone_name="" if devices.microphone == "none" else devices.microphone_name,
        camera_name="" if devices.camera == "none" else devices.camera_name,
        encryption=session.room.encryption.label,
        recording=recording,
        address_seen_by=address_seen_by(snapshot),
        quality=quality,
        notice=notice,
        joined_at=session.began if session.joined else None,
        may=frozenset(session.room.may),
    )


def people(session: Session, levels: Mapping[str, Loudness]) -> tuple[Person, ...]:
    """Everybody, oneself first."""
    persona = session.plan.persona
    mine = levels.get(ME)
    me = Person(
        ME,
        persona.alias,
        me=True,
        muted=session.media.muted,
        camera=session.media.camera_on,
        hand=session.hand,
        level=mine.level if mine else 0.0,
        speaking=mine.speaking if mine else False,
        colour=persona.colour,
    )
    here = session.roster.here.values()
    return (me, *(_person(who, levels.get(who.id), mark(who, persona.alias, here)) for who in here))


def _person(who: Participant, level: Loudness | None, marked: str) -> Person:
    return Person(
        who.id,
        who.name,
        muted=who.muted,
        camera=who.camera,
        hand=who.hand,
        level=level.level if level else 0.0,
        speaking=level.speaking if level else False,
        link=who.link.value,
        encryption=worst(who).label if who.encryption else "",
        colour=colour_of(who.id),
        mark=marked,
    )


def worst(who: Participant) -> Encryption:
    """The weakest encryption of anything that is exchanged with somebody."""
    return min(who.encryption.values(), default=Encryption.NONE)


def colour_of(id: str) -> int:
    """A colour for somebody else; the same for as long as their id."""
    return zlib.crc32(id.encode()) % COLOURS


def mark(who: Participant, alias: str, everybody: Collection[Participant]) -> str:
    """A warning about a name that could be taken for another one."""
    if confusable(who.name, alias):
        return "name like yours"
    others = (other for other in everybody if other.id != who.id)
    return "name like another's" if any(confusable(who.name, other.name) for other in others) else ""


def address_seen_by(snapshot: Snapshot) -> str:
    """Who was told an address of this machine, in words."""
    told = {entry.audience for entry in snapshot.entries if entry.fact is Fact.ADDRESS}
    words = [word for audience, word in _AUDIENCES.items() if audience in told]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
