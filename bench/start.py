"""How soon incog answers: its help against an interpreter that does nothing, its app against the smallest one.

    python -m bench.start [--runs N]

All take turns in one run. The smallest app imports Textual's `App` and `Static` and nothing else.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

from bench.common import AS_INSTALLED, conditions, median, ratio, row

CONSOLE = "import sys; from tui.main import console; sys.argv[0] = 'incog'; console()"
MINIMAL = "from textual.app import App; from textual.widgets import Static; type('Minimal', (App,), {})"
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "incog --help": ["-c", CONSOLE, "--help"],
    "the smallest Textual app": ["-c", MINIMAL],
    "incog's app": ["-c", "import tui.app"],
}


def run(arguments: list[str]) -> float:
    """Milliseconds until it has ended."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env={**os.environ, **AS_INSTALLED}
    )
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.start", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    wanted = parser.parse_args()
    print(conditions())
    took: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for turn in range(wanted.runs + 1):
        for name, arguments in COMMANDS.items():
            spent = run(arguments)
            if turn:  # the first one warms the caches
                took[name].append(spent)
    print("\nfrom start to end of the process (for apps: importing only)")
    for name, values in took.items():
        print(row(name, values, "ms"))
    nothing, help_, smallest, ours = (median(values) for values in took.values())
    print(f"  incog --help / python -c pass: {ratio(help_, nothing)} (medians), {help_ - nothing:+.0f} ms")
    print(f"  incog's app / the smallest: {ratio(ours, smallest)} (medians), {ours - smallest:+.0f} ms")


if __name__ == "__main__":
    main()
