"""What those may do in an AudioBridge who know its secret."""

from __future__ import annotations

from collections.abc import Callable

from net.services.base import Ability, Moderated, PeerId
from net.services.janus import audiobridge, rooms
from net.services.janus.actions import Action
from net.services.janus.credentials import Credentials
from net.services.janus.link import Room
from net.services.janus.session import TRANSACTION_BYTES, Then
from net.services.janus.text import TextRoom
from net.services.janus.voices import Voices
from net.services.janus.wire import Failure, Json, Reply
from net.services.outbox import Outbox

MODERATION = frozenset({Ability.KICK, Ability.MUTE_OTHERS, Ability.LOCK})


class Rule:
    """Sends out, mutes and locks."""

    def __init__(
        self,
        out: Outbox[Action],
        ask: Callable[[Json, Then], None],
        room: Room,
        credentials: Credentials,
        voices: Voices,
        text: TextRoom | None,
        random: Callable[[int], bytes],
    ) -> None:
        """`ask` asks the plugin. `random(n)`: `n` bytes fit for cryptography."""
        self.token = credentials.token
        """What lets us in while the room is locked."""
        self._out = out
        self._ask = ask
        self._room = room
        self._secret = credentials.secret
        self._voices = voices
        self._text = text
        self._random = random
        self._believed = bool(credentials.secret)  # the secret has not been refused
        self._silenced: set[PeerId] = set()  # whom we muted, and who is still muted

    @property
    def may(self) -> frozenset[Ability]:
        """What we may do of it."""
        return MODERATION if self._believed else frozenset()

    def do(self, what: Ability, pid: PeerId | None, on: bool) -> None:
        """Send somebody out, mute them, or lock the room. Raises `ValueError` with one sentence."""
        if what not in MODERATION:
            raise ValueError("This is nothing that a moderator does.")
        if what not in self.may:
            raise ValueError("Only those who know the room's secret can do this.")
        if what is Ability.LOCK:
            self._lock(on)
        elif pid is None:
            raise ValueError("Choose whom it is about.")
        elif what is Ability.KICK:
            self._kick(pid)
        else:
            self._mute(pid, on)

    def unmuted(self, pid: PeerId, name: str) -> None:
        """Somebody is heard again: whom we muted may unmute themselves."""
        if pid in self._silenced:
            self._silenced.discard(pid)
            self._out.emit(Moderated(Ability.MUTE_OTHERS, False, f"{name} unmuted themselves.", pid))

    def left(self, pid: PeerId) -> None:
        """Somebody is gone."""
        self._silenced.discard(pid)

    def _lock(self, on: bool) -> None:
        if on and not self.token:
            self.token = self._random(TRANSACTION_BYTES).hex()
        if on:
            self._do(audiobridge.admit(self._room, self._secret, self.token), None)
        words = "nobody else can join, and nobody whose connection is lost can come back, but you"
        told = f"The room is locked: {words}." if on else "The room is open again."
        self._do(rooms.lock(self._room, self._secret, on), Moderated(Ability.LOCK, on, told))

    def _kick(self, pid: PeerId) -> None:
        voice = self._voices.get(pid)
        name = voice.name if voice is not None else self._texter(pid)
        if voice is not None:
            done = Moderated(Ability.KICK, True, f"{name} was sent out.", pid)
            self._do(rooms.kick(self._room, self._secret, voice.id), done)
        if self._text is not None:
            self._text.kick(pid, name)

    def _texter(self, pid: PeerId) -> str:
        """The name of somebody who is in the chat alone. Raises `ValueError`."""
        known = self._voices.views.get(pid)
        if known is None:
            raise ValueError("They are not in the room any more.")
        return known.name

    def _mute(self, pid: PeerId, on: bool) -> None:
        voice = self._voices.get(pid)
        if voice is None:
            raise ValueError("They are not in the room, so they are not heard.")
        if on:
            done = Moderated(Ability.MUTE_OTHERS, True, f"{voice.name} was muted; they can unmute themselves.", pid)
            self._do(audiobridge.mute(self._room, self._secret, voice.id), done)
        elif voice.muted:
            raise ValueError("Nobody can be unmuted by somebody else: they do it themselves.")

    def _do(self, body: Json, moderated: Moderated | None) -> None:
        def done(outcome: Reply | Failure) -> None:
            if isinstance(outcome, Reply):
                if moderated is not None:
                    self._out.emit(moderated)
                if moderated is not None and moderated.what is Ability.MUTE_OTHERS and moderated.id is not None:
                    self._silenced.add(moderated.id)
            elif outcome.code == audiobridge.UNAUTHORIZED:
                self._believed = False
                self._out.notice(
                    "The room does not take the secret that was given; you cannot moderate.",
                    serious=True,
                    kind="secret",
                )
            else:
                self._out.notice("The server did not do what you asked as a moderator; try again.", serious=True)

        self._ask(body, done)
