"""The rehearsal: a meeting's first minutes played through in memory, to say beforehand who would learn what.

The real conversation speaks with a stand-in of the server, in memory; our own descriptions are made by real peer
connections. Every message that would leave is read by the parsers the witness uses. No socket is connected and no
packet leaves: candidates of this machine are sockets that are opened and closed unused, and the descriptions of others
name no address that could be tried.

Each kind of meeting has a module that rehearses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from net import janus_rehearsal, mesh_rehearsal
from net.intention import Intention, Preview
from privacy.facts import Fact
from privacy.policy import Telling


class _Kind(Protocol):
    """The module that rehearses meetings of one kind."""

    async def rehearse(self, intention: Intention) -> Preview: ...
    def switched_on(self, fact: Fact, intention: Intention) -> Iterator[Telling]: ...


async def rehearse(intention: Intention) -> Preview:
    """Play the meeting through. Raises nothing that depends on the network: there is none."""
    return await _of(intention).rehearse(intention)


def switched_on(fact: Fact, intention: Intention) -> Iterator[Telling]:
    """What follows when the microphone (`Fact.VOICE`), the camera (`Fact.PICTURE`) or the screen is switched on."""
    return _of(intention).switched_on(fact, intention)


def _of(intention: Intention) -> _Kind:
    return _KINDS[intention.link.service]


_KINDS: Mapping[str, _Kind] = {"mesh": mesh_rehearsal, "janus": janus_rehearsal}
