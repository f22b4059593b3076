"""How a meeting stands: its phase, what can be done in it, what we may do, and how it ended."""

from __future__ import annotations

from net.errors import MeetingError
from net.services.base import AbilitiesChanged, Ability, Encryption, Phase, PhaseChanged, PrivacyChanged
from net.services.janus.actions import Action, Hangup
from net.services.outbox import Outbox


class Standing:
    """Each is told when it becomes another."""

    def __init__(self, out: Outbox[Action], can: frozenset[Ability], encryption: Encryption) -> None:
        """`can`: what the kind of meeting supports. `encryption`: what is to be expected of it."""
        self.phase = Phase.CONNECTING
        self.can = can
        self.may: frozenset[Ability] = frozenset()
        self.encryption = encryption
        self.recording: bool | None = None
        self.end_reason = ""
        self.failure: MeetingError | None = None
        self._out = out

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.phase is Phase.ENDED

    def to(self, phase: Phase, reason: str = "") -> None:
        """The meeting is in this phase."""
        if phase is not self.phase and not self.ended:
            self.phase = phase
            self._out.emit(PhaseChanged(phase, reason))

    def allow(self, may: frozenset[Ability]) -> None:
        """We may do this, and nothing else."""
        if may != self.may and not self.ended:
            self.may = may
            self._out.emit(AbilitiesChanged(self.can, may))

    def secure(self, encryption: Encryption) -> None:
        """The worst encryption of anything in the room is this one."""
        if encryption is not self.encryption and not self.ended:
            fell, self.encryption = encryption < self.encryption, encryption
            self._out.emit(PrivacyChanged(encryption, self.recording, fell))

    def record(self, recording: bool | None) -> None:
        """The room is recorded, or not, or nobody says."""
        if recording is not self.recording and not self.ended:
            self.recording = recording
            self._out.emit(PrivacyChanged(self.encryption, recording))

    def end(self, reason: str, failure: MeetingError | None = None, *, may_rejoin: bool = False) -> None:
        """It is over. `failure`: why we were never in, or what went wrong."""
        if self.ended:
            return
        self.phase, self.may = Phase.ENDED, frozenset()
        self.end_reason, self.failure = reason, failure
        self._out.add(Hangup(reason))
        self._out.emit(PhaseChanged(Phase.ENDED, reason, may_rejoin))
