"""People in browsers, in Debian's own Janus pages, in one room with incog: each hears, sees and reads the other.

In the page it is measured by a spectrum, by pixels and by its text; at incog's by what was decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.people import COLOURS, TONES, Look, Person, near
from tests.contract.service import Way
from tests.whole.chromium import Browser, Page, chromium, demos
from tests.whole.internet import ALICE, BOB, OPERATOR, Internet, internet
from tests.whole.janus import WS_PORT, Janus, janus

TONE, COLOUR = 500, "1e1ec8"
CAMERA = (1280, 720, 15)
ROOM, VP9, BRIDGE, TEXT = 1234, 1235, 1236, 1237
ROOMS = f"""
room-{ROOM}: {{ description="seen" publishers=6 notify_joining=true videocodec="vp8" audiolevel_event=true }}
room-{VP9}: {{ description="not seen" publishers=6 notify_joining=true videocodec="vp9,vp8" }}
"""
BRIDGES = f"""
room-{BRIDGE}: {{ description="heard" sampling_rate="48000" }}
"""
TEXTS = f"""
room-{TEXT}: {{ description="read" }}
"""


@dataclass(frozen=True)
class Fair:
    """A Janus, the pages for it, and a browser in which they can be opened."""

    net: Internet
    server: Janus
    origin: str
    browser: Browser
    folder: Path

    @contextmanager
    def page(self, name: str, room: int, *, who: str = "anna", query: str = "") -> Iterator[Page]:
        """Somebody in one of Debian's pages, for as long as the block lasts."""
        page = self.browser.open(f"{self.origin}/{name}.html?room={room}{query}")
        try:
            page.enters(who)
            yield page
        finally:
            page.close()

    @contextmanager
    def incog(self, query: str) -> Iterator[Person]:
        """Alice with incog, for as long as the block lasts."""
        alice = Person(self.net.seats["alice"], self.folder, "alice", Way(("join", "-"), f"{self.server.url}?{query}"))
        try:
            alice.wait_for("joined")
            yield alice
            alice.tell("leave")
            assert alice.finish() == 0
            assert not alice.of("left")[0]["refused"]
        finally:
            if alice.here:
                alice.kill()
                alice.finish()


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fair]:
    """All of it, for the tests of this module."""
    folder = tmp_path_factory.mktemp("fair")
    with (
        internet(None, operator=OPERATOR, alice=ALICE, bob=BOB) as net,
        janus(net.seats["operator"], OPERATOR, rooms=ROOMS, bridges=BRIDGES, texts=TEXTS) as server,
        demos(net.seats["operator"], folder, OPERATOR, f"ws://{OPERATOR}:{WS_PORT}") as origin,
        chromium(net.seats["bob"], origin, tone=TONE, colour=COLOUR, picture=CAMERA) as browser,
    ):
        yield Fair(net, server, origin, browser, folder)


def hears(look: Look, name: str = "anna") -> bool:
    """Whether incog hears the page, apart from others."""
    return any(abs(tone - TONE) < 15 for tone in look["people"].get(name, {}).get("tones_hz", ()))


def sees(look: Look, name: str = "anna") -> bool:
    """Whether incog sees the page's camera."""
    return near(look["people"].get(name, {}).get("colour", ""), COLOUR)


@pytest.mark.parametrize("page", ["mvideoroomtest", "videoroomtest"])
def test_incog_and_a_page_hear_and_see_each_other(fair: Fair, page: str) -> None:
    with fair.page(page, ROOM) as anna, fair.incog(f"room={ROOM}") as alice:
        look = alice.until_looks(lambda look: hears(look) and sees(look))
        assert look["people"]["anna"]["missing"] == {}
        anna.until_hears(TONES["alice"])
        anna.until_sees(COLOURS["alice"])
        assert not anna.hears(TONES["bob"])
        assert not anna.sees(COLOURS["bob"])
        anna.until("[...document.querySelectorAll('.label')].some(one => one.textContent === 'alice')")


def test_who_leaves_the_page_is_gone_and_who_comes_late_is_heard_and_seen(fair: Fair) -> None:
    with fair.incog(f"room={ROOM}") as alice:
        with fair.page("mvideoroomtest", ROOM):
            alice.until_looks(lambda look: hears(look) and sees(look))
            mark = alice.mark()
        alice.after(mark, "participant", event="left", name="anna")
        with fair.page("mvideoroomtest", ROOM, who="annagain") as page:
            alice.until_looks(lambda look: hears(look, "annagain") and sees(look, "annagain"))
            page.until_hears(TONES["alice"])
            page.until_sees(COLOURS["alice"])


def test_a_muted_page_and_a_muted_incog_are_not_heard(fair: Fair) -> None:
    with fair.page("mvideoroomtest", ROOM) as anna, fair.incog(f"room={ROOM}") as alice:
        alice.until_looks(hears)
        anna.run("jQuery('#mute').click()")
        alice.until_looks(lambda look: not hears(look))
        anna.until_hears(TONES["alice"])
        alice.do("mute", on=True)
        anna.look(lambda: not anna.hears(TONES["alice"]))
        alice.do("mute", on=False)
        anna.until_hears(TONES["alice"])


def test_of_several_sizes_that_which_is_wanted_is_received(fair: Fair) -> None:
    simulcast = fair.page("mvideoroomtest", ROOM, query="&simulcast=yes&vcodec=vp8")
    with simulcast, fair.incog(f"room={ROOM}") as alice:
        alice.until_looks(wanted([1280, 720]), 40)
        for rows, size in ((90, [320, 180]), (180, [640, 360]), (181, [1280, 720])):
            alice.do("draw", who="anna", rows=rows)
            alice.until_looks(wanted(size), 40)


def wanted(size: list[int]) -> Callable[[Look], bool]:
    """Whether the page's picture is received in this size."""

    def so(look: Look) -> bool:
        return bool(look["people"].get("anna", {}).get("size") == size and sees(look))

    return so


def test_who_sends_what_cannot_be_shown_is_heard_and_it_is_said_why_nothing_is_seen(fair: Fair) -> None:
    with fair.page("mvideoroomtest", VP9, query="&vcodec=vp9"), fair.incog(f"room={VP9}") as alice:
        look = alice.until_looks(hears)
        anna = look["people"]["anna"]
        assert "vp9" in anna["missing"]["camera"].lower()
        assert anna["frames"] == 0


def test_in_an_audio_bridge_both_hear_each_other(fair: Fair) -> None:
    bridge = f"room={BRIDGE}&plugin=audiobridge"
    with fair.page("audiobridgetest", BRIDGE) as anna, fair.incog(bridge) as alice:
        alice.until_looks(lambda look: "anna" in look["people"] and any(abs(t - TONE) < 15 for t in look["mix_hz"]))
        anna.until_hears(TONES["alice"])
        assert not anna.hears(TONE)  # nobody hears themselves
        alice.do("mute", on=True)
        anna.look(lambda: not anna.hears(TONES["alice"]))
        anna.until("jQuery('#list li:contains(alice) .abmuted').is(':visible')")


@pytest.mark.parametrize("room", [f"room={ROOM}", f"room={BRIDGE}&plugin=audiobridge"], ids=["seen", "heard"])
def test_in_a_text_room_both_read_each_other_and_a_whisper_reaches_one(fair: Fair, room: str) -> None:
    beside = f"{room}&text={TEXT}"
    with text_page(fair, "anna") as anna, text_page(fair, "ben") as ben, fair.incog(beside) as alice:
        alice.until_looks(lambda look: {"anna", "ben"} <= set(look["people"]))
        anna.writes("good day <b>you</b>")
        said = alice.after(0, "chat", text="good day <b>you</b>")
        assert (said["from"], said["private"]) == ("anna", False)
        assert alice.sentence("say", text="and to you") == ""
        for page in (anna, ben):
            page.until("jQuery('#chatroom').text().includes('alice: and to you')")
        assert alice.sentence("say", text="for one alone", to="anna") == ""
        anna.until("jQuery('#chatroom').text().includes('for one alone')")
        anna.run(WHISPER)
        said = alice.after(0, "chat", text="psst")
        assert (said["from"], said["private"]) == ("anna", True)
        assert "for one alone" not in ben.run("jQuery('#chatroom').text()")


WHISPER = """(() => {
  const to = Object.keys(participants).find(one => participants[one] === "alice");
  textroom.data({text: JSON.stringify({textroom: "message", transaction: "t", room: myroom, to: to, text: "psst"})});
})()"""
"""What the page does when a name in it is clicked and a text is typed."""


@contextmanager
def text_page(fair: Fair, who: str) -> Iterator[Page]:
    """Somebody in Debian's page for text, who can write."""
    with fair.page("textroomtest", TEXT, who=who) as page:
        page.until("jQuery('#datasend').is(':enabled')")
        yield page
