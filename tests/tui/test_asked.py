"""What a room asks for: where it comes from, and where it never goes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import keyring.core
import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.errors import Asked, BadLink
from net.services import links
from net.services.janus import link as janus
from net.services.janus.credentials import Credentials
from tests.net.test_vault import InMemory
from tests.tui.configured import asked as asked_for
from tui.cli import Status, UsageError
from tui.compose import asked
from tui.compose.explain import explain
from tui.compose.giving import Giving
from tui.compose.happenings import Joining
from tui.compose.lines import as_object
from tui.main import main

ROOM = "janus+wss://janus.example.org:8989/?room=1234"
OTHER = "janus+wss://janus.example.org:8989/?room=77"
PIN, SECRET, TOKEN = "4242", "adm-in-secret", "tok-en"
MESH = "mesh+ws://127.0.0.1:7000/#AAAAAAAAAAAAAAAAAAAAAA"
TO = janus.parse(ROOM)


@pytest.fixture(autouse=True)
def nothing_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in asked.NAMES:
        monkeypatch.delenv(f"INCOG_{name.upper()}", raising=False)


@pytest.fixture
def system() -> Iterator[InMemory]:
    before = keyring.core._keyring_backend
    backend = InMemory()
    keyring.core.set_keyring(backend)
    yield backend
    keyring.core._keyring_backend = before


# in a link


def test_what_does_not_belong_in_a_link_is_split_off() -> None:
    link, given = asked.split(f"{ROOM}&pin={PIN}&secret={SECRET}&token={TOKEN}")
    assert link == ROOM
    assert given == Credentials(PIN, SECRET, TOKEN)
    assert asked.split(MESH) == (MESH, Credentials())
    with pytest.raises(BadLink):
        asked.split("janus+wss://janus.example.org/?room=")


@pytest.mark.parametrize(
    "page", ["wss://janus.example.org/janus?room=1234&pin=", "https://h.example/x/videoroomtest.html?pin="]
)
def test_also_of_the_plain_forms(page: str) -> None:
    link, given = asked.split(page + PIN)
    assert PIN not in link
    assert given.pin == PIN


@given(st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=6, max_size=40))
def test_nothing_of_it_is_ever_shown(value: str) -> None:
    given_ = Credentials(f"pin-{value}", f"secret-{value}", f"token-{value}")
    settings = asked_for("join", f"{ROOM}&pin=pin-{value}", "--json")
    assert settings.credentials.pin == f"pin-{value}"
    for told in (repr(given_), repr(settings), settings.link, " ".join(settings.remarks), asked.named(given_)):
        assert f"-{value}" not in told
    assert f"-{value}" not in str(as_object(Joining("Reed", "janus", "janus.example.org:8989", "auto", True, False)))


# from files and the environment


def test_files_come_before_the_environment_and_both_before_the_link(tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "pin"
    file.write_text(f"  {PIN}  \nand more\n")
    monkeypatch.setenv("INCOG_PIN", "0000")
    monkeypatch.setenv("INCOG_SECRET", SECRET)
    found = asked_for("join", f"{ROOM}&pin=1&secret=2&token=3", "--headless", "--pin-file", str(file)).credentials
    assert found == Credentials(PIN, SECRET, "3")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file"),
        (b"\n4242\n", "first line of"),
        (b"\xff\xfe4242", "it is no text"),
        (b"4" * 300, "at most 256 characters"),
        (b"42\x0742", "visible characters only"),
    ],
)
def test_a_file_that_holds_none_stops_before_anything_is_contacted(tmp_path: Path, content, why: str) -> None:
    file = tmp_path / "pin"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=why):
        asked_for("join", ROOM, "--headless", "--pin-file", str(file))


def test_a_link_on_the_command_line_is_warned_about_and_one_from_standard_input_is_not(monkeypatch) -> None:
    assert "other users of this machine can read" in " ".join(asked_for("join", f"{ROOM}&pin={PIN}").remarks)
    assert asked_for("join", ROOM).remarks == ()
    monkeypatch.setattr("tui.compose.settings.read_link", lambda given: f"{ROOM}&pin={PIN}")
    settings = asked_for("join", "-")
    assert settings.remarks == ()
    assert settings.credentials.pin == PIN


@pytest.mark.parametrize("option", [("--pin-file", "pin"), ("--ice-server", "stun:192.0.2.8")])
def test_what_is_for_rooms_on_servers_is_refused_for_other_meetings(option: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match=f"{option[0]} is for rooms on somebody's server"):
        asked_for("join", MESH, *option)


def test_a_room_can_be_reached_by_a_relay_of_ones_own() -> None:
    ice = asked_for("join", ROOM, "--headless", "--ice-server", "turn:reed@192.0.2.8", "--addresses", "relay").ice
    assert [one.host for one in ice] == ["192.0.2.8"]


# in the keyring


async def test_what_is_kept_is_found_for_this_room_alone_and_forgotten(system: InMemory) -> None:
    given_ = Credentials(PIN, SECRET)
    assert await asked.keep(TO, given_) == ""
    assert await asked.found(Credentials(), TO) == given_
    assert await asked.found(Credentials(), janus.parse(OTHER)) == Credentials()
    assert await asked.found(Credentials(token=TOKEN), TO) == Credentials(token=TOKEN)
    assert not any("janus" in name or "1234" in name or PIN in name for _, name in system.kept)
    assert await asked.forget(TO) == ""
    assert await asked.found(Credentials(), TO) == Credentials()


def test_it_is_kept_by_a_command_and_burned_with_the_rest(system: InMemory, capsys, monkeypatch) -> None:
    monkeypatch.setattr(links, "_KINDS", {**links._KINDS, "janus": janus})
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["credential", "keep", ROOM]) == Status.USAGE
    assert "no PIN was given" in capsys.readouterr().err
    assert main(["credential", "keep", f"{ROOM}&pin={PIN}"]) == 0
    assert main(["credential", "keep", f"{ROOM}&secret={SECRET}"]) == 0
    said = capsys.readouterr().out
    assert "the PIN of this room at janus.example.org is kept" in said
    assert PIN not in said
    assert [value for (_, name), value in system.kept.items() if name.startswith("room ")] == [
        f'["{PIN}", "{SECRET}", ""]'
    ]
    assert main(["persona", "burn", ROOM]) == 0
    assert "burned: 1 room's PIN, secret or token" in capsys.readouterr().out
    assert not [name for _, name in system.kept if name.startswith("room ")]
    assert main(["credential", "forget", ROOM]) == 0
    assert main(["credential", "keep", "turn:192.0.2.8"]) == Status.USAGE
    assert "is not a STUN or TURN server" in capsys.readouterr().err


# a key of one's own


def test_a_key_is_drawn_for_the_link_of_a_room(capsys) -> None:
    assert main(["key", f"{ROOM}&pin={PIN}"]) == 0
    first = capsys.readouterr().out.strip()
    assert janus.parse(first).public == ROOM
    assert len(janus.parse(first).key) == 16
    assert PIN not in first
    assert main(["key", first]) == 0
    assert janus.parse(capsys.readouterr().out.strip()).key != janus.parse(first).key


@pytest.mark.parametrize("link", [MESH, "https://example.org", f"{ROOM}&plugin=audiobridge"])
def test_none_is_drawn_for_what_can_have_none(link: str, capsys) -> None:
    assert main(["key", link]) == Status.USAGE
    assert capsys.readouterr().out == ""


# when the server asks


def test_being_asked_has_a_status_of_its_own() -> None:
    assert explain(Asked("The room asks for its PIN.", "pin")) == (Status.ASKED, "The room asks for its PIN.")


# in the lobby


def test_what_was_given_for_one_room_is_given_for_no_other() -> None:
    giving = Giving()
    giving.go(ROOM, ROOM)
    assert giving.give("pin", PIN)
    assert not giving.give("pin", PIN)
    giving.toggle_keep()
    giving.go(ROOM[:-1], "")  # while somebody types
    giving.go(ROOM, ROOM)
    assert giving.given.pin == PIN
    giving.go(OTHER, OTHER)
    assert giving.given == Credentials()
    assert not giving.look.keep


def test_what_a_pasted_link_holds_goes_into_its_own_line() -> None:
    giving = Giving()
    assert giving.paste(f"{ROOM}&pin={PIN}") == ROOM
    turn = giving.look.turn
    giving.go(ROOM, ROOM)
    assert giving.given == Credentials(PIN)
    assert giving.look.turn != turn
    assert PIN not in repr(giving.look)
    giving.go(f"{ROOM}&token={TOKEN}", ROOM)  # typed behind it
    assert giving.given == Credentials(PIN, "", TOKEN)
    assert giving.paste("no link") == "no link"


def test_what_cannot_be_given_is_said() -> None:
    giving = Giving()
    giving.give("token", "a\x07")
    assert "visible characters" in giving.trouble
    giving.give("token", "a")
    assert giving.trouble == ""
