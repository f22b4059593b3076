"""Recognising a meeting's link in whatever was pasted, without contacting anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from net.errors import BadLink
from net.services import links
from privacy.text import neutralise
from tui.compose import asked, kinds
from tui.screens.lobby_look import LinkLook

MAX_TEXT = 20_000
"""Characters of a text that are looked through."""

_CANDIDATE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s<>\"'`|\\^{}]+")
_AROUND = ".,;:!?*)]}>»”’…"
"""Signs that end a sentence or a quotation and never a link."""
_ONLY = f"only those whose links begin with {links.BEGINNINGS}."
_ASKS = {"mesh": "an alias only"}
"""What a meeting that can be joined asks for, where there are no lines for it."""
_GALENE = "a name, and a password or token where the group has one"
_LIVEKIT = "a name, and a token"


@dataclass(frozen=True, slots=True)
class _Service:
    """A kind of meeting that is known by its links, and cannot be joined."""

    name: str
    host: str = ""  # the end of the host's name
    path: str = ""  # a pattern at the beginning of the path
    schemes: tuple[str, ...] = ("https", "http")
    asks: str = ""  # what it asks for, as far as its links tell

    def fits(self, scheme: str, host: str, path: str) -> bool:
        """Whether a link is one of these."""
        at_home = not self.host or host == self.host or host.endswith(f".{self.host}")
        return scheme in self.schemes and at_home and re.match(self.path, path) is not None


_OTHERS = (
    _Service("Galène", schemes=("galene", "galene+http", "galene+https", "galene+ws", "galene+wss"), asks=_GALENE),
    _Service(
        "LiveKit", schemes=("livekit", "livekit+ws", "livekit+wss", "livekit+http", "livekit+https"), asks=_LIVEKIT
    ),
    _Service("LiveKit", "livekit.cloud", schemes=("https", "http", "wss", "ws"), asks=_LIVEKIT),
    _Service("LiveKit", path=r"/(rooms/[^/]+/?$|custom/)", asks=_LIVEKIT),
    _Service("Galène", path=r"/group/[^/]+", asks=_GALENE),
    _Service("Jitsi", "meet.jit.si"),
    _Service("Jitsi", "8x8.vc"),
    _Service("Jitsi", schemes=("jitsi-meet", "org.jitsi.meet")),
    _Service("Zoom", "zoom.us"),
    _Service("Zoom", "zoom.com"),
    _Service("Zoom", schemes=("zoommtg", "zoomus")),
    _Service("Google Meet", "meet.google.com"),
    _Service("Microsoft Teams", "teams.microsoft.com"),
    _Service("Microsoft Teams", "teams.live.com"),
    _Service("Microsoft Teams", schemes=("msteams",)),
    _Service("Webex", "webex.com"),
    _Service("Element Call", "call.element.io"),
    _Service("BigBlueButton", path=r"/(b|bigbluebutton)/"),
    _Service("Nextcloud Talk", path=r"/(index\.php/)?call/[^/]+"),
)
"""In this order: what says more about itself comes first."""


def find(text: str) -> str:
    """The link in a text: one to a meeting that can be joined, if there is any, else to another, else the first of all.

    The text itself, without the blanks around it, when there is none.
    """
    best, rank = text.strip(), 3
    for candidate in _candidates(text):
        its = 0 if links.recognise(candidate) else 1 if _other(candidate) else 2
        if its < rank:
            best, rank = candidate, its
    return best


def recognise(text: str) -> LinkLook:
    """What a text that was typed or pasted means as a link."""
    found = find(text[:MAX_TEXT])
    if not found:
        return LinkLook()
    service = links.recognise(found)
    if "://" in found and not service:
        return _foreign(found)
    try:
        to = links.parse(found)
    except BadLink as error:
        return LinkLook(found, kinds.KINDS.get(service, ""), trouble=str(error))
    return LinkLook(
        str(to),
        kinds.name_of(to),
        links.place(to),
        to.tls,
        _ASKS.get(service, ""),
        wants=asked.wanted(to),
        encryption=kinds.encryption(to).label,
    )


def refuse_link(text: str) -> str:
    """One sentence why this cannot be used as a link; empty when it can."""
    try:
        links.parse(text)
    except BadLink as error:
        return recognise(text).trouble or str(error)
    return ""


def _candidates(text: str) -> Iterator[str]:
    for match in _CANDIDATE.finditer(text[:MAX_TEXT]):
        yield match[0].rstrip(_AROUND)


def _other(candidate: str) -> _Service | None:
    scheme, host, path = _parts(candidate)
    return next((service for service in _OTHERS if service.fits(scheme, host, path)), None)


def _foreign(found: str) -> LinkLook:
    service = _other(found)
    scheme, host, _ = _parts(found)
    server = neutralise(host, 80)
    secure = scheme in ("https", "wss") or scheme.endswith(("+https", "+wss"))
    if service is None:
        return LinkLook(found, "", server, secure, trouble=f"This is no meeting that incog knows. It joins {_ONLY}")
    trouble = f"incog cannot join {service.name} meetings yet, {_ONLY}"
    return LinkLook(found, service.name, server, secure, service.asks, trouble)


def _parts(candidate: str) -> tuple[str, str, str]:
    """Scheme, host and path; empty for what has no such parts."""
    try:
        parts = urlsplit(candidate)
        return parts.scheme.lower(), (parts.hostname or "").rstrip("."), parts.path
    except ValueError:
        return "", "", ""
