from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from net.errors import Asked, MeetingError, Refused, Unreachable
from net.services.janus import wire
from net.services.janus.actions import Action, Hangup, Send
from net.services.janus.session import (
    ANSWER_WITHIN,
    FRAME_BURST,
    KEEPALIVE_EVERY,
    SILENT_AFTER,
    Handle,
    Session,
    State,
)
from net.services.janus.wire import Failure, Jsep, Reply
from net.services.outbox import Outbox
from net.services.strict import Fields, Malformed
from tests.net.mesh.playbook import chance

SESSION, HANDLE = 5276066583608922, 4480514335518915


@dataclass
class Owner:
    """Notes what it is told, as owner of a session and of a handle."""

    told: list[object] = field(default_factory=list)

    def opened(self) -> None:
        self.told.append("opened")

    def resumed(self) -> None:
        self.told.append("resumed")

    def expired(self) -> None:
        self.told.append("expired")

    def refused(self, error: MeetingError) -> None:
        self.told.append(error)

    def silent(self) -> None:
        self.told.append("silent")

    def heard(self, data: Fields, jsep: Jsep | None) -> None:
        self.told.append((data.text("videoroom", 20), jsep))

    def up(self) -> None:
        self.told.append("up")

    def hung_up(self) -> None:
        self.told.append("hung up")

    def trickled(self, candidate: str) -> None:
        self.told.append(candidate)

    def then(self, outcome: Reply | Failure | Handle) -> None:
        self.told.append(outcome)

    def take(self) -> list[object]:
        told, self.told = self.told, []
        return told


class Stage:
    """One session, and the server played by hand."""

    def __init__(self, token: str = "") -> None:
        self.out = Outbox[Action]()
        self.owner = Owner()
        self.session = Session(self.out, self.owner, chance("session"), token)
        self.transaction = ""

    def says(self, *expected: dict[str, object]) -> None:
        """All that was sent since the last time, without transactions."""
        sent = []
        for action in self.out.take():
            assert isinstance(action, Send), action
            message = json.loads(action.text)
            self.transaction = message.pop("transaction")
            assert len(self.transaction) == 16
            sent.append(message)
        assert sent == list(expected)

    def hears(self, janus: str, *, answers: bool = False, **more: object) -> None:
        """A message of the server."""
        transaction = {"transaction": self.transaction} if answers else {}
        self.session.received(json.dumps({"janus": janus, **transaction, **more}))

    def heard_last(self) -> None:
        """Take note of the last request."""
        *_, last = self.out.take()
        assert isinstance(last, Send)
        self.transaction = json.loads(last.text)["transaction"]

    def at(self, now: float) -> None:
        """The time comes."""
        self.out.now = now
        self.session.tick()

    def open(self) -> Handle:
        """A session with one handle."""
        self.session.found()
        self.says({"janus": "create"})
        self.hears("success", answers=True, data={"id": SESSION})
        assert self.owner.take() == ["opened"]
        self.session.attach("videoroom", self.owner, self.owner.then)
        self.says({"janus": "attach", "session_id": SESSION, "plugin": "janus.plugin.videoroom"})
        self.hears("success", answers=True, session_id=SESSION, data={"id": HANDLE})
        (handle,) = self.owner.take()
        assert isinstance(handle, Handle)
        return handle


def test_a_session_is_made_and_used() -> None:
    stage = Stage()
    handle = stage.open()
    stage.session.ask(handle, {"request": "publish"}, stage.owner.then, Jsep("offer", "v=0\r\n"))
    asked = {"janus": "message", "session_id": SESSION, "handle_id": HANDLE, "body": {"request": "publish"}}
    stage.says({**asked, "jsep": {"type": "offer", "sdp": "v=0\r\n"}})
    stage.hears("ack", answers=True, session_id=SESSION)
    assert not stage.owner.take()
    data = {"plugin": "janus.plugin.videoroom", "data": {"configured": "ok"}}
    answer = {"type": "answer", "sdp": "v=0\r\n"}
    stage.hears("event", answers=True, session_id=SESSION, sender=HANDLE, plugindata=data, jsep=answer)
    (reply,) = stage.owner.take()
    assert isinstance(reply, Reply)
    assert reply.data.text("configured", 9) == "ok"
    assert reply.jsep == Jsep("answer", "v=0\r\n")
    stage.hears("ack", answers=True, session_id=SESSION)  # may come late
    stage.session.hang_up(handle, stage.owner.then)
    stage.says({"janus": "hangup", "session_id": SESSION, "handle_id": HANDLE})
    stage.hears("success", answers=True, session_id=SESSION)
    (reply,) = stage.owner.take()
    assert isinstance(reply, Reply)


def test_what_nobody_asked_for_goes_to_the_owner_of_the_handle() -> None:
    stage = Stage()
    handle = stage.open()
    about: dict[str, Any] = {"session_id": SESSION, "sender": HANDLE}
    stage.hears("webrtcup", **about)
    stage.hears("event", **about, plugindata={"data": {"videoroom": "destroyed"}})
    stage.hears("media", **about, type="audio", receiving=True)
    stage.hears("hangup", **about, reason="Close PC")
    candidate = "candidate:1 1 udp 2015363327 198.51.100.10 42000 typ host"
    stage.hears("trickle", **about, candidate={"sdpMid": "0", "sdpMLineIndex": 0, "candidate": candidate})
    stage.hears("trickle", **about, candidate={"completed": True})
    assert stage.owner.take() == ["up", ("destroyed", None), "hung up", candidate, ""]
    stage.hears("event", **about, plugindata={"data": {}})
    assert stage.out.counts == {"malformed": 1}
    stage.session.detach(handle)
    stage.session.detach(handle)
    stage.says({"janus": "detach", "session_id": SESSION, "handle_id": HANDLE})
    stage.hears("success", answers=True, session_id=SESSION)
    for kind in ("webrtcup", "hangup"):
        stage.hears(kind, **about)
    stage.hears("trickle", **about, candidate={"completed": True})
    stage.hears("event", **about, plugindata={"data": {"videoroom": "destroyed"}})
    stage.hears("webrtcup", session_id=SESSION + 1, sender=HANDLE)
    assert not stage.owner.take()
    assert stage.out.counts == {"malformed": 1, "out of place": 5}


def test_a_session_that_is_given_back_is_gone() -> None:
    stage = Stage()
    handle = stage.open()
    stage.session.destroy()
    stage.says({"janus": "destroy", "session_id": SESSION})
    stage.session.destroy()
    stage.session.ask(handle, {}, stage.owner.then)
    stage.session.attach("videoroom", stage.owner, stage.owner.then)
    stage.hears("timeout", session_id=SESSION)
    stage.at(1000.0)
    stage.says()
    assert stage.session.state is State.AWAY
    assert stage.owner.take() == [Failure(wire.GONE), Failure(wire.GONE)]


@pytest.mark.parametrize("kind", ["event", "success"])
def test_a_plugins_refusal_is_a_failure(kind: str) -> None:
    stage = Stage()
    stage.session.ask(stage.open(), {"request": "join"}, stage.owner.then)
    stage.heard_last()
    refused = {"data": {"videoroom": "event", "error_code": 433, "error": "Unauthorized (wrong pin)"}}
    stage.hears(kind, answers=True, session_id=SESSION, sender=HANDLE, plugindata=refused)
    assert stage.owner.take() == [Failure(433, "Unauthorized (wrong pin)")]


def test_the_servers_refusal_is_a_failure() -> None:
    stage = Stage()
    stage.open()
    stage.session.attach("nonsense", stage.owner, stage.owner.then)
    stage.heard_last()
    stage.hears("error", answers=True, session_id=SESSION, error={"code": 460, "reason": "No such plugin"})
    assert stage.owner.take() == [Failure(460, "No such plugin")]
    stage.session.attach("videoroom", stage.owner, stage.owner.then)
    stage.heard_last()
    stage.hears("success", answers=True, session_id=SESSION)
    assert stage.owner.take() == [Failure(wire.GARBLED)]


def test_an_answer_that_cannot_be_read_is_a_failure() -> None:
    stage = Stage()
    handle = stage.open()
    told: list[object] = []

    def then(outcome: Reply | Failure) -> None:
        told.append(outcome)
        if isinstance(outcome, Reply):
            raise Malformed("The answer lacks something.")

    stage.session.ask(handle, {}, then)
    stage.heard_last()
    stage.hears("success", answers=True, session_id=SESSION)
    assert told[1:] == [Failure(wire.GARBLED)]
    assert stage.out.counts == {"malformed": 1}


def test_a_request_that_nobody_answers_fails() -> None:
    stage = Stage()
    handle = stage.open()
    stage.session.ask(handle, {}, stage.owner.then)
    stage.heard_last()
    stage.at(ANSWER_WITHIN - 0.1)
    stage.hears("media", session_id=SESSION)
    assert not stage.owner.take()
    stage.at(ANSWER_WITHIN)
    assert stage.owner.take() == [Failure(wire.NO_ANSWER)]
    stage.hears("success", answers=True, session_id=SESSION)
    assert stage.out.counts == {"out of place": 1}


def test_we_say_that_we_are_here_and_notice_that_the_server_is_not() -> None:
    stage = Stage()
    stage.open()
    stage.at(KEEPALIVE_EVERY - 0.1)
    stage.says()
    for beat in (1, 2):
        stage.at(KEEPALIVE_EVERY * beat)
        stage.says({"janus": "keepalive", "session_id": SESSION})
        stage.at(KEEPALIVE_EVERY * beat + 4.9)
        stage.hears("ack", answers=True, session_id=SESSION)
    now = KEEPALIVE_EVERY * 3
    stage.at(now)
    stage.says({"janus": "keepalive", "session_id": SESSION})
    stage.at(now + SILENT_AFTER)
    assert stage.out.take() == [Hangup("The server says nothing any more.")]
    assert stage.owner.take() == ["silent"]
    assert stage.session.state is State.AWAY


def test_a_session_is_taken_up_again() -> None:
    stage = Stage()
    handle = stage.open()
    stage.session.ask(handle, {}, stage.owner.then)
    stage.session.lost()
    assert stage.owner.take() == [Failure(wire.GONE)]
    stage.out.take()
    stage.hears("webrtcup", session_id=SESSION, sender=HANDLE)
    stage.session.found()
    stage.says({"janus": "claim", "session_id": SESSION})
    stage.session.ask(handle, {}, stage.owner.then)
    assert stage.owner.take() == [Failure(wire.GONE)]
    stage.hears("success", answers=True, session_id=SESSION)
    stage.hears("webrtcup", session_id=SESSION, sender=HANDLE)
    assert stage.owner.take() == ["resumed", "up"]


def test_a_session_that_is_gone_is_made_anew() -> None:
    stage = Stage()
    stage.open()
    stage.session.lost()
    stage.session.found()
    stage.heard_last()
    stage.hears("error", answers=True, session_id=SESSION, error={"code": 458, "reason": "No such session"})
    assert stage.owner.take() == ["expired"]
    stage.says({"janus": "create"})
    stage.session.lost()
    stage.session.found()
    stage.says({"janus": "create"})
    stage.hears("success", answers=True, data={"id": SESSION + 1})
    assert stage.owner.take() == ["opened"]
    stage.hears("timeout", session_id=SESSION)
    assert not stage.owner.take()
    stage.hears("timeout", session_id=SESSION + 1)
    assert stage.owner.take() == ["expired"]
    stage.says({"janus": "create"})


def test_a_session_can_be_gone_when_we_say_that_we_are_here() -> None:
    stage = Stage()
    stage.open()
    stage.at(KEEPALIVE_EVERY)
    stage.says({"janus": "keepalive", "session_id": SESSION})
    stage.hears("error", answers=True, session_id=SESSION, error={"code": 458, "reason": ""})
    assert stage.owner.take() == ["expired"]


def test_a_claim_that_nobody_answers_is_made_again() -> None:
    stage = Stage()
    stage.open()
    stage.session.lost()
    stage.session.found()
    stage.session.lost()
    stage.session.found()
    stage.out.take()
    stage.at(ANSWER_WITHIN)
    assert stage.out.take() == [Hangup("The server does not answer.")]
    assert stage.owner.take() == ["silent"]


@pytest.mark.parametrize("error", [{"code": 403, "reason": ""}, {"code": 472, "reason": "not now"}])
def test_a_server_can_refuse_a_session(error: dict[str, object]) -> None:
    stage = Stage()
    stage.session.found()
    stage.heard_last()
    stage.hears("error", answers=True, error=error)
    (refused,) = stage.owner.take()
    assert isinstance(refused, Asked if error["code"] == 403 else Refused)
    assert str(refused).endswith(".")


def test_a_server_that_asks_for_a_token_gets_it() -> None:
    stage = Stage(token="t0ken")
    stage.session.found()
    stage.says({"janus": "create"})
    stage.hears("error", answers=True, error={"code": 403, "reason": ""})
    stage.says({"janus": "create", "token": "t0ken"})
    stage.hears("success", answers=True, data={"id": SESSION})
    assert stage.owner.take() == ["opened"]
    stage.session.attach("videoroom", stage.owner, stage.owner.then)
    attach = {"janus": "attach", "session_id": SESSION, "plugin": "janus.plugin.videoroom"}
    stage.says({**attach, "token": "t0ken"})


def test_nobody_answers_at_all() -> None:
    stage = Stage()
    stage.session.found()
    stage.heard_last()
    stage.at(ANSWER_WITHIN)
    (refused,) = stage.owner.take()
    assert isinstance(refused, Unreachable)


def test_a_flood_is_counted() -> None:
    stage = Stage()
    stage.open()
    for _ in range(int(FRAME_BURST) + 8):
        stage.session.received("nonsense")
    assert stage.out.counts == {"malformed": int(FRAME_BURST) - 2, "flood": 10}
