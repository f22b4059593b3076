"""A room with a key on Debian's Janus, which records all it forwards: who has the key, who has not, who runs it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import pytest

from net.services import secret
from tests.contract.held import ADDRESSES
from tests.contract.people import COLOURS, TONES, Look, Person, hears, sees
from tests.contract.service import Way
from tests.whole.chromium import chromium, demos
from tests.whole.internet import OPERATOR, Internet, internet
from tests.whole.janus import WS_PORT, Janus, janus
from tests.whole.outside import Scripted

RATE = 48_000
ROOM = 'room-{}: {{ publishers=12 notify_joining=true videocodec="vp8" record=true rec_dir="RECORDINGS" }}\n'
KEY = secret.written(bytes(range(1, 17)))
SEALED_FOR_OTHERS = "sealed with a key that your link does not have"
UNOPENED = "what comes does not open with their key"
NO_KEY = "they do not have the meeting's key"
SAID, WHISPERED = "the heron lands at dusk", "and the otter knows"
SETTLED = 2.0  # seconds in which what should not be heard or seen could still come


@contextlib.contextmanager
def recorded_rooms(*numbers: int) -> Iterator[tuple[Internet, Janus]]:
    """A server with these rooms, all of which it records."""
    if shutil.which("janus-pp-rec") is None:
        pytest.skip("needs Debian's janus-tools (the program `janus-pp-rec`) to read what the server recorded")
    rooms = "".join(ROOM.format(number) for number in numbers)
    with (
        internet(None, operator=OPERATOR, **ADDRESSES) as net,
        janus(net.seats["operator"], OPERATOR, rooms=rooms) as it,
    ):
        yield net, it


def link(server: Janus, room: int, key: str = "") -> str:
    return f"{server.url}?room={room}" + (f"#{key}" if key else "")


@dataclass
class Recorded:
    """What the server kept of everybody in one room, as its own tool reads it."""

    voices: list[np.ndarray] = field(default_factory=list)  # samples, 48 kHz
    pictures: list[set[str]] = field(default_factory=list)  # who covers a tenth or more of any frame
    raw: bytes = b""  # all of it, as it was written, with the messages

    @property
    def tones(self) -> list[str]:
        """Whose tones are in it."""
        return sorted(name for name, hertz in TONES.items() if any(share(voice, hertz) > 0.5 for voice in self.voices))

    @property
    def colours(self) -> list[str]:
        """Whose colours are in it."""
        return sorted(set().union(*self.pictures))


def share(samples: np.ndarray, hertz: float) -> float:
    """How much of the power of a sound is at one frequency."""
    if len(samples) < RATE:
        return 0.0
    last = samples[-RATE:]
    power = np.abs(np.fft.rfft(last * np.hanning(len(last)))) ** 2
    at = round(hertz * len(last) / RATE)
    return float(power[at - 10 : at + 10].sum() / max(power.sum(), 1.0))


def covers(frame: np.ndarray, colour: str) -> float:
    """How much of a frame, RGB, is of a colour."""
    away = np.abs(frame.astype(int) - np.array(list(bytes.fromhex(colour))))
    return float((away.max(axis=2) < 40).mean())


def read_recordings(server: Janus, room: int, into: Path) -> Recorded:
    """Have the server's own tool write what it recorded in a room as files that anybody can play, and play them."""
    found = Recorded(raw=b"".join(file.read_bytes() for file in server.recordings.glob(f"videoroom-{room}-*.mjr")))
    for kind, suffix in (("audio", "opus"), ("video", "webm")):
        for raw in sorted(server.recordings.glob(f"videoroom-{room}-*-{kind}-*.mjr")):
            file = into / f"{raw.stem}.{suffix}"
            subprocess.run(["janus-pp-rec", str(raw), str(file)], check=True, capture_output=True)
            frames = decoded(file) if file.exists() else []  # it writes nothing where nothing was recorded
            if kind == "audio":
                found.voices.append(np.concatenate([np.zeros(0), *(frame.to_ndarray()[0] for frame in frames)]))
            else:
                seen = [frame.to_ndarray(format="rgb24") for frame in frames]
                found.pictures.append(
                    {name for name, colour in COLOURS.items() if any(covers(one, colour) > 0.1 for one in seen)}
                )
    return found


def decoded(file: Path) -> list:
    """The frames in a file that can be decoded: a decoder with one thread gives the most of them."""
    frames = []
    with av.open(str(file)) as container:
        container.streams[0].codec_context.thread_count = 1
        for packet in container.demux():
            try:
                frames += packet.decode()
            except av.FFmpegError:
                continue  # what is no frame is what this is about
    return frames


@dataclass
class Sat:
    """Two meetings that were held, and what is left of them."""

    looks: dict[str, Look]
    people: dict[str, Person]
    sealed: Recorded
    open: Recorded


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> Sat:
    """Alice and bob with the key and carol without it in one room; dave and erin in another one, which has no key."""
    folder = tmp_path_factory.mktemp("sealed")
    people: dict[str, Person] = {}
    looks: dict[str, Look] = {}
    with recorded_rooms(1, 2) as (net, server):

        def comes(name: str, to: str) -> None:
            people[name] = Person(net.seats[name], folder, name, Way(("join", "-"), to))
            people[name].wait_for("joined")

        def meets(name: str, other: str) -> None:
            people[name].until_looks(lambda look: hears(look, other) and sees(look, other), 40)

        def goes(*names: str) -> None:
            looks.update({name: people[name].look() for name in names})
            for name in names:
                people[name].tell("leave")
                assert people[name].finish() == 0

        try:
            for name in ("alice", "bob"):
                comes(name, link(server, 1, KEY))
            for name, other in (("alice", "bob"), ("bob", "alice")):
                meets(name, other)
            comes("carol", link(server, 1))
            for name in ("alice", "bob"):
                people[name].until_looks(lambda look: "carol" in look["people"])
            people["carol"].until_looks(
                lambda look: [bool(one["missing"]) for one in look["people"].values()] == [True] * 2
            )
            people["alice"].do("say", text=SAID)
            people["alice"].do("say", text=WHISPERED, to="bob")
            time.sleep(SETTLED)
            goes("carol", "alice", "bob")
            for name in ("dave", "erin"):
                comes(name, link(server, 2))
            for name, other in (("dave", "erin"), ("erin", "dave")):
                meets(name, other)
            people["dave"].do("say", text=SAID)
            people["erin"].until(lambda me: bool(me.of("chat")))
            time.sleep(SETTLED)  # a tone is looked for in a whole second
            goes("dave", "erin")
            server.stop()
            return Sat(looks, people, read_recordings(server, 1, folder), read_recordings(server, 2, folder))
        finally:
            for person in people.values():
                if person.here:
                    person.kill()
                    person.finish()


def test_with_the_key_they_hear_and_see_each_other_end_to_end(sat: Sat) -> None:
    for name, other in (("alice", "bob"), ("bob", "alice")):
        look = sat.looks[name]
        assert hears(look, other)
        assert sees(look, other)
        assert look["people"][other]["missing"] == {}
        assert look["encryption"] == "end to end, unverified"
        assert labels(sat.people[name], other) == {"end to end, unverified"}


def labels(person: Person, of: str) -> set[str]:
    """How the sound and pictures of somebody are encrypted, as somebody else was told at last."""
    told = [line.get("encryption") for line in person.of("participant") if line["name"] == of]
    return set(next(labels for labels in reversed(told) if labels).values())


def test_who_has_no_key_is_marked_and_not_played(sat: Sat) -> None:
    for name in ("alice", "bob"):
        carol = sat.looks[name]["people"]["carol"]
        assert set(carol["missing"].values()) == {NO_KEY}
        assert set(carol["missing"]) == set(carol["sources"]) == {"microphone", "camera"}
        assert (carol["tones_hz"], carol["frames"], carol["heard_s"]) == ([], 0, 0)
        assert labels(sat.people[name], "carol") == {"to the server"}


def test_who_has_no_key_hears_and_sees_nothing_and_is_told_why(sat: Sat) -> None:
    for other in ("alice", "bob"):
        seen = sat.looks["carol"]["people"][other]
        assert (seen["tones_hz"], seen["frames"], seen["heard_s"]) == ([], 0, 0)
        assert set(seen["missing"].values()) == {SEALED_FOR_OTHERS}
    assert [line for line in sat.people["carol"].of("notice") if "ask for the whole link" in line["text"]]
    assert sat.looks["carol"]["encryption"] == "to the server"


def test_the_servers_recording_of_a_room_with_a_key_is_noise_and_no_picture(sat: Sat) -> None:
    assert sat.open.tones == sat.open.colours == ["dave", "erin"], "it records well"
    assert len(sat.sealed.voices) == len(sat.sealed.pictures) == 3
    assert sat.sealed.tones == ["carol"], "who has no key seals nothing"
    assert sat.sealed.colours == ["carol"]
    noise = [voice for voice in sat.sealed.voices if share(voice, TONES["carol"]) < 0.5]
    assert len(noise) == 2
    assert all(max(share(voice, hertz) for hertz in TONES.values()) < 0.1 for voice in noise)
    # The header of a key frame is in clear, so that a decoder makes a frame out of one in four: of noise.
    assert sorted(sat.sealed.pictures, key=len) == [set(), set(), {"carol"}], "nothing of what alice and bob show"


def test_what_is_written_reaches_those_with_the_key_and_is_in_no_recording(sat: Sat) -> None:
    heard = [(line["from"], line["text"], line["private"]) for line in sat.people["bob"].of("chat")]
    assert heard == [("alice", SAID, False), ("alice", WHISPERED, True)]
    assert sat.people["carol"].of("chat") == []
    assert SAID.encode() in sat.open.raw, "it records messages, too"
    for text in (SAID, WHISPERED):
        assert text.encode() not in sat.sealed.raw
        assert text not in sat.people["carol"].received()


def test_what_is_told_of_the_operator_is_what_the_operator_got(sat: Sat) -> None:
    for name, person in sat.people.items():
        for fact, content in (("voice is live", "your voice"), ("picture is live", "your picture")):
            sealed = name in ("alice", "bob")
            assert told(person, fact, "operator") == {"that it is sent, encrypted" if sealed else content}, name
            assert told(person, fact, "participants") == {content}, name


def told(person: Person, fact: str, audience: str) -> set[str]:
    """What an audience was told of a fact."""
    every = person.of("disclosure")
    return {line["value"] for line in every if line["fact"] == fact and line["audience"] == audience}


FORGETS = """
import sys
from net.frame_cryptor import FrameSealer
from privacy.policy import Policy
{unheld}
FrameSealer.seal = lambda self, frame: frame
from tui.main import console
sys.exit(console())
"""
UNHELD = """
Policy.objection = lambda self, tellings, exactly=False: ""
Policy.may = lambda self, fact, audience: True
"""


@pytest.mark.parametrize("held", [False, True], ids=["without a policy", "as it is"])
def test_an_incog_that_forgets_to_seal_is_stopped_before_the_operator_hears_it(held: bool, tmp_path: Path) -> None:
    program = FORGETS.format(unheld="" if held else UNHELD)
    media = ["--say", f"tone:{TONES['alice']}", "--picture", f"colour:{COLOURS['alice']}", "--no-speaker"]
    with recorded_rooms(1) as (net, server), sitting(net, tmp_path, server) as bob:
        alice = Scripted(
            net.seats["alice"],
            *("join", "-", "--json", "--as", "alice", "--for", "8s", *media),
            link=link(server, 1, KEY),
            argv=[sys.executable, "-c", program],
        )
        try:
            if not held:
                bob.until_looks(lambda look: unopened(look, "alice"))
        finally:
            assert alice.finish() == (6 if held else 0)
        server.stop()
        recorded = read_recordings(server, 1, tmp_path)
    operator = {line["value"] for line in alice.of("disclosure") if line["audience"] == "operator"}
    assert ("your voice" in operator) is not held
    assert "alice" not in {line["name"] for line in bob.of("speaking")}
    if held:
        (error,) = alice.of("error")
        assert "incog left the meeting and sent nothing more" in error["message"]
        assert "alice" not in recorded.tones + recorded.colours
    else:
        assert "alice" in recorded.tones
        assert "alice" in recorded.colours
        assert [line for line in alice.of("alarm") if line["kind"] == "encryption"]


@contextlib.contextmanager
def sitting(net: Internet, folder: Path, server: Janus) -> Iterator[Person]:
    """Bob, with the key, in the room for as long as the block lasts."""
    bob = Person(net.seats["bob"], folder, "bob", Way(("join", "-"), link(server, 1, KEY)))
    try:
        bob.wait_for("joined")
        yield bob
    finally:
        bob.kill()
        bob.finish()


def unopened(look: Look, name: str) -> bool:
    """Whether somebody is shown as one whose sound and pictures do not open, and is neither heard nor seen."""
    who = look["people"].get(name, {})
    reasons = who.get("missing", {})
    return reasons == {"microphone": UNOPENED, "camera": UNOPENED} and not who["tones_hz"] and not who["frames"]


def test_somebody_in_a_browser_is_marked_and_neither_hears_nor_sees(tmp_path: Path) -> None:
    with (
        recorded_rooms(1, 2) as (net, server),
        demos(net.seats["operator"], tmp_path, OPERATOR, f"ws://{OPERATOR}:{WS_PORT}") as origin,
        chromium(net.seats["carol"], origin, tone=TONES["carol"], colour=COLOURS["carol"]) as browser,
        sitting(net, tmp_path, server) as bob,
    ):
        dave = Person(net.seats["dave"], tmp_path, "dave", Way(("join", "-"), link(server, 2)))
        try:
            for room, other in ((2, dave), (1, bob)):
                page = browser.open(f"{origin}/mvideoroomtest.html?room={room}")
                page.enters("carol")
                look = other.until_looks(lambda look: len(look["people"].get("carol", {}).get("sources", ())) == 2)
                if room == 2:  # with nobody's key the page and incog meet
                    page.until_hears(TONES["dave"])
                    page.until_sees(COLOURS["dave"])
                    other.until_looks(lambda look: hears(look, "carol") and sees(look, "carol"))
                else:
                    assert look["people"]["carol"]["missing"] == {"microphone": NO_KEY, "camera": NO_KEY}
                    page.until("document.querySelectorAll('video').length > 1")
                    time.sleep(SETTLED)
                    assert not page.hears(TONES["bob"])
                    assert not page.sees(COLOURS["bob"])
                    carol = other.look()["people"]["carol"]
                    assert (carol["tones_hz"], carol["frames"], carol["heard_s"]) == ([], 0, 0)
                page.close()
        finally:
            dave.kill()
            dave.finish()
