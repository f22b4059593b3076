"""What a meeting stands on: clock, ledger, guard, witness, and the loop whose datagrams they see."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from media import threads
from net.guard import Guard
from net.loop import WitnessedLoop
from tui.cli import Status

if TYPE_CHECKING:
    from net.confine.confinement import Confinement
    from net.witness import Witness
    from privacy.ledger import Ledger, Snapshot

T = TypeVar("T")


class Ground:
    """Made before the loop runs, once a process.

    The guard is there from the first moment. Ledger and witness are made when they are first asked for, at the latest
    by the loop before it opens anything that datagrams could leave by: to load them before the first paint would be to
    wait for nothing.
    """

    def __init__(self, confinement: Confinement | None = None) -> None:
        """`confinement`: the kernel's layer, if it was put on this process."""
        self.confinement = confinement
        self._start = time.monotonic()
        self.guard = Guard(self.clock)
        self._refused: dict[tuple[str, str], int] = {}

    @cached_property
    def ledger(self) -> Ledger:
        """Who knows what."""
        from privacy.ledger import Ledger

        return Ledger()

    @cached_property
    def witness(self) -> Witness:
        """What has left; the guard tells it of look-ups that were before, too."""
        from net.witness import Witness

        return Witness(self.ledger, self.guard, self.clock)

    def clock(self) -> float:
        """Seconds since the program began."""
        return time.monotonic() - self._start

    def snapshot(self) -> Snapshot:
        """The ledger now, with what the guard refused up to now; it may have refused in other threads."""
        for refusal in self.guard.refusals:
            key = (refusal.destination, refusal.action)
            more = refusal.count - self._refused.get(key, 0)
            if more > 0:
                self._refused[key] = refusal.count
                self.witness.refused(replace(refusal, count=more))
        return self.ledger.snapshot(self.clock())

    def begin_anew(self) -> None:
        """Forget the meeting that is over: whoever comes back as somebody else begins with an empty ledger."""
        self.guard.begin_anew()
        self.witness.begin_anew()
        self.ledger.begin_anew()

    def make_loop(self) -> asyncio.AbstractEventLoop:
        """A loop whose datagrams are witnessed."""
        confinement = self.confinement
        if confinement is None or confinement.outside is None:
            return WitnessedLoop(lambda: self.witness)
        from net.confine.loop import ConfinedLoop

        loop = ConfinedLoop(lambda: self.witness, confinement.outside)
        loop.set_default_executor(confinement.executor())
        return loop

    def stop_listening(self) -> None:
        """Whatever this process listens on, it listens on by now."""
        if self.confinement is not None:
            self.confinement.stop_listening()

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know of the ground: a sentence if the kernel's layer is there and did not hold."""
        trouble = self.confinement.trouble if self.confinement is not None else ""
        return (trouble,) if trouble else ()

    def check_loop(self) -> None:
        """Make sure that what is about to leave can be seen. Raises `PrivacyStop` on a loop of another make."""
        loop = asyncio.get_running_loop()
        if not isinstance(loop, WitnessedLoop):
            from net.errors import PrivacyStop

            raise PrivacyStop(
                f"The event loop is {type(loop).__module__}'s, which incog cannot watch, so nothing was contacted; "
                "start it by its own command, incog."
            )

    @classmethod
    def start(cls, work: Callable[[Ground], Coroutine[Any, Any, T]], *, confined: bool = False) -> T:
        """Do `work` on such a loop while the guard answers for the whole process.

        `confined`: with the kernel's layer as well, which stays on this process for good.
        """
        quiet_logs()
        leave_no_core()
        ground = cls(_confined() if confined else None)
        if ground.confinement is not None:
            threads.begin_with(ground.confinement.enter_thread)
        with ground.guard.active(), asyncio.Runner(loop_factory=ground.make_loop) as runner:
            return runner.run(work(ground))


def _confined() -> Confinement:
    from net.confine.confinement import confine

    return confine()


def when_signalled(names: Sequence[str], tell: Callable[[signal.Signals], None]) -> None:
    """Have signals told on the running loop, where the system has them and lets a loop hear them."""
    loop = asyncio.get_running_loop()
    for name in names:
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, tell, number)
        except NotImplementedError:
            pass  # Windows: Ctrl-C still raises KeyboardInterrupt


def as_usual(name: str) -> None:
    """Have this signal end the program as it does where nobody hears it: by an exception in the main thread."""
    try:
        asyncio.get_running_loop().remove_signal_handler(getattr(signal, name))
    except NotImplementedError:
        pass  # Windows: it was never told on the loop


def status_after(number: signal.Signals | None) -> Status:
    """How a program ends that was in no meeting, when this signal, or none, ended it."""
    if number is signal.SIGINT:
        return Status.INTERRUPTED
    return Status.TERMINATED if number is signal.SIGTERM else Status.LEFT


def leave_no_core() -> None:
    """Have the system write no memory to a disk when a native library breaks: keys, names and chat are in it."""
    try:
        import resource
    except ImportError:
        return  # Windows writes none, unless somebody set that up
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def quiet_logs() -> None:
    """Keep libraries from writing to standard error: their messages hold addresses and descriptions."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    if os.environ.get("INCOG_TRACEBACK"):
        logging.getLogger("incog").addHandler(logging.StreamHandler())
