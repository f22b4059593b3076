"""The rehearsal: a meeting's first minutes played through in memory, to say beforehand who would learn what.

The real conversation speaks with a stand-in of the server, in memory; our own descriptions are made by real peer
connections. Every message that would leave is read by the parsers the witness uses. No socket is connected and no
packet leaves: candidates of this machine are sockets that are opened and closed unused, and the descriptions of others
name no address that could be tried.

Each kind of meeting has its rehearsal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from net.foretelling import Rehearsal
from net.intention import Intention, Preview
from net.janus_rehearsal import JanusRehearsal
from net.mesh_rehearsal import MeshRehearsal
from privacy.facts import Fact
from privacy.policy import Telling


async def rehearse(intention: Intention) -> Preview:
    """Play the meeting through. Raises nothing that depends on the network: there is none."""
    return await _of(intention).preview()


def switched_on(fact: Fact, intention: Intention) -> Iterator[Telling]:
    """What follows when the microphone (`Fact.VOICE`), the camera (`Fact.PICTURE`) or the screen is switched on."""
    return _of(intention).switched_on(fact)


def _of(intention: Intention) -> Rehearsal:
    return _KINDS[intention.link.service](intention)


_KINDS: Mapping[str, Callable[[Intention], Rehearsal]] = {"mesh": MeshRehearsal, "janus": JanusRehearsal}
