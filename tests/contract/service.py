"""What the contract suite must know of a kind of meeting. One small module each, `service_NAME.py`, offers `SERVICES`.

A service that lacks something says so once, in `lacks`; the tests then want the client to say it as well, in one
sentence, to the person who asks for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from net.services.base import Ability
from tests.whole.internet import Internet


@dataclass(frozen=True)
class Way:
    """How somebody's incog is told where to meet: the command, the line it reads first, and its environment."""

    words: tuple[str, ...]
    line: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


class Server(Protocol):
    """A running server of the real software, with one meeting on it."""

    @property
    def address(self) -> str:
        """Where it is, on the small internet."""

    @property
    def secrets(self) -> Sequence[str]:
        """What must be in no URL, no log, no argument and no name of a process. May grow when the meeting opens."""

    def opening(self) -> Way:
        """For whoever opens the meeting, and moderates it where there is such a thing."""

    def opened(self, invitation: str) -> None:
        """Whoever opened it was told this link."""

    def joining(self) -> Way:
        """For everybody who comes later."""

    def kill(self) -> None:
        """End it without a word."""

    def start(self) -> None:
        """Start it again, as it was; returns when it listens."""

    def log(self) -> str:
        """Everything it wrote."""


class Service(Protocol):
    """A kind of meeting."""

    @property
    def name(self) -> str:
        """For the names of tests."""

    @property
    def lacks(self) -> Mapping[Ability, str]:
        """What it has not, each with the reason; everything else is tested."""

    @property
    def invites(self) -> bool:
        """Whoever opens a meeting is told a link to it."""

    @property
    def seals(self) -> bool:
        """What is written is sealed once more inside the channel by which it comes."""

    @property
    def back_within(self) -> float:
        """Seconds after its server is back within which everybody hears everybody."""

    def perhaps(self, fact: str, value: str, audience: str) -> bool:
        """Whether this is foretold only because it may be so in another meeting than the one that is held here."""

    def running(self, net: Internet, folder: Path) -> AbstractContextManager[Server]:
        """A server at the seat "operator" of a small internet, for as long as the block lasts."""


def services() -> dict[str, Service]:
    """All of them, by name."""
    found: dict[str, Service] = {}
    for file in sorted(Path(__file__).parent.glob("service_*.py")):
        module = importlib.import_module(f"tests.contract.{file.stem}")
        found |= {service.name: service for service in module.SERVICES}
    return found
