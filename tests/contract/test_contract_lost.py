"""What every kind of meeting does when its server dies: it comes back by itself, with everybody in it."""

from __future__ import annotations

import time

from tests.contract.held import Held

AWAY = 3.0


def test_a_server_that_dies_and_comes_back_finds_everybody_together_again(meeting: Held) -> None:
    regulars = dict(meeting.people)
    meeting.server.kill()
    time.sleep(AWAY)
    assert all(person.here for person in regulars.values())
    meeting.server.start()
    back = time.monotonic()
    while not all(person.connected for person in regulars.values()):
        assert time.monotonic() - back < meeting.service.back_within
        time.sleep(0.1)
    meeting.together(meeting.service.back_within - (time.monotonic() - back))
    for person in regulars.values():
        person.until_looks(lambda look: look["phase"] == "live")
    erin = meeting.comes("erin")
    meeting.together()
    assert meeting.people == {**regulars, "erin": erin}
    assert not [person.of("error") for person in meeting.people.values() if person.of("error")]


def test_the_states_of_everybody_are_the_same_after_the_server_was_away(meeting: Held) -> None:
    alice, bob, carol = (meeting.people[name] for name in ("alice", "bob", "carol"))
    bob.do("mute", on=True)
    carol.do("hand", up=True)
    alice.until_looks(lambda look: look["people"]["bob"]["muted"])
    meeting.server.kill()
    time.sleep(1)
    meeting.server.start()
    deadline = time.monotonic() + meeting.service.back_within
    alice.until_looks(
        lambda look: {"bob", "carol"} <= set(look["people"]) and meeting.reaches(look, "carol"),
        deadline - time.monotonic(),
    )
    alice.until_looks(lambda look: look["people"]["bob"]["muted"])
    assert bob.look()["muted"]
    heard = alice.until_still("bob", pictures=False)["heard_s"]
    time.sleep(1)
    assert alice.look()["people"]["bob"]["heard_s"] == heard
