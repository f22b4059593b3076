"""What is done about the person who is chosen in the list."""

from __future__ import annotations

from tui.deeds.deed import Deeds
from tui.model import Inspection
from tui.screens.dialogs import Inspect


class PeopleDeeds(Deeds):
    """The list, and the person the cursor is on in it."""

    def find(self) -> None:
        """Type whom to find."""
        self.screen.find_people()

    def sort(self) -> None:
        """Sort them by the next rule."""
        self.screen.sort_people()

    def inspect(self) -> None:
        """Show what they disclose."""
        if self.screen.chosen_person:
            self.look_at(self.screen.chosen_person)
        else:
            self.desk.notice("There is nobody to inspect yet.")

    def look_at(self, key: str) -> None:
        """Show what somebody discloses."""
        self.desk.intents.inspect(key, self._show)

    def _show(self, inspection: Inspection) -> None:
        self.desk.open(Inspect(inspection))
