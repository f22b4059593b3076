"""What a session description of ours tells a server: read from its lines, of which each tells one thing or nothing.

Descriptions for servers have one shape (`net.sfu_sdp`). A line that does not belong to it is told as unknown.
"""

from __future__ import annotations

import re
from typing import Final

from net.said import Hearing
from net.tellings import BY_SHAPE, MADE_FOR_THIS, RANDOM_NAMES, RANDOM_SOURCES
from privacy.facts import Fact

UNKNOWN_SHAPE: Final = "a description that incog does not know"
UNKNOWN_ADDRESS: Final = "an address in a form that incog does not know"

_NAME: Final = "[0-9A-Za-z._-]{1,32}"
_FINGERPRINT: Final = re.compile(r"^a=fingerprint:(sha-256 (?:[0-9A-F]{2}:){31}[0-9A-F]{2})$", re.MULTILINE)
_NAMES: Final = re.compile(r"a=ice-(?:ufrag|pwd):[A-Za-z0-9+/]{4,64}")
_SOURCES: Final = re.compile(r"a=ssrc:\d{1,10} cname:[0-9A-Za-z-]{1,64}|a=ssrc-group:FID \d{1,10} \d{1,10}")
_CANDIDATE: Final = re.compile(r"candidate:\S+ \d+ \S+ \d+ (\S+) ")  # RFC 8839, section 5.1
_SHAPE: Final = re.compile(
    "|".join(
        (
            r"v=0|s=-|t=0 0|c=IN IP4 0\.0\.0\.0|o=- \d{1,20} \d{1,10} IN IP4 0\.0\.0\.0",
            rf"a=group:BUNDLE(?: {_NAME})*|a=mid:{_NAME}",
            r"m=(?:audio|video) [09] UDP/TLS/RTP/SAVPF(?: \d{1,3})+",
            r"m=application [09] UDP/DTLS/SCTP webrtc-datachannel",
            r"a=setup:(?:actpass|active|passive)|a=(?:sendrecv|sendonly|recvonly|inactive)|a=rtcp-mux",
            r"a=rtpmap:\d{1,3} (?:opus/48000/2|(?:VP8|H264|rtx)/90000)",
            r"a=rtcp-fb:\d{1,3} (?:nack(?: pli)?|goog-remb)",
            r"a=fmtp:\d{1,3} (?:apt=\d{1,3}|(?:;?(?:profile-level-id=[0-9A-Fa-f]{6}|packetization-mode=[01]))+)",
            r"a=sctp-port:5000|a=max-message-size:65536",
        )
    )
)
"""What is alike in the descriptions of all incogs, or only repeats what the server offered."""


def described(hearing: Hearing, sdp: str) -> None:
    """What a whole description tells."""
    hearing.operator(Fact.SOFTWARE, BY_SHAPE)
    for line in sdp.splitlines():
        if _SHAPE.fullmatch(line):
            continue
        if _FINGERPRINT.fullmatch(line):
            hearing.operator(Fact.KEYS, MADE_FOR_THIS)
        elif _NAMES.fullmatch(line):
            hearing.operator(Fact.CONNECTION, RANDOM_NAMES)
        elif _SOURCES.fullmatch(line):
            hearing.operator(Fact.CONNECTION, RANDOM_SOURCES)
        else:
            if "candidate" in line:
                reached_at(hearing, line)
            hearing.unknown(UNKNOWN_SHAPE)


def reached_at(hearing: Hearing, candidate: str) -> None:
    """An address where we say to be reached. Our descriptions hold none."""
    match = _CANDIDATE.search(candidate)
    hearing.operator(Fact.ADDRESS, match[1] if match else UNKNOWN_ADDRESS)


def fingerprints(sdp: str) -> tuple[str, ...]:
    """The fingerprints of keys in a description, each once."""
    return tuple(dict.fromkeys(found.partition(" ")[2] for found in _FINGERPRINT.findall(sdp.replace("\r", ""))))
