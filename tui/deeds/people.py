"""What is done about the people: in their list, and about one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tui.actions import Action
from tui.deeds.comparing import Comparing
from tui.deeds.deed import Deeds
from tui.deeds.desk import Desk
from tui.model import Inspection, Person
from tui.screens.person import Inspect, PersonMenu
from tui.screens.rights import ConfirmKick
from tui.widgets.choices import Choice

STEP, LOUDEST = 10, 200
"""Per cent of loudness."""


class PeopleDeeds(Deeds):
    """The list, and the person the cursor is on in it, unless another one is meant."""

    def __init__(self, desk: Desk, leave: Callable[[], None]) -> None:
        super().__init__(desk)
        self._comparing = Comparing(desk, leave)
        self._meant = ""  # of whom a dialog is about

    # The list

    def find(self) -> None:
        """Type whom to find."""
        self.screen.find_people()

    def sort(self) -> None:
        """Sort them by the next rule."""
        self.screen.sort_people()

    # One person

    def inspect(self) -> None:
        """Show what they disclose."""
        if person := self._whom():
            ask: Callable[[Callable[[Inspection], None]], None] = partial(self.desk.intents.persons.inspect, person.key)
            inspect = Inspect(person.name, ask, partial(self.do_about, key=person.key), self._keys())
            self.desk.open(inspect, partial(self._do_next, person.key))

    def menu(self) -> None:
        """Show what can be done about them."""
        if person := self._whom():
            choices = [
                Choice(action.id, self.desk.actions.key(action.id), _words(action, person), action.help)
                for action in self.desk.actions.menu(self.meeting, person)
            ]
            self.desk.open(PersonMenu(person.name, choices), partial(self._do_next, person.key))

    def whisper(self) -> None:
        """Write to them alone."""
        if person := self._whom():
            self.screen.write(person.key, person.name)

    def quieter(self) -> None:
        """Play them quieter."""
        self._turn(-STEP)

    def louder(self) -> None:
        """Play them louder."""
        self._turn(STEP)

    def hush(self) -> None:
        """Mute them here, or hear them again."""
        if person := self._whom():
            self.desk.intents.persons.set_hushed(person.key, not person.hushed)
            now = "are heard again" if person.hushed else "are muted for you alone"
            self.desk.notice(f"{person.name}: they {now}. Nobody is told.")

    def hide(self) -> None:
        """Leave their picture out, or show it again."""
        if person := self._whom():
            self.desk.intents.persons.set_hidden(person.key, not person.hidden)
            now = "shown again" if person.hidden else "left out here"
            learns = "Only the operator learns it." if self.meeting.choosing else "Nobody is told."
            self.desk.notice(f"{person.name}: picture {now}. {learns}")

    def next_picture(self) -> None:
        """Show the next of their pictures."""
        if person := self._whom():
            told = "".join(f"{person.name}: {picture} is chosen now. " for picture in person.also[:1])
            self.desk.intents.persons.next_picture(person.key, partial(self._shown, told))

    def _shown(self, told: str, refusal: str) -> None:
        self.desk.notice(refusal or f"{told}Only the operator learns it.")

    def verify(self) -> None:
        """Compare the code with them."""
        if person := self._whom():
            self._comparing.begin(person)

    def mute_them(self) -> None:
        """Have them muted for everybody, or no longer."""
        if person := self._whom():
            self.desk.intents.rights.silence(person.key, not person.silenced, self._refused)

    def kick(self) -> None:
        """Remove them, if that is meant."""
        if person := self._whom():
            self.desk.open(ConfirmKick(person.name), lambda yes: self._remove(person) if yes else None)

    def _remove(self, person: Person) -> None:
        self.desk.intents.rights.kick(person.key, self._refused)

    def _refused(self, refusal: str) -> None:
        """That it was done is told when it was."""
        if refusal:
            self.desk.notice(refusal, serious=True)

    # From widgets and dialogs

    def look_at(self, key: str) -> None:
        """Show what somebody discloses."""
        self.do_about("inspect", key)

    def do_about(self, id: str, key: str) -> None:
        """Do one of these actions about this person, whoever the cursor is on."""
        action = self.desk.actions.by_id[id]
        deed = self.of(id)
        if deed is None or not action.possible(self.meeting):
            return
        self._meant = key
        try:
            deed()
        finally:
            self._meant = ""

    def _whom(self) -> Person | None:
        key = self._meant or self.screen.chosen_person
        person = next((person for person in self.meeting.people if person.key == key and not person.me), None)
        if person is None:
            self.desk.notice("They are no longer here." if self._meant else "There is nobody to choose.")
        return person

    def _turn(self, step: int) -> None:
        if person := self._whom():
            volume = min(LOUDEST, max(0, person.volume + step))
            self.desk.intents.persons.set_volume(person.key, volume)
            self.desk.notice(f"{person.name}: {volume} % as loud here.")

    def _keys(self) -> list[tuple[str, str]]:
        keys = [("quieter louder", "volume"), ("hush", "mute for me"), ("hide", "hide")]
        maybe = [("whisper", "message"), ("verify", "code"), ("mute-them", "mute for all"), ("kick", "remove")]
        possible = [(id, words) for id, words in maybe if self.desk.actions.by_id[id].possible(self.meeting)]
        return [*keys, *possible, ("close", "close")]

    def _do_next(self, key: str, id: str | None) -> None:
        if id is not None:
            self.do_about(id, key)


def _words(action: Action, person: Person) -> str:
    """The label that fits this person."""
    done = {"hush": person.hushed, "hide": person.hidden, "mute-them": person.silenced}
    return action.other_label if done.get(action.id) else action.label
