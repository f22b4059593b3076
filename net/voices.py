"""One thread decodes the voices of all receivers.

The library starts a thread for each receiver, wakes it for each packet, and then the event loop for each frame: with
nine people talking, most of the time went to waking up. Here what came since is handed to one thread at once, and what
it decoded comes back at once. Each voice keeps its decoder, its own short queue and its turn: one that sends more than
it may makes nobody else wait, and one whose decoder breaks is silent alone.

These are seams of `net.seams`, which checks and installs them: the queue of a receiver of sound is a `Voice`, for which
the library starts no thread of its own (`net.decoding`).
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, ClassVar, Final, TypeAlias

import aiortc.rtcrtpreceiver
import av
from aiortc.rtcrtpreceiver import RTCRtpReceiver

from net.confine.confinement import enter_thread
from net.decoding import DecodingThread
from net.jitter import Frame
from net.moved import Seam

NAME: Final = "voices-decoder"
"""Of the thread."""
AT_ONCE: Final = 64
"""Frames that are decoded at most before the event loop is given them."""

Work: TypeAlias = tuple[Any, Frame] | None  # the codec, as the library knows it, and what came; None: nothing more will
Sink: TypeAlias = Callable[[av.AudioFrame], None]

_QUEUE = "_RTCRtpReceiver__decoder_queue"
_TROUBLE = "_RTCRtpReceiver__decoder_error"
_log = logging.getLogger("incog.voices")


class Voice:
    """What one receiver has to be decoded: stands in for the library's queue. Of the event loop, but for `step`."""

    needs_thread = False
    """The library need not start one for it (`net.decoding`)."""

    def __init__(self) -> None:
        self.sink: Sink | None = None
        """Where what was decoded goes; None: to the receiver's track."""
        self._waiting: deque[Work] = deque()
        self._track: asyncio.Queue[av.AudioFrame | None] | None = None
        self._trouble: threading.Event | None = None
        self._thread: Voices | None = None
        self._decoder: Any = None
        self._codec = ""
        self._broken = False

    def begin(self, track: asyncio.Queue[av.AudioFrame | None], trouble: threading.Event) -> None:
        """Have what comes decoded from now on; `trouble` is set when something cannot be."""
        self._track, self._trouble = track, trouble
        self._thread = Voices.here()
        self._thread.join_in()

    def put(self, work: Work) -> None:
        """As a queue; whether there is room, the one who puts asks before."""
        thread = self._thread
        if thread is None:
            return
        self._waiting.append(work)
        if work is None:
            self._thread = None
            thread.leave(self)
        elif len(self._waiting) == 1:  # else the thread comes to it by itself
            thread.announce(self)

    def qsize(self) -> int:
        """How much waits."""
        return len(self._waiting)

    def step(self) -> list[Done]:
        """Decode what came first, in the thread of voices."""
        work = self._waiting.popleft()
        if work is None:
            self._decoder = None
            return [(self, None)]
        return [] if self._broken else [(self, frame) for frame in self._decoded(*work)]

    @property
    def busy(self) -> bool:
        """Whether there is more."""
        return bool(self._waiting)

    def take(self, frame: av.AudioFrame | None) -> None:
        """A decoded frame has come back; None: it was the last one."""
        if frame is not None and self.sink is not None:
            self.sink(frame)
        elif self._track is not None:
            self._track.put_nowait(frame)
        if frame is None:
            self.sink = self._track = None  # and with them whoever listened

    def _decoded(self, codec: Any, frame: Frame) -> list[av.AudioFrame]:
        try:
            if codec.name != self._codec:
                self._decoder, self._codec = _decoder(codec), codec.name
            decoded: list[av.AudioFrame] = self._decoder.decode(frame)
        except av.FFmpegError as error:
            _log.warning("a voice could not be decoded: %s", error)
            if self._trouble is not None:
                self._trouble.set()
            return []
        except Exception:
            _log.exception("a voice is not decoded any longer")
            self._broken = True
            return []
        return decoded


Done: TypeAlias = tuple[Voice, av.AudioFrame | None]  # whose it is; None: nothing more will come


class Voices:
    """The thread, one for each event loop with receivers of sound. It ends with the last of them."""

    _every: ClassVar[dict[asyncio.AbstractEventLoop, Voices]] = {}

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._count = 0
        self._announced: list[Voice] = []
        self._inbox: SimpleQueue[list[Voice] | None] = SimpleQueue()
        self._thread = DecodingThread(target=self._run, name=NAME, daemon=True)

    @classmethod
    def here(cls) -> Voices:
        """That of the running loop."""
        loop = asyncio.get_running_loop()
        return cls._every.setdefault(loop, cls(loop))

    def join_in(self) -> None:
        """One voice more."""
        self._count += 1
        if self._count == 1:
            self._thread.start()

    def announce(self, voice: Voice) -> None:
        """Something waits to be decoded. What comes in the same round of the loop is handed over together."""
        if not self._announced:
            self._loop.call_soon(self._hand_over)
        self._announced.append(voice)

    def leave(self, voice: Voice) -> None:
        """One voice less; what waits of it is still decoded. With the last one the thread is waited for."""
        self._announced.append(voice)
        self._hand_over()
        self._count -= 1
        if not self._count:
            del self._every[self._loop]
            self._inbox.put(None)
            self._thread.join()

    def _hand_over(self) -> None:
        announced, self._announced = self._announced, []
        if announced:
            self._inbox.put(announced)

    def _run(self) -> None:
        enter_thread()
        while (announced := self._inbox.get()) is not None:
            turns = deque(announced)
            done: list[Done] = []
            while turns:
                voice = turns.popleft()
                if voice.busy:
                    done += voice.step()
                    turns.append(voice)
                if len(done) >= AT_ONCE or not turns:
                    if done and not self._give_back(done):
                        return
                    done = []

    def _give_back(self, done: list[Done]) -> bool:
        try:
            self._loop.call_soon_threadsafe(self._take, done)
        except RuntimeError:
            self._every.pop(self._loop, None)  # it is closed: nobody is left to hear it
            return False
        return True

    def _take(self, done: list[Done]) -> None:
        for voice, frame in done:
            try:
                voice.take(frame)
            except Exception as error:
                self._loop.call_exception_handler({"message": "a voice could not be handed on", "exception": error})


def _decoder(codec: Any) -> Any:
    return getattr(aiortc.rtcrtpreceiver, "get_decoder")(codec)  # noqa: B009  # not exported, so replaced by name


def on_decoded(receiver: RTCRtpReceiver, sink: Sink) -> None:
    """Have what a receiver of sound decodes given to `sink`, on the event loop, and not to its track."""
    vars(receiver)[_QUEUE].sink = sink


def _made(original: Callable[..., None]) -> Callable[..., None]:
    def init(self: RTCRtpReceiver, kind: str, transport: Any) -> None:
        original(self, kind, transport)
        if kind == "audio":
            vars(self)[_QUEUE] = Voice()

    return init


def _receiving(original: Callable[..., Any]) -> Callable[..., Any]:
    async def receive(self: RTCRtpReceiver, parameters: Any) -> None:
        voice = vars(self)[_QUEUE]
        if isinstance(voice, Voice) and not vars(self)["_RTCRtpReceiver__started"]:
            voice.begin(vars(self.track)["_queue"], vars(self)[_TROUBLE])
        await original(self, parameters)

    return receive


SEAMS = (
    Seam(RTCRtpReceiver, "__init__", "(self, kind, transport)", _made),
    Seam(RTCRtpReceiver, "receive", "(self, parameters)", _receiving),
)
