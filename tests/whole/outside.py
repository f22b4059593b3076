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
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

INCOG = [sys.executable, "-c", "import sys; from tui.main import console; sys.exit(console())"]
"""The installed program, run by this very interpreter."""


Environment = dict[str, str] | None


def requires_root() -> None:
    """Skip where namespaces cannot be made; CI has root and iproute2, and turns a skip into a failure."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        import pytest  # here, since the recorder, which runs this file, starts faster without it

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
    def recorded(self, into: Path, *, incoming: bool = False) -> Iterator[Recording]:
        """Record every packet that is sent in the namespace, or that comes into it, until the block ends."""
        direction = ["incoming"] if incoming else []
        recorder = self.start([sys.executable, __file__, str(into), *direction], stdout=subprocess.PIPE)
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
    at: float = 0.0  # Unix time
    sequence: int = 0  # of TCP
    opens: bool = False  # a TCP segment that opens a connection

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
                size, when = struct.unpack_from("!Id", data, at)
                self._packets.append(_parse(data[at + 12 : at + 12 + size], when))
                at += 12 + size
        return self._packets

    def totals(self, source: str = "") -> dict[tuple[str, str], tuple[int, int]]:
        """UDP packets and payload bytes, from everybody or one address, by destination ("host:port") and kind."""
        packets: Counter[tuple[str, str]] = Counter()
        sizes: Counter[tuple[str, str]] = Counter()
        for packet in self.packets():
            if packet.protocol == "udp" and source in ("", packet.source[0]):
                key = (f"{packet.destination[0]}:{packet.destination[1]}", packet.kind)
                packets[key] += 1
                sizes[key] += len(packet.payload)
        return {key: (packets[key], sizes[key]) for key in packets}


def _parse(data: bytes, at: float) -> Packet:
    if data[0] >> 4 != 4:
        return Packet("other", ("", 0), ("", 0), data, at)
    header = (data[0] & 15) * 4
    protocol = {17: "udp", 6: "tcp"}.get(data[9], "other")
    source, destination = socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[16:20])
    (length,) = struct.unpack_from("!H", data, 2)
    body = data[header:length]
    if protocol == "other":
        return Packet(protocol, (source, 0), (destination, 0), body, at)
    ports = struct.unpack_from("!HH", body)
    ends = (source, ports[0]), (destination, ports[1])
    if protocol == "udp":
        return Packet(protocol, *ends, body[8:], at)
    (sequence,) = struct.unpack_from("!I", body, 4)
    return Packet(protocol, *ends, body[(body[12] >> 4) * 4 :], at, sequence, bool(body[13] & 2))


class Scripted:
    """An `incog … --json` process in a namespace, and the lines it has printed."""

    def __init__(
        self, where: Namespace, *arguments: str, link: str = "", argv: Sequence[str] = INCOG, env: Environment = None
    ) -> None:
        self.lines: list[dict[str, Any]] = []
        self.errors: list[str] = []
        self._changed = threading.Condition()
        self._process = where.start(
            [*argv, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
        )
        pairs = ((self._process.stdout, self._line), (self._process.stderr, self.errors.append))
        self._readers = [threading.Thread(target=self._read, args=pair) for pair in pairs]
        for reader in self._readers:
            reader.start()
        if link and self._process.stdin is not None:
            self._process.stdin.write(link + "\n")
            self._process.stdin.flush()

    def _line(self, text: str) -> None:
        self.lines.append(json.loads(text))

    def _read(self, stream: IO[str], take: Callable[[str], None]) -> None:
        for text in stream:
            with self._changed:
                take(text)
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def until(self, condition: Callable[[Scripted], bool], seconds: float = 90) -> None:
        """Wait until the lines so far fulfil a condition; fails when the process ends before."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not condition(self):
                left = deadline - time.monotonic()
                ended = not any(reader.is_alive() for reader in self._readers)
                if left <= 0 or ended:
                    kinds = [line["type"] for line in self.lines]
                    raise AssertionError(f"not within {seconds} s: {kinds} {self.lines[-1:]} {self.errors}")
                self._changed.wait(min(left, 1))

    def wait_for(self, kind: str) -> dict[str, Any]:
        """The first line of a type."""
        self.until(lambda me: bool(me.of(kind)))
        return self.of(kind)[0]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """All lines of a type so far."""
        return [line for line in self.lines if line["type"] == kind]

    def stop(self) -> None:
        """Ask it to leave, as a person would with Ctrl-C."""
        self._process.terminate()

    def kill(self) -> None:
        """End it without a word."""
        self._process.kill()

    def finish(self, seconds: float = 60) -> int:
        """Wait for its end; returns the exit status."""
        status = self._process.wait(timeout=seconds)
        for reader in self._readers:
            reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        return status


def _record(path: str, incoming: bool) -> None:
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
    wire.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
    until = float("inf")

    def stop(*_: object) -> None:
        nonlocal until
        until = time.monotonic() + 0.3  # for what is in the buffer still

    signal.signal(signal.SIGTERM, stop)
    wire.settimeout(0.1)
    print("recording", flush=True)
    with open(path, "wb") as out:
        while time.monotonic() < until:
            try:
                data, address = wire.recvfrom(65536)
            except TimeoutError:
                continue
            if (address[2] != socket.PACKET_OUTGOING) is incoming:  # on loopback every packet is seen twice
                out.write(struct.pack("!Id", len(data), time.time()) + data)
    _, dropped = struct.unpack("II", wire.getsockopt(263, 6, 8))  # SOL_PACKET, PACKET_STATISTICS
    print("dropped", dropped, flush=True)


if __name__ == "__main__":
    _record(sys.argv[1], incoming="incoming" in sys.argv[2:])
