"""Every screen and state, at three sizes and in every theme, looks as it did.

When one changes, look at it (`python tests/tui/look.py NAME`), then accept it: `pytest --snapshot-update`. All themes
of a state at a size are in one file: they say the same in other colours, and take little more room than one.
"""

from __future__ import annotations

import difflib
import json
import lzma
import os
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.tui.showcase import SIZES, STATES, Look, look_at
from themes import BUILTIN

FOLDER = Path(__file__).parent / "__snapshots__"
OTHER = "incog-day"  # in which no screen begins by itself
CASES = [(state, size) for state in STATES for size in SIZES]


def stored(name: str) -> Look | None:
    """What was accepted."""
    try:
        kept = json.loads(lzma.decompress((FOLDER / f"{name}.xz").read_bytes()))
    except FileNotFoundError:
        return None
    return Look(kept["text"], kept["svgs"])


def store(name: str, seen: Look) -> None:
    """Accept a look."""
    data = json.dumps({"text": seen.text, "svgs": seen.svgs}, ensure_ascii=False, indent=0).encode()
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.xz").write_bytes(lzma.compress(data, preset=9))


def differences(before: Look | None, now: Look) -> str:
    """What is different, for a person; empty when nothing is."""
    if before is None:
        return "it was never looked at"
    said = [
        *difflib.unified_diff(before.text.split("\n"), now.text.split("\n"), "before", "now", n=0, lineterm=""),
    ]
    for theme in sorted(before.svgs.keys() | now.svgs.keys()):
        old, new = before.svgs.get(theme), now.svgs.get(theme)
        if old is None or new is None:
            said.append(f"{theme}: {'new' if old is None else 'gone'}")
        elif old != new:
            said.append(f"{theme}: {_colours(old, new)}")
    return "\n".join(said)


def _colours(old: str, new: str) -> str:
    """Which colours came and which went."""
    here, there = (Counter(re.findall(r'fill="(#[0-9a-f]{6})"', svg)) for svg in (old, new))
    went, came = here - there, there - here
    if not went and not came:
        return "the same colours in other places"
    return f"less of {', '.join(sorted(went)[:6]) or 'nothing'}; more of {', '.join(sorted(came)[:6]) or 'nothing'}"


Looks = dict[tuple[str, ...], Future[Look]]


@pytest.fixture(scope="module")
def looks(request: pytest.FixtureRequest) -> Iterator[Looks]:
    """What the states look like that are to be tested, looked at on all processors: by state, and by size or theme."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    sized = [item.callspec.params for item in items if item.originalname == test_it_looks_as_it_did.__name__]
    begun = [item.callspec.params for item in items if item.originalname == test_a_theme_from_the_start.__name__]
    processors = (os.cpu_count() or 1) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))  # the others are taken
    pool = ProcessPoolExecutor(max(1, processors), get_context("spawn"))
    made: Looks = {}
    try:
        for state, size in ((str(one["state"]), str(one["size"])) for one in sized):
            made[state, size] = pool.submit(look_at, state, size, BUILTIN)
        for state in (str(one["state"]) for one in begun):
            made[state, OTHER] = pool.submit(look_at, state, "80x24", [OTHER], OTHER)
        yield made
    finally:
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize(("state", "size"), CASES, ids=["-".join(case) for case in CASES])
def test_it_looks_as_it_did(
    state: str,
    size: str,
    looks: Looks,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    name = f"{state}-{size}"
    seen = looks[state, size].result()
    before = stored(name)
    said = differences(before, seen)
    if said and request.config.getoption("--snapshot-update"):
        store(name, seen)
    elif said:
        for when, shown in (("before", before), ("now", seen)):
            for theme, svg in shown.svgs.items() if shown is not None else ():
                (tmp_path / f"{theme}.{when}.svg").write_text(svg, encoding="utf-8")
        pytest.fail(f"{name} looks different:\n{said}\nBoth are in {tmp_path}", pytrace=False)


@pytest.mark.parametrize("state", STATES)
def test_a_theme_from_the_start(state: str, looks: Looks) -> None:
    # It looks like one that was changed to.
    accepted = stored(f"{state}-80x24")
    assert accepted is not None
    assert differences(Look(accepted.text, {OTHER: accepted.svgs[OTHER]}), looks[state, OTHER].result()) == ""


def test_there_is_a_snapshot_of_nothing_else(request: pytest.FixtureRequest) -> None:
    there = {file.name for file in FOLDER.iterdir()}
    wanted = {f"{state}-{size}.xz" for state, size in CASES}
    if request.config.getoption("--snapshot-update"):
        for name in there - wanted:
            (FOLDER / name).unlink()
    else:
        assert there == wanted


def test_a_difference_is_told_in_words_and_colours() -> None:
    one = Look("Quiet Heron\n● LIVE", {"mono": '<rect fill="#ffffff"/>', "gone": "x", "same": "y"})
    other = Look("Quiet Heron\n⊘ MUTED", {"mono": '<rect fill="#b4b4b4"/>', "new": "x", "same": "y"})
    assert differences(one, other).split("\n")[3:] == [
        "-● LIVE",
        "+⊘ MUTED",
        "gone: gone",
        "mono: less of #ffffff; more of #b4b4b4",
        "new: new",
    ]
    assert differences(one, one) == ""
