"""A room that asks for something, in lines: before joining, and when its server asks."""

from __future__ import annotations

import getpass
import os

import pytest

from net.errors import Asked
from net.services.janus.credentials import Credentials
from tui.cli import Status
from tui.compose import linear
from tui.compose.settings import Settings
from tui.linear.before import Chosen, Lobby
from tui.linear.lines import Line

ROOM = "janus+wss://janus.example.org:8989/?room=1234"
MESH = "mesh+ws://127.0.0.1:9/#AAAAAAAAAAAAAAAAAAAAAA"


class Typing:
    """Somebody who types these lines, and these secrets."""

    def __init__(self, typed: list[str], secrets: list[str]) -> None:
        self.typed, self.secrets = iter(typed), iter(secrets)
        self.told: list[str] = []
        self.lobby = Lobby(
            tell=lambda lines: self.told.extend(line.text for line in lines),
            read=lambda: next(self.typed),
            read_secret=self._secret,
            check_link=lambda link: "",
            check_alias=lambda alias: "",
            may_ask=lambda link: link.startswith("janus"),
        )

    def _secret(self, question: Line) -> str:
        self.told.append(question.text)
        return next(self.secrets)


def test_what_a_room_asks_for_is_typed_unseen() -> None:
    typing = Typing(["join", "pin", "what?", "token", "", "Reed"], [ROOM, " 4242 ", "tok"])
    chosen = typing.lobby.choose()
    assert chosen == Chosen("join", ROOM, "Reed", {"pin": "4242", "token": "tok"})
    assert typing.told.count("Does the room ask for something? pin, secret or token; nothing to go on.") == 4
    assert "Its PIN? It is not shown while you type." in typing.told


def test_nothing_goes_on_and_other_meetings_are_not_asked_about() -> None:
    assert Typing(["join", "", ""], [ROOM]).lobby.choose() == Chosen("join", ROOM, "", {})
    typing = Typing(["join", ""], [MESH])
    assert typing.lobby.choose() == Chosen("join", MESH, "", {})
    assert not any("ask for something" in line for line in typing.told)


class Sits:
    """In place of a meeting in lines: asks until it was given the PIN."""

    given: list[Credentials]

    def __init__(self, settings: Settings, ground: object, on_happening: object) -> None:
        self._settings = settings
        self.given.append(settings.credentials)

    async def run(self) -> int:
        if self._settings.credentials.pin != "4242":
            raise Asked("The room asks for a PIN.", "pin")
        return Status.LEFT

    def answered(self, what: str, answer: str) -> Settings:
        return Settings(link=MESH, credentials=Credentials(pin=answer))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked for at the terminal; the answers are in the order of typing."""
    questions: list[str] = []
    answers = iter(["1111", "4242"])
    Sits.given = []
    monkeypatch.setattr(linear, "Lines", Sits)

    def ask(question: str) -> str:
        questions.append(question)
        return next(answers)

    monkeypatch.setattr(os, "isatty", lambda number: True)
    monkeypatch.setattr(getpass, "getpass", ask)
    return questions


def test_when_the_server_asks_it_is_typed_unseen_until_it_is_right(asked: list[str]) -> None:
    assert linear.run(Settings(link=MESH), lambda session, happening: None) == Status.LEFT
    assert [given.pin for given in Sits.given] == ["", "1111", "4242"]
    assert len(asked) == 2
    assert "The room asks for a PIN. It goes to 127.0.0.1:9 and nowhere else." in asked[0]


def test_where_nobody_sits_nobody_is_asked(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda number: False)
    with pytest.raises(Asked):
        linear.run(Settings(link=MESH), lambda session, happening: None)
    assert asked == []
