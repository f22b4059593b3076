"""The invitation, another persona or name, the lock, receipts, and the way out."""

from __future__ import annotations

from tui.linear.desk import Deeds
from tui.linear.lines import Line, counted, item, named
from tui.screens.dialogs import ANOTHER_PERSONA, INVITING
from tui.screens.rights import RENAMING


class MeetingDeeds(Deeds):
    """The meeting itself."""

    async def link(self, _: str) -> None:
        """Show the invitation."""
        self.answer(INVITING)
        self.desk.tell(Line(self.meeting.invitation, whole=True))

    async def persona(self, _: str) -> None:
        """Come back as somebody else."""
        first, *others = ANOTHER_PERSONA
        self.answer(first)
        self.desk.tell(*map(item, others))
        if await self.sure("Come back as somebody else? yes or no"):
            await self.desk.controller.change_persona()
        else:
            self.answer("You stay who you are.")

    async def rename(self, typed: str) -> None:
        """Be called otherwise; without an alias by one that is drawn, if that is meant."""
        rights = self.desk.controller.rights
        alias = typed.strip() or rights.draw()
        if refusal := await rights.judge(alias):
            self.answer(refusal)
            return
        self.answer(RENAMING)
        if await self.sure(f"Be called {named(alias)} from here on? yes or no"):
            self.answer(await rights.rename(alias) or f"From here on you are {named(alias)}.")
        else:
            self.answer("You stay who you are.")

    async def lock(self, _: str) -> None:
        """Let nobody else in; that it was done is told when it was."""
        await self._lock(True)

    async def unlock(self, _: str) -> None:
        """Let everybody in again."""
        await self._lock(False)

    async def _lock(self, on: bool) -> None:
        if refusal := await self.desk.controller.rights.lock(on):
            self.answer(refusal)

    async def receipt(self, typed: str) -> None:
        """Write a receipt now."""
        # Where it is, and its seal, come as a notice.
        if refusal := await self.desk.controller.write_receipt(self._file(typed), at_end=False):
            self.answer(refusal)

    def _file(self, typed: str) -> str:
        return typed.strip() or self.desk.controller.receipt_name()

    async def suspend(self, _: str) -> None:
        """Back to the shell for a while."""
        await self.desk.suspend()

    async def leave(self, _: str) -> None:
        """Leave; with others here, only after a question."""
        meeting = self.desk.meeting
        others = len(meeting.people) - 1 if meeting is not None else 0
        if others > 0:
            who = counted(others, "other person is", "others are")
            answer = await self.desk.ask(f"{who} still here. Leave? yes, no, or receipt", "yes", "no", "receipt")
            if answer == "receipt":
                refusal = await self.desk.controller.write_receipt(self._file(""), at_end=True)
                if refusal:
                    self.answer(refusal)
                    return
            elif answer != "yes":
                self.answer("You stay.")
                return
        self.desk.leave()
