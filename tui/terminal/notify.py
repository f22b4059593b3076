"""Telling somebody who looks elsewhere: the bell, a notification of the desktop, the title of the window.

A notification passes through the terminal to the desktop and stays in its lists, and a title stands in every list of
windows and in what somebody shares of their screen. So neither holds names or content unless whoever calls puts them
in, and nothing gets through that could end the sequence it travels in.
"""

from __future__ import annotations

from collections.abc import Mapping

from privacy.text import neutralise

MOST_TITLE, MOST_BODY = 80, 200
"""Characters of a title and of what a notification says."""
AT_MOST_EVERY = 2.0
"""Seconds between two notifications; what comes sooner is dropped."""

BELL = "\a"
KEEP_TITLE, GIVE_TITLE_BACK = "\x1b[22;2t", "\x1b[23;2t"
"""Put the window's title on the terminal's stack, and take it from there (xterm's window operations)."""

_END = "\x1b\\"


def window_title(words: str) -> str:
    """The sequence by which a window gets its title."""
    return f"\x1b]2;{neutralise(words, MOST_TITLE)}{_END}"


def meeting_title(microphone: str, camera: str, recording: bool | None = None) -> str:
    """What the window of a meeting is called, by the words of `Meeting`: nobody's name, no place."""
    words = ["microphone on" if microphone == "live" else "muted"]
    if camera == "live":
        words.append("camera on")
    if recording:
        words.append("recorded")
    return f"incog — meeting, {', '.join(words)}"


class Notifier:
    """Notifications for one terminal."""

    def __init__(self, how: str, environ: Mapping[str, str]) -> None:
        """`how` is off, bell or desktop; desktop is the bell where the terminal passes nothing on."""
        self._how = _sequence_of(environ) if how == "desktop" else how
        self._last = float("-inf")

    def sequence(self, title: str, body: str, now: float) -> str:
        """What to write at this time, in seconds of a clock that never goes back; nothing when it is too soon."""
        if self._how == "off" or now - self._last < AT_MOST_EVERY:
            return ""
        self._last = now
        title, body = neutralise(title, MOST_TITLE).replace(";", ","), neutralise(body, MOST_BODY)
        if self._how == "osc777":
            return f"\x1b]777;notify;{title};{body}{_END}"
        if self._how == "osc9":
            # Words first: a number after OSC 9 is a command to some terminals.
            return f"\x1b]9;{'incog: ' if title[:1].isdecimal() else ''}{title}{': ' if body else ''}{body}{_END}"
        return BELL


def _sequence_of(environ: Mapping[str, str]) -> str:
    """By which sequence the terminal notifies, by what it says of itself."""
    kind, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if "TMUX" in environ or "STY" in environ:
        return "bell"  # passes no other on
    if kind == "xterm-kitty" or program == "iTerm.app":
        return "osc9"
    if kind.startswith(("foot", "rxvt-unicode", "xterm-ghostty", "wezterm")) or program in ("WezTerm", "ghostty"):
        return "osc777"
    return "bell"
