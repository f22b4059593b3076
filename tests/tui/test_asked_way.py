"""A room that asks for its PIN, from the first try to being in, on the screen and without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import keyring.core
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from net.errors import Asked
from net.intention import Intention
from net.services.base import Phase
from tests.net.test_vault import InMemory
from tests.tui.fake_session import FakeRoom, Told
from tests.tui.test_interactive import on_screen
from tests.waits import until
from tui.cli import Status
from tui.compose import assemble, headless
from tui.compose.explain import explain
from tui.compose.interactive import Show
from tui.compose.settings import Settings

LINK = "mesh+ws://127.0.0.1:9/#AAAAAAAAAAAAAAAAAAAAAA"
"""Nothing answers there; the room below answers for it."""
THERE = Settings(link=LINK, alias="Quiet Wren", speaker=False, say="tone:440", picture="colour:ff0000")


class Guarded(FakeRoom):
    """Lets in who has the PIN."""

    keys: tuple[str, ...] = ()

    def __init__(self, intention: Intention) -> None:
        super().__init__(Told())
        self._given = intention.credentials.pin

    async def join(self) -> None:
        if self._given != "4242":
            raise Asked("The room does not take this PIN." if self._given else "The room asks for a PIN.", "pin")
        await super().join()
        self.phase = Phase.LIVE


@pytest.fixture
def system() -> Iterator[InMemory]:
    before, backend = keyring.core._keyring_backend, InMemory()
    keyring.core.set_keyring(backend)
    yield backend
    keyring.core._keyring_backend = before


@pytest.fixture(autouse=True)
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assemble, "make_room", lambda intention, persona, **rest: Guarded(intention))


def answer(settings: Settings, typed: str, *keys: str) -> tuple[int, Settings]:
    """Type this where the room asks, and these keys before Enter: the status, and what comes then."""
    then: list[Settings] = []

    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: "Asked" in type(show.app.screen).__name__)
        await pilot.press(*typed, *keys, "enter")
        await until(lambda: show.app.return_value is not None)
        again = show.again()
        assert again is not None
        then.append(again)

    return on_screen(settings, act), then[0]


def test_a_wrong_pin_is_asked_for_again_and_the_right_one_leads_in(system: InMemory) -> None:
    settings = THERE._replace(muted=False)
    status, settings = answer(settings, "1111")
    assert status == Status.ASKED
    assert settings.credentials.pin == "1111"
    assert (settings.alias, settings.muted, settings.link) == ("Quiet Wren", False, LINK)
    status, settings = answer(settings, "4242", "f6")
    assert settings.keep_credentials
    assert "4242" not in repr(settings)

    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: show.sitting.session is not None and show.sitting.session.joined)
        await until(lambda: "kept in the keyring" in show.sitting.notice)
        show.app.exit(0)

    assert on_screen(settings, act) == 0
    assert [value for (_, name), value in system.kept.items() if name.startswith("room ")] == ['["4242", "", ""]']


def test_a_refused_pin_stands_in_its_line_again() -> None:
    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: "Asked" in type(show.app.screen).__name__)
        await pilot.pause()
        assert show.app.screen.query_one(Input).value == "1111"
        await pilot.press("escape")
        await until(lambda: "Ended" in type(show.app.screen).__name__)
        await pilot.press("enter")
        await until(lambda: show.app.return_value is not None)

    given = THERE._replace(credentials=replace(THERE.credentials, pin="1111"))
    assert on_screen(given, act) == Status.ASKED


def test_without_a_screen_nobody_is_asked() -> None:
    with pytest.raises(Asked) as asked:
        headless.run(THERE._replace(headless=True, json=True))
    assert explain(asked.value) == (Status.ASKED, "The room asks for a PIN.")
