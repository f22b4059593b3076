"""Where frames are sealed and opened within aiortc: with what was given for one sender, or one receiver.

Sealing comes after the encoder and before the packets: a voice packet is a frame, and of a picture the whole frame is
sealed before it is cut into payloads. The encoder stays the library's own, so it goes on to hear of wanted key frames
and of bitrates. Opening comes after the packets were put together and before the decoder (`net.guarded`).

These are seams of `net.seams`, which checks and installs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import aiortc.codecs
import aiortc.rtcrtpsender
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.rtcrtpreceiver import RTCRtpReceiver
from aiortc.rtcrtpsender import RTCRtpSender

from net.jitter import JitterBuffer, Opens
from net.moved import MovedError, Seam
from net.services.sealing import Unsealed

_SEALING = "incog_sealing"
_BUFFER = "_RTCRtpReceiver__jitter_buffer"


@dataclass(frozen=True, slots=True)
class _Sealing:
    seal: Callable[[bytes], bytes]
    examine: Callable[[Iterable[int], bytes], None]


_asked_by: ContextVar[_Sealing | None] = ContextVar("asked by", default=None)


def seal(sender: RTCRtpSender, seal: Callable[[bytes], bytes], examine: Callable[[Iterable[int], bytes], None]) -> None:
    """Have a sender that did not begin yet send no frame but as `seal` returns it; when it raises `Unsealed`, none.

    `examine(ssrcs, frame)` is called with each frame as it was cut into packets, before the first of them leaves. Only
    Opus and VP8 can be sealed; of anything else nothing is sent.
    """
    setattr(sender, _SEALING, _Sealing(seal, examine))


def open_with(receiver: RTCRtpReceiver, opens: Opens | None) -> None:
    """Have what a receiver takes in from now on opened so; None: it does not come sealed. May change at any moment.

    Raises `MovedError` for a receiver whose buffer is not ours, since then nothing would be opened.
    """
    buffer = vars(receiver).get(_BUFFER)
    if not isinstance(buffer, JitterBuffer):
        raise MovedError("The buffer of a receiver is not where it was: this release cannot be used safely")
    buffer.opens = opens


def _examining(original: Callable[..., Any]) -> Callable[..., Any]:
    async def next_encoded_frame(self: RTCRtpSender, codec: Any) -> Any:
        sealing = vars(self).get(_SEALING)
        token = _asked_by.set(sealing)
        try:
            encoded = await original(self, codec)
        finally:
            _asked_by.reset(token)
        if sealing is not None and encoded is not None:
            for frame in _frames(codec, encoded.payloads):
                sealing.examine((self._ssrc, self._rtx_ssrc), frame)
        return encoded

    return next_encoded_frame


def _frames(codec: Any, payloads: list[bytes]) -> list[bytes]:
    """The frames that were cut into these payloads."""
    if codec.mimeType.lower() == "audio/opus":
        return payloads
    return [b"".join(aiortc.codecs.depayload(codec, payload) for payload in payloads)]


def _encoding(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_encoder(codec: Any) -> Any:
        encoder, sealing = original(codec), _asked_by.get()
        if sealing is None:
            return encoder
        name = codec.mimeType.lower()
        if name == "video/vp8":
            cut = encoder._packetize  # the last step on either way out of it
            encoder._packetize = lambda frame, number: cut(_sealed(sealing, frame), number)
            return encoder
        return _Voice(encoder, sealing) if name == "audio/opus" else _Nothing()

    return get_encoder


def _sealed(sealing: _Sealing, frame: bytes) -> bytes:
    """A frame as it may leave, or nothing."""
    try:
        return sealing.seal(frame)
    except Unsealed:
        return b""


class _Voice:
    """An encoder of voice, each of whose packets is sealed."""

    def __init__(self, encoder: Any, sealing: _Sealing) -> None:
        self._encoder = encoder
        self._sealing = sealing

    def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """As the library's."""
        return self._all(*self._encoder.encode(frame, force_keyframe))

    def pack(self, packet: Any) -> tuple[list[bytes], int]:
        """As the library's."""
        return self._all(*self._encoder.pack(packet))

    def _all(self, packets: list[bytes], timestamp: int) -> tuple[list[bytes], int]:
        sealed = (_sealed(self._sealing, packet) for packet in packets)
        return [packet for packet in sealed if packet], timestamp


class _Nothing:
    """An encoder of what cannot be sealed."""

    def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """As the library's, when there is nothing to send."""
        return [], 0

    def pack(self, packet: Any) -> tuple[list[bytes], int]:
        """As the library's, when there is nothing to send."""
        return [], 0


SEAMS = (
    Seam(aiortc.rtcrtpsender, "get_encoder", "(codec)", _encoding),
    Seam(RTCRtpSender, "_next_encoded_frame", "(self, codec)", _examining),
    Seam(Vp8Encoder, "_packetize", "(buffer, picture_id)", None),
    Seam(aiortc.codecs, "depayload", "(codec, payload)", None),
)
