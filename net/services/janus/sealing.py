"""Sealing in a room with a key: what the server forwards among incog users and cannot read.

Everything follows from the secret in the link's fragment, which no client sends anywhere, by HKDF-SHA256 with a purpose
and the room in its info. So a link's secret used in two rooms gives keys that have nothing to do with each other.

A sealed data message, which goes to everybody who receives the sender's data, is

    the sender's token (16 bytes) | a blob as in net.services.sealing, padded to a multiple of 256 bytes

bound to the token and to the id under which the server announces the sender: forwarded as somebody else's it does not
open. The token is random and drawn afresh whenever somebody joins; the key of their frames is bound to it as well.
Of one sender only the newest token counts, and what has once been replaced never opens again. A server that recorded
an earlier meeting in the same room can still play a whole participant of that meeting to a newcomer, who knows none of
the tokens. Therefore each greeting should name the tokens its sender has heard: whoever names ours is there now.

A box is for one person: its key is agreed by X25519 (RFC 7748) between keys that both drew when they joined, and is
bound to both ids, both public keys, and to the link's secret where there is one. Without one a server can put its own
public keys in the place of others' and read; with one, only somebody who has the link can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from net.services.janus.link import JanusLink
from net.services.sealing import KEY_BYTES, SENDERS_LIMIT, Sealer, Unsealed, blob_limit, expand

__all__ = [
    "BLOB_LIMIT",
    "PLAIN_LIMIT",
    "PUBLIC_BYTES",
    "TOKEN_BYTES",
    "Boxes",
    "Keys",
    "Opened",
    "Sealing",
    "Unsealed",
    "proves",
]

VERSION = b"incog janus 1"
TOKEN_BYTES = 16
PUBLIC_BYTES = 32
PAD_BYTES = 256
PLAIN_LIMIT = 48 * 1024
"""Bytes of the longest text that is sealed. Janus 1.1 forwards 60 000 bytes and loses 65 536."""
BLOB_LIMIT = TOKEN_BYTES + blob_limit(PLAIN_LIMIT, PAD_BYTES)
"""Bytes of the longest sealed message."""
TOKENS_LIMIT = 64
"""How many tokens one sender may use up."""

_EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """What follows from a link's secret in one room: one key for each purpose."""

    data: bytes = field(repr=False)  # 32 bytes: sealed messages
    frames: bytes = field(repr=False)  # 32 bytes: from it each sender's frame key
    boxes: bytes = field(repr=False)  # 32 bytes: goes into the key of each box

    @classmethod
    def derive(cls, secret: bytes, room: str) -> Keys:
        """`room` names plugin and room alike for all who are in it, and nothing they may write differently."""
        place = _counted(room.encode())
        return cls(*(expand(secret, VERSION + purpose + place) for purpose in (b" data ", b" frames ", b" boxes ")))

    @classmethod
    def of(cls, link: JanusLink) -> Keys | None:
        """Those of the room that a link is to; None where nothing is sealed."""
        return cls.derive(link.key, f"{link.plugin} {link.room}") if link.key else None

    def frame_key(self, token: bytes, sender: str) -> bytes:
        """The 32 bytes from which the keys of one sender's frames follow (`net.frame_cryptor`)."""
        return expand(self.frames, VERSION + b" sender " + _counted(token) + _counted(sender.encode()))


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that somebody with the link sent under the id by which the server announces them."""

    token: bytes  # which the sender's frames go by
    text: bytes = field(repr=False)


class Sealing:
    """Seals our messages to everybody, and opens theirs. Made anew at every join, since our id is another."""

    def __init__(self, keys: Keys, random: Callable[[int], bytes]) -> None:
        """`random(n)` gives `n` bytes fit for cryptography."""
        self.token = random(TOKEN_BYTES)
        self._keys = keys
        self._sealer = Sealer(keys.data, VERSION, random, PLAIN_LIMIT, PAD_BYTES)
        self._sent = 0
        self._tokens: dict[str, list[bytes]] = {}

    def frame_key(self, own: str) -> bytes:
        """What our frames are sealed with, under our own id."""
        return self._keys.frame_key(self.token, own)

    def seal(self, text: bytes, own: str) -> bytes:
        """Seal a message to everybody, under our own id. Raises `ValueError` when it is too long."""
        self._sent += 1
        return self.token + self._sealer.seal(text, _bound(self.token, own), _EVERYBODY, self._sent)

    def open(self, blob: bytes, sender: str) -> Opened:
        """Open what came as `sender`'s. Raises `Unsealed`."""
        token = blob[:TOKEN_BYTES]
        known = self._tokens.get(sender, [])
        if token in known[:-1] or token == self.token:
            raise Unsealed("The sealed message is from a connection that was replaced.")
        fresh = token not in known
        if fresh and len(known) >= TOKENS_LIMIT:
            raise Unsealed("The sender of the sealed message has connected too often.")
        _, text = self._sealer.open(blob[TOKEN_BYTES:], _bound(token, sender), _EVERYBODY)
        if fresh:
            self._tokens[sender] = [*known, token]
        return Opened(token, text)


def proves(keys: Keys, own: str, blob: bytes, text: bytes) -> bool:
    """Whether what is about to leave under our own id is this text, sealed for those with the link and nobody else."""
    token = blob[:TOKEN_BYTES]
    opener = Sealer(keys.data, VERSION, bytes, PLAIN_LIMIT, PAD_BYTES)  # it seals nothing, so it needs no chance
    try:
        _, found = opener.open(blob[TOKEN_BYTES:], _bound(token, own), _EVERYBODY)
    except Unsealed:
        return False
    return found == text


class Boxes:
    """Messages to one person at a time. Made anew at every join."""

    def __init__(self, random: Callable[[int], bytes], keys: Keys | None = None) -> None:
        """`random(n)` gives `n` bytes fit for cryptography; `keys` where the link has a secret."""
        self._private = X25519PrivateKey.from_private_bytes(random(PUBLIC_BYTES))
        self._random = random
        self._salt = keys.boxes if keys is not None else None
        self._pairs: dict[tuple[str, str, bytes], Sealer] = {}
        self._sent = 0

    @property
    def public(self) -> bytes:
        """32 bytes, for everybody to know."""
        return self._private.public_key().public_bytes_raw()

    def seal(self, text: bytes, own: str, to: str, public: bytes) -> bytes:
        """Seal a message from us to one person, whose public key this is.

        Raises `ValueError` when it is too long, to ourselves, or the key is none.
        """
        pair = self._pair(own, to, public)
        self._sent += 1
        return pair.seal(text, *_direction(own, to), self._sent)

    def open(self, blob: bytes, own: str, sender: str, public: bytes) -> bytes:
        """Open what `sender`, whose public key this is, sealed for us. Raises `Unsealed`."""
        try:
            pair = self._pair(own, sender, public)
        except ValueError as error:
            raise Unsealed(str(error)) from None
        return pair.open(blob, *_direction(sender, own))[1]

    def _pair(self, own: str, other: str, public: bytes) -> Sealer:
        pair = self._pairs.get((own, other, public))
        if pair is None:
            if own == other or len(self._pairs) >= SENDERS_LIMIT:
                raise ValueError("There is nobody whom the private message could be for.")
            pair = Sealer(self._agreed(own, other, public), VERSION, self._random, PLAIN_LIMIT, PAD_BYTES)
            self._pairs[own, other, public] = pair
        return pair

    def _agreed(self, own: str, other: str, public: bytes) -> bytes:
        try:
            shared = self._private.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError:  # not 32 bytes, or a point that gives everybody the same secret
            raise ValueError("The key for private messages that they announced is none.") from None
        ends = sorted([_counted(own.encode()) + self.public, _counted(other.encode()) + public])
        return expand(shared, VERSION + b" box " + b"".join(ends), KEY_BYTES, self._salt)


def _bound(token: bytes, sender: str) -> str:
    return token.hex() + sender


def _direction(sender: str, receiver: str) -> tuple[str, str]:
    """Who of the two sends it: the key names them, so that their order is enough."""
    return ("first", "second") if sender < receiver else ("second", "first")


def _counted(part: bytes) -> bytes:
    return len(part).to_bytes(4) + part
