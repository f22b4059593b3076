"""Who somebody is and what is for whom, in whole meetings: codes, private messages, screens, numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from net.mesh import MeshRoom
from net.mesh_told import MAX_REVEALED, MeshTold
from net.rendezvous import serve
from net.sdp import AddressMode
from net.services.base import (
    Ability,
    AddressRevealed,
    ChatReceived,
    Encryption,
    IdentityChanged,
    IdentityKind,
    Level,
    Notice,
    Participant,
    PeerId,
    Source,
)
from net.services.mesh.actions import PeerEvent, SendRendezvous
from net.services.mesh.link import MeshLink
from net.stats import short
from privacy.facts import Audience, Fact
from privacy.policy import Policy
from tests.net.lab import Lab
from tests.net.test_mesh_room import Attendee, fresh_link
from tests.waits import until


def the_other(of: Attendee) -> Participant:
    (participant,) = of.room.participants.values()
    return participant


def chats(of: Attendee) -> list[tuple[str, bool]]:
    return [(event.text, event.private) for event in of.log if isinstance(event, ChatReceived)]


async def two(lab: Lab, link: MeshLink, policy: Policy | None = None) -> tuple[Attendee, Attendee]:
    """Two people who are linked and have a code."""
    a = await Attendee(lab, link, "one", 0, new=True, policy=policy).join()
    b = await Attendee(lab, link, "two", 1).join()
    await until(lambda: all(p.names() and p.room.code(the_other(p).id) for p in (a, b)))
    return a, b


def test_a_message_to_one_goes_to_that_one_alone() -> None:
    lab = Lab()

    async def main() -> PeerId:
        async with serve("127.0.0.1", 0) as (_, port):
            link = fresh_link(port)
            people = [await Attendee(lab, link, "number 0", 0, new=True).join()]
            people += [await Attendee(lab, link, f"number {n}", n).join() for n in (1, 2)]
            await until(lambda: all(len(p.names()) == 2 for p in people))
            first, *others = people
            assert Ability.PRIVATE_CHAT in first.room.can & first.room.may
            assert not {Ability.KICK, Ability.LOCK, Ability.RENAME} & (first.room.can | first.room.may)
            to = next(p.id for p in first.room.participants.values() if p.name == "number 1")
            await first.room.say("for you alone", to)
            await first.room.say("for all")
            await until(lambda: all(("for all", False) in chats(p) for p in others))
            assert [chats(p) for p in people] == [
                [],
                [("for you alone", True), ("for all", False)],
                [("for all", False)],
            ]
            with pytest.raises(ValueError, match="no connection with whom it is for"):
                await first.room.say("anybody?", PeerId("f" * 16))
            for p in people:
                await p.room.leave()
            return to

    to = lab.run(main())
    (private,) = [d for d in lab.told if d.fact is Fact.CHAT and "alone" in d.value]
    assert (private.value, private.audience) == ("to one participant: for you alone", Audience.PARTICIPANTS)
    assert (private.evidence.channel, private.evidence.destination) == ("data channel", f"participant {to[:8]}…")


def test_a_message_that_cannot_be_sent_is_said_so() -> None:
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port):
            a, b = await two(lab, fresh_link(port))
            for _ in range(400):  # at once, so that nothing has left when the last is said
                await a.room.say("x" * 2000)
            await until(lambda: any(isinstance(e, Notice) and "did not reach two" in e.text for e in a.log))
            await b.room.leave()
            await a.room.leave()

    lab.run(main())


def test_a_screen_is_shown_as_one_and_goes_before_the_camera() -> None:
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port):
            a, b = await two(lab, fresh_link(port))
            await b.room.want(the_other(b).id, Source.CAMERA, Level.FULL)
            await a.room.publish(Source.CAMERA, True)
            await until(lambda: the_other(b).camera)
            await a.room.publish(Source.SCREEN, True)
            await until(lambda: Source.SCREEN in the_other(b).sources)
            assert not the_other(b).camera
            await until(lambda: any(r.pictures and r.voice for r in b.receives.values()))
            stats = await b.room.stats(the_other(b).id)
            assert stats is not None
            assert {t.source for t in stats.tracks if not t.sent} == {Source.MICROPHONE, Source.SCREEN}
            ours = await a.room.stats(the_other(a).id)
            assert ours is not None
            assert {t.source for t in ours.tracks if t.sent} == {Source.MICROPHONE, Source.SCREEN}
            await a.room.publish(Source.SCREEN, False)
            await until(lambda: the_other(b).camera)
            await a.room.publish(Source.CAMERA, False)
            await until(lambda: the_other(b).sources == {Source.MICROPHONE})
            await a.room.leave()
            await b.room.leave()

    lab.run(main())
    told = [(d.fact, d.value) for d in lab.told if d.fact in (Fact.SCREEN, Fact.CAMERA)]
    assert (Fact.SCREEN, "on") in told
    assert {d.audience for d in lab.told if d.fact is Fact.SCREEN} == {Audience.PARTICIPANTS}


def test_two_compare_codes_and_a_new_connection_is_unverified() -> None:
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port):
            a, b = await two(lab, fresh_link(port))
            them = the_other(a).id
            code = a.room.code(them)
            assert code == b.room.code(the_other(b).id)
            assert len(code.split()) == 4
            with pytest.raises(ValueError, match="everybody shows one at a time"):
                await a.room.next_picture(them)
            await a.room.verify(them, True)
            levels = [a.room.encryption, b.room.encryption]  # it is noted by each for themselves
            assert levels == [Encryption.END_TO_END_VERIFIED, Encryption.END_TO_END]
            stats = await a.room.stats(them)
            theirs = await b.room.stats(the_other(b).id)
            assert stats is not None
            assert theirs is not None
            assert stats.verified
            assert not theirs.verified
            assert stats.our_key == theirs.their_key in a.room.keys
            assert len(short(stats.our_key)) == 19
            b.room.reports.report(the_other(b).id, PeerEvent.FAILED, "the link broke")
            await until(lambda: any(isinstance(e, IdentityChanged) for e in a.log), 40)
            await until(lambda: all(p.names() and p.room.code(the_other(p).id) for p in (a, b)))
            (changed,) = [e for e in a.log if isinstance(e, IdentityChanged)]
            assert (changed.kind, changed.verified) == (IdentityKind.OTHER_KEY, True)
            assert Encryption.END_TO_END_VERIFIED not in the_other(a).encryption.values()
            assert [a.room.encryption, b.room.encryption] == [Encryption.END_TO_END] * 2
            assert a.room.code(the_other(a).id) == b.room.code(the_other(b).id) != code
            await a.room.leave()
            await b.room.leave()

    lab.run(main())


class Between(MeshRoom):
    """One who has the secret, and carries every word from one side to the other."""

    def forward_to(self, other: Between) -> None:
        def carry(pid: str, text: str) -> None:
            for peer in other.participants:
                other._connections.send(peer, text)

        vars(self.reports)["said"] = carry

    def _send_channel(self, pid: str, text: str) -> None:
        """Nothing of our own."""


def test_who_is_in_between_with_the_secret_is_found_by_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rendezvous is two: each person is alone at theirs but for somebody who says to be the other."""
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port), serve("127.0.0.1", 0) as (_, other_port):
            link = fresh_link(port)
            there = replace(link, port=other_port)
            a = await Attendee(lab, link, "one", 0, new=True).join()
            with monkeypatch.context() as patch:
                patch.setattr("tests.net.test_mesh_room.MeshRoom", Between)
                middle = [Attendee(lab, link, "two", 2), Attendee(lab, there, "one", 3, new=True)]
            rooms = [one.room for one in middle]
            assert all(isinstance(room, Between) for room in rooms)
            for room, side in zip(rooms, reversed(rooms), strict=True):
                room.forward_to(side)  # type: ignore[attr-defined] # it is one of Between
            await middle[1].join()
            b = await Attendee(lab, there, "two", 1).join()
            await until(lambda: bool(b.room.participants))
            await middle[0].join()
            await until(lambda: all(p.names() and p.room.code(the_other(p).id) for p in (a, b)))
            assert (a.names(), b.names()) == ({"two"}, {"one"})
            await a.room.say("is that you?")
            await until(lambda: any(isinstance(e, ChatReceived) for e in b.log))
            assert a.room.code(the_other(a).id) != b.room.code(the_other(b).id)
            for one in (a, b, *middle):
                await one.room.leave()

    lab.run(main())


def told_of(lab: Lab, policy: Policy | None = None) -> MeshTold:
    return MeshTold(MeshLink("192.0.2.1", 7843, tls=False, secret=bytes(16)), AddressMode.LOCAL, lab.witness, policy)


def revealed(told: MeshTold, pid: str, *addresses: str, name: str = "Ben") -> list[Any]:
    wish = SendRendezvous("", '{"type":"bye"}', "c" * 16, PeerId(pid))
    return list(told.sealed(wish, [(Fact.ADDRESS, address) for address in addresses], name))


def test_an_address_that_somebody_is_told_is_announced_once() -> None:
    told = told_of(Lab(), Policy())
    assert revealed(told, "b" * 16, "192.0.2.44") == [AddressRevealed("Ben", "192.0.2.44", foreseen=True)]
    assert revealed(told, "b" * 16, "192.0.2.44") == []
    assert revealed(told, "b" * 16, "192.0.2.44", "2001:db8::1") == [
        AddressRevealed("Ben", "2001:db8::1", foreseen=True)
    ]
    assert revealed(told, "c" * 16, "192.0.2.44", name="") == [
        AddressRevealed("somebody who is joining", "192.0.2.44", foreseen=True)
    ]


def test_an_address_that_is_not_ours_or_says_nothing_is_not_announced() -> None:
    told = told_of(Lab())
    assert revealed(told, "b" * 16, "the relay's, 198.51.100.9", "127.0.0.1", "::1") == []
    assert revealed(told, "b" * 16, "192.0.2.44") == [AddressRevealed("Ben", "192.0.2.44")]


@pytest.mark.parametrize(
    ("host", "mode", "events"),
    [
        ("192.0.2.1", AddressMode.LOCAL, [AddressRevealed("everybody with the link", "192.0.2.1")]),
        ("127.0.0.1", AddressMode.LOOPBACK, []),
    ],
)
def test_an_invitation_with_our_address_is_announced(host: str, mode: AddressMode, events: list[Any]) -> None:
    lab = Lab()
    link = MeshLink(host, 7843, tls=False, secret=bytes(16))
    assert list(MeshTold(link, mode, lab.witness, None).invited()) == events
    assert [(d.fact, d.value) for d in lab.told] == [(Fact.ADDRESS, host)]


def test_an_invitation_that_undoes_the_mode_is_serious() -> None:
    link = MeshLink("192.0.2.1", 7843, tls=False, secret=bytes(16))
    (notice,) = MeshTold(link, AddressMode.RELAY, Lab().witness, None).invited()
    assert isinstance(notice, Notice)
    assert notice.serious


def test_what_is_remembered_of_addresses_is_bounded() -> None:
    told = told_of(Lab())
    for number in range(MAX_REVEALED + 10):
        assert revealed(told, f"{number:016x}", "192.0.2.44")
    assert len(told._revealed) == MAX_REVEALED
