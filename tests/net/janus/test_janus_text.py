from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.services.base import (
    AbilitiesChanged,
    Ability,
    ChatReceived,
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
    Resynced,
    Source,
)
from net.services.identity import Lookalikes
from net.services.janus import text_wire
from net.services.janus.actions import Action, Answer, Close, Send, Way, WayEvent
from net.services.janus.attachment import RETRY_AFTER, Step
from net.services.janus.credentials import Credentials
from net.services.janus.presence import SOUND, WORDS
from net.services.janus.rule import MODERATION
from net.services.janus.session import ANSWER_WITHIN, Session
from net.services.janus.text import BURST, OWN_LIMIT, SEEN_LIMIT, TextRoom
from net.services.janus.text_wire import CHAT_LIMIT, Texter, id_of
from net.services.janus.texters import BURST as SAID_AT_ONCE
from net.services.janus.texters import PEOPLE_LIMIT, Texters
from net.services.outbox import Outbox
from net.services.strict import Malformed
from privacy.text import confusable
from tests.net.janus.bridge_stage import (
    ANSWER,
    BEN,
    BEN_TEXT,
    BEN_THERE,
    ME,
    OFFER,
    ROOM,
    SEAT_2,
    SESSION,
    TEXT,
    TEXT_HANDLE,
    TEXT_HANDLE_2,
    Asks,
    Play,
    Says,
    Writes,
    person,
)
from tests.net.mesh.playbook import chance

MEETING = SOUND | MODERATION | WORDS
PAGE = "page"
PAGE_PID = PeerId(str(id_of(PAGE, ROOM)))
BEN_PID = PeerId(str(BEN_THERE))
WHEN = "2026-11-23T16:33:04+0000"
AT = {"date": WHEN}
NOT_YET = "The chat is not connected yet; try again in a moment."


def alone(name: str = "Ivy", pid: PeerId = PAGE_PID) -> Participant:
    return Participant(pid, name, Link.HERE, missing={Source.MICROPHONE: "they are in the chat alone"})


def both(secret: str = "") -> Play:
    """In a meeting with Ben, who is in the chat as well."""
    return Play(text=TEXT, secret=secret).in_chat(person(int(BEN_THERE)), texters=((BEN_TEXT, "Ben"),))


# --- coming in -------------------------------------------------------------------------------------------------------


def test_a_chat_from_the_beginning() -> None:
    play = Play(text=TEXT, pin="1", token="t")
    assert play.it.can == MEETING
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", 21)
    (asked,) = play.skip()
    assert isinstance(asked, Asks)
    play.enters().skip()
    with pytest.raises(ValueError, match=NOT_YET):
        play.say("hello")
    play.gives("attach", TEXT_HANDLE).then(Asks({"request": "setup"}))
    play.answers("setup", {"textroom": "event", "result": "ok"}, OFFER, "offer").then(Answer(Way.TEXT, OFFER))
    play.described(Way.TEXT, ANSWER).then(Asks({"request": "ack"}, ANSWER))
    play.answers("ack", {"textroom": "event", "result": "ok"}).then()
    play.happens(Way.TEXT, WayEvent.UP).then()
    play.happens(Way.TEXT, WayEvent.CHANNEL)
    (joins,) = play.skip()
    assert isinstance(joins, Writes)
    username = joins.message["username"]
    assert joins == Writes(
        {"textroom": "join", "room": TEXT, "username": username, "display": "Ana", "pin": "1", "token": "t"}
    )
    assert asked.body["id"] == id_of(username, ROOM)
    play.text("join", username=username, display="Ana").then()
    listed = [{"username": BEN_TEXT, "display": "Ben"}, {"username": 7}, {"username": username, "display": "Ana"}]
    play.text_answers("join", participants=listed).then(
        ParticipantJoined(alone("Ben", BEN_PID)), AbilitiesChanged(MEETING, SOUND | WORDS)
    )


def test_the_id_in_a_room_with_a_name_is_a_text() -> None:
    play = Play(text="salon", room="hall")
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", 21)
    (asked,) = play.skip()
    assert isinstance(asked, Asks)
    assert isinstance(asked.body["id"], str)
    assert len(asked.body["id"]) == 32


def test_an_id_that_is_taken_is_drawn_again() -> None:
    play = Play(text=TEXT)
    play.start().skip()
    play.gives("create", SESSION).skip()
    play.gives("attach", 21)
    (first,) = play.skip()
    play.fails("join", 490)
    (second,) = play.skip()
    assert isinstance(first, Asks)
    assert isinstance(second, Asks)
    assert first.body["id"] != second.body["id"]
    assert play.phase is Phase.CONNECTING


@pytest.mark.parametrize(
    ("code", "reason", "says"),
    [
        (417, "No such room (1234)", "no text room 1234 on this server"),
        (413, "Missing mandatory element (pin)", "asks for a PIN"),
        (419, "Unauthorized (wrong pin)", "asks for a PIN"),
        (419, "Unauthorized (not in the allowed list)", "only for those on its list"),
        (499, "?", "it said 499"),
    ],
)
def test_a_text_room_that_does_not_let_us_in(code: int, reason: str, says: str) -> None:
    play = Play(text=TEXT).in_it().chats()
    play.skip()
    play.text_answers("join", error_code=code, error=reason)
    notice, *closing = play.skip()
    assert isinstance(notice, Notice)
    assert says in notice.text
    assert closing == [Close(Way.TEXT), Says("detach")]
    assert play.phase is Phase.LIVE
    with pytest.raises(ValueError, match=says):
        play.say("hello")
    assert play.wait(60) == [Asks({"request": "list"})]
    play.happens(Way.TEXT, WayEvent.FAILED).then()
    play.data("{}").then()


def test_a_server_without_text_rooms() -> None:
    play = Play(text=TEXT).in_it()
    play.fails("attach", 460).then(Notice("The server has no text rooms, so there is no chat.", serious=True))
    with pytest.raises(ValueError, match="no text rooms"):
        play.say("hello")


def test_somebody_has_our_username() -> None:
    play = Play(text=TEXT).in_it().chats()
    play.skip()
    first = play.username
    play.text_answers("join", error_code=420, error="Username already taken")
    notice, joins = play.skip()
    assert isinstance(notice, Notice)
    assert notice.serious
    assert isinstance(joins, Writes)
    assert joins.message["username"] != first
    play.text_answers("join", error_code=420, error="Username already taken")
    assert "it said 420" in str(play.skip())


# --- what is said ----------------------------------------------------------------------------------------------------


def test_what_one_in_the_meeting_says() -> None:
    play = both()
    assert list(play.people) == [BEN_PID]
    play.text("message", **{"from": BEN_TEXT}, **AT, text="a\x1b[1m\u202eb\n\nc").then(
        ChatReceived(BEN_PID, "Ben", "ab\n\nc")
    )
    play.text("message", **{"from": BEN_TEXT}, **AT, text="psst", whisper=True).then(
        ChatReceived(BEN_PID, "Ben", "psst", private=True)
    )
    play.text("message", **{"from": BEN_TEXT}, **AT, text="psst", whisper=True).then(
        ChatReceived(BEN_PID, "Ben", "psst", private=True)
    )
    play.changed(person(int(BEN_THERE), "Benno")).skip()
    play.text("message", **{"from": BEN_TEXT}, text="x" * (CHAT_LIMIT + 1)).then(
        ChatReceived(BEN_PID, "Benno", "x" * (CHAT_LIMIT - 1) + "…")
    )
    play.text("message", **{"from": BEN_TEXT}, text="\u202e").then()
    play.text("message", **{"from": play.username}, text="my own").then()


def test_what_one_says_who_is_in_the_chat_alone() -> None:
    play = both()
    play.text("join", username=PAGE, display="Ivy").then(ParticipantJoined(alone()))
    play.text("join", username=PAGE, display="Ivy").then()
    play.text("message", **{"from": PAGE}, text="hello").then(ChatReceived(PAGE_PID, "Ivy", "hello"))
    play.text("join", username=PAGE, display="").then(
        ParticipantLeft(PAGE_PID, "Ivy", "left"), ParticipantJoined(alone("page"))
    )
    play.text("leave", username=PAGE).then(ParticipantLeft(PAGE_PID, "page", "left"))
    play.text("leave", username=PAGE).then()
    play.text("join", username=PAGE, display="Ivy").skip()
    play.text("kicked", username=PAGE).then(ParticipantLeft(PAGE_PID, "Ivy", "was removed"))


def test_who_came_to_the_chat_first() -> None:
    play = Play(text=TEXT).in_chat(texters=((BEN_TEXT, "Ben"),))
    assert play.people == {BEN_PID: alone("Ben", BEN_PID)}
    play.changed(person(int(BEN_THERE)))
    changed, *rest = play.skip()
    assert isinstance(changed, ParticipantChanged)
    assert rest == []
    assert play.people[BEN_PID].missing == {}
    # and who goes on writing after having left the meeting is not listed anew
    play.tells({"audiobridge": "event", "room": ROOM, "leaving": BEN_THERE}).then(
        ParticipantLeft(BEN_PID, "Ben", "left")
    )
    play.text("message", **{"from": BEN_TEXT}, text="bye").then(ChatReceived(BEN_PID, "Ben", "bye"))
    play.text("leave", username=BEN_TEXT).then()


def test_names_are_compared_between_meeting_and_chat() -> None:
    play = both()
    play.text("join", username=PAGE, display="Ben").then(
        ParticipantJoined(alone("Ben")),
        IdentityChanged(PAGE_PID, "Ben", IdentityKind.SAME_NAME, "Ben", here=True),
    )
    play.text("join", username="other", display="Ivy").skip()
    play.changed(person(BEN, "Ivy"))
    assert any(isinstance(line, IdentityChanged) for line in play.skip())


def test_what_was_said_before_we_came() -> None:
    play = Play(text=TEXT).in_it().chats()
    play.skip()
    play.text("message", **{"from": PAGE}, **AT, text="good day", display="Ivy").then(
        ChatReceived(PAGE_PID, "Ivy", "good day", earlier=True)
    )
    play.text("announcement", **AT, text="hear").then(Notice("Announced to the room: hear", serious=True))
    play.text_answers("join", participants=[]).skip()
    play.text("announcement", **AT, text="hear").then(Notice("Announced to the room: hear", serious=True))
    play.text("announcement", **AT, text="\u202e").then()
    # the channel is made anew: what we have heard is not shown again, what we missed is
    play.happens(Way.TEXT, WayEvent.FAILED).skip()
    play.wait(RETRY_AFTER[0])
    play.chats(TEXT_HANDLE_2).skip()
    play.text("message", **{"from": PAGE}, **AT, text="good day", display="Ivy").then()
    play.text("announcement", **AT, text="hear").then()
    play.text("message", **{"from": PAGE}, **AT, text="are you there?", display="Ivy").then(
        ChatReceived(PAGE_PID, "Ivy", "are you there?", earlier=True)
    )


def test_what_is_remembered_is_bounded() -> None:
    play = Play(text=TEXT).in_chat()
    for n in range(SEEN_LIMIT + 1):
        play.now += 1.0
        play.text("message", **{"from": PAGE}, **AT, text=f"{n}").skip()
    play.happens(Way.TEXT, WayEvent.FAILED).skip()
    play.wait(RETRY_AFTER[0])
    play.chats(TEXT_HANDLE_2).skip()
    play.text("message", **{"from": PAGE}, **AT, text="0").then(ChatReceived(PAGE_PID, "page", "0", earlier=True))
    play.text("message", **{"from": PAGE}, **AT, text=f"{SEEN_LIMIT}").then()


def test_one_who_says_far_too_much() -> None:
    play = both()
    for _ in range(int(SAID_AT_ONCE)):
        play.text("message", **{"from": BEN_TEXT}, text="again").skip()
    play.text("message", **{"from": BEN_TEXT}, text="again").then()
    assert play.it.counts["flood"] == 1


def test_a_flood_makes_us_ask_who_is_there() -> None:
    play = both()
    for _ in range(int(BURST)):
        play.text("leave", username="nobody").skip()
    play.text("join", username=PAGE, display="Ivy").skip()
    assert PAGE_PID not in play.people
    assert play.wait(ANSWER_WITHIN)[-1] == Writes({"textroom": "listparticipants", "room": TEXT})
    play.data(
        json.dumps(
            {"room": TEXT, "participants": [{"username": PAGE, "display": "Ivy"}], "transaction": play.written[-1][1]}
        )
    ).then(ParticipantJoined(alone()))


def test_a_list_that_does_not_come_changes_nothing() -> None:
    play = both()
    for _ in range(int(BURST) + 1):
        play.text("leave", username="nobody").skip()
    play.wait(ANSWER_WITHIN)
    play.text_answers("listparticipants", error_code=417).then()


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        "nonsense",
        "{}",
        '{"textroom":"message","room":1234}',
        '{"textroom":"join","room":1234,"username":7}',
        '{"textroom":"leave"}',
        '{"textroom":"success","transaction":7}',
    ],
)
def test_what_is_no_message_is_counted(data: str | bytes) -> None:
    play = both()
    play.data(data).then()
    assert play.it.counts["malformed"] == 1


def test_what_does_not_concern_us_is_ignored() -> None:
    play = both()
    play.data(json.dumps({"textroom": "message", "room": 1, "from": "x", "text": "x"})).then()
    play.text("dance").then()
    play.data(json.dumps({"textroom": "success", "transaction": "none"})).then()
    play.tells({"textroom": "event", "result": "ok"}, TEXT_HANDLE).then()
    play.comes({"janus": "webrtcup", "session_id": SESSION, "sender": TEXT_HANDLE}).then()
    assert play.it.counts["out of place"] == 2


def test_a_crowd_is_bounded() -> None:
    play = Play(text=TEXT).in_it().chats()
    play.skip()
    people = [{"username": f"u{n}", "display": f"one {n}"} for n in range(PEOPLE_LIMIT + 5)]
    play.text_answers("join", participants=people)
    assert Notice(f"More than {PEOPLE_LIMIT} people are in the chat; not all of them are listed.") in play.skip()
    assert len(play.people) == PEOPLE_LIMIT


# --- what we say -----------------------------------------------------------------------------------------------------


def test_we_write_to_all_and_to_one() -> None:
    play = both()
    play.say("hello").then(Writes({"textroom": "message", "room": TEXT, "text": "hello"}))
    play.text_answers("message").then()
    play.say("psst", BEN_THERE).then(Writes({"textroom": "message", "room": TEXT, "text": "psst", "to": BEN_TEXT}))
    play.text_answers("message", sent={BEN_TEXT: True}).then()
    play.say("psst", BEN_THERE).skip()
    play.text_answers("message", sent={BEN_TEXT: False}).then(
        Notice("Your private message did not arrive: they left the chat.", serious=True)
    )


@pytest.mark.parametrize("text", ["", " \n", "x" * (CHAT_LIMIT + 1), "\ud800"])
def test_a_text_that_cannot_travel(text: str) -> None:
    with pytest.raises(ValueError, match=r"characters|surrogates"):
        both().say(text)


def test_nobody_who_is_not_in_the_chat_can_be_written_to() -> None:
    play = Play(text=TEXT).in_chat(person(BEN))
    with pytest.raises(ValueError, match="not in the chat"):
        play.say("psst", BEN)


def test_a_message_that_is_not_taken() -> None:
    play = both()
    again = Notice("The chat did not take your message; send it again.", serious=True)
    play.say("hello").skip()
    play.text_answers("message", error_code=499).then(again)
    play.say("hello").skip()
    play.text_answers("message", error_code=422, error="Not in room 1234")
    told, joins = play.skip()[:2]
    assert (told, type(joins)) == (again, Writes)
    play.text_answers("join", participants=[]).skip()
    play.say("hello").skip()
    assert play.wait(ANSWER_WITHIN - 0.5) == [Asks({"request": "list"})]
    assert play.wait(1) == [again]


def test_a_join_that_is_not_answered() -> None:
    play = Play(text=TEXT).in_it().chats()
    play.skip()
    assert Close(Way.TEXT) not in play.wait(ANSWER_WITHIN - 0.5)
    assert Close(Way.TEXT) in play.wait(1)


# --- who we are ------------------------------------------------------------------------------------------------------


def test_we_are_called_otherwise() -> None:
    play = both()
    username = play.username
    play.rename("Zoe").then(
        Asks({"request": "configure", "display": "Zoe"}), Writes({"textroom": "leave", "room": TEXT}),
        AbilitiesChanged(MEETING, SOUND),
    )  # fmt: skip
    play.text("leave", username=username).then()
    play.text_answers("leave").then(Writes({"textroom": "join", "room": TEXT, "username": username, "display": "Zoe"}))
    play.rename("Eve").skip()  # once more, before we are in
    play.text_answers("join", participants=[]).then(Writes({"textroom": "leave", "room": TEXT}))
    play.text_answers("leave").skip()
    play.text_answers("join", participants=[]).then(AbilitiesChanged(MEETING, SOUND | WORDS))


def test_a_meeting_begun_anew_is_one_under_another_username() -> None:
    play = both()
    before = play.username
    play.comes({"janus": "timeout", "session_id": SESSION})
    assert play.skip()[:2] == [Close(Way.TEXT), Close(Way.BRIDGE)]
    assert play.wait(1) == []
    play.gives("create", SESSION + 1).skip()
    play.gives("attach", SEAT_2)
    (asks,) = play.skip()
    play.enters(person(int(BEN_THERE)), own=ME + 1)
    assert any(isinstance(line, Resynced) for line in play.skip())
    play.chats(TEXT_HANDLE_2).skip()
    assert play.username != before
    assert isinstance(asks, Asks)
    assert asks.body["id"] == id_of(play.username, ROOM)


def test_an_id_that_is_taken_when_the_sound_is_made_again() -> None:
    play = both()
    before = play.username
    play.breaks()
    play.wait(RETRY_AFTER[0])
    play.gives("attach", SEAT_2).skip()
    play.fails("join", 490)
    joins, leaves = play.skip()[1], play.skip()
    assert leaves == []
    assert isinstance(joins, Asks)
    play.text_answers("leave").skip()
    assert play.username != before
    assert joins.body["id"] == id_of(play.username, ROOM)


# --- what breaks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["refused", "no description", "an answer", "ack", "hangup", "lost"])
def test_the_channel_is_tried_again(how: str) -> None:
    play = Play(text=TEXT).in_it()
    play.gives("attach", TEXT_HANDLE).skip()
    ok = {"textroom": "event", "result": "ok"}
    match how:
        case "refused":
            play.fails("setup", 416)
        case "no description":
            play.answers("setup", ok)
        case "an answer":
            play.answers("setup", ok, ANSWER, "answer")
        case _:
            play.answers("setup", ok, OFFER, "offer").skip()
            play.described(Way.TEXT, ANSWER).skip()
            match how:
                case "ack":
                    play.fails("ack", 499)
                case "hangup":
                    play.hangs_up(TEXT_HANDLE)
                case _:
                    play.lost().skip()
                    play.found().skip()
                    play.gives("claim")
    play.skip()
    play.hangs_up(TEXT_HANDLE).then()
    assert Says("attach", "textroom") in play.wait(RETRY_AFTER[0] + 0.1)
    play.chats(TEXT_HANDLE_2).skip()
    play.text_answers("join", participants=[]).skip()
    assert Ability.CHAT in play.it.may


def test_late_answers_are_ignored() -> None:
    out = Outbox[Action]()
    session = Session(out, Nobody(), chance("s"))
    text = TextRoom(out, session, (ROOM, TEXT), "Ana", Credentials(), chance("t"), Nobody())
    session.found()
    session.received(json.dumps({"janus": "success", "transaction": _last(out), "data": {"id": 1}}))
    text.way.begin()
    text.way.begin()
    attach = _last(out)
    text.way.close()
    session.received(json.dumps({"janus": "success", "transaction": attach, "data": {"id": 2}}))
    assert any(isinstance(action, Send) and '"detach"' in action.text for action in out.take())
    assert text.way.step is Step.CLOSED
    text.way.again()
    text.way.begin()
    text.tick()
    assert text.way.step is Step.CLOSED
    assert out.take() == []


def test_a_handle_that_is_not_given_in_time() -> None:
    play = Play(text=TEXT).in_it()
    play.wait(ANSWER_WITHIN + RETRY_AFTER[0] + 0.5)
    assert [what for what, _ in play.open].count("attach") == 2


def test_a_request_that_fails_after_we_left() -> None:
    out = Outbox[Action]()
    session = Session(out, Nobody(), chance("s"))
    text = TextRoom(out, session, (ROOM, TEXT), "Ana", Credentials(), chance("t"), Nobody())
    session.found()
    session.received(json.dumps({"janus": "success", "transaction": _last(out), "data": {"id": 1}}))
    text.way.begin()
    text.way.close()
    session.lost()
    assert text.way.step is Step.CLOSED


def test_a_setup_that_is_answered_after_it_was_given_up() -> None:
    play = Play(text=TEXT).in_it()
    play.gives("attach", TEXT_HANDLE).skip()
    play.tick(ANSWER_WITHIN - 0.5).skip()
    play.answers("setup", {"textroom": "event", "result": "ok"}, OFFER, "offer").skip()
    play.leave().skip()
    assert play.phase is Phase.ENDED


class Nobody:
    """An owner of a session, and a meeting, in which nothing happens."""

    def opened(self) -> None: ...
    def resumed(self) -> None: ...
    def expired(self) -> None: ...
    def silent(self) -> None: ...
    def refused(self, error: Exception) -> None: ...

    def name(self, pid: PeerId) -> str | None:
        return None

    def alike(self, name: str) -> tuple[()]:
        return ()


def _last(out: Outbox[Action]) -> str:
    (action,) = out.take()
    assert isinstance(action, Send)
    transaction: str = json.loads(action.text)["transaction"]
    return transaction


# --- the end ---------------------------------------------------------------------------------------------------------


def test_we_are_removed_from_the_chat() -> None:
    play = both()
    play.text("kicked", username=play.username).then(
        Notice("You were removed from the chat.", serious=True), Close(Way.TEXT), Says("detach"),
        AbilitiesChanged(MEETING, SOUND),
    )  # fmt: skip
    assert list(play.people) == [BEN_PID]
    with pytest.raises(ValueError, match="removed from the chat"):
        play.say("but")


def test_the_chat_is_closed() -> None:
    play = both()
    play.text("join", username=PAGE, display="Ivy").skip()
    play.text("destroyed").then(
        Notice("The chat was closed.", serious=True), ParticipantLeft(PAGE_PID, "Ivy", "left"), Close(Way.TEXT),
        Says("detach"), AbilitiesChanged(MEETING, SOUND),
    )  # fmt: skip


def test_we_leave() -> None:
    play = both()
    play.leave()
    assert play.skip()[:3] == [Close(Way.TEXT), Close(Way.BRIDGE), Says("destroy")]
    play.text("message", **{"from": BEN_TEXT}, text="x").then()


# --- what moderators do ----------------------------------------------------------------------------------------------


def test_who_is_sent_out_is_sent_out_of_the_chat_as_well() -> None:
    play = both(secret="s")
    kicks = Writes({"textroom": "kick", "room": TEXT, "username": BEN_TEXT, "secret": "s"})
    play.moderate(Ability.KICK, BEN_THERE).then(
        Asks({"request": "kick", "room": ROOM, "secret": "s", "id": BEN_THERE}), kicks
    )
    play.data(json.dumps({"textbridge": "success", "transaction": play.written[-1][1]})).then()
    play.moderate(Ability.KICK, BEN_THERE).skip()
    play.data(json.dumps({"textroom": "error", "error_code": 419, "transaction": play.written[-1][1]})).then(
        Notice("Ben is still in the chat, which did not remove them.", serious=True)
    )


def test_one_who_is_in_the_chat_alone_is_sent_out_of_it() -> None:
    play = both(secret="s")
    play.text("join", username=PAGE, display="Ivy").skip()
    play.moderate(Ability.KICK, PAGE_PID).then(
        Writes({"textroom": "kick", "room": TEXT, "username": PAGE, "secret": "s"})
    )
    with pytest.raises(ValueError, match="not heard"):
        play.moderate(Ability.MUTE_OTHERS, PAGE_PID)


def test_who_is_not_in_the_chat_is_sent_out_of_the_meeting_alone() -> None:
    play = Play(text=TEXT, secret="s").in_chat(person(BEN))
    play.moderate(Ability.KICK, BEN)
    (asks,) = play.skip()
    assert isinstance(asks, Asks)
    play.happens(Way.TEXT, WayEvent.FAILED).skip()
    play.moderate(Ability.KICK, BEN)
    assert [type(line) for line in play.skip()] == [Asks]


# --- pieces ----------------------------------------------------------------------------------------------------------


@given(st.text(max_size=50), st.sampled_from([ROOM, "hall"]))
def test_ids_of_usernames_are_such_as_the_server_takes(username: str, room: int | str) -> None:
    id = id_of(username, room)
    assert type(id) is type(room)
    assert id == id_of(username, room)
    assert isinstance(id, str) or 0 < id < 2**53


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["Ben", "BEN", "Bеn", "Ivy", "", "lvy"])), max_size=8)
)
def test_lookalikes_are_those_who_are_confusable(puts: list[tuple[str, str]]) -> None:
    likes, names = Lookalikes(), dict[PeerId, str]()
    for n, (pid, name) in enumerate(puts):
        if n % 4 == 3:
            likes.drop(PeerId(pid))
            names.pop(PeerId(pid), None)
        else:
            likes.put(PeerId(pid), name)
            names[PeerId(pid)] = name
    for wanted in ("Ben", "Ivy", "x"):
        assert likes.like(wanted) == {pid for pid, name in names.items() if confusable(name, wanted)}
    likes.clear()
    assert likes.like("Ben") == set()


def test_own_usernames_are_remembered_as_far_as_that_goes() -> None:
    play = both()
    for n in range(OWN_LIMIT + 2):
        play.rename(f"name {n}").skip()
        play.text_answers("leave").skip()
        play.text_answers("join", participants=[{"username": play.username}]).skip()
    assert list(play.people) == [BEN_PID]


def test_the_owner_of_a_listener_forgets_everybody() -> None:
    texters = Texters(Outbox[Action](), ROOM, "Ana", Nobody())
    texters.add(Texter(PAGE, "Ivy"))
    assert list(texters.participants) == [PAGE_PID]
    texters.clear()
    assert texters.participants == {}
    assert list(texters.alike("Ivy")) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "textroom",
        "room",
        "transaction",
        "username",
        "display",
        "from",
        "text",
        "date",
        "whisper",
        "participants",
        "sent",
    ]
)
KINDS = st.sampled_from(["message", "join", "leave", "kicked", "announcement", "destroyed", "success", "error", TEXT])


@given(st.dictionaries(KEYS, JSON | KINDS, max_size=8) | st.text())
def test_no_message_does_anything_but_parse_or_be_refused(message: dict[str, Any] | str) -> None:
    text = message if isinstance(message, str) else json.dumps(message)
    try:
        read = text_wire.read(text, TEXT)
    except Malformed:
        return
    assert read is None or isinstance(read, text_wire.Message)
