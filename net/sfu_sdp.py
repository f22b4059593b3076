"""Session descriptions towards and from a server that forwards media: canonical ours, bounded theirs.

On one kind of connection we offer what we send (voice, perhaps one picture, data), and the server answers. On the other
the server offers what we may receive, in up to `MAX_SECTIONS` sections whose people change, and we answer. Ours have
one shape for everybody and name no address: the server learns where packets come from by receiving them. Of a server's
text only the values below are read; the text itself goes no further, and into no other parser.

Sources: RFC 8866 (SDP), RFC 9429 (offers and answers), RFC 8839 (candidates, ice-lite), RFC 9143 (bundles), RFC 6184
(H.264), RFC 4588 (retransmission), RFC 8841 (data channels), RFC 5576 (sources).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from net.sdp import (
    PICTURE,
    RETRANSMIT,
    VOICE,
    AddressMode,
    BadDescription,
    Candidate,
    Values,
    distinct,
    feedback_lines,
    may_contact,
    retransmit_lines,
    transport_lines,
)

MAX_TEXT = 512 * 1024
MAX_SECTIONS = 256
MAX_MESSAGE = 65536
"""Bytes of a data channel message that we take."""
MIN_PORT = 1024


class Kind(StrEnum):
    """What a section carries."""

    VOICE = "audio"
    PICTURE = "video"
    DATA = "application"


@dataclass(frozen=True, slots=True)
class Transport:
    """What one end says of its side of a connection."""

    ufrag: str
    pwd: str
    fingerprint: str  # SHA-256 of the DTLS certificate, "AB:CD:…"
    setup: str  # actpass, active, passive
    lite: bool = False  # it checks nothing itself (RFC 8445 section 2.5)
    candidates: tuple[Candidate, ...] = ()
    complete: bool = False  # no more candidates will come

    def reachable(self, mode: AddressMode, server: str) -> Transport:
        """The same with only those candidates that may be contacted; `server`: the address we talk to already."""
        return replace(self, candidates=distinct(c for c in self.candidates if may_go_to(c, mode, server)))

    def continues(self, other: Transport) -> bool:
        """Whether it is the same connection: anything else would be an ICE restart or another server."""
        return (self.ufrag, self.pwd, self.fingerprint) == (other.ufrag, other.pwd, other.fingerprint)

    @property
    def answering(self) -> str:
        """Our `setup` when this is an offer: we wait for its DTLS hello, if it can say one.

        An answerer that starts by itself now and then speaks before the offerer listens, and loses a second.
        """
        return "active" if self.setup == "passive" else "passive"

    def lines(self, mid: str) -> list[str]:
        """What each section of ours says of it: no candidates."""
        return [
            "c=IN IP4 0.0.0.0",
            f"a=mid:{mid}",
            *transport_lines(self.ufrag, self.pwd, self.fingerprint, self.setup),
        ]


@dataclass(frozen=True, slots=True)
class Codec:
    """How a section's media is encoded."""

    name: str  # "opus", "VP8", "H264"
    payload_type: int
    retransmit: int | None = None  # payload type of what is sent again
    format: str = ""  # of H.264: profile and packetisation, in our own words


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a server's description."""

    mid: str
    kind: Kind
    taken: bool = True  # its port is not zero
    sends: bool = False  # the server sends on it
    receives: bool = False  # the server takes what we send on it
    codec: Codec | None = None  # None: data, or nothing that we know
    source: int | None = None  # synchronisation source of what the server sends
    retransmit: int | None = None  # that of what it sends again

    @property
    def usable(self) -> bool:
        """Whether we can have anything to do with it."""
        return self.taken and (self.kind is Kind.DATA or self.codec is not None)


@dataclass(frozen=True, slots=True)
class Described:
    """What a server's description says."""

    transport: Transport
    sections: tuple[Section, ...]

    @classmethod
    def parse(cls, text: str) -> Described:
        """Read a server's offer or answer. Raises `BadDescription` in one sentence."""
        if len(text) > MAX_TEXT:
            raise BadDescription(f"the session description has {len(text)} characters, more than {MAX_TEXT}")
        head, *blocks = re.split(r"^(?=m=)", text.replace("\r\n", "\n"), flags=re.MULTILINE)
        if not 0 < len(blocks) <= MAX_SECTIONS:
            raise BadDescription(f"the session description has {len(blocks)} sections, not 1 to {MAX_SECTIONS}")
        sections = tuple(_section(block) for block in blocks)
        if len({section.mid for section in sections}) != len(sections):
            raise BadDescription("the session description names one section twice")
        in_use = "".join(block for block, section in zip(blocks, sections, strict=True) if section.taken)
        return cls(_transport(head + in_use), sections)

    @property
    def data(self) -> bool:
        """Whether a data channel may be opened."""
        return any(section.kind is Kind.DATA and section.usable for section in self.sections)

    def answered(self, own: Transport, reports: Mapping[str, int], session: int, version: int) -> str:
        """Our answer to this offer: we take what we know, and send nothing but reports.

        `reports`: the synchronisation sources of these, by section. A server that does not know them would not know
        which section they are about, and would not ask for the key frames that we ask it for.
        """
        lines = _head(session, version, (section.mid for section in self.sections if section.usable))
        for section in self.sections:
            lines += _answered(section, own, reports[section.mid]) if section.usable else _rejected(section)
        return _text(lines)


@dataclass(frozen=True, slots=True)
class Published:
    """What we offer to send."""

    transport: Transport
    cname: str
    voice: int  # synchronisation source
    picture: tuple[int, int] | None = None  # those of the picture, and of what is sent of it again
    data: bool = True
    mixed: bool = False  # the server sends everybody's sound back in the voice's section
    session: int = 0  # of the `o=` line; random

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What the sections are; their names are their numbers."""
        picture = () if self.picture is None else (Kind.PICTURE,)
        return (Kind.VOICE, *picture, *((Kind.DATA,) if self.data else ()))

    def __str__(self) -> str:
        lines = _head(self.session, 1, (str(number) for number in range(len(self.kinds))))
        lines += [f"m=audio 9 UDP/TLS/RTP/SAVPF {VOICE}", *self.transport.lines("0")]
        lines += self._sends(self.voice, both_ways=self.mixed)
        lines.append(f"a=rtpmap:{VOICE} opus/48000/2")
        if self.picture is not None:
            lines += [f"m=video 9 UDP/TLS/RTP/SAVPF {PICTURE} {RETRANSMIT}", *self.transport.lines("1")]
            lines += [*self._sends(*self.picture), f"a=ssrc-group:FID {self.picture[0]} {self.picture[1]}"]
            lines += [f"a=rtpmap:{PICTURE} VP8/90000", *feedback_lines(PICTURE, "nack", "nack pli", "goog-remb")]
            lines += retransmit_lines(RETRANSMIT, PICTURE)
        if self.data:
            lines += _data(str(len(self.kinds) - 1), self.transport)
        return _text(lines)

    def _sends(self, *sources: int, both_ways: bool = False) -> list[str]:
        named = [f"a=ssrc:{source} cname:{self.cname}" for source in sources]
        return ["a=sendrecv" if both_ways else "a=sendonly", "a=rtcp-mux", *named]

    def accepted(self, text: str) -> Described:
        """Read a server's answer to this. Raises `BadDescription` when it is none."""
        answer = Described.parse(text)
        kinds = tuple(section.kind for section in answer.sections)
        numbers = [section.mid for section in answer.sections]
        if kinds != self.kinds or numbers != [str(number) for number in range(len(kinds))]:
            raise BadDescription("the answer of the server has other sections than the offer")
        if answer.transport.setup == "actpass":
            raise BadDescription("the answer of the server does not say who begins")
        return answer

    def takes(self, answer: Described, kind: Kind) -> bool:
        """Whether the server takes what we offered of a kind, in our encoding."""
        ours = {Kind.VOICE: VOICE, Kind.PICTURE: PICTURE}.get(kind)
        return any(
            section.kind is kind
            and section.usable
            and (section.codec is None or (section.receives and section.codec.payload_type == ours))
            for section in answer.sections
        )


def candidate(text: str) -> Candidate | None:
    """Read a candidate that came by itself ("candidate:1 1 udp …"); None for one that is no address."""
    found = Values(f"m=audio\na={text[:300].strip().removeprefix('a=')}").candidates()
    return found[0] if found else None


def may_go_to(where: Candidate, mode: AddressMode, server: str) -> bool:
    """Whether a candidate may be sent a packet: as in `may_contact`, or because the server itself is there."""
    return may_contact(where.host, where.port, mode) or (where.host == server and MIN_PORT <= where.port < 65536)


# reading


def _transport(text: str) -> Transport:
    values = Values(text)
    return Transport(
        values.ufrag(),
        values.pwd(),
        values.fingerprint(),
        values.setup(),
        lite=re.search(r"^a=ice-lite$", text, re.MULTILINE) is not None,
        candidates=values.candidates(),
        complete=re.search(r"^a=end-of-candidates$", text, re.MULTILINE) is not None,
    )


def _section(block: str) -> Section:
    match = re.match(r"m=(audio|video|application) (\d{1,5}) \S{1,40}((?: \S{1,40}){1,64})$", block, re.MULTILINE)
    if match is None:
        raise BadDescription("a section of the session description cannot be read")
    kind, values = Kind(match[1]), Values(block)
    mids = values.all("mid")
    if len(mids) != 1 or not re.fullmatch(r"[0-9A-Za-z._-]{1,32}", mids[0]):
        raise BadDescription("a section of the session description has no name")
    ways = re.findall(r"^a=(sendrecv|sendonly|recvonly|inactive)$", block, re.MULTILINE)
    way = ways[0] if ways else "sendrecv"  # RFC 8866 section 6.7
    source, again = _sources(values)
    return Section(
        mid=mids[0],
        kind=kind,
        taken=int(match[2]) != 0,
        sends=way in ("sendrecv", "sendonly"),
        receives=way in ("sendrecv", "recvonly"),
        codec=None if kind is Kind.DATA else _codec(kind, match[3].split(), values),
        source=source,
        retransmit=again,
    )


def _sources(values: Values) -> tuple[int | None, int | None]:
    """What is sent, and what is sent again (RFC 5576 section 4.2): the first of several."""
    named = [_number(value.partition(" ")[0], 2**32) for value in values.all("ssrc")]
    for group in values.all("ssrc-group"):
        match = re.fullmatch(r"FID (\d{1,10}) (\d{1,10})", group)
        if match is not None and (pair := (_number(match[1], 2**32), _number(match[2], 2**32)))[0] in named[:1]:
            return pair
    return (named[0] if named else None), None


def _codec(kind: Kind, offered: list[str], values: Values) -> Codec | None:
    """The first one that we know."""
    maps = dict(value.partition(" ")[::2] for value in values.all("rtpmap"))
    formats = dict(value.partition(" ")[::2] for value in values.all("fmtp"))
    known = {"opus/48000/2": "opus"} if kind is Kind.VOICE else {"vp8/90000": "VP8", "h264/90000": "H264"}
    for word in offered:
        name, number = known.get(maps.get(word, "").lower()), _payload_type(word)
        if name is not None and number is not None:
            again = next((_payload_type(other) for other in offered if _is_again(other, word, maps, formats)), None)
            return Codec(name, number, again, _h264(formats.get(word, "")) if name == "H264" else "")
    return None


def _is_again(word: str, of: str, maps: dict[str, str], formats: dict[str, str]) -> bool:
    return maps.get(word, "").lower() == "rtx/90000" and formats.get(word, "") == f"apt={of}"


def _h264(text: str) -> str:
    """Profile and packetisation, which an answer must repeat (RFC 6184 section 8.2.2), and nothing else."""
    given = dict(part.strip().partition("=")[::2] for part in text.split(";"))
    profile, mode = given.get("profile-level-id", ""), given.get("packetization-mode", "")
    kept = [f"profile-level-id={profile}"] if re.fullmatch(r"[0-9A-Fa-f]{6}", profile) else []
    return ";".join([*kept, f"packetization-mode={mode}"] if mode in ("0", "1") else kept)


def _payload_type(word: str) -> int | None:
    """RFC 5761 section 4: those from 64 to 95 could be taken for RTCP."""
    number = _number(word, 128)
    return None if number is None or 64 <= number < 96 else number


def _number(word: str, below: int) -> int | None:
    return int(word) if re.fullmatch(r"[0-9]{1,10}", word) and int(word) < below else None


# writing


def _head(session: int, version: int, bundled: Iterable[str]) -> list[str]:
    return [
        "v=0",
        f"o=- {session} {version} IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {' '.join(bundled)}".rstrip(),
    ]


def _answered(section: Section, own: Transport, reports: int) -> list[str]:
    if section.codec is None:
        return _data(section.mid, own)
    codec = section.codec
    types = [codec.payload_type, *(() if codec.retransmit is None else (codec.retransmit,))]
    lines = [
        f"m={section.kind} 9 UDP/TLS/RTP/SAVPF {' '.join(str(number) for number in types)}",
        *own.lines(section.mid),
        "a=recvonly" if section.sends else "a=inactive",
        "a=rtcp-mux",
        f"a=ssrc:{reports} cname:-",
    ]
    if section.kind is Kind.VOICE:
        return [*lines, f"a=rtpmap:{codec.payload_type} opus/48000/2"]
    lines += [f"a=rtpmap:{codec.payload_type} {codec.name}/90000"]
    lines += [f"a=fmtp:{codec.payload_type} {codec.format}"] if codec.format else []
    lines += feedback_lines(codec.payload_type, "nack", "nack pli")
    return lines if codec.retransmit is None else [*lines, *retransmit_lines(codec.retransmit, codec.payload_type)]


def _rejected(section: Section) -> list[str]:
    profile = "UDP/DTLS/SCTP webrtc-datachannel" if section.kind is Kind.DATA else "UDP/TLS/RTP/SAVPF 0"
    return [f"m={section.kind} 0 {profile}", "c=IN IP4 0.0.0.0", f"a=mid:{section.mid}", "a=inactive"]


def _data(mid: str, own: Transport) -> list[str]:
    return [
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        *own.lines(mid),
        "a=sctp-port:5000",
        f"a=max-message-size:{MAX_MESSAGE}",
    ]


def _text(lines: list[str]) -> str:
    return "\r\n".join(lines) + "\r\n"
