"""What incog users tell each other over data channels, sealed and not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from net.services.base import (
    ChatReceived,
    Encryption,
    Level,
    Link,
    Notice,
    ParticipantChanged,
    Picture,
    PrivacyChanged,
    Source,
)
from net.services.janus.actions import Route, SendData, Stream, Way, WayEvent
from net.services.janus.exchange import HELD_LIMIT, HELLO_AGAIN, HELLO_APART, STATE_CROWD, STATE_EVERY
from net.services.janus.people import DATA_BURST, NO_KEY, OTHER_KEY, UNOPENED
from net.services.janus.words import CHAT_LIMIT
from tests.net.janus.playroom import (
    ANSWER,
    AUDIO,
    BEN,
    BEN_PID,
    CYD,
    CYD_PID,
    DATA,
    KEY,
    LINK,
    OFFER,
    VIDEO,
    Play,
    data_line,
    line,
    someone,
)

SEALED = LINK + KEY
HIDDEN: dict[str, Any] = {"muted": True, "picture": "hidden", "hand": False}
STATE: dict[str, Any] = {"incog": "1", "t": "state", **HIDDEN}
HELLO: dict[str, Any] = {"incog": "1", "t": "hello", "id": "b" * 16, "box": "A" * 43 + "=", **HIDDEN, "heard": []}
CHAT: dict[str, Any] = {"incog": "1", "t": "chat", "text": "hi"}


def open_room(*people: dict[str, Any]) -> Play:
    """A room without a key, in which Ben's data come to us."""
    play = Play()
    play.live(someone(BEN, "Ben", AUDIO, VIDEO, DATA), *people)
    play.receive(data_line("0", BEN))
    play.hears("webrtcup", sender=3000)
    play.taken()
    return play


def test_we_say_who_we_are_and_repeat_what_we_show() -> None:
    play = Play()
    play.join(attendees=[])
    play.described(Way.SEND, "our offer")
    play.answers("publish", {"videoroom": "event", "configured": "ok"}, ANSWER)
    play.show(muted=False, picture=Picture.SCREEN, hand=True)
    assert not play.words()
    play.way(Way.SEND, WayEvent.CHANNEL)
    (hello,) = play.words()
    shown = {"muted": False, "picture": "screen", "hand": True}
    assert {**hello, "id": "", "box": ""} == {**HELLO, **shown, "id": "", "box": ""}
    play.later(STATE_EVERY - 0.25)
    assert not play.words()
    play.later(0.25)
    assert play.words() == [{**STATE, **shown}]
    play.show()
    assert play.words() == [STATE]
    play.show()
    assert not play.words()


def test_the_more_people_the_more_rarely_it_is_repeated() -> None:
    play = Play()
    play.live(*(someone(1000 + number) for number in range(STATE_CROWD * 3)))
    play.later(STATE_EVERY * 3)
    assert play.words() == [STATE]
    play.later(STATE_EVERY * 3)
    assert play.words() == [STATE]


def test_somebody_new_is_greeted_at_once_and_again_until_they_have_heard() -> None:
    play = open_room()
    play.later(1)
    play.words()
    play.data(BEN, HELLO)
    (hello,) = play.words()
    assert hello["heard"] == ["b" * 16]
    began, times = play.now, []
    while play.now < began + sum(HELLO_AGAIN) + 10:
        play.later(0.25)
        times += [play.now - began for word in play.words() if word["t"] == "hello"]
    assert times == [sum(HELLO_AGAIN[: count + 1]) for count in range(len(HELLO_AGAIN))]
    play.data(BEN, {**HELLO, "id": "c" * 16, "heard": [hello["id"]]})
    assert [word["t"] for word in play.words()] == ["hello"]
    play.later(3)
    assert "hello" not in [word["t"] for word in play.words()]


def test_many_who_come_at_once_are_greeted_at_once() -> None:
    play = open_room(someone(CYD, "Cyd", DATA))
    play.later(1)
    play.words()
    play.data(BEN, HELLO)
    play.now += HELLO_APART / 2
    play.data(CYD, {**HELLO, "id": "c" * 16})
    assert len(play.words()) == 1
    play.later(0.25)
    (hello,) = (word for word in play.words() if word["t"] == "hello")
    assert hello["heard"] == ["b" * 16, "c" * 16]


def test_one_who_has_not_greeted_is_greeted() -> None:
    play = open_room()
    play.later(STATE_EVERY + 1)
    play.taken()
    play.data(BEN, STATE)
    assert [word["t"] for word in play.words()] == ["hello"]
    play.data(BEN, STATE)
    assert not play.words()


def test_we_greet_when_we_begin_to_hear() -> None:
    play = open_room()
    play.later(1)
    play.taken()
    play.way(Way.RECEIVE, WayEvent.CHANNEL)
    assert [word["t"] for word in play.words()] == ["hello"]


def test_what_an_incog_user_shows_is_shown() -> None:
    play = open_room()
    view = play.room.participants[BEN_PID]
    assert (view.muted, view.camera, view.hand) == (False, True, False)  # as a page, until they say otherwise
    for picture, source in (("hidden", None), ("camera", Source.CAMERA), ("screen", Source.SCREEN)):
        play.data(BEN, {**STATE, "picture": picture, "hand": True, "kind": "bot"})
        view = play.room.participants[BEN_PID]
        assert (view.muted, view.camera, view.hand, view.kind) == (True, picture == "camera", True, "bot")
        assert view.sources == {Source.MICROPHONE} | ({source} if source else set())
        (changed, *_) = play.events()
        assert changed == ParticipantChanged(view)
    play.data(BEN, {**STATE, "picture": "screen", "hand": True, "kind": "bot"})
    assert not play.events()


def test_a_camera_that_becomes_a_screen_is_routed_as_one() -> None:
    play = open_room()
    play.data(BEN, {**STATE, "picture": "camera"})
    play.want(BEN_PID, Source.CAMERA)
    play.want(BEN_PID, Source.SCREEN)
    play.receive(data_line("0", BEN), line("1", BEN, "1", "video"))
    play.data(BEN, {**STATE, "picture": "screen"})
    assert Route((Stream("1", BEN_PID, Source.SCREEN),)) in play.taken()


def test_chat_comes_and_goes() -> None:
    play = open_room()
    play.say("to all")
    assert play.words() == [{"incog": "1", "t": "chat", "text": "to all"}]
    play.data(BEN, {**CHAT, "text": "a\x1b[2Jb\nc"})
    play.data(BEN, "text of\u202e a page" * 1000)
    play.data(BEN, "\x07")
    chat, page = (event for event in play.events() if isinstance(event, ChatReceived))
    assert chat == ChatReceived(BEN_PID, "Ben", "ab\nc")
    assert page.text.startswith("text of a page")
    assert len(page.text) == CHAT_LIMIT


@pytest.mark.parametrize("text", ["", " \n", "a" * (CHAT_LIMIT + 1)])
def test_a_chat_message_has_a_length(text: str) -> None:
    play = open_room()
    with pytest.raises(ValueError, match=f"1 to {CHAT_LIMIT}"):
        play.say(text)


def test_a_message_needs_a_connection_and_somebody() -> None:
    play = Play()
    play.join(attendees=[someone(BEN)])
    with pytest.raises(ValueError, match="try again in a moment"):
        play.say("too early")
    play.publish()
    with pytest.raises(ValueError, match="Ben cannot be written to alone"):
        play.say("alone", BEN_PID)
    with pytest.raises(ValueError, match="not in the room any more"):
        play.say("gone", CYD_PID)
    with pytest.raises(ValueError, match="surrogates"):
        play.say("\ud800")
    play.hears("hangup", sender=2000)
    with pytest.raises(ValueError, match="try again in a moment"):
        play.say("broken")


def test_what_is_out_of_order_is_counted_and_ignored() -> None:
    play = open_room()
    play.later(0.5)
    play.taken()
    out_of_order: list[Any] = [
        "{",
        "[]",
        "{}",
        {**STATE, "incog": "2"},
        {**STATE, "t": "shout"},
        {**STATE, "more": 1},
        {**STATE, "picture": "smell"},
        {**STATE, "kind": "king"},
        {**HELLO, "heard": ["c" * 16] * 2},
        {**HELLO, "box": "=" * 44},
        {**CHAT, "text": "a" * (CHAT_LIMIT + 1)},
        {"videoroom": "event"},
    ]
    for message in out_of_order:
        play.data(BEN, message)
    play.data(77, STATE)
    play.room.data_received(Way.TEXT, "22", "text", play.now)
    play.then()
    assert play.room.counts == {"malformed": len(out_of_order), "out of place": 2}


def test_a_flood_is_dropped_and_told_of() -> None:
    play = open_room()
    for _ in range(int(DATA_BURST) + 20):
        play.data(BEN, CHAT)
    told = play.events()
    assert len([event for event in told if isinstance(event, ChatReceived)]) == DATA_BURST
    assert [event.text for event in told if isinstance(event, Notice)] == [
        "Ben sends far too many messages; some are dropped."
    ]
    assert play.room.counts == {"flood": 20}


def test_one_who_says_nothing_any_more_is_silent() -> None:
    play = open_room(someone(CYD, "Cyd", DATA))
    play.data(BEN, STATE)
    play.later(4.75)
    play.taken()
    play.later(0.5)
    (changed,) = play.events()
    assert changed.participant.link is Link.SILENT
    play.later(10)
    assert not play.events()
    play.data(BEN, STATE)
    (changed,) = play.events()
    assert changed.participant.link is Link.HERE
    assert play.room.participants[CYD_PID].link is Link.HERE  # a page says nothing, and need not


def test_nobody_is_silent_because_we_were_held_up_or_do_not_listen() -> None:
    play = open_room()
    play.data(BEN, STATE)
    play.later(0.25)
    play.now += 60
    play.later(0.25)
    assert play.room.participants[BEN_PID].link is Link.HERE
    play.hears("hangup", sender=3000)
    play.later(30)
    assert play.room.participants[BEN_PID].link is Link.HERE


def test_one_who_seals_in_a_room_without_a_key_is_not_listened_to() -> None:
    play = open_room()
    play.want(BEN_PID)
    play.taken()
    for _ in range(2):
        play.data(BEN, b"\1\2\3")
    told = play.events()
    assert [event.text[:24] for event in told if isinstance(event, Notice)] == ["Somebody here seals what"]
    view = play.room.participants[BEN_PID]
    assert view.missing == dict.fromkeys(view.sources, OTHER_KEY)


# --- two, with everything that one sends brought to the other --------------------------------------------------------


class Two:
    """Ana and Ben in one room; what either sends over data channels reaches the other."""

    def __init__(self, link: str = SEALED) -> None:
        self.ana, self.ben = Play(link), Play(link, "Ben")
        for play, own, other, name in ((self.ana, 11, BEN, "Ben"), (self.ben, BEN, 11, "Ana")):
            play.join(someone(other, name, AUDIO, VIDEO, DATA), attendees=[], own=own)
            play.described(Way.SEND, "our offer")
            play.answers("publish", {"videoroom": "event", "configured": "ok"}, ANSWER)
            play.taken()
            play.want(play_pid(other))
            play.answered("attach", {"id": 3000})
            play.taken()
            play.answers("join", {"videoroom": "attached", "streams": [data_line("0", other)]}, OFFER)
            play.taken()
        self.heard: dict[str, list[SendData]] = {"ana": [], "ben": []}

    def begin(self) -> None:
        """Both channels open, and everything is brought over until nothing is left to say."""
        for play in (self.ana, self.ben):
            play.way(Way.SEND, WayEvent.CHANNEL)
        self.bring()

    def bring(self) -> None:
        """Bring over what both sent; the rest is left."""
        while any(isinstance(action, SendData) for play in (self.ana, self.ben) for action in play._out):
            for sender, receiver, id in ((self.ana, self.ben, 11), (self.ben, self.ana, BEN)):
                sent = [action for action in sender._out if isinstance(action, SendData)]
                sender._out = [action for action in sender._out if not isinstance(action, SendData)]
                for action in sent:
                    self.heard["ben" if receiver is self.ben else "ana"].append(action)
                    receiver.data(id, action.data)

    def later(self, seconds: float) -> None:
        for play in (self.ana, self.ben):
            play.later(seconds)
        self.bring()


def play_pid(id: int) -> Any:
    return str(id)


def test_two_with_the_key_prove_to_each_other_that_they_are_here() -> None:
    two = Two()
    missing = two.ana.room.participants[BEN_PID].missing
    assert missing == {Source.MICROPHONE: NO_KEY, Source.CAMERA: NO_KEY}
    two.begin()
    two.later(0.25)
    two.later(0.25)
    assert not two.ana.room.participants[BEN_PID].missing
    for play, pid in ((two.ana, 22), (two.ben, 11)):
        view = play.room.participants[play_pid(pid)]
        assert set(view.encryption.values()) == {Encryption.END_TO_END}
    for message in (*two.heard["ana"], *two.heard["ben"]):
        assert isinstance(message.data, bytes)
        assert message.plain


def test_frames_of_those_with_the_key_are_opened_with_it() -> None:
    two = Two()
    two.ana.described(Way.RECEIVE, "our answer")
    two.ana.answers("start", {"videoroom": "event", "started": "ok"})
    two.begin()
    two.later(0.5)
    two.ana.answers("update", {"videoroom": "updated", "streams": [line("1", BEN, "0")]}, OFFER)
    (route,) = (action for action in two.ana.taken() if isinstance(action, Route))
    (stream,) = route.streams
    assert (stream.pid, stream.source) == (BEN_PID, Source.MICROPHONE)
    assert stream.key is not None
    assert stream.key == two.ben.room._publishing._key


def test_whose_frames_do_not_open_is_shown_with_that_reason_as_long_as_it_is_so() -> None:
    two = Two()
    two.begin()
    two.later(0.5)
    room, key = two.ana.room, two.ben.room._publishing._key
    assert key is not None
    two.ana.events()

    def examined(*failing: tuple[bytes, Source]) -> Any:
        two.ana._do(room.examined(failing, False, two.ana.now))
        return room.participants[BEN_PID].missing

    assert examined((b"another's", Source.MICROPHONE)) == {}
    assert not two.ana.events()
    assert examined((key, Source.MICROPHONE), (key, Source.CAMERA)) == {Source.MICROPHONE: UNOPENED}
    assert examined((key, Source.MICROPHONE), (key, Source.CAMERA)) == {Source.MICROPHONE: UNOPENED}
    (changed,) = two.ana.events()
    assert isinstance(changed, ParticipantChanged)
    assert examined() == {}
    assert room.participants[BEN_PID].encryption[Source.MICROPHONE] is Encryption.END_TO_END


def test_a_room_whose_operator_heard_us_is_end_to_end_no_longer() -> None:
    two = Two()
    two.begin()
    two.ana.events()
    labels = []
    for exposed in (False, True, False):
        two.ana._do(two.ana.room.examined((), exposed, two.ana.now))
        labels.append(two.ana.room.encryption)
    assert labels == [Encryption.END_TO_END, Encryption.TO_SERVER, Encryption.TO_SERVER]
    assert two.ana.events() == [PrivacyChanged(Encryption.TO_SERVER, fell=True)]


def test_chat_is_sealed_and_private_messages_are_for_one() -> None:
    two = Two()
    two.begin()
    two.later(0.5)
    two.ana.events()
    two.ben.say("to all")
    two.ben.say("to Ana", play_pid(11))
    two.bring()
    chats = [event for event in two.ana.events() if isinstance(event, ChatReceived)]
    assert chats == [ChatReceived(BEN_PID, "Ben", "to all"), ChatReceived(BEN_PID, "Ben", "to Ana", private=True)]
    assert not any(b"Ana" in message.data for message in two.heard["ana"] if isinstance(message.data, bytes))


def test_a_private_message_for_somebody_else_is_nothing_to_us() -> None:
    two = Two()
    two.begin()
    two.later(0.5)
    box = {"incog": "1", "t": "box", "box": "AAAA"}
    sealed = two.ben.room._exchange._sealing
    assert sealed is not None
    two.ana.events()
    two.ana.data(BEN, sealed.seal(json.dumps(box).encode(), "22"))
    assert not two.ana.events()
    assert not two.ana.room.counts


def test_private_messages_without_a_key_come_with_a_word_of_caution() -> None:
    two = Two(LINK)
    two.begin()
    two.later(0.5)
    two.ben.events()
    for _ in range(2):
        two.ben.say("to Ana", play_pid(11))
    told = two.ben._out[:]
    two.bring()
    assert len([action for action in told if not isinstance(action, SendData)]) == 1
    chats = [event for event in two.ana.events() if isinstance(event, ChatReceived)]
    assert chats == [ChatReceived(BEN_PID, "Ben", "to Ana", private=True)] * 2


def test_what_is_said_before_it_is_proven_is_kept_back() -> None:
    two = Two()
    two.ben.way(Way.SEND, WayEvent.CHANNEL)
    two.ben.show(muted=False)
    for number in range(HELD_LIMIT + 2):
        two.ben.say(f"{number}")
    two.bring()
    assert not [event for event in two.ana.events() if isinstance(event, ChatReceived | ParticipantChanged)]
    two.ana.way(Way.SEND, WayEvent.CHANNEL)
    two.later(0.5)
    two.later(0.25)
    told = two.ana.events()
    assert [event.text for event in told if isinstance(event, ChatReceived)] == [str(n) for n in range(HELD_LIMIT)]
    assert not two.ana.room.participants[BEN_PID].muted


def test_what_is_kept_back_is_forgotten_with_the_person() -> None:
    two = Two()
    two.ben.way(Way.SEND, WayEvent.CHANNEL)
    two.ben.say("early")
    two.bring()
    assert two.ana.room._exchange._held
    two.ana.tells({"leaving": BEN})
    assert not two.ana.room._exchange._held


def test_another_name_is_sealed_too_and_the_servers_is_not_believed() -> None:
    two = Two()
    two.begin()
    two.later(0.5)
    two.ana.tells({"id": BEN, "display": "Mallory"})
    assert two.ana.room.participants[BEN_PID].name == "Ben"
    two.ana.events()
    two.ben.rename("Benedikt")
    two.ben.answers("configure", {"videoroom": "event", "configured": "ok"})
    two.bring()
    assert two.ana.room.participants[BEN_PID].name == "Benedikt"
    (notice,) = (event for event in two.ana.events() if isinstance(event, Notice))
    assert notice.serious
    assert "Mallory by the server" in notice.text
    two.ana.tells({"id": BEN, "display": ""})
    two.ben.rename("Ben")
    two.ben.answers("configure", {"videoroom": "event", "configured": "ok"})
    two.ana.later(61)
    two.ana.taken()
    two.ben.later(0.25)
    two.bring()
    notices = [event.text for event in two.ana.events() if isinstance(event, Notice)]
    assert [text for text in notices if "nothing at all by the server" in text]


def test_a_new_connection_of_somebodys_must_be_proven_anew() -> None:
    two = Two()
    two.begin()
    two.later(0.5)
    again = Two()
    sealing = again.ben.room._exchange._sealing
    assert sealing is not None
    sealing.token = b"another token..."
    two.ana.events()
    two.ana.data(BEN, sealing.seal(json.dumps(STATE).encode(), "22"))
    assert two.ana.room.participants[BEN_PID].missing == {Source.MICROPHONE: NO_KEY}


def test_what_is_not_sealed_or_not_incogs_is_not_believed() -> None:
    two = Two()
    two.begin()
    two.later(0.5)
    two.ana.events()
    two.ana.data(BEN, CHAT)
    (notice,) = two.ana.events()
    assert "without the meeting's key" in notice.text
    two.ana.data(BEN, b"nonsense")
    sealing = two.ben.room._exchange._sealing
    assert sealing is not None
    for text in (b"\xff", b"plain", json.dumps(HELLO).encode()):
        two.ana.data(BEN, sealing.seal(text, "22"))
    assert not two.ana.events()
    assert two.ana.room.counts == {"unsealed": 2, "malformed": 3}


def test_a_page_in_a_room_with_a_key_is_neither_heard_nor_seen() -> None:
    play = Play(SEALED)
    play.live(someone(BEN, "Ben", AUDIO, VIDEO))
    play.want(BEN_PID)
    play.want(BEN_PID, Source.CAMERA, Level.FULL)
    assert not [action for action in play.taken() if isinstance(action, dict)]
    view = play.room.participants[BEN_PID]
    assert view.missing == {Source.MICROPHONE: NO_KEY, Source.CAMERA: NO_KEY}
    assert set(view.encryption.values()) == {Encryption.TO_SERVER}
    assert play.room.encryption is Encryption.END_TO_END


def test_only_what_can_be_sealed_is_received_in_a_room_with_a_key() -> None:
    play = Play(SEALED)
    play.live(someone(BEN, "Ben", {**VIDEO, "codec": "h264"}))
    assert play.room.participants[BEN_PID].missing == {Source.CAMERA: "h264 pictures cannot be shown"}


def test_nobody_is_greeted_for_ever_in_a_room_with_a_key() -> None:
    play = Play(SEALED)
    play.live(someone(BEN, "Ben", AUDIO, DATA))
    play.later(sum(HELLO_AGAIN) + 5)
    hellos = [word for word in play.words() if word["t"] == "hello"]
    assert len(hellos) == len(HELLO_AGAIN)
    assert {word["alias"] for word in hellos} == {"Ana"}
