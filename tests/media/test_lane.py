from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.conceal import LONGEST as LONGEST_GUESS
from media.lane import COMFORTABLE, LONGEST, PREFILL, RESTART, Lane
from media.timing import BLOCK, Samples
from tests.media.helpers import sine

LOUD = sine(440, BLOCK * 200)


def block(number: int) -> Samples:
    return LOUD[number * BLOCK : (number + 1) * BLOCK]


def push(lane: Lane, *numbers: int) -> None:
    for number in numbers:
        lane.push(number * BLOCK, block(number))


def drained(lane: Lane) -> Samples:
    """Everything that can be played without running dry."""
    blocks = []
    while len(lane) >= BLOCK and (taken := lane.take(BLOCK)) is not None:
        blocks.append(taken)
    return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.int16)


def test_it_waits_for_sixty_milliseconds_and_then_plays_what_came() -> None:
    lane = Lane()
    assert lane.take(BLOCK) is None
    push(lane, 0, 1)
    assert lane.take(BLOCK) is None
    push(lane, 2)
    heard = drained(lane)
    assert len(heard) == PREFILL
    assert np.array_equal(heard[200:], LOUD[200:PREFILL])  # but for the soft start
    assert abs(int(heard[0])) < 50


def likeness(one: Samples, two: Samples) -> float:
    return float(np.corrcoef(one.astype(float), two.astype(float))[0, 1])


def test_a_lost_packet_is_filled_with_what_probably_was_in_it() -> None:
    lane = Lane()
    push(lane, 0, 1, 3, 4)
    heard = drained(lane)
    assert len(heard) == 5 * BLOCK
    hole = slice(2 * BLOCK, 3 * BLOCK)
    assert likeness(heard[hole], LOUD[hole]) > 0.95
    assert np.array_equal(heard[3 * BLOCK + 200 :], LOUD[3 * BLOCK + 200 : 5 * BLOCK])
    assert lane.lost == BLOCK
    assert np.abs(np.diff(heard.astype(int))).max() < 1000  # no click


def test_a_packet_that_is_lost_while_nothing_is_left_is_filled_and_delays_nothing() -> None:
    lane = Lane()
    push(lane, 0, 1, 2)
    heard = [drained(lane), *(taken for _ in range(2) if (taken := lane.take(BLOCK)) is not None)]
    push(lane, 5, 6, 7)  # 3 and 4 are lost, and this is just in time
    heard.append(drained(lane))
    sound = np.concatenate(heard)
    assert len(sound) == 8 * BLOCK
    assert likeness(sound[3 * BLOCK : 5 * BLOCK], LOUD[3 * BLOCK : 5 * BLOCK]) > 0.9
    assert np.array_equal(sound[5 * BLOCK + 200 :], LOUD[5 * BLOCK + 200 : 8 * BLOCK])
    assert np.abs(np.diff(sound.astype(int))).max() < 1000
    assert (lane.lost, lane.underruns) == (2 * BLOCK, 1)


def test_what_came_late_only_is_heard_whole_and_later() -> None:
    lane = Lane()
    push(lane, 0, 1, 2)
    drained(lane)
    assert lane.take(BLOCK) is not None
    push(lane, 3, 4)
    assert np.array_equal(drained(lane)[200:], LOUD[3 * BLOCK + 200 : 5 * BLOCK])
    assert lane.lost == 0


def test_frames_that_were_dropped_by_count_are_still_in_their_place() -> None:
    # Discontinuous transmission: nothing is sent in pauses. The time stamps say how long they were.
    lane = Lane()
    push(lane, 0, 1, 2, 6, 7, 8)
    heard = drained(lane)
    assert np.array_equal(heard[7 * BLOCK :], LOUD[7 * BLOCK : 9 * BLOCK])


def test_after_a_mute_it_starts_as_at_first() -> None:
    lane = Lane()
    push(lane, 0, 1, 2)
    drained(lane)
    while lane.take(BLOCK) is not None:
        continue
    lane.push(500 * BLOCK, block(0))
    assert lane.take(BLOCK) is None  # a new prefill, and no minutes of silence
    lane.push(501 * BLOCK, block(1))
    lane.push(502 * BLOCK, block(2))
    assert len(drained(lane)) == PREFILL
    assert lane.lost == 0


def test_a_mute_does_not_keep_old_sound_for_later() -> None:
    lane = Lane()
    push(lane, 0, 1)  # too little to play
    for number in (100, 101, 102):
        lane.push(number * BLOCK, np.full(BLOCK, 5000, dtype=np.int16))
    heard = drained(lane)
    assert set(heard[200:].tolist()) == {5000}


def test_what_comes_late_or_twice_is_left_out() -> None:
    lane = Lane()
    push(lane, 0, 1, 1, 3, 2, 4)
    heard = drained(lane)
    assert len(heard) == 5 * BLOCK
    assert lane.late == 2 * BLOCK


def test_overlapping_sound_is_joined_where_it_overlaps() -> None:
    lane = Lane()
    lane.push(0, LOUD[: 2 * BLOCK])
    lane.push(BLOCK, LOUD[BLOCK : 4 * BLOCK])
    assert np.array_equal(drained(lane)[200:], LOUD[200 : 4 * BLOCK])


def test_a_stream_that_begins_anew_is_followed() -> None:
    lane = Lane()
    lane.push(RESTART * 5, block(0))
    lane.push(0, block(0))
    lane.push(BLOCK, block(1))
    lane.push(2 * BLOCK, block(2))
    assert len(drained(lane)) == PREFILL


def test_without_time_stamps_everything_follows() -> None:
    lane = Lane()
    for number in range(4):
        lane.push(None, block(number))
    assert np.array_equal(drained(lane)[200:], LOUD[200 : 4 * BLOCK])


def test_running_dry_ends_softly_and_fills_again() -> None:
    lane = Lane()
    push(lane, 0, 1, 2)
    lane.push(3 * BLOCK, block(3)[:500])
    drained(lane)
    ending = []
    while (taken := lane.take(BLOCK)) is not None:
        ending.append(taken)
    sound = np.concatenate(ending)
    assert len(sound) == 4 * BLOCK  # what was left, and 60 ms that were made up
    assert np.abs(np.diff(sound.astype(int))).max() < 1000
    assert np.abs(sound[500 + LONGEST_GUESS - 50 :]).max() < 200
    assert not sound[500 + LONGEST_GUESS :].any()
    assert lane.underruns == 1
    push(lane, 4, 5)
    assert lane.take(BLOCK) is None  # it fills again


def test_a_burst_is_worked_off_in_quiet_moments_only() -> None:
    lane = Lane()
    quiet = np.zeros(BLOCK, dtype=np.int16)
    for number in range(10):
        lane.push(number * BLOCK, block(number))
    for _ in range(3):
        lane.take(BLOCK)
    assert lane.skipped == 0  # nothing of what was said is lost
    for number in range(10, 20):
        lane.push(number * BLOCK, quiet)
    while len(lane) > COMFORTABLE:
        lane.take(BLOCK)
    assert 0 < lane.skipped < 10 * BLOCK


def test_far_too_much_is_cut_at_once() -> None:
    lane = Lane()
    for number in range(60):
        lane.push(number * BLOCK, block(number))
        assert len(lane) <= LONGEST
    assert lane.skipped > 30 * BLOCK
    taken = drained(lane)
    assert np.array_equal(taken[-BLOCK:], block(59))


TIMES = st.one_of(
    st.none(),
    st.integers(min_value=-(2**40), max_value=2**40),
    st.integers(min_value=-5, max_value=60).map(lambda number: number * 480),
)
LENGTHS, TAKES = st.integers(min_value=0, max_value=70_000), st.integers(min_value=0, max_value=4)


@given(frames=st.lists(st.tuples(TIMES, LENGTHS, TAKES), max_size=30))
def test_whatever_a_stranger_sends_it_stays_bounded_and_gives_whole_blocks(
    frames: list[tuple[int | None, int, int]],
) -> None:
    lane = Lane()
    for pts, count, takes in frames:
        lane.push(pts, np.full(count, 1000, dtype=np.int16))
        assert 0 <= len(lane) <= LONGEST
        for _ in range(takes):
            taken = lane.take(BLOCK)
            assert taken is None or taken.shape == (BLOCK,)
            assert taken is None or (taken.min() >= 0 and taken.max() <= 1000)


@pytest.mark.parametrize("ppm", [-300, 300])
def test_clocks_that_differ_neither_starve_nor_overflow_it(ppm: int) -> None:
    """Ten minutes of speech with pauses, sent by a clock that is off by 300 ppm."""
    lane = Lane()
    sent = 0
    most = 0
    for played in range(10 * 60 * 50):
        while sent * BLOCK < (played + 3) * BLOCK * (1 + ppm / 1e6):
            pause = sent % 150 > 100
            lane.push(sent * BLOCK, np.zeros(BLOCK, dtype=np.int16) if pause else block(sent % 100))
            sent += 1
        lane.take(BLOCK)
        most = max(most, len(lane))
    assert lane.underruns <= 10
    assert most <= COMFORTABLE + 2 * BLOCK


@pytest.mark.parametrize("pause", [19, 20, 7])
def test_a_sender_that_says_nothing_in_pauses_is_heard_by_the_time_stamps(pause: int) -> None:
    """Browsers send one packet in 400 ms while nobody speaks: its number follows, its time stamp does not."""
    rng = np.random.default_rng(1)
    hush = (rng.standard_normal(BLOCK) * 3).astype(np.int16)
    speech = [*range(30), *range(130, 160)]
    sent = dict.fromkeys(range(30, 130, pause), hush) | {number: block(number % 100) for number in speech}
    lane = Lane()
    heard: list[Samples] = []
    for now in range(175):
        if now in sent:
            lane.push(now * BLOCK, sent[now])
        taken = lane.take(BLOCK)
        heard.append(np.zeros(BLOCK, dtype=np.int16) if taken is None else taken)
    loud = [number for number, samples in enumerate(heard) if np.abs(samples.astype(int)).max() > 1000]
    first = [number for number in loud if number < 100]
    second = [number for number in loud if number >= 100]
    assert 30 <= len(first) <= 34  # all of it, and its end fading out
    assert 30 <= len(second) <= 34
    assert first[0] <= PREFILL // BLOCK
    assert second[0] - 130 <= COMFORTABLE // BLOCK + 1
    assert lane.skipped <= 20 * BLOCK
