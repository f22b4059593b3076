"""Receipts and ties of scripted joins, in processes of their own."""

from __future__ import annotations

import json
from pathlib import Path

from privacy.receipt import verify
from tests.tui.test_headless_processes import NOBODY, run
from tui.cli import Status

NO_KEYRING = "keyring.backends.fail.Keyring"


def test_a_scripted_join_writes_its_receipt_after_all_else(tmp_path: Path) -> None:
    path = tmp_path / "receipt.jsonl"
    status, lines, err = run(
        *("host", "--json", "--for", "1s", "--as", "Quiet Wren", "--no-speaker", "--receipt", str(path)),
        "--linkability",
        PYTHON_KEYRING_BACKEND=NO_KEYRING,
        XDG_STATE_HOME=str(tmp_path / "state"),
    )
    assert (status, err) == (Status.LEFT, "")
    assert [line["type"] for line in lines][-2:] == ["left", "receipt"]
    found = verify(path.read_bytes())
    assert lines[-1] == {"type": "receipt", "file": str(path), "entries": found.entries, "seal": found.seal}
    assert found.head["joined"] is True
    (server,) = (
        json.loads(line)["destination"] for line in path.read_text().splitlines() if '"type": "destination"' in line
    )
    assert server == lines[0]["server"]
    told = [line for line in lines if line["type"] == "notice" and "nothing is kept" in line["text"]]
    assert [line["serious"] for line in told] == [True]
    assert "there is no system keyring here" in told[0]["text"]
    assert not (tmp_path / "state").exists()


def test_a_meeting_that_was_not_joined_has_a_receipt_too(tmp_path: Path) -> None:
    path = tmp_path / "receipt.jsonl"
    status, lines, _ = run("join", NOBODY, "--json", "--no-speaker", "--receipt", str(path))
    assert status == Status.UNREACHABLE
    assert [line["type"] for line in lines][-2:] == ["receipt", "error"]
    assert verify(path.read_bytes()).head["joined"] is False


def test_a_receipt_that_cannot_be_written_is_said_before_anything_is_contacted(tmp_path: Path) -> None:
    status, lines, err = run("join", NOBODY, "--json", "--receipt", str(tmp_path / "no" / "where"))
    assert status == Status.USAGE
    assert [line["type"] for line in lines] == ["error"]
    assert "cannot write" in err
