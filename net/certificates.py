"""Certificates of connections, made before they are needed: to make one takes a while, and whoever joins would wait.

Each is used once, as those were that are made when they are needed: no two connections of ours have a key in common.
"""

from __future__ import annotations

from typing import Any

from aiortc import RTCCertificate
from aiortc.rtcdtlstransport import SRTP_PROFILES


class Certificate(RTCCertificate):
    """One, and all that a handshake needs of it."""

    def __init__(self, key: Any, cert: Any) -> None:
        super().__init__(key=key, cert=cert)
        self._context = super()._create_ssl_context(SRTP_PROFILES)

    def _create_ssl_context(self, srtp_profiles: list[Any]) -> Any:
        return self._context if srtp_profiles == SRTP_PROFILES else super()._create_ssl_context(srtp_profiles)


class Certificates:
    """A few in stock."""

    def __init__(self) -> None:
        self._stock: list[RTCCertificate] = []

    def prepare(self, count: int) -> None:
        """Have so many in stock."""
        while len(self._stock) < count:
            self._stock.append(Certificate.generateCertificate())

    def take(self) -> RTCCertificate:
        """One that nobody has had."""
        return self._stock.pop() if self._stock else Certificate.generateCertificate()
