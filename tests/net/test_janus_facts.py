"""What each message to a Janus server tells: of every request and field, and of those that nobody knows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.janus_facts import UNKNOWN_REQUEST, keys, to_server
from net.janus_fields import (
    EVERY_ROOM,
    HERE,
    IN_ROOM,
    KINDS,
    LEFT,
    LETS_IN,
    MAY_MODERATE,
    MODERATED,
    NEVER_SHOWN,
    NUMBERED,
    PIN,
    PLUGINS,
    RANDOM_ID,
    RANDOM_REQUESTS,
    RECEIVED,
)
from net.said import COVERED, UNKNOWN_FIELD, without
from net.sdp_facts import UNKNOWN_ADDRESS, UNKNOWN_SHAPE
from net.sfu_sdp import Described, Published, Transport
from net.tellings import BY_MESSAGES, BY_SHAPE, MADE_FOR_THIS, RANDOM_NAMES, RANDOM_SOURCES, Told
from privacy.facts import Fact

ALWAYS = {(Fact.SOFTWARE, BY_MESSAGES), (Fact.CONNECTION, RANDOM_REQUESTS)}
BEING_HERE = {*ALWAYS, (Fact.PRESENCE, HERE)}
ENTERED = {(Fact.PRESENCE, IN_ROOM), (Fact.CONNECTION, NUMBERED)}
ROOM = (Fact.ROOM, "room 1234")
FINGERPRINT = ":".join(["AB"] * 32)
OFFER = "\r\n".join(
    [
        "v=0",
        "o=- 4611686018427387904 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0 1 2",
        "m=audio 9 UDP/TLS/RTP/SAVPF 96",
        "c=IN IP4 0.0.0.0",
        "a=mid:0",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:aaaaaaaaaaaaaaaaaaaaaa",
        f"a=fingerprint:sha-256 {FINGERPRINT}",
        "a=setup:actpass",
        "a=sendonly",
        "a=rtcp-mux",
        "a=ssrc:1 cname:b1c0ffee-0000",
        "a=rtpmap:96 opus/48000/2",
        "m=video 9 UDP/TLS/RTP/SAVPF 97 98",
        "a=mid:1",
        "a=ssrc-group:FID 2 3",
        "a=rtpmap:97 VP8/90000",
        "a=rtcp-fb:97 nack",
        "a=rtcp-fb:97 nack pli",
        "a=rtcp-fb:97 goog-remb",
        "a=rtpmap:98 rtx/90000",
        "a=fmtp:98 apt=97",
        "a=fmtp:99 profile-level-id=42e01f;packetization-mode=1",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "a=sctp-port:5000",
        "a=max-message-size:65536",
        "",
    ]
)
ANSWER = "\r\n".join(line for line in OFFER.split("\r\n") if "ssrc" not in line).replace("sendonly", "recvonly")
SHAPE = {
    (Fact.SOFTWARE, BY_SHAPE),
    (Fact.KEYS, MADE_FOR_THIS),
    (Fact.CONNECTION, RANDOM_NAMES),
    (Fact.CONNECTION, RANDOM_SOURCES),
}
SECRETS = {"pin": "4242-not-to-be-told", "secret": "rule-not-to-be-told", "token": "pass-not-to-be-told"}


def envelope(kind: str, **fields: Any) -> str:
    return json.dumps({"janus": kind, "transaction": "0123456789abcdef", **fields})


def asked(jsep: Any = None, **body: Any) -> str:
    more = {} if jsep is None else {"jsep": jsep}
    return envelope("message", session_id=2**53 - 1, handle_id=7, body=body, **more)


def told(text: str) -> tuple[set[Told], set[Told]]:
    said = to_server(text)
    assert len(set(said.operator)) == len(said.operator)
    assert len(set(said.participants)) == len(said.participants)
    return set(said.operator), set(said.participants)


@pytest.mark.parametrize(
    ("kind", "fields", "more"),
    [
        ("create", {}, set()),
        ("claim", {"session_id": 1}, set()),
        ("keepalive", {"session_id": 1}, set()),
        ("hangup", {"session_id": 1, "handle_id": 2}, set()),
        ("detach", {"session_id": 1, "handle_id": 2}, set()),
        ("trickle", {"session_id": 1, "handle_id": 2, "candidate": {"completed": True}}, set()),
        *(("attach", {"session_id": 1, "plugin": plugin}, {(Fact.ROOM, words)}) for plugin, words in PLUGINS.items()),
        ("create", {"token": SECRETS["token"]}, {(Fact.CREDENTIAL, LETS_IN)}),
    ],
)
def test_what_is_asked_of_the_server_itself(kind: str, fields: dict[str, Any], more: set[Told]) -> None:
    assert told(envelope(kind, **fields)) == ({*BEING_HERE, *more}, set())


def test_whoever_ends_the_session_left_for_everybody() -> None:
    assert told(envelope("destroy", session_id=1)) == ({*ALWAYS, (Fact.PRESENCE, LEFT)}, {(Fact.PRESENCE, LEFT)})


def test_entering_tells_the_name_to_all_and_the_room_to_the_operator() -> None:
    name = (Fact.NAME, "Quiet Wren")
    for more in ({"ptype": "publisher"}, {"muted": True}, {"muted": False}):
        operator, participants = told(asked(request="join", room=1234, display="Quiet Wren", **more))
        state = {(Fact.MICROPHONE, "muted" if more["muted"] else "on")} if "muted" in more else set()
        assert operator == {*BEING_HERE, *ENTERED, ROOM, name, *state}
        assert participants == {*ENTERED, name, *state}


def test_a_room_may_have_a_name_and_one_may_choose_an_id() -> None:
    for chosen in (1, "0123456789abcdef0123456789abcdef"):
        operator, participants = told(asked(request="join", ptype="publisher", room="hall", display="a", id=chosen))
        assert (Fact.ROOM, "room hall") in operator
        assert (Fact.CONNECTION, RANDOM_ID) in operator & participants
        assert (Fact.CONNECTION, NUMBERED) not in operator | participants


def test_credentials_are_told_by_name_and_never_repeated() -> None:
    words = {(Fact.CREDENTIAL, PIN), (Fact.CREDENTIAL, LETS_IN)}
    given_ = {"pin": SECRETS["pin"], "token": SECRETS["token"]}
    for more in ({"ptype": "publisher", "display": "a"}, {"ptype": "subscriber", "streams": []}, {"display": "a"}):
        text = asked(request="join", room=1234, **more, **given_)
        operator, participants = told(text)
        assert words <= operator
        assert not {fact for fact, _ in participants} & {Fact.CREDENTIAL, Fact.ROOM}
        assert "not-to-be-told" in text
        assert "not-to-be-told" not in repr(to_server(text))
        shown = without(text, NEVER_SHOWN)
        assert "not-to-be-told" not in shown
        assert json.loads(shown)["body"] == {**json.loads(text)["body"], "pin": COVERED, "token": COVERED}


def test_what_is_no_message_is_shown_as_it_is() -> None:
    assert without("[1]", NEVER_SHOWN) == "[1]"
    assert without('{"a": [{"pin": 1}]}', NEVER_SHOWN) == f'{{"a": [{{"pin": "{COVERED}"}}]}}'


@pytest.mark.parametrize(
    "body",
    [
        {"request": "kick", "id": 5},
        {"request": "moderate", "id": "their own", "mid": "0", "mute": True},
        {"request": "allowed", "action": "enable"},
        {"request": "allowed", "action": "add", "allowed": ["0123456789abcdef"]},
        {"request": "mute", "id": 5},
        {"request": "unmute", "id": 5},
    ],
)
def test_moderating_tells_the_operator_that_one_does(body: dict[str, Any]) -> None:
    operator, participants = told(asked(**body, room=1234, secret=SECRETS["secret"]))
    admits = {(Fact.CREDENTIAL, LETS_IN)} if "allowed" in body else set()
    assert operator == {*BEING_HERE, ROOM, (Fact.CONTACT, MODERATED), (Fact.CREDENTIAL, MAY_MODERATE), *admits}
    assert participants == set()


@pytest.mark.parametrize(
    "body",
    [
        {"request": "join", "ptype": "subscriber", "streams": [{"feed": 5, "mid": "0"}], "private_id": 3},
        {"request": "update", "subscribe": [{"feed": "their own", "mid": "0"}], "unsubscribe": [{"sub_mid": "3"}]},
        {"request": "configure", "streams": [{"mid": "1", "substream": 2}]},
    ],
)
def test_whom_one_receives_is_for_the_operator_alone(body: dict[str, Any]) -> None:
    assert told(asked(**body)) == ({*BEING_HERE, (Fact.WATCHING, RECEIVED)}, set())


@pytest.mark.parametrize("request_", ["start", "setup", "ack"])
def test_some_requests_only_bring_a_description(request_: str) -> None:
    assert told(asked(request=request_)) == (BEING_HERE, set())


def test_what_one_can_send_is_told_to_participants() -> None:
    assert told(asked(request="publish")) == (BEING_HERE, {(Fact.SOFTWARE, KINDS)})
    offer = {"type": "offer", "sdp": OFFER}
    assert told(asked(request="configure", muted=True, jsep=offer))[1] == {(Fact.MICROPHONE, "muted")}


def test_the_rest_of_what_is_asked_in_a_room() -> None:
    assert told(asked(request="listparticipants", room=1234)) == ({*BEING_HERE, ROOM}, set())
    assert told(asked(request="list")) == ({*BEING_HERE, (Fact.ROOM, EVERY_ROOM)}, set())
    assert told(asked(request="leave")) == ({*BEING_HERE, (Fact.PRESENCE, LEFT)}, {(Fact.PRESENCE, LEFT)})
    name = {(Fact.NAME, "Otherwise")}
    assert told(asked(request="configure", display="Otherwise")) == ({*BEING_HERE, *name}, name)
    muted = {(Fact.MICROPHONE, "muted")}
    assert told(asked(request="configure", muted=True)) == ({*BEING_HERE, *muted}, muted)


def test_a_description_tells_keys_and_random_names_and_no_address() -> None:
    offer = asked(request="publish", jsep={"type": "offer", "sdp": OFFER})
    assert told(offer) == ({*BEING_HERE, *SHAPE}, {(Fact.SOFTWARE, KINDS)})
    assert keys(offer) == (FINGERPRINT,)
    mixed = asked(request="configure", jsep={"type": "offer", "sdp": OFFER.replace("sendonly", "sendrecv")})
    assert told(mixed) == ({*BEING_HERE, *SHAPE}, set())
    answer = asked(request="start", jsep={"type": "answer", "sdp": ANSWER})
    assert told(answer) == ({*BEING_HERE, *SHAPE - {(Fact.CONNECTION, RANDOM_SOURCES)}}, set())
    assert keys(asked(request="start")) == keys("[]") == ()


@pytest.mark.parametrize(
    "line",
    [
        "a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        "a=msid:stream track",
        "o=alice 1 1 IN IP4 192.168.77.23",
        "c=IN IP4 192.168.77.23",
        "a=fingerprint:sha-512 AB",
        "s=my laptop",
        "a=tool:something",
        "a=ssrc:1 cname:alice@laptop",
        "m=audio 5000 UDP/TLS/RTP/SAVPF 96",
        "a=fmtp:96 useinbandfec=1",
    ],
)
def test_a_line_of_another_shape_is_told(line: str) -> None:
    operator, _ = told(asked(request="publish", jsep={"type": "offer", "sdp": f"{OFFER}{line}\r\n"}))
    assert operator == {*BEING_HERE, *SHAPE, (Fact.UNKNOWN, UNKNOWN_SHAPE)}


@pytest.mark.parametrize(
    ("candidate", "address"),
    [
        ("candidate:1 1 udp 2130706431 192.168.77.23 5000 typ host", "192.168.77.23"),
        ("candidate:1 1 udp 1 203.0.113.20 5000 typ srflx raddr 0.0.0.0 rport 9", "203.0.113.20"),
        ("candidate:1 1 tcp 1 laptop.local 5000 typ host", "laptop.local"),
        ("candidate:", UNKNOWN_ADDRESS),
    ],
)
def test_an_address_is_told_wherever_it_stands(candidate: str, address: str) -> None:
    trickled = envelope("trickle", session_id=1, handle_id=2, candidate={"candidate": candidate, "sdpMid": "0"})
    described = asked(request="publish", jsep={"type": "offer", "sdp": f"{OFFER}a={candidate}\r\n"})
    for text in (trickled, described):
        operator, _ = told(text)
        assert {(Fact.ADDRESS, address), (Fact.UNKNOWN, UNKNOWN_SHAPE)} <= operator


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", UNKNOWN_REQUEST),
        ("[]", UNKNOWN_REQUEST),
        ('{"janus": "create", "janus": "create"}', UNKNOWN_REQUEST),
        ("[" * 100_000, UNKNOWN_REQUEST),
        (envelope("info"), UNKNOWN_REQUEST),
        (json.dumps({"janus": ["create"]}), UNKNOWN_REQUEST),
        (envelope("message", session_id=1, handle_id=2, body="publish"), UNKNOWN_REQUEST),
        (envelope("message", session_id=1, handle_id=2, body={}), UNKNOWN_REQUEST),
        (asked(request="rtp_forward"), UNKNOWN_REQUEST),
        (asked(request="join", ptype="publisher and subscriber"), UNKNOWN_REQUEST),
        (envelope("create", opaque_id="my laptop"), UNKNOWN_FIELD),
        (envelope("create", apisecret="x"), UNKNOWN_FIELD),
        (envelope("create", token=5), UNKNOWN_FIELD),
        (json.dumps({"janus": "create", "transaction": "my laptop"}), UNKNOWN_FIELD),
        (envelope("claim", session_id=1.5), UNKNOWN_FIELD),
        (envelope("attach", session_id=1, plugin="janus.plugin.streaming"), UNKNOWN_FIELD),
        (envelope("attach", session_id=1, plugin=["janus.plugin.videoroom"]), UNKNOWN_FIELD),
        (envelope("keepalive", session_id="my laptop, in the kitchen"), UNKNOWN_FIELD),
        (envelope("trickle", session_id=1, handle_id=2, candidate={"completed": True, "also": 1}), UNKNOWN_SHAPE),
        (envelope("trickle", session_id=1, handle_id=2, candidate=None), UNKNOWN_SHAPE),
        (asked(request="publish", record=True), UNKNOWN_FIELD),
        (asked(request="publish", jsep={"type": "offer"}), UNKNOWN_SHAPE),
        (asked(request="publish", jsep={"type": "offer", "sdp": OFFER, "also": 1}), UNKNOWN_SHAPE),
        (asked(request="publish", jsep="v=0"), UNKNOWN_SHAPE),
        (asked(request="join", ptype="publisher", room=True, display="a"), UNKNOWN_FIELD),
        (asked(request="join", ptype="publisher", room=1, display=["a"]), UNKNOWN_FIELD),
        (asked(request="join", ptype="publisher", room=1, display="a", metadata={"mail": "x"}), UNKNOWN_FIELD),
        (asked(request="join", ptype="publisher", room=1, id="my laptop"), UNKNOWN_FIELD),
        (asked(request="join", ptype="publisher", room=1, pin=4242), UNKNOWN_FIELD),
        (asked(request="configure", muted="no"), UNKNOWN_FIELD),
        (asked(request="configure", streams={}), UNKNOWN_FIELD),
        (asked(request="configure", streams=[{"mid": "0", "send": False}]), UNKNOWN_FIELD),
        (asked(request="configure", streams=[5]), UNKNOWN_FIELD),
        (asked(request="configure", streams=[{"sub_mid": "x" * 200}]), UNKNOWN_FIELD),
        (asked(request="allowed", room=1, secret="x", action="add", allowed=["my laptop"]), UNKNOWN_FIELD),
        (asked(request="allowed", room=1, secret="x", action="add", allowed="x"), UNKNOWN_FIELD),
        (asked(request="kick", room=1, secret="x", id=None), UNKNOWN_FIELD),
        (asked(request="kick", room=1, secret="x", id="x" * 200), UNKNOWN_FIELD),
    ],
)
def test_what_nobody_knows_is_told_as_that(text: str, what: str) -> None:
    operator, _ = told(text)
    assert (Fact.UNKNOWN, what) in operator


TRANSPORT = Transport("abcd", "a" * 22, FINGERPRINT, "passive")
CODECS = (
    ("audio", "UDP/TLS/RTP/SAVPF", "opus/48000/2", ""),
    ("audio", "UDP/TLS/RTP/SAVPF", "PCMU/8000", ""),
    ("video", "UDP/TLS/RTP/SAVPF", "VP8/90000", ""),
    ("video", "UDP/TLS/RTP/SAVPF", "H264/90000", "profile-level-id=42E01F;packetization-mode=1"),
    ("video", "UDP/TLS/RTP/SAVPF", "H264/90000", "packetization-mode=0; level-asymmetry-allowed=1"),
    ("video", "UDP/TLS/RTP/SAVPF", "VP9/90000", "profile-id=0"),
    ("application", "UDP/DTLS/SCTP", "", ""),
)
sections = st.tuples(
    st.text("abcXYZ019._-", min_size=1, max_size=32),
    st.sampled_from(CODECS),
    st.integers(96, 127),
    st.sampled_from(["sendonly", "inactive", "sendrecv"]),
)


@given(st.lists(sections, min_size=1, max_size=6, unique_by=lambda one: one[0]), st.booleans())
def test_whatever_a_server_offers_our_answer_has_the_known_shape(offered: list[Any], again: bool) -> None:
    lines = ["v=0", "o=- 1 1 IN IP4 198.51.100.10", "s=their room", "t=0 0", "a=tool:theirs"]
    for mid, (kind, profile, codec, more), number, way in offered:
        lines += [f"m={kind} 9 {profile} {number if codec else 'webrtc-datachannel'}", "c=IN IP4 198.51.100.10"]
        lines += [f"a=mid:{mid}", f"a={way}", "a=ice-ufrag:efgh", f"a=ice-pwd:{'b' * 22}", "a=setup:actpass"]
        lines += [f"a=fingerprint:sha-256 {FINGERPRINT}", "a=candidate:1 1 udp 1 198.51.100.10 42000 typ host"]
        lines += [f"a=rtpmap:{number} {codec}"] if codec else ["a=sctp-port:5000"]
        lines += [f"a=fmtp:{number} {more}"] if more else []
    theirs = Described.parse("\r\n".join(lines) + "\r\n")
    answer = theirs.answered(TRANSPORT, {mid: 7 for mid, *_ in offered}, 2**62 - 1, 2)
    operator, _ = told(asked(request="start", jsep={"type": "answer", "sdp": answer}))
    assert Fact.UNKNOWN not in {fact for fact, _ in operator}, answer


@given(st.booleans(), st.booleans(), st.booleans())
def test_whatever_we_offer_has_the_known_shape(picture: bool, data: bool, mixed: bool) -> None:
    offer = Published(TRANSPORT, "b1c0ffee-00", 2**32 - 1, (2, 3) if picture else None, data, mixed, 2**62 - 1)
    operator, _ = told(asked(request="publish", jsep={"type": "offer", "sdp": str(offer)}))
    assert operator == {*BEING_HERE, *SHAPE}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["janus", "transaction", "session_id", "handle_id", "plugin", "body", "jsep", "candidate", "token", "x"]
BODY = ["request", "ptype", "room", "display", "id", "pin", "token", "streams", "subscribe", "secret", "muted", "x"]
WORDS = ["create", "message", "attach", "join", "publish", "configure", "publisher", "subscriber", "update", "kick"]


@given(
    st.dictionaries(st.sampled_from(NAMES), values | st.sampled_from(WORDS), max_size=8),
    st.dictionaries(st.sampled_from(BODY), values | st.sampled_from(WORDS), max_size=8),
)
def test_nothing_it_may_be_given_is_too_much_for_it(message: dict[str, Any], body: dict[str, Any]) -> None:
    for text in (json.dumps(message), json.dumps({**message, "janus": "message", "body": body})):
        operator, participants = told(text)
        assert operator
        assert Fact.CREDENTIAL not in {fact for fact, _ in participants}
        assert not {value for fact, value in operator if fact is Fact.CREDENTIAL} - {PIN, MAY_MODERATE, LETS_IN}


@given(st.text(max_size=40))
def test_any_text_is_read(text: str) -> None:
    assert (Fact.UNKNOWN, UNKNOWN_REQUEST) in told(text)[0]
