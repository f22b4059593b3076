"""incog itself, started by this module with the arguments of `incog`, with a probe where decoded media arrives."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from bench.probe import Probe

ROOT = "tui.compose.assemble"
"""What incog imports last before it joins, and with it everything that it needs."""


class _WhenLoaded(MetaPathFinder, Loader):
    """Puts the probe in when incog itself has imported everything: nothing is imported sooner than usual."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != ROOT:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None:
            self._loader = spec.loader
            spec.loader = self
        return spec

    def exec_module(self, module: ModuleType) -> None:
        assert self._loader is not None
        self._loader.exec_module(module)
        self._probe.loaded()
        signalling = importlib.import_module("net.signalling").Signalling
        signalling.connect = self._noted(signalling.connect)
        for what in ("heard", "seen"):
            setattr(module.Engine, what, self._counted(what, getattr(module.Engine, what)))

    def _noted(self, original: Any) -> Any:
        async def connect(*args: Any, **kwargs: Any) -> Any:
            self._probe.first("connecting")
            return await original(*args, **kwargs)

        return connect

    def _counted(self, what: str, original: Any) -> Any:
        def method(engine: Any, peer: str, frame: Any) -> None:
            self._probe.count(what)
            original(engine, peer, frame)

        return method


if __name__ == "__main__":
    sys.meta_path.insert(0, _WhenLoaded(Probe()))
    from tui.main import console

    console()
