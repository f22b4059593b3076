"""What a person does, by keys alone, at the smallest size that is supported and at a large one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.command import CommandList, CommandPalette
from textual.widgets import Input

from tests.tui.fake_meeting import LINK, FakeController, FakePersons, chat, ledger, me, meeting, others
from tests.tui.screen_harness import LARGE, SMALL, Running, grounds, running, spy
from tui.app import IncogApp
from tui.messages import Ended, MeetingUpdate
from tui.model import ChatLine, Inspection
from tui.screens.dialogs import ConfirmLeave, Help, Invitation, ShowEvidence
from tui.screens.meeting import MeetingScreen
from tui.screens.person import Inspect
from tui.screens.waiting import EndedScreen, JoiningScreen
from tui.widgets.panel import DisclosurePanel
from tui.widgets.people import PeopleList
from tui.widgets.stage import Stage

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])


def shown(run: Running, selector: str) -> bool:
    """Whether a widget is on the screen, with some size."""
    widget = run.screen.query_one(selector)
    return bool(widget.region.area) and all(node.display for node in widget.ancestors_with_self if node is not run.app)


# Am I audible, am I visible


@SIZES
async def test_m_asks_to_be_heard_and_the_screen_waits_for_the_answer(size) -> None:
    async with running(size) as run:
        await run.press("m")
        assert run.controller.asked == [("muted", False)]
        assert "MUTED – nothing is sent" in run.lines[0]  # nothing came back yet
        await run.show(meeting(microphone="live"))
        assert "LIVE – others hear you" in run.lines[0]
        assert "MUTED" not in run.lines[0]
        await run.press("m")
        assert run.controller.asked[-1] == ("muted", True)


@SIZES
async def test_v_asks_for_the_camera(size) -> None:
    async with running(size) as run:
        assert "CAMERA OFF" in run.lines[0]
        await run.press("v")
        assert run.controller.asked == [("camera", True)]
        await run.show(meeting(camera="live"))
        assert "CAMERA LIVE" in run.lines[0]
        await run.press("v")
        assert run.controller.asked[-1] == ("camera", False)


@SIZES
async def test_without_devices_the_keys_say_so_and_ask_nothing(size) -> None:
    async with running(size, meeting(microphone="none", camera="none")) as run:
        assert "NO MICROPHONE" in run.lines[0]
        assert "NO CAMERA" in run.lines[0]
        await run.press("m")
        assert "There is no microphone here" in run.lines[-1]
        await run.press("v")
        assert "There is no camera here" in run.lines[-1]
        assert run.controller.asked == []


async def test_h_raises_the_hand_and_lowers_it() -> None:
    async with running() as run:
        await run.press("h")
        assert run.controller.asked == [("hand", True)]
        await run.show(meeting(people=(me(hand=True), *others())))
        await run.press("h")
        assert run.controller.asked[-1] == ("hand", False)


@SIZES
async def test_mute_works_in_every_dialog_and_the_status_stays_readable(size) -> None:
    async with running(size) as run:
        for key, dialog in (("question_mark", Help), ("l", Invitation), ("q", ConfirmLeave), ("i", Inspect)):
            await run.press(key)
            assert isinstance(run.app.screen, dialog)
            asked = len(run.controller.asked)
            await run.press("m")
            new = [one for one in run.controller.asked[asked:] if one[0] != "inspect"]  # which it asks for as time goes
            assert new == [("muted", False)]
            await run.show(meeting(microphone="live"))
            assert "LIVE – others hear you" in run.lines[0]
            await run.press("m")
            assert [one for one in run.controller.asked if one[0] != "inspect"][-1] == ("muted", True)
            await run.show(meeting())
            assert "MUTED – nothing is sent" in run.lines[0]
            await run.press("escape")
            assert isinstance(run.app.screen, MeetingScreen)


async def test_what_a_controller_cannot_do_is_said_in_one_sentence() -> None:
    class Broken(FakeController):
        async def set_muted(self, muted: bool) -> None:
            raise OSError("/home/somebody/secret")

    async with running(controller=Broken()) as run:
        await run.press("m")
        assert "Something went wrong inside incog (OSError)." in run.lines[-1]
        assert "somebody" not in run.text
        assert "MUTED" in run.lines[0]


# Typing


@SIZES
async def test_while_typing_letters_are_letters_and_function_keys_still_work(size) -> None:
    async with running(size) as run:
        await run.press("c", *"mvhdpqt?i")
        assert run.controller.asked == []
        assert run.screen.query_one("#chat-line", Input).value == "mvhdpqt?i"
        await run.press("f2", "ctrl+t", "f3", "f4")
        assert run.controller.asked == [("muted", False), ("muted", True), ("camera", True), ("hand", True)]
        assert run.screen.query_one("#chat-line", Input).value == "mvhdpqt?i"
        await run.press("escape", "m")
        assert run.controller.asked[-1] == ("muted", False)


@SIZES
async def test_enter_sends_and_the_line_is_free_once_it_went_out(size) -> None:
    async with running(size) as run:
        await run.press("c", *"hello", "enter")
        assert run.controller.asked == [("say", "hello")]
        assert run.screen.query_one("#chat-line", Input).value == ""
        await run.press("enter", "space", "enter")
        assert run.controller.asked == [("say", "hello")]


@SIZES
async def test_a_refusal_is_one_line_and_the_text_stays(size) -> None:
    async with running(
        size, controller=FakeController(refusal="The message holds your login name; it was not sent.")
    ) as run:
        await run.press("c", *"hello", "enter")
        assert run.screen.query_one("#chat-line", Input).value == "hello"
        assert "! The message holds your login name" in run.text.replace("\n", " ")
        await run.press("x")
        assert "login name" not in run.text


async def test_a_paste_into_the_chat_presses_no_key() -> None:
    from textual.events import Paste

    async with running() as run:
        await run.press("c")
        run.app.post_message(Paste("mvq\nmore"))
        await run.settle()
        assert run.controller.asked == []
        assert run.screen.query_one("#chat-line", Input).value == "mvq"
        assert isinstance(run.app.screen, MeetingScreen)


async def test_a_paste_elsewhere_does_nothing() -> None:
    from textual.events import Paste

    async with running() as run:
        before = run.text
        run.app.post_message(Paste("mvq"))
        await run.settle()
        assert run.controller.asked == []
        assert run.text == before


# Chat


async def test_at_80_columns_unread_lines_are_counted_until_the_chat_is_seen() -> None:
    async with running(SMALL) as run:
        await run.say(*chat())
        assert "chat (2 new)" in run.lines[-1]  # neither the notice nor what one said oneself
        assert not shown(run, "#chat")
        await run.press("c")
        assert shown(run, "#chat")
        assert "new)" not in run.lines[-1]
        await run.until("cannot be")
        await run.press("escape", "p")
        assert shown(run, "#people-list")
        assert not shown(run, "#chat")


async def test_at_200_columns_the_chat_is_seen_from_the_start() -> None:
    async with running(LARGE, said=chat()) as run:
        assert shown(run, "#chat")
        assert shown(run, "#people-list")
        assert "new)" not in run.lines[-1]
        assert "hello [b]everybody[/b]" in run.text  # text, not markup


async def test_chat_that_came_before_the_meeting_was_drawn_is_not_lost() -> None:
    controller = FakeController()
    app = IncogApp(controller)
    async with app.run_test(size=LARGE) as pilot:
        from tui.messages import ChatArrived

        app.post_message(ChatArrived(ChatLine("14:00", "Amber Fox", "early", colour=3)))
        await pilot.pause()
        run = Running(app, pilot, controller)
        await run.show(meeting())
        await run.say(ChatLine("14:01", "Amber Fox", "later", colour=3))
        lines = [line for line in run.lines if "early" in line or "later" in line]
        assert len(lines) == 2
        assert "early" in lines[0]


async def test_the_chat_can_be_hidden_and_shown() -> None:
    async with running(LARGE) as run:
        await run.press("C")
        assert not shown(run, "#chat")
        await run.press("C")
        assert shown(run, "#chat")
        assert run.app.focused is not run.screen.query_one("#chat-line", Input)


# Panes


@SIZES
async def test_each_pane_can_be_hidden_and_the_others_take_its_room(size) -> None:
    async with running(size) as run:
        stage = run.screen.query_one(Stage)
        before = stage.size
        await run.press("d")
        assert not shown(run, "#panel")
        assert stage.size.width > before.width
        await run.press("d", "p", *("C" if size == LARGE else ""))
        assert not shown(run, "#chat")
        assert not shown(run, "#people-list")
        assert stage.size.height > before.height
        await run.press("s")
        assert not shown(run, "#stage")
        assert run.screen.query_one("#panel").size.width > size[0] - 4
        await run.press("s", "p")
        assert shown(run, "#stage")
        assert shown(run, "#people-list")


async def test_the_keyboard_never_stays_in_a_hidden_pane() -> None:
    async with running() as run:
        await run.press("tab", "tab")
        assert isinstance(run.app.focused, DisclosurePanel)
        await run.press("d")
        assert run.screen.query_one(PeopleList).has_focus
        await run.press("p", "m")
        assert run.controller.asked == [("muted", False)]


async def test_every_pane_is_reached_by_tab() -> None:
    async with running(LARGE) as run:
        reached = set()
        for _ in range(5):
            await run.press("tab")
            reached.add(run.app.focused.id if run.app.focused else "")
        assert reached == {"stage", "people-list", "chat-log", "chat-line", "panel"}


async def test_t_wears_the_next_theme_and_everything_follows() -> None:
    async with running(theme="incog-night") as run:
        night = run.app.palette.spec
        await run.press("t")
        assert run.app.palette.spec is not night
        shown = set(grounds(run.app, 0).values())
        assert run.app.palette.spec["panel"].lstrip("#") in shown
        assert night["panel"].lstrip("#") not in shown


# Looking closer


@SIZES
async def test_enter_on_a_person_inspects_them(size) -> None:
    async with running(size) as run:
        await run.press("down", "enter")
        assert run.controller.asked[0] == ("inspect", "b")
        assert isinstance(run.app.screen, Inspect)
        assert "What they disclose to you" in run.text
        assert "38 ms" in run.text
        await run.press("q")
        assert isinstance(run.app.screen, MeetingScreen)


async def test_i_inspects_the_chosen_person_from_anywhere() -> None:
    async with running() as run:
        await run.press("tab", "i")
        assert run.controller.asked[0] == ("inspect", "a")
        assert isinstance(run.app.screen, Inspect)


async def test_alone_there_is_nobody_to_inspect() -> None:
    async with running(shown=meeting(people=(me(),))) as run:
        assert "Nobody else is here yet" in run.text
        await run.press("i", "enter")
        assert run.controller.asked == []
        assert "There is nobody to choose." in run.lines[-1]


async def test_an_inspection_that_fails_says_so_once() -> None:
    class Broken(FakePersons):
        async def inspect(self, key: str) -> Inspection:
            await super().inspect(key)
            raise KeyError(key)

    controller = FakeController()
    controller.persons = Broken(controller.asked)
    async with running(controller=controller) as run:
        await run.press("i")
        assert "Something went wrong" in run.lines[-1]
        await run.pilot.pause(1.2)
        assert controller.asked == [("inspect", "a")]
        await run.press("escape")
        assert isinstance(run.app.screen, MeetingScreen)


@SIZES
async def test_enter_on_a_disclosure_shows_its_evidence(size) -> None:
    async with running(size) as run:
        run.screen.query_one(DisclosurePanel).focus()
        await run.press("enter")
        assert isinstance(run.app.screen, ShowEvidence)
        assert "The first bytes that told it" in run.text
        assert "198.51.100.23:50210" in run.text
        await run.press("escape")
        assert run.app.focused is run.screen.query_one(DisclosurePanel)


async def test_refused_tries_stand_first() -> None:
    async with running(shown=meeting(ledger=ledger(refused=True))) as run:
        panel = "\n".join(line[46:] for line in run.lines)
        assert panel.index("2 tries were refused") < panel.index("Participants")
        run.screen.query_one(DisclosurePanel).focus()
        await run.press("home", "enter")
        assert "no byte left for it" in run.text


@SIZES
async def test_help_lists_every_key(size) -> None:
    from tui.actions import ACTIONS, key_words

    async with running(size) as run:
        await run.press("question_mark")
        seen = run.text
        for _ in range(12):
            await run.press("pagedown")
            seen += run.text
        for action in ACTIONS:
            for key in (*action.keys, *action.always):
                assert key_words(key) in seen, key
        await run.press("escape")
        assert isinstance(run.app.screen, MeetingScreen)


async def test_the_invitation_is_shown_and_copied_on_request() -> None:
    async with running() as run:
        assert LINK not in run.text  # a secret is not on the screen unasked
        await run.press("l")
        assert LINK in run.text
        assert run.app.clipboard == ""
        await run.press("y")
        assert run.app.clipboard == LINK
        assert isinstance(run.app.screen, MeetingScreen)


async def test_without_an_invitation_there_is_no_such_action() -> None:
    async with running(shown=meeting(invitation="")) as run:
        await run.press("l")
        assert isinstance(run.app.screen, MeetingScreen)
        assert "invite" not in run.text


async def test_the_palette_runs_the_same_actions() -> None:
    async with running() as run:
        await run.press("ctrl+p")
        await run.so(lambda: isinstance(run.app.screen, CommandPalette))
        await run.press(*"unmute")
        palette, found = run.app.screen, run.app.screen.query_one(CommandList)
        await run.so(lambda: not any(one.node is palette and not one.is_finished for one in run.app.workers))
        await run.so(lambda: found.highlighted_option is not None and "Unmute" in str(found.highlighted_option.prompt))
        await run.press("enter")
        await run.so(lambda: run.controller.asked)
        assert run.controller.asked == [("muted", False)]


async def test_a_click_on_a_key_does_what_the_key_does() -> None:
    async with running() as run:
        at = run.lines[-1].index("m unmute")
        await run.pilot.click("#keys", offset=(at + 3, 0))
        await run.settle()
        assert run.controller.asked == [("muted", False)]


# What happens by itself


async def test_a_notice_takes_the_last_line_for_a_while() -> None:
    async with running() as run:
        await run.show(meeting(notice="Calm Pike joined."))
        assert "Calm Pike joined." in run.lines[-1]
        assert "help" in run.lines[-1]
        await run.show(meeting(notice=""))
        assert "unmute" in run.lines[-1]


async def test_under_a_dialog_the_meeting_waits_and_then_is_up_to_date() -> None:
    async with running() as run:
        await run.press("question_mark")
        await run.show(meeting(people=(me(), replace(others()[0], name="Swift Tern", key="z"))))
        assert run.screen.query_one(PeopleList).count() == 4
        await run.press("escape")
        assert run.screen.query_one(PeopleList).count() == 2
        assert "Swift Tern" in run.text


@SIZES
async def test_resizing_while_running_keeps_everything_in_place(size) -> None:
    async with running(size) as run:
        for other in (LARGE, SMALL, (104, 30), size):
            await run.resize(*other)
            assert "nothing is sent" in run.lines[0]
            assert "unmute" in run.lines[-1]
            assert len(run.lines) == other[1]
            assert shown(run, "#panel")


# Before and after


async def test_joining_is_shown_under_the_name_until_the_meeting_is_there() -> None:
    controller = FakeController()
    began = []

    async def start() -> None:
        began.append(True)

    app = IncogApp(controller, alias="Quiet Heron", start=start)
    async with app.run_test(size=SMALL) as pilot:
        run = Running(app, pilot, controller)
        await run.settle()
        assert isinstance(app.screen, JoiningScreen)
        assert "Joining as Quiet Heron …" in run.text
        assert began == [True]
        await run.press("m")  # nothing to mute yet
        assert controller.asked == []
        await run.show(meeting(phase="connecting", people=(me(),), notice="Finding a way to the meeting."))
        assert isinstance(app.screen, JoiningScreen)
        assert "Finding a way to the meeting." in run.text
        await run.show(meeting())
        assert isinstance(app.screen, MeetingScreen)


async def test_giving_up_while_joining_leaves_without_asking() -> None:
    controller = FakeController()
    app = IncogApp(controller)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("q")
        await pilot.pause()
    assert controller.left
    assert app.return_value == 0


async def test_a_start_that_fails_ends_in_its_sentence_and_status() -> None:
    async def start() -> None:
        raise ConnectionError("x")

    app = IncogApp(
        FakeController(), start=start, explain=lambda error: (3, "The meeting cannot be reached; try later.")
    )
    async with app.run_test(size=SMALL) as pilot:
        run = Running(app, pilot, FakeController())
        await run.settle()
        assert isinstance(app.screen, EndedScreen)
        assert "The meeting cannot be reached; try later." in run.text
        assert "r join again" in run.text
        await pilot.press("enter")
        await pilot.pause()
    assert (app.return_value, app.next) == (3, "quit")


@SIZES
async def test_the_end_is_one_sentence_and_a_key_ends_incog_with_its_status(size) -> None:
    async with running(size) as run:
        run.app.post_message(Ended("The meeting was lost.", 5))
        await run.settle()
        assert "The meeting was lost." in run.text
        await run.press("x")
        assert run.app.return_value is None
        await run.press("q")
    assert run.app.return_value == 5


@pytest.mark.parametrize(("key", "then"), [("l", "lobby"), ("r", "rejoin"), ("q", "quit"), ("ctrl+c", "quit")])
async def test_after_the_end_one_goes_on_or_ends_with_its_status(key: str, then: str) -> None:
    async with running() as run:
        run.app.post_message(Ended("The meeting was lost.", 5, lost=True))
        await run.settle()
        assert "r join again   l lobby   Enter quit" in run.text
        await run.press(key)
    assert (run.app.return_value, run.app.next) == (5, then)


async def test_what_was_not_lost_is_not_joined_again() -> None:
    async with running() as run:
        run.app.post_message(Ended("The meeting is over."))
        await run.settle()
        assert "join again" not in run.text
        await run.press("r")
        assert run.app.return_value is None


async def test_the_end_stands_over_an_open_dialog() -> None:
    async with running() as run:
        await run.press("question_mark")
        run.app.post_message(Ended("The meeting was lost.", 5))
        await run.settle()
        assert "The meeting was lost." in run.text
        await run.press("escape")
    assert run.app.return_value == 5


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_leaving_others_asks_first(key) -> None:
    async with running() as run:
        await run.press(key)
        assert "3 others are still here." in run.text
        await run.press("escape")
        assert not run.controller.left
        await run.press(key, "enter")
    assert run.controller.left
    assert run.app.return_value == 0


async def test_q_twice_leaves() -> None:
    async with running() as run:
        await run.press("q", "q")
    assert run.controller.left


async def test_leaving_nobody_asks_nothing() -> None:
    async with running(shown=meeting(people=(me(),))) as run:
        await run.press("q")
    assert run.controller.left


async def test_a_leaving_that_hangs_does_not_hold_anybody(monkeypatch) -> None:
    import asyncio

    monkeypatch.setattr("tui.intents.LEAVING", 0.05)

    class Stuck(FakeController):
        async def leave(self) -> None:
            await asyncio.sleep(60)

    async with running(shown=meeting(people=(me(),)), controller=Stuck()) as run:
        await run.press("q")
        await run.so(lambda: run.app.return_value is not None)
    assert run.app.return_value == 0


async def test_of_many_waiting_updates_only_the_newest_is_drawn(monkeypatch) -> None:
    async with running() as run:
        drawn = spy(monkeypatch, run.screen, "show_meeting")
        for _ in range(50):
            run.app.post_message(MeetingUpdate(meeting()))
        run.app.post_message(MeetingUpdate(meeting(microphone="live")))
        await run.settle()
        assert len(drawn) < 5
        assert drawn[-1][0].microphone == "live"
