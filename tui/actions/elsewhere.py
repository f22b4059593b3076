"""Moving around, and what the screens before the meeting and single dialogs take."""

from __future__ import annotations

from tui.actions.action import AFTER, BEFORE, DIALOG, MOVE, NAMED, Action

ELSEWHERE: tuple[Action, ...] = (
    Action("next", ("tab",), "next pane", "Go to the next pane", MOVE, bound=False),
    Action("previous", ("shift+tab",), "pane before", "Go to the pane before", MOVE, bound=False),
    Action("open", ("enter",), "open", "Open what the cursor is on: a person, or the evidence", MOVE, bound=False),
    Action("back", ("escape",), "back", "Leave the chat's line, or close what is open", MOVE),
    Action("up", ("up",), "up", "Move the cursor up, or scroll", MOVE, bound=False),
    Action("down", ("down",), "down", "Move the cursor down, or scroll", MOVE, bound=False),
    Action("left", ("left",), "left", "Move to the tile at the left", MOVE, bound=False),
    Action("right", ("right",), "right", "Move to the tile at the right", MOVE, bound=False),
    Action("page-up", ("pageup",), "page up", "Move up by a page", MOVE, bound=False),
    Action("page-down", ("pagedown",), "page down", "Move down by a page", MOVE, bound=False),
    Action("first", ("home",), "first", "Go to the first line", MOVE, bound=False),
    Action("last", ("end",), "last", "Go to the last line", MOVE, bound=False),
    Action("accept", ("enter",), "accept", "Do what the dialog asks about", DIALOG, bound=False),
    Action("close", ("escape", "q"), "close", "Close the dialog; nothing is done", DIALOG, bound=False),
    Action("yes", ("y",), "yes", "Answer a question with yes", DIALOG, bound=False),
    Action("no", ("n",), "no", "Answer a question with no", DIALOG, bound=False),
    Action("copy", ("y",), "copy", "Copy what is shown to the terminal's clipboard", DIALOG, bound=False),
    Action("open-link", ("o",), "open", "Open a link in the browser, outside incog", DIALOG, bound=False),
    Action("join", ("enter",), "join", "Join, and tell what is shown", BEFORE, bound=False),
    Action("another", ("n",), "other alias", "Draw another alias, and look again", BEFORE, bound=False),
    Action("stay-out", ("escape", "q"), "stay out", "End; nobody was contacted", BEFORE, bound=False),
    Action("rejoin", ("r",), "join again", "Join the same meeting again, as the same persona", AFTER, bound=False),
    Action("lobby", ("l",), "lobby", "Go to the lobby, with nothing of the meeting that is over", AFTER, bound=False),
    Action("quit", ("enter", "escape", "q"), "quit", "End incog", AFTER, bound=False),
    Action("knowingly", ("ctrl+y",), "send anyway", "Send it with what names you, this once", NAMED, bound=False),
)
