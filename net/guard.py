"""The egress guard: the allow-list of destinations, and the hook that refuses everything else.

The interpreter raises an audit event before it looks up a name, connects a socket, sends a datagram or starts a
program, whichever library asks. The guard answers each event from its allow-list. What is not on it raises `Blocked`,
which is an `OSError`, so that libraries treat it like any unreachable destination and nothing else breaks.

What this cannot see: native code that opens sockets by itself (so PyAV is given files, devices and memory only), and a
name handed straight to a socket, which the interpreter looks up before it asks (so names are looked up by the loop,
never by a socket). `docs/privacy.md` says the same to the person.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from privacy.facts import Audience, Refusal

MAX_ALLOWED = 512
MAX_REFUSALS = 256

_LIBRARY_FINDERS = frozenset({"ldconfig", "gcc", "cc", "ld", "objdump"})
"""Programs that `ctypes.util.find_library` starts to read the list of installed libraries; they open no socket."""


class Blocked(PermissionError):
    """The egress guard refused a destination."""


class Allowed(NamedTuple):
    """Why a destination may be contacted, and who is there."""

    reason: str
    audience: Audience
    who: str = ""  # the id of the participant who is there


class Guard:
    """One allow-list of addresses and names, each with its reason. Safe to use from any thread."""

    def __init__(self, clock: Callable[[], float], on_refusal: Callable[[Refusal], object] | None = None) -> None:
        """`clock` gives seconds; `on_refusal` is called, in the thread that tried, for every refusal."""
        self._clock = clock
        self._on_refusal = on_refusal
        self._on_lookup: Callable[[str], None] | None = None
        self._unheard: list[str] = []  # what was looked up while nobody listened
        self._on_revoked: Callable[[], None] | None = None
        self._addresses: dict[tuple[str, int], Allowed] = {}
        self._names: dict[str, Allowed] = {}
        self._spent: dict[tuple[str, int], None] = {}  # addresses of participants who are gone, in their order
        self._programs: dict[str, str] = {}
        self._refused: dict[tuple[str, str], Refusal] = {}
        self._lock = threading.Lock()

    def allow(self, host: str, port: int, reason: str, audience: Audience, who: str = "") -> None:
        """Put an address, or a name to be looked up, on the list; `who`: the participant who is there.

        Raises `Blocked` when the list is full: a meeting does not need so many destinations.
        """
        literal = _literal(host)
        with self._lock:
            if literal is not None and (literal, port) in self._spent:  # they are back, or others are there now
                del self._spent[literal, port], self._addresses[literal, port]
            made_room = self._make_room()
            if literal is None:
                self._names.setdefault(host.lower().rstrip("."), Allowed(reason, audience, who))
            else:
                self._addresses.setdefault((literal, port), Allowed(reason, audience, who))
        if made_room:
            self._revoke()

    def let_go(self, who: str) -> None:
        """A participant is gone: when the list is full, their addresses make room for those of others."""
        with self._lock:
            self._spent |= {key: None for key, allowed in self._addresses.items() if who and allowed.who == who}

    def _make_room(self) -> bool:
        """Whether something was taken off the list so that there is room for one more. Raises `Blocked`."""
        if len(self._addresses) + len(self._names) < MAX_ALLOWED:
            return False
        if not self._spent:
            raise Blocked("the list of allowed destinations is full")
        oldest = next(iter(self._spent))
        del self._spent[oldest], self._addresses[oldest]
        return True

    def allow_program(self, path: str, reason: str) -> None:
        """Let this program be started (the demo's other participants are programs)."""
        self._programs[os.path.realpath(path)] = reason

    def disallow_program(self, path: str) -> None:
        """Let it be started no more; unknown ones are fine."""
        self._programs.pop(os.path.realpath(path), None)

    def disallow(self, host: str, port: int) -> None:
        """Take an address off the list; unknown ones are fine."""
        with self._lock:
            self._addresses.pop((_literal(host) or host, port), None)
            self._spent.pop((_literal(host) or host, port), None)
        self._revoke()

    def begin_anew(self) -> None:
        """Take everything off the list: the meeting it was made for is over."""
        with self._lock:
            self._addresses.clear()
            self._names.clear()
            self._spent.clear()
        self._revoke()

    def on_revoked(self, report: Callable[[], None]) -> None:
        """Have it reported, in the thread that does it, that something was taken off the list.

        Whoever remembers what is permitted has to ask again then.
        """
        self._on_revoked = report

    def _revoke(self) -> None:
        if self._on_revoked is not None:
            self._on_revoked()

    def why(self, host: str, port: int) -> Allowed | None:
        """The reason an address is on the list, or None."""
        return self._addresses.get((host, port)) or self._addresses.get((_literal(host) or host, port))

    def why_name(self, name: str) -> Allowed | None:
        """The reason a name is on the list, or None."""
        return self._names.get(name.lower().rstrip("."))

    def permits(self, host: str, port: int) -> bool:
        """Whether a datagram or connection may go there. The hot path: one dictionary look-up."""
        return (host, port) in self._addresses or self.why(host, port) is not None

    def refuse(self, destination: str, action: str) -> Refusal:
        """Count and report a refused try."""
        from privacy.facts import Refusal  # before the first paint there is nothing to refuse

        with self._lock:
            key = (destination, action)
            if key not in self._refused and len(self._refused) >= MAX_REFUSALS:
                key = ("others", action)
            before = self._refused.get(key)
            refusal = Refusal(key[0], action, self._clock(), 1)
            self._refused[key] = Refusal(key[0], action, refusal.at, 1 + (before.count if before else 0))
        if self._on_refusal is not None:
            self._on_refusal(refusal)
        return refusal

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """All refusals so far, added up per destination and action."""
        with self._lock:
            return tuple(self._refused.values())

    @property
    def allowed(self) -> tuple[tuple[str, int, Allowed], ...]:
        """The allow-list; port 0 stands for a name."""
        with self._lock:
            names = tuple((name, 0, why) for name, why in self._names.items())
            return names + tuple((host, port, why) for (host, port), why in self._addresses.items())

    def on_lookup(self, report: Callable[[str], None]) -> None:
        """Have every permitted name look-up reported, in the thread that does it; at once those that were before."""
        with self._lock:
            self._on_lookup = report
            unheard, self._unheard = self._unheard, []
        for name in unheard:
            report(name)

    @contextlib.contextmanager
    def active(self) -> Iterator[Guard]:
        """Make this guard answer the process's audit events until the block ends.

        The hook itself stays installed, since an audit hook cannot be removed; without an active guard it allows all.
        Raises RuntimeError when another guard is active: two lists would mean none.
        """
        global _active, _installed, _listed
        if _active is not None:
            raise RuntimeError("an egress guard is already active in this process")
        if not _installed:
            sys.addaudithook(_hook)
            _installed = True
        _active, _listed = self, self._addresses
        try:
            yield self
        finally:
            _active, _listed = None, {}

    def check(self, event: str, args: tuple[Any, ...]) -> None:
        """Answer one audit event. Raises `Blocked` for what is not allowed."""
        if event in _ADDRESS_EVENTS:
            address = args[1]
            if isinstance(address, tuple) and len(address) >= 2 and not self.permits(str(address[0]), address[1]):
                self._block(f"{address[0]}:{address[1]}", _ADDRESS_EVENTS[event])
        elif event in _NAME_EVENTS:
            self._check_name(args[0])
        elif event == "socket.gethostbyaddr":
            self._block(str(args[0]), "look up the name of")
        elif event == "socket.getnameinfo":
            host = args[0][0] if args and isinstance(args[0], tuple) else args[0]
            self._block(str(host), "look up the name of")
        elif event in _PROGRAM_EVENTS:
            self._check_program(args[0])

    def _check_name(self, host: object) -> None:
        if host is None:
            return
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        if name == "" or _literal(name) is not None:
            return
        if self.why_name(name) is None:
            self._block(name, "look up")
        with self._lock:
            report = self._on_lookup
            if report is None and len(self._unheard) < MAX_ALLOWED:
                self._unheard.append(name)
        if report is not None:
            report(name)

    def _check_program(self, program: object) -> None:
        path = os.fsdecode(program) if isinstance(program, str | bytes | os.PathLike) else str(program)
        if os.path.basename(path) not in _LIBRARY_FINDERS and os.path.realpath(path) not in self._programs:
            self._block(os.path.basename(path), "start")

    def _block(self, destination: str, action: str) -> None:
        self.refuse(destination[:200], action)
        raise Blocked(f"not a destination of this meeting: {action} {destination[:200]}")


_ADDRESS_EVENTS = {"socket.connect": "connect to", "socket.sendto": "send to", "socket.sendmsg": "send to"}
_NAME_EVENTS = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_PROGRAM_EVENTS = frozenset({"subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system"})
_WATCHED = frozenset({*_ADDRESS_EVENTS, *_NAME_EVENTS, *_PROGRAM_EVENTS, "socket.gethostbyaddr", "socket.getnameinfo"})

_active: Guard | None = None
_listed: dict[tuple[str, int], Allowed] = {}
"""The addresses of the active guard's list."""
_installed = False


def _hook(event: str, args: tuple[Any, ...]) -> None:
    """Called for every event of the interpreter, each datagram among them; quick for what is on the list as is."""
    if event == "socket.sendto":
        try:
            if args[1] in _listed:
                return
        except TypeError:  # no internet address
            pass
    if _active is not None and event in _WATCHED:
        _active.check(event, args)


def _literal(host: str) -> str | None:
    """The canonical text of an IP literal, or None for a name."""
    try:
        address = ipaddress.ip_address(host.split("%", 1)[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
