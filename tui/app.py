"""The app of one meeting."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import cached_property, partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import SystemCommand
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from themes import DEFAULT, ThemeSpec
from tui.actions import TALK, Chosen, key_words
from tui.attention import Attention
from tui.cli import Status
from tui.holding import Holding
from tui.intents import Explain, Intents, explain_nothing
from tui.messages import Asked, ChatArrived, Ended, Foreseen, MeetingUpdate, PicturesChanged
from tui.screens.waiting import EndedScreen, JoiningScreen, Next
from tui.shell import FOLDER, Shell
from tui.terminal.driver import crowded
from tui.terminal.manners import Manners
from tui.terminal.messages import KeyReleased, KeyRepeated, Suspended
from tui.widgets.text import lasting

if TYPE_CHECKING:  # loaded after the first paint
    from textual.worker import Worker

    from tui.deeds.table import AllDeeds
    from tui.model import ChatLine, Controller, Meeting
    from tui.screens.asked import AskedScreen
    from tui.screens.before import BeforeScreen
    from tui.screens.dialog import Answer, Dialog
    from tui.screens.meeting import MeetingScreen
    from tui.widgets.alert import Alert
    from tui.widgets.chat import Chat
    from tui.widgets.footer import KeyLine
    from tui.widgets.panel import DisclosurePanel
    from tui.widgets.people import PeopleList
    from tui.widgets.stage import Stage

MOST_EARLY = 500
"""Lines of chat that wait until there is a chat."""


class IncogApp(Shell[int]):
    """One meeting in the terminal. `run()` and `run_async()` return the exit status.

    `start` is awaited once, after the first paint: the composition root uses it to import what is heavy and to join.
    Everything else arrives as the messages of `tui.messages`. `alias` is the name that is shown while joining; `asks`
    says that a person decides about what is `Foreseen`; `comes_back` that a meeting which is lost can be joined again;
    `explain` turns an error into an exit status and one sentence;
    `chosen_keys` are keys that take the place of those in `tui.actions`; `manners` say how the terminal is treated;
    `stage_mode` is how the stage looks at first.
    Raises `ThemeError` for an unknown theme.
    """

    CSS_PATH = FOLDER / "incog.tcss"

    def __init__(
        self,
        controller: Controller,
        *,
        theme: str = DEFAULT,
        title: str = "incog",
        start: Callable[[], Awaitable[None]] | None = None,
        alias: str = "",
        asks: bool = False,
        comes_back: bool = True,
        explain: Explain = explain_nothing,
        chosen_keys: Chosen | None = None,
        themes: Mapping[str, ThemeSpec] | None = None,
        manners: Manners | None = None,
        stage_mode: str = "auto",
    ) -> None:
        super().__init__(theme=theme, title=title, chosen_keys=chosen_keys, themes=themes, manners=manners)
        self.use_command_palette = True
        self._controller = controller
        self._start = start
        self._explain = explain
        self._comes_back = comes_back
        self._stage_mode = stage_mode
        self.intents = Intents(self, controller, explain, partial(self.notice, serious=True))
        self._attention = Attention(self)
        self._holding = Holding(self, monotonic, self.intents.hold)
        self._joining = JoiningScreen(alias, ready=not asks)
        self._before: BeforeScreen | None = None
        self._screen: MeetingScreen | None = None
        self._meeting: Meeting | None = None
        self._early_chat: deque[ChatLine] = deque(maxlen=MOST_EARLY)
        self._status = 0
        self.next: Next = "quit"  # what comes after this
        self.answer: tuple[str, str, bool] | None = None  # what was asked for, what was given, whether to keep it
        self._opening: Awaitable[object] | None = None
        self._asked = Asked("", 0, what="", server="")

    @cached_property
    def _deeds(self) -> AllDeeds:
        """What is done for each action, with all dialogs."""
        from tui.deeds.table import AllDeeds

        return AllDeeds(self)

    def get_default_screen(self) -> JoiningScreen:
        """Under which name we join: with another screen under it there would be more to do before the first paint."""
        return self._joining

    def on_mount(self) -> None:
        """Let the composition root begin after the first paint."""
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        if self._start is not None:
            # Not a coroutine yet: whoever leaves before the worker begins would leave one that nobody awaits.
            _: Worker[None] = self.run_worker(self._run_start, name="start", group="start")

    async def _run_start(self) -> None:
        try:
            if self._start is not None:
                await self._start()
        except Exception as error:  # a meeting that cannot begin ends in one sentence
            status, sentence = self._explain(error)
            lost = self._comes_back and status in (Status.UNREACHABLE, Status.LOST)
            self.post_message(Ended(sentence, status, lost=lost))

    # From the composition root

    def on_foreseen(self, message: Foreseen) -> None:
        """Show what joining would tell, and let the person decide."""
        from tui.screens.before import BeforeScreen

        if self._before is not None:
            self._before.show(message.foretold)
        else:
            self._before = BeforeScreen(message.foretold)
            self._opening = self.push_screen(self._before)

    def on_meeting_update(self, message: MeetingUpdate) -> None:
        """Show the newest look at the meeting; the first one that is more than connecting opens its screen."""
        from tui.screens.dialog import Dialog
        from tui.screens.meeting import MeetingScreen

        meeting = self._meeting = message.meeting
        self._attention.meeting(meeting)
        if self.ending or not self.screen_stack:
            return  # the screens are being taken down
        if isinstance(self.screen, Dialog):
            self.screen.show_meeting(meeting)
        if self._screen is not None:
            self._screen.show_meeting(meeting)
        elif meeting.phase in ("connecting", "ended"):
            me = meeting.people[0] if meeting.people else None
            self._joining.show(me.name if me else "", me.colour if me else 0, meeting.notice)
        else:
            self._screen = MeetingScreen(
                meeting, self._controller.pictures, partial(crowded, self), stage_mode=self._stage_mode
            )
            self._opening = self.push_screen(self._screen)
            self.call_after_refresh(self._tell_early_chat)
        if self._screen is not None:
            self.intents.saw(meeting, monotonic())

    def _tell_early_chat(self) -> None:
        while self._screen is not None and self._early_chat:
            self._screen.show_chat(self._early_chat.popleft())

    def on_chat_arrived(self, message: ChatArrived) -> None:
        """Show a line of chat; one that comes before there is a chat waits for it."""
        self._early_chat.append(message.line)
        self._attention.chat(message.line)
        if self._screen is not None and self._screen.is_mounted:
            self._tell_early_chat()

    def on_pictures_changed(self, message: PicturesChanged) -> None:
        """Show new pictures."""
        if self._screen is not None:
            self._screen.show_pictures(message.keys)

    def on_ended(self, message: Ended) -> None:
        """Say why it is over; a key leaves. Whoever is leaving anyway need not be told."""
        if not self._deeds.meeting.leaving:
            self._attention.ended()
            self._status = message.status
            typing = self._screen is not None and isinstance(self.focused, Input)
            self._opening = self.push_screen(EndedScreen(message.sentence, lost=message.lost, typing=typing))

    def on_asked(self, message: Asked) -> None:
        """Ask for what the meeting's server asks for."""
        from tui.screens.asked import AskedScreen

        self._asked = message
        self._opening = self.push_screen(AskedScreen(message.sentence, message.what, message.server, message.given))

    # From the screens

    def on_asked_screen_answered(self, message: AskedScreen.Answered) -> None:
        """Join again with it, or stay out."""
        if message.answer:
            self.answer = (self._asked.what, message.answer, message.keep)
            self.next = "rejoin"
            self.exit(self._asked.status)
        else:
            self.on_ended(Ended(self._asked.sentence, self._asked.status))

    def on_before_screen_answered(self, message: BeforeScreen.Answered) -> None:
        """Join, see it under another alias, or stay out."""
        if message.answer == "stay-out":
            self._deeds.meeting.leave()
            return
        if message.answer == "join" and self._before is not None:
            self._joining.show(self._before.alias, 0, "")
            self._before = None
            self._opening = self.pop_screen()
        self._controller.decide(message.answer == "join")

    def on_ended_screen_read(self, message: EndedScreen.Read) -> None:
        """The reason was read, and what comes now was decided."""
        self.next = message.next
        self.exit(self._status)

    def on_canvas_tile_sized(self, message: Stage.TileSized) -> None:
        """Pictures of somebody are wanted at another size."""
        self._controller.tile_size(message.key, message.columns, message.rows)

    def on_stage_opened(self, message: Stage.Opened) -> None:
        """Show one person alone on the stage, or everybody again."""
        self._deeds.look.show_only(message.key)

    def on_people_list_inspect(self, message: PeopleList.Inspect) -> None:
        """Show what somebody discloses."""
        self.look_at(message.key)

    def look_at(self, key: str) -> None:
        """Show what somebody discloses."""
        self._deeds.people.look_at(key)

    def on_people_list_menu(self, message: PeopleList.Menu) -> None:
        """Show what can be done about somebody."""
        self._deeds.people.do_about("menu", message.key)

    def on_disclosure_panel_show_evidence(self, message: DisclosurePanel.ShowEvidence) -> None:
        """Show the bytes behind a line of the panel."""
        from tui.screens.dialogs import ShowEvidence

        self.open(ShowEvidence(message.item, message.snapshot))

    def on_chat_said(self, message: Chat.Said) -> None:
        """Send what was written."""
        self._deeds.chat.say(message.text, to=message.to)

    def on_alert_clicked(self, message: Alert.Clicked) -> None:
        """Show the warnings."""
        self.action_act("warnings")

    def on_key_line_clicked(self, message: KeyLine.Clicked) -> None:
        """Do what was clicked."""
        self.action_act(message.action)

    # The terminal

    def hold_key(self, id: str) -> bool:
        """The key of this action went down, and it will be told when it goes up; false where it will not."""
        if self.reports_release:
            self._holding.press((*self.actions.by_id[id].keys, "")[0])
        return self.reports_release

    def on_key_released(self, message: KeyReleased) -> None:
        """A key went up."""
        self._holding.release(message.key)

    def on_key_repeated(self, message: KeyRepeated) -> None:
        """A key is still down."""
        self._holding.repeat(message.key)

    def on_app_blur(self) -> None:
        """The keyboard went to another window, and with it the news that the key goes up."""
        self._holding.blur()

    async def before_suspend(self) -> None:
        """Nobody is to be heard or seen by a program that stands still and cannot say so."""
        await self.intents.stop_sending()

    def on_suspended(self, message: Suspended) -> None:
        """Back again."""
        away = lasting(message.seconds)
        self.notice(f"You were away for {away}, muted and with the camera off; others saw you silent or gone.")

    def on_key(self, event: events.Key) -> None:
        """A letter that was on its way to a pane when the keyboard went into a line belongs into that line.

        A line takes every letter that reaches it, so one that comes up to here was sent elsewhere.
        """
        if event.is_printable and isinstance(self.focused, Input):
            self.focused.post_message(events.Key(event.key, event.character))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is typed before the line for it is there presses no key."""
        if action == "act" and self.screen_stack and isinstance(self.screen, ModalScreen):
            from tui.screens.dialog import Dialog

            if isinstance(self.screen, Dialog) and self.screen.is_typed_into and not isinstance(self.focused, Input):
                return False
        return super().check_action(action, parameters)

    def takes_repeat(self, key: str) -> bool:
        """A key that is held down switches nothing on and off again and again."""
        typing = isinstance(self.focused, Input)
        talking = (action for action in self.actions.all if action.group == TALK)
        return not any(key in action.always or (key in action.keys and not typing) for action in talking)

    # What a person can do

    def action_act(self, id: str) -> None:
        """Do one of the actions of `tui.actions`."""
        self._deeds.do(id)

    @property
    def meeting(self) -> Meeting | None:
        """The newest look at the meeting, when there is one."""
        return self._meeting

    @property
    def meeting_screen(self) -> MeetingScreen | None:
        """The screen of the meeting, when it is there; also under a dialog."""
        return self._screen

    def open(self, dialog: Dialog[Answer], done: Callable[[Answer | None], None] | None = None) -> None:
        """Open a dialog; `done` gets its answer, None when it was closed without one."""
        if self._meeting is not None:
            dialog.show_meeting(self._meeting)
        self._opening = self.push_screen(dialog, done)

    def notice(self, text: str, *, serious: bool = False) -> None:
        """One calm line at the bottom, for a while."""
        if self._screen is not None and self._screen.is_mounted:
            self._screen.notice(text, serious=serious)
        elif self._screen is not None:
            self.call_after_refresh(self._screen.notice, text, serious=serious)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: everything that can be done now."""
        meeting = self._meeting
        if meeting is None or screen is not self._screen:
            return
        for action in self.actions.all:
            if action.bound and action.id not in ("palette", "back") and action.possible(meeting):
                keys = " ".join(key_words(key) for key in (*action.keys, *action.always))
                yield SystemCommand(
                    f"{action.words(meeting).capitalize()}  ({keys})", action.help, partial(self.action_act, action.id)
                )
        yield from self.theme_commands(lambda name: self.notice(f"Theme: {self.wear(name)}"))
