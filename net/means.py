"""With what a meeting of any kind is held: where media come from and go to, what may be reached, and who watches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from net.frames import Incoming, Outgoing
from net.guard import Guard
from net.sdp import AddressMode
from net.services.mesh.ice import IceServer
from net.witness import Witness
from privacy.policy import Policy


@dataclass(frozen=True, slots=True)
class Means:
    """See the module."""

    outgoing: Outgoing
    incoming: Incoming
    witness: Witness
    guard: Guard
    clock: Callable[[], float]  # seconds
    addresses: AddressMode
    ice: Sequence[IceServer] = ()  # what may be asked to relay
    relay: Sequence[IceServer] = ()  # our own relay, used in place of all others and told to no participant
    policy: Policy | None = None  # what may be told; without one nothing is held against a preview
