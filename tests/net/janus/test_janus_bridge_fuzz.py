"""Whatever comes in whatever order: nothing is raised, nothing grows, and the events tell what there is."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from net.services.base import (
    AbilitiesChanged,
    Ability,
    Event,
    Level,
    Participant,
    ParticipantChanged,
    ParticipantJoined,
    ParticipantLeft,
    PeerId,
    Phase,
    PhaseChanged,
    Picture,
    Resynced,
    Source,
)
from net.services.janus.actions import Action, Emit, Send, SendData, Way, WayEvent
from net.services.janus.bridge import Bridge
from net.services.janus.credentials import Credentials
from net.services.janus.link import JanusLink
from net.services.janus.text_wire import id_of
from tests.net.mesh.playbook import chance

IDS = st.sampled_from([1, 2, 3, 9, id_of("u1", 1)])
NAMES = st.sampled_from(["Ana", "Ben", "Bеn", "", "\x1b[31mx", "x" * 300])
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"id": IDS, "display": NAMES, "setup": st.booleans(), "muted": st.booleans()},
        optional={"talking": st.booleans()},
    ),
    max_size=3,
)
BRIDGE = st.one_of(
    st.builds(lambda own, people: {"audiobridge": "joined", "id": own, "participants": people}, IDS, PEOPLE),
    st.builds(lambda people: {"audiobridge": "joined", "participants": people}, PEOPLE),
    st.builds(lambda people: {"audiobridge": "event", "participants": people}, PEOPLE),
    st.builds(lambda key, id: {"audiobridge": "event", key: id}, st.sampled_from(["leaving", "kicked"]), IDS),
    st.builds(lambda word, id: {"audiobridge": word, "id": id}, st.sampled_from(["talking", "stopped-talking"]), IDS),
    st.builds(lambda on: {"audiobridge": "event", "muted": on}, st.booleans()),
    st.builds(
        lambda on: {"audiobridge": "success", "list": [{"room": 1, "record": on, "muted": not on}]}, st.booleans()
    ),
    st.builds(lambda code: {"audiobridge": "event", "error_code": code, "error": "pin"}, st.integers(480, 500)),
    st.just({"textroom": "event", "result": "ok"}),
    st.just({"audiobridge": "event", "result": "ok"}),
)
TEXTERS = st.sampled_from(["u1", "u2", "u3"])
TEXT = st.one_of(
    st.builds(lambda who, name: {"textroom": "join", "username": who, "display": name}, TEXTERS, NAMES),
    st.builds(lambda word, who: {"textroom": word, "username": who}, st.sampled_from(["leave", "kicked"]), TEXTERS),
    st.builds(lambda who, text: {"textroom": "message", "from": who, "text": text}, TEXTERS, NAMES),
    st.just({"textroom": "announcement", "text": "hear"}),
    st.builds(
        lambda names: {"textroom": "success", "participants": [{"username": each, "display": each} for each in names]},
        st.lists(TEXTERS, max_size=3),
    ),
    st.builds(lambda code: {"textroom": "error", "error_code": code}, st.sampled_from([413, 417, 420, 422])),
)
JSEP = st.sampled_from([None, {"type": "answer", "sdp": "v=0"}, {"type": "offer", "sdp": "v=0"}])
STEPS = st.one_of(
    st.tuples(st.just("answer"), st.integers(0, 5), BRIDGE, JSEP),
    st.tuples(st.just("made"), st.integers(1, 5)),
    st.tuples(st.just("error"), st.sampled_from([403, 458, 460, 499])),
    st.tuples(st.just("tells"), st.integers(1, 5), BRIDGE),
    st.tuples(st.just("other"), st.sampled_from(["hangup", "timeout", "webrtcup", "detached"]), st.integers(1, 5)),
    st.tuples(st.just("says"), TEXT),
    st.tuples(st.just("text"), st.integers(0, 3), TEXT),
    st.tuples(st.just("raw"), st.text(max_size=20)),
    st.tuples(st.just("found")),
    st.tuples(st.just("lost")),
    st.tuples(st.just("described"), st.sampled_from(Way)),
    st.tuples(st.just("way"), st.sampled_from(Way), st.sampled_from(WayEvent)),
    st.tuples(st.just("tick"), st.sampled_from([0.2, 1.0, 6.0, 30.0])),
    st.tuples(st.just("mute"), st.booleans()),
    st.tuples(st.just("say"), st.sampled_from([None, "1", str(id_of("u1", 1)), str(id_of("u2", 1))])),
    st.tuples(st.just("rename"), st.sampled_from(["Ana", "Zoe"])),
    st.tuples(st.just("moderate"), st.sampled_from(Ability), st.sampled_from([None, "1", "2"]), st.booleans()),
    st.tuples(st.just("want")),
)


class World:
    """A conversation, and what its events tell."""

    def __init__(self) -> None:
        link = JanusLink("h", 1, True, 1, plugin="audiobridge", text=5)
        self.it = Bridge(link, alias="Ana", random=chance("ours"), credentials=Credentials(secret="s"))
        self.now = 0.0
        self.asked: list[str] = []
        self.written: list[str] = []
        self.people: dict[PeerId, Participant] = {}
        self.phase = Phase.CONNECTING
        self.may: frozenset[Ability] = frozenset()

    def step(self, step: tuple[Any, ...]) -> None:
        """One thing happens."""
        over = self.it.phase is Phase.ENDED
        refused, actions = "", list[Action]()
        try:
            actions = self._given(step)
        except ValueError as error:
            refused = str(error)
        assert not refused or (step[0] in ("say", "moderate") and refused.endswith("."))
        assert not (over and actions)
        for action in actions:
            match action:
                case Send(text):
                    self.asked.append(json.loads(text)["transaction"])
                case SendData(_, str(text)):
                    self.written.append(json.loads(text)["transaction"])
                case Emit(event):
                    self._told(event)
        if actions and self.it.phase is not Phase.ENDED:
            assert self.people == self.it.participants
        assert self.phase is self.it.phase
        assert self.may == self.it.may or self.it.phase is Phase.ENDED
        assert self.it.may <= self.it.can

    def _told(self, event: Event) -> None:
        match event:
            case ParticipantJoined(who):
                assert who.id not in self.people
                self.people[who.id] = who
            case ParticipantChanged(who):
                assert who.id in self.people
                self.people[who.id] = who
            case ParticipantLeft(pid):
                del self.people[pid]
            case Resynced(everybody):
                self.people = {who.id: who for who in everybody}
            case PhaseChanged(phase):
                self.phase = phase
            case AbilitiesChanged(_, may):
                self.may = may
            case _:
                pass

    def _given(self, step: tuple[Any, ...]) -> list[Action]:
        it, now = self.it, self.now
        match step:
            case ("answer", nth, data, jsep):
                return self._comes("event", nth, {"plugindata": {"data": data}, **({"jsep": jsep} if jsep else {})})
            case ("made", id):
                return self._comes("success", 0, {"data": {"id": id}})
            case ("error", code):
                return self._comes("error", 0, {"error": {"code": code, "reason": ""}})
            case ("tells", sender, data):
                return it.received(json.dumps({"janus": "event", "sender": sender, "plugindata": {"data": data}}), now)
            case ("other", kind, sender):
                return it.received(json.dumps({"janus": kind, "sender": sender}), now)
            case ("says", message):
                return it.data_received(Way.TEXT, "", json.dumps({"room": 5, **message}), now)
            case ("text", nth, message):
                transaction = self.written.pop(nth % len(self.written)) if self.written else "none"
                return it.data_received(Way.TEXT, "", json.dumps({**message, "transaction": transaction}), now)
            case ("raw", text):
                return it.received(text, now) + it.data_received(Way.TEXT, "", text, now)
            case ("found",):
                return it.found(now)
            case ("lost",):
                return it.lost(now)
            case ("described", way):
                return it.described(way, "v=0", now)
            case ("way", way, event):
                return it.way_event(way, event, now)
            case ("tick", seconds):
                self.now += seconds
                return it.tick(self.now)
            case ("mute", on):
                return it.set_state(muted=on, picture=Picture.HIDDEN, hand=False, now=now)
            case ("say", to):
                return it.say("hello", to, now)
            case ("rename", alias):
                return it.rename(alias, now)
            case ("moderate", what, pid, on):
                return it.moderate(what, pid, on, now)
            case _:
                return it.want("1", Source.MICROPHONE, Level.FULL, now)

    def _comes(self, janus: str, nth: int, rest: dict[str, Any]) -> list[Action]:
        transaction = self.asked.pop(-1 - nth % len(self.asked)) if self.asked else "none"
        return self.it.received(json.dumps({"janus": janus, "transaction": transaction, "sender": 1, **rest}), self.now)


def _in_the_meeting() -> list[tuple[Any, ...]]:
    joined = {"audiobridge": "joined", "id": 9, "participants": [{"id": 1, "display": "Ben", "setup": True}]}
    ok = {"audiobridge": "event", "result": "ok"}
    return [
        ("found",), ("made", 1), ("made", 2), ("answer", 0, joined, None), ("made", 3), ("described", Way.BRIDGE),
        ("answer", 1, ok, {"type": "offer", "sdp": "v=0"}), ("answer", 0, ok, {"type": "answer", "sdp": "v=0"}),
        ("way", Way.BRIDGE, WayEvent.UP), ("described", Way.TEXT), ("way", Way.TEXT, WayEvent.CHANNEL),
        ("text", 0, {"textroom": "success", "participants": []}),
    ]  # fmt: skip


@given(st.lists(STEPS, max_size=40))
@settings(max_examples=150, deadline=None)
def test_anything_from_the_beginning(steps: list[tuple[Any, ...]]) -> None:
    world = World()
    for step in steps:
        world.step(step)


@given(st.lists(STEPS, max_size=40))
@settings(max_examples=250, deadline=None)
def test_anything_within_a_meeting(steps: list[tuple[Any, ...]]) -> None:
    world = World()
    for step in _in_the_meeting():
        world.step(step)
    assert world.it.phase is Phase.LIVE
    assert Ability.CHAT in world.it.may
    for step in steps:
        world.step(step)


@given(st.lists(STEPS, max_size=20))
@settings(max_examples=50, deadline=None)
def test_leaving_ends_it_whatever_was(steps: list[tuple[Any, ...]]) -> None:
    world = World()
    for step in (*_in_the_meeting(), *steps):
        world.step(step)
    world.it.leave(world.now)
    assert world.it.phase is Phase.ENDED
    assert world.it.tick(world.now + 100) == []
