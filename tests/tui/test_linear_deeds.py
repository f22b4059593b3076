"""What is typed is done, and asked about where it has to be."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from tests.tui.fake_meeting import LINK, NAMES_ONE, SECRET, FakeController, ledger, me, meeting, others
from tui.linear.commands import COMMANDS
from tui.linear.desk import Notes
from tui.linear.doing import Doing, Questions
from tui.linear.lines import Line
from tui.linear.typed import Batch
from tui.model import ChatLine, Meeting, Warning

NUMBERED = (me(), *(replace(person, order=number) for number, person in enumerate(others(), 1)))


@dataclass
class FakeDesk:
    """Remembers what is told."""

    meeting: Meeting | None = field(default_factory=lambda: meeting(people=NUMBERED))
    controller: FakeController = field(default_factory=FakeController)
    notes: Notes = field(default_factory=lambda: Notes(("people",)))
    told: list[Line] = field(default_factory=list)
    left: bool = False
    suspended: bool = False

    def __post_init__(self) -> None:
        self.questions = Questions(self.tell)
        self.doing = Doing(self, self.questions, lambda error: f"It failed: {error}")

    def tell(self, *lines: Line) -> None:
        self.told += lines

    def catch_up(self) -> None:
        pass

    async def ask(self, question: str, *answers: str) -> str:
        return await self.questions.ask(question, *answers)

    def leave(self) -> None:
        self.left = True

    async def suspend(self) -> None:
        self.suspended = True

    def now(self) -> float:
        return 0.0

    # for the tests

    async def type(self, *lines: str) -> list[str]:
        """Type lines one after the other; what was told then."""
        already = len(self.told)
        for line in lines:
            await self.at_once(line)
        return [line.text for line in self.told[already:]]

    async def at_once(self, *lines: str) -> None:
        task = asyncio.get_running_loop().create_task(self.doing.do(Batch(lines, len(lines) > 1)))
        for _ in range(20):
            await asyncio.sleep(0)
        if task.done():
            task.result()

    @property
    def asked(self) -> list[tuple[object, ...]]:
        return self.controller.asked


@pytest.fixture
async def desk() -> FakeDesk:
    return FakeDesk()


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("mute", ("muted", True)),
        ("unmute", ("muted", False)),
        ("camera on", ("camera", True)),
        ("camera off", ("camera", False)),
        ("hand up", ("hand", True)),
        ("hand down", ("hand", False)),
        ("talk voice", ("talk", "voice")),
        ("talk open", ("talk", "open")),
        ("say hello  there", ("say", "hello  there")),
        ("/say /mute", ("say", "/mute")),
        ("whisper otter see you", ("say", "see you", "to b")),
        ("whisper #1: see you", ("say", "see you", "to a")),
        ("volume silver otter 40", ("volume", "b", 40)),
        ("volume #2 40%", ("volume", "b", 40)),
        ("hush amber", ("hushed", "a", True)),
        ("unhush amber", ("hushed", "a", False)),
        ("inspect wren", ("inspect", "c")),
        ("receipt", ("receipt", "incog-receipt.jsonl", False)),
        ("receipt mine.jsonl", ("receipt", "mine.jsonl", False)),
    ],
)
async def test_a_command_does_what_it_says(desk: FakeDesk, line: str, asked: tuple[object, ...]) -> None:
    assert await desk.type(line) or line.startswith("receipt")
    assert desk.asked == [asked]


@pytest.mark.parametrize(
    "line",
    [
        "hello everybody",
        "unmute please",
        "whisper",
        "whisper otter",
        "whisper nobody hi",
        "volume otter",
        "volume otter 900",
        "hush er",
        "say",
        "seen by nobody",
        "open 1",
        "use 1",
        "evidence 1",
        "verified otter",
        "talk push",
        "say \x1b[A",
    ],
)
async def test_what_is_not_clear_does_nothing_and_says_so(desk: FakeDesk, line: str) -> None:
    assert await desk.type(line)
    assert desk.asked == []


async def test_every_command_answers_something_in_a_meeting_without_anything(desk: FakeDesk) -> None:
    desk.meeting = meeting(people=(me(),), may=frozenset(), microphone="none", camera="none", invitation="")
    for command in COMMANDS:
        assert (
            await desk.type(f"{command.word}{' x y' if command.must else ''}")
            or desk.left
            or desk.suspended
            or desk.asked
        )
        desk.questions.withdraw()


async def test_before_there_is_a_meeting_only_help_and_leaving_are_done(desk: FakeDesk) -> None:
    desk.meeting = None
    assert await desk.type("say hello", "mute") == ["The meeting has not begun; wait until you are in."] * 2
    assert await desk.type("help")
    assert desk.asked == []
    await desk.type("leave")
    assert desk.left


async def test_what_several_may_be_meant_by_is_asked_for_by_number(desk: FakeDesk) -> None:
    told = await desk.type("hush er")
    assert told == ['Nobody here is called "er"; nothing was done. people tells who is here.']
    desk.meeting = meeting(people=(*NUMBERED, replace(NUMBERED[1], key="z", name="Amber Fax", order=9)))
    assert await desk.type("hush amber") == [
        "2 people may be meant, so nothing was done. Type the number in place of the name:",
        '#1 "Amber Fox", end to end, unverified',
        '#9 "Amber Fax", end to end, unverified',
    ]
    assert desk.asked == []


# --- messages that name one


async def test_a_message_that_names_one_is_offered_without_it(desk: FakeDesk) -> None:
    told = await desk.type(f"say I am {SECRET}")
    assert told[:2] == [NAMES_ONE, "Without it: I am ███"]
    assert await desk.type("yes") == ["Sent to everybody."]
    assert desk.asked[-1] == ("say", "I am ███")


async def test_it_may_be_sent_knowingly_or_not_at_all(desk: FakeDesk) -> None:
    await desk.type(f"whisper otter I am {SECRET}")
    assert await desk.type("knowingly") == ['Sent to "Silver Otter" alone.']
    assert desk.asked[-1] == ("say", f"I am {SECRET}", "to b", "knowingly")
    await desk.type(f"say I am {SECRET}")
    assert await desk.type("no") == ["Not sent."]
    await desk.type(f"say I am {SECRET}")
    before = list(desk.asked)
    assert "Not sent." not in await desk.type("camera off")  # what is harmless leaves the question open
    assert "Not sent." in await desk.type("hand up")
    assert desk.asked == [*before, ("camera", False), ("hand", True)]


async def test_another_command_withdraws_a_question(desk: FakeDesk) -> None:
    await desk.type("leave")
    assert desk.questions.open
    assert await desk.type("status")
    assert desk.questions.open
    assert "You stay." in await desk.type("say hello")
    assert not desk.questions.open
    assert not desk.left
    assert await desk.type("yes") != []
    assert not desk.left


async def test_what_a_refusal_says_is_told(desk: FakeDesk) -> None:
    desk.controller.refusal = "That was too much at once; wait a moment."
    assert await desk.type("say hello") == ["That was too much at once; wait a moment."]


async def test_what_fails_becomes_one_sentence(desk: FakeDesk) -> None:
    async def fails(muted: bool) -> None:
        raise ValueError("no")

    desk.controller.set_muted = fails  # type: ignore[method-assign] # a controller that fails
    assert await desk.type("unmute") == ["It failed: no"]


# --- pastes


async def test_a_pasted_text_is_sent_by_nobody(desk: FakeDesk) -> None:
    await desk.at_once("Dear all", "my number is 0123", "say goodbye")
    assert desk.asked == []
    assert "Nothing was done, and nothing was sent." in desk.told[0].text
    assert not desk.questions.open


async def test_a_text_pasted_behind_say_is_one_message_after_a_question(desk: FakeDesk) -> None:
    await desk.at_once("say first", "second", "", "yes")
    assert desk.asked == []
    assert desk.told[-1] == Line("3 lines came together. Send them to everybody, as one message? yes or no", "ask")
    await desk.type("no")
    assert desk.asked == []
    await desk.at_once("whisper otter: first", "second")
    await desk.type("yes")
    assert desk.asked == [("say", "first\nsecond", "to b")]


async def test_pasted_commands_are_done_after_a_question(desk: FakeDesk) -> None:
    await desk.at_once("unmute", "camera on")
    assert desk.told[-1].text == "2 lines came together: unmute; camera on. Do that? yes or no"
    assert desk.asked == []
    await desk.type("yes")
    assert desk.asked == [("muted", False), ("camera", True)]


async def test_a_paste_answers_no_question(desk: FakeDesk) -> None:
    await desk.type("leave")
    await desk.doing.do(Batch(("yes",), True))
    await desk.at_once("yes", "yes")
    assert not desk.left
    assert desk.questions.open


# --- the rest


async def test_leaving_is_asked_about_where_others_are_here(desk: FakeDesk) -> None:
    assert await desk.type("leave") == ["3 others are still here. Leave? yes, no, or receipt"]
    assert await desk.type("n") == ["You stay."]
    await desk.type("leave", "receipt")
    assert desk.left
    assert desk.asked == [("receipt", "incog-receipt.jsonl", True)]


async def test_alone_one_leaves_at_once(desk: FakeDesk) -> None:
    desk.meeting = meeting(people=(me(),))
    await desk.type("leave")
    assert desk.left


async def test_words_are_shown_before_they_are_said_to_be_the_same(desk: FakeDesk) -> None:
    told = await desk.type("verify otter")
    assert told[0] == f"Read these words to each other, by voice: {desk.controller.persons.words}"
    assert await desk.type("verified #2") == ['"Silver Otter" is verified, for this connection.']
    assert desk.asked == [("verify", "b", desk.controller.persons.words, True)]
    assert "No words" in (await desk.type("verified #2"))[0]
    await desk.type("verify amber")
    told = await desk.type("differs amber")
    assert desk.asked[-1] == ("verify", "a", desk.controller.persons.words, False)
    assert told[-1] == "Leave the meeting? yes or no"
    await desk.type("yes")
    assert desk.left


async def test_a_new_persona_is_asked_about(desk: FakeDesk) -> None:
    await desk.type("persona", "no")
    assert desk.asked == []
    await desk.type("persona", "yes")
    assert desk.asked == [("change persona",)]


async def test_devices_are_listed_and_used_by_number(desk: FakeDesk) -> None:
    told = await desk.type("devices")
    assert told[1] == "1. microphone: Built-in microphone (in use, the system's default)"
    assert await desk.type("use 2") == ["Your microphone is Headset now."]
    assert desk.asked == [("device", "microphone", "headset")]
    assert "no device of that number" in (await desk.type("use 9"))[0]


async def test_a_link_is_opened_only_after_a_question(desk: FakeDesk) -> None:
    desk.notes.chat.append(ChatLine("14:03", "Amber Fox", "look: http://a@example.org/x?y=1 and"))
    told = await desk.type("links")
    assert told[1:] == ["1. leads to example.org", "http://example.org/x?y=1"]
    told = await desk.type("open 1")
    assert told[0].startswith("It leads to example.org.")
    assert "What stands before the @ is not where it leads." in told
    await desk.type("no")
    assert desk.asked == []
    await desk.type("open 1", "yes")
    assert desk.asked == [("link", "http://a@example.org/x?y=1")]


async def test_the_invitation_is_shown_when_asked_for(desk: FakeDesk) -> None:
    assert (await desk.type("link"))[-1] == LINK
    desk.meeting = meeting(invitation="")
    assert (await desk.type("link"))[0].startswith("That cannot be done now.")


async def test_the_bytes_behind_a_line_are_shown(desk: FakeDesk) -> None:
    desk.meeting = meeting(ledger=ledger(refused=True))
    await desk.type("seen by participants")
    assert (await desk.type("evidence 1"))[:2] == ["Display name", "who knows: Participants"]
    await desk.type("withheld")
    assert (await desk.type("evidence 4"))[0] == "Refused"


async def test_warnings_are_told_with_what_can_be_done_and_count_as_seen(desk: FakeDesk) -> None:
    desk.meeting = meeting(warnings=(Warning(7, "14:03", "recording", "The meeting is being recorded."),))
    told = await desk.type("warnings")
    assert told[0] == "14:03, The meeting is being recorded."
    assert told[1].startswith("Mute yourself")
    assert desk.asked == [("seen", 7)]


async def test_what_is_told_by_itself_can_be_chosen(desk: FakeDesk) -> None:
    await desk.type("announce speaking on", "announce people off")
    assert desk.notes.wanted == {"speaking"}
    assert "speaking on: who begins to speak" in await desk.type("announce")
    assert (await desk.type("announce nonsense on"))[0].startswith("It is: announce")


async def test_the_chat_can_be_read_again_and_searched(desk: FakeDesk) -> None:
    desk.notes.chat.extend(ChatLine("14:03", f"P{number}", f"text {number}") for number in range(20))
    assert len(await desk.type("chat")) == 11
    assert await desk.type("chat 1") == ["20 messages; the newest:", '14:03, "P19": text 19']
    assert await desk.type("chat find TEXT 7") == ["1 message has that in it.", '"P7": text 7']
    assert (await desk.type("chat hello"))[0].startswith("It is: chat")


async def test_help_tells_every_command(desk: FakeDesk) -> None:
    told = " ".join(await desk.type("help"))
    for command in COMMANDS:
        assert command.word in told
        assert (await desk.type(f"help {command.word}"))[0].startswith(command.usage)
    assert len(await desk.type("help camera")) == 2
    assert await desk.type("help nonsense") == ["There is no command of that name; help lists them."]
