from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.services.base import Picture
from net.services.mesh import wire
from net.services.mesh.ice import IceServer
from net.services.mesh.sealing import BLOB_LIMIT, PLAIN_LIMIT
from net.services.strict import Fields, Malformed, check_token, load
from tests.net.mesh.playbook import SDP, STUN, TURN

ID = "0123456789abcdef"
ROOM = ID + ID
STATE: dict[str, object] = {"muted": True, "picture": "hidden", "hand": False}
HELLO: dict[str, object] = {"type": "hello", "pid": ID, "alias": "Ana"}
ANSWER: dict[str, object] = {"type": "answer", "pid": ID, "alias": "Ana", "state": STATE, "sdp": SDP}
OFFER: dict[str, object] = {**ANSWER, "type": "offer", "ice": []}

Parse = Callable[[str], wire.Message]


def sealed(text: str) -> wire.Message:
    return wire.parse_sealed(text.encode())


WRITTEN: list[tuple[Parse, wire.Message, str]] = [
    (wire.parse_client, wire.Join(ROOM, ID, True), f'{{"type":"join","room":"{ROOM}","id":"{ID}","new":true}}'),
    (wire.parse_client, wire.To(ID, b"\0\1"), f'{{"type":"to","to":"{ID}","blob":"AAE="}}'),
    (wire.parse_client, wire.Bye(), '{"type":"bye"}'),
    (
        wire.parse_server,
        wire.Welcome(ID, ("1" * 16, "2" * 16), 8),
        f'{{"type":"welcome","id":"{ID}","others":["1111111111111111","2222222222222222"],"limit":8}}',
    ),
    (wire.parse_server, wire.Refused(wire.Why.NO_ROOM), '{"type":"refused","why":"no such room"}'),
    (wire.parse_server, wire.Enter(ID), f'{{"type":"enter","id":"{ID}"}}'),
    (wire.parse_server, wire.Leave(ID), f'{{"type":"leave","id":"{ID}"}}'),
    (wire.parse_server, wire.From(ID, b""), f'{{"type":"from","from":"{ID}","blob":""}}'),
    (sealed, wire.Hello(ID, "Ána"), f'{{"type":"hello","pid":"{ID}","alias":"Ána"}}'),
    (
        sealed,
        wire.Hello(ID, "Ana", (STUN,)),
        f'{{"type":"hello","pid":"{ID}","alias":"Ana",'
        '"ice":[{"url":"stun:stun.example:3478","username":"","credential":""}]}',
    ),
    (
        sealed,
        wire.Offer(ID, "Ana", wire.State(False, Picture.CAMERA, True), (TURN,), SDP),
        f'{{"type":"offer","pid":"{ID}","alias":"Ana","state":{{"muted":false,"picture":"camera","hand":true}},'
        '"ice":[{"url":"turn:turn.example:3478","username":"name","credential":"credential"}],'
        '"sdp":"v=0\\r\\ns=-\\r\\n"}',
    ),
    (
        sealed,
        wire.Answer(ID, "Ana", wire.State(), SDP),
        f'{{"type":"answer","pid":"{ID}","alias":"Ana","state":{{"muted":true,"picture":"hidden","hand":false}},'
        '"sdp":"v=0\\r\\ns=-\\r\\n"}',
    ),
    (sealed, wire.Refuse(wire.Why.FULL), '{"type":"refuse","why":"full"}'),
    (sealed, wire.Bye(), '{"type":"bye"}'),
    (wire.parse_channel, wire.State(), '{"type":"state","muted":true,"picture":"hidden","hand":false}'),
    (wire.parse_channel, wire.Want(True), '{"type":"want","picture":true}'),
    (wire.parse_channel, wire.Chat("a\n<b>", False), '{"type":"chat","text":"a\\n<b>","to_one":false}'),
    (wire.parse_channel, wire.Ping(0), '{"type":"ping","n":0}'),
    (wire.parse_channel, wire.Pong(2**32 - 1), '{"type":"pong","n":4294967295}'),
    (wire.parse_channel, wire.Bye(), '{"type":"bye"}'),
    (
        wire.parse_channel,
        wire.State(picture=Picture.SCREEN),
        '{"type":"state","muted":true,"picture":"screen","hand":false}',
    ),
    (wire.parse_channel, wire.Commit("0f" * 32), '{"type":"commit","hash":"' + "0f" * 32 + '"}'),
    (wire.parse_channel, wire.Nonce("0f" * 16), '{"type":"nonce","value":"' + "0f" * 16 + '"}'),
]


def test_the_size_of_a_message_does_not_tell_what_the_picture_is_of() -> None:
    assert len({len(wire.write(wire.State(picture=picture))) for picture in Picture}) == 1


@pytest.mark.parametrize(("parse", "message", "text"), WRITTEN)
def test_every_message_is_written_and_read_so(parse: Parse, message: wire.Message, text: str) -> None:
    assert wire.write(message) == text
    assert parse(text) == message


@pytest.mark.parametrize(("parse", "message", "text"), WRITTEN)
def test_a_message_lacks_nothing_and_has_nothing_more(parse: Parse, message: wire.Message, text: str) -> None:
    values = json.loads(text)
    for key in values.keys() - {"ice"}:
        with pytest.raises(Malformed):
            parse(json.dumps({k: v for k, v in values.items() if k != key}))
    with pytest.raises(Malformed, match="not known"):
        parse(json.dumps({**values, "name": "Ana"}))
    with pytest.raises(Malformed, match="twice"):
        parse(text[:-1] + ',"type":"bye"}')


@pytest.mark.parametrize(("parse", "message", "text"), WRITTEN)
@pytest.mark.parametrize("wrong", [None, 1.5, -1, 2**64, [], {}, [None], "", "x" * 70000, "\ud800", ["x"], [[]]])
def test_no_field_takes_another_type(parse: Parse, message: wire.Message, text: str, wrong: Any) -> None:
    values = json.loads(text)
    for key in values:
        if wrong in ("", []) and key in ("alias", "sdp", "text", "blob", "ice", "others"):
            continue  # these may be empty
        with pytest.raises(Malformed):
            parse(json.dumps({**values, key: wrong}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"bye"',
        "NaN",
        '{"type":"ping","n":NaN}',
        '{"type":"ping","n":1.0}',
        '{"type":"ping","n":1e2}',
        '{"type":"ping","n":true}',
        '{"type":"ping","n":4294967296}',
        '{"type":"ping","n":' + "9" * 5000 + "}",
        '{"type":"Ping","n":1}',
        '{"type":["ping"],"n":1}',
        '{"type":"ping","n":1} ' + " " * 20000,
        "[" * 16000,
        '{"a":' * 3000,
        '{"type":"ping","n":1}x',
        '{"type":"chat","text":"\\ud800","to_one":false}',
        '{"type":"chat","text":"\ud800","to_one":false}',
        '{"type":"chat","text":"' + "x" * 2001 + '","to_one":false}',
        '{"type":"want","picture":1}',
        '{"type":"state","muted":true,"picture":"window","hand":false}',
        '{"type":"state","muted":true,"picture":["camera"],"hand":false}',
        '{"type":"state","muted":true,"picture":"Camera","hand":false}',
        '{"type":"state","muted":true,"camera":true,"hand":false}',
        '{"type":"commit","hash":"' + "0F" * 32 + '"}',
        '{"type":"commit","hash":"' + "0f" * 31 + '"}',
        '{"type":"nonce","value":"' + "0f" * 32 + '"}',
        '{"type":"hello","pid":"0123456789abcdef","alias":"Ana"}',
    ],
)
def test_nothing_else_is_a_channel_message(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        wire.parse_channel(text)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("parse", "values"),
    [
        (wire.parse_client, {"type": "join", "room": ROOM.upper(), "id": ID, "new": True}),
        (wire.parse_client, {"type": "join", "room": ROOM, "id": ID[:-1], "new": True}),
        (wire.parse_client, {"type": "join", "room": ROOM, "id": ID, "new": 1}),
        (wire.parse_client, {"type": "to", "to": ID, "blob": "AAE"}),
        (wire.parse_client, {"type": "to", "to": ID, "blob": "A-E="}),
        (wire.parse_client, {"type": "to", "to": ID, "blob": "AA E="}),
        (wire.parse_client, {"type": "to", "to": ID, "blob": "AAE=AAE="}),
        (wire.parse_client, {"type": "to", "to": ID, "blob": "A" * 56000}),
        (wire.parse_client, {"type": "welcome", "id": ID, "others": [], "limit": 8}),
        (wire.parse_server, {"type": "welcome", "id": ID, "others": [ID, ID], "limit": 8}),
        (wire.parse_server, {"type": "welcome", "id": ID, "others": [f"{n:016x}" for n in range(65)], "limit": 8}),
        (wire.parse_server, {"type": "welcome", "id": ID, "others": [], "limit": 0}),
        (wire.parse_server, {"type": "welcome", "id": ID, "others": [], "limit": 65}),
        (wire.parse_server, {"type": "refused", "why": "fingerprint"}),
        (wire.parse_server, {"type": "refused", "why": "<b>"}),
        (wire.parse_server, {"type": "join", "room": ROOM, "id": ID, "new": True}),
        (sealed, {"type": "refuse", "why": "busy"}),
        (sealed, {**HELLO, "alias": "x" * 65}),
        (sealed, {**HELLO, "name": "real"}),
        (sealed, {**OFFER, "state": {**STATE, "typing": True}}),
        (sealed, {**OFFER, "state": {"muted": True}}),
        (sealed, {**OFFER, "sdp": "v=0\n\x00"}),
        (sealed, {**OFFER, "sdp": "v=0 é"}),
        (sealed, {**OFFER, "sdp": "x" * 32769}),
        (sealed, {**OFFER, "ice": [{"url": "stun:h", "username": "", "credential": ""}] * 3}),
        (sealed, {**OFFER, "ice": [{"url": "stun:h"}]}),
        (sealed, {**OFFER, "ice": [{"url": "http:h", "username": "", "credential": ""}]}),
        (sealed, {**OFFER, "ice": [{"url": "turn:h", "username": "", "credential": ""}]}),
        (sealed, {**OFFER, "ice": [{"url": "stun:h", "username": "", "credential": "", "x": 1}]}),
        (sealed, {**OFFER, "ice": ["stun:h"]}),
        (sealed, {**OFFER, "ice": {"0": {}}}),
        (sealed, {**ANSWER, "ice": []}),
    ],
)
def test_nothing_outside_the_bounds_is_read(parse: Parse, values: dict[str, object]) -> None:
    with pytest.raises(Malformed) as caught:
        parse(json.dumps(values))
    assert str(caught.value).endswith(".")


def test_sealed_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Malformed, match="not text"):
        wire.parse_sealed(b"\xff")


def test_the_longest_offer_can_be_sealed_and_carried() -> None:
    server = IceServer("turn:" + "a" * 63 + ".example", "n" * 256, "c" * 256)
    plain = wire.write(wire.Offer(ID, "\U0001f600" * 64, wire.State(), (server, server), "x" * wire.SDP_LIMIT))
    assert len(plain.encode()) <= PLAIN_LIMIT
    frame = wire.write(wire.To(ID, bytes(BLOB_LIMIT)))
    assert len(frame) <= wire.FRAME_LIMIT
    assert wire.parse_client(frame) == wire.To(ID, bytes(BLOB_LIMIT))
    assert len(wire.write(wire.From(ID, bytes(BLOB_LIMIT)))) <= wire.FRAME_LIMIT


def test_the_longest_chat_message_fits_the_channel() -> None:
    for character in ("x", "\0", '"', "\U0001f600"):
        chat = wire.Chat(character * wire.CHAT_LIMIT, False)
        assert wire.parse_channel(wire.write(chat)) == chat


def test_no_blob_and_no_description_is_in_a_representation() -> None:
    assert "blob" not in repr(wire.To(ID, b"blob"))
    assert "v=0" not in repr(wire.Answer(ID, "Ana", wire.State(), SDP))
    assert "credential" not in repr(wire.Offer(ID, "Ana", wire.State(), (TURN,), SDP))


def test_a_fresh_id_is_drawn() -> None:
    assert wire.fresh_id(lambda size: bytes(range(size))) == "0001020304050607"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([ID, ROOM, "bye", "hello"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["type", "pid", "n"]), inner),
)
MUTATIONS = st.sampled_from([json.loads(text) for _, _, text in WRITTEN]).flatmap(
    lambda values: st.dictionaries(st.sampled_from(sorted(values)), JSON).map(lambda change: {**values, **change})
)


@given(st.text() | (JSON | MUTATIONS).map(json.dumps))
def test_no_text_does_anything_but_parse_or_be_malformed(text: str) -> None:
    for parse in (wire.parse_client, wire.parse_server, wire.parse_channel):
        try:
            message = parse(text)
        except Malformed:
            continue
        assert parse(wire.write(message)) == message


@given(st.binary() | (JSON | MUTATIONS).map(lambda value: json.dumps(value).encode()))
def test_no_bytes_do_anything_but_parse_or_be_malformed(plain: bytes) -> None:
    try:
        message = wire.parse_sealed(plain)
    except Malformed:
        return
    assert wire.parse_sealed(wire.write(message).encode()) == message


def test_fields_are_taken_once() -> None:
    fields = load('{"a":1}', 100)
    assert fields.number("a", 0, 1) == 1
    with pytest.raises(Malformed, match="lacks its a"):
        fields.number("a", 0, 1)
    Fields({}).done()


def test_a_token_has_its_digits() -> None:
    assert check_token("00ff", "t", 4) == "00ff"
    for value in ("00f", "00FF", "00fg", "٠٠٠٠", 4, None, ["0", "0", "f", "f"]):
        with pytest.raises(Malformed, match="4 hexadecimal digits"):
            check_token(value, "t", 4)
