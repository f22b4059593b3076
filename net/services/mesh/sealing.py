"""Sealing in a mesh meeting: what the rendezvous carries from peer to peer and cannot read.

Everything is derived from the link's secret by HKDF-SHA256 (RFC 5869), with a purpose in the info string, so that the
room id, which the server sees, tells nothing about the key. How a blob is made stands in `net.services.sealing`; sender
and receiver are connection ids. Each participant draws its own connection id afresh at each join, so that not even a
server that recorded an earlier meeting can replay it; within a connection sequence numbers only rise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from net.services import sealing
from net.services.sealing import KEY_BYTES, Unsealed, blob_limit, expand

__all__ = ["BLOB_LIMIT", "PAD_BYTES", "PLAIN_LIMIT", "VERSION", "Keys", "Sealer", "Unsealed"]

VERSION = b"incog mesh 2"
PAD_BYTES = 512
PLAIN_LIMIT = 40 * 1024
"""Bytes of the longest text that is sealed."""
BLOB_LIMIT = blob_limit(PLAIN_LIMIT, PAD_BYTES)
"""Bytes of the longest blob."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What follows from a link's secret."""

    room: str  # 32 hexadecimal digits; the server sees it
    seal: bytes = field(repr=False)  # 32 bytes

    @classmethod
    def derive(cls, secret: bytes) -> Keys:
        """Derive a meeting's room id and key from the 16 bytes of its link."""
        return cls(expand(secret, VERSION + b" room id", 16).hex(), expand(secret, VERSION + b" seal key", KEY_BYTES))


class Sealer(sealing.Sealer):
    """Seals for others in a mesh meeting and opens what they sealed for us."""

    def __init__(self, keys: Keys, random: Callable[[int], bytes]) -> None:
        """`random(n)` gives `n` bytes fit for cryptography: the nonces."""
        super().__init__(keys.seal, VERSION + b"\0" + keys.room.encode(), random, PLAIN_LIMIT, PAD_BYTES)
