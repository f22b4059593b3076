"""Pictures to terminal cells and one voice to many receivers, against the plain way of doing the same.

    python -m bench.media [--rounds N]

Cells: the same scaling by swscale, then a Python loop over the pixels that also writes a colour only when it changes.
Voice: aiortc's own Opus encoder, once for each receiver, as its senders do. CPU time of one thread, without a network.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial

import av
import numpy as np
from aiortc.codecs.opus import OpusEncoder as AiortcEncoder

from bench.common import conditions, median, ratio, row
from media.fanout import Fanout
from media.opus import OpusEncoder
from media.pattern import Scene
from media.pictures import to_cells
from media.timing import BLOCK, RATE, SOUND_TIME_BASE

TILES = ((80, 24), (160, 45))
RECEIVERS = (1, 3, 7)
BLOCKS = 100

Rows = Callable[[av.VideoFrame, int, int], list[str]]


def plain_rows(frame: av.VideoFrame, columns: int, rows: int) -> list[str]:
    """The peer: a loop over the pixels."""
    pixels = frame.reformat(columns, 2 * rows, "rgb24", interpolation="AREA").to_ndarray().tolist()
    lines = []
    for y in range(rows):
        parts = []
        before: tuple[object, object] = (None, None)
        for upper, lower in zip(pixels[2 * y], pixels[2 * y + 1], strict=True):
            if upper != before[0]:
                parts.append("\x1b[38;2;{};{};{}m".format(*upper))
            if lower != before[1]:
                parts.append("\x1b[48;2;{};{};{}m".format(*lower))
            before = (upper, lower)
            parts.append("▀")
        lines.append("".join(parts) + "\x1b[0m")
    return lines


def our_rows(frame: av.VideoFrame, columns: int, rows: int) -> list[str]:
    cells = to_cells(frame, columns, rows)
    return [cells.row(y) for y in range(rows)]


def draw(convert: Rows, pictures: list[av.VideoFrame], columns: int, rows: int) -> None:
    for frame in pictures:
        convert(frame, columns, rows)


def frames() -> list[av.VideoFrame]:
    scene = Scene("1", 640, 360)
    drawn = (av.VideoFrame.from_ndarray(scene.draw(second / 3), format="rgb24") for second in range(10))
    return [frame.reformat(format="yuv420p") for frame in drawn]


def milliseconds(work: Callable[[], None], count: int) -> float:
    """CPU time of this thread for one of `count` pieces of work."""
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1000 / count


def compare(what: str, unit: str, ours: list[float], theirs: list[float]) -> None:
    print(what)
    print(row("incog", ours, unit, 3))
    print(row("plain", theirs, unit, 3))
    print(f"  ratio {ratio(median(ours), median(theirs))}\n")


def cells(rounds: int) -> None:
    pictures = frames()
    for columns, rows in TILES:
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(milliseconds(partial(draw, our_rows, pictures, columns, rows), len(pictures)))
            theirs.append(milliseconds(partial(draw, plain_rows, pictures, columns, rows), len(pictures)))
        compare(f"a picture to {columns}x{rows} cells", "ms a picture", ours, theirs)


def voice(rounds: int) -> None:
    places = np.arange(BLOCK * BLOCKS)
    sound = (np.sin(2 * np.pi * 440 * places / RATE) * 9000).astype(np.int16)
    blocks = [sound[place : place + BLOCK] for place in range(0, len(sound), BLOCK)]

    def once_for_all(receivers: int) -> None:
        encoder = OpusEncoder()
        fanout: Fanout[object] = Fanout(BLOCKS)
        for _ in range(receivers):
            fanout.subscribe()
        for number, block in enumerate(blocks):
            for packet in encoder.encode(block, number * BLOCK):
                fanout.offer(packet)

    def once_for_each(receivers: int) -> None:
        encoders = [AiortcEncoder() for _ in range(receivers)]
        for number, block in enumerate(blocks):
            for encoder in encoders:
                frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = RATE, number * BLOCK, SOUND_TIME_BASE
                encoder.encode(frame)

    for receivers in RECEIVERS:
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(milliseconds(partial(once_for_all, receivers), BLOCKS))
            theirs.append(milliseconds(partial(once_for_each, receivers), BLOCKS))
        compare(f"20 ms of voice to {receivers} receivers", "ms", ours, theirs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(conditions(), "\n")
    cells(rounds)
    voice(rounds)


if __name__ == "__main__":
    main()
