"""The lobby with everything real behind it: nothing leaves, and what was shown is what is held to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from keyring.backends import fail
from textual.events import Paste
from textual.pilot import Pilot

from net.services.mesh import link
from net.store import SERVICE
from net.vault import LINKABILITY, Vault, room_key
from privacy.facts import Audience, Fact
from privacy.linkability import Trait
from privacy.persona import dump, named
from tests.net.test_vault import InMemory, use
from tests.tui.screen_harness import text
from tests.tui.test_before_joining import Sat, flat, sit
from tests.tui.test_interactive import session_of
from tests.waits import until
from tui.compose import front_door, recent
from tui.compose.ground import Ground
from tui.compose.interactive import Show
from tui.compose.linkage import Linkage
from tui.compose.lobby_desk import Desk
from tui.compose.settings import Settings
from tui.compose.trying import Chosen
from tui.compose.wardrobe import open_wardrobe
from tui.config.values import DEFAULTS, Config
from tui.screens.lobby_app import Lobby
from tui.screens.lobby_look import Kind

ROOM_LINK = "janus+wss://janus.example.org:8989/?room=1234"
LINK = "mesh+wss://meet.example.org:7462/#mQ3vWd0x7rJk5TzN1bYc9A"
OTHER = "mesh+ws://127.0.0.1:7000/#AAAAAAAAAAAAAAAAAAAAAA"
ROOM = room_key(link.parse(LINK).secret)
PLAIN = DEFAULTS.but(network__confinement=False)

Act = Callable[["Visitor"], Awaitable[None]]


@dataclass
class Visitor:
    """Somebody in a real lobby."""

    desk: Desk
    app: Lobby
    pilot: Pilot[Kind]

    async def paste(self, words: str) -> None:
        assert self.app.focused is not None
        self.app.focused.post_message(Paste(words))
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def foretold(self) -> None:
        """Wait until what joining would tell is known for the settings as they are."""
        await until(lambda: self.desk.look.foretold is not None and not self.desk.look.looking, 30)
        await self.pilot.pause()

    async def until(self, words: str) -> None:
        await until(lambda: words in " ".join(text(self.app).split()), 30)


@dataclass
class Came:
    """What came of it."""

    kind: Kind | None = None
    settings: Settings | None = None
    ground: Ground | None = None
    desks: list[Desk] = field(default_factory=list)


def visit(act: Act, monkeypatch: pytest.MonkeyPatch, config: Config = PLAIN, size: tuple[int, int] = (120, 30)) -> Came:
    """Stand in the lobby, without a terminal."""
    came = Came()

    class Kept(Desk):
        def __init__(self, config: Config, ground: Ground) -> None:
            super().__init__(config, ground)
            came.desks.append(self)

    async def driven(app: Lobby) -> Kind | None:
        async with app.run_test(size=size) as pilot:
            await act(Visitor(came.desks[0], app, pilot))
        return app.return_value

    monkeypatch.setattr(front_door, "Desk", Kept)
    monkeypatch.setattr(Lobby, "run_async", driven)

    async def asked(ground: Ground) -> tuple[Kind | None, Settings | None]:
        came.ground = ground
        return await front_door.ask(config, ground, open_wardrobe(None))

    came.kind, came.settings = Ground.start(asked)
    return came


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> InMemory:
    backend = InMemory()
    use(backend, monkeypatch)
    return backend


def test_a_first_run_by_keys_alone_sends_nothing_and_closes_what_it_tried(
    somewhere: tuple[str, socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    to, stream, datagrams = somewhere

    async def act(me: Visitor) -> None:
        me.desk.devices.chosen["microphone"] = Chosen("", "a tone", "tone:440")
        me.desk.devices.chosen["camera"] = Chosen("", "a colour", "colour:c80909")
        await me.paste(f"we meet here: {to} , bye")
        first = me.desk.look.persona.alias
        await me.press("ctrl+r")
        assert me.desk.look.persona.alias != first
        await me.foretold()
        assert me.desk.look.persona.alias in text(me.app)
        await me.press("down", "down", "space")
        await me.until("● microphone open, nothing is sent")
        await until(lambda: me.desk.devices.heard()[1])
        await me.press("down", "down", "space")
        await me.until("microphone and camera open")
        await until(lambda: me.desk.devices.picture() is not None)
        await me.press("f8")
        await until(lambda: me.app.return_value == "join")

    came = visit(act, monkeypatch)
    assert came.settings is not None
    assert came.settings.link == to
    assert came.settings.ask
    assert came.settings.muted
    assert not came.settings.camera
    assert came.settings.agreed is not None
    trial = came.desks[0].devices._trial
    assert trial is not None
    assert not trial.listening
    assert not trial.looking
    assert came.ground is not None
    told = came.ground.snapshot()
    assert (told.entries, told.traffic, told.refused) == ((), (), ())
    assert came.ground.guard.allowed == ()
    with pytest.raises(BlockingIOError):
        stream.accept()
    with pytest.raises(BlockingIOError):
        datagrams.recvfrom(1)


def test_devices_are_closed_when_the_lobby_is_left_and_before_it_is_suspended(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(me: Visitor) -> None:
        me.desk.devices.chosen["microphone"] = Chosen("", "a tone", "tone:440")
        await me.press("down", "down", "space")
        await me.until("microphone open")
        await me.app.before_suspend()
        assert not me.desk.look.microphone.open
        await me.press("space")
        await me.until("microphone open")
        await me.press("escape")

    came = visit(act, monkeypatch)
    assert (came.kind, came.settings) == (None, None)
    trial = came.desks[0].devices._trial
    assert trial is not None
    assert not trial.listening


def test_a_device_that_cannot_be_opened_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(me: Visitor) -> None:
        me.desk.devices.chosen["microphone"] = Chosen("", "a file", "/nowhere/at/all.wav")
        await me.press("down", "down", "space")
        await until(lambda: me.desk.look.notice)
        assert me.desk.look.notice.count(".") >= 1
        assert not me.desk.look.microphone.open
        assert not me.desk.look.microphone.busy
        await me.pilot.pause()
        assert "! " in text(me.app)

    visit(act, monkeypatch)


def decide(monkeypatch: pytest.MonkeyPatch, *keys: str, to: str = "", config: Config = PLAIN) -> Settings:
    """What the lobby decides after a paste and these keys."""

    async def act(me: Visitor) -> None:
        if to:
            await me.paste(to)
        await me.press(*keys)
        await me.foretold()
        await me.press("f8" if to else "enter")
        await until(lambda: me.app.return_value is not None)

    came = visit(act, monkeypatch, config)
    assert came.settings is not None
    return came.settings


def joined(settings: Settings, monkeypatch: pytest.MonkeyPatch, *, asks: bool) -> Sat:
    """Go on from the lobby into a meeting that is hosted here."""

    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: show.sitting.session is not None and show.sitting.session.joined, 30)
        assert session_of(show).plan.persona == settings.worn
        await until(lambda: show.app._meeting is not None and show.app._meeting.phase == "live")
        show.app.exit(0)

    async def stopped(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: type(show.app.screen).__name__ == "BeforeScreen", 30)
        await pilot.press("escape")
        await until(lambda: show.app.return_value is not None)

    return sit(settings, stopped if asks else act, monkeypatch)


def test_what_the_lobby_showed_is_joined_without_a_second_question(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = decide(monkeypatch, *["down"] * 8)
    assert settings.hosting
    assert settings.agreed is not None
    sat = joined(settings, monkeypatch, asks=False)
    shown = flat(settings.agreed.shown(may_draw=False))
    (policy,) = sat.policies
    # the link of a new meeting is drawn when it is opened, and ids whenever they are used
    drawn = {Fact.ROOM, Fact.SERVER, Fact.CONNECTION}
    assert {one for one in policy if one[0] not in drawn} == {one for one in shown if one[0] not in drawn}


def test_what_the_lobby_showed_of_other_settings_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = decide(monkeypatch, *["down"] * 8)
    sat = joined(settings._replace(addresses="local"), monkeypatch, asks=True)
    assert sat.policies == []
    assert joined(settings._replace(agreed=None), monkeypatch, asks=True).policies == []


def test_where_it_was_not_shown_nothing_is_agreed_to(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(me: Visitor) -> None:
        await me.paste(LINK)
        await me.foretold()
        await me.press("f8")
        await until(lambda: me.app.return_value is not None)

    came = visit(act, monkeypatch, size=(80, 24))
    assert came.settings is not None
    assert came.settings.agreed is None
    assert came.settings.ask


def test_the_preview_follows_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(me: Visitor) -> None:
        await me.paste(OTHER)
        await me.foretold()
        told = me.desk.look.foretold
        assert told is not None
        assert not any(fact is Fact.VOICE for fact, _ in told.told[Audience.PARTICIPANTS])
        assert me.desk.look.reach == "only this machine's own, 127.0.0.1"
        await me.press("f2")
        assert me.desk.look.looking
        await me.foretold()
        told = me.desk.look.foretold
        assert told is not None
        assert any(fact is Fact.VOICE for fact, _ in told.told[Audience.PARTICIPANTS])
        await me.press(*["down"] * 6, "left")
        await me.foretold()
        assert me.desk.look.addresses == "relay"
        assert me.desk.look.reach == "only the relay's"
        await me.press("down", "down")
        await until(lambda: me.desk.look.aim == "host")
        await me.foretold()
        told = me.desk.look.foretold
        assert told is not None
        assert told.hosting
        assert ("127.0.0.1, at a free port", "the meeting's server, from the link") in told.contacts
        assert ":1 " not in text(me.app)

    visit(act, monkeypatch)


def test_the_relay_of_the_settings_is_used_in_every_kind_of_meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    config = PLAIN.but(network__relay="turn:reed@192.0.2.8:3479", network__addresses="relay")

    async def act(me: Visitor) -> None:
        await me.paste(ROOM_LINK)
        await me.until("! there is no password for reed at")
        await me.until("This cannot be told with these settings")
        assert not me.desk.look.looking
        monkeypatch.setenv("INCOG_ICE_PASSWORD", "swordfish")
        for to in (ROOM_LINK, LINK):
            await me.press("ctrl+u")
            await me.paste(to)
            await me.foretold()
            told = me.desk.look.foretold
            assert told is not None
            assert [contact for contact, _ in told.contacts][1:] == ["192.0.2.8:3479"], told.contacts

    visit(act, monkeypatch, config)


def test_an_alias_is_held_against_the_firewall_as_one_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "quillfeather")

    async def act(me: Visitor) -> None:
        await me.paste(LINK)
        await me.press("down", "ctrl+u", *"quillfeather")
        await me.until("! The alias holds your login")
        await me.press("f8")
        await me.until("! The alias holds your login")
        assert me.app.return_value is None
        assert me.desk.decided is None
        await me.press("ctrl+u", *"Reed")
        await me.foretold()
        assert me.desk.look.persona.origin == "typed"
        await me.press("f8")
        await until(lambda: me.app.return_value == "join")

    came = visit(act, monkeypatch)
    assert came.settings is not None
    assert came.settings.alias == "Reed"
    assert not came.settings.may_draw


def test_a_persona_kept_for_the_link_is_shown_and_worn_there_and_nowhere_else(
    keyring: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = named("Amber Fox", bytes(range(32)))
    asyncio.run(remembered(kept.alias))

    async def act(me: Visitor) -> None:
        drawn = me.desk.look.persona.alias
        await me.paste(LINK)
        await me.foretold()
        assert me.desk.look.persona.alias == drawn
        await me.press("f6")
        await me.until("kept for this meeting")
        await until(lambda: me.desk.look.persona.alias == "Amber Fox")
        assert me.desk.look.persona.origin == "kept"
        await me.paste(OTHER)
        assert me.desk.look.persona.alias == drawn
        await me.paste(LINK)
        await until(lambda: me.desk.look.persona.alias == "Amber Fox")
        await me.press("f6")
        assert me.desk.look.persona.alias == drawn
        await me.press("f6")
        await until(lambda: me.desk.look.persona.alias == "Amber Fox")
        await me.foretold()
        await me.press("f8")
        await until(lambda: me.app.return_value == "join")

    came = visit(act, monkeypatch)
    assert came.settings is not None
    assert came.settings.keep_persona
    assert came.settings.worn == kept
    assert keyring.kept[SERVICE, f"persona {ROOM}"] == dump(kept)


async def remembered(alias: str) -> None:
    await (await Vault.open()).remember(ROOM, named(alias, bytes(range(32))))


def test_the_keyring_is_not_asked_unless_something_is_to_be_kept(
    keyring: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(monkeypatch, to=LINK)
    assert keyring.calls == 0


def test_enter_before_it_was_looked_up_does_not_overwrite_what_is_kept(
    keyring: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(remembered("Amber Fox"))

    async def act(me: Visitor) -> None:
        await me.paste(LINK)
        await me.press("f8")
        await until(lambda: me.app.return_value == "join")

    came = visit(act, monkeypatch, PLAIN.but(persona__keep=True))
    assert came.settings is not None
    assert came.settings.alias == "Amber Fox"
    assert came.settings.agreed is None


def test_what_ties_it_to_earlier_meetings_is_said_and_nothing_is_begun_by_looking(
    keyring: InMemory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tui.compose.linkage.file", lambda: tmp_path / "marks")
    config = PLAIN.but(persona__linkability=True)
    decide(monkeypatch, to=LINK, config=config)
    assert keyring.kept == {}

    asyncio.run(marked())
    assert (SERVICE, LINKABILITY) in keyring.kept

    async def act(me: Visitor) -> None:
        await me.paste(LINK)
        await me.foretold()
        await until(lambda: me.desk.look.persona.ties)
        assert "last on" in me.desk.look.persona.ties[0]
        await me.until("! ")

    visit(act, monkeypatch, config)


async def marked() -> None:
    """Show the link in an earlier meeting."""
    ties = await Linkage.open(named("Reed", bytes(32)), link.parse(LINK))
    assert isinstance(ties, Linkage)
    ties._comparison.show(Trait.LINK, ties._link)
    assert await ties.keep() == ""


def test_recent_meetings_come_from_the_keyring_and_can_be_forgotten(
    keyring: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for to in (OTHER, LINK):
        asyncio.run(recent.remember(link.parse(to)))

    async def act(me: Visitor) -> None:
        await me.until("2 meetings")
        await me.press("down", "enter")
        await me.until("meet.example.org:7462")
        await me.press("enter")
        await until(lambda: me.desk.look.link.text == LINK)
        await me.press("down", "enter", "delete")
        await me.until("1 meeting")
        await me.press("enter", "X")
        await me.until("none yet")

    visit(act, monkeypatch, PLAIN.but(lobby__recent=True))
    assert keyring.kept == {}


def test_without_a_keyring_that_recent_meetings_are_not_kept_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    use(fail.Keyring(), monkeypatch)

    async def act(me: Visitor) -> None:
        await me.until("Recent meetings are not kept")

    visit(act, monkeypatch, PLAIN.but(lobby__recent=True))


def test_the_way_to_talk_and_the_speaker_go_into_the_meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = decide(monkeypatch, *["down"] * 5, "right", to=LINK, config=PLAIN.but(sound__speaker="none"))
    assert settings.config.sound.talk == "push"
    assert not settings.speaker
    assert settings.remarks == ()
