"""Who is in a VideoRoom, and how they are shown; what moderators do."""

from __future__ import annotations

from typing import Any

import pytest

from net.services.base import (
    AbilitiesChanged,
    Ability,
    IdentityChanged,
    IdentityKind,
    Moderated,
    Notice,
    ParticipantChanged,
    ParticipantJoined,
    ParticipantLeft,
    PeerId,
    Picture,
    PublicationEnded,
    RemoteMuteRequest,
    Source,
    SpeakingChanged,
)
from net.services.janus.actions import Offer, Show, Way, WayEvent
from net.services.janus.company import FORMER_LIMIT
from net.services.janus.moderation import CAN, EVERYBODYS, MODERATORS
from net.services.janus.rooms import PEOPLE_LIMIT
from tests.net.janus.playroom import ANSWER, AUDIO, BEN, BEN_PID, CYD, CYD_PID, DATA, ME, VIDEO, Play, asks, someone


def test_people_come_publish_are_renamed_and_go() -> None:
    play = Play()
    play.live()
    play.tells({"joining": someone(BEN, "Ben")})
    play.tells({"publishers": [someone(BEN, "Ben", AUDIO)]})
    play.tells({"publishers": [someone(BEN, "Ben", AUDIO)]})
    play.tells({"id": BEN, "display": "B\x1b[31m<e>\u202e"})
    play.tells({"unpublished": BEN})
    play.tells({"leaving": BEN})
    joined, published, renamed, unpublished, left = play.events()
    assert isinstance(joined, ParticipantJoined)
    assert isinstance(published, ParticipantChanged)
    assert published.participant.sources == {Source.MICROPHONE}
    assert renamed.participant.name == "B<e>"
    assert unpublished.participant.sources == frozenset()
    assert left == ParticipantLeft(BEN_PID, "B<e>", "left")


def test_somebody_is_removed_by_another() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO))
    play.tells({"kicked": BEN})
    play.then(ParticipantLeft(BEN_PID, "Ben", "was removed"))


def test_what_is_told_of_somebody_who_is_not_here_changes_nothing() -> None:
    play = Play()
    play.live()
    for about in ("leaving", "kicked", "unpublished"):
        play.tells({about: 77})
    play.tells({"unpublished": "ok"})
    play.tells({"id": 77, "display": ""})
    play.tells({"id": 77, "mid": "0", "moderation": "muted"})
    play.tells({"videoroom": "talking", "id": 77})
    play.tells({"joining": someone(ME, "Ana")})
    play.then()


def test_people_without_a_name_and_rooms_with_texts_for_ids() -> None:
    play = Play()
    play.live()
    play.tells({"joining": {"id": "b-e-n"}})
    (joined,) = play.events()
    assert (joined.participant.id, joined.participant.name) == (PeerId("b-e-n"), "someone")
    play.want(PeerId("b-e-n"))
    play.tells({"publishers": [{"id": "b-e-n", "streams": [AUDIO]}]})
    play.taken()
    play.answered("attach", {"id": 3000})
    assert play.taken()[0]["streams"] == [{"feed": "b-e-n", "mid": "0"}]


def test_names_that_may_be_mistaken_are_warned_of() -> None:
    play = Play()
    play.live(someone(BEN, "Ben"))
    play.tells({"joining": someone(CYD, "Ben")})
    _, same = play.events()
    assert same == IdentityChanged(CYD_PID, "Ben", IdentityKind.SAME_NAME, "Ben", here=True)
    play.tells({"id": CYD, "display": "Ana"})
    _, like_ours = play.events()
    assert like_ours.kind is IdentityKind.LIKE_OURS
    play.rename("Ida")
    play.answers("configure", {"videoroom": "event", "configured": "ok"})
    play.taken()
    play.tells({"id": CYD, "display": "lda"})
    _, like_ours = play.events()
    assert like_ours.other == "Ida"


def test_we_are_called_otherwise_or_not() -> None:
    play = Play()
    play.live()
    play.rename("Ida")
    play.then(asks("configure", display="Ida"))
    play.answers("configure", {"videoroom": "event", "configured": "ok"})
    play.then()
    play.rename("Eva")
    play.refuses("configure", 499)
    (notice,) = play.events()
    assert notice.serious
    with pytest.raises(ValueError, match="1 to 64"):
        play.rename("")


def test_who_speaks_is_told_on() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO))
    play.tells({"videoroom": "talking", "id": BEN, "mid": "0", "audio-level-dBov-avg": 12.5})
    play.tells({"videoroom": "stopped-talking", "id": BEN})
    play.then(SpeakingChanged(BEN_PID, True), SpeakingChanged(BEN_PID, False))


def test_a_crowd_is_bounded() -> None:
    play = Play()
    play.live(*(someone(1000 + number, f"{number}") for number in range(PEOPLE_LIMIT)))
    assert len(play.room.participants) == PEOPLE_LIMIT
    play.tells({"joining": someone(7, "one more")})
    (notice,) = play.events()
    assert isinstance(notice, Notice)
    assert len(play.room.participants) == PEOPLE_LIMIT


def test_we_are_not_among_the_others_even_under_ids_that_were_ours() -> None:
    play = Play()
    play.live()
    for own in range(100, 100 + FORMER_LIMIT + 2):
        play.hears("timeout")
        play._created()
        play.answered_attach(2000)
        play.joined(someone(own - 1, "Ana"), attendees=[], own=own)
        assert dict(play.room.participants) == ({} if own > 100 else play.room.participants)
        play.taken()


# --- moderation ------------------------------------------------------------------------------------------------------


def test_a_moderator_silences_us() -> None:
    play = Play()
    play.live()
    for _ in range(2):
        play.tells({"id": ME, "mid": "0", "moderation": "muted"})
    request, notice, abilities = play.events()
    assert isinstance(request, RemoteMuteRequest)
    assert notice.serious
    assert abilities == AbilitiesChanged(CAN, EVERYBODYS - {Ability.SPEAK})
    play.tells({"id": ME, "mid": "0", "moderation": "unmuted"})
    notice, abilities = play.events()
    assert isinstance(notice, Notice)
    assert abilities == AbilitiesChanged(CAN, EVERYBODYS)


def test_a_moderator_hides_our_picture_and_what_we_write() -> None:
    play = Play()
    play.join()
    play.described(Way.SEND, "our offer")
    streams = [AUDIO, VIDEO, DATA]
    play.answers("publish", {"videoroom": "event", "configured": "ok", "streams": streams}, ANSWER)
    play.taken()
    play.tells({"id": ME, "mid": "1", "moderation": "muted"})
    notice, abilities = play.events()
    assert "picture" in notice.text
    assert abilities == AbilitiesChanged(CAN, EVERYBODYS - {Ability.SHOW, Ability.SCREEN})
    play.tells({"id": ME, "mid": "2", "moderation": "muted"})
    (notice,) = play.events()
    assert "write" in notice.text
    for mid in "12":
        play.tells({"id": ME, "mid": mid, "moderation": "unmuted"})
    assert play.room.may == EVERYBODYS


def test_somebody_whom_a_moderator_silenced_is_muted() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO), someone(CYD, "Cyd", {**AUDIO, "moderated": True}))
    assert play.room.participants[CYD_PID].muted
    for word, muted in (("muted", True), ("unmuted", False)):
        play.tells({"id": BEN, "mid": "0", "moderation": word})
        (changed,) = play.events()
        assert changed.participant.muted is muted
    play.tells({"id": BEN, "mid": "9", "moderation": "muted"})
    play.then()
    play.tells({"publishers": [someone(BEN, "Ben", AUDIO, VIDEO)]})
    play.tells({"id": BEN, "mid": "1", "moderation": "muted"})
    assert play.room.participants[BEN_PID].missing == {Source.CAMERA: "hidden by a moderator"}


def test_those_without_the_secret_may_not_moderate() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO))
    for what in MODERATORS:
        with pytest.raises(ValueError, match="who know the room's secret"):
            play.moderate(what, BEN_PID)
    with pytest.raises(ValueError, match="nothing that a moderator does"):
        play.moderate(Ability.CHAT)


def test_those_with_it_may() -> None:
    play = Play(secret="s")
    play.live(someone(BEN, "Ben", AUDIO), someone(CYD, "Cyd"))
    assert play.room.may == CAN
    secret: dict[str, Any] = {"room": 1234, "secret": "s"}
    done = {"videoroom": "success"}
    play.moderate(Ability.LOCK)
    play.then(asks("allowed", **secret, action="enable"))
    play.answers("allowed", done)
    play.moderate(Ability.LOCK, on=False)
    locked, _ = play.taken()
    assert (locked.what, locked.on, locked.id) == (Ability.LOCK, True, None)
    play.answers("allowed", done)
    play.moderate(Ability.MUTE_OTHERS, BEN_PID)
    assert play.taken()[1] == asks("moderate", **secret, id=BEN, mid="0", mute=True)
    play.answers("moderate", done)
    play.then(Moderated(Ability.MUTE_OTHERS, True, "Ben was silenced.", BEN_PID))
    play.moderate(Ability.MUTE_OTHERS, BEN_PID, on=False)
    play.answers("moderate", done)
    assert play.events() == [Moderated(Ability.MUTE_OTHERS, False, "Ben was allowed to be heard again.", BEN_PID)]
    play.moderate(Ability.KICK, BEN_PID)
    play.then(asks("kick", **secret, id=BEN))
    play.refuses("kick", 428)
    (notice,) = play.events()
    assert notice.serious
    with pytest.raises(ValueError, match="sends no sound"):
        play.moderate(Ability.MUTE_OTHERS, CYD_PID)
    with pytest.raises(ValueError, match="not in the room"):
        play.moderate(Ability.KICK, PeerId("77"))


def test_a_secret_that_is_refused_gives_no_right() -> None:
    play = Play(secret="wrong")
    play.live(someone(BEN, "Ben", AUDIO))
    play.moderate(Ability.KICK, BEN_PID)
    play.taken()
    play.refuses("kick", 433, "Unauthorized (wrong secret)")
    notice, abilities = play.events()
    assert notice.serious
    assert abilities == AbilitiesChanged(CAN, EVERYBODYS)


# --- pictures that a room does not take ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("picture", "source"), [(Picture.CAMERA, Source.CAMERA), (Picture.SCREEN, Source.SCREEN), (Picture.HIDDEN, None)]
)
def test_a_room_takes_no_pictures_of_ours(picture: Picture, source: Source | None) -> None:
    play = Play()
    play.live()
    play.show(muted=False, picture=picture)
    play.taken()
    for _ in range(2):
        play.way(Way.SEND, WayEvent.NO_PICTURE)
    told = play.taken()
    if source is None:
        assert isinstance(told[0], Notice)
    else:
        assert told[0] == PublicationEnded(source, "the room takes no VP8 pictures")
        assert Show(False) in told
    assert told[1] == AbilitiesChanged(CAN, EVERYBODYS - {Ability.SHOW, Ability.SCREEN})
    play.show(muted=True, picture=Picture.CAMERA, hand=True)
    assert Show(True) not in play.taken()
    play.hears("hangup", sender=2000)
    play.later(0.5)
    (offer,) = (each for each in play.taken() if isinstance(each, Offer))
    assert offer.sources == {Source.MICROPHONE}


def test_a_room_takes_no_sound_of_ours() -> None:
    play = Play()
    play.live()
    play.way(Way.SEND, WayEvent.NO_VOICE)
    play.then(
        Notice("The room takes no Opus sound: yours cannot be sent in it."),
        AbilitiesChanged(CAN, EVERYBODYS - {Ability.SPEAK}),
    )
    play = Play()
    play.live()
    play.show(muted=False)
    play.taken()
    play.way(Way.SEND, WayEvent.NO_VOICE)
    assert play.taken()[0] == PublicationEnded(Source.MICROPHONE, "the room takes no Opus sound")


def test_our_picture_is_sent_while_it_is_shown() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO, VIDEO))
    play.show(picture=Picture.CAMERA)
    assert play.taken()[0] == Show(True)
    play.show(picture=Picture.SCREEN)
    assert Show(True) not in play.taken()
    play.show()
    assert play.taken()[0] == Show(False)
