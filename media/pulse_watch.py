"""Keeps our streams at the devices they were opened for, as long as those are there, and tells when they are not.

A sound server moves streams without a word: when a device is unplugged, and when another one becomes its default. Those
of a microphone it may even move to what a speaker plays, which would send the meeting's own voices back into it. So
whoever records or plays has its device watched here: the microphone on the screen is the one that is heard.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from media.pulse import Connection, Listing, NoAnswerError, library
from media.threads import enter

_PAUSE: Final = 1.0  # seconds between two looks when nothing happens, and until a silent server is asked again


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """One device that is in use."""

    name: str
    recording: bool
    gone: Callable[[], None]


class Watch:
    """One thread for all that is watched, while there is something to watch."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted: set[_Wanted] = set()
        self._connection: Connection | None = None
        self._thread: threading.Thread | None = None

    def add(self, name: str, *, recording: bool, gone: Callable[[], None]) -> Callable[[], None]:
        """Watch a device by the server's name for it, for as long as a stream of ours uses it.

        `gone` is called once, in a foreign thread, when it is not there any more. Returns what ends the watch.
        """
        wanted = _Wanted(name, recording, gone)
        with self._lock:
            self._wanted.add(wanted)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="media: sound server", daemon=True)
                self._thread.start()
            elif self._connection is not None:
                self._connection.wake()  # it may be gone already
        return lambda: self._end(wanted)

    def _end(self, wanted: _Wanted) -> None:
        with self._lock:
            self._wanted.discard(wanted)
            if not self._wanted and self._connection is not None:
                self._connection.wake()

    def _run(self) -> None:
        enter()
        while self._still_wanted():
            with suppress(NoAnswerError):
                self._follow()
                continue
            time.sleep(_PAUSE)  # PortAudio itself tells when the whole server goes; perhaps it comes back

    def _still_wanted(self) -> bool:
        with self._lock:
            if not self._wanted:
                self._thread = None
            return bool(self._wanted)

    def _follow(self) -> None:
        """Until nothing is watched any more. Raises `NoAnswerError`."""
        found = library()
        if found is None:
            raise NoAnswerError
        connection = Connection(found)
        changed = True

        def notice() -> None:
            nonlocal changed
            changed = True

        try:
            connection.ready()
            connection.subscribe(notice)
            with self._lock:
                self._connection = connection
            known: set[_Wanted] = set()
            while wanted := self._now():
                if changed or wanted - known:
                    changed, known = False, wanted
                    self._tell(wanted, connection.listing())
                    self._keep(self._now(), connection)
                else:
                    connection.wait(_PAUSE)
        finally:
            with self._lock:
                self._connection = None
            connection.close()

    def _now(self) -> set[_Wanted]:
        with self._lock:
            return set(self._wanted)

    def _tell(self, wanted: set[_Wanted], there: Listing) -> None:
        names = {
            True: {place.name for place in there.microphones},
            False: {place.name for place in there.speakers},
        }
        for one in wanted:
            if one.name not in names[one.recording]:
                self._is_gone(one)

    def _keep(self, wanted: set[_Wanted], connection: Connection) -> None:
        """Bring streams back that were moved away; what cannot be brought back is as good as gone."""
        for stream in connection.streams():
            candidates = [one for one in wanted if one.recording == stream.recording]
            if len(candidates) != 1 or stream.place == candidates[0].name:
                continue
            if not connection.move(stream, candidates[0].name) and stream in connection.streams():
                self._is_gone(candidates[0])

    def _is_gone(self, one: _Wanted) -> None:
        with self._lock:
            still = one in self._wanted
            self._wanted.discard(one)
        if still:
            one.gone()


WATCH: Final = Watch()
"""That of this process."""
