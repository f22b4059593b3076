"""TLS for our own server."""

from __future__ import annotations

import ssl
from pathlib import Path


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """A context that proves to be the owner of this PEM chain. Raises `ValueError` with one sentence."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")  # never ask on the terminal
    except (OSError, ssl.SSLError):
        raise ValueError(
            f"cannot use the certificate {certificate} with the key {key}; give a PEM chain and its key, unencrypted"
        ) from None
    return context
