"""What docs/mesh.md says is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from net import rendezvous as server
from net.services import secret, strict
from net.services.mesh import (
    admission,
    channels,
    company,
    conversation,
    introductions,
    link,
    peers,
    sealing,
    spoken,
    wire,
)
from net.services.mesh import rendezvous as core
from net.services.mesh.ice import SERVERS_LIMIT
from net.services.mesh.peers import TABLE, Stage, Step

TEXT = Path(__file__).parents[3].joinpath("docs", "mesh.md").read_text()
PROSE = " ".join(TEXT.split())
LIMITS = core.Limits()


def test_the_table_in_the_document_is_the_one_in_the_code() -> None:
    rows = [
        [cell.strip(" *") for cell in line.strip("|").split("|")]
        for line in TEXT.splitlines()
        if line.startswith(("| | hello", *(f"| **{stage.name.lower()}**" for stage in Stage)))
    ]
    steps = [Step[cell.upper().replace(" ", "_")] for cell in rows[0][1:]]
    written = {
        Stage[row[0].upper()]: {step: Stage[cell.upper()] for step, cell in zip(steps, row[1:], strict=True) if cell}
        for row in rows[1:]
    }
    assert written == TABLE


@pytest.mark.parametrize(
    "sentence",
    [
        f"{secret.SECRET_BYTES} random bytes in base64url: {secret.SECRET_CHARACTERS} characters",
        f"Without a port, {link.DEFAULT_PORTS[False]} is meant, and {link.DEFAULT_PORTS[True]} behind TLS",
        f"`{sealing.VERSION.decode()} room id` | 16",
        f"`{sealing.VERSION.decode()} seal key` | 32",
        f"a multiple of {sealing.PAD_BYTES} bytes",
        f"at most {wire.FRAME_LIMIT // 1024} KiB, over one WebSocket",
        f"Ids are {wire.ID_DIGITS} hexadecimal digits, rooms {wire.ROOM_DIGITS}",
        f"{LIMITS.rooms} rooms, {LIMITS.members} connections in a room, {LIMITS.strangers} connections that have not",
        f"{LIMITS.join_within:.0f} seconds to join",
        f"{LIMITS.rate:.0f} messages a second, {LIMITS.burst:.0f} at once ({core.COST_BYTES // 1024} KiB count as one",
        f"{server.BACKLOG_BYTES // 2**20} MiB or {server.BACKLOG_MESSAGES} messages that wait",
        f"at most {strict.ALIAS_LIMIT} characters) is the only name",
        f"printable ASCII, at most {wire.SDP_LIMIT // 1024} KiB",
        f"JSON text of at most {wire.CHANNEL_LIMIT // 1024} KiB",
        f"at most {wire.CHAT_LIMIT} characters",
        f"at most {peers.CHANNEL_RATE:.0f} a second, {peers.CHANNEL_BURST:.0f} at once",
        f"pings everybody every {channels.PING_EVERY:.0f} seconds",
        f"After {channels.SILENT_AFTER:.0f} seconds without any sign of life (a message, sound, pictures) somebody "
        f"counts as silent, after {channels.GONE_AFTER:.0f} as vanished",
        f"{channels.DOUBT_FOR} seconds to show a sign of life",
        f"takes {conversation.CONNECT_WITHIN:.0f} seconds is given up",
        f"after {company.AGAIN_AFTER:.0f} seconds if somebody who could be reached before",
        f"no rendezvous for {admission.LOST_AFTER:.0f} seconds",
        f"at most {introductions.ATTEMPTS_LIMIT} attempts (counted anew once it is linked), and gets at most "
        f"{introductions.GREETINGS_LIMIT} hellos, {introductions.GREET_AFTER:.0f} seconds apart",
        f"In a meeting of {conversation.PEOPLE_LIMIT}, a ninth gets",
        f"a random number of {wire.NONCE_DIGITS // 2} bytes",
        f"in {wire.NONCE_DIGITS} hexadecimal digits",
        f"SHA-256( {sealing.VERSION.decode()} | commitment | value )",
        f"SHA-256( {sealing.VERSION.decode()} | spoken code | keys",
        f"The first {spoken.WORDS * spoken.WORD_BITS} bits of the code are four words",
        f"a consonant of `{spoken.CONSONANTS}` (3 bits) and a vowel of `{spoken.VOWELS}` (2 bits)",
    ],
)
def test_the_document_has_the_codes_numbers(sentence: str) -> None:
    assert sentence in PROSE


def test_the_words_for_small_numbers_are_right() -> None:
    assert SERVERS_LIMIT == 2
    assert "at most two servers" in PROSE
    assert introductions.SERVERS_NAMED_LIMIT == 2
    assert "at most two are used" in PROSE


def test_every_message_is_in_the_document() -> None:
    for names in (wire._CLIENT, wire._SERVER, wire._SEALED, wire._CHANNEL):
        for name in names:
            assert re.search(rf"`{name}`", TEXT), name
    for why in wire.Why:
        assert f"`{why.value}`" in TEXT
