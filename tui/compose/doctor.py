"""`incog doctor`: what works here, what is missing, and how to get it. Nothing is contacted."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TextIO

from tui.cli import Status
from tui.terminal.colours import depth_of
from tui.terminal.fit import unfit

PARTS = ("aiortc", "av", "aiohttp", "cryptography", "keyring", "sounddevice", "textual", "numpy")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    state: str  # "works", "limited" (incog runs without it) or "missing"
    found: str
    cure: str = ""


def doctor(as_json: bool) -> int:
    """Print every check; the status says whether incog can run at all."""
    checks = [*parts(), sound(), keyring(), *second_layer(), resolver(), terminal(os.environ, sys.stdout)]
    for check in checks:
        if as_json:
            print(json.dumps({"type": "check", **asdict(check)}), flush=True)
        else:
            print(f"{check.state:8} {check.name}: {check.found}" + (f"; {check.cure}" if check.cure else ""))
    return Status.FAULT if any(check.state == "missing" for check in checks) else Status.LEFT


def parts() -> list[Check]:
    """The versions of Python, incog and what it is made of."""
    checks = [Check("python", "works", platform.python_version()), _part("incog")]
    return checks + [_part(name) for name in PARTS]


def _part(name: str) -> Check:
    try:
        return Check(name, "works", version(name))
    except PackageNotFoundError:
        return Check(name, "missing", "not installed", "install incog again, with all that it needs")


def sound() -> Check:
    """Whether there is anything to speak into and to hear with."""
    from media.devices import list_devices
    from media.errors import MediaError
    from media.stderr import quiet_c_libraries
    from net.confine.confinement import secluded

    try:
        with quiet_c_libraries():
            devices = secluded(list_devices)
    except MediaError as error:
        return Check("sound", "limited", *_split(str(error)))
    inputs = sum(device.inputs > 0 for device in devices)
    outputs = sum(device.outputs > 0 for device in devices)
    found = f"{inputs} to speak into, {outputs} to hear with"
    if inputs and outputs:
        return Check("sound", "works", found)
    return Check("sound", "limited", found, "connect a device or start the sound server, or use --say FILE")


def keyring() -> Check:
    """Whether what is kept outlasts the program."""
    from net.vault import Vault

    vault = asyncio.run(Vault.open())
    return Check("keyring", "works" if vault.lasting else "limited", *_split(vault.note))


def second_layer() -> list[Check]:
    """What the kernel would refuse in a meeting, below incog's own guard; tried here in threads that end at once."""
    from net.confine.confinement import State, examine

    checks = []
    for layer in examine():
        if layer.state is State.ON:
            checks.append(Check(layer.name, "works", layer.text))
        else:
            found = f"{layer.state.value}: {layer.text}"
            checks.append(Check(layer.name, "limited", found, "meetings go without it, under incog's own guard"))
    return checks


def resolver() -> Check:
    """Whether a library is installed that could look names up or send datagrams unseen; it would not be used."""
    here = [name for name in ("aiodns", "pycares", "uvloop") if importlib.util.find_spec(name) is not None]
    also = f"; {', '.join(here)} can be imported here and stays unused" if here else ""
    return Check("names", "works", f"looked up by the system's resolver, on incog's own event loop{also}")


def _split(sentence: str) -> tuple[str, str]:
    """What is so, and what to do about it."""
    for mark in (": ", "; "):
        what, found, cure = sentence.rstrip(".").partition(mark)
        if found:
            return what, cure
    return sentence.rstrip("."), ""


def terminal(environment: Mapping[str, str], stream: TextIO) -> Check:
    """What the terminal can show, by what it says of itself."""
    kind = environment.get("TERM", "")
    size = shutil.get_terminal_size()
    if unfit(environment, stream):
        return Check("terminal", "limited", "none that can show a screen here", "use --headless, or a terminal")
    where = f"{kind}, {size.columns}x{size.lines}"
    if "utf" not in (stream.encoding or "").lower():
        return Check("terminal", "limited", f"{where}, not UTF-8", "choose a UTF-8 locale, for example LC_ALL=C.UTF-8")
    if environment.get("NO_COLOR"):
        return Check("terminal", "works", f"{where}, no colour (NO_COLOR is set)")
    depth = depth_of(environment)
    if depth == "truecolor":
        return Check("terminal", "works", f"{where}, all colours")
    if depth == "256":
        return Check("terminal", "works", f"{where}, 256 colours", "set COLORTERM=truecolor if it can show more")
    return Check("terminal", "limited", f"{where}, few colours", "pictures look better in a terminal with more")
