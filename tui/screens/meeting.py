"""The meeting: stage, people, disclosure panel and chat, under a status that is always there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input

from privacy.facts import Audience
from tui.actions import actions_of, bindings, is_ending, taken
from tui.model import CellPicture, ChatLine, Meeting
from tui.widgets.alert import Alert
from tui.widgets.chat import Chat
from tui.widgets.finder import Finder
from tui.widgets.focus import focus_now
from tui.widgets.footer import KeyLine
from tui.widgets.layout import CHAT, PANEL, PEOPLE, STAGE
from tui.widgets.pane import Pane
from tui.widgets.panel import DisclosurePanel
from tui.widgets.people import PeopleList
from tui.widgets.room import Room
from tui.widgets.stage import Stage
from tui.widgets.status import Status
from tui.widgets.timeline import Watch


class MeetingScreen(Screen[None], inherit_bindings=False):
    """Shows one meeting; what a person wants leaves it as messages."""

    BINDINGS = [*bindings(), taken("next", "app.focus_next"), taken("previous", "app.focus_previous")]
    AUTO_FOCUS = "#people-list"

    def __init__(
        self,
        meeting: Meeting,
        pictures: Callable[[], Mapping[str, CellPicture]],
        crowded: Callable[[], bool],
        *,
        stage_mode: str = "auto",
    ) -> None:
        """`stage_mode`: how the stage looks at first, one of `tui.widgets.stage.MODES`."""
        super().__init__()
        self._meeting = meeting
        self._told_notice = ""
        self._unread = 0
        self._watch = Watch()
        self._stage = Stage(pictures, crowded=crowded, mode=stage_mode, id="stage")
        self._people = PeopleList(id="people-list")
        self._finder = Finder(self._people)
        self._chat = Chat(id="chat")
        self._panel = DisclosurePanel(id="panel")
        self._status = Status(id="status")
        self._keys = KeyLine(id="keys")
        self._alert = Alert(id="alert")
        panes = {
            STAGE: Pane("Stage", self._stage, id="stage-pane"),
            PEOPLE: Pane("People", self._finder, id="people-pane"),
            CHAT: Pane("Chat", self._chat, id="chat-pane"),
            PANEL: Pane("What others can see about you", self._panel, id="panel-pane"),
        }
        self.room = Room(panes, self._status, self._alert, self._keys, id="room")

    def compose(self) -> ComposeResult:
        """Everything in its place."""
        yield self.room

    def on_mount(self) -> None:
        """Draw the first look."""
        self.show_meeting(self._meeting)

    def on_room_arranged(self, message: Room.Arranged) -> None:
        """What is seen of the chat is not new any more, and the keyboard does not stay in what is hidden."""
        if self.room.shows(CHAT) and self._unread:
            self._unread = 0
            self._keys.show_meeting(self._meeting, 0)
        if (hidden := self.room.pane_with(self.focused)) and not self.room.shows(hidden):
            self.back()

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
        if is_ending(self) or self.app.screen is not self:
            return  # the screens are being taken down, or another one is on top
        self._status.show_meeting(meeting)
        self._alert.show_warnings(meeting.warnings)
        self.room.warn(on=bool(meeting.warnings))
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
        """The key of the person the cursor is on, on the stage or in the list; empty when nobody else is here."""
        return self._stage.chosen_key or self._people.chosen_key

    # What is looked at

    def next_lens(self) -> None:
        """Show the panel with the next audience's eyes."""
        self.room.show(PANEL)
        self._panel.next_lens()

    def see_as(self, lens: Audience | None) -> None:
        """Show the panel with one audience's eyes, or with all."""
        self.room.show(PANEL)
        self._panel.see_as(lens)

    def toggle_time(self) -> None:
        """Show the panel as a line of time, or as who knows what."""
        self.room.show(PANEL)
        self._panel.toggle_time()

    def next_mode(self) -> str:
        """Let the stage look the next way; returns a sentence about it."""
        self.room.show(STAGE)
        return self._stage.next_mode()

    def spotlight(self, key: str) -> str:
        """Show one person alone on the stage, or everybody again; returns a sentence, empty when nobody is meant."""
        self.room.show(STAGE)
        return self._stage.only(key)

    def write(self, key: str = "", name: str = "") -> None:
        """Show the chat and put the keyboard into its line; with key and name of a person, to write to them alone."""
        self.room.show(CHAT)
        self._chat.write(key, name)

    def search_chat(self) -> None:
        """Show the chat and ask what to find in it."""
        self.room.show(CHAT)
        self._chat.search()

    def show_new(self) -> None:
        """Show the chat where what is new begins, once it is laid out."""
        self.room.show(CHAT)
        self.call_after_refresh(self._chat.go_to_new)

    def links(self) -> list[str]:
        """The links in the chat, the newest first."""
        return self._chat.links()

    def find_people(self) -> None:
        """Show the people, and put the keyboard into the line that filters them."""
        self.room.show(PEOPLE)
        self._finder.find()

    def sort_people(self) -> None:
        """Show the people, sorted by the next rule."""
        self.room.show(PEOPLE)
        self._people.next_sort()

    def back(self) -> None:
        """Take the keyboard out of the chat."""
        for pane, widget in ((PEOPLE, self._people), (PANEL, self._panel), (STAGE, self._stage)):
            if self.room.shows(pane):
                focus_now(widget)
                return
        self.set_focus(None)

    @property
    def _chat_is_seen(self) -> bool:
        return self.room.shows(CHAT) and self.app.screen is self

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The keys of the pane where the keyboard is come first."""
        self._tell_place()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """The keyboard went somewhere else, or nowhere."""
        self._tell_place()

    def _tell_place(self) -> None:
        pane = self.room.pane_with(self.focused)
        typing = "finding" if pane == "people" else "writing"
        self._keys.show_place(typing if isinstance(self.focused, Input) else pane)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is zoomed or selected by Textual's own keys here."""
        del parameters
        return action not in ("maximize", "minimize")


def _alone(meeting: Meeting, key: str) -> str:
    """What the stage says while nobody else is here."""
    if meeting.phase == "recovering":
        return "Coming back …"
    return "Nobody else is here yet" + (f"\n{key}  shows the invitation" if meeting.invitation and key else "")
