"""A link is found in whatever was pasted and told apart, without contacting anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from net.services.mesh import link
from tui.compose.recognise import find, recognise
from tui.screens.lobby_look import LinkLook, masked

LINK = "mesh+wss://meet.example.org:7462/#mQ3vWd0x7rJk5TzN1bYc9A"
UNVERIFIED = "end to end, unverified"
MESH = LinkLook(LINK, "mesh", "meet.example.org:7462", True, "an alias only", encryption=UNVERIFIED)


@pytest.mark.parametrize(
    "text",
    [
        LINK,
        f"  {LINK}\n",
        f"Join us:\n<{LINK}>.\nSee you!",
        f'The link is "{LINK}", do not pass it on (really).',
        f"**{LINK}**",
        f"our page https://example.org/ and {LINK}",
        f"not https://zoom.us/j/1 but {LINK}",
    ],
)
def test_the_link_is_found_in_the_text_around_it(text: str) -> None:
    assert find(text) == LINK
    assert recognise(text) == MESH
    assert MESH.usable


def test_without_tls_that_is_known() -> None:
    seen = recognise("mesh+ws://127.0.0.1:7000/#AAAAAAAAAAAAAAAAAAAAAA")
    assert (seen.server, seen.secure, seen.usable) == ("127.0.0.1:7000", False, True)


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("https://galene.example/group/public/", "Galène"),
        ("https://meet.example/rooms/abcd-efgh#secret", "LiveKit"),
        ("wss://project.livekit.cloud", "LiveKit"),
        ("https://meet.jit.si/QuietRoom", "Jitsi"),
        ("https://us02web.zoom.us/j/123?pwd=abc", "Zoom"),
        ("https://meet.google.com/abc-defg-hij", "Google Meet"),
        ("https://teams.microsoft.com/l/meetup-join/x", "Microsoft Teams"),
        ("https://cloud.example/call/abcdefg", "Nextcloud Talk"),
    ],
)
def test_other_meetings_are_named_and_not_joined(text: str, service: str) -> None:
    seen = recognise(f"Please come to {text}.")
    assert seen.service == service
    assert not seen.usable
    assert seen.trouble.startswith(f"incog cannot join {service} meetings yet, ")
    assert seen.server


def test_a_deceiving_host_is_not_taken_for_what_it_ends_like() -> None:
    assert recognise("https://notzoom.us/j/1").service == ""
    assert recognise("https://zoom.us.example.org/j/1").service == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "hello",
            "This is not an invitation to a meeting that incog knows: those begin with mesh+ws://, mesh+wss://, "
            "janus+ws:// or janus+wss://",
        ),
        ("https://example.org", "This is no meeting that incog knows. It joins only those whose links begin with"),
        (LINK[:-3], "The link's secret is cut short: it has 19 of 22 characters; copy it whole."),
        (LINK.split("#", maxsplit=1)[0], "The link has no secret: copy it whole"),
    ],
)
def test_a_bad_link_gets_one_sentence(text: str, sentence: str) -> None:
    seen = recognise(text)
    assert not seen.usable
    assert seen.trouble.startswith(sentence)
    assert "\n" not in seen.trouble


def test_nothing_is_nothing() -> None:
    assert recognise(" \n") == LinkLook()
    assert not LinkLook().usable


@given(st.text() | st.from_regex(r"[a-z+]{1,12}://.*"))
def test_whatever_is_pasted_is_one_sentence_or_a_link_that_can_be_parsed(text: str) -> None:
    seen = recognise(text)
    if seen.usable:
        assert str(link.parse(seen.text)) == seen.text
    else:
        assert bool(seen.trouble) == bool(text.strip())


@given(st.text())
def test_a_mask_is_as_wide_and_holds_nothing_of_the_secret(text: str) -> None:
    assert masked(f"mesh+ws://h/#{text}") == "mesh+ws://h/#" + "•" * cell_len(text)


def test_a_query_may_be_secret_too_and_a_server_is_not() -> None:
    assert masked("https://zoom.us/j/1?pwd=abc") == "https://zoom.us/j/1?•••••••"
    assert masked("mesh+ws://h/") == "mesh+ws://h/"
