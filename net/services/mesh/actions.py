"""What a conversation wants done. The driver does it in order, and reports back by `Conversation`'s methods.

About one participant the driver holds at most one connection, named by the participant's id. After `ClosePeer` it must
report nothing more about the connection it closed: an `OpenPeer` or `AnswerPeer` that follows begins another one
under the same id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from net.services.base import PeerId
from net.services.mesh.ice import IceServer
from net.services.outbox import Emit

__all__ = [
    "AcceptAnswer",
    "Action",
    "AnswerPeer",
    "ClosePeer",
    "CloseRendezvous",
    "Emit",
    "End",
    "OpenPeer",
    "PeerEvent",
    "SendChannel",
    "SendRendezvous",
    "Wanted",
]


@dataclass(frozen=True, slots=True)
class SendRendezvous:
    """Send one text frame to the rendezvous."""

    text: str  # as it leaves
    sealed_plain: str | None = None  # for a sealed message: what is in it, for the witness and the firewall
    to: str | None = None  # for a sealed message: the receiver's connection id
    pid: PeerId | None = None  # and whose connection that is, once it is known


@dataclass(frozen=True, slots=True)
class CloseRendezvous:
    """Close the connection to the rendezvous; `rendezvous_lost` need not be reported for it."""

    reason: str


@dataclass(frozen=True, slots=True)
class SendChannel:
    """Send one text message over a participant's data channel."""

    pid: PeerId
    text: str


@dataclass(frozen=True, slots=True)
class OpenPeer:
    """Make a connection and an offer for it; report `OFFER_READY` with the offer's SDP."""

    pid: PeerId
    ice: tuple[IceServer, ...]


@dataclass(frozen=True, slots=True)
class AnswerPeer:
    """Make a connection from a participant's offer; report `ANSWER_READY` with the answer's SDP."""

    pid: PeerId
    sdp: str = field(repr=False)
    ice: tuple[IceServer, ...]


@dataclass(frozen=True, slots=True)
class AcceptAnswer:
    """A participant answered our offer."""

    pid: PeerId
    sdp: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClosePeer:
    """Close the connection with a participant, after what was to be sent over its channel."""

    pid: PeerId


@dataclass(frozen=True, slots=True)
class Wanted:
    """A participant wants our picture, or no longer; sent only while it changes."""

    pid: PeerId
    picture: bool


Action = (
    SendRendezvous | CloseRendezvous | SendChannel | OpenPeer | AnswerPeer | AcceptAnswer | ClosePeer | Wanted | Emit
)


class PeerEvent(StrEnum):
    """What a driver reports about its connection with one participant."""

    OFFER_READY = "offer ready"  # detail: our offer's SDP
    ANSWER_READY = "answer ready"  # detail: our answer's SDP
    CONNECTED = "connected"  # the data channel is open; detail: both ends' keys, the offerer's first, if known
    FAILED = "failed"  # detail: why, for a person
    MISMATCH = "fingerprint mismatch"  # the other end's certificate is not the one of its SDP
    CLOSED = "closed"  # the other end closed it


class End(StrEnum):
    """How a conversation ended."""

    LEFT = "left"  # we left
    REFUSED = "refused"  # the rendezvous did not let us in
    LOST = "lost"  # everything is gone
