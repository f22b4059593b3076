"""What happens in a meeting, as JSON objects and as sentences."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from net.services import base
from net.services.base import Encryption, Link, Participant, PeerId, Phase, Source
from privacy.facts import Audience, Evidence, Fact, Refusal, Traffic, Withheld
from privacy.ledger import Entry
from privacy.linkability import Tie, Trait
from tui.compose import happenings as happens
from tui.compose.alarms import Alarm
from tui.compose.happenings import Happening
from tui.compose.lines import as_object, as_sentence, describe

EVIDENCE = Evidence("RTP", "127.0.0.1:5000", 120)
ENTRY = Entry(Fact.VOICE, "on", Audience.NETWORK, 1.0, 2.0, 3, True, EVIDENCE, EVIDENCE, ("127.0.0.1:5000",))
REED = Participant(
    PeerId("a1"),
    "Reed",
    Link.HERE,
    muted=False,
    hand=True,
    encryption={Source.MICROPHONE: Encryption.END_TO_END, Source.CAMERA: Encryption.NONE},
)

ALL: list[tuple[Happening, str]] = [
    (happens.Joining("Reed", "mesh", "127.0.0.1:1", "auto", True, False), "joining"),
    (happens.Invitation("mesh+ws://127.0.0.1:1/#s", "Only this machine."), "invitation"),
    (happens.Joined(), "joined"),
    (happens.Speaking("a1", "Reed", True), "speaking"),
    (happens.Disclosed(ENTRY), "disclosure"),
    (happens.KeptBack(Withheld("local addresses", "3 left out", 1.0)), "withheld"),
    (happens.Blocked(Refusal("192.0.2.1:80", "connect to", 1.0)), "refused"),
    (happens.Linkable(Tie(Trait.ALIAS, "2025-03-31")), "linkable"),
    (happens.Receipt("receipt.jsonl", 60, "ab" * 32), "receipt"),
    (happens.Left("you left", 3.0), "left"),
    (base.ParticipantJoined(REED), "participant"),
    (base.ParticipantChanged(REED), "participant"),
    (base.ParticipantLeft(PeerId("a1"), "Reed", "vanished"), "participant"),
    (base.ChatReceived(PeerId("a1"), "Reed", "hello"), "chat"),
    (base.Notice("something", serious=True), "notice"),
    (base.PhaseChanged(Phase.RECOVERING, "no answer"), "notice"),
    (base.RemoteMuteRequest("Reed"), "notice"),
    (base.PrivacyChanged(Encryption.TO_SERVER, recording=True), "notice"),
    (Alarm("address", "An address of yours was given to Reed."), "alarm"),
    (base.AddressRevealed("Reed", "192.0.2.44", foreseen=True), "notice"),
    (base.PrivacyChanged(Encryption.END_TO_END), "notice"),
    (base.IdentityChanged(PeerId("a1"), "Reed", base.IdentityKind.SAME_NAME, "Reed"), "notice"),
    (base.PublicationEnded(Source.CAMERA, "not allowed"), "notice"),
]


@pytest.mark.parametrize(("what", "kind"), ALL, ids=[f"{kind}-{type(what).__name__}" for what, kind in ALL])
def test_every_happening_is_an_object_with_its_type_and_a_sentence(what: Happening, kind: str) -> None:
    line = as_object(what)
    assert line is not None
    assert line["type"] == kind
    assert json.loads(json.dumps(line)) == line
    assert as_sentence(what)


@pytest.mark.parametrize(
    "what", [base.PhaseChanged(Phase.LIVE), base.AbilitiesChanged(frozenset(), frozenset())], ids=["phase", "abilities"]
)
def test_what_only_a_program_cares_about_is_not_told(what: Happening) -> None:
    assert as_object(what) is None
    assert as_sentence(what) is None


def test_a_participant_is_told_whole() -> None:
    assert as_object(base.ParticipantJoined(REED)) == {
        "type": "participant",
        "event": "joined",
        "id": "a1",
        "name": "Reed",
        "muted": False,
        "camera": False,
        "screen": False,
        "hand": True,
        "link": "here",
        "encryption": {"camera": "none", "microphone": "end to end, unverified"},
        "reason": "",
    }
    assert describe(REED) == "here, audible, camera off, hand up, none"
    presenting = replace(REED, sources=frozenset({Source.MICROPHONE, Source.SCREEN}))
    assert describe(presenting) == "here, audible, camera off, presents a screen, hand up, none"


def test_a_disclosure_names_its_evidence_and_not_its_bytes() -> None:
    assert as_object(happens.Disclosed(ENTRY)) == {
        "type": "disclosure",
        "fact": "voice is live",
        "value": "on",
        "audience": "network",
        "evidence": {"channel": "RTP", "destination": "127.0.0.1:5000"},
    }


def test_leaving_sums_up_what_was_heard_seen_told_and_sent() -> None:
    line = as_object(
        happens.Left(
            "time is up",
            12.34,
            (happens.Heard("Reed", "a1", 3.456, 440.2, 17, "ff0000"), happens.Heard("Ada", "b2", 0.0, None, 0, "")),
            {Audience.PARTICIPANTS: ("display name", "presence")},
            (Traffic("127.0.0.1:5000", "RTP", 5, 600),),
            (Refusal("192.0.2.1:80", "connect to", 1.0, 2),),
        )
    )
    assert line == {
        "type": "left",
        "reason": "time is up",
        "seconds": 12.3,
        "participants": [
            {"name": "Reed", "id": "a1", "heard_s": 3.46, "tone_hz": 440, "seen_frames": 17, "colour": "ff0000"},
            {"name": "Ada", "id": "b2", "heard_s": 0.0, "tone_hz": None, "seen_frames": 0, "colour": ""},
        ],
        "disclosures": {"participants": ["display name", "presence"], "operator": [], "relay": [], "network": []},
        "traffic": [{"destination": "127.0.0.1:5000", "kind": "RTP", "packets": 5, "bytes": 600}],
        "refused": [{"destination": "192.0.2.1:80", "action": "connect to", "count": 2}],
    }
