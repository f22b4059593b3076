"""Our voice on its way out: one source, encoded once, copied to any number of receivers.

Muted means that no packet exists: the source is closed (a microphone is released), and what waited for receivers is
dropped. Time stamps follow real time across a mute, so receivers see a gap rather than time standing still. While one
source takes the place of another, silence is sent at the same pace: nobody on the path sees the change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from media.activation import Activation
from media.fanout import Fanout, Subscription
from media.gate import Gate
from media.level import SILENCE_DB, Level, Meter
from media.opus import OpusEncoder
from media.timing import BLOCK, BLOCK_SECONDS, Clock, Pacer, Samples, monotonic

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
        others: Callable[[VoiceSource], Awaitable[Sequence[VoiceSource]]] | None = None,
        on_fallen: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """`others`: what could take the place of a source that is gone; `on_fallen` gets a sentence when it did."""
        self._clock = clock
        self._began = clock()
        self._pts = 0  # of the next packet, in 1/48000 s
        self._fanout: Fanout[OpusPacket] = Fanout(QUEUED_PACKETS)
        self._encoder: OpusEncoder | None = None
        self._activation: Activation | None = None
        self._meter = Meter()
        self._input = Meter()
        self._silence = Silence(clock)
        self._gate: Gate[VoiceSource] = Gate(
            source,
            self._step,
            name="voice",
            on_change=on_change,
            between=self._silence,
            others=others,
            on_fallen=on_fallen,
        )

    @property
    def muted(self) -> bool:
        """No sound leaves."""
        return not self._gate.on

    @property
    def source(self) -> VoiceSource | None:
        """Where the sound comes from, or would."""
        return self._gate.source

    @property
    def trouble(self) -> str:
        """What a person should know of the source: one sentence, or nothing."""
        return self._gate.trouble or self._gate.fallen or self._gate.missing

    @property
    def missing(self) -> bool:
        """There was no such source when it was looked for."""
        return self._gate.source is None or self._gate.missing != ""

    async def probe(self) -> None:
        """Look for the source, without opening it."""
        await self._gate.probe()

    @property
    def wanted(self) -> bool:
        """Sound leaves or is about to."""
        return self._gate.wanted

    @property
    def level(self) -> Level:
        """How loud we are to others."""
        return Level() if self.muted else self._meter.now

    @property
    def input(self) -> Level:
        """How loud the source is, whether it passes or not."""
        return Level() if self.muted else self._input.now

    @property
    def threshold_db(self) -> float:
        """What is louder passes: dB below full scale."""
        return self._activation.threshold_db if self._activation is not None else SILENCE_DB

    @property
    def passing(self) -> bool:
        """What the source gives leaves, rather than silence or nothing."""
        return not self.muted and (self._activation is None or self._activation.passing)

    def subscribe(self) -> Subscription[OpusPacket]:
        """A receiver's own copy (a `PacketStream`)."""
        return self._fanout.subscribe()

    async def set_muted(self, muted: bool) -> None:
        """Mute at once, or open the source. Trouble is told by `trouble`, not raised."""
        if muted:
            self._fanout.forget()
        elif self.muted:
            # fresh, so that no sound from before the mute is left in the encoder's look-ahead
            self._encoder = None
            self._forget_sound()
        await self._gate.switch(not muted)

    async def choose(self, source: VoiceSource | None) -> str:
        """Take another source; muted stays muted. One sentence when it cannot be opened: then the old one goes on."""
        self._forget_sound()
        return await self._gate.exchange(source)

    def set_activation(self, on: bool) -> None:
        """Let only speech pass (`media.activation`); silence is sent for the rest."""
        self._activation = Activation() if on else None

    async def close(self) -> None:
        """Release the source and end all receivers."""
        self._fanout.close()
        await self._gate.switch(False)

    def _forget_sound(self) -> None:
        """Nothing of what came until now may leave later."""
        self._meter, self._input = Meter(), Meter()
        self.set_activation(self._activation is not None)

    async def _step(self, source: VoiceSource) -> None:
        block = await source.block()
        if self.muted:
            return
        self._input.feed(block)
        if self._activation is not None and source is not self._silence:
            block = self._activation.feed(block)
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


class Silence:
    """A `VoiceSource` of nothing. Opened again it goes on one block later."""

    name = "silence"

    def __init__(self, clock: Clock = monotonic) -> None:
        self._clock = clock
        self._pacer = Pacer(BLOCK_SECONDS, clock)

    async def probe(self) -> str:
        """Always there."""
        return ""

    async def open(self) -> None:
        """Wait as long as a block takes: there has just been one."""
        await asyncio.sleep(BLOCK_SECONDS)
        self._pacer = Pacer(BLOCK_SECONDS, self._clock)

    async def block(self) -> Samples:
        """The next 20 ms."""
        await self._pacer.tick()
        return np.zeros(BLOCK, dtype=np.int16)

    async def close(self) -> None:
        """Nothing to close."""
