"""A server, and people in the room, that send anything at all: nothing breaks, grows without bound, or is obeyed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from net.services.base import Level, PeerId, Phase, Picture, Source
from net.services.janus.actions import Action, Hangup, Offer, Send, SendData, Way, WayEvent
from net.services.janus.rooms import PEOPLE_LIMIT
from tests.net.janus.playroom import (
    ANSWER,
    AUDIO,
    BEN,
    CYD,
    DATA,
    KEY,
    LINK,
    ME,
    OFFER,
    ROOM,
    SESSION,
    VIDEO,
    Play,
    data_line,
    someone,
)

IDS = st.sampled_from([ME, BEN, CYD, 44, 0, -1, "b-e-n", None, True, 1.5, "9" * 130])
MIDS = st.sampled_from(["0", "1", "2", "", "m" * 70, 7, None])
TEXTS = st.sampled_from(["", "Ben", "\x1b[31mBen\u202e", "ok", "kicked", "muted", "\ud800", "x" * 200]) | st.text()
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
STREAM = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["audio", "video", "data", "smell", 1]),
        "mid": MIDS,
        "codec": st.sampled_from(["opus", "vp8", "vp9", "none", "", 3]),
        "active": st.booleans() | st.just("yes"),
        "feed_id": IDS,
        "feed_mid": MIDS,
        "source_ids": st.lists(IDS, max_size=3),
        "description": TEXTS,
        "simulcast": st.booleans(),
        "disabled": st.booleans(),
    },
)
SOMEONE = st.fixed_dictionaries({"id": IDS}, optional={"display": TEXTS, "streams": st.lists(STREAM, max_size=4)})
DATA_OF_PLUGIN = st.fixed_dictionaries(
    {"videoroom": st.sampled_from(["event", "attached", "updated", "updating", "joined", "talking", "destroyed", "?"])},
    optional={
        "publishers": st.lists(SOMEONE, max_size=4),
        "attendees": st.lists(SOMEONE, max_size=4),
        "joining": SOMEONE,
        "unpublished": IDS | TEXTS,
        "leaving": IDS | TEXTS,
        "kicked": IDS,
        "reason": TEXTS,
        "id": IDS,
        "display": TEXTS,
        "mid": MIDS,
        "moderation": TEXTS,
        "streams": st.lists(STREAM, max_size=5),
        "private_id": IDS,
        "error_code": st.integers(-5, 500),
        "participants": st.lists(SOMEONE, max_size=4),
        "configured": TEXTS,
    },
)
JSEP = st.sampled_from([OFFER, ANSWER, {"type": "offer"}, None, {"type": "x", "sdp": "y"}])
KINDS = ["ack", "success", "error", "event", "webrtcup", "hangup", "media", "slowlink", "timeout", "trickle", "x"]


class Hostile(RuleBasedStateMachine):
    """Everything at once, in any order."""

    @initialize(sealed=st.booleans(), secret=st.sampled_from(["", "s"]))
    def begin(self, sealed: bool, secret: str) -> None:
        self.play = Play(LINK + (KEY if sealed else ""), **({"secret": secret} if secret else {}))
        self.play.live(someone(BEN, "Ben", AUDIO, VIDEO, DATA), attendees=[someone(CYD, "Cyd")])
        self.room = self.play.room

    @property
    def now(self) -> float:
        return self.play.now

    def take(self) -> None:
        """Note the transactions of what was asked, so that answers can be made up."""
        for action in self.play._out:
            assert isinstance(action, Action)
        self.play._note()
        assert len(self.play._out) < 2000
        self.play._out.clear()

    @rule(
        kind=st.sampled_from(KINDS),
        session=st.sampled_from([SESSION, 1, None]),
        sender=st.sampled_from([ROOM, 3000, 77, "x"]),
        answers=st.booleans(),
        data=DATA_OF_PLUGIN | JUNK,
        jsep=JSEP,
        extra=JUNK,
        which=st.integers(0, 50),
    )
    def hear(
        self, kind: str, session: Any, sender: Any, answers: bool, data: Any, jsep: Any, extra: Any, which: int
    ) -> None:
        asked = list(self.play._asked.values())
        message = {
            "janus": kind,
            **({} if session is None else {"session_id": session}),
            **({"transaction": asked[which % len(asked)]} if answers and asked else {}),
            "sender": sender,
            "plugindata": {"plugin": "janus.plugin.videoroom", "data": data},
            **({} if jsep is None else {"jsep": jsep}),
            "error": {"code": which + 420, "reason": "x"},
            "candidate": extra,
        }
        if which % 3 == 0:
            message["data"] = {"id": 3000 + which}
        self.play._do(self.room.received(json.dumps(message), self.now))
        self.take()

    @rule(data=DATA_OF_PLUGIN, handle=st.sampled_from([ROOM, 3000]), jsep=st.sampled_from([OFFER, None]))
    def told(self, data: Any, handle: int, jsep: Any) -> None:
        self.play.tells(data, jsep, handle)
        self.take()

    @rule(text=st.text() | JUNK.map(json.dumps))
    def nonsense(self, text: str) -> None:
        self.play._do(self.room.received(text, self.now))
        self.take()

    @rule(
        label=st.sampled_from(["22", "33", "44", "x", ""]),
        data=st.text() | st.binary(max_size=200) | JUNK.map(json.dumps),
    )
    def data(self, label: str, data: Any) -> None:
        self.play.data(label, data)
        self.take()

    @rule(
        label=st.sampled_from(["22", "33"]),
        t=st.sampled_from(["hello", "state", "chat", "box"]),
        more=st.dictionaries(st.sampled_from(["id", "box", "muted", "picture", "hand", "heard", "text", "kind"]), JUNK),
    )
    def words(self, label: str, t: str, more: dict[str, Any]) -> None:
        shown = {"muted": True, "picture": "camera", "hand": False}
        hello = {"id": "b" * 16, "box": "A" * 43 + "=", "heard": []} if t == "hello" else {}
        self.play.data(label, {"incog": "1", "t": t, **shown, **hello, **more})
        self.take()

    @rule(way=st.sampled_from(Way), event=st.sampled_from(WayEvent))
    def report(self, way: Way, event: WayEvent) -> None:
        self.play.way(way, event)
        self.take()

    @rule(way=st.sampled_from(Way))
    def described(self, way: Way) -> None:
        self.play.described(way, "sdp")
        self.take()

    @rule(pid=st.sampled_from(["22", "33", "99"]), source=st.sampled_from(Source), level=st.sampled_from(Level))
    def want(self, pid: str, source: Source, level: Level) -> None:
        self.play.want(PeerId(pid), source, level)
        self.take()

    @rule(muted=st.booleans(), picture=st.sampled_from(Picture))
    def show(self, muted: bool, picture: Picture) -> None:
        self.play.show(muted=muted, picture=picture)
        self.take()

    @rule(lost=st.booleans())
    def websocket(self, lost: bool) -> None:
        if lost:
            self.play.lost()
        else:
            self.play.found()
        self.take()

    @rule(seconds=st.sampled_from([0.25, 1.0, 6.0, 12.0]))
    def time(self, seconds: float) -> None:
        self.play.later(seconds)
        self.take()

    @precondition(lambda self: self.room.phase is not Phase.ENDED)
    @rule(mid=st.sampled_from(["0", "1", "x"]))
    def media(self, mid: str) -> None:
        self.play.media(mid)
        self.take()

    @invariant()
    def is_bounded(self) -> None:
        if not hasattr(self, "room"):
            return
        assert len(self.room.participants) <= PEOPLE_LIMIT
        session = self.room._admission.session
        assert len(session._waiting) < 100
        assert len(session._handles) < 100
        for view in self.room.participants.values():
            assert len(view.name) <= 40
            assert view.name.isprintable()


TestHostile = Hostile.TestCase
TestHostile.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


@given(st.text() | JUNK.map(json.dumps))
@settings(deadline=None)
def test_what_a_stranger_says_makes_us_say_nothing(text: str) -> None:
    play = Play()
    play.live(someone(BEN, "Ben", DATA))
    play.receive(data_line("0", BEN))
    play.room.received(text, play.now)
    sent = play.room.data_received(Way.RECEIVE, "22", text, play.now)
    assert not any(isinstance(action, Send | SendData | Offer | Hangup) for action in sent)


@pytest.mark.parametrize("count", [5000])
def test_requests_that_nobody_answers_do_not_pile_up(count: int) -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO, VIDEO))
    for number in range(count):
        play.want(PeerId("22"), Source.CAMERA, Level(number % 4))
        if number % 50 == 0:
            play.later(0.25)
    assert len(play.room._admission.session._waiting) < 10


def test_a_server_that_claims_a_crowd_is_read_and_bounded() -> None:
    play = Play()
    play.join(*(someone(10_000 + number, "x" * 50) for number in range(3000)))
    assert len(play.room.participants) == PEOPLE_LIMIT


def test_a_person_with_a_thousand_streams_is_one_with_eight() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", *({**VIDEO, "mid": str(number)} for number in range(1000))))
    assert len(play.room.participants[PeerId("22")].also) == 7
