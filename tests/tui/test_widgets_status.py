"""The two lines that answer: am I audible, am I visible, who can see what, is anybody recording."""

from __future__ import annotations

import pytest

from tests.tui.fake_meeting import me, meeting, others
from tests.tui.screen_harness import LARGE, MIDDLE, SMALL, grounds, running


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("live", "● LIVE – others hear you"),
        ("muted", "⊘ MUTED – nothing is sent"),
        ("off", "⊘ MICROPHONE OFF – nothing is sent"),
        ("none", "⊘ NO MICROPHONE – nothing is sent"),
    ],
)
async def test_the_microphone(state: str, words: str) -> None:
    async with running(shown=meeting(microphone=state)) as run:
        assert words in run.lines[0]
        assert "Quiet Heron" in run.lines[0]


@pytest.mark.parametrize(
    ("state", "words"),
    [("live", "● CAMERA LIVE"), ("off", "⊘ CAMERA OFF"), ("none", "⊘ NO CAMERA")],
)
async def test_the_camera(state: str, words: str) -> None:
    async with running(shown=meeting(camera=state)) as run:
        assert words in run.lines[0]


async def test_live_stands_on_a_filled_block_and_safe_does_not() -> None:
    async with running(shown=meeting(microphone="live", camera="off")) as run:
        spec = run.app.palette.spec
        shown = grounds(run.app, 0)
        assert shown["● LIVE – others hear you"] == spec["live"].lstrip("#")
        assert shown["⊘ CAMERA OFF"] != spec["live"].lstrip("#")


@pytest.mark.parametrize(
    ("known", "words"),
    [(None, "recording unknown"), (True, "● BEING RECORDED"), (False, "not recorded")],
)
async def test_recording(known: bool | None, words: str) -> None:
    async with running(shown=meeting(recording=known)) as run:
        assert words in run.lines[1]


async def test_encryption_and_address_fit_into_80_columns() -> None:
    async with running(SMALL) as run:
        assert "◇ end to end, unverified" in run.lines[1]
        assert run.lines[1].rstrip().endswith("address: participants, operator")


async def test_what_does_not_fit_is_left_out_whole() -> None:
    seen_by = "participants, the operator and the network"
    async with running(SMALL, meeting(address_seen_by=seen_by, quality="link good")) as run:
        assert run.lines[1].rstrip().endswith("address: everybody │ link good")
    async with running(MIDDLE, meeting(address_seen_by=seen_by, quality="link good")) as run:
        assert run.lines[1].rstrip().endswith(f"your address is seen by {seen_by}")
        assert "…" not in run.lines[1]


async def test_a_wide_terminal_speaks_in_full() -> None:
    shown = meeting(microphone_name="file voice.wav", quality="good link")
    async with running(LARGE, shown) as run:
        assert "your address is seen by participants and the operator" in run.lines[1]
        assert "good link" in run.lines[1]
        assert "file voice.wav" in run.lines[0]
        assert "you are Quiet Heron" in run.lines[0]


async def test_nobody_has_seen_the_address_yet() -> None:
    async with running(shown=meeting(address_seen_by="")) as run:
        assert "address: nobody yet" in run.lines[1]


async def test_a_lost_meeting_says_so_instead() -> None:
    async with running(shown=meeting(phase="recovering")) as run:
        assert "coming back" in run.lines[1]
        assert "MUTED" in run.lines[0]


async def test_a_long_name_leaves_the_words_about_sound_and_picture_whole() -> None:
    shown = meeting(microphone="live", camera="live", people=(me(name="Q" * 64), *others()))
    async with running(SMALL, shown) as run:
        assert "● LIVE – others hear you" in run.lines[0]
        assert "● CAMERA LIVE" in run.lines[0]
