"""Which room belongs to a link: where the composition root chooses the driver of a kind of meeting."""

from __future__ import annotations

from net.frames import Incoming, Outgoing
from net.intention import Intention
from net.janus import JanusRoom
from net.means import Means
from net.mesh import MeshRoom
from net.services.janus.link import JanusLink
from net.services.mesh.link import MeshLink
from privacy.persona import Persona
from privacy.policy import Policy
from tui.compose.ground import Ground
from tui.compose.shapes import MeetingRoom


def make_room(
    intention: Intention,
    persona: Persona,
    *,
    new: bool,
    outgoing: Outgoing,
    incoming: Incoming,
    ground: Ground,
    policy: Policy,
) -> MeetingRoom:
    """A room that is yet to be joined, where the intention says; `new`: it is made if there is none."""
    to = intention.link
    means = Means(
        outgoing=outgoing,
        incoming=incoming,
        witness=ground.witness,
        guard=ground.guard,
        clock=ground.clock,
        addresses=intention.mode,
        ice=intention.ice,
        relay=intention.relay,
        policy=policy,
    )
    match to:
        case MeshLink():
            return MeshRoom(to, persona, means, new=new)
        case JanusLink():
            return JanusRoom(to, persona, means, credentials=intention.credentials)
        case _:
            raise ValueError(f"There is no room for a link of the kind {to.service}.")
