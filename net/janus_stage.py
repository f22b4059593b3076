"""The stage on which a Janus meeting is rehearsed: two conversations, and a server that stands in."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from net import janus_facts
from net.guard import Guard
from net.intention import Intention
from net.janus_stand_in import Person, StandIn, description
from net.janus_told import room_keys, said, tellings
from net.proofs import Proofs
from net.sdp import AddressMode
from net.services.base import Ability, Level, ParticipantJoined, PeerId, Source
from net.services.janus import actions as act
from net.services.janus.actions import Action, Way, WayEvent
from net.services.janus.kinds import Conversation, converse
from net.services.janus.link import JanusLink
from net.sfu import Publisher, Receiver, TextWay
from net.sfu_seals import Seals
from net.sfu_wire import Around
from net.stage import ME, SOMEBODY, Stage
from net.stand_ins import Nothing
from net.tellings import by_signalling, to_participants

_SENT = [{"type": kind, "mid": str(at), "active": True} for at, kind in enumerate(("audio", "video", "data"))]
_PLUGINS = {Way.SEND: "videoroom", Way.RECEIVE: "videoroom", Way.BRIDGE: "audiobridge", Way.TEXT: "textroom"}

Todo = list[tuple[str, Action]]


class JanusStage(Stage[Action, Conversation]):
    """Both conversations, and the server between them."""

    def __init__(self, intention: Intention) -> None:
        """`intention.link` is a `JanusLink`."""
        link = intention.link
        if not isinstance(link, JanusLink):
            raise TypeError("Only meetings on a Janus server are rehearsed here.")
        me = converse(link, alias=intention.alias, random=secrets.token_bytes, credentials=intention.credentials)
        super().__init__(intention, {ME: me, SOMEBODY: converse(link, alias=SOMEBODY, random=secrets.token_bytes)})
        self._keys = room_keys(link)
        self._server = StandIn()
        self._ends: dict[Way, Publisher | Receiver | TextWay] = {}
        self._up: set[tuple[str, Way]] = set()

    async def play(self) -> None:
        """Join, meet, show what is on, receive somebody, stay a while, moderate if we may, leave."""
        for who in (SOMEBODY, ME):
            if who == ME:
                await self._show()
            await self._do(who, self._talk[who].start(self._now))
        await self._stay(12, 1.0)
        me = self._talk[ME]
        if Ability.MUTE_OTHERS in me.may:
            for pid in me.participants:
                await self._do(ME, me.moderate(Ability.MUTE_OTHERS, pid, True, self._now))
            await self._do(ME, me.moderate(Ability.LOCK, None, True, self._now))
        await self._do(ME, me.leave(self._now))

    async def clear(self) -> None:
        """As `Stage`."""
        for end in self._ends.values():
            await end.close()

    async def _one(self, who: str, action: Action) -> Todo:
        match action:
            case act.Send(text):
                if who == ME:
                    self._told(text)
                return self._carried(self._server.received(who, text))
            case act.SendData():
                return self._said(who, action)
            case act.Offer(way):
                sdp = await self._offered(who, way)
                return [(who, one) for one in self._talk[who].described(way, sdp, self._now)]
            case act.Accept(way):
                return self._connected(who, way)
            case act.Answer(way, sdp):
                answer = await self._answered(who, way, sdp)
                described = [(who, one) for one in self._talk[who].described(way, answer, self._now)]
                return [*described, *self._connected(who, way)]
            case act.Emit(ParticipantJoined(person)):
                return self._wanted(who, person.id)
            case _:
                return []

    def _wanted(self, who: str, pid: PeerId) -> Todo:
        """Whoever comes is heard and seen."""
        talk = self._talk[who]
        both = ((Source.MICROPHONE, Level.FULL), (Source.CAMERA, Level.FULL))
        return [(who, one) for source, level in both for one in talk.want(pid, source, level, self._now)]

    def _carried(self, sent: Iterable[tuple[str, str]]) -> Todo:
        return [(to, action) for to, text in sent for action in self._talk[to].received(text, self._now)]

    def _connected(self, who: str, way: Way) -> Todo:
        """A connection is there, once."""
        if (who, way) in self._up:
            return []
        self._up.add((who, way))
        events = [WayEvent.UP] if way in (Way.RECEIVE, Way.BRIDGE) else [WayEvent.UP, WayEvent.CHANNEL]
        happened = [(who, one) for event in events for one in self._talk[who].way_event(way, event, self._now)]
        return [*self._carried(self._server.up(who, _PLUGINS[way])), *happened]

    def _said(self, who: str, wish: act.SendData) -> Todo:
        if who == ME:
            self.tellings += tellings(said(wish, self._own, self._keys))
        if wish.way is Way.TEXT:
            sent = self._server.texts.said(who, str(wish.data))
            return [(to, one) for to, text in sent for one in self._heard(to, Way.TEXT, "", text)]
        receivers = self._server.forwarded(who)
        return [(to, one) for to, label in receivers for one in self._heard(to, Way.RECEIVE, label, wish.data)]

    def _heard(self, who: str, way: Way, label: str, data: str | bytes) -> Sequence[Action]:
        return self._talk[who].data_received(way, label, data, self._now)

    @property
    def _own(self) -> str:
        """Our id in the room."""
        person: Person | None = self._server.seen.people.get(ME)
        return "" if person is None else str(person.id)

    def _told(self, text: str) -> None:
        here, message = self._intention, janus_facts.to_server(text)
        self.tellings += by_signalling(message.operator, here.own, here.server, seen=here.seen, encrypted=here.link.tls)
        self.tellings += to_participants(message.participants)

    # descriptions: our own are really made, somebody's have our shape

    async def _offered(self, who: str, way: Way) -> str:
        if who == SOMEBODY:
            return description(_SENT if way is Way.SEND else _SENT[:1], "sendonly")
        await self._close(way)
        bridge = way is Way.BRIDGE
        publisher = Publisher(self._around(), (), Nothing(), picture=not bridge, mixed=bridge)
        self._ends[way] = publisher
        return await publisher.offer()

    async def _answered(self, who: str, way: Way, sdp: str) -> str:
        if who == SOMEBODY:
            return description([], "recvonly")
        end = self._ends.get(way)
        if end is None:
            around, nobody = self._around(), Nothing()
            end = Receiver(around, (), nobody, nobody.alive) if way is Way.RECEIVE else TextWay(around, (), nobody)
            self._ends[way] = end
        if isinstance(end, Publisher):
            raise TypeError("The server offers where we send.")
        return await end.answer(sdp)

    async def _close(self, way: Way) -> None:
        if (end := self._ends.pop(way, None)) is not None:
            await end.close()

    def _around(self) -> Around:
        """No packet leaves, and no address is told: so any will do."""
        nobody = Nothing()
        here = "127.0.0.1"
        guard = Guard(lambda: self._now)
        return Around(guard, AddressMode.LOOPBACK, (here,), here, nobody, nobody, Seals(Proofs()), lambda: self._now)
