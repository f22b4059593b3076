from __future__ import annotations

import asyncio

import av
import numpy as np
import pytest

from media.engine import ME, Engine
from media.errors import MediaError
from media.opus import PACKET_BYTES
from media.talk import Talk
from media.timing import BLOCK, Clock, Samples, monotonic
from media.voice import VoiceSender
from tests.media.helpers import FakeVoice, ManualClock, sine
from tests.waits import until


def talking(clock: Clock = monotonic) -> tuple[FakeVoice, VoiceSender, Talk]:
    source = FakeVoice()
    voice = VoiceSender(source, clock=clock)
    return source, voice, Talk(voice)


async def test_it_is_open_until_told_otherwise() -> None:
    source, voice, talk = talking()
    assert talk.mode == "open"
    await talk.set_muted(False)
    source.blocks.put_nowait(np.zeros(BLOCK, dtype=np.int16))
    receiver = voice.subscribe()
    await receiver.next()
    assert talk.passing
    assert talk.threshold == 0
    with pytest.raises(ValueError, match="shout"):
        await talk.set_mode("shout")  # type: ignore[arg-type]  # what a configuration may hold
    await voice.close()


async def test_push_mutes_at_once_and_is_heard_only_while_held() -> None:
    source, voice, talk = talking()
    receiver = voice.subscribe()
    await talk.set_muted(False)
    await talk.set_mode("push")
    assert voice.muted
    source.blocks.put_nowait(sine(440))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(receiver.next(), 0.05)
    assert (source.opened, source.closed) == (1, 1)  # released, not only ignored
    for _ in range(3):
        await talk.hold(True)
        await talk.hold(True)  # a key that repeats
        assert not voice.muted
        source.blocks.put_nowait(sine(440))
        await receiver.next()
        await talk.hold(False)
        assert voice.muted
    assert source.opened == source.closed == 4
    await talk.set_muted(False)  # where no key release is reported: on, and off again
    assert not voice.muted
    await talk.hold(False)
    assert voice.muted
    await voice.close()


async def test_a_key_let_go_while_the_microphone_opens_leaves_it_closed() -> None:
    source, voice, talk = talking()
    await talk.set_mode("push")
    await asyncio.gather(talk.hold(True), talk.hold(False))
    assert voice.muted
    assert source.opened == source.closed
    await voice.close()


async def test_holding_while_muted_is_a_moment_and_while_unmuted_nothing() -> None:
    _, voice, talk = talking()
    await talk.hold(True)
    assert not voice.muted
    await talk.hold(False)
    assert voice.muted
    await talk.hold(False)
    await talk.set_muted(False)
    await talk.hold(True)
    await talk.hold(False)
    assert not voice.muted
    await talk.set_muted(True)
    await talk.hold(True)
    await talk.set_muted(False)  # said in so many words while held: it stays
    await talk.hold(False)
    assert not voice.muted
    await voice.close()


async def test_what_cannot_be_opened_is_muted_whatever_is_held() -> None:
    source, voice, talk = talking()
    source.refuses = MediaError("no microphone was found")
    await talk.hold(True)
    assert voice.muted
    assert voice.trouble == "no microphone was found"
    await talk.hold(False)
    await voice.close()


async def said(voice: VoiceSender, source: FakeVoice, clock: ManualClock, blocks: list[Samples]) -> list[bytes]:
    """Say it in real time, as that clock has it; the packets."""
    receiver = voice.subscribe()
    packets = []
    for block in blocks:
        source.blocks.put_nowait(block)
        packets.append(bytes(await receiver.next()))
        clock.advance(0.02)
    receiver.close()
    return packets


async def test_by_voice_there_is_a_packet_for_each_block_and_silence_where_nothing_is_said() -> None:
    clock = ManualClock()
    source, voice, talk = talking(clock)
    await talk.set_mode("voice")
    assert voice.muted  # how we talk does not switch anything on
    await talk.set_muted(False)
    quiet = [sine(50, start=number * BLOCK, amplitude=0.003) for number in range(30)]
    loud = [sine(440, start=number * BLOCK) for number in range(30)]
    packets = await said(voice, source, clock, quiet)
    assert not talk.passing
    assert voice.level.level == 0  # what the others get
    assert 0 < talk.input.level < talk.threshold < 0.5
    packets += await said(voice, source, clock, loud)
    assert talk.passing
    assert voice.level.speaking
    packets += await said(voice, source, clock, quiet)
    assert {len(packet) for packet in packets} == {PACKET_BYTES}
    decoder = av.CodecContext.create("libopus", "r")
    decoder.format, decoder.layout, decoder.sample_rate = "s16", "mono", 48000
    sound = np.concatenate([frame.to_ndarray()[0] for packet in packets for frame in decoder.decode(av.Packet(packet))])
    assert np.abs(sound[: 28 * BLOCK]).max() <= 4  # of 32768
    assert np.abs(sound[40 * BLOCK : 60 * BLOCK]).max() > 5000
    await voice.close()


async def test_by_voice_nothing_from_before_a_mute_or_from_another_source_is_heard_later() -> None:
    clock = ManualClock()
    source, voice, talk = talking(clock)
    await talk.set_mode("voice")
    zeros = [np.zeros(BLOCK, dtype=np.int16)] * 5

    async def silence() -> list[bytes]:
        await talk.set_muted(False)
        return await said(voice, source, clock, zeros)

    plain = await silence()
    await said(voice, source, clock, [sine(440)] * 10)
    assert talk.passing
    await talk.set_muted(True)
    assert not talk.passing
    assert await silence() == plain
    await said(voice, source, clock, [sine(440)] * 10)
    await voice.choose(FakeVoice())
    assert not talk.passing
    await voice.close()


async def test_the_engine_says_how_we_talk_and_what_leaves() -> None:
    source = FakeVoice()
    engine = Engine(voice=source, picture=None, speaker=False)
    await engine.start()
    assert engine.describe().talk == "open"
    await engine.talk.set_mode("push")
    state = engine.describe()
    assert (state.talk, state.microphone, engine.muted) == ("push", "muted", True)
    await engine.talk.hold(True)
    assert (engine.describe().microphone, engine.muted) == ("live", False)
    source.blocks.put_nowait(sine(440))
    await until(lambda: engine.levels()[ME].speaking)
    await engine.set_muted(True)
    assert engine.levels()[ME].level == 0
    await engine.close()
