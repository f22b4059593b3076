"""The keyboard goes where it is wanted before the next key is read.

Textual's `Widget.focus` waits until everything that is queued was handled, keys included. A person who presses the key
for the chat and types on would press other keys of the meeting with their first letters, and one of those is heard.
"""

from __future__ import annotations

from textual.widget import Widget


def focus_now(widget: Widget) -> None:
    """Put the keyboard into `widget`: the next key is its own, even if it is not drawn yet."""
    widget.screen.set_focus(widget)
