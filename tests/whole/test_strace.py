"""Every thread of whole meetings under strace: what the kernel was asked for, by Python and by native code alike."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from net.confine import landlock, seccomp
from tests.whole.outside import INCOG, Namespace, Scripted, namespace

CALL = re.compile(r"^(\d+) +(\w+)\((.*)$")
ADDRESS = re.compile(
    r"sa_family=(?P<family>AF_\w+)(?:, sin6?_port=htons\((?P<port>\d+)\))?(?:, sin6_flowinfo=[^,]*)?"
    r'(?:, sin_addr=inet_addr\("(?P<v4>[^"]*)"\)'
    r'|, inet_pton\(AF_INET6, "(?P<v6>[^"]*)"'
    r'|, sun_path=@?"(?P<path>[^"]*)")?'
)
REACHING = {"connect", "sendto", "sendmsg", "sendmmsg"}
LOCAL = {"/var/run/nscd/socket", "/run/nscd/socket"}
"""Where the C library asks for users and names before it looks itself."""


@dataclass(frozen=True)
class Asked:
    """One call with an address in it."""

    thread: int
    call: str
    family: str
    place: str  # "host:port", or a path


def asked(trace: str) -> Iterator[Asked]:
    """The calls of a trace that name an address. A call that was interrupted names it where it begins."""
    for line in trace.splitlines():
        match = CALL.match(line)
        if match is None or match[2] not in REACHING | {"bind"}:
            continue
        for address in ADDRESS.finditer(match[3]):
            host = address["v4"] or address["v6"]
            place = f"{host}:{address['port']}" if host else address["path"] or ""
            yield Asked(int(match[1]), match[2], address["family"], place)


def sockets(trace: str) -> list[tuple[int, str, str]]:
    """Thread, family and result of every socket that was asked for."""
    found = []
    for line in trace.splitlines():
        if match := re.match(r"^(\d+) +socket\((AF_\w+),.*\) = (.*)$", line):
            found.append((int(match[1]), match[2], match[3]))
    return found


def watched(where: Namespace, trace: Path, *arguments: str, link: str = "") -> Scripted:
    """Somebody in the meeting under strace, which stays out of the way of signals (-D)."""
    strace = ["strace", "-D", "-f", "-q", "-s", "0", "-e", "trace=network", "-e", "signal=none", "-o", str(trace)]
    return Scripted(where, *arguments, "--json", "--no-speaker", link=link, argv=[*strace, *INCOG])


def finished(trace: Path) -> str:
    """The trace, once the tracer has seen the program's first thread end."""
    first = trace.read_text().split(None, 1)[0]
    deadline = time.monotonic() + 20
    while not re.search(rf"^{first} +\+\+\+ exited with 0", text := trace.read_text(), re.MULTILINE):
        assert time.monotonic() < deadline, text[-500:]
        time.sleep(0.1)
    return text


@pytest.mark.parametrize("confinement", [True, False], ids=["confined", "not confined"])
def test_nothing_but_the_meeting_is_even_tried(tmp_path: Path, confinement: bool) -> None:
    if shutil.which("strace") is None:
        pytest.skip("needs strace to see what every thread asks of the kernel")
    flags = [] if confinement else ["--no-confinement"]
    with namespace() as where:
        host = watched(where, tmp_path / "host", "host", "--say", "tone:440", "--picture", "test-pattern:1", *flags)
        link = host.wait_for("invitation")["link"]
        host.wait_for("joined")
        guest = watched(
            where,
            tmp_path / "guest",
            "join",
            "-",
            "--say",
            "test-voice:2",
            "--picture",
            "test-pattern:2",
            *flags,
            link=link,
        )
        for person in (host, guest):
            person.until(lambda me: any(line["on"] for line in me.of("speaking")))
        time.sleep(2)
        for person in (host, guest):
            person.stop()
        assert [person.finish() for person in (host, guest)] == [0, 0]
    rendezvous = link.partition("//")[2].partition("/")[0]
    for person, trace in ((host, finished(tmp_path / "host")), (guest, finished(tmp_path / "guest"))):
        (left,) = person.of("left")
        assert left["refused"] == []
        assert any(heard["heard_s"] > 0.2 and heard["seen_frames"] for heard in left["participants"])
        told = {row["destination"] for row in left["traffic"]}
        calls = list(asked(trace))
        reached = [call for call in calls if call.call in REACHING]
        internet = {call.place for call in reached if call.family in ("AF_INET", "AF_INET6")}
        assert internet == told
        assert rendezvous in internet
        assert {call.family for call in calls} <= {"AF_INET", "AF_UNIX", "AF_NETLINK"}
        assert {call.place for call in reached if call.family == "AF_UNIX"} <= LOCAL
        bound = {call.place for call in calls if call.call == "bind" and call.family != "AF_NETLINK"}
        assert {place.rpartition(":")[0] for place in bound} == {"127.0.0.1"}
        first = int(trace.split(None, 1)[0])
        dialled = {call.thread == first for call in reached if call.call == "connect" and call.family == "AF_INET"}
        if landlock.abi() >= landlock.ABI_WITH_TCP or seccomp.available():
            # confined, the thread of the loop connects nothing itself
            assert dialled == {not confinement}
        made = sockets(trace)
        assert {family for _, family, _ in made} <= {"AF_INET", "AF_UNIX", "AF_NETLINK"}


def inet(host: str, port: int) -> str:
    return f'{{sa_family=AF_INET, sin_port=htons({port}), sin_addr=inet_addr("{host}")}}'


def test_the_reading_of_a_trace_misses_nothing() -> None:
    six = 'sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0'
    two = ", ".join(f"{{msg_hdr={{msg_name={inet(f'192.0.2.{n + 3}', n)}}}}}" for n in (1, 2))
    trace = f"""
100 socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP) = 6
100 connect(6, {inet("192.0.2.1", 53)}, 16) = 0
101 sendto(7, ""..., 128, MSG_NOSIGNAL, {inet("192.0.2.2", 9)}, 16 <unfinished ...>
100 connect(8, {{sa_family=AF_INET6, {six}}}, 28) = -1 EACCES (Permission denied)
101 <... sendto resumed>)            = 128
102 connect(9, {{sa_family=AF_UNIX, sun_path="/run/user/0/bus"}}, 110) = 0
102 connect(9, {{sa_family=AF_UNIX, sun_path=@"/tmp/.X11-unix/X0"}}, 20) = 0
103 sendmsg(4, {{msg_name={inet("192.0.2.3", 7)}, msg_namelen=16}}, 0) = 1
103 sendmmsg(4, [{two}], 2, 0) = 2
104 recvfrom(7, ""..., 2048, 0, {inet("192.0.2.9", 5)}, [16]) = 3
100 +++ exited with 0 +++
"""
    assert [(call.thread, call.call, call.place) for call in asked(trace)] == [
        (100, "connect", "192.0.2.1:53"),
        (101, "sendto", "192.0.2.2:9"),
        (100, "connect", "2001:db8::1:80"),
        (102, "connect", "/run/user/0/bus"),
        (102, "connect", "/tmp/.X11-unix/X0"),
        (103, "sendmsg", "192.0.2.3:7"),
        (103, "sendmmsg", "192.0.2.4:1"),
        (103, "sendmmsg", "192.0.2.5:2"),
    ]
    assert sockets(trace) == [(100, "AF_INET", "6")]
