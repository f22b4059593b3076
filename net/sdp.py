"""Session descriptions of one fixed shape: one incog looks like any other, a stranger's text reaches no parser.

A mesh connection always carries the same three sections: Opus voice, VP8 pictures, one data channel, all bundled. Only
a handful of values differ. `Description.parse` reads those from any text, checks and bounds them, and forgets the rest;
`str()` writes the canonical text again. Our own descriptions go through the same door, which is where the clock, the
local addresses and the address-derived foundations of the library's text stay behind.

Sources: RFC 8866 (SDP), RFC 9429 section 5.2.1 (neutral origin), RFC 8839 (candidates), RFC 8122 (fingerprints).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

MAX_TEXT = 32 * 1024
MAX_CANDIDATES = 8
MIN_PORT = 1024

VOICE = 96
PICTURE = 97
RETRANSMIT = 98


class BadDescription(ValueError):
    """A session description that is not one of ours."""


class AddressMode(StrEnum):
    """Which of our addresses the others may learn, and which of theirs we contact."""

    LOOPBACK = "loopback"  # everybody is on this machine
    LOCAL = "local"  # the one address that reaches the meeting's server
    PUBLIC = "public"  # only what a STUN server sees of us
    RELAY = "relay"  # only a TURN server's address


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address where a participant may be reached by UDP."""

    host: str
    port: int
    type: str  # host, srflx, relay
    priority: int


@dataclass(frozen=True, slots=True)
class Description:
    """All that differs between two descriptions."""

    ufrag: str
    pwd: str
    fingerprint: str  # SHA-256 of the DTLS certificate, "AB:CD:…"
    setup: str  # actpass, active, passive
    voice_ssrc: int
    picture_ssrc: int
    retransmit_ssrc: int
    cname: str
    candidates: tuple[Candidate, ...]
    session: int = 0  # the `o=` session id; random when we make one

    @classmethod
    def parse(cls, text: str) -> Description:
        """Read the values from a description. Raises `BadDescription` in one sentence."""
        if len(text) > MAX_TEXT:
            raise BadDescription(f"the session description has {len(text)} characters, more than {MAX_TEXT}")
        values = Values(text)
        ssrcs = values.ssrcs()
        return cls(
            ufrag=values.ufrag(),
            pwd=values.pwd(),
            fingerprint=values.fingerprint(),
            setup=values.setup(),
            voice_ssrc=ssrcs[0],
            picture_ssrc=ssrcs[1],
            retransmit_ssrc=ssrcs[2],
            cname=values.cname(),
            candidates=values.candidates(),
        )

    def answering(self) -> Description:
        """The same as an answer that waits for the other side's DTLS hello.

        An answerer that starts by itself now and then speaks before the offerer listens, and loses a second.
        """
        return replace(self, setup="passive")

    def hidden(self, mode: AddressMode, session: int) -> Description:
        """Our own description as the others may see it."""
        shown = {"host", "srflx", "relay"}
        if mode is AddressMode.PUBLIC:
            shown = {"srflx", "relay"}
        elif mode is AddressMode.RELAY:
            shown = {"relay"}
        return replace(self, session=session, candidates=distinct(c for c in self.candidates if c.type in shown))

    def reachable(self, mode: AddressMode) -> Description:
        """A stranger's description with only those candidates that may be contacted in this mode."""
        return replace(self, candidates=distinct(c for c in self.candidates if may_contact(c.host, c.port, mode)))

    def __str__(self) -> str:
        lines = [
            "v=0",
            f"o=- {self.session} 2 IN IP4 0.0.0.0",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0 1 2",
            "a=msid-semantic:WMS *",
            f"m=audio 9 UDP/TLS/RTP/SAVPF {VOICE}",
            *self._transport(0),
            f"a=rtpmap:{VOICE} opus/48000/2",
            *self._media("voice", (self.voice_ssrc,)),
            f"m=video 9 UDP/TLS/RTP/SAVPF {PICTURE} {RETRANSMIT}",
            *self._transport(1),
            "a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            f"a=rtpmap:{PICTURE} VP8/90000",
            *feedback_lines(PICTURE, "nack", "nack pli", "goog-remb"),
            *retransmit_lines(RETRANSMIT, PICTURE),
            f"a=ssrc-group:FID {self.picture_ssrc} {self.retransmit_ssrc}",
            *self._media("picture", (self.picture_ssrc, self.retransmit_ssrc)),
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
            *self._transport(2),
            "a=sctp-port:5000",
            "a=max-message-size:65536",
        ]
        return "\r\n".join(lines) + "\r\n"

    def _transport(self, mid: int) -> list[str]:
        lines = ["c=IN IP4 0.0.0.0", f"a=mid:{mid}"]
        # In every section: aiortc takes the candidates of a bundle from its last one.
        for number, candidate in enumerate(self.candidates, 1):
            related = "" if candidate.type == "host" else " raddr 0.0.0.0 rport 9"
            lines.append(
                f"a=candidate:{number} 1 udp {candidate.priority} {candidate.host} {candidate.port}"
                f" typ {candidate.type}{related}"
            )
        return [
            *lines,
            "a=end-of-candidates",
            *transport_lines(self.ufrag, self.pwd, self.fingerprint, self.setup),
        ]

    def _media(self, track: str, ssrcs: tuple[int, ...]) -> list[str]:
        return [
            "a=sendrecv",
            "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid",
            f"a=msid:- {track}",
            "a=rtcp:9 IN IP4 0.0.0.0",
            "a=rtcp-mux",
            *(f"a=ssrc:{ssrc} cname:{self.cname}" for ssrc in ssrcs),
        ]


def transport_lines(ufrag: str, pwd: str, fingerprint: str, setup: str) -> list[str]:
    """What a section says of its connection."""
    return [
        f"a=ice-ufrag:{ufrag}",
        f"a=ice-pwd:{pwd}",
        f"a=fingerprint:sha-256 {fingerprint}",
        f"a=setup:{setup}",
    ]


def feedback_lines(payload_type: int, *kinds: str) -> list[str]:
    """What the receiver of pictures may ask for (RFC 4585)."""
    return [f"a=rtcp-fb:{payload_type} {kind}" for kind in kinds]


def retransmit_lines(payload_type: int, of: int) -> list[str]:
    """That lost packets of `of` are sent again with a payload type of their own (RFC 4588)."""
    return [f"a=rtpmap:{payload_type} rtx/90000", f"a=fmtp:{payload_type} apt={of}"]


_PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def is_private(host: str) -> bool:
    """Whether an address is one of those that any network may use inside (RFC 1918, RFC 6598, RFC 4193)."""
    address = ipaddress.ip_address(host)
    return any(address in network for network in _PRIVATE)


def may_contact(host: str, port: int, mode: AddressMode) -> bool:
    """Whether a candidate somebody gave us may be sent a packet.

    Never: this machine itself (but in loopback mode), link-local (cloud metadata lives there), multicast, unspecified
    or reserved addresses, and well-known ports, so that nobody can use us to scan a network.
    """
    address = ipaddress.ip_address(host)
    if port < MIN_PORT or port > 65535 or getattr(address, "ipv4_mapped", None) is not None:
        return False
    if mode is AddressMode.LOOPBACK:
        return address.is_loopback
    if address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if isinstance(address, ipaddress.IPv4Address) and address.is_reserved:  # 240.0.0.0/4, broadcast among them
        return False
    return not (mode is AddressMode.PUBLIC and is_private(host))


def may_come_from(host: str, port: int, mode: AddressMode) -> bool:
    """Whether one who proved to know the password of a connection may be answered where they come from.

    As `may_contact`, but for private addresses: from these they come when both are in one network.
    """
    return may_contact(host, port, AddressMode.LOCAL if mode is AddressMode.PUBLIC else mode)


def distinct(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """One candidate for each address. Without a NAT a host and what a server sees of it are the same one."""
    found: dict[tuple[str, int], Candidate] = {}
    for candidate in candidates:
        found.setdefault((candidate.host, candidate.port), candidate)
    return tuple(found.values())


class Values:
    """The attribute lines of a description, by section kind."""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, list[tuple[str, str]]] = {}  # by the first word of their names: a server's has hundreds
        section = ""
        for line in text.splitlines():
            if line.startswith("m="):
                section = line[2:].partition(" ")[0]
            elif line.startswith("a="):
                self._lines.setdefault(_first_word(line[2:]), []).append((section, line[2:]))

    def all(self, prefix: str, section: str | None = None) -> list[str]:
        """The values of all attributes of one name, in all sections or in those of one kind."""
        return [
            line[len(prefix) :].lstrip(": ")
            for where, line in self._lines.get(_first_word(prefix), ())
            if (section is None or where == section) and line.startswith((f"{prefix}:", f"{prefix} "))
        ]

    def only(self, name: str, pattern: str) -> str:
        """The one value of an attribute in all sections."""
        found = {value.upper() if name.startswith("fingerprint") else value for value in self.all(name)}
        if len(found) != 1 or not re.fullmatch(pattern, value := found.pop()):
            raise BadDescription(f"the session description has no single valid {name.partition(':')[0]}")
        return value

    def ufrag(self) -> str:
        """The name of the ICE connection."""
        return self.only("ice-ufrag", r"[A-Za-z0-9+/]{4,32}")

    def pwd(self) -> str:
        """Its password."""
        return self.only("ice-pwd", r"[A-Za-z0-9+/]{22,64}")

    def fingerprint(self) -> str:
        """SHA-256 of the DTLS certificate."""
        return self.only("fingerprint:sha-256", r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}")

    def setup(self) -> str:
        """Who begins with DTLS."""
        return self.only("setup", r"actpass|active|passive")

    def ssrcs(self) -> tuple[int, int, int]:
        """Synchronisation sources: voice, picture, retransmitted picture."""
        found = []
        for section, wanted in (("audio", 1), ("video", 2)):
            numbers = list(dict.fromkeys(value.partition(" ")[0] for value in self.all("ssrc", section)))
            if len(numbers) != wanted or not all(re.fullmatch(r"\d{1,10}", n) and int(n) < 2**32 for n in numbers):
                raise BadDescription(f"the session description does not name the {section} sources")
            found += [int(number) for number in numbers]
        if len(set(found)) != 3:
            raise BadDescription("the session description names one source twice")
        return found[0], found[1], found[2]

    def cname(self) -> str:
        """The canonical name of the sources; random, one for a connection (RFC 7022)."""
        names = {value.rpartition("cname:")[2] for value in self.all("ssrc") if "cname:" in value}
        if len(names) != 1 or not re.fullmatch(r"[0-9A-Za-z-]{1,64}", name := names.pop()):
            raise BadDescription("the session description has no valid cname")
        return name

    def candidates(self) -> tuple[Candidate, ...]:
        """UDP candidates with literal addresses; names (such as `.local`) and everything else are left out."""
        found: dict[tuple[str, int, str], Candidate] = {}
        for value in self.all("candidate"):
            match = re.fullmatch(
                r"\S{1,64} 1 (?i:udp) (\d{1,10}) ([0-9A-Fa-f:.]{2,45}) (\d{1,5}) typ (host|srflx|relay)(?: .{0,200})?",
                value,
            )
            if match is None:
                continue
            try:
                host = str(ipaddress.ip_address(match[2]))
            except ValueError:
                continue
            candidate = Candidate(host, int(match[3]), match[4], min(int(match[1]), 2**31 - 1))
            if 0 < candidate.port < 65536:
                found.setdefault((candidate.host, candidate.port, candidate.type), candidate)
            if len(found) >= MAX_CANDIDATES:
                break
        return tuple(found.values())


def _first_word(text: str) -> str:
    return text.partition(":")[0].partition(" ")[0]
