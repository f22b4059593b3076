from __future__ import annotations

import re

import pytest

from privacy.identifiers import Care, Identifiers, needles, squeeze
from privacy.ordinary import EVERYDAY, SHARED
from privacy.text import folded


def looked_for(kind: str, value: str) -> bool:
    return bool(needles(Identifiers({kind: (value,)})))


def matches(kind: str, value: str, text: str) -> bool:
    """Whether some needle covers the whole text (what may stand beside it is the firewall's to judge)."""
    return any(re.fullmatch(n.pattern, folded(text)[0]) for n in needles(Identifiers({kind: (value,)})))


def test_empty_and_repeated_values_are_left_out():
    identifiers = Identifiers({"login": (" jdoe ", "", "jdoe"), "host name": ("  ",), "e-mail": ()})
    assert dict(identifiers.known) == {"login": ("jdoe",)}


def test_identifiers_do_not_change_with_what_they_were_made_of():
    known: dict[str, tuple[str, ...]] = {"login": ("jdoe",)}
    identifiers = Identifiers(known)
    known["login"] = ()
    assert identifiers.known["login"] == ("jdoe",)
    with pytest.raises(TypeError):
        identifiers.known["login"] = ()  # type: ignore[index]  # that it cannot be done is what is tested


def test_the_values_are_in_no_repr():
    identifiers = Identifiers({"login": ("jdoe",), "full name": ("Jane Doe", "Jane Q. Doe")})
    assert repr(identifiers) == str(identifiers) == "Identifiers(login: 1, full name: 2)"
    assert "jdoe" not in f"{[identifiers]}"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("login", "al"),
        ("login", "12345"),
        ("login", "root"),
        ("login", "www-data"),
        ("login", "--"),
        ("host name", "localhost.localdomain"),
        ("host name", "MacBook-Pro"),
        ("full name", "Al"),
        ("full name", "…"),
        ("e-mail", "me"),
        ("home folder", "/root"),
        ("home folder", "/home/user"),
        ("home folder", "/"),
        ("time zone", "UTC"),
        ("time zone", "Etc/UTC"),
        ("time zone", "CET"),
        ("locale", "C"),
        ("locale", "C.UTF-8"),
        ("locale", "POSIX"),
        ("locale", "de"),
        ("locale", "en_US.UTF-8"),
        ("local address", "127.0.0.1"),
        ("local address", "::1"),
        ("local address", "0.0.0.0"),
        ("hardware address", "00:00:00:00:00:00"),
        ("hardware address", "loopback"),
    ],
)
def test_what_names_nobody_is_not_looked_for(kind: str, value: str):
    assert not looked_for(kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("login", "jdoe", "JDOE"),
        ("login", "jane.doe", "jane_doe"),
        ("login", "jane.doe", "janedoe"),
        ("login", "müller", "mueller"),
        ("login", "müller", "muller"),
        ("host name", "zeppelin", "zeppe1in"),
        ("host name", "modem7", "modern7"),
        ("host name", "wavvyrn", "vvawym"),
        ("full name", "Jane Doe", "doe, jane"),
        ("full name", "Jane Doe", "JaneDoe"),
        ("full name", "Jane Quincy Doe", "Jane Doe"),
        ("full name", "Jane Quincy Doe", "Doe Jane Quincy"),
        ("full name", "Jane Quincy Doe", "Quincy Doe Jane"),
        ("full name", "Jane Q. van Doe", "doe, jane q. van"),
        ("full name", "Jane Doe", "Jane"),
        ("full name", "Björn Åberg", "Bjoern Aaberg"),
        ("full name", "李 小明", "小明"),
        ("full name", "राम शर्मा", "शर्मा राम"),
        ("full name", "jdoe", "JDoe"),
        ("git name", "Jane Doe", "jane-doe"),
        ("e-mail", "jane.doe@example.org", "jane.doe@example.org"),
        ("e-mail", "jane.doe@example.org", "Jane Doe (at) example dot org"),
        ("e-mail", "jane.doe@example.org", "janedoe"),
        ("e-mail", "jdoe", "jdoe"),
        ("home folder", "/home/jdoe", r"home\jdoe"),
        ("home folder", "/home/mark", "home/mark"),
        ("home folder", "C:\\Users\\jdoe", "c/users//jdoe"),
        ("time zone", "America/New_York", "america-new york"),
        ("time zone", "America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("locale", "de_DE.UTF-8@euro", "de-de"),
        ("locale", "es_419", "es-419"),
        ("local address", "192.168.77.23", "192-168-77-23"),
        ("local address", "192.168.77.23", "23.77.168.192"),
        ("local address", "fe80::5054:ff:fe0b:cdef%eth0", "fe80:0000:0000:0000:5054:00ff:fe0b:cdef"),
        ("local address", "fd12::23", "fd12:0:0:0:0:0:0:23"),
        ("local address", "printer.lan", "printer.lan"),
        ("hardware address", "52:54:00:ab:cd:ef", "5254.00ab.cdef"),
        ("key comment", "jane@zeppelin", "jane@zeppelin"),
    ],
)
def test_each_kind_is_looked_for_in_its_spellings(kind: str, value: str, text: str):
    assert matches(kind, value, text)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("login", "barn", "bam"),
        ("login", "jane.doe", "jane doe"),
        ("host name", "box-7", "box 7"),
        ("full name", "Mark Hill", "Mark"),
        ("full name", "Ann Lee", "Ann"),
        ("time zone", "Europe/Berlin", "Berlin"),
        ("locale", "de_DE", "de"),
        ("locale", "de_DE", "dede"),
        ("local address", "192.168.77.23", "1921687723"),
    ],
)
def test_what_is_too_ordinary_is_not_a_spelling(kind: str, value: str, text: str):
    assert looked_for(kind, value)
    assert not matches(kind, value, text)


def test_everyday_words_count_only_where_they_stand_as_a_name():
    assert {n.care for n in needles(Identifiers({"login": ("mark",), "e-mail": ("mark",)}))} == {Care.MARKED}


def test_the_lists_hold_what_is_compared_with_them():
    assert all(squeeze(word) == word for word in SHARED | EVERYDAY)
