"""What is so of all meetings of a kind, by their links alone. Loads nothing heavy."""

from __future__ import annotations

from net.services.base import Encryption
from net.services.janus.link import AUDIOBRIDGE, JanusLink
from net.services.links import MeetingLink

KINDS = {"mesh": "mesh", "janus": "Janus"}
"""The kinds of meeting that can be joined, as a person reads them."""

_MODES = {
    "loopback": "only this machine's own, 127.0.0.1",
    "local": "the one that reaches the meeting",
    "public": "only what a STUN or TURN server sees",
    "relay": "only the relay's",
}
_BY_SERVER = {
    "loopback": "the participants learn none, the operator only 127.0.0.1",
    "local": "the participants learn none, the operator the one that reaches the server",
    "public": "the participants learn none, the operator the one that reaches the server",
    "relay": "the participants learn none; sound and pictures go by the relay, messages do not",
}


def name_of(to: MeetingLink) -> str:
    """A kind of meeting as a person reads it."""
    if isinstance(to, JanusLink):
        return "Janus AudioBridge" if to.plugin == AUDIOBRIDGE else "Janus VideoRoom"
    return KINDS[to.service]


def forwarded(to: MeetingLink) -> bool:
    """Whether a server stands between the participants: they never learn each other's addresses, and it may ask."""
    return to.service != "mesh"


def has_pictures(to: MeetingLink) -> bool:
    """Whether anybody can be seen in a meeting."""
    return not (isinstance(to, JanusLink) and to.plugin == AUDIOBRIDGE)


def encryption(to: MeetingLink) -> Encryption:
    """How a meeting will be encrypted at best, before anybody was compared with."""
    return Encryption.END_TO_END if to.secret else Encryption.TO_SERVER


def addresses(to: MeetingLink, mode: str) -> str:
    """Who may learn which addresses of ours, in words; of a meeting among participants, which these may learn."""
    return (_BY_SERVER if forwarded(to) else _MODES)[mode]
