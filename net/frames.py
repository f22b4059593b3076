"""Where network and media meet: streams of encoded sound and of pictures, by shape only.

`media` implements these; `net` uses them; neither imports the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import av


class PacketStream(Protocol):
    """Encoded voice for one receiver: mono Opus, 20 ms a packet, time base 1/48000, constant size."""

    async def next(self) -> av.Packet[av.AudioStream]:
        """Wait for the next packet. While muted nothing comes. Raises `EOFError` when closed."""

    def close(self) -> None:
        """Stop this receiver's copy."""


class PictureStream(Protocol):
    """Pictures for one receiver: yuv420p, even sides, the newest only."""

    async def next(self) -> av.VideoFrame:
        """Wait for the next picture. While the camera is off nothing comes. Raises `EOFError` when closed."""

    def close(self) -> None:
        """Stop this receiver's copy."""


class Outgoing(Protocol):
    """What we send, once encoded, to any number of receivers."""

    def voice(self) -> PacketStream: ...
    def picture(self) -> PictureStream: ...


class Incoming(Protocol):
    """Where decoded media goes. Called on the event loop; must return at once."""

    def heard(self, peer: str, frame: av.AudioFrame) -> None: ...
    def seen(self, peer: str, frame: av.VideoFrame) -> None: ...
    def gone(self, peer: str) -> None: ...
