"""Which conversation a link is for."""

from __future__ import annotations

from collections.abc import Callable

from net.services.janus.bridge import Bridge
from net.services.janus.conversation import VideoRoom
from net.services.janus.credentials import Credentials
from net.services.janus.link import AUDIOBRIDGE, JanusLink

Conversation = VideoRoom | Bridge
"""They have the same face."""


def converse(
    link: JanusLink,
    *,
    alias: str,
    random: Callable[[int], bytes],
    credentials: Credentials = Credentials(),  # noqa: B008 - it is frozen
) -> Conversation:
    """Who speaks with the plugin that the link is for. `random(n)`: `n` bytes fit for cryptography.

    Raises `ValueError` for an alias that cannot travel.
    """
    kind = Bridge if link.plugin == AUDIOBRIDGE else VideoRoom
    return kind(link, alias=alias, random=random, credentials=credentials)
