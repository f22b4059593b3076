"""The driver of a Janus meeting against a server in memory that has no media: what it says, and what it does not."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from aiohttp import web

from net.errors import Lost, PrivacyStop, Unreachable
from net.janus import JanusRoom
from net.janus_stand_in import StandIn
from net.means import Means
from net.sdp import AddressMode
from net.services.base import Ability, ChatReceived, Event, Level, Notice, ParticipantJoined, PeerId, Phase, Source
from net.services.janus import actions as act
from net.services.janus.actions import Way
from net.services.janus.credentials import Credentials
from net.services.janus.link import JanusLink
from net.sfu_sdp import Described
from privacy.facts import Audience, Fact
from privacy.persona import named
from privacy.policy import Policy, Telling
from tests.net.lab import Lab, Sends
from tests.net.sfu_lab import Hears
from tests.waits import until

EVERY_FACT = [(fact, "", audience) for fact in Fact for audience in Audience]
"""A policy by which everything may be told, but for names and addresses of which each value must be agreed to."""


class Server:
    """Janus in memory, over real WebSockets."""

    def __init__(self) -> None:
        self.stand_in = StandIn()
        self.heard: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self.port = 0

    async def answer(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("janus-protocol",))
        await socket.prepare(request)
        self.paths.append(request.path_qs)
        name = str(len(self.sockets))
        self.sockets[name] = socket
        async for message in socket:
            self.heard.append(json.loads(message.data))
            for to, text in self.stand_in.received(name, message.data):
                if not self.sockets[to].closed:
                    await self.sockets[to].send_str(text)
        return socket

    def asked(self) -> list[str]:
        """The requests to plugins."""
        return [message["body"]["request"] for message in self.heard if "body" in message]


class Guest:
    """Somebody in the room."""

    def __init__(self, lab: Lab, server: Server, alias: str, **changes: Any) -> None:
        link = JanusLink("127.0.0.1", server.port, False, 1234, path="/janus", **changes.pop("link", {}))
        self.told: list[Event] = []
        self.room = JanusRoom(
            link,
            named(alias, secrets.token_bytes(64)),
            Means(
                **{
                    "outgoing": Sends(),
                    "incoming": Hears(),
                    "witness": lab.witness,
                    "guard": lab.guard,
                    "clock": time.monotonic,
                    "addresses": AddressMode.LOOPBACK,
                    **changes,
                }
            ),
            credentials=Credentials(),
        )

    async def follow(self) -> None:
        async for event in self.room.events():
            self.told.append(event)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.told if isinstance(event, kind)]


def run(work: Callable[[Lab, Server], Any]) -> Server:
    lab, server = Lab(), Server()

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", server.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.port = runner.addresses[0][1]
        try:
            await work(lab, server)
        finally:
            await runner.cleanup()

    lab.run(main())
    return server


def agreed(*more: Telling) -> Policy:
    """To everything but the values of names and addresses, and to `more`."""
    return Policy([*EVERY_FACT, *((Fact.ADDRESS, "127.0.0.1", audience) for audience in Audience), *more])


def names(alias: str) -> Iterable[Telling]:
    return [(Fact.NAME, alias, audience) for audience in Audience]


def test_it_joins_publishes_is_renamed_and_leaves() -> None:
    async def work(lab: Lab, server: Server) -> None:
        ana, ben = Guest(lab, server, "ana"), Guest(lab, server, "ben", policy=agreed(*names("ben")))
        following = [asyncio.ensure_future(guest.follow()) for guest in (ana, ben)]
        for guest in (ana, ben):
            await guest.room.join()
        await until(lambda: bool(ana.of(ParticipantJoined)) and server.asked().count("publish") == 2)
        assert Ability.CHOOSE in ana.room.can
        assert Ability.KICK not in ana.room.may
        (who,) = ana.room.participants.values()
        assert who.name == "ben"
        await ana.room.want(who.id, Source.MICROPHONE, Level.FULL)
        await until(lambda: "start" in server.asked())
        offers = [message["jsep"]["sdp"] for message in server.heard if message.get("jsep", {}).get("type") == "offer"]
        keys = {Described.parse(offer).transport.fingerprint for offer in offers}
        assert len(keys) == 2
        assert ben.room.keys[0] in keys
        assert await ana.room.stats(who.id) is None
        await ben.room.rename("benny")
        await until(lambda: "configure" in server.asked())
        assert ana.room.code(who.id) == ""
        with pytest.raises(ValueError, match="no code to compare"):
            await ana.room.verify(who.id, True)
        with pytest.raises(ValueError, match="no other picture"):
            await ana.room.next_picture(who.id)
        with pytest.raises(ValueError, match="secret"):
            await ana.room.moderate(Ability.KICK, who.id)
        for guest in (ana, ben):
            await guest.room.leave()
            assert guest.room.phase is Phase.ENDED
        await asyncio.gather(*following)

    server = run(work)
    assert set(server.paths) == {"/janus"}
    assert server.heard[-1]["janus"] == "destroy"
    assert not any("policy" in message for message in server.heard)


def test_a_name_that_was_not_agreed_to_is_never_sent() -> None:
    async def work(lab: Lab, server: Server) -> None:
        ana = Guest(lab, server, "ana", policy=agreed(*names("somebody else")))
        with pytest.raises(PrivacyStop, match="another display name than the preview showed"):
            await ana.room.join()
        with pytest.raises(PrivacyStop):
            await ana.follow()

    server = run(work)
    assert "join" not in server.asked()
    assert "ana" not in json.dumps(server.heard)


def test_what_goes_over_data_channels_is_asked_about_first_and_told_after() -> None:
    """Chat to everybody is read by the server, too; nobody agreed to that here."""

    async def work(lab: Lab, server: Server) -> None:
        may = [one for one in EVERY_FACT if one[0] is not Fact.HAND]
        policy = Policy([*may, *names("ana"), *((Fact.ADDRESS, "127.0.0.1", audience) for audience in Audience)])
        ana = Guest(lab, server, "ana", policy=policy)
        await ana.room.join()
        sent: list[str | bytes] = []

        def send(way: Way, data: str | bytes) -> bool:
            sent.append(data)
            return True

        ana.room._ways.send = send  # type: ignore[method-assign]  # there is no media here
        told = len(lab.told)
        ana.room._do([act.SendData(Way.SEND, '{"incog":"1","t":"chat","text":"good day"}')])
        assert sent
        assert Fact.CHAT in {one.fact for one in lab.told[told:]}
        ana.room._do([act.SendData(Way.SEND, '{"incog":"1","t":"state","muted":true,"picture":"hidden","hand":true}')])
        assert len(sent) == 1
        with pytest.raises(PrivacyStop):
            await ana.follow()

    run(work)


def test_messages_that_nobody_takes_are_told_of_now_and_then() -> None:
    async def work(lab: Lab, server: Server) -> None:
        ana = Guest(lab, server, "ana")
        await ana.room.join()
        for _ in range(5):
            ana.room._do([act.SendData(Way.SEND, '{"incog":"1","t":"beat"}')])
        await ana.room.leave()
        await ana.follow()
        assert [one.text for one in ana.of(Notice)].count(
            "The server takes no messages for the others now; some were not sent."
        ) == 1

    run(work)


def test_what_comes_goes_to_the_conversation() -> None:
    async def work(lab: Lab, server: Server) -> None:
        ana, ben = Guest(lab, server, "ana"), Guest(lab, server, "ben")
        await ben.room.join()
        await ana.room.join()
        await until(lambda: len(ana.room.participants) == 1)
        (who,) = ana.room.participants
        ana.room.reports.said(Way.RECEIVE, str(who), "good day")
        ana.room.reports.alive("0")
        ana.room.reports.said(Way.RECEIVE, "nobody", "x")
        for guest in (ana, ben):
            await guest.room.leave()
        await ana.follow()
        assert [(one.sender, one.text) for one in ana.of(ChatReceived)] == [(PeerId(who), "good day")]

    run(work)


def test_a_relay_that_is_needed_and_not_named_ends_it_before_anything_is_sent() -> None:
    async def work(lab: Lab, server: Server) -> None:
        ana = Guest(lab, server, "ana", addresses=AddressMode.RELAY)
        with pytest.raises(Unreachable, match="Only a relay may be used"):
            await ana.room.join()
        ben = Guest(lab, server, "ben")
        await ben.room.join()
        ben.room.reports.hopeless(Unreachable("No relay answers any more."))
        with pytest.raises(Unreachable, match="No relay answers"):
            await ben.follow()

    server = run(work)
    assert len(server.sockets) == 1


def test_an_audiobridge_is_joined_by_its_own_conversation() -> None:
    async def work(lab: Lab, server: Server) -> None:
        ana = Guest(lab, server, "ana", link={"plugin": "audiobridge"})
        await ana.room.join()
        assert Ability.SHOW not in ana.room.can
        await until(lambda: any(message.get("jsep") for message in server.heard))
        (offer,) = [message["jsep"]["sdp"] for message in server.heard if "jsep" in message]
        assert "a=sendrecv" in offer
        await ana.room.leave()

    run(work)


def test_nobody_there_is_said_in_a_sentence() -> None:
    async def work(lab: Lab, server: Server) -> None:
        server.port = 9
        with pytest.raises(Unreachable, match="There is nobody at"):
            await Guest(lab, server, "ana").room.join()
        assert isinstance(Guest(lab, server, "ana").room._error(), Lost)

    run(work)
