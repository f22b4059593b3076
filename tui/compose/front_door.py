"""`incog` alone: the lobby, and then the meeting that was chosen in it."""

from __future__ import annotations

import signal
from collections.abc import Callable

from media.stderr import quiet_c_libraries
from tui.compose.ground import Ground, as_usual, status_after, when_signalled
from tui.compose.keys import keys_for
from tui.compose.lobby_desk import Desk
from tui.compose.settings import Settings, manners_of
from tui.compose.wardrobe import Wardrobe, open_wardrobe, worn_first
from tui.config.values import DEFAULTS, Config
from tui.screens.lobby_app import Lobby, LobbyChanged, PictureChanged
from tui.screens.lobby_look import Kind


def lobby(config: Config = DEFAULTS) -> int:
    """Ask whom to be and where to go, and go there; the exit status. Raises `UsageError` for an unknown theme."""
    wardrobe = open_wardrobe(config.themes, worn_first(config.look), config.where("look.theme"))
    # Nothing is to be contacted before a choice was made, so the guard's list is empty.
    with quiet_c_libraries():
        heard: list[signal.Signals] = []
        kind, settings = Ground.start(lambda ground: ask(config, ground, wardrobe, heard.append))
    if kind is None or settings is None:
        return status_after(heard[0] if heard else None)
    if kind == "demo":
        from tui.compose import demo

        return demo.run(config, attended=True, alias=settings.alias or "")
    from tui.compose import front

    return front.run(settings)


async def ask(
    config: Config,
    ground: Ground,
    wardrobe: Wardrobe,
    on_signal: Callable[[signal.Signals], None] = lambda number: None,
) -> tuple[Kind | None, Settings | None]:
    """Show the lobby until something was decided, or a signal came. Every device is closed by then."""
    desk = Desk(config, ground)
    app = Lobby(
        desk,
        start=desk.start,
        before_stop=desk.devices.close_all,
        theme=wardrobe.worn,
        themes=wardrobe.themes,
        chosen_keys=keys_for(config),
        manners=manners_of(config),
    )
    desk.on_look = lambda look: app.post_message(LobbyChanged(look))
    desk.on_picture = lambda: app.post_message(PictureChanged())

    def ended_by(number: signal.Signals) -> None:
        on_signal(number)
        app.exit(None)

    when_signalled(("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"), ended_by)
    desk.devices.set_look(app.depth, app.palette.rgb("background"), grey=app.palette.spec.colourless)
    try:
        return await app.run_async(), desk.decided
    finally:
        as_usual("SIGINT")
        await desk.close()
