"""People who only speak: each joins a VideoRoom and receives nobody, all in one process.

    python -m bench.janus_crowd LINK COUNT

Prints "here N" when N are in the room with their sound; ends by SIGTERM, or when its standard input does.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time

from media.engine import Engine
from media.sources import picture_source, voice_source
from net.guard import Guard
from net.janus import JanusRoom
from net.loop import WitnessedLoop
from net.means import Means
from net.sdp import AddressMode
from net.services.base import Source
from net.services.janus import link
from net.services.janus.credentials import Credentials
from net.witness import Witness
from privacy.ledger import Ledger
from tui.compose.disguise import make

TONES = (440, 550, 660, 770, 880, 990, 1100, 1210, 1320)


async def speak(to: link.JanusLink, number: int, guard: Guard, witness: Witness) -> JanusRoom:
    """One more of them."""
    tone = voice_source(f"tone:{TONES[number % len(TONES)]}")
    engine = Engine(voice=tone, picture=picture_source("none"), speaker=False)
    await engine.start()
    room = JanusRoom(
        to,
        make(f"crowd{number}"),
        Means(engine, engine, witness, guard, time.monotonic, AddressMode.LOCAL),
        credentials=Credentials(),
    )
    await room.join()
    await engine.set_muted(False)
    await room.publish(Source.MICROPHONE, True)
    return room


async def _main(text: str, count: int, guard: Guard, witness: Witness) -> None:
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    to = link.parse(text)
    rooms = [await speak(to, number, guard, witness) for number in range(count)]
    print("here", len(rooms), flush=True)
    await over.wait()
    for room in rooms:
        await room.leave()


if __name__ == "__main__":
    ledger = Ledger()
    the_guard = Guard(time.monotonic, ledger.refuse)
    the_witness = Witness(ledger, the_guard, time.monotonic)
    with the_guard.active(), asyncio.Runner(loop_factory=lambda: WitnessedLoop(lambda: the_witness)) as runner:
        runner.run(_main(sys.argv[1], int(sys.argv[2]), the_guard, the_witness))
