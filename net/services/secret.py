"""The secret of a meeting, as it stands in the fragment of its link: 128 random bits, 22 characters of base64url.

No client sends a fragment anywhere. What a secret is good for is said where it is used.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from net.errors import BadLink

SECRET_BYTES = 16
SECRET_CHARACTERS = 22

_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_LAST = "AQgw"  # 22 characters hold 132 bits: the four beyond 128 are zero


def written(secret: bytes) -> str:
    """A secret as it stands in a link."""
    return urlsafe_b64encode(secret).decode()[:SECRET_CHARACTERS]


def read(text: str | None) -> bytes:
    """Read what stands in a link. Raises `BadLink` with one sentence, which never contains any of it."""
    if not text:
        raise BadLink("The link has no secret: copy it whole, with what follows the #; in a shell, put it in quotes.")
    if not _SECRET.fullmatch(text):
        raise BadLink("The link's secret is mistyped: it holds a character that is never in one; copy it again.")
    if len(text) < SECRET_CHARACTERS:
        raise BadLink(
            f"The link's secret is cut short: it has {len(text)} of {SECRET_CHARACTERS} characters; copy it whole."
        )
    if len(text) > SECRET_CHARACTERS:
        raise BadLink("The link's secret is too long: something is stuck to its end; copy only the link.")
    if text[-1] not in _LAST:
        raise BadLink("The link's secret is mistyped: its last character cannot be right; copy it again.")
    return urlsafe_b64decode(text + "==")
