"""Every screen in every state that is worth looking at.

A state is a coroutine that brings a running app there; its name is the state's, its first line says what is seen. To
add one, write it here. The snapshots, the test that no screen names its owner, the gallery and `look.py` take all.
"""

from __future__ import annotations

import asyncio
import gc
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from math import sin
from typing import Any, cast

from rich.segment import Segment
from textual.events import Paste
from textual.screen import SystemModalScreen
from textual.widgets import Input

from privacy.facts import Audience, Fact
from tests.tui.drawing import draw
from tests.tui.fake_lobby import LINK as INVITATION
from tests.tui.fake_lobby import FakeDesk
from tests.tui.fake_lobby import lobby as make_lobby
from tests.tui.fake_meeting import (
    LINK,
    NAMES,
    SECRET,
    FakeController,
    chat,
    entry,
    ledger,
    me,
    meeting,
    others,
)
from tests.tui.foretold import foretold
from tests.tui.screen_harness import LARGE, MIDDLE, SMALL, Running, text
from themes import DEFAULT
from tui.app import IncogApp
from tui.messages import Asked, Ended, Foreseen
from tui.model import ChatLine, Foretold, Meeting, Person, Warning
from tui.screens.lobby_app import PictureChanged
from tui.screens.lobby_look import DeviceLook, LinkLook, LobbyLook, PersonaLook, RecentLook
from tui.widgets import footer
from tui.widgets.panel import PACE

SIZES = {"80x24": SMALL, "120x30": MIDDLE, "200x60": LARGE}
"""The three sizes that everything is looked at in."""

MORE = ("Swift Tern", "Gentle Newt", "Brave Stoat", "Hollow Pine", "Bright Minnow", "Lone Curlew", "Mellow Hare")

Prepare = Callable[[Running], Awaitable[None]]
MakeApp = Callable[[FakeController], Any]


@dataclass(frozen=True, slots=True)
class State:
    """One state: the app it begins with, and how to get there."""

    name: str  # small letters and dashes; a file is called so
    caption: str  # a sentence without its full stop
    make: MakeApp
    prepare: Prepare

    @asynccontextmanager
    async def running(self, size: tuple[int, int], theme: str = DEFAULT) -> AsyncIterator[Running]:
        """The app in this state, standing still."""
        controller = FakeController(seen=frozenset({"a", "b", "a2", "me"}))
        app = self.make(controller)
        app.wear(theme)
        app.animation_level = "none"
        lasting, footer.NOTICE = footer.NOTICE, 3600.0  # a notice stays for as long as it is looked at
        try:
            async with app.run_test(size=size) as pilot:
                run = Running(cast(IncogApp, app), pilot, controller)
                await run.settle()
                await self.prepare(run)
                await run.settle()
                await still(run)
                yield run
        finally:
            footer.NOTICE = lasting


STATES: dict[str, State] = {}
"""All of them, by name, in the order of the gallery."""


def in_meeting(controller: FakeController) -> IncogApp:
    """The app as it begins."""
    return IncogApp(controller, alias=NAMES[0])


def state(make: MakeApp = in_meeting) -> Callable[[Prepare], Prepare]:
    """Put a state on the list; `make` makes the app, where it is another one."""

    def listed(prepare: Prepare) -> Prepare:
        name = cast(Any, prepare).__name__.strip("_").replace("_", "-")
        assert name not in STATES
        STATES[name] = State(name, (prepare.__doc__ or "").strip().rstrip("."), make, prepare)
        return prepare

    return listed


WARNINGS = (
    Warning(2, "14:04", "identity", "Somebody came whose name looks like yours: Qu1et Heron.", "c"),
    Warning(1, "14:03", "recording", "The meeting is being recorded."),
)

Drawn = list[list[Segment]]


# ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Look:
    """What a state looks like."""

    text: str  # the screen's lines; half blocks, of which pictures are made, as spaces
    svgs: dict[str, str]  # by the theme's name

    def __post_init__(self) -> None:
        assert self.svgs


async def look(state: State, size: tuple[int, int], themes: Sequence[str], *, first: str = DEFAULT) -> Look:
    """Begin in the theme `first` and change through the others. A theme that changes a letter is an error."""
    svgs: dict[str, str] = {}
    async with state.running(size, first) as run:
        words = _words(run)
        drawn = await still(run)
        for theme in themes:
            if theme != run.app.theme:
                with run.app.batch_update():
                    run.app.wear(theme)
                    await run.pilot.pause(0)
                    if isinstance(run.app.screen, SystemModalScreen):  # Textual leaves its own as they were
                        run.app.stylesheet.update(run.app.screen)
                drawn = await still(run, drawn)
            svgs[theme] = draw(drawn).svg()
            assert _words(run) == words, f"{state.name}: other words in {theme}"
    return Look(words, svgs)


MUCH_LITTER = 300_000
"""Objects from which on it is worth looking for those that nobody holds; some hundred megabytes."""


def look_at(state: str, size: str, themes: Sequence[str], first: str = DEFAULT) -> Look:
    """The same, by names, without a loop. Litter is looked for seldom: a third of the time would go into it."""
    gc.disable()
    seen = asyncio.run(look(STATES[state], SIZES[size], themes, first=first))
    if gc.get_count()[0] > MUCH_LITTER:
        gc.collect()
    return seen


async def still(run: Running, other_than: object = None) -> Drawn:
    """Wait until the screen is not drawn as it was and does not change any more."""
    seen: deque[Drawn] = deque(maxlen=2)
    async with asyncio.timeout(30):
        while True:
            for line in run.app.screen.query(Input):
                line.cursor_blink = False
            await run.pilot.pause(0)
            seen.append([list(strip) for strip in run.app.screen._compositor.render_strips()])
            if len(seen) == 2 and seen[0] == seen[1] != other_than:
                return seen[0]


def _words(run: Running) -> str:
    lines = text(run.app).replace("▀", " ").split("\n")
    return "\n".join(line.rstrip() for line in lines)


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────


def everything() -> Meeting:
    """Live in sound and picture, with seven others, a recording, and refused tries."""
    more = [
        replace(one, key=f"{one.key}2", name=name, speaking=False, level=0.0)
        for one, name in zip(others(), MORE, strict=False)
    ]
    return meeting(
        people=(me(camera=True, muted=False), *others(), *more),
        microphone="live",
        camera="live",
        recording=True,
        ledger=ledger(voice=True, refused=True),
    )


def crowd(count: int = 40) -> list[Person]:
    """Many others, some of each kind."""
    kinds = others()
    return [
        replace(
            kinds[number % 3],
            key=f"p{number}",
            name=f"{(*NAMES[1:], *MORE)[number % 13]}{f' {number // 13 + 1}' if number > 12 else ''}",
            colour=number % 8,
            camera=number % 4 == 0,
            speaking=number == 5,
            level=abs(sin(number)) if number == 5 else 0.0,
            mark="",
        )
        for number in range(count)
    ]


async def paste(run: Running, words: str) -> None:
    """Paste into the line where the keyboard is."""
    assert run.app.focused is not None
    run.app.focused.post_message(Paste(words))
    await run.settle()


def tying() -> FakeDesk:
    """A lobby with earlier meetings."""
    tie = "This alias, or one that looks like it, was worn in an earlier meeting (last on 2025-03-31)."
    persona = PersonaLook("I am not here", 4, "typed", keep=True, ties=(tie,))
    recent = (("meet.example.org:7462", "2025-03-31"), ("127.0.0.1:40313", "2025-03-29"))
    return FakeDesk(LobbyLook(persona, recent=RecentLook(recent)))


def trying() -> FakeDesk:
    """A lobby in which devices are tried."""
    desk = FakeDesk()
    desk.look = desk.look._replace(
        microphone=DeviceLook("Desk microphone", open=True), camera=DeviceLook("Lid camera", open=True)
    )
    desk.devices.loud = (0.6, True)
    return desk


def machines() -> list[Person]:
    """A recorder and a bot."""
    return [
        Person("r", "Meeting Recorder", kind="recorder", encryption="end to end, unverified", colour=2),
        Person(
            "s", "Scribe", kind="bot", kind_told=True, muted=False, camera=True, encryption="to the server", colour=6
        ),
    ]


async def shows(run: Running, shown: Meeting, *keys: str) -> None:
    """A meeting arrives, with its chat and pictures; then these keys are pressed."""
    await run.show(shown)
    await run.say(*chat())
    await run.draw()
    if keys:
        await run.press(*keys)


# ── before a meeting ─────────────────────────────────────────────────────────────────────────────────────────────


@state(lambda controller: make_lobby())
async def lobby(run: Running) -> None:
    """The lobby: where to go, as whom, and by which devices."""


@state(lambda controller: make_lobby())
async def lobby_with_link(run: Running) -> None:
    """A link was pasted: what joining would tell stands beside it, where there is room."""
    await paste(run, f"We meet at {INVITATION} at three.")


@state(lambda controller: make_lobby())
async def lobby_foretells(run: Running) -> None:
    """Where there is no room beside the settings, what joining would tell takes their place."""
    await paste(run, INVITATION)
    await run.press("f4")


@state(lambda controller: make_lobby())
async def lobby_refuses(run: Running) -> None:
    """A link that cannot be joined is recognised before anything is contacted."""
    await paste(run, "https://meet.example/group/public/")


@state(lambda controller: make_lobby(tying()))
async def lobby_ties(run: Running) -> None:
    """A typed alias that was worn before, the persona kept, recent meetings, and beginning unmuted and seen."""
    await paste(run, INVITATION)
    await run.press("down", "f2", "f3")


@state(lambda controller: make_lobby(trying()))
async def lobby_tries(run: Running) -> None:
    """Microphone and camera are tried on this machine; nothing is sent."""
    await run.press(*["down"] * 4)
    await run.pilot.pause(0.2)
    run.app.post_message(PictureChanged())


@state(lambda controller: make_lobby())
async def lobby_devices(run: Running) -> None:
    """A microphone is chosen from those there are; choosing opens nothing."""
    await run.press("down", "down", "enter")


@state(lambda controller: make_lobby(tying()))
async def lobby_recent(run: Running) -> None:
    """Recent meetings, for whoever wants them kept: the server and the day."""
    await run.press("down", "enter")


class RoomDesk(FakeDesk):
    """A lobby in which a link to a room on a Janus server is recognised."""

    def set_link(self, text: str) -> None:
        super().set_link(text)
        if "room=" in text:
            self.show(link=ROOM._replace(text=text), foretold=on_somebodys_server())


ROOM = LinkLook(
    service="Janus VideoRoom",
    server="janus.example.org:8989",
    secure=True,
    wants=True,
    encryption="to the server",
)


def on_somebodys_server() -> Foretold:
    """What joining a room on a server tells: the operator most of all."""
    told = dict(foretold().told)
    told[Audience.PARTICIPANTS] = ((Fact.NAME, "Quiet Heron"), (Fact.MICROPHONE, "muted"), (Fact.CAMERA, "off"))
    told[Audience.OPERATOR] = (
        (Fact.NAME, "Quiet Heron"),
        (Fact.ADDRESS, "192.0.2.44"),
        (Fact.WATCHING, "whose pictures you receive, and how large"),
        (Fact.ROOM, "1234"),
        (Fact.CREDENTIAL, "the room's PIN"),
    )
    return foretold(
        server="janus.example.org:8989",
        told=told,
        addresses="the participants learn none, the operator the one that reaches the server",
        encryption="to the server",
        contacts=(("janus.example.org:8989", "the meeting's server, from the link"),),
    )


@state(lambda controller: make_lobby(RoomDesk()))
async def lobby_room(run: Running) -> None:
    """A link to a room on a server: what the room may ask for, and that its operator can hear and see."""
    await paste(run, "janus+wss://janus.example.org/?room=1234")
    await run.press("down", *"4242", "f6")


@state(lambda controller: IncogApp(controller, asks=True))
async def before_a_room(run: Running) -> None:
    """What joining a room on somebody's server would tell."""
    run.app.post_message(Foreseen(on_somebodys_server()))
    await run.until("Quiet Heron")


@state()
async def asked_for_a_pin(run: Running) -> None:
    """The room asks for its PIN, and was given a wrong one."""
    words = "That is not the room's PIN; type it again."
    run.app.post_message(Asked(words, 8, what="pin", server="janus.example.org:8989", given="4243"))
    await run.until("type it again")


@state(lambda controller: IncogApp(controller, asks=True))
async def before_joining(run: Running) -> None:
    """What joining would tell, and to whom; nothing was sent yet."""
    run.app.post_message(Foreseen(foretold()))
    await run.until("Quiet Heron")


@state()
async def joining(run: Running) -> None:
    """Joining under an alias."""


# ── in a meeting ─────────────────────────────────────────────────────────────────────────────────────────────────


@state()
async def muted(run: Running) -> None:
    """In a meeting, muted and unseen."""
    await shows(run, meeting(recording=False))


@state()
async def live(run: Running) -> None:
    """Heard and seen, and recorded; somebody tried what was refused."""
    await shows(run, everything())


@state()
async def alone(run: Running) -> None:
    """Nobody else is here yet."""
    await run.show(meeting(people=(me(),), address_seen_by="the operator", encryption="", ledger=ledger()))


@state()
async def crowded(run: Running) -> None:
    """Forty others."""
    await shows(run, meeting(people=(me(), *crowd())))


@state()
async def troubled(run: Running) -> None:
    """A poor link: one person is still connecting, one is silent, one was refused; encrypted to the server only."""
    first, second, third = others()
    people = (
        me(),
        replace(first, link="connecting", speaking=False, camera=False),
        replace(second, link="silent", encryption="to the server", camera=False),
        replace(third, link="refused", encryption="none", hand=False, mark=""),
    )
    await shows(
        run,
        meeting(
            people=people,
            encryption="to the server",
            quality="poor: 8 % lost",
            microphone="none",
            camera="none",
            address_seen_by="participants, the operator and the network",
        ),
    )


@state()
async def coming_back(run: Running) -> None:
    """The meeting was lost; incog comes back by itself."""
    await shows(run, meeting(phase="recovering", people=(me(),), notice="The connection was lost."))


@state()
async def odd_names(run: Running) -> None:
    """Names in wide letters, very long ones, and none."""
    names = (
        "静かな鷺 ありがとう",
        "A name that goes on and on until nobody can read it any more",
        "",
        "Ωμέγα",
        "e\u0301tude",
    )
    people = [
        replace(one, name=name, key=f"{number}", mark="")
        for number, (one, name) in enumerate(zip(crowd(5), names, strict=True))
    ]
    await shows(run, meeting(people=(me(), *people)))


@state()
async def open_when_speaking(run: Running) -> None:
    """The microphone is open and passes what is loud enough; a bot may record."""
    note_taker = replace(others()[1], name="Note Taker", kind="note-taker", camera=False, colour=6)
    people = (me(), others()[0], note_taker, others()[2])
    await shows(
        run, meeting(people=people, microphone="live", talk="voice", may_record=("Note Taker",), quality="link good")
    )


@state()
async def warned(run: Running) -> None:
    """Warnings that were not seen yet."""
    await shows(run, meeting(recording=True, warnings=WARNINGS))


def on_a_server(**changes: object) -> Meeting:
    """A room on somebody's server, whose secret we have: one picture cannot be shown, one voice not be heard."""
    fox, otter, wren = (replace(one, encryption="to the server", mark="") for one in others())
    people = (
        me(),
        replace(fox, speaking=False, level=0.0, unseen="vp9 pictures cannot be shown"),
        otter,
        replace(wren, muted=False, unheard="g722 sound cannot be heard"),
    )
    usual = {
        "people": people,
        "encryption": "to the server",
        "may": frozenset({"kick", "mute others", "lock", "rename", "private chat"}),
        "choosing": True,
        "invitation": "",
        "address_seen_by": "the operator and the network",
    }
    return meeting(**{**usual, **changes})


@state()
async def on_the_server(run: Running) -> None:
    """Encrypted to the server only; one picture cannot be shown, one voice not be heard; the room is locked."""
    await shows(run, on_a_server(locked=True))


@state()
async def without_the_key(run: Running) -> None:
    """Somebody came without the meeting's key: nothing of them can be opened."""
    fox, otter, wren = others()
    why = "they do not have the meeting's key"
    stranger = replace(wren, name="Guest", encryption="to the server", unseen=why, unheard=why, camera=True, mark="")
    await shows(run, on_a_server(people=(me(), fox, otter, stranger), encryption="to the server"))


@state()
async def muted_by_a_moderator(run: Running) -> None:
    """Somebody who may has muted us."""
    said = "A moderator of the room muted you: no sound is sent any more."
    await shows(run, on_a_server(notice=said))
    await run.say(ChatLine("14:05", "", said, notice=True))


# ── panes ────────────────────────────────────────────────────────────────────────────────────────────────────────


@state()
async def writing(run: Running) -> None:
    """A message is being written."""
    await shows(run, meeting(), "c", *"fine here")


@state()
async def chat_of_all_kinds(run: Running) -> None:
    """Private messages, notices, a long link, and marks that are only text."""
    await shows(run, meeting(), "c")
    await run.say(
        ChatLine("14:05", NAMES[1], "only for you: the door code changed", private=True, colour=3),
        ChatLine("14:06", "", "Somebody began to record.", notice=True),
        ChatLine("14:07", NAMES[3], f"https://example.org/{'a-long-way/' * 9}", colour=4),
        ChatLine("14:08", NAMES[3], "[red]not red[/red] \u202egnihtyna", colour=4),
    )


@state()
async def whisper(run: Running) -> None:
    """A message to one person alone."""
    await shows(run, meeting(may=frozenset({"private chat"})), "e", *"only you")


@state()
async def searching(run: Running) -> None:
    """Something is looked for in the chat."""
    await shows(run, meeting(), "f", *"lake")


@state()
async def pictures_alone(run: Running) -> None:
    """The stage alone: people, chat and panel are hidden."""
    await shows(run, everything())
    for pane in ("people", "chat", "panel"):
        if run.screen.room.shows(pane):
            run.screen.room.toggle(pane)
    await run.settle()
    await run.draw()


@state()
async def speaker(run: Running) -> None:
    """Whoever speaks is large, the others are in a strip."""
    await shows(run, meeting(people=(me(camera=True), *crowd(8)), camera="live"), "g", "g")
    await run.draw()


@state()
async def shared_screen(run: Running) -> None:
    """Somebody shares a screen, and it is large by itself."""
    fox, *rest = others()
    sharing = replace(fox, camera=False, presenting=True, speaking=False, level=0.0)
    await shows(run, meeting(people=(me(), sharing, *rest)))


@state()
async def one_person(run: Running) -> None:
    """One person alone on the stage."""
    await shows(run, meeting(), "down", "o")
    await run.draw()


@state()
async def chosen_on_the_stage(run: Running) -> None:
    """The cursor is on a tile; one picture is hidden, one voice muted for oneself alone, and somebody records."""
    fox, otter, wren = others()
    people = (me(), replace(fox, hidden=True), replace(otter, hushed=True, muted=False), replace(wren, kind="recorder"))
    await shows(run, meeting(people=people))
    run.screen.query_one("#stage").focus()
    await run.press("right")


@state()
async def larger_panel(run: Running) -> None:
    """The panel made wider, and the stage lower, by keys."""
    await shows(run, meeting(), *["greater_than_sign"] * 3, "minus")
    await run.draw()


@state()
async def nothing_shown(run: Running) -> None:
    """Every pane is hidden."""
    await shows(run, meeting())
    for pane in ("stage", "people", "chat", "panel"):
        if run.screen.room.shows(pane):
            run.screen.room.toggle(pane)
    await run.settle()


@state()
async def panel_alone(run: Running) -> None:
    """No pictures: people, chat and panel."""
    await shows(run, everything(), "s")


@state()
async def lens(run: Running) -> None:
    """With the eyes of the operator."""
    await shows(run, everything(), "a", "a")


@state()
async def line_of_time(run: Running) -> None:
    """What became visible when."""
    await shows(run, meeting(joined_at=1.5), "w")


@state()
async def news(run: Running) -> None:
    """Something became visible just now, and the last line says so."""
    first = meeting()
    await shows(run, first)
    told = entry(Fact.PICTURE, "", Audience.PARTICIPANTS, 0.5)
    await run.show(replace(first, ledger=replace(first.ledger, entries=(*first.ledger.entries, told))))
    await run.pilot.pause(2 * PACE)  # the panel follows at its own pace


@state()
async def warning(run: Running) -> None:
    """A warning in the last line."""
    await shows(run, meeting(recording=True))
    run.app.notice("Somebody began to record: what you say and show is kept.", serious=True)


# ── dialogs ──────────────────────────────────────────────────────────────────────────────────────────────────────


@state()
async def inspect(run: Running) -> None:
    """What somebody discloses to you, and how their media is doing."""
    await shows(run, meeting(), "i")


@state()
async def finding(run: Running) -> None:
    """Somebody is found by typing; a recorder is told by its name, a bot by the service."""
    await shows(run, meeting(people=(me(), *others(), *machines())), "slash", "c")


@state()
async def raised_hands(run: Running) -> None:
    """Raised hands first, in the order in which they went up."""
    late, early = replace(others()[1], hand=True, hand_order=2), replace(others()[2], hand_order=1)
    await shows(run, meeting(people=(me(), others()[0], late, early)), "z", "z")


@state()
async def menu_of_a_person(run: Running) -> None:
    """What can be done about somebody who is quieter here, muted and hidden."""
    first, *rest = others()
    here = replace(first, volume=70, hushed=True, hidden=True)
    await shows(run, meeting(people=(me(), here, *rest)), "full_stop")


@state()
async def compare(run: Running) -> None:
    """The words to compare with somebody aloud."""
    await shows(run, meeting(), "V")


@state()
async def differs(run: Running) -> None:
    """They differ."""
    await shows(run, meeting(), "V", "n")


@state()
async def remove(run: Running) -> None:
    """Somebody is to be removed from the room."""
    await shows(run, on_a_server(), "home", "K")


@state()
async def another_name(run: Running) -> None:
    """Another alias is drawn, or typed."""
    await shows(run, on_a_server(), "R")


@state()
async def name_refused(run: Running) -> None:
    """The alias that is typed would name its wearer."""
    await shows(run, on_a_server(), "R", *SECRET)


@state()
async def warnings(run: Running) -> None:
    """What one may want to act on."""
    await shows(run, meeting(recording=True, warnings=WARNINGS), "exclamation_mark")


@state()
async def devices(run: Running) -> None:
    """Another microphone, speaker or camera."""
    await shows(run, meeting(), "D")


@state()
async def ways_to_talk(run: Running) -> None:
    """How the microphone is opened."""
    await shows(run, meeting(), "T")


@state()
async def links(run: Running) -> None:
    """The links in the chat; none is opened unasked."""
    await shows(run, meeting())
    await run.say(ChatLine("14:05", NAMES[1], "see https://example.org/draft?page=2 please", colour=3))
    await run.press("u")


@state()
async def evidence(run: Running) -> None:
    """The bytes behind a line of the panel."""
    await shows(run, meeting(), "d", "d", "tab", "tab", "tab")
    for _ in range(4):
        if run.app.focused is not None and run.app.focused.id == "panel":
            break
        await run.press("tab")
    await run.press("down", "enter")


@state()
async def help(run: Running) -> None:
    """Every key."""
    await shows(run, meeting(), "question_mark")


@state()
async def palette(run: Running) -> None:
    """Anything by name."""
    await shows(run, meeting(), "ctrl+p")
    await run.until("See what anybody can see")


@state()
async def palette_of_themes(run: Running) -> None:
    """The themes in the palette."""
    await shows(run, meeting(), "ctrl+p", *"theme:")
    await run.until("Theme: Dusk")


@state()
async def invitation(run: Running) -> None:
    """The invitation, to copy."""
    await shows(run, meeting(invitation=LINK), "l")


@state()
async def names_you(run: Running) -> None:
    """A message that names its writer is held back."""
    await shows(run, meeting(), "c", *f"ask {SECRET}", "enter")


@state()
async def new_persona(run: Running) -> None:
    """Come back as somebody else."""
    await shows(run, meeting(), "n")


@state()
async def receipt(run: Running) -> None:
    """Write down what left."""
    await shows(run, meeting(), "r")


@state()
async def leave(run: Running) -> None:
    """Leave while others are here."""
    await shows(run, everything(), "q")


@state()
async def ended(run: Running) -> None:
    """The meeting is over."""
    await shows(run, meeting())
    run.app.post_message(Ended("The meeting is over: everybody else left."))
    await run.until("everybody else left")


@state()
async def removed(run: Running) -> None:
    """One was removed from the room."""
    await shows(run, on_a_server())
    run.app.post_message(Ended("You were removed from the room.", 5, lost=True))
    await run.until("You were removed")
