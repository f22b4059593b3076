from __future__ import annotations

import base64
import json
import random
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from privacy.firewall import STRUCK, Firewall, Identifiers
from privacy.persona import FIRST, SECOND

ME = Identifiers(
    {
        "login": ("quixley",),
        "host name": ("zeppelin-9", "zeppelin-9.canary.example"),
        "full name": ("Zebulon Quixley", "Søren Æbelø"),
        "git name": ("zq the coder",),
        "e-mail": ("z.quixley@canary.example",),
        "home folder": ("/home/quixley",),
        "time zone": ("Antarctica/Troll",),
        "locale": ("nb_NO.UTF-8",),
        "local address": ("192.168.77.23", "fd12:3456::23"),
        "hardware address": ("52:54:00:ab:cd:ef",),
    }
)
Spell = Callable[[str], str]
WALL = Firewall(ME, "Quiet Heron")

# How an identifier may be written, whoever it is of.
EVERY = sorted({(kind, value.split(".UTF")[0]) for kind, values in ME.known.items() for value in values})
LETTERS = [(kind, value) for kind, value in EVERY if kind not in ("locale", "local address", "hardware address")]

CYRILLIC = str.maketrans("aeopcyxijsdAEOPCXTHKMB", "аеорсухіјѕԁАЕОРСХТНКМВ")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
MATHEMATICAL = {ord("a") + n: 0x1D41A + n for n in range(26)} | {ord("A") + n: 0x1D400 + n for n in range(26)}

SPELLINGS: dict[str, Spell] = {
    "as it is": str,
    "upper": str.upper,
    "lower": str.lower,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "full width": lambda text: text.translate(FULL_WIDTH),
    "zero width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "accents": lambda text: "".join(ch + "\u0301" if ch.isalpha() else ch for ch in text),
}
LOOKS: dict[str, Spell] = {
    "Cyrillic": lambda text: text.translate(CYRILLIC),
    "mathematical": lambda text: text.translate(MATHEMATICAL),
    "digits": lambda text: text.translate(str.maketrans("oOlI", "0011")),
    "i for l": lambda text: text.replace("l", "I").replace("i", "l"),
}


def as_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


ENCODINGS: dict[str, Spell] = {
    "none": str,
    "base64": as_base64,
    "base64 after one byte": lambda text: as_base64(" " + text),
    "base64 after two bytes": lambda text: as_base64("=:" + text),
    "base64 amid others": lambda text: as_base64(f"who am I: {text}, it is said"),
    "base64url bare": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le" if text.isascii() else "utf-8")).decode(),
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    "hex pairs": lambda text: text.encode().hex(":"),
    "URL": lambda text: quote(text, safe=""),
    "URL, all of it": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "JSON": json.dumps,
    "JSON, all of it": lambda text: "".join(
        f"\\u{unit:04x}" for unit in memoryview(text.encode("utf-16-le")).cast("H").tolist()
    ),
    "URL of JSON": lambda text: quote(json.dumps(text)),
    "base64 of JSON": lambda text: as_base64(json.dumps({"name": text})),
    "JSON of base64": lambda text: json.dumps(as_base64(text)),
    "base64 of base64": lambda text: as_base64(as_base64(text)),
    "URL of base64 of JSON": lambda text: quote(as_base64(json.dumps(["x", text])), safe=""),
}

WORDS = (
    "the a my your our some this that room camera sound voice picture meeting people chat hand link name time window "
    "today tomorrow morning summer bread water paper music story garden river cloud number letter question answer idea "
    "coffee bicycle ticket mark will rose may hope bill art frank jack page lan barn corn modern turn learn horn worn "
    "root user admin pi test host local home work office guest Berlin Europe Antarctica UTC CET English German in it "
    "no is as be do or 10 42 100% 2024 12:30 3.14 v1.2 #7 192.168.1.1 10.0.0.1 en de nb C POSIX 👍 café naïve Zoë"
).split()
ordinary = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


def beside(text: str, hit_start: int, hit_end: int, start: int, end: int) -> bool:
    """Whether a hit is at the place, give or take the characters an encoding shares with its neighbours."""
    return hit_start < end and hit_end > start


@given(
    ordinary, st.sampled_from(EVERY), st.sampled_from(sorted(SPELLINGS)), st.sampled_from(sorted(ENCODINGS)), ordinary
)
def test_every_identifier_is_found_in_every_form_and_encoding(before, identifier, spelling, encoding, after):
    kind, value = identifier
    hidden = ENCODINGS[encoding](SPELLINGS[spelling](value))
    text = f"{before} {hidden} {after}"
    start = len(before) + 1
    hits = [hit for hit in WALL.check(text) if hit.kind == kind]
    assert any(beside(text, hit.start, hit.end, start, start + len(hidden)) for hit in hits)
    assert WALL.check(WALL.strike(text)) == ()


@given(ordinary, st.sampled_from(LETTERS), st.sampled_from(sorted(LOOKS)), st.sampled_from(sorted(ENCODINGS)), ordinary)
def test_every_name_is_found_in_look_alike_letters(before, identifier, looks, encoding, after):
    kind, value = identifier
    text = f"{before} {ENCODINGS[encoding](LOOKS[looks](value))} {after}"
    assert kind in {hit.kind for hit in WALL.check(text)}


@given(st.sampled_from(EVERY), st.sampled_from([*" .,;:!?()[]{}<>\"'/\\|=&*#~\n\t-–—_+1\u3000"]), st.data())
def test_a_word_may_end_at_anything_but_a_letter(identifier, mark, data):
    kind, value = identifier
    if mark == "1":
        assume(not value[0].isdigit() and not value[-1].isdigit())
    hits = WALL.check(f"{mark}{value}{mark}")
    assert kind in {hit.kind for hit in hits}


@pytest.mark.parametrize("text", ["aquixley", "quixleys", "zebulonquixleyesque", "5192.168.77.23", "192.168.77.230"])
def test_a_part_of_another_word_is_no_hit(text: str):
    assert WALL.check(text) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("myQuixley", "Quixley"),
        ("quixleyHost", "quixley"),
        ("quixley2024", "quixley"),
        ("~quixley/.ssh", "quixley"),
        ("quixley@zeppelin-9", "quixley"),
        ("Quixley,Zebulon", "Quixley,Zebulon"),
        ("say abelo, soren", ""),
        ("Søren AEbelø", "Søren AEbelø"),
        ("a quixley quixley b", "quixley"),
    ],
)
def test_hits_say_where(text: str, found: str):
    assert found in {text[hit.start : hit.end] for hit in WALL.check(text)} | {""}


def test_hits_are_in_order_and_never_one_within_another_of_its_kind():
    hits = WALL.check("Zebulon Quixley is quixley at /home/quixley, or z.quixley@canary.example")
    assert list(hits) == sorted(set(hits))
    for kind in {hit.kind for hit in hits}:
        same = [hit for hit in hits if hit.kind == kind]
        assert all(a.end <= b.start for a, b in pairwise(same))


def test_a_hit_holds_where_but_not_what():
    assert "quixley" not in repr(WALL.check("I am quixley")).lower()


# --- nothing ordinary is refused -----------------------------------------------------------------------------------

ORDINARY_OWNERS = [
    ME,
    Identifiers(
        {
            "login": ("mark", "root", "user", "admin", "pi", "test", "ian", "bam", "al"),
            "host name": ("localhost", "office", "tum", "phoenix", "box-1"),
            "full name": ("Mark Rose", "May Hope Summer", "Ann Page", "Will Hill"),
            "e-mail": ("will@example.org", "info@example.org", "me@example.org"),
            "home folder": ("/home/user", "/root", "/home/mark"),
            "time zone": ("UTC", "Etc/UTC", "CET", "Europe/Berlin"),
            "locale": ("C", "C.UTF-8", "en_US.UTF-8", "de", "it_IT", "no_NO"),
            "local address": ("127.0.0.1", "::1", "192.168.1.20"),
            "hardware address": ("00:00:00:00:00:00",),
        }
    ),
]


def sentences(count: int) -> list[str]:
    """Ordinary chat, the same each time: templates filled from the words above."""
    chance = random.Random(2020)
    templates = (
        "{0} {1} {2}?",
        "Did {0} {1} see the {2} {3}, or was it in {4}?",
        "I think {0} is {1} than {2}; {3} {4}!",
        "{0}, {1} and {2} – we {3} at {4}.",
        "mark my {0}: {1} will turn {2} in May, I hope, at 10:30 UTC",
        "see https://example.com/{0}/{1}?{2}={3} for {4}",
        "({0}) {1}... {2} :-) {3} 👍",
        "Hope the test user can see {0}; root of the {1} is {2}/{3}",
        '"{0}" means {1}, and "{2} {3}" means {4}',
        "it is in it: {0}-so {1}_so {2}, {3}: the lan is down, a barn burns",
        "{0}",
        "{0} {1}{2} {3}\n{4} an answer's page, will-o'-the-wisp, summer may be here",
    )
    return [chance.choice(templates).format(*(chance.choice(SAFE) for _ in range(5))) for _ in range(count)]


# A text that is nothing but somebody's everyday login is a hit by design; all other words may stand alone.
SAFE = [word for word in WORDS if word not in {"mark", "will"}]


@pytest.mark.parametrize("owner", ORDINARY_OWNERS, ids=["a rare name", "an ordinary name"])
def test_ten_thousand_ordinary_sentences_are_no_hit(owner: Identifiers):
    wall = Firewall(owner, "Quiet Heron")
    refused = {sentence: hits for sentence in sentences(10_000) if (hits := wall.check(sentence))}
    assert refused == {}


def test_no_key_or_fingerprint_is_a_hit():
    wall = Firewall(
        Identifiers({"login": ("ian", "ada", "quixley"), "host name": ("beef", "cafe", "x1"), "locale": ("de_DE",)}),
        "x",
    )
    chance = random.Random(7)
    for _ in range(1000):
        data = chance.randbytes(32)
        assert wall.check(f"mesh+wss://example.com:7000/#{base64.b64encode(data[:16]).decode()}") == ()
        assert wall.check(f"a=fingerprint:sha-256 {data.hex(':').upper()}") == ()
        assert wall.check(data.hex()) == ()


@pytest.mark.parametrize("word", ["Quiet Heron", *(f"{a} {b}" for a, b in zip(FIRST, SECOND, strict=True))])
def test_no_drawn_alias_is_a_hit(word: str):
    assert Firewall(ORDINARY_OWNERS[1], word).alias_hits == ()


# --- short and everyday identifiers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "text", "hit"),
    [
        ("ian", "ian", True),
        ("ian", "Ian's", True),
        ("ian", "іan", True),  # a Cyrillic і
        ("ian", "1an", True),
        ("ian", "lAn", True),
        ("ian", "lan", False),
        ("ian", "the LAN", False),
        ("ian", "Lan", False),
        ("lol", "101", False),
        ("lol", "l0l", True),
        ("ian", "ian7", True),
        ("ian", "Qx9/ian81cOffe7Zq2", False),
        ("ian", "Qx9/ian", True),
        ("ada", "00ada1ff", False),
        ("ada", "ada1", True),
        ("ian", "/srv/ian/Photos2024/june", True),
        ("mark", "mark", True),
        ("mark", ' "Mark". ', True),
        ("mark", "mark it", False),
        ("mark", 'login: "mark", it says', True),
        ("mark", "user=mark&x", True),
        ("mark", "cd ~mark now", True),
        ("mark", "BOX\\mark is", True),
        ("mark", "mark@box is", True),
        ("mark", "@mark is", True),
        ("mark", "/home/mark", True),
        ("mark", "mаrk it", True),  # a Cyrillic а: nobody writes the everyday word so
        ("mark", "m@rk it", False),
        ("root", "root", False),
        ("김수", "김숙입니다", False),
        ("김수", "저는 김수입니다", True),
        ("李明", "我是李明的", True),
        ("راما", "دراما", False),
        ("राम", "आराम", False),
        ("राम", "कीराम", False),
        ("राम", "यह राम है", True),
    ],
)
def test_short_and_everyday_logins(login: str, text: str, hit: bool):
    wall = Firewall(Identifiers({"login": (login,), "home folder": (f"/home/{login}",)}), "")
    assert bool(wall.check(text)) is hit


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("the price of summer may be high, mark rose and said", False),
        ("Mark rose from his chair", False),
        ("I am Mark Rose", True),
        ("MARK ROSE", True),
        ("rose, mark", True),
        ("my name is rose-mark", True),
        ("it is markrose, they say", True),
        ("mark rose", True),
        ("Summer May is here", True),
        ("in may/summer we sail", False),
    ],
)
def test_names_of_everyday_words(text: str, hit: bool):
    wall = Firewall(Identifiers({"full name": ("Mark Rose", "May Hope Summer")}), "")
    assert bool(wall.check(text)) is hit


def test_in_ascii_an_address_is_not_another_that_looks_like_it():
    wall = Firewall(Identifiers({"locale": ("it_IT",), "local address": ("192.168.1.20",)}), "")
    assert wall.check("lt_LT") == ()
    assert wall.check("l92.l68.l.2o") == ()
    assert wall.check("１９２.168.1.20") != ()
    assert wall.check("іt_IT") != ()


# --- the alias -----------------------------------------------------------------------------------------------------


def test_an_alias_that_tells_nothing_is_never_a_hit():
    assert WALL.alias_hits == ()
    assert WALL.check("Quiet Heron") == ()


def test_an_alias_that_holds_an_identifier_says_so():
    wall = Firewall(ME, "Quiet Quixley")
    assert {hit.kind for hit in wall.alias_hits} >= {"login", "full name"}
    assert all((hit.start, hit.end) == (6, 13) for hit in wall.alias_hits)
    assert wall.check("Quiet Quixley says hello") != ()


def test_a_wall_that_knows_nothing_lets_all_pass():
    assert Firewall(Identifiers({}), "x").check("anything at all, root, /home/user") == ()


# --- several fields ------------------------------------------------------------------------------------------------


@given(ordinary, st.sampled_from(EVERY), st.data(), ordinary)
def test_an_identifier_split_over_two_fields_is_found(before, identifier, data, after):
    kind, value = identifier
    at = data.draw(st.integers(1, len(value) - 1))
    parts = ["field", f"{before} {value[:at]}", f"{value[at:]} {after}", "field"]
    hits = [hit for hit in WALL.check_all(parts) if hit.kind == kind]
    assert {hit.part for hit in hits} & {1, 2}
    assert all(0 <= hit.start < hit.end <= len(parts[hit.part]) for hit in hits)


def test_a_split_find_gives_one_hit_for_each_field_it_touches():
    wall = Firewall(Identifiers({"login": ("quixley",)}), "")
    hits = wall.check_all(["I am qui", "x", "ley, hello", "quixley"])
    assert [(hit.part, hit.start, hit.end) for hit in hits] == [(0, 5, 8), (1, 0, 1), (2, 0, 3), (3, 0, 7)]
    assert wall.check_all(["qui", "x", "leyx"]) == ()
    assert wall.check_all([]) == ()


def test_first_and_last_name_in_two_fields_are_found_in_either_order():
    wall = Firewall(Identifiers({"full name": ("Ann Lee",)}), "")
    assert [hit.part for hit in wall.check_all(["x", "Ann", "Lee", "x"])] == [1, 2]
    assert [hit.part for hit in wall.check_all(["Lee", "Ann"])] == [0, 1]
    assert wall.check_all(["Ann", "x", "Lee"]) == ()


def test_very_short_identifiers_are_not_put_together_from_fields():
    wall = Firewall(Identifiers({"login": ("ian",)}), "")
    assert wall.check_all(["I", "an apple"]) == ()
    assert [hit.part for hit in wall.check_all(["I", "ian"])] == [1]


# --- striking out --------------------------------------------------------------------------------------------------


def test_struck_text_tells_neither_the_identifier_nor_its_length():
    assert WALL.strike("I am quixley, hello") == f"I am {STRUCK}, hello"
    assert WALL.strike("Zebulon Quixley <z.quixley@canary.example>") == f"{STRUCK} <{STRUCK}>"
    assert WALL.strike("nothing here") == "nothing here"
    assert WALL.strike(f"x {as_base64('quixley')} y") == f"x {STRUCK}== y"
    assert WALL.strike("") == ""


@given(st.lists(st.sampled_from([value for _, value in EVERY] + [*" .,-_x1"]), max_size=12).map("".join))
def test_nothing_is_found_in_struck_text(text: str):
    assert WALL.check(WALL.strike(text)) == ()
