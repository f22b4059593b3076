"""The one place that makes WebSocket requests: what it says of itself, and where it does not follow."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from hashlib import sha1

import pytest
from aiohttp import web

from net.errors import Unreachable
from net.signalling import Signalling
from tests.net.lab import Lab, Turns


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_redirect_is_not_followed_and_little_is_said(host: str, status: int) -> None:
    """A name is allowed with any port: we would knock at the server's neighbours, or go on without TLS."""
    lab = Lab()
    heads: list[bytes] = []
    knocked: list[bytes] = []

    async def main() -> None:
        async def neighbour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            knocked.append(await reader.read(100))
            writer.close()

        other = await asyncio.start_server(neighbour, "127.0.0.1", 0)
        where = f"http://{host}:{other.sockets[0].getsockname()[1]}/"

        async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(f"HTTP/1.1 {status} Elsewhere\r\nLocation: {where}\r\n".encode())
            writer.write(b"Set-Cookie: track=abc\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(redirect, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        for _ in range(2):
            with pytest.raises(Unreachable, match="sends us elsewhere"):
                await Signalling.connect(host, port, tls=False, guard=lab.guard, witness=lab.witness)
        for each in (server, other):
            each.close()
            await each.wait_closed()

    lab.run(main())
    assert knocked == []
    assert len(heads) == 2
    for head in heads:
        names = {line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:] if line}
        assert names == {b"host", b"upgrade", b"connection", b"sec-websocket-version", b"sec-websocket-key"}


async def server(chosen: str = "", *, long: int = 0) -> tuple[web.AppRunner, int, list[web.Request]]:
    """One that speaks `chosen`, and says a message of `long` bytes."""
    asked: list[web.Request] = []

    async def answer(request: web.Request) -> web.WebSocketResponse:
        asked.append(request)
        socket = web.WebSocketResponse(protocols=(chosen,) if chosen else ())
        await socket.prepare(request)
        if long:
            await socket.send_str("x" * long)
        await socket.receive()
        return socket

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, runner.addresses[0][1], asked


def test_a_path_and_what_must_be_spoken_are_asked_for() -> None:
    lab = Lab()

    async def main() -> None:
        runner, port, asked = await server("janus-protocol", long=200_000)
        try:
            there = await Signalling.connect(
                "127.0.0.1",
                port,
                tls=False,
                guard=lab.guard,
                witness=lab.witness,
                path="/janus/ws",
                subprotocol="janus-protocol",
                max_message=300_000,
            )
            assert there.server_address == "127.0.0.1"
            async for text in there.messages():
                assert len(text) == 200_000
                break
            await there.close()
            assert [(one.path, one.query_string) for one in asked] == [("/janus/ws", "")]
            assert asked[0].headers["Sec-WebSocket-Protocol"] == "janus-protocol"
        finally:
            await runner.cleanup()

    lab.run(main())


def test_who_speaks_something_else_is_not_spoken_to() -> None:
    lab = Lab()

    async def main() -> None:
        runner, port, _ = await server("other-protocol")
        try:
            with pytest.raises(Unreachable, match="does not speak janus-protocol; check the link"):
                await Signalling.connect(
                    "127.0.0.1",
                    port,
                    tls=False,
                    guard=lab.guard,
                    witness=lab.witness,
                    subprotocol="janus-protocol",
                )
        finally:
            await runner.cleanup()

    lab.run(main())


@pytest.mark.parametrize("path", ["/janus?pin=1234", "/janus#key", "janus", "", "/ja nus", "/ja\r\nnus"])
def test_a_path_holds_no_query_and_nothing_else(path: str) -> None:
    lab = Lab()

    async def main() -> None:
        with pytest.raises(ValueError, match="nothing but a path"):
            await Signalling.connect("127.0.0.1", 9, tls=False, guard=lab.guard, witness=lab.witness, path=path)

    lab.run(main())
    assert not lab.guard.allowed


@pytest.mark.parametrize(("what", "frame"), [("pings", b"\x89\0"), ("messages", b"\x81\x02{}"), ("nothing", b"\x81\0")])
def test_a_flood_from_the_server_leaves_everybody_else_their_turn(what: str, frame: bytes) -> None:
    """With thirty thousand bytes a second of pings no key was heard any more, not even the one that mutes."""
    lab = Lab()
    count = 20_000

    async def main() -> None:
        pongs = 0

        async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal pongs
            head = await reader.readuntil(b"\r\n\r\n")
            key = head.lower().partition(b"sec-websocket-key: ")[2].partition(b"\r\n")[0]
            at = head.lower().index(key)
            accept = b64encode(sha1(head[at : at + len(key)] + GUID, usedforsecurity=False).digest())
            writer.write(b"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n")
            writer.write(b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + frame * count + b"\x81\x03end")
            while answer := await reader.read(1 << 16):
                pongs += answer.count(b"\x8a")  # more or less: what is masked may look like one
            writer.close()

        server = await asyncio.start_server(flood, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        line = await Signalling.connect("127.0.0.1", port, tls=False, guard=lab.guard, witness=lab.witness)
        came = 0
        async with Turns() as turns:
            async for message in line.messages():
                came += 1
                if message == "end":
                    break
        assert came == (1 if what == "pings" else count + 1)
        assert turns.count >= count // 2
        await line.close()
        server.close()
        await server.wait_closed()
        assert pongs < 1000

    lab.run(main())


GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3
