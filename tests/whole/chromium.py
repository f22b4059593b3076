"""Debian's Chromium without a screen, in Debian's own Janus pages: somebody who joins a meeting from a browser.

It is driven by the DevTools protocol over a pair of pipes, so that nothing else has to be reached in its namespace. Its
microphone is a file with a tone, its camera a file with a colour; what it hears and sees is measured in the page, by a
spectrum and by pixels.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.whole.internet import listens
from tests.whole.outside import Namespace

DEMOS = Path("/usr/share/janus/demos")
PORT = 8000
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"]
RATE = 48_000
PICTURE = (640, 360, 15)
"""Width, height and pictures a second of a fake camera."""

# Sound: the frequencies that stand out in each remote stream. Pictures: the mean colour of each remote one.
INSTRUMENTS = """
(() => {
  if (window.instruments) return;
  const context = new AudioContext();
  const ears = new Map();
  const tracks = () => [...document.querySelectorAll("audio, video")]
    .filter(one => one.srcObject && !one.muted)
    .flatMap(one => one.srcObject.getAudioTracks().map(track => [one, track]));
  const ear = track => {
    if (!ears.has(track.id)) {
      const analyser = context.createAnalyser();
      analyser.fftSize = 16384;
      analyser.smoothingTimeConstant = 0;
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      ears.set(track.id, analyser);
    }
    return ears.get(track.id);
  };
  const peaks = analyser => {
    const spectrum = new Float32Array(analyser.frequencyBinCount), found = [];
    analyser.getFloatFrequencyData(spectrum);
    const width = context.sampleRate / analyser.fftSize;
    const strongest = Math.max(...spectrum);
    if (!(strongest > -75)) return found;
    for (let at = 20; at < 2000; at++)
      if (spectrum[at] > strongest - 15 && spectrum[at] === Math.max(...spectrum.slice(at - 8, at + 9)))
        found.push(Math.round(at * width));
    return found;
  };
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const brush = canvas.getContext("2d", {willReadFrequently: true});
  const colour = video => {
    brush.drawImage(video, 0, 0, 8, 8);
    const pixels = brush.getImageData(0, 0, 8, 8).data, sum = [0, 0, 0];
    pixels.forEach((value, at) => { if (at % 4 < 3) sum[at % 4] += value / 64; });
    return sum.map(value => Math.round(value).toString(16).padStart(2, "0")).join("");
  };
  window.instruments = {
    sounds: () => tracks().map(([one, track]) => ({id: one.id, tones: peaks(ear(track))})),
    pictures: () => [...document.querySelectorAll("video")]
      .filter(one => one.srcObject && !one.id.startsWith("my") && one.videoWidth && one.readyState > 1)
      .map(one => ({id: one.id, colour: colour(one), width: one.videoWidth, height: one.videoHeight})),
  };
})()
"""


# The button does nothing before the page is ready, and then only once; what it makes is there at once.
START = "(window.janus || (jQuery('#start').click(), window.janus)) && true"


@dataclass
class Page:
    """One page."""

    browser: Browser
    session: str
    target: str

    def run(self, expression: str) -> Any:
        """What an expression gives; a promise is waited for. Raises `AssertionError` with what the page said."""
        answer = self.browser.call(
            "Runtime.evaluate", self.session, expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, expression: str, seconds: float = 30) -> Any:
        """Wait until an expression gives something true; what it gave."""
        return self.look(lambda: self.run(f"(() => {{ try {{ return {expression} }} catch {{ }} }})()"), seconds)

    def look(self, see: Callable[[], Any], seconds: float = 30) -> Any:
        """Wait until something is seen; what was seen."""
        deadline = time.monotonic() + seconds
        while not (seen := see()):
            if time.monotonic() > deadline:
                shown = self.run("document.body.innerText.slice(0, 2000)")
                raise AssertionError(f"not within {seconds} s in the page: {shown} {self.browser.console[-12:]}")
            time.sleep(0.1)
        return seen

    def enters(self, name: str) -> None:
        """What a person does on each of Debian's pages: press Start, type a name, press Join."""
        self.until(START)
        self.until("jQuery('#username').is(':visible') && !jQuery('#username').prop('disabled')")
        self.run(f"jQuery('#username').val({json.dumps(name)}); jQuery('#register').click(); null")

    def sounds(self) -> list[dict[str, Any]]:
        """For each sound that is played: `id` of its element, and `tones`, Hz."""
        self.run(INSTRUMENTS)
        return list(self.run("instruments.sounds()"))

    def pictures(self) -> list[dict[str, Any]]:
        """For each picture of somebody else: `id` of its element, `colour` (RRGGBB), `width`, `height`."""
        self.run(INSTRUMENTS)
        return list(self.run("instruments.pictures()"))

    def writes(self, text: str) -> None:
        """Write to everybody in Debian's page for text."""
        self.run(f"jQuery('#datasend').val({json.dumps(text)}); sendData(); null")

    def close(self) -> None:
        """Close the page, as a person does: whoever else is in the room is told soon."""
        self.run("window.janus && janus.destroy(); null")
        self.browser.call("Target.closeTarget", targetId=self.target)  # the page loads anew, and may be no page now

    def hears(self, tone: int, within: int = 15) -> bool:
        """Whether a tone is in what is played."""
        return any(abs(one - tone) < within for sound in self.sounds() for one in sound["tones"])

    def until_hears(self, tone: int) -> None:
        """Wait until a tone is in what is played."""
        self.look(lambda: self.hears(tone))

    def until_sees(self, colour: str) -> None:
        """Wait until a picture has this colour."""
        self.look(lambda: self.sees(colour))

    def sees(self, colour: str) -> bool:
        """Whether a picture has this colour."""
        return any(alike(picture["colour"], colour) for picture in self.pictures())


def alike(one: str, other: str) -> bool:
    """Whether two colours are the same but for the codec."""
    pairs = zip(bytes.fromhex(one), bytes.fromhex(other), strict=True)
    return all(abs(x - y) < 40 for x, y in pairs)


@dataclass
class Browser:
    """A running Chromium."""

    process: subprocess.Popen[str]
    log: Path
    console: list[str] = field(default_factory=list)
    _out: int = -1
    _in: int = -1
    _answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    _came: threading.Condition = field(default_factory=threading.Condition)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _over: bool = False

    def call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Call a method of the DevTools protocol; its result."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        with contextlib.suppress(BrokenPipeError):  # it ended, as is said below
            os.write(self._out, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + 30
        with self._came:
            while number not in self._answers:
                left = deadline - time.monotonic()
                if left < 0 or self._over:
                    raise AssertionError(f"Chromium does not answer {method}: {self.log.read_text()[-2000:]}")
                self._came.wait(left)
            answer = self._answers.pop(number)
        assert "error" not in answer, answer
        return dict(answer["result"])

    def open(self, url: str) -> Page:
        """A page of its own."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        page = Page(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"], target)
        for domain in ("Runtime", "Page"):
            self.call(f"{domain}.enable", page.session)
        self.call("Page.navigate", page.session, url=url)
        return page

    def _read(self) -> None:
        rest = b""
        while data := os.read(self._in, 1 << 16):
            *messages, rest = (rest + data).split(b"\0")
            for message in map(json.loads, messages):
                with self._came:
                    if "id" in message:
                        self._answers[message["id"]] = message
                    elif message["method"] == "Runtime.consoleAPICalled":
                        words = [str(one.get("value", one.get("description"))) for one in message["params"]["args"]]
                        self.console.append(" ".join(words)[:300])
                    self._came.notify_all()
        with self._came:
            self._over = True
            self._came.notify_all()


@contextlib.contextmanager
def chromium(
    where: Namespace, origin: str, *, tone: int, colour: str, picture: tuple[int, int, int] = PICTURE
) -> Iterator[Browser]:
    """A browser as nobody, for as long as the block lasts; pages of `origin` may use its microphone and camera."""
    if shutil.which("chromium") is None:
        pytest.skip("needs Debian's chromium (the program `chromium`) for somebody who joins from a browser")
    _settled(where)
    with tempfile.TemporaryDirectory(prefix="incog-chromium-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o777)
        with _running(where, home, _argv(home, origin, tone, colour, picture)) as browser:
            yield browser


def _settled(where: Namespace) -> None:
    """Wait until the addresses of a machine are its own: when one becomes so, Chromium drops all that it is loading."""
    ask = ["ip", "-n", where.name, "-oneline", "address", "show", "tentative"]
    deadline = time.monotonic() + 20
    while subprocess.run(ask, check=True, capture_output=True).stdout:
        assert time.monotonic() < deadline, "its addresses do not settle"
        time.sleep(0.1)


def _argv(home: Path, origin: str, tone: int, colour: str, picture: tuple[int, int, int]) -> list[str]:
    sound, film = write_tone(home / "tone.wav", tone), write_colour(home / "colour.y4m", colour, picture)
    argv = [*AS_NOBODY, "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--mute-audio"]
    argv += ["--remote-debugging-pipe", f"--user-data-dir={home}/profile", "--no-first-run", "--disable-sync"]
    argv += ["--disable-background-networking", "--disable-component-update", "--disable-default-apps"]
    argv += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    argv += [f"--use-file-for-fake-audio-capture={sound}", f"--use-file-for-fake-video-capture={film}"]
    argv += ["--autoplay-policy=no-user-gesture-required", f"--unsafely-treat-insecure-origin-as-secure={origin}"]
    argv += ["--disable-features=WebRtcHideLocalIpsWithMdns"]
    return argv


@contextlib.contextmanager
def _running(where: Namespace, home: Path, argv: list[str]) -> Iterator[Browser]:
    child_in, ours_out = os.pipe()
    ours_in, child_out = os.pipe()
    argv = ["bash", "-c", f'exec "$@" 3<&{child_in} 4>&{child_out}', "bash", *argv]
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)}
    log = home / "log"
    with log.open("w") as out:
        process = where.start(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment,
            pass_fds=(child_in, child_out),
            start_new_session=True,
        )
    os.close(child_in)
    os.close(child_out)
    browser = Browser(process, log, _out=ours_out, _in=ours_in)
    reader = threading.Thread(target=browser._read, name="chromium")
    reader.start()
    try:
        yield browser
        browser.call("Browser.close")
        process.wait(timeout=30)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait(timeout=30)
        reader.join(timeout=30)
        os.close(ours_out)
        os.close(ours_in)


@contextlib.contextmanager
def demos(where: Namespace, folder: Path, address: str, server: str) -> Iterator[str]:
    """Debian's pages, served at `address` and set to use a Janus `server`; gives their origin."""
    if not DEMOS.is_dir():
        pytest.skip("needs Debian's janus-demos for pages that are not ours")
    pages = folder / "pages"
    pages.mkdir()
    for entry in DEMOS.iterdir():
        if entry.name != "settings.js":
            (pages / entry.name).symlink_to(entry.resolve())
    settings = {"server": server, "iceServers": [], "token": "", "apisecret": ""}
    text = "\n".join(f"var {name} = {json.dumps(value)};" for name, value in settings.items())
    (pages / "settings.js").write_text(text)
    argv = [sys.executable, "-m", "http.server", "--bind", address, "--directory", str(pages), str(PORT)]
    process = where.start(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while not listens(process.pid, PORT):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield f"http://{address}:{PORT}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def write_tone(path: Path, tone: int) -> Path:
    """A second of a tone, which Chromium repeats."""
    samples = (12_000 * np.sin(2 * np.pi * tone * np.arange(RATE) / RATE)).astype(np.int16)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return path


def write_colour(path: Path, colour: str, picture: tuple[int, int, int]) -> Path:
    """Half a second of a plain picture in YUV 4:2:0 (BT.601, limited range), which Chromium repeats."""
    width, height, rate = picture
    red, green, blue = (value / 255 for value in bytes.fromhex(colour))
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    levels: Sequence[float] = (16 + 219 * light, 128 + 224 * (blue - light) / 1.772, 128 + 224 * (red - light) / 1.402)
    sizes = (width * height, width * height // 4, width * height // 4)
    frame = b"FRAME\n" + b"".join(bytes([round(level)]) * size for level, size in zip(levels, sizes, strict=True))
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode() + frame * (rate // 2))
    return path
