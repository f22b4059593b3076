"""The made-up participants of the demo: processes of their own, each a scripted join like anybody's.

They are started before the egress guard answers for this process, and wait on their standard input for the invitation,
so that nobody reads it in the list of processes. They leave when that input ends: by our hand, or because we are gone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

_HOME = str(Path(__file__).resolve().parents[2])
_START = f"import sys; sys.path.append({_HOME!r}); from tui.main import console; console()"
POLITE = 4.0
"""Seconds a participant has to leave by itself before it is told to, and again before it is ended."""


class Actor:
    """One made-up participant."""

    def __init__(self, alias: str, seed: int, *, confined: bool = True) -> None:
        self.alias = alias
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 # closed by `end`
        self._process = subprocess.Popen(
            [
                *(
                    sys.executable,
                    "-P",
                    "-c",
                    _START,
                    "join",
                    "-",
                    "--no-config",
                    "--json",
                    "--until-eof",
                    "--as",
                    alias,
                ),
                *("--say", f"test-voice:{seed}", "--picture", f"test-pattern:{seed}"),
                *("--no-speaker", "--addresses", "loopback"),
                *(() if confined else ("--no-confinement",)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            process_group=0 if os.name == "posix" else None,  # Ctrl-C is for us; they leave after us
        )

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def invite(self, link: str) -> None:
        """Let it join."""
        if self._process.stdin is None:
            return
        try:
            self._process.stdin.write(f"{link}\n".encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it ended before; `trouble` tells why

    def trouble(self) -> str:
        """One sentence when it ended by itself; empty while it runs."""
        if self._process.poll() is None:
            return ""
        self._said.seek(0)
        words = self._said.read(2000).decode("utf-8", "replace").strip().removeprefix("incog: ")
        return f"{self.alias} ended early: {words or f'status {self._process.returncode}'}"

    def dismiss(self) -> None:
        """Ask it to leave; returns at once."""
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except BrokenPipeError:
                pass  # it is gone already

    def end(self, deadline: float) -> None:
        """Wait until it is gone; after `deadline` (monotonic seconds) it is terminated, then killed."""
        steps: tuple[Callable[[], None] | None, ...] = (None, self._process.terminate, self._process.kill)
        for step in steps:
            if step is not None:
                step()
            try:
                self._process.wait(max(0.1, deadline - time.monotonic()))
                break
            except subprocess.TimeoutExpired:
                deadline = time.monotonic() + POLITE
        self._said.close()


class Cast:
    """All of them."""

    def __init__(self, aliases: Sequence[str], *, confined: bool = True) -> None:
        self.actors: list[Actor] = []
        try:
            for seed, alias in enumerate(aliases, 1):
                self.actors.append(Actor(alias, seed, confined=confined))
        except BaseException:
            self.end()
            raise

    def __enter__(self) -> Cast:
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def invite(self, link: str) -> None:
        """Let everybody join."""
        for actor in self.actors:
            actor.invite(link)

    def trouble(self) -> list[str]:
        """What went wrong with whom."""
        return [trouble for actor in self.actors if (trouble := actor.trouble())]

    def end(self) -> None:
        """Send everybody home, and return when they are gone."""
        for actor in self.actors:
            actor.dismiss()
        deadline = time.monotonic() + POLITE
        for actor in self.actors:
            actor.end(deadline)
        self.actors.clear()
