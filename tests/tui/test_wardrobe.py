"""Themes of one's own: listed, printed, worn, and told about when something is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tui.fake_lobby import lobby
from tests.tui.fake_meeting import FakeController, meeting
from tests.tui.screen_harness import MIDDLE, Running
from themes import BUILTIN, DEFAULT, load_builtin, to_toml
from tui.app import IncogApp
from tui.cli import UsageError
from tui.compose.wardrobe import Wardrobe, list_themes, open_wardrobe, print_theme, themes_folder
from tui.main import main

NIGHT = to_toml(load_builtin()[DEFAULT])
OWN = NIGHT.replace(f'"{DEFAULT}"', '"moor"').replace('"Night"', '"Moor"').replace("#10131a", "#0c140f")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a theme that can be worn and one that cannot."""
    (tmp_path / "moor.toml").write_text(OWN)
    (tmp_path / "torn.toml").write_text(OWN.replace("accent", "accents"))
    return tmp_path


TORN = "torn.toml: colours.accent is missing."


def test_the_one_to_wear_is_the_one_asked_for_or_the_usual(folder: Path) -> None:
    assert open_wardrobe(folder, "moor").worn == "moor"
    assert open_wardrobe(folder).worn == DEFAULT
    with pytest.raises(UsageError, match=r"^there is no theme 'plaid'; there are incog-night, .*, ansi, moor$"):
        open_wardrobe(folder, "plaid")


def test_the_screen_is_told_in_one_line(folder: Path) -> None:
    assert open_wardrobe(folder).notice == TORN
    assert open_wardrobe(None).notice == ""
    both = Wardrobe(load_builtin(), DEFAULT, (TORN, "and another."))
    assert both.notice == f"{TORN} 1 more: see `incog themes`."


def test_all_are_listed_with_what_is_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list_themes(folder, as_json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["incog-night", "Night", "dark"]
    assert lines[len(BUILTIN)].split() == ["moor", "Moor", "dark", "yours"]
    assert lines[len(BUILTIN) + 1] == f"! {TORN}"


def test_they_are_listed_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list_themes(folder, as_json=True) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-2] == {"type": "theme", "name": "moor", "label": "Moor", "dark": True, "own": True}
    assert lines[-1] == {"type": "warning", "message": TORN}


def test_one_is_printed_as_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert print_theme(folder, "moor") == 0
    assert capsys.readouterr().out == OWN


def test_the_command_reads_the_folder_of_whoever_runs_it(capsys: pytest.CaptureFixture[str]) -> None:
    folder = themes_folder()
    folder.mkdir(parents=True)
    try:
        (folder / "moor.toml").write_text(OWN)
        assert main(["themes"]) == 0
        assert "moor" in capsys.readouterr().out
        assert main(["themes", "mono"]) == 0
        assert capsys.readouterr().out.startswith('name = "mono"\n')
        assert main(["themes", "plaid"]) == 2
    finally:
        (folder / "moor.toml").unlink()
        folder.rmdir()


async def test_ones_own_is_worn_and_the_palette_offers_all(folder: Path) -> None:
    app = IncogApp(FakeController(), theme="moor", themes=open_wardrobe(folder).themes)
    async with app.run_test(size=MIDDLE) as pilot:
        run = Running(app, pilot, FakeController())
        await run.show(meeting())
        assert app.palette.spec.label == "Moor"
        assert app.screen.styles.background.hex.lower() == "#0c140f"
        commands = app.get_system_commands(app.screen)
        offered = [command.title for command in commands if command.title.startswith("Theme: ")]
        assert offered == [*(f"Theme: {spec.label}" for spec in load_builtin().values()), "Theme: Moor"]
        await run.press("t")  # from the last to the first
        assert app.theme == DEFAULT


async def test_a_theme_is_chosen_in_the_palette() -> None:
    app = IncogApp(FakeController())
    async with app.run_test(size=MIDDLE) as pilot:
        run = Running(app, pilot, FakeController())
        await run.show(meeting())
        await run.press("ctrl+p", *"harbour")
        await run.until("Theme: Harbour")
        await run.press("down", "enter")
        await run.until("What others can see")
        assert app.theme == "incog-harbour"
        await run.until("Theme: Harbour")  # the notice


async def test_themes_are_not_in_the_way_of_the_rest_of_the_palette() -> None:
    app = IncogApp(FakeController())
    async with app.run_test(size=MIDDLE) as pilot:
        run = Running(app, pilot, FakeController())
        await run.show(meeting())
        hidden = [command for command in app.get_system_commands(app.screen) if not command.discover]
        assert len(hidden) == len(BUILTIN)
        await run.press("ctrl+p")
        await run.until("Camera on")
        assert "Theme: " not in run.text


async def test_the_lobby_wears_ones_own(folder: Path) -> None:
    app = lobby(theme="moor", themes=open_wardrobe(folder).themes)
    async with app.run_test(size=MIDDLE):
        assert app.palette.spec.name == "moor"
