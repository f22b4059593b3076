"""Whom a newcomer may be taken for, and what is said of it: as transcripts."""

from __future__ import annotations

import pytest

from net.services.base import IdentityChanged, IdentityKind, PeerId
from net.services.identity import KNOWN_LIMIT, Identities
from net.services.mesh.actions import PeerEvent
from net.services.mesh.peers import Peer
from net.services.mesh.wire import Bye, Enter, Hello
from tests.net.mesh.playbook import BEN, BEN_AT, CARA, CARA_AT, Line, Play

ben, cara = PeerId(BEN), PeerId(CARA)
BEN_AT_LAST = "b000000000000009"


def warnings(lines: list[Line]) -> list[IdentityChanged]:
    return [line for line in lines if isinstance(line, IdentityChanged)]


def comes(play: Play, pid: str, at: str, alias: str) -> list[IdentityChanged]:
    """Somebody greets us; what is said about who they may be."""
    play.server(Enter(at))
    play.skip()
    play.sealed(at, Hello(pid, alias))
    return warnings(play.skip())


def leaves(play: Play, pid: str) -> None:
    play.channel(pid, Bye())
    play.skip()


def test_somebody_with_the_name_of_one_who_left_may_be_anybody() -> None:
    play = Play().with_ben()
    leaves(play, BEN)
    (changed,) = comes(play, CARA, CARA_AT, "Ben")
    assert changed == IdentityChanged(cara, "Ben", IdentityKind.SAME_NAME, "Ben")
    assert changed.text == (
        "Ben left, and somebody with the same name came; incog cannot tell whether it is the same person."
    )
    assert not changed.serious


def test_somebody_whose_name_looks_like_that_of_one_who_left() -> None:
    play = Play().with_ben()
    leaves(play, BEN)
    (changed,) = comes(play, CARA, CARA_AT, "Bеn")  # with a Cyrillic letter
    assert changed == IdentityChanged(cara, "Bеn", IdentityKind.CONFUSABLE, "Ben")
    assert changed.text == (
        "Bеn came, whose name looks like that of Ben, who left; incog cannot tell whether it is the same person."
    )
    assert changed.serious


@pytest.mark.parametrize(
    ("alias", "kind", "text"),
    [
        ("Ben", IdentityKind.SAME_NAME, "Two participants have the same name: Ben."),
        ("BEN", IdentityKind.CONFUSABLE, "Two participants have names that look alike: BEN and Ben."),
    ],
)
def test_two_who_are_here_and_have_one_name(alias: str, kind: IdentityKind, text: str) -> None:
    play = Play().with_ben()
    (changed,) = comes(play, CARA, CARA_AT, alias)
    assert changed == IdentityChanged(cara, alias, kind, "Ben", here=True)
    assert changed.text == text
    assert changed.serious


def test_a_name_like_ours_is_said_so() -> None:
    play = Play("Ana").alone()
    (changed,) = comes(play, BEN, BEN_AT, "Ana")
    assert changed == IdentityChanged(ben, "Ana", IdentityKind.LIKE_OURS, "Ana", here=True)
    assert changed.text == "Somebody came whose name looks like yours: Ana."
    assert changed.serious


def test_one_whose_id_was_here_before_has_other_keys() -> None:
    play = Play().with_ben()
    play.peer(BEN, PeerEvent.FAILED)
    play.skip()
    (changed,) = comes(play, BEN, BEN_AT_LAST, "Ben")
    assert changed == IdentityChanged(ben, "Ben", IdentityKind.OTHER_KEY, "Ben")
    assert changed.text.startswith("Ben is back, over a new connection with other keys; incog cannot tell")
    assert not changed.serious


def test_one_who_is_back_under_another_name() -> None:
    play = Play().with_ben()
    play.peer(BEN, PeerEvent.FAILED)
    play.skip()
    (changed,) = comes(play, BEN, BEN_AT_LAST, "Dora")
    assert changed == IdentityChanged(ben, "Dora", IdentityKind.OTHER_NAME, "Ben")
    assert changed.text.startswith("Who was called Ben before is back as Dora; incog cannot tell")
    assert changed.serious


def test_whoever_was_verified_is_so_no_more_when_they_are_back() -> None:
    play = Play().verified_ben()
    play.peer(BEN, PeerEvent.FAILED)
    play.skip()
    (changed,) = comes(play, BEN, BEN_AT_LAST, "Ben")
    assert changed == IdentityChanged(ben, "Ben", IdentityKind.OTHER_KEY, "Ben", verified=True)
    assert changed.text.endswith("They are no longer verified: compare the spoken code again.")
    assert changed.serious
    assert play.it.code(BEN) == ""
    play.peer(BEN, PeerEvent.FAILED)
    play.skip()
    play.now += 61
    assert comes(play, BEN, BEN_AT_LAST, "Ben") == [IdentityChanged(ben, "Ben", IdentityKind.OTHER_KEY, "Ben")]


def test_an_impostor_of_one_who_was_verified_is_serious() -> None:
    play = Play().verified_ben()
    leaves(play, BEN)
    (changed,) = comes(play, CARA, CARA_AT, "Ben")
    assert changed == IdentityChanged(cara, "Ben", IdentityKind.SAME_NAME, "Ben", verified=True)
    assert changed.serious


def test_one_who_never_got_through_is_not_remembered() -> None:
    play = Play().alone()
    comes(play, BEN, BEN_AT, "Ben")
    play.peer(BEN, PeerEvent.FAILED)
    play.skip()
    assert comes(play, CARA, CARA_AT, "Ben") == []


def test_those_who_come_and_go_are_said_once_a_minute() -> None:
    play = Play().with_ben()
    leaves(play, BEN)
    heard: list[IdentityChanged] = []
    for number in range(8):
        heard += warnings(play.joins(f"{number:016x}", f"{100 + number:016x}", "Ben"))
        leaves(play, f"{number:016x}")
    assert len(heard) == 1


def test_no_more_are_remembered_than_is_sensible() -> None:
    known = Identities("Ana", "someone")
    for number in range(KNOWN_LIMIT + 1):
        known.left(Peer(PeerId(f"{number:016x}"), f"Person {number}", 0.0))
    first = Peer(PeerId("f" * 16), "Person 0", 0.0)
    second = Peer(PeerId("f" * 16), "Person 1", 0.0)
    assert list(known.came(first, ())) == []
    assert [changed.other for changed in known.came(second, ())] == ["Person 1"]
