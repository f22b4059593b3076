"""The kernel's layer. Whatever really confines runs in a process of its own, since it cannot be taken off again."""

from __future__ import annotations

import asyncio
import errno
import json
import platform
import socket
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest

from net.confine import confinement, kernel, landlock, seccomp
from net.confine.confinement import Confinement, State, examine, secluded
from net.confine.loop import ConfinedLoop
from net.confine.outside import Outside, dial
from net.guard import Blocked
from net.loop import WitnessedLoop
from privacy.facts import Audience
from tests.net.lab import Lab

ROOT = Path(__file__).parents[2]
with_landlock = pytest.mark.skipif(landlock.abi() < landlock.ABI_WITH_TCP, reason="needs Landlock ABI 4 (Linux 6.7)")
with_seccomp = pytest.mark.skipif(not seccomp.available(), reason="needs seccomp on x86_64 or aarch64")

START = """
import json, socket, subprocess, sys, threading, errno
from concurrent.futures import ThreadPoolExecutor
from net.confine.confinement import confine, enter_thread

def tried(act):
    try:
        act()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"

def in_thread(act):
    told = []
    thread = threading.Thread(target=lambda: told.append(act()))
    thread.start()
    thread.join(20)
    return told[0]

def listener():
    return socket.create_server(("127.0.0.1", 0))

def connect(port):
    return lambda: socket.create_connection(("127.0.0.1", port), timeout=5).close()

def by_libav(port):
    import av
    return lambda: av.open(f"http://127.0.0.1:{port}/", timeout=5).close()
"""


def confined(code: str) -> Any:
    """What `say` was given by code in a process of its own."""
    whole = START + textwrap.dedent(code) + "\nprint(json.dumps(said))\n"
    command = [sys.executable, "-c", whole]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# --- Landlock


@with_landlock
def test_every_thread_but_one_is_refused_tcp_by_the_kernel() -> None:
    said = confined("""
    open_port = listener()
    open_port.settimeout(0.3)
    port = open_port.getsockname()[1]
    early = ThreadPoolExecutor(1)
    early.submit(int).result()
    import av
    confinement = confine()
    said = {
        "state": [layer.state.name for layer in confinement.layers],
        "main": tried(connect(port)),
        "thread": in_thread(lambda: tried(connect(port))),
        "executor": confinement.executor().submit(tried, connect(port)).result(),
        "libav": tried(by_libav(port)),
        "libav in a thread": in_thread(lambda: tried(by_libav(port))),
        "program": subprocess.run(
            [sys.executable, "-c", f"import socket; socket.create_connection(('127.0.0.1', {port}))"],
            stderr=subprocess.DEVNULL,
        ).returncode,
        "names": confinement.outside.names.submit(tried, connect(port)).result(),
    }
    try:
        open_port.accept()
        said["called"] = True
    except TimeoutError:
        said["called"] = False
    said["dialler"] = confinement.outside.dialler.submit(tried, connect(port)).result()
    open_port.accept()
    said["again"] = confine() is confinement
    """)
    assert said["state"][0] == "ON"
    assert said["called"] is False
    assert said["program"] == 1
    refused = {"main", "thread", "executor", "libav", "libav in a thread", "names"}
    assert {name for name in said if said[name] == "EACCES"} == refused
    assert said["dialler"] == "done"
    assert said["again"] is True


@with_landlock
def test_threads_for_names_reach_the_port_of_names_and_listen_nowhere() -> None:
    said = confined("""
    names = confine().outside.names
    said = [
        names.submit(tried, connect(53)).result(),
        names.submit(tried, connect(54)).result(),
        names.submit(tried, listener).result(),
        names.submit(tried, lambda: socket.getaddrinfo("localhost", 1)).result(),
    ]
    """)
    assert said[0] != "EACCES"  # nobody serves names here, and the kernel asked who does
    assert said[1:] == ["EACCES", "EACCES", "done"]


@with_landlock
def test_what_listens_goes_on_and_nothing_more_begins_to() -> None:
    said = confined("""
    confinement = confine()
    before = listener()
    confinement.stop_listening()
    for _ in range(20):  # more often than the kernel takes layers
        confinement.stop_listening()
    said = [tried(listener), in_thread(lambda: tried(listener)), confinement.trouble]
    connection = confinement.outside.dialler.submit(socket.create_connection, before.getsockname()).result()
    said.append(len(before.accept()))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    said.append(tried(lambda: udp.bind(("127.0.0.1", 0))))
    said.append(tried(lambda: udp.sendto(b"x", udp.getsockname())))
    """)
    assert said == ["EACCES", "EACCES", "", 2, "done", "done"]


# --- seccomp


def answer(here: seccomp.Machine, architecture: int, number: int, argument: int) -> int:
    """What a filter returns: classic BPF, as far as ours goes, on a struct seccomp_data."""
    data = {0: number & 0xFFFFFFFF, 4: architecture, 16: argument & 0xFFFFFFFF}
    program, at, accumulator = seccomp.program(here), 0, 0
    while True:
        operation, if_true, if_false, operand = program[at]
        at += 1
        match operation:
            case 0x20:
                accumulator = data[operand]
            case 0x15:
                at += if_true if accumulator == operand else if_false
            case 0x25:
                at += if_true if accumulator > operand else if_false
            case 0x06:
                return operand


REFUSED = 0x00050000 | errno.EACCES
ALLOWED = 0x7FFF0000


@pytest.mark.parametrize("name", list(seccomp.MACHINES))
def test_the_filter_lets_local_sockets_pass_and_no_other(name: str) -> None:
    here = seccomp.MACHINES[name]
    others = {machine.audit for machine in seccomp.MACHINES.values()} - {here.audit}
    assert answer(here, here.audit, here.socket, socket.AF_UNIX) == ALLOWED
    for family in (*range(1), *range(2, 64), 2**31, -1):
        assert answer(here, here.audit, here.socket, family) == REFUSED
    for number in {0, 1, 42, 200, 424, 426, 461} - {here.socket}:
        assert answer(here, here.audit, number, socket.AF_INET) == ALLOWED
    assert answer(here, here.audit, 425, 0) == REFUSED  # io_uring_setup
    for architecture in (*others, 0x40000003, 0x40000028, 0):  # i386 and arm among them
        assert answer(here, architecture, 0, 0) == REFUSED
    assert answer(seccomp.MACHINES["x86_64"], 0xC000003E, 0x40000029, socket.AF_INET) == REFUSED  # x32's own `socket`


@with_seccomp
def test_a_media_thread_gets_local_sockets_only_and_the_others_what_they_need() -> None:
    said = confined("""
    import av
    def families():
        enter_thread()
        enter_thread()
        kinds = ("AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_UNIX")
        told = {kind: tried(lambda: socket.socket(getattr(socket, kind), socket.SOCK_DGRAM).close()) for kind in kinds}
        told["pair"] = tried(lambda: socket.socketpair())
        told["child"] = in_thread(lambda: tried(lambda: socket.socket().close()))
        told["libav"] = tried(by_libav(port))
        return told
    from net.confine import landlock
    landlock.abi = lambda: 0  # so that nothing else refuses
    open_port = listener()
    port = open_port.getsockname()[1]
    confinement = confine()
    with ThreadPoolExecutor(1) as threads:
        said = [threads.submit(families).result(), confinement.executor().submit(families).result()]
    said.append(tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()))
    said.append(in_thread(lambda: tried(lambda: socket.socket().close())))
    said.append([layer.state.name for layer in confinement.layers][1])
    """)
    refused = dict.fromkeys(("AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "child", "libav"), "EACCES")
    assert said[0] == said[1] == {**refused, "AF_UNIX": "done", "pair": "done"}
    assert said[2:] == ["done", "done", "ON"]


@with_seccomp
def test_the_thread_of_a_decoder_gives_up_sockets_before_the_codec_is_opened() -> None:
    said = confined("""
    import aiortc.rtcrtpreceiver
    from aiortc.codecs import depayload, get_capabilities
    from aiortc import RTCRtpCodecParameters
    from net import seams
    seams.install()
    confine()
    opus = RTCRtpCodecParameters(mimeType="audio/opus", clockRate=48000, channels=2, payloadType=96)
    def decoding():
        before = tried(lambda: socket.socket().close())
        aiortc.rtcrtpreceiver.get_decoder(opus)
        return before, tried(lambda: socket.socket().close())
    said = in_thread(decoding)
    """)
    assert said == ["done", "EACCES"]


@with_seccomp
def test_a_secluded_act_has_no_internet_socket_and_its_errors_come_back() -> None:
    with pytest.raises(PermissionError):
        secluded(socket.socket)
    assert secluded(lambda: 7) == 7
    socket.socket().close()  # this thread is as it was


# --- how it stands


def test_an_examination_changes_nothing_here() -> None:
    layers = examine()
    assert [layer.name for layer in layers] == ["Landlock", "seccomp"]
    if sys.platform == "linux":
        assert State.FAILED not in {layer.state for layer in layers}
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    confinement.enter_thread()  # this process is not confined, so nothing happens
    socket.socket().close()


def test_without_linux_it_is_absent_and_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert landlock.abi() == 0
    assert not seccomp.available()
    assert {layer.state for layer in examine()} == {State.ABSENT}
    nothing = Confinement()
    assert nothing.outside is None
    assert nothing.trouble == ""
    nothing.stop_listening()
    nothing.enter_thread()
    with nothing.executor() as threads:
        threads.submit(lambda: socket.socket().close()).result()
    assert secluded(lambda: socket.socket().close()) is None
    with pytest.raises(OSError, match="no filter"):
        seccomp.refuse_internet()


@pytest.mark.parametrize(
    ("machine", "order", "size"),
    [("riscv64", "little", 1 << 40), ("aarch64", "big", 1 << 40), ("x86_64", "little", 1 << 31)],
)
def test_another_processor_is_left_alone(monkeypatch: pytest.MonkeyPatch, machine: str, order: str, size: int) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(sys, "byteorder", order)
    monkeypatch.setattr(sys, "maxsize", size)
    assert not seccomp.available()
    (_, layer) = examine()
    assert layer.state is State.ABSENT


def test_an_older_kernel_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "abi", lambda: 3)
    layer = examine()[0]
    assert (layer.state, "ABI 3 here" in layer.text, "6.7" in layer.text) == (State.ABSENT, True, True)


def test_a_layer_that_does_not_hold_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**ports: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(landlock, "abi", lambda: 7)
    monkeypatch.setattr(landlock, "restrict", broken)
    monkeypatch.setattr(seccomp, "machine", lambda: None)
    broken_one = Confinement()
    assert [layer.state for layer in broken_one.layers] == [State.FAILED, State.ABSENT]
    assert broken_one.trouble.startswith("The kernel's second layer is not whole: Landlock (operation not permitted);")
    # a limit that is taken and not kept is found out too
    monkeypatch.setattr(landlock, "restrict", lambda **ports: None)
    assert examine()[0].state is State.FAILED


@with_seccomp
def test_a_filter_that_is_not_kept_or_fails_later_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    whole = Confinement()
    assert [layer.state for layer in whole.layers] == [State.ABSENT, State.ON]

    def refused() -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(seccomp, "refuse_internet", refused)
    whole.enter_thread()
    assert "seccomp (cannot allocate memory)" in whole.trouble
    monkeypatch.setattr(seccomp, "refuse_internet", lambda: None)
    assert examine()[1].state is State.FAILED


@pytest.mark.skipif(not kernel.usable(), reason="makes Linux system calls")
def test_the_kernel_says_what_is_wrong_with_a_call() -> None:
    with pytest.raises(OSError, match="Function not implemented") as caught:
        kernel.call(100_000)
    assert caught.value.errno == errno.ENOSYS


# --- the loop


class Outsiders(Lab):
    """A lab whose loop connects and looks up by other threads, without the kernel's layer on this process."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.outside = Outside(lambda: None)

    def run(self, work: Any) -> Any:
        with (
            self.guard.active(),
            asyncio.Runner(loop_factory=lambda: ConfinedLoop(lambda: self.witness, self.outside)) as runner,
        ):
            return runner.run(asyncio.wait_for(work, 30))


def test_a_connection_is_made_by_the_dialler_and_only_where_the_guard_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Outsiders()
    dialled: list[str] = []
    dialling = socket.socket.connect

    class Watched(socket.socket):
        def connect(self, address: Any) -> None:
            dialled.append(threading.current_thread().name)
            dialling(self, address)

    monkeypatch.setattr(socket, "socket", Watched)

    async def main() -> str:
        assert isinstance(asyncio.get_running_loop(), WitnessedLoop)
        server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Blocked):
            await asyncio.open_connection("127.0.0.1", port)
        lab.guard.allow("127.0.0.1", port, "a test", Audience.OPERATOR)
        lab.guard.allow("localhost", port, "a test", Audience.OPERATOR)
        for host in ("127.0.0.1", "localhost"):
            reader, writer = await asyncio.open_connection(host, port, family=socket.AF_INET)
            assert await reader.read() == b""
            writer.close()
        plain = Watched(socket.AF_INET, socket.SOCK_STREAM)
        plain.setblocking(False)
        with plain:
            await asyncio.get_running_loop().sock_connect(plain, ("localhost", port))
        server.close()
        await server.wait_closed()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        return "done"

    assert lab.run(main()) == "done"
    assert {name.partition("_")[0] for name in dialled} == {"connect"}
    assert [(refusal.action, refusal.count) for refusal in lab.guard.refusals] == [("connect to", 1)]


def test_local_sockets_and_datagrams_are_connected_as_ever(tmp_path: Path) -> None:
    lab = Outsiders()

    async def main() -> int:
        path = str(tmp_path / "here")
        server = await asyncio.start_unix_server(lambda reader, writer: writer.close(), path)
        reader, writer = await asyncio.open_unix_connection(path)
        assert await reader.read() == b""
        writer.close()
        server.close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, socket.socket(type=socket.SOCK_DGRAM) as other:
            one.setblocking(False)
            other.bind(("127.0.0.1", 0))
            lab.guard.allow("127.0.0.1", other.getsockname()[1], "a test", Audience.PARTICIPANTS)
            await asyncio.get_running_loop().sock_connect(one, other.getsockname())
            return one.send(b"four")

    assert lab.run(main()) == 4


def test_a_connection_that_is_given_up_leaves_nothing_on_the_loop() -> None:
    lab = Outsiders()

    async def main() -> bool:
        # A full queue of connections nobody accepts: the next one stays in the making.
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen(0)
            lab.guard.allow("127.0.0.1", server.getsockname()[1], "a test", Audience.OPERATOR)
            waiting = [socket.socket() for _ in range(4)]
            for one in waiting:
                one.setblocking(False)
                dial(one, server.getsockname())
            with socket.socket() as late:
                late.setblocking(False)
                loop = asyncio.get_running_loop()
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(loop.sock_connect(late, server.getsockname()), 0.3)
                gone = not loop.remove_writer(late.fileno())
            for one in waiting:
                one.close()
        return gone

    assert lab.run(main())


def test_names_are_looked_up_once_and_by_the_threads_for_names(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Outsiders()
    lab.guard.allow("localhost", 0, "a test", Audience.OPERATOR)
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def watched(*question: Any) -> Any:
        asked.append(threading.current_thread().name)
        return look_up(*question)

    monkeypatch.setattr(socket, "getaddrinfo", watched)

    async def main() -> bool:
        loop = asyncio.get_running_loop()
        return await loop.getaddrinfo("localhost", 1) is await loop.getaddrinfo("localhost", 1)

    assert lab.run(main())
    assert [name.partition("_")[0] for name in asked] == ["names"]
