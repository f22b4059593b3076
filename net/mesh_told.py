"""What a mesh meeting has told: each message that left is shown to the witness, and what follows from it is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address

from net import mesh_facts
from net.account import Account
from net.sdp import AddressMode, Description
from net.services.base import AddressRevealed, Event, Notice
from net.services.mesh.actions import SendRendezvous
from net.services.mesh.ice import IceServer
from net.services.mesh.link import MeshLink
from net.tellings import Told
from net.witness import Witness
from privacy.facts import Audience, Fact
from privacy.policy import Policy

MAX_REVEALED = 256
"""Pairs of a participant and an address that are remembered; beyond it, each is announced again."""


class MeshTold(Account):
    """Tells the witness, and holds what is about to be told against the policy."""

    def __init__(self, link: MeshLink, mode: AddressMode, witness: Witness, policy: Policy | None) -> None:
        super().__init__(link.host, witness, policy)
        self._link = link
        self._mode = mode
        self._revealed: set[tuple[str, str]] = set()

    # before

    def foreseen(self, own: Description) -> Description:
        """What a server found out about our address could not be shown beforehand; that it would be, was."""
        learned = [mesh_facts.address(candidate) for candidate in own.candidates if candidate.type != "host"]
        self.allow(*((Fact.ADDRESS, address, Audience.PARTICIPANTS) for address in learned))
        return own

    def hands_on(self, ice: Iterable[IceServer]) -> None:
        """These servers were named by others; that they are named to whoever comes later was shown, in words."""
        if self.policy is not None:
            for value in mesh_facts.credentials(ice):
                self.policy.likewise(Fact.CREDENTIAL, mesh_facts.UNKNOWN_CREDENTIAL, value)

    # after

    def invited(self) -> Iterator[Event]:
        """The rendezvous is on this machine, so that whoever has the link has our address."""
        host = self._link.host
        self.witness.told_participant(
            "invitation", "everybody with the link", self._link.public, [(Fact.ADDRESS, host)]
        )
        if self._mode in (AddressMode.PUBLIC, AddressMode.RELAY):
            yield Notice(
                f"The invitation names {host}, the address of this machine, whatever else is kept back; meet by a "
                "rendezvous elsewhere to keep it back as well.",
                serious=True,
            )
        elif _says_something(host):
            yield AddressRevealed("everybody with the link", host, foreseen=self.policy is not None)

    def sealed(self, wish: SendRendezvous, told: Sequence[Told], name: str) -> Iterator[Event]:
        """A sealed message left, for the participant called `name` (empty: not known yet)."""
        plain, to = wish.sealed_plain or "", wish.to or ""
        self.witness.told_participant("sealed message", f"connection {to[:8]}…", plain, told)
        self._described(mesh_facts.keys(plain))
        given = [value for fact, value in told if fact is Fact.ADDRESS]
        if given:
            self._kept_back("other addresses of this machine", f"only {', '.join(given)} is given away")
        self.witness.withheld("your name", f"only the alias is sent, sealed so that {self._link.host} cannot read it")
        for address in given:
            if (wish.pid or to, address) not in self._revealed and _says_something(address):
                if len(self._revealed) < MAX_REVEALED:
                    self._revealed.add((wish.pid or to, address))
                yield AddressRevealed(name or "somebody who is joining", address, foreseen=self.policy is not None)

    def channel(self, pid: str, text: str, told: Sequence[Told]) -> None:
        """A message left over a participant's data channel."""
        self.witness.told_participant("data channel", f"participant {pid[:8]}…", text, told)


def _says_something(address: str) -> bool:
    """Whether an address is ours and says something about us: not a relay's, and not the one that everybody has."""
    try:
        return not ip_address(address).is_loopback
    except ValueError:
        return False
