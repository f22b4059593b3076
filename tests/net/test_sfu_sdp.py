"""Descriptions towards and from a forwarding server: what is read of theirs, what ours say, and what stays out."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.said import Hearing
from net.sdp import AddressMode, BadDescription, Candidate
from net.sdp_facts import described as tells
from net.sfu_sdp import MAX_SECTIONS, MAX_TEXT, Codec, Described, Kind, Published, Section, Transport, candidate
from privacy.facts import Fact

KEY = ":".join(["AB"] * 32)
OWN = Transport("abCD", "x" * 22, KEY, "actpass")
OFFERED = Published(OWN, "some-name", 11, (21, 22), session=77)

JANUS_OFFERS = """v=0
o=- 1795451077257163 2 IN IP4 198.51.100.10
s=VideoRoom 1234
t=0 0
a=group:BUNDLE 0 1 2 3
a=ice-options:trickle
a=fingerprint:sha-256 {key}
a=extmap-allow-mixed
a=msid-semantic: WMS *
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 198.51.100.10
a=sendonly
a=mid:0
a=rtcp-mux
{ends}
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=msid:janus janus0
a=ssrc:2426842506 cname:janus
{candidates}
m=video 9 UDP/TLS/RTP/SAVPF 96 97
c=IN IP4 198.51.100.10
a=sendonly
a=mid:1
a=rtcp-mux
{ends}
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 ccm fir
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=ssrc-group:FID 613179809 723164690
a=msid:janus janus1
a=ssrc:613179809 cname:janus
a=ssrc:723164690 cname:janus
{candidates}
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 198.51.100.10
a=inactive
a=mid:2
a=rtcp-mux
{ends}
a=rtpmap:111 opus/48000/2
{candidates}
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 198.51.100.10
a=sendonly
a=mid:3
a=sctp-port:5000
{ends}
{candidates}
"""
ENDS = "a=ice-ufrag:TDr1\na=ice-pwd:MdusX6jXMZdFC1mwmse1RI\na=ice-options:trickle\na=setup:actpass"
CANDIDATES = "a=candidate:1 1 udp 2015363327 198.51.100.10 42087 typ host\na=end-of-candidates"
THERE = Candidate("198.51.100.10", 42087, "host", 2015363327)


def janus(**changes: str) -> str:
    return JANUS_OFFERS.format(**{"key": KEY, "ends": ENDS, "candidates": CANDIDATES, **changes}).replace("\n", "\r\n")


def answer_to(text: str = "", *, setup: str = "active", **changes: str) -> str:
    """As Janus answers what was offered, which takes our lines for its own."""
    lines = [line for line in (text or str(OFFERED)).splitlines() if not line.startswith("a=ssrc")]
    answer = "\n".join(lines).replace("a=sendonly", "a=recvonly").replace("a=setup:actpass", f"a=setup:{setup}")
    for before, after in changes.items():
        answer = answer.replace(before, after)
    return answer + "\n" + CANDIDATES + "\n"


def section(text: str) -> Section:
    """One section as it is read."""
    (found,) = Described.parse(f"v=0\na=fingerprint:sha-256 {KEY}\n{text}\n{ENDS}\n").sections
    return found


# what the server says


def test_what_janus_offers_is_read() -> None:
    offer = Described.parse(janus())
    assert offer.transport == Transport(
        "TDr1", "MdusX6jXMZdFC1mwmse1RI", KEY, "actpass", candidates=(THERE,), complete=True
    )
    assert offer.sections == (
        Section("0", Kind.VOICE, sends=True, codec=Codec("opus", 111), source=2426842506),
        Section("1", Kind.PICTURE, sends=True, codec=Codec("VP8", 96, 97), source=613179809, retransmit=723164690),
        Section("2", Kind.VOICE, codec=Codec("opus", 111)),
        Section("3", Kind.DATA, sends=True),
    )
    assert offer.data


def test_a_server_that_checks_nothing_itself_and_one_whose_addresses_come_later() -> None:
    text = janus(candidates="").replace("t=0 0\r\n", "t=0 0\r\na=ice-lite\r\n")
    transport = Described.parse(text).transport
    assert transport.lite
    assert not transport.complete
    assert transport.candidates == ()


def test_it_goes_on_only_with_the_same_keys() -> None:
    one = Described.parse(janus()).transport
    assert one.continues(Described.parse(janus(candidates="")).transport)
    for other in (replace(one, ufrag="other"), replace(one, pwd="other"), replace(one, fingerprint="other")):
        assert not one.continues(other)


@pytest.mark.parametrize(
    ("lines", "codec"),
    [
        ("m=video 9 X 101\na=rtpmap:101 VP9/90000", None),
        ("m=video 9 X 101 96\na=rtpmap:101 AV1/90000\na=rtpmap:96 vp8/90000", Codec("VP8", 96)),
        ("m=audio 9 X 0\na=rtpmap:0 PCMU/8000", None),
        ("m=audio 9 X 111\na=rtpmap:111 OPUS/48000/2", Codec("opus", 111)),
        ("m=audio 9 X 111\na=rtpmap:111 opus/48000/1", None),
        ("m=audio 9 X 70\na=rtpmap:70 opus/48000/2", None),  # would be taken for RTCP
        ("m=audio 9 X 128\na=rtpmap:128 opus/48000/2", None),
        ("m=audio 9 X xyz\na=rtpmap:xyz opus/48000/2", None),
        ("m=audio 9 X 96\na=rtpmap:96 VP8/90000", None),
        (
            "m=video 9 X 107 108\na=rtpmap:107 H264/90000\na=rtpmap:108 rtx/90000\na=fmtp:108 apt=107\n"
            "a=fmtp:107 profile-level-id=42e01f; packetization-mode=1;level-asymmetry-allowed=1",
            Codec("H264", 107, 108, "profile-level-id=42e01f;packetization-mode=1"),
        ),
        ("m=video 9 X 107\na=rtpmap:107 H264/90000\na=fmtp:107 profile-level-id=42e01", Codec("H264", 107)),
        (
            "m=video 9 X 107\na=rtpmap:107 H264/90000\na=fmtp:107 packetization-mode=0",
            Codec("H264", 107, None, "packetization-mode=0"),
        ),
        ("m=video 9 X 96 70\na=rtpmap:96 VP8/90000\na=rtpmap:70 rtx/90000\na=fmtp:70 apt=96", Codec("VP8", 96)),
    ],
)
def test_only_what_we_can_decode_is_taken(lines: str, codec: Codec | None) -> None:
    found = section(f"{lines}\na=mid:a")
    assert found.codec == codec
    assert found.usable is (codec is not None)


@pytest.mark.parametrize(
    ("lines", "sources"),
    [
        ("", (None, None)),
        ("a=ssrc:7 cname:x", (7, None)),
        ("a=ssrc:4294967296 cname:x", (None, None)),
        ("a=ssrc:7 cname:x\na=ssrc:8 cname:x\na=ssrc-group:FID 7 8", (7, 8)),
        ("a=ssrc:7 cname:x\na=ssrc-group:SIM 7 9\na=ssrc-group:FID 9 8\na=ssrc-group:FID 7 5", (7, 5)),
        ("a=ssrc:7 cname:x\na=ssrc-group:FID 7 8 9", (7, None)),
    ],
)
def test_the_first_source_and_what_is_sent_again_of_it(lines: str, sources: tuple[int | None, int | None]) -> None:
    found = section(f"m=video 9 X 96\na=rtpmap:96 VP8/90000\na=mid:a\n{lines}")
    assert (found.source, found.retransmit) == sources


@pytest.mark.parametrize(
    ("way", "sends", "receives"),
    [("sendrecv", True, True), ("sendonly", True, False), ("recvonly", False, True), ("inactive", False, False)],
)
def test_which_way_a_section_goes(way: str, *, sends: bool, receives: bool) -> None:
    text = "m=audio 9 X 111\na=rtpmap:111 opus/48000/2\na=mid:a\n"
    assert (section(f"{text}a={way}").sends, section(f"{text}a={way}").receives) == (sends, receives)
    assert section(text).sends
    assert section(text).receives


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has 0 sections, not 1 to 256"),
        ("x" * (MAX_TEXT + 1), "more than 524288"),
        ("m=audio 9 X 1\r\na=mid:1\r\n" * (MAX_SECTIONS + 1), "has 257 sections"),
        (janus().replace("m=audio 9", "m=text 9", 1), "a section of the session description cannot be read"),
        (janus().replace("m=audio 9", "m=audio nine", 1), "cannot be read"),
        (janus().replace("a=mid:0", "a=mid:1"), "names one section twice"),
        (janus().replace("a=mid:0", "a=mid:<b>"), "has no name"),
        (janus().replace("a=mid:0\r\n", ""), "has no name"),
        (janus().replace("a=mid:0", "a=mid:0\r\na=mid:5"), "has no name"),
        (janus(key="AB:CD"), "no single valid fingerprint"),
        (janus().replace("a=ice-ufrag:TDr1", "a=ice-ufrag:Else", 1), "no single valid ice-ufrag"),
        (janus().replace("MdusX6jXMZdFC1mwmse1RI", "short"), "no single valid ice-pwd"),
        (janus().replace("a=setup:actpass", "a=setup:holdconn"), "no single valid setup"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadDescription, match=sentence):
        Described.parse(text)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(BadDescription):
        Described.parse(text)


@given(st.data())
def test_a_damaged_offer_is_read_or_refused_and_the_answer_is_ours_alone(data: st.DataObject) -> None:
    lines = janus().split("\r\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at] = data.draw(st.sampled_from([*lines, "a=ssrc:1 evil", "", "a=extmap:9 urn:evil", "m=video 0 X 0"]))
    try:
        offer = Described.parse("\r\n".join(lines))
    except BadDescription:
        return
    only_known_lines(offer.answered(OWN, {one.mid: 5 for one in offer.sections}, 1, 1))


# where packets may go


def test_only_addresses_that_may_be_contacted_are_kept() -> None:
    hosts = ["192.168.1.5", "8.8.8.8", "127.0.0.1", "169.254.169.254", "8.8.8.8"]
    transport = replace(OWN, candidates=tuple(Candidate(host, 5000, "host", 1) for host in hosts))

    def kept(mode: AddressMode, server: str = "") -> list[str]:
        return [one.host for one in transport.reachable(mode, server).candidates]

    assert kept(AddressMode.LOCAL) == ["192.168.1.5", "8.8.8.8"]
    assert kept(AddressMode.PUBLIC) == ["8.8.8.8"]
    assert kept(AddressMode.PUBLIC, "192.168.1.5") == ["192.168.1.5", "8.8.8.8"]
    assert kept(AddressMode.LOOPBACK) == ["127.0.0.1"]
    low = replace(OWN, candidates=(Candidate("192.168.1.5", 22, "host", 1),))
    assert low.reachable(AddressMode.PUBLIC, "192.168.1.5").candidates == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("candidate:1 1 udp 2015363327 198.51.100.10 42087 typ host", THERE),
        ("a=candidate:1 1 UDP 2015363327 198.51.100.10 42087 typ host ufrag X\r\n", THERE),
        ("candidate:1 1 tcp 2015363327 198.51.100.10 42087 typ host tcptype active", None),
        ("candidate:1 1 udp 1 victim.local 42087 typ host", None),
        ("", None),
        ("candidate:" + "1" * 400, None),
    ],
)
def test_an_address_that_comes_by_itself(text: str, found: Candidate | None) -> None:
    assert candidate(text) == found


# what we say

_OURS = re.compile(
    r"v=0|o=- \d+ \d+ IN IP4 0\.0\.0\.0|s=-|t=0 0|a=group:BUNDLE.*|m=(audio|video) [09] UDP/TLS/RTP/SAVPF( \d+)+"
    r"|m=application [09] UDP/DTLS/SCTP webrtc-datachannel|c=IN IP4 0\.0\.0\.0|a=mid:[\w.-]+"
    r"|a=ice-(ufrag|pwd):[\w+/]+|a=fingerprint:sha-256 [0-9A-F:]{95}|a=setup:(actpass|passive|active)"
    r"|a=(sendonly|recvonly|sendrecv|inactive|rtcp-mux)|a=rtpmap:\d+ (opus/48000/2|VP8/90000|H264/90000|rtx/90000)"
    r"|a=rtcp-fb:\d+ (nack|nack pli|goog-remb)|a=fmtp:\d+ (apt=\d+|[0-9A-Za-z=;-]+)|a=ssrc:\d+ cname:[\w-]+"
    r"|a=ssrc-group:FID \d+ \d+|a=sctp-port:5000|a=max-message-size:65536"
)


def only_known_lines(text: str) -> None:
    assert text.endswith("\r\n")
    for line in text.removesuffix("\r\n").split("\r\n"):
        assert _OURS.fullmatch(line), line


@pytest.mark.parametrize(
    ("published", "kinds"),
    [
        (OFFERED, (Kind.VOICE, Kind.PICTURE, Kind.DATA)),
        (replace(OFFERED, picture=None), (Kind.VOICE, Kind.DATA)),
        (replace(OFFERED, picture=None, data=False, mixed=True), (Kind.VOICE,)),
    ],
)
def test_what_we_offer_names_no_address_and_no_extension(published: Published, kinds: tuple[Kind, ...]) -> None:
    text = str(published)
    only_known_lines(text)
    assert published.kinds == kinds
    read = Described.parse(text)
    assert read.transport == OWN
    assert [one.kind for one in read.sections] == [*kinds]
    assert [one.mid for one in read.sections] == [str(number) for number in range(len(kinds))]
    assert read.sections[0].codec == Codec("opus", 96)
    assert read.sections[0].source == 11
    assert read.sections[0].receives is published.mixed
    if published.picture is not None:
        assert read.sections[1].codec == Codec("VP8", 97, 98)
        assert (read.sections[1].source, read.sections[1].retransmit) == (21, 22)


def test_our_answer_takes_what_is_sent_and_refuses_what_we_do_not_know() -> None:
    offer = Described.parse(janus().replace("VP8/90000", "VP9/90000"))
    text = offer.answered(replace(OWN, setup=offer.transport.answering), {"0": 5, "1": 6, "2": 7, "3": 8}, 9, 4)
    only_known_lines(text)
    assert "o=- 9 4 IN" in text
    assert "a=group:BUNDLE 0 2 3\r\n" in text
    assert "m=video 0 " in text
    read = Described.parse(text)
    assert read.transport.setup == "passive"  # who waits for the hello does not lose a second
    assert [(one.mid, one.taken, one.receives) for one in read.sections] == [
        ("0", True, True),
        ("1", False, False),
        ("2", True, False),
        ("3", True, True),
    ]
    assert read.sections[0].source == 5


def test_an_answer_repeats_how_h264_is_cut_and_where_it_is_sent_again() -> None:
    h264 = janus().replace("a=rtpmap:96 VP8/90000", "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1")
    for text in (h264, janus()):
        offer = Described.parse(text)
        answer = offer.answered(OWN, dict.fromkeys("0123", 5), 1, 1)
        only_known_lines(answer)
        assert Described.parse(answer).sections[1].codec == offer.sections[1].codec
    without = Described.parse(janus().replace("apt=96", "apt=95").replace("a=sctp-port:5000", "a=x"))
    assert "rtx" not in without.answered(OWN, dict.fromkeys("0123", 5), 1, 1)


def test_nothing_is_taken_at_all_and_still_answered() -> None:
    offer = Described.parse(
        f"v=0\na=fingerprint:sha-256 {KEY}\n{ENDS}\nm=video 9 X 1\na=mid:v\nm=application 0 X y\na=mid:d"
    )
    answer = offer.answered(OWN, {}, 1, 1)
    only_known_lines(answer)
    assert not offer.data


def test_who_waits_is_whoever_can() -> None:
    assert replace(OWN, setup="actpass").answering == "passive"
    assert replace(OWN, setup="active").answering == "passive"
    assert replace(OWN, setup="passive").answering == "active"


def test_the_ledger_knows_every_line_that_we_write() -> None:
    for text in (str(OFFERED), Described.parse(janus()).answered(OWN, dict.fromkeys("0123", 5), 1, 1)):
        hearing = Hearing()
        tells(hearing, text)
        assert Fact.UNKNOWN not in {fact for fact, _ in hearing.said().operator}


# what the server answers


def test_an_answer_that_takes_everything() -> None:
    answer = OFFERED.accepted(answer_to())
    assert all(OFFERED.takes(answer, kind) for kind in OFFERED.kinds)
    assert answer.transport.candidates == (THERE,)


def test_a_refused_picture_is_no_error() -> None:
    lines = answer_to().splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("m=video"))
    end = next(number for number, line in enumerate(lines) if line.startswith("m=application"))
    refused = "\n".join([*lines[:at], "m=video 0 UDP/TLS/RTP/SAVPF 0", "a=inactive", "a=mid:1", *lines[end:]])
    answer = OFFERED.accepted(refused)
    assert not OFFERED.takes(answer, Kind.PICTURE)
    assert OFFERED.takes(answer, Kind.VOICE)
    assert OFFERED.takes(answer, Kind.DATA)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"opus/48000/2": "PCMU/8000"}, Kind.VOICE),
        ({"a=recvonly": "a=inactive"}, Kind.VOICE),
        ({"SAVPF 97 98": "SAVPF 99", "a=rtpmap:97 VP8": "a=rtpmap:99 VP8"}, Kind.PICTURE),
        ({"m=application 9": "m=application 0"}, Kind.DATA),
    ],
)
def test_what_is_not_taken_as_it_was_offered_is_not_sent(changes: dict[str, str], kind: Kind) -> None:
    assert not OFFERED.takes(OFFERED.accepted(answer_to(**changes)), kind)


@pytest.mark.parametrize(
    "text",
    [
        answer_to(str(replace(OFFERED, picture=None))),
        answer_to(**{"a=mid:1": "a=mid:5"}),
        answer_to(str(replace(OFFERED, data=False))),
    ],
)
def test_an_answer_to_something_else_is_refused(text: str) -> None:
    with pytest.raises(BadDescription, match="other sections than the offer"):
        OFFERED.accepted(text)


def test_an_answer_must_say_who_begins() -> None:
    with pytest.raises(BadDescription, match="does not say who begins"):
        OFFERED.accepted(answer_to(setup="actpass"))


ssrcs = st.integers(0, 2**32 - 1)


@given(ssrcs, st.none() | st.tuples(ssrcs, ssrcs), st.booleans(), st.booleans(), st.uuids().map(str))
def test_every_offer_of_ours_has_one_shape(
    voice: int, picture: tuple[int, int] | None, data: bool, mixed: bool, cname: str
) -> None:
    text = str(Published(OWN, cname, voice, picture, data=data, mixed=mixed))
    only_known_lines(text)
    assert Described.parse(text).sections[0].source == voice
