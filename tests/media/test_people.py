from __future__ import annotations

import asyncio

import numpy as np
import pytest

from media.engine import ME, Engine
from media.mixer import Mixer
from media.people import MOST_REMEMBERED, People
from media.timing import BLOCK
from media.wall import PictureWall
from tests.media.helpers import picture_frame, sine, sound_frame
from tests.waits import until


def loudest(mixer: Mixer, *, peer: str = "a") -> int:
    """The peak of what is heard when somebody says a tone of 0.2."""
    heard = []
    for number in range(10):
        mixer.push(peer, number * BLOCK, sine(400, start=number * BLOCK, amplitude=0.2))
        heard.append(mixer.pull())
    level = mixer.levels()[peer]
    assert level.speaking  # whatever is heard of it
    mixer.remove(peer)
    return int(np.abs(np.concatenate(heard)).max())


async def test_somebody_is_louder_quieter_or_not_heard_and_it_lasts() -> None:
    mixer = Mixer()
    people = People(mixer, PictureWall())
    plain = loudest(mixer)
    assert (people.volume("a"), people.hushed("a")) == (100, False)
    people.set_volume("a", 50)
    assert loudest(mixer) == pytest.approx(plain / 2, rel=0.02)
    people.set_volume("a", 1000)
    assert people.volume("a") == 200
    assert loudest(mixer) == pytest.approx(plain * 2, rel=0.02)
    people.set_hushed("a", True)
    assert loudest(mixer) == 0
    people.set_volume("a", 50)  # for afterwards
    assert loudest(mixer) == 0
    assert loudest(mixer, peer="b") == pytest.approx(plain, rel=0.02)
    people.set_hushed("a", False)
    assert loudest(mixer) == pytest.approx(plain / 2, rel=0.02)
    people.set_volume("a", -5)
    assert (people.volume("a"), loudest(mixer)) == (0, 0)


async def test_what_is_remembered_is_bounded_and_the_oldest_goes() -> None:
    mixer = Mixer()
    people = People(mixer, PictureWall())
    for number in range(MOST_REMEMBERED + 1):
        people.set_volume(str(number), 0)
        people.set_hidden(str(number), True)
    assert people.volume("0") == 100
    assert not people.hidden("0")
    assert loudest(mixer, peer="0") > 0
    assert people.volume("1") == 0
    assert people.hidden("1")


async def test_whose_pictures_are_hidden_has_none_made_until_they_are_wanted_again() -> None:
    engine = Engine(voice=None, picture=None, speaker=False)
    await engine.start()
    engine.wall.set_size("a", 10, 5)
    engine.seen("a", picture_frame((200, 9, 9)))
    await until(lambda: "a" in engine.wall.pictures())
    engine.people.set_hidden("a", True)
    assert engine.people.hidden("a")
    assert "a" not in engine.wall.pictures()
    before = engine.wall.conversions
    engine.gone("a")  # a new connection of theirs changes nothing
    engine.wall.set_size("a", 10, 5)
    engine.seen("a", picture_frame((200, 9, 9)))
    await asyncio.sleep(0.15)
    assert engine.wall.conversions == before
    assert engine.report("a").frames == 1  # they do arrive
    engine.people.set_hidden("a", False)
    engine.seen("a", picture_frame((200, 9, 9)))
    await until(lambda: "a" in engine.wall.pictures())
    await engine.close()


async def test_who_is_hushed_is_not_heard_and_still_seen_to_speak() -> None:
    engine = Engine(voice=None, picture=None, speaker=False)
    await engine.start()
    engine.people.set_hushed("a", True)
    for number in range(20):
        engine.heard("a", sound_frame(sine(440, start=number * BLOCK), number * BLOCK))
    await until(lambda: engine.levels()["a"].speaking)
    assert set(engine.levels()) == {"a", ME}
    await engine.close()
