from __future__ import annotations

import pytest

from net.errors import Asked, Lost, Refused, Unreachable
from net.services.base import (
    AbilitiesChanged,
    Ability,
    Encryption,
    IdentityChanged,
    IdentityKind,
    Link,
    Moderated,
    Notice,
    Participant,
    ParticipantChanged,
    ParticipantJoined,
    ParticipantLeft,
    PeerId,
    Phase,
    PhaseChanged,
    PrivacyChanged,
    RemoteMuteRequest,
    Resynced,
    Source,
    SpeakingChanged,
)
from net.services.janus.actions import Accept, Candidate, Close, Hangup, Offer, Way, WayEvent
from net.services.janus.attachment import CONNECT_WITHIN, RETRY_AFTER
from net.services.janus.bridge import Bridge
from net.services.janus.link import JanusLink
from net.services.janus.presence import LOOK_EVERY, LOST_AFTER, SOUND, WORDS
from net.services.janus.rule import MODERATION
from net.services.janus.session import ANSWER_WITHIN, KEEPALIVE_EVERY, SILENT_AFTER
from net.services.janus.texters import PEOPLE_LIMIT
from net.services.strict import ALIAS_LIMIT
from tests.net.janus.bridge_stage import (
    ANSWER,
    BEN,
    CARA,
    ME,
    OFFER,
    ROOM,
    SEAT,
    SEAT_2,
    SESSION,
    Asks,
    Play,
    Says,
    person,
)
from tests.net.mesh.playbook import chance

BEN_PID = PeerId(str(BEN))
HEARD = frozenset({Source.MICROPHONE})
SECURED = {Source.MICROPHONE: Encryption.TO_SERVER}
MEETING = SOUND | MODERATION
JOIN = Asks({"request": "join", "room": ROOM, "display": "Ana", "muted": True})
WHO = Asks({"request": "listparticipants", "room": ROOM})
BROKEN = "The connection that carries the sound is gone; it is made again."


def ben(name: str = "Ben", *, muted: bool = False) -> Participant:
    return Participant(BEN_PID, name, Link.HERE, muted, sources=HEARD, encryption=SECURED)


def coming(name: str = "Ben", id: int = BEN, *, muted: bool = False) -> Participant:
    return Participant(PeerId(str(id)), name, Link.CONNECTING, muted)


# --- coming in -------------------------------------------------------------------------------------------------------


def test_a_meeting_from_the_beginning() -> None:
    play = Play()
    assert (play.phase, play.it.can, play.it.may, play.it.own) == (Phase.CONNECTING, MEETING, frozenset(), "")
    play.start().then(Says("create"))
    play.gives("create", SESSION).then(Says("attach", "audiobridge"))
    play.gives("attach", SEAT).then(JOIN)
    play.enters(person(BEN, here=False)).then(
        PhaseChanged(Phase.LIVE),
        PrivacyChanged(Encryption.TO_SERVER),
        ParticipantJoined(coming()),
        Offer(Way.BRIDGE, HEARD),
        AbilitiesChanged(MEETING, SOUND),
    )
    play.described(Way.BRIDGE, OFFER).then(Asks({"request": "configure", "muted": True}, OFFER))
    play.answers("configure", {"audiobridge": "event", "result": "ok"}, ANSWER).then(Accept(Way.BRIDGE, ANSWER))
    play.happens(Way.BRIDGE, WayEvent.UP).then(WHO)
    listed = {"audiobridge": "participants", "participants": [person(ME, "Ana"), person(BEN)]}
    play.answers("listparticipants", listed).then(ParticipantChanged(ben()))
    assert play.people == {BEN_PID: ben()}
    assert (play.phase, play.it.encryption, play.it.failure) == (Phase.LIVE, Encryption.TO_SERVER, None)
    assert Ability.APART not in play.it.can
    assert play.it.own == str(ME)


def test_pin_and_token_are_given_and_the_secret_is_not() -> None:
    play = Play(pin="1", token="t", secret="s")
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", SEAT).then(Asks({**JOIN.body, "pin": "1", "token": "t"}))
    play.enters().then(
        PhaseChanged(Phase.LIVE),
        PrivacyChanged(Encryption.TO_SERVER),
        Offer(Way.BRIDGE, HEARD),
        AbilitiesChanged(MEETING, MEETING),
    )


@pytest.mark.parametrize(
    ("code", "reason", "given", "kind", "says"),
    [
        (485, "No such room (1)", "", Refused, "no such room"),
        (483, "Missing mandatory element (pin)", "", Asked, "asks for a PIN"),
        (489, "Unauthorized (wrong pin)", "1", Asked, "does not take this PIN"),
        (489, "Unauthorized (not in the allowed list)", "", Asked, "asks for a token"),
        (484, "Invalid element type (room should be a string)", "", Refused, "not named like this one"),
        (490, "User ID 1 already exists", "", Refused, "it said 436"),
        (499, "?", "", Refused, "it said 499"),
    ],
)
def test_a_room_that_does_not_let_us_in(code: int, reason: str, given: str, kind: type[Exception], says: str) -> None:
    play = Play(pin=given)
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", SEAT).skip()
    play.fails("join", code, reason)
    *closing, ended = play.skip()
    assert closing == [Says("destroy"), Hangup(play.it.end_reason)]
    assert ended == PhaseChanged(Phase.ENDED, play.it.end_reason)
    assert isinstance(play.it.failure, kind)
    assert says in play.it.end_reason
    play.start().then()
    play.tick(100).then()


def test_a_server_without_audiobridge() -> None:
    play = Play()
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.fails("attach", 460).skip()
    assert str(play.it.failure) == "The server has no rooms of this kind; check the link."


def test_a_server_that_does_not_answer_the_join() -> None:
    play = Play()
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", SEAT).skip()
    play.wait(ANSWER_WITHIN)
    assert play.phase is Phase.ENDED
    assert isinstance(play.it.failure, Unreachable)


def test_a_server_that_makes_no_session() -> None:
    play = Play()
    play.start().skip()
    play.fails("create", 403).then(
        Hangup("The server asks for a token, or does not take the one given."),
        PhaseChanged(Phase.ENDED, "The server asks for a token, or does not take the one given.", may_rejoin=True),
    )
    assert isinstance(play.it.failure, Asked)


def test_a_connection_that_is_lost_before_we_were_let_in() -> None:
    play = Play()
    play.start().skip()
    play.lost()
    assert isinstance(play.skip()[-1], PhaseChanged)
    assert isinstance(play.it.failure, Lost)


@pytest.mark.parametrize("asked", ["attach", "join"])
def test_one_that_is_lost_on_the_way_in(asked: str) -> None:
    play = Play()
    play.start().skip()
    play.gives("create", SESSION).skip()
    if asked == "join":
        play.gives("attach", SEAT).skip()
    play.lost()
    assert play.skip()[-1] == PhaseChanged(Phase.ENDED, play.it.end_reason, may_rejoin=True)


def test_a_seat_that_is_not_answered_for_is_asked_for_again_once_we_were_in() -> None:
    play = Play().in_it().breaks()
    play.wait(RETRY_AFTER[0])
    play.wait(ANSWER_WITHIN)
    play.wait(RETRY_AFTER[1])
    assert [what for what, _ in play.open].count("attach") == 2
    assert play.phase is Phase.RECOVERING


def test_an_answer_that_is_none_is_like_no_answer() -> None:
    play = Play()
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", SEAT).skip()
    play.answers("join", {"audiobridge": "joined", "participants": []}).skip()
    assert play.phase is Phase.ENDED
    assert play.it.counts["malformed"] == 1


@pytest.mark.parametrize("alias", ["", " ", "x" * (ALIAS_LIMIT + 1), "\ud800"])
def test_an_alias_that_cannot_travel(alias: str) -> None:
    link = JanusLink("h", 1, True, 1, plugin="audiobridge")
    with pytest.raises(ValueError, match=r"alias|surrogates"):
        Bridge(link, alias=alias, random=chance("x"))
    with pytest.raises(ValueError, match="no AudioBridge"):
        Bridge(JanusLink("h", 1, True, 1), alias="Ana", random=chance("x"))
    with pytest.raises(ValueError, match=r"alias|surrogates"):
        Play().rename(alias)


# --- the others ------------------------------------------------------------------------------------------------------


def test_they_come_mute_speak_are_called_otherwise_and_leave() -> None:
    play = Play().in_it()
    play.tells({"audiobridge": "joined", "room": ROOM, "participants": [person(BEN, here=False)]}).then(
        ParticipantJoined(coming())
    )
    play.changed(person(BEN)).then(ParticipantChanged(ben()))
    play.changed(person(BEN)).then()
    play.tells({"audiobridge": "talking", "room": ROOM, "id": BEN}).then(SpeakingChanged(BEN_PID, True))
    play.tells({"audiobridge": "talking", "room": ROOM, "id": BEN}).then()
    play.tells({"audiobridge": "stopped-talking", "room": ROOM, "id": BEN}).then(SpeakingChanged(BEN_PID, False))
    play.tells({"audiobridge": "talking", "room": ROOM, "id": BEN}).skip()
    play.changed(person(BEN, muted=True)).then(SpeakingChanged(BEN_PID, False), ParticipantChanged(ben(muted=True)))
    play.tells({"audiobridge": "talking", "room": ROOM, "id": BEN}).then()  # who is muted is not heard
    play.tells({"audiobridge": "talking", "room": ROOM, "id": 7}).then()
    play.changed(person(BEN, "Be\u202ett\x1b[1m", muted=True)).then(ParticipantChanged(ben("Bett", muted=True)))
    play.tells({"audiobridge": "event", "room": ROOM, "leaving": BEN}).then(ParticipantLeft(BEN_PID, "Bett", "left"))
    play.tells({"audiobridge": "event", "room": ROOM, "leaving": BEN}).then()
    assert play.people == {}


def test_one_who_speaks_as_we_come_and_one_who_is_suspended() -> None:
    play = Play()
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", SEAT).skip()
    play.enters(person(BEN, talking=True), person(CARA, "", suspended=True))
    events = play.events()
    assert SpeakingChanged(BEN_PID, True) in events
    assert ParticipantJoined(
        Participant(PeerId(str(CARA)), "someone", Link.HERE, True, False, False, HEARD, SECURED)
    ) in (events)
    play.tells({"audiobridge": "event", "room": ROOM, "kicked": BEN}).then(
        SpeakingChanged(BEN_PID, False), ParticipantLeft(BEN_PID, "Ben", "was removed")
    )


def test_names_that_may_be_taken_for_others() -> None:
    play = Play().in_it(person(BEN))
    play.changed(person(CARA, "Ana")).then(
        ParticipantJoined(Participant(PeerId(str(CARA)), "Ana", Link.HERE, False, sources=HEARD, encryption=SECURED)),
        IdentityChanged(PeerId(str(CARA)), "Ana", IdentityKind.LIKE_OURS, "Ana", here=True),
    )
    play.rename("Zoe").skip()
    play.changed(person(BEN, "Zoe")).then(
        ParticipantChanged(ben("Zoe")),
        IdentityChanged(BEN_PID, "Zoe", IdentityKind.LIKE_OURS, "Zoe", here=True),
    )


def test_a_crowd_is_bounded() -> None:
    play = Play().in_it()
    play.changed(*(person(id, f"one {id}") for id in range(2000, 2000 + PEOPLE_LIMIT + 5)))
    assert play.events()[-1] == Notice(f"More than {PEOPLE_LIMIT} people are here; the others are not shown.")
    assert len(play.people) == PEOPLE_LIMIT


def test_what_is_not_understood_is_counted_and_ignored() -> None:
    play = Play().in_it()
    play.tells({"audiobridge": "announcement-started", "room": ROOM, "file_id": "x"}).then()
    play.tells({"audiobridge": "event", "room": ROOM}).then()
    play.tells({"audiobridge": "event", "participants": [{"display": "x"}]}).then()
    assert play.it.counts["malformed"] == 1
    play.data("{}").then()
    play.media().then()
    play.want().then()
    play.described(Way.SEND, OFFER).then()
    play.happens(Way.SEND, WayEvent.FAILED).then()
    play.described(Way.TEXT, OFFER).then()
    play.happens(Way.BRIDGE, WayEvent.CHANNEL).then()
    play.tells({"audiobridge": "event", "room": ROOM, "leaving": ME}).then()
    before = play.it.counts["up"]
    play.comes({"janus": "webrtcup", "session_id": SESSION, "sender": SEAT}).then()
    assert play.it.counts["up"] == before + 1


def test_there_is_no_picture_to_choose() -> None:
    play = Play().in_it()
    with pytest.raises(ValueError, match="no pictures in this meeting"):
        play.it.next_picture(str(BEN), play.now)


def test_what_the_room_tells_before_we_are_in_it_is_ignored() -> None:
    play = Play()
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", SEAT).skip()
    play.changed(person(BEN)).then()
    assert play.it.counts["out of place"] == 1


# --- whether we are heard --------------------------------------------------------------------------------------------


def test_muting_is_told_and_told_once() -> None:
    play = Play().in_it()
    play.shows(muted=True).then()
    play.shows(muted=False).then(Asks({"request": "configure", "muted": False}))
    play.answers("configure", {"audiobridge": "event", "result": "ok"}).then()
    play.tick(0.2).skip()
    play.shows(muted=True).then(Asks({"request": "configure", "muted": True}))
    play.fails("configure", 499).then()
    play.tick(0.2).then()


def test_what_was_not_answered_is_told_again() -> None:
    play = Play().in_it()
    play.tick().skip()
    play.shows(muted=False).skip()
    assert play.wait(ANSWER_WITHIN - 0.5) == []
    assert play.wait(1) == [Asks({"request": "configure", "muted": False})]


def test_who_was_unmuted_before_the_sound_is_there_joins_so() -> None:
    play = Play()
    play.shows(muted=False).then()
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", SEAT).then(Asks({**JOIN.body, "muted": False}))
    play.enters().skip()
    play.described(Way.BRIDGE, OFFER).then(Asks({"request": "configure", "muted": False}, OFFER))


def test_a_moderator_mutes_us_and_nobody_unmutes_us() -> None:
    play = Play().in_it()
    play.shows(muted=False).skip()
    play.answers("configure", {"audiobridge": "event", "result": "ok"}).skip()
    play.changed(person(ME, "Ana", muted=True)).then(RemoteMuteRequest("a moderator of the room"))
    play.shows(muted=True).then(Asks({"request": "configure", "muted": True}))
    play.changed(person(ME, "Ana", muted=True)).then()
    insists = Asks({"request": "configure", "muted": True})
    play.changed(person(ME, "Ana", muted=False)).then(
        Notice("A moderator unmuted you in the room; incog keeps you muted."), insists
    )
    play.changed(person(ME, "Ana", muted=False)).then(insists)
    play.changed(person(ME, "Ana", muted=False)).then(insists)
    play.changed(person(ME, "Ana", muted=False)).then()


def test_a_room_that_is_muted() -> None:
    play = Play().in_it()
    play.tells({"audiobridge": "event", "room": ROOM, "muted": True}).then(
        Notice("The room was muted: nobody is heard but those who know its secret.", serious=True),
        AbilitiesChanged(MEETING, SOUND - {Ability.SPEAK}),
    )
    play.tells({"audiobridge": "event", "room": ROOM, "muted": True}).then()
    play.tells({"audiobridge": "event", "room": ROOM, "muted": False}).then(
        Notice("The room is open again."), AbilitiesChanged(MEETING, SOUND)
    )


def test_whether_the_room_is_recorded_is_asked_for_now_and_then() -> None:
    play = Play().in_it()
    play.tick().then(Asks({"request": "list"}))
    other = {"room": 1, "record": False}
    play.answers("list", {"audiobridge": "success", "list": [{}, other, {"room": ROOM, "record": True}]}).then(
        PrivacyChanged(Encryption.TO_SERVER, recording=True)
    )
    assert play.wait(LOOK_EVERY - 0.5) == []
    assert play.wait(1) == [Asks({"request": "list"})]
    play.answers("list", {"audiobridge": "success", "list": [{"room": ROOM, "muted": True}]}).then(
        PrivacyChanged(Encryption.TO_SERVER, recording=None),
        Notice("The room was muted: nobody is heard but those who know its secret.", serious=True),
        AbilitiesChanged(MEETING, SOUND - {Ability.SPEAK}),
    )


@pytest.mark.parametrize("rooms", [[], None])
def test_a_room_that_is_on_no_list_is_not_asked_about_again(rooms: list[object] | None) -> None:
    play = Play().in_it()
    play.tick().skip()
    if rooms is None:
        play.fails("list", 499).then()
    else:
        play.answers("list", {"audiobridge": "success", "list": rooms}).then()
    assert play.wait(LOOK_EVERY + 2) == []


# --- what breaks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["driver", "server"])
def test_the_connection_of_the_sound_is_made_again(by: str) -> None:
    play = Play().in_it(person(BEN), person(CARA, "Cara"))
    play.tick().skip()
    if by == "driver":
        play.happens(Way.BRIDGE, WayEvent.FAILED)
    else:
        play.hangs_up(SEAT)
    play.then(Close(Way.BRIDGE), WHO, PhaseChanged(Phase.RECOVERING, BROKEN))
    play.changed(person(BEN, muted=True)).then(ParticipantChanged(ben(muted=True)))
    play.tick(1).then()
    play.answers("listparticipants", {"participants": [person(BEN), person(CARA, "Cara")]}).then(
        Notice(BROKEN), Says("detach"), ParticipantChanged(ben())
    )
    play.rename("Zoe").then()
    play.tick().then()
    play.tick(RETRY_AFTER[0]).then(Says("attach", "audiobridge"))
    play.gives("attach", SEAT_2).then(Asks({**JOIN.body, "display": "Zoe"}))
    play.enters(person(BEN), own=ME + 50).then(
        ParticipantLeft(PeerId(str(CARA)), "Cara", "left"), Offer(Way.BRIDGE, HEARD), PhaseChanged(Phase.LIVE)
    )
    play.tells({"audiobridge": "event", "room": ROOM, "kicked": ME}, SEAT_2).then()
    assert list(play.people) == [BEN_PID]


def test_who_is_sent_out_does_not_come_back() -> None:
    """That the connection is closed may be known before the reason."""
    play = Play().in_it(person(BEN))
    play.happens(Way.BRIDGE, WayEvent.FAILED).then(Close(Way.BRIDGE), WHO, PhaseChanged(Phase.RECOVERING, BROKEN))
    play.hangs_up(SEAT).then()
    play.tells({"audiobridge": "event", "room": ROOM, "kicked": ME}).then(
        Says("destroy"),
        Hangup("You were removed from the room."),
        PhaseChanged(Phase.ENDED, "You were removed from the room.", may_rejoin=True),
    )


def test_a_server_that_does_not_say_why_is_asked_to_let_us_in_again() -> None:
    play = Play().in_it(person(BEN))
    play.happens(Way.BRIDGE, WayEvent.FAILED).skip()
    play.fails("listparticipants", 499).then(Notice(BROKEN), Says("detach"))
    assert play.wait(RETRY_AFTER[0] + 0.01) == [Says("attach", "audiobridge")]


def test_it_is_tried_after_longer_and_longer_waits() -> None:
    play = Play().in_it()
    play.breaks()
    for wait in (*RETRY_AFTER, RETRY_AFTER[-1]):
        assert Says("attach", "audiobridge") not in play.wait(wait - 0.01)
        assert play.wait(0.02) == [Says("attach", "audiobridge")]
        play.gives("attach", SEAT_2).skip()
        play.enters().skip()
        play.breaks()


@pytest.mark.parametrize("answer", ["refused", "no description", "an offer"])
def test_a_description_that_is_not_taken(answer: str) -> None:
    play = Play()
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", SEAT).skip()
    play.enters().skip()
    play.described(Way.BRIDGE, OFFER).skip()
    ok = {"audiobridge": "event", "result": "ok"}
    match answer:
        case "refused":
            play.fails("configure", 499)
        case "no description":
            play.answers("configure", ok)
        case _:
            play.answers("configure", ok, OFFER, "offer")
    assert Close(Way.BRIDGE) in play.skip()
    assert play.phase is Phase.RECOVERING
    play.described(Way.BRIDGE, OFFER).then()


def test_a_connection_that_never_comes_about() -> None:
    play = Play()
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", SEAT).skip()
    play.enters().skip()
    play.described(Way.BRIDGE, OFFER).skip()
    play.answers("configure", {"audiobridge": "event", "result": "ok"}, ANSWER).skip()
    assert Close(Way.BRIDGE) not in play.wait(CONNECT_WITHIN - 1)
    assert Close(Way.BRIDGE) in play.wait(2)


def test_answers_to_what_was_given_up_are_ignored() -> None:
    play = Play()
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", SEAT).skip()
    play.enters().skip()
    play.described(Way.BRIDGE, OFFER).skip()
    play.breaks()
    play.answers("configure", {"audiobridge": "event", "result": "ok"}, ANSWER).then()
    play.tick(RETRY_AFTER[0]).skip()
    play.leave().skip()
    assert play.phase is Phase.ENDED


def test_a_handle_that_comes_too_late_is_given_back() -> None:
    play = Play().in_it()
    play.breaks()
    play.wait(RETRY_AFTER[0])
    play.hangs_up(SEAT_2).then()
    play.leave().skip()


def test_addresses_that_the_server_names_by_itself_are_passed_on() -> None:
    play = Play().in_it()
    trickle = {"janus": "trickle", "session_id": SESSION, "sender": SEAT}
    play.comes({**trickle, "candidate": {"candidate": "candidate:1 1 udp 1 198.51.100.10 9 typ host"}}).then(
        Candidate(Way.BRIDGE, "candidate:1 1 udp 1 198.51.100.10 9 typ host")
    )
    play.comes({**trickle, "candidate": {"completed": True}}).then()


def test_the_session_is_taken_up_again() -> None:
    play = Play().in_it(person(BEN))
    gone = "The connection to the server is gone; trying to reach it again."
    play.lost().then(PhaseChanged(Phase.RECOVERING, gone))
    play.shows(muted=False).then()
    play.lost().then()
    play.tick(1).then()
    play.found().then(Says("claim"))
    play.found().then()
    play.gives("claim").then(Asks({"request": "configure", "muted": False}), WHO, PhaseChanged(Phase.LIVE))
    play.answers("listparticipants", {"participants": [person(CARA, "Cara")]}).then(
        ParticipantLeft(BEN_PID, "Ben", "left"),
        ParticipantJoined(Participant(PeerId(str(CARA)), "Cara", Link.HERE, False, sources=HEARD, encryption=SECURED)),
    )


def test_a_list_that_does_not_come_changes_nothing() -> None:
    play = Play().in_it(person(BEN))
    play.lost().skip()
    play.found().skip()
    play.gives("claim").skip()
    play.fails("listparticipants", 499).then()
    assert play.people == {BEN_PID: ben()}


def test_a_session_that_is_gone_is_begun_anew() -> None:
    play = Play().in_it(person(BEN))
    play.lost().skip()
    play.found().skip()
    play.fails("claim", 458).then(Close(Way.BRIDGE), Notice(BROKEN), Says("create"))
    play.gives("create", SESSION + 1).then(Says("attach", "audiobridge"))
    play.gives("attach", SEAT_2).then(JOIN)
    play.enters(person(CARA, "Cara")).then(
        Resynced((Participant(PeerId(str(CARA)), "Cara", Link.HERE, False, sources=HEARD, encryption=SECURED),)),
        Offer(Way.BRIDGE, HEARD),
        PhaseChanged(Phase.LIVE),
    )


def test_a_session_that_times_out_is_begun_anew() -> None:
    play = Play().in_it(person(BEN))
    play.comes({"janus": "timeout", "session_id": SESSION})
    play.then(Close(Way.BRIDGE), Notice(BROKEN), Says("create"), PhaseChanged(Phase.RECOVERING, BROKEN))
    play.fails("create", 499).then(Hangup("The server does not take us in just now; try again later."))
    play.found().then(Says("create"))
    play.gives("create", SESSION + 1).then(Says("attach", "audiobridge"))


def test_a_server_that_falls_silent() -> None:
    play = Play().in_it()
    play.tick().skip()
    play.tick(KEEPALIVE_EVERY).skip()
    play.tick(SILENT_AFTER).then(
        Hangup("The server says nothing any more."),
        PhaseChanged(Phase.RECOVERING, "The connection to the server is gone; trying to reach it again."),
    )
    play.tick(LOST_AFTER - 1).then()
    play.tick(1).then(
        Close(Way.BRIDGE),
        Hangup("The connection to the server is lost."),
        PhaseChanged(Phase.ENDED, "The connection to the server is lost.", may_rejoin=True),
    )
    assert isinstance(play.it.failure, Lost)


def test_a_seat_that_breaks_while_the_server_is_away_is_given_back_later() -> None:
    play = Play().in_it()
    play.lost().skip()
    play.happens(Way.BRIDGE, WayEvent.FAILED).then(Close(Way.BRIDGE), Notice(BROKEN))
    play.tick(60 - 1).then()
    play.found().skip()
    play.gives("claim").then()
    play.tick().then(Says("detach"), Says("attach", "audiobridge"))


def test_a_join_that_is_not_answered_is_tried_again_once_we_were_in() -> None:
    play = Play().in_it()
    play.breaks()
    play.tick(RETRY_AFTER[0]).skip()
    play.gives("attach", SEAT_2).skip()
    play.lost().skip()
    assert play.phase is Phase.RECOVERING
    play.found().skip()
    play.gives("claim").skip()
    play.tick(RETRY_AFTER[1]).then(Says("detach"), Says("attach", "audiobridge"))
    play.gives("attach", SEAT_2 + 1).skip()
    play.fails("join", 489, "Unauthorized (not in the allowed list)")
    assert play.skip()[-1] == PhaseChanged(Phase.ENDED, play.it.end_reason, may_rejoin=True)


# --- the end ---------------------------------------------------------------------------------------------------------


def test_we_leave() -> None:
    play = Play().in_it()
    play.leave().then(Close(Way.BRIDGE), Says("destroy"), Hangup("left"), PhaseChanged(Phase.ENDED, "left"))
    assert (play.it.end_reason, play.it.failure, play.it.may) == ("left", None, frozenset())
    play.leave().then()
    play.say("x").then()
    play.lost().then()
    play.found().then()
    play.tick(99).then()
    play.shows(muted=False).then()
    play.rename("Zoe").then()
    play.moderate(Ability.KICK, BEN).then()
    play.described(Way.BRIDGE, OFFER).then()
    play.happens(Way.BRIDGE, WayEvent.UP).then()
    play.changed(person(BEN)).then()
    play.data("{}").then()


def test_we_are_removed() -> None:
    play = Play().in_it()
    play.tells({"audiobridge": "event", "room": ROOM, "kicked": ME}).then(
        Close(Way.BRIDGE),
        Says("destroy"),
        Hangup("You were removed from the room."),
        PhaseChanged(Phase.ENDED, "You were removed from the room.", may_rejoin=True),
    )


def test_the_room_is_closed() -> None:
    play = Play().in_it()
    play.tells({"audiobridge": "destroyed", "room": ROOM})
    assert play.skip()[-1] == PhaseChanged(Phase.ENDED, "The room was closed.")


# --- what moderators do ----------------------------------------------------------------------------------------------


def test_nobody_moderates_without_the_secret() -> None:
    play = Play().in_it(person(BEN))
    with pytest.raises(ValueError, match="room's secret"):
        play.moderate(Ability.KICK, BEN)
    with pytest.raises(ValueError, match="nothing that a moderator does"):
        play.moderate(Ability.CHAT, BEN)


def test_who_knows_the_secret_sends_out_mutes_and_locks() -> None:
    play = Play(secret="s").in_it(person(BEN))
    kick = {"request": "kick", "room": ROOM, "secret": "s", "id": BEN}
    play.moderate(Ability.KICK, BEN).then(Asks(kick))
    play.answers("kick", {"audiobridge": "success"}).then(Moderated(Ability.KICK, True, "Ben was sent out.", BEN_PID))
    play.moderate(Ability.MUTE_OTHERS, BEN).then(Asks({**kick, "request": "mute"}))
    play.changed(person(BEN, muted=True)).skip()
    play.answers("mute", {"audiobridge": "success", "room": ROOM}).then(
        Moderated(Ability.MUTE_OTHERS, True, "Ben was muted; they can unmute themselves.", BEN_PID)
    )
    play.changed(person(BEN)).then(
        Moderated(Ability.MUTE_OTHERS, False, "Ben unmuted themselves.", BEN_PID), ParticipantChanged(ben())
    )
    play.changed(person(BEN, muted=True)).skip()
    play.changed(person(BEN)).then(ParticipantChanged(ben()))
    play.moderate(Ability.LOCK)
    admit, lock = play.skip()
    assert isinstance(admit, Asks)
    (token,) = admit.body.pop("allowed")
    assert admit.body == {"request": "allowed", "room": ROOM, "secret": "s", "action": "add"}
    assert lock == Asks({"request": "allowed", "room": ROOM, "secret": "s", "action": "enable"})
    play.answers("allowed", {"audiobridge": "success", "allowed": [token]}).then()
    play.answers("allowed", {"audiobridge": "success"})
    (locked,) = play.skip()
    assert isinstance(locked, Moderated)
    assert (locked.what, locked.on, locked.id) == (Ability.LOCK, True, None)
    play.moderate(Ability.LOCK).skip()
    play.moderate(Ability.LOCK, on=False).then(Asks({**lock.body, "action": "disable"}))
    for _ in range(3):
        play.answers("allowed", {"audiobridge": "success"})
        told = play.skip()
    assert told == [Moderated(Ability.LOCK, False, "The room is open again.")]
    # where it is locked we get in again, by the token that we put on its list
    play.breaks()
    play.tick(RETRY_AFTER[0]).skip()
    play.gives("attach", SEAT_2).then(Asks({**JOIN.body, "token": token}))


def test_nobody_is_unmuted_by_somebody_else() -> None:
    play = Play(secret="s").in_it(person(BEN, muted=True))
    with pytest.raises(ValueError, match="do it themselves"):
        play.moderate(Ability.MUTE_OTHERS, BEN, on=False)
    play.changed(person(BEN)).skip()
    play.moderate(Ability.MUTE_OTHERS, BEN, on=False).then()


@pytest.mark.parametrize("pid", [None, 7])
@pytest.mark.parametrize("what", [Ability.KICK, Ability.MUTE_OTHERS])
def test_nobody_who_is_not_there_is_moderated(what: Ability, pid: int | None) -> None:
    play = Play(secret="s").in_it(person(BEN))
    with pytest.raises(ValueError, match=r"\."):
        play.moderate(what, pid)


def test_a_secret_that_is_not_taken() -> None:
    play = Play(secret="s").in_it(person(BEN))
    play.moderate(Ability.KICK, BEN).skip()
    play.fails("kick", 492).then(
        Notice("The server did not do what you asked as a moderator; try again.", serious=True)
    )
    play.moderate(Ability.KICK, BEN).skip()
    play.fails("kick", 489).then(
        Notice("The room does not take the secret that was given; you cannot moderate.", serious=True),
        AbilitiesChanged(MEETING, SOUND),
    )


def test_nothing_is_moderated_without_a_seat() -> None:
    play = Play(secret="s").in_it(person(BEN)).breaks(person(BEN))
    play.moderate(Ability.KICK, BEN).then(
        Notice("The server did not do what you asked as a moderator; try again.", serious=True)
    )


# --- ourselves -------------------------------------------------------------------------------------------------------


def test_we_are_called_otherwise() -> None:
    play = Play().in_it()
    play.rename("Ana").then()
    play.rename("Zoe").then(Asks({"request": "configure", "display": "Zoe"}))
    play.answers("configure", {"audiobridge": "event", "result": "ok"}).then()
    play.rename("Eve").skip()
    play.fails("configure", 499).then(
        Notice("The room did not take your new name; the others see the former one.", serious=True)
    )


def test_there_is_no_chat_where_the_link_names_no_text_room() -> None:
    play = Play().in_it()
    assert not WORDS & play.it.can
    with pytest.raises(ValueError, match="There is no chat"):
        play.say("hello")
