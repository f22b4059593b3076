"""What an attacker would do with what incog sends: each attack is first shown to work where nothing is hidden."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import itertools
import json
import re
import struct
import wave
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.whole import decoding as wire
from tests.whole import seats
from tests.whole.changed import Noted, noted
from tests.whole.conftest import WAYS
from tests.whole.internet import ALICE, BOB
from tests.whole.meetings import Met, media, recorded, table

PEOPLE = {"alice": "bob", "bob": "alice"}
"""Who wrote down what the other sent."""

NTP_BEGINS = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC).timestamp()


def descriptions(tap: Iterable[Noted]) -> Iterator[str]:
    """The session descriptions that somebody received and opened."""
    for what in tap:
        if what.kind == "sealed" and "sdp" in (message := json.loads(what.data)):
            yield message["sdp"]


# --- the address behind a foundation ---------------------------------------------------------------------------------


def addresses_to_try() -> Iterator[str]:
    """A sample of the private ranges, and the very addresses of this meeting."""
    for network in ("192.168.0.0/16", "10.0.0.0/18", "172.16.0.0/18"):
        yield from (str(address) for address in ipaddress.ip_network(network))
    yield from (ALICE, BOB)


def behind(foundations: set[str]) -> dict[str, str]:
    """The address that each foundation gives away, if any: unsalted hashes, as libraries make them."""
    found = {}
    for address in addresses_to_try():
        for kind, transport in itertools.product(("host", "srflx", "prflx", "relay"), ("udp", "tcp")):
            for text in (f"{kind}|{transport}|{address}", f"{kind}{address}{transport}", address):
                digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
                for foundation in (digest, digest[:8], digest[:16]):
                    if foundation in foundations:
                        found[foundation] = address
    return found


def test_no_address_can_be_computed_from_what_a_description_holds(meeting: Callable[[str], Met]) -> None:
    told: set[str] = set()
    for way, name in itertools.product(WAYS, PEOPLE):
        for sdp in descriptions(meeting(way).taps[name]):
            told |= set(re.findall(r"^a=candidate:(\S+)", sdp, re.MULTILINE))
            told |= set(re.findall(r"[0-9a-f]{8,}", sdp))
    assert told
    control = hashlib.md5(b"srflx|udp|192.168.77.23", usedforsecurity=False).hexdigest()
    assert behind(told | {control}) == {control: "192.168.77.23"}


@pytest.mark.parametrize("way", WAYS)
def test_a_description_holds_no_address_but_those_it_is_meant_to(meeting: Callable[[str], Met], way: str) -> None:
    met = meeting(way)
    for name, other in PEOPLE.items():
        for sdp in descriptions(met.taps[name]):
            found = set(re.findall(r"\d+\.\d+\.\d+\.\d+", sdp)) - {"0.0.0.0"}
            shown = {
                value.split()[-1] for fact, value in met.ledger(other, "participants") if fact == "network address"
            }
            assert found <= shown
            assert not re.search(r"\.local|[0-9a-f]{1,4}::", sdp)


# --- when somebody speaks --------------------------------------------------------------------------------------------

RATE = 48_000


def talk_and_pause(seconds: int) -> np.ndarray[Any, np.dtype[np.int16]]:
    """A second of something like speech (harmonics of a moving pitch, in syllables), a second of nothing, and so on."""
    chance = np.random.default_rng(7)
    times = np.arange(RATE * seconds) / RATE
    pitch = 120 + 30 * np.sin(2 * np.pi * 0.7 * times)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    speech = sum(np.sin(n * phase) / n for n in range(1, 25)) + 0.3 * chance.normal(size=len(times))
    speech *= (0.2 + np.abs(np.sin(2 * np.pi * 4 * times))) * ((times % 2) < 1)
    return (speech / np.abs(speech).max() * 20_000).astype(np.int16)


def write_wav(path: Path, samples: np.ndarray[Any, np.dtype[np.int16]]) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return path


def guessed(features: Sequence[Hashable], speaks: Sequence[bool]) -> float:
    """How well a feature tells speech from silence: learned on one half, judged on the other; 0.5 is chance.

    The mean of both rates, so that a guess of "always speech" is worth nothing.
    """
    half = len(features) // 2
    seen: dict[Hashable, Counter[bool]] = defaultdict(Counter)
    for feature, speaking in zip(features[:half], speaks[:half], strict=True):
        seen[feature][speaking] += 1
    usual = Counter(speaks[:half]).most_common(1)[0][0]
    right: dict[bool, list[bool]] = {True: [], False: []}
    for feature, speaking in zip(features[half:], speaks[half:], strict=True):
        guess = seen[feature].most_common(1)[0][0] if feature in seen else usual
        right[speaking].append(guess == speaking)
    return sum(sum(hits) / len(hits) for hits in right.values()) / 2


def loud(frames: Iterable[np.ndarray[Any, Any]]) -> list[bool]:
    return [float(np.sqrt(np.mean(frame.astype(float) ** 2))) > 100 for frame in frames]


def test_the_attack_tells_speech_from_silence_by_the_sizes_of_ordinary_opus() -> None:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = RATE, "mono", "s16", 32_000
    sizes, speaks = [], []
    blocks = talk_and_pause(8).reshape(-1, 960)
    for number, block in enumerate(blocks):
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, number * 960, Fraction(1, RATE)
        for packet in encoder.encode(frame):
            sizes.append(packet.size // 20)
            speaks += loud([block])
    assert guessed(sizes, speaks) > 0.9


def test_nothing_on_the_wire_tells_when_somebody_speaks(tmp_path: Path) -> None:
    sound = write_wav(tmp_path / "talk.wav", talk_and_pause(4))
    with table(tmp_path, with_relay=False) as here, recorded(here, "path") as records:
        alice = here.person("alice", "host", "--rendezvous", here.url, "--say", str(sound), "--no-speaker")
        link = alice.wait_for("invitation")["link"]
        alice.wait_for("joined")
        bob = here.person("bob", "join", "-", "--no-speaker", "--for", "12s", link=link, program=seats.TAPPED)
        assert bob.finish() == 0
        alice.stop()
        assert alice.finish() == 0

    heard: dict[int, bool] = {}
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate, decoder.layout = RATE, "mono"
    for what in noted(tmp_path / "tap-bob"):
        if what.kind == "rtp":
            header = wire.rtp(what.data)
            (words,) = struct.unpack_from("!H", what.data, 14)
            frames = decoder.decode(av.Packet(what.data[16 + 4 * words :]))
            heard[header.sequence] = any(loud(frame.to_ndarray() for frame in frames))

    captured = [
        packet.payload for packet in records["path"].packets() if packet.source[0] == ALICE and packet.kind == "RTP"
    ]
    headers = [(wire.rtp(data), data[:2]) for data in captured]
    known = [(header, first) for header, first in headers if header.sequence in heard]
    speaks = [heard[header.sequence] for header, _ in known]
    assert len(speaks) > 400
    assert 0.3 < sum(speaks) / len(speaks) < 0.7
    steps = [0, *(b.timestamp - a.timestamp for (a, _), (b, _) in itertools.pairwise(known))]
    attacks: dict[str, list[Hashable]] = {
        "size": [header.size for header, _ in known],
        "marker and padding": [(first[0] & 0x20, first[1] & 0x80) for _, first in known],
        "extensions": [tuple(sorted(header.extensions.items())) for header, _ in known],
        "step of the timestamp": list(steps),
    }
    for name, features in attacks.items():
        assert abs(guessed(features, speaks) - 0.5) < 0.05, name
    assert not [
        fact for fact, _ in Met({"alice": alice}, {}, {}).ledger("alice", "network") if fact == "when you speak"
    ]


# --- what time it is -------------------------------------------------------------------------------------------------


def readings(value: int, bits: int) -> Iterator[float]:
    """The moments (Unix time) that a number may stand for, in the usual ways of writing time."""
    for unit in (1, 1e3, 1e6, 1e9):
        yield value / unit
        yield value / unit + NTP_BEGINS
    if bits == 64:
        yield (value >> 32) + NTP_BEGINS


def is_a_clock(value: int, bits: int, now: float, within: float = 3600) -> bool:
    """Whether a number tells the time; also when only its low bits were kept."""
    if any(abs(moment - now) < within for moment in readings(value, bits)):
        return True
    kept = 1 << value.bit_length()
    return value > 1 << 24 and any(abs(value - int(clock) % kept) < within for clock in (now, now - NTP_BEGINS))


def clocks(met: Met, name: str) -> Iterator[tuple[str, int, int]]:
    """Every number that somebody's connection sends which could be a clock: where, value, width in bits."""
    for what in met.taps[PEOPLE[name]]:
        if what.kind == "rtcp":
            yield from _report_clocks(what.data)
        elif what.kind == "sctp":
            yield from _cookie_clocks(what.data)
    for sdp in descriptions(met.taps[PEOPLE[name]]):
        origin = re.search(r"^o=\S+ (\d+) (\d+) ", sdp, re.MULTILINE)
        assert origin is not None
        yield "o=", int(origin[1]), 64
        yield "o=", int(origin[2]), 64


def _report_clocks(data: bytes) -> Iterator[tuple[str, int, int]]:
    at = 0
    while at + 4 <= len(data):
        _, kind, words = struct.unpack_from("!BBH", data, at)
        if kind == 200:
            yield "sender report", *struct.unpack_from("!Q", data, at + 8), 64
        at += 4 + 4 * words


def _cookie_clocks(data: bytes) -> Iterator[tuple[str, int, int]]:
    at = 12
    while at + 4 <= len(data):
        kind, _, length = struct.unpack_from("!BBH", data, at)
        if kind == 2:  # INIT ACK: parameters follow 16 bytes of its own
            inner = at + 20
            while inner + 4 <= at + length:
                parameter, size = struct.unpack_from("!HH", data, inner)
                if parameter == 7:
                    yield "state cookie", *struct.unpack_from("!I", data, inner + 4), 32
                inner += size + -size % 4
        at += max(4, length + -length % 4)


@pytest.mark.parametrize("name", PEOPLE)
def test_no_number_of_a_connection_tells_the_time(meeting: Callable[[str], Met], name: str) -> None:
    now = datetime.datetime.now(tz=datetime.UTC).timestamp()
    for unit, bits in ((1, 32), (1e3, 64), (1e9, 64)):
        assert is_a_clock(int(now * unit), bits, now)
    assert is_a_clock(int(now - NTP_BEGINS) << 32, 64, now)
    assert is_a_clock(int(now) & 0x3FFFFFFF, 32, now)
    found: list[tuple[str, int, int]] = []
    for way in WAYS:
        found += clocks(meeting(way), name)
    for where, value, bits in found:
        assert not is_a_clock(value, bits, now), where
    kinds = {where for where, _, _ in found}
    assert {"o=", "sender report"} <= kinds
    assert len({value for where, value, _ in found if where == "o=" and value > 2}) == len(WAYS)


def test_the_state_cookie_is_seen_by_one_of_two(meeting: Callable[[str], Met]) -> None:
    for way in WAYS:
        found = [where for name in PEOPLE for where, _, _ in clocks(meeting(way), name)]
        assert "state cookie" in found


def behind_time(header: wire.Rtp, at: float) -> float:
    """By how many seconds an absolute send time (6.18 bits of NTP seconds) differs from the recorder's clock."""
    sent = int.from_bytes(header.extensions[3], "big") / (1 << 18)
    return (sent - (at - NTP_BEGINS) + 32) % 64 - 32


def test_the_clock_of_picture_packets_begins_anywhere(meeting: Callable[[str], Met]) -> None:
    """It counts 64 seconds, so that one in some dozens of programs is right by chance; four of eight are not."""
    right = 0
    for way, address in itertools.product(WAYS, (ALICE, BOB)):
        for packet in meeting(way).records["path"].packets():
            inside = wire.channel_data(packet.payload)[1] if packet.kind == "TURN" else packet.payload
            if packet.source[0] == address and packet.kind in ("RTP", "TURN") and 128 <= inside[0] < 192:
                header = wire.rtp(inside)
                if 3 in header.extensions and header.payload_type == seats.PICTURE:
                    right += abs(behind_time(header, packet.at)) < 0.5
                    break
        else:
            raise AssertionError("no picture packet")
    assert right < 4
    now = datetime.datetime.now(tz=datetime.UTC).timestamp()
    honest = int((now - NTP_BEGINS) % 64 * (1 << 18)).to_bytes(3, "big")
    assert abs(behind_time(wire.Rtp(97, 0, 0, 0, {3: honest}, 0), now)) < 0.5


@pytest.mark.parametrize("way", WAYS)
def test_certificates_tell_the_day_and_nothing_of_their_owner(meeting: Callable[[str], Met], way: str) -> None:
    met = meeting(way)
    keys = set()
    for name in PEOPLE:
        clear = seats.Clear()
        for what in met.taps[name]:
            if what.kind == "datagram":
                clear.take(what.data, what.source)
        assert clear.certificates
        for certificate in clear.certificates:
            for moment in (certificate.not_valid_before_utc, certificate.not_valid_after_utc):
                assert moment.time() == datetime.time()
            assert certificate.subject.rfc4514_string() == certificate.issuer.rfc4514_string() == "CN=WebRTC"
            assert not list(certificate.extensions)
            keys.add(certificate.public_key().public_numbers().x)
    assert len(keys) >= 2


# --- a description that would make us scan a network -----------------------------------------------------------------

HOSTILE = """
import dataclasses, os, sys
from net import peer, sdp, witness
from privacy.policy import Policy
class Hostile(sdp.Description):
    __slots__ = ()
    def __str__(self):
        end = "a=end-of-candidates"
        return sdp.Description.__str__(self).replace(end, os.environ["HOSTILE"] + end)
def own(self, original=peer.Peer._own):
    made = original(self)
    return Hostile(**{field.name: getattr(made, field.name) for field in dataclasses.fields(made)})
peer.Peer._own = own
Policy.objection = lambda self, tellings: ""
witness.Witness.admit = lambda self, *args: None  # not a packet of its own, so that we keep trying
from tui.main import console
sys.exit(console())
"""

SCANNED = "203.0.113.99"
FORBIDDEN = [
    ("127.0.0.1", 8080),
    ("127.8.8.8", 5432),
    ("169.254.169.254", 80),
    ("169.254.169.254", 8080),
    ("224.0.0.251", 5353),
    ("239.255.255.250", 1900),
    ("0.0.0.0", 6310),
    ("255.255.255.255", 9999),
    ("240.0.0.1", 9999),
    ("192.168.77.1", 22),
    ("192.168.77.1", 53),
    *((SCANNED, port) for port in range(1, 77)),
]
NAMES = ["victim-1234.local", "evil.example.com"]
HIGH = [(SCANNED, port) for port in range(2000, 2020)]


def test_a_hostile_description_makes_us_send_to_no_forbidden_target(tmp_path: Path) -> None:
    targets = [*HIGH[:2], *FORBIDDEN, *((name, 5000) for name in NAMES), *HIGH[2:]]
    assert len(targets) == 109
    lines = [f"a=candidate:{n} 1 udp 2130706431 {host} {port} typ host\r\n" for n, (host, port) in enumerate(targets)]
    with table(tmp_path, with_relay=False) as here, recorded(here, "from alice") as records:
        words = ["--rendezvous", here.url, *media("alice")]
        alice = here.person("alice", "host", *words, program=seats.TAPPED)
        link = alice.wait_for("invitation")["link"]
        alice.wait_for("joined")
        here.environment["HOSTILE"] = "".join(lines)
        bob = here.person("bob", "join", "-", "--for", "6s", *media("bob"), link=link, program=HOSTILE)
        bob.wait_for("participant")
        assert bob.finish() == 0
        alice.stop()
        assert alice.finish() == 0
    (answer,) = descriptions(noted(tmp_path / "tap-alice"))
    assert all(f" {host} {port} " in answer for host, port in targets)
    sent = [packet for packet in records["from alice"].packets() if packet.protocol == "udp"]
    reached = {packet.destination for packet in sent}
    assert not reached & set(FORBIDDEN)
    others = {target for target in reached if target[0] != BOB}
    assert others <= set(HIGH)
    assert 0 < len(others) <= 8
    assert not {port for _, port in reached} & {53, 5353}
