"""What a stranger can make aiortc hold, compute and send again: bounded here, since the library bounds none of it.

Whoever has a connection with us, a participant of a mesh meeting or the operator of a server, could otherwise freeze
the whole program with one packet, fill its memory, have it send thousands of packets for each of theirs, or keep it
from hanging up. Nobody who keeps to the protocols comes near these bounds, but for one who loses much and at once; what
is not taken then counts as lost, and is sent again.

These are seams of `net.seams`, which checks and installs them. Sources: RFC 9260 (SCTP), RFC 3550 section 6.4
(reports), RFC 4585 section 6.2.1 (packets that are asked for again).
"""

from __future__ import annotations

import asyncio
import logging
import struct
from collections.abc import Callable
from typing import Any, Final

import aiortc.rtcrtpreceiver
from aioice import stun
from aiortc.rtcdtlstransport import RtpRouter
from aiortc.rtcrtpreceiver import RTCRtpReceiver
from aiortc.rtcrtpsender import RTCRtpSender
from aiortc.rtcsctptransport import RTCSctpTransport

from net.moved import Seam

AHEAD: Final = 1024
"""How far a chunk of data may be ahead of the last one that came in order. Each costs a sorting of all these."""
PIECES: Final = 512
"""Chunks that wait on one stream until a message is whole, or has its turn. The longest message that we take has 60."""
HELD: Final = 2048
"""Chunks that wait on all streams together."""
MISSING: Final = 2
"""So many times more may wait when the next one in order comes, since the others may be waiting for just this one."""
STREAMS: Final = 1024
"""Streams on which data comes."""
CHANNELS: Final = 512
"""Data channels of one connection, whoever opened them."""
SOURCES: Final = 1024
"""Sources of sound and pictures that one connection remembers."""
AGAIN: Final = 500.0
"""Packets a second that are sent again, for whoever asks for them."""
AGAIN_AT_ONCE: Final = 128.0
"""The same, after a while in which none were."""
_MOST: Final = 2**32 - 1
_HALF: Final = 2**31  # a number further ahead than this is behind (RFC 1982)

_log = logging.getLogger("incog.bounds")


# --- data ------------------------------------------------------------------------------------------------------------


def _holding(original: Callable[..., Any]) -> Callable[..., Any]:
    async def receive_data_chunk(self: RTCSctpTransport, chunk: Any) -> None:
        if _has_room(self, chunk):
            await original(self, chunk)

    return receive_data_chunk


def _has_room(sctp: Any, chunk: Any) -> bool:
    """Whether a chunk of data is taken; one that came before always is, so that it is said again that it came."""
    ahead = (chunk.tsn - sctp._last_received_tsn) % 2**32
    if ahead >= _HALF:
        return True
    stream = sctp._inbound_streams.get(chunk.stream_id)
    if ahead > AHEAD or len(chunk.user_data) > sctp._advertised_rwnd:
        return False
    if stream is None:
        return len(sctp._inbound_streams) < STREAMS
    if not stream.reassembly:
        return True
    room = MISSING if ahead == 1 else 1
    waiting = sum(len(one.reassembly) for one in sctp._inbound_streams.values())
    return len(stream.reassembly) < room * PIECES and waiting < room * HELD


def _going_on(original: Callable[..., Any]) -> Callable[..., Any]:
    async def receive_forward_tsn_chunk(self: RTCSctpTransport, chunk: Any) -> None:
        """The streams on which something is given up are those on which something came."""
        chunk.streams = [one for one in chunk.streams if one[0] in self._inbound_streams]
        await original(self, chunk)

    return receive_forward_tsn_chunk


def _reached(original: Callable[..., Any]) -> Callable[..., Any]:
    async def receive_sack_chunk(self: RTCSctpTransport, chunk: Any) -> None:
        """The library goes through every number that is said to have come, up to 65,536 for each 4 bytes of a packet.

        More cannot have come than was sent.
        """
        sent = (self._local_tsn - 1 - chunk.cumulative_tsn) % 2**32
        if sent < _HALF and sum(max(0, last - first + 1) for first, last in chunk.gaps) <= sent:
            await original(self, chunk)

    return receive_sack_chunk


def may_open(sctp: RTCSctpTransport) -> bool:
    """Whether the other end may open one more data channel."""
    return len(sctp._data_channels) < CHANNELS


# --- sound and pictures ----------------------------------------------------------------------------------------------


def _remembering(original: Callable[..., Any]) -> Callable[..., Any]:
    def route_rtp(self: RtpRouter, packet: Any) -> Any:
        if packet.ssrc not in self.ssrc_table and len(self.ssrc_table) >= SOURCES:
            return None
        return original(self, packet)

    return route_rtp


def _counting(original: Any) -> Any:
    """As the library's, in numbers that a report has room for, whatever the timestamps of a stranger are."""

    def jitter(self: Any) -> int:
        return min(int(original.jitter.fget(self)), _MOST)

    return type(original.__name__, (original,), {"jitter": property(jitter)})


def _ending(exited: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Whoever stops what reports waits until this is set, also when a report could not be made."""

    def replacement(original: Callable[..., Any]) -> Callable[..., Any]:
        async def run_rtcp(self: Any) -> None:
            try:
                await original(self)
            except Exception:
                _log.exception("no more reports are made on a connection")
            finally:
                vars(self)[exited].set()

        return run_rtcp

    return replacement


_ALLOWANCE = "incog_again"


def _again(original: Callable[..., Any]) -> Callable[..., Any]:
    async def retransmit(self: RTCRtpSender, sequence_number: int) -> None:
        """One packet of reports can ask for five thousand packets."""
        now = asyncio.get_running_loop().time()
        left, at = vars(self).get(_ALLOWANCE, (AGAIN_AT_ONCE, now))
        left = min(AGAIN_AT_ONCE, left + (now - at) * AGAIN)
        vars(self)[_ALLOWANCE] = (max(0.0, left - 1), now)
        if left >= 1:
            await original(self, sequence_number)

    return retransmit


# --- checks ----------------------------------------------------------------------------------------------------------


def _parsing(original: Callable[..., Any]) -> Callable[..., Any]:
    def parse_message(data: bytes) -> Any:
        """Anybody can send what looks like STUN; what cannot be read raises `ValueError`, and nothing else."""
        try:
            return original(data)
        except (struct.error, LookupError) as error:
            raise ValueError("no STUN message") from error

    return parse_message


SEAMS = (
    Seam(stun, "parse_message", "(data)", _parsing),
    Seam(RTCSctpTransport, "_receive_data_chunk", "(self, chunk)", _holding),
    Seam(RTCSctpTransport, "_receive_forward_tsn_chunk", "(self, chunk)", _going_on),
    Seam(RTCSctpTransport, "_receive_sack_chunk", "(self, chunk)", _reached),
    Seam(RtpRouter, "route_rtp", "(self, packet)", _remembering),
    Seam(aiortc.rtcrtpreceiver, "StreamStatistics", "(clockrate)", _counting),
    Seam(RTCRtpReceiver, "_run_rtcp", "(self)", _ending("_RTCRtpReceiver__rtcp_exited")),
    Seam(RTCRtpSender, "_run_rtcp", "(self)", _ending("_RTCRtpSender__rtcp_exited")),
    Seam(RTCRtpSender, "_retransmit", "(self, sequence_number)", _again),
)
