"""All actions, with the keys that a person chose; Textual's bindings are made from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Protocol, cast

from textual.binding import Binding, BindingType
from textual.dom import DOMNode

from tui.actions.action import Action, key_words
from tui.actions.chat import CHAT_ACTIONS
from tui.actions.elsewhere import ELSEWHERE
from tui.actions.lobby import LOBBY_ACTIONS
from tui.actions.look import LOOK_ACTIONS
from tui.actions.meeting import MEETING_ACTIONS
from tui.actions.people import PEOPLE_ACTIONS
from tui.actions.talk import TALK_ACTIONS

if TYPE_CHECKING:
    from tui.model import Meeting, Person

ACTIONS: tuple[Action, ...] = (
    *TALK_ACTIONS,
    *LOOK_ACTIONS,
    *PEOPLE_ACTIONS,
    *CHAT_ACTIONS,
    *MEETING_ACTIONS,
    *LOBBY_ACTIONS,
    *ELSEWHERE,
)
"""Everything a person can do, with the keys it has unless somebody chose others."""

BY_ID = {action.id: action for action in ACTIONS}

Chosen = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""Keys that were chosen for actions: by id, what works while nothing is typed, and what always works."""


class Actions:
    """The table under the keys of one person."""

    def __init__(self, chosen: Chosen | None = None) -> None:
        """`chosen` is free of conflicts; actions that are not in it keep their keys."""
        self._chosen = dict(chosen or {})
        self.all = tuple(self._rekeyed(action) for action in ACTIONS)
        self.by_id = {action.id: action for action in self.all}

    def _rekeyed(self, action: Action) -> Action:
        if action.id not in self._chosen:
            return action
        keys, always = self._chosen[action.id]
        return action._replace(keys=keys, always=always)

    def key(self, id: str) -> str:
        """The first key of an action as a person reads it; empty when it has none."""
        action = self.by_id[id]
        return next((key_words(key) for key in (*action.keys, *action.always)), "")

    def footer(self) -> list[Action]:
        """The actions that the footer names, the most important first."""
        return sorted((one for one in self.all if one.rank and (one.keys or one.always)), key=lambda one: one.rank)

    def groups(self) -> dict[str, list[Action]]:
        """All actions by group, in the order of the table."""
        found: dict[str, list[Action]] = {}
        for action in self.all:
            found.setdefault(action.group, []).append(action)
        return found

    def menu(self, meeting: Meeting, person: Person) -> list[Action]:
        """What can be done about one person now."""
        return [
            action
            for action in self.all
            if action.about is not None and action.about(meeting, person) and action.possible(meeting)
        ]

    def keymap(self) -> dict[str, str]:
        """The chosen keys as Textual's keymap, by the ids of bindings."""
        found = {}
        for id, (keys, always) in self._chosen.items():
            found[id] = ",".join(keys) or _never(id)
            found[_always(id)] = ",".join(always) or _never(_always(id))
        return found


DEFAULTS = Actions()
"""The table as it is when nobody chose any key."""


class _Keyed(Protocol):
    actions: Actions

    @property
    def pressed_at(self) -> float: ...

    @property
    def ending(self) -> bool: ...


def actions_of(node: DOMNode) -> Actions:
    """The table of the app that a screen or widget is in."""
    return cast(_Keyed, node.app).actions


def is_ending(node: DOMNode) -> bool:
    """Whether the app ends, so that the screens are being taken down."""
    return cast(_Keyed, node.app).ending


def pressed_at(node: DOMNode) -> float:
    """When the key was pressed that is answered now, in seconds of `monotonic`: perhaps for the screen before."""
    return cast(_Keyed, node.app).pressed_at


def bindings(ids: frozenset[str] | None = None) -> list[BindingType]:
    """Textual's bindings for the actions with these ids, or for all; each runs `app.act(id)`."""
    return [binding for action in ACTIONS if ids is None or action.id in ids for binding in _bindings(action)]


def taken(id: str, action: str, *, priority: bool = False) -> Binding:
    """The binding of a row of the table that a pane or a dialog takes itself, by its own `action`."""
    row = BY_ID[id]
    return Binding(",".join(row.keys), action, row.label, show=False, priority=priority, id=id, tooltip=row.help)


def _bindings(action: Action) -> Iterator[Binding]:
    """Both bindings of an action, also where it has no such key: a chosen key takes the place of one that is there."""
    if not action.bound:
        return
    for id, keys, priority in ((action.id, action.keys, False), (_always(action.id), action.always, True)):
        yield Binding(
            ",".join(keys) or _never(id),
            f"app.act('{action.id}')",
            action.label,
            show=False,
            priority=priority,
            id=id,
            tooltip=action.help,
        )


def _always(id: str) -> str:
    return f"{id}.always"


def _never(id: str) -> str:
    """A key that no terminal sends, of which no two bindings have the same."""
    return f"never:{id}"
