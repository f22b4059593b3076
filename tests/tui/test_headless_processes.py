"""The program itself, in processes of its own, on loopback: what it prints and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tui.cli import Status
from tui.compose.cast import Cast

CODE = "from tui.main import console; console()"
NOBODY = "mesh+ws://127.0.0.1:9/#AAAAAAAAAAAAAAAAAAAAAA"


def start(
    *argv: str, stdin: int = subprocess.DEVNULL, environment: Mapping[str, str] = MappingProxyType({})
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CODE, *argv],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONASYNCIODEBUG": "", **environment},
    )


def run(*argv: str, **environment: str) -> tuple[int, list[dict[str, Any]], str]:
    """Status, JSON lines and standard error of one run."""
    process = start(*argv, environment=environment)
    out, err = process.communicate(timeout=90)
    return process.returncode, [json.loads(line) for line in out.splitlines() if line.startswith("{")], err


class Running:
    """A scripted join that goes on while the test looks at its lines."""

    def __init__(self, *argv: str, stdin: int = subprocess.DEVNULL) -> None:
        self.process = start(*argv, stdin=stdin)
        self.lines: list[dict[str, Any]] = []

    def until(self, kind: str) -> dict[str, Any]:
        """The next line of this type."""
        assert self.process.stdout is not None
        for text in self.process.stdout:
            self.lines.append(json.loads(text))
            if self.lines[-1]["type"] == kind:
                return self.lines[-1]
        raise AssertionError(f"it ended without {kind}: {self.process.stderr and self.process.stderr.read()}")

    def end(self) -> int:
        """Ask it to leave unless it does so already, read the rest, and give its status."""
        if self.lines[-1]["type"] != "left":
            self.process.send_signal(signal.SIGTERM)
        assert self.process.stdout is not None
        self.lines += [json.loads(text) for text in self.process.stdout]
        status = self.process.wait(30)
        self.close()
        return status

    def close(self) -> None:
        self.process.kill()
        self.process.wait(30)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def host() -> Iterator[Running]:
    running = Running("host", "--json", "--say", "tone:440", "--picture", "colour:ff0000", "--no-speaker")
    yield running
    running.close()


def test_two_hear_and_see_each_other_and_leave_politely(host: Running, tmp_path: Path) -> None:
    link = host.until("invitation")["link"]
    host.until("joined")
    saved = tmp_path / "heard.wav"
    guest = Running(
        *("join", "-", "--json", "--for", "4s", "--as", "Quiet Wren", "--no-speaker", "--save-audio", str(saved)),
        *("--say", "tone:1000", "--picture", "colour:0000ff"),
        stdin=subprocess.PIPE,
    )
    assert guest.process.stdin is not None
    guest.process.stdin.write(f"{link}\n")
    guest.process.stdin.close()
    guest.process.stdin = None
    left = guest.until("left")
    assert guest.end() == Status.LEFT
    assert host.end() == Status.LEFT

    assert guest.lines[0]["type"] == "joining"
    assert (guest.lines[0]["alias"], guest.lines[0]["addresses"]) == ("Quiet Wren", "loopback")
    (heard,) = left["participants"]
    assert heard["heard_s"] > 0.5
    assert abs(heard["tone_hz"] - 440) <= 5
    assert heard["seen_frames"] > 0
    assert int(heard["colour"][:2], 16) > 180 > int(heard["colour"][4:], 16)
    assert left["reason"] == "the time is up"
    assert left["refused"] == []
    assert "voice is live" in left["disclosures"]["participants"]
    assert left["disclosures"]["relay"] == []
    assert {one["kind"] for one in left["traffic"]} == {"signalling", "STUN", "DTLS", "RTP", "RTCP"}
    assert all(one["destination"].startswith("127.0.0.1:") for one in left["traffic"])
    assert link.rpartition("#")[2] not in json.dumps(guest.lines)
    with wave.open(str(saved)) as file:
        assert file.getnframes() > file.getframerate()

    told = [line for line in host.lines if line["type"] == "participant" and line["event"] == "left"]
    assert [(line["name"], line["reason"]) for line in told] == [("Quiet Wren", "left")]
    assert host.lines[-1]["type"] == "left"
    assert any(line["type"] == "speaking" and line["on"] for line in host.lines)


def test_muted_and_unseen_sends_neither(host: Running) -> None:
    link = host.until("invitation")["link"]
    host.until("joined")
    status, lines, _ = run("join", link, "--json", "--for", "3s", "--muted", "--say", "tone:1000", "--no-speaker")
    assert status == Status.LEFT
    left = lines[-1]
    assert left["participants"][0]["heard_s"] > 0
    assert "voice is live" not in left["disclosures"]["participants"]
    assert "picture is live" not in left["disclosures"]["network"]
    host.end()
    (guest,) = host.lines[-1]["participants"]
    assert (guest["heard_s"], guest["tone_hz"], guest["seen_frames"]) == (0, None, 0)


def test_ending_standard_input_ends_it(host: Running) -> None:
    link = host.until("invitation")["link"]
    guest = Running("join", "-", "--json", "--until-eof", stdin=subprocess.PIPE)
    assert guest.process.stdin is not None
    guest.process.stdin.write(f"{link}\n")
    guest.process.stdin.flush()
    guest.until("joined")
    guest.process.stdin.close()
    guest.process.stdin = None
    assert guest.until("left")["reason"] == "standard input ended"
    assert guest.end() == Status.LEFT


def test_a_reader_that_goes_away_ends_it_politely(host: Running) -> None:
    host.until("joined")
    assert host.process.stdout is not None
    host.process.stdout.close()
    host.process.stdout = open(os.devnull)  # noqa: SIM115 # closed with the others
    began = time.monotonic()
    # Whatever is said next finds nobody; the goodbye on a signal would be too easy.
    run("join", host.lines[1]["link"], "--json", "--for", "1s", "--no-speaker")
    assert host.process.wait(30) == Status.LEFT
    assert time.monotonic() - began < 20
    assert host.process.stderr is not None
    assert host.process.stderr.read() == ""


@pytest.mark.parametrize(
    ("argv", "status"),
    [
        (["join", "not a link"], Status.USAGE),
        (["join", NOBODY + "A"], Status.USAGE),
        (["join", NOBODY, "--say", "/no/such/file.wav"], Status.USAGE),
        (["join", NOBODY, "--picture", "/dev/null"], Status.USAGE),
        (["join", NOBODY, "--as", "a\u202eb"], Status.USAGE),
        (["join", NOBODY], Status.UNREACHABLE),
        (["host", "--listen", "192.0.2.1:1"], Status.USAGE),
    ],
)
def test_what_cannot_be_ends_in_one_sentence(argv: list[str], status: Status) -> None:
    returned, lines, err = run(*argv, "--json")
    assert returned == status
    assert err.startswith("incog: ")
    assert err.count("\n") == 1
    assert lines[-1] == {"type": "error", "status": status, "message": err.removeprefix("incog: ").rstrip("\n")}
    assert "AAAAAAAA" not in err


def test_a_wrong_secret_finds_no_meeting(host: Running) -> None:
    link = host.until("invitation")["link"]
    host.until("joined")
    returned, lines, err = run("join", link[:-22] + "A" * 22, "--json", "--for", "5s")
    assert returned == Status.REFUSED
    assert lines[-1]["status"] == Status.REFUSED
    assert err.count("\n") == 1


def test_an_alias_that_names_its_wearer_is_stopped_and_not_repeated() -> None:
    returned, lines, err = run("join", NOBODY, "--json", "--as", "It is quillfeather", LOGNAME="quillfeather")
    assert returned == Status.PRIVACY
    assert [line["type"] for line in lines] == ["error"]
    assert "your login" in err
    assert "quillfeather" not in err + json.dumps(lines)
    returned, lines, _ = run(
        "join", NOBODY, "--json", "--as", "It is quillfeather", "--allow-identifying", LOGNAME="quillfeather"
    )
    assert (returned, lines[0]["alias"]) == (Status.UNREACHABLE, "It is quillfeather")


def test_a_rendezvous_alone_serves_a_meeting_and_ends_when_asked() -> None:
    server = start("rendezvous", "--listen", "127.0.0.1")
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line.startswith("listening on ws://127.0.0.1:")
        status, lines, err = run("host", "--json", "--for", "1s", "--rendezvous", line.split()[-1])
        assert (status, lines[-1]["type"], err) == (Status.LEFT, "left", "")
        server.send_signal(signal.SIGTERM)
        out, err = server.communicate(timeout=20)
        assert (server.returncode, out, err) == (Status.LEFT, "", "")
    finally:
        server.kill()
        server.communicate()


def test_a_rendezvous_that_cannot_listen_says_so() -> None:
    status, _, err = run("rendezvous", "--listen", "192.0.2.1:1")
    assert (status, err.count("\n")) == (Status.USAGE, 1)


def test_without_a_keyring_nothing_is_claimed_to_be_kept() -> None:
    none = "keyring.backends.fail.Keyring"
    status, _, err = run("persona", "keep", NOBODY, PYTHON_KEYRING_BACKEND=none)
    assert (status, err.count("\n")) == (Status.USAGE, 1)
    assert "keyring" in err
    status, _, _ = run("persona", "forget", NOBODY, PYTHON_KEYRING_BACKEND=none)
    assert status == Status.LEFT
    assert run("credential", "keep", "stun:192.0.2.1", PYTHON_KEYRING_BACKEND=none)[0] == Status.USAGE


def test_the_doctor_and_the_devices_answer_everywhere() -> None:
    status, lines, _ = run("doctor", "--json", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert status == Status.LEFT
    found = {line["name"]: line for line in lines}
    assert {"python", "incog", "aiortc", "sound", "keyring", "terminal"} <= set(found)
    assert found["terminal"]["state"] == "limited"
    assert found["terminal"]["cure"]
    status, lines, _ = run("devices", "--json", PULSE_SERVER="unix:/nonexistent/socket")
    assert status == Status.LEFT
    assert all(line["type"] == "device" for line in lines)


# --- the demo


def test_the_demo_without_a_terminal_meets_everybody() -> None:
    began = time.monotonic()
    status, lines, err = run("demo", LOGNAME="quillfeather", EMAIL="quillfeather@example.org")
    summary = lines[-1]
    assert (status, err) == (Status.LEFT, "")
    assert summary["type"] == "summary"
    assert len(summary["participants"]) == 3
    assert set(summary["heard"]) == set(summary["seen"]) == set(summary["participants"])
    assert summary["refused"] == []
    assert summary["disclosures"]["relay"] == []
    assert {"display name", "voice is live", "picture is live"} <= set(summary["disclosures"]["participants"])
    assert "display name" not in summary["disclosures"]["operator"] + summary["disclosures"]["network"]
    assert lines[-2]["type"] == "left"
    assert 4.0 <= lines[-2]["seconds"] <= time.monotonic() - began
    assert "quillfeather" not in json.dumps(lines)


def test_the_demo_that_is_too_short_says_who_was_missed() -> None:
    status, lines, _ = run("demo", "--for", "100ms")
    assert status == Status.MISSED
    assert lines[-1]["type"] == "summary"
    assert len(lines[-1]["heard"]) < 3


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_made_up_participants_go_when_they_are_told_to() -> None:
    with Cast(["Reed", "Ada"]) as cast:
        pids = [actor.pid for actor in cast.actors]
        assert all(alive(pid) for pid in pids)
        assert cast.trouble() == []
    assert not any(alive(pid) for pid in pids)


def test_a_made_up_participant_that_cannot_join_says_why() -> None:
    with Cast(["Reed"]) as cast:
        cast.invite("not a link")
        deadline = time.monotonic() + 20
        while not cast.trouble() and time.monotonic() < deadline:
            time.sleep(0.05)
        (trouble,) = cast.trouble()
    assert trouble.startswith("Reed ended early: This is not an invitation")


def test_the_made_up_participants_go_when_the_demo_dies() -> None:
    code = (
        "import os, time; from tui.compose.cast import Cast; cast = Cast(['Reed', 'Ada']);"
        "print(*[actor.pid for actor in cast.actors], flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids = [int(word) for word in parent.stdout.readline().split()]
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 20
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in pids)
