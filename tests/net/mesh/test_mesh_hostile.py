"""Everybody lies: the rendezvous, those with the secret, and chance. Nothing raises, and nothing grows."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from net.services.base import (
    Encryption,
    ParticipantChanged,
    ParticipantJoined,
    ParticipantLeft,
    PeerId,
    Phase,
    PhaseChanged,
    Picture,
    Source,
)
from net.services.identity import KNOWN_LIMIT
from net.services.mesh import actions, wire
from net.services.mesh.conversation import Conversation
from net.services.mesh.ice import IceServer
from net.services.mesh.lobby import CONTACTS_LIMIT
from net.services.mesh.rendezvous import Close, Limits, RendezvousCore, Send, Step
from net.services.mesh.sealing import Keys, Sealer
from net.services.mesh.spoken import commitment
from net.services.outbox import KINDS_LIMIT
from tests.net.mesh.playbook import BEN, CARA, KEYS, ME, SDP, STUN, TURN, chance

PIDS = [ME, BEN, CARA, *(f"{number:016x}" for number in range(100, 112))]
PLACES = [f"{number:016x}" for number in range(200, 212)]

pids = st.sampled_from(PIDS)
places = st.sampled_from(PLACES)
states = st.builds(wire.State, st.booleans(), st.sampled_from(Picture), st.booleans())
aliases = st.sampled_from(["Ana", "Ben", "", "\u202e", "x" * 64, "Аnа"]) | st.text(max_size=64)
servers = st.lists(st.sampled_from([STUN, TURN, *(IceServer(f"stun:s{n}.example") for n in range(9))]), max_size=2).map(
    tuple
)
sealed = st.one_of(
    st.builds(wire.Hello, pids, aliases, servers),
    st.builds(wire.Offer, pids, aliases, states, servers, st.just(SDP)),
    st.builds(wire.Answer, pids, aliases, states, st.just(SDP)),
    st.builds(wire.Refuse, st.sampled_from([wire.Why.FULL, wire.Why.DUPLICATE, wire.Why.FINGERPRINT])),
    st.just(wire.Bye()),
)
channel = st.one_of(
    states,
    st.builds(wire.Want, st.booleans()),
    st.builds(wire.Chat, st.text(max_size=50), st.booleans()),
    st.builds(wire.Ping, st.integers(0, 9)),
    st.builds(wire.Pong, st.integers(0, 9)),
    st.builds(wire.Commit, st.sampled_from(["0" * 64, commitment("1" * 32)])),
    st.builds(wire.Nonce, st.sampled_from(["0" * 32, "1" * 32])),
    st.just(wire.Bye()),
).map(wire.write)
server = st.one_of(
    st.lists(places, unique=True).map(tuple),
    st.sampled_from([wire.Why.FULL, wire.Why.BUSY]).map(wire.Refused),
    st.builds(wire.Enter, places),
    st.builds(wire.Leave, places),
)


class Besieged(RuleBasedStateMachine):
    """A conversation whose rendezvous, participants and driver do as they please (the driver keeps its contract)."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.seq = 0
        self.insider = Sealer(KEYS, chance("insider"))
        self.it = Conversation(me=ME, alias="Ana", keys=KEYS, random=chance("ours"), new=True)
        self.own = ""
        self.legs: dict[str, str] = {}
        self.here: set[str] = set()
        self.verified: set[str] = set()  # whose connection we compared the code of
        self.phases: list[Phase] = []
        self.follow(self.it.start(self.now))

    def follow(self, did: list[actions.Action]) -> None:
        assert len(did) <= 60
        for action in did:
            match action:
                case actions.SendRendezvous(text, plain):
                    message = wire.parse_client(text)
                    if isinstance(message, wire.Join):
                        self.own = message.id
                    assert isinstance(message, wire.To) == (plain is not None)
                case actions.OpenPeer(pid) | actions.AnswerPeer(pid):
                    assert pid not in self.legs
                    self.legs[pid] = "made"
                case actions.AcceptAnswer(pid):
                    assert self.legs[pid] == "described"
                case actions.ClosePeer(pid):
                    self.legs.pop(pid, None)
                    self.verified.discard(pid)
                case actions.SendChannel(pid) | actions.Wanted(pid):
                    assert self.legs[pid] == "open"
                case actions.Emit(ParticipantJoined(person)):
                    assert person.id not in self.here
                    self.here.add(person.id)
                case actions.Emit(ParticipantChanged(person)):
                    assert person.id in self.here
                case actions.Emit(ParticipantLeft(id)):
                    self.here.remove(id)
                case actions.Emit(PhaseChanged(phase)):
                    assert self.phases[-1:] not in ([phase], [Phase.ENDED])
                    self.phases.append(phase)
                case _:
                    pass

    @rule(text=st.text() | channel)
    def noise(self, text: str) -> None:
        self.follow(self.it.received(text, self.now))

    @rule(message=server, limit=st.integers(1, 64))
    def claim(self, message: wire.Refused | wire.Enter | wire.Leave | tuple[str, ...], limit: int) -> None:
        if isinstance(message, tuple):
            self.follow(self.it.received(wire.write(wire.Welcome(self.own, message, limit)), self.now))
        else:
            self.follow(self.it.received(wire.write(message), self.now))

    @rule(crowd=st.integers(1, 100))
    def enter(self, crowd: int) -> None:
        for place in [*PLACES, *(f"{number:016x}" for number in range(crowd))]:
            self.follow(self.it.received(wire.write(wire.Enter(place)), self.now))

    @rule(place=places, messages=st.lists(sealed, max_size=4))
    def insiders_messages(self, place: str, messages: list[wire.SealedMessage]) -> None:
        self.insiders_message(place, messages)

    def insiders_message(self, place: str, messages: Sequence[wire.SealedMessage]) -> None:
        for message in messages:
            self.seq += 1
            blob = self.insider.seal(wire.write(message).encode(), place, self.own, self.seq)
            self.follow(self.it.received(wire.write(wire.From(place, blob)), self.now))

    @rule(place=places, pid=pids, alias=aliases, until=st.integers(1, 4))
    def somebody_comes(self, place: str, pid: str, alias: str, until: int) -> None:
        """As the protocol has it, but not always to the end."""
        self.follow(self.it.received(wire.write(wire.Enter(place)), self.now))
        self.insiders_message(place, [wire.Hello(pid, alias)])
        if until > 1 and pid in self.legs:
            self.report(pid, actions.PeerEvent.OFFER_READY)
        if until > 2 and pid in self.legs:
            self.insiders_message(place, [wire.Answer(pid, alias, wire.State(), SDP)])
        if until > 3 and pid in self.legs:
            self.report(pid, actions.PeerEvent.CONNECTED)

    @rule(place=places, plain=st.binary(max_size=100), secret=st.booleans())
    def insiders_noise(self, place: str, plain: bytes, secret: bool) -> None:
        self.seq += 1
        blob = self.insider.seal(plain, place, self.own, self.seq) if secret else plain
        self.follow(self.it.received(wire.write(wire.From(place, blob)), self.now))

    @rule(data=st.data())
    def the_driver_reports(self, data: st.DataObject) -> None:
        if not self.legs:
            return
        pid = data.draw(st.sampled_from(sorted(self.legs)))
        self.report(pid, data.draw(st.sampled_from(actions.PeerEvent)))

    def report(self, pid: str, kind: actions.PeerEvent) -> None:
        if kind in (actions.PeerEvent.OFFER_READY, actions.PeerEvent.ANSWER_READY):
            self.legs[pid] = "described"
        elif kind is actions.PeerEvent.CONNECTED:
            self.legs[pid] = "open"
        self.follow(self.it.peer_event(pid, kind, self.now, SDP))

    @rule(pid=pids, texts=st.lists(channel | st.text(), max_size=5))
    def over_a_channel(self, pid: str, texts: list[str]) -> None:
        for text in texts:
            self.follow(self.it.channel_received(pid, text, self.now))

    @rule(steps=st.integers(1, 30), seconds=st.sampled_from([0.25, 1.0, 60.0]))
    def time_passes(self, steps: int, seconds: float) -> None:
        for _ in range(steps):
            self.now += seconds
            self.follow(self.it.tick(self.now))

    @rule()
    def the_rendezvous_is_lost(self) -> None:
        self.follow(self.it.rendezvous_lost(self.now))

    @rule()
    def the_rendezvous_is_found(self) -> None:
        self.follow(self.it.rendezvous_found(self.now))

    @rule(state=states, pid=pids, on=st.booleans(), text=st.text(min_size=1).filter(str.strip))
    def we_act(self, state: wire.State, pid: str, on: bool, text: str) -> None:
        self.follow(
            self.it.set_state(muted=state.muted, picture=state.picture, hand=state.hand, now=self.now)
            + self.it.want(pid, Source.CAMERA, on, self.now)
            + self.it.say(text, None, self.now)
        )

    @rule(pid=pids, on=st.booleans())
    def we_compare_codes(self, pid: str, on: bool) -> None:
        code = self.it.code(pid)
        try:
            self.follow(self.it.verify(pid, on, self.now))
        except ValueError:
            assert not code or not on
        if code and self.it.end is None:
            person = self.it.participants[PeerId(pid)]
            assert set(person.encryption.values()) == {Encryption.END_TO_END_VERIFIED if on else Encryption.END_TO_END}
            self.verified = self.verified | {pid} if on else self.verified - {pid}

    @rule(chance=st.integers(0, 20))
    def we_leave(self, chance: int) -> None:
        if chance == 0:
            self.follow(self.it.leave(self.now))

    @invariant()
    def what_is_told_is_so(self) -> None:
        assert self.it.participants.keys() == self.here or self.it.end is not None
        assert self.it.phase is self.phases[-1]
        assert (self.it.end is not None) == (self.it.phase is Phase.ENDED)
        assert set(self.legs) == set(self.it.participants)

    @invariant()
    def nobody_counts_as_verified_whom_we_did_not_verify(self) -> None:
        for person in self.it.participants.values():
            if Encryption.END_TO_END_VERIFIED in person.encryption.values():
                assert person.id in self.verified

    @invariant()
    def nothing_grows(self) -> None:
        it = self.it
        assert len(it.participants) <= 7
        assert len(it._lobby.contacts) <= CONTACTS_LIMIT
        assert len(it._company.refused) <= 64
        assert len(it._channels._wants) <= 64
        assert len(it._introductions._named) <= 4
        assert len(it._introductions.ice) <= 2
        assert len(it._out._noticed) <= KINDS_LIMIT
        assert len(it._company._identities._left) <= KNOWN_LIMIT
        assert set(it.counts) <= {"unsealed", "malformed", "out of place", "flood"}
        for contact in it._lobby.contacts.values():
            assert contact.attempts <= 5
            assert contact.greetings <= 6


TestBesieged = Besieged.TestCase
TestBesieged.settings = settings(max_examples=60, stateful_step_count=40)


frames = st.one_of(
    st.text(),
    st.builds(wire.Join, st.sampled_from(["0" * 32, "1" * 32, "2" * 32]), places, st.booleans()).map(wire.write),
    st.builds(wire.To, places, st.binary(max_size=30)).map(wire.write),
    st.just(wire.write(wire.Bye())),
    st.just(wire.write(wire.Enter("0" * 16))),
)
connections = st.integers(0, 15)
INPUTS = st.lists(
    st.tuples(st.just("received"), connections, frames)
    | st.tuples(st.sampled_from(["opened", "closed", "tick"]), connections, st.just("")),
    max_size=200,
)


@given(INPUTS)
@settings(max_examples=200)
def test_no_sequence_of_inputs_confuses_the_rendezvous(inputs: list[tuple[str, int, str]]) -> None:
    limits = Limits(rooms=2, members=3, strangers=4, burst=60)
    core, now = RendezvousCore(limits), 0.0
    alive: set[int] = set()
    for kind, conn, text in inputs:
        now += 0.5
        if kind == "opened":
            if conn in alive:
                continue
            alive.add(conn)
            steps = core.opened(conn, now)
        elif kind == "closed":
            alive.discard(conn)
            steps = core.closed(conn, now)
        elif kind == "tick":
            steps = core.tick(now)
        else:
            steps = core.received(conn, text, now)
        check(steps, alive)
        assert core.connections == len(alive)
        assert core.rooms <= limits.rooms
        assert all(1 <= len(room.members) <= limits.members for room in core._rooms.values())
        members = [member for room in core._rooms.values() for member in room.members.values()]
        assert len(set(members)) == len(members)
        assert core._strangers == len(alive) - len(members) <= limits.strangers
    for conn in tuple(alive):
        core.closed(conn, now)
    assert (core.rooms, core.connections, core._strangers) == (0, 0, 0)


def check(steps: list[Step], alive: set[int]) -> None:
    """Nothing is sent to one who is closed, and what is sent is of the protocol."""
    for step in steps:
        assert isinstance(step.conn, int)
        assert step.conn in alive
        match step:
            case Send(_, text):
                assert wire.write(wire.parse_server(text)) == text
            case Close(conn):
                assert isinstance(conn, int)
                alive.discard(conn)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_two_secrets_never_share_a_room_or_a_key(one: bytes, two: bytes) -> None:
    first, second = Keys.derive(one), Keys.derive(two)
    assert (first == second) == (one == two)
    assert (first.room == second.room) == (one == two)
