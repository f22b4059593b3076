"""What is known of one participant: what they told, what was measured, and nothing that was looked up."""

from __future__ import annotations

from net.services.base import Ability, Encryption, Participant, PeerId, Source
from net.stats import PeerStats, TrackStats, short
from tui.compose.crowd import worst
from tui.compose.roster import ME
from tui.compose.session import Session
from tui.model import Inspection, Person

Rows = list[tuple[str, str]]

_THINGS = {Source.MICROPHONE: "sound", Source.CAMERA: "picture", Source.SCREEN: "screen"}
_ADDRESSES = {
    "host": "that of their machine",
    "srflx": "that of their network",
    "prflx": "that of their network",
    "relay": "only that of a relay",
}


async def inspect(session: Session, key: str) -> Inspection:
    """What somebody discloses to us, and how their connection is doing."""
    if key == ME:
        return _inspect_me(session)
    who = session.roster.here.get(PeerId(key))
    if who is None:
        return Inspection(session.roster.name(key), rows=(("link", "gone"),))
    stats = await session.room.stats(who.id)
    now = session.snapshot().at
    disclosed = [(one.what, one.value, _ago(now - one.since)) for one in session.roster.shown_by(key)]
    if stats is not None and stats.route is not None and not _forwarded(session):
        disclosed.append(("network address", _ADDRESSES.get(stats.route.theirs, "one of theirs"), ""))
    person = session.crowd.person(key)
    return Inspection(
        who.name,
        disclosed=disclosed,
        rows=_way(session, who, stats),
        tracks=_tracks(session, who, stats),
        warnings=_warnings(person) if person is not None else (),
    )


def _way(session: Session, who: Participant, stats: PeerStats | None) -> Rows:
    link, forwarded = who.link.value, _forwarded(session)
    if stats is not None and stats.route is not None:
        link = f"{link}, {'to the server ' if forwarded else ''}{stats.route.words}"
    rows = [("link", link)]
    rows += _encryption(who)
    if stats is not None:
        if stats.their_key and stats.our_key:
            rows += [(f"{'server' if forwarded else 'their'} key", short(stats.their_key))]
            rows += [("your key", short(stats.our_key))]
        if stats.round_trip is not None:
            rows.append(("round trip", f"{stats.round_trip * 1000:.0f} ms"))
    rows.append(("permissions", _permissions(session)))
    return rows


def _forwarded(session: Session) -> bool:
    """Whether the connection ends at a server that forwards; it says nothing of the person's own then."""
    return session.plan.service != "mesh"


def _encryption(who: Participant) -> Rows:
    """One line; or one for each track, where they differ."""
    levels = dict(sorted(who.encryption.items()))
    if len(set(levels.values())) < 2:
        level = worst(who)
        hears = "; its operator can hear and see" if level is Encryption.TO_SERVER else ""
        return [("encryption", f"{level.label}{hears}")]
    return [(f"{_THINGS[source]} encrypted", level.label) for source, level in levels.items()]


def _permissions(session: Session) -> str:
    room = session.room
    can = [word for ability, word in ((Ability.KICK, "remove"), (Ability.MUTE_OTHERS, "mute")) if ability in room.can]
    if not can:
        return "as everybody; nobody can mute or remove others"
    may = Ability.KICK in room.may or Ability.MUTE_OTHERS in room.may
    return f"you {'may' if may else 'may not'} {' or '.join(can)} them{' for everybody' if 'mute' in can else ''}"


def _tracks(session: Session, who: Participant, stats: PeerStats | None) -> Rows:
    rows: Rows = [(f"{_THINGS[source]} from them", f"none: {why}") for source, why in sorted(who.missing.items())]
    if who.also:
        chosen = f"{who.picture}; " if who.picture else ""
        rows.append(("of their pictures", f"{chosen}not received: {', '.join(who.also)}"))
    for track in stats.tracks if stats is not None else ():
        rows.append((f"{_THINGS[track.source]} {_whither(session) if track.sent else _whence(session)}", _track(track)))
    if stats is not None:
        # what goes to a server that forwards is nobody's in particular, and is not counted for each person
        sent = "" if _forwarded(session) else f", {_size(stats.bytes_sent)} sent to them"
        rows.append(("in all", f"{_size(stats.bytes_received)} received{sent}"))
    if own := _own(session, who.id):
        told = (
            "the operator sees which pictures you receive" if Ability.CHOOSE in session.room.can else "nobody is told"
        )
        rows.append(("here", f"{own}; {told}"))
    return rows


def _whither(session: Session) -> str:
    """Who gets what we send."""
    return "to the server" if _forwarded(session) else "to them"


def _whence(session: Session) -> str:
    """Whose it is what we receive."""
    return "from them" if Ability.APART in session.room.may else "of everybody, mixed"


def _track(track: TrackStats) -> str:
    if not track.packets:
        return f"{track.codec}, nothing yet"
    words = [track.codec]
    if track.width and track.height:
        words.append(f"{track.width} × {track.height}")
    if track.frame_rate is not None:
        words.append(f"{track.frame_rate:.0f} a second")
    if track.bit_rate is not None:
        words.append(f"{track.bit_rate / 1000:.0f} kbit/s")
    if track.loss is not None:
        words.append(f"{track.loss:.1%} lost ({track.lost} in all)")
    if track.jitter is not None:
        words.append(f"jitter {track.jitter * 1000:.0f} ms")
    return ", ".join(words)


def _own(session: Session, key: str) -> str:
    """What was set for them on this machine alone."""
    people = session.media.people
    words = [f"volume {people.volume(key)} %"] if people.volume(key) != 100 else []
    words += ["muted"] if people.hushed(key) else []
    words += ["picture hidden"] if people.hidden(key) else []
    return ", ".join(words)


def _warnings(person: Person) -> list[str]:
    found = []
    if person.mark == "name like yours":
        found.append("Their name looks like yours: others may take them for you.")
    elif person.mark:
        found.append("Their name looks like that of somebody else here.")
    if person.kind:
        what = f"{'an' if person.kind[0] in 'aeiou' else 'a'} {person.kind}"
        said = f"The service says that this is {what}." if person.kind_told else f"By the name this is {what}."
        proof = "" if person.kind_told else " A name proves nothing."
        found.append(f"{said} What is said and shown here may be kept.{proof}")
    return found


def _inspect_me(session: Session) -> Inspection:
    devices = session.media.describe()
    rows = [
        ("microphone", f"{devices.microphone} ({devices.microphone_name or 'none'})"),
        ("camera", f"{devices.camera} ({devices.camera_name or 'none'})"),
        ("server", session.plan.server),
        ("addresses", session.plan.addresses),
        *(("missing", sentence) for sentence in devices.missing),
    ]
    alias = session.plan.persona.alias
    return Inspection(alias, disclosed=(("display name", alias, ""),), rows=rows)


def _ago(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"


def _size(count: int) -> str:
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
