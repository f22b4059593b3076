"""Where everybody's sound comes as one, nothing is offered that would need it apart; and what was written earlier."""

from __future__ import annotations

from dataclasses import replace

import pytest

from net.services.base import ChatReceived, PeerId
from tests.tui.fake_meeting import meeting
from tui.actions.people import PEOPLE_ACTIONS
from tui.compose.lines import as_object, as_sentence
from tui.model import ChatLine
from tui.widgets.chat_lines import name_of


@pytest.mark.parametrize("id", ["quieter", "louder", "hush"])
def test_nobody_is_played_otherwise_alone_where_the_server_mixes(id: str) -> None:
    (action,) = (action for action in PEOPLE_ACTIONS if action.id == id)
    here = meeting()
    assert action.possible(here)
    assert not action.possible(replace(here, mixed=True))


def test_what_was_written_earlier_is_marked_as_such() -> None:
    said = ChatReceived(PeerId("a"), "Reed", "good day", earlier=True)
    assert as_sentence(said) == "Reed (earlier): good day"
    told = as_object(said)
    assert told is not None
    assert told["earlier"] is True
    assert name_of(ChatLine("14:03", "Reed", "good day", earlier=True), 40) == "Reed, earlier"
    assert name_of(ChatLine("14:03", "Reed", "good day"), 40) == "Reed"
