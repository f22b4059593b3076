"""Every setting, as data: the file, the flags, `incog config` and its template are made from this one table."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from typing import NamedTuple

from tui.typed import ice_url

Value = bool | str | tuple[str, ...]
"""What a setting can be."""

ADDRESS_MODES = ("auto", "loopback", "local", "public", "relay")
REFLEXES = ("mute", "camera-off", "leave")
"""What can be done by itself when something happens in the meeting."""


class Kind:
    """What values a setting takes. `words` finishes the sentence "It can be …"."""

    words = ""
    metavar = ""
    choices: tuple[str, ...] = ()

    def read(self, value: object) -> Value:
        """The value that stands in a TOML file. Raises `ValueError` without words of its own."""
        raise NotImplementedError

    def parse(self, text: str) -> Value:
        """The value that was typed. Raises `ValueError` without words of its own."""
        return self.read(text)

    def toml(self, value: Value) -> str:
        """The value as it is written in a file."""
        return quoted(str(value))

    def repeated(self, value: object) -> str:
        """What was given, as a sentence that refuses it may repeat it."""
        return told(value)


class YesNo(Kind):
    """True or false."""

    words = "true or false"
    choices = ("true", "false")

    def read(self, value: object) -> bool:
        """TOML's own true and false."""
        if not isinstance(value, bool):
            raise ValueError
        return value

    def parse(self, text: str) -> bool:
        """For completeness: the flags of a yes or no have no value."""
        return self.read({"true": True, "false": False}.get(text))

    def toml(self, value: Value) -> str:
        """TOML's words."""
        return "true" if value else "false"


class Choice(Kind):
    """One of a few words."""

    metavar = "WHICH"

    def __init__(self, *choices: str) -> None:
        self.choices = choices
        self.words = _either([quoted(choice) for choice in choices])

    def read(self, value: object) -> str:
        """Exactly one of the words."""
        if not isinstance(value, str) or value not in self.choices:
            raise ValueError
        return value


class Text(Kind):
    """A few printable words on one line; empty for the default."""

    def __init__(self, metavar: str, words: str, pattern: str = r".{0,200}") -> None:
        self.metavar = metavar
        self.words = words
        self._pattern = pattern

    def read(self, value: object) -> str:
        """Text that fits."""
        if not isinstance(value, str) or not value.isprintable() or not re.fullmatch(self._pattern, value):
            raise ValueError
        return value.strip()


class Several(Kind):
    """None, one or more of a few words. "none", and an empty list, mean none."""

    def __init__(self, *choices: str, metavar: str = "DO[,DO]") -> None:
        self.choices = ("none", *choices)
        self.words = f"{_either([quoted(choice) for choice in self.choices])}, or a list of them"
        self.metavar = metavar

    def read(self, value: object) -> tuple[str, ...]:
        """One word, or a list of words, each once, in the order of the table."""
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list) or any(word not in self.choices for word in words):
            raise ValueError
        if "none" in words and len(words) > 1:
            raise ValueError
        return tuple(choice for choice in self.choices[1:] if choice in words)

    def parse(self, text: str) -> tuple[str, ...]:
        """Words with commas between them."""
        return self.read([word.strip() for word in text.split(",")])

    def toml(self, value: Value) -> str:
        """One word, or a list."""
        words = value if isinstance(value, tuple) else (str(value),)
        return quoted("none") if not words else f"[{', '.join(map(quoted, words))}]"


class Relay(Kind):
    """A TURN server with a user name; empty for none."""

    words = "a TURN server such as turn:USER@HOST:PORT, without its password, or empty for none"
    metavar = "URL"

    def read(self, value: object) -> str:
        """What `--ice-server` takes, but no STUN server."""
        if not isinstance(value, str) or not value.isprintable() or value.startswith("stun:"):
            raise ValueError
        try:
            if value:
                ice_url(value)
        except ArgumentTypeError:
            raise ValueError from None
        return value

    def repeated(self, value: object) -> str:
        """Without what may be a password."""
        return "this" if isinstance(value, str) and "@" in value else told(value)


class Setting(NamedTuple):
    """One thing that can be set."""

    path: str  # "look.theme": the table in the file, and the key in it
    kind: Kind
    default: Value
    help: str  # for the help of the command line: without capital and full stop
    flag: str  # "--theme"; of a yes or no the one that says yes
    no: str = ""  # "--no-title": of a yes or no the one that says no; of a text the one that says `never`
    never: Value = False  # what `no` sets
    demo: bool = True  # whether it means anything to `incog demo`
    note: str = ""  # more, for the template and the guide

    @property
    def table(self) -> str:
        """The table it stands in."""
        return self.path.partition(".")[0]

    @property
    def key(self) -> str:
        """Its name in the table."""
        return self.path.partition(".")[2]

    @property
    def flags(self) -> str:
        """Its flags as a person types them."""
        valued = f"{self.flag} {self.kind.metavar}".rstrip()
        return f"{valued}, {self.no}" if self.no else valued


class Given(NamedTuple):
    """What was typed for a setting, and by which flag."""

    value: Value
    flag: str


class KeyChoice(NamedTuple):
    """Keys that were chosen for one action, as they were written. `line` 0: on the command line."""

    action: str
    keys: tuple[str, ...]
    line: int = 0


def quoted(text: str) -> str:
    """Text as TOML writes it on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08X}" for char in escaped) + '"'


def told(value: object) -> str:
    """A value as it can be repeated in a sentence: short, and on one line."""
    text = quoted(value) if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else repr(value)
    if isinstance(value, dict):
        text = "a table"
    elif isinstance(value, list):
        text = f"[{', '.join(map(told, value))}]"
    return text if len(text) <= 60 else f"{text[:59]}…"


def _either(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


_DEVICE = Text("DEVICE", "part of a device's name or its number (`incog devices`), or empty for the system's default")
_REFLEX = Several(*REFLEXES)
_YES_NO = YesNo()

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "look.theme",
        Text("NAME", "the name of a theme: small letters, digits and dashes", r"([a-z][a-z0-9-]{0,31})?"),
        "",
        "the colours of the screen",
        "--theme",
        note="Empty for incog's own choice. Themes of your own lie in the folder themes beside this file.",
    ),
    Setting(
        "look.colours",
        Choice("auto", "truecolor", "256", "16", "none"),
        "auto",
        "how many colours are used (default: as many as the terminal says it has, none with NO_COLOR)",
        "--colours",
    ),
    Setting(
        "look.linear", _YES_NO, False, "tell everything line by line, for screen readers", "--linear", "--no-linear"
    ),
    Setting(
        "look.announce",
        Several("people", "hands", "states", "speaking", "visible", metavar="WHAT[,WHAT]"),
        ("people", "hands", "visible"),
        "what lines tell by themselves beside chat and warnings: none, people, hands, states, speaking or visible",
        "--announce",
    ),
    Setting("look.title", _YES_NO, True, "set the terminal's title, without any name", "--title", "--no-title"),
    Setting(
        "look.notifications",
        Choice("off", "bell", "desktop"),
        "bell",
        "how you are called when you look elsewhere; no content is told",
        "--notifications",
    ),
    Setting("look.mouse", _YES_NO, True, "take the mouse", "--mouse", "--no-mouse"),
    Setting(
        "look.stage",
        Choice("auto", "gallery", "speaker"),
        "auto",
        "how pictures are laid out at first",
        "--stage",
    ),
    Setting(
        "start.muted",
        _YES_NO,
        True,
        "send no sound from the start",
        "--muted",
        "--unmuted",
        demo=False,
        note="false in this file counts only on a screen, where you see it.",
    ),
    Setting(
        "start.camera",
        _YES_NO,
        False,
        "be seen from the start",
        "--camera",
        "--no-camera",
        demo=False,
        note="true in this file counts only on a screen, where you see it.",
    ),
    Setting("sound.microphone", _DEVICE, "", "which microphone", "--microphone", demo=False),
    Setting(
        "sound.speaker",
        Text("DEVICE", _DEVICE.words + ', or "none" to play nothing'),
        "",
        "which speaker",
        "--speaker",
        "--no-speaker",
        "none",
    ),
    Setting(
        "sound.talk",
        Choice("open", "push", "voice"),
        "open",
        "when an open microphone is heard: always, while a key is pressed, or while you speak",
        "--talk",
    ),
    Setting("picture.camera", _DEVICE, "", "which camera", "--camera-device", demo=False),
    Setting(
        "persona.keep",
        _YES_NO,
        False,
        "wear the same persona whenever you join the same meeting",
        "--keep-persona",
        "--no-keep-persona",
        demo=False,
    ),
    Setting(
        "persona.linkability",
        _YES_NO,
        False,
        "keep keyed hashes of what meetings show of you, and tell what ties one to earlier ones",
        "--linkability",
        "--no-linkability",
        demo=False,
    ),
    Setting(
        "network.addresses",
        Choice(*ADDRESS_MODES),
        "auto",
        "which of this machine's addresses others may learn (default: as few as the meeting needs)",
        "--addresses",
        demo=False,
    ),
    Setting(
        "network.relay",
        Relay(),
        "",
        "the TURN server to go by with --addresses relay, if no --ice-server is given; no participant is told of it",
        "--relay",
        demo=False,
        note="Its password comes from the keyring (`incog credential keep`) or from INCOG_ICE_PASSWORD.",
    ),
    Setting(
        "network.confinement",
        _YES_NO,
        True,
        "have the kernel's second layer (Landlock, seccomp), which `incog doctor` tells about",
        "--confinement",
        "--no-confinement",
    ),
    Setting(
        "lobby.recent",
        _YES_NO,
        False,
        "keep the links of recent meetings for the lobby, in the system's keyring",
        "--recent",
        "--no-recent",
        demo=False,
    ),
    Setting("reflexes.recording", _REFLEX, (), "what to do at once when somebody records", "--on-recording"),
    Setting("reflexes.address", _REFLEX, (), "what to do at once when the others learn your address", "--on-address"),
    Setting("reflexes.encryption", _REFLEX, (), "what to do at once when the encryption falls", "--on-encryption"),
    Setting("reflexes.identity", _REFLEX, (), "what to do at once when somebody may be another", "--on-identity"),
)
"""Every setting, in the order of the template. Keys have a table of their own, `[keys]`."""

BY_PATH = {setting.path: setting for setting in SETTINGS}
TABLES = tuple(dict.fromkeys(setting.table for setting in SETTINGS))
KEYS = "keys"
"""The table that gives actions other keys."""
