"""The rehearsal of a Janus meeting.

Packets all go to the server, straight or by a relay of ours; it opens them, and hands on what is in them.
"""

from __future__ import annotations

from collections.abc import Sequence

from net.foretelling import Rehearsal
from net.intention import Contact, Intention, Server, own_servers
from net.janus_stage import JanusStage
from privacy.facts import Audience

MEDIA_ADDRESS = "where the server receives media"
"""Words for an address that the server names only in the meeting."""

FAR = Contact("the addresses that the server names", MEDIA_ADDRESS, Audience.OPERATOR)


class JanusRehearsal(Rehearsal):
    """Of a meeting in a room of a Janus server."""

    def __init__(self, intention: Intention) -> None:
        """`intention.link` is a `JanusLink`."""
        super().__init__(intention, FAR, MEDIA_ADDRESS, sealed=bool(intention.link.secret))

    def _stage(self) -> JanusStage:
        return JanusStage(self.intention)

    def _servers(self) -> Sequence[Server]:
        """Nobody is asked how we look from outside, since nobody is told; and a relay only where it is to hide us."""
        return [server for server in own_servers(self.intention) if server.kind != "stun"] if self._hidden else []

    def _reason(self, server: Server) -> str:
        return f"the {server.kind} server that you name"
