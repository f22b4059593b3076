"""Coming back as somebody else, and leaving with a receipt: a real session behind the screen, others in the meeting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from privacy.facts import Audience, Fact
from privacy.receipt import verify
from tests.tui.test_interactive import ALONE, on_screen, session_of
from tests.waits import until
from tui.cli import UsageError
from tui.compose.cast import Cast
from tui.compose.interactive import Show
from tui.compose.session import Session
from tui.screens.dialogs import AskReceipt, ConfirmLeave, ConfirmPersona
from tui.screens.meeting import MeetingScreen

OTHER = "Amber Crane"


async def in_the_meeting(show: Show, pilot: Pilot[int]) -> Session:
    await until(
        lambda: isinstance(show.app.screen, MeetingScreen) and show.sitting.session and show.sitting.session.joined, 30
    )
    await pilot.pause()
    return session_of(show)


async def met(session: Session) -> None:
    """Until the other one was told who we are."""
    await until(
        lambda: any(
            entry.fact is Fact.VOICE or entry.fact is Fact.NAME
            for entry in session.snapshot().for_audience(Audience.PARTICIPANTS)
        ),
        30,
    )


def names_told(session: Session) -> set[str]:
    return {entry.value for entry in session.snapshot().entries if entry.fact is Fact.NAME}


def test_one_comes_back_as_somebody_else_with_nothing_of_the_one_before() -> None:
    async def act(show: Show, pilot: Pilot[int]) -> None:
        first = await in_the_meeting(show, pilot)
        assert first.plan.invitation is not None
        cast.invite(first.plan.invitation.link)
        await met(first)
        await pilot.press("m")
        await until(lambda: not first.media.muted)
        await until(lambda: any(entry.fact is Fact.VOICE for entry in first.snapshot().entries))
        assert names_told(first) == {"Quiet Wren"}
        keys = first.room.keys
        assert keys

        await pilot.press("n")
        await until(lambda: isinstance(show.app.screen, ConfirmPersona))
        await pilot.press("escape")
        await pilot.pause(0.2)
        assert session_of(show) is first

        await pilot.press("n")
        await until(lambda: isinstance(show.app.screen, ConfirmPersona))
        await pilot.press("enter")
        await until(lambda: session_of(show) is not first and session_of(show).joined, 30)
        second = session_of(show)
        await met(second)
        one, another = first.plan.persona, second.plan.persona
        assert one.alias != another.alias
        assert (one.seed, one.id) != (another.seed, another.id)
        assert not set(keys) & set(second.room.keys)
        assert second.plan.invitation == first.plan.invitation
        assert second.media.muted
        assert names_told(second) == {another.alias}
        told = second.snapshot().entries
        assert all("Quiet Wren" not in f"{entry.value}{entry.first.detail}{entry.last.detail}" for entry in told)
        assert not any(entry.fact is Fact.VOICE for entry in told)
        await until(lambda: show.app._meeting is not None and show.app._meeting.people[0].name == another.alias)
        await until(lambda: [who.name for who in second.roster.here.values()] == [OTHER], 30)
        show.app.exit(0)

    with Cast([OTHER], confined=False) as cast:
        assert on_screen(ALONE, act) == 0


def test_alone_one_can_come_back_too() -> None:
    async def act(show: Show, pilot: Pilot[int]) -> None:
        first = await in_the_meeting(show, pilot)
        await show.sitting.controller.change_persona()
        await until(lambda: session_of(show) is not first and session_of(show).joined, 30)
        assert session_of(show).plan.persona.alias != "Quiet Wren"
        show.app.exit(0)

    assert on_screen(ALONE, act) == 0


def test_leaving_while_coming_back_ends_it() -> None:
    async def act(show: Show, pilot: Pilot[int]) -> None:
        await in_the_meeting(show, pilot)
        await show.sitting.controller.change_persona()
        show.app.exit(0)

    assert on_screen(ALONE, act) == 0


# --- receipts ---------------------------------------------------------------------------------------------------------


def test_a_receipt_is_written_when_one_leaves_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    async def act(show: Show, pilot: Pilot[int]) -> None:
        session = await in_the_meeting(show, pilot)
        assert session.plan.invitation is not None
        cast.invite(session.plan.invitation.link)
        await met(session)
        await until(lambda: len(show.app._meeting.people) > 1 if show.app._meeting else False)
        await pilot.press("q")
        await until(lambda: isinstance(show.app.screen, ConfirmLeave))
        await pilot.press("r")
        await until(lambda: isinstance(show.app.screen, AskReceipt))
        await pilot.pause()
        await pilot.press("enter")
        await until(lambda: show.app.return_value is not None)

    with Cast([OTHER], confined=False) as cast:
        assert on_screen(ALONE, act) == 0
    (path,) = tmp_path.iterdir()
    assert path.name == "incog-receipt.jsonl"
    assert path.stat().st_mode & 0o777 == 0o600
    verified = verify(path.read_bytes())
    assert verified.head["participants"] == 1
    assert OTHER not in path.read_text()
    assert f"its seal: {verified.seal}" in capsys.readouterr().out
    facts = {json.loads(line).get("fact") for line in path.read_text().splitlines()}
    assert {Fact.NAME.value, Fact.ADDRESS.value} <= facts


def test_a_receipt_can_be_written_at_any_time_under_a_name_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "incog-receipt.jsonl").write_text("mine")

    async def act(show: Show, pilot: Pilot[int]) -> None:
        await in_the_meeting(show, pilot)
        await pilot.press("r")
        await until(lambda: isinstance(show.app.screen, AskReceipt))
        await pilot.pause()
        await pilot.press("ctrl+u", *"quiet-mark", "enter")  # letters that are keys elsewhere
        await until((tmp_path / "quiet-mark").exists)
        assert verify((tmp_path / "quiet-mark").read_bytes()).head["joined"] is True
        await until(lambda: show.sitting.notice == "The receipt is in quiet-mark.")
        assert show.sitting.controller.receipt_name() == "incog-receipt-2.jsonl"
        assert await show.sitting.controller.write_receipt("quiet-mark", at_end=False) != ""
        assert await show.sitting.controller.write_receipt("nowhere/x", at_end=True) != ""
        assert await show.sitting.controller.write_receipt("a\0b", at_end=True) != ""
        assert await show.sitting.controller.write_receipt("~nobody-of-this-name/x", at_end=True) != ""
        show.app.exit(0)

    assert on_screen(ALONE, act) == 0
    assert (tmp_path / "incog-receipt.jsonl").read_text() == "mine"


def test_each_persona_of_one_run_has_a_receipt_of_its_own(tmp_path: Path) -> None:
    async def act(show: Show, pilot: Pilot[int]) -> None:
        first = await in_the_meeting(show, pilot)
        await show.sitting.controller.change_persona()
        await until(lambda: session_of(show) is not first and session_of(show).joined, 30)
        show.app.exit(0)

    assert on_screen(ALONE._replace(receipt=tmp_path / "kept.jsonl"), act) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept-2.jsonl", "kept.jsonl"]
    assert len({verify(path.read_bytes()).seal for path in tmp_path.iterdir()}) == 2


def test_a_receipt_that_cannot_be_written_is_said_at_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()

    async def act(show: Show, pilot: Pilot[int]) -> None:
        await in_the_meeting(show, pilot)
        folder.rmdir()
        show.app.exit(0)

    with pytest.raises(UsageError, match="could not be written"):
        on_screen(ALONE._replace(receipt=folder / "kept.jsonl"), act)
