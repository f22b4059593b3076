"""What is looked at."""

from __future__ import annotations

from privacy.facts import Audience
from tui.deeds.deed import Deeds


class LookDeeds(Deeds):
    """Panes, the eyes of an audience, and colours."""

    def panel(self) -> None:
        """Show or hide the disclosure panel."""
        self.screen.room.toggle("panel")

    def people(self) -> None:
        """Show or hide the people."""
        self.screen.room.toggle("people")

    def stage(self) -> None:
        """Show or hide the pictures."""
        self.screen.room.toggle("stage")

    def stage_mode(self) -> None:
        """Look at the stage the next way."""
        self.desk.notice(self.screen.next_mode())

    def spotlight(self) -> None:
        """Show the chosen person alone, or everybody again."""
        self.show_only(self.screen.chosen_person)

    def show_only(self, key: str) -> None:
        """Show this person alone, or everybody again if they are alone already."""
        self.desk.notice(self.screen.spotlight(key) or "There is nobody to show yet.")

    def narrower(self) -> None:
        """Make the panel narrower."""
        self._resize(wider=-1)

    def wider(self) -> None:
        """Make the panel wider."""
        self._resize(wider=1)

    def lower(self) -> None:
        """Make the stage lower."""
        self._resize(lower=1)

    def higher(self) -> None:
        """Make the stage higher."""
        self._resize(lower=-1)

    def _resize(self, *, wider: int = 0, lower: int = 0) -> None:
        if not self.screen.room.enlarge(wider=wider, lower=lower):
            beside = "The panel is beside nothing now" if wider else "Nothing is under the stage now"
            self.desk.notice(f"{beside}, so there is nothing to resize.")

    def sizes(self) -> None:
        """Make every pane as large as it was at first."""
        self.screen.room.usual_sizes()

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
