"""People in browsers, in Debian's own Janus pages: what they hear, see and read is measured in the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.whole.chromium import Browser, chromium, demos
from tests.whole.internet import ALICE, BOB, OPERATOR, Internet, internet
from tests.whole.janus import WS_PORT, Janus, janus

TONE, COLOUR = 500, "c81e1e"
ROOMS = """
room-1234: { description="seen" publishers=6 notify_joining=true videocodec="vp8" audiolevel_event=true }
"""
BRIDGES = """
room-1234: { description="heard" sampling_rate="48000" }
"""
TEXTS = """
room-1234: { description="read" }
"""


@dataclass(frozen=True)
class Fair:
    """A Janus, the pages for it, and a browser in which they can be opened."""

    net: Internet
    server: Janus
    origin: str
    browser: Browser

    def page(self, name: str) -> str:
        """The address of one of Debian's pages."""
        return f"{self.origin}/{name}.html?room=1234"


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fair]:
    """All of it, for the tests of this module."""
    folder: Path = tmp_path_factory.mktemp("fair")
    with (
        internet(None, operator=OPERATOR, alice=ALICE, bob=BOB) as net,
        janus(net.seats["operator"], OPERATOR, rooms=ROOMS, bridges=BRIDGES, texts=TEXTS) as server,
        demos(net.seats["operator"], folder, OPERATOR, f"ws://{OPERATOR}:{WS_PORT}") as origin,
        chromium(net.seats["bob"], origin, tone=TONE, colour=COLOUR) as browser,
    ):
        yield Fair(net, server, origin, browser)


@pytest.mark.parametrize("page", ["mvideoroomtest", "videoroomtest", "audiobridgetest"])
def test_what_two_pages_send_each_other_is_what_is_measured_in_them(fair: Fair, page: str) -> None:
    one, other = (fair.browser.open(fair.page(page)) for _ in range(2))
    one.enters("anna")
    other.enters("ben")
    for somebody in (one, other):
        somebody.until_hears(TONE)
        assert not somebody.hears(TONE + 200)
        if page != "audiobridgetest":
            somebody.until_sees(COLOUR)
            assert not somebody.sees("1ec81e")
    for somebody in (one, other):
        somebody.close()


def test_what_is_written_in_one_page_is_read_in_another(fair: Fair) -> None:
    one, other = (fair.browser.open(fair.page("textroomtest")) for _ in range(2))
    one.enters("anna")
    one.until("jQuery('#datasend').is(':enabled')")
    other.enters("ben")
    other.until("jQuery('#datasend').is(':enabled')")
    one.writes("good day")
    other.until("jQuery('#chatroom').text().includes('anna: good day')")
    for somebody in (one, other):
        somebody.close()
