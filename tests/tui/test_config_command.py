"""`incog config` and `incog completions`, as they are typed."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import time
from pathlib import Path

import pytest

from tests.tui.configured import holds
from tui.actions import ACTIONS
from tui.cli import SHELLS, Status, UsageError
from tui.compose import configuration
from tui.compose.cast import Actor
from tui.compose.front_door import lobby
from tui.config import report
from tui.config.reader import default_path
from tui.config.schema import BY_PATH, SETTINGS
from tui.main import main

USAGE = Path(__file__).resolve().parents[2] / "docs/usage.md"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of its own, with the usual folder for settings in it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.delenv("INCOG_CONFIG", raising=False)
    return tmp_path


def write(text: str) -> Path:
    path = default_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def said(capsys: pytest.CaptureFixture[str], *argv: str, status: int = Status.LEFT) -> list[str]:
    """The lines that a command prints, on standard output or, when it fails, on standard error."""
    assert main(argv) == status
    out, err = capsys.readouterr()
    return (err if status else out).splitlines()


def test_every_setting_is_shown_with_where_it_comes_from(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write('[look]\ntheme = "incog-day"\n[keys]\nhand = []\n')
    lines = said(capsys, "config", "--addresses", "relay", "--key", "mute=k,F9")
    rows = {line.split()[0]: line for line in lines}
    assert set(rows) == {*BY_PATH, "keys.hand", "keys.mute"}
    assert re.fullmatch(r'look\.theme +"incog-day" +~/\.config/incog/config\.toml:2', rows["look.theme"])
    assert re.fullmatch(r'network\.addresses +"relay" +--addresses', rows["network.addresses"])
    assert re.fullmatch(r"look\.mouse +true +default", rows["look.mouse"])
    assert re.fullmatch(r"keys\.hand +\[\] +~/\.config/incog/config\.toml:4", rows["keys.hand"])
    assert re.fullmatch(r'keys\.mute +\["k", "F9"\] +--key', rows["keys.mute"])
    assert len({line.index(line.split()[-1], 20) for line in lines}) == 1, "the columns stand below each other"
    assert not any(str(home) in line for line in lines)


def test_as_json_it_is_an_object_a_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("[reflexes]\nrecording = ['mute']\n")
    objects = [json.loads(line) for line in said(capsys, "config", "--json", "--no-mouse")]
    by_name = {each["setting"]: each for each in objects}
    assert list(by_name) == list(BY_PATH)
    assert by_name["reflexes.recording"] == {
        "type": "setting",
        "setting": "reflexes.recording",
        "value": ["mute"],
        "from": "file",
        "flag": None,
        "file": "~/.config/incog/config.toml",
        "line": 2,
    }
    assert (by_name["look.mouse"]["value"], by_name["look.mouse"]["flag"]) == (False, "--no-mouse")
    assert (by_name["look.title"]["from"], by_name["look.title"]["line"]) == ("default", None)


def test_the_path_is_told_without_the_home_folder(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(capsys, "config", "path") == ["~/.config/incog/config.toml"]
    assert said(capsys, "config", "--config", "/etc/incog.toml", "path") == ["/etc/incog.toml"]
    monkeypatch.setenv("INCOG_CONFIG", str(home / "other.toml"))
    assert said(capsys, "config", "path") == ["~/other.toml"]


def test_a_file_to_begin_with_is_written_once_and_for_its_owner_alone(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "config", "init") == [
        "wrote ~/.config/incog/config.toml; every line in it is a comment until you change it"
    ]
    path = home / ".config/incog/config.toml"
    assert path.read_text() == report.template()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("[look]\nmouse = false\n")
    [sentence] = said(capsys, "config", "init", status=2)
    assert "is there already" in sentence
    assert path.read_text() == "[look]\nmouse = false\n"
    assert said(capsys, "config", "check") == ["~/.config/incog/config.toml can be used; it sets 1 thing"]


def test_a_theme_that_is_not_there_is_a_fault_and_one_of_ones_own_is_none(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write('[start]\nmuted = true\n[look]\ntheme = "moor"\n')
    [sentence] = said(capsys, "config", "check", status=2)
    assert sentence.startswith("incog: there is no theme 'moor' (~/.config/incog/config.toml, line 4); there are ")
    own = home / ".config/incog/themes/moor.toml"
    own.parent.mkdir()
    theme = "\n".join(said(capsys, "themes", "incog-night"))
    own.write_text(re.sub(r"^name = .*$", 'name = "moor"', theme, flags=re.M))
    assert said(capsys, "config", "check") == ["~/.config/incog/config.toml can be used; it sets 2 things"]


def test_a_link_to_nowhere_is_not_written_through(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    link = home / "link.toml"
    link.symlink_to(home / "elsewhere.toml")
    assert "is there already" in said(capsys, "config", "--config", str(link), "init", status=2)[0]
    assert not (home / "elsewhere.toml").exists()


def test_where_nothing_can_be_written_it_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "file").write_text("")
    [sentence] = said(capsys, "config", "--config", str(home / "file" / "config.toml"), "init", status=2)
    assert sentence.startswith("incog: ~/file/config.toml cannot be written (")


def test_every_fault_is_a_line_of_its_own_also_those_of_keys(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write('[look]\nthene = "x"\n[keys]\nmute = "c"\nmutte = "x"\n')
    place = "incog: ~/.config/incog/config.toml, line"
    wanted = [
        f"{place} 2: there is no setting look.thene; did you mean look.theme?",
        f"{place} 4: keys.mute takes c from chat; choose another key, or give chat another one",
        f'{place} 5: there is no action "mutte"; did you mean mute?',
    ]
    assert said(capsys, "config", "check", status=2) == wanted
    assert said(capsys, "config", status=2) == wanted
    assert said(capsys, "config", "keys", status=2) == wanted
    assert said(capsys, "config", "check", str(home / "no.toml"), status=2)[0].startswith("incog: there is no file")
    assert said(capsys, "config", "--no-config")
    assert said(capsys, "config", "keys", "--no-config")
    assert said(capsys, "--no-config", "config", "keys")
    assert main(["config", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["message"].splitlines() == [
        line.removeprefix("incog: ") for line in wanted
    ]


def test_a_meeting_without_a_screen_reads_the_file_too(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("[network]\naddresses = 'everything'\n")
    [sentence] = said(capsys, "join", "LINK", "--headless", status=2)
    assert "line 2: network.addresses cannot be" in sentence
    [sentence] = said(capsys, "join", "LINK", "--headless", "--no-config", "--no-confinement", status=2)
    assert "network.addresses" not in sentence


@pytest.mark.parametrize("argv", [["persona", "fresh"], ["completions", "bash"], ["config", "path"]])
def test_a_bad_file_is_no_trouble_to_what_needs_none(
    home: Path, capsys: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    write("nonsense")
    assert said(capsys, *argv)


def test_the_participants_of_the_demo_are_no_business_of_the_file(home: Path) -> None:
    write("nonsense")
    actor = Actor("Quiet Wren", 1)
    try:
        actor.invite("no link")
        deadline = time.monotonic() + 60
        while not actor.trouble() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "invitation" in actor.trouble()
        assert "config.toml" not in actor.trouble()
    finally:
        actor.dismiss()
        actor.end(0.0)


def test_keys_are_listed_with_where_they_come_from(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("[keys]\nmute = ['k', 'F9']\nhand = []\n")
    lines = said(capsys, "config", "keys")
    rows = {line.split()[0]: line for line in lines}
    assert set(rows) == {*(action.id for action in ACTIONS), "*"}
    assert re.match(r"mute +k F9\* +~/\.config/incog/config\.toml:2 +Be heard", rows["mute"])
    assert re.match(r"hand +none +~/\.config/incog/config\.toml:3 ", rows["hand"])
    assert re.match(r"chat +c +default ", rows["chat"])
    objects = {each["action"]: each for each in map(json.loads, said(capsys, "config", "keys", "--json"))}
    assert (objects["mute"]["keys"], objects["mute"]["always"]) == (["k"], ["f9"])
    assert objects["chat"]["from"] == "default"


def test_an_unknown_theme_is_refused_with_where_it_was_chosen(home: Path) -> None:
    with pytest.raises(UsageError, match=r"no theme 'plaid' \(--theme\)"):
        lobby(holds("--theme", "plaid"))


def test_the_guides_example_can_be_used(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"```toml\n(\[look\].*?)```", USAGE.read_text(), re.DOTALL)
    assert example is not None
    path = write(example[1])
    assert said(capsys, "config", "check", str(path)) == ["~/.config/incog/config.toml can be used; it sets 4 things"]


# ── completions ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shell", SHELLS)
def test_completions_know_every_flag_of_the_settings(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert configuration.completions(shell) == 0
    text = capsys.readouterr().out
    assert [flag for each in SETTINGS for flag in (each.flag, each.no) if flag.removeprefix("--") not in text] == []
    for word in ("init", "check", "gallery", "truecolor", "credential", "incog-dusk"):
        assert word in text


def completed(script: Path, line: str) -> set[str]:
    """What bash offers for the last word of a line."""
    ask = (
        f"source {script}; COMP_WORDS=({line}); [[ {line!r} == *' ' ]] && COMP_WORDS+=('');"
        "COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 )); COMP_LINE=" + repr(line) + "; COMP_POINT=${#COMP_LINE};"
        '_shtab_incog; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True, timeout=30)
    return set(done.stdout.split())


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_completes_commands_settings_and_their_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration.completions("bash")
    script = tmp_path / "incog.bash"
    script.write_text(capsys.readouterr().out)
    assert completed(script, "incog con") == {"config"}
    assert {"path", "init", "check", "keys"} <= completed(script, "incog config ")
    assert completed(script, "incog join --theme incog-du") == {"incog-dusk"}
    assert completed(script, "incog join --addresses re") == {"relay"}
    assert {"--on-recording", "--on-identity"} <= completed(script, "incog host --on-")
    (tmp_path / "my.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    assert completed(script, "incog join --config my") == {"my.toml"}
