"""What those may do who know a VideoRoom's secret, and what was done to us by them."""

from __future__ import annotations

from net.services.base import Ability, Moderated, Notice, PublicationEnded, RemoteMuteRequest, Source
from net.services.janus import rooms, videoroom, wire
from net.services.janus.actions import Action
from net.services.janus.credentials import Credentials
from net.services.janus.link import Room
from net.services.janus.people import Person
from net.services.janus.session import Handle, Session
from net.services.janus.standing import Standing
from net.services.janus.wire import Failure, Json, Reply
from net.services.outbox import Outbox

EVERYBODYS = frozenset(
    {
        Ability.SPEAK,
        Ability.SHOW,
        Ability.CHAT,
        Ability.PRIVATE_CHAT,
        Ability.HAND,
        Ability.RENAME,
        Ability.MUTE_VISIBLE,
        Ability.SCREEN,
        Ability.CHOOSE,
        Ability.APART,
    }
)
"""What a VideoRoom supports, and allows everybody."""
MODERATORS = frozenset({Ability.LOCK, Ability.KICK, Ability.MUTE_OTHERS})
"""What it allows those who know its secret."""
CAN = EVERYBODYS | MODERATORS
A_MODERATOR = "a moderator of the room"

_KEPT = {
    "audio": Notice("A moderator silenced you: nobody hears you until they take it back.", serious=True),
    "video": Notice("A moderator hid your picture: nobody sees it until they take it back.", serious=True),
    "data": Notice("A moderator keeps back what you write: nobody gets it until they take it back.", serious=True),
}
_LET = {
    "audio": Notice("A moderator lets you be heard again; you are as muted as you were."),
    "video": Notice("A moderator lets your picture be seen again, if you send one."),
    "data": Notice("A moderator lets others have again what you write."),
}
_REFUSED = {Source.MICROPHONE: "the room takes no Opus sound", Source.CAMERA: "the room takes no VP8 pictures"}


class Moderation:
    """What we may do, and do of it."""

    def __init__(
        self,
        out: Outbox[Action],
        session: Session,
        standing: Standing,
        room: Room,
        credentials: Credentials,
    ) -> None:
        self._out = out
        self._session = session
        self._standing = standing
        self._room = room
        self._secret = credentials.secret
        self._believed = bool(credentials.secret)  # the secret has not been refused
        self._silenced: frozenset[str] = frozenset()  # kinds of our streams that a moderator keeps from everybody
        self._refused: frozenset[Source] = frozenset()  # what the room does not take of us

    def begin(self) -> None:
        """We are in the room, and nobody has silenced us there yet."""
        self._silenced = frozenset()
        self.allow()

    def allow(self) -> None:
        """Tell what we may do."""
        voiceless = "audio" in self._silenced or Source.MICROPHONE in self._refused
        pictureless = "video" in self._silenced or Source.CAMERA in self._refused
        may = CAN if self._believed else EVERYBODYS
        may -= {Ability.SPEAK} if voiceless else set()
        may -= {Ability.SHOW, Ability.SCREEN} if pictureless else set()
        self._standing.allow(may)

    def silenced(self, kind: str, on: bool) -> None:
        """A moderator lets nobody have our sound or picture (a kind of stream), or everybody again.

        We are not unmuted by that.
        """
        if on is (kind in self._silenced):
            return
        self._silenced ^= {kind}
        if kind == "audio" and on:
            self._out.emit(RemoteMuteRequest(A_MODERATOR))
        self._out.emit(_LET[kind] if not on else _KEPT[kind])
        self.allow()

    def refused(self, source: Source, shown: frozenset[Source]) -> None:
        """The room takes nothing of the kind that we can send of a source; CAMERA stands for any picture.

        `shown`: what we send, or are about to.
        """
        if source not in self._refused:
            self._refused |= {source}
            ended = shown & ({Source.MICROPHONE} if source is Source.MICROPHONE else {Source.CAMERA, Source.SCREEN})
            for each in ended:
                self._out.emit(PublicationEnded(each, _REFUSED[source]))
            if not ended:
                self._out.notice(f"T{_REFUSED[source][1:]}: yours cannot be sent in it.")
            self.allow()

    def do(self, what: Ability, person: Person | None, on: bool, handle: Handle) -> None:
        """Lock the room, send somebody out, or silence them. Raises `ValueError` with one sentence."""
        if what not in MODERATORS:
            raise ValueError("This is nothing that a moderator does.")
        if what not in self._standing.may:
            raise ValueError("Only those who know the room's secret can do this.")
        if what is Ability.LOCK:
            done = Moderated(what, on, _locked(on))
            self._ask(handle, rooms.lock(self._room, self._secret, on), done)
        elif person is None:
            raise ValueError("They are not in the room any more.")
        elif what is Ability.KICK:
            done = Moderated(what, True, f"{person.name} was sent out.", person.pid)
            self._ask(handle, rooms.kick(self._room, self._secret, person.id), done)
        elif person.audio is None:
            raise ValueError(f"{person.name} sends no sound.")
        else:
            words = f"{person.name} was {'silenced' if on else 'allowed to be heard again'}."
            done = Moderated(what, on, words, person.pid)
            self._ask(handle, videoroom.moderate(self._room, self._secret, person.id, person.audio.mid, on), done)

    def _ask(self, handle: Handle, body: Json, moderated: Moderated) -> None:
        def done(outcome: Reply | Failure) -> None:
            if isinstance(outcome, Reply):
                self._out.emit(moderated)
            elif outcome.code == wire.NOT_ALLOWED:
                self._believed = False
                self._out.notice("The room does not take the secret that was given; you cannot moderate.", serious=True)
                self.allow()
            else:
                self._out.notice("The server did not do what you asked as a moderator; try again.", serious=True)

        self._session.ask(handle, body, done)


def _locked(on: bool) -> str:
    if on:
        return "The room is locked: nobody else can join, and nobody whose connection is lost can come back."
    return "The room is open again."
