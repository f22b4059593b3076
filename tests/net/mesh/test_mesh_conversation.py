"""Transcripts: what is said and what comes of it, to the last line."""

from __future__ import annotations

import pytest

from net.services.base import (
    AbilitiesChanged,
    Ability,
    ChatReceived,
    Encryption,
    IdentityChanged,
    IdentityKind,
    Link,
    Notice,
    Participant,
    ParticipantChanged,
    ParticipantJoined,
    ParticipantLeft,
    PeerId,
    Phase,
    PhaseChanged,
    Picture,
    PrivacyChanged,
    Source,
)
from net.services.mesh.actions import (
    AcceptAnswer,
    AnswerPeer,
    ClosePeer,
    CloseRendezvous,
    Emit,
    End,
    OpenPeer,
    PeerEvent,
    Wanted,
)
from net.services.mesh.conversation import ABILITIES, Conversation
from net.services.mesh.wire import (
    Answer,
    Bye,
    Chat,
    Enter,
    Hello,
    Join,
    Leave,
    Offer,
    Ping,
    Pong,
    Refused,
    State,
    Want,
    Welcome,
    Why,
)
from tests.net.mesh.playbook import (
    BEN,
    BEN_AT,
    CARA,
    CARA_AT,
    KEYS,
    ME,
    SDP,
    STUN,
    TURN,
    Play,
    Says,
    Seals,
    Tells,
    chance,
)

ben, cara = PeerId(BEN), PeerId(CARA)
SPEAKING = frozenset({Source.MICROPHONE})
SHOWING = frozenset({Source.MICROPHONE, Source.CAMERA})


def somebody(
    pid: PeerId = ben,
    name: str = "Ben",
    link: Link = Link.HERE,
    *,
    muted: bool = True,
    camera: bool = False,
    hand: bool = False,
) -> Participant:
    sources: frozenset[Source] = frozenset()
    if link is not Link.CONNECTING:
        sources = SHOWING if camera else SPEAKING
    encryption = dict.fromkeys(sources, Encryption.END_TO_END)
    return Participant(pid, name, link, muted, camera, hand, sources, encryption)


# --- coming and going ------------------------------------------------------------------------------------------------


def test_we_make_a_room_and_are_alone_in_it() -> None:
    play = Play()
    play.start()
    play.then(PhaseChanged(Phase.CONNECTING), Says(Join(KEYS.room, play.own, new=True)))
    play.welcome()
    play.then(
        PhaseChanged(Phase.LIVE),
        AbilitiesChanged(ABILITIES, ABILITIES),
        PrivacyChanged(Encryption.END_TO_END),
    )
    assert play.it.phase is Phase.LIVE
    assert play.it.participants == {}
    assert Ability.RENAME not in ABILITIES


def test_somebody_comes_after_us_and_we_offer() -> None:
    play = Play(ice=(STUN,)).alone()
    play.server(Enter(BEN_AT))
    play.then()
    play.sealed(BEN_AT, Hello(BEN, "Ben"))
    play.then(ParticipantJoined(somebody(link=Link.CONNECTING)), OpenPeer(ben, (STUN,)))
    play.peer(BEN, PeerEvent.OFFER_READY, SDP)
    play.then(Seals(BEN_AT, Offer(ME, "Ana", State(), (STUN,), SDP)))
    play.sealed(BEN_AT, Answer(BEN, "Ben", State(muted=False), SDP))
    play.then(
        ParticipantChanged(somebody(link=Link.CONNECTING, muted=False)),
        AcceptAnswer(ben, SDP),
    )
    play.peer(BEN, PeerEvent.CONNECTED)
    play.then(ParticipantChanged(somebody(muted=False)), Tells(BEN, State()))
    assert play.it.participants == {ben: somebody(muted=False)}
    assert play.it.encryption is Encryption.END_TO_END


@pytest.mark.parametrize("hands_on", [True, False])
def test_what_others_name_is_used_and_named_to_who_comes_later_where_that_is_wanted(hands_on: bool) -> None:
    play = Play(hands_on=hands_on).alone()
    play.server(Enter(BEN_AT))
    play.then()
    play.sealed(BEN_AT, Hello(BEN, "Ben", (STUN,)))
    assert OpenPeer(ben, (STUN,)) in play.skip()
    assert play.it.ice == ((STUN,) if hands_on else ())
    play.peer(BEN, PeerEvent.OFFER_READY, SDP)
    play.then(Seals(BEN_AT, Offer(ME, "Ana", State(), play.it.ice, SDP)))


def test_we_come_after_somebody_and_they_offer() -> None:
    play = Play(new=False)
    play.start()
    play.then(PhaseChanged(Phase.CONNECTING), Says(Join(KEYS.room, play.own, new=False)))
    play.welcome(BEN_AT)
    play.then(
        PhaseChanged(Phase.LIVE),
        AbilitiesChanged(ABILITIES, ABILITIES),
        PrivacyChanged(Encryption.END_TO_END),
        Seals(BEN_AT, Hello(ME, "Ana")),
    )
    play.sealed(BEN_AT, Offer(BEN, "Ben", State(hand=True), (), SDP))
    play.then(ParticipantJoined(somebody(link=Link.CONNECTING, hand=True)), AnswerPeer(ben, SDP, ()))
    play.peer(BEN, PeerEvent.ANSWER_READY, SDP)
    play.then(Seals(BEN_AT, Answer(ME, "Ana", State(), SDP)))
    play.peer(BEN, PeerEvent.CONNECTED)
    play.then(ParticipantChanged(somebody(hand=True)), Tells(BEN, State()))


def test_everybody_who_was_there_is_greeted_in_order() -> None:
    play = Play()
    play.start()
    play.skip()
    play.welcome(CARA_AT, BEN_AT)
    assert play.skip()[3:] == [Seals(CARA_AT, Hello(ME, "Ana")), Seals(BEN_AT, Hello(ME, "Ana"))]


def test_an_unanswered_greeting_is_repeated_a_few_times() -> None:
    play = Play().came_to(BEN_AT)
    hello = Seals(BEN_AT, Hello(ME, "Ana"))
    assert play.wait(4.5) == []
    assert play.wait(0.5) == [hello]
    assert play.wait(100) == [hello] * 4


def test_a_greeting_is_not_repeated_once_they_offered() -> None:
    play = Play().found_ben()
    for _ in range(10):
        assert [line for line in play.wait(2) if isinstance(line, Seals)] == []
        play.channel(BEN, Pong(1))
        play.then()


def test_a_hello_that_comes_twice_begins_nothing_twice() -> None:
    play = Play().alone()
    play.greeted(BEN, BEN_AT, "Ben")
    play.sealed(BEN_AT, Hello(BEN, "Ben"))
    play.then()
    play.peer(BEN, PeerEvent.OFFER_READY, SDP)
    play.skip()
    play.sealed(BEN_AT, Hello(BEN, "Ben"))
    play.then()


def test_somebody_says_bye_over_their_channel() -> None:
    play = Play().with_ben()
    play.channel(BEN, Bye())
    play.then(ClosePeer(ben), ParticipantLeft(ben, "Ben", "left"))
    assert play.it.participants == {}
    play.server(Leave(BEN_AT))
    play.then()


def test_somebody_closes_their_connection() -> None:
    play = Play().with_ben()
    play.peer(BEN, PeerEvent.CLOSED)
    play.then(ClosePeer(ben), ParticipantLeft(ben, "Ben", "left"))


@pytest.mark.parametrize("sealed", [True, False])
def test_somebody_goes_before_they_were_connected(sealed: bool) -> None:
    play = Play().alone()
    play.greeted(BEN, BEN_AT, "Ben")
    if sealed:
        play.sealed(BEN_AT, Bye())
    else:
        play.server(Leave(BEN_AT))
    play.then(ClosePeer(ben), ParticipantLeft(ben, "Ben", "left"))


def test_we_leave() -> None:
    play = Play().with_ben()
    play.server(Enter(CARA_AT))  # who has said nothing yet
    play.skip()
    play.leaves()
    play.then(
        Tells(BEN, Bye()),
        Seals(BEN_AT, Bye()),
        Says(Bye()),
        ClosePeer(ben),
        CloseRendezvous("left"),
        PhaseChanged(Phase.ENDED, "left"),
    )
    assert play.it.end is End.LEFT
    assert play.it.phase is Phase.ENDED


def test_after_the_end_nothing_comes_out() -> None:
    play = Play().with_ben()
    play.leaves()
    play.skip()
    for late in (
        play.start,
        play.found,
        play.lost,
        play.leaves,
        play.tick,
        lambda: play.server(Enter(CARA_AT)),
        lambda: play.peer(BEN, PeerEvent.CONNECTED),
        lambda: play.channel(BEN, Ping(1)),
        lambda: play.shows(muted=False),
        lambda: play.wants(BEN, True),
        lambda: play.says("hello"),
    ):
        late()
        play.then()


# --- being refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "reason", "may_rejoin"),
    [
        (Why.FULL, "This meeting is full: it has room for 8 people.", True),
        (Why.NO_ROOM, "There is no meeting under this link: it is over, or the link is mistyped.", False),
        (Why.BUSY, "The rendezvous cannot take anybody else just now; try again later.", True),
        (
            Why.MALFORMED,
            "The rendezvous does not understand us: it speaks another version of the protocol.",
            False,
        ),
    ],
)
def test_the_rendezvous_does_not_let_us_in(why: Why, reason: str, may_rejoin: bool) -> None:
    play = Play(new=False)
    play.start()
    play.skip()
    play.server(Refused(why))
    play.then(CloseRendezvous(reason), PhaseChanged(Phase.ENDED, reason, may_rejoin))
    assert (play.it.end, play.it.end_reason) == (End.REFUSED, reason)


@pytest.mark.parametrize("frame", ["hello", "{}", '{"type":"enter","id":"0123456789abcdef"}'])
def test_something_else_answers(frame: str) -> None:
    play = Play()
    play.start()
    play.skip()
    play.frame(frame)
    reason = "What answers under this link is not a rendezvous of mesh meetings."
    play.then(CloseRendezvous(reason), PhaseChanged(Phase.ENDED, reason))
    assert play.it.end is End.LOST


def test_a_welcome_for_somebody_else_is_not_ours() -> None:
    play = Play()
    play.start()
    play.skip()
    play.server(Welcome(BEN_AT, (), 8))
    assert PhaseChanged(Phase.LIVE) not in play.skip()


def test_the_rendezvous_closes_before_it_lets_us_in() -> None:
    play = Play()
    play.start()
    play.skip()
    play.lost()
    reason = "The rendezvous closed the connection before it let us in."
    play.then(CloseRendezvous(reason), PhaseChanged(Phase.ENDED, reason, may_rejoin=True))


def test_the_rendezvous_does_not_answer() -> None:
    play = Play()
    play.start()
    play.skip()
    assert play.wait(9.5) == []
    play.tick(0.5)
    reason = "The rendezvous does not answer."
    play.then(CloseRendezvous(reason), PhaseChanged(Phase.ENDED, reason, may_rejoin=True))


def test_a_second_start_does_nothing() -> None:
    play = Play()
    play.start()
    play.skip()
    play.start()
    play.then()


def test_what_cannot_travel_is_refused_at_once() -> None:
    def make(me: str = ME, alias: str = "Ana", ice: int = 0) -> Conversation:
        return Conversation(me=me, alias=alias, keys=KEYS, random=chance("x"), new=True, ice=(STUN,) * ice)

    make()
    for alias in ("", "  ", "x" * 65, "\ud800"):
        with pytest.raises(ValueError, match=r"alias|surrogates"):
            make(alias=alias)
    with pytest.raises(ValueError, match="16 hexadecimal"):
        make(me="Ana")
    with pytest.raises(ValueError, match="at most 2"):
        make(ice=3)


# --- what is shown, wanted and said ----------------------------------------------------------------------------------


def test_what_we_show_is_told_to_everybody_who_is_linked() -> None:
    play = Play().with_ben()
    play.shows(muted=False)
    play.then(Tells(BEN, State(muted=False)))
    play.shows(muted=False)
    play.then()
    play.greeted(CARA, CARA_AT, "Cara")
    play.peer(CARA, PeerEvent.OFFER_READY, SDP)
    play.then(Seals(CARA_AT, Offer(ME, "Ana", State(muted=False), (), SDP)))
    play.shows(muted=True)
    play.then(Tells(BEN, State()))
    play.sealed(CARA_AT, Answer(CARA, "Cara", State(), SDP))
    play.skip()
    play.peer(CARA, PeerEvent.CONNECTED)
    play.then(ParticipantChanged(somebody(cara, "Cara")), Tells(CARA, State()))


def test_what_somebody_shows_is_seen() -> None:
    play = Play().with_ben()
    play.channel(BEN, State(muted=False, picture=Picture.CAMERA, hand=True))
    play.then(ParticipantChanged(somebody(muted=False, camera=True, hand=True)))
    play.channel(BEN, State(muted=False, picture=Picture.CAMERA, hand=True))
    play.then()


def test_somebody_wants_our_picture() -> None:
    play = Play().with_ben()
    play.channel(BEN, Want(False))
    play.then()
    play.channel(BEN, Want(True))
    play.then(Wanted(ben, True))
    play.channel(BEN, Want(True))
    play.then()
    play.channel(BEN, Want(False))
    play.then(Wanted(ben, False))


def test_a_screen_takes_the_place_of_the_camera() -> None:
    play = Play().with_ben()
    play.shows(picture=Picture.SCREEN)
    play.then(Tells(BEN, State(picture=Picture.SCREEN)))
    play.channel(BEN, State(picture=Picture.SCREEN))
    presenting = Participant(
        ben,
        "Ben",
        Link.HERE,
        sources=frozenset({Source.MICROPHONE, Source.SCREEN}),
        encryption={Source.MICROPHONE: Encryption.END_TO_END, Source.SCREEN: Encryption.END_TO_END},
    )
    play.then(ParticipantChanged(presenting))
    play.channel(BEN, State(picture=Picture.CAMERA))
    play.then(ParticipantChanged(somebody(camera=True)))


def test_a_picture_comes_while_camera_or_screen_is_wanted() -> None:
    play = Play().with_ben()
    play.wants(BEN, True)
    play.then(Tells(BEN, Want(True)))
    play.wants(BEN, True, Source.SCREEN)
    play.then()
    play.wants(BEN, False)
    play.then()
    play.wants(BEN, False, Source.SCREEN)
    play.then(Tells(BEN, Want(False)))
    assert play.it._channels._wants == {}


def test_we_want_somebodys_picture_again_when_they_are_back() -> None:
    play = Play().with_ben()
    play.wants(BEN, True)
    play.then(Tells(BEN, Want(True)))
    play.wants(BEN, True)
    play.then()
    play.peer(BEN, PeerEvent.FAILED)
    play.skip()
    play.sealed(BEN_AT, Hello(BEN, "Ben"))
    play.skip()
    play.peer(BEN, PeerEvent.OFFER_READY, SDP)
    play.skip()
    play.sealed(BEN_AT, Answer(BEN, "Ben", State(), SDP))
    play.skip()
    play.peer(BEN, PeerEvent.CONNECTED)
    play.then(ParticipantChanged(somebody()), Tells(BEN, State()), Tells(BEN, Want(True)))
    play.wants(BEN, False)
    play.then(Tells(BEN, Want(False)))


def test_wants_are_bounded() -> None:
    play = Play().alone()
    for number in range(200):
        play.wants(f"{number:016x}", True)
        play.then()
    assert len(play.it._channels._wants) == 64


def test_we_say_something_to_all_or_to_one() -> None:
    play = Play().with_ben()
    play.joins(CARA, CARA_AT, "Cara")
    play.says("hello")
    play.then(Tells(BEN, Chat("hello", False)), Tells(CARA, Chat("hello", False)))
    play.says("psst", CARA)
    play.then(Tells(CARA, Chat("psst", True)))


def test_what_cannot_be_said_is_refused_with_a_sentence() -> None:
    play = Play().alone()
    play.says("to nobody")
    play.then()
    for text in ("", " \n", "x" * 2001, "\ud800"):
        with pytest.raises(ValueError, match=r"1 to 2000 characters\.|surrogates"):
            play.says(text)
    with pytest.raises(ValueError, match="no connection"):
        play.says("psst", CARA)


def test_somebody_says_something_and_it_is_only_text() -> None:
    play = Play().with_ben()
    play.channel(BEN, Chat("hello", False))
    play.then(ChatReceived(ben, "Ben", "hello"))
    play.channel(BEN, Chat("\x1b[2J[b]psst\u202e", True))
    (line,) = play.skip()
    assert isinstance(line, ChatReceived)
    assert line.private
    assert line.text.isprintable()
    assert "\u202e" not in line.text
    play.channel(BEN, Chat("\u200b", False))
    play.then()


# --- signs of life ---------------------------------------------------------------------------------------------------


def test_everybody_is_pinged_and_every_ping_answered() -> None:
    play = Play().with_ben()
    play.tick()
    play.then(Tells(BEN, Ping(1)))
    play.tick(1.0)
    play.then()
    play.channel(BEN, Pong(1))
    play.then()
    play.tick(1.0)
    play.then(Tells(BEN, Ping(2)))
    play.channel(BEN, Ping(77))
    play.then(Tells(BEN, Pong(77)))


def test_silence_is_shown_and_then_taken_for_absence() -> None:
    play = Play().with_ben()
    pings = [Tells(BEN, Ping(n)) for n in (1, 2, 3)]
    assert play.wait(4.5) == pings
    assert play.wait(0.5) == [ParticipantChanged(somebody(link=Link.SILENT))]
    play.channel(BEN, Pong(1))
    play.then(ParticipantChanged(somebody()))
    lines = [line for line in play.wait(9.5) if not isinstance(line, Tells)]
    assert lines == [ParticipantChanged(somebody(link=Link.SILENT))]
    play.tick(0.5)
    play.then(ClosePeer(ben), ParticipantLeft(ben, "Ben", "vanished"))


def test_sound_and_pictures_are_signs_of_life_where_messages_are_lost() -> None:
    play = Play().with_ben()
    for _ in range(12):
        play.wait(2.5)
        assert play.it.media_received(BEN, play.now) == []
    assert play.it.participants[ben].link is Link.HERE
    play.wait(5.0)
    assert play.it.participants[ben].link is Link.SILENT
    assert play.it.media_received(BEN, play.now) == [Emit(ParticipantChanged(somebody()))]
    assert play.it.media_received("nobody", play.now) == []


def test_a_pause_of_our_own_is_not_their_silence() -> None:
    play = Play().with_ben()
    play.greeted(CARA, CARA_AT, "Cara")
    play.tick()
    play.skip()
    play.server(Leave(BEN_AT))
    play.then()
    play.tick(3600)
    play.then(Tells(BEN, Ping(2)))
    assert play.it.participants[ben].link is Link.HERE


def test_one_of_whom_the_rendezvous_says_that_they_left_is_asked() -> None:
    play = Play().with_ben()
    play.tick()
    play.skip()
    play.server(Leave(BEN_AT))
    play.then()
    play.tick(0.5)
    play.then(Tells(BEN, Ping(2)))
    play.channel(BEN, Pong(2))
    play.then()
    assert [line for line in play.wait(2.5) if not isinstance(line, Tells)] == []


@pytest.mark.parametrize("sealed", [True, False])
def test_one_who_is_said_to_have_left_and_does_not_answer_has(sealed: bool) -> None:
    play = Play().with_ben()
    if sealed:
        play.sealed(BEN_AT, Bye())
    else:
        play.server(Leave(BEN_AT))
    play.then()
    assert play.wait(2.0) == [Tells(BEN, Ping(1))]
    play.tick(0.5)
    play.then(ClosePeer(ben), ParticipantLeft(ben, "Ben", "left"))


def test_one_who_cannot_be_reached_is_given_up_with_advice() -> None:
    play = Play().alone()
    play.greeted(BEN, BEN_AT, "Ben")
    assert play.wait(19.5) == []
    play.tick(0.5)
    advice = (
        "Ben could not be reached; networks that do not let each other in need a TURN server that works, "
        "which the host names with --ice-server."
    )
    play.then(ClosePeer(ben), ParticipantLeft(ben, "Ben", "could not be reached"), Notice(advice))


@pytest.mark.parametrize("kind", [PeerEvent.FAILED, PeerEvent.CLOSED])
def test_an_attempt_that_fails_is_given_up(kind: PeerEvent) -> None:
    play = Play().alone()
    play.greeted(BEN, BEN_AT, "Ben")
    play.peer(BEN, kind, "no route")
    lines = play.skip()
    assert lines[:2] == [ClosePeer(ben), ParticipantLeft(ben, "Ben", "could not be reached")]
    play.peer(BEN, kind, "no route")
    play.then()


def test_an_offer_that_is_too_long_fails() -> None:
    play = Play().alone()
    play.greeted(BEN, BEN_AT, "Ben")
    play.peer(BEN, PeerEvent.OFFER_READY, "x" * 50_000)
    assert ParticipantLeft(ben, "Ben", "could not be reached") in play.skip()


def test_reports_out_of_their_place_do_nothing() -> None:
    play = Play().with_ben()
    for kind in (PeerEvent.OFFER_READY, PeerEvent.ANSWER_READY, PeerEvent.CONNECTED):
        play.peer(BEN, kind, SDP)
        play.then()
        play.peer(CARA, kind, SDP)
        play.then()
    play.channel(CARA, Chat("who?", False))
    play.then()


def test_nothing_over_a_channel_counts_before_it_is_open() -> None:
    play = Play().alone()
    play.greeted(BEN, BEN_AT, "Ben")
    play.channel(BEN, Chat("early", False))
    play.then()
    assert play.it.counts == {"out of place": 1}


def test_a_link_that_broke_is_made_again_by_the_one_who_came_later() -> None:
    play = Play().found_ben()
    play.peer(BEN, PeerEvent.FAILED, "gone")
    play.then(ClosePeer(ben), ParticipantLeft(ben, "Ben", "vanished"))
    play.tick()
    play.then(Seals(BEN_AT, Hello(ME, "Ana")))
    play.sealed(BEN_AT, Offer(BEN, "Ben", State(), (), SDP))
    play.then(
        ParticipantJoined(somebody(link=Link.CONNECTING)),
        IdentityChanged(ben, "Ben", IdentityKind.OTHER_KEY, "Ben"),
        AnswerPeer(ben, SDP, ()),
    )


def test_a_link_may_break_and_be_made_again_many_times() -> None:
    play = Play().found_ben()
    for _ in range(20):
        play.peer(BEN, PeerEvent.FAILED, "gone")
        play.skip()
        play.tick()
        play.then(Seals(BEN_AT, Hello(ME, "Ana")))
        play.sealed(BEN_AT, Offer(BEN, "Ben", State(), (), SDP))
        play.skip()
        play.peer(BEN, PeerEvent.ANSWER_READY, SDP)
        play.skip()
        play.peer(BEN, PeerEvent.CONNECTED)
        play.then(ParticipantChanged(somebody()), Tells(BEN, State()))


def test_the_one_who_was_there_waits_for_the_other_to_come_again() -> None:
    play = Play().with_ben()
    play.peer(BEN, PeerEvent.FAILED, "gone")
    play.skip()
    assert play.wait(10) == []
    play.sealed(BEN_AT, Hello(BEN, "Ben"))
    play.then(
        ParticipantJoined(somebody(link=Link.CONNECTING)),
        IdentityChanged(ben, "Ben", IdentityKind.OTHER_KEY, "Ben"),
        OpenPeer(ben, ()),
    )


# --- ICE servers -----------------------------------------------------------------------------------------------------


def test_a_newcomer_takes_over_the_meetings_servers() -> None:
    play = Play(new=False).came_to(BEN_AT)
    play.sealed(BEN_AT, Offer(BEN, "Ben", State(), (TURN,), SDP))
    play.then(
        ParticipantJoined(somebody(link=Link.CONNECTING)),
        Notice("The TURN server turn.example, named by Ben, may see your address."),
        AnswerPeer(ben, SDP, (TURN,)),
    )
    play.server(Enter(CARA_AT))
    play.then()
    play.sealed(CARA_AT, Hello(CARA, "Cara"))
    play.then(ParticipantJoined(somebody(cara, "Cara", Link.CONNECTING)), OpenPeer(cara, (TURN,)))


def test_one_who_knows_the_servers_brings_them_back() -> None:
    play = Play().alone()
    play.server(Enter(BEN_AT))
    play.then()
    play.sealed(BEN_AT, Hello(BEN, "Ben", (STUN,)))
    play.then(
        Notice("The STUN server stun.example, named by somebody who joined, may see your address."),
        ParticipantJoined(somebody(link=Link.CONNECTING)),
        OpenPeer(ben, (STUN,)),
    )


def test_our_own_servers_are_kept_and_the_offers_are_used_for_its_sender() -> None:
    play = Play(ice=(STUN,))
    play.start()
    play.skip()
    play.welcome(BEN_AT)
    assert play.skip()[-1] == Seals(BEN_AT, Hello(ME, "Ana", (STUN,)))
    play.sealed(BEN_AT, Offer(BEN, "Ben", State(), (TURN,), SDP))
    assert play.skip()[-1] == AnswerPeer(ben, SDP, (TURN,))
    play.server(Enter(CARA_AT))
    play.then()
    play.sealed(CARA_AT, Hello(CARA, "Cara"))
    assert play.skip()[-1] == OpenPeer(cara, (STUN,))


def test_not_everybody_can_name_a_server_of_their_own() -> None:
    play = Play(new=False)
    play.start()
    play.skip()
    others = [f"{number:016x}" for number in range(1, 8)]
    play.welcome(*others)
    play.skip()
    used = set()
    for number, at in enumerate(others):
        servers = tuple(type(STUN)(f"stun:s{number}-{n}.example") for n in range(2))
        play.sealed(at, Offer(at, f"Person {number}", State(), servers, SDP))
        (answer,) = [line for line in play.skip() if isinstance(line, AnswerPeer)]
        used |= {server.url for server in answer.ice}
    assert len(used) == 2
    assert play.it.counts["out of place"] == 6
