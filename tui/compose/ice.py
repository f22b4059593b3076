"""Which servers and addresses a meeting uses, from what was asked for."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence

from net.sdp import AddressMode
from net.services.mesh.ice import SERVERS_LIMIT, IceServer
from net.vault import Vault
from tui.cli import IceUrl, UsageError, ice_url
from tui.compose.credentials import canonical
from tui.compose.settings import Settings


def address_mode(asked: str, server: str) -> AddressMode:
    """The address mode by its word; "auto" keeps to this machine when the server is on it."""
    if asked != "auto":
        return AddressMode(asked)
    return AddressMode.LOOPBACK if is_loopback(server) else AddressMode.LOCAL


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def own_relay(settings: Settings) -> tuple[IceUrl, ...]:
    """The relay of the settings, where one wants to go by a relay and gave no other."""
    relay = settings.config.network.relay
    return (ice_url(relay),) if relay and settings.addresses == "relay" and not settings.ice else ()


async def ice_servers(urls: Sequence[IceUrl]) -> tuple[IceServer, ...]:
    """The servers with their passwords, which are never on the command line. Raises `UsageError`."""
    if len(urls) > SERVERS_LIMIT:
        raise UsageError(f"a meeting names at most {SERVERS_LIMIT} STUN and TURN servers; leave some out")
    vault = None
    servers = []
    for url in urls:
        password = os.environ.get("INCOG_ICE_PASSWORD", "") if url.user else ""
        if url.user and not password:
            vault = vault or await Vault.open()
            user, password = await vault.ice_credential(canonical(url)) or ("", "")
            if user != url.user:
                raise UsageError(
                    f"there is no password for {url.user} at {url.host}; set INCOG_ICE_PASSWORD, or keep it in the "
                    "keyring by `incog credential keep`"
                )
        try:
            servers.append(IceServer(canonical(url), url.user, password))
        except ValueError as error:
            raise UsageError(str(error)) from None
    return tuple(servers)
