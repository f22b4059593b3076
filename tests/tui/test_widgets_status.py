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


async def test_everything_fits_into_80_columns() -> None:
    async with running(SMALL, meeting(quality="link good")) as run:
        assert run.lines[1].rstrip() == (
            " ◇ end to end, unverified │ recording ? │ address: participants, operator │ ▂▄▆"
        )
    async with running(SMALL) as run:
        assert run.lines[1].rstrip().endswith("recording unknown │ address: participants, operator")


async def test_wide_terminals_tell_it_in_full() -> None:
    seen_by = "participants, the operator and the network"
    shown = meeting(address_seen_by=seen_by, quality="link good")
    async with running(SMALL, shown) as run:
        assert run.lines[1].rstrip().endswith("recording unknown │ address: everybody │ ▂▄▆ good")
    async with running(MIDDLE, meeting(address_seen_by=seen_by)) as run:
        assert run.lines[1].rstrip().endswith(f"your address is seen by {seen_by}")
        assert "…" not in run.lines[1]


async def test_in_a_narrow_window_every_question_is_answered_in_few_signs() -> None:
    shown = meeting(quality="link poor: 9% lost", microphone="live", camera="live", recording=True)
    async with running((40, 24), shown) as run:
        assert run.lines[0].startswith(" ● LIVE   ● CAMERA LIVE ")
        assert run.lines[0].rstrip().endswith("Quiet Heron")
        assert run.lines[1].rstrip() == " ◇ unverified │ ● RECORDED │ @ P O │ ▂··"
    async with running((30, 10), shown) as run:
        assert "● LIVE" in run.lines[0]
        assert "● CAM" in run.lines[0]
        assert all(sign in run.lines[1] for sign in ("◇", "● REC", "@ P O", "▂··"))


@pytest.mark.parametrize(
    ("microphone", "talk", "talking", "words"),
    [
        ("live", "voice", False, "◎ OPEN – heard when you speak"),
        ("live", "voice", True, "● LIVE – others hear you"),
        ("live", "push", True, "● LIVE – others hear you"),
        ("muted", "voice", False, "⊘ MUTED – nothing is sent"),
    ],
)
async def test_ways_to_talk(microphone: str, talk: str, talking: bool, words: str) -> None:
    async with running(shown=meeting(microphone=microphone, talk=talk, talking=talking)) as run:
        assert words in run.lines[0]


async def test_a_screen_of_ours_is_told_from_a_camera() -> None:
    async with running(shown=meeting(camera="live", screen=True)) as run:
        assert "● SCREEN LIVE" in run.lines[0]
        assert "CAMERA" not in run.lines[0]


async def test_who_records_is_told_where_it_is_known() -> None:
    async with running(MIDDLE, meeting(recording=True, may_record=("Minute Taker",))) as run:
        assert "● BEING RECORDED by Minute Taker" in run.lines[1]


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
