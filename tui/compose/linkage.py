"""What ties this meeting to earlier ones, told as it becomes known, and kept for the next one.

Only for whoever asked for it (`--linkability`). Kept are marks (`privacy.linkability`) in one small file in the user's
state folder; their key is in the keyring. Without a keyring nothing is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from net.services.links import MeetingLink
from net.vault import Vault, room_key
from privacy.facts import Disclosure, Fact
from privacy.ledger import Entry
from privacy.linkability import KEY_BYTES, MAX_TEXT, TOLD_BY, Comparison, Memory, Tie, Trait
from privacy.persona import Persona
from tui.compose.files import write_private
from tui.compose.happenings import Linkable

NOTHING_KEPT = "What ties this meeting to others cannot be told, and nothing is kept for it"


def file() -> Path:
    """Where the marks are."""
    return platformdirs.user_state_path("incog") / "linkability"


def load(path: Path) -> Memory:
    """The marks that are kept. Raises `ValueError` with one sentence when they cannot be read."""
    try:
        with path.open(encoding="ascii") as opened:
            return Memory.parse(opened.read(MAX_TEXT + 1))
    except FileNotFoundError:
        return Memory()
    except OSError as error:
        raise ValueError(f"The marks of earlier meetings cannot be read: {error.strerror}.") from None


def save(path: Path, memory: Memory) -> None:
    """Write the marks. Raises `OSError`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, str(memory))


def burn(path: Path) -> int:
    """Remove the marks; how many there were, or 1 for a file that cannot be read. Raises `OSError`."""
    try:
        count = len(load(path))
    except ValueError:
        count = 1
    path.unlink(missing_ok=True)
    return count


def today() -> str:
    """The day, in UTC, so that it does not tell the time zone."""
    return datetime.now(UTC).date().isoformat()


class Linkage:
    """One meeting beside the earlier ones."""

    def __init__(
        self,
        comparison: Comparison,
        vault: Vault,
        key: bytes,
        path: Path,
        persona: Persona,
        to: MeetingLink,
    ) -> None:
        """Made by `open`."""
        self._comparison = comparison
        self._vault = vault
        self._key = key
        self._path = path
        self._alias = persona.alias
        self._mask = persona.seed.hex()
        self._link = room_key(to.secret, to.public)
        self._told: set[Tie] = set()
        self._keys: Callable[[], Iterable[str]] = tuple
        self._record: Callable[[Disclosure], object] = lambda disclosure: None

    @classmethod
    async def open(cls, persona: Persona, to: MeetingLink, *, begin: bool = True) -> Linkage | str:
        """Ready to compare; or one sentence why that cannot be.

        Without `begin` nothing is begun where nothing was kept yet; the sentence is empty then.
        """
        vault = await Vault.open()
        key = await vault.linkability_key(secrets.token_bytes(KEY_BYTES) if begin else None)
        if key is None and vault.lasting and not begin:
            return ""
        if key is None:
            return f"{NOTHING_KEPT}: {vault.note[:1].lower()}{vault.note[1:]}"
        path = file()
        try:
            comparison = Comparison(key, load(path), today())
        except ValueError as error:
            return f"{NOTHING_KEPT}: {str(error)[:1].lower()}{str(error)[1:]}"
        return cls(comparison, vault, key, path, persona, to)

    def watch(self, *, keys: Callable[[], Iterable[str]], record: Callable[[Disclosure], object]) -> None:
        """`keys` gives the fingerprints that others were told so far; `record` takes what they can tell by a tie."""
        self._keys, self._record = keys, record

    def foresee(self) -> tuple[Linkable, ...]:
        """What will tie this meeting to earlier ones by what is known before it is joined."""
        known = ((Trait.ALIAS, self._alias), (Trait.MASK, self._mask), (Trait.LINK, self._link))
        return tuple(filter(None, (self._tell(self._comparison.tie(trait, value)) for trait, value in known)))

    def learned(self, entries: Iterable[Entry]) -> Iterator[Linkable]:
        """Take in what audiences learned, and tell what that ties."""
        for entry in entries:
            for trait, value in self._shown_by(entry):
                self._comparison.show(trait, value)
                tie = self._comparison.tie(trait, value)
                if tie is None:
                    continue
                disclosure = Disclosure(
                    Fact.LINKABLE, f"the {trait.value}, last on {tie.last}", entry.audience, entry.first_at, entry.first
                )
                self._record(disclosure)
                if told := self._tell(tie):
                    yield told

    def _shown_by(self, entry: Entry) -> Iterator[tuple[Trait, str]]:
        match TOLD_BY.get(entry.fact):
            case None:
                if entry.fact is Fact.VOICE:
                    yield Trait.MASK, self._mask
            case Trait.LINK:
                yield Trait.LINK, self._link
            case Trait.KEYS:
                for fingerprint in self._keys():
                    yield Trait.KEYS, fingerprint
            case trait:
                yield trait, entry.value

    def _tell(self, tie: Tie | None) -> Linkable | None:
        if tie is None or tie in self._told:
            return None
        self._told.add(tie)
        return Linkable(tie)

    async def keep(self) -> str:
        """Keep what this meeting showed, for the next one; one sentence why it was not kept, or an empty string.

        What was burned meanwhile, here or by another incog, stays burned.
        """
        for fingerprint in self._keys():
            self._comparison.show(Trait.KEYS, fingerprint)
        if not self._comparison.marks or await self._vault.linkability_key() != self._key:
            return ""
        try:
            save(self._path, self._comparison.added_to(load(self._path)))
        except ValueError as error:
            return str(error)
        except OSError as error:
            return f"The marks of this meeting could not be kept: {error.strerror}."
        return ""
