from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.errors import BadLink
from net.services.mesh.link import MeshLink, fresh, parse, recognise

SECRET = bytes(range(16))
WRITTEN = "AAECAwQFBgcICQoLDA0ODw"


def test_a_link_is_read_and_written() -> None:
    link = parse(f"mesh+ws://127.0.0.1:7843/#{WRITTEN}")
    assert link == MeshLink("127.0.0.1", 7843, False, SECRET)
    assert str(link) == f"mesh+ws://127.0.0.1:7843/#{WRITTEN}"
    assert f"{link}" == str(link)
    assert link.public == "mesh+ws://127.0.0.1:7843/"
    assert link.url == "ws://127.0.0.1:7843/"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("mesh+wss://Meet.Example.ORG/#", "mesh+wss://meet.example.org:443/#"),
        ("mesh+ws://meet.example/#", "mesh+ws://meet.example:7843/#"),
        ("mesh+ws://meet.example.:1/#", "mesh+ws://meet.example:1/#"),
        ("MESH+WS://h/#", "mesh+ws://h:7843/#"),
        ("mesh+ws://[::1]:65535/#", "mesh+ws://[::1]:65535/#"),
        ("mesh+ws://[0:0::FF]/#", "mesh+ws://[::ff]:7843/#"),
        ("mesh+ws://xn--mnchen-3ya.example/#", "mesh+ws://xn--mnchen-3ya.example:7843/#"),
        ("  mesh+ws://h/#", "mesh+ws://h:7843/#"),
    ],
)
def test_other_spellings_become_the_canonical_one(text: str, canonical: str) -> None:
    assert str(parse(f"{text}{WRITTEN}\n")) == canonical + WRITTEN


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "begin with mesh+ws://"),
        ("https://h/#" + WRITTEN, "begin with mesh+ws://"),
        ("ws://h/#" + WRITTEN, "begin with mesh+ws://"),
        ("mesh+ws:h/#" + WRITTEN, "begin with mesh+ws://"),
        ("mesh+ws://h/#" + "A" * 600, "far too long"),
        ("mesh+ws:///#" + WRITTEN, "names no host"),
        ("mesh+ws://:80/#" + WRITTEN, "names no host"),
        ("mesh+ws://user@h/#" + WRITTEN, "not a host name"),
        ("mesh+ws://user:pass@h/#" + WRITTEN, "a host and a port number"),
        ("mesh+ws://h:/#" + WRITTEN, "a host and a port number"),
        ("mesh+ws://h:0/#" + WRITTEN, "between 1 and 65535"),
        ("mesh+ws://h:65536/#" + WRITTEN, "between 1 and 65535"),
        ("mesh+ws://h:٣/#" + WRITTEN, "a host and a port number"),
        ("mesh+ws://h:-1/#" + WRITTEN, "a host and a port number"),
        ("mesh+ws://münchen.example/#" + WRITTEN, "in ASCII"),
        ("mesh+ws://under_score/#" + WRITTEN, "not a host name"),
        ("mesh+ws://a..b/#" + WRITTEN, "not a host name"),
        ("mesh+ws://-a/#" + WRITTEN, "not a host name"),
        ("mesh+ws://a b/#" + WRITTEN, "not a host name"),
        ("mesh+ws://a%62/#" + WRITTEN, "not a host name"),
        ("mesh+ws://" + "a" * 64 + "/#" + WRITTEN, "not a host name"),
        ("mesh+ws://" + "a." * 127 + "a/#" + WRITTEN, "not a host name"),
        ("mesh+ws://127.1/#" + WRITTEN, "not an IPv4 address"),
        ("mesh+ws://2130706433/#" + WRITTEN, "not an IPv4 address"),
        ("mesh+ws://0x7f.0.0.0x1/#" + WRITTEN, "not an IPv4 address"),
        ("mesh+ws://0177.0.0.1/#" + WRITTEN, "not an IPv4 address"),
        ("mesh+ws://[127.0.0.1]/#" + WRITTEN, "not an IPv6 address"),
        ("mesh+ws://[fe80::1%eth0]/#" + WRITTEN, "not an IPv6 address"),
        ("mesh+ws://::1/#" + WRITTEN, "a host and a port number"),
        ("mesh+ws://h/room#" + WRITTEN, "only /#SECRET"),
        ("mesh+ws://h/?q#" + WRITTEN, "only /#SECRET"),
        ("mesh+ws://h#" + WRITTEN, "lacks the /"),
        ("mesh+ws://h/", "has no secret"),
        ("mesh+ws://h/#", "has no secret"),
        ("mesh+ws://h/#" + WRITTEN[:21], "cut short: it has 21 of 22"),
        ("mesh+ws://h/#" + WRITTEN + "A", "too long"),
        ("mesh+ws://h/#" + WRITTEN[:10] + "+" + WRITTEN[11:], "never in one"),
        ("mesh+ws://h/#" + WRITTEN[:10] + "#" + WRITTEN[11:], "never in one"),
        ("mesh+ws://h/#" + WRITTEN + "==", "never in one"),
        ("mesh+ws://h/#" + WRITTEN[:21] + "x", "last character"),
        ("mesh+ws://h/#" + WRITTEN[:10] + "\n" + WRITTEN[10:], "over several lines"),
        ("mesh+ws://h/#" + "Ａ" * 22, "never in one"),
    ],
)
def test_a_bad_link_is_explained_without_its_secret(text: str, says: str) -> None:
    with pytest.raises(BadLink) as caught:
        parse(text)
    message = str(caught.value)
    assert says in message
    assert message.endswith(".")
    assert "\n" not in message
    assert WRITTEN[:8] not in message


def test_every_last_character_but_four_is_refused() -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    good = []
    for character in alphabet:
        try:
            parse(f"mesh+ws://h/#{WRITTEN[:21]}{character}")
        except BadLink:
            continue
        good.append(character)
    assert good == ["A", "Q", "g", "w"]


def test_the_secret_is_not_in_the_representation() -> None:
    link = fresh("h", 1, False, SECRET)
    for text in (repr(link), f"{[link]}", link.public, link.url):
        assert WRITTEN not in text
        assert repr(SECRET) not in text


def test_a_fresh_link_is_checked() -> None:
    assert str(fresh("::1", 7843, True, SECRET)) == f"mesh+wss://[::1]:7843/#{WRITTEN}"
    with pytest.raises(BadLink, match="cannot be made"):
        fresh("not a host", 7843, False, SECRET)
    with pytest.raises(BadLink, match="cannot be made"):
        fresh("h", 7843, False, b"short")
    for port in (0, 65536):
        with pytest.raises(BadLink, match="port"):
            fresh("h", port, False, SECRET)


def test_a_secret_has_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        MeshLink("h", 1, False, b"")


def test_links_of_this_kind_are_recognised_even_when_bad() -> None:
    assert recognise("mesh+ws://")
    assert recognise(" MESH+wss://whatever")
    assert not recognise("https://h/")
    assert not recognise("mesh+ws://" + "a" * 600)


HOSTS = st.sampled_from(["h", "a-b.example", "127.0.0.1", "::1", "2001:db8::7", "xn--bcher-kva.example"])


@given(HOSTS, st.integers(1, 65535), st.booleans(), st.binary(min_size=16, max_size=16))
def test_every_fresh_link_comes_back(host: str, port: int, tls: bool, secret: bytes) -> None:
    link = fresh(host, port, tls, secret)
    assert parse(str(link)) == link
    assert recognise(str(link))


@given(st.text() | st.text().map("mesh+ws://".__add__) | st.text().map(f"mesh+wss://h{{}}/#{WRITTEN}".format))
def test_no_text_does_anything_but_parse_or_explain(text: str) -> None:
    link, said = None, "."
    try:
        link = parse(text)
    except BadLink as error:
        said = str(error)
    assert said.endswith(".")
    assert link is None or parse(str(link)) == link
