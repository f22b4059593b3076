from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.links import MAX_LINK, find, of_all, target


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see https://example.org/a.", ["https://example.org/a"]),
        ("(https://example.org/a_(b))", ["https://example.org/a_(b)"]),
        ("HTTP://EXAMPLE.ORG, and https://example.net!", ["HTTP://EXAMPLE.ORG", "https://example.net"]),
        ("javascript:alert(1) file:///etc/passwd ftp://example.org", []),
        ("https:// https://? https://[::1", []),
        ("https://[2001:db8::1]:8443/x", ["https://[2001:db8::1]:8443/x"]),
        ("https://example.org/" + "a" * MAX_LINK, []),
    ],
)
def test_links_are_found_without_the_sentence_around_them(text: str, urls: list[str]) -> None:
    assert [one.url for one in find(text)] == urls


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_what_is_found_stands_in_the_text_and_leads_somewhere(text: str) -> None:
    before = 0
    for one in find(f"{text} https://example.org/{text}"):
        assert before <= one.start < one.end
        assert f"{text} https://example.org/{text}"[one.start : one.end] == one.url
        before = one.end
        where = target(one.url)
        assert where is not None
        assert where.url.isascii()
        assert where.url.isprintable()
        assert " " not in where.url


def test_a_name_in_another_alphabet_is_shown_as_it_is_looked_up() -> None:
    where = target("https://b\u00fccher.example/\u00fc?q=a b".replace(" ", "%20"))
    assert where is not None
    assert (where.host, where.url) == ("xn--bcher-kva.example", "https://xn--bcher-kva.example/%C3%BC?q=a%20b")
    assert "another alphabet" in where.doubts[0]


def test_what_stands_before_an_at_sign_does_not_deceive() -> None:
    where = target("http://bank.example@evil.example/")
    assert where is not None
    assert where.host == "evil.example"
    assert where.url == "http://evil.example/"
    assert len(where.doubts) == 2


@pytest.mark.parametrize(
    "url", ["https://exa mple.org", "https://-/", "https://example.org:port/", "mailto:a@b.example"]
)
def test_what_is_no_link_leads_nowhere(url: str) -> None:
    assert target(url) is None


def test_each_link_is_listed_once_and_not_without_end() -> None:
    assert of_all(["https://a.example https://b.example", "https://a.example"]) == [
        "https://a.example",
        "https://b.example",
    ]
    assert len(of_all(f"https://example.org/{number}" for number in range(80))) == 50
