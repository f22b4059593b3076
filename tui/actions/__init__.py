"""What a person can do, as data. Keys, footer, help, menus and palette are all made from this one table.

    action.py     one row of the table, and keys as a person reads them
    talk.py       what others hear and see
    look.py       what is looked at: panes, sizes, the eyes of an audience, colours
    people.py     the person who is chosen
    chat.py       the chat
    meeting.py    the meeting itself
    lobby.py      who to be, by which devices, and where to go
    elsewhere.py  moving around, and what the screens before the meeting and single dialogs take
    table.py      all rows, with the keys that a person chose; Textual's bindings are made from it

What is done for a row stands in `tui.deeds`, under the row's id.
"""

from tui.actions.action import (
    AFTER,
    BEFORE,
    CHAT,
    DIALOG,
    LOBBY,
    LOOK,
    MEET,
    MOVE,
    NAMED,
    PEOPLE,
    TALK,
    Action,
    key_words,
)
from tui.actions.table import (
    ACTIONS,
    BY_ID,
    DEFAULTS,
    Actions,
    Chosen,
    actions_of,
    bindings,
    is_ending,
    pressed_at,
    taken,
)

__all__ = [
    "ACTIONS",
    "AFTER",
    "BEFORE",
    "BY_ID",
    "CHAT",
    "DEFAULTS",
    "DIALOG",
    "LOBBY",
    "LOOK",
    "MEET",
    "MOVE",
    "NAMED",
    "PEOPLE",
    "TALK",
    "Action",
    "Actions",
    "Chosen",
    "actions_of",
    "bindings",
    "is_ending",
    "key_words",
    "pressed_at",
    "taken",
]
