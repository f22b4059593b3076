"""The rehearsal of a mesh meeting. Packets go to each participant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from net.foretelling import Rehearsal
from net.intention import Contact, Intention, Server, own_servers
from net.mesh_facts import ANY_SERVER, UNKNOWN
from net.mesh_stage import MeshStage
from net.sdp import AddressMode
from net.tellings import EACH_PARTICIPANT, GIVEN, to_participants
from privacy.facts import Audience, Fact
from privacy.policy import Telling

FAR = Contact("each participant", "where they say to be reached", Audience.PARTICIPANTS)
_UNKNOWN = tuple(Server("", ANY_SERVER, kind, GIVEN) for kind in ("turn", "turns"))


class MeshRehearsal(Rehearsal):
    """Of a mesh meeting."""

    def __init__(self, intention: Intention) -> None:
        super().__init__(intention, FAR, EACH_PARTICIPANT)

    def _stage(self) -> MeshStage:
        return MeshStage(self.intention)

    def _servers(self) -> Sequence[Server]:
        """Whoever joins learns them only in the meeting, so one of each kind is assumed."""
        here, known = self.intention, own_servers(self.intention)
        if here.mode is not AddressMode.LOOPBACK and not here.relay and not (here.ice and here.hosting):
            known += _UNKNOWN
        return known

    def _reason(self, server: Server) -> str:
        return "if there is one" if server in _UNKNOWN else f"the meeting's {server.kind} server"

    def _asks(self, server: Server) -> Iterator[Telling]:
        """The others learn the answer."""
        yield from super()._asks(server)
        found = "your address as the STUN server sees it" if server.kind == "stun" else "the relay's"
        yield Fact.ADDRESS, found, Audience.PARTICIPANTS

    def _datagrams(self) -> Iterator[Telling]:
        yield from super()._datagrams()
        if self.intention.mode is not AddressMode.LOOPBACK and not self.intention.ice:
            yield from to_participants(UNKNOWN)
        if self._is_server_here:
            yield Fact.ADDRESS, self.intention.own, Audience.PARTICIPANTS  # it stands in the invitation

    def _to_server(self) -> Contact:
        return self.intention.to_server() if self._is_server_here else super()._to_server()

    @property
    def _is_server_here(self) -> bool:
        """Whether the rendezvous is on this machine, so that nobody else sees who reaches it."""
        return self.intention.hosting and self.intention.own == self.intention.link.host
