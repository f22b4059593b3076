"""How many colours the terminal has, and text reduced to that many.

One decision, for words and pictures alike (`depth_of`). Everything is drawn in 24-bit colour and reduced where it
leaves for the terminal, so that nothing which draws can forget it: with 16 colours no other sequence is written, and
without colour (https://no-color.org) none at all. Pictures come in the right colours already and pass unchanged.

With 16 colours words keep their hue, and are moved where they would not read on their ground: the terminal's own
palette is unknown, so pairs are judged by that of xterm. Without colour, what was ink on a block of colour is drawn in
reverse, so that a cursor or a warning is still there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from colorsys import rgb_to_hls
from functools import lru_cache, partial
from typing import Literal, cast, get_args

from themes.contrast import luminance, ratio

Depth = Literal["truecolor", "256", "16", "none"]
"""The words of `media.sgr.Depth`."""

RGB = tuple[int, int, int]
Colour = RGB | int | None  # 24 bits, a place in the palette of 256, or the terminal's default

SIXTEEN: tuple[RGB, ...] = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
)  # fmt: skip
"""The first colours as xterm has them."""

READABLE = 3.0
"""The contrast (WCAG 2) below which a word is moved to another of 16 colours."""

_CUBE = (0, 95, 135, 175, 215, 255)
_HUES = (1, 3, 2, 6, 4, 5)  # red, yellow, green, cyan, blue, magenta: every sixth of the circle
_TRUE = ("xterm-kitty", "xterm-ghostty", "alacritty", "wezterm", "foot", "contour")
_NONE = ("vt52", "vt100", "vt102", "vt220", "vt320", "vt420", "ansi-m", "linux-m", "xterm-mono")
# Parameters of SGR, and whether what follows is a block or a half block, which means a picture.
_SGR = re.compile(r"\x1b\[([\d;:]*)m(?=([\u2580-\u259f])?)")


def depth_of(environ: Mapping[str, str], colours: str = "auto") -> Depth:
    """How many colours to use: what was asked for, or with `auto` what the terminal says of itself.

    Raises `ValueError` for any other word.
    """
    if colours in get_args(Depth):
        return cast(Depth, colours)
    if colours != "auto":
        raise ValueError(f"{colours!r} is not one of auto, {', '.join(get_args(Depth))}")
    if environ.get("NO_COLOR"):
        return "none"
    kind = environ.get("TERM", "")
    # GNU screen passes on the variable of the terminal around it, but not its colours.
    inside_screen = "STY" in environ and "TMUX" not in environ
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") and not inside_screen:
        return "truecolor"
    if kind.startswith(_TRUE) or kind.endswith("-direct"):
        return "truecolor"
    if "256color" in kind:
        return "256"
    return "none" if kind in _NONE else "16"


def fitting_theme(depth: Depth) -> str:
    """The theme that shows most with so few colours; empty when any does."""
    return {"16": "ansi", "none": "mono"}.get(depth, "")


class Reducer:
    """Text with SGR sequences, in the colours that the terminal has."""

    def __init__(self, depth: Depth, dark: Callable[[], bool] = lambda: True) -> None:
        """`dark` says whether the ground of the screen is dark now."""
        self._depth = depth
        self._dark = dark
        self._reduced = lru_cache(maxsize=8192)(partial(_reduced, depth))

    def __call__(self, text: str) -> str:
        """The text with no other colours than these."""
        if self._depth == "truecolor":
            return text
        dark = self._dark()
        return _SGR.sub(lambda found: self._reduced(found[1], found[2] is not None, dark), text)


def _reduced(depth: Depth, parameters: str, picture: bool, dark: bool) -> str:
    kept, fore, back = _read(parameters.replace(":", ";").split(";"))
    if depth == "none":
        if not picture and isinstance(fore, tuple) and isinstance(back, tuple) and fore != back:
            inverted = _luminance(fore) < _luminance(back) if dark else _luminance(fore) > _luminance(back)
            kept += ["7"] * (inverted and "7" not in kept)
        return f"\x1b[{';'.join(kept)}m" if kept else ""
    if depth == "16":
        kept += _of_16(fore, back, picture)
    else:
        kept += [] if fore == NOT_SAID else [_index_256(fore, 30)]
        kept += [] if back == NOT_SAID else [_index_256(back, 40)]
    return f"\x1b[{';'.join(kept)}m"


NOT_SAID = -1  # a sequence that leaves this colour as it was


def _read(words: list[str]) -> tuple[list[str], Colour, Colour]:
    """What is no colour, then the colours of glyph and ground; `NOT_SAID` where there is none."""
    kept: list[str] = []
    colours: dict[int, Colour] = {30: NOT_SAID, 40: NOT_SAID}
    numbers = [int(word or 0) for word in words]
    while numbers:
        number = numbers.pop(0)
        if number in (38, 48, 58):
            colour = _extended(numbers)
            if number != 58:  # the colour of underlines is not worth keeping
                colours[number - 8] = colour
        elif number in (39, 49):
            colours[number - 9] = None
        elif 30 <= number <= 37 or 40 <= number <= 47:
            colours[number // 10 * 10] = number % 10
        elif 90 <= number <= 97 or 100 <= number <= 107:
            colours[number // 10 * 10 - 60] = number % 10 + 8
        elif number != 59:
            kept.append(str(number))
    return kept, colours[30], colours[40]


def _extended(numbers: list[int]) -> Colour:
    """Take the rest of 38 or 48 from the front."""
    kind = numbers.pop(0) if numbers else 0
    wanted = {2: 3, 5: 1}.get(kind, 0)
    values = [min(255, value) for value in numbers[:wanted]]
    del numbers[:wanted]
    if len(values) == 3:
        return values[0], values[1], values[2]
    return values[0] if len(values) == 1 else NOT_SAID


def _index_256(colour: Colour, base: int) -> str:
    if colour is None:
        return str(base + 9)
    if isinstance(colour, int):
        return _index_16(colour, base) if colour < 16 else f"{base + 8};5;{colour}"
    return f"{base + 8};5;{nearest_256(colour)}"


def _index_16(index: int, base: int) -> str:
    return str(base + index if index < 8 else base + 52 + index)


def _of_16(fore: Colour, back: Colour, picture: bool) -> list[str]:
    choose = nearest_16 if picture else named_16
    ground = _to_16(back, choose)
    glyph = _to_16(fore, choose)
    words = not picture and isinstance(fore, tuple) and isinstance(back, tuple) and fore != back
    if words and isinstance(glyph, int) and isinstance(ground, int):
        glyph = readable_16(glyph, ground)
    return [
        str(base + 9) if colour is None else _index_16(colour, base)
        for colour, base in ((glyph, 30), (ground, 40))
        if colour != NOT_SAID
    ]


def _to_16(colour: Colour, choose: Callable[[RGB], int]) -> int | None:
    if isinstance(colour, tuple):
        return choose(colour)
    return choose(colour_of(colour)) if colour is not None and colour >= 16 else colour


def nearest_256(colour: RGB) -> int:
    """The nearest of the cube of 6x6x6 and the 24 greys."""
    steps = [_step(value) for value in colour]
    grey = max(0, min(23, round((sum(colour) / 3 - 8) / 10)))
    cube_error = _distance((_CUBE[steps[0]], _CUBE[steps[1]], _CUBE[steps[2]]), colour)
    if _distance((8 + 10 * grey,) * 3, colour) < cube_error:
        return 232 + grey
    return 16 + 36 * steps[0] + 6 * steps[1] + steps[2]


def _step(value: int) -> int:
    return min(range(6), key=lambda step: abs(_CUBE[step] - value))


def nearest_16(colour: RGB) -> int:
    """The nearest of 16, for pictures."""
    return min(range(16), key=lambda index: _distance(SIXTEEN[index], colour))


def named_16(colour: RGB) -> int:
    """The one of 16 that has the same name: its hue, dark or bright; or a grey."""
    hue, light, strength = rgb_to_hls(*(value / 255 for value in colour))
    chroma = (max(colour) - min(colour)) / 255
    if light < 0.2 and chroma < 0.25:
        return 0
    if chroma < 0.15 or strength < 0.15 or light > 0.93:
        return 8 if light < 0.45 else 7 if light < 0.85 else 15
    return _HUES[round(hue * 6) % 6] + (8 if light >= 0.55 else 0)


def readable_16(glyph: int, ground: int) -> int:
    """The same colour, or the nearest to it that reads on this ground."""
    tries = (glyph, glyph ^ 8, 15, 0)
    good = [one for one in tries if _contrast(SIXTEEN[one], SIXTEEN[ground]) >= READABLE]
    return good[0] if good else max(tries, key=lambda one: _contrast(SIXTEEN[one], SIXTEEN[ground]))


def colour_of(index: int) -> RGB:
    """A place in the palette of 256 as xterm has it."""
    if index < 16:
        return SIXTEEN[index]
    if index >= 232:
        return (8 + 10 * (index - 232),) * 3
    red, rest = divmod(index - 16, 36)
    return _CUBE[red], _CUBE[rest // 6], _CUBE[rest % 6]


def _distance(one: RGB, other: RGB) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _luminance(colour: RGB) -> float:
    return luminance(_hex(colour))


def _contrast(one: RGB, other: RGB) -> float:
    return ratio(_hex(one), _hex(other))


def _hex(colour: RGB) -> str:
    return "#" + bytes(colour).hex()
