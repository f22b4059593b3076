"""The witness in the process: what left, and what it told whom.

Datagrams, and what goes to a TURN server over TCP, come from `net.loop`, messages from `net.signalling` and the
meeting's driver, look-ups from the guard. The hot path (one datagram) only counts; `flush`, called a few times a
second, turns the counts into disclosures. Nothing here is told what the program *meant* to send.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from net.guard import Guard
from net.in_clear import read
from net.packets import Kind, carried, classify, describe, extension_ids, payload_type
from net.tally import Count, Tally, Way
from net.tellings import (
    PICTURE_TYPES,
    VOICE_TYPES,
    by_datagram,
    by_relay,
    by_signalling,
    by_sizes,
    inside_tls,
    seen_from,
    to_participants,
)
from privacy.facts import Audience, Disclosure, Evidence, Fact, Refusal, Traffic, Withheld
from privacy.ledger import Ledger
from privacy.policy import Policy, Telling

AUDIO_LEVEL = 2
"""The header extension id under which the library would send the loudness (RFC 6464)."""


class Witness:
    """Sees what leaves, feeds the ledger. One per meeting; used on the event loop only, but for `looked_up`."""

    def __init__(self, ledger: Ledger, guard: Guard, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._guard = guard
        self._clock = clock
        self._tally = Tally()
        self._listeners: list[Callable[[Disclosure], None]] = []
        self._lookups: list[str] = []
        self._policy: Policy | None = None
        self._breach: Callable[[str], None] = lambda sentence: None
        guard.on_lookup(self._lookups.append)

    def on_new(self, listener: Callable[[Disclosure], None]) -> None:
        """Have every disclosure that tells an audience something new reported, once."""
        self._listeners.append(listener)

    def begin_anew(self) -> None:
        """Forget what was counted and allowed: the next meeting has a ledger and a policy of its own."""
        self._tally = Tally()
        self._policy = None

    # datagrams: the Outlet of net.loop

    def hold_to(self, policy: Policy, breach: Callable[[str], None]) -> None:
        """Let no sound or picture leave that the policy does not allow; `breach` is told in a sentence what it was."""
        self._policy, self._breach = policy, breach

    def permits(self, data: bytes, destination: tuple[str, int]) -> bool:
        """Whether a datagram may leave; a refusal is counted by the guard and the ledger."""
        if not self._guard.permits(destination[0], destination[1]):
            self._guard.refuse(f"{destination[0]}:{destination[1]}", "send to")
            return False
        return self._policy is None or self._may_flow(data, self._policy)

    def _may_flow(self, data: bytes, policy: Policy) -> bool:
        kind = classify(data)
        if kind is Kind.TURN:
            data = carried(data)
            kind = classify(data)
        if kind is not Kind.RTP:
            return True
        fact = Fact.VOICE if payload_type(data) in VOICE_TYPES else Fact.PICTURE
        if policy.may(fact, Audience.PARTICIPANTS):
            return True
        self._breach(f"It would have sent what was not switched on: {fact}.")
        return False

    def relays(self, host: str, port: int) -> bool:
        """Whether a connection to there carries datagrams for others."""
        why = self._guard.why(host, port)
        return why is not None and why.audience is Audience.RELAY

    def left(self, data: bytes, source: tuple[str, int], destination: tuple[str, int], tls: str = "") -> None:
        """One datagram has left, inside TLS if the server's name is given. Counts only."""
        self._tally.add(data, source, destination, tls)

    @property
    def counted(self) -> int:
        """How many datagrams have left."""
        return self._tally.packets

    # messages

    def signalled(
        self, destination: str, frame: str, *, source: str, seen: str, encrypted: bool, facts: Mapping[Fact, str]
    ) -> None:
        """One message has left for the meeting's server, which reads `facts` in it and sees our address as `seen`."""
        evidence = Evidence("signalling", destination, len(frame.encode()), _bounded(frame))
        for fact, value, audience in by_signalling(facts, source, destination, seen=seen, encrypted=encrypted):
            self._tell(fact, value, audience, evidence)
        self._ledger.count(Traffic(destination, "signalling", 1, evidence.size))

    def told_participant(self, channel: str, to: str, plain: str, facts: Sequence[tuple[Fact, str]]) -> None:
        """One message that only a participant can open has left; they read `facts` in it."""
        evidence = Evidence(channel, to, len(plain.encode()), _bounded(plain))
        for fact, value, audience in to_participants(facts):
            self._tell(fact, value, audience, evidence)

    def requested(self, destination: str, headers: Mapping[str, str], *, encrypted: bool) -> None:
        """An HTTP request has left, with these headers."""
        text = "\n".join(f"{name}: {value}" for name, value in headers.items())
        evidence = Evidence("signalling", destination, len(text.encode()), _bounded(text))
        software = headers.get("User-Agent")
        if software:
            self._tell(Fact.SOFTWARE, software, Audience.OPERATOR, evidence)
        else:
            self.withheld("software and version", "no User-Agent is sent", evidence)
        self._tell(Fact.SERVER, destination, Audience.NETWORK, evidence)

    def withheld(self, what: str, instead: str, evidence: Evidence | None = None) -> None:
        """Something was kept back from a message that has left."""
        self._ledger.withhold(Withheld(what, instead, self._clock(), evidence))

    def refused(self, refusal: Refusal) -> None:
        """The guard refused something."""
        self._ledger.refuse(refusal)

    # from counts to disclosures

    def flush(self) -> None:
        """Turn what has left since the last flush into disclosures."""
        while self._lookups:
            name = self._lookups.pop()
            self._tell(Fact.LOOKUP, name, Audience.NETWORK, Evidence("lookup", "name server", len(name), name))
        for way, count, packets, size in self._tally.new():
            self._ledger.count(Traffic(f"{way.host}:{way.port}", str(way.kind), packets, size))
            self._read(way, count, packets)
            if way.inner is Kind.RTP:
                self._measure(way, count)

    def _read(self, way: Way, count: Count, packets: int) -> None:
        """Tell what left in this way, each fact with the datagram in which it stands."""
        last = _evidence(way, count.last), packets
        found: dict[tuple[Fact, str], tuple[Evidence, int]] = {}
        for data in count.unread:
            told = read(carried(data) if way.kind is Kind.TURN else data)
            evidence = _evidence(way, data) if told else last[0]
            for one in told:
                found[one] = evidence, found[one][1] + 1 if one in found else 1
        for fact, value, audience in self._tellings(way, count.source[0], found):
            self._tell(fact, value, audience, *found.get((fact, value), last))

    def _tellings(self, way: Way, source: str, found: Collection[tuple[Fact, str]]) -> Iterable[Telling]:
        receiver = self._audience(way)
        to = way.host if receiver is Audience.PARTICIPANTS else f"{way.host}:{way.port}"
        seen = seen_from(source, way.host)
        if way.kind is Kind.TURN:
            tellings = by_relay(way.inner, way.payload_type, source, to=to, seen=seen, read=found)
        else:
            tellings = by_datagram(way.kind, way.payload_type, source, receiver, to=to, seen=seen, read=found)
        return inside_tls(tellings, f"{way.tls}:{way.port}") if way.tls else tellings

    def _audience(self, way: Way) -> Audience:
        why = self._guard.why(way.host, way.port)
        return why.audience if why else Audience.PARTICIPANTS

    def _measure(self, way: Way, count: Count) -> None:
        """What the sizes and extensions of media packets tell those who cannot open them, or do not tell them."""
        bystanders = {self._audience(way), Audience.NETWORK} - {Audience.PARTICIPANTS}
        if way.tls:
            bystanders.discard(Audience.NETWORK)
        evidence = _evidence(way, count.last)
        same = count.smallest == count.largest
        if way.payload_type in PICTURE_TYPES and not same:
            for fact, value, audience in by_sizes(bystanders):
                self._tell(fact, value, audience, evidence)
        if way.payload_type not in VOICE_TYPES:
            return
        if same:
            self.withheld(str(Fact.ACTIVITY), f"every voice packet has {count.largest} bytes", evidence)
        level = AUDIO_LEVEL in extension_ids(carried(count.last) if way.kind is Kind.TURN else count.last)
        if not level:
            self.withheld(str(Fact.LOUDNESS), "no audio level in any packet", evidence)
        for audience in bystanders:
            if not same:
                self._tell(Fact.ACTIVITY, "voice packets have several sizes", audience, evidence)
            if level:
                self._tell(Fact.LOUDNESS, "an audio level in every packet", audience, evidence)

    def _tell(self, fact: Fact, value: str, audience: Audience, evidence: Evidence, count: int = 1) -> None:
        disclosure = Disclosure(fact, value, audience, self._clock(), evidence, count)
        if self._ledger.record(disclosure):
            for listener in self._listeners:
                listener(disclosure)


def _evidence(way: Way, data: bytes) -> Evidence:
    return Evidence(str(way.kind), f"{way.host}:{way.port}", len(data), describe(data))


def _bounded(text: str, limit: int = 2000) -> str:
    """A message for a person to read: indented when it is JSON, cut when it is long."""
    try:
        parsed: Any = json.loads(text)
        text = json.dumps(parsed, indent=1, ensure_ascii=False)
    except ValueError:
        pass
    return text if len(text) <= limit else text[:limit] + "…"
