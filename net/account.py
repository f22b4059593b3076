"""The account that a meeting gives of itself: what is told is first held against the policy, and then witnessed.

Each kind of meeting adds to it what its own messages tell.
"""

from __future__ import annotations

from collections.abc import Iterable

from net.tellings import reaching
from net.witness import Witness
from privacy.facts import Fact
from privacy.policy import Policy, Telling

MAX_KEYS = 64


class Account:
    """What is common to all kinds of meeting."""

    def __init__(self, host: str, witness: Witness, policy: Policy | None) -> None:
        """`host`: the meeting's server. Without a policy everything may be told."""
        self.witness = witness
        self.policy = policy
        self._own = (reaching(host),) * 2  # our address, and as the server sees it
        self._keys: dict[str, None] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        """The fingerprints of our keys that were told, up to a bound."""
        return tuple(self._keys)

    def allow(self, *tellings: Telling) -> None:
        """The person just did what tells this."""
        if self.policy is not None:
            self.policy.allow(tellings)

    def objection(self, tellings: Iterable[Telling]) -> str:
        """Why these must not be told, or an empty string."""
        return self.policy.objection(tellings) if self.policy is not None else ""

    def reached_from(self, own: str, seen: str) -> None:
        """The server was reached from this address, and sees it so.

        Beforehand words stood for it, if the link has a name; or we are in another network since.
        """
        now = (own, seen)
        if self.policy is not None:
            for before, address in zip(self._own, now, strict=True):
                self.policy.likewise(Fact.ADDRESS, before, address)
        self._own = now

    def _described(self, keys: Iterable[str]) -> None:
        """A description of ours left, with these fingerprints."""
        if len(self._keys) < MAX_KEYS:
            self._keys.update(dict.fromkeys(keys))

    def _kept_back(self, addresses: str, why: str) -> None:
        """What descriptions do not say of this machine; `addresses`: which, and why."""
        self.witness.withheld(addresses, why)
        self.witness.withheld("clock", "no time of day in descriptions, certificates or reports")
        self.witness.withheld("kind of machine and version", "one shape of description for everybody")
