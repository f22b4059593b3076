"""What was asked for, with every default decided: the command line turned into one value."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

from net.services.janus.credentials import Credentials
from privacy.persona import Persona
from tui.cli import Endpoint, IceUrl, ServerUrl, UsageError
from tui.config.values import DEFAULTS, Config
from tui.terminal.manners import Manners

if TYPE_CHECKING:
    from tui.compose.foretell import Outlook

MAX_LINK = 2048
"""Characters read when the invitation comes from standard input; a link is far shorter."""

SILENT = "none"
"""The speaker that plays nothing."""

UNATTENDED = 16
"""Of how many people pictures are received without a screen, unless told otherwise."""

NOTHING = Credentials()

ONLY_HERE = Endpoint("127.0.0.1", 0)
"""Where a new meeting listens unless told otherwise: reachable from this machine only."""


class Settings(NamedTuple):
    """One meeting as asked for. Empty `link`: a new meeting is opened."""

    link: str = ""
    credentials: Credentials = NOTHING  # what the room asks for, as far as it was given
    keep_credentials: bool = False  # keep them for this room, once they let us in
    listen: Endpoint = ONLY_HERE  # where the embedded rendezvous of a new meeting listens
    rendezvous: ServerUrl | None = None  # or the server that is used instead
    ice: tuple[IceUrl, ...] = ()
    alias: str | None = None
    worn: Persona | None = None  # the whole persona, if it was chosen already
    keep_persona: bool = False
    allow_identifying: bool = False
    linkability: bool = False  # keep marks of this meeting, and tell what ties it to earlier ones
    receipt: Path | None = None  # where to write one when it is over
    muted: bool = True
    camera: bool = False
    say: str | None = None  # as `media.sources` reads it; None: the microphone
    picture: str | None = None  # None: the camera
    speaker: bool = True
    speaker_device: str = ""  # a part of its name or its number; empty: the system's default
    save_audio: Path | None = None
    addresses: str = "auto"
    headless: bool = False
    json: bool = False
    watch: int = UNATTENDED  # without a screen: of how many people pictures are received, where that can be chosen
    until_eof: bool = False  # leave when standard input ends
    duration: float | None = None  # seconds
    ask: bool = False  # on a screen: show what joining would tell, and wait for a key
    agreed: Outlook | None = None  # what joining would tell, if a person saw it and agreed to it
    drawn: bool = False  # the alias was drawn and not chosen, so another may be drawn as well
    announce: bool = True  # tell the invitation on the screen
    confined: bool = False  # put the kernel's layer on this process, for good; the command line does unless told not to
    config: Config = DEFAULTS  # everything that can be set; what stands above was decided from it
    remarks: tuple[str, ...] = ()  # what the person should know about these settings

    @property
    def theme(self) -> str | None:
        """The theme that was chosen, if one was."""
        return self.config.look.theme or None

    @property
    def manners(self) -> Manners:
        """How the terminal is to be treated."""
        return manners_of(self.config)

    @property
    def hosting(self) -> bool:
        """Whether this opens a new meeting."""
        return not self.link

    @property
    def may_draw(self) -> bool:
        """Whether nobody chose the alias, so that another may take its place."""
        return not self.keep_persona and (self.drawn or self.alias is None)


def speaker_of(config: Config) -> str:
    """The speaker that was chosen; empty for the system's default, and where there is to be none."""
    return "" if config.sound.speaker == SILENT else config.sound.speaker


def manners_of(config: Config) -> Manners:
    """How the terminal is to be treated by these settings."""
    look = config.look
    return Manners(look.colours, look.notifications, look.title, look.mouse)


def from_config(config: Config) -> Settings:
    """A meeting on a screen by the settings alone."""
    remarks = [
        f"You begin {what}{config.where(path)}."
        for path, what, so in (
            ("start.muted", "unmuted", not config.start.muted),
            ("start.camera", "with the camera on", config.start.camera),
        )
        if so and config.origins[path].file
    ]
    return Settings(
        keep_persona=config.persona.keep,
        linkability=config.persona.linkability,
        muted=config.start.muted,
        camera=config.start.camera,
        say=f"microphone:{config.sound.microphone}" if config.sound.microphone else None,
        picture=f"camera:{config.picture.camera}" if config.picture.camera else None,
        speaker=config.sound.speaker != SILENT,
        speaker_device=speaker_of(config),
        addresses=config.network.addresses,
        confined=config.network.confinement,
        config=config,
        remarks=tuple(remarks),
    )


def from_arguments(arguments: argparse.Namespace, config: Config) -> Settings:
    """Decide what the command line and the settings left open; `config` has the flags in it.

    On a screen everybody starts muted and with the camera off unless told otherwise, whatever is to be sent later.
    Without one, a sound or picture that was named on the command line is sent, since nobody is there to switch it on;
    and nothing is sent because of a file, since nobody is there to see it. Raises `UsageError`.
    """
    headless = arguments.headless or arguments.json
    hosting = arguments.command == "host"
    if arguments.until_eof and not headless:
        raise UsageError("--until-eof goes with --headless: a screen needs its standard input")
    check_writable(arguments.save_audio)
    check_writable(arguments.receipt)
    settings = from_config(config)
    to = _place(arguments)
    if headless:
        typed = {path for path in ("start.muted", "start.camera") if config.origins[path].flag}
        settings = settings._replace(
            muted=settings.muted if "start.muted" in typed else arguments.say is None,
            camera=settings.camera if "start.camera" in typed else arguments.picture is not None,
            remarks=(),
        )
    return settings._replace(
        link=to.link,
        credentials=to.credentials,
        remarks=(*settings.remarks, *to.remarks),
        listen=(arguments.listen if hosting else None) or ONLY_HERE,
        rendezvous=arguments.rendezvous if hosting else None,
        ice=tuple(arguments.ice_server),
        alias=arguments.alias,
        allow_identifying=arguments.allow_identifying,
        receipt=arguments.receipt,
        say=arguments.say or settings.say,
        picture=arguments.picture or settings.picture,
        save_audio=arguments.save_audio,
        headless=headless,
        json=arguments.json,
        watch=_watch(arguments, headless),
        until_eof=arguments.until_eof,
        duration=arguments.duration,
        ask=not headless and not arguments.yes,
    )


class _Place(NamedTuple):
    link: str = ""
    credentials: Credentials = NOTHING
    remarks: tuple[str, ...] = ()


def _place(arguments: argparse.Namespace) -> _Place:
    """Where to go, and with what: a link without what does not belong in it. Raises `UsageError` or `BadLink`."""
    if arguments.command == "host":
        return _Place()
    from tui.compose import asked  # late: most of it is about the keyring

    link, in_link = asked.split(read_link(arguments.link))
    if not asked.may_ask(link):
        for name in (*(f"{name}_file" for name in asked.NAMES), "ice_server"):
            if getattr(arguments, name):
                option = f"--{name.replace('_', '-')}"
                raise UsageError(f"{option} is for rooms on somebody's server; leave it out to join this meeting")
        return _Place(link)
    outside = asked.from_outside(arguments, os.environ)
    remarks = []
    if (words := asked.named(in_link)) and arguments.link != "-":
        remarks.append(
            f"The link on the command line held the room's {words}, which other users of this machine can read there; "
            "a file (--pin-file and others), INCOG_PIN and the keyring are safe from that."
        )
    return _Place(link, asked.before(outside, in_link), tuple(remarks))


def _watch(arguments: argparse.Namespace, headless: bool) -> int:
    asked: int | None = getattr(arguments, "watch", None)  # hosting and looking ahead do not ask
    if asked is not None and not headless:
        raise UsageError("--watch goes with --headless: on a screen the pictures that are drawn are received")
    return UNATTENDED if asked is None else asked


def read_link(given: str, stream: TextIO | None = None) -> str:
    """The invitation itself; "-" reads one line from standard input. Raises `UsageError` when nothing comes."""
    if given != "-":
        if not given.strip():
            raise UsageError("the link is empty; give the invitation, or - to read it from standard input")
        return given
    source = stream or sys.stdin
    if source.isatty():
        print("Invitation link: ", end="", file=sys.stderr, flush=True)
    line = source.readline(MAX_LINK).strip()
    if not line:
        raise UsageError("no invitation came on standard input; write one line with the link")
    return line


def check_writable(path: Path | None) -> None:
    """Find out before joining, rather than after, that a file cannot be written. Raises `UsageError`."""
    if path is None:
        return
    folder = path.parent
    if path.is_dir() or not folder.is_dir() or not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError(f"cannot write {str(path)!r}; name a file in a folder that exists and that you may write to")
