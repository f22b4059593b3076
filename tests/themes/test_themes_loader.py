from __future__ import annotations

import os
from pathlib import Path

import pytest

from themes import BUILTIN, DEFAULT, ROLES, ThemeError, load_builtin, load_themes, parse_theme, read_theme, to_toml
from themes.loader import MAX_THEMES

NIGHT = (Path(__file__).parents[2] / "themes" / "incog-night.toml").read_text()


def without(line_start: str) -> str:
    """The night theme less the first line that begins so."""
    lines = NIGHT.splitlines()
    lines.remove(next(line for line in lines if line.startswith(line_start)))
    return "\n".join(lines)


def test_the_builtin_themes_load_and_the_default_is_among_them() -> None:
    assert {"incog-night", "incog-day", "mono"} <= set(load_builtin())
    assert load_builtin()[DEFAULT].dark
    assert not load_builtin()["incog-day"].dark


def test_each_builtin_theme_is_named_like_its_file() -> None:
    folder = Path(__file__).parents[2] / "themes"
    assert {path.stem for path in folder.glob("*.toml")} == set(load_builtin())


def test_a_theme_has_every_role_and_eight_personas() -> None:
    spec = parse_theme(NIGHT, "night.toml")
    assert set(spec.colours) == set(ROLES)
    assert len(spec.personas) == 8
    assert spec["accent"] == "#9db8ff"


@pytest.mark.parametrize("role", list(ROLES))
def test_a_missing_role_is_named(role: str) -> None:
    with pytest.raises(ThemeError, match=rf"night\.toml: colours\.{role} is missing"):
        parse_theme(without(f"{role} ="), "night.toml")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("dark = true", "dark = 1", "t.toml: dark must be true or false."),
        ("dark = true", "", "t.toml: dark is missing."),
        (
            'label = "Night"',
            'label = "[b]Night"',
            "t.toml: label must be letters, digits, spaces and dashes, at most 32.",
        ),
        (
            'name = "incog-night"',
            'name = "Night!"',
            "t.toml: name must be small letters, digits and dashes, such as my-theme.",
        ),
        ("dark = true", "dark = true\ncss = 'x'", "t.toml: css is not a key of a theme; take it out."),
        (
            'accent = "#9db8ff"',
            'accent = "blue"',
            "t.toml: colours.accent is 'blue', not a colour; write it as #rrggbb.",
        ),
        ('accent = "#9db8ff"', "accent = 7", "t.toml: colours.accent is 7, not a colour; write it as #rrggbb."),
        (
            'accent = "#9db8ff"',
            'accent = "#9db8ff"\nglow = "#ffffff"',
            "t.toml: colours.glow is not a key of a theme; take it out.",
        ),
        ('"#8fb8ff", ', "", "t.toml: personas must list 8 colours; there are 7."),
        (
            '"#8fb8ff"',
            '"#8fb8f"',
            "t.toml: personas[0] is '#8fb8f', not a colour; write it as #rrggbb.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(old: str, new: str, sentence: str) -> None:
    assert old in NIGHT
    with pytest.raises(ThemeError) as caught:
        parse_theme(NIGHT.replace(old, new), "t.toml")
    assert str(caught.value) == sentence


def test_what_is_not_toml_is_said_with_its_place() -> None:
    with pytest.raises(ThemeError, match=r"^t\.toml is not TOML: .*line 1"):
        parse_theme("name = = 1", "t.toml")


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(NIGHT.replace('"incog-night"', '"mine"'))
    assert read_theme(path).name == "mine"


def test_a_missing_file_a_huge_one_and_a_binary_one_end_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match=r"^gone\.toml cannot be read .*; check the path\.$"):
        read_theme(tmp_path / "gone.toml")
    (tmp_path / "huge.toml").write_bytes(b"#" * 70_000)
    with pytest.raises(ThemeError, match=r"^huge\.toml is too large"):
        read_theme(tmp_path / "huge.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ThemeError, match=r"^binary\.toml is not UTF-8"):
        read_theme(tmp_path / "binary.toml")


@pytest.mark.parametrize("name", BUILTIN)
def test_a_theme_is_written_as_it_is_read(name: str) -> None:
    spec = load_builtin()[name]
    assert parse_theme(to_toml(spec), "again.toml") == spec


# A person's own folder


def put(folder: Path, file: str, name: str, text: str = NIGHT) -> None:
    (folder / file).write_text(text.replace('"incog-night"', f'"{name}"').replace('"Night"', '"Mine"'))


def test_themes_of_ones_own_come_after_those_that_come_with_incog(tmp_path: Path) -> None:
    put(tmp_path, "b.toml", "second")
    put(tmp_path, "a.toml", "first")
    (tmp_path / "notes.txt").write_text("not a theme")
    themes, said = load_themes(tmp_path)
    assert list(themes) == [*BUILTIN, "first", "second"]
    assert themes["first"].label == "Mine"
    assert said == ()


@pytest.mark.parametrize("folder", [None, Path("/nowhere/at/all")])
def test_without_a_folder_there_are_those_that_come_with_incog(folder: Path | None) -> None:
    assert load_themes(folder) == (load_builtin(), ())


def test_a_bad_theme_is_named_with_file_and_key_and_stops_no_other(tmp_path: Path) -> None:
    put(tmp_path, "bad.toml", "bad", NIGHT.replace('accent = "#9db8ff"', 'accent = "blue"'))
    put(tmp_path, "good.toml", "good")
    themes, said = load_themes(tmp_path)
    assert list(themes) == [*BUILTIN, "good"]
    assert said == ("bad.toml: colours.accent is 'blue', not a colour; write it as #rrggbb.",)


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "a.toml", "mine", NIGHT.replace("true", "false"))
    put(tmp_path, "b.toml", "mine")
    put(tmp_path, "c.toml", "mono")
    themes, said = load_themes(tmp_path)
    assert not themes["mine"].dark
    assert themes["mono"] == load_builtin()["mono"]
    assert said == (
        "b.toml: the theme mine is in a.toml too; give one another name.",
        "c.toml: the theme mono comes with incog; give yours another name.",
    )


def test_little_contrast_is_told_with_the_pairs_and_the_theme_can_be_worn(tmp_path: Path) -> None:
    put(tmp_path, "faint.toml", "faint", NIGHT.replace('muted = "#97a3b8"', 'muted = "#606a7a"'))
    themes, said = load_themes(tmp_path)
    assert "faint" in themes
    assert said == (
        "faint.toml: hard to read, with less contrast than 4.5 to 1: "
        "muted on panel (2.9), muted on surface (3.2), muted on background (3.4).",
    )


def test_no_more_than_so_many_are_read(tmp_path: Path) -> None:
    for number in range(MAX_THEMES + 3):
        put(tmp_path, f"{number:03}.toml", f"mine-{number}")
    themes, said = load_themes(tmp_path)
    assert len(themes) == len(BUILTIN) + MAX_THEMES
    assert said == ("064.toml and what follows it is left out; at most 64 themes are read.",)


def test_what_is_no_file_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "gone.toml").symlink_to(tmp_path / "nothing")
    _, said = load_themes(tmp_path)
    assert said == (
        "folder.toml is not a file; put the theme itself there.",
        "gone.toml cannot be read (No such file or directory); check the path.",
        "pipe.toml is not a file; put the theme itself there.",
    )


def test_a_folder_that_is_none_is_told_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "themes").write_text("")
    themes, said = load_themes(tmp_path / "themes")
    assert themes == load_builtin()
    assert said == ("The folder of your themes cannot be read (Not a directory); check it.",)
