"""What is kept on request: personas of meetings, passwords of relays, marks and links of earlier ones; and its end."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import secrets
import sys
from dataclasses import replace

from net.services import hosts, links
from net.services.janus import link as janus
from net.services.janus.credentials import Credentials
from net.services.links import MeetingLink
from net.vault import Burned, Vault, room_key
from tui.cli import IceUrl, Status, UsageError, ice_url
from tui.compose import asked, linkage, recent
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
        "room's PIN, secret or token": burned.rooms,
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
        many = {"link of a recent meeting": "links of recent meetings", "room's PIN, secret or token": "rooms' PINs"}
        what = many.get(what, f"{what}s")
    return f"{count} {what}"


def keep_credential(given: str, what: str) -> int:
    """Keep the password of a relay, or what a room asks for: read from the terminal without echo, or from standard
    input; of a link that holds it, from there. Raises `UsageError` or `BadLink`.
    """
    given = read_link(given)
    to = _meant(given)
    if not isinstance(to, IceUrl):
        return _keep_of_room(to, given, what)
    if not to.user:
        raise UsageError("only a TURN server has a password; write turn:USER@HOST:PORT")
    password, url = _typed("password"), canonical(to)

    async def keep() -> str:
        vault = await Vault.open()
        return "" if await vault.set_ice_credential(url, to.user, password) else vault.note

    _done(asyncio.run(keep()))
    print(f"the password of {to.user} at {to.host} is kept")
    return Status.LEFT


def _keep_of_room(to: MeetingLink, given: str, what: str) -> int:
    credentials = asked.split(given)[1]
    if credentials == Credentials():
        value = _typed(asked.WORDS[what])
        if problem := asked.refuse(value, what):
            raise UsageError(problem)
        credentials = asked.with_one(credentials, what, value)

    async def keep() -> str:
        return await asked.keep(to, asked.before(credentials, await asked.kept(to)))

    _done(asyncio.run(keep()))
    print(f"the {asked.named(credentials)} of this room at {to.host} is kept")
    return Status.LEFT


def _typed(what: str) -> str:
    if sys.stdin.isatty():
        value = getpass.getpass(f"{what[:1].upper()}{what[1:]}: ")
    else:
        value = sys.stdin.readline(MAX_PASSWORD).rstrip("\r\n")
    if not value:
        raise UsageError(f"no {what} was given; nothing was kept")
    return value


def _meant(given: str) -> IceUrl | MeetingLink:
    """A room that may ask for something, or a relay. Raises `UsageError` or `BadLink`."""
    if janus.recognise(given):
        return janus.parse(given)
    try:
        return ice_url(given)
    except argparse.ArgumentTypeError as error:
        raise UsageError(str(error)) from None


def forget_credential(given: str) -> int:
    """Forget the password of a relay, or what a room asks for. Raises `UsageError` or `BadLink`."""
    to = _meant(read_link(given))

    async def forget() -> str:
        if not isinstance(to, IceUrl):
            return await asked.forget(to)
        vault = await Vault.open()
        return "" if await vault.forget_ice_credential(canonical(to)) else vault.note

    _done(asyncio.run(forget()))
    print(f"nothing is kept for {'this room at ' if not isinstance(to, IceUrl) else ''}{to.host}")
    return Status.LEFT


def fresh_key(given: str) -> int:
    """Print the link of a room with a key that was drawn just now. Raises `UsageError` or `BadLink`."""
    text = read_link(given)
    if not janus.recognise(text):
        raise UsageError("a key is for rooms on a Janus server, whose links begin with janus+ws:// or janus+wss://")
    keyed = replace(janus.parse(text), key=janus.fresh_key(secrets.token_bytes))
    print(janus.parse(str(keyed)))  # read again: not every kind of room can have one
    return Status.LEFT


def _done(trouble: str) -> None:
    """Raise `UsageError` when the keyring did not do it: in memory it would end with this command."""
    if trouble:
        raise UsageError(trouble)
