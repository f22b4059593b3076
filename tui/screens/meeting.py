"""The meeting: stage, people, disclosure panel and chat, under a status that is always there.

At 80 columns people and chat take turns in one place; wider terminals show both. Each pane can be hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from privacy.facts import Audience
from tui.actions import actions_of, bindings, taken
from tui.model import CellPicture, ChatLine, Meeting
from tui.widgets.alert import Alert
from tui.widgets.chat import Chat
from tui.widgets.finder import Finder
from tui.widgets.footer import KeyLine
from tui.widgets.pane import Pane
from tui.widgets.panel import DisclosurePanel
from tui.widgets.people import PeopleList
from tui.widgets.stage import Stage
from tui.widgets.status import Status
from tui.widgets.timeline import Watch

WIDE, HUGE = 104, 160
"""Columns from which on people and chat stand side by side, and from which on the panel is roomy."""

MIDDLE, TALL = 28, 45
"""Rows from which on the dock is higher."""

PANES = ("stage", "people", "chat", "panel")


class MeetingScreen(Screen[None], inherit_bindings=False):
    """Shows one meeting; what a person wants leaves it as messages."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide"), (HUGE, "-huge")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (MIDDLE, "-middle"), (TALL, "-tall")]
    BINDINGS = [*bindings(), taken("next", "app.focus_next"), taken("previous", "app.focus_previous")]
    AUTO_FOCUS = "#people-list"

    def __init__(
        self, meeting: Meeting, pictures: Callable[[], Mapping[str, CellPicture]], crowded: Callable[[], bool]
    ) -> None:
        super().__init__()
        self._meeting = meeting
        self._told_notice = ""
        self._wanted = set(PANES)
        self._front = "people"  # of people and chat, where there is room for one
        self._unread = 0
        self._watch = Watch()
        self._stage = Stage(pictures, crowded=crowded, id="stage")
        self._people = PeopleList(id="people-list")
        self._finder = Finder(self._people)
        self._chat = Chat(id="chat")
        self._panel = DisclosurePanel(id="panel")
        self._status = Status(id="status")
        self._keys = KeyLine(id="keys")
        self._alert = Alert(id="alert")

    def compose(self) -> ComposeResult:
        """The panes."""
        yield self._status
        yield self._alert
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield self._stage
                with Horizontal(id="dock"):
                    yield Pane("People", self._finder, id="people-pane")
                    yield Pane("Chat", self._chat, id="chat-pane")
            yield Pane("What others can see about you", self._panel, id="panel-pane")
        yield self._keys

    def on_mount(self) -> None:
        """Draw the first look."""
        self._arrange()
        self.show_meeting(self._meeting)

    def on_resize(self, event: events.Resize) -> None:
        """Another size may have room for more panes, or for fewer."""
        self._arrange()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Seen again: draw what happened meanwhile."""
        if self.is_mounted:
            self.show_meeting(self._meeting)
            self._stage.wake()

    # What it is told

    def show_meeting(self, meeting: Meeting) -> None:
        """The meeting as it is now. Under another screen nothing is drawn: that would draw all of both."""
        self._meeting = meeting
        if meeting.notice != self._told_notice:
            self._told_notice = meeting.notice
            self.notice(meeting.notice)
        if self.app.return_value is not None or self.app.screen is not self:
            return  # the screens are being taken down, or another one is on top
        self._status.show_meeting(meeting)
        self._alert.show_warnings(meeting.warnings)
        self._stage.show_people(meeting.people, _alone(meeting, actions_of(self).key("link")))
        self._people.show_people(meeting.people)
        self._panel.show_ledger(meeting.ledger, meeting.joined_at)
        if not self._keys.speaks and (news := self._watch.news(meeting.ledger)):
            self.notice(news)
        self._keys.show_meeting(meeting, self._unread)

    def show_chat(self, line: ChatLine) -> None:
        """One more line of chat."""
        seen = self._chat_is_seen or line.me or line.notice
        if not seen and not self._unread:
            self._chat.all_seen()
        self._chat.add(line, seen=seen)
        if not self._chat_is_seen and not line.me and not line.notice:
            self._unread += 1
            self._keys.show_meeting(self._meeting, self._unread)

    def show_pictures(self, keys: frozenset[str]) -> None:
        """These people have new pictures."""
        self._stage.show_pictures(keys)

    def on_chat_left(self, message: Chat.Left) -> None:
        """The keyboard is wanted elsewhere."""
        message.stop()
        self.back()

    def notice(self, text: str, *, serious: bool = False) -> None:
        """One calm line at the bottom, for a while."""
        self._keys.say(text, serious=serious)

    def said(self, refusal: str) -> None:
        """What became of the message that was written: empty when it went out."""
        if refusal:
            self._chat.refused(refusal)
        else:
            self._chat.sent()

    @property
    def chosen_person(self) -> str:
        """The key of the person the cursor is on; empty when nobody else is here."""
        return self._people.chosen_key

    # What is shown where

    def toggle(self, pane: str) -> None:
        """Show a pane, or hide it. One that stands behind another comes to the front; both are hidden together."""
        if pane in ("people", "chat") and pane in self._wanted and not self._is_shown(pane):
            self._front = pane
        elif pane in ("people", "chat") and pane in self._wanted and self.app.size.width < WIDE:
            self._wanted -= {"people", "chat"}
        elif pane in self._wanted:
            self._wanted.discard(pane)
        else:
            self._wanted.add(pane)
            if pane in ("people", "chat"):
                self._front = pane
        self._arrange()

    def next_lens(self) -> None:
        """Show the panel with the next audience's eyes."""
        self._show_panel()
        self._panel.next_lens()

    def see_as(self, lens: Audience | None) -> None:
        """Show the panel with one audience's eyes, or with all."""
        self._show_panel()
        self._panel.see_as(lens)

    def toggle_time(self) -> None:
        """Show the panel as a line of time, or as who knows what."""
        self._show_panel()
        self._panel.toggle_time()

    def _show_panel(self) -> None:
        self._wanted.add("panel")
        self._arrange()

    def write(self, key: str = "", name: str = "") -> None:
        """Show the chat and put the keyboard into its line; with key and name of a person, to write to them alone."""
        self._show_chat()
        self._chat.write(key, name)

    def search_chat(self) -> None:
        """Show the chat and ask what to find in it."""
        self._show_chat()
        self._chat.search()

    def show_new(self) -> None:
        """Show the chat where what is new begins, once it is laid out."""
        self._show_chat()
        self.call_after_refresh(self._chat.go_to_new)

    def links(self) -> list[str]:
        """The links in the chat, the newest first."""
        return self._chat.links()

    def _show_chat(self) -> None:
        self._wanted.add("chat")
        self._front = "chat"
        self._arrange()

    def find_people(self) -> None:
        """Show the people, and put the keyboard into the line that filters them."""
        self._show_people()
        self._finder.find()

    def sort_people(self) -> None:
        """Show the people, sorted by the next rule."""
        self._show_people()
        self._people.next_sort()

    def _show_people(self) -> None:
        self._wanted.add("people")
        self._front = "people"
        self._arrange()

    def back(self) -> None:
        """Take the keyboard out of the chat."""
        for pane, widget in (("people", self._people), ("panel", self._panel)):
            if self._is_shown(pane):
                widget.focus()
                return
        self.set_focus(None)

    def _is_shown(self, pane: str) -> bool:
        if pane not in self._wanted:
            return False
        both = {"people", "chat"} <= self._wanted
        return pane not in ("people", "chat") or not both or self.app.size.width >= WIDE or self._front == pane

    @property
    def _chat_is_seen(self) -> bool:
        return self._is_shown("chat") and self.app.screen is self

    def _arrange(self) -> None:
        if not self.is_mounted:
            return
        shown = {pane: self._is_shown(pane) for pane in PANES}
        dock = shown["people"] or shown["chat"]
        for where, there in (
            ("#stage", shown["stage"]),
            ("#people-pane", shown["people"]),
            ("#chat-pane", shown["chat"]),
            ("#panel-pane", shown["panel"]),
            ("#dock", dock),
            ("#left", shown["stage"] or dock),
        ):
            self.query_one(where).set_class(not there, "hidden")
        self.set_class(not shown["stage"], "no-stage")
        self.set_class(not shown["people"], "no-people")
        self.set_class(not (shown["stage"] or dock), "no-left")
        key = actions_of(self).key("people")
        behind = f"{key} people" if "people" in self._wanted and not shown["people"] else ""
        self.query_one("#chat-pane", Pane).say("Chat", behind)
        if shown["chat"]:
            self._unread = 0
            self._keys.show_meeting(self._meeting, 0)
        focused = self.focused
        if focused is not None and any(parent.has_class("hidden") for parent in focused.ancestors_with_self):
            self.back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is zoomed or selected by Textual's own keys here."""
        del parameters
        return action not in ("maximize", "minimize")


def _alone(meeting: Meeting, key: str) -> str:
    """What the stage says while nobody else is here."""
    if meeting.phase == "recovering":
        return "Coming back …"
    return "Nobody else is here yet" + (f"\n{key}  shows the invitation" if meeting.invitation and key else "")
