"""Debian's Janus in a namespace: as nobody, in the foreground, with a configuration of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.whole.internet import Authority, listens
from tests.whole.outside import Namespace

WS_PORT = 8188
WSS_PORT = 8989
HTTP_PORT = 8088
MEDIA_PORTS = "42000-42199"
ADMIN_SECRET = "admin-of-the-test"
_PLACE = Path("/usr/lib/x86_64-linux-gnu/janus")
_UNUSED = ("duktape", "lua", "nosip", "recordplay", "sip", "voicemail", "videocall", "streaming")
_TRANSPORTS = ("rabbitmq", "mqtt", "nanomsg", "pfunix")


@dataclass
class Janus:
    """A running server. `restart` ends it without a word and starts it again."""

    where: Namespace
    address: str
    folder: Path
    log: Path
    process: subprocess.Popen[str] | None = None
    port: int = WS_PORT
    tls: bool = False
    _argv: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where incog connects to, without a room."""
        return f"janus+ws{'s' if self.tls else ''}://{self.address}:{self.port}/"

    @property
    def recordings(self) -> Path:
        """Where rooms with `record` write."""
        return self.folder / "recordings"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        with self.log.open("a") as log:
            self.process = self.where.start(
                self._argv, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        for _ in range(400):
            if self.process.poll() is not None:
                raise AssertionError(f"janus ended: {self.log.read_text()[-2000:]}")
            if listens(self.process.pid, self.port):
                return
            time.sleep(0.025)
        raise AssertionError(f"janus does not listen on port {self.port}: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """End it without a word."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)


@contextlib.contextmanager
def janus(
    where: Namespace,
    address: str,
    *,
    rooms: str = "",
    bridges: str = "",
    texts: str = "",
    http: bool = False,
    nat: str = "",
    authority: Authority | None = None,
) -> Iterator[Janus]:
    """A server whose WebSocket, HTTP and media are at `address`, for as long as the block lasts.

    `rooms`, `bridges` and `texts` are the rooms of VideoRoom, AudioBridge and TextRoom in the server's own notation:
    `room-1234: { publishers=12 notify_joining=true videocodec="vp8" }`. Others can be made by request. With
    `record=true rec_dir="RECORDINGS"` a room is recorded there. `nat`: how it makes connections, likewise:
    `full_trickle=true`. `authority`: its WebSocket is by TLS alone, with a certificate from there.
    """
    if shutil.which("janus") is None:
        pytest.skip("needs Debian's janus (the program `janus`) for a real meeting server")
    with tempfile.TemporaryDirectory(prefix="incog-janus-") as name:
        folder = Path(name)
        (folder / "recordings").mkdir()
        for path in (folder, folder / "recordings"):
            path.chmod(0o777)
        _write(folder, address, rooms, bridges, texts, http, nat)
        if authority is not None:
            _write_tls(folder, address, authority)
        argv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"]
        argv += ["/usr/bin/janus", "-F", name, "-C", f"{name}/janus.jcfg", "-o"]
        tls = authority is not None
        port = WSS_PORT if tls else WS_PORT
        server = Janus(where, address, folder, folder / "log", port=port, tls=tls, _argv=argv)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _write(folder: Path, address: str, rooms: str, bridges: str, texts: str, http: bool, nat: str) -> None:
    unused = ",".join(f"libjanus_{one}.so" for one in _UNUSED)
    # Loaded without a port to listen on, the HTTP transport now and then takes the server down.
    transports = ",".join(f"libjanus_{one}.so" for one in (*_TRANSPORTS, *(() if http else ("http",))))
    files = {
        "janus.jcfg": f"""
general: {{ configs_folder="{folder}" plugins_folder="{_PLACE}/plugins" transports_folder="{_PLACE}/transports"
  events_folder="{_PLACE}/events" loggers_folder="{_PLACE}/loggers" debug_level=4 debug_colors=false
  interface="{address}" session_timeout=60 reclaim_session_timeout=10 admin_secret="{ADMIN_SECRET}" }}
media: {{ rtp_port_range="{MEDIA_PORTS}" }}
nat: {{ ice_enforce_list="{address}" {nat} }}
plugins: {{ disable="{unused}" }}
transports: {{ disable="{transports}" }}
events: {{ broadcast=false }}
""",
        "janus.transport.websockets.jcfg": f"""
general: {{ json="compact" ws=true ws_port={WS_PORT} ws_ip="{address}" wss=false }}
""",
        "janus.plugin.videoroom.jcfg": f"general: {{}}\n{rooms}\n".replace("RECORDINGS", f"{folder}/recordings"),
        "janus.plugin.audiobridge.jcfg": f"general: {{}}\n{bridges}\n",
        "janus.plugin.textroom.jcfg": f"general: {{}}\n{texts}\n",
    }
    if http:
        files["janus.transport.http.jcfg"] = f"""
general: {{ base_path="/janus" http=true port={HTTP_PORT} ip="{address}" https=false }}
admin: {{ admin_base_path="/admin" admin_http=false }}
"""
    for name, text in files.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o644)


def _write_tls(folder: Path, address: str, authority: Authority) -> None:
    for path, name in ((authority.chain, "chain.pem"), (authority.key, "key.pem")):
        shutil.copy(path, folder / name)
        (folder / name).chmod(0o644)
    (folder / "janus.transport.websockets.jcfg").write_text(f"""
general: {{ json="compact" ws=false wss=true wss_port={WSS_PORT} wss_ip="{address}" }}
certificates: {{ cert_pem="{folder}/chain.pem" cert_key="{folder}/key.pem" }}
""")
