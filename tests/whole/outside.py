"""The outside: a network of its own for a meeting's processes, and a recorder of every packet in it.

The recorder shares no code with incog: it is the judge of what the ledger says.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest

INCOG = [sys.executable, "-c", "import sys; from tui.main import console; sys.exit(console())"]
"""The installed program, run by this very interpreter."""


def requires_root() -> None:
    """Skip where namespaces cannot be made; CI has root and iproute2, and turns a skip into a failure."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("needs root and iproute2 (the program `ip`) to make a network namespace")


@contextlib.contextmanager
def namespace() -> Iterator[Namespace]:
    """A network namespace in which there is nothing but loopback."""
    requires_root()
    name = f"incog-{secrets.token_hex(4)}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
        yield Namespace(name)
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)


@dataclass
class Namespace:
    """Where a meeting's processes run."""

    name: str

    def start(self, argv: Sequence[str], **kwargs: Any) -> subprocess.Popen[str]:
        """Start a process in it; its output is text."""
        return subprocess.Popen(["ip", "netns", "exec", self.name, *argv], text=True, **kwargs)

    @contextlib.contextmanager
    def recorded(self, into: Path) -> Iterator[Recording]:
        """Record every packet of the namespace until the block ends."""
        recorder = self.start([sys.executable, __file__, str(into)], stdout=subprocess.PIPE)
        recording = Recording(into)
        try:
            assert recorder.stdout is not None
            assert recorder.stdout.readline() == "recording\n"
            yield recording
            time.sleep(0.2)
        finally:
            recorder.send_signal(signal.SIGTERM)
            tail, _ = recorder.communicate(timeout=20)
            recording.dropped = int(tail.split()[-1])


@dataclass(frozen=True)
class Packet:
    """One packet as it was on the wire."""

    protocol: str  # udp, tcp, other
    source: tuple[str, int]
    destination: tuple[str, int]
    payload: bytes

    @property
    def kind(self) -> str:
        """RFC 7983's demultiplexing, written down a second time on purpose."""
        if self.protocol != "udp":
            return self.protocol
        first = self.payload[0] if self.payload else 255
        if first < 4:
            return "STUN"
        if first < 64:
            return "DTLS" if first >= 20 else "other"
        if first < 80:
            return "TURN"
        if 128 <= first < 192:
            return "RTCP" if 192 <= self.payload[1] < 224 else "RTP"
        return "other"


@dataclass
class Recording:
    """All packets of a namespace, after the recorder has ended."""

    path: Path
    dropped: int = -1
    _packets: list[Packet] = field(default_factory=list)

    def packets(self) -> list[Packet]:
        """Every packet once."""
        if not self._packets:
            data = self.path.read_bytes()
            at = 0
            while at < len(data):
                (size,) = struct.unpack_from("!I", data, at)
                self._packets.append(_parse(data[at + 4 : at + 4 + size]))
                at += 4 + size
        return self._packets

    def totals(self) -> dict[tuple[str, str], tuple[int, int]]:
        """UDP packets and payload bytes by destination ("host:port") and kind."""
        packets: Counter[tuple[str, str]] = Counter()
        sizes: Counter[tuple[str, str]] = Counter()
        for packet in self.packets():
            if packet.protocol == "udp":
                key = (f"{packet.destination[0]}:{packet.destination[1]}", packet.kind)
                packets[key] += 1
                sizes[key] += len(packet.payload)
        return {key: (packets[key], sizes[key]) for key in packets}


def _parse(data: bytes) -> Packet:
    if data[0] >> 4 != 4:
        return Packet("other", ("", 0), ("", 0), data)
    header = (data[0] & 15) * 4
    protocol = {17: "udp", 6: "tcp"}.get(data[9], "other")
    source, destination = socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[16:20])
    (length,) = struct.unpack_from("!H", data, 2)
    body = data[header:length]
    if protocol == "other":
        return Packet(protocol, (source, 0), (destination, 0), body)
    ports = struct.unpack_from("!HH", body)
    payload = body[8:] if protocol == "udp" else body[(body[12] >> 4) * 4 :]
    return Packet(protocol, (source, ports[0]), (destination, ports[1]), payload)


class Scripted:
    """An `incog … --json` process in a namespace, and the lines it printed."""

    def __init__(self, where: Namespace, *arguments: str, link: str = "", env: dict[str, str] | None = None) -> None:
        self.lines: list[dict[str, Any]] = []
        self._process = where.start(
            [*INCOG, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
        )
        assert self._process.stdin is not None
        self._process.stdin.write(link + "\n")
        self._process.stdin.flush()

    def wait_for(self, kind: str) -> dict[str, Any]:
        """Read lines until one of this type; fails at the end of the output."""
        out: IO[str] | None = self._process.stdout
        assert out is not None
        for text in out:
            line = json.loads(text)
            self.lines.append(line)
            if line["type"] == kind:
                return dict(line)
        raise AssertionError(f"no {kind!r} among {[line['type'] for line in self.lines]}: {self.errors()}")

    def errors(self) -> str:
        """What it wrote to standard error; waits for its end."""
        assert self._process.stderr is not None
        return self._process.stderr.read()

    def finish(self) -> int:
        """Read to the end; returns the exit status."""
        assert self._process.stdout is not None
        self.lines += [json.loads(text) for text in self._process.stdout]
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        return self._process.wait(timeout=30)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """All lines of a type."""
        return [line for line in self.lines if line["type"] == kind]

    def stop(self) -> None:
        """Ask it to leave, as a person would with Ctrl-C."""
        self._process.terminate()


def _record(path: str) -> None:
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
    wire.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
    running = True

    def stop(*_: object) -> None:
        nonlocal running
        running = False

    signal.signal(signal.SIGTERM, stop)
    wire.settimeout(0.1)
    print("recording", flush=True)
    with open(path, "wb") as out:
        while True:
            try:
                data, address = wire.recvfrom(65536)
            except TimeoutError:
                if not running:
                    break
                continue
            if address[2] == socket.PACKET_OUTGOING:  # on loopback every packet is seen twice
                out.write(struct.pack("!I", len(data)) + data)
    _, dropped = struct.unpack("II", wire.getsockopt(263, 6, 8))  # SOL_PACKET, PACKET_STATISTICS
    print("dropped", dropped, flush=True)


if __name__ == "__main__":
    _record(sys.argv[1])
