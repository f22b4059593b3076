"""From a seed a person types to numbers, the same on every machine."""

from __future__ import annotations

import hashlib

_GOLDEN = 0.618033988749895


def fraction(seed: str) -> float:
    """A number from 0 up to 1. Small whole numbers come out far apart: 0, 1, 2 are easy to tell from each other."""
    if seed.isascii() and seed.isdigit() and len(seed) <= 9:
        return (int(seed) * _GOLDEN) % 1.0
    return number(seed) / 2.0**64


def number(seed: str) -> int:
    """64 bits for a random generator."""
    return int.from_bytes(hashlib.blake2b(seed.encode("utf-8", "replace"), digest_size=8).digest(), "big")
