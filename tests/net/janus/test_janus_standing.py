from __future__ import annotations

from net.errors import Lost
from net.services.base import AbilitiesChanged, Ability, Encryption, Phase, PhaseChanged, PrivacyChanged
from net.services.janus.actions import Action, Emit, Hangup
from net.services.janus.standing import Standing
from net.services.outbox import Outbox

CAN = frozenset({Ability.CHAT, Ability.SPEAK})


def test_what_changes_is_told_once_and_nothing_after_the_end() -> None:
    out = Outbox[Action]()
    standing = Standing(out, CAN, Encryption.END_TO_END)
    for _ in range(2):
        standing.to(Phase.LIVE)
        standing.allow(CAN)
        standing.secure(Encryption.TO_SERVER)
        standing.record(True)
    standing.secure(Encryption.END_TO_END)
    assert out.take() == [
        Emit(PhaseChanged(Phase.LIVE)),
        Emit(AbilitiesChanged(CAN, CAN)),
        Emit(PrivacyChanged(Encryption.TO_SERVER, None, fell=True)),
        Emit(PrivacyChanged(Encryption.TO_SERVER, True)),
        Emit(PrivacyChanged(Encryption.END_TO_END, True)),
    ]
    why = Lost("It is gone.")
    standing.end("It is gone.", why, may_rejoin=True)
    standing.end("again")
    standing.to(Phase.LIVE)
    standing.allow(CAN)
    standing.secure(Encryption.NONE)
    standing.record(None)
    assert out.take() == [Hangup("It is gone."), Emit(PhaseChanged(Phase.ENDED, "It is gone.", may_rejoin=True))]
    assert (standing.ended, standing.end_reason, standing.failure, standing.may) == (True, str(why), why, frozenset())
