"""A TextRoom beside a VideoRoom: the chat goes by it, and who writes there is known to be somebody in the meeting."""

from __future__ import annotations

import json
from typing import Any

import pytest

from net.services.base import Ability, ChatReceived, Notice, ParticipantJoined, PeerId, Phase
from net.services.janus.actions import Answer, Close, Way, WayEvent
from net.services.janus.text_wire import id_of
from tests.net.janus.playroom import BEN, BEN_PID, ME, OFFER, Play, asks, core, someone

LINK = "janus+ws://h/?room=1234&text=5"
TEXT_HANDLE = 4000
CHATS = "c" * 32
CHATS_ID = int(id_of(CHATS, 1234))
CHATS_PID = PeerId(str(CHATS_ID))
PAGE_PID = PeerId(str(id_of("page", 1234)))


class Chat:
    """A meeting with a TextRoom beside it; the TextRoom is played by hand."""

    def __init__(self, *people: dict[str, Any], texters: tuple[str, ...] = (), secret: str = "") -> None:
        self.play = Play(LINK, secret=secret)
        self.play.live(*people)
        self.asked: dict[str, str] = {}
        self.username = ""
        if texters is not None:
            self.comes(*texters)

    def comes(self, *texters: str) -> None:
        """The channel opens, and we are let in."""
        play = self.play
        play.answered_attach(TEXT_HANDLE)
        play.answers("setup", {"textroom": "event", "result": "ok"}, OFFER)
        assert Answer(Way.TEXT, OFFER["sdp"]) in play.taken()
        play.described(Way.TEXT, "our answer")
        play.answers("ack", {"textroom": "event", "result": "ok"})
        play.way(Way.TEXT, WayEvent.CHANNEL)
        self.username = self.wrote()[-1]["username"]
        self.answers("join", participants=[{"username": each, "display": each[:4]} for each in texters])

    def wrote(self) -> list[dict[str, Any]]:
        """What went over the channel since the last time."""
        words = [word for word in self.play.words() if "textroom" in word]
        for word in words:
            self.asked[word["textroom"]] = word.pop("transaction")
        return words

    def answers(self, what: str, **more: Any) -> None:
        self.tells({"transaction": self.asked[what], "textroom": "success", **more})

    def tells(self, message: dict[str, Any]) -> None:
        text = json.dumps({"room": 5, **message})
        self.play._do(self.play.room.data_received(Way.TEXT, "", text, self.play.now))


def test_we_join_under_the_id_that_our_username_stands_for() -> None:
    play = Play(LINK)
    play.found()
    play._created()
    play.answered_attach(2000)
    (join,) = play.taken()
    own = join.pop("id")
    assert join == asks("join", ptype="publisher", room=1234, display="Ana")
    play.refuses("join", 436, "User ID exists")
    (again,) = play.taken()
    assert again["id"] not in (own, None)
    play.joined(own=again["id"])
    assert core("attach", plugin="janus.plugin.textroom") in play.taken()
    assert play.room.phase is Phase.LIVE


def test_the_chat_goes_by_the_text_room() -> None:
    chat = Chat(someone(CHATS_ID, "Ben"), texters=(CHATS, "page"))
    play = chat.play
    assert [event.participant.id for event in play.events() if isinstance(event, ParticipantJoined)] == [PAGE_PID]
    play.say("hello")
    assert chat.wrote() == [{"textroom": "message", "room": 5, "text": "hello"}]
    for pid, username in ((CHATS_PID, CHATS), (PAGE_PID, "page")):
        play.say("psst", pid)
        assert chat.wrote() == [{"textroom": "message", "room": 5, "text": "psst", "to": username}]
    chat.tells({"textroom": "message", "from": CHATS, "text": "hi", "whisper": True})
    assert play.events() == [ChatReceived(CHATS_PID, "Ben", "hi", private=True)]
    with pytest.raises(ValueError, match="not in the room any more"):
        play.say("psst", PeerId("7"))


def test_whom_the_text_room_does_not_reach_is_written_to_over_data() -> None:
    chat = Chat(someone(BEN, "Ben"))
    with pytest.raises(ValueError, match="cannot be written to alone"):
        chat.play.say("psst", BEN_PID)
    chat.play.way(Way.TEXT, WayEvent.FAILED)
    assert Close(Way.TEXT) in chat.play.taken()
    chat.play.say("hello")
    assert chat.play.words() == [{"incog": "1", "t": "chat", "text": "hello"}]
    chat.play.later(0.5)
    chat.comes()
    chat.play.say("hello")
    assert chat.wrote() == [{"textroom": "message", "room": 5, "text": "hello"}]


def test_we_are_called_otherwise_in_both() -> None:
    chat = Chat()
    chat.play.rename("Zoe")
    chat.play.answers("configure", {"videoroom": "event", "configured": "ok"})
    assert chat.wrote() == [{"textroom": "leave", "room": 5}]
    chat.answers("leave")
    (join,) = chat.wrote()
    assert (join["display"], join["username"]) == ("Zoe", chat.username)


def test_who_is_sent_out_is_sent_out_of_the_chat_as_well() -> None:
    chat = Chat(someone(CHATS_ID, "Ben"), texters=(CHATS, "page"), secret="s")
    play = chat.play
    play.taken()
    play.moderate(Ability.KICK, CHATS_PID)
    assert chat.wrote() == [{"textroom": "kick", "room": 5, "username": CHATS, "secret": "s"}]
    play.moderate(Ability.KICK, PAGE_PID)
    assert chat.wrote() == [{"textroom": "kick", "room": 5, "username": "page", "secret": "s"}]
    chat.tells({"textroom": "error", "error_code": 419, "transaction": chat.asked["kick"]})
    assert play.events() == [Notice("page is still in the chat, which did not remove them.", serious=True)]
    with pytest.raises(ValueError, match="not in the room any more"):
        play.moderate(Ability.MUTE_OTHERS, PAGE_PID)


def test_nobody_is_sent_out_of_the_chat_without_the_secret() -> None:
    chat = Chat(texters=("page",))
    chat.play.taken()
    with pytest.raises(ValueError, match="room's secret"):
        chat.play.moderate(Ability.KICK, PAGE_PID)
    assert chat.wrote() == []


def test_a_session_begun_anew_is_one_under_another_username() -> None:
    chat = Chat(texters=("page",))
    play, before = chat.play, chat.username
    play.taken()
    play.hears("timeout")
    assert Close(Way.TEXT) in play.taken()
    play._do(play.room.tick(play.now))
    play._note()
    play._tell({"janus": "success", "transaction": play._asked["create"], "data": {"id": 1001}})
    play._note()
    play._tell({"janus": "success", "transaction": play._asked["attach"], "data": {"id": 2000}})
    play.joined(own=ME + 1)
    play.taken()
    assert play.room.participants == {}
    assert chat.username == before


def test_leaving_ends_the_chat() -> None:
    chat = Chat()
    chat.play.leave()
    assert Close(Way.TEXT) in chat.play.taken()


def test_without_a_text_room_nothing_is_heard_from_one() -> None:
    play = Play()
    play.live()
    play._do(play.room.data_received(Way.TEXT, "", "{}", play.now))
    play.described(Way.TEXT, "our answer")
    play.way(Way.TEXT, WayEvent.CHANNEL)
    assert play.taken() == []
    assert play.room.counts["out of place"] == 1
