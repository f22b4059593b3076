"""The lobby as a person meets it, with a made-up desk behind it."""

from __future__ import annotations

import pytest

from tests.tui.fake_lobby import LINK, SECRET, FakeDesk, standing
from tests.tui.screen_harness import LARGE, MIDDLE, SMALL
from tui.screens.lobby_app import LobbyChanged
from tui.screens.lobby_look import LobbyLook, PersonaLook, RecentLook
from tui.screens.lobby_parts import Field, Hints, flow

NARROW = (46, 20)
SIZES = pytest.mark.parametrize("size", [NARROW, SMALL, MIDDLE, LARGE], ids=["46x20", "80x24", "120x30", "200x60"])


@SIZES
async def test_it_begins_with_a_persona_nothing_open_and_a_line_for_the_link(size) -> None:
    async with standing(size) as here:
        assert here.focused == "link"
        assert "Quiet Heron" in here.text
        for words in ("muted at first", "off at first", "Join", "Host", "Demo") if size != NARROW else ():
            assert words in here.text
        assert "nothing is open, nothing was sent" in here.lines[0] or size == NARROW


@SIZES
async def test_every_line_can_be_reached_by_arrow_keys_and_by_tab(size) -> None:
    order = ["link", "alias", "microphone", "speaker", "camera", "talk", "addresses", "join", "host", "demo"]
    async with standing(size) as here:
        for key, back in (("down", "up"), ("tab", "shift+tab")):
            seen = [here.focused]
            for _ in order[1:]:
                await here.press(key)
                seen.append(here.focused)
            assert seen == order
            assert "Demo" in here.text
            await here.press(*[back] * (len(order) - 1))
            assert here.focused == "link"


async def test_the_link_is_taken_out_of_what_is_pasted_and_its_secret_is_masked_unless_asked_for() -> None:
    async with standing() as here:
        await here.paste(f"Dear all,\nwe meet at <{LINK}>.\nSee you")
        assert here.desk.look.link.text == LINK
        assert "mesh · meet.example.org:7462 · TLS · asks for an alias only" in here.text
        assert SECRET not in here.text
        assert "#" + "•" * len(SECRET) in here.text
        await here.press("f7")
        assert LINK in here.text
        await here.press("f7")
        assert SECRET not in here.text


async def test_a_link_that_is_pasted_into_the_alias_goes_to_its_own_line() -> None:
    async with standing() as here:
        alias = here.desk.look.persona.alias
        await here.press("down")
        assert here.focused == "alias"
        await here.paste(f"join us: {LINK} at noon")
        assert here.desk.look.link.text == LINK
        assert here.focused == "link"
        assert here.desk.look.persona.alias == alias
        assert SECRET not in here.text
        await here.press("down")
        await here.paste(" the second")
        assert here.desk.look.persona.alias.endswith("the second")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("https://zoom.us/j/1", "incog cannot join Zoom meetings yet"),
        ("hello", "This is not an invitation to a meeting"),
        (LINK[:-2], "The link's secret is cut short: it has 20 of 22 characters"),
    ],
)
async def test_what_cannot_be_joined_is_said_at_once_and_enter_does_not_join(typed: str, words: str) -> None:
    async with standing(MIDDLE) as here:
        await here.paste(typed)
        assert words in here.form
        await here.press("enter")
        assert here.app.return_value is None
        assert here.focused == "link"


async def test_enter_joins_and_what_was_shown_beside_it_was_seen() -> None:
    async with standing(MIDDLE) as here:
        await here.paste(LINK)
        assert "Participants would learn" in here.text
        await here.press("enter")
        assert here.desk.asked == [("join", True)]
        assert here.app.return_value == "join"


async def test_where_the_preview_has_no_room_it_was_not_seen_unless_it_was_opened() -> None:
    async with standing(SMALL) as here:
        await here.paste(LINK)
        assert "Participants would learn" not in here.text
        await here.press("f8")
        assert here.desk.asked == [("join", False)]
    async with standing(SMALL) as here:
        await here.paste(LINK)
        await here.press("f4")
        assert "Participants would learn" in here.text
        await here.press("f8")
        assert here.desk.asked == [("join", True)]


async def test_what_is_being_found_out_anew_was_not_seen() -> None:
    async with standing(MIDDLE) as here:
        await here.paste(LINK)
        here.desk.show(looking=True)
        await here.settle()
        assert "finding out" in here.text
        await here.press("f8")
        assert here.desk.asked == [("join", False)]


async def test_the_preview_goes_back_by_its_key_and_by_escape_and_shows_the_line_it_came_from() -> None:
    async with standing() as here:
        await here.press("down", "f4")
        assert "What joining would tell" in here.text
        assert "Persona" not in here.text
        await here.press("escape")
        assert here.app.return_value is None
        assert here.focused == "alias"
        await here.press("f4", "f4")
        assert "Persona" in here.text


async def test_the_preview_is_scrolled_by_the_arrow_keys() -> None:
    async with standing() as here:
        await here.paste(LINK)
        await here.press("f4")
        before = here.text
        await here.press("down", "down", "down")
        assert here.text != before
        await here.press("up", "up", "up")
        assert here.text == before


async def test_host_and_demo_need_no_link() -> None:
    async with standing(MIDDLE) as here:
        await here.press(*["down"] * 8)
        assert "What hosting would tell" in here.text
        await here.press("enter")
        assert here.desk.asked == [("host", True)]
        assert here.app.return_value == "host"
    async with standing(MIDDLE) as here:
        await here.press(*["down"] * 9)
        assert "Nothing leaves this machine" in here.text
        await here.press("enter")
        assert here.app.return_value == "demo"


async def test_an_alias_is_drawn_or_typed_and_what_is_wrong_with_it_is_said_as_one_types() -> None:
    async with standing() as here:
        await here.press("ctrl+r")
        assert "Amber Fox" in here.text
        assert "fresh, worn by nobody before" in here.text
        await here.press("down", "end", *["backspace"] * 9)
        assert "! An alias cannot be empty" in here.text
        await here.press(*"Me")
        assert "typed by you" in here.text
        assert here.desk.look.persona.alias == "Me"


async def test_what_is_typed_after_an_arrow_key_goes_to_the_next_line() -> None:
    async with standing() as here:
        await here.pilot.press("down", *"xyz")
        await here.settle()
        assert here.desk.look.persona.alias == "Quiet Heronxyz"
        assert here.desk.look.link.text == ""


async def test_a_refusal_stands_in_one_line_and_the_keyboard_goes_where_it_is_to_be_mended() -> None:
    desk = FakeDesk(refusal="The alias holds your login name, which would name you; choose another.")
    desk.look = LobbyLook(PersonaLook("quillfeather", 1, "typed", trouble=desk.refusal))
    async with standing(MIDDLE, desk) as here:
        await here.paste(LINK)
        await here.press("f8")
        assert here.app.return_value is None
        assert here.focused == "alias"
        assert here.form.count("! The alias holds your login name, which would name you; choose another.") == 1


async def test_kept_personas_are_said_to_be_kept() -> None:
    async with standing() as here:
        await here.press("f6")
        assert "will be kept for this meeting" in here.text
        here.desk.show(persona=PersonaLook("Amber Fox", 1, "kept", keep=True, kept="Amber Fox"))
        await here.settle()
        assert "kept for this meeting" in here.text
        here.desk.show(persona=PersonaLook("Me", 1, "typed", keep=True, kept="Amber Fox"))
        await here.settle()
        assert "will be kept for this meeting in place of" in here.text
        here.desk.show(persona=PersonaLook("Me", 1, keep=True, note="There is no system keyring here."))
        await here.settle()
        assert "There is no system keyring here." in " ".join(here.text.split())


async def test_what_ties_it_to_earlier_meetings_stands_before_everything() -> None:
    tie = "This alias was worn before (last on 2025-03-31)."
    async with standing(MIDDLE) as here:
        await here.paste(LINK)
        here.desk.show(persona=PersonaLook("Me", 1, "typed", ties=(tie,)))
        await here.settle()
        assert f"! {tie}" in here.text


async def test_devices_are_chosen_from_a_list() -> None:
    async with standing() as here:
        await here.press("down", "down", "enter")
        assert "Headset" in here.text
        assert "Loudspeaker" not in here.text
        await here.press("down", "enter")
        assert here.desk.devices.asked == [("choose", "microphone", "mic-2")]
        assert "Headset" in here.row("Microphone")
        await here.press("down", "enter", "down", "enter")
        assert here.desk.devices.asked[-1] == ("choose", "speaker", "none")


async def test_a_microphone_is_open_only_while_it_is_tried_and_its_loudness_moves() -> None:
    async with standing(MIDDLE) as here:
        await here.press("down", "down", "space")
        assert "● microphone open, nothing is sent" in here.lines[0]
        here.desk.devices.loud = (0.5, True)
        await here.so(lambda: "━━━━ " in here.row("Microphone"))
        await here.press("space")
        assert "nothing is open, nothing was sent" in here.lines[0]
        assert "━" not in here.row("Microphone")
        assert here.desk.devices.asked == [("try", "microphone")] * 2


@pytest.mark.parametrize("size", [SMALL, MIDDLE])
async def test_the_camera_shows_its_picture_while_it_is_tried(size) -> None:
    async with standing(size) as here:
        await here.press(*["down"] * 4, "space")
        await here.so(lambda: here.desk.devices.size[0] >= 32)
        await here.draw()
        assert "▀" in here.text
        if size == SMALL:
            await here.press("escape")
        assert here.focused == "camera"
        await here.press("space")
        assert "▀" not in here.text
        assert "nothing is open" in here.lines[0]


async def test_how_it_begins_is_changed_by_keys_that_work_while_typing() -> None:
    async with standing() as here:
        await here.press("f2", "f3")
        assert "● HEARD AT ONCE" in here.text
        assert "● SEEN AT ONCE" in here.text
        await here.press("f2", "f3")
        assert "● HEARD" not in here.text


async def test_the_way_to_talk_and_the_addresses_are_stepped_through() -> None:
    async with standing() as here:
        await here.paste(LINK)
        await here.press(*["down"] * 5, "right", "left", "enter")
        await here.press("down", "space", "left")
        asked = [("talk", 1), ("talk", -1), ("talk", 1), ("addresses", 1), ("addresses", -1)]
        assert here.desk.asked == asked
        assert "The participants may learn the one that reaches the meeting." in here.text


async def test_recent_meetings_show_server_and_day_and_are_picked_or_forgotten() -> None:
    desk = FakeDesk()
    desk.look = LobbyLook(PersonaLook("Me", 1), recent=RecentLook((("meet.example.org:7462", "2025-03-31"),)))
    async with standing(desk=desk) as here:
        assert "1 meeting" in here.row("Recent")
        await here.press("down", "enter")
        assert "2025-03-31" in here.row("meet.example.org:7462")
        assert SECRET not in here.text
        await here.press("enter")
        assert here.focused == "link"
        assert desk.look.link.text == LINK
        await here.press("down", "enter", "delete")
        assert desk.asked == [("forget", 0)]
        assert "none yet" in here.row("Recent")
        desk.show(recent=RecentLook((("a:1", "2025-03-31"), ("b:1", "2025-03-30"))))
        await here.settle()
        await here.press("enter", "X")
        assert desk.asked[-1] == ("forget", None)


async def test_recent_meetings_are_not_there_unless_asked_for() -> None:
    async with standing() as here:
        assert "Recent" not in here.text


@pytest.mark.parametrize("key", ["escape", "ctrl+q", "ctrl+c"])
async def test_leaving_answers_nothing(key: str) -> None:
    async with standing() as here:
        await here.press(key)
        assert here.app._exit
    assert here.app.return_value is None


async def test_help_lists_the_keys_of_the_lobby() -> None:
    async with standing() as here:
        await here.press("f1")
        assert "In the lobby" in here.text
        assert "Join the meeting of the link" in here.text
        await here.press("m", "escape")
        assert "Persona" in here.text


async def test_keys_can_be_chosen() -> None:
    async with standing(chosen_keys={"start-muted": (("f10",), ()), "draw": (("ctrl+n",), ())}) as here:
        await here.press("f2", "f10", "ctrl+n")
        assert "● HEARD AT ONCE" in here.text
        assert "Amber Fox" in here.text
        await here.press("down")
        assert "Ctrl+N draw another" in here.lines[-1]


async def test_everything_can_be_done_with_the_mouse() -> None:
    async with standing(MIDDLE) as here:
        await here.pilot.click("#microphone")
        await here.settle()
        assert here.focused == "microphone"
        hints = here.app.screen.query_one(Hints)
        for words, asked in (("try it", ("try", "microphone")), ("muted or heard", None)):
            await here.pilot.click(hints, offset=(here.lines[-1].index(words), 0))
            await here.settle()
            if asked:
                assert here.desk.devices.asked == [asked]
        assert not here.desk.look.muted
        await here.pilot.click("#host", times=2)
        await here.settle()
    assert here.app.return_value == "host"


async def test_a_field_without_room_keeps_to_its_width() -> None:
    async with standing((24, 12)) as here:
        assert {len(line) for line in here.lines} == {24}
        assert here.app.screen.query(Field)


def test_words_flow_into_the_lines_there_are() -> None:
    words = [("one two", "text"), ("\n", "text"), ("three four five", "muted")]
    assert flow(words, 10, 3) == [
        [("one", "text"), (" two", "text")],
        [("three", "muted"), (" four", "muted")],
        [("five", "muted")],
    ]
    assert flow(words, 10, 2)[-1][-1] == ("…", "muted")


async def test_what_is_typed_is_not_taken_back_by_news_that_are_older() -> None:
    async with standing() as here:
        await here.press("down", "end")
        before = here.desk.look
        await here.press(*" of")
        here.app.post_message(LobbyChanged(before))
        await here.settle()
        await here.press(*" old")
        assert here.desk.look.persona.alias == "Quiet Heron of old"
        assert "Quiet Heron of old" in here.text
