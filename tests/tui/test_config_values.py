"""What holds: flags before the file, the file before the defaults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.configured import asked, holds
from tui.cli import UsageError, parse
from tui.config.check import FileValues, check
from tui.config.flags import chosen_keys
from tui.config.schema import BY_PATH, SETTINGS, TABLES, Given, KeyChoice, Relay, Setting, Value, YesNo
from tui.config.values import DEFAULTS, Config, Origin, merge
from tui.terminal.manners import Manners

USAGE = Path(__file__).resolve().parents[2] / "docs/usage.md"


def file(text: str) -> FileValues:
    values, faults = check(text)
    assert faults == ()
    return values


def another(setting: Setting) -> Value:
    """A value that is not the default."""
    if isinstance(setting.kind, YesNo):
        return not setting.default
    words = setting.kind.choices[-1] if setting.kind.choices else "other"
    if isinstance(setting.kind, Relay):
        words = "turn:reed@192.0.2.8:3478?transport=tcp"
    value = setting.kind.parse(words)
    return value if value != setting.default else setting.kind.parse(setting.kind.choices[0])


def typed(setting: Setting, value: Value) -> list[str]:
    """The flags for a value."""
    if isinstance(setting.kind, YesNo):
        return [setting.flag if value else setting.no]
    return [setting.flag, ",".join(value) or "none" if isinstance(value, tuple) else str(value)]


def test_the_table_and_the_values_have_the_same_names() -> None:
    assert Config._fields[: len(TABLES)] == TABLES
    paths = [f"{name}.{field}" for name in TABLES for field in getattr(DEFAULTS, name)._fields]
    assert paths == list(BY_PATH)
    assert len(BY_PATH) == len(SETTINGS)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.path)
def test_a_flag_comes_before_the_file_and_the_file_before_the_default(setting: Setting) -> None:
    value = another(setting)
    text = f"[{setting.table}]\n{setting.key} = {setting.kind.toml(value)}\n"
    assert merge({}, FileValues(), "").value(setting.path) == setting.default
    from_file = merge({}, file(text), "my.toml")
    assert from_file.value(setting.path) == value
    assert from_file.origins[setting.path] == Origin("my.toml", 2)
    assert from_file.where(setting.path) == " (my.toml, line 2)"
    flags = typed(setting, setting.default) if setting.default else typed(setting, value)
    both = holds("join", "LINK", *flags, file=file(text))
    assert both.value(setting.path) == (setting.default or value)
    assert both.origins[setting.path] == Origin(flag=flags[0])
    assert both.where(setting.path) == f" ({flags[0]})"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.path)
def test_every_setting_is_a_flag_of_every_command_it_means_something_to(setting: Setting) -> None:
    flags = typed(setting, another(setting))
    for command in (["join", "LINK"], ["host"], ["preview", "LINK"], ["config"], [], *([["demo"]] * setting.demo)):
        assert holds(*command, *flags).value(setting.path) == another(setting)
        assert holds(*flags, *command).value(setting.path) == another(setting)
    if not setting.demo:
        with pytest.raises(UsageError):
            parse(["demo", *flags])
    with pytest.raises(UsageError, match=f"{flags[0]} means nothing to `incog devices`"):
        parse([*flags, "devices"])


def test_a_flag_behind_the_command_comes_before_one_before_it() -> None:
    assert holds("--theme", "a", "join", "LINK", "--theme", "b").look.theme == "b"


def test_flags_that_exclude_each_other_are_refused() -> None:
    for setting in SETTINGS:
        if setting.no:
            with pytest.raises(UsageError, match="exclude each other"):
                parse(["join", "LINK", setting.no, setting.flag, *([] if isinstance(setting.kind, YesNo) else ["x"])])
    assert holds("join", "LINK", "--muted", "--muted").start.muted
    with pytest.raises(UsageError, match="not allowed with"):
        parse(["join", "LINK", "--config", "x", "--no-config"])


def test_what_may_be_a_password_is_not_repeated() -> None:
    with pytest.raises(UsageError, match="this cannot be used; it can be a TURN server such as") as refusal:
        parse(["join", "LINK", "--relay", "turn:reed:swordfish@192.0.2.8"])
    assert "swordfish" not in str(refusal.value)
    _, [(_, fault)] = check('[network]\nrelay = "turn:reed:swordfish@192.0.2.8"')
    assert "network.relay cannot be this; it can be a TURN server" in fault
    assert "swordfish" not in fault


@pytest.mark.parametrize(
    "flags",
    [
        ["--colours", "many"],
        ["--on-recording", "run"],
        ["--on-recording", "none,mute"],
        ["--theme", "a b"],
        ["--microphone", "a\x1bb"],
        ["--relay", "stun:192.0.2.8"],
        ["--relay", "turn:192.0.2.8"],
        ["--key", "mute"],
        ["--key", "=x"],
    ],
)
def test_what_cannot_be_typed_is_one_sentence(flags: list[str]) -> None:
    with pytest.raises(UsageError, match=flags[0]) as refusal:
        parse(["join", "LINK", *flags])
    assert str(refusal.value).isprintable()


def test_keys_can_be_typed() -> None:
    arguments = parse(["join", "LINK", "--key", "mute=x, F9", "--key", "hand=", "--key", "panel=="])
    assert chosen_keys(arguments) == (
        KeyChoice("mute", ("x", "F9")),
        KeyChoice("hand", ()),
        KeyChoice("panel", ("=",)),
    )
    config = merge({}, file("[keys]\nmute = 'y'\ncamera = 'z'\n"), "my.toml", keys=chosen_keys(arguments))
    assert {choice.action: choice.keys for choice in config.keys}["mute"] == ("x", "F9")
    assert (str(config.origins["keys.mute"]), str(config.origins["keys.camera"])) == ("--key", "my.toml:3")


def test_other_values_can_be_put_in() -> None:
    config = DEFAULTS.but(look__theme="a", look__linear=True, sound__talk="push")
    assert (config.look.theme, config.look.linear, config.sound.talk) == ("a", True, "push")
    assert DEFAULTS.look.theme == ""
    with pytest.raises(ValueError, match="thene"):
        DEFAULTS.but(look__thene="a")


@given(st.dictionaries(st.sampled_from(sorted(BY_PATH)), st.booleans()))
def test_what_was_not_given_keeps_its_default(chosen: dict[str, bool]) -> None:
    given_values = {path: Given(another(BY_PATH[path]), "--x") for path, on in chosen.items() if on}
    config = merge(given_values, FileValues(), "")
    for path, setting in BY_PATH.items():
        assert config.value(path) == (given_values[path].value if path in given_values else setting.default)
        assert config.where(path) == (" (--x)" if path in given_values else "")


# ── a meeting by these settings ──────────────────────────────────────────────────────────────────────────────────────

LOUD = "[start]\nmuted = false\ncamera = true\n"


def test_a_file_can_have_one_heard_and_seen_on_a_screen_which_says_so() -> None:
    settings = asked("join", "L", file=file(LOUD))
    assert (settings.muted, settings.camera) == (False, True)
    assert settings.remarks == (
        "You begin unmuted (config.toml, line 2).",
        "You begin with the camera on (config.toml, line 3).",
    )
    settings = asked("join", "L", "--muted", "--no-camera", file=file(LOUD))
    assert (settings.muted, settings.camera, settings.remarks) == (True, False, ())
    assert asked("join", "L", "--unmuted").remarks == ()


def test_nothing_is_sent_because_of_a_file_where_nobody_sees_it() -> None:
    settings = asked("join", "L", "--headless", file=file(LOUD))
    assert (settings.muted, settings.camera) == (True, False)
    settings = asked("join", "L", "--headless", "--unmuted", "--camera", file=file(LOUD))
    assert (settings.muted, settings.camera) == (False, True)


def test_a_file_does_not_silence_what_was_named_without_a_screen() -> None:
    quiet = file("[start]\nmuted = true\n[sound]\nmicrophone = 'Headset'\n")
    settings = asked("join", "L", "--headless", "--say", "tone:440", file=quiet)
    assert (settings.muted, settings.say) == (False, "tone:440")
    assert asked("join", "L", "--headless", file=quiet).muted


def test_devices_come_from_the_settings() -> None:
    chosen = file("[sound]\nmicrophone = 'Headset'\nspeaker = 'none'\n[picture]\ncamera = '2'\n")
    settings = asked("join", "L", file=chosen)
    assert (settings.say, settings.picture, settings.speaker) == ("microphone:Headset", "camera:2", False)
    settings = asked("join", "L", "--say", "test-voice", "--speaker", "Desk", "--camera-device", "3", file=chosen)
    assert (settings.say, settings.picture, settings.speaker) == ("test-voice", "camera:3", True)
    assert settings.speaker_device == "Desk"
    assert (asked("join", "L").say, asked("join", "L").picture, asked("join", "L").speaker) == (None, None, True)


def test_persona_and_network_come_from_the_settings() -> None:
    chosen = file("persona.keep = true\npersona.linkability = true\nnetwork = {addresses='relay', confinement=false}")
    settings = asked("join", "L", file=chosen)
    assert (settings.keep_persona, settings.linkability, settings.addresses) == (True, True, "relay")
    assert not settings.confined
    settings = asked("join", "L", "--no-keep-persona", "--addresses", "auto", "--confinement", file=chosen)
    assert (settings.keep_persona, settings.addresses, settings.confined) == (False, "auto", True)


def test_the_theme_is_the_one_that_was_chosen() -> None:
    assert asked("join", "L").theme is None
    assert asked("join", "L", file=file("look.theme = 'incog-day'")).theme == "incog-day"


def test_the_terminal_is_treated_as_was_chosen() -> None:
    flags = ("--colours", "256", "--notifications", "off", "--no-title", "--no-mouse")
    assert asked("join", "L", *flags).manners == Manners("256", "off", title=False, mouse=False)
    assert asked("join", "L").manners == Manners()


# ── documents ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_guide_tells_every_setting_its_flag_and_its_default() -> None:
    text = USAGE.read_text().partition("\n## Settings\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z]+\.[a-z]+)` \| `([^|]+)` \| (.+) \| (.+) \|$", text, re.MULTILINE)
    told = {path: (flags.replace("`", ""), default) for path, flags, default, _ in rows}
    assert list(told) == list(BY_PATH)
    for path, setting in BY_PATH.items():
        assert told[path] == (setting.flags, f"`{setting.kind.toml(setting.default)}`"), path


def test_the_help_of_a_command_tells_every_flag(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["join", "--help"])
    text = capsys.readouterr().out
    assert [flag for setting in SETTINGS for flag in (setting.flag, setting.no) if flag not in text] == []
    with pytest.raises(SystemExit):
        parse(["--help"])
    assert "--theme" not in capsys.readouterr().out.partition("commands:")[0]
