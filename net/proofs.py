"""Proof that what we send is sealed: found in what is about to leave, not in what somebody meant to do.

A server that forwards media decrypts it, for its own connection with us, and encrypts it again. Whether it hears and
sees us follows from what is inside. So each frame is looked at after it was cut into the payloads of its packets, and
before the first of these leaves: put together again, it must open with the meeting's key, by means of this module's
own, and never with an IV that was used before. A source of packets counts as sealed only as long as that holds; one
that nobody examines never does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from net.frame_cryptor import PREFIX_BYTES, TAG_BYTES, TRAILER_BYTES, Codec, Scheme
from net.services.sealing import Unsealed

SOURCES = 256
"""How many sources of packets are kept in mind: two for every stream of ours that is sent anew."""


class Proofs:
    """Of which of our RTP sources (by SSRC) what was sent last is proven to be sealed. Used on the event loop only."""

    def __init__(self) -> None:
        self._sealed: dict[int, bool] = {}
        self._listeners: list[Callable[[], None]] = []

    def sealed(self, ssrc: int) -> bool:
        """Whether the newest frame of this source is sealed."""
        return self._sealed.get(ssrc, False)

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have it told whenever `sealed` says something else than before, for any source."""
        self._listeners.append(listener)

    def of(self, scheme: Scheme, codec: Codec, material: bytes) -> Proof:
        """What examines the frames of one sender, which are to be sealed with this key."""
        return Proof(self._note, codec, scheme, material)

    def _note(self, sources: Iterable[int], sealed: bool) -> None:
        changed = False
        for ssrc in sources:
            changed = changed or self.sealed(ssrc) is not sealed
            if ssrc not in self._sealed and len(self._sealed) >= SOURCES:
                changed = self._sealed.pop(next(iter(self._sealed))) or changed
            self._sealed[ssrc] = sealed
        if changed:
            for listener in self._listeners:
                listener()


class Proof:
    """Examines the frames of one sender."""

    def __init__(
        self, note: Callable[[Iterable[int], bool], None], codec: Codec, scheme: Scheme, material: bytes
    ) -> None:
        self._note = note
        self._codec = codec
        self._scheme = scheme
        self._cipher = AESGCM(scheme.key(material, codec))
        self._newest = b""

    def __call__(self, sources: Iterable[int], frame: bytes) -> None:
        """A frame is about to leave, from these sources: its packets, and those by which it may be sent again."""
        self._note(sources, self._holds(frame))

    def _holds(self, frame: bytes) -> bool:
        iv, before = frame[-TRAILER_BYTES:-2], self._newest
        try:
            clear = self._scheme.clear(self._codec, frame)
            body = memoryview(frame)[clear:-TRAILER_BYTES]
            plain = self._cipher.decrypt(iv, body, frame[:clear])
        except (InvalidTag, Unsealed, ValueError):  # ValueError: too short to hold an IV and a tag
            return False
        self._newest = iv
        unused = not before or (iv[:PREFIX_BYTES] == before[:PREFIX_BYTES] and iv > before)
        return unused and (not plain or plain != body[:-TAG_BYTES])
