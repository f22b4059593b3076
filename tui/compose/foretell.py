"""What would be told if the meeting were joined now: `incog preview`, and the screen before joining.

Nothing is contacted: the meeting is rehearsed in memory (`net.rehearsal`).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace

from net.intention import Intention, Preview, own_address, own_addresses
from net.rehearsal import rehearse
from net.services import links
from net.services.links import MeetingLink
from net.services.mesh import link
from net.services.secret import SECRET_BYTES
from privacy.facts import Audience
from privacy.persona import Persona
from tui.cli import Status
from tui.compose import asked, kinds
from tui.compose.disguise import Disguise
from tui.compose.ground import Ground
from tui.compose.ice import address_mode, ice_servers, own_relay
from tui.compose.settings import Settings
from tui.model import Foretold

HEADINGS = {
    Audience.PARTICIPANTS: "Participants",
    Audience.OPERATOR: "The meeting's operator",
    Audience.RELAY: "Relays",
    Audience.NETWORK: "Anyone on the network",
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """A meeting as it would be joined now. What is shown to the person is what is then held to."""

    disguise: Disguise
    intention: Intention
    preview: Preview

    def shown(self, *, may_draw: bool) -> Foretold:
        """As the screen draws it; `may_draw`: another alias can be asked for."""
        intention = self.intention
        return Foretold(
            alias=self.disguise.persona.alias,
            server=intention.server,
            hosting=intention.hosting,
            addresses=kinds.addresses(intention.link, intention.mode.value),
            encryption=kinds.encryption(intention.link).label,
            microphone=intention.microphone,
            camera=intention.camera,
            told={audience: self.preview.for_audience(audience) for audience in Audience},
            contacts=tuple((contact.destination, contact.reason) for contact in self.preview.contacts),
            may_draw=may_draw,
        )

    def is_as(self, seen: Outlook | None) -> bool:
        """Whether this is what a person saw before. Of a meeting that is yet to be made, link and port are new."""
        if seen is None or seen.disguise.persona != self.disguise.persona:
            return False
        now, then = self.intention, seen.intention
        if now.hosting and (now.link.host, now.link.tls) == (then.link.host, then.link.tls):
            then = replace(then, link=now.link)
        return now == then


async def look_ahead(settings: Settings, ground: Ground, to: MeetingLink) -> Outlook:
    """Choose whom to be, and find out what joining would tell. Contacts nothing.

    Raises `UsageError` for an alias or a server that cannot be used, `PrivacyStop` for an alias that names its wearer.
    """
    disguise = await Disguise.choose(settings, to)
    settings = settings._replace(credentials=await asked.found(settings.credentials, to))
    intention = await intend(settings, ground, to, disguise.persona.alias)
    return Outlook(disguise, intention, await rehearse(intention))


async def foresee(settings: Settings, ground: Ground, to: MeetingLink, worn: Persona) -> Outlook:
    """The same, to be looked at only, for a persona that was chosen and judged elsewhere. Raises `UsageError`."""
    intention = await intend(settings, ground, to, worn.alias)
    return Outlook(Disguise(worn, None), intention, await rehearse(intention))


async def intend(settings: Settings, ground: Ground, to: MeetingLink, alias: str) -> Intention:
    """What is about to be done, as the rehearsal takes it. Raises `UsageError` for an unusable ICE server."""
    ice, relay = await ice_servers(settings.ice), await ice_servers(own_relay(settings))
    return Intention(
        to,
        alias,
        hosting=settings.hosting,
        ice=ice,
        relay=relay,
        mode=address_mode(settings.addresses, to.host),
        microphone=not settings.muted,
        camera=settings.camera and kinds.has_pictures(to),
        own=own_address(to, ground.guard),
        own_to=own_addresses((*ice, *relay), ground.guard),
        credentials=settings.credentials,
    )


def run(settings: Settings) -> int:
    """Print what would be told, per audience; the exit status."""
    alias, preview = Ground.start(lambda ground: _foretell(settings, ground))
    if settings.json:
        print(json.dumps(as_object(alias, preview)))
    else:
        print("\n".join(as_lines(alias, preview)))
    return Status.LEFT


async def _foretell(settings: Settings, ground: Ground) -> tuple[str, Preview]:
    to = links.parse(settings.link) if settings.link else not_yet(settings)
    outlook = await look_ahead(settings, ground, to)
    return outlook.disguise.persona.alias, outlook.preview


def not_yet(settings: Settings) -> MeetingLink:
    """The link that hosting would make; its secret is drawn and forgotten."""
    secret = secrets.token_bytes(SECRET_BYTES)
    server = settings.rendezvous
    if server is not None:
        return link.fresh(server.host, server.port, server.tls, secret)
    return link.fresh(settings.listen.host, settings.listen.port or 1, False, secret)


def as_object(alias: str, preview: Preview) -> dict[str, object]:
    """The preview as one JSON object, documented in docs/usage.md."""
    return {
        "type": "preview",
        "alias": alias,
        "audiences": {
            audience.value: [{"fact": fact.value, "value": value} for fact, value in preview.for_audience(audience)]
            for audience in Audience
        },
        "contacts": [
            {"destination": contact.destination, "reason": contact.reason, "audience": contact.audience.value}
            for contact in preview.contacts
        ],
    }


def as_lines(alias: str, preview: Preview) -> list[str]:
    """The preview as lines for a person."""
    lines = [f"If you join now as {alias}, this is what others learn. Nothing was sent to find out.", ""]
    for audience in Audience:
        lines.append(f"{HEADINGS[audience]}:")
        told = preview.for_audience(audience)
        lines += [f"  {fact.value}: {value}" for fact, value in told] or ["  nothing"]
        lines.append("")
    lines.append("Contacted:")
    lines += [f"  {contact.destination} ({contact.reason})" for contact in preview.contacts]
    return lines
