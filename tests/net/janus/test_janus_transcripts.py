"""What happened with Debian's Janus happens again."""

from __future__ import annotations

import pytest

from net.services.base import Phase
from tests.net.janus import transcript


@pytest.mark.parametrize("path", sorted(transcript.FOLDER.glob("*.jsonl")), ids=lambda path: path.stem)
def test_a_meeting_goes_as_it_went_with_the_real_server(path) -> None:
    room = transcript.replay(path)
    assert room.phase is Phase.ENDED
    assert not room.counts.get("malformed")
