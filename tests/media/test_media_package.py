"""What importing media does to the process."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.media.helpers import linux

COUNT = "import os, media.engine; print(len(os.listdir('/proc/self/task')), os.environ['OPENBLAS_NUM_THREADS'])"


def imported(**environment: str) -> str:
    """What a fresh interpreter counts after importing the engine."""
    inherited = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", COUNT], env=inherited | environment, check=True, capture_output=True, text=True
    )
    return done.stdout


@linux
def test_importing_the_engine_starts_no_thread() -> None:
    assert imported() == "1 1\n"


def test_whoever_wants_more_threads_may_say_so() -> None:
    assert imported(OPENBLAS_NUM_THREADS="2").endswith(" 2\n")
