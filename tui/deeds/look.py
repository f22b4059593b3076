"""What is looked at."""

from __future__ import annotations

from privacy.facts import Audience
from tui.deeds.deed import Deeds


class LookDeeds(Deeds):
    """Panes, the eyes of an audience, and colours."""

    def panel(self) -> None:
        """Show or hide the disclosure panel."""
        self.screen.toggle("panel")

    def people(self) -> None:
        """Show or hide the people."""
        self.screen.toggle("people")

    def stage(self) -> None:
        """Show or hide the pictures."""
        self.screen.toggle("stage")

    def lens(self) -> None:
        """See with the eyes of the next audience."""
        self.screen.next_lens()

    def lens_all(self) -> None:
        """See with all eyes."""
        self.screen.see_as(None)

    def lens_participants(self) -> None:
        """See what participants see."""
        self.screen.see_as(Audience.PARTICIPANTS)

    def lens_operator(self) -> None:
        """See what the operator sees."""
        self.screen.see_as(Audience.OPERATOR)

    def lens_relay(self) -> None:
        """See what a relay sees."""
        self.screen.see_as(Audience.RELAY)

    def lens_network(self) -> None:
        """See what the network sees."""
        self.screen.see_as(Audience.NETWORK)

    def timeline(self) -> None:
        """What became visible when, or who knows what."""
        self.screen.toggle_time()

    def theme(self) -> None:
        """Wear the next theme."""
        self.desk.notice(f"Theme: {self.desk.next_theme()}")
