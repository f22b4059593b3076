"""What goes over the data channels of live links: what each shows and wants, chat, the spoken code, signs of life."""

from __future__ import annotations

from collections.abc import Callable

from net.services.base import ChatReceived, PeerId, Source
from net.services.mesh.actions import Action, SendChannel, Wanted
from net.services.mesh.company import Company
from net.services.mesh.peers import Peer, Stage, Step
from net.services.mesh.spoken import Cheated, SpokenCode
from net.services.mesh.wire import (
    CHAT_LIMIT,
    PING_LIMIT,
    Bye,
    ChannelMessage,
    Chat,
    Commit,
    Nonce,
    Ping,
    Pong,
    State,
    Want,
    parse_channel,
    write,
)
from net.services.outbox import Outbox
from net.services.strict import Malformed
from privacy.text import neutralise

PING_EVERY = 2.0
"""Seconds between the pings to one participant."""
SILENT_AFTER = 5.0
"""Seconds without any sign of life until a participant counts as silent. A message that was lost on the way comes again
after about three, so fewer would call everybody silent on a poor network."""
GONE_AFTER = 10.0
"""Seconds without any sign of life until they count as gone."""
DOUBT_FOR = 2.5
"""Seconds to show a sign of life, for one of whom the rendezvous said that they left."""
WANTS_LIMIT = 64


class Channels:
    """Our half of every data channel."""

    def __init__(self, out: Outbox[Action], company: Company, random: Callable[[int], bytes]) -> None:
        self._out = out
        self._company = company
        self._random = random
        self._shown = State()
        self._wants: dict[PeerId, set[Source]] = {}  # what we want of whom; kept while they are away, for the next time

    def connected(self, peer: Peer, keys: str) -> None:
        """A data channel is open, between the two keys in `keys`: tell what may have changed since the description."""
        if self._company.connected(peer):
            peer.heard_at = peer.ping_at = self._out.now
            self._send(peer, self._shown)
            if peer.pid in self._wants:
                self._send(peer, Want(True))
            if keys:
                self._speak(peer, keys)

    def _speak(self, peer: Peer, keys: str) -> None:
        me = self._company.me
        peer.spoken = SpokenCode(keys, (me, peer.pid) if peer.offered else (peer.pid, me), self._random)
        if peer.offered:
            self._send(peer, peer.spoken.begin())

    def _spoken(self, peer: Peer, message: Commit | Nonce) -> None:
        try:
            reply = peer.spoken.received(message) if peer.spoken is not None else None
        except Cheated:
            self._out.notice(
                f"{peer.name} tried to choose the code that you would compare with them; there is none now.",
                serious=True,
                kind=f"cheated {peer.pid}",
            )
        except ValueError:
            self._out.count("out of place")
        else:
            if reply is not None:
                self._send(peer, reply)

    def received(self, peer: Peer, text: str) -> None:
        """Follow a message. Any at all is a sign of life; too many are dropped and counted."""
        if not peer.linked:
            self._out.count("out of place")
            return
        peer.heard_at = self._out.now
        peer.doubted_at = None
        self._company.move(peer, Step.HEARD)
        if not peer.bucket.take(self._out.now):
            self._out.count("flood")
            self._out.notice(f"{peer.name} sends far too many messages; some are dropped.", kind=f"flood {peer.pid}")
            return
        try:
            self._follow(peer, parse_channel(text))
        except Malformed:
            self._out.count("malformed")

    def alive(self, peer: Peer) -> None:
        """Sound or pictures came: a sign of life like any message."""
        if peer.linked:
            peer.heard_at = self._out.now
            peer.doubted_at = None
            self._company.move(peer, Step.HEARD)

    def _follow(self, peer: Peer, message: ChannelMessage) -> None:
        match message:
            case State():
                self._company.show(peer, message)
            case Want(picture):
                if picture != peer.wants_picture:
                    peer.wants_picture = picture
                    self._out.add(Wanted(peer.pid, picture))
            case Chat(text, to_one):
                shown = neutralise(text, CHAT_LIMIT, newlines=True)
                if shown:
                    self._out.emit(ChatReceived(peer.pid, peer.name, shown, to_one))
            case Ping(n):
                self._send(peer, Pong(n))
            case Pong():
                pass  # a sign of life, as every message is
            case Commit() | Nonce():
                self._spoken(peer, message)
            case Bye():
                self._wants.pop(peer.pid, None)
                self._company.drop(peer, "left")

    def tick(self) -> None:
        """Ping, and find who is silent and who is gone."""
        now = self._out.now
        for peer in self._company.linked():
            quiet = now - peer.heard_at
            if quiet >= GONE_AFTER:
                self._company.vanished(peer)
            elif peer.doubted_at is not None and now - peer.doubted_at >= DOUBT_FOR:
                self._company.drop(peer, "left")
            else:
                if peer.stage is Stage.HERE and quiet >= SILENT_AFTER:
                    self._company.move(peer, Step.SILENCE)
                if now >= peer.ping_at:
                    peer.pings = (peer.pings + 1) % PING_LIMIT
                    peer.ping_at = now + PING_EVERY
                    self._send(peer, Ping(peer.pings))

    def show(self, shown: State) -> None:
        """Tell everybody what we show, if it is something else now."""
        if shown != self._shown:
            self._shown = shown
            for peer in self._company.linked():
                self._send(peer, shown)

    def want(self, pid: PeerId, source: Source, on: bool) -> None:
        """Ask somebody for their picture, or to stop sending it; remembered over a lost link.

        A participant has one picture: it is asked for while their camera or their screen is wanted.
        """
        before = self._wants.get(pid, set())
        after = before | {source} if on else before - {source}
        if (not before and len(self._wants) >= WANTS_LIMIT) or before == after:
            return
        self._wants[pid] = after
        if not after:
            del self._wants[pid]
        peer = self._company.get(pid)
        if peer is not None and peer.linked and bool(before) != bool(after):
            self._send(peer, Want(bool(after)))

    def say(self, text: str, to: PeerId | None) -> None:
        """Send a chat message to one or to all. Raises `ValueError` with one sentence."""
        if not text.strip() or len(text) > CHAT_LIMIT:
            raise ValueError(f"A chat message has 1 to {CHAT_LIMIT} characters.")
        text.encode()  # UnicodeEncodeError, a ValueError, for half a character
        peers = [peer for peer in self._company.linked() if to in (None, peer.pid)]
        if to is not None and not peers:
            raise ValueError("The message was not sent: there is no connection with whom it is for.")
        for peer in peers:
            self._send(peer, Chat(text, to is not None))

    def farewell(self) -> None:
        """Say bye on every channel."""
        for peer in self._company.linked():
            self._send(peer, Bye())

    def _send(self, peer: Peer, message: ChannelMessage) -> None:
        self._out.add(SendChannel(peer.pid, write(message)))
