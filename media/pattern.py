"""Synthetic pictures: one plain colour, or a small moving scene in the hue of a seed."""

from __future__ import annotations

import colorsys
import math
from typing import TYPE_CHECKING, Final

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from media.reader import HEIGHT, WIDTH
from media.seed import fraction, number
from media.timing import Clock, Pacer, monotonic

if TYPE_CHECKING:
    from media.pictures import RGB

Floats = NDArray[np.float32]

PICTURES_PER_SECOND = 12.0
COLOURS_PER_SECOND = 5.0


class Colour:
    """The source `colour:RRGGBB`."""

    kind: Final = "test"

    def __init__(self, colour: RGB, clock: Clock = monotonic) -> None:
        self._pixels = np.full((HEIGHT, WIDTH, 3), colour, dtype=np.uint8)
        self._scaler = VideoReformatter()
        self._pacer = Pacer(1 / COLOURS_PER_SECOND, clock)
        self.name = "the colour #{:02x}{:02x}{:02x}".format(*colour)

    async def probe(self) -> str:
        """Always there."""
        return ""

    async def open(self) -> None:
        """Nothing to open."""

    async def picture(self) -> av.VideoFrame:
        """The same picture again, in a frame of its own."""
        await self._pacer.tick()
        return _frame(self._pixels, self._scaler)

    async def close(self) -> None:
        """Nothing to close."""


class Pattern:
    """The source `test-pattern[:SEED]`."""

    kind: Final = "test"

    def __init__(self, seed: str = "", clock: Clock = monotonic) -> None:
        self._scene = Scene(seed)
        self._clock = clock
        self._scaler = VideoReformatter()
        self._pacer = Pacer(1 / PICTURES_PER_SECOND, clock)
        self.name = f"a test picture ({seed})" if seed else "a test picture"

    async def probe(self) -> str:
        """Always there."""
        return ""

    async def open(self) -> None:
        """Nothing to open."""

    async def picture(self) -> av.VideoFrame:
        """The scene as it looks now."""
        await self._pacer.tick()
        return _frame(self._scene.draw(self._clock()), self._scaler)

    async def close(self) -> None:
        """Nothing to close."""


def pattern_hue(seed: str) -> float:
    """The hue (0 to 1) that rules the pictures of a seed."""
    return fraction(seed)


def _frame(pixels: NDArray[np.uint8], scaler: VideoReformatter) -> av.VideoFrame:
    return scaler.reformat(av.VideoFrame.from_ndarray(pixels, format="rgb24"), format="yuv420p", threads=1)


def _colour(hue: float, saturation: float, value: float) -> Floats:
    return np.array(colorsys.hsv_to_rgb(hue % 1.0, saturation, value), dtype=np.float32) * 255


class Scene:
    """Somebody with a round head before an evening sky, who looks about, blinks and talks."""

    def __init__(self, seed: str, width: int = WIDTH, height: int = HEIGHT) -> None:
        self._width, self._height = width, height
        hue = pattern_hue(seed)
        self._own = number(seed) % 1000 / 100  # seconds: two of them do not move in step
        down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
        self._sky = np.broadcast_to(
            _colour(hue, 0.75, 0.34) * (1 - down) + _colour(hue, 0.6, 0.66) * down, (height, width, 3)
        ).copy()
        self._lights = [_colour(hue + shift, 0.5, 0.95) for shift in (-0.03, 0.0, 0.03)]
        self._coat = _colour(hue, 0.85, 0.5)
        self._skin = _colour(hue, 0.3, 0.96)
        self._shade = _colour(hue, 0.4, 0.8)
        self._hair = _colour(hue, 0.9, 0.3)
        self._dark = _colour(hue, 0.8, 0.14)
        self._white = _colour(hue, 0.06, 1.0)
        self._x = np.arange(width, dtype=np.float32)
        self._y = np.arange(height, dtype=np.float32)[:, None]

    def draw(self, seconds: float) -> NDArray[np.uint8]:
        """The picture at that time: RGB of shape (height, width, 3)."""
        time = seconds + self._own
        unit = self._height / 180
        canvas = self._sky.copy()
        for index, light in enumerate(self._lights):
            turn = time * (0.13 + 0.05 * index) + 2.1 * index
            x = self._width * (0.5 + 0.42 * math.sin(turn))
            y = self._height * (0.35 + 0.25 * math.cos(turn * 1.3))
            self._ellipse(canvas, x, y, (34 + 10 * index) * unit, (34 + 10 * index) * unit, light, 0.28, soft=14)
        sway = 9 * unit * math.sin(time * 0.9)
        nod = 3 * unit * math.sin(time * 2.3)
        middle = self._width / 2
        x, y = middle + sway, self._height * 0.47 + nod
        self._ellipse(canvas, middle + sway * 0.6, self._height * 0.76, 15 * unit, 26 * unit, self._shade)
        self._ellipse(canvas, middle + sway * 0.4, self._height * 1.06, 74 * unit, 52 * unit, self._coat)
        self._ellipse(canvas, x, y - 9 * unit, 47 * unit, 51 * unit, self._hair)
        self._ellipse(canvas, x, y + 4 * unit, 41 * unit, 46 * unit, self._skin)
        self._face(canvas, x + 0.25 * sway, y, unit, time)
        return canvas.astype(np.uint8)

    def _face(self, canvas: Floats, x: float, y: float, unit: float, time: float) -> None:
        blink = 0.12 if time % 3.7 < 0.16 else 1.0
        glance = 3 * unit * math.sin(time * 0.7) * abs(math.sin(time * 0.31))
        for side in (-1, 1):
            eye = x + side * 16 * unit
            self._ellipse(canvas, eye, y - 2 * unit, 9 * unit, 9 * unit * blink, self._white)
            self._ellipse(canvas, eye + glance, y - 2 * unit, 4.5 * unit, 5 * unit * blink, self._dark)
            self._ellipse(canvas, eye, y - 17 * unit, 10 * unit, 2.2 * unit, self._hair)
        talking = math.sin(time * 0.6) > -0.35
        opening = abs(math.sin(time * 7.3)) * abs(math.sin(time * 3.1 + 1)) if talking else 0.0
        self._ellipse(canvas, x, y + 27 * unit, (14 - 4 * opening) * unit, (5 + 7 * opening) * unit, self._dark)
        if opening < 0.3:  # lips closed: only the lower edge is left, a smile
            self._ellipse(canvas, x, y + 23.5 * unit, 15 * unit, 5.5 * unit, self._skin)

    def _ellipse(
        self, canvas: Floats, x: float, y: float, wide: float, high: float, colour: Floats, alpha: float = 1.0,
        soft: float = 1.5,
    ) -> None:  # fmt: skip
        """Paint an ellipse with the half axes `wide` and `high`; `soft` is the width of its edge in pixels."""
        left, right = max(0, int(x - wide - soft)), min(self._width, int(x + wide + soft) + 2)
        top, bottom = max(0, int(y - high - soft)), min(self._height, int(y + high + soft) + 2)
        if left >= right or top >= bottom:
            return
        dx = (self._x[left:right] - np.float32(x)) / np.float32(wide)
        dy = (self._y[top:bottom] - np.float32(y)) / np.float32(high)
        inside = (1 - np.sqrt(dx * dx + dy * dy)) * np.float32(min(wide, high) / soft) + np.float32(0.5)
        cover = (np.clip(inside, 0, 1) * np.float32(alpha))[..., None]
        window = canvas[top:bottom, left:right]
        window += (colour - window) * cover
