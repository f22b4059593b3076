"""Who stands in for others in a rehearsal: somebody without an address, media without sound, nobody who listens."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from net.sdp import Description


def somebodys_description(answering: bool) -> Description:
    """A description of our shape that names no address and no keys that exist."""
    return Description(
        ufrag=secrets.token_hex(4),
        pwd=secrets.token_hex(16),
        fingerprint=":".join(f"{byte:02X}" for byte in secrets.token_bytes(32)),
        setup="passive" if answering else "actpass",
        voice_ssrc=1,
        picture_ssrc=2,
        retransmit_ssrc=3,
        cname=secrets.token_hex(8),
        candidates=(),
        session=secrets.randbelow(1 << 62),
    )


class Nothing:
    """Nobody listens, nothing is sent: the media and the owner of a connection that never connects."""

    def voice(self) -> Nothing:
        return self

    def picture(self) -> Nothing:
        return self

    async def next(self) -> Any:
        await asyncio.Event().wait()

    def close(self) -> None:
        pass

    def heard(self, peer: str, frame: Any) -> None:
        pass

    def seen(self, peer: str, frame: Any) -> None:
        pass

    def gone(self, peer: str) -> None:
        pass

    def alive(self, mid: str) -> None:
        pass

    def wire_up(self) -> None:
        pass

    def wire_channel(self) -> None:
        pass

    def wire_failed(self, reason: str) -> None:
        pass

    def wire_said(self, label: str, data: str | bytes) -> None:
        pass

    def peer_connected(self, pid: str) -> None:
        pass

    def peer_failed(self, pid: str, reason: str) -> None:
        pass

    def peer_impostor(self, pid: str) -> None:
        pass

    def peer_said(self, pid: str, text: str) -> None:
        pass
