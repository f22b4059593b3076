"""What a receipt may hold of others: that they were there, as "participant 1", "participant 2", and nothing else.

A text passes only where it is known what stands in it: values of facts about oneself, places that the meeting's link
or its host names, incog's own sentences. Everything else is covered, whatever it holds; so a new kind of fact is
covered until somebody decides about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from privacy.facts import Audience, Fact
from privacy.ledger import AND_OTHERS, Entry, Snapshot
from privacy.text import neutralise

ABOUT_ONESELF: Final = frozenset(
    {
        Fact.NAME,
        Fact.ADDRESS,
        Fact.PRESENCE,
        Fact.VOICE,
        Fact.PICTURE,
        Fact.ACTIVITY,
        Fact.LOUDNESS,
        Fact.MOTION,
        Fact.MICROPHONE,
        Fact.CAMERA,
        Fact.SCREEN,
        Fact.HAND,
        Fact.ROOM,
        Fact.CONNECTION,
        Fact.KEYS,
        Fact.CLOCK,
        Fact.SOFTWARE,
        Fact.QUALITY,
        Fact.TRAFFIC,
        Fact.LINKABLE,
    }
)
"""Facts whose values are about oneself alone. Chat is not: a message may hold anything about anybody."""

SOMEBODY: Final = "a participant"
NAMES_SOMEBODY: Final = "left out: it names somebody"
MAX_TEXT: Final = 256
SHORT_ID: Final = 8  # characters of an id that are shown in place of all

_TOLD: Final = re.compile(r"(?:connection|participant) ([0-9A-Za-z_-]{4,64})…?", re.ASCII)
_IPV4: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
_IPV6: Final = re.compile(r"[0-9A-Fa-f]*:[0-9A-Fa-f.]*:(?:[0-9A-Fa-f:.]*[0-9A-Fa-f:])?", re.ASCII)
_FIXED: Final = frozenset({"name server", AND_OTHERS, "others", "everybody in the room"})


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody who was in the meeting, by all that a receipt must not hold."""

    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    places: tuple[str, ...] = ()  # "host:port"


@dataclass(frozen=True, slots=True)
class Destination:
    """Something that could be contacted, and why."""

    place: str  # "host:port"; or a name to be looked up, with port 0
    reason: str
    audience: Audience


class Redaction:
    """Covers others in the ledger of one meeting."""

    def __init__(self, snapshot: Snapshot, others: Sequence[Other], destinations: Iterable[Destination]) -> None:
        """`others` are numbered in their order, from 1."""
        self._own = frozenset(entry.value for entry in snapshot.entries if entry.fact is Fact.ADDRESS)
        self._who = {place: number for number, other in enumerate(others, 1) for place in other.places}
        self._ids = {id: number for number, other in enumerate(others, 1) for id in other.ids}
        ids = (form for other in others for id in other.ids for form in (id, id[:SHORT_ID]))
        words = {word for word in (*ids, *(name for other in others for name in other.names)) if word.strip()}
        self._words = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE) for word in sorted(words)]
        # An address shared with others (this machine, the same router) is oneself's too, and may stand.
        theirs = {_host(place): number for place, number in self._who.items()}
        self._hosts = {h: number for h, number in theirs.items() if h not in self._own and not _is_loopback(h)}
        self._servers = {one.place: one for one in destinations if one.audience in (Audience.OPERATOR, Audience.RELAY)}
        self._known = self._own | ({_host(place) for place in self._servers} - self._hosts.keys())

    def value(self, entry: Entry) -> str:
        """The value of a fact, where it is about oneself; a server that was contacted; else nothing."""
        if entry.value == AND_OTHERS:
            return AND_OTHERS
        if entry.fact in ABOUT_ONESELF:
            return neutralise(entry.value, MAX_TEXT)
        if entry.fact is Fact.SERVER:
            return self.place(entry.value)
        if entry.fact is Fact.LOOKUP:
            return entry.value if entry.value in self._known else "a name"
        return ""

    def told_to(self, places: Iterable[str]) -> tuple[str, ...]:
        """To whom a fact was told, each once."""
        return tuple(dict.fromkeys(map(self.place, places)))

    def why(self, place: str) -> Destination | None:
        """Why a server may be contacted; None for whoever is none."""
        return self._servers.get(place)

    def place(self, place: str) -> str:
        """A destination of bytes: a server by its address, anybody else by number."""
        if place in _FIXED:
            return place
        if place in self._servers:
            host = _host(place)
            return f"a server at the address of participant {self._hosts[host]}" if host in self._hosts else place
        told = _TOLD.fullmatch(place)
        number = self._numbered(told[1]) if told else self._who.get(place)
        return SOMEBODY if number is None else f"participant {number}"

    def tried(self, destination: str) -> str:
        """A refused destination: the name of a host or program, the kind of an address."""
        if destination in _FIXED or destination in self._servers or destination in self._who:
            return self.place(destination)
        host = _host(destination)
        for text in (destination, host):
            try:
                return _kind(ip_address(text))
            except ValueError:
                continue
        if host.rstrip(".").lower().endswith(".local"):
            return "a name of the local network"
        return self.sentence(destination)

    def sentence(self, text: str) -> str:
        """A sentence of incog's own, in which only oneself and servers may stand."""
        if any(word.search(text) for word in self._words):
            return NAMES_SOMEBODY
        text = neutralise(text, MAX_TEXT)
        for pattern in (_IPV4, _IPV6):
            text = pattern.sub(self._literal, text)
        return text

    def _literal(self, found: re.Match[str]) -> str:
        try:
            known = str(ip_address(found[0])) in self._known
        except ValueError:
            known = ":" not in found[0]  # four numbers beyond 255 are no address; with colons it may have a port
        return found[0] if known else "an address"

    def _numbered(self, beginning: str) -> int | None:
        """Whose id begins so, if it is clear."""
        found = {number for id, number in self._ids.items() if id.startswith(beginning)}
        return found.pop() if len(found) == 1 else None


def _host(place: str) -> str:
    """The host of "host:port", "[v6]:port" or "v6:port"; of anything else, all of it."""
    host, colon, port = place.rpartition(":")
    return host.strip("[]") if colon and port.isdecimal() else place


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _kind(address: IPv4Address | IPv6Address) -> str:
    for kind, fits in (
        ("loopback", address.is_loopback),
        ("link-local", address.is_link_local),
        ("multicast", address.is_multicast),
        ("unspecified", address.is_unspecified),
        ("private", address.is_private),
    ):
        if fits:
            return f"an address ({kind}, IPv{address.version})"
    return f"an address (public, IPv{address.version})"
