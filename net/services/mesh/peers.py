"""The state of our connection with one other participant, as a table.

* One who was in the room is greeted by one who came later (`hello`), and then offers. Nobody ever offers to one who
  was there before, so two offers never cross.
* A hello or an offer from somebody whose link is up changes nothing: their connection to the rendezvous is new, not
  they. Only once they have been silent may an offer of theirs replace the link.
* While a connection is being made, a hello or an offer begins it anew: the older attempt was lost together with
  somebody's connection to the rendezvous. (One that the older attempt speaks against never comes to the table: see
  `introductions`.)
* What is not in the table is out of place, and ignored.

From every state a participant can also be dropped; there is no state for that, they are simply gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from net.services.base import Encryption, Link, Participant, PeerId, Picture, Source
from net.services.mesh.spoken import SpokenCode
from net.services.mesh.wire import State
from net.services.pace import Bucket

CHANNEL_RATE = 50.0
CHANNEL_BURST = 200.0
"""Messages a second, and at once, that one participant may send over their data channel."""


class Stage(Enum):
    """How far the connection with a participant is."""

    ABSENT = auto()  # before the first message
    OFFERING = auto()  # they said hello; our offer is being made
    OFFERED = auto()  # our offer went; their answer is awaited
    ANSWERING = auto()  # they offered; our answer is being made
    CONNECTING = auto()  # both descriptions are exchanged
    HERE = auto()  # the data channel is open
    SILENT = auto()  # it is, but nothing has come for a while


class Step(Enum):
    """What moves it."""

    HELLO = auto()  # they greeted us
    OFFER_READY = auto()
    ANSWER = auto()  # they answered
    OFFER = auto()  # they offered
    ANSWER_READY = auto()
    CONNECTED = auto()
    SILENCE = auto()
    HEARD = auto()


_AGAIN = {Step.HELLO: Stage.OFFERING, Step.OFFER: Stage.ANSWERING}

TABLE: Mapping[Stage, Mapping[Step, Stage]] = {
    Stage.ABSENT: _AGAIN,
    Stage.OFFERING: {**_AGAIN, Step.OFFER_READY: Stage.OFFERED},
    Stage.OFFERED: {**_AGAIN, Step.ANSWER: Stage.CONNECTING},
    Stage.ANSWERING: {**_AGAIN, Step.ANSWER_READY: Stage.CONNECTING},
    Stage.CONNECTING: {**_AGAIN, Step.CONNECTED: Stage.HERE},
    Stage.HERE: {Step.HELLO: Stage.HERE, Step.SILENCE: Stage.SILENT, Step.HEARD: Stage.HERE},
    Stage.SILENT: {Step.HELLO: Stage.SILENT, Step.HEARD: Stage.HERE, Step.OFFER: Stage.ANSWERING},
}

LINKED = frozenset({Stage.HERE, Stage.SILENT})
"""The data channel is open."""
NEEDS_RENDEZVOUS = frozenset({Stage.OFFERING, Stage.OFFERED, Stage.ANSWERING})
"""A message over the rendezvous is still to come or to go."""

_SOURCES = {
    Picture.HIDDEN: frozenset({Source.MICROPHONE}),
    Picture.CAMERA: frozenset({Source.MICROPHONE, Source.CAMERA}),
    Picture.SCREEN: frozenset({Source.MICROPHONE, Source.SCREEN}),
}

_LINK = {Stage.HERE: Link.HERE, Stage.SILENT: Link.SILENT}


@dataclass(slots=True)
class Peer:
    """One other participant."""

    pid: PeerId
    name: str  # neutralised
    since: float  # when the present attempt to connect began
    contact: str | None = None  # their connection id at the rendezvous, while it is known
    stage: Stage = Stage.ABSENT
    shown: State = field(default_factory=State)
    heard_at: float = 0.0  # when anything last came over the data channel
    ping_at: float = 0.0  # when the next ping is due
    pings: int = 0
    doubted_at: float | None = None  # when the rendezvous said that they left; until they are heard
    wants_picture: bool = False  # they want our picture
    offered: bool = False  # the present connection was offered by us
    spoken: SpokenCode | None = None  # the exchange about the code, once the connection is there
    verified: bool = False  # the person said that the code was compared; for this connection only
    bucket: Bucket = field(default_factory=lambda: Bucket(CHANNEL_RATE, CHANNEL_BURST))

    @property
    def linked(self) -> bool:
        """Whether the data channel is open."""
        return self.stage in LINKED

    @property
    def code(self) -> str:
        """The words to compare aloud; empty while there are none."""
        return self.spoken.code if self.spoken is not None and self.linked else ""

    def forget_keys(self) -> None:
        """Another connection begins, or none is left: what was known of the keys is worth nothing."""
        self.spoken = None
        self.verified = False

    def can(self, step: Step) -> bool:
        """Whether a step is in its place."""
        return step in TABLE[self.stage]

    def move(self, step: Step) -> None:
        """Take a step that is in its place."""
        self.stage = TABLE[self.stage][step]

    def view(self) -> Participant:
        """The participant as the room shows them."""
        sources = _SOURCES[self.shown.picture] if self.linked else frozenset[Source]()
        encryption = Encryption.END_TO_END_VERIFIED if self.verified else Encryption.END_TO_END
        return Participant(
            id=self.pid,
            name=self.name,
            link=_LINK.get(self.stage, Link.CONNECTING),
            muted=self.shown.muted,
            camera=self.shown.picture is Picture.CAMERA,
            hand=self.shown.hand,
            sources=sources,
            encryption=dict.fromkeys(sources, encryption),
        )
