"""Signs, avatars, ready lines, and the stage without 24-bit colour."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.style import Style

from tests.tui.fake_meeting import me, meeting, others, picture
from tests.tui.screen_harness import running
from themes import load_builtin
from tui.model import Person
from tui.widgets import signs
from tui.widgets.avatar import RINGS, avatar
from tui.widgets.glyphs import HEIGHT, WIDTH, initials, lit
from tui.widgets.palette import Palette
from tui.widgets.ready import RAMP, ReadyStrip, picture_segments, ramp_segment, ready_text
from tui.widgets.scene import MOST
from tui.widgets.stage import Stage

PALETTE = Palette(load_builtin()["incog-night"])


@pytest.mark.parametrize(
    ("label", "sign"),
    [
        ("end to end, verified", "◆"),
        ("end to end, unverified", "◇"),
        ("to the server", "△"),
        ("none", "!"),
        ("", " "),
    ],
)
def test_each_rung_of_the_ladder_has_its_own_sign(label: str, sign: str) -> None:
    assert signs.encryption(label) == sign


def test_every_sign_is_one_cell_and_in_the_legend_once() -> None:
    from rich.cells import cell_len

    told = [sign for sign, _ in signs.LEGEND]
    assert len(set(told)) == len(told)
    assert all(cell_len(sign) == 1 for sign in told)


def test_level_bars_grow_and_keep_their_width() -> None:
    bars = [signs.level(step / 8) for step in range(9)]
    assert all(len(bar) == 4 for bar in bars)
    assert len(set(bars)) == 9
    assert signs.level(7.0) == "━━━━"
    assert signs.level(-1.0) == "    "


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Quiet Heron", "QH"),
        ("heron", "H"),
        ("Élan vital bis", "EV"),
        ("  ", ""),
        ("川上", ""),
        ("«7» of 9", "7O"),
        ("", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_every_letter_can_be_told_from_every_other() -> None:
    shapes = {
        letter: tuple(lit(letter, x, y) for y in range(HEIGHT) for x in range(WIDTH))
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    }
    assert len(set(shapes.values())) == 36


@pytest.mark.parametrize("name", ["Quiet Heron", "川上"])
@pytest.mark.parametrize("size", [(14, 4), (20, 6), (44, 13), (116, 33), (1, 1)])
def test_an_avatar_is_a_picture_of_exactly_its_size(name: str, size: tuple[int, int]) -> None:
    drawn = avatar(PALETTE, name, 3, *size, ring=RINGS)
    assert (drawn.width, drawn.height) == size
    for y in range(size[1]):
        assert drawn.row(y).count("▀") == size[0]
        assert drawn.row(y).endswith("\x1b[0m")
        drawn.cell(size[0] - 1, y)


def test_a_speaking_avatar_has_a_ring_that_grows() -> None:
    silent = avatar(PALETTE, "Quiet Heron", 0, 44, 13)
    counts = []
    for ring in range(RINGS + 1):
        drawn = avatar(PALETTE, "Quiet Heron", 0, 44, 13, ring)
        counts.append(sum(drawn.cell(x, y) != silent.cell(x, y) for x in range(44) for y in range(13)))
    assert counts[0] == 0
    assert counts == sorted(set(counts))


def test_a_ready_line_renders_its_text_and_makes_segments_only_when_asked() -> None:
    made = []

    def make():
        made.append(True)
        return picture_segments(shown, 0, 0, 8)

    shown = picture(1, 8, 2)
    strip = ReadyStrip(shown.row(0), make, 8)
    assert strip.render(Console()) == shown.row(0)
    assert strip.cell_length == 8
    assert strip.divide([8]) == [strip]
    assert strip.crop(0, 8) is strip
    assert made == []
    left, right = strip.divide([3, 8])
    assert (left.cell_length, right.cell_length) == (3, 5)
    assert strip.text == "".join(segment.text for segment in picture_segments(shown, 0, 0, 8))
    assert made == [True]


def test_segments_join_equal_neighbours() -> None:
    flat = avatar(PALETTE, "", 0, 30, 1)
    assert len(picture_segments(flat, 0, 0, 5)) < 5


def test_without_colour_lightness_becomes_characters() -> None:
    class Steps:
        width, height = 10, 1

        def row(self, y: int) -> str:
            raise AssertionError("not drawn by its colours")

        def cell(self, x: int, y: int):
            grey = x * 28
            return (grey, grey, grey), (grey, grey, grey)

    assert ramp_segment(Steps(), 0, 0, 10, Style()).text == RAMP


def test_ready_text_is_what_a_true_colour_terminal_needs() -> None:
    text = ready_text(picture_segments(picture(1, 8, 2), 0, 0, 8))
    assert "\x1b[" in text
    assert "48;2;" in text


EIGHT_BIT = """
import asyncio
from rich.color import ColorSystem
from tests.tui.fake_meeting import FakeController, meeting
from tests.tui.screen_harness import SMALL, Running
from tui.app import IncogApp
from tui.widgets.stage import Stage

async def main():
    controller = FakeController()
    app = IncogApp(controller)
    app.console._color_system = ColorSystem.EIGHT_BIT
    async with app.run_test(size=SMALL) as pilot:
        run = Running(app, pilot, controller)
        await run.show(meeting())
        await run.draw()
        stage = run.screen.query_one(Stage)
        print("".join(strip.render(app.console) for strip in stage.render_lines(stage.size.region)))

asyncio.run(main())
"""


def test_on_a_terminal_of_256_colours_pictures_are_drawn_in_256_colours() -> None:
    # In a process of its own: rich keeps the codes of a style for the first kind of terminal it was drawn on.
    done = subprocess.run(
        [sys.executable, "-c", EIGHT_BIT], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert "38;5;" in done.stdout
    assert "8;2;" not in done.stdout
    assert "▀" in done.stdout


async def test_with_no_color_pictures_are_characters_and_nothing_is_coloured(monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running() as run:
        assert "▀" not in run.text
        stage = run.screen.query_one(Stage)
        lines = stage.render_lines(stage.size.region)
        assert any(sign in line.text for line in lines for sign in ":-=+*")
        for segment in (segment for line in lines for segment in line):
            for colour in (segment.style and segment.style.color, segment.style and segment.style.bgcolor):
                if colour:
                    red, green, blue = colour.get_truecolor()
                    assert red == green == blue


async def test_oneself_is_on_the_stage_only_while_seen() -> None:
    async with running() as run:
        assert "me" not in run.controller.sizes
        await run.show(meeting(camera="live", people=(me(camera=True), *others())))
        assert run.controller.sizes["me"][0] > 0
        await run.show(meeting())
        assert run.controller.sizes["me"] == (0, 0)


async def test_sizes_follow_the_stage_and_a_hidden_stage_wants_nothing() -> None:
    async with running() as run:
        before = dict(run.controller.sizes)
        assert set(before) == {"a", "b", "c"}
        await run.press("d")
        assert run.controller.sizes["a"] > before["a"]
        await run.press("s")
        assert set(run.controller.sizes.values()) == {(0, 0)}
        await run.press("s", "d")
        assert run.controller.sizes == before


async def test_whoever_does_not_fit_is_counted_and_whoever_is_seen_comes_first() -> None:
    crowd = [Person(f"q{index}", f"Person {index}", camera=index == 40) for index in range(60)]
    async with running(shown=meeting(people=(me(), *crowd))) as run:
        wanted = {key for key, size in run.controller.sizes.items() if size != (0, 0)}
        assert len(wanted) <= MOST
        assert "q40" in wanted
        assert f"{60 - len(wanted)} more PgDn" in run.text


async def test_a_speaking_person_is_framed_and_named_by_more_than_colour() -> None:
    async with running() as run:
        caption = next(line for line in run.lines if "Amber Fox" in line)
        assert "▐ ● Amber Fox      ◇ ▌" in caption
        await run.show(meeting(people=(me(), *(Person(one.key, one.name, camera=one.camera) for one in others()))))
        assert "▐" not in run.text
