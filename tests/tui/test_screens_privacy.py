"""No screen says who really sits here, and the app opens nothing and reaches for nothing."""

from __future__ import annotations

import getpass
import re
import socket
import webbrowser
from ipaddress import ip_address
from pathlib import Path

import ifaddr
import pytest

from tests.tui.screen_harness import running
from tests.tui.showcase import SIZES, STATES
from themes import ThemeError
from tui.app import IncogApp
from tui.shell import Shell

LOGIN, HOST, HOME = "canarylogin", "canaryhost", "/canaryhome/canarylogin"


@pytest.fixture
def canaries(monkeypatch) -> list[str]:
    """A made-up login, host and home, and the real ones; and this machine's addresses."""
    real = [getpass.getuser(), socket.gethostname(), str(Path.home())]
    found = [str(ip.ip if ip.is_IPv4 else ip.ip[0]) for adapter in ifaddr.get_adapters() for ip in adapter.ips]
    addresses = [address for address in found if not ip_address(address).is_loopback]  # everybody's, so nobody's
    for name in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(name, LOGIN)
    monkeypatch.setenv("HOSTNAME", HOST)
    monkeypatch.setenv("HOME", HOME)
    monkeypatch.setattr(socket, "gethostname", lambda: HOST)
    return [LOGIN, HOST, HOME, *(word for word in (*real, *addresses) if len(word) > 2)]


def told(shown: str, canaries: list[str]) -> list[str]:
    return [word for word in canaries if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", shown, re.IGNORECASE)]


@pytest.mark.parametrize("size", ["80x24", "200x60"])
@pytest.mark.parametrize("state", STATES)
async def test_no_screen_tells_login_host_home_or_address(state, size, canaries) -> None:
    async with STATES[state].running(SIZES[size]) as run:
        seen = f"{run.text}\n{run.app.export_screenshot()}".replace("&#160;", " ")
    assert len(seen) > 1000
    assert told(seen, canaries) == []


def test_what_would_tell_is_found(canaries) -> None:
    assert told(f"somebody@{HOST}: {HOME}/notes by {LOGIN.upper()}", canaries) == [LOGIN, HOST, HOME]


async def test_the_window_is_not_titled_by_its_owner(canaries) -> None:
    async with running() as run:
        assert run.app.title == "incog"
        assert run.app.sub_title == ""


async def test_nothing_is_ever_opened(monkeypatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    async with running() as run:
        run.app.open_url("https://example.org/")
        await run.settle()
    assert opened == []


async def test_a_screenshot_fetches_nothing_when_it_is_opened() -> None:
    async with running() as run:
        drawn = run.app.export_screenshot()
    assert "Quiet&#160;Heron" in drawn
    assert re.findall(r"url\((?!#)[^)]*\)|href=\S+|src:", drawn) == []


async def test_no_debugger_is_connected_whatever_the_environment_says(monkeypatch) -> None:
    monkeypatch.setenv("TEXTUAL", "devtools,debug")
    async with running() as run:
        assert run.app.devtools is None


def test_an_unknown_theme_ends_in_a_sentence() -> None:
    with pytest.raises(ThemeError, match=r"^There is no theme 'neon'; there are incog-night, incog-day, .*, ansi\.$"):
        Shell(theme="neon")


def test_the_app_reads_the_terminal_through_the_safe_driver() -> None:
    from tests.tui.fake_meeting import FakeController
    from tui.terminal.driver import SafeDriver

    assert IncogApp(FakeController()).driver_class is SafeDriver
