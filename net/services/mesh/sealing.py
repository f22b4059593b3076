"""Sealing: what the rendezvous carries from peer to peer and cannot read.

Everything is derived from the link's secret by HKDF-SHA256 (RFC 5869), with a purpose in the info string, so that the
room id, which the server sees, tells nothing about the key. A sealed blob is

    nonce (12 bytes) | ChaCha20-Poly1305 (RFC 8439) of: sequence number (8 bytes) | length (4 bytes) | text | zeros

padded to a multiple of 512 bytes, so that its size does not tell the length of an alias. The associated data names the
protocol's version, the room, and both connection ids: a blob cannot be redirected, reflected or carried to another
meeting. Each participant draws its own connection id afresh at each join, so that not even a server that recorded
an earlier meeting can replay it; within a connection sequence numbers only rise.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"incog mesh 2"
PAD_BYTES = 512
NONCE_BYTES = 12
TAG_BYTES = 16
PLAIN_LIMIT = 40 * 1024
"""Bytes of the longest text that is sealed."""
BLOB_LIMIT = NONCE_BYTES + TAG_BYTES + PLAIN_LIMIT + PAD_BYTES
"""Bytes of the longest blob."""
SENDERS_LIMIT = 4096
"""How many connections' sequence numbers are kept; none is ever forgotten, so this bounds a meeting's reconnections."""

_HEAD = struct.Struct(">QI")


class Unsealed(Exception):
    """A blob did not open, or not here, or not again; `str()` is one sentence."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What follows from a link's secret."""

    room: str  # 32 hexadecimal digits; the server sees it
    seal: bytes = field(repr=False)  # 32 bytes

    @classmethod
    def derive(cls, secret: bytes) -> Keys:
        """Derive a meeting's room id and key from the 16 bytes of its link."""
        return cls(_expand(secret, b"room id", 16).hex(), _expand(secret, b"seal key", 32))


def _expand(secret: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=VERSION + b" " + purpose).derive(secret)


class Sealer:
    """Seals for others and opens what they sealed for us; remembers what was opened."""

    def __init__(self, keys: Keys, random: Callable[[int], bytes]) -> None:
        """`random(n)` gives `n` bytes fit for cryptography: the nonces."""
        self._room = keys.room.encode()
        self._cipher = ChaCha20Poly1305(keys.seal)
        self._random = random
        self._highest: dict[str, int] = {}

    def _bound(self, sender: str, receiver: str) -> bytes:
        return b"\0".join((VERSION, self._room, sender.encode(), receiver.encode()))

    def seal(self, plain: bytes, sender: str, receiver: str, seq: int) -> bytes:
        """Seal `plain` from one connection id to another; `seq` must be higher than any the sender used before.

        Raises `ValueError` when `plain` is longer than `PLAIN_LIMIT` bytes.
        """
        if len(plain) > PLAIN_LIMIT:
            raise ValueError("The message is too long to be sealed.")
        head = _HEAD.pack(seq, len(plain))
        padding = bytes(-(len(head) + len(plain)) % PAD_BYTES)
        nonce = self._random(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, head + plain + padding, self._bound(sender, receiver))

    def open(self, blob: bytes, sender: str, receiver: str) -> tuple[int, bytes]:
        """Open what `sender` sealed for `receiver`: its sequence number and the text.

        Raises `Unsealed` when it was sealed with another secret, for somebody else, was changed, or came before.
        """
        if len(blob) > BLOB_LIMIT or sender == receiver:
            raise Unsealed("The sealed message is not one that a participant sends.")
        try:
            padded = self._cipher.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], self._bound(sender, receiver))
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce and a tag
            raise Unsealed("The sealed message does not open with this meeting's secret.") from None
        plain, seq = self._unpad(padded)
        if sender not in self._highest and len(self._highest) >= SENDERS_LIMIT:
            raise Unsealed("Too many connections have sent sealed messages in this meeting.")
        if seq <= self._highest.get(sender, 0):
            raise Unsealed("The sealed message came a second time.")
        self._highest[sender] = seq
        return seq, plain

    @staticmethod
    def _unpad(padded: bytes) -> tuple[bytes, int]:
        if len(padded) >= _HEAD.size and len(padded) % PAD_BYTES == 0:
            seq, length = _HEAD.unpack_from(padded)
            if length <= len(padded) - _HEAD.size:
                return padded[_HEAD.size : _HEAD.size + length], seq
        raise Unsealed("The sealed message is padded wrongly.")
