"""incog's own meeting, against `incog rendezvous` in a process and on a machine of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from net.services.base import Ability
from tests.contract.service import Way
from tests.whole.internet import OPERATOR, RENDEZVOUS_PORT, Internet, listens
from tests.whole.outside import INCOG, Namespace


@dataclass
class Rendezvous:
    """The server, and the one meeting that is held on it."""

    where: Namespace
    folder: Path
    address: str = OPERATOR
    secrets: list[str] = field(default_factory=list)
    _link: str = ""
    _process: subprocess.Popen[str] | None = None

    def opening(self) -> Way:
        """As the protocol."""
        return Way(("host", "--rendezvous", f"ws://{self.address}:{RENDEZVOUS_PORT}"))

    def opened(self, invitation: str) -> None:
        """As the protocol."""
        self._link = invitation
        self.secrets.append(invitation.partition("#")[2])

    def joining(self) -> Way:
        """As the protocol."""
        return Way(("join", "-"), self._link)

    def start(self) -> None:
        """As the protocol."""
        argv = [*INCOG, "rendezvous", "--listen", f"{self.address}:{RENDEZVOUS_PORT}"]
        with (self.folder / "server.log").open("a") as log:
            self._process = self.where.start(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 20
        while not listens(self._process.pid, RENDEZVOUS_PORT):
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def kill(self) -> None:
        """As the protocol."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=30)

    def log(self) -> str:
        """As the protocol."""
        return (self.folder / "server.log").read_text()


@dataclass(frozen=True)
class Mesh:
    """From person to person."""

    name: str = "mesh"
    invites: bool = True
    seals: bool = False
    back_within: float = 15.0
    lacks: dict[Ability, str] = field(
        default_factory=lambda: {
            Ability.CHOOSE: "everybody's pictures come from them directly",
            Ability.RENAME: "everybody is known by one name",
            Ability.KICK: "nobody is above others",
            Ability.MUTE_OTHERS: "nobody is above others",
            Ability.LOCK: "nobody is above others",
        }
    )

    def perhaps(self, fact: str, value: str, audience: str) -> bool:
        """Whoever opens a meeting may name STUN and TURN servers, which others hand on; nobody did."""
        named = "that the meeting" in value or value.startswith("the relay's") or value == "how it greets by TLS"
        named = named or (fact, audience) == ("server contacted", "participants")
        return audience == "relay" or named

    @contextlib.contextmanager
    def running(self, net: Internet, folder: Path) -> Iterator[Rendezvous]:
        """As the protocol."""
        server = Rendezvous(net.seats["operator"], folder)
        server.start()
        try:
            yield server
        finally:
            server.kill()


SERVICES = [Mesh()]
