"""Receipts as files: what goes into them from a meeting, how they are written, and what verifying one says."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from net.guard import Guard
from net.services.base import ParticipantJoined
from privacy.facts import Audience, Fact
from privacy.receipt import verify
from tests.tui.fake_session import ADA, REED, Stage
from tui.cli import UsageError
from tui.compose import receipts
from tui.compose.files import free_name, numbered, write_private
from tui.compose.ground import Ground
from tui.compose.happenings import Receipt
from tui.main import main


@pytest.fixture
def ground() -> Ground:
    """A ground whose guard knows a server, and where Reed is."""
    ground = Ground()
    ground.guard.allow("198.51.100.1", 7843, "the meeting's server, from the link", Audience.OPERATOR)
    ground.guard.allow("192.0.2.9", 50000, "where a participant says to be reached (host)", Audience.PARTICIPANTS, "a1")
    ground.guard.allow("2001:db8::9", 50000, "where a participant says to be reached", Audience.PARTICIPANTS, "a1")
    return ground


async def seated() -> Stage:
    """A session in which Reed and Ada are, and something was told."""
    stage = Stage()
    for who in (REED, ADA):
        list(stage.session.roster.apply(ParticipantJoined(who)))
    stage.disclose(Fact.NAME, "Wren")
    stage.disclose(Fact.VOICE, "your voice", Audience.NETWORK)
    return stage


async def test_what_a_receipt_is_made_from(ground: Ground) -> None:
    account = receipts.account((await seated()).session, ground)
    assert [(other.names, other.ids) for other in account.others] == [(("Reed",), ("a1",)), (("Ada",), ("b2",))]
    assert account.others[0].places == ("192.0.2.9:50000", "2001:db8::9:50000", "[2001:db8::9]:50000")
    assert account.others[1].places == ()
    assert ("198.51.100.1:7843", Audience.OPERATOR) in {(one.place, one.audience) for one in account.destinations}
    assert set(account.versions) == {"incog", "aiortc", "av"}
    assert all(version[0].isdigit() for version in account.versions.values())
    assert not account.joined


async def test_a_receipt_is_written_for_nobody_else_to_read_and_replaces_its_file(
    ground: Ground, tmp_path: Path
) -> None:
    path = tmp_path / "receipt.jsonl"
    path.write_text("old")
    path.chmod(0o644)
    written = receipts.write((await seated()).session, ground, path)
    found = verify(path.read_bytes())
    assert written == Receipt(str(path), found.entries, found.seal)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["receipt.jsonl"]
    assert "Reed" not in path.read_text()


async def test_what_cannot_be_written_is_said_and_leaves_nothing(ground: Ground, tmp_path: Path) -> None:
    folder = tmp_path / "receipt.jsonl"
    folder.mkdir()
    session = (await seated()).session
    for path in (folder, tmp_path / "nowhere" / "receipt.jsonl"):
        with pytest.raises(UsageError, match="could not be written"):
            receipts.write(session, ground, path)
    assert os.listdir(tmp_path) == ["receipt.jsonl"]


async def test_it_is_written_however_the_meeting_ends(ground: Ground, tmp_path: Path) -> None:
    session = (await seated()).session
    told: list[Receipt] = []
    with receipts.written_at_end(session, ground, tmp_path / "one", told.append):
        assert not (tmp_path / "one").exists()
    with (
        pytest.raises(RuntimeError, match="lost"),
        receipts.written_at_end(session, ground, tmp_path / "two", told.append),
    ):
        raise RuntimeError("lost")
    with (
        pytest.raises(RuntimeError, match="lost"),
        receipts.written_at_end(session, ground, tmp_path / "no" / "where", told.append),
    ):
        raise RuntimeError("lost")
    with (
        pytest.raises(UsageError, match="could not be written"),
        receipts.written_at_end(session, ground, tmp_path / "no" / "where", told.append),
    ):
        pass
    assert [Path(one.file).name for one in told] == ["one", "two"]


async def test_without_a_file_nothing_is_written(ground: Ground, tmp_path: Path) -> None:
    session = (await seated()).session
    with receipts.written_at_end(session, ground, None, lambda receipt: pytest.fail("written")):
        pass
    with (
        pytest.raises(RuntimeError),
        receipts.written_at_end(session, ground, None, lambda receipt: pytest.fail("written")),
    ):
        raise RuntimeError


def test_names_that_are_free(tmp_path: Path) -> None:
    assert free_name(tmp_path) == "incog-receipt.jsonl"
    (tmp_path / "incog-receipt.jsonl").touch()
    assert free_name(tmp_path) == "incog-receipt-2.jsonl"
    assert numbered(Path("a/b.wav"), 1) == Path("a/b.wav")
    assert numbered(Path("a/b.wav"), 3) == Path("a/b-3.wav")


def test_a_file_that_breaks_while_it_is_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(path, "new")
    assert os.listdir(tmp_path) == ["file"]
    assert path.read_text() == "old"


# --- the guard knows who is where -------------------------------------------------------------------------------------


def test_a_guard_that_begins_anew_allows_nothing() -> None:
    guard = Guard(lambda: 0.0)
    guard.allow("192.0.2.9", 50000, "there", Audience.PARTICIPANTS, "a1")
    guard.allow("meet.example.org", 0, "its name", Audience.OPERATOR)
    assert [why.who for _, _, why in guard.allowed] == ["", "a1"]
    guard.begin_anew()
    assert guard.allowed == ()
    assert not guard.permits("192.0.2.9", 50000)
    assert guard.why_name("meet.example.org") is None


# --- incog receipt verify ---------------------------------------------------------------------------------------------


@pytest.fixture
async def written(ground: Ground, tmp_path: Path) -> Receipt:
    """A receipt in a file."""
    return receipts.write((await seated()).session, ground, tmp_path / "receipt.jsonl")


def test_a_whole_receipt_is_said_to_be_whole_with_what_that_means(
    written: Receipt, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["receipt", "verify", written.file]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"whole: {written.entries} entries")
    assert f"seal: {written.seal}\n" in out
    assert "compare the seal" in out


def test_the_seal_that_was_noted_is_compared(written: Receipt, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["receipt", "verify", written.file, "--seal", written.seal[:16]]) == 0
    assert "compare" not in capsys.readouterr().out
    for seal in ("0" * 64, written.seal[:15], ""):
        assert main(["receipt", "verify", written.file, "--seal", seal]) == 2
        assert "its seal is another one" in capsys.readouterr().err


def test_as_json(written: Receipt, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["receipt", "verify", written.file, "--json"]) == 0
    line = {"type": "verified", "file": written.file, "entries": written.entries, "seal": written.seal}
    assert json.loads(capsys.readouterr().out) == {**line, "seal_matches": None}
    assert main(["receipt", "verify", written.file, "--json", "--seal", written.seal]) == 0
    assert json.loads(capsys.readouterr().out) == {**line, "seal_matches": True}
    assert main(["receipt", "verify", "/nonexistent", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["type"] == "error"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "No such file"),
        (b"", "not a receipt"),
        (b"\xff\x00", "not a receipt"),
        (b'{"type": "receipt"}\n', "line 1 was altered"),
    ],
)
def test_a_bad_file_is_one_sentence_and_status_2(
    data: bytes | None, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad"
    if data is not None:
        path.write_bytes(data)
    assert main(["receipt", "verify", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("incog: ")
    assert err.count("\n") == 1
    assert why in err


def test_an_altered_receipt_is_found(written: Receipt, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(written.file)
    path.write_text(path.read_text().replace('"Wren"', '"Crow"'))
    assert main(["receipt", "verify", written.file]) == 2
    assert "line 2 was altered" in capsys.readouterr().err


def test_a_folder_is_no_receipt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["receipt", "verify", str(tmp_path)]) == 2
    assert "cannot be read" in capsys.readouterr().err
