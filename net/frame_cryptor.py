"""Sealing of encoded frames, so that a server forwards sound and pictures that it can neither hear nor see. Pure.

A sealed frame is

    what stays in clear | AES-GCM of the rest | its tag (16 bytes) | IV (12) | 12, the IV's length (1) | key index (1)

with what stays in clear as associated data. Of VP8 that is the frame's own header, by which a server tells key frames
(RFC 6386 section 9.1: 10 bytes of a key frame, 3 of any other); of Opus the first byte in most systems. LiveKit, Jitsi
and Nextcloud Talk all build frames so and differ in how a key follows from what people share; a `Scheme` says how.

incog's own scheme leaves nothing of an Opus packet in clear, gives sound and pictures different keys, and counts: the
IV is a random beginning (6 bytes) and a number that only rises (6 bytes). So an IV never comes twice under a key, says
nothing, and lets whoever receives refuse a frame that came before, that is too old, or that belongs to a beginning
which was replaced. A constant size stays constant: every frame grows by `OVERHEAD` bytes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from net.services.sealing import Unsealed

IV_BYTES = 12
TAG_BYTES = 16
TRAILER_BYTES = IV_BYTES + 2
PREFIX_BYTES = 6
"""Of an IV, the random beginning; the rest counts."""
OVERHEAD = TAG_BYTES + TRAILER_BYTES
"""Bytes by which a frame grows."""
MAX_FRAME = 4 * 1024 * 1024
"""Bytes of the longest frame that is sealed or opened."""
WINDOW = 256
"""How many frames behind the newest one may still come, each once."""
BEGINNINGS = 1024
"""How many beginnings of IVs one key may use up: one whenever its owner starts sending anew."""
OPENERS = 4096
"""How many keys a meeting keeps in mind; none is forgotten, since with it would go what it has opened."""
FAILING = 25
"""Frames in a row that did not open, after which it is no accident: half a second of voice."""

_COUNTER_BYTES = IV_BYTES - PREFIX_BYTES
_LAST = 2 ** (8 * _COUNTER_BYTES) - 1


class Codec(StrEnum):
    """What can be sealed."""

    OPUS = "opus"
    VP8 = "vp8"


@dataclass(frozen=True, slots=True)
class Hkdf:
    """HKDF-SHA256 (RFC 5869), for what is a key already."""

    salt: bytes
    info: bytes = b""

    def __call__(self, material: bytes, length: int, purpose: bytes = b"") -> bytes:
        """`length` bytes out of `material`."""
        return HKDF(SHA256(), length, salt=self.salt, info=self.info + purpose).derive(material)


@dataclass(frozen=True, slots=True)
class Pbkdf2:
    """PBKDF2-HMAC-SHA256 (RFC 8018), for what people can type."""

    salt: bytes
    rounds: int

    def __call__(self, material: bytes, length: int, purpose: bytes = b"") -> bytes:
        """`length` bytes out of `material`. `purpose` is part of the salt."""
        return PBKDF2HMAC(SHA256(), length, salt=self.salt + purpose, iterations=self.rounds).derive(material)


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one system seals frames."""

    derive: Hkdf | Pbkdf2  # the key of AES-GCM from what people share
    key_bytes: int = 16
    opus_clear: int = 1  # bytes
    ring: int = 16  # key indices
    ratchet: Hkdf | Pbkdf2 | None = None  # what is shared next from what is shared now, where a system can do that
    apart: bool = False  # each codec has a key of its own
    counted: bool = False  # IVs count, so that what came before is refused

    def key(self, material: bytes, codec: Codec) -> bytes:
        """The key of AES-GCM."""
        return self.derive(material, self.key_bytes, codec.encode() if self.apart else b"")

    def clear(self, codec: Codec, frame: bytes) -> int:
        """How many bytes of a frame, sealed or not, are in clear. Raises `Unsealed` for one that has fewer."""
        size = self.opus_clear if codec is Codec.OPUS else 3 if frame[:1] and frame[0] & 1 else 10
        if not size <= len(frame) <= MAX_FRAME:
            raise Unsealed("The frame is too short or too long to be one.")
        return size


OWN = Scheme(Hkdf(b"incog frames 1"), key_bytes=32, opus_clear=0, apart=True, counted=True)
LIVEKIT = Scheme(Hkdf(b"LKFrameEncryptionKey", bytes(128)), ratchet=Hkdf(b"LKFrameEncryptionKey", bytes(128)))
LIVEKIT_PASSPHRASE = Scheme(Pbkdf2(b"LKFrameEncryptionKey", 100_000), ratchet=Pbkdf2(b"LKFrameEncryptionKey", 100_000))
JITSI = Scheme(Hkdf(b"JFrameEncryptionKey"), ratchet=Hkdf(b"JFrameRatchetKey"))
TALK = Scheme(Hkdf(b"TalkFrameEncryptionKey"), ratchet=Hkdf(b"TalkFrameRatchetKey"))


class FrameSealer:
    """Seals the frames of one stream of ours. Any thread may use it; one at a time for each key and codec."""

    def __init__(
        self, scheme: Scheme, codec: Codec, material: bytes, random: Callable[[int], bytes], index: int = 0
    ) -> None:
        """`random(n)` gives `n` bytes fit for cryptography. Raises `ValueError` for an index beyond the ring."""
        self._scheme = scheme
        self._codec = codec
        self._lock = threading.Lock()
        self._prefix = random(PREFIX_BYTES)
        self._count = 0
        self.use(material, index)

    @property
    def sealed(self) -> int:
        """How many frames were sealed."""
        return self._count

    def use(self, material: bytes, index: int = 0) -> None:
        """Seal with another key from the next frame on."""
        cipher = AESGCM(self._scheme.key(material, self._codec))
        with self._lock:
            self._cipher, self._end = cipher, bytes((IV_BYTES, _checked(index, self._scheme)))

    def seal(self, frame: bytes) -> bytes:
        """Seal a frame; an empty one, which is no frame, stays empty. Raises `Unsealed`: then nothing may be sent."""
        if not frame:
            return frame
        clear = self._scheme.clear(self._codec, frame)
        with self._lock:
            if self._count >= _LAST:
                raise Unsealed("More frames were sealed than there are numbers for.")
            self._count = count = self._count + 1
            cipher, end = self._cipher, self._end
        iv, head = self._prefix + count.to_bytes(_COUNTER_BYTES), frame[:clear]
        return b"".join((head, cipher.encrypt(iv, memoryview(frame)[clear:], head), iv, end))


class FrameOpener:
    """Opens the frames of one stream of somebody's. Any thread may use it, and change its keys meanwhile."""

    def __init__(self, scheme: Scheme, codec: Codec, material: bytes | None = None, index: int = 0) -> None:
        """Without `material` nothing opens until `use` gives a key."""
        self._scheme = scheme
        self._codec = codec
        self._lock = threading.Lock()
        self._ring: dict[int, tuple[bytes, AESGCM, _Heard]] = {}
        self.opened = 0  # frames
        self.shut = 0  # frames that did not open
        self._in_a_row = 0
        if material is not None:
            self.use(material, index)

    @property
    def failing(self) -> bool:
        """Whether what comes does not open."""
        return self._in_a_row >= FAILING

    def use(self, material: bytes, index: int = 0) -> None:
        """Put a key into its place in the ring. Raises `ValueError` for an index beyond it."""
        _checked(index, self._scheme)
        key = self._scheme.key(material, self._codec)
        with self._lock:
            known = self._ring.get(index)
            if known is None or known[0] != key:  # with the same key, what came before still came before
                self._ring[index] = key, AESGCM(key), _Heard()

    def forget(self, index: int = 0) -> None:
        """Open nothing more with the key in this place."""
        with self._lock:
            self._ring.pop(index, None)

    def open(self, frame: bytes) -> bytes:
        """Open a frame; an empty one, which is no frame, stays empty. Raises `Unsealed`: then nothing may be decoded.

        That is so without the key, with a wrong one, for a frame that was changed or is none, and for one that came
        before. Nothing else is ever raised, whatever a stranger sends.
        """
        if not frame:
            return frame
        with self._lock:
            try:
                plain = self._open(frame)
            except Unsealed:
                self.shut += 1
                self._in_a_row += 1
                raise
            self.opened += 1
            self._in_a_row = 0
            return plain

    def _open(self, frame: bytes) -> bytes:
        clear = self._scheme.clear(self._codec, frame)
        if len(frame) < clear + OVERHEAD or frame[-2] != IV_BYTES:
            raise Unsealed("The frame is not sealed.")
        held = self._ring.get(frame[-1])
        if held is None:
            raise Unsealed("There is no key for the frame.")
        _, cipher, heard = held
        iv, head = frame[-TRAILER_BYTES:-2], frame[:clear]
        prefix, count = iv[:PREFIX_BYTES], int.from_bytes(iv[PREFIX_BYTES:])
        if self._scheme.counted:
            heard.check(prefix, count)
        try:
            plain = cipher.decrypt(iv, memoryview(frame)[clear:-TRAILER_BYTES], head)
        except InvalidTag:
            raise Unsealed("The frame does not open with the key that there is for it.") from None
        if self._scheme.counted:
            heard.note(prefix, count)
        return head + plain if clear else plain


class Openers:
    """One opener for each key and codec, for as long as a meeting lasts.

    A receiver is made anew whenever somebody's stream comes another way; what opened once must not open again for it.
    """

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._openers: dict[tuple[bytes, Codec], FrameOpener] = {}

    def of(self, material: bytes, codec: Codec) -> FrameOpener:
        """The opener for this key; one that opens nothing when there are far too many keys."""
        opener = self._openers.get((material, codec))
        if opener is None:
            if len(self._openers) >= OPENERS:
                return FrameOpener(self._scheme, codec)
            opener = self._openers[material, codec] = FrameOpener(self._scheme, codec, material)
        return opener

    def failing(self) -> frozenset[tuple[bytes, Codec]]:
        """The keys with which what comes does not open."""
        return frozenset(which for which, opener in self._openers.items() if opener.failing)


class _Heard:
    """What came already under one key: of the newest beginning a window of numbers, of others that they are over."""

    def __init__(self) -> None:
        self._prefix = b""
        self._over: set[bytes] = set()
        self._highest = 0
        self._window = 0  # bit n: that number `_highest` - n came

    def check(self, prefix: bytes, count: int) -> None:
        """Raises `Unsealed` for an IV that came before or is too old."""
        if prefix == self._prefix:
            behind = self._highest - count
            if behind >= WINDOW or (behind >= 0 and self._window >> behind & 1):
                raise Unsealed("The frame came before, or far too late.")
        elif prefix in self._over or len(self._over) >= BEGINNINGS:
            raise Unsealed("The frame is from a stream that was replaced.")

    def note(self, prefix: bytes, count: int) -> None:
        """An IV that was checked has come, in a frame that opened."""
        if prefix != self._prefix:
            self._over.add(self._prefix)
            self._prefix, self._highest, self._window = prefix, count, 1
        elif count > self._highest:
            self._window = (self._window << min(count - self._highest, WINDOW) | 1) & (1 << WINDOW) - 1
            self._highest = count
        else:
            self._window |= 1 << self._highest - count


def looks_sealed(frame: bytes) -> bool:
    """Whether a frame ends as sealed ones do in any of the systems; one in 4096 others does."""
    return len(frame) >= OVERHEAD and frame[-2] == IV_BYTES and frame[-1] < OWN.ring


def _checked(index: int, scheme: Scheme) -> int:
    if not 0 <= index < scheme.ring:
        raise ValueError("There is no such place for a key.")
    return index
