"""What every kind of meeting does while it is held: people, sound, pictures, states, chat, and who may do what.

What a kind of meeting has not is asked for all the same: its client has to say so, and nothing may happen.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from net.services.base import Ability
from tests.contract.held import Held
from tests.contract.people import LOGIN, Person, hears, sees
from tests.whole.outside import Packet

SOON = 15.0
"""Seconds after having joined within which somebody who comes late hears and sees everybody, on a busy machine."""


def is_a_sentence(text: str) -> bool:
    """Whether it is one sentence for a person."""
    return len(text) > 15 and text[0].isupper() and text.endswith(".") and ". " not in text


def noticed(person: Person, mark: int, words: str) -> str:
    """What somebody is told, after a mark, in which these words stand."""
    found: list[str] = []

    def told(_: object) -> bool:
        found[:] = [line["text"] for line in person.lines[mark:] if line["type"] == "notice" and words in line["text"]]
        return bool(found)

    person.until(told, 30)
    return found[0]


def media_of(packets: Sequence[Packet]) -> list[Packet]:
    """The packets that carry sound and pictures."""
    return [packet for packet in packets if packet.kind == "RTP"]


def silent_and_dark(person: Person, watcher: Person, seconds: float = 1.5) -> bool:
    """Whether a watcher gets neither sound nor pictures of somebody for a while."""
    before = watcher.look()["people"][person.name]
    time.sleep(seconds)
    after = watcher.look()["people"][person.name]
    return after["heard_s"] == before["heard_s"] and after["frames"] == before["frames"]


def test_everybody_is_told_of_everybody_and_heard_and_seen(meeting: Held) -> None:
    for name, person in meeting.people.items():
        told = {line["name"] for line in person.of("participant") if line["event"] == "joined"}
        assert told >= set(meeting.people) - {name}
        look = person.look()
        assert look["phase"] == "live"
        assert set(look["people"]) == set(meeting.people) - {name}
        assert all(meeting.reaches(look, other) for other in look["people"])


def test_whoever_leaves_is_gone_for_all_and_who_comes_late_soon_hears_and_sees_all(meeting: Held) -> None:
    marks = {name: person.mark() for name, person in meeting.people.items()}
    first_id = meeting.people["alice"].look()["people"]["carol"]["id"]
    carol = meeting.people["carol"]
    assert meeting.goes("carol") == 0
    assert carol.of("left")[0]["reason"] == "you left"
    for name in ("alice", "bob"):
        meeting.people[name].after(marks[name], "participant", event="left", name="carol", reason="left", id=first_id)
        assert "carol" not in meeting.people[name].look()["people"]
    late = meeting.comes("carol")
    came = time.monotonic()
    late.until_looks(lambda look: meeting.reaches(look, "alice") and meeting.reaches(look, "bob"), SOON)
    assert time.monotonic() - came < SOON
    for name in ("alice", "bob"):
        meeting.people[name].after(marks[name], "participant", event="joined", name="carol")
        seen = meeting.people[name].until_looks(lambda look: meeting.reaches(look, "carol"), SOON)
        assert seen["people"]["carol"]["id"] != first_id


def test_who_is_muted_and_unseen_sends_neither_sound_nor_picture(meeting: Held, tmp_path: Path) -> None:
    alice, bob = meeting.people["alice"], meeting.people["bob"]
    mark = alice.mark()
    bob.do("mute", on=True)
    bob.do("camera", on=False)
    alice.after(mark, "participant", event="changed", name="bob", muted=True, camera=False)
    alice.until_still("bob")  # what was on its way, or kept for repetition, has come
    with meeting.net.seats["bob"].recorded(tmp_path / "muted") as recording:
        assert silent_and_dark(bob, alice)
    assert recording.packets()
    assert not media_of(recording.packets())

    mark = alice.mark()
    bob.do("mute", on=False)
    if not meeting.lacks(Ability.SHOW):
        bob.do("camera", on=True)
    alice.after(mark, "participant", event="changed", name="bob", muted=False)
    alice.until_looks(lambda look: meeting.reaches(look, "bob"), SOON)


def test_muted_but_seen_the_picture_goes_on_and_the_sound_does_not(meeting: Held) -> None:
    alice, bob = meeting.people["alice"], meeting.people["bob"]
    if meeting.lacks(Ability.SHOW):
        mark = bob.mark()
        bob.do("camera", on=True)
        assert is_a_sentence(noticed(bob, mark, "no pictures"))
        assert not bob.look()["camera"]
        return
    bob.do("mute", on=True)
    alice.until_looks(lambda look: look["people"]["bob"]["muted"] and not hears(look, "bob"))
    before = alice.until_still("bob", pictures=False)
    time.sleep(1.5)
    seen = alice.until_looks(lambda look: look["people"]["bob"]["frames"] > before["frames"] and sees(look, "bob"))
    assert seen["people"]["bob"]["heard_s"] == before["heard_s"]


def test_a_raised_hand_is_seen_by_all(meeting: Held) -> None:
    bob = meeting.people["bob"]
    if meeting.lacks(Ability.HAND):
        mark = bob.mark()
        bob.do("hand", up=True)
        assert is_a_sentence(noticed(bob, mark, "no raised hands"))
        assert not bob.look()["hand"]
        return
    for up in (True, False):
        marks = {name: person.mark() for name, person in meeting.people.items() if name != "bob"}
        assert bob.sentence("hand", up=up) == ""
        for name, mark in marks.items():
            meeting.people[name].after(mark, "participant", event="changed", name="bob", hand=up)


def test_what_is_written_to_all_reaches_all(meeting: Held) -> None:
    alice = meeting.people["alice"]
    text = "The kettle is on, with \u2615 and <b>two</b> cups."
    if meeting.lacks(Ability.CHAT):
        assert is_a_sentence(alice.sentence("say", text=text))
        return
    marks = {name: person.mark() for name, person in meeting.people.items() if name != "alice"}
    assert alice.sentence("say", text=text) == ""
    for name, mark in marks.items():
        line = meeting.people[name].after(mark, "chat", text=text)
        assert (line["from"], line["private"]) == ("alice", False)


def test_what_is_written_to_one_reaches_that_one_alone(meeting: Held) -> None:
    alice, bob, carol = (meeting.people[name] for name in ("alice", "bob", "carol"))
    secret, control = "the-password-is-marzipan", "everybody-may-read-this"
    if meeting.lacks(Ability.PRIVATE_CHAT):
        mark = bob.mark()
        assert is_a_sentence(alice.sentence("say", text=secret, to="bob"))
        time.sleep(1)
        assert not [line for line in bob.lines[mark:] if line["type"] == "chat"]
        return
    mark = bob.mark()
    assert alice.sentence("say", text=secret, to="bob") == ""
    line = bob.after(mark, "chat", text=secret)
    assert (line["from"], line["private"]) == ("alice", True)
    assert alice.sentence("say", text=control) == ""
    carol.after(0, "chat", text=control)  # whatever was sent before it has come too
    assert not [line for line in carol.of("chat") if line["text"] == secret]
    assert secret not in carol.received()
    assert (control in carol.received()) is not meeting.service.seals


def test_a_name_that_names_its_wearer_is_refused_and_never_leaves(meeting: Held) -> None:
    alice, bob = meeting.people["alice"], meeting.people["bob"]
    mark = alice.mark()
    assert is_a_sentence(bob.sentence("rename", alias=LOGIN))
    time.sleep(1)
    assert "bob" in alice.look()["people"]
    assert not [line for line in alice.lines[mark:] if LOGIN in str(line)]
    assert LOGIN not in alice.received()
    assert bob.look()["phase"] == "live"


def test_another_persona_is_worn_and_told_where_that_can_be(meeting: Held) -> None:
    alice, bob = meeting.people["alice"], meeting.people["bob"]
    if meeting.lacks(Ability.RENAME):
        assert is_a_sentence(bob.sentence("rename", alias="Grey Wren"))
        assert set(alice.look()["people"]) == {"bob", "carol"}
        return
    for name in ("Grey Wren", "bob"):
        mark = alice.mark()
        assert bob.sentence("rename", alias=name) == ""
        alice.after(mark, "participant", event="changed", name=name)
        assert set(alice.look()["people"]) == {name, "carol"}


def test_whoever_may_not_moderate_is_told_so_and_nothing_happens(meeting: Held) -> None:
    alice, bob, carol = (meeting.people[name] for name in ("alice", "bob", "carol"))
    mark = carol.mark()
    assert not {Ability.MUTE_OTHERS, Ability.KICK, Ability.LOCK} & set(bob.look()["may"])
    for deed in ("silence", "kick"):
        assert is_a_sentence(bob.sentence(deed, who="carol"))
    assert is_a_sentence(bob.sentence("lock"))
    time.sleep(1)
    assert not carol.of("error")
    assert not carol.look()["muted"]
    assert not [line for line in carol.lines[mark:] if line["type"] == "notice"]
    assert meeting.hears(alice.look(), "carol")


def test_who_is_muted_by_a_moderator_sends_nothing_and_is_told_and_unmutes_by_nobody_else(meeting: Held) -> None:
    alice, bob, carol = (meeting.people[name] for name in ("alice", "bob", "carol"))
    if meeting.lacks(Ability.MUTE_OTHERS):
        assert Ability.MUTE_OTHERS not in alice.look()["may"]
        assert is_a_sentence(alice.sentence("silence", who="bob"))
        assert not bob.look()["muted"]
        return
    mark = bob.mark()
    assert alice.sentence("silence", who="bob") == ""
    bob.until_looks(lambda look: look["muted"])
    bob.until(lambda me: any("mute" in line.get("text", "") for line in me.lines[mark:] if line["type"] == "notice"))
    carol.until_looks(lambda look: look["people"]["bob"]["muted"])
    before = carol.until_still("bob", pictures=False)["heard_s"]
    refusal = alice.sentence("silence", who="bob", on=False)  # they may be heard again, or unmute themselves anyway
    assert refusal == "" or is_a_sentence(refusal)
    time.sleep(1.5)
    assert bob.look()["muted"]
    assert carol.look()["people"]["bob"]["heard_s"] == before
    assert bob.sentence("mute", on=False) == ""
    carol.until_looks(lambda look: meeting.reaches(look, "bob"))


def test_who_is_removed_is_out_and_told_why_and_the_others_see_it(meeting: Held) -> None:
    alice, bob, carol = (meeting.people[name] for name in ("alice", "bob", "carol"))
    if meeting.lacks(Ability.KICK):
        assert Ability.KICK not in alice.look()["may"]
        assert is_a_sentence(alice.sentence("kick", who="carol"))
        assert "carol" in bob.look()["people"]
        return
    mark = bob.mark()
    assert alice.sentence("kick", who="carol") == ""
    assert meeting.gone("carol") == 5
    (error,) = carol.of("error")
    assert is_a_sentence(error["message"])
    assert "removed" in error["message"]
    bob.after(mark, "participant", event="left", name="carol")
    assert "carol" not in bob.look()["people"]


def test_a_locked_meeting_lets_nobody_in_until_it_is_opened_again(meeting: Held) -> None:
    alice = meeting.people["alice"]
    if meeting.lacks(Ability.LOCK):
        assert is_a_sentence(alice.sentence("lock"))
        return
    assert alice.sentence("lock") == ""
    try:
        refused = meeting.tries("frank")
        assert refused.finish() in (4, 8)
        (error,) = refused.of("error")
        assert is_a_sentence(error["message"])
    finally:
        assert alice.sentence("lock", on=False) == ""
    meeting.comes("frank")
    meeting.together()


def test_a_client_says_that_its_meeting_has_what_it_has_and_no_more(meeting: Held) -> None:
    for ability in Ability:
        moderating = ability in (Ability.KICK, Ability.MUTE_OTHERS, Ability.LOCK)
        person = meeting.people["alice" if moderating else "bob"]
        assert (ability.value in person.look()["may"]) is not meeting.lacks(ability), ability
