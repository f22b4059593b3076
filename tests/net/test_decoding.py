"""Threads that decode: started without waiting, and ended with waiting."""

from __future__ import annotations

import threading
from typing import Any

import aiortc.rtcrtpreceiver
import pytest

from net import decoding, seams
from net.moved import MovedError


def test_who_starts_one_does_not_wait_until_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    begin, done = threading.Event(), threading.Event()
    thread = decoding.DecodingThread(target=done.set, name="decoder")
    bootstrap = thread._bootstrap  # type: ignore[attr-defined]  # the thread's first step, which Python would wait for

    def late() -> None:
        begin.wait()
        bootstrap()

    monkeypatch.setattr(thread, "_bootstrap", late)
    thread.start()
    assert not done.is_set()
    begin.set()
    thread.join()
    assert done.is_set()


def test_one_can_be_waited_for_right_after_it_was_started() -> None:
    done: list[int] = []
    threads = [decoding.DecodingThread(target=done.append, args=(number,)) for number in range(200)]
    for thread in threads:
        thread.start()
        thread.join()
    assert done == [*range(200)]


def test_none_is_started_for_what_needs_none() -> None:
    class Queue:
        needs_thread = False

    done: list[Queue] = []
    thread = decoding.DecodingThread(target=done.append, args=(Queue(),))
    thread.start()
    thread.join()
    assert not thread.is_alive()
    assert done == []


def test_the_library_s_receivers_use_them(monkeypatch: pytest.MonkeyPatch) -> None:
    seams.install()
    library: Any = aiortc.rtcrtpreceiver
    assert library.threading.Thread is decoding.DecodingThread
    decoding.install()  # twice is as good as once
    monkeypatch.delattr(aiortc.rtcrtpreceiver, "threading")
    with pytest.raises(MovedError, match="cannot be used safely"):
        decoding.install()
