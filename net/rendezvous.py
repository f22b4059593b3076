"""The rendezvous server: an aiohttp driver for `net.services.mesh.rendezvous`.

One WebSocket at "/", nothing else. It says nothing about itself (no Server and no Date header, no error pages), keeps
no access log, and writes no address anywhere.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import WSMsgType, web

from net.services.mesh.rendezvous import Close, Limits, RendezvousCore, Send, Step
from net.services.mesh.wire import FRAME_LIMIT
from net.tasks import cancel, spawn

HEARTBEAT = 10.0
"""Seconds between the pings to a connection; one that does not answer within half of that is gone."""
PONG_EVERY = 0.2
"""Seconds from one answer to a ping to the next: of a flood of them not each is answered (RFC 6455 section 5.5.3)."""
CLOSE_WITHIN = 2.0
"""Seconds a connection has to close properly."""
FIRST_REQUEST_WITHIN = 10.0
"""Seconds a connection has to send its request."""
TICK = 1.0
BACKLOG_MESSAGES = 64
BACKLOG_BYTES = 16 * FRAME_LIMIT
"""What may wait to be sent to one connection; one that reads more slowly is dropped."""

_log = logging.getLogger("incog.rendezvous")
_http_log = logging.getLogger("incog.rendezvous.http")
_http_log.disabled = True  # aiohttp would write the addresses of those who send what is not HTTP


class _Connection:
    """One WebSocket: a bounded queue of what is to be sent, and the task that sends it."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self._socket = socket
        self._transport = transport
        self._queue: deque[str] = deque()
        self._waiting = 0  # bytes
        self._work = asyncio.Event()
        self._ending = False

    def send(self, text: str) -> None:
        """Queue a frame, or drop the connection if it does not keep up."""
        self._waiting += len(text)
        if len(self._queue) >= BACKLOG_MESSAGES or self._waiting > BACKLOG_BYTES:
            self.abort()
            return
        self._queue.append(text)
        self._work.set()

    def end(self) -> None:
        """Close the connection after what is queued."""
        self._ending = True
        self._work.set()

    def abort(self) -> None:
        """Cut the connection."""
        self._ending = True
        self._queue.clear()
        self._transport.abort()
        self._work.set()

    async def write(self) -> None:
        """Send what is queued until the end."""
        try:
            while True:
                while self._queue:
                    text = self._queue.popleft()
                    await self._socket.send_str(text)
                    self._waiting -= len(text)
                if self._ending:
                    break
                self._work.clear()
                await self._work.wait()
            await self._socket.close()
        except ConnectionError:
            pass  # the reader sees the end of it


class _QuietHandler(web.RequestHandler):
    """Answers what is not HTTP, or what goes wrong, by closing: aiohttp's own pages name the software and the time."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Log what is our own fault, without whose request it was; then close."""
        if status == 500 and exc is not None and not isinstance(exc, ConnectionError):
            _log.error("the rendezvous failed to handle a request", exc_info=exc)
        raise ConnectionError("no answer")


class Rendezvous:
    """The server. `start` binds and returns the address; `stop` ends every connection."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._core = RendezvousCore(self._limits)
        self._connections: dict[int, _Connection] = {}
        self._numbers = 0
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self._ticker: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> tuple[str, int]:
        """Listen on one address; port 0 takes a free one. Returns what was bound. Raises `OSError`."""
        app = web.Application(middlewares=[_no_pages])
        app.router.add_route("*", "/{path:.*}", self._handle, expect_handler=_absent)
        app.on_response_prepare.append(_say_nothing)
        self._runner = web.AppRunner(app, access_log=_http_log, logger=_http_log, shutdown_timeout=CLOSE_WITHIN)
        await self._runner.setup()
        manager = self._runner.server
        if manager is None:
            raise RuntimeError("The server was stopped while it started.")
        loop = asyncio.get_running_loop()

        def connection() -> asyncio.Protocol:
            return _QuietHandler(
                manager, loop=loop, access_log=_http_log, logger=_http_log, keepalive_timeout=FIRST_REQUEST_WITHIN
            )

        try:
            self._server = await loop.create_server(
                connection,
                host,
                port,
                ssl=tls,
                ssl_handshake_timeout=FIRST_REQUEST_WITHIN if tls else None,
                start_serving=False,  # else it waits while it listens already, and whoever is cancelled there loses it
            )
            await self._server.start_serving()
        except (OSError, asyncio.CancelledError):
            await self.stop()
            raise
        self._ticker = spawn(self._tick(), "rendezvous ticker")
        bound = self._server.sockets[0].getsockname()
        return str(bound[0]), int(bound[1])

    async def stop(self) -> None:
        """Close every connection and the port. May be called twice."""
        await cancel(self._ticker)
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in tuple(self._connections.values()):
            connection.end()
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._do(self._core.tick(self._now()))

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(
            timeout=CLOSE_WITHIN,
            heartbeat=HEARTBEAT,
            compress=False,
            max_msg_size=self._limits.message,
            autoping=False,
        )
        transport = request.transport
        # Whoever offers a subprotocol is refused because aiohttp would log their address.
        if (
            transport is None
            or request.path != "/"
            or "Sec-WebSocket-Protocol" in request.headers
            or not socket.can_prepare(request)
        ):
            return await _absent(request)
        await socket.prepare(request)
        self._numbers += 1
        number = self._numbers
        connection = self._connections[number] = _Connection(socket, transport)
        writer = spawn(connection.write(), "rendezvous writer")
        try:
            self._do(self._core.opened(number, self._now()))
            answered = float("-inf")  # when a ping was
            async for message in socket:
                await asyncio.sleep(0)  # what has come already is had without waiting: others have their turn
                if message.type is WSMsgType.PING:
                    if self._now() - answered >= PONG_EVERY:
                        answered = self._now()
                        await socket.pong(message.data)
                    continue
                if message.type is WSMsgType.PONG:
                    continue
                if message.type is not WSMsgType.TEXT:
                    break
                self._do(self._core.received(number, message.data, self._now()))
        finally:
            del self._connections[number]
            self._do(self._core.closed(number, self._now()))
            connection.end()
            await asyncio.wait([writer], timeout=CLOSE_WITHIN)
            await cancel(writer)
        return socket

    def _do(self, steps: list[Step]) -> None:
        for step in steps:
            connection = self._connections.get(step.conn) if isinstance(step.conn, int) else None
            match step:
                case Send(_, text) if connection is not None:
                    connection.send(text)
                case Close() if connection is not None:
                    connection.end()
                case _:
                    pass  # they went in the meantime


async def _absent(request: web.Request) -> web.Response:
    response = web.Response(status=404)
    response.force_close()
    return response


@web.middleware
async def _no_pages(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer what has no route, such as `OPTIONS *`, like everything else that is not here."""
    try:
        return await handler(request)
    except web.HTTPException:
        return await _absent(request)


async def _say_nothing(request: web.Request, response: web.StreamResponse) -> None:
    """Take out what aiohttp says about itself and the time."""
    for name in ("Server", "Date", "Content-Type"):
        response.headers.pop(name, None)


@asynccontextmanager
async def serve(
    host: str, port: int, tls: ssl.SSLContext | None = None, limits: Limits | None = None
) -> AsyncIterator[tuple[str, int]]:
    """Run a rendezvous for as long as the context lasts; gives the host and port that were bound.

    Raises `OSError` when the address cannot be had.
    """
    server = Rendezvous(limits)
    bound = await server.start(host, port, tls)
    try:
        yield bound
    finally:
        await server.stop()
