"""A witnessed loop with an active guard, and two real peers on it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import av
import numpy as np

from net.guard import Guard
from net.loop import WitnessedLoop
from net.peer import Peer, Surroundings
from net.sdp import AddressMode, Description
from net.services.mesh.ice import IceServer
from net.witness import Witness
from privacy.facts import Audience, Disclosure
from privacy.ledger import Ledger


@dataclass
class Lab:
    """One process's worth of guard, ledger and witness."""

    ledger: Ledger = field(default_factory=Ledger)
    told: list[Disclosure] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.guard = Guard(time.monotonic, self.ledger.refuse)
        self.witness = Witness(self.ledger, self.guard, time.monotonic)
        self.witness.on_new(self.told.append)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run to the end on a witnessed loop, with the guard active."""
        with self.guard.active(), asyncio.Runner(loop_factory=lambda: WitnessedLoop(lambda: self.witness)) as runner:
            try:
                return runner.run(asyncio.wait_for(work, 60))
            except BaseException:
                runner.run(_let_go())
                raise


class Turns:
    """Counts, while it is entered, how often the loop came to others."""

    def __init__(self) -> None:
        self.count = 0

    async def _take(self) -> None:
        while True:
            await asyncio.sleep(0)
            self.count += 1

    async def __aenter__(self) -> Turns:
        self._taking = asyncio.ensure_future(self._take())
        return self

    async def __aexit__(self, *error: object) -> None:
        self._taking.cancel()


async def _let_go() -> None:
    """Close what a test that failed leaves open, or a later test would be blamed for it when it is collected."""
    for transport in list(asyncio.get_running_loop()._transports.values()):  # type: ignore[attr-defined] # not typed
        transport.abort()
    await asyncio.sleep(0)


LOUDNESS = 12000
"""Amplitude of a tone."""


class Tone:
    """Constant-size Opus packets of a tone, paced in real time."""

    def __init__(self, hertz: float) -> None:
        self._codec = av.CodecContext.create("libopus", "w")
        self._codec.sample_rate, self._codec.layout, self._codec.format = 48000, "mono", "s16"
        self._codec.bit_rate = 32000
        self._codec.options = {"vbr": "off"}
        self._hertz = hertz
        self._at = 0
        self._started: float | None = None
        self._ready: list[av.Packet[Any]] = []
        self.closed = False

    async def next(self) -> av.Packet[Any]:
        loop = asyncio.get_running_loop()
        while not self._ready:
            self._started = loop.time() if self._started is None else self._started
            await asyncio.sleep(max(0.0, self._started + self._at / 48000 - loop.time()))
            times = np.arange(self._at, self._at + 960) / 48000
            wave = (np.sin(2 * np.pi * self._hertz * times) * LOUDNESS).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48000, self._at, Fraction(1, 48000)
            self._at += 960
            self._ready += self._codec.encode(frame)
        packet = self._ready.pop(0)
        packet.pts = self._at
        packet.time_base = Fraction(1, 48000)
        return packet

    def close(self) -> None:
        self.closed = True


class Colour:
    """A plain picture, fifteen times a second, that moves a little so that the codec has work."""

    def __init__(self, rgb: tuple[int, int, int]) -> None:
        self._rgb = rgb
        self._count = 0
        self.closed = False

    async def next(self) -> av.VideoFrame:
        await asyncio.sleep(1 / 15)
        pixels = np.empty((180, 320, 3), np.uint8)
        pixels[:] = self._rgb
        pixels[:8, self._count % 300 : self._count % 300 + 8] = 255
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = self._count * 6000, Fraction(1, 90000)
        self._count += 1
        return frame

    def close(self) -> None:
        self.closed = True


@dataclass
class Sends:
    """What one end sends."""

    hertz: float = 440.0
    rgb: tuple[int, int, int] = (200, 30, 30)
    made: list[Tone | Colour] = field(default_factory=list)

    def voice(self) -> Tone:
        self.made.append(tone := Tone(self.hertz))
        return tone

    def picture(self) -> Colour:
        self.made.append(colour := Colour(self.rgb))
        return colour

    def sent(self) -> tuple[int, int]:
        """How many blocks of voice and how many pictures were made so far, however slow the machine is."""
        voice = sum(one._at // 960 for one in self.made if isinstance(one, Tone))
        return voice, sum(one._count for one in self.made if isinstance(one, Colour))


@dataclass
class Receives:
    """What one end decodes, with the time each frame came."""

    voice: list[tuple[float, av.AudioFrame]] = field(default_factory=list)
    pictures: list[tuple[float, av.VideoFrame]] = field(default_factory=list)

    def heard(self, peer: str, frame: av.AudioFrame) -> None:
        self.voice.append((time.monotonic(), frame))

    def seen(self, peer: str, frame: av.VideoFrame) -> None:
        self.pictures.append((time.monotonic(), frame))

    def gone(self, peer: str) -> None:
        pass

    def hertz(self) -> float:
        """The strongest frequency of the last second."""
        spectrum, width = self._spectrum()
        return float(np.argmax(spectrum) * width)

    def strength(self, hertz: float) -> float:
        """How strong a frequency was in the last second: 1 is as `Sends` sends it."""
        spectrum, width = self._spectrum()
        at = round(hertz / width)
        full = LOUDNESS * 48000 / width / 4  # of a tone, through this window
        return float(spectrum[at - 2 : at + 3].max() / full)

    def _spectrum(self) -> tuple[np.ndarray, float]:
        samples = np.concatenate([frame.to_ndarray().reshape(-1) for _, frame in self.voice[-45:]])  # mono
        return np.abs(np.fft.rfft(samples * np.hanning(len(samples)))), 48000 / len(samples)

    def rgb(self) -> tuple[int, int, int]:
        """The mean colour of the newest picture."""
        mean = self.pictures[-1][1].to_ndarray(format="rgb24").mean(axis=(0, 1))
        return int(mean[0]), int(mean[1]), int(mean[2])


@dataclass
class Events:
    """What one end's peer reported."""

    log: list[tuple[str, ...]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def _note(self, *what: str) -> None:
        self.log.append(what)
        self.changed.set()

    def peer_connected(self, pid: str) -> None:
        self._note("connected", pid)

    def peer_failed(self, pid: str, reason: str) -> None:
        self._note("failed", pid, reason)

    def peer_impostor(self, pid: str) -> None:
        self._note("impostor", pid)

    def peer_said(self, pid: str, text: str) -> None:
        self._note("said", pid, text)

    async def until(self, word: str) -> None:
        """Wait until something of this kind was reported."""
        while not any(entry[0] == word for entry in self.log):
            self.changed.clear()
            await self.changed.wait()


@dataclass
class End:
    """One end of a connection."""

    peer: Peer
    events: Events
    receives: Receives
    sends: Sends


def make_end(
    lab: Lab,
    pid: str,
    sends: Sends | None = None,
    mode: AddressMode = AddressMode.LOOPBACK,
    ice: Sequence[IceServer] = (),
) -> End:
    """One end of a loopback connection in the lab."""
    sends, receives, events = sends or Sends(), Receives(), Events()
    around = Surroundings(lab.guard, mode, ("127.0.0.1",), sends, receives, events)
    return End(Peer(pid, around, ice), events, receives, sends)


async def connect(a: End, b: End) -> None:
    """Offer, answer, accept, and wait until both are up."""
    offer = await a.peer.offer()
    answer = await b.peer.answer(str(offer))
    await a.peer.accept(str(answer))
    await a.events.until("connected")
    await b.events.until("connected")


class LossyWire:
    """A wire between two ends that loses what `loses(data)` says, and counts what it carries."""

    def __init__(self, lab: Lab, loses: Callable[[bytes], bool]) -> None:
        self.loses = loses
        self.lost = self.carried = 0
        self._lab = lab
        self._sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        for each in self._sockets:
            each.bind(("127.0.0.1", 0))
            each.settimeout(0.1)
        self._ends: list[tuple[str, int] | None] = [None, None]
        self._running = True
        self._threads = [threading.Thread(target=self._carry, args=(side,)) for side in range(2)]
        for thread in self._threads:
            thread.start()

    def stand_in(self, side: int, description: Description) -> Description:
        """The description of end `side` (0 or 1) with the wire's address in place of its own."""
        real = description.candidates[0]
        self._ends[side] = (real.host, real.port)
        self._lab.guard.allow(real.host, real.port, "the test's wire", Audience.PARTICIPANTS)
        port = self._sockets[side].getsockname()[1]
        self._lab.guard.allow("127.0.0.1", port, "the test's wire", Audience.PARTICIPANTS)
        return replace(description, candidates=(replace(real, host="127.0.0.1", port=port),))

    def _carry(self, side: int) -> None:
        """What arrives at the stand-in of `side` goes to `side`, from the stand-in of the other."""
        while self._running:
            try:
                data, _ = self._sockets[side].recvfrom(2048)
            except TimeoutError:
                continue
            self.carried += 1
            end = self._ends[side]
            if self.loses(data) or end is None:
                self.lost += 1
            else:
                self._sockets[1 - side].sendto(data, end)

    def close(self) -> None:
        """Cut the wire."""
        self._running = False
        for thread in self._threads:
            thread.join()
        for each in self._sockets:
            each.close()


def losing(percent: int) -> Callable[[bytes], bool]:
    """What loses this part of all packets of media, spread alike each time."""
    count = 0

    def loses(data: bytes) -> bool:
        nonlocal count
        if data[0] < 128:
            return False
        count += 1
        return count * 7919 % 100 < percent

    return loses


async def connect_over(wire: LossyWire, a: End, b: End) -> Description:
    """As `connect`, over a wire; gives the offer, which is `a`'s."""
    offer = wire.stand_in(0, await a.peer.offer())
    answer = wire.stand_in(1, await b.peer.answer(str(offer)))
    await a.peer.accept(str(answer))
    await a.events.until("connected")
    await b.events.until("connected")
    return offer
