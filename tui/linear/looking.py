"""Who knows what, warnings, and help."""

from __future__ import annotations

from collections.abc import Sequence

from tui.linear import answers
from tui.linear.commands import BY_WORD, COMMANDS, Command
from tui.linear.desk import Deeds, numbered
from tui.linear.lines import WARNING, Line, item, of_blocks, said
from tui.linear.news import KINDS
from tui.screens.dialogs import evidence_of
from tui.screens.warnings import ADVICE
from tui.widgets.disclosures import Item

AUDIENCES = "participants, operator, relay or network"


class LookDeeds(Deeds):
    """Nothing of it changes the meeting."""

    async def status(self, _: str) -> None:
        """The answers at one look."""
        self.desk.tell(*answers.status(self.meeting))

    async def seen(self, typed: str) -> None:
        """What others can see."""
        audiences = answers.audience_of(typed)
        if audiences is None:
            self.answer(f"It is: seen, or seen by {AUDIENCES}.")
        elif len(audiences) > 1:
            self.desk.tell(*answers.known(self.meeting.ledger))
        else:
            self._numbered(answers.known_to(self.meeting.ledger, audiences[0]))

    async def withheld(self, _: str) -> None:
        """What was kept back."""
        self._numbered(answers.withheld(self.meeting.ledger))

    def _numbered(self, told: tuple[Sequence[Line], Sequence[Item]]) -> None:
        lines, self.desk.notes.evidence = told
        self.desk.tell(*lines)

    async def evidence(self, typed: str) -> None:
        """The bytes behind one line."""
        found = self.desk.notes.evidence
        index = numbered(typed, len(found))
        if index is None:
            self.answer("There is no line of that number; seen and withheld number theirs.")
        else:
            self.desk.tell(*of_blocks(*evidence_of(found[index], self.meeting.ledger)))

    async def traffic(self, _: str) -> None:
        """Where bytes went."""
        self.desk.tell(*answers.traffic(self.meeting.ledger))

    async def timeline(self, typed: str) -> None:
        """What became visible when."""
        audiences = answers.audience_of(typed)
        if audiences is None:
            self.answer(f"It is: timeline, or timeline by {AUDIENCES}.")
        else:
            self.desk.tell(*answers.timeline(self.meeting.ledger, audiences, self.meeting.joined_at))

    async def warnings(self, _: str) -> None:
        """What may be acted on; it counts as seen then."""
        found = self.meeting.warnings
        if not found:
            self.answer("There is no warning that you have not seen.")
        for kind in dict.fromkeys(one.kind for one in found):
            self.desk.tell(*(Line(f"{one.at}, {one.text}", WARNING) for one in found if one.kind == kind))
            self.desk.tell(item(ADVICE.get(kind, "")))
        self.desk.controller.warnings_seen([one.id for one in found])

    async def announce(self, typed: str) -> None:
        """What is told by itself."""
        wanted = self.desk.notes.wanted
        kind, _, switch = typed.lower().partition(" ")
        if not typed:
            self.desk.tell(*answers.announced(wanted))
        elif kind not in KINDS or switch.strip() not in ("on", "off"):
            self.answer(f"It is: announce, or announce {', '.join(KINDS)}, with on or off.")
        else:
            (wanted.add if switch.strip() == "on" else wanted.discard)(kind)
            self.answer(f"{KINDS[kind][:1].upper()}{KINDS[kind][1:]}: {switch.strip()}.")

    async def help(self, typed: str) -> None:
        """All commands, or one."""
        self.desk.tell(*help_lines(typed))


def help_lines(typed: str) -> list[Line]:
    """The help of all commands, or of those that begin with what was typed."""
    typed = typed.strip().removeprefix("/").lower()
    if not typed:
        lines = [
            said("A line is a command or nothing: only say and whisper send what you write. help COMMAND tells more.")
        ]
        for group in dict.fromkeys(command.group for command in COMMANDS):
            words = ", ".join(command.word for command in COMMANDS if command.group == group)
            lines.append(item(f"{group}: {words}"))
        return lines
    found = [BY_WORD[typed]] if typed in BY_WORD else [one for one in COMMANDS if one.word.startswith(typed)]
    if not found:
        return [said("There is no command of that name; help lists them.")]
    return [said(_help(command)) for command in found]


def _help(command: Command) -> str:
    return f"{command.usage}: {command.help}."
