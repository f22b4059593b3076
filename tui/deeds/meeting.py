"""The meeting itself, and leaving it."""

from __future__ import annotations

from collections.abc import Callable

from tui.deeds.deed import Deeds
from tui.deeds.desk import Desk
from tui.screens.dialogs import AskReceipt, ConfirmLeave, ConfirmPersona, Help, Invitation
from tui.screens.rights import Rename
from tui.screens.warnings import Warnings


class MeetingDeeds(Deeds):
    """Invitation, persona, receipt, help, and the way out."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.leaving = False

    def link(self) -> None:
        """Show the invitation."""
        self.desk.open(Invitation(self.meeting.invitation))

    def persona(self) -> None:
        """Come back as somebody else, if that is meant."""
        self.desk.open(ConfirmPersona(), lambda yes: self.desk.intents.change_persona() if yes else None)

    def rename(self) -> None:
        """Be called otherwise."""
        rights = self.desk.intents.rights
        dialog = Rename(rights.draw, rights.judge, rights.rename)
        self.desk.open(dialog, lambda alias: self.desk.notice(f"From here on you are {alias}.") if alias else None)

    def lock(self) -> None:
        """Let nobody else in, or everybody again; that it was done is told when it was."""

        def refused(refusal: str) -> None:
            if refusal:
                self.desk.notice(refusal, serious=True)

        self.desk.intents.rights.lock(not self.meeting.locked, refused)

    def receipt(self) -> None:
        """Write a receipt."""
        self._ask_receipt(self.desk.intents.receipt)

    def warnings(self) -> None:
        """Show what may be acted on; it counts as seen then."""
        self.desk.open(Warnings(self.meeting.warnings), self._act_on)
        self.desk.intents.warnings_seen([one.id for one in self.meeting.warnings])

    def _act_on(self, answer: str | None) -> None:
        if answer == "leave":
            self.leave()
        elif answer:
            self.desk.look_at(answer)

    def help(self) -> None:
        """Show all keys."""
        self.desk.open(Help(self.desk.actions))

    def suspend(self) -> None:
        """Back to the shell for a while. Possible at any time."""
        if self.desk.can_suspend:
            self.desk.action_suspend_process()
        else:
            self.desk.notice("No shell waits behind incog here, so nobody could bring it back.")

    def palette(self) -> None:
        """Find an action by its name."""
        self.desk.action_command_palette()

    def back(self) -> None:
        """Take the keyboard out of what it is in."""
        self.screen.back()

    def leave(self) -> None:
        """Leave; with others here, only after a question. Possible at any time."""
        others = len(self.desk.meeting.people) - 1 if self.desk.meeting is not None else 0
        if self.leaving:
            self.desk.exit(0)  # asked for twice: do not wait any longer
        elif others > 0 and self.desk.meeting_screen is not None:
            self.desk.open(ConfirmLeave(others), self._leave_as_answered)
        else:
            self.really_leave()

    def really_leave(self) -> None:
        """Leave now."""
        self.leaving = True
        self.desk.notice("Leaving …")
        self.desk.intents.leave()

    def _leave_as_answered(self, answer: str | None) -> None:
        if answer == "leave":
            self.really_leave()
        elif answer == "receipt":
            self._ask_receipt(lambda file: self.desk.intents.receipt(file, self.really_leave))

    def _ask_receipt(self, write: Callable[[str], None]) -> None:
        self.desk.open(AskReceipt(self.desk.intents.receipt_name()), lambda file: write(file) if file else None)
