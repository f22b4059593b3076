"""What is new in the ledger since one last looked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from privacy.ledger import Snapshot
from tui.compose.happenings import Blocked, Disclosed, KeptBack

T = TypeVar("T")


class News:
    """Tells each disclosure, each thing kept back and each refusal once.

    The ledger is bounded, so what is remembered here is too.
    """

    def __init__(self) -> None:
        self._told: set[object] = set()

    def since(self, snapshot: Snapshot) -> Iterator[Disclosed | KeptBack | Blocked]:
        """What this snapshot has that no earlier one had, in the order of its happening."""
        entries = self._new(snapshot.timeline(), lambda entry: (entry.fact, entry.audience, entry.value))
        yield from (Disclosed(entry) for entry in entries)
        yield from (KeptBack(kept) for kept in self._new(snapshot.withheld, lambda kept: (kept.what, kept.instead)))
        refused = self._new(snapshot.refused, lambda one: ("refused", one.destination, one.action))
        yield from (Blocked(refusal) for refusal in refused)

    def _new(self, values: tuple[T, ...], key: Callable[[T], object]) -> list[T]:
        new = [value for value in values if key(value) not in self._told]
        self._told.update(key(value) for value in new)
        return new
