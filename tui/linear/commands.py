"""Every command of the lines, as data; and the actions of `tui.actions` that lines do not have, with the reason.

A line is a command or nothing. It is never chat by itself: whoever types into the wrong window, or pastes, sends
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from tui.actions import BY_ID
from tui.linear.news import KINDS

HEAR, PEOPLE, CHAT, KNOW, MEET = (
    "what others hear and see",
    "the people",
    "the chat",
    "what others know of you",
    "the meeting",
)


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be typed."""

    word: str  # one word or two
    group: str
    actions: tuple[str, ...] = ()  # ids of the actions that it stands for
    takes: str = ""  # what follows the word, as the help shows it; in brackets: may be left out
    harmless: bool = False  # sends nothing and shows no secret: done at once, even in the middle of a paste
    words: str = ""  # what it does, where that is not what the help of its action says

    @property
    def help(self) -> str:
        """What it does, in one sentence without a full stop."""
        return self.words or BY_ID[self.actions[0]].help

    @property
    def usage(self) -> str:
        """As it is typed."""
        return f"{self.word} {self.takes}".strip()

    @property
    def must(self) -> bool:
        """Whether something has to follow the word."""
        return bool(self.takes) and not self.takes.startswith("[")


COMMANDS: tuple[Command, ...] = (
    Command("mute", HEAR, ("mute", "talk"), harmless=True, words="Be muted: no sound is sent at all"),
    Command("unmute", HEAR, ("mute", "talk"), words="Be heard"),
    Command("camera on", HEAR, ("camera",), words="Be seen"),
    Command("camera off", HEAR, ("camera",), harmless=True, words="Be seen no more: off opens no camera"),
    Command("hand up", HEAR, ("hand",), words="Raise your hand"),
    Command("hand down", HEAR, ("hand",), harmless=True, words="Lower your hand"),
    Command("talk open", HEAR, ("talk-mode",), words="Unmuted, be heard until you mute"),
    Command("talk voice", HEAR, ("talk-mode",), words="Unmuted, be heard while you speak; silence is sent between"),
    Command(
        "devices", HEAR, ("devices",), harmless=True, words="List microphones, speakers and cameras; opens nothing"
    ),
    Command("use", HEAR, ("devices",), "NUMBER", words="Use the device of this number in the list; opens nothing"),
    Command("status", KNOW, (), harmless=True, words="Am I heard, am I seen, who sees my address, what protects it"),
    Command(
        "seen",
        KNOW,
        ("panel", "lens", "lens-all", "lens-participants", "lens-operator", "lens-relay", "lens-network"),
        "[by participants, operator, relay or network]",
        harmless=True,
        words="What others can see about you; of one audience, or of all",
    ),
    Command("evidence", KNOW, ("open",), "NUMBER", harmless=True, words="The bytes behind a line of seen or withheld"),
    Command("withheld", KNOW, ("panel",), harmless=True, words="What was kept back or replaced, and what was refused"),
    Command("traffic", KNOW, ("panel",), harmless=True, words="Where bytes went, and how many"),
    Command(
        "timeline",
        KNOW,
        ("timeline",),
        "[by participants, operator, relay or network]",
        harmless=True,
        words="What became visible when, the oldest first",
    ),
    Command("warnings", KNOW, ("warnings",), harmless=True),
    Command(
        "people",
        PEOPLE,
        ("people", "sort", "find"),
        "[speaking, hands or name] [PART OF A NAME]",
        harmless=True,
        words="Who is here; sorted, or only those whose name has this in it",
    ),
    Command("inspect", PEOPLE, ("inspect",), "NAME", harmless=True),
    Command("whisper", PEOPLE, ("whisper",), "NAME TEXT", words="Write to one person alone"),
    Command(
        "volume",
        PEOPLE,
        ("quieter", "louder"),
        "NAME PERCENT",
        harmless=True,
        words="How loud they are played here, 0 to 200; nobody is told",
    ),
    Command("hush", PEOPLE, ("hush",), "NAME", harmless=True, words="Mute them for you alone; nobody is told"),
    Command("unhush", PEOPLE, ("hush",), "NAME", harmless=True, words="Hear them again"),
    Command("silence", PEOPLE, ("mute-them",), "NAME", words="Have them muted for everybody; for those who may"),
    Command("unsilence", PEOPLE, ("mute-them",), "NAME", words="Let them be heard again; for those who may"),
    Command("kick", PEOPLE, ("kick",), "NAME"),
    Command("verify", PEOPLE, ("verify",), "NAME", harmless=True),
    Command("verified", PEOPLE, ("verify",), "NAME", words="The words you read to each other are the same"),
    Command("differs", PEOPLE, ("verify",), "NAME", words="The words you read to each other differ"),
    Command("say", CHAT, ("chat",), "TEXT", words="Write to everybody"),
    Command(
        "chat",
        CHAT,
        ("search", "unread"),
        "[NUMBER, or find WORDS]",
        harmless=True,
        words="The newest messages, 10 or so many; or those that have this in them",
    ),
    Command("links", CHAT, ("links",), harmless=True, words="The links in the chat; none is opened"),
    Command("open", CHAT, ("open-link",), "NUMBER", words="Open the link of this number outside incog; asks first"),
    Command("link", MEET, ("link",), words="Show the invitation, to give to others"),
    Command("persona", MEET, ("persona",)),
    Command("rename", MEET, ("rename",), "[ALIAS]"),
    Command("lock", MEET, ("lock",), words="Let nobody else into the room; for those who may"),
    Command("unlock", MEET, ("lock",), words="Let everybody in again who has the link; for those who may"),
    Command("receipt", MEET, ("receipt",), "[FILE]"),
    Command(
        "announce",
        MEET,
        (),
        f"[{', '.join(KINDS)}, with on or off]",
        harmless=True,
        words="What is told by itself, beside chat and warnings",
    ),
    Command("suspend", MEET, ("suspend",)),
    Command("leave", MEET, ("leave",)),
    Command(
        "help", MEET, ("help", "palette", "menu"), "[COMMAND]", harmless=True, words="All commands, or one of them"
    ),
)
"""In the order of the help."""

BY_WORD = {command.word: command for command in COMMANDS}

_NO_CURSOR = "there is no cursor; a command names what it is about"
_NO_PANES = "there are no panes"
_NO_DIALOG = "a question is answered by typing one of the words it names"
_NO_PICTURES = "no pictures are drawn"
_NO_FORM = "before a meeting one thing is asked after the other; what else can be chosen is a flag or a setting"
_NOTHING_AFTER = "when a meeting is over, incog ends"

_LOBBY = (
    *("lobby-join", "lobby-choose", "lobby-more", "lobby-less", "lobby-leave", "draw", "keep", "reveal", "preview"),
    *("try", "start-muted", "start-camera", "forget", "forget-all"),
)

MEANINGLESS: dict[str, str] = {
    **dict.fromkeys(("next", "previous", "back", "up", "down", "left", "right"), _NO_CURSOR),
    **dict.fromkeys(("page-up", "page-down", "first", "last"), _NO_CURSOR),
    **dict.fromkeys(("accept", "close", "yes", "no", "join", "another", "stay-out", "knowingly"), _NO_DIALOG),
    **dict.fromkeys(("narrower", "wider", "lower", "higher", "sizes", "hide-chat"), _NO_PANES),
    **dict.fromkeys(("stage", "stage-mode", "spotlight", "hide", "next-picture"), _NO_PICTURES),
    **dict.fromkeys(_LOBBY, _NO_FORM),
    **dict.fromkeys(("rejoin", "lobby", "quit"), _NOTHING_AFTER),
    "theme": "there are no colours",
    "copy": "the terminal's own selection copies; incog could only by an escape sequence",
}
"""Actions that lines do not have, by id."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it was typed."""

    command: Command
    rest: str  # what follows the word


def read(line: str) -> Asked | str:
    """The command that a line is, or in one sentence or two why it is none. Nothing is done for a line that is none."""
    words = line.strip().removeprefix("/").split(None, 2)
    for count in (2, 1):
        if (command := BY_WORD.get(" ".join(words[:count]).lower())) and len(words) >= count:
            rest = line.strip().removeprefix("/").split(None, count)[count:]
            return _with(command, rest[0] if rest else "")
    return _unknown(words)


def is_harmless(line: str) -> bool:
    """Whether a line may be done at once, whatever came with it."""
    asked = read(line)
    return isinstance(asked, Asked) and asked.command.harmless


def _with(command: Command, rest: str) -> Asked | str:
    if rest and not command.takes:
        return f"Nothing follows {command.word}, so nothing was done. To write to everybody: say {command.word} …"
    if command.must and not rest:
        return f"Something is missing; it is: {command.usage}"
    return Asked(command, rest)


def _unknown(words: list[str]) -> str:
    if not words:
        return ""
    first = words[0].lower()
    both = [command.word for command in COMMANDS if command.word.split()[0] == first]
    if both:
        return f"It is: {', or '.join(both)}. Nothing was done."
    near = get_close_matches(first, [word.split()[0] for word in BY_WORD], 1, 0.7)
    meant = f" Did you mean {near[0]}?" if near else ""
    return (
        f"That is no command, so nothing was sent.{meant} To write to everybody, begin with say; help tells the rest."
    )
