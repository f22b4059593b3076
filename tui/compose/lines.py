"""What happens in a meeting, as JSON objects and as sentences.

`docs/usage.md` describes every object. Nothing here knows where the lines go.
"""

from __future__ import annotations

from typing import Any

from net.services import base
from privacy.facts import Audience
from tui.compose import happenings as happens
from tui.compose.alarms import Alarm
from tui.compose.happenings import Happening

Line = dict[str, Any]


def as_object(what: Happening) -> Line | None:
    """The JSON object for a happening, or None when it is not told."""
    match what:
        case happens.Joining():
            return {
                "type": "joining",
                "alias": what.alias,
                "service": what.service,
                "server": what.server,
                "addresses": what.addresses,
                "muted": what.muted,
                "camera": what.camera,
            }
        case happens.Invitation():
            return {"type": "invitation", "link": what.link, "reach": what.reach}
        case happens.Joined():
            return {"type": "joined"}
        case Alarm():
            return {"type": "alarm", "kind": what.kind, "text": what.text, "id": what.who, "done": list(what.done)}
        case happens.Speaking():
            return {"type": "speaking", "id": what.id, "name": what.name, "on": what.on}
        case happens.Disclosed(entry):
            return {
                "type": "disclosure",
                "fact": entry.fact.value,
                "value": entry.value,
                "audience": entry.audience.value,
                "evidence": {"channel": entry.first.channel, "destination": entry.first.destination},
            }
        case happens.KeptBack(withheld):
            return {"type": "withheld", "what": withheld.what, "instead": withheld.instead}
        case happens.Blocked(refusal):
            return {"type": "refused", "destination": refusal.destination, "action": refusal.action}
        case happens.Linkable(tie):
            return {"type": "linkable", "what": tie.trait.value, "last": tie.last, "text": str(tie)}
        case happens.Receipt():
            return {"type": "receipt", "file": what.file, "entries": what.entries, "seal": what.seal}
        case happens.Left():
            return _left(what)
        case _:
            return _room_event(what)


def _room_event(what: base.Event) -> Line | None:
    match what:
        case base.ParticipantJoined(participant):
            return _participant("joined", participant)
        case base.ParticipantChanged(participant):
            return _participant("changed", participant)
        case base.ParticipantLeft():
            return {"type": "participant", "event": "left", "id": what.id, "name": what.name, "reason": what.reason}
        case base.ChatReceived():
            return {
                "type": "chat",
                "from": what.name,
                "text": what.text,
                "private": what.private,
                "earlier": what.earlier,
            }
        case _:
            notice = as_notice(what)
            return {"type": "notice", "text": notice.text, "serious": notice.serious} if notice else None


def _participant(event: str, who: base.Participant) -> Line:
    return {
        "type": "participant",
        "event": event,
        "id": who.id,
        "name": who.name,
        "muted": who.muted,
        "camera": who.camera,
        "screen": base.Source.SCREEN in who.sources,
        "hand": who.hand,
        "link": who.link.value,
        "encryption": {source.value: level.label for source, level in sorted(who.encryption.items())},
        "reason": "; ".join(f"{source.value}: {why}" for source, why in sorted(who.missing.items())),
    }


def _left(what: happens.Left) -> Line:
    known = what.disclosures or {}
    return {
        "type": "left",
        "reason": what.reason,
        "seconds": round(what.seconds, 1),
        "participants": [
            {
                "name": who.name,
                "id": who.id,
                "heard_s": round(who.heard_s, 2),
                "tone_hz": None if who.tone_hz is None else round(who.tone_hz),
                "seen_frames": who.seen_frames,
                "colour": who.colour,
            }
            for who in what.participants
        ],
        "disclosures": {audience.value: list(known.get(audience, ())) for audience in Audience},
        "traffic": [
            {"destination": one.destination, "kind": one.kind, "packets": one.packets, "bytes": one.bytes}
            for one in what.traffic
        ],
        "refused": [{"destination": one.destination, "action": one.action, "count": one.count} for one in what.refused],
    }


def as_notice(what: base.Event) -> base.Notice | None:
    """What a person should be told about an event that is nobody's coming, going, change or chat, and no alarm."""
    match what:
        case base.Notice():
            return what
        case base.PhaseChanged(phase=base.Phase.RECOVERING):
            return base.Notice(what.reason or "The meeting was interrupted; trying to get back.", serious=True)
        case base.RemoteMuteRequest(by):
            return base.Notice(f"{by[:1].upper()}{by[1:]} muted you: no sound is sent any more.", serious=True)
        case base.Moderated():
            return base.Notice(what.text)
        case base.PrivacyChanged() if not what.fell:
            worse = what.encryption < base.Encryption.END_TO_END
            heard = "; its operator can hear and see" if what.encryption is base.Encryption.TO_SERVER else ""
            return base.Notice(f"the room's encryption is now: {what.encryption.label}{heard}", serious=worse)
        case base.IdentityChanged() if not what.serious:
            return base.Notice(what.text)
        case base.AddressRevealed() if what.foreseen:
            which = f" ({what.address})" if what.address else ""
            return base.Notice(f"your address{which} was given to {what.to}")
        case base.PublicationEnded():
            return base.Notice(f"your {what.source.value} is no longer sent{_because(what.reason)}", serious=True)
        case _:
            return None


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""


def as_sentence(what: Happening) -> str | None:
    """The happening in words, or None when it is not told."""
    match what:
        case happens.Joining():
            voice = "muted" if what.muted else "audible"
            picture = "visible" if what.camera else "camera off"
            return f"joining as {what.alias} by {what.server}: {voice}, {picture}"
        case happens.Invitation():
            return f"invitation: {what.link}\n{what.reach}"
        case happens.Joined():
            return "in the meeting"
        case Alarm():
            return f"! {alarm_text(what)}"
        case happens.Speaking():
            return f"{what.name} {'speaks' if what.on else 'is silent'}"
        case happens.Disclosed(entry):
            return f"{_LEARNS[entry.audience]}: {entry.fact.value}: {entry.value} ({entry.first.channel})"
        case happens.KeptBack(withheld):
            return f"kept back: {withheld.what}: {withheld.instead}"
        case happens.Blocked(refusal):
            return f"refused: {refusal.action} {refusal.destination}"
        case happens.Linkable(tie):
            return f"! {tie}"
        case happens.Receipt():
            return f"receipt: {what.file}\nits seal: {what.seal}"
        case happens.Left():
            return f"left after {what.seconds:.0f} s{_because(what.reason)}"
        case base.ParticipantJoined(participant):
            return f"{participant.name} is here"
        case base.ParticipantChanged(participant):
            return f"{participant.name}: {describe(participant)}"
        case base.ParticipantLeft():
            return f"{what.name} is gone{_because(what.reason)}"
        case base.ChatReceived():
            how = " (to you alone)" if what.private else " (earlier)" if what.earlier else ""
            return f"{what.name}{how}: {what.text}"
        case _:
            notice = as_notice(what)
            return f"{'! ' if notice.serious else ''}{notice.text}" if notice else None


_LEARNS = {
    Audience.PARTICIPANTS: "the others learn",
    Audience.OPERATOR: "the operator learns",
    Audience.RELAY: "the relay learns",
    Audience.NETWORK: "anyone on the path learns",
}


_DONE = {"mute": "you were muted", "camera-off": "your camera was switched off", "leave": "you leave"}


def alarm_text(what: Alarm) -> str:
    """An alarm, and what was done about it by itself."""
    done = " and ".join(_DONE[one] for one in what.done)
    return f"{what.text} As you chose beforehand, {done}." if done else what.text


def describe(who: base.Participant) -> str:
    """A participant's state in words."""
    words = [who.link.value, "muted" if who.muted else "audible", "visible" if who.camera else "camera off"]
    if base.Source.SCREEN in who.sources:
        words.append("presents a screen")
    if who.hand:
        words.append("hand up")
    words += [f"no {source.value} here: {why}" for source, why in sorted(who.missing.items())]
    if who.encryption:
        words.append(min(who.encryption.values()).label)
    return ", ".join(words)
