"""The witness in the process: what left, and what it told whom.

Datagrams, and what goes to a TURN server over TCP, come from `net.loop`, messages from `net.signalling` and the
meeting's driver, look-ups from the guard. Before a datagram leaves, what it would tell is held against the policy; that
it then left is only counted. `flush`, called a few times a second, turns the counts into disclosures. Nothing here is
told what the program *meant* to send.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

from net.guard import Guard
from net.in_clear import Read, read
from net.packets import Kind, describe
from net.tally import Count, Tally, Way
from net.tellings import (
    PICTURE_TYPES,
    VOICE_TYPES,
    Told,
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

if TYPE_CHECKING:
    from net.loop import WitnessedTransport


UNSEALED = "It would have sent the server a voice or a picture that is not sealed."


class Proofs(Protocol):
    """Of which of our RTP sources what is sent is proven to be sealed for participants, before it is encrypted."""

    def sealed(self, ssrc: int) -> bool: ...
    def on_change(self, listener: Callable[[], None]) -> None: ...


class Witness:
    """Sees what leaves, feeds the ledger. One per meeting; used on the event loop only, but for `looked_up`."""

    def __init__(self, ledger: Ledger, guard: Guard, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._guard = guard
        self._clock = clock
        self._tally = Tally(self._is_sealed)
        self._proofs: Proofs | None = None
        self._far = Audience.PARTICIPANTS
        self._news = False  # whether something left that tells more than what left before
        self._ticks = 0
        self._carried_to: set[str] = set()  # addresses that a relay was asked to reach
        self._listeners: list[Callable[[Disclosure], None]] = []
        self._lookups: list[str] = []
        self._policy: Policy | None = None
        self._breach: Callable[[str], None] = lambda sentence: None
        self._followed: WeakSet[WitnessedTransport] = WeakSet()
        self._lock = threading.Lock()
        guard.on_lookup(self._lookups.append)
        guard.on_revoked(self._doubt)

    def follow(self, transport: WitnessedTransport) -> None:
        """Have it forget what was permitted when that may be so no longer."""
        with self._lock:
            self._followed.add(transport)

    def _doubt(self) -> None:
        with self._lock:
            for transport in self._followed:
                transport.forget()

    def on_new(self, listener: Callable[[Disclosure], None]) -> None:
        """Have every disclosure that tells an audience something new reported, once."""
        self._listeners.append(listener)

    def begin_anew(self) -> None:
        """Forget what was counted and allowed: the next meeting has a ledger and a policy of its own."""
        self._tally = Tally(self._is_sealed)
        self._proofs, self._far = None, Audience.PARTICIPANTS
        self._carried_to.clear()
        self._policy = None
        self._doubt()

    # datagrams: the Outlet of net.loop

    def hold_to(self, policy: Policy, breach: Callable[[str], None]) -> None:
        """Let no datagram leave that tells what the policy does not allow; `breach` is told in a sentence what it was.

        Messages are held to it by whoever writes them, since here they are encrypted.
        """
        self._policy, self._breach = policy, breach
        self._doubt()

    def forwarded(self, proofs: Proofs | None = None) -> None:
        """In this meeting a server forwards the media, so that its operator is who a relay carries it to.

        What has no proof of being sealed, the operator hears and sees.
        """
        self._proofs, self._far = proofs, Audience.OPERATOR
        if proofs is not None:
            proofs.on_change(self._doubt)
        self._doubt()

    @property
    def has_forwarded_unsealed(self) -> bool:
        """Whether anything left that the operator of a server that forwards could hear or see."""
        return self._far is Audience.OPERATOR and self._tally.has_unsealed

    def _is_sealed(self, source: int) -> bool:
        return self._proofs is not None and self._proofs.sealed(source)

    def admit(self, data: bytes, source: tuple[str, int], destination: tuple[str, int], tls: str = "") -> Count | None:
        """Count a datagram that is about to leave; None if it must not. `tls`: the server's name, when inside TLS.

        A refused destination is counted by the guard and the ledger.
        """
        if not self._guard.permits(destination[0], destination[1]):
            self._guard.refuse(f"{destination[0]}:{destination[1]}", "send to")
            return None
        count, body = self._tally.of(data, source[0], destination, tls)
        told = read(body, (destination[0], *self._carried_to)) if count.is_news(body) else ()
        policy = self._policy
        if not (policy is None or count.is_settled(policy, body, told) or self._may(count, body, told, policy)):
            return None
        count.add(data, body, told)
        if told or count.changed:
            self._news = True
            if count.way.kind is Kind.STUN:
                self._carried_to.update(value for fact, value in told if fact is Fact.CONTACT)
        return count

    def _may(self, count: Count, body: bytes, told: Collection[Read], policy: Policy) -> bool:
        """Whether a datagram tells nothing beyond what the policy allows."""
        way = count.way
        if way.inner is Kind.RTP:
            fact = Fact.VOICE if way.payload_type in VOICE_TYPES else Fact.PICTURE
            if not policy.may(fact, Audience.PARTICIPANTS):
                self._breach(f"It would have sent what was not switched on: {fact}.")
                return False
        tellings = self._tellings(way, {*told, *count.known})
        by_sizes = self._by_sizes(way) if count.has_another_size(body) else ()
        objection = policy.objection(chain(tellings, by_sizes), exactly=True)
        if objection:
            unsealed = way.inner is Kind.RTP and self._proofs is not None and not way.sealed
            self._breach(UNSEALED if unsealed else objection)
            return False
        count.allowed_by = policy
        return True

    def relays(self, host: str, port: int) -> bool:
        """Whether a connection to there carries datagrams for others."""
        why = self._guard.why(host, port)
        return why is not None and why.audience is Audience.RELAY

    @property
    def counted(self) -> int:
        """How many datagrams have left."""
        return self._tally.packets

    # messages

    def signalled(
        self,
        destination: str,
        frame: str,
        *,
        source: str,
        seen: str,
        encrypted: bool,
        facts: Collection[Told],
        shown: str = "",
    ) -> None:
        """One message has left for the meeting's server, which reads `facts` in it and sees our address as `seen`.

        `shown` stands as evidence in its place, where it holds what must be repeated nowhere.
        """
        evidence = Evidence("signalling", destination, len(frame.encode()), _bounded(shown or frame))
        for fact, value, audience in by_signalling(facts, source, destination, seen=seen, encrypted=encrypted):
            self._tell(fact, value, audience, evidence)
        self._ledger.count(Traffic(destination, "signalling", 1, evidence.size))

    def told_participant(self, channel: str, to: str, plain: str, facts: Sequence[Told]) -> None:
        """One message that only a participant can open has left; they read `facts` in it."""
        self.told(channel, to, plain, len(plain.encode()), to_participants(facts))

    def told(self, channel: str, to: str, text: str, size: int, tellings: Iterable[Telling]) -> None:
        """One message of `size` bytes has left inside an encrypted connection, and tells this; `text`: as evidence."""
        evidence = Evidence(channel, to, size, _bounded(text))
        for fact, value, audience in tellings:
            self._tell(fact, value, audience, evidence)

    def requested(self, destination: str, headers: Mapping[str, str]) -> None:
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

    def tick(self) -> None:
        """As `flush`; that there was only more of the same is told every other time."""
        self._ticks += 1
        if self._news or self._lookups or self._ticks % 2 == 0:
            self.flush()

    def flush(self) -> None:
        """Turn what has left since the last flush into disclosures."""
        self._news = False
        while self._lookups:
            name = self._lookups.pop()
            self._tell(Fact.LOOKUP, name, Audience.NETWORK, Evidence("lookup", "name server", len(name), name))
        now = self._clock()
        for count in self._tally.new():
            packets, size = count.take()
            if count.changed or count.stream is None:
                self._begin(count, packets, size)
            else:
                count.stream.tell(now, packets, size)
            if count.untold:
                self._tell_read(count)

    def _begin(self, count: Count, packets: int, size: int) -> None:
        """Tell what every packet of a way tells, and from then on only that there were more of them."""
        way = count.way
        media = way.inner is Kind.RTP
        told = [*self._tellings(way, count.known if media else ()), *(() if count.size else self._by_sizes(way))]
        evidence = _evidence(way, count.last)
        for fact, value, audience in told:
            self._tell(fact, value, audience, evidence, packets)
        destination, kind = f"{way.host}:{way.port}", str(way.kind)
        self._ledger.count(Traffic(destination, kind, packets, size))
        if count.stream is not None:
            self._ledger.end(count.stream)
        count.stream = self._ledger.stream(told, destination, kind, lambda: _evidence(way, count.last))
        count.changed = False
        if media:
            count.untold.clear()
            self._note_withheld(count)

    def _tell_read(self, count: Count) -> None:
        """Tell what stood in some packets of a way, each fact with the newest of them."""
        way = count.way
        found: dict[Read, tuple[bytes, int]] = {}
        for data, told in count.untold:
            for one in told:
                found[one] = data, found[one][1] + 1 if one in found else 1
        count.untold.clear()
        for fact, value, audience in self._tellings(way, found):
            if (fact, value) in found:
                data, times = found[fact, value]
                self._tell(fact, value, audience, _evidence(way, data), times)

    def _tellings(self, way: Way, found: Collection[Read]) -> Iterable[Telling]:
        receiver = self._audience(way)
        to = way.host if receiver is Audience.PARTICIPANTS else f"{way.host}:{way.port}"
        seen = seen_from(way.source, way.host)
        if way.kind is Kind.TURN:
            tellings = by_relay(
                way.inner, way.payload_type, way.source, self._far, to=to, seen=seen, read=found, sealed=way.sealed
            )
        else:
            tellings = by_datagram(
                way.kind, way.payload_type, way.source, receiver, to=to, seen=seen, read=found, sealed=way.sealed
            )
        return inside_tls(tellings, f"{way.tls}:{way.port}") if way.tls else tellings

    def _by_sizes(self, way: Way) -> Iterable[Telling]:
        """What media packets of several sizes tell those who cannot open them."""
        bystanders = {self._audience(way), Audience.NETWORK}
        if way.kind is Kind.TURN:
            bystanders.add(self._far)
        bystanders -= {Audience.PARTICIPANTS} if way.sealed else {Audience.PARTICIPANTS, Audience.OPERATOR}
        if way.tls:
            bystanders.discard(Audience.NETWORK)
        if way.payload_type in PICTURE_TYPES | VOICE_TYPES:
            yield from by_sizes(bystanders, voice=way.payload_type in VOICE_TYPES)

    def _audience(self, way: Way) -> Audience:
        why = self._guard.why(way.host, way.port)
        return why.audience if why else Audience.PARTICIPANTS

    def _note_withheld(self, count: Count) -> None:
        """What voice packets do not tell those who cannot open them."""
        if count.way.payload_type not in VOICE_TYPES:
            return
        evidence = _evidence(count.way, count.last)
        if count.size:
            self.withheld(str(Fact.ACTIVITY), f"every voice packet has {count.size} bytes", evidence)
        if Fact.LOUDNESS not in {fact for fact, _ in count.known}:
            self.withheld(str(Fact.LOUDNESS), "no audio level in any packet", evidence)

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
