from __future__ import annotations

from pathlib import Path

import pytest

from themes import DEFAULT, ROLES, ThemeError, load_builtin, parse_theme, read_theme

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
