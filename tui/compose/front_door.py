"""`incog` alone: the lobby, and then the meeting that was chosen in it."""

from __future__ import annotations

from dataclasses import replace

from net.errors import BadLink
from net.services.mesh import link
from tui.cli import Status, UsageError
from tui.compose.disguise import alias_refusal, firewall_for, make
from tui.compose.ground import Ground
from tui.compose.settings import from_config, manners_of
from tui.compose.wardrobe import open_wardrobe, worn_first
from tui.config.values import DEFAULTS, Config
from tui.screens.lobby import Lobby


def lobby(config: Config = DEFAULTS) -> int:
    """Ask whom to be and where to go, and go there; the exit status."""
    drawn: set[str] = set()

    def draw() -> str:
        alias = make(None).alias
        drawn.add(alias)
        return alias

    wardrobe = open_wardrobe(config.themes, worn_first(config.look), config.where("look.theme"))
    app = Lobby(
        draw(),
        another=draw,
        check_alias=refuse_alias,
        check_link=refuse_link,
        theme=wardrobe.worn,
        themes=wardrobe.themes,
        manners=manners_of(config),
    )
    # Nothing is to be contacted before a choice was made, so the guard's list is empty.
    choice = Ground.start(lambda ground: app.run_async())
    if choice is None:
        return Status.LEFT
    if choice.kind == "demo":
        from tui.compose import demo

        return demo.run(config, attended=True, alias=choice.alias)
    from tui.compose import front

    return front.run(
        replace(from_config(config), link=choice.link, alias=choice.alias, drawn=choice.alias in drawn, ask=True)
    )


def refuse_alias(alias: str) -> str:
    """One sentence why this alias cannot be worn; empty when it can."""
    try:
        worn = make(alias)
    except UsageError as error:
        return str(error)
    return alias_refusal(firewall_for(worn.alias))


def refuse_link(text: str) -> str:
    """One sentence why this link cannot be used; empty when it can."""
    try:
        link.parse(text)
    except BadLink as error:
        return str(error)
    return ""
