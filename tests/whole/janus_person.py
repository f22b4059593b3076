"""Somebody in a Janus room: the driver itself in a process of its own, at a seat of the small internet.

As a program it reads one JSON command a line and writes what happens, one JSON object a line.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from net.means import Means
from tests.whole.outside import Namespace

ROOT = Path(__file__).parents[2]
COLOURS = {"ana": (200, 30, 30), "ben": (30, 200, 30), "cleo": (30, 30, 200), "dan": (200, 200, 30)}
TONES = {"ana": 440.0, "ben": 660.0, "cleo": 880.0, "dan": 1100.0}


class Person:
    """A started program."""

    def __init__(self, where: Namespace, address: str, link: str, name: str, **options: Any) -> None:
        """`options` as `_main` takes them."""
        self.name = name
        self.lines: list[dict[str, Any]] = []
        asked = json.dumps({"address": address, "link": link, "name": name, **options})
        self.process = where.start(
            [sys.executable, __file__, asked],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def do(self, what: str, *arguments: Any) -> None:
        """Give a command."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([what, *arguments]) + "\n")
        self.process.stdin.flush()

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The lines of a kind so far."""
        return [line for line in self.lines if line["type"] == kind]

    def until(self, condition: Callable[[Person], Any], seconds: float = 30) -> Any:
        """Wait until something is so; gives what `condition` gave."""
        end = time.monotonic() + seconds
        while not (found := condition(self)):
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"{self.name}: {json.dumps(self.lines[-12:], indent=1)}")
            time.sleep(0.02)
        return found

    def look(self) -> dict[str, Any]:
        """Who is heard and seen since the last look, and how."""
        before = len(self.of("look"))
        self.do("look")
        return dict(self.until(lambda person: person.of("look")[before:])[0])

    def perceives(self, *names: str, seconds: float = 30, pictures: bool = True) -> dict[str, Any]:
        """Wait until these people are heard by their tone and seen by their colour, and nobody else is.

        Without `pictures` they are not seen at all.
        """

        def so(person: Person) -> Any:
            time.sleep(0.6)
            found = person.look()
            people = found["people"]
            right = all(name in people and _is(name, people[name], pictures) for name in names)
            return found if right and set(people) == set(names) else None

        return dict(self.until(so, seconds))

    def end(self) -> int:
        """Leave, if that is still to be done; gives the exit status."""
        try:
            if self.process.poll() is None:
                self.do("leave")
            self.process.wait(timeout=30)
        finally:
            self.process.kill()
            self._reader.join()
            for stream in (self.process.stdin, self.process.stdout):
                assert stream is not None
                stream.close()
        return self.process.returncode


def _is(name: str, found: dict[str, Any], pictures: bool) -> bool:
    if found["voice"] < 20 or abs(found["hertz"] - TONES[name]) >= 20:
        return False
    colours = zip(found["rgb"], COLOURS[name], strict=True)
    alike = found["pictures"] >= 3 and all(abs(x - y) < 30 for x, y in colours)
    return alike if pictures else found["pictures"] == 0


# the program


async def _main(asked: dict[str, Any]) -> None:
    from net.errors import MeetingError
    from net.janus import JanusRoom
    from net.sdp import AddressMode
    from net.services.base import Ability, Level, ParticipantChanged, ParticipantJoined, Resynced, Source
    from net.services.janus.credentials import Credentials
    from net.services.janus.link import parse
    from net.tasks import cancel, spawn
    from privacy.persona import named
    from tests.net.lab import Receives, Sends

    name = asked["name"]
    began = time.monotonic()

    def say(kind: str, /, **told: Any) -> None:
        print(json.dumps({"type": kind, "at": round(time.monotonic() - began, 3), **told}, default=str), flush=True)

    class Incoming:
        def __init__(self) -> None:
            self.people: dict[str, Receives] = {}
            self.first: set[tuple[str, str]] = set()

        def _of(self, peer: str, kind: str) -> Receives:
            if (kind, peer) not in self.first:
                self.first.add((kind, peer))
                say("first", what=kind, name=called(peer))
            return self.people.setdefault(called(peer), Receives())

        def heard(self, peer: str, frame: Any) -> None:
            self._of(peer, "voice").heard(peer, frame)

        def seen(self, peer: str, frame: Any) -> None:
            self._of(peer, "picture").seen(peer, frame)

        def gone(self, peer: str) -> None:
            say("gone", name=called(peer))

    names: dict[str, str] = {}

    def called(peer: str) -> str:
        return names.get(peer, peer)

    incoming = Incoming()
    room = JanusRoom(
        parse(asked["link"]),
        named(asked.get("alias", name), secrets.token_bytes(64)),
        Means(
            outgoing=Sends(TONES[name], COLOURS[name]),
            incoming=incoming,
            witness=_LAB.witness,
            guard=_LAB.guard,
            clock=time.monotonic,
            addresses=AddressMode(asked.get("mode", "local")),
        ),
        credentials=Credentials(**asked.get("credentials", {})),
    )

    async def wants(who: Any) -> None:
        names[who.id] = who.name
        for source in (Source.MICROPHONE, Source.CAMERA):
            await room.want(who.id, source, Level.FULL)

    async def follow() -> None:
        async for event in room.events():
            match event:
                case ParticipantJoined(who) | ParticipantChanged(who):
                    await wants(who)
                case Resynced(everybody):
                    for who in everybody:
                        await wants(who)
            fields = {one.name: getattr(event, one.name) for one in dataclasses.fields(event)}
            if who := fields.pop("participant", None):
                fields |= {"name": who.name, "muted": who.muted, "camera": who.camera, "hand": who.hand}
                fields |= {"picture": who.picture, "also": who.also}
                fields |= {"link": who.link, "missing": {str(source): why for source, why in who.missing.items()}}
            if everybody := fields.pop("participants", None):
                fields["names"] = [who.name for who in everybody]
            say(type(event).__name__, **fields)

    def look() -> None:
        people = {
            who: {
                "voice": len(of.voice),
                "pictures": len(of.pictures),
                "hertz": of.hertz() if len(of.voice) > 10 else 0,
                "tones": sorted(
                    tone for tone, hertz in TONES.items() if len(of.voice) > 10 and of.strength(hertz) > 0.2
                ),
                "rgb": of.rgb() if of.pictures else (0, 0, 0),
            }
            for who, of in incoming.people.items()
            if of.voice or of.pictures
        }
        incoming.people.clear()
        say("look", people=people, phase=room.phase, names=[who.name for who in room.participants.values()])

    def id_of(name: str) -> Any:
        return next(pid for pid, who in room.participants.items() if who.name == name)

    async def obey() -> None:
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            what, *arguments = json.loads(line)
            try:
                match what:
                    case "look":
                        look()
                    case "say":
                        await room.say(*arguments)
                    case "tell":
                        await room.say(arguments[0], id_of(arguments[1]))
                    case "rename":
                        await room.rename(arguments[0])
                    case "moderate":
                        what, whom, on = arguments
                        await room.moderate(Ability(what), whom and id_of(whom), on)
                    case "publish":
                        await room.publish(Source(arguments[0]), arguments[1])
                    case "next picture":
                        await room.next_picture(id_of(arguments[0]))
                    case "hand":
                        await room.hand(arguments[0])
                    case "stats":
                        (peer,) = [pid for pid, who in room.participants.items() if who.name == arguments[0]]
                        say("stats", stats=repr(await room.stats(peer)))
                    case "cut":  # the WebSocket breaks, as when a network goes away
                        signalling = room._line._signalling
                        if signalling is not None and signalling._socket is not None:
                            transport = signalling._socket._writer.transport
                            if transport is not None:
                                transport.abort()
                    case "leave":
                        await room.leave()
            except ValueError as error:
                say("refused", why=str(error))

    obeying = spawn(obey(), "obey")
    try:
        await room.join()
    except MeetingError as error:
        say("failed", why=str(error), error=type(error).__name__)
        await cancel(obeying)
        return
    say("joined", can=sorted(room.can), may=sorted(room.may))
    await room.publish(Source.MICROPHONE, True)
    await room.publish(Source.CAMERA, asked.get("camera", True))
    await follow()
    _LAB.witness.flush()
    say("left", refused=[str(one) for one in _LAB.guard.refusals], keys=len(room.keys))
    await cancel(obeying)


if __name__ == "__main__":
    from net.loop import WitnessedLoop
    from tests.net.lab import Lab

    _LAB = Lab()
    with _LAB.guard.active(), asyncio.Runner(loop_factory=lambda: WitnessedLoop(lambda: _LAB.witness)) as runner:
        runner.run(_main(json.loads(sys.argv[1])))
