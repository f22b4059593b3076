"""Coming in, being sent out, losing the server and coming back."""

from __future__ import annotations

import pytest

from net.errors import Asked, Lost, Refused, Unreachable
from net.services.base import (
    AbilitiesChanged,
    Ability,
    Encryption,
    Link,
    Notice,
    Participant,
    ParticipantChanged,
    ParticipantJoined,
    ParticipantLeft,
    PeerId,
    Phase,
    PhaseChanged,
    PrivacyChanged,
    Resynced,
    Source,
)
from net.services.janus.actions import Accept, Candidate, Close, Hangup, Offer, Route, SendData, Way, WayEvent
from net.services.janus.admission import LIST_EVERY, LOST_AFTER
from net.services.janus.conversation import VideoRoom
from net.services.janus.link import parse
from net.services.janus.moderation import CAN, EVERYBODYS
from net.services.janus.publishing import UNHEARD
from net.services.janus.session import ANSWER_WITHIN, KEEPALIVE_EVERY, SILENT_AFTER
from tests.net.janus.playroom import (
    ANSWER,
    AUDIO,
    BEN,
    BEN_PID,
    BOTH,
    CYD,
    CYD_PID,
    DATA,
    KEY,
    LINK,
    ME,
    OFFER,
    ROOM,
    SESSION,
    VIDEO,
    Play,
    asks,
    core,
    line,
    someone,
)
from tests.net.mesh.playbook import chance


def there(pid: PeerId, name: str) -> Participant:
    return Participant(pid, name, Link.HERE)


def test_we_come_into_a_room_and_publish() -> None:
    play = Play()
    assert (play.room.phase, play.room.may, play.room.own) == (Phase.CONNECTING, frozenset(), "")
    play.found()
    play.then(core("create"))
    play._tell({"janus": "success", "transaction": play._asked["create"], "data": {"id": SESSION}})
    play.then(core("attach", plugin="janus.plugin.videoroom"))
    play.answered("attach", {"id": ROOM})
    play.then(asks("join", ptype="publisher", room=1234, display="Ana"))
    play.joined(attendees=[someone(BEN)])
    play.then(
        ParticipantJoined(there(BEN_PID, "Ben")),
        PhaseChanged(Phase.LIVE),
        AbilitiesChanged(CAN, EVERYBODYS),
        PrivacyChanged(Encryption.TO_SERVER),
        Offer(Way.SEND, BOTH),
    )
    play.described(Way.SEND, "our offer")
    play.then(asks("publish", jsep="our offer"))
    play.answers("publish", {"videoroom": "event", "configured": "ok"}, ANSWER)
    play.then(Accept(Way.SEND, "server's answer"))
    play.hears("trickle", sender=ROOM, candidate={"candidate": "candidate:1"})
    play.then(Candidate(Way.SEND, "candidate:1"))
    play.hears("trickle", sender=ROOM, candidate={"completed": True})
    play.then()
    play.way(Way.SEND, WayEvent.CHANNEL)
    (hello,) = play.taken()
    assert isinstance(hello, SendData)
    assert hello.way is Way.SEND
    assert (play.room.phase, play.room.can, play.room.may) == (Phase.LIVE, CAN, EVERYBODYS)
    assert play.room.own == str(ME)
    assert play.room.encryption is Encryption.TO_SERVER
    assert dict(play.room.participants) == {BEN_PID: there(BEN_PID, "Ben")}
    play.leave()
    play.then(core("destroy"), Close(Way.SEND), Hangup("left"), PhaseChanged(Phase.ENDED, "left"))
    assert (play.room.end_reason, play.room.failure) == ("left", None)
    play.later(100)
    play.found()
    play.hears("timeout")
    play.then()


@pytest.mark.parametrize("alias", ["", " ", "a" * 65, "\ud800"])
def test_an_alias_must_be_one_that_can_travel(alias: str) -> None:
    with pytest.raises(ValueError, match=r"alias|surrogates"):
        VideoRoom(parse(LINK), alias=alias, random=chance("x"))


@pytest.mark.parametrize(
    ("code", "error", "kind", "says"),
    [
        (426, "No such room (1234)", Refused, "no such room"),
        (429, "Missing mandatory element (pin)", Asked, "asks for a PIN"),
        (433, "Unauthorized (wrong pin)", Asked, "asks for a PIN"),
        (433, "Unauthorized (not in the allowed list)", Asked, "asks for a token"),
        (432, "Maximum number", Refused, "full"),
        (403, "", Asked, "token"),
        (499, "<b>who knows</b>", Refused, "said 499"),
    ],
)
def test_a_room_does_not_let_us_in(code: int, error: str, kind: type[Refused], says: str) -> None:
    play = Play()
    play.found()
    play._created()
    play.answered_attach(ROOM)
    play.taken()
    play.refuses("join", code, error)
    assert isinstance(play.room.failure, kind)
    assert says in str(play.room.failure)
    if isinstance(play.room.failure, Asked):
        assert play.room.failure.what == ("pin" if "PIN" in says else "token")
    reason = str(play.room.failure)
    play.then(core("destroy"), Hangup(reason), PhaseChanged(Phase.ENDED, reason, may_rejoin=True))


def test_a_wrong_pin_is_called_so() -> None:
    play = Play(pin="1")
    play.found()
    play._created()
    play.answered_attach(ROOM)
    play.then(asks("join", ptype="publisher", room=1234, display="Ana", pin="1"))
    play.refuses("join", 433, "Unauthorized (wrong pin)")
    assert str(play.room.failure) == "The room does not take this PIN."


def test_a_server_without_such_rooms_is_not_for_us() -> None:
    play = Play()
    play.found()
    play._created()
    play.taken()
    play._tell(
        {
            "janus": "error",
            "session_id": SESSION,
            "transaction": play._asked["attach"],
            "error": {"code": 460, "reason": "No such plugin"},
        }
    )
    assert isinstance(play.room.failure, Refused)
    assert "no rooms of this kind" in str(play.room.failure)


def test_a_server_that_makes_no_session_refuses_us() -> None:
    play = Play()
    play.found()
    play.taken()
    play._tell({"janus": "error", "transaction": play._asked["create"], "error": {"code": 472, "reason": ""}})
    assert isinstance(play.room.failure, Refused)
    assert play.phases == [Phase.ENDED]


def test_a_server_that_says_nothing_is_unreachable() -> None:
    play = Play()
    play.found()
    play._created()
    play.answered_attach(ROOM)
    play.taken()
    play.later(ANSWER_WITHIN)
    assert isinstance(play.room.failure, Unreachable)


def test_a_join_that_is_answered_with_nonsense_is_refused() -> None:
    play = Play()
    play.found()
    play._created()
    play.answered_attach(ROOM)
    play.taken()
    play.answers("join", {"videoroom": "event", "configured": "ok"})
    assert isinstance(play.room.failure, Unreachable)
    assert play.room.counts == {"malformed": 1}


def test_a_websocket_that_is_gone_before_we_are_in_is_the_end() -> None:
    play = Play()
    play.found()
    play.taken()
    play.lost()
    assert isinstance(play.room.failure, Lost)
    play.lost()
    assert play.phases == [Phase.ENDED]


def test_we_are_removed() -> None:
    play = Play()
    play.live()
    play.tells({"leaving": "ok", "reason": "kicked"})
    reason = "You were removed from the room."
    play.then(core("destroy"), Close(Way.SEND), Hangup(reason), PhaseChanged(Phase.ENDED, reason, may_rejoin=True))
    assert play.room.failure is None
    play = Play()
    play.live()
    play.tells({"leaving": "ok"})
    assert play.room.end_reason == "You were removed from the room by the server."


def test_the_room_is_closed() -> None:
    play = Play()
    play.live()
    play.tells({"videoroom": "destroyed", "room": 1234})
    reason = "The room was closed."
    play.then(core("destroy"), Close(Way.SEND), Hangup(reason), PhaseChanged(Phase.ENDED, reason))


# --- the server is gone, and comes back ------------------------------------------------------------------------------


def test_a_session_is_taken_up_again_and_what_happened_is_asked_for() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO), attendees=[someone(CYD, "Cyd")])
    play.want(BEN_PID)
    play.receive(line("0", BEN, "0"))
    play.lost()
    (changed,) = play.events()
    assert changed.phase is Phase.RECOVERING
    play.lost()
    play.then()
    with pytest.raises(ValueError, match="no connection"):
        play.rename("Other")
    with pytest.raises(ValueError, match="no connection"):
        play.moderate(Ability.LOCK)
    play.found()
    play.then(core("claim"))
    play.answers("claim")
    play.then(
        core("detach"),
        Close(Way.RECEIVE),
        Route(()),
        asks("listparticipants", room=1234),
        core("attach", plugin="janus.plugin.videoroom"),
    )
    present = [{"id": ME, "display": "Ana", "publisher": True}, {"id": BEN, "display": "B.", "publisher": True}]
    present.append({"id": 44, "display": "Dan", "publisher": False})
    play.answers("listparticipants", {"videoroom": "participants", "participants": present})
    left, joined, live, changed = play.events()
    assert left == ParticipantLeft(CYD_PID, "Cyd", "left")
    assert isinstance(joined, ParticipantJoined)
    assert live == PhaseChanged(Phase.LIVE)
    assert isinstance(changed, ParticipantChanged)
    assert changed.participant.name == "B."


@pytest.mark.parametrize(
    "present",
    [
        [{"id": ME, "display": "Ana", "publisher": True}, {"id": CYD, "display": "Cyd", "publisher": True}],
        [{"id": BEN, "display": "Ben", "publisher": True}],
        None,
    ],
)
def test_everything_is_begun_anew_if_somebody_publishes_of_whom_we_were_not_told(present: object) -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO), attendees=[someone(CYD, "Cyd")])
    play.lost()
    play.found()
    play.taken()
    play.answers("claim")
    play.taken()
    if present is None:
        play.refuses("listparticipants", 426)
    else:
        play.answers("listparticipants", {"videoroom": "participants", "participants": present})
    play.then(core("destroy"), Close(Way.SEND), core("create"))
    play._tell({"janus": "success", "transaction": play._asked["create"], "data": {"id": SESSION}})
    play.answered_attach(ROOM)
    play.joined(someone(ME, "Ana", AUDIO), someone(BEN, "Ben", AUDIO), own=12)
    resynced, phase = play.events()[:2]
    assert isinstance(resynced, Resynced)
    assert [one.name for one in resynced.participants] == ["Ben"]  # and not we ourselves, who are leaving
    assert phase == PhaseChanged(Phase.LIVE)


def test_who_publishes_nothing_any_more_is_shown_so() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO))
    play.lost()
    play.found()
    play.answers("claim")
    play.taken()
    present = [{"id": ME, "display": "Ana", "publisher": True}, {"id": BEN, "display": "Ben", "publisher": False}]
    play.answers("listparticipants", {"videoroom": "participants", "participants": present})
    _, changed = play.events()
    assert changed.participant.sources == frozenset()


def test_a_claim_before_we_were_in_begins_anew() -> None:
    play = Play()
    play.found()
    play._created()
    play.taken()
    play.room._admission.was_in = True  # as after a session that expired while we came in
    play.lost()
    play.found()
    play.taken()
    play.answers("claim")
    play.then(core("destroy"), core("create"))


def test_a_list_that_is_lost_on_the_way_is_asked_for_by_the_next_claim() -> None:
    play = Play()
    play.live()
    play.lost()
    play.found()
    play.answers("claim")
    play.taken()
    play.lost()
    play.found()
    play.then(core("claim"))


def test_a_session_that_is_gone_is_begun_anew_with_what_was_wanted() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO))
    play.want(BEN_PID)
    play.want(CYD_PID)
    play.receive(line("0", BEN, "0"))
    play.hears("timeout")
    told = play.taken()
    assert told[:3] == [Close(Way.SEND), Close(Way.RECEIVE), Route(())]
    assert isinstance(told[3], PhaseChanged)
    play._created()
    play.answered_attach(ROOM)
    play.joined(someone(BEN, "Ben", AUDIO), someone(CYD, "Cyd", AUDIO), own=12)
    assert core("attach", plugin="janus.plugin.videoroom") in play.taken()
    play.answered("attach", {"id": 3001})
    streams = [{"feed": BEN, "mid": "0"}, {"feed": CYD, "mid": "0"}]
    play.then(asks("join", ptype="subscriber", room=1234, streams=streams, private_id=99))


def test_a_server_that_falls_silent_is_looked_for() -> None:
    play = Play()
    play.live()
    play.deaf = True
    play.at(KEEPALIVE_EVERY)
    play.taken()
    play.later(SILENT_AFTER)
    told = [each for each in play.taken() if not isinstance(each, SendData)]
    assert told[0] == Hangup("The server says nothing any more.")
    assert isinstance(told[1], PhaseChanged)
    play.found()
    play.then(core("claim"))


def test_a_meeting_is_lost_after_a_while() -> None:
    play = Play()
    play.live()
    play.lost()
    play.taken()
    play.later(LOST_AFTER)
    assert isinstance(play.room.failure, Lost)
    assert play.phases == [Phase.ENDED]


def test_a_refusal_when_we_come_back_is_the_end() -> None:
    play = Play()
    play.live()
    play.hears("timeout")
    play._created()
    play.answered_attach(ROOM)
    play.taken()
    play.refuses("join", 426)
    assert isinstance(play.room.failure, Lost)


def test_a_server_that_does_not_answer_when_we_come_back_is_asked_again() -> None:
    play = Play()
    play.live()
    play.hears("timeout")
    play._created()
    play.answered_attach(ROOM)
    play.taken()
    play.later(ANSWER_WITHIN)
    assert Hangup("The server does not answer; try again later.") in play.taken()
    play.found()
    play.then(core("claim"))
    play.lost()
    play.found()
    play.taken()
    play.hears("error", transaction=play._asked["claim"], error={"code": 458, "reason": ""})
    play.then(core("create"))
    play.later(ANSWER_WITHIN)
    assert Hangup("The server does not answer; try again later.") in play.taken()
    assert play.room.phase is Phase.RECOVERING


# --- who is here -----------------------------------------------------------------------------------------------------


def test_a_room_that_does_not_tell_who_is_there_is_asked() -> None:
    play = Play()
    play.join()
    play.publish()
    play.later(0.25)
    play.then(asks("listparticipants", room=1234))
    present = [{"id": ME, "display": "Ana", "publisher": True}, {"id": BEN, "display": "Ben", "publisher": False}]
    present.append({"id": CYD, "display": "Cyd", "publisher": True})
    play.answers("listparticipants", {"videoroom": "participants", "participants": present})
    (joined,) = play.events()
    assert joined.participant.id == BEN_PID
    play.later(LIST_EVERY)
    assert asks("listparticipants", room=1234) in play.taken()
    play.refuses("listparticipants", 426)
    play.then()
    play.later(LIST_EVERY)
    play.answers("listparticipants", {"videoroom": "participants", "participants": present[:1]})
    assert ParticipantLeft(BEN_PID, "Ben", "left") in play.events()


def test_nothing_is_asked_of_a_room_that_tells() -> None:
    play = Play()
    play.live()
    play.later(LIST_EVERY * 2)
    assert asks("listparticipants", room=1234) not in play.taken()


# --- publishing ------------------------------------------------------------------------------------------------------


def test_a_full_room_is_left() -> None:
    play = Play()
    play.join()
    play.described(Way.SEND, "our offer")
    play.taken()
    play.refuses("publish", 432, "Maximum number of publishers (2) already reached")
    assert isinstance(play.room.failure, Refused)
    assert "full" in str(play.room.failure)
    assert play.taken()[:2] == [Close(Way.SEND), core("destroy")]


def test_what_the_room_does_not_take_is_offered_again() -> None:
    play = Play()
    play.live()
    play.hears("hangup", sender=ROOM, reason="DTLS alert")
    play.then(Close(Way.SEND))
    play.hears("hangup", sender=ROOM)
    play.hears("trickle", sender=ROOM, candidate={"candidate": "candidate:1"})
    play.then()
    play.later(0.5)
    play.then(Offer(Way.SEND, BOTH))
    play.described(Way.SEND, "our offer")
    play.taken()
    play.refuses("publish", 432)  # somebody took our place meanwhile
    assert play.taken()[0] == Close(Way.SEND)
    assert play.room.phase is Phase.LIVE
    play.later(1)
    play.then(Offer(Way.SEND, BOTH))
    play.described(Way.SEND, "our offer")
    play.answers("publish", {"videoroom": "event", "configured": "ok"})  # without an answer to the offer
    assert play.taken()[1] == Close(Way.SEND)
    play.later(2)
    play.then(Offer(Way.SEND, BOTH))


def test_a_connection_that_broke_is_cleared_away_before_the_next() -> None:
    play = Play()
    play.live()
    play.way(Way.SEND, WayEvent.FAILED)
    play.then(Notice(UNHEARD, serious=True), Close(Way.SEND), core("hangup"))
    play.way(Way.SEND, WayEvent.FAILED)
    play.later(1)
    play.then()
    play.answers("hangup")
    play.hears("hangup", sender=ROOM)
    play.later(0.25)
    play.then(Offer(Way.SEND, BOTH))
    play.way(Way.SEND, WayEvent.FAILED)
    play.then(Close(Way.SEND))
    play.described(Way.SEND, "too late")
    play.later(1)
    play.then(Offer(Way.SEND, BOTH))
    play.publish_again()
    play.later(25)
    play.taken()
    play.way(Way.SEND, WayEvent.FAILED)
    play.taken()
    play.later(3.25)  # nobody says that it is cleared away
    assert Offer(Way.SEND, BOTH) in play.taken()


def test_nothing_is_published_while_the_server_is_gone() -> None:
    play = Play()
    play.live()
    play.lost()
    play.taken()
    play.way(Way.SEND, WayEvent.FAILED)
    play.later(10)
    play.then(Notice(UNHEARD, serious=True), Close(Way.SEND))
    play.found()
    play.answers("claim")
    assert Offer(Way.SEND, BOTH) not in play.taken()
    play.later(0.25)
    assert Offer(Way.SEND, BOTH) in play.taken()


def test_frames_are_sealed_in_a_room_with_a_key() -> None:
    play = Play(LINK + KEY)
    play.join()
    offer = play.taken()[-1]
    assert isinstance(offer, Offer)
    assert offer.key is not None
    assert len(offer.key) == 32
    assert play.room.encryption is Encryption.END_TO_END
    play._out.append(offer)
    play.publish()
    play.hears("hangup", sender=ROOM)
    play.later(0.5)
    again = [each for each in play.taken() if isinstance(each, Offer)]
    assert again == [offer]


def test_reports_about_ways_that_are_none_of_ours_are_ignored() -> None:
    play = Play()
    play.live()
    for way in (Way.TEXT, Way.BRIDGE):
        play.described(way, "sdp")
        play.way(way, WayEvent.FAILED)
    play.described(Way.RECEIVE, "sdp")
    play.described(Way.SEND, "sdp")
    play.tells({"some": "thing"})
    play.tells({"started": "ok"}, OFFER)
    play.then()


def test_the_sources_that_somebody_publishes_are_shown() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO, VIDEO, DATA))
    view = play.room.participants[BEN_PID]
    assert view.sources == {Source.MICROPHONE, Source.CAMERA}
    assert not view.muted
    assert view.camera
    assert view.encryption == dict.fromkeys(view.sources, Encryption.TO_SERVER)


def test_a_session_that_expires_while_we_come_in_is_no_recovery() -> None:
    play = Play()
    play.found()
    play._created()
    play.taken()
    play.hears("timeout")
    play.then(core("create"))
    assert play.room.phase is Phase.CONNECTING


def test_nothing_comes_out_after_the_end() -> None:
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO, DATA))
    play.leave()
    play.taken()
    play.leave()
    play.lost()
    play.found()
    play.want(BEN_PID)
    play.show(hand=True)
    play.say("hello")
    play.rename("Other")
    play.moderate(Ability.LOCK)
    play.data(BEN, "text")
    play.media("0")
    play.described(Way.SEND, "sdp")
    play.way(Way.SEND, WayEvent.CHANNEL)
    play.tells({"joining": someone(CYD)})
    play._do(play.room.examined((), True, play.now))
    play.later(3)
    play.then()


def test_an_answer_about_a_connection_that_was_given_up_is_nothing() -> None:
    play = Play()
    play.join(attendees=[])
    play.described(Way.SEND, "our offer")
    play._note()
    late = play._asked["publish"]
    play.way(Way.SEND, WayEvent.FAILED)
    play.hears("hangup", sender=ROOM)
    play.later(0.5)
    play.taken()
    data = {"videoroom": "event", "configured": "ok"}
    play.hears("event", transaction=late, sender=ROOM, plugindata={"data": data}, jsep=ANSWER)
    play.then()
    play.described(Way.SEND, "our offer")
    play.lost()
    assert not [each for each in play.taken() if isinstance(each, Close)]


def test_an_answer_to_our_offer_that_is_lost_with_the_websocket_is_asked_for_by_another_offer() -> None:
    play = Play()
    play.join(attendees=[])
    play.described(Way.SEND, "our offer")
    play.hears("hangup", sender=ROOM)  # of one before, which a slow server tells late
    play.lost()
    play.found()
    play.taken()
    play.answers("claim")
    assert play.taken()[:2] == [Close(Way.SEND), core("hangup")]
    play.later(3.25)
    assert Offer(Way.SEND, BOTH) in play.taken()
