"""The page of promises: each names the tests that hold it, and those are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = re.findall(r"^\| (?!promise|-)(.+?) \|.*\| (.+?) \|$", (ROOT / "docs/privacy.md").read_text(), re.MULTILINE)


def test_the_page_makes_promises() -> None:
    assert len(ROWS) > 10


@pytest.mark.parametrize(("promise", "held_by"), ROWS)
def test_each_promise_is_held_by_tests_that_are_there(promise: str, held_by: str) -> None:
    named = re.findall(r"`(tests/[^`]*)`", held_by)
    assert named, promise
    for path in named:
        assert (ROOT / path).exists(), path
        files = [ROOT / path] if path.endswith(".py") else list((ROOT / path).glob("test_*.py"))
        assert any("def test_" in file.read_text() for file in files), path
