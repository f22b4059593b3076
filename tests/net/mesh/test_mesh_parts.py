from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.services.base import Encryption, Link, Notice, PeerId, Picture, Source
from net.services.mesh.actions import Emit
from net.services.mesh.peers import LINKED, NEEDS_RENDEZVOUS, TABLE, Peer, Stage, Step
from net.services.mesh.wire import State
from net.services.outbox import AGAIN_AFTER, KINDS_LIMIT, Outbox
from net.services.pace import Bucket


def test_a_bucket_is_full_at_first_and_fills_again() -> None:
    bucket = Bucket(rate=2.0, burst=3.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert not bucket.take(0.4)
    assert bucket.take(0.5)
    assert not bucket.take(0.5)
    assert bucket.take(100.0, 3.0)
    assert not bucket.take(100.0)


def test_a_clock_that_goes_back_gives_no_tokens() -> None:
    bucket = Bucket(rate=1.0, burst=1.0)
    assert bucket.take(10.0)
    assert not bucket.take(0.0)


@given(st.lists(st.floats(0, 10), max_size=50))
def test_a_bucket_never_gives_more_than_its_rate(gaps: list[float]) -> None:
    bucket, now, taken = Bucket(rate=1.0, burst=5.0), 0.0, 0
    for gap in gaps:
        now += gap
        taken += sum(bucket.take(now) for _ in range(10))
    assert taken <= 5 + now + 1e-6


def test_notices_of_a_kind_do_not_come_in_storms() -> None:
    out = Outbox[Emit]()
    for second in range(120):
        out.now = float(second)
        out.notice("again", serious=True, kind="kind")
    assert out.take() == [Emit(Notice("again", True))] * 2
    assert out.take() == []
    for _ in range(3):
        out.notice("each")
    assert out.take() == [Emit(Notice("each"))] * 3


def test_kinds_of_notices_are_bounded() -> None:
    out = Outbox[Emit]()
    for number in range(200):
        out.notice(str(number), kind=str(number))
    assert len(out.take()) == KINDS_LIMIT
    out.now = AGAIN_AFTER
    out.notice("more", kind="200")
    assert out.take() == [Emit(Notice("more"))]


def test_the_table_says_for_every_stage_what_may_come() -> None:
    again = {Step.HELLO: Stage.OFFERING, Step.OFFER: Stage.ANSWERING}
    assert {
        Stage.ABSENT: again,
        Stage.OFFERING: again | {Step.OFFER_READY: Stage.OFFERED},
        Stage.OFFERED: again | {Step.ANSWER: Stage.CONNECTING},
        Stage.ANSWERING: again | {Step.ANSWER_READY: Stage.CONNECTING},
        Stage.CONNECTING: again | {Step.CONNECTED: Stage.HERE},
        Stage.HERE: {Step.HELLO: Stage.HERE, Step.SILENCE: Stage.SILENT, Step.HEARD: Stage.HERE},
        Stage.SILENT: {Step.HELLO: Stage.SILENT, Step.HEARD: Stage.HERE, Step.OFFER: Stage.ANSWERING},
    } == TABLE


@given(st.lists(st.sampled_from(Step), max_size=40))
def test_only_a_connected_participant_is_ever_linked(steps: list[Step]) -> None:
    peer = Peer(PeerId("p"), "Ben", 0.0)
    connected = False
    for step in steps:
        if peer.can(step):
            before = peer.stage
            peer.move(step)
            connected = connected or step is Step.CONNECTED
            assert before is not Stage.HERE or peer.stage in LINKED
            assert peer.stage is not Stage.ABSENT
        else:
            with pytest.raises(KeyError):
                peer.move(step)
        assert not peer.linked or connected
        assert peer.view().encryption.keys() == peer.view().sources
        assert bool(peer.view().sources) == peer.linked


def test_the_sets_of_stages_share_none() -> None:
    assert not LINKED & NEEDS_RENDEZVOUS


@pytest.mark.parametrize(
    ("stage", "link"),
    [
        (Stage.OFFERING, Link.CONNECTING),
        (Stage.CONNECTING, Link.CONNECTING),
        (Stage.HERE, Link.HERE),
        (Stage.SILENT, Link.SILENT),
    ],
)
def test_a_participant_is_shown_by_their_stage(stage: Stage, link: Link) -> None:
    view = Peer(PeerId("p"), "Ben", 0.0, stage=stage, shown=State(False, Picture.CAMERA, True)).view()
    assert (view.link, view.muted, view.camera, view.hand) == (link, False, True, True)
    assert set(view.encryption.values()) <= {Encryption.END_TO_END}


def test_a_linked_participant_has_the_sources_they_show() -> None:
    peer = Peer(PeerId("p"), "Ben", 0.0, stage=Stage.HERE)
    assert peer.view().sources == {Source.MICROPHONE}
    peer.shown = State(picture=Picture.CAMERA)
    assert peer.view().sources == {Source.MICROPHONE, Source.CAMERA}
    assert peer.view().camera
    peer.shown = State(picture=Picture.SCREEN)
    assert peer.view().sources == {Source.MICROPHONE, Source.SCREEN}
    assert not peer.view().camera
