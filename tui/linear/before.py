"""Before a meeting, in lines: the lobby, and what joining would tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from tui.linear.lines import ASK, Line, item, named, of_blocks, said
from tui.model import Foretold
from tui.screens.asked import WORDS
from tui.screens.before import blocks


def preview(foretold: Foretold) -> list[Line]:
    """What joining would tell, whom it contacts, and that nothing was sent yet."""
    return of_blocks("Before you join: nothing was sent yet.", blocks(foretold))


def question(foretold: Foretold) -> tuple[str, tuple[str, ...]]:
    """What is asked then, and the answers there are."""
    if foretold.may_draw:
        return "Join, and tell this? yes, no, or another for another alias", ("yes", "no", "another")
    return "Join, and tell this? yes or no", ("yes", "no")


class Chosen(NamedTuple):
    """What was chosen in the lobby."""

    kind: str  # "join", "host", "demo"
    link: str
    alias: str  # empty: a fresh one, which may be drawn again
    given: Mapping[str, str] = MappingProxyType({})  # what the room asks for: pin, secret, token


class Lobby:
    """Asks line by line, before there is a meeting."""

    def __init__(
        self,
        *,
        tell: Callable[[Iterable[Line]], None],
        read: Callable[[], str],
        read_secret: Callable[[Line], str],
        check_link: Callable[[str], str],
        check_alias: Callable[[str], str],
        may_ask: Callable[[str], bool] = lambda link: False,
    ) -> None:
        """`read` gives a line; `read_secret` tells one, and gives one that is not shown while it is typed. Both raise
        `EOFError` at the end.

        `check_link` and `check_alias` give one sentence why something cannot be used; empty when it can. `may_ask`
        says whether the meeting of a link may ask for a PIN, a secret or a token.
        """
        self._tell = tell
        self._read = read
        self._read_secret = read_secret
        self._check_link = check_link
        self._check_alias = check_alias
        self._may_ask = may_ask

    def choose(self) -> Chosen | None:
        """What the person wants; None to end. Raises `EOFError` when there is nothing more to read."""
        self._tell([said("Nothing was contacted yet."), Line("join, host, demo, or leave?", ASK)])
        while True:
            match self._read().strip().lower().removeprefix("/"):
                case "join":
                    return self._join()
                case "host":
                    return Chosen("host", "", self._alias())
                case "demo":
                    return Chosen("demo", "", "")
                case "leave" | "quit" | "no":
                    return None
                case _:
                    self._tell([Line("Type one of join, host, demo or leave.", ASK)])

    def _join(self) -> Chosen | None:
        question = Line("The invitation link? It is not shown while you type or paste it. Nothing to stay out.", ASK)
        while link := self._read_secret(question).strip():
            refusal = self._check_link(link)
            if not refusal:
                given = self._given() if self._may_ask(link) else {}
                return Chosen("join", link, self._alias(), given)
            self._tell([said(refusal)])
        return None

    def _given(self) -> dict[str, str]:
        given: dict[str, str] = {}
        question = Line("Does the room ask for something? pin, secret or token; nothing to go on.", ASK)
        self._tell([question])
        while what := self._read().strip().lower():
            if what in WORDS:
                given[what] = self._read_secret(
                    Line(f"Its {WORDS[what]}? It is not shown while you type.", ASK)
                ).strip()
            self._tell([question])
        return {what: value for what, value in given.items() if value}

    def _alias(self) -> str:
        self._tell([Line("Your alias? Nothing for a fresh one, drawn by chance.", ASK)])
        while alias := self._read().strip():
            refusal = self._check_alias(alias)
            if not refusal:
                self._tell([item(f"You will be {named(alias)}.")])
                return alias
            self._tell([said(refusal), Line("Your alias? Nothing for a fresh one.", ASK)])
        return ""
