"""What the drivers of all kinds of meeting share, with the plainest of meetings and a real WebSocket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from net import line
from net.driver import MAX_EVENTS, Driver
from net.errors import Lost, MeetingError, PrivacyStop, Unreachable
from net.means import Means
from net.sdp import AddressMode
from net.services.base import (
    Encryption,
    Event,
    Notice,
    Participant,
    PeerId,
    Phase,
    Picture,
    Resynced,
    Source,
)
from net.signalling import Signalling
from privacy.facts import Audience, Fact
from privacy.policy import Policy
from tests.net.lab import Lab, Sends
from tests.net.sfu_lab import Hears
from tests.waits import until

ANA = Participant(PeerId("1"), "ana")


@dataclass
class Plain:
    """A meeting in which everything that is said is a wish: "say …", "tell …", "hang up"."""

    phase: Phase = Phase.CONNECTING
    log: list[str] = field(default_factory=list)
    participants: Mapping[PeerId, Participant] = field(default_factory=lambda: {ANA.id: ANA})
    encryption: Encryption = Encryption.TO_SERVER
    lets_in: bool = True

    def start(self, now: float) -> Sequence[str]:
        return ["say hello"]

    def received(self, text: str, now: float) -> Sequence[str]:
        self.log.append(text)
        if text == "welcome":
            self.phase = Phase.LIVE if self.lets_in else Phase.ENDED
        return []

    def tick(self, now: float) -> Sequence[str]:
        self.log.append("tick")
        return []

    def set_state(self, *, muted: bool, picture: Picture, hand: bool, now: float) -> Sequence[str]:
        return [f"say muted={muted} picture={picture} hand={hand}"]

    def leave(self, now: float) -> Sequence[str]:
        ended, self.phase = self.phase is Phase.ENDED, Phase.ENDED
        return [] if ended else ["say bye", "tell over"]


class PlainDriver(Driver[str, str]):
    """Drives it."""

    def __init__(self, lab: Lab, port: int, meeting: Plain, policy: Policy | None = None) -> None:
        super().__init__(
            meeting,
            Means(Sends(), Hears(), lab.witness, lab.guard, time.monotonic, AddressMode.LOOPBACK, policy=policy),
        )
        self.plain = meeting
        self.lab, self.port = lab, port
        self.hung_up = 0

    async def _connect(self) -> Signalling:
        return await Signalling.connect(
            "127.0.0.1", self.port, tls=False, guard=self.lab.guard, witness=self.lab.witness
        )

    def _perform(self, wish: str) -> None:
        what, _, text = wish.partition(" ")
        if what == "say":
            self._post(text)
        elif what == "hang":
            self._line.hurries = True
            self._post(None)
        else:
            self._emit(Notice(text))

    async def _write(self, signalling: Signalling, message: str) -> None:
        await signalling.send(message, ())

    def _lost(self) -> Sequence[str]:
        self.plain.log.append("lost")
        return []

    def _found(self) -> Sequence[str]:
        self.plain.log.append("found")
        return ["say again"]

    async def _hang_up(self) -> None:
        self.hung_up += 1

    def _error(self) -> MeetingError:
        return Lost("The meeting is over.")


class Server:
    """Welcomes whoever says hello, and notes the rest."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.sockets: list[web.WebSocketResponse] = []

    async def answer(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for message in socket:
            self.heard.append(str(message.data))
            if message.data == "hello":
                await socket.send_str("welcome")
        return socket


def run(
    work: Callable[[PlainDriver, Server], Any], meeting: Plain | None = None, policy: Policy | None = None
) -> tuple[PlainDriver, Server, list[Event | PrivacyStop]]:
    """A meeting that is joined, `work`, and its end; gives what was told."""
    lab = Lab()
    server = Server()
    plain = meeting or Plain()
    told: list[Event | PrivacyStop] = []
    made: list[PlainDriver] = []

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/", server.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.append(PlainDriver(lab, runner.addresses[0][1], plain, policy))
        try:
            await work(made[0], server)
            await made[0].leave()
            try:
                async for event in made[0].events():
                    told.append(event)
            except PrivacyStop as stop:
                told.append(stop)
        finally:
            await runner.cleanup()

    lab.run(main())
    return made[0], server, told


def test_it_joins_tells_what_is_shown_and_leaves() -> None:
    async def work(room: PlainDriver, server: Server) -> None:
        await room.join()
        assert (room.phase, room.encryption) == (Phase.LIVE, Encryption.TO_SERVER)
        assert [*room.participants.values()] == [ANA]
        await room.publish(Source.MICROPHONE, True)
        await room.publish(Source.CAMERA, True)
        await room.publish(Source.SCREEN, True)
        await room.publish(Source.SCREEN, False)
        await room.hand(True)
        await until(lambda: "tick" in room.plain.log)

    room, server, told = run(work)
    assert server.heard == [
        "hello",
        "muted=False picture=hidden hand=False",
        "muted=False picture=camera hand=False",
        "muted=False picture=screen hand=False",
        "muted=False picture=camera hand=False",
        "muted=False picture=camera hand=True",
        "bye",
    ]
    assert told == [Notice("over")]
    assert room.hung_up == 1


def test_who_is_not_let_in_is_told_why() -> None:
    async def work(room: PlainDriver, server: Server) -> None:
        with pytest.raises(Lost, match="The meeting is over"):
            await room.join()

    run(work, Plain(lets_in=False))


def test_nobody_there_is_said_at_once() -> None:
    async def work(room: PlainDriver, server: Server) -> None:
        room.port = 9
        with pytest.raises(Unreachable):
            await room.join()

    run(work)


def test_a_lost_server_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "RETRY", (0.05, 0.1))

    async def work(room: PlainDriver, server: Server) -> None:
        await room.join()
        port, room.port = room.port, 9
        await server.sockets[0].close()
        await until(lambda: "lost" in room.plain.log)
        await asyncio.sleep(0.3)  # nobody is there for a while
        assert "found" not in room.plain.log
        room.port = port
        await until(lambda: "again" in server.heard)

    run(work)


def test_who_hung_up_comes_back_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "RETRY", (3600.0,))

    async def work(room: PlainDriver, server: Server) -> None:
        await room.join()
        room._do(["hang up"])
        await until(lambda: "again" in server.heard)
        room.plain.phase = Phase.ENDED
        room._do(["hang up"])  # and that was the end

    _, server, _ = run(work)
    assert len(server.sockets) == 2


def test_a_front_end_that_takes_nothing_gets_everybody_anew() -> None:
    async def work(room: PlainDriver, server: Server) -> None:
        await room.join()
        room._do([f"tell {number}" for number in range(MAX_EVENTS + 5)])

    _, _, told = run(work)
    assert len(told) < 20
    assert told[0] == Resynced((ANA,))
    assert told[1] == Notice(str(MAX_EVENTS))


def test_a_server_that_takes_nothing_is_told_of() -> None:
    async def work(room: PlainDriver, server: Server) -> None:
        await room.join()
        room._do([f"say {number}" for number in range(line.MAX_WAITING + 3)])
        await until(lambda: str(line.MAX_WAITING - 1) in server.heard)

    _, server, told = run(work)
    assert str(line.MAX_WAITING + 1) not in server.heard
    assert [event for event in told if event != Notice("over")] == [
        Notice("The server takes nothing any more; some messages were not sent.")
    ] * len(told[:-1])
    assert len(told) > 1


def test_what_was_not_agreed_to_ends_it_and_says_so() -> None:
    policy = Policy([(Fact.ADDRESS, "127.0.0.1", audience) for audience in Audience])

    async def work(room: PlainDriver, server: Server) -> None:
        await room.join()
        room._stop("It would have told the participants something.")
        room._stop("And something else.")

    room, _, told = run(work, policy=policy)
    assert told[0] == Notice("over")
    assert str(told[1]) == (
        "incog left the meeting and sent nothing more. It would have told the participants something."
    )
    assert room.hung_up == 1
