"""One look at a session, as the screens draw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from net.services.base import Ability, Phase
from privacy.facts import Audience, Fact
from privacy.ledger import Snapshot
from tui.compose.roster import ME
from tui.compose.session import Session
from tui.compose.shapes import Loudness
from tui.model import Meeting, Person, Warning

_PHASES = {Phase.WAITING: "connecting"}
_AUDIENCES = {
    Audience.PARTICIPANTS: "participants",
    Audience.OPERATOR: "the operator",
    Audience.RELAY: "the relay",
    Audience.NETWORK: "the network",
}


def look(
    session: Session,
    *,
    quality: str = "",
    notice: str = "",
    recording: bool | None = None,
    warnings: Sequence[Warning] = (),
) -> Meeting:
    """The whole meeting now."""
    devices = session.media.describe()
    snapshot = session.snapshot()
    phase = session.room.phase if session.joined else Phase.CONNECTING
    invitation = session.plan.invitation
    everybody = people(session, session.levels)
    return Meeting(
        phase=_PHASES.get(phase, phase.value),
        people=everybody,
        may_record=session.crowd.machines,
        ledger=snapshot,
        invitation=invitation.link if invitation is not None else "",
        microphone=devices.microphone,
        camera=devices.camera,
        microphone_name="" if devices.microphone == "none" else devices.microphone_name,
        camera_name="" if devices.camera == "none" else devices.camera_name,
        encryption=session.room.encryption.label,
        screen=devices.picture_kind == "screen",
        recording=recording,
        address_seen_by=address_seen_by(snapshot),
        quality=quality,
        notice=notice,
        joined_at=session.began if session.joined else None,
        warnings=warnings,
        talk=devices.talk,
        talking=session.media.talking,
        may=frozenset(session.room.may),
        mixed=session.joined and Ability.APART not in session.room.can,
        choosing=Ability.CHOOSE in session.room.can,
        locked=session.locked,
    )


def people(session: Session, levels: Mapping[str, Loudness]) -> tuple[Person, ...]:
    """Everybody, oneself first."""
    persona = session.plan.persona
    mine = levels.get(ME)
    hands = session.roster.hands
    seen, screen = session.media.camera_on, session.media.describe().picture_kind == "screen"
    me = Person(
        ME,
        persona.alias,
        me=True,
        muted=session.media.muted,
        camera=seen and not screen,
        presenting=seen and screen,
        hand=session.hand,
        level=mine.level if mine else 0.0,
        speaking=mine.speaking if mine else False,
        colour=persona.colour,
        hand_order=hands.index(ME) + 1 if ME in hands else 0,
    )
    return session.crowd.people(session.roster, levels, session.media.people, me)


def address_seen_by(snapshot: Snapshot) -> str:
    """Who was told an address of this machine, in words."""
    told = {entry.audience for entry in snapshot.entries if entry.fact is Fact.ADDRESS}
    words = [word for audience, word in _AUDIENCES.items() if audience in told]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
