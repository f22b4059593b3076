"""What tests of the front ends share."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest


@pytest.fixture
def somewhere() -> Iterator[tuple[str, socket.socket, socket.socket]]:
    """An invitation, and the sockets where whoever follows it would be noticed."""
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as stream,
        closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as datagrams,
    ):
        port = stream.getsockname()[1]
        datagrams.bind(("127.0.0.1", port))
        stream.setblocking(False)
        datagrams.setblocking(False)
        yield f"mesh+ws://127.0.0.1:{port}/#AAAAAAAAAAAAAAAAAAAAAA", stream, datagrams
