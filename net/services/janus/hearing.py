"""What a VideoRoom tells by the handle that is in it."""

from __future__ import annotations

from typing import Protocol

from net.services.janus import rooms, videoroom
from net.services.janus.moderation import Moderation
from net.services.janus.people import People
from net.services.janus.publishing import Publishing
from net.services.janus.roll import Roll
from net.services.janus.wire import Jsep
from net.services.strict import Fields


class Finish(Protocol):
    """Ends the meeting for this reason."""

    def __call__(self, reason: str, /, *, may_rejoin: bool = False) -> None: ...


class Hearing:
    """Passes each on to whom it is about (`HandleOwner`)."""

    def __init__(
        self, people: People, roll: Roll, moderation: Moderation, publishing: Publishing, finish: Finish
    ) -> None:
        self.has_published = False  # the room has taken what we publish, once
        self._people = people
        self._roll = roll
        self._moderation = moderation
        self._publishing = publishing
        self._finish = finish

    def heard(self, data: Fields, jsep: Jsep | None) -> None:
        """As `HandleOwner`."""
        people = self._people
        match videoroom.read(data):
            case videoroom.Published(others):
                for someone in others:
                    people.came(someone)
            case videoroom.Joining(someone):
                people.came(someone)
            case videoroom.Unpublished(id):
                people.unpublished(id)
            case rooms.Left(id, removed):
                self._roll.left(id, "was removed" if removed else "left")
            case videoroom.Out(kicked):
                self._finish(f"You were removed from the room{'' if kicked else ' by the server'}.", may_rejoin=True)
            case videoroom.Renamed(id, display):
                people.renamed(id, display)
            case videoroom.Moderated(id, mid, muted) if id == people.own:
                self._moderation.silenced(self._publishing.kind(mid), muted)
            case videoroom.Moderated(id, mid, muted):
                people.moderated(id, mid, muted)
            case rooms.Talking(id, on):
                people.talking(id, on)
            case rooms.Destroyed():
                self._finish("The room was closed.")
            case _:
                pass

    def up(self) -> None:
        """As `HandleOwner`."""
        self.has_published = True

    def hung_up(self) -> None:
        """As `HandleOwner`."""
        self._publishing.hung_up()

    def trickled(self, candidate: str) -> None:
        """As `HandleOwner`."""
        self._publishing.trickled(candidate)
