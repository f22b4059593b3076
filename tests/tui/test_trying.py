"""Devices in the lobby: open while they are tried, and only then."""

from __future__ import annotations

import asyncio

from tests.waits import until
from tui.compose.trying import DEFAULT, NOTHING_PLAYED, Chosen, Trying
from tui.config.values import DEFAULTS
from tui.model import Device
from tui.screens.lobby_look import DeviceLook


async def test_what_was_set_is_chosen_and_the_rest_is_the_systems_default() -> None:
    config = DEFAULTS.but(sound__microphone="Headset", sound__speaker="none")
    trying = Trying(config, lambda trouble: None)
    assert trying.chosen["microphone"] == Chosen("Headset", "Headset", "microphone:Headset")
    assert trying.look("speaker") == DeviceLook(NOTHING_PLAYED)
    assert trying.look("camera") == DeviceLook(DEFAULT)
    await trying.choose(Device("camera", "Lid", "/dev/video3"))
    await trying.choose(Device("speaker", "Loud", "out-1"))
    assert trying.chosen["camera"] == Chosen("/dev/video3", "Lid", "camera:/dev/video3")
    assert trying.chosen["speaker"].source is None
    assert trying._trial is None
    await trying.close()


async def test_nothing_is_loaded_or_open_before_it_is_asked_for_and_everything_closes() -> None:
    told: list[str] = []
    trying = Trying(DEFAULTS, told.append)
    assert (trying.heard(), trying.picture(), trying._trial) == ((0.0, False), None, None)
    trying.chosen["microphone"] = Chosen("", "a tone", "tone:440")
    trying.chosen["camera"] = Chosen("", "a colour", "colour:c80909")
    trying.set_size(20, 6)
    first = asyncio.ensure_future(trying.try_out("microphone"))
    await asyncio.sleep(0)
    assert trying.look("microphone").busy
    await trying.try_out("microphone")  # asked for twice
    await first
    assert trying.look("microphone") == DeviceLook("a tone", open=True)
    await until(lambda: trying.heard()[1])
    await trying.try_out("camera")
    await until(lambda: trying.picture() is not None)
    picture = trying.picture()
    assert picture is not None
    assert (picture.width, picture.height) == (20, 6)
    await trying.try_out("microphone")
    assert not trying.look("microphone").open
    assert trying.look("camera").open
    await trying.close_all()
    assert not trying.look("camera").open
    assert set(told) == {""}
    await trying.close()


async def test_another_device_takes_over_while_one_is_tried() -> None:
    trying = Trying(DEFAULTS, lambda trouble: None)
    trying.chosen["microphone"] = Chosen("", "a tone", "tone:440")
    await trying.try_out("microphone")
    told: list[str] = []
    trying._on_change = told.append
    await trying.choose(Device("microphone", "Nowhere", "no such microphone at all"))
    assert trying.look("microphone") == DeviceLook("Nowhere")
    assert [sentence for sentence in told if sentence]
    await trying.close()


async def test_what_is_closed_stays_closed_although_something_was_being_opened() -> None:
    trying = Trying(DEFAULTS, lambda trouble: None)
    trying.chosen["microphone"] = Chosen("", "a tone", "tone:440")
    opening = asyncio.ensure_future(trying.try_out("microphone"))
    await asyncio.sleep(0)
    await trying.close()
    await opening
    assert not trying.look("microphone").open


async def test_a_speaker_that_is_none_plays_nothing_and_says_so() -> None:
    told: list[str] = []
    trying = Trying(DEFAULTS.but(sound__speaker="none"), told.append)
    await trying.try_out("speaker")
    assert told[-1] == "No speaker is chosen, so nothing is played."
    assert not trying.look("speaker").busy
    await trying.close()
