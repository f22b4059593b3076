"""Of whom we hear and see what, and on which section."""

from __future__ import annotations

from typing import Any

import pytest

from net.services.base import Encryption, Level, Link, Notice, PeerId, Picture, Source
from net.services.janus.actions import Answer, Candidate, Close, Route, Stream, Way, WayEvent
from net.services.janus.session import ANSWER_WITHIN
from net.services.janus.sizes import AGAIN, TRIES
from net.services.janus.subscriptions import ASK_APART, REMOVE_AFTER, STREAMS_LIMIT
from net.services.janus.wants import WANTS_LIMIT
from net.services.janus.words import Hello, Shown, write
from tests.net.janus.playroom import (
    AUDIO,
    BEN,
    BEN_PID,
    CYD,
    CYD_PID,
    DATA,
    LINK,
    OFFER,
    VIDEO,
    Play,
    asks,
    core,
    data_line,
    line,
    someone,
)

RECEIVE = 3000
HD = {**VIDEO, "simulcast": True}
SCREEN = {"type": "video", "mindex": 3, "mid": "3", "codec": "h264", "description": "Ben's SCREEN"}
ATTACH = core("attach", plugin="janus.plugin.videoroom")


def streams(*pairs: tuple[int, str]) -> list[dict[str, object]]:
    return [{"feed": feed, "mid": mid} for feed, mid in pairs]


def subscribe(*pairs: tuple[int, str], **more: Any) -> dict[str, object]:
    return asks("join", ptype="subscriber", room=1234, streams=streams(*pairs), private_id=99, **more)


def answered(play: Play, *lines: dict[str, object]) -> None:
    """The request is granted with an offer, which we answer; nothing is left to come out."""
    play.answers("update", {"videoroom": "updated", "streams": list(lines)}, OFFER)
    play.described(Way.RECEIVE, "our answer")
    play.answers("start", {"videoroom": "event", "started": "ok"})
    play.taken()


def test_nobody_is_received_until_it_is_asked_for_but_their_data() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO, VIDEO))
    play.later(1)
    play.taken()
    play.tells({"publishers": [someone(CYD, "Cyd", AUDIO, DATA)]})
    assert ATTACH in play.taken()
    play.answered("attach", {"id": RECEIVE})
    play.then(subscribe((CYD, "2")))


def test_what_is_wanted_is_asked_for_in_one_request_voices_first() -> None:
    play = Play(pin="4242", token="t")
    play.live(someone(BEN, "Ben", AUDIO, VIDEO, DATA), someone(CYD, "Cyd", AUDIO))
    play.taken()
    play.want(BEN_PID, Source.CAMERA)
    play.want(BEN_PID)
    play.want(CYD_PID)
    play.then()  # a handle is being made already, for their data
    play.answered("attach", {"id": RECEIVE})
    play.then(subscribe((BEN, "0"), (CYD, "0"), (BEN, "2"), (BEN, "1"), pin="4242", token="t"))
    lines = [line("0", BEN, "0"), line("1", CYD, "0"), data_line("2", BEN), line("3", BEN, "1", "video")]
    play.answers("join", {"videoroom": "attached", "streams": lines}, OFFER)
    route = Route(
        (
            Stream("0", BEN_PID, Source.MICROPHONE),
            Stream("1", CYD_PID, Source.MICROPHONE),
            Stream("3", BEN_PID, Source.CAMERA),
        )
    )
    play.then(route, Answer(Way.RECEIVE, "server's offer"))
    play.described(Way.RECEIVE, "our answer")
    play.then(asks("start", jsep="our answer"))
    play.answers("start", {"videoroom": "event", "started": "ok"})
    play.hears("webrtcup", sender=RECEIVE)
    play.hears("trickle", sender=RECEIVE, candidate={"candidate": "candidate:1"})
    play.then(Candidate(Way.RECEIVE, "candidate:1"))
    play.described(Way.RECEIVE, "nobody asked")
    play.then()


def receiving(*people: dict[str, object]) -> Play:
    """Ben's voice, picture and data are received on the sections 0, 1 and 2."""
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO, VIDEO, DATA), *people)
    play.want(BEN_PID)
    play.want(BEN_PID, Source.CAMERA)
    play.receive(line("0", BEN, "0"), line("1", BEN, "1", "video"), data_line("2", BEN))
    play.hears("webrtcup", sender=RECEIVE)
    return play


def test_a_section_stays_and_the_person_on_it_changes() -> None:
    play = receiving()
    play.tells({"leaving": BEN})
    assert Route(()) in play.taken()
    play.tells({"publishers": [someone(CYD, "Cyd", AUDIO)]})
    play.want(CYD_PID)
    told = play.taken()
    assert told[-1] == asks("update", subscribe=streams((CYD, "0")), unsubscribe=[{"sub_mid": "0"}, {"sub_mid": "1"}])
    play.answers("update", {"videoroom": "updated", "streams": [line("0", CYD, "0")]}, OFFER)
    play.then(Route((Stream("0", CYD_PID, Source.MICROPHONE),)), Answer(Way.RECEIVE, "server's offer"))


def test_what_is_wanted_while_something_is_under_way_waits() -> None:
    play = receiving(someone(CYD, "Cyd", AUDIO))
    play.want(CYD_PID)
    play.taken()
    play.want(CYD_PID, Source.CAMERA)
    play.tells({"publishers": [someone(CYD, "Cyd", AUDIO, VIDEO)]})
    play.events()
    play.answers("update", {"videoroom": "updated", "streams": [line("3", CYD, "0")]}, OFFER)
    play.taken()
    play.described(Way.RECEIVE, "our answer")
    play.taken()
    play.answers("start", {"videoroom": "event", "started": "ok"})
    (update,) = play.taken()
    assert update["subscribe"][-1] == {"feed": CYD, "mid": "1"}


def test_an_offer_that_nobody_asked_for_is_answered() -> None:
    play = receiving()
    inactive = [{**line("0"), "active": False}, {**line("1", kind="video"), "active": False}, data_line("2")]
    play.tells({"videoroom": "updated", "streams": inactive}, OFFER, RECEIVE)
    play.then(Route(()), Answer(Way.RECEIVE, "server's offer"))
    play.tells({"unpublished": BEN})
    play.events()
    play.tells({"videoroom": "updated", "streams": inactive}, {**OFFER, "sdp": "another"}, RECEIVE)
    play.tells({"videoroom": "updated", "streams": inactive}, {**OFFER, "sdp": "the last"}, RECEIVE)
    play.then()
    play.described(Way.RECEIVE, "our answer")
    play.then(asks("start", jsep="our answer"))
    play.answers("start", {"videoroom": "event", "started": "ok"})
    play.then(Answer(Way.RECEIVE, "the last"))


def test_an_offer_that_is_promised_is_waited_for() -> None:
    play = receiving(someone(CYD, "Cyd", AUDIO))
    play.want(CYD_PID)
    play.taken()
    play.answers("update", {"videoroom": "updating", "room": 1234})
    play.later(3)
    assert play.words()
    play.tells({"videoroom": "updated", "streams": [line("3", CYD, "0")]}, OFFER, RECEIVE)
    assert Route((Stream("3", CYD_PID, Source.MICROPHONE),)) in play.taken()


def test_a_promise_that_is_not_kept_begins_anew() -> None:
    play = receiving(someone(CYD, "Cyd", AUDIO))
    play.want(CYD_PID)
    play.taken()
    play.answers("update", {"videoroom": "updating", "room": 1234})
    play.later(ANSWER_WITHIN + 0.5)
    assert Close(Way.RECEIVE) in play.taken()


def test_data_of_one_person_more_needs_no_offer() -> None:
    play = receiving(someone(CYD, "Cyd"))
    play.tells({"publishers": [someone(CYD, "Cyd", DATA)]})
    play.then(asks("update", subscribe=streams((CYD, "2"))))
    play.answers("update", {"videoroom": "updated", "room": 1234})
    play.later(ASK_APART * 2)
    assert asks("update", subscribe=streams((CYD, "2"))) not in play.taken()
    play.tells({"unpublished": CYD})
    play.tells({"publishers": [someone(CYD, "Cyd", DATA)]})
    assert asks("update", subscribe=streams((CYD, "2"))) in play.taken()


def test_nothing_is_asked_again_at_once_when_it_was_granted_and_is_not_there() -> None:
    play = receiving(someone(CYD, "Cyd", AUDIO))
    play.want(CYD_PID)
    play.taken()
    for _ in range(2):
        play.answers("update", {"videoroom": "updated", "room": 1234})
        play.then()
        play.later(ASK_APART)
        update = asks("update", subscribe=streams((CYD, "0")))
        assert [each for each in play.taken() if each == update] == [update]


def test_a_stream_that_is_gone_does_not_keep_others_from_being_received() -> None:
    play = Play()
    play.live(*(someone(id, "", AUDIO) for id in (BEN, CYD, 44)))
    for pid in (BEN_PID, CYD_PID, PeerId("44")):
        play.want(pid)
    play.answered("attach", {"id": RECEIVE})
    play.taken()
    play.refuses("join", 428, "No such feed (33)")
    play.then(subscribe((BEN, "0")))
    play.answers("join", {"videoroom": "attached", "streams": [line("0", BEN, "0")]}, OFFER)
    play.described(Way.RECEIVE, "our answer")
    play.taken()
    play.answers("start", {"videoroom": "event", "started": "ok"})
    play.then(asks("update", subscribe=streams((CYD, "0"))))
    play.refuses("update", 428, "No such feed (33)")
    play.then(asks("update", subscribe=streams((44, "0"))))
    answered(play, line("0", BEN, "0"), line("1", 44, "0"))
    assert play.room.counts["refused"] == 2
    play.later(5)
    assert not [each for each in play.taken() if isinstance(each, dict)]
    play.tells({"publishers": [someone(CYD, "Cyd", AUDIO)]})
    play.then(asks("update", subscribe=streams((CYD, "0"))))


def test_a_stream_of_somebody_who_left_meanwhile_may_be_refused() -> None:
    play = receiving(someone(CYD, "Cyd", AUDIO))
    play.want(CYD_PID)
    play.tells({"leaving": CYD})
    play.taken()
    play.refuses("update", 428)
    play.then()


def test_a_room_that_lets_nobody_receive_is_told_of() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO))
    play.want(BEN_PID)
    play.answered("attach", {"id": RECEIVE})
    play.taken()
    play.refuses("join", 433, "Unauthorized (this room requires a valid private_id)")
    assert play.taken() == [Notice("The room does not let us hear and see the others.", serious=True)]


def test_sections_that_nobody_needs_are_given_back_after_a_moment() -> None:
    play = receiving()
    play.want(BEN_PID, Source.CAMERA, Level.OFF)
    play.then()
    play.later(REMOVE_AFTER - 0.25)
    play.want(BEN_PID, Source.CAMERA)
    play.later(REMOVE_AFTER)
    play.then()
    play.want(BEN_PID, Source.CAMERA, Level.OFF)
    play.later(REMOVE_AFTER + 0.25)
    assert play.taken()[0] == asks("update", unsubscribe=[{"sub_mid": "1"}])
    answered(play, line("0", BEN, "0"), {**line("1", kind="video"), "active": False}, data_line("2", BEN))


def test_the_size_of_a_picture_is_chosen_where_there_are_several() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", HD))
    play.want(BEN_PID, Source.CAMERA, Level.LOW)
    play.receive(line("0", BEN, "1", "video"))
    play.want(BEN_PID, Source.CAMERA, Level.LOW)
    play.then()
    for level, substream in ((Level.FULL, 2), (Level.MEDIUM, 1)):
        play.want(BEN_PID, Source.CAMERA, level)
        play.then(asks("configure", streams=[{"mid": "0", "substream": substream}]))
        play.answers("configure", {"videoroom": "event", "configured": "ok"})
    play.tells({"publishers": [someone(CYD, "Cyd", HD)]})
    play.want(CYD_PID, Source.CAMERA, Level.FULL)  # the largest is what comes anyhow
    play.taken()
    answered(play, line("0", BEN, "1", "video"), line("1", CYD, "1", "video"))
    play.later(0.5)
    play.then()


def test_a_size_that_does_not_come_is_asked_for_again_and_not_for_ever() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", HD))
    play.want(BEN_PID, Source.CAMERA, Level.FULL)
    play.receive(line("0", BEN, "1", "video"))
    low = asks("configure", streams=[{"mid": "0", "substream": 0}])
    play.want(BEN_PID, Source.CAMERA, Level.LOW)
    play.then(low)
    play.tells({"mid": "0", "substream": 2}, handle=RECEIVE)  # as before
    for _ in range(TRIES - 1):
        play.answers("configure", {"videoroom": "event", "configured": "ok"})
        play.later(AGAIN - 0.5)
        assert low not in play.taken()
        play.later(0.6)
        assert play.taken().count(low) == 1
    play.answers("configure", {"videoroom": "event", "configured": "ok"})
    play.later(3 * AGAIN)
    assert low not in play.taken()


def test_a_size_that_came_is_not_asked_for_again() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", HD))
    play.want(BEN_PID, Source.CAMERA, Level.MEDIUM)
    play.receive(line("0", BEN, "1", "video"))
    play.tells({"mid": "0", "substream": 1}, handle=RECEIVE)
    play.tells({"mid": "7", "substream": 1}, handle=RECEIVE)  # of no section
    play.later(3 * AGAIN)
    assert asks("configure", streams=[{"mid": "0", "substream": 1}]) not in play.taken()


def test_a_low_picture_is_asked_for_as_soon_as_it_is_there() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", HD))
    play.want(BEN_PID, Source.CAMERA, Level.LOW)
    play.answered("attach", {"id": RECEIVE})
    play.taken()
    play.answers("join", {"videoroom": "attached", "streams": [line("0", BEN, "1", "video")]}, OFFER)
    play.described(Way.RECEIVE, "our answer")
    play.taken()
    play.answers("start", {"videoroom": "event", "started": "ok"})
    play.then(asks("configure", streams=[{"mid": "0", "substream": 0}]))


def test_a_screen_comes_before_a_camera_and_one_picture_at_a_time() -> None:
    play = receiving()
    play.want(BEN_PID, Source.SCREEN, Level.MEDIUM)
    play.then()
    play.tells({"publishers": [someone(BEN, "Ben", AUDIO, VIDEO, SCREEN, DATA)]})
    told = play.taken()
    assert told[0] == asks("update", subscribe=streams((BEN, "2"), (BEN, "3")), unsubscribe=[{"sub_mid": "1"}])
    assert told[-1].participant.sources == {Source.MICROPHONE, Source.CAMERA, Source.SCREEN}
    answered(play, line("0", BEN, "0"), line("1", BEN, "3", "video"), data_line("2", BEN))
    play.want(BEN_PID, Source.SCREEN, Level.OFF)
    assert play.taken()[0]["subscribe"] == streams((BEN, "1"))


def test_what_cannot_be_played_is_not_asked_for_and_the_reason_is_told() -> None:
    play = Play()
    odd: list[dict[str, Any]] = [{**AUDIO, "codec": "g722"}, {**VIDEO, "codec": "vp9"}, {**SCREEN, "codec": ""}]
    play.live(someone(BEN, "Ben", *odd))
    for source in Source:
        play.want(BEN_PID, source)
    play.then()
    assert play.room.participants[BEN_PID].missing == {
        Source.MICROPHONE: "g722 sound cannot be heard",
        Source.CAMERA: "vp9 pictures cannot be shown",
        Source.SCREEN: "unknown pictures cannot be shown",
    }


def test_streams_that_are_switched_off_are_not_there() -> None:
    play = Play()
    off: list[dict[str, Any]] = [
        {**VIDEO, "disabled": True},
        {**AUDIO, "codec": "none"},
        {"type": "smell", "mid": "7"},
        {"type": "audio"},
    ]
    play.live(someone(BEN, "Ben", *off, {"type": "audio"}, {**AUDIO, "mid": "m" * 65}))
    assert play.room.participants[BEN_PID].sources == frozenset()
    assert play.room.participants[BEN_PID].muted


def test_several_cameras_are_named_and_the_first_is_shown() -> None:
    play = Play()
    more = [{**VIDEO, "mid": "5", "description": "the\x1b[31m door"}, {**VIDEO, "mid": "6"}]
    play.live(someone(BEN, "Ben", VIDEO, *more))
    view = play.room.participants[BEN_PID]
    assert view.sources == {Source.CAMERA}
    assert (view.picture, view.also) == ("camera 1", ("the door", "camera 2"))


def test_of_several_pictures_the_next_can_be_chosen_and_again_the_first() -> None:
    play = receiving()
    play.want(BEN_PID, Source.SCREEN)
    door = {**VIDEO, "mid": "5", "description": "the door"}
    screen = {**SCREEN, "codec": "vp8", "description": "a screen"}
    play.tells({"publishers": [someone(BEN, "Ben", AUDIO, VIDEO, screen, door, DATA)]})
    assert play.taken()[0] == asks("update", subscribe=streams((BEN, "2"), (BEN, "3")), unsubscribe=[{"sub_mid": "1"}])
    answered(play, line("0", BEN, "0"), line("1", BEN, "3", "video"), data_line("2", BEN))
    view = play.room.participants[BEN_PID]
    assert (view.picture, view.also) == ("a screen", ("the door", "camera 1"))
    for mid, source, picture, also in (
        ("5", Source.CAMERA, "the door", ("camera 1", "a screen")),
        ("1", Source.CAMERA, "camera 1", ("a screen", "the door")),
        ("3", Source.SCREEN, "a screen", ("the door", "camera 1")),
    ):
        play.next_picture(BEN_PID)
        request, route, changed = play.taken()
        assert request == asks("update", subscribe=streams((BEN, mid)), unsubscribe=[{"sub_mid": "1"}])
        assert [stream.source for stream in route.streams] == [Source.MICROPHONE]  # no picture under the wrong name
        assert (changed.participant.picture, changed.participant.also) == (picture, also)
        assert changed.participant.sources == {Source.MICROPHONE, Source.CAMERA, Source.SCREEN}
        play.answers(
            "update",
            {
                "videoroom": "updated",
                "streams": [line("0", BEN, "0"), line("1", BEN, mid, "video"), data_line("2", BEN)],
            },
            OFFER,
        )
        routed = [one for one in play.taken() if isinstance(one, Route)][-1]
        assert routed.streams[-1] == Stream("1", BEN_PID, source)
        play.described(Way.RECEIVE, "our answer")
        play.answers("start", {"videoroom": "event", "started": "ok"})
        play.then(asks("start", jsep="our answer"))


def test_when_the_chosen_picture_goes_the_usual_one_comes_and_stays() -> None:
    play = Play()
    screen, door = {**SCREEN, "codec": "vp8"}, {**VIDEO, "mid": "5", "description": "the door"}
    play.live(someone(BEN, "Ben", VIDEO, screen, door))
    play.next_picture(BEN_PID)
    play.tells({"publishers": [someone(BEN, "Ben", AUDIO, VIDEO, screen, door)]})
    assert play.room.participants[BEN_PID].picture == "the door"
    play.tells({"publishers": [someone(BEN, "Ben", VIDEO, screen)]})
    assert play.room.participants[BEN_PID].picture == "Ben's SCREEN"
    play.tells({"publishers": [someone(BEN, "Ben", VIDEO, screen, door)]})
    assert play.room.participants[BEN_PID].picture == "Ben's SCREEN"
    play.next_picture(BEN_PID)
    play.tells({"unpublished": BEN})
    assert play.room.participants[BEN_PID].also == ()
    play.tells({"publishers": [someone(BEN, "Ben", VIDEO, screen, door)]})
    assert play.room.participants[BEN_PID].picture == "Ben's SCREEN"


def test_what_can_be_shown_is_chosen_instead_of_what_cannot() -> None:
    play = Play()
    door = {**VIDEO, "mid": "5", "description": "the door"}
    play.live(someone(BEN, "Ben", {**VIDEO, "codec": "vp9"}, {**VIDEO, "mid": "4", "codec": "vp9"}, door))
    view = play.room.participants[BEN_PID]
    assert (view.picture, view.also) == ("", ("the door",))
    play.next_picture(BEN_PID)
    view = play.room.participants[BEN_PID]
    assert (view.picture, view.also, view.missing) == ("", (), {})


def test_where_there_is_no_other_picture_it_says_so() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO, VIDEO), someone(CYD, "Cyd", VIDEO, {**VIDEO, "mid": "5"}))
    hello = write(Hello("ab" * 8, bytes(32), (), Shown(picture=Picture.CAMERA)))
    play.data(CYD, hello)
    for who in (BEN_PID, CYD_PID, PeerId("99")):
        with pytest.raises(ValueError, match=r"^There is no other picture of theirs that can be shown here\.$"):
            play.next_picture(who)
    play.leave()
    play.taken()
    play.next_picture(BEN_PID)
    play.then()


def test_a_broken_connection_is_made_again_later_and_later() -> None:
    play = receiving()
    waits = []
    for _ in range(6):
        play.way(Way.RECEIVE, WayEvent.FAILED)
        began = play.now
        while ATTACH not in play.taken():
            play.later(0.25)
        waits.append(play.now - began)
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    play.receive(line("0", BEN, "0"), line("1", BEN, "1", "video"), data_line("2", BEN), handle=3001)
    play.hears("webrtcup", sender=3001)
    play.later(20)
    play.taken()
    play.hears("hangup", sender=3001)
    play.then(core("detach"), Close(Way.RECEIVE), Route(()))
    play.later(0.5)
    assert ATTACH in play.taken()


def test_a_handle_that_is_not_to_be_had_is_asked_for_again() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO))
    play.want(BEN_PID)
    play.then(ATTACH)
    play.hears("error", transaction=play._asked["attach"], error={"code": 461, "reason": ""})
    play.later(0.5)
    play.then(ATTACH)
    play.lost()
    play.taken()
    play.later(1)
    play.found()
    play.answers("claim")
    assert ATTACH in play.taken()


@pytest.mark.parametrize("when", ["described", "start", "answer"])
def test_a_negotiation_that_gets_stuck_begins_anew(when: str) -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO))
    play.want(BEN_PID)
    play.answered("attach", {"id": RECEIVE})
    play.taken()
    if when != "answer":
        play.answers("join", {"videoroom": "attached", "streams": [line("0", BEN, "0")]}, OFFER)
    if when == "start":
        play.described(Way.RECEIVE, "our answer")
        play.taken()
        play.refuses("start", 499)
    else:
        play.taken()
        play.later(ANSWER_WITHIN + 0.25)
    assert core("detach") in play.taken()


def test_an_answer_that_is_lost_with_the_websocket_is_made_good_by_the_claim() -> None:
    play = receiving(someone(CYD, "Cyd", AUDIO))
    play.want(CYD_PID)
    play.lost()
    play.taken()
    play.tells({"videoroom": "updated", "streams": []}, OFFER, RECEIVE)
    play.then()
    play.found()
    play.answers("claim")
    told = play.taken()
    assert core("detach") in told
    assert ATTACH in told


def test_our_answer_may_come_when_the_websocket_is_gone() -> None:
    play = receiving()
    play.tells({"videoroom": "updated", "streams": [line("0", BEN, "0")]}, OFFER, RECEIVE)
    play.lost()
    play.taken()
    play.described(Way.RECEIVE, "our answer")
    play.then()


def test_what_is_not_about_sections_is_ignored_on_that_handle() -> None:
    play = receiving()
    play.tells({"substream": 1, "mid": "1"}, handle=RECEIVE)
    play.tells({"videoroom": "updated", "streams": []}, handle=RECEIVE)
    play.tells({"videoroom": "slow_link"}, handle=RECEIVE)
    play.tells({"videoroom": "updated", "streams": [{"type": "audio"}, {"type": "x", "mid": "0"}]}, OFFER, RECEIVE)
    play.then(Route(()), Answer(Way.RECEIVE, "server's offer"))


def test_an_offer_without_a_list_changes_nobodys_section() -> None:
    play = receiving()
    play.tells({"videoroom": "updated"}, OFFER, RECEIVE)
    play.then(Answer(Way.RECEIVE, "server's offer"))


def test_not_more_is_received_than_a_machine_can_take() -> None:
    play = Play()
    crowd = [someone(1000 + number, f"P{number}", AUDIO) for number in range(STREAMS_LIMIT + 2)]
    play.live(*crowd)
    for number in range(STREAMS_LIMIT + 2):
        play.want(PeerId(str(1000 + number)))
    play.taken()
    play.answered("attach", {"id": RECEIVE})
    notice, join = play.taken()
    assert isinstance(notice, Notice)
    assert len(join["streams"]) == STREAMS_LIMIT


def test_wants_are_bounded_and_forgotten_with_the_person() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO))
    for number in range(WANTS_LIMIT + 5):
        play.want(PeerId(f"x{number}"))
    play.want(BEN_PID)
    play.then()
    play.want(PeerId("x1"), level=Level.OFF)
    play.want(PeerId("never"), level=Level.OFF)
    play.want(BEN_PID)
    play.then(ATTACH)
    assert len(play.room._subscriptions.wants._levels) == WANTS_LIMIT
    play.tells({"leaving": BEN})
    assert len(play.room._subscriptions.wants._levels) == WANTS_LIMIT - 1


def test_media_are_a_sign_of_life() -> None:
    play = receiving()
    play.data(BEN, {"incog": "1", "t": "state", "muted": False, "picture": "camera", "hand": False})
    play.taken()
    play.later(5.25)
    assert play.room.participants[BEN_PID].link is Link.SILENT
    play.media("0")
    assert play.room.participants[BEN_PID].link is Link.HERE
    play.media("77")
    assert play.room.participants[BEN_PID].encryption[Source.MICROPHONE] is Encryption.TO_SERVER
    assert LINK


def test_what_comes_late_about_a_connection_that_was_given_up_is_nothing() -> None:
    play = receiving(someone(CYD, "Cyd", AUDIO))
    play.want(CYD_PID)
    play._note()
    late = play._asked["update"]
    play.hears("trickle", sender=RECEIVE, candidate={"completed": True})
    play.way(Way.RECEIVE, WayEvent.FAILED)
    play.taken()
    play.hears("event", transaction=late, sender=RECEIVE, plugindata={"data": {"videoroom": "updated"}}, jsep=OFFER)
    play.then()
    play.later(0.5)
    play.then(ATTACH)
    late = play._asked["attach"]
    play.way(Way.RECEIVE, WayEvent.FAILED)
    play.hears("success", transaction=late, data={"id": 3009})
    play.then(core("detach"))
    play.later(1)
    play.then(ATTACH)
    late = play._asked["attach"]
    play.way(Way.RECEIVE, WayEvent.FAILED)
    play.hears("error", transaction=late, error={"code": 461, "reason": ""})
    play.then()
    play.later(2)
    assert ATTACH in play.taken()
