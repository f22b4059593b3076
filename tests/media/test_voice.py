from __future__ import annotations

import asyncio

import av
import numpy as np
import pytest

from media.errors import MediaError
from media.tone import Tone
from media.voice import QUEUED_PACKETS, VoiceSender
from tests.media.helpers import FakeVoice, ManualClock, sine
from tests.waits import until


async def test_it_starts_muted_and_opens_nothing() -> None:
    source = FakeVoice()
    sender = VoiceSender(source)
    receiver = sender.subscribe()
    source.blocks.put_nowait(sine(440))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(receiver.next(), 0.05)
    assert sender.muted
    assert source.opened == 0
    await sender.close()


async def test_all_receivers_get_the_same_packet_encoded_once() -> None:
    source = FakeVoice()
    sender = VoiceSender(source)
    receivers = [sender.subscribe() for _ in range(5)]
    await sender.set_muted(False)
    source.blocks.put_nowait(sine(440))
    packets = [await receiver.next() for receiver in receivers]
    assert all(packet is packets[0] for packet in packets)
    assert packets[0].size == 80
    await sender.close()


async def test_muting_takes_back_what_waits_and_releases_the_source() -> None:
    source = FakeVoice()
    sender = VoiceSender(source)
    receiver = sender.subscribe()
    await sender.set_muted(False)
    for _ in range(4):
        source.blocks.put_nowait(sine(440))
    await until(source.blocks.empty)
    await asyncio.sleep(0)
    await sender.set_muted(True)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(receiver.next(), 0.05)
    assert source.closed == 1
    assert sender.level.level == 0
    await sender.close()


async def test_time_stamps_follow_real_time_across_a_mute() -> None:
    clock, source = ManualClock(), FakeVoice()
    sender = VoiceSender(source, clock=clock)
    receiver = sender.subscribe()
    await sender.set_muted(False)
    times = []
    for _ in range(3):
        source.blocks.put_nowait(sine(440))
        times.append((await receiver.next()).pts)
        clock.advance(0.02)
    await sender.set_muted(True)
    clock.advance(10.01)
    await sender.set_muted(False)
    for _ in range(2):
        source.blocks.put_nowait(sine(440))
        times.append((await receiver.next()).pts)
        clock.advance(0.02)
    assert times == [0, 960, 1920, 503 * 960, 504 * 960]
    await sender.close()


async def test_a_stalled_source_leaves_a_gap_and_a_hurrying_one_none() -> None:
    clock, source = ManualClock(), FakeVoice()
    sender = VoiceSender(source, clock=clock)
    receiver = sender.subscribe()
    await sender.set_muted(False)
    for _ in range(3):  # all at once: they follow each other
        source.blocks.put_nowait(sine(440))
    assert [(await receiver.next()).pts for _ in range(3)] == [0, 960, 1920]
    clock.advance(1.0)
    source.blocks.put_nowait(sine(440))
    assert (await receiver.next()).pts == 50 * 960
    await sender.close()


async def test_nothing_from_before_a_mute_is_in_the_first_packet_after_it() -> None:
    async def first_after(before: float) -> bytes:
        """The first packet of silence, after loud or silent sound and a mute."""
        source = FakeVoice()
        sender = VoiceSender(source, clock=ManualClock())
        receiver = sender.subscribe()
        await sender.set_muted(False)
        for _ in range(5):
            source.blocks.put_nowait(sine(440, amplitude=before))
            await receiver.next()
        await sender.set_muted(True)
        await sender.set_muted(False)
        source.blocks.put_nowait(np.zeros(960, dtype=np.int16))
        packet = bytes(await receiver.next())
        await sender.close()
        return packet

    assert await first_after(0.9) == await first_after(0.0)


async def test_a_receiver_that_does_not_take_loses_the_oldest() -> None:
    clock, source = ManualClock(), FakeVoice()
    sender = VoiceSender(source, clock=clock)
    receiver = sender.subscribe()
    await sender.set_muted(False)
    for _ in range(QUEUED_PACKETS + 5):
        source.blocks.put_nowait(sine(440))
    await until(lambda: receiver.dropped == 5)
    assert (await receiver.next()).pts == 5 * 960
    await sender.close()


async def test_the_level_is_ours_only_while_we_are_heard() -> None:
    sender = VoiceSender(Tone(440))
    receiver = sender.subscribe()
    await sender.set_muted(False)
    for _ in range(3):
        await receiver.next()
    assert sender.level.speaking
    assert sender.level.level > 0.5
    await sender.set_muted(True)
    assert sender.level.level == 0
    await sender.close()


async def test_trouble_is_a_sentence_and_we_stay_muted() -> None:
    source = FakeVoice()
    source.refuses = MediaError("no microphone was found")
    sender = VoiceSender(source)
    await sender.set_muted(False)
    assert sender.muted
    assert sender.trouble == "no microphone was found"
    await sender.close()


async def test_without_a_source_nothing_ever_comes_until_it_is_closed() -> None:
    sender = VoiceSender(None)
    receiver = sender.subscribe()
    await sender.set_muted(False)
    assert sender.muted
    waiting = asyncio.ensure_future(receiver.next())
    await asyncio.sleep(0.02)
    assert not waiting.done()
    await sender.close()
    with pytest.raises(EOFError):
        await waiting


async def test_packets_decode_to_the_tone_that_was_said() -> None:
    decoder = av.CodecContext.create("libopus", "r")
    decoder.format, decoder.layout, decoder.sample_rate = "s16", "mono", 48000
    sender = VoiceSender(Tone(600))
    receiver = sender.subscribe()
    await sender.set_muted(False)
    sound = np.concatenate(
        [frame.to_ndarray()[0] for _ in range(20) for frame in decoder.decode(await receiver.next())]
    )[-9600:]
    spectrum = np.abs(np.fft.rfft(sound))
    assert np.argmax(spectrum) * 5 == 600
    await sender.close()
