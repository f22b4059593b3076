"""The rendezvous over real sockets on the loopback."""

from __future__ import annotations

import asyncio
import base64
import datetime
import ipaddress
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import ClientWebSocketResponse as Socket
from aiohttp import WSMsgType
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from net import rendezvous
from net.rendezvous import Rendezvous, serve
from net.services.mesh.rendezvous import Limits
from net.services.mesh.wire import (
    Bye,
    Enter,
    From,
    Join,
    Leave,
    Refused,
    ServerMessage,
    To,
    Welcome,
    Why,
    parse_server,
    write,
)
from tests.net.lab import Turns

ROOM = "0" * 32
ANA, BEN = "a" * 16, "b" * 16
UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


@asynccontextmanager
async def running(limits: Limits | None = None) -> AsyncIterator[Place]:
    async with serve("127.0.0.1", 0, limits=limits) as (host, port), aiohttp.ClientSession() as session:
        assert host == "127.0.0.1"
        place = Place(session, host, port)
        yield place
        await place.close()


class Place:
    """A server and those who visit it."""

    def __init__(self, session: aiohttp.ClientSession, host: str, port: int) -> None:
        self.session = session
        self.host = host
        self.port = port
        self.visits: list[Socket] = []

    async def visit(self) -> Socket:
        self.visits.append(await self.session.ws_connect(f"http://{self.host}:{self.port}/"))
        return self.visits[-1]

    async def close(self) -> None:
        for socket in self.visits:
            await socket.close()

    async def joined(self, id: str, *others: str) -> Socket:
        socket = await self.visit()
        await socket.send_str(write(Join(ROOM, id, True)))
        assert await said(socket) == Welcome(id, others, 8)
        return socket

    async def raw(self, request: bytes) -> bytes:
        """Everything that is answered to some bytes."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        writer.write(request)
        try:
            return await asyncio.wait_for(reader.read(), 30)
        except ConnectionError:
            return b""
        finally:
            writer.close()


async def said(socket: Socket) -> ServerMessage:
    message = await socket.receive(timeout=30)
    assert message.type is WSMsgType.TEXT, message
    return parse_server(message.data)


async def closed(socket: Socket) -> int | None:
    message = await socket.receive(timeout=30)
    assert message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED), message
    return socket.close_code


async def test_two_meet_talk_and_part() -> None:
    async with running() as place:
        ana = await place.joined(ANA)
        ben = await place.joined(BEN, ANA)
        assert await said(ana) == Enter(BEN)
        await ana.send_str(write(To(BEN, b"sealed")))
        assert await said(ben) == From(ANA, b"sealed")
        await ben.send_str(write(Bye()))
        assert await closed(ben) == 1000
        assert await said(ana) == Leave(BEN)


async def test_one_whose_connection_breaks_is_gone() -> None:
    async with running() as place:
        ana = await place.joined(ANA)
        ben = await place.joined(BEN, ANA)
        await said(ana)
        assert ben._response.connection is not None
        assert ben._response.connection.transport is not None
        ben._response.connection.transport.abort()
        assert await said(ana) == Leave(BEN)


async def test_one_who_does_not_answer_pings_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendezvous, "HEARTBEAT", 0.4)
    async with running() as place:
        ana = await place.joined(ANA)
        reader, writer = await asyncio.open_connection(place.host, place.port)
        writer.write(UPGRADE + b"\r\n" + frame(write(Join(ROOM, BEN, False)).encode()))
        assert await said(ana) == Enter(BEN)
        assert await said(ana) == Leave(BEN)
        assert b"welcome" in await asyncio.wait_for(reader.read(), 30)
        writer.close()


def frame(payload: bytes) -> bytes:
    """A masked text frame of at most 64 KiB (RFC 6455, section 5.2), masked with zeros."""
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + payload


async def test_who_is_refused_is_told_why_and_closed() -> None:
    async with running() as place:
        for text, why in [(write(Join(ROOM, ANA, False)), Why.NO_ROOM), ("{}", Why.MALFORMED)]:
            socket = await place.visit()
            await socket.send_str(text)
            assert await said(socket) == Refused(why)
            assert await closed(socket) == 1000


async def test_strangers_are_bounded_and_closed() -> None:
    async with running(Limits(strangers=1, join_within=0.2)) as place:
        first = await place.visit()
        second = await place.visit()
        assert await said(second) == Refused(Why.BUSY)
        assert await closed(second) == 1000
        assert await closed(first) == 1000
        third = await place.visit()
        await third.send_str(write(Join(ROOM, ANA, True)))
        assert await said(third) == Welcome(ANA, (), 8)


async def test_messages_that_are_too_long_or_no_text_end_the_connection() -> None:
    async with running() as place:
        long = await place.visit()
        await long.send_str("x" * 65_537)
        assert await closed(long) in (1009, 1006)
        binary = await place.visit()
        await binary.send_bytes(b"bytes")
        assert await closed(binary) == 1000


async def test_a_flood_ends_the_connection() -> None:
    async with running(Limits(rate=1, burst=5)) as place:
        ana = await place.joined(ANA)
        for _ in range(5):
            await ana.send_str(write(To(BEN, b"")))
        assert await closed(ana) == 1000


async def test_a_flood_of_pings_leaves_everybody_else_their_turn() -> None:
    """Nobody needs the link's secret to send them, and the meeting itself runs beside the server."""
    count = 20_000
    async with running() as place:
        reader, writer = await asyncio.open_connection(place.host, place.port)
        writer.write(UPGRADE + b"\r\n" + b"\x89\x80\0\0\0\0" * count + b"\x88\x80\0\0\0\0")
        async with Turns() as turns:
            answer = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        assert b"\x8a\0" in answer
        assert answer.count(b"\x8a\0") < 1000
        assert turns.count >= count // 2


async def test_one_who_does_not_read_is_dropped_and_nobody_waits_for_them() -> None:
    async with running(Limits(rate=1e9, burst=1e9)) as place:
        ana = await place.joined(ANA)
        reader, writer = await asyncio.open_connection(place.host, place.port, limit=1024)
        writer.write(UPGRADE + b"\r\n" + frame(write(Join(ROOM, BEN, False)).encode()))
        assert await said(ana) == Enter(BEN)
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a stream's transport reads, whatever its type
        blob = write(To(BEN, bytes(40_000)))
        for _ in range(400):
            await ana.send_str(blob)
        assert await said(ana) == Leave(BEN)
        cara = await place.joined("c" * 16, ANA)
        await cara.send_str(write(Bye()))
        writer.close()
        del reader


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /else HTTP/1.1\r\nHost: h\r\n\r\n",
        b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx",
        b"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nExpect: the unexpected\r\n\r\n",
        UPGRADE.replace(b"GET /", b"GET /else") + b"\r\n",
        UPGRADE.replace(b"13", b"12") + b"\r\n",
        UPGRADE + b"Sec-WebSocket-Protocol: chat\r\n\r\n",
    ],
)
async def test_everything_else_is_not_here(request_: bytes) -> None:
    async with running() as place:
        answer = await place.raw(request_)
        length = b"" if request_.startswith(b"HEAD") else b"Content-Length: 0\r\n"
        assert answer == b"HTTP/1.1 404 Not Found\r\n" + length + b"Connection: close\r\n\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"hello\r\n\r\n",
        b"GET http://[::1/ HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_not_answered(request_: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with running() as place:
            assert await place.raw(request_) == b""
    assert [record.getMessage() for record in caplog.records if "127.0.0.1" in record.getMessage()] == []


async def test_one_who_asks_for_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendezvous, "FIRST_REQUEST_WITHIN", 0.2)
    async with running() as place:
        for begun in (b"", b"GET / HT"):
            assert await place.raw(begun) == b""
        ana = await place.joined(ANA)
        await asyncio.sleep(0.5)
        await ana.send_str(write(Bye()))
        assert await closed(ana) == 1000


async def test_the_server_tells_nothing_of_itself_and_compresses_nothing() -> None:
    async with running() as place:
        reader, writer = await asyncio.open_connection(place.host, place.port)
        writer.write(UPGRADE + b"Origin: https://elsewhere\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
        writer.close()
    accept = base64.b64encode(bytes.fromhex("b37a4f2cc0624f1690f64606cf385945b2bec4ea"))  # RFC 6455, section 1.3
    assert sorted(head.split(b"\r\n")) == sorted(
        [
            b"HTTP/1.1 101 Switching Protocols",
            b"Upgrade: websocket",
            b"Connection: upgrade",
            b"Sec-WebSocket-Accept: " + accept,
            b"",
            b"",
        ]
    )


async def test_nothing_personal_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with running() as place:
            ana = await place.joined(ANA)
            await place.joined(BEN, ANA)
            await place.raw(UPGRADE + b"Sec-WebSocket-Protocol: chat\r\n\r\n")
            await ana.send_str("malformed")
            assert await said(ana) == Enter(BEN)
    own = [record for record in caplog.records if record.name.startswith(("incog", "aiohttp"))]
    assert own == []


async def test_our_own_faults_are_logged_without_whose_request_it_was(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: Rendezvous, request: object) -> None:
        raise LookupError("a fault")

    monkeypatch.setattr(Rendezvous, "_handle", broken)
    async with running() as place:
        assert await place.raw(UPGRADE + b"\r\n") == b""
    (record,) = [record for record in caplog.records if record.name.startswith("incog")]
    assert record.getMessage() == "the rendezvous failed to handle a request"
    assert "127.0.0.1" not in caplog.text


async def test_stopping_closes_every_connection_and_may_be_repeated() -> None:
    server = Rendezvous()
    host, port = await server.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        place = Place(session, host, port)
        ana, ben = await place.joined(ANA), await place.joined(BEN, ANA)
        begun = asyncio.get_running_loop().time()
        _, entered, code = await asyncio.gather(server.stop(), said(ana), closed(ben))
        assert (entered, code) == (Enter(BEN), 1000)
        assert asyncio.get_running_loop().time() - begun < 2
        await server.stop()
        with pytest.raises(aiohttp.ClientConnectorError):
            await place.visit()
        await place.close()
    await asyncio.sleep(0)
    assert [task.get_name() for task in asyncio.all_tasks() if "rendezvous" in task.get_name()] == []


async def test_a_port_that_is_taken_is_an_error() -> None:
    async with running() as place:
        with pytest.raises(OSError, match="in use"):
            async with serve("127.0.0.1", place.port):
                pytest.fail("it was bound twice")


async def test_behind_tls(tmp_path: Path) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = own_certificate(tmp_path)
    serving.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with serve("127.0.0.1", 0, tls=serving) as (host, port), aiohttp.ClientSession() as session:
        socket = await session.ws_connect(f"https://{host}:{port}/", ssl=trusting)
        await socket.send_str(write(Join(ROOM, ANA, True)))
        assert await said(socket) == Welcome(ANA, (), 8)
        await socket.close()


def own_certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(address, critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
