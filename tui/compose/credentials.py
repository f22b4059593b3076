"""What is kept on request: personas of meetings, passwords of relays, marks and links of earlier ones; and its end."""

from __future__ import annotations

import asyncio
import getpass
import sys

from net.services import hosts, links
from net.vault import Burned, Vault, room_key
from tui.cli import IceUrl, Status, UsageError
from tui.compose import linkage, recent
from tui.compose.disguise import alias_refusal, firewall_for, make
from tui.compose.settings import read_link

MAX_PASSWORD = 512


def canonical(url: IceUrl) -> str:
    """A STUN or TURN server as RFC 7064 and RFC 7065 write it, without a user."""
    place = f"{url.scheme}:{hosts.join(url.host, url.port)}"
    return place if url.scheme == "stun" else f"{place}?transport={url.transport}"


def fresh_persona() -> int:
    """Print an alias."""
    print(make(None).alias)
    return Status.LEFT


def keep_persona(given: str, alias: str | None) -> int:
    """Keep a persona for a meeting. Raises `UsageError` or `BadLink`."""
    to = links.parse(read_link(given))
    worn = make(alias)
    if refusal := alias_refusal(firewall_for(worn.alias)):
        raise UsageError(refusal)

    async def keep() -> str:
        vault = await Vault.open()
        return "" if await vault.remember(room_key(to.secret, to.public), worn) else vault.note

    _done(asyncio.run(keep()))
    print(f"{worn.alias} is kept for this meeting; join it with --keep-persona")
    return Status.LEFT


def forget_persona(given: str) -> int:
    """Forget the persona of a meeting. Raises `UsageError` or `BadLink`."""
    to = links.parse(read_link(given))

    async def forget() -> str:
        vault = await Vault.open()
        return "" if await vault.forget(room_key(to.secret, to.public)) else vault.note

    _done(asyncio.run(forget()))
    print("nothing is kept for this meeting")
    return Status.LEFT


def burn(given: str | None) -> int:
    """Forget the persona of one meeting, or everything that is kept; in any case what ties meetings together.

    Says what was removed. Raises `UsageError` when something is left, or `BadLink`.
    """
    to = None if given is None else links.parse(read_link(given))
    try:
        marks = linkage.burn(linkage.file())
    except OSError as error:
        raise UsageError(f"the marks of earlier meetings could not be removed: {error.strerror}") from error

    async def burn() -> tuple[Burned, int, str]:
        vault = await Vault.open()
        visits = await recent.burn(vault, to)
        return await vault.burn(None if to is None else room_key(to.secret, to.public)), visits, vault.trouble

    burned, visits, trouble = asyncio.run(burn())
    gone = {
        "kept persona": burned.personas,
        "relay password": burned.credentials,
        "link of a recent meeting": visits,
        "mark": marks,
        "key of marks": int(burned.key),
    }
    words = [_counted(count, what) for what, count in gone.items() if count]
    print(f"burned: {', '.join(words)}" if words else "nothing was kept")
    _done(trouble)
    return Status.LEFT


def _counted(count: int, what: str) -> str:
    """So many of something, in words."""
    if count != 1:
        what = "links of recent meetings" if what.startswith("link ") else f"{what}s"
    return f"{count} {what}"


def keep_credential(url: IceUrl) -> int:
    """Keep the password of a relay; it is read from the terminal without echo, or from standard input."""
    if not url.user:
        raise UsageError("only a TURN server has a password; write turn:USER@HOST:PORT")
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline(MAX_PASSWORD).rstrip("\r\n")
    if not password:
        raise UsageError("no password was given; nothing was kept")

    async def keep() -> str:
        vault = await Vault.open()
        return "" if await vault.set_ice_credential(canonical(url), url.user, password) else vault.note

    _done(asyncio.run(keep()))
    print(f"the password of {url.user} at {url.host} is kept")
    return Status.LEFT


def forget_credential(url: IceUrl) -> int:
    """Forget the password of a relay."""

    async def forget() -> str:
        vault = await Vault.open()
        return "" if await vault.forget_ice_credential(canonical(url)) else vault.note

    _done(asyncio.run(forget()))
    print(f"nothing is kept for {url.host}")
    return Status.LEFT


def _done(trouble: str) -> None:
    """Raise `UsageError` when the keyring did not do it: in memory it would end with this command."""
    if trouble:
        raise UsageError(trouble)
