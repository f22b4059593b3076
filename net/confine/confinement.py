"""The kernel's layer for this process: put on once, early, on the thread that will run the event loop.

What a thread gave up it cannot take back, and its children inherit; so the order matters. First the threads that may
reach out (`outside`), then the thread of the loop, and all made later are as confined as it is.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from net.confine import landlock, seccomp
from net.confine.outside import Outside

T = TypeVar("T")

DNS = 53
"""The only TCP port that a look-up of a name needs (RFC 7766: answers too large for a datagram)."""
_NOWHERE = ("127.0.0.1", 9)
"""Where a check tries to connect: this machine's own discard port (RFC 863), which next to nobody serves."""


class State(Enum):
    """How a layer stands."""

    ON = "on"
    ABSENT = "not available here"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Layer:
    """One of the kernel's means."""

    name: str
    state: State
    text: str  # what it does, or why it does not; no sentence, for use after a colon


class Confinement:
    """What the kernel refuses to this process. Made by `confine`."""

    def __init__(self) -> None:
        """Confines the calling thread; never fails, `layers` tells."""
        self._seccomp = _seccomp_layer()
        self.outside = Outside(_only_names) if _anything() else None
        self._landlock = _landlock_layer(lambda: landlock.restrict(connect=()))
        self._deaf = False

    @property
    def layers(self) -> tuple[Layer, ...]:
        """How each layer stands."""
        return self._landlock, self._seccomp

    @property
    def trouble(self) -> str:
        """One sentence when a layer that this kernel has did not hold; empty otherwise."""
        failed = [layer for layer in self.layers if layer.state is State.FAILED]
        if not failed:
            return ""
        what = " and ".join(f"{layer.name} ({layer.text})" for layer in failed)
        return (
            f"The kernel's second layer is not whole: {what}; the egress guard holds all the same, and "
            "`incog doctor` says more."
        )

    def stop_listening(self) -> None:
        """Let this thread, and those made later, listen on no TCP port any more; what listens already goes on."""
        if self._landlock.state is State.ON and not self._deaf:
            self._deaf = True  # once: each time would be a layer more, and the kernel has a limit of them
            self._landlock = _landlock_layer(lambda: landlock.restrict(listen=()))

    def enter_thread(self) -> None:
        """What every thread of media and codecs does first: give up internet sockets. Never fails."""
        if self._seccomp.state is not State.ON:
            return
        try:
            seccomp.refuse_internet()
        except OSError as error:
            self._seccomp = Layer("seccomp", State.FAILED, _why(error))

    def executor(self) -> ThreadPoolExecutor:
        """A default executor for the event loop: it encodes pictures and reads files and needs no socket."""
        return ThreadPoolExecutor(thread_name_prefix="work", initializer=self.enter_thread)


_confinement: Confinement | None = None


def confine() -> Confinement:
    """Confine this process: the calling thread, which is to run the event loop, and all threads made from now on.

    Once a process, for good; later calls give the same one.
    """
    global _confinement
    if _confinement is None:
        _confinement = Confinement()
    return _confinement


def current() -> Confinement | None:
    """What this process is confined by, if it is."""
    return _confinement


def enter_thread() -> None:
    """`Confinement.enter_thread` of this process; nothing where it is not confined."""
    if _confinement is not None:
        _confinement.enter_thread()


def secluded(act: Callable[[], T]) -> T:
    """Do something in a thread of its own, which gets no internet socket where the kernel can see to that."""
    with ThreadPoolExecutor(1, "secluded", initializer=_seclude) as thread:
        return thread.submit(act).result()


def examine() -> tuple[Layer, ...]:
    """What `confine` would achieve here, tried in threads that end at once; this process stays as it is."""
    return _landlock_layer(lambda: _in_a_thread(_no_connection)), _seccomp_layer()


def _anything() -> bool:
    return landlock.abi() >= landlock.ABI_WITH_TCP or seccomp.available()


def _landlock_layer(act: Callable[[], None]) -> Layer:
    found = landlock.abi()
    if found < landlock.ABI_WITH_TCP:
        here = f"ABI {found} here" if found else "none here"
        return Layer("Landlock", State.ABSENT, f"{here}; it takes Linux 6.7 or newer (ABI {landlock.ABI_WITH_TCP})")
    try:
        act()
    except OSError as error:
        return Layer("Landlock", State.FAILED, _why(error))
    return Layer(
        "Landlock",
        State.ON,
        f"ABI {found}, on in meetings: one thread alone opens TCP connections, and it asks the egress guard; "
        f"threads for names reach TCP port {DNS}",
    )


def _seccomp_layer() -> Layer:
    if seccomp.machine() is None:
        return Layer("seccomp", State.ABSENT, "its filter is written for Linux on x86_64 and aarch64")
    if not seccomp.available():
        return Layer("seccomp", State.ABSENT, "this kernel was built without filters")
    try:
        _in_a_thread(_no_socket)
    except OSError as error:
        return Layer("seccomp", State.FAILED, _why(error))
    return Layer(
        "seccomp", State.ON, "on in meetings: threads that decode, encode and read files get no internet socket"
    )


def _seclude() -> None:
    if seccomp.available():
        with contextlib.suppress(OSError):
            seccomp.refuse_internet()


def _no_connection() -> None:
    """Give up TCP and try. Raises `OSError` when that was no use."""
    landlock.restrict(connect=())
    with socket.socket() as tried:
        tried.setblocking(False)
        result = tried.connect_ex(_NOWHERE)
    if result != errno.EACCES:
        raise OSError(errno.ENOTSUP, "the kernel took the limit and does not keep to it")


def _no_socket() -> None:
    """Give up internet sockets and try. Raises `OSError` when that was no use."""
    seccomp.refuse_internet()
    with contextlib.suppress(PermissionError):
        socket.socket().close()
        raise OSError(errno.ENOTSUP, "the kernel took the filter and does not keep to it")


def _only_names() -> None:
    """For the threads that look names up: a refusal shows in `layers`, since the main thread meets the same one."""
    if landlock.abi() >= landlock.ABI_WITH_TCP:
        with contextlib.suppress(OSError):
            landlock.restrict(connect=(DNS,), listen=())


def _in_a_thread(act: Callable[[], None]) -> None:
    """Do something in a thread of its own, and raise the `OSError` that it raised."""
    errors: list[OSError] = []

    def run() -> None:
        try:
            act()
        except OSError as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="confinement check")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
