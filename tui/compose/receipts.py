"""Receipts: what a meeting told whom, written to a file on request; and `incog receipt verify`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from net.guard import Guard
from privacy.receipt import MAX_SIZE, Account, ReceiptError, build, matches, seal_of, verify
from privacy.redaction import Destination, Other
from tui.cli import Status, UsageError
from tui.compose.files import write_private
from tui.compose.ground import Ground
from tui.compose.happenings import Receipt
from tui.compose.session import Session


def account(session: Session, ground: Ground) -> Account:
    """All that the receipt of this session is made from, as of now."""
    return Account(
        session.snapshot(),
        session.began,
        session.joined,
        service=session.plan.service,
        addresses=session.plan.addresses,
        versions={name: _version(name) for name in ("incog", "aiortc", "av")},
        others=[Other((name,), (id,), _places(ground.guard, id)) for id, name in session.roster.ever.items()],
        destinations=[
            Destination(place, why.reason, why.audience)
            for host, port, why in ground.guard.allowed
            for place in _spellings(host, port)
        ],
        encryption=tuple(session.encryption),
    )


def write(session: Session, ground: Ground, path: Path) -> Receipt:
    """Write the receipt of this session as of now. Raises `UsageError` when that cannot be."""
    text = build(account(session, ground))
    try:
        write_private(path, text)
    except OSError as error:
        raise UsageError(f"the receipt could not be written to {str(path)!r}: {error.strerror}") from error
    return Receipt(str(path), verify(text.encode()).entries, seal_of(text))


@contextmanager
def written_at_end(
    session: Session, ground: Ground, path: Path | None, tell: Callable[[Receipt], object]
) -> Iterator[None]:
    """Write the receipt when the block ends, however it ends; `tell` is told of it. Without a path, do nothing.

    Raises `UsageError` when it cannot be written, unless the block ended by an error of its own.
    """
    try:
        yield
    except BaseException:
        if path is not None:
            with suppress(UsageError):
                tell(write(session, ground, path))
        raise
    if path is not None:
        tell(write(session, ground, path))


def check(path: Path, noted: str | None, *, as_json: bool) -> int:
    """Verify a receipt and say what that means; the exit status. Raises `UsageError` for one that is not whole."""
    try:
        with path.open("rb") as opened:
            data = opened.read(MAX_SIZE + 1)
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    try:
        found = verify(data)
    except ReceiptError as error:
        raise UsageError(f"{str(path)!r}: {error}") from None
    if noted is not None and not matches(found.seal, noted):
        raise UsageError(f"{str(path)!r} is whole, but its seal is another one: it was written anew")
    if as_json:
        line = {"type": "verified", "file": str(path), "entries": found.entries, "seal": found.seal}
        print(json.dumps({**line, "seal_matches": True if noted is not None else None}))
        return Status.LEFT
    print(f"whole: {found.entries} entries, and nothing in it was altered since its seal was made")
    print(f"seal: {found.seal}")
    if noted is None:
        print("Whoever can write files can also write a whole new receipt: compare the seal with the one you noted.")
    return Status.LEFT


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def _places(guard: Guard, id: str) -> tuple[str, ...]:
    allowed = ((host, port) for host, port, why in guard.allowed if why.who == id)
    return tuple(place for host, port in allowed for place in _spellings(host, port))


def _spellings(host: str, port: int) -> tuple[str, ...]:
    """A destination as the witnesses write it."""
    return (f"{host}:{port}", f"[{host}]:{port}") if ":" in host else (f"{host}:{port}",)
