"""The one place that makes WebSocket requests: what it says of itself, and where it does not follow."""

from __future__ import annotations

import asyncio

import pytest

from net.errors import Unreachable
from net.signalling import Signalling
from tests.net.lab import Lab


def test_a_redirect_to_another_place_is_not_followed_and_little_is_said() -> None:
    lab = Lab()
    heads: list[bytes] = []
    elsewhere: list[bytes] = []

    async def main() -> None:
        async def noted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            elsewhere.append(await reader.read(100))
            writer.close()

        other = await asyncio.start_server(noted, "127.0.0.1", 0)
        place = other.sockets[0].getsockname()[1]

        async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{place}/\r\n".encode())
            writer.write(b"Set-Cookie: track=abc\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(redirect, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        for _ in range(2):
            with pytest.raises(Unreachable):
                await Signalling.connect("127.0.0.1", port, tls=False, guard=lab.guard, witness=lab.witness)
        for each in (server, other):
            each.close()
            await each.wait_closed()

    lab.run(main())
    assert elsewhere == []
    assert len(heads) == 2
    for head in heads:
        names = {line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:] if line}
        assert names == {b"host", b"upgrade", b"connection", b"sec-websocket-version", b"sec-websocket-key"}
