"""Before joining, with everything real behind the screen: nothing leaves, and what was shown is what is held to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from textual.pilot import Pilot

from privacy.facts import Audience
from privacy.policy import Policy, Telling
from privacy.text import confusable
from tests.tui.configured import asked
from tests.tui.test_interactive import ALONE, session_of
from tests.waits import until
from tui.compose import assemble
from tui.compose.ground import Ground
from tui.compose.interactive import Show
from tui.compose.settings import Settings
from tui.compose.wardrobe import open_wardrobe
from tui.model import Foretold
from tui.screens.before import BeforeScreen

ASKED = ALONE._replace(ask=True)


@dataclass
class Sat:
    """What a run of the screen was held to and left behind."""

    ground: Ground | None = None
    status: int | None = None
    policies: list[tuple[Telling, ...]] = field(default_factory=list)


def sit(settings: Settings, act: Callable[[Show, Pilot[int]], Awaitable[None]], monkeypatch: pytest.MonkeyPatch) -> Sat:
    """Run the app without a terminal, on a ground that can be asked afterwards."""
    sat = Sat()

    class Noted(Policy):
        def __init__(self, foreseen: tuple[Telling, ...]) -> None:
            sat.policies.append(tuple(foreseen))
            super().__init__(foreseen)

    monkeypatch.setattr(assemble, "Policy", Noted)

    async def played(ground: Ground) -> int:
        sat.ground = ground
        show = Show(settings, ground, open_wardrobe(None), lambda session, happening: None)

        async def pilot_run() -> int | None:
            async with show.app.run_test(size=(100, 30)) as pilot:
                await act(show, pilot)
            return show.app.return_value

        show.app.run_async = pilot_run  # type: ignore[method-assign, assignment] # a pilot instead of a terminal
        return await show.run()

    sat.status = Ground.start(played)
    return sat


async def shown(show: Show, different_from: str = "") -> Foretold:
    """What the screen shows, once it shows it, under another alias than this one."""

    def there() -> bool:
        screen = show.app.screen
        return isinstance(screen, BeforeScreen) and screen.is_mounted and screen.alias != different_from

    await until(there, 30)
    await asyncio.sleep(0.1)
    screen = show.app.screen
    assert isinstance(screen, BeforeScreen)
    return screen._foretold


def flat(foretold: Foretold) -> set[Telling]:
    return {(fact, value, audience) for audience, told in foretold.told.items() for fact, value in told}


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
def test_staying_out_sends_no_packet_and_ends_with_status_0(
    key: str, somewhere: tuple[str, socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    link, stream, datagrams = somewhere

    async def act(show: Show, pilot: Pilot[int]) -> None:
        assert link.split("/")[2] == (await shown(show)).server
        await pilot.press(key)
        await until(lambda: show.app.return_value is not None)
        assert show.sitting.session is None

    sat = sit(ASKED._replace(link=link), act, monkeypatch)
    assert sat.status == 0
    assert sat.policies == []
    assert sat.ground is not None
    told = sat.ground.snapshot()
    assert (told.entries, told.traffic, told.refused) == ((), (), ())
    with pytest.raises(BlockingIOError):
        stream.accept()
    with pytest.raises(BlockingIOError):
        datagrams.recvfrom(1)


def test_enter_joins_and_the_policy_is_what_was_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Foretold] = []

    async def act(show: Show, pilot: Pilot[int]) -> None:
        seen.append(await shown(show))
        assert show.sitting.ground.snapshot().traffic == ()
        await pilot.press("enter")
        await until(lambda: show.sitting.session is not None and show.sitting.session.joined)
        assert session_of(show).plan.persona.alias == seen[0].alias == "Quiet Wren"
        await until(lambda: show.app._meeting is not None and show.app._meeting.phase == "live")
        show.app.exit(0)

    sat = sit(ASKED, act, monkeypatch)
    assert [set(one) for one in sat.policies] == [flat(seen[0])]
    assert not seen[0].may_draw
    assert sat.ground is not None
    learned = {(entry.fact, entry.audience) for entry in sat.ground.snapshot().entries}
    assert learned <= {(fact, audience) for fact, _, audience in flat(seen[0])}
    assert learned


def test_another_alias_is_shown_anew_and_the_last_one_shown_is_worn(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Foretold] = []

    async def act(show: Show, pilot: Pilot[int]) -> None:
        seen.append(await shown(show))
        assert seen[0].may_draw
        await pilot.press("n")
        seen.append(await shown(show, different_from=seen[0].alias))
        assert show.sitting.session is None
        await pilot.press("enter")
        await until(lambda: show.sitting.session is not None and show.sitting.session.joined)
        assert session_of(show).plan.persona.alias == seen[1].alias
        show.app.exit(0)

    sat = sit(ASKED._replace(alias="Brave Stoat", drawn=True), act, monkeypatch)
    assert not confusable(seen[0].alias, seen[1].alias)
    assert [set(one) for one in sat.policies] == [flat(seen[1])]
    names = {value for _, value, audience in flat(seen[1]) if audience is Audience.PARTICIPANTS}
    assert seen[1].alias in names
    assert seen[0].alias not in names


def test_without_the_question_it_joins_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: show.sitting.session is not None and show.sitting.session.joined)
        show.app.exit(0)

    assert sit(ALONE, act, monkeypatch).status == 0


def test_an_alias_that_names_its_wearer_is_refused_before_anything_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "quillfeather")

    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: "Ended" in type(show.app.screen).__name__)
        await pilot.press("enter")
        await until(lambda: show.app.return_value is not None)

    assert sit(ASKED._replace(alias="quillfeather"), act, monkeypatch).status == 6


def test_a_message_goes_knowingly_once_and_the_next_is_refused_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "quillfeather")

    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: show.sitting.session is not None and show.sitting.session.joined)
        controller = show.sitting.controller
        assert "your login" in await controller.say("ask quillfeather")
        assert controller.strike("ask quillfeather") == "ask ███"
        assert controller.strike("hello") == "hello"
        assert await controller.say("ask ███") == ""
        assert await controller.say("ask quillfeather", knowingly=True) == ""
        assert "your login" in await controller.say("ask quillfeather")
        show.app.exit(0)

    assert sit(ALONE, act, monkeypatch).status == 0


@pytest.mark.parametrize(
    ("typed", "asks"),
    [
        (["join", "LINK"], True),
        (["host"], True),
        (["join", "LINK", "--yes"], False),
        (["host", "--yes"], False),
        (["join", "LINK", "--headless"], False),
        (["host", "--json"], False),
        (["preview", "LINK"], False),
    ],
)
def test_who_is_asked(typed: list[str], asks: bool) -> None:
    assert asked(*typed).ask is asks
