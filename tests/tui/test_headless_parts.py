"""The parts from which a session and its screens are made, each by itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from media.analysis import MediaReport
from net.sdp import AddressMode
from net.services.base import (
    Ability,
    Encryption,
    ParticipantJoined,
    PeerId,
    Source,
)
from privacy.facts import Audience, Fact
from tests.tui.fake_session import REED, FakeLevel, Stage
from tui.cli import IceUrl, UsageError
from tui.compose import demo, quality
from tui.compose import happenings as happens
from tui.compose.assemble import Ears
from tui.compose.controller import Behind, SessionController
from tui.compose.credentials import canonical
from tui.compose.doctor import terminal
from tui.compose.happenings import Invitation
from tui.compose.ice import address_mode, ice_servers
from tui.compose.view import address_seen_by, look

# --- quality


@dataclass
class Counted:
    packets_received: dict[str, int]
    packets_lost: dict[str, int]
    jitter: dict[str, float] = field(default_factory=dict)
    round_trip: float | None = None
    bytes_received: int = 12_000
    bytes_sent: int = 34_000


class Counting:
    """A room with one person, whose counters a test sets."""

    participants = {PeerId("a1"): REED}

    def __init__(self) -> None:
        self.now: Counted | None = None

    async def stats(self, peer: PeerId) -> Counted | None:
        return self.now


async def words(*looks: Counted | None) -> str:
    room: Any = Counting()
    judge = quality.Quality()
    for one in looks:
        room.now = one
        await judge.look(room)
    return judge.words


async def test_a_link_is_judged_by_what_was_lost_lately() -> None:
    fine = Counted({"audio": 1000}, {"audio": 0})
    assert await words(None) == ""
    assert await words(fine) == "link good"
    assert await words(fine, Counted({"audio": 1098}, {"audio": 2})) == "link fair: 2% lost"
    assert await words(fine, Counted({"audio": 1090}, {"audio": 10})) == "link poor: 10% lost"
    assert await words(Counted({"audio": 900}, {"audio": 100}), Counted({"audio": 1000}, {"audio": 100})) == "link good"
    assert await words(Counted({"audio": 10}, {"audio": 9}), Counted({"audio": 19}, {"audio": 0})) == "link good"
    assert await words(Counted({}, {}, round_trip=0.45)) == "link slow: 450 ms"


# --- one look at the meeting


async def test_a_look_shows_what_is_so() -> None:
    stage = Stage(invitation=Invitation("mesh+ws://127.0.0.1:1/#x", "Only this machine."))
    session = stage.session
    reed = replace(REED, muted=False, encryption={Source.MICROPHONE: Encryption.END_TO_END})
    list(session.roster.apply(ParticipantJoined(reed)))
    stage.media.loud["a1"] = FakeLevel(0.5, True)
    stage.disclose(Fact.ADDRESS, "127.0.0.1", Audience.OPERATOR)
    meeting = look(session, quality="link good", notice="hello")
    assert (meeting.phase, meeting.invitation) == ("connecting", "mesh+ws://127.0.0.1:1/#x")
    assert (meeting.microphone, meeting.camera) == ("muted", "off")
    assert (meeting.quality, meeting.notice, meeting.address_seen_by) == ("link good", "hello", "the operator")
    me, other = meeting.people
    assert (me.key, me.name, me.me, me.muted) == ("me", "Wren", True, True)
    assert (other.key, other.speaking, other.encryption) == ("a1", True, "end to end, unverified")


async def test_who_sees_the_address_is_told_in_words() -> None:
    stage = Stage()
    assert address_seen_by(stage.session.snapshot()) == ""
    for audience in (Audience.NETWORK, Audience.OPERATOR, Audience.PARTICIPANTS):
        stage.disclose(Fact.ADDRESS, "127.0.0.1", audience)
    assert address_seen_by(stage.session.snapshot()) == "participants, the operator and the network"


# --- the controller


class FakeWall:
    def __init__(self) -> None:
        self.sizes: list[tuple[str, int, int]] = []

    def set_size(self, key: str, columns: int, rows: int) -> None:
        self.sizes.append((key, columns, rows))

    def pictures(self) -> dict[str, Any]:
        return {}


class FakeEngine:
    def __init__(self) -> None:
        self.wall = FakeWall()


async def open_nothing(url: str) -> str:
    return f"not opened: {url}"


def attached(stage: Stage) -> tuple[SessionController, list[str], FakeEngine]:
    said: list[str] = []

    async def change() -> None:
        said.append("(change)")

    controller = SessionController(
        Behind(
            left=lambda: said.append("(left)"),
            said=lambda text, to: said.append(f"{text} to {to}" if to else text),
            change=change,
            receipt=lambda path, at_end: said.append(f"(receipt {path} {at_end})"),
            link=open_nothing,
            seen=lambda ids: None,
        )
    )
    engine: Any = FakeEngine()
    controller.attach(stage.session, engine)
    return controller, said, engine


async def test_before_there_is_a_session_one_can_only_leave() -> None:
    left: list[bool] = []

    async def change() -> None:
        raise AssertionError("there is nobody to change")

    controller = SessionController(
        Behind(
            left=lambda: left.append(True),
            said=lambda text, to: None,
            change=change,
            receipt=lambda path, at_end: None,
            link=open_nothing,
            seen=lambda ids: None,
        )
    )
    await controller.set_muted(False)
    await controller.set_camera(True)
    await controller.set_hand(True)
    controller.tile_size("a1", 10, 10)
    assert "not begun" in await controller.say("hello")
    assert dict(controller.pictures()) == {}
    await controller.leave()
    assert left == [True]


async def test_nobody_is_told_whose_picture_is_drawn() -> None:
    stage = Stage()
    controller, _, engine = attached(stage)
    for key, size in (("a1", 40), ("me", 40), ("a1", 0)):
        controller.tile_size(key, size, size)
    await stage.settle()
    assert stage.told.lines == []
    assert engine.wall.sizes == [("a1", 40, 40), ("me", 40, 40), ("a1", 0, 0)]


async def test_what_was_not_sent_is_not_shown_as_said() -> None:
    stage = Stage()
    controller, said, _ = attached(stage)
    assert await controller.say("my secret") == "That names you."
    assert await controller.say("hello") == ""
    assert said == ["hello"]


async def test_what_went_to_one_alone_is_shown_as_that() -> None:
    stage = Stage()
    stage.room.may = frozenset({Ability.PRIVATE_CHAT})
    controller, said, _ = attached(stage)
    assert "no longer here" in await controller.say("hello", to="a1")
    list(stage.session.roster.apply(ParticipantJoined(REED)))
    assert await controller.say("hello", to="a1") == ""
    assert said == ["hello to a1"]


# --- putting it together


@pytest.mark.parametrize(
    ("asked", "server", "mode"),
    [
        ("auto", "127.0.0.1", AddressMode.LOOPBACK),
        ("auto", "::1", AddressMode.LOOPBACK),
        ("auto", "localhost", AddressMode.LOOPBACK),
        ("auto", "192.0.2.7", AddressMode.LOCAL),
        ("auto", "meet.example.org", AddressMode.LOCAL),
        ("relay", "127.0.0.1", AddressMode.RELAY),
    ],
)
def test_which_addresses_others_learn(asked: str, server: str, mode: AddressMode) -> None:
    assert address_mode(asked, server) is mode


async def test_the_password_of_a_relay_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCOG_ICE_PASSWORD", "hunter2")
    stun, turn = IceUrl("stun", "192.0.2.1", 3478), IceUrl("turn", "192.0.2.1", 3478, "reed")
    first, second = await ice_servers([stun, turn])
    assert (first.url, first.credential) == ("stun:192.0.2.1:3478", "")
    assert (second.url, second.username, second.credential) == (
        "turn:192.0.2.1:3478?transport=udp", "reed", "hunter2",
    )  # fmt: skip
    with pytest.raises(UsageError, match="at most 2"):
        await ice_servers([stun] * 3)


async def test_a_relay_without_a_password_is_refused_before_anything_is_contacted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("INCOG_ICE_PASSWORD", raising=False)
    with pytest.raises(UsageError, match="no password for reed"):
        await ice_servers([IceUrl("turn", "192.0.2.1", 3478, "reed")])


def test_a_server_is_named_the_same_in_meeting_and_keyring() -> None:
    assert canonical(IceUrl("turns", "2001:db8::1", 5349, "reed", "tcp")) == "turns:[2001:db8::1]:5349?transport=tcp"


class Reporting:
    """An engine that reports, until somebody is gone."""

    def __init__(self) -> None:
        self.reports = {"a1": MediaReport(2.0, 440.0, 10, (1, 2, 3))}

    def report(self, peer: str) -> MediaReport:
        return self.reports.get(peer, MediaReport())

    def gone(self, peer: str) -> None:
        del self.reports[peer]


def test_what_was_received_of_those_who_left_is_kept() -> None:
    engine: Any = Reporting()
    ears = Ears(engine)
    ears.gone("a1")
    assert ears.report("a1") == MediaReport(2.0, 440.0, 10, (1, 2, 3))
    engine.reports["a1"] = MediaReport(1.0, None, 5, (4, 5, 6))
    assert ears.report("a1") == MediaReport(3.0, 440.0, 15, (4, 5, 6))
    assert ears.report("nobody") == MediaReport()


# --- the demo's last word


def met(name: str, heard: float, seen: int) -> happens.Heard:
    return happens.Heard(name, name, heard, 440.0, seen, "")


def test_the_demo_says_who_was_heard_and_seen() -> None:
    left = happens.Left("over", 5.0, (met("A", 1.0, 3), met("B", 0.0, 3), met("C", 1.0, 0)))
    line = demo.summary(left)
    assert (line["participants"], line["heard"], line["seen"]) == (["A", "B", "C"], ["A", "C"], ["A", "B"])
    assert set(line["disclosures"]) == {"participants", "operator", "relay", "network"}
    assert not demo.everybody_was_met(left)
    everybody = tuple(met(name, 1.0, 3) for name in "ABC")
    assert demo.everybody_was_met(happens.Left("over", 5.0, everybody))
    assert not demo.everybody_was_met(happens.Left("over", 5.0, everybody[:2]))


def test_the_demo_tells_people_apart() -> None:
    names = demo.distinct_aliases(4, "Reed")
    assert (names[0], len(set(names))) == ("Reed", 4)


# --- the terminal


def test_the_doctor_sees_when_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    assert terminal({"TERM": "xterm"}, sys.stdout).state == "limited"
