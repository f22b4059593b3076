"""How the frames of one meeting are sealed and opened, where a server forwards them that is to hear and see nothing."""

from __future__ import annotations

import secrets

from aiortc import RTCRtpSender
from aiortc.rtcrtpreceiver import RTCRtpReceiver

from net.frame_cryptor import OWN, Codec, FrameSealer, Openers
from net.proofs import Proofs
from net.sealed_streams import open_with, seal
from net.services.base import Source

SEALABLE = {"opus": Codec.OPUS, "VP8": Codec.VP8}
"""By the names that descriptions give them."""
_SOURCES = {Codec.OPUS: (Source.MICROPHONE,), Codec.VP8: (Source.CAMERA, Source.SCREEN)}


class Seals:
    """One for a meeting, kept while connections are made anew: what opened once must not open again."""

    def __init__(self, proofs: Proofs) -> None:
        """`proofs`: where it is noted that what leaves is sealed."""
        self.proofs = proofs
        self._openers = Openers(OWN)

    def seal(self, sender: RTCRtpSender, codec: str, key: bytes) -> None:
        """Have a sender, before it begins, send nothing but sealed frames."""
        chosen = SEALABLE[codec]
        sealer = FrameSealer(OWN, chosen, key, secrets.token_bytes)
        seal(sender, sealer.seal, self.proofs.of(OWN, chosen, key))

    def open(self, receiver: RTCRtpReceiver, codec: str, key: bytes) -> None:
        """Have a receiver, before it begins, decode nothing but what was sealed with this key."""
        open_with(receiver, self._openers.of(key, SEALABLE[codec]).open)

    def failing(self) -> frozenset[tuple[bytes, Source]]:
        """Of which key what comes does not open with it, and what it may be of."""
        return frozenset((key, source) for key, codec in self._openers.failing() for source in _SOURCES[codec])
