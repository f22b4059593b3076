"""The witness in the process: what left, and what it told whom.

Datagrams come from `net.loop`, messages from `net.signalling` and the meeting's driver, look-ups from the guard. The
hot path (one datagram) only counts; `flush`, called a few times a second, turns the counts into disclosures. Nothing
here is told what the program *meant* to send.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from net.guard import Guard
from net.packets import Kind, classify, describe, extension_ids, payload_type
from net.tellings import VOICE_TYPES, by_datagram, by_signalling, to_participants
from privacy.facts import Audience, Disclosure, Evidence, Fact, Refusal, Traffic, Withheld
from privacy.ledger import Ledger
from privacy.policy import Policy

AUDIO_LEVEL = 2
"""The header extension id under which the library would send the loudness (RFC 6464)."""

_Key = tuple[str, int, Kind, int]  # host, port, kind, RTP payload type or -1


class _Count:
    """What has left for one destination in one kind."""

    __slots__ = ("bytes", "extensions", "flushed", "flushed_bytes", "largest", "last", "packets", "smallest", "source")

    def __init__(self) -> None:
        self.packets = self.bytes = self.flushed = self.flushed_bytes = 0
        self.smallest, self.largest = 1 << 16, 0
        self.last = b""
        self.source: tuple[str, int] = ("", 0)
        self.extensions: set[int] = set()


class Witness:
    """Sees what leaves, feeds the ledger. One per meeting; used on the event loop only, but for `looked_up`."""

    def __init__(self, ledger: Ledger, guard: Guard, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._guard = guard
        self._clock = clock
        self._counts: dict[_Key, _Count] = {}
        self._listeners: list[Callable[[Disclosure], None]] = []
        self._lookups: list[str] = []
        self._policy: Policy | None = None
        self._breach: Callable[[str], None] = lambda sentence: None
        guard.on_lookup(self._lookups.append)

    def on_new(self, listener: Callable[[Disclosure], None]) -> None:
        """Have every disclosure that tells an audience something new reported, once."""
        self._listeners.append(listener)

    # datagrams: the Outlet of net.loop

    def hold_to(self, policy: Policy, breach: Callable[[str], None]) -> None:
        """Let no sound or picture leave that the policy does not allow; `breach` is told in a sentence what it was."""
        self._policy, self._breach = policy, breach

    def permits(self, data: bytes, destination: tuple[str, int]) -> bool:
        """Whether a datagram may leave; a refusal is counted by the guard and the ledger."""
        if not self._guard.permits(destination[0], destination[1]):
            self._guard.refuse(f"{destination[0]}:{destination[1]}", "send to")
            return False
        return self._policy is None or classify(data) is not Kind.RTP or self._may_flow(data, self._policy)

    def _may_flow(self, data: bytes, policy: Policy) -> bool:
        fact = Fact.VOICE if payload_type(data) in VOICE_TYPES else Fact.PICTURE
        if policy.may(fact, Audience.NETWORK):
            return True
        self._breach(f"It would have sent what was not switched on: {fact}.")
        return False

    def left(self, data: bytes, source: tuple[str, int], destination: tuple[str, int]) -> None:
        """One datagram has left. Counts only."""
        kind = classify(data)
        key = (destination[0], destination[1], kind, payload_type(data) if kind is Kind.RTP else -1)
        count = self._counts.get(key)
        if count is None:
            count = self._counts[key] = _Count()
        size = len(data)
        count.packets += 1
        count.bytes += size
        count.last = data
        count.source = source
        count.largest = max(count.largest, size)
        count.smallest = min(count.smallest, size)

    # messages

    def signalled(
        self, destination: str, frame: str, *, source: str, encrypted: bool, facts: Mapping[Fact, str]
    ) -> None:
        """One message has left for the meeting's server, which reads `facts` in it."""
        evidence = Evidence("signalling", destination, len(frame.encode()), _bounded(frame))
        for fact, value, audience in by_signalling(facts, source, destination, encrypted=encrypted):
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
        for key, count in self._counts.items():
            packets, size = count.packets - count.flushed, count.bytes - count.flushed_bytes
            if packets == 0:
                continue
            count.flushed, count.flushed_bytes = count.packets, count.bytes
            self._flush_one(key, count, packets, size)

    def _flush_one(self, key: _Key, count: _Count, packets: int, size: int) -> None:
        host, port, kind, rtp = key
        destination = f"{host}:{port}"
        self._ledger.count(Traffic(destination, str(kind), packets, size))
        evidence = Evidence(str(kind), destination, len(count.last), describe(count.last))
        why = self._guard.why(host, port)
        audience = why.audience if why else Audience.PARTICIPANTS
        for fact, value, told in by_datagram(kind, rtp, count.source[0], audience):
            self._tell(fact, value, told, evidence, packets)
        if kind is Kind.RTP and rtp in VOICE_TYPES:
            count.extensions.update(extension_ids(count.last))
            self._flush_voice(count, evidence)

    def _flush_voice(self, count: _Count, evidence: Evidence) -> None:
        if count.smallest == count.largest:
            self.withheld(str(Fact.ACTIVITY), f"every voice packet has {count.largest} bytes", evidence)
        else:
            sizes = f"voice packets have {count.smallest} to {count.largest} bytes"
            self._tell(Fact.ACTIVITY, sizes, Audience.NETWORK, evidence)
        if AUDIO_LEVEL in count.extensions:
            self._tell(Fact.LOUDNESS, "an audio level in every packet", Audience.NETWORK, evidence)
        else:
            self.withheld(str(Fact.LOUDNESS), "no audio level in any packet", evidence)

    def _tell(self, fact: Fact, value: str, audience: Audience, evidence: Evidence, count: int = 1) -> None:
        disclosure = Disclosure(fact, value, audience, self._clock(), evidence, count)
        if self._ledger.record(disclosure):
            for listener in self._listeners:
                listener(disclosure)


def _bounded(text: str, limit: int = 2000) -> str:
    """A message for a person to read: indented when it is JSON, cut when it is long."""
    try:
        parsed: Any = json.loads(text)
        text = json.dumps(parsed, indent=1, ensure_ascii=False)
    except ValueError:
        pass
    return text if len(text) <= limit else text[:limit] + "…"
