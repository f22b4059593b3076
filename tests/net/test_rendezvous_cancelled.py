"""Whoever leaves while their rendezvous starts leaves nothing that listens."""

from __future__ import annotations

import asyncio
import socket

from net.rendezvous import Rendezvous
from net.tasks import cancel, spawn


async def test_a_start_that_is_cancelled_at_any_step_leaves_no_port_open() -> None:
    began = 0
    for steps in range(30):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = Rendezvous()
        task = spawn(server.start("127.0.0.1", port), "start")
        for _ in range(steps):
            await asyncio.sleep(0)
        if task.done():
            began += 1
            await server.stop()
        else:
            await cancel(task)
        with socket.socket() as visitor:
            assert visitor.connect_ex(("127.0.0.1", port)) != 0, steps
    assert 0 < began < 30
