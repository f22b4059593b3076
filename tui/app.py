"""The app of one meeting."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

from textual.app import SystemCommand
from textual.screen import Screen

from themes import DEFAULT
from tui.actions import ACTIONS, BY_ID, key_words
from tui.intents import Explain, Intents, explain_nothing
from tui.messages import ChatArrived, Ended, Foreseen, MeetingUpdate, PicturesChanged
from tui.model import ChatLine, Controller, Inspection, Meeting
from tui.screens.before import BeforeScreen
from tui.screens.dialog import Answer, Dialog
from tui.screens.dialogs import (
    AskReceipt,
    ConfirmLeave,
    ConfirmPersona,
    Help,
    Inspect,
    Invitation,
    NamesYou,
    ShowEvidence,
)
from tui.screens.meeting import MeetingScreen
from tui.screens.waiting import EndedScreen, JoiningScreen
from tui.shell import Shell
from tui.terminal import crowded
from tui.widgets.chat import MOST_LINES, Chat
from tui.widgets.footer import KeyLine
from tui.widgets.panel import DisclosurePanel
from tui.widgets.people import PeopleList
from tui.widgets.stage import Stage


class IncogApp(Shell[int]):
    """One meeting in the terminal. `run()` and `run_async()` return the exit status.

    `start` is awaited once, after the first paint: the composition root uses it to import what is heavy and to join.
    Everything else arrives as the messages of `tui.messages`. `alias` is the name that is shown while joining; `asks`
    says that a person decides about what is `Foreseen`; `explain` turns an error into an exit status and one sentence.
    Raises `ThemeError` for an unknown theme.
    """

    def __init__(
        self,
        controller: Controller,
        *,
        theme: str = DEFAULT,
        title: str = "incog",
        start: Callable[[], Awaitable[None]] | None = None,
        alias: str = "",
        asks: bool = False,
        explain: Explain = explain_nothing,
    ) -> None:
        super().__init__(theme=theme, title=title)
        self.use_command_palette = True
        self._controller = controller
        self._start = start
        self._explain = explain
        self._intents = Intents(self, controller, explain, partial(self.notice, serious=True))
        self._joining = JoiningScreen(alias, ready=not asks)
        self._before: BeforeScreen | None = None
        self._screen: MeetingScreen | None = None
        self._meeting: Meeting | None = None
        self._early_chat: deque[ChatLine] = deque(maxlen=MOST_LINES)
        self._leaving = False
        self._status = 0
        self._opening: Awaitable[object] | None = None

    async def on_mount(self) -> None:
        """Show under which name we join, then let the composition root begin."""
        await self.push_screen(self._joining)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        if self._start is not None:
            self.run_worker(self._run_start(self._start), name="start", group="start")

    async def _run_start(self, start: Callable[[], Awaitable[None]]) -> None:
        try:
            await start()
        except Exception as error:  # a meeting that cannot begin ends in one sentence
            status, sentence = self._explain(error)
            self.post_message(Ended(sentence, status))

    # From the composition root

    def on_foreseen(self, message: Foreseen) -> None:
        """Show what joining would tell, and let the person decide."""
        if self._before is not None:
            self._before.show(message.foretold)
        else:
            self._before = BeforeScreen(message.foretold)
            self._opening = self.push_screen(self._before)

    def on_meeting_update(self, message: MeetingUpdate) -> None:
        """Show the newest look at the meeting; the first one that is more than connecting opens its screen."""
        meeting = self._meeting = message.meeting
        if self.return_value is not None or not self.screen_stack:
            return  # the screens are being taken down
        if isinstance(self.screen, Dialog):
            self.screen.show_meeting(meeting)
        if self._screen is not None:
            self._screen.show_meeting(meeting)
        elif meeting.phase in ("connecting", "ended"):
            me = meeting.people[0] if meeting.people else None
            self._joining.show(me.name if me else "", me.colour if me else 0, meeting.notice)
        else:
            self._screen = MeetingScreen(meeting, self._controller.pictures, partial(crowded, self))
            self._opening = self.switch_screen(self._screen)
            self.call_after_refresh(self._tell_early_chat)

    def _tell_early_chat(self) -> None:
        while self._screen is not None and self._early_chat:
            self._screen.show_chat(self._early_chat.popleft())

    def on_chat_arrived(self, message: ChatArrived) -> None:
        """Show a line of chat; one that comes before there is a chat waits for it."""
        self._early_chat.append(message.line)
        if self._screen is not None and self._screen.is_mounted:
            self._tell_early_chat()

    def on_pictures_changed(self, message: PicturesChanged) -> None:
        """Show new pictures."""
        if self._screen is not None:
            self._screen.show_pictures(message.keys)

    def on_ended(self, message: Ended) -> None:
        """Say why it is over; a key leaves. Whoever is leaving anyway need not be told."""
        if not self._leaving:
            self._status = message.status
            self._opening = self.push_screen(EndedScreen(message.sentence))

    # From the screens

    def on_before_screen_answered(self, message: BeforeScreen.Answered) -> None:
        """Join, see it under another alias, or stay out."""
        if message.answer == "stay-out":
            self._leave()
            return
        if message.answer == "join" and self._before is not None:
            self._joining.show(self._before.alias, 0, "")
            self._before = None
            self._opening = self.pop_screen()
        self._controller.decide(message.answer == "join")

    def on_ended_screen_read(self, message: EndedScreen.Read) -> None:
        """The reason was read."""
        self.exit(self._status)

    def on_stage_tile_sized(self, message: Stage.TileSized) -> None:
        """Pictures of somebody are wanted at another size."""
        self._controller.tile_size(message.key, message.columns, message.rows)

    def on_people_list_inspect(self, message: PeopleList.Inspect) -> None:
        """Show what somebody discloses."""
        self._intents.inspect(message.key, self._show_inspection)

    def _show_inspection(self, inspection: Inspection) -> None:
        self._open(Inspect(inspection))

    def on_disclosure_panel_show_evidence(self, message: DisclosurePanel.ShowEvidence) -> None:
        """Show the bytes behind a line of the panel."""
        self._open(ShowEvidence(message.item, message.snapshot))

    def on_chat_said(self, message: Chat.Said) -> None:
        """Send what was written."""
        self._intents.say(message.text, partial(self._said, message.text))

    def _said(self, text: str, refusal: str, struck: str) -> None:
        """What became of a message: sent, refused, or refused because it names the person here."""
        if self._screen is None:
            return
        self._screen.said(refusal)
        if refusal and struck:
            self._open(NamesYou(refusal, struck), partial(self._say_after_all, text, struck))

    def _say_after_all(self, text: str, struck: str, answer: str | None) -> None:
        if answer is not None:
            as_it_is = answer == "knowingly"
            said = text if as_it_is else struck
            self._intents.say(said, partial(self._said, said), knowingly=as_it_is)

    def on_key_line_clicked(self, message: KeyLine.Clicked) -> None:
        """Do what was clicked."""
        self.action_act(message.action)

    def _open(self, dialog: Dialog[Answer], done: Callable[[Answer | None], None] | None = None) -> None:
        if self._meeting is not None:
            dialog.show_meeting(self._meeting)
        self._opening = self.push_screen(dialog, done)

    # What a person can do

    def action_act(self, name: str) -> None:
        """Do one of the actions of `tui.actions`."""
        if name == "leave":
            self._leave()
        elif self._meeting is not None and self._screen is not None:
            if name in ("mute", "camera", "hand"):
                getattr(self._intents, name)(self._meeting)
            elif BY_ID[name].possible(self._meeting):
                self._look(name, self._meeting, self._screen)

    def _look(self, name: str, meeting: Meeting, screen: MeetingScreen) -> None:
        """The actions that only change what is looked at."""
        if name in ("panel", "people", "stage"):
            screen.toggle(name)
        elif name in ("lens", "timeline"):
            screen.look(name)
        elif name == "hide-chat":
            screen.toggle("chat")
        elif name == "chat":
            screen.write()
        elif name == "back":
            screen.back()
        elif name == "inspect":
            if screen.chosen_person:
                self._intents.inspect(screen.chosen_person, self._show_inspection)
            else:
                self.notice("There is nobody to inspect yet.")
        elif name == "theme":
            self.notice(f"Theme: {self.next_theme()}")
        elif name == "link":
            self._open(Invitation(meeting.invitation))
        elif name == "persona":
            self._open(ConfirmPersona(), lambda yes: self._intents.change_persona() if yes else None)
        elif name == "receipt":
            self._ask_receipt(self._intents.receipt)
        elif name == "help":
            self._open(Help())
        elif name == "palette":
            self.action_command_palette()

    def _leave(self) -> None:
        others = len(self._meeting.people) - 1 if self._meeting is not None else 0
        if self._leaving:
            self.exit(0)  # asked for twice: do not wait any longer
        elif others > 0 and self._screen is not None:
            self._open(ConfirmLeave(others), self._leave_as_answered)
        else:
            self._really_leave()

    def _leave_as_answered(self, answer: str | None) -> None:
        if answer == "leave":
            self._really_leave()
        elif answer == "receipt":
            self._ask_receipt(lambda file: self._intents.receipt(file, self._really_leave))

    def _ask_receipt(self, write: Callable[[str], None]) -> None:
        name = self._controller.receipt_name()
        self._open(AskReceipt(name), lambda file: write(file) if file else None)

    def _really_leave(self) -> None:
        self._leaving = True
        self.notice("Leaving …")
        self._intents.leave()

    def notice(self, text: str, *, serious: bool = False) -> None:
        """One calm line at the bottom, for a while."""
        if self._screen is not None and self._screen.is_mounted:
            self._screen.notice(text, serious=serious)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: everything that can be done now."""
        meeting = self._meeting
        if meeting is None or not isinstance(screen, MeetingScreen):
            return
        for action in ACTIONS:
            if action.bound and action.id not in ("palette", "back") and action.possible(meeting):
                keys = " ".join(key_words(key) for key in (*action.keys, *action.always))
                yield SystemCommand(
                    f"{action.words(meeting).capitalize()}  ({keys})", action.help, partial(self.action_act, action.id)
                )
