"""Transcripts of what goes wrong: strangers, impostors, liars, floods, and a rendezvous that comes and goes."""

from __future__ import annotations

import pytest

from net.services.base import (
    ChatReceived,
    IdentityChanged,
    IdentityKind,
    Link,
    Notice,
    ParticipantChanged,
    ParticipantJoined,
    ParticipantLeft,
    PeerId,
    Phase,
    PhaseChanged,
)
from net.services.mesh.actions import AcceptAnswer, AnswerPeer, ClosePeer, CloseRendezvous, End, OpenPeer, PeerEvent
from net.services.mesh.sealing import Keys, Sealer
from net.services.mesh.wire import (
    Answer,
    Bye,
    Chat,
    Enter,
    From,
    Hello,
    Join,
    Leave,
    Offer,
    Ping,
    Pong,
    Refuse,
    Refused,
    State,
    Welcome,
    Why,
    write,
)
from tests.net.mesh.playbook import (
    BEN,
    BEN_AGAIN_AT,
    BEN_AT,
    CARA,
    CARA_AT,
    KEYS,
    ME,
    SDP,
    Play,
    Says,
    Seals,
    Tells,
    chance,
)
from tests.net.mesh.test_mesh_conversation import ben, cara, somebody

STRANGER = Notice("Somebody the server let in does not have the link's secret; nothing was sent to them.", True)
CHANGED = Notice("The rendezvous delivered a message that was changed or is not new; it was ignored.", True)
AWAY = Notice("The rendezvous is gone; the meeting goes on, nobody new can join.")
BACK = Notice("The rendezvous is back.")


# --- strangers and liars ---------------------------------------------------------------------------------------------


def test_one_without_the_secret_gets_nothing_and_is_mentioned_once() -> None:
    play = Play().alone()
    eve = Sealer(Keys.derive(bytes(16)), chance("eve"))
    play.server(Enter(CARA_AT))
    play.then()
    play.blob(CARA_AT, eve.seal(write(Hello(CARA, "Eve")).encode(), CARA_AT, play.own, 1))
    play.then(STRANGER)
    for number in range(2, 50):
        play.blob(CARA_AT, eve.seal(write(Hello(CARA, "Eve")).encode(), CARA_AT, play.own, number))
        play.then()
    assert play.it.counts == {"unsealed": 49}
    assert play.wait(30) == []
    play.leaves()
    play.then(Says(Bye()), CloseRendezvous("left"), PhaseChanged(Phase.ENDED, "left"))


def test_a_stranger_who_was_there_is_not_greeted_any_more() -> None:
    play = Play().came_to(CARA_AT)
    play.blob(CARA_AT, b"x" * 540)
    play.then(STRANGER)
    assert play.wait(30) == []


def test_a_changed_message_does_not_make_a_participant_a_stranger() -> None:
    play = Play().with_ben()
    play.blob(BEN_AT, b"x" * 540)
    play.then(CHANGED)
    again = play.seal(BEN_AT, Hello(BEN, "Ben"))
    play.blob(BEN_AT, again)
    play.skip()
    play.blob(BEN_AT, again)
    play.then()
    assert play.it.counts == {"unsealed": 2}
    assert ben in play.it.participants


def test_a_message_sealed_for_somebody_else_is_not_ours() -> None:
    play = Play().alone()
    play.server(Enter(BEN_AT))
    play.then()
    play.blob(BEN_AT, play.seal(BEN_AT, Hello(BEN, "Ben"), to=CARA_AT))
    play.then(STRANGER)
    assert play.it.participants == {}


def test_our_own_message_reflected_is_not_a_participant() -> None:
    play = Play()
    play.start()
    play.skip()
    play.welcome(play.own, BEN_AT)
    greeted = play.skip()[-1]
    assert greeted == Seals(BEN_AT, Hello(ME, "Ana"))
    play.server(Enter(play.own))
    play.then()
    play.blob(play.own, play.seal(play.own, Hello(ME, "Ana")))
    play.then()
    assert play.it.counts == {"out of place": 1}


def test_messages_of_those_who_never_came_are_ignored() -> None:
    play = Play().alone()
    play.sealed(BEN_AT, Hello(BEN, "Ben"))
    play.then()
    play.server(Leave(BEN_AT))
    play.then()
    assert play.it.counts == {"out of place": 1}


def test_an_opened_message_that_makes_no_sense_is_mentioned_once() -> None:
    play = Play().alone()
    play.server(Enter(BEN_AT))
    play.then()
    nonsense = [play.seals.seal(b'{"type":"dance"}', BEN_AT, play.own, number) for number in (1, 2, 3)]
    play.blob(BEN_AT, nonsense[0])
    play.then(Notice("Somebody in the meeting sent what this version of incog does not understand."))
    for blob in nonsense[1:]:
        play.blob(BEN_AT, blob)
        play.then()
    assert play.it.counts == {"malformed": 3}


def test_frames_that_make_no_sense_are_counted() -> None:
    play = Play().with_ben()
    for frame in ("", "[]", '{"type":"dance"}', write(Welcome("0" * 16, (), 8)), write(Refused(Why.FULL))):
        play.frame(frame)
        play.then()
    play.channel_text(BEN, "{}")
    play.then()
    assert play.it.counts == {"malformed": 6}
    assert play.it.phase is Phase.LIVE


def test_a_server_that_lets_in_a_ninth_is_not_followed() -> None:
    play = Play().alone()
    for number in range(1, 8):
        play.joins(f"{number:016x}", f"{number:016x}", f"Person {number}")
    play.server(Enter(CARA_AT))
    play.then()
    play.sealed(CARA_AT, Hello(CARA, "Cara"))
    play.then(
        Notice("Somebody was turned away: the meeting is full, it has room for 8 people."),
        Seals(CARA_AT, Refuse(Why.FULL)),
    )
    for _ in range(20):
        play.sealed(CARA_AT, Hello(CARA, "Cara"))
        assert play.skip() in ([], [Seals(CARA_AT, Refuse(Why.FULL))])
    assert len(play.it.participants) == 7


def test_a_server_that_claims_a_crowd_is_not_followed() -> None:
    play = Play()
    play.start()
    play.skip()
    play.welcome(*(f"{number:016x}" for number in range(1, 20)), limit=20)
    lines = play.skip()
    assert len([line for line in lines if isinstance(line, Seals)]) == 7
    crowd = "The rendezvous says that more are here than the 8 whom this meeting holds; the others are left alone."
    assert lines[-1] == Notice(crowd, True)
    play.sealed(f"{19:016x}", Offer(CARA, "Cara", State(), (), SDP))
    play.then()


def test_a_smaller_room_is_believed() -> None:
    play = Play().came_to(limit=2)
    play.joins(BEN, BEN_AT, "Ben")
    play.server(Enter(CARA_AT))
    play.then()
    play.sealed(CARA_AT, Hello(CARA, "Cara"))
    assert Seals(CARA_AT, Refuse(Why.FULL)) in play.skip()


def test_comings_without_end_are_not_kept_track_of() -> None:
    play = Play().alone()
    for number in range(1, 500):
        play.now += 0.01
        play.server(Enter(f"{number:016x}"))
        play.then()
    assert len(play.it._lobby.contacts) == 64


def test_a_flood_from_the_rendezvous_is_cut() -> None:
    play = Play().alone()
    for _ in range(1200):
        play.server(Leave(BEN_AT))
        play.then()
    assert play.it.counts == {"flood": 201}  # the welcome was one of the thousand
    play.now += 1
    play.server(Enter(BEN_AT))
    play.then()
    assert BEN_AT in play.it._lobby.contacts


# --- impostors -------------------------------------------------------------------------------------------------------


def test_one_whose_keys_do_not_match_is_refused_and_named() -> None:
    play = Play().alone()
    play.greeted(BEN, BEN_AT, "Ben")
    play.peer(BEN, PeerEvent.OFFER_READY, SDP)
    play.skip()
    play.sealed(BEN_AT, Answer(BEN, "Ben", State(), SDP))
    play.skip()
    play.peer(BEN, PeerEvent.MISMATCH)
    play.then(
        Seals(BEN_AT, Refuse(Why.FINGERPRINT)),
        ClosePeer(ben),
        ParticipantLeft(ben, "Ben", "refused: the keys of their connection are not the ones they announced"),
        Notice(
            "Ben was refused: the keys of their connection are not the ones they announced, "
            "so somebody may be listening in between.",
            True,
        ),
    )
    play.sealed(BEN_AT, Hello(BEN, "Ben"))
    play.then()
    assert play.it.participants == {}


def test_one_who_found_our_keys_wrong_says_so() -> None:
    play = Play().found_ben()
    play.sealed(BEN_AT, Refuse(Why.FINGERPRINT))
    warning = (
        "Somebody in the meeting refused us: the keys of the connection were not the ones we announced, "
        "so somebody may be in between."
    )
    play.then(Notice(warning, True))


def test_one_who_has_no_room_for_us_says_so_and_is_asked_again() -> None:
    play = Play().came_to(BEN_AT)
    play.sealed(BEN_AT, Refuse(Why.FULL))
    play.then(Notice("Somebody in the meeting has no room for another connection."))
    assert play.wait(5) == [Seals(BEN_AT, Hello(ME, "Ana"))]


def test_one_who_found_our_keys_wrong_is_not_greeted_again() -> None:
    play = Play().came_to(BEN_AT)
    play.sealed(BEN_AT, Refuse(Why.FINGERPRINT))
    play.skip()
    assert play.wait(30) == []


def test_one_who_refuses_us_meanwhile_is_dropped() -> None:
    play = Play().came_to(BEN_AT)
    play.sealed(BEN_AT, Offer(BEN, "Ben", State(), (), SDP))
    play.skip()
    play.sealed(BEN_AT, Refuse(Why.DUPLICATE))
    play.then(
        ClosePeer(ben),
        ParticipantLeft(ben, "Ben", "refused us: duplicate"),
        Notice("Somebody in the meeting took us for another participant and refused the connection."),
    )


def test_somebody_else_with_a_participants_id_is_refused() -> None:
    play = Play().with_ben()
    play.server(Enter(CARA_AT))
    play.then()
    play.sealed(CARA_AT, Hello(BEN, "Ben"))
    play.then(
        Notice("Somebody claimed to be Ben, who is here, and was refused.", True),
        Seals(CARA_AT, Refuse(Why.DUPLICATE)),
    )
    play.channel(BEN, Chat("still me", False))
    play.then(ChatReceived(ben, "Ben", "still me"))


def test_somebody_else_with_our_id_is_refused() -> None:
    play = Play().alone()
    play.server(Enter(CARA_AT))
    play.then()
    play.sealed(CARA_AT, Hello(ME, "Ana"))
    play.then(Notice("Somebody claimed to be us and was refused.", True), Seals(CARA_AT, Refuse(Why.DUPLICATE)))
    for _ in range(30):
        play.sealed(CARA_AT, Hello(ME, "Ana"))
        assert play.skip() in ([], [Seals(CARA_AT, Refuse(Why.DUPLICATE))])
    assert play.it.counts == {"out of place": 31}


def test_nobody_takes_over_an_attempt_that_is_under_way() -> None:
    play = Play().alone()
    for at in (BEN_AT, CARA_AT):
        play.server(Enter(at))
        play.then()
    play.sealed(BEN_AT, Hello(BEN, "Ben"))
    play.skip()
    play.sealed(CARA_AT, Hello(BEN, "Ben"))
    play.then()
    play.peer(BEN, PeerEvent.OFFER_READY, SDP)
    play.then(Seals(BEN_AT, Offer(ME, "Ana", State(), (), SDP)))
    play.sealed(CARA_AT, Answer(BEN, "Ben", State(), SDP))
    play.then()
    play.sealed(BEN_AT, Answer(BEN, "Ben", State(), SDP))
    play.then(AcceptAnswer(ben, SDP))
    assert play.it.counts == {"out of place": 1}


def test_one_connection_is_one_participant() -> None:
    play = Play().with_ben()
    play.sealed(BEN_AT, Hello(CARA, "Cara"))
    play.then()
    assert play.it.participants.keys() == {ben}


def test_one_connection_does_not_begin_without_end() -> None:
    play = Play().alone()
    play.server(Enter(BEN_AT))
    play.then()
    opened = 0
    for _ in range(30):
        play.sealed(BEN_AT, Hello(BEN, "Ben"))
        opened += sum(isinstance(line, OpenPeer) for line in play.skip())
        play.peer(BEN, PeerEvent.FAILED)
        play.skip()
    assert opened == 5


@pytest.mark.parametrize(
    "message",
    [
        Offer(CARA, "Cara", State(), (), SDP),  # who comes later does not offer
        Answer(CARA, "Cara", State(), SDP),  # nothing was offered to them
        Answer(BEN, "Ben", State(), SDP),
    ],
)
def test_what_is_out_of_place_is_ignored(message: Offer | Answer) -> None:
    play = Play().with_ben()
    play.server(Enter(CARA_AT))
    play.then()
    play.sealed(CARA_AT, message)
    play.then()
    assert play.it.counts == {"out of place": 1}
    assert play.it.participants == {ben: somebody()}


def test_an_offer_does_not_replace_a_live_link_but_a_silent_one() -> None:
    play = Play().found_ben()
    play.sealed(BEN_AT, Offer(BEN, "Ben", State(), (), SDP))
    play.then()
    play.wait(5)
    play.sealed(BEN_AT, Offer(BEN, "Ben", State(hand=True), (), SDP))
    play.then(
        ClosePeer(ben),
        ParticipantChanged(somebody(link=Link.CONNECTING, hand=True)),
        IdentityChanged(ben, "Ben", IdentityKind.OTHER_KEY, "Ben"),
        AnswerPeer(ben, SDP, ()),
    )


def test_one_who_comes_again_under_another_name_is_another() -> None:
    play = Play().found_ben()
    play.wait(5)
    play.sealed(BEN_AT, Offer(BEN, "Bert", State(), (), SDP))
    play.then(
        ClosePeer(ben),
        ParticipantLeft(ben, "Ben", "left"),
        ParticipantJoined(somebody(name="Bert", link=Link.CONNECTING)),
        IdentityChanged(ben, "Bert", IdentityKind.OTHER_NAME, "Ben"),
        AnswerPeer(ben, SDP, ()),
    )


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alias", ["", "   ", "\u200b\u202e", "\x1b"])
def test_the_nameless_are_somebody(alias: str) -> None:
    play = Play().alone()
    play.server(Enter(BEN_AT))
    play.then()
    play.sealed(BEN_AT, Hello(BEN, alias))
    (joined, _) = play.skip()
    assert joined == ParticipantJoined(somebody(name="someone", link=Link.CONNECTING))


def test_a_name_is_neutralised_and_bounded() -> None:
    play = Play().alone()
    play.server(Enter(BEN_AT))
    play.then()
    play.sealed(BEN_AT, Hello(BEN, "\x1b[31mB\u202een\n" + "x" * 50))
    joined = play.skip()[0]
    assert isinstance(joined, ParticipantJoined)
    assert len(joined.participant.name) <= 40
    assert joined.participant.name.isprintable()


def test_names_that_look_alike_are_noticed() -> None:
    play = Play("Ana").alone()
    play.server(Enter(BEN_AT))
    play.then()
    play.sealed(BEN_AT, Hello(BEN, "Аnа"))  # with two Cyrillic letters
    assert IdentityChanged(ben, "Аnа", IdentityKind.LIKE_OURS, "Ana", here=True) in play.skip()
    play.server(Enter(CARA_AT))
    play.then()
    play.sealed(CARA_AT, Hello(CARA, "ANA"))
    assert IdentityChanged(cara, "ANA", IdentityKind.CONFUSABLE, "Аnа", here=True) in play.skip()


def test_two_without_a_name_do_not_look_alike() -> None:
    play = Play("someone").with_ben("")
    play.server(Enter(CARA_AT))
    play.then()
    play.sealed(CARA_AT, Hello(CARA, ""))
    play.then(ParticipantJoined(somebody(cara, "someone", Link.CONNECTING)), OpenPeer(cara, ()))


# --- floods over a data channel --------------------------------------------------------------------------------------


def test_a_flood_over_a_channel_is_cut_and_mentioned_once() -> None:
    play = Play().with_ben()
    shown = 0
    for _ in range(1000):
        play.channel(BEN, Chat("spam", False))
        shown += sum(isinstance(line, ChatReceived) for line in play.skip())
    assert shown == 200
    assert play.it.counts == {"flood": 800}
    play.now += 1
    play.channel(BEN, Chat("slower", False))
    play.then(ChatReceived(ben, "Ben", "slower"))


def test_a_flood_is_named() -> None:
    play = Play().with_ben()
    for _ in range(200):
        play.channel(BEN, Pong(1))
        play.then()
    play.channel(BEN, Pong(1))
    play.then(Notice("Ben sends far too many messages; some are dropped."))
    play.channel(BEN, Pong(1))
    play.then()


# --- a rendezvous that comes and goes --------------------------------------------------------------------------------


def test_the_meeting_goes_on_without_the_rendezvous() -> None:
    play = Play().with_ben()
    play.lost()
    play.then(AWAY)
    play.lost()
    play.then()
    assert play.it.phase is Phase.LIVE
    for _ in range(60):
        play.tick(1.0)
        play.skip()
        play.channel(BEN, Ping(1))
        play.then(Tells(BEN, Pong(1)))
    assert play.it.phase is Phase.LIVE
    play.says("still here")
    play.then(Tells(BEN, Chat("still here", False)))


def test_the_rendezvous_is_found_again_and_everybody_greeted_but_not_offered_to() -> None:
    play = Play(new=False).with_ben()
    play.lost()
    play.then(AWAY)
    former = play.own
    play.found()
    play.then(Says(Join(KEYS.room, play.own, new=True)))
    assert play.own != former
    play.welcome(BEN_AGAIN_AT)
    play.then(BACK, Seals(BEN_AGAIN_AT, Hello(ME, "Ana")))
    play.sealed(BEN_AGAIN_AT, Hello(BEN, "Ben"))  # Ben's link with us is up too, and this is his word for it
    play.then()
    assert [line for line in play.wait(5.5) if isinstance(line, Seals)] == []


def test_one_who_was_away_greets_us_and_gets_a_hello_but_no_offer() -> None:
    play = Play().with_ben()
    play.lost()
    play.then(AWAY)
    play.found()
    play.skip()
    play.welcome()
    play.then(BACK)
    play.server(Enter(BEN_AGAIN_AT))
    play.then()
    play.sealed(BEN_AGAIN_AT, Hello(BEN, "Ben"))
    play.then(Seals(BEN_AGAIN_AT, Hello(ME, "Ana")))
    play.sealed(BEN_AGAIN_AT, Hello(BEN, "Ben"))
    play.then()


def test_only_our_own_connection_was_lost_and_those_linked_are_not_greeted() -> None:
    play = Play().with_ben()
    play.lost()
    play.then(AWAY)
    play.found()
    play.skip()
    play.welcome(BEN_AT, CARA_AT)
    play.then(BACK, Seals(CARA_AT, Hello(ME, "Ana")))
    play.peer(BEN, PeerEvent.FAILED)
    play.then(ClosePeer(ben), ParticipantLeft(ben, "Ben", "vanished"))
    play.tick()
    play.then(Seals(BEN_AT, Hello(ME, "Ana")))


def test_a_hello_in_silence_binds_the_new_connection_without_alarm() -> None:
    play = Play().with_ben()
    play.wait(5)
    play.server(Enter(BEN_AGAIN_AT))
    play.then()
    play.sealed(BEN_AGAIN_AT, Hello(BEN, "Ben"))
    play.then(Seals(BEN_AGAIN_AT, Hello(ME, "Ana")))
    play.server(Leave(BEN_AT))
    play.then()
    play.wait(4.5)
    assert ben in play.it.participants  # nobody said that the connection he is bound to now had ended
    assert ParticipantLeft(ben, "Ben", "vanished") in play.wait(0.5)


def test_an_attempt_is_interrupted_with_the_rendezvous() -> None:
    play = Play().alone()
    play.server(Enter(BEN_AT))
    play.then()
    play.sealed(BEN_AT, Hello(BEN, "Ben"))
    play.skip()
    play.lost()
    play.then(
        ClosePeer(ben),
        ParticipantLeft(ben, "Ben", "interrupted"),
        PhaseChanged(Phase.RECOVERING, "Nobody else is here, and the rendezvous is gone; trying to reach it again."),
    )


def test_an_attempt_that_needs_the_rendezvous_no_more_goes_on() -> None:
    play = Play().alone()
    play.server(Enter(BEN_AT))
    play.then()
    play.sealed(BEN_AT, Hello(BEN, "Ben"))
    play.skip()
    play.peer(BEN, PeerEvent.OFFER_READY, SDP)
    play.skip()
    play.sealed(BEN_AT, Answer(BEN, "Ben", State(), SDP))
    play.skip()
    play.lost()
    play.then(AWAY)
    play.peer(BEN, PeerEvent.CONNECTED)
    play.then(ParticipantChanged(somebody()), Tells(BEN, State()))


def test_alone_without_the_rendezvous_we_recover() -> None:
    play = Play().alone()
    play.lost()
    (recovering,) = play.skip()
    assert isinstance(recovering, PhaseChanged)
    assert recovering.phase is Phase.RECOVERING
    play.found()
    play.then(Says(Join(KEYS.room, play.own, new=True)))
    assert play.it.phase is Phase.RECOVERING
    play.welcome()
    play.then(PhaseChanged(Phase.LIVE), BACK)


def test_without_anybody_and_the_rendezvous_the_meeting_is_lost() -> None:
    play = Play().with_ben()
    play.lost()
    play.then(AWAY)
    play.wait(9.5)
    assert play.it.phase is Phase.LIVE
    play.tick(0.5)
    left, gone, recovering = play.skip()
    assert (left, gone) == (ClosePeer(ben), ParticipantLeft(ben, "Ben", "vanished"))
    assert isinstance(recovering, PhaseChanged)
    assert play.wait(14.5) == []
    play.tick(0.5)
    reason = "The meeting is lost: nobody is left in it, and the rendezvous is gone."
    play.then(CloseRendezvous(reason), PhaseChanged(Phase.ENDED, reason, may_rejoin=True))
    assert (play.it.end, play.it.end_reason) == (End.LOST, reason)


def test_the_place_of_our_former_connection_may_still_be_taken() -> None:
    play = Play().with_ben()
    play.lost()
    play.then(AWAY)
    play.found()
    play.skip()
    play.server(Refused(Why.FULL))
    play.then(CloseRendezvous("This meeting is full: it has room for 8 people."))
    play.lost()
    play.then()
    assert play.it.phase is Phase.LIVE
    play.found()
    play.then(Says(Join(KEYS.room, play.own, new=True)))


def test_a_rendezvous_that_does_not_answer_again_is_tried_again() -> None:
    play = Play().with_ben()
    play.lost()
    play.then(AWAY)
    play.found()
    play.skip()
    for _ in range(20):
        play.channel(BEN, Pong(1))
        play.then()
        lines = play.wait(0.5)
        if CloseRendezvous("The rendezvous does not answer.") in lines:
            break
    else:
        pytest.fail("still waiting")
    play.found()
    play.then(Says(Join(KEYS.room, play.own, new=True)))


def test_what_comes_late_from_the_former_rendezvous_is_ignored() -> None:
    play = Play().with_ben()
    play.lost()
    play.then(AWAY)
    play.server(Leave(BEN_AT))
    play.then()
    play.server(From(BEN_AT, b""))
    play.then()
    assert play.it.counts == {}


def test_found_means_nothing_while_we_are_in() -> None:
    play = Play().with_ben()
    play.found()
    play.then()


def test_one_refused_for_their_keys_may_try_again_over_a_new_connection_of_ours() -> None:
    play = Play().with_ben()
    play.peer(BEN, PeerEvent.MISMATCH)
    play.skip()
    play.lost()
    play.skip()
    play.found()
    play.skip()
    play.welcome()
    play.skip()
    play.server(Enter(BEN_AGAIN_AT))
    play.then()
    play.sealed(BEN_AGAIN_AT, Hello(BEN, "Ben"))
    play.then(
        ParticipantJoined(somebody(PeerId(BEN), "Ben", Link.CONNECTING)),
        IdentityChanged(ben, "Ben", IdentityKind.OTHER_KEY, "Ben"),
        OpenPeer(ben, ()),
    )
