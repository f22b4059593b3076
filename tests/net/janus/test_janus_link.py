from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.errors import BadLink
from net.services.janus.credentials import Credentials
from net.services.janus.link import (
    AUDIOBRIDGE,
    CREDENTIAL_LIMIT,
    JanusLink,
    Room,
    credentials,
    fresh_key,
    parse,
    recognise,
)

KEY = bytes(range(16))
WRITTEN = "AAECAwQFBgcICQoLDA0ODw"


def test_a_link_is_read_and_written() -> None:
    link = parse(f"janus+wss://meet.example/janus?room=1234#{WRITTEN}")
    assert link == JanusLink("meet.example", 8989, True, 1234, "/janus", "videoroom", None, KEY)
    assert str(link) == f"janus+wss://meet.example:8989/janus?room=1234#{WRITTEN}"
    assert link.public == "janus+wss://meet.example:8989/janus?room=1234"
    assert link.url == "wss://meet.example:8989/janus"
    assert (link.service, link.secret) == ("janus", KEY)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("janus+wss://h/?room=1", "janus+wss://h:8989/?room=1"),
        ("janus+ws://h?room=1", "janus+ws://h:8188/?room=1"),
        ("JANUS+WS://H:1/?room=1&plugin=videoroom", "janus+ws://h:1/?room=1"),
        ("janus+ws://h/a/b?plugin=audiobridge&room=1", "janus+ws://h:8188/a/b?room=1&plugin=audiobridge"),
        ("janus+ws://[::1]/?room=stand-up", "janus+ws://[::1]:8188/?room=stand-up"),
        ("janus+ws://h/?room=a%20b%26c&text=%C3%A4", "janus+ws://h:8188/?room=a%20b%26c&text=%C3%A4"),
        ("janus+ws://h/?&room=1&", "janus+ws://h:8188/?room=1"),
        ("wss://h/janus?room=1", "janus+wss://h:443/janus?room=1"),
        ("ws://h/?a=b&room=1&c", "janus+ws://h:80/?room=1"),
        (f"ws://127.0.0.1:8188?room=1#{WRITTEN}", f"janus+ws://127.0.0.1:8188/?room=1#{WRITTEN}"),
        ("https://h/janus/mvideoroomtest.html?room=7&simulcast=yes", "janus+wss://h:8989/?room=7"),
        ("http://h:8000/videoroomtest.html", "janus+ws://h:8188/?room=1234"),
        ("https://h/demos/videoroom.html#", "janus+wss://h:8989/?room=1234"),
        ("https://h/demos/mvideoroom.html?room=9&plugin=audiobridge", "janus+wss://h:8989/?room=9"),
        (f"https://h/mvideoroom.html#{WRITTEN}", f"janus+wss://h:8989/?room=1234#{WRITTEN}"),
        ("https://h/audiobridge.html?room=2", "janus+wss://h:8989/?room=2&plugin=audiobridge"),
        ("http://h/x/AudioBridgeTest.html?text=3", "janus+ws://h:8188/?room=1234&plugin=audiobridge&text=3"),
        ("janus+ws://h/?room=1&pin=4242&secret=s&token=t", "janus+ws://h:8188/?room=1"),
    ],
)
def test_other_spellings_become_the_canonical_one(text: str, canonical: str) -> None:
    assert recognise(text)
    assert str(parse(f" {text}\n")) == canonical
    assert str(parse(canonical)) == canonical


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no link to a room on a Janus server"),
        ("janus+ws:h/?room=1", "no link to a room"),
        ("https://h/index.html?room=1", "no link to a room"),
        ("https://h/myvideoroom.htm", "no link to a room"),
        ("wss://h/?rooms=1", "no link to a room"),
        ("wss://h/#?room=1", "no link to a room"),
        ("mesh+ws://h/#" + WRITTEN, "no link to a room"),
        ("janus+ws://h/?room=1#" + "A" * 4100, "far too long"),
        ("janus+ws://h/?room=1#A\nB", "several lines"),
        ("janus+ws://h/", "names no room"),
        ("janus+ws://h/?", "names no room"),
        ("janus+ws://h/?plugin=videoroom", "names no room"),
        ("janus+ws://h/?room=", "room is mistyped"),
        ("janus+ws://h/?room=0", "room is mistyped"),
        ("janus+ws://h/?room=007", "room is mistyped"),
        ("janus+ws://h/?room=1234567890123456", "room is mistyped"),
        ("janus+ws://h/?room=%D9%A3", "room is mistyped"),
        ("janus+ws://h/?room=%0A", "room is mistyped"),
        ("janus+ws://h/?room=" + "a" * 65, "room is mistyped"),
        ("janus+ws://h/?room=%FF", "room is mistyped: it is no text"),
        ("janus+ws://h/?room=\ud800", "room is mistyped: it is no text"),
        ("janus+ws://h/?room=1&text=", "room is mistyped"),
        ("janus+ws://h/?room=1&room=2", "gives its room twice"),
        ("janus+ws://h/?room=1&rom=2", "something in it that incog does not know"),
        ("janus+ws://h/?room=1&plugin=sip", "knows videoroom and audiobridge"),
        ("janus+ws://h/?room=1&pin=" + "1" * (CREDENTIAL_LIMIT + 1), "pin is far too long"),
        ("janus+ws:///?room=1", "names no host"),
        ("janus+ws://user@h/?room=1", "not a host name"),
        ("janus+ws://h:0/?room=1", "between 1 and 65535"),
        ("janus+ws://h/a b?room=1", "path"),
        ("janus+ws://h/" + "a" * 200 + "?room=1", "path"),
        ("janus+ws://h/?room=1#", "has no secret"),
        ("ws://h/?room=1#", "has no secret"),
        ("janus+ws://h/?room=1#" + WRITTEN[:21], "cut short"),
        ("https://h/mvideoroom.html#" + WRITTEN + "A", "too long"),
        (f"janus+ws://h/?room=1&plugin=audiobridge#{WRITTEN}", "mixes what it hears"),
        (f"https://h/audiobridgetest.html#{WRITTEN}", "mixes what it hears"),
        (f"janus+ws://h/?room=1&text=5#{WRITTEN}", "does not go with a link that is end to end"),
    ],
)
def test_a_bad_link_is_explained(text: str, says: str) -> None:
    for read in (parse, credentials):
        with pytest.raises(BadLink, match=says.replace("?", r"\?")) as raised:
            read(text)
        assert str(raised.value).endswith(".")
        assert WRITTEN[:12] not in str(raised.value)


def test_what_a_room_asks_for_is_split_off() -> None:
    text = "wss://h/?room=1&pin=42%2042&secret=top&token=t"
    assert credentials(text) == Credentials("42 42", "top", "t")
    assert credentials("janus+ws://h/?room=1") == Credentials()
    assert not any(word in f"{parse(text)} {parse(text)!r} {credentials(text)!r}" for word in ("42", "top", "token="))


def test_the_key_is_not_in_the_representation() -> None:
    link = parse(f"janus+ws://h/?room=1#{WRITTEN}")
    for text in (repr(link), f"{[link]}", link.public, link.url):
        assert WRITTEN not in text
        assert repr(KEY) not in text


def test_a_fresh_key_has_sixteen_bytes() -> None:
    assert fresh_key(bytes) == bytes(16)
    with pytest.raises(ValueError, match="16 bytes"):
        JanusLink("h", 1, False, 1, key=b"short")


def test_links_of_this_kind_are_recognised_even_when_bad() -> None:
    assert recognise("janus+ws://")
    assert recognise(" JANUS+wss://whatever")
    assert recognise("ws://[?room=")
    assert recognise("https:///videoroomtest.html")
    for text in (
        "https://h/",
        "https://h/mvideoroom\n.html",
        "ws://h/",
        "wss://h/#?room=1",
        "janus+ws://" + "a" * 4100,
    ):
        assert not recognise(text)


ROOMS: st.SearchStrategy[Room] = st.integers(1, 10**15 - 1) | st.text(min_size=1, max_size=64).filter(
    lambda text: text.isprintable() and not text.isdecimal()
)
HOSTS = st.sampled_from(["h", "a-b.example", "127.0.0.1", "::1", "2001:db8::7"])
PLACES = (HOSTS, st.integers(1, 65535), st.booleans(), ROOMS, st.sampled_from(["/", "/janus", "/a/b%20c/"]))
KEYS = st.just(b"") | st.binary(min_size=16, max_size=16)
LINKS = st.builds(JanusLink, *PLACES, st.sampled_from(["videoroom", AUDIOBRIDGE]), st.none() | ROOMS) | st.builds(
    JanusLink, *PLACES, key=KEYS
)


@given(LINKS)
def test_every_link_comes_back(link: JanusLink) -> None:
    assert parse(str(link)) == link
    assert recognise(str(link))


def _into(pattern: str) -> Callable[[str], str]:
    return lambda text: pattern.replace("*", text)


@given(
    st.text()
    | st.sampled_from(
        ["janus+ws://*", "wss://h/?room=*", "janus+wss://h/*?room=1", f"ws://h/?room=1&*#{WRITTEN}", "https://h/*.html"]
    ).flatmap(lambda pattern: st.text().map(_into(pattern)))
)
def test_no_text_does_anything_but_parse_or_explain(text: str) -> None:
    link, said = None, "."
    try:
        link = parse(text)
    except BadLink as error:
        said = str(error)
    assert said.endswith(".")
    assert link is None or parse(str(link)) == link
