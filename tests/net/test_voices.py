"""One thread for all voices: in order, each in its turn, and none at the mercy of another."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import aiortc.rtcrtpreceiver
import av
import pytest
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpReceiveParameters

from net import seams
from net.jitter import Frame
from net.voices import AT_ONCE, NAME, Voice, on_decoded
from tests.waits import until

OPUS = RTCRtpCodecParameters("audio/opus", 48000, 2, 111)


class Decoder:
    """Gives a frame for each byte; some bytes are trouble."""

    def __init__(self) -> None:
        self.threads: set[str] = set()
        self.takes = 0.0  # seconds for a frame

    def decode(self, frame: Frame) -> list[bytes]:
        self.threads.add(threading.current_thread().name)
        time.sleep(self.takes)
        if frame.data == b"unreadable":
            raise av.InvalidDataError(1, "unreadable")
        if frame.data == b"poison":
            raise ValueError("poison")
        return [frame.data]


class Desk:
    """Voices whose decoders are ours."""

    def __init__(self) -> None:
        self.decoder = Decoder()
        self.got: list[tuple[str, Any]] = []
        self.trouble = threading.Event()
        self.tracks: dict[str, asyncio.Queue[Any]] = {}

    def voice(self, name: str) -> Voice:
        voice, self.tracks[name] = Voice(), asyncio.Queue()
        voice.sink = lambda frame: self.got.append((name, frame))
        voice.begin(self.tracks[name], self.trouble)
        return voice

    def of(self, name: str) -> list[Any]:
        return [frame for who, frame in self.got if who == name]


def put(voice: Voice, *data: bytes) -> None:
    for one in data:
        voice.put((OPUS, Frame(one, 0)))


def running() -> int:
    return sum(thread.name == NAME for thread in threading.enumerate())


def at_a_desk(monkeypatch: pytest.MonkeyPatch, work: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
    desk = Desk()
    monkeypatch.setattr(aiortc.rtcrtpreceiver, "get_decoder", lambda codec: desk.decoder)
    asyncio.run(work(desk))


NUMBERS = [bytes([number]) for number in range(200)]


def test_each_voice_comes_back_in_order_from_one_thread_that_ends_with_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def work(desk: Desk) -> None:
        ana, ben = desk.voice("ana"), desk.voice("ben")
        for number in NUMBERS:
            put(ana, number)
            put(ben, number, number)
            if number[0] % 9 == 0:
                await asyncio.sleep(0)
        await until(lambda: len(desk.got) == 600)
        assert desk.of("ana") == NUMBERS
        assert desk.of("ben") == [number for number in NUMBERS for _ in range(2)]
        assert desk.decoder.threads == {NAME}
        assert running() == 1
        ana.put(None)
        put(ben, b"last")
        ben.put(None)
        assert running() == 0
        await until(lambda: desk.of("ben")[-1] == b"last")
        assert [await track.get() for track in desk.tracks.values()] == [None, None]
        put(ben, b"too late")
        ben.put(None)
        assert ben.qsize() == 0

    at_a_desk(monkeypatch, work)


def test_what_comes_at_once_is_decoded_and_given_back_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(desk: Desk) -> None:
        voices = [desk.voice(str(number)) for number in range(9)]
        loop = asyncio.get_running_loop()
        given, give = 0, loop.call_soon_threadsafe

        def counted(*args: Any, **kwargs: Any) -> Any:
            nonlocal given
            given += 1
            return give(*args, **kwargs)

        monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
        for voice in voices:
            put(voice, b"a", b"b")
        await until(lambda: len(desk.got) == 18)
        assert given == 1
        put(voices[0], *NUMBERS)
        await until(lambda: len(desk.got) == 18 + len(NUMBERS))
        assert given == 1 + -(-len(NUMBERS) // AT_ONCE)
        for voice in voices:
            voice.put(None)

    at_a_desk(monkeypatch, work)


def test_a_flood_of_one_voice_lets_the_others_through(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(desk: Desk) -> None:
        flood, ana = desk.voice("flood"), desk.voice("ana")
        desk.decoder.takes = 0.002
        put(flood, *NUMBERS)
        put(ana, b"a", b"b")
        await until(lambda: len(desk.of("ana")) == 2)
        assert len(desk.of("flood")) <= AT_ONCE
        assert flood.qsize() > 100
        desk.decoder.takes = 0.0
        flood.put(None)
        ana.put(None)

    at_a_desk(monkeypatch, work)


def test_a_voice_that_cannot_be_decoded_is_silent_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(desk: Desk) -> None:
        ana, ben = desk.voice("ana"), desk.voice("ben")
        put(ana, b"a", b"unreadable", b"b")
        await until(lambda: desk.of("ana") == [b"a", b"b"])
        assert desk.trouble.is_set()
        put(ana, b"poison", b"c")
        put(ben, b"d")
        await until(lambda: desk.of("ben") == [b"d"])
        await until(lambda: ana.qsize() == 0)
        ana.put(None)
        ben.put(None)
        assert desk.of("ana") == [b"a", b"b"]

    with caplog.at_level(logging.WARNING):
        at_a_desk(monkeypatch, work)
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]


def test_who_cannot_take_what_was_decoded_keeps_nobody_from_theirs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(desk: Desk) -> None:
        ana, ben = desk.voice("ana"), desk.voice("ben")

        def fail(frame: Any) -> None:
            raise ValueError("no room")

        ana.sink = fail
        put(ana, b"a")
        put(ben, b"b")
        await until(lambda: desk.of("ben") == [b"b"])
        ana.put(None)
        ben.put(None)

    at_a_desk(monkeypatch, work)
    assert "no room" in caplog.text


def test_a_loop_that_was_closed_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    monkeypatch.setattr(aiortc.rtcrtpreceiver, "get_decoder", lambda codec: desk.decoder)
    desk.decoder.takes = 0.05

    async def main() -> None:
        put(desk.voice("ana"), b"a")
        await asyncio.sleep(0.01)

    asyncio.run(main())
    end = time.monotonic() + 30
    while running() and time.monotonic() < end:
        time.sleep(0.01)
    assert running() == 0
    assert desk.got == []


def test_the_library_gives_its_receivers_of_sound_to_the_thread() -> None:
    seams.install()

    async def main() -> None:
        gathered = RTCIceTransport(RTCIceGatherer([]))
        dtls = RTCDtlsTransport(gathered, [RTCCertificate.generateCertificate()])
        receiver = seams.receiver("audio", dtls, own_source=7, codec="opus")
        got: list[av.AudioFrame] = []
        on_decoded(receiver, got.append)
        parameters = RTCRtpReceiveParameters(codecs=[OPUS])
        await receiver.receive(parameters)
        await receiver.receive(parameters)  # changes nothing
        assert running() == 1
        assert not [one.name for one in threading.enumerate() if one.name == "audio-decoder"]
        codec = av.CodecContext.create("libopus", "w")
        codec.sample_rate, codec.layout, codec.format = 48000, "stereo", "s16"
        silence = av.AudioFrame(format="s16", layout="stereo", samples=960)
        silence.sample_rate, silence.pts = 48000, 0
        for plane in silence.planes:
            plane.update(bytes(plane.buffer_size))
        packet = (codec.encode(silence) + codec.encode(None))[0]
        put(vars(receiver)["_RTCRtpReceiver__decoder_queue"], bytes(packet))
        await until(lambda: len(got) == 1)
        assert (got[0].layout.name, got[0].samples, got[0].sample_rate) == ("mono", 960, 48000)
        await receiver.stop()
        assert running() == 0

    asyncio.run(main())
