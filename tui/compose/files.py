"""Files of one's own: written whole or not at all, for nobody else to read."""

from __future__ import annotations

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write a file with mode 0600, replacing the one that is there. Raises `OSError`."""
    fresh = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="") as to:
            to.write(text)
            to.flush()
            os.fsync(to.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def free_name(folder: Path, stem: str = "incog-receipt", suffix: str = ".jsonl") -> str:
    """A name that no file in this folder has."""
    number = 1
    while (path := numbered(folder / f"{stem}{suffix}", number)).exists():
        number += 1
    return path.name


def numbered(path: Path, number: int) -> Path:
    """The `number`th file of this name, from 1 on: "name.wav", "name-2.wav", …"""
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
