"""The people, and one of them."""

from __future__ import annotations

from tui.linear.answers import people
from tui.linear.chatting import Saying
from tui.linear.desk import Deeds, Desk
from tui.linear.lines import Line, item, named, of_blocks, said
from tui.linear.who import split
from tui.screens.person import comparing, differing, inspection_blocks
from tui.screens.rights import REMOVING
from tui.widgets.order import Order

LOUDEST = 200
"""Per cent."""


class PeopleDeeds(Deeds):
    """Who is here, and what can be done about them."""

    def __init__(self, desk: Desk, saying: Saying) -> None:
        super().__init__(desk)
        self._saying = saying
        self._order = Order()

    async def people(self, typed: str) -> None:
        """List them."""
        self.desk.tell(*people(self.meeting.people, typed, self._order, self.desk.now()))

    async def inspect(self, typed: str) -> None:
        """What somebody discloses."""
        if person := self.whom(typed):
            inspection = await self.desk.controller.persons.inspect(person.key)
            self.desk.tell(*of_blocks(named(inspection.name), inspection_blocks(inspection)))

    async def whisper(self, typed: str) -> None:
        """Write to one person."""
        found, text = split(self.meeting.people, typed)
        person = self.only(found, typed.split(maxsplit=1)[0])
        if person is None:
            return
        if not text:
            self.answer(f"There is no text after {named(person.name)}; nothing was sent.")
        else:
            await self._saying.send(text, to=person)

    async def volume(self, typed: str) -> None:
        """How loud somebody is played."""
        name, _, percent = typed.rpartition(" ")
        percent = percent.removesuffix("%")
        if not name or not percent.isdecimal() or int(percent[:5]) > LOUDEST:
            self.answer("It is: volume NAME PERCENT, with 0 to 200 per cent.")
        elif person := self.whom(name):
            self.desk.controller.persons.set_volume(person.key, int(percent))
            self.answer(f"{named(person.name)} is played {int(percent)} per cent as loud here. Nobody is told.")

    async def hush(self, typed: str) -> None:
        """Mute somebody here."""
        self._hush(typed, True)

    async def unhush(self, typed: str) -> None:
        """Hear them again."""
        self._hush(typed, False)

    def _hush(self, typed: str, hushed: bool) -> None:
        if person := self.whom(typed):
            self.desk.controller.persons.set_hushed(person.key, hushed)
            now = "is muted for you alone" if hushed else "is heard here"
            self.answer(f"{named(person.name)} {now}. Nobody is told.")

    async def silence(self, typed: str) -> None:
        """Have somebody muted for everybody."""
        await self._silence(typed, True)

    async def unsilence(self, typed: str) -> None:
        """Let them be heard again."""
        await self._silence(typed, False)

    async def _silence(self, typed: str, on: bool) -> None:
        if (person := self.whom(typed)) and (refusal := await self.desk.controller.rights.silence(person.key, on)):
            self.answer(refusal)

    async def kick(self, typed: str) -> None:
        """Remove somebody, if that is meant; that it was done is told when it was."""
        if person := self.whom(typed):
            name = named(person.name)
            if not await self.sure(f"Remove {name}? {REMOVING} yes or no"):
                self.answer(f"{name} stays.")
            elif refusal := await self.desk.controller.rights.kick(person.key):
                self.answer(refusal)

    async def verify(self, typed: str) -> None:
        """Show the words to compare."""
        if person := self.whom(typed):
            words = self.desk.controller.persons.code(person.key)
            if not words:
                self.answer(
                    f"There are no words to compare with {named(person.name)} yet; wait until they are connected."
                )
                return
            self.desk.notes.codes[person.key] = words
            self.desk.tell(said(f"Read these words to each other, by voice: {words}"))
            self.desk.tell(*(item(sentence) for sentence in comparing(named(person.name))))
            number = f"#{person.order}"
            self.desk.tell(item(f"Then type: verified {number}, when they are the same; differs {number}, when not."))

    async def verified(self, typed: str) -> None:
        """The words are the same."""
        await self._compared(typed, True)

    async def differs(self, typed: str) -> None:
        """They differ."""
        await self._compared(typed, False)

    async def _compared(self, typed: str, same: bool) -> None:
        person = self.whom(typed)
        if person is None:
            return
        words = self.desk.notes.codes.pop(person.key, "")
        if not words:
            self.answer(f"No words of {named(person.name)} were compared yet; verify #{person.order} shows them.")
            return
        refusal = await self.desk.controller.persons.verify(person.key, words, same)
        if refusal:
            self.answer(refusal)
        elif same:
            self.answer(f"{named(person.name)} is verified, for this connection.")
        if not same:
            self.desk.tell(*(Line(sentence, "warning") for sentence in differing(named(person.name))))
            if await self.sure("Leave the meeting? yes or no"):
                self.desk.leave()
