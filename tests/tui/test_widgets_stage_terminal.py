"""The bytes of the stage on an emulated terminal, cell by cell, against what the segments say."""

from __future__ import annotations

from textual.command import CommandPalette
from textual.widgets._toast import Toast

from tests.tui.fake_meeting import me, meeting, others, picture
from tests.tui.screen_harness import LARGE, MIDDLE, SMALL, Running, drawing, wrong_cells
from tui.widgets.stage import Stage


async def move(run: Running, time: float) -> None:
    """Everybody moves."""
    for key, (columns, rows) in run.controller.sizes.items():
        if columns and key in run.controller.seen:
            run.controller.shown[key] = picture(ord(key[0]), columns, rows, time)
    await run.draw()


async def test_pictures_are_painted_right_while_they_move() -> None:
    async with drawing(SMALL, meeting()) as (run, terminal):
        assert run.controller.shown
        for time in range(8):
            await move(run, time / 2)
            assert wrong_cells(run.app, terminal) == []
        assert any(cell[0] == "▀" for row in terminal.cells() for cell in row)


async def test_with_a_dialog_on_top_and_after_it() -> None:
    async with drawing(MIDDLE, meeting()) as (run, terminal):
        await move(run, 0.5)
        await run.press("l")
        assert "Invite others" in run.text
        assert wrong_cells(run.app, terminal) == []
        await move(run, 1.5)
        assert wrong_cells(run.app, terminal) == []
        await run.press("escape")
        assert wrong_cells(run.app, terminal) == []
        await move(run, 2.5)
        assert wrong_cells(run.app, terminal) == []


async def test_with_the_palette_on_top_and_after_it() -> None:
    async with drawing(SMALL, meeting()) as (run, terminal):
        await run.press("ctrl+p")
        await run.so(lambda: isinstance(run.app.screen, CommandPalette))
        await run.press("escape")
        await move(run, 1)
        assert wrong_cells(run.app, terminal) == []


async def test_after_resizes_down_and_up() -> None:
    async with drawing(LARGE, meeting()) as (run, terminal):
        for size in (SMALL, MIDDLE, (97, 41), LARGE):
            terminal.resize(*size)
            await run.resize(*size)
            await move(run, sum(size))
            assert run.app.size == size
            assert wrong_cells(run.app, terminal) == []


async def test_with_a_toast_over_the_pictures_and_after_it() -> None:
    async with drawing(SMALL, meeting()) as (run, terminal):
        await run.press("d")  # the stage reaches the right edge, where toasts are
        run.app.notify("a toast", timeout=0.5)
        await run.settle()
        await move(run, 1)
        assert wrong_cells(run.app, terminal) == []
        await run.so(lambda: not run.screen.query(Toast))
        await move(run, 2)
        await run.so(lambda: wrong_cells(run.app, terminal) == [])  # where it was is drawn a moment after it is gone


async def test_panes_come_and_go() -> None:
    async with drawing(SMALL, meeting()) as (run, terminal):
        for number, key in enumerate(("d", "p", "s", "s", "d", "p", "c", "escape", "t", "t")):
            await run.press(key)
            await move(run, number)
            assert wrong_cells(run.app, terminal) == [], key


async def test_a_picture_of_another_size_is_centred_or_cut() -> None:
    async with drawing(SMALL, meeting()) as (run, terminal):
        columns, rows = run.controller.sizes["a"]
        for width, height in ((columns - 6, rows - 2), (columns + 6, rows + 2), (columns, rows)):
            run.controller.shown["a"] = picture(1, width, height, 1)
            await run.draw()
            assert wrong_cells(run.app, terminal) == []


async def test_only_rows_that_changed_are_written() -> None:
    async with drawing(LARGE, meeting(people=(me(), others()[1]))) as (run, terminal):
        await move(run, 1)
        await run.pilot.pause(0.3)
        before = terminal.written
        await run.draw()  # the same picture again
        assert terminal.written - before < 100
        old = run.controller.shown["b"]
        run.controller.shown["b"] = picture(ord("b"), old.width, old.height, 1.02)
        await run.draw()
        moved = terminal.written - before
        stage = run.screen.query_one(Stage)
        assert 0 < moved < stage.size.area * 10
        assert wrong_cells(run.app, terminal) == []


async def test_a_crowded_terminal_gets_no_pictures_but_still_gets_words() -> None:
    async with drawing(SMALL, meeting()) as (run, terminal):
        run.screen.query_one(Stage)._crowded = lambda: True
        before = terminal.written
        for time in range(5):
            await move(run, time + 3)
        assert terminal.written - before < 200
        await run.show(meeting(microphone="live"))
        assert "LIVE – others hear you" in "".join(cell[0] for cell in terminal.cells()[0])
        run.screen.query_one(Stage)._crowded = lambda: False
        await run.pilot.pause(0.2)
        assert wrong_cells(run.app, terminal) == []
