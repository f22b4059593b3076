from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import av
import numpy as np
import pytest

from media.analysis import mean_colour
from media.errors import MediaError
from media.picture_file import PictureFile
from media.reader import even_size
from tests.media.helpers import picture_frame, sine, write_film, write_sound

RED, BLUE = (200, 30, 30), (30, 30, 200)


def near(colour: tuple[int, int, int], wanted: tuple[int, int, int], by: int = 8) -> bool:
    return all(abs(int(one) - int(two)) <= by for one, two in zip(colour, wanted, strict=True))


def save_picture(path: Path, colour: tuple[int, int, int], width: int = 400, height: int = 300) -> Path:
    av.VideoFrame.from_ndarray(np.full((height, width, 3), colour, dtype=np.uint8), format="rgb24").save(path)
    return path


@pytest.mark.parametrize("name", ["a.png", "b.jpg", "jpeg by content.png"])
async def test_a_still_picture_comes_again_and_again_in_frames_of_its_own(tmp_path: Path, name: str) -> None:
    path = save_picture(tmp_path / (name if name in ("a.png", "b.jpg") else "x.jpg"), RED)
    source = PictureFile(str(path.rename(tmp_path / name)))
    await source.open()
    first, second = await source.picture(), await source.picture()
    await source.close()
    assert first is not second
    assert (first.format.name, first.width, first.height) == ("yuv420p", 240, 180)
    assert near(mean_colour(second), RED)
    assert source.name == f"the file {name}"


async def test_a_film_runs_in_real_time_and_in_a_loop(tmp_path: Path) -> None:
    threads = threading.active_count()
    source = PictureFile(str(write_film(tmp_path / "film.mp4", [RED] * 3 + [BLUE] * 3)))
    await source.open()
    began = time.monotonic()
    seen = [mean_colour(await source.picture()) for _ in range(14)]
    elapsed = time.monotonic() - began
    await source.close()
    assert 0.7 < elapsed < 2.0
    names = "".join("r" if near(colour, RED, 20) else "b" if near(colour, BLUE, 20) else "?" for colour in seen)
    assert names == "rrrbbbrrrbbbrr"
    assert threading.active_count() <= threads + 1  # of asyncio's pool; the reader has ended


async def test_a_film_of_high_rate_is_thinned_out(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "fast.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=120)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(120):
            container.mux(stream.encode(picture_frame(RED, 64, 64)))
        container.mux(stream.encode(None))
    source = PictureFile(str(tmp_path / "fast.mp4"))
    await source.open()
    await source.picture()
    began = time.monotonic()
    async with asyncio.timeout(30):
        for _ in range(14):
            await source.picture()
    await source.close()
    assert time.monotonic() - began >= 0.8


async def test_a_slow_taker_gets_the_newest_picture_only(tmp_path: Path) -> None:
    source = PictureFile(str(write_film(tmp_path / "film.mp4", [RED] * 5 + [BLUE] * 60)))
    await source.open()
    assert near(mean_colour(await source.picture()), RED, 20)
    await asyncio.sleep(1.5)  # more than a second after the first blue one; the next one is red
    assert near(mean_colour(await source.picture()), BLUE, 20)
    await source.close()


def test_a_film_that_stands_on_its_side_is_turned(tmp_path: Path) -> None:
    path = tmp_path / "side.mp4"
    pixels = np.zeros((90, 160, 3), dtype=np.uint8)
    pixels[:, 80:] = RED
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=15)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    # The matrix of the track header (ISO/IEC 14496-12, 8.3.2): from upright to turned by a quarter, as phones write it.
    one, minus_one = b"\0\1\0\0", b"\xff\xff\0\0"
    data, none, last = path.read_bytes(), bytes(4), b"\x40\0\0\0"
    upright = one + none * 3 + one + none * 3 + last
    place = data.index(upright, data.index(b"tkhd"))
    turned = none + one + none + minus_one + none * 4 + last
    path.write_bytes(data[:place] + turned + data[place + 36 :])

    first, _ = PictureFile(str(path))._look()
    picture = first.to_ndarray(format="rgb24")
    height, width = picture.shape[:2]
    assert height > width
    # turned clockwise, as players show it: the right half comes to lie below
    assert near(tuple(picture[3 * height // 4, width // 2]), RED, 12)
    assert near(tuple(picture[height // 4, width // 2]), (0, 0, 0), 12)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((640, 360), (320, 180)),
        ((400, 300), (240, 180)),
        ((100, 1000), (18, 180)),
        ((3, 1), (320, 106)),
        ((5000, 1), (320, 2)),
    ],
)
def test_pictures_keep_their_shape_within_the_box_with_even_sides(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert even_size(*size) == expected


@pytest.mark.parametrize("size", [(0, 10), (100_000, 100_000), (-1, 5)])
def test_absurd_sizes_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="size"):
        even_size(*size)


async def test_a_sound_file_holds_no_picture(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="holds no picture"):
        PictureFile(str(write_sound(tmp_path / "a.wav", sine(440, 4800))))


async def test_a_film_that_is_swapped_for_something_else_is_told_in_words(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4", [RED] * 4)
    source = PictureFile(str(path))
    path.write_text("no film any more")
    await source.open()
    with pytest.raises(MediaError, match=r"film\.mp4 is not a sound or picture file"):
        await source.picture()
    await source.close()
