"""The spoken code: a few words that two people compare aloud, to know that nobody is between them.

Whoever has the link's secret and holds the network or the rendezvous can put themselves between two others: each of
the two then has a connection, with keys of its own, to the one in between. The code follows from the keys at both ends,
so it differs. It is short, so nobody in between may be able to try keys until two codes are alike: both ends therefore
add a random number, once the connection and its keys are there, and the first to choose is bound before the second
chooses:

    who offered the connection   commit   SHA-256 of their number
    who answered                 nonce    their number
    who offered                  nonce    their number, which must be the one they are bound to

Who is in between has one try, which succeeds once in 2^40 times. (The shape is that of ZRTP, RFC 6189 section 4.4.)

The words are made of syllables, not taken from a list: a consonant that is hard to mistake for one of the others and a
vowel, twice, which is 10 bits a word.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from hashlib import sha256

from net.services.mesh.sealing import VERSION
from net.services.mesh.wire import NONCE_DIGITS, Commit, Nonce

CONSONANTS = "bdfklmrs"
VOWELS = "aiou"
WORDS = 4
WORD_BITS = 10


class Awaiting(Enum):
    """What the other end is to send next."""

    COMMIT = auto()
    NONCE = auto()
    NOTHING = auto()


class Cheated(ValueError):
    """The other end's number is not the one they were bound to."""


class SpokenCode:
    """The exchange over one connection. `code` is empty until it is over, and stays so if anything is out of place."""

    def __init__(self, keys: str, people: tuple[str, str], random: Callable[[int], bytes]) -> None:
        """`keys`: a text of both ends' keys, and `people`: the participants' ids; both in the offerer's order."""
        self.code = ""
        self._bound = "\0".join((keys, *people))
        self._nonce = random(NONCE_DIGITS // 2).hex()
        self._commit: str | None = None
        self._awaiting = Awaiting.COMMIT

    def begin(self) -> Commit:
        """We offered the connection: the first message."""
        self._awaiting = Awaiting.NONCE
        return Commit(commitment(self._nonce))

    def received(self, message: Commit | Nonce) -> Nonce | None:
        """Follow a message; gives what to send. Raises `Cheated`, or `ValueError` for what is out of place."""
        awaited, self._awaiting = self._awaiting, Awaiting.NOTHING
        match message:
            case Commit(hash) if awaited is Awaiting.COMMIT:
                self._commit = hash
                self._awaiting = Awaiting.NONCE
                return Nonce(self._nonce)
            case Nonce(value) if awaited is Awaiting.NONCE and self._commit is None:
                self.code = self._words(self._nonce, value)
                return Nonce(self._nonce)
            case Nonce(value) if awaited is Awaiting.NONCE:
                if commitment(value) != self._commit:
                    raise Cheated("The number for the spoken code is not the one that was promised.")
                self.code = self._words(value, self._nonce)
                return None
        raise ValueError("A message about the spoken code is out of place.")

    def _words(self, offerers: str, answerers: str) -> str:
        return words(_digest("spoken code", self._bound, offerers, answerers))


def commitment(nonce: str) -> str:
    """What binds to a number without telling it."""
    return _digest("commitment", nonce).hex()


def _digest(purpose: str, *parts: str) -> bytes:
    return sha256(b"\0".join((VERSION, purpose.encode(), *(part.encode() for part in parts)))).digest()


def words(digest: bytes) -> str:
    """The first 40 bits of a digest as four words."""
    number = int.from_bytes(digest[: WORDS * WORD_BITS // 8])
    return " ".join(_word(number >> WORD_BITS * place) for place in reversed(range(WORDS)))


def _word(number: int) -> str:
    first, second = number >> 5, number
    return "".join(CONSONANTS[half >> 2 & 7] + VOWELS[half & 3] for half in (first, second))
