"""Our voice on its way out: one source, encoded once, copied to any number of receivers.

Muted means that no packet exists: the source is closed (a microphone is released), and what waited for receivers is
dropped. Time stamps follow real time across a mute, so receivers see a gap rather than time standing still.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from media.fanout import Fanout, Subscription
from media.gate import Gate
from media.level import Level, Meter
from media.opus import OpusEncoder
from media.timing import BLOCK, BLOCK_SECONDS, Clock, monotonic

if TYPE_CHECKING:
    from media.opus import OpusPacket
    from media.sources import VoiceSource

QUEUED_PACKETS = 10  # 0.2 s: older sound is worth nothing to a receiver that cannot keep up
LATE_BLOCKS = 5  # a source this far behind real time (0.1 s) lost sound; the time stamps jump over it


class VoiceSender:
    """Starts muted. Without a source it stays so."""

    def __init__(
        self,
        source: VoiceSource | None,
        *,
        clock: Clock = monotonic,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._began = clock()
        self._pts = 0  # of the next packet, in 1/48000 s
        self._fanout: Fanout[OpusPacket] = Fanout(QUEUED_PACKETS)
        self._encoder: OpusEncoder | None = None
        self._meter = Meter()
        self._gate = Gate(source, self._step, name="voice", on_change=on_change) if source is not None else None

    @property
    def muted(self) -> bool:
        """No sound leaves."""
        return self._gate is None or not self._gate.on

    @property
    def trouble(self) -> str:
        """Why there is no sound though it should be: one sentence, or nothing."""
        return self._gate.trouble if self._gate is not None else ""

    @property
    def level(self) -> Level:
        """How loud we are."""
        return Level() if self.muted else self._meter.now

    def subscribe(self) -> Subscription[OpusPacket]:
        """A receiver's own copy (a `PacketStream`)."""
        return self._fanout.subscribe()

    async def set_muted(self, muted: bool) -> None:
        """Mute at once, or open the source. Trouble is told by `trouble`, not raised."""
        if self._gate is None:
            return
        if muted:
            self._fanout.forget()
        elif self.muted:
            # fresh, so that no sound from before the mute is left in the encoder's look-ahead
            self._encoder = None
            self._meter = Meter()
        await self._gate.switch(not muted)

    async def close(self) -> None:
        """Release the source and end all receivers."""
        self._fanout.close()
        if self._gate is not None:
            await self._gate.switch(False)

    async def _step(self, source: VoiceSource) -> None:
        block = await source.block()
        if self.muted:
            return
        if self._encoder is None:
            self._encoder = OpusEncoder()
        self._meter.feed(block)
        # aligned to whole blocks, so that time stamps tell nothing but the count of blocks
        real = int((self._clock() - self._began) / BLOCK_SECONDS) * BLOCK
        if real - self._pts > LATE_BLOCKS * BLOCK:
            self._pts = real
        for packet in self._encoder.encode(block, self._pts):
            self._fanout.offer(packet)
        self._pts += BLOCK
