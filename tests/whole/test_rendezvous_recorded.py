"""A whole meeting's traffic with the rendezvous, recorded and unmasked: nothing of the people is in it."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from net.rendezvous import serve
from net.services.base import ChatReceived, Source
from net.services.mesh.link import MeshLink
from privacy.facts import Audience
from tests.net.lab import Lab
from tests.net.test_mesh_room import Attendee
from tests.waits import until

ALIASES = ("Velvet Cormorant", "Umber Sandpiper")
SAID = "meet me under the third lantern"
WHISPERED = "and bring the second lantern too"


@asynccontextmanager
async def tapped(port: int, streams: list[bytearray]) -> AsyncIterator[int]:
    """A TCP relay to the rendezvous that keeps every byte, one stream a direction and connection."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, keep: bytearray) -> None:
        while data := await reader.read(65536):
            keep += data
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward = await asyncio.open_connection("127.0.0.1", port)
        up, down = bytearray(), bytearray()
        streams.extend((up, down))
        await asyncio.gather(pump(reader, onward[1], up), pump(onward[0], writer, down), return_exceptions=True)

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def messages(stream: bytes) -> list[bytes]:
    """The WebSocket messages in one direction (RFC 6455 section 5.2), unmasked."""
    head, _, rest = stream.partition(b"\r\n\r\n")
    assert b"websocket" in head.lower()
    found, at = [], 0
    while at + 2 <= len(rest):
        opcode, size, masked, at = rest[at] & 15, rest[at + 1] & 127, rest[at + 1] & 128, at + 2
        if size >= 126:
            form = "!H" if size == 126 else "!Q"
            (size,) = struct.unpack_from(form, rest, at)
            at += struct.calcsize(form)
        mask = rest[at : at + 4] if masked else b"\0" * 4
        at += 4 if masked else 0
        body = bytes(byte ^ mask[n % 4] for n, byte in enumerate(rest[at : at + size]))
        at += size
        if opcode == 1:
            found.append(body)
    return found


def stands_in(text: str, messages: bytes) -> bool:
    """Whether a text is there, in any letters, or coded. Of what is sealed, a few letters say so by chance."""
    plain = text.encode()
    spelt = [plain, plain.hex().encode(), text.encode("utf-16-le"), json.dumps(text).encode()]
    coded = [base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4] for shift in range(3)]
    folded = messages.lower()
    return any(one.lower() in folded for one in spelt) or any(one in messages for one in coded if len(one) >= 8)


def test_what_is_coded_would_be_found() -> None:
    said = base64.b64encode(b"?? a=fingerprint:sha-256 ??")
    assert stands_in("a=fingerprint", said)
    assert stands_in("A=Fingerprint", b"... a=fingerprint:...")
    assert not stands_in("m=audio", said)


def test_the_rendezvous_sees_no_alias_chat_description_or_address() -> None:
    lab = Lab()
    streams: list[bytearray] = []
    codes: list[str] = []

    async def main() -> MeshLink:
        async with serve("127.0.0.1", 0) as (_, real), tapped(real, streams) as port:
            lab.guard.allow("127.0.0.1", real, "the tap", Audience.OPERATOR)
            link = MeshLink("127.0.0.1", port, tls=False, secret=secrets.token_bytes(16))
            first = await Attendee(lab, link, ALIASES[0], 0, new=True).join()
            second = await Attendee(lab, link, ALIASES[1], 1).join()
            await until(lambda: bool(first.names() and second.names()))
            await first.room.publish(Source.MICROPHONE, True)
            await first.room.publish(Source.SCREEN, True)
            await first.room.say(SAID)
            (to,) = first.room.participants
            await first.room.say(WHISPERED, to)
            await until(lambda: [e.private for e in second.log if isinstance(e, ChatReceived)] == [False, True])
            codes.append(first.room.code(to))
            await first.room.leave()
            await second.room.leave()
        return link

    link = lab.run(main())
    frames = [frame for stream in streams for frame in messages(bytes(stream))]
    assert len(frames) > 6
    everything = b"\n".join(frames)
    secret = str(link).partition("#")[2]
    for hidden in (
        *ALIASES,
        "Cormorant",
        SAID,
        "third lantern",
        WHISPERED,
        *codes,
        "screen",
        "m=audio 9 UDP/TLS",
        "a=fingerprint",
        "candidate",
        "127.0.0.1",
    ):
        assert not stands_in(hidden, everything), hidden
    for hidden in (secret, link.secret.hex()):
        assert hidden.lower().encode() not in b"\n".join(bytes(stream).lower() for stream in streams)
    heads = b"\n".join(bytes(stream).partition(b"\r\n\r\n")[0].lower() for stream in streams)
    for disclosing in (b"user-agent", b"aiohttp", b"python", b"cookie", b"accept-language", b"server:", b"deflate"):
        assert disclosing not in heads
