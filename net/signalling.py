"""The one place that makes WebSocket requests.

No User-Agent, no cookies, no redirects, no proxy from the environment, no compression (its size would tell of the
contents), TLS always verified, names looked up once. Every request and every message is shown to the witness as it
leaves.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Collection, Iterator
from types import SimpleNamespace

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

from net.errors import Unreachable
from net.guard import Guard
from net.tellings import Told, by_signalling, seen_from
from net.witness import Witness
from privacy.facts import Audience, Fact
from privacy.policy import Telling

MAX_MESSAGE = 64 * 1024
CONNECT_TIMEOUT = 10.0
PONG_EVERY = 0.2
"""Seconds from one answer to a ping to the next."""
SILENCE = 25.0
"""Seconds without anything from the server, which asks every ten seconds whether we are there, until it is gone."""


class _PinnedResolver(ThreadedResolver):
    """Looks up only what the guard allows, and allows just the addresses found."""

    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        for answer in found:
            self._guard.allow(answer["host"], port, f"an address of {host}", Audience.OPERATOR)
        return found


class Signalling:
    """A WebSocket to the meeting's server."""

    def __init__(self, witness: Witness, destination: str, encrypted: bool) -> None:
        self.destination = destination
        self.encrypted = encrypted
        self.local_address = self.seen_address = self.server_address = ""
        self._witness = witness
        self._presence: Collection[Told] = ()
        self._answered = float("-inf")  # when a ping was
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    @classmethod
    async def connect(
        cls,
        host: str,
        port: int,
        *,
        tls: bool,
        guard: Guard,
        witness: Witness,
        path: str = "/",
        subprotocol: str = "",
        max_message: int = MAX_MESSAGE,
    ) -> Signalling:
        """Open a WebSocket to `host:port`. Raises `Unreachable`.

        `path` has no query: what stands in a request ends up in logs. `subprotocol`: what the server must speak (RFC
        6455 section 1.9). `max_message`: bytes of the longest message that is taken.
        """
        if re.fullmatch(r"/[0-9A-Za-z._~!$&'()*+,;=:@%/-]*", path) is None:
            raise ValueError("the path of a request holds nothing but a path")
        literal = f"[{host}]" if ":" in host else host
        self = cls(witness, f"{literal}:{port}", tls)
        guard.allow(host, port, "the meeting's server, from the link", Audience.OPERATOR)
        self._session = self._bare_session(guard)
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                self._socket = await self._session.ws_connect(
                    f"{'wss' if tls else 'ws'}://{literal}:{port}{path}",
                    protocols=(subprotocol,) if subprotocol else (),
                    compress=0,
                    max_msg_size=max_message,
                    autoping=False,
                    timeout=aiohttp.ClientWSTimeout(ws_receive=SILENCE, ws_close=2.0),
                    ssl=ssl.create_default_context() if tls else True,
                )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            await self._session.close()
            raise Unreachable(_why(self.destination, error)) from error
        except BaseException:
            await self._session.close()
            raise
        if subprotocol and self._socket.protocol != subprotocol:
            await self.close()
            raise Unreachable(f"What answers at {self.destination} does not speak {subprotocol}; check the link.")
        self._note_addresses(self._socket)
        return self

    def _bare_session(self, guard: Guard) -> aiohttp.ClientSession:
        """One that sends no header that it need not, keeps no cookie, and shows the witness what it sends."""
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(self._headers_sent)
        trace.on_request_redirect.append(_elsewhere)
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=_PinnedResolver(guard), limit=1),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[trace],
            trust_env=False,
        )

    def _note_addresses(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        here, there = socket.get_extra_info("sockname"), socket.get_extra_info("peername")
        self.local_address = here[0] if here else ""
        self.server_address = there[0] if there else ""
        self.seen_address = seen_from(self.local_address, there[0]) if there else self.local_address

    async def send(self, text: str, facts: Collection[Told], *, shown: str = "") -> bool:
        """Send one message, in which the server reads `facts`. False when the socket is gone.

        `shown` is the message without what must be repeated nowhere, a PIN for one, not even as evidence.
        """
        if self._socket is None or self._socket.closed:
            return False
        try:
            await self._socket.send_str(text)
        except (ConnectionError, aiohttp.ClientError):
            return False
        self._presence = tuple(one for one in facts if one[0] is Fact.PRESENCE) or self._presence
        self._witness.signalled(
            self.destination,
            text,
            source=self.local_address,
            seen=self.seen_address,
            encrypted=self.encrypted,
            facts=facts,
            shown=shown,
        )
        return True

    def telling(self, facts: Collection[Told]) -> Iterator[Telling]:
        """What a message in which the server reads `facts` would tell, and whom."""
        return by_signalling(
            facts, self.local_address, self.destination, seen=self.seen_address, encrypted=self.encrypted
        )

    async def messages(self) -> AsyncIterator[str]:
        """Text messages until the socket closes. Anything else but a ping ends the connection."""
        while self._socket is not None:
            try:
                message = await self._socket.receive()
            except TimeoutError:
                return
            await asyncio.sleep(0)  # what has come already is had without waiting, however much: others have their turn
            if message.type is aiohttp.WSMsgType.PING:
                await self._pong(message.data)
            elif message.type is aiohttp.WSMsgType.TEXT:
                yield message.data
            else:
                return

    async def _pong(self, payload: bytes) -> None:
        """Answer a ping. The library would do it unseen; it tells the operator that we are still here.

        Of many in a row not each is answered (RFC 6455 section 5.5.3): they cost two bytes, and an answer much more.
        """
        now = asyncio.get_running_loop().time()
        if self._socket is not None and not self._socket.closed and now - self._answered >= PONG_EVERY:
            self._answered = now
            await self._socket.pong(payload)
            self._witness.signalled(
                self.destination,
                f"(answer to a ping, {len(payload)} bytes)",
                source=self.local_address,
                seen=self.seen_address,
                encrypted=self.encrypted,
                facts=self._presence,
            )

    async def close(self) -> None:
        """Close politely. Safe to call twice."""
        if self._socket is not None:
            await self._socket.close()
        if self._session is not None:
            await self._session.close()

    async def _headers_sent(
        self, session: aiohttp.ClientSession, context: SimpleNamespace, sent: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        self._witness.requested(self.destination, dict(sent.headers))


class _Redirected(aiohttp.ClientError):
    """The server sends us elsewhere."""


async def _elsewhere(*_: object) -> None:
    """Nothing is followed, not even to the same host: there it may be another port, or without TLS."""
    raise _Redirected


def _why(destination: str, error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return f"Nobody answered at {destination} within {CONNECT_TIMEOUT:.0f} seconds; check the link and the network."
    if isinstance(error, _Redirected):
        return f"What answers at {destination} sends us elsewhere, which incog does not follow; check the link."
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return f"The server at {destination} could not prove its identity, so nothing was sent to it; check the link."
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return f"What answers at {destination} is not a meeting server (it said {error.status}); check the link."
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"The name in {destination} could not be looked up; check the link and the network."
    return f"There is nobody at {destination}; the meeting may be over, or the link is mistyped."
