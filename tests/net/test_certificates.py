"""Certificates that are made beforehand: as good as others, and each used once."""

from __future__ import annotations

import asyncio

from aiortc import RTCDtlsParameters, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport

from net import seams
from net.certificates import Certificates


def test_each_is_used_once_whether_it_was_made_beforehand_or_not() -> None:
    seams.install()
    stock = Certificates()
    stock.prepare(2)
    stock.prepare(2)  # changes nothing
    ready = [*stock._stock]
    taken = [stock.take() for _ in range(4)]
    assert {id(one) for one in ready} == {id(one) for one in taken[:2]}
    assert len({one.getFingerprints()[0].value for one in taken}) == 4


def test_a_connection_is_encrypted_with_them() -> None:
    stock = Certificates()

    async def main() -> list[str]:
        with seams.connection(("127.0.0.1",), lambda host, port: True):
            gatherers = [RTCIceGatherer([]) for _ in range(2)]
            for gatherer in gatherers:
                await gatherer.gather()
        paths = [RTCIceTransport(gatherer) for gatherer in gatherers]
        ends = [RTCDtlsTransport(path, [stock.take()]) for path in paths]
        seams.decides(paths[0], True)
        seams.decides(paths[1], False)
        seams.waits(ends[0], True)
        seams.waits(ends[1], False)
        for path, far in zip(paths, reversed(gatherers), strict=True):
            for candidate in far.getLocalCandidates():
                await path.addRemoteCandidate(candidate)
            await path.addRemoteCandidate(None)
        await asyncio.gather(
            *(path.start(far.getLocalParameters()) for path, far in zip(paths, reversed(gatherers), strict=True))
        )
        told = [RTCDtlsParameters(end.getLocalParameters().fingerprints) for end in ends]
        await asyncio.gather(ends[0].start(told[1]), ends[1].start(told[0]))
        found = [end.state for end in ends]
        for end, path in zip(ends, paths, strict=True):
            await end.stop()
            await path.stop()
        return found

    assert asyncio.run(main()) == ["connected", "connected"]
