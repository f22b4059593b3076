"""Sealing, as every kind of meeting does it: what a server carries and cannot read.

A sealed blob is

    nonce (12 bytes) | ChaCha20-Poly1305 (RFC 8439) of: sequence number (8 bytes) | length (4 bytes) | text | zeros

padded to a multiple of some hundred bytes, so that its size does not tell the length of a name. The associated data
names the protocol's version, the room, and who sends it to whom: a blob cannot be redirected, reflected or carried to
another meeting. For each sender sequence numbers only rise, so nothing opens a second time.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
SENDERS_LIMIT = 4096
"""How many senders' sequence numbers are kept; none is ever forgotten, so this bounds a meeting's reconnections."""

_HEAD = struct.Struct(">QI")


class Unsealed(Exception):
    """A blob did not open, or not here, or not again; `str()` is one sentence."""


def expand(secret: bytes, purpose: bytes, length: int = KEY_BYTES, salt: bytes | None = None) -> bytes:
    """`length` bytes for one purpose out of a secret: HKDF-SHA256 (RFC 5869), with the purpose as its info."""
    return HKDF(SHA256(), length, salt=salt, info=purpose).derive(secret)


def blob_limit(plain_limit: int, pad_bytes: int) -> int:
    """Bytes of the longest blob that `Sealer` makes with these limits."""
    return NONCE_BYTES + TAG_BYTES + plain_limit + pad_bytes


class Sealer:
    """Seals for others and opens what they sealed for us; remembers what was opened."""

    def __init__(
        self, key: bytes, place: bytes, random: Callable[[int], bytes], plain_limit: int, pad_bytes: int
    ) -> None:
        """`key`: 32 bytes. `place` names protocol and room. `random(n)` gives `n` bytes fit for cryptography."""
        self._place = place
        self._cipher = ChaCha20Poly1305(key)
        self._random = random
        self._plain_limit = plain_limit
        self._pad_bytes = pad_bytes
        self._highest: dict[str, int] = {}

    def _bound(self, sender: str, receiver: str) -> bytes:
        return b"\0".join((self._place, sender.encode(), receiver.encode()))

    def seal(self, plain: bytes, sender: str, receiver: str, seq: int) -> bytes:
        """Seal `plain` from one to another; `seq` must be higher than any the sender used before.

        Raises `ValueError` when `plain` is longer than is allowed here.
        """
        if len(plain) > self._plain_limit:
            raise ValueError("The message is too long to be sealed.")
        head = _HEAD.pack(seq, len(plain))
        padding = bytes(-(len(head) + len(plain)) % self._pad_bytes)
        nonce = self._random(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, head + plain + padding, self._bound(sender, receiver))

    def open(self, blob: bytes, sender: str, receiver: str) -> tuple[int, bytes]:
        """Open what `sender` sealed for `receiver`: its sequence number and the text.

        Raises `Unsealed` when it was sealed with another secret, for somebody else, was changed, or came before.
        """
        if len(blob) > blob_limit(self._plain_limit, self._pad_bytes) or sender == receiver:
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

    def _unpad(self, padded: bytes) -> tuple[bytes, int]:
        if len(padded) >= _HEAD.size and len(padded) % self._pad_bytes == 0:
            seq, length = _HEAD.unpack_from(padded)
            if length <= len(padded) - _HEAD.size:
                return padded[_HEAD.size : _HEAD.size + length], seq
        raise Unsealed("The sealed message is padded wrongly.")
