"""All deeds by the id of their action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tui.actions import ACTIONS
from tui.deeds.chat import ChatDeeds
from tui.deeds.desk import Desk
from tui.deeds.look import LookDeeds
from tui.deeds.meeting import MeetingDeeds
from tui.deeds.people import PeopleDeeds
from tui.deeds.talk import TalkDeeds

ALWAYS = frozenset({"leave", "suspend"})
"""What can be done before there is a meeting on the screen."""


class AllDeeds:
    """Does what is asked for by its id. Raises `LookupError` when made, if an action of the table has no deed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.talk = TalkDeeds(desk)
        self.look = LookDeeds(desk)
        self.chat = ChatDeeds(desk)
        self.meeting = MeetingDeeds(desk)
        self.people = PeopleDeeds(desk, self.meeting.really_leave)
        self._by_id = {action.id: self._find(action.id) for action in ACTIONS if action.bound}

    def _find(self, id: str) -> Callable[[], None]:
        for group in (self.talk, self.look, self.people, self.chat, self.meeting):
            if deed := group.of(id):
                return deed
        raise LookupError(f"nothing is done for {id}")

    def do(self, id: str) -> None:
        """Do this action, if it can be done now.

        An impossible one says why.
        """
        meeting = self._desk.meeting
        if id in ALWAYS:
            self._by_id[id]()
        elif meeting is not None and self._desk.meeting_screen is not None:
            action = self._desk.actions.by_id[id]
            if action.possible(meeting) or id in ("mute", "camera", "talk"):
                self._by_id[id]()
            elif action.possible(replace(meeting, phase="live")):
                self._desk.notice("That has to wait until you are back in the meeting.")
            elif action.why:
                self._desk.notice(action.why)
