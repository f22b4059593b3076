"""What a file of settings may say, and every way in which it cannot be used."""

from __future__ import annotations

import os
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.cli import UsageError
from tui.config import report
from tui.config.check import Fault, check
from tui.config.reader import MAX_BYTES, Faults, default_path, folder, load, named, shown
from tui.config.schema import BY_PATH, KEYS, SETTINGS, TABLES, Choice, KeyChoice, Several, Value, YesNo, quoted
from tui.config.values import DEFAULTS


def faults(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.text) for fault in check(text)[1]]


# ── what it says ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_values_come_with_their_lines() -> None:
    values, none = check(
        '[look]\ntheme = "incog-day"\n\n# a comment\nlinear = true\n'
        '[reflexes]\nrecording = ["leave", "mute"]\naddress = "none"\nidentity = "mute"\n'
        '[keys]\nmute = "x"\nhand = ["F9", "y"]\n'
    )
    assert none == ()
    assert values.values == {
        "look.theme": "incog-day",
        "look.linear": True,
        "reflexes.recording": ("mute", "leave"),
        "reflexes.address": (),
        "reflexes.identity": ("mute",),
    }
    assert values.lines["look.linear"] == 5
    assert values.keys == (KeyChoice("mute", ("x",), 11), KeyChoice("hand", ("F9", "y"), 12))


def test_all_ways_to_write_a_table_are_the_same() -> None:
    for text in (
        "[look]\nmouse = false",
        "look.mouse = false",
        "look = { mouse = false }",
        '["look"]\n"mouse" = false',
    ):
        values, none = check(text)
        assert (values.values, none) == ({"look.mouse": False}, ())


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[lok]\nx = 1", 1, "there is no table [lok]; did you mean [look]?"),
        ("[zzz]", 1, "there is no table [zzz]; there are look, "),
        ("\nthene = 1", 2, "there is no setting thene; did you mean look.theme?"),
        ("theme = 1", 1, "there is no setting theme; did you mean look.theme?"),
        ("[look]\n\nthene = 1", 3, "there is no setting look.thene; did you mean look.theme?"),
        ("[look]\nreccording = 1", 2, "there is no setting look.reccording; did you mean reflexes.recording?"),
        ("[look]\nzzzz = 1", 2, "there is no setting look.zzzz; `incog config` lists all"),
        ('"a\\u001b[2J" = 1', 1, 'there is no setting "a\\U0000001B[2J"; '),
        ("look = 3", 1, "look is a table; write [look] on a line before its settings"),
        ("[[look]]\ntheme = 1", 1, "look is a table; write [look]"),
        ("[look.theme]\nx = 1", 1, "look.theme cannot be a table; it can be the name of a theme"),
        ('[look]\nlinear = "yes"', 2, 'look.linear cannot be "yes"; it can be true or false'),
        ("[look]\nlinear = 1", 2, "look.linear cannot be 1; it can be true or false"),
        (
            '[look]\ncolours = "many"',
            2,
            'look.colours cannot be "many"; it can be "auto", "truecolor", "256", "16" or "',
        ),
        ("[look]\ncolours = 256", 2, "look.colours cannot be 256; "),
        ('[look]\ntheme = "../x"', 2, 'look.theme cannot be "../x"; '),
        ('[sound]\nmicrophone = "a\\nb"', 2, "sound.microphone cannot be "),
        ('[reflexes]\naddress = ["none", "mute"]', 2, "reflexes.address cannot be ["),
        ('[reflexes]\naddress = ["mute", 3]', 2, 'reflexes.address cannot be ["mute", 3]; it can be "none", "mute", '),
        ("[keys]\nmute = 3", 2, 'keys.mute cannot be 3; it can be a key such as "x", or a list'),
        ('[keys]\nmute = [""]', 2, "keys.mute cannot be "),
        ("[keys.mute]\nx = 1", 1, "keys.mute cannot be a table; "),
        ("[look", 1, "this is no TOML: expected ']' at the end of a table declaration"),
        ('[look]\nx = "', 2, "this is no TOML: "),
        ("a = 1\n\na = 2", 3, "this is no TOML: cannot overwrite a value"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_line(text: str, line: int, words: str) -> None:
    [(where, said)] = faults(text)
    assert (where, said[: len(words)]) == (line, words)
    assert said.isprintable()
    assert len(said) < 250


def test_all_faults_come_at_once_in_the_order_of_the_lines() -> None:
    text = '[keys]\nmute = 3\n[look]\nthene = 1\nmouse = 0\n[lok]\n[start]\nmuted = "no"\n'
    assert [line for line, _ in faults(text)] == [2, 4, 5, 6, 8]


def test_deep_nesting_is_a_fault_and_no_crash() -> None:
    assert faults(f"x = {'[' * 30_000}") == [(1, "the values are nested too deeply")]


@settings(max_examples=300)
@given(st.text(st.sampled_from("look.theme=mouse[keys]\"'{},#\n truefalse")) | st.text(max_size=200))
def test_any_text_is_settings_or_faults_with_lines_that_are_there(text: str) -> None:
    values, found = check(text)
    for fault in found:
        assert 1 <= fault.line <= text.count("\n") + 2  # a fault at the end may be behind the last line's end
        assert fault.text.isprintable()
    assert set(values.values) <= set(BY_PATH)


# ── the table of settings ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_defaults_are_values_of_their_kind_and_survive_being_written() -> None:
    for setting in SETTINGS:
        written = setting.kind.toml(setting.default)
        assert setting.kind.read(tomllib.loads(f"x = {written}")["x"]) == setting.default
        assert DEFAULTS.value(setting.path) == setting.default
        assert setting.help[0].islower()
        assert not setting.help.endswith(".")


def test_every_choice_of_every_setting_can_be_written_read_and_typed() -> None:
    for setting in SETTINGS:
        for choice in setting.kind.choices:
            value: Value = setting.kind.parse(choice)
            assert setting.kind.read(tomllib.loads(f"x = {setting.kind.toml(value)}")["x"]) == value
        assert isinstance(setting.kind, (Choice, Several, YesNo)) is bool(setting.kind.choices)


@given(st.text())
def test_quoted_text_is_read_back(text: str) -> None:
    assert tomllib.loads(f"x = {quoted(text)}")["x"] == text
    assert quoted(text).isprintable()


def test_the_template_names_every_setting_and_changes_nothing() -> None:
    text = report.template()
    assert check(text) == (check("")[0], ())
    assert all(len(line) <= report.WIDTH for line in text.splitlines())
    begun = "\n".join(line.removeprefix("# ") if " = " in line else line for line in text.splitlines())
    values, none = check(begun)
    assert none == ()
    assert values.values == {setting.path: setting.default for setting in SETTINGS}
    assert [line for line in text.splitlines() if line.startswith("[")] == [f"[{name}]" for name in (*TABLES, KEYS)]


# ── the file itself ──────────────────────────────────────────────────────────────────────────────────────────────────


def refusal(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        load({}, file=path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_file_is_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text("\ufeff[look]\r\nmouse = false\r\n", encoding="utf-8")
    config = load({}, file=path)
    assert config.look.mouse is False
    assert config.where("look.mouse") == f" ({path}, line 2)"
    assert config.themes == tmp_path / "themes"


def test_a_named_file_must_be_there_the_usual_one_need_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "there is no file of settings" in refusal(tmp_path / "no.toml")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    config = load({})
    assert (config.file, config.themes) == ("", folder() / "themes")
    default_path().parent.mkdir()
    default_path().write_text("[look]\nmouse = false\n")
    assert load({}).look.mouse is False
    assert load({}, off=True).look.mouse is True
    assert load({}, off=True).themes is None


def test_the_flag_comes_before_the_variable() -> None:
    assert named("a.toml", {"INCOG_CONFIG": "b.toml"}) == Path("a.toml")
    assert named(None, {"INCOG_CONFIG": "b.toml"}) == Path("b.toml")
    assert named(None, {"INCOG_CONFIG": ""}) is None
    assert named(None, {}) is None


def test_what_is_no_file_of_settings_is_one_sentence(tmp_path: Path) -> None:
    assert "cannot be read (Is a directory)" in refusal(tmp_path)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert "cannot be read (Too many levels of symbolic links)" in refusal(loop)
    assert "cannot be read" in refusal(tmp_path / "a\0b")
    assert "cannot be read (File name too long)" in refusal(tmp_path / ("x" * 300))
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    assert "too large" in refusal(large)
    large.write_bytes(b"#" * MAX_BYTES)
    assert load({}, file=large) is not None
    other = tmp_path / "latin.toml"
    other.write_bytes(b"[look]\n# caf\xe9\n")
    assert "line 2: this is no UTF-8 text" in refusal(other)


def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    began = time.monotonic()
    assert "is no file of settings" in refusal(pipe)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(("mode", "trusted"), [(0o600, True), (0o644, True), (0o646, False), (0o602, False)])
def test_a_file_that_others_can_write_is_not_believed(tmp_path: Path, mode: int, trusted: bool) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[keys]\nmute = 'x'\n")
    path.chmod(mode)
    if trusted:
        assert load({}, file=path).keys
    else:
        assert "can be written by others" in refusal(path)
        assert "chmod go-w" in refusal(path)


def test_a_group_of_others_may_not_write_it_a_group_of_ones_own_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import grp
    import pwd

    path = tmp_path / "config.toml"
    path.write_text("")
    path.chmod(0o664)
    login = pwd.getpwuid(os.getuid()).pw_name
    for name, members, trusted in (
        (login, [], True),
        (login, [login], True),
        (login, [login, "wren"], False),
        ("staff", [], False),
    ):
        row = grp.struct_group((name, "x", path.stat().st_gid, members))
        monkeypatch.setattr(grp, "getgrgid", lambda number, row=row: row)
        if trusted:
            assert load({}, file=path) is not None
        else:
            assert "can be written by others" in refusal(path)


def test_a_file_of_somebody_else_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.toml"
    path.write_text("")
    owner = path.stat().st_uid
    if owner == 0:  # a file of the administrator is believed, so this one is given away
        os.chown(path, 65534, -1)
    else:
        monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert "belongs to somebody else" in refusal(path)


def test_the_home_folder_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert shown(tmp_path / "a" / "b.toml") == "~/a/b.toml"
    assert shown(Path("/etc/incog.toml")) == "/etc/incog.toml"
    monkeypatch.chdir(tmp_path)
    assert shown(Path("c.toml")) == "~/c.toml"


def test_faults_name_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[look]\nthene = 1\nmouse = 0\n")
    with pytest.raises(Faults) as caught:
        load({}, (KeyChoice("nod", ("x",)),), file=path, key_faults=lambda choices: [Fault(0, "there is no action")])
    assert str(caught.value).splitlines() == [
        "--key: there is no action",
        f"{path}, line 2: there is no setting look.thene; did you mean look.theme?",
        f"{path}, line 3: look.mouse cannot be 0; it can be true or false",
    ]
