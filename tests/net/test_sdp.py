"""Descriptions of one shape: what is read, what is refused, what stays behind."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.sdp import MAX_CANDIDATES, MAX_TEXT, AddressMode, BadDescription, Candidate, Description, may_contact

OURS = Description(
    ufrag="abCD",
    pwd="x" * 22,
    fingerprint=":".join(["AB"] * 32),
    setup="actpass",
    voice_ssrc=1,
    picture_ssrc=2,
    retransmit_ssrc=3,
    cname="0-1",
    candidates=(Candidate("127.0.0.1", 4000, "host", 5), Candidate("203.0.113.9", 4001, "srflx", 4)),
    session=77,
)

hexes = st.sampled_from("0123456789ABCDEF")
descriptions = st.builds(
    Description,
    ufrag=st.text("abcXYZ019+/", min_size=4, max_size=32),
    pwd=st.text("abcXYZ019+/", min_size=22, max_size=64),
    fingerprint=st.lists(st.tuples(hexes, hexes).map("".join), min_size=32, max_size=32).map(":".join),
    setup=st.sampled_from(["actpass", "active", "passive"]),
    voice_ssrc=st.just(1),
    picture_ssrc=st.integers(2, 2**31),
    retransmit_ssrc=st.integers(2**31 + 1, 2**32 - 1),
    cname=st.uuids().map(str),
    candidates=st.lists(
        st.builds(
            Candidate,
            host=st.ip_addresses().map(str),
            port=st.integers(1, 65535),
            type=st.sampled_from(["host", "srflx", "relay"]),
            priority=st.integers(0, 2**31 - 1),
        ),
        max_size=MAX_CANDIDATES,
        unique_by=lambda c: (c.host, c.port),
    ).map(tuple),
    session=st.just(0),
)


@given(descriptions)
def test_what_is_written_is_read_again(description: Description) -> None:
    assert Description.parse(str(description)) == description


@given(st.text(max_size=400))
def test_any_text_is_a_description_or_one_sentence(text: str) -> None:
    with pytest.raises(BadDescription):
        Description.parse(text)


@given(descriptions, st.randoms(use_true_random=False))
def test_a_description_with_lines_lost_or_swapped_is_read_or_refused(description: Description, chance: object) -> None:
    lines = str(description).splitlines()
    chance.shuffle(lines)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    try:
        again = Description.parse("\n".join(lines[: len(lines) // 2]))
    except BadDescription:
        return
    assert len(again.candidates) <= MAX_CANDIDATES


def test_unknown_lines_a_name_and_a_clock_stay_behind() -> None:
    text = str(OURS).replace("s=-", "s=Somebody's meeting\r\ni=made by a person\r\na=tool:x 1.0")
    text = text.replace("o=- 77 2", "o=somebody 3973415000 3973415000")
    text = text.replace("a=mid:0", "a=mid:0\r\na=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level")
    again = str(Description.parse(text))
    assert "omebody" not in again
    assert "3973415000" not in again
    assert "audio-level" not in again
    assert "tool" not in again


def test_foundations_and_related_addresses_stay_behind() -> None:
    text = str(OURS)
    text = text.replace("candidate:2 1", "candidate:ccac8ef3ce23c68681102115a9e61d28 1")
    text = text.replace("raddr 0.0.0.0 rport 9", "raddr 192.168.77.23 rport 5000")
    again = str(Description.parse(text))
    assert "192.168" not in again
    assert "ccac8ef3" not in again
    assert re.findall(r"candidate:(\S+)", again) == ["1", "2"] * 3


@pytest.mark.parametrize(
    ("mode", "types"),
    [
        (AddressMode.LOOPBACK, {"host", "srflx"}),
        (AddressMode.LOCAL, {"host", "srflx"}),
        (AddressMode.PUBLIC, {"srflx"}),
        (AddressMode.RELAY, set()),
    ],
)
def test_each_mode_shows_only_its_kind_of_address(mode: AddressMode, types: set[str]) -> None:
    shown = OURS.hidden(mode, 123)
    assert {c.type for c in shown.candidates} == types
    assert "o=- 123 2 IN IP4 0.0.0.0" in str(shown)


@pytest.mark.parametrize(
    ("host", "port", "modes"),
    [
        ("127.0.0.1", 5000, {"loopback"}),
        ("127.8.0.1", 5000, {"loopback"}),
        ("::1", 5000, {"loopback"}),
        ("192.168.1.4", 5000, {"local", "relay"}),
        ("10.0.0.1", 5000, {"local", "relay"}),
        ("fd12::1", 5000, {"local", "relay"}),
        ("203.0.113.5", 5000, {"local", "public", "relay"}),
        ("2001:db8::5", 5000, {"local", "public", "relay"}),
        ("203.0.113.5", 53, set()),
        ("127.0.0.1", 22, set()),
        ("169.254.169.254", 5000, set()),
        ("fe80::1", 5000, set()),
        ("224.0.0.251", 5353, set()),
        ("ff02::fb", 5353, set()),
        ("0.0.0.0", 5000, set()),
        ("::", 5000, set()),
        ("255.255.255.255", 5000, set()),
        ("240.0.0.1", 5000, set()),
        ("::ffff:127.0.0.1", 5000, set()),
        ("203.0.113.5", 65536, set()),
    ],
)
def test_who_may_be_contacted(host: str, port: int, modes: set[str]) -> None:
    assert {str(mode) for mode in AddressMode if may_contact(host, port, mode)} == modes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a=ice-pwd:" + "x" * 22, "a=ice-pwd:short"),
        ("a=ssrc:2 ", "a=ssrc:1 "),
        ("a=ssrc:1 ", "a=ssrc:99999999999 "),
        ("a=ssrc:1 cname:0-1", "a=ssrc:1 cname:other"),
        ("a=setup:actpass\r\na=sctp", "a=setup:active\r\na=sctp"),
        ("fingerprint:sha-256", "fingerprint:md5"),
    ],
)
def test_what_does_not_fit_is_refused(before: str, after: str) -> None:
    text = str(OURS).replace(before, after)
    assert text != str(OURS)
    with pytest.raises(BadDescription):
        Description.parse(text)


def test_length_and_number_are_bounded() -> None:
    with pytest.raises(BadDescription, match="characters"):
        Description.parse("a" * (MAX_TEXT + 1))
    many = "\r\n".join(f"a=candidate:{n} 1 udp 1 192.0.2.1 {n} typ host" for n in range(1, 300))
    again = Description.parse(str(OURS) + many)
    assert len(again.candidates) == MAX_CANDIDATES
    strange = ["a=candidate:1 1 tcp 1 192.0.2.1 5 typ host", "a=candidate:1 1 udp 1 x.local 5 typ host"]
    strange += ["a=candidate:1 1 udp 1 1.2.3 5 typ host", "a=candidate:1 1 udp 1 192.0.2.1 0 typ host"]
    assert Description.parse(str(OURS) + "\r\n".join(strange)).candidates == OURS.candidates
