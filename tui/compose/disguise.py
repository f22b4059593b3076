"""Who we are in one meeting: the persona, and the firewall that keeps everything else from leaving."""

from __future__ import annotations

import secrets

from net.services.mesh.link import MeshLink
from privacy import persona
from tui.cli import UsageError
from tui.compose.settings import Settings


class Disguise:
    """The persona worn, and what its wearer should know."""

    def __init__(self, settings: Settings, to: MeshLink) -> None:
        """Raises `UsageError` for an alias that cannot be worn, `PrivacyStop` for one that names its wearer."""
        random = secrets.token_bytes(persona.RANDOM_BYTES)
        try:
            self.persona = persona.named(settings.alias, random) if settings.alias else persona.fresh(random)
        except ValueError as error:
            raise UsageError(str(error)) from None
        self.notices: tuple[str, ...] = ()

    def objection(self, text: str) -> str:
        """One sentence why this text must not leave; empty when it may."""
        return ""
