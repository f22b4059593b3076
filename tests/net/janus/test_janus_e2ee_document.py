"""What docs/e2ee.md says is what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from net import frame_cryptor, guarded
from net.frame_cryptor import OWN, Codec
from net.services import secret
from net.services.janus import sealing

PROSE = " ".join(Path(__file__).parents[3].joinpath("docs", "e2ee.md").read_text().split())
KEY_FRAME, OTHER = bytes(100), b"\1" * 100
VERSION = sealing.VERSION.decode()


@pytest.mark.parametrize(
    "sentence",
    [
        f"`KEY` is {secret.SECRET_BYTES} random bytes in base64url",
        f"`{VERSION} data <room>` | {len(sealing.Keys.derive(b'', '').data)} bytes",
        f"`{VERSION} sender <token><id>`",
        f"`{VERSION} box <id>public<id>public`",
        f"The **token** is {sealing.TOKEN_BYTES} random bytes",
        f"salt `{OWN.derive.salt.decode()}` | `{Codec.OPUS}` or `{Codec.VP8}` | {OWN.key_bytes} bytes",
        f"{OWN.clear(Codec.VP8, KEY_FRAME)} bytes of a key frame and {OWN.clear(Codec.VP8, OTHER)} of any",
        f"A frame grows by {frame_cryptor.OVERHEAD} bytes",
        f"a random beginning ({frame_cryptor.PREFIX_BYTES} bytes)",
        f"more than {frame_cryptor.WINDOW} frames older",
        f"When {frame_cryptor.FAILING} frames in a row do not open",
        f"a key has at most {frame_cryptor.BEGINNINGS}",
        f"after {guarded.ASK_AGAIN}, 1, 2, 4, and then every {guarded.ASK_AT_LEAST:.0f} seconds",
        f"zeros up to a multiple of {sealing.PAD_BYTES} bytes",
    ],
)
def test_every_number_and_name_is_the_codes(sentence: str) -> None:
    assert sentence in PROSE


def test_of_voice_nothing_stays_in_clear() -> None:
    assert OWN.clear(Codec.OPUS, KEY_FRAME) == 0
    assert "Of Opus nothing does." in PROSE
