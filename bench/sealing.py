"""Sealing and opening encoded frames, against nothing but AES-GCM for the same bytes.

    python -m bench.sealing [--rounds N]

The peer is one `AESGCM` of the cryptography package with a key of 256 bits and a nonce that is ready. What incog adds:
what stays in clear, the number and the trailer, the window against repeats, the locks, and a copy each way. CPU time of
one thread. The proof is what is spent on top to find in what leaves that it is sealed.
"""

from __future__ import annotations

import argparse
import secrets
import time
from collections.abc import Callable
from functools import partial

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.common import conditions, median, ratio, row
from net.frame_cryptor import OWN, Codec, FrameOpener, FrameSealer
from net.proofs import Proofs

KEY = bytes(range(32))
FRAMES = {
    "a voice packet, 80 bytes": (Codec.OPUS, 80, 4000),
    "a small picture, 2 kB": (Codec.VP8, 2_000, 2000),
    "a picture, 8 kB": (Codec.VP8, 8_000, 1000),
    "a whole picture, 60 kB": (Codec.VP8, 60_000, 300),
}


def microseconds(work: Callable[[], None], count: int) -> float:
    """CPU time of this thread for one of `count` pieces of work."""
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1e6 / count


def ours(codec: Codec, frame: bytes, count: int) -> None:
    sealer, opener = FrameSealer(OWN, codec, KEY, secrets.token_bytes), FrameOpener(OWN, codec, KEY)
    for _ in range(count):
        opener.open(sealer.seal(frame))
    assert opener.opened == count


def plain(frame: bytes, count: int) -> None:
    cipher, nonce = AESGCM(KEY), bytes(12)
    for _ in range(count):
        cipher.decrypt(nonce, cipher.encrypt(nonce, frame, None), None)


def proven(codec: Codec, sealed: list[bytes]) -> None:
    proofs = Proofs()
    proof = proofs.of(OWN, codec, KEY)
    for frame in sealed:
        proof((1, 2), frame)
    assert proofs.sealed(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    print(conditions(), "\n")
    for name, (codec, size, count) in FRAMES.items():
        frame = b"\x11" + secrets.token_bytes(size - 1)
        mine, theirs, proofs = [], [], []
        sealer = FrameSealer(OWN, codec, KEY, secrets.token_bytes)
        sealed = [sealer.seal(frame) for _ in range(count)]
        for _ in range(rounds):
            mine.append(microseconds(partial(ours, codec, frame, count), count))
            theirs.append(microseconds(partial(plain, frame, count), count))
            proofs.append(microseconds(partial(proven, codec, sealed), count))
        print(f"{name}, sealed and opened")
        print(row("incog", mine, "µs", 1))
        print(row("AES-GCM alone", theirs, "µs", 1))
        print(f"  ratio {ratio(median(mine), median(theirs))}")
        print(row("the proof", proofs, "µs", 1), "\n")


if __name__ == "__main__":
    main()
