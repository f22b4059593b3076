"""`incog demo`: a meeting on this machine alone, with three made-up participants, and you."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from net.tasks import cancel, spawn
from privacy import persona
from tui.cli import Status
from tui.compose.cast import Cast
from tui.compose.ground import Ground
from tui.compose.happenings import Happening, Joined, Left
from tui.compose.headless import Attendance, Printer
from tui.compose.lines import Line, as_object
from tui.compose.session import Session
from tui.compose.settings import SILENT, Settings, check_writable, speaker_of
from tui.config.values import Config

PEOPLE = 3
AT_LEAST = 4.0
AT_MOST = 60.0
ENOUGH_SOUND = 0.5
"""Seconds: the demo without a terminal lasts until everybody was heard and seen this much, within these bounds."""


def run(
    config: Config,
    *,
    attended: bool,
    duration: float | None = None,
    alias: str = "",
    receipt: Path | None = None,
) -> int:
    """The exit status; `attended`: somebody sits there. Raises `UsageError` or `MeetingError`."""
    check_writable(receipt)
    you, *others = distinct_aliases(PEOPLE + 1, alias)
    settings = Settings(
        alias=you,
        say="test-voice:0",
        picture="test-pattern:0",
        muted=attended,
        camera=not attended,
        speaker=attended and config.sound.speaker != SILENT,
        speaker_device=speaker_of(config),
        addresses="loopback",
        headless=not attended,
        json=not attended,
        duration=duration,
        announce=False,
        receipt=receipt,
        confined=config.network.confinement,
        config=config,
    )
    with Cast(others, confined=settings.confined) as cast:
        if attended:
            from tui.compose import front

            return front.run(settings, on_happening=inviting(cast))
        return Ground.start(lambda ground: _without_screen(settings, ground, cast), confined=settings.confined)


def distinct_aliases(count: int, first: str = "") -> list[str]:
    """Fresh aliases after the first one, all different, since the summary tells people apart by them."""
    names: dict[str, None] = {first: None} if first else {}
    while len(names) < count:
        names[persona.fresh(secrets.token_bytes(persona.RANDOM_BYTES)).alias] = None
    return list(names)


def inviting(cast: Cast) -> Callable[[Session, Happening], None]:
    """What lets the others in as soon as we are in."""

    invited: set[str] = set()

    def happened(session: Session, happening: Happening) -> None:
        invitation = session.plan.invitation
        if isinstance(happening, Joined) and invitation is not None and invitation.link not in invited:
            invited.add(invitation.link)
            cast.invite(invitation.link)

    return happened


async def _without_screen(settings: Settings, ground: Ground, cast: Cast) -> int:
    from tui.compose.assemble import assemble
    from tui.compose.receipts import written_at_end

    printer = Printer(as_json=True)
    invite = inviting(cast)
    last: list[Left] = []
    watching: list[asyncio.Task[None]] = []
    async with assemble(settings, ground) as (session, _):

        def happened(happening: Happening) -> None:
            invite(session, happening)
            if isinstance(happening, Joined) and settings.duration is None:
                watching.append(spawn(_watch(session, cast, attendance), "demo"))
            elif isinstance(happening, Left):
                last.append(happening)

        attendance = Attendance(session, printer, duration=settings.duration, on_happening=happened)
        try:
            with written_at_end(session, ground, settings.receipt, attendance.tell):
                status = await attendance.run()
        finally:
            await cancel(*watching)
    if not last:
        return status
    for trouble in cast.trouble():
        print(f"incog: {trouble}", file=sys.stderr)
    attendance.line(summary(last[0]))
    return Status.LEFT if everybody_was_met(last[0]) else Status.MISSED


async def _watch(session: Session, cast: Cast, attendance: Attendance) -> None:
    """Leave when everybody was heard and seen, when it takes too long, or when somebody ended early."""
    began = asyncio.get_running_loop().time()
    while (spent := asyncio.get_running_loop().time() - began) < AT_MOST and not cast.trouble():
        await asyncio.sleep(0.25)
        reports = [session.media.report(id) for id in session.roster.here]
        met = [report for report in reports if report.heard_seconds >= ENOUGH_SOUND and report.frames > 0]
        if spent >= AT_LEAST and len(met) >= PEOPLE:
            attendance.leave("everybody was heard and seen")
            return
    attendance.leave("the demo took too long" if not cast.trouble() else "somebody ended early")


def summary(left: Left) -> Line:
    """The last line of the demo."""
    told = as_object(left) or {}
    return {
        "type": "summary",
        "participants": [who.name for who in left.participants],
        "heard": [who.name for who in left.participants if who.heard_s > 0],
        "seen": [who.name for who in left.participants if who.seen_frames > 0],
        "disclosures": told["disclosures"],
        "refused": told["refused"],
    }


def everybody_was_met(left: Left) -> bool:
    """Whether all who were to come were heard and seen."""
    met = {who.name for who in left.participants if who.heard_s > 0 and who.seen_frames > 0}
    return met == {who.name for who in left.participants} and len(met) >= PEOPLE
