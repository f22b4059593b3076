"""How different two colours look: to most people, and to those who see fewer of them.

OKLab is by B. Ottosson (https://bottosson.github.io/posts/oklab/): equal distances in it look about equally far apart.
Of the largest distance, black to white, which is 1, about 0.02 can just be told apart side by side.

How people see who lack one kind of cone is simulated by the matrices of G. M. Machado, M. M. Oliveira and L. A. F.
Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), for the whole deficiency.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import dist, hypot

from themes.contrast import channels, linear

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]

DEFICIENCIES: Mapping[str, Matrix] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What becomes of linear red, green and blue, by the deficiency's name."""

_TO_CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def oklab(colour: str, deficiency: str = "") -> Vector:
    """`#rrggbb` as lightness (0 to 1), green to red, and blue to yellow; seen with a deficiency, where one is named."""
    red, green, blue = (linear(channel) for channel in channels(colour))
    seen = (red, green, blue)
    if deficiency:
        red, green, blue = _times(DEFICIENCIES[deficiency], seen)
        seen = (_clip(red), _clip(green), _clip(blue))
    long, medium, short = _times(_TO_CONES, seen)
    return _times(_TO_LAB, (long ** (1 / 3), medium ** (1 / 3), short ** (1 / 3)))


def distance(one: str, other: str, deficiency: str = "") -> float:
    """How far apart two colours look, 0 to 1."""
    return dist(oklab(one, deficiency), oklab(other, deficiency))


def chroma(colour: str) -> float:
    """How colourful a colour is; 0 is a grey, and 0.3 about the most a screen can show."""
    _, across, down = oklab(colour)
    return hypot(across, down)


def _times(matrix: Matrix, vector: Vector) -> Vector:
    first, second, third = (sum(here * there for here, there in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value))
