"""Links in what others wrote: found, taken apart and shown whole. Nothing here opens or fetches one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from tui.widgets.text import flat

MAX_LINK = 2000
"""Characters of a link at most; what is longer is left as text."""

_LINK = re.compile(r"https?://[^\s<>\"'`\x00-\x20]+", re.IGNORECASE)
_CLOSERS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Found:
    """A link in a text: from character `start` up to `end`."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads."""

    url: str  # in ASCII, as a browser would be given it
    host: str  # in ASCII, as names are looked up
    encrypted: bool
    doubts: tuple[str, ...]  # what a person should look at, each a sentence


def find(text: str) -> list[Found]:
    """The links in `text`, in order, without the punctuation of the sentence around them."""
    found = []
    for match in _LINK.finditer(text):
        url = _without_punctuation(match[0])
        if len(url) <= MAX_LINK and target(url) is not None:
            found.append(Found(match.start(), match.start() + len(url), url))
    return found


def _without_punctuation(url: str) -> str:
    while url:
        last = url[-1]
        unopened = last in _CLOSERS and url.count(last) > url.count(_CLOSERS[last])
        if last not in ".,;:!?…" and not unopened:
            break
        url = url[:-1]
    return url


def target(url: str) -> Target | None:
    """Where `url` leads; None when it is no link that can be opened."""
    try:
        parts = urlsplit(url)
        name = parts.hostname or ""
        host = name.encode("idna").decode("ascii") if not name.isascii() else name
        port = f":{parts.port}" if parts.port is not None else ""
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9._-]*[a-z0-9]|[0-9a-f:.]*:[0-9a-f:.]*", host):
        return None
    doubts = []
    if parts.username is not None or parts.password is not None:
        doubts.append("What stands before the @ is not where it leads.")
    if host != name or "xn--" in host:
        doubts.append("Its name has letters of another alphabet, which may look like others.")
    if parts.scheme == "http":
        doubts.append("It is not encrypted: everybody on the way can read what you do there.")
    place = f"[{host}]" if ":" in host else host
    rest = _quoted(url[len(parts.scheme) + 3 + len(parts.netloc) :])
    return Target(f"{parts.scheme}://{place}{port}{rest}", host, parts.scheme == "https", tuple(doubts))


def _quoted(rest: str) -> str:
    """The part after the host with everything beyond printable ASCII percent-encoded (RFC 3986, section 2.1)."""
    return "".join(
        sign if "!" <= sign <= "~" else "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "replace"))
        for sign in rest
    )


def of_all(texts: Iterable[str], most: int = 50) -> list[str]:
    """The different links in many texts, in the order of the texts, at most `most`."""
    found: dict[str, None] = {}
    for text in texts:
        for one in find(flat(text)):
            if len(found) < most:
                found.setdefault(one.url)
    return list(found)
