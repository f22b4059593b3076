"""What is answered: the state of the meeting, the people, who knows what. Pure; every answer is lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from privacy.facts import LIVE_FACTS, Audience
from privacy.ledger import Entry, Snapshot
from tui.linear.lines import Line, counted, item, named, said
from tui.linear.news import KINDS, heard, seen
from tui.model import ChatLine, Meeting, Person
from tui.widgets.disclosures import AUDIENCES, Item, value_of
from tui.widgets.order import Order, Sort
from tui.widgets.status import PHASES
from tui.widgets.text import lasting, size
from tui.widgets.timeline import WHO, moment

MOST_PEOPLE = 30
"""People that are listed at once."""
MOST_ENTRIES = 200
"""Lines of what others can see that are told at once."""


def status(meeting: Meeting) -> list[Line]:
    """What a person must know at one look."""
    me = meeting.people[0] if meeting.people else None
    number = len(meeting.people) - 1
    others = counted(number, "other is", "others are") if number > 0 else "nobody else is"
    began = meeting.joined_at
    since = f"; you are in it for {lasting(meeting.ledger.at - began)}" if began is not None else ""
    lines = [said(f"You are {named(me.name if me else '')}, {others} here{since}.")]
    if phase := PHASES.get(meeting.phase):
        lines.append(item(f"{phase[:1].upper()}{phase[1:].removesuffix(' …')}."))
    for sentence, source in ((heard(meeting), meeting.microphone_name), (seen(meeting), meeting.camera_name)):
        lines.append(item(f"{sentence}{f' It is {source}.' if source else ''}"))
    if meeting.talk == "push" and meeting.microphone != "live":
        lines.append(item("Nothing is sent between: unmute and mute take the place of the key that is held."))
    lines += [
        item(f"Your address is seen by {meeting.address_seen_by or 'nobody yet'}."),
        item(f"Encryption, at its worst here: {meeting.encryption or 'nobody to say it of'}."),
        item(_recording(meeting)),
        *([item("You locked the room: nobody else comes in.")] if meeting.locked else []),
    ]
    if meeting.quality:
        lines.append(item(f"{meeting.quality[:1].upper()}{meeting.quality[1:]}."))
    if meeting.warnings:
        lines.append(item(f"{counted(len(meeting.warnings), 'warning', 'warnings')}, told by: warnings"))
    return lines


def _recording(meeting: Meeting) -> str:
    by = ", ".join(map(named, meeting.may_record[:5]))
    if meeting.recording:
        return f"It is being recorded{f' by {by}' if by else ''}."
    if by:
        return f"It may be recorded by {by}."
    return "Nobody can tell whether it is recorded." if meeting.recording is None else "It is not recorded."


# people


def people(everybody: Sequence[Person], typed: str, order: Order, now: float) -> list[Line]:
    """Who is here, sorted and found by what was typed; `now` is in seconds, for who spoke lately."""
    word, _, rest = typed.strip().partition(" ")
    sorts = {"speaking": Sort.SPEAKING, "hands": Sort.HANDS, "name": Sort.NAME}
    order.sort = sorts.get(word.lower(), Sort.JOINED)
    order.found_by = rest if word.lower() in sorts else typed
    found = [everybody[index] for index in order.rows(everybody, now)]
    if order.found_by:
        found = [person for person in found if not person.me]
    what = f" whose name has {named(order.found_by)} in it" if order.found_by.strip() else ""
    lines = [said(f"{counted(len(found), 'person', 'people')} here{what}.")]
    lines += [item(person_row(person)) for person in found[:MOST_PEOPLE]]
    if len(found) > MOST_PEOPLE:
        lines.append(item(f"and {len(found) - MOST_PEOPLE} more; people PART OF A NAME finds them"))
    return lines


def person_row(person: Person) -> str:
    """One person, with what is so of them."""
    if person.me:
        return f"{named(person.name)}, you"
    words = [
        f"#{person.order} {named(person.name)}",
        *(["speaks"] if person.speaking else []),
        "muted" if person.muted else "audible",
        "shows a screen" if person.presenting else "visible" if person.camera else "camera off",
        *([f"hand up as number {person.hand_order}"] if person.hand else []),
        *([f"not heard here: {person.unheard}"] if person.unheard else []),
        *([f"not seen here: {person.unseen}"] if person.unseen else []),
        *(["muted for everybody by you"] if person.silenced else []),
        *([person.link] if person.link != "here" else []),
        *([person.encryption] if person.encryption else []),
        *([person.mark] if person.mark else []),
        *([f"{person.kind}, {'as the service says' if person.kind_told else 'by the name'}"] if person.kind else []),
        *(["muted for you alone"] if person.hushed else []),
        *([f"volume {person.volume}"] if person.volume != 100 else []),
    ]
    return ", ".join(words)


# who knows what


def audience_of(typed: str) -> tuple[Audience, ...] | None:
    """The audiences that are meant by "by operator" and the like; all for nothing; None for anything else."""
    words = typed.lower().removeprefix("by ").removeprefix("the ").strip()
    if words in ("", "all", "anybody"):
        return tuple(Audience)
    found = [
        audience for audience in Audience if words in (audience.value, f"{audience.value}s", f"{audience.value[:-1]}")
    ]
    return tuple(found) or None


def known(snapshot: Snapshot) -> list[Line]:
    """What each audience knows, in few words."""
    lines = [said("What others can see about you; seen by AUDIENCE tells it with values.")]
    for audience, title in AUDIENCES.items():
        entries = snapshot.for_audience(audience)
        facts = list(dict.fromkeys(entry.fact.value for entry in entries if entry.live))
        before = list(dict.fromkeys(entry.fact.value for entry in entries if entry.fact.value not in facts))
        lines.append(item(f"{title}: {', '.join(facts) or 'nothing'}"))
        if before:
            lines.append(item(f"no longer: {', '.join(before)}"))
    return lines


def known_to(snapshot: Snapshot, audience: Audience) -> tuple[list[Line], list[Item]]:
    """What an audience knows, numbered, and what the numbers stand for."""
    entries = sorted(snapshot.for_audience(audience), key=lambda entry: not entry.live)
    shown = entries[:MOST_ENTRIES]
    lines = [said(f"{AUDIENCES[audience]}: {counted(len(entries), 'thing', 'things') if entries else 'nothing'}.")]
    lines += [item(f"{number}. {_fact(one)}, {_since(one, snapshot.at)}") for number, one in enumerate(shown, 1)]
    if len(entries) > MOST_ENTRIES:
        lines.append(item(f"and {len(entries) - MOST_ENTRIES} more"))
    return lines, list(shown)


def _fact(entry: Entry) -> str:
    value = value_of(entry)
    return f"{entry.fact.value}: {value}" if value else entry.fact.value


def _since(entry: Entry, now: float) -> str:
    if not entry.live:
        return f"last {lasting(now - entry.last_at)} ago"
    how = "live for" if entry.fact in LIVE_FACTS else "for"
    return f"{how} {lasting(now - entry.first_at)}"


def withheld(snapshot: Snapshot) -> tuple[list[Line], list[Item]]:
    """What was kept back, and what was refused, numbered."""
    items: list[Item] = [*snapshot.withheld, *snapshot.refused]
    lines = [said(f"Kept back or replaced: {counted(len(snapshot.withheld), 'thing', 'things')}.")]
    lines += [item(f"{number}. {one.what}: {one.instead}") for number, one in enumerate(snapshot.withheld, 1)]
    if snapshot.refused:
        lines.append(said(f"Refused, no byte left for it: {counted(len(snapshot.refused), 'place', 'places')}."))
        first = len(snapshot.withheld) + 1
        for number, refusal in enumerate(snapshot.refused, first):
            times = f", {refusal.count} times" if refusal.count > 1 else ""
            lines.append(item(f"{number}. {refusal.action} {refusal.destination}{times}"))
    return lines, items


def traffic(snapshot: Snapshot) -> list[Line]:
    """Where bytes went."""
    total = size(sum(one.bytes for one in snapshot.traffic))
    if not snapshot.traffic:
        return [said("No bytes went anywhere yet.")]
    lines = [said(f"{total} left.")]
    for destination in dict.fromkeys(one.destination for one in snapshot.traffic):
        kinds = sorted((one for one in snapshot.traffic if one.destination == destination), key=lambda one: -one.bytes)
        lines.append(item(f"to {destination}: {', '.join(f'{one.kind} {size(one.bytes)}' for one in kinds)}"))
    return lines


def timeline(snapshot: Snapshot, audiences: Collection[Audience], joined_at: float | None) -> list[Line]:
    """What became visible when, the oldest first."""
    entries = [entry for entry in snapshot.timeline() if entry.audience in audiences]
    if not entries:
        return [said("Nothing became visible yet.")]
    began = entries[0].first_at if joined_at is None else joined_at
    lines = [said(f"{counted(len(entries), 'thing', 'things')} became visible, the oldest first.")]
    lines += [
        item(f"{moment(entry.first_at - began)}, {_fact(entry)}, to {WHO[entry.audience]}")
        for entry in entries[-MOST_ENTRIES:]
    ]
    return lines


# the chat


def chat(lines: Sequence[ChatLine], typed: str) -> list[Line] | None:
    """The newest messages, or those that hold what was sought; None for what is neither."""
    word, _, sought = typed.partition(" ")
    if word.lower() == "find" and sought.strip():
        wanted = sought.strip().casefold()
        found = [line for line in lines if wanted in f"{line.name} {line.text}".casefold()]
        return [said(f"{counted(len(found), 'message has', 'messages have')} that in it."), *map(message, found[-50:])]
    if typed and not typed.isdecimal():
        return None
    newest = list(lines)[-int(typed or 10) :] if typed != "0" else []
    return [
        said(f"{counted(len(lines), 'message', 'messages')}; the newest:" if newest else "No message yet."),
        *_at(newest),
    ]


def _at(lines: Sequence[ChatLine]) -> Iterator[Line]:
    for line in lines:
        told = message(line)
        yield Line(f"{line.at}, {told.text}", told.kind)


def message(line: ChatLine) -> Line:
    """One message as it is told."""
    who = "you" if line.me else named(line.name)
    to = f" to {named(line.to)}" if line.me and line.private else " to you alone" if line.private else ""
    text = " / ".join(part for part in line.text.split("\n") if part.strip())
    return Line(f"{who}{to}: {text}", "private" if line.private else "chat")


def announced(wanted: Collection[str]) -> list[Line]:
    """What is told by itself."""
    lines = [said("Told by itself, beside chat, warnings and what is so of you:")]
    return [*lines, *(item(f"{kind} {'on' if kind in wanted else 'off'}: {what}") for kind, what in KINDS.items())]
