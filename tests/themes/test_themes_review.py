from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from rich.color import Color, ColorSystem

from themes import BUILTIN, ThemeSpec, load_builtin
from themes.contrast import AA, AAA, ratio
from themes.perception import chroma
from themes.review import advice, alike_personas, blurred_to, weak_pairs

NIGHT = load_builtin()["incog-night"]
THEMES = pytest.mark.parametrize("spec", list(load_builtin().values()), ids=lambda spec: spec.name)
TOLD_APART = ("text", "muted", "accent", "live", "safe", "speaking", "warning", "danger")


def other(spec: ThemeSpec, **colours: str) -> ThemeSpec:
    """The same theme with some roles in other colours."""
    return replace(spec, colours=MappingProxyType({**spec.colours, **colours}))


def sixteen(colour: str) -> int:
    """Which of a terminal's sixteen colours is taken for one, 0 to 15."""
    number = Color.parse(colour).downgrade(ColorSystem.STANDARD).number
    assert number is not None
    return number


VGA = "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff"
XTERM = (
    "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff"
)


@THEMES
def test_all_text_of_every_theme_passes_aa(spec: ThemeSpec) -> None:
    assert weak_pairs(spec, AA) == []


@pytest.mark.parametrize("name", ["contrast-dark", "contrast-light"])
def test_all_text_of_the_themes_of_contrast_passes_aaa(name: str) -> None:
    assert weak_pairs(load_builtin()[name], AAA) == []


@THEMES
def test_personas_are_told_apart_and_what_is_heard_from_what_is_not_by_everybody(spec: ThemeSpec) -> None:
    assert alike_personas(spec) == []
    assert blurred_to(spec) == []


@THEMES
def test_there_is_nothing_to_advise_about_what_comes_with_incog(spec: ThemeSpec) -> None:
    assert list(advice(spec)) == []


@THEMES
def test_grounds_are_calm(spec: ThemeSpec) -> None:
    assert max(chroma(spec[ground]) for ground in ("background", "surface", "panel")) < 0.06


@THEMES
def test_grounds_go_one_way_from_behind_to_before_and_fit_what_the_theme_says_of_itself(spec: ThemeSpec) -> None:
    steps = [ratio(spec[ground], "#000000") for ground in ("background", "surface", "panel")]
    assert steps == sorted(steps, reverse=not spec.dark)
    assert len(set(steps)) == 3
    assert (ratio(spec["text"], "#000000") > ratio(spec["background"], "#000000")) is spec.dark


def test_light_and_dark_ones_come_with_incog_and_one_without_colours() -> None:
    specs = load_builtin().values()
    assert len(specs) >= 8
    assert sum(not spec.dark for spec in specs) >= 3
    assert [spec.name for spec in specs if spec.colourless] == ["mono"]
    assert tuple(load_builtin()) == BUILTIN


def test_mono_has_no_hue() -> None:
    spec = load_builtin()["mono"]
    assert max(map(chroma, (*spec.colours.values(), *spec.personas))) < 1e-6


def test_on_sixteen_colours_each_role_and_each_persona_has_its_own() -> None:
    spec = load_builtin()["ansi"]
    assert len({sixteen(spec[role]) for role in TOLD_APART}) == len(TOLD_APART)
    assert len({sixteen(colour) for colour in spec.personas}) == len(spec.personas)
    grounds = {sixteen(spec[ground]) for ground in ("background", "surface", "panel")}
    assert sixteen(spec["border"]) not in grounds


@pytest.mark.parametrize("terminal", [VGA, XTERM], ids=["vga", "xterm"])
def test_on_sixteen_colours_all_text_passes_aa(terminal: str) -> None:
    shown = [f"#{colour}" for colour in terminal.split()]
    weak = [
        (word, ground, share)
        for word, colour, ground, on in load_builtin()["ansi"].text_pairs()
        if (share := ratio(shown[sixteen(colour)], shown[sixteen(on)])) < AA
    ]
    assert weak == []


# What is advised about other themes


def test_weak_pairs_are_named_the_worst_first_and_counted() -> None:
    faint = other(NIGHT, muted="#505a6c", warning="#6a5a30")
    assert [(word, ground) for word, ground, _ in weak_pairs(faint)][:2] == [("muted", "panel"), ("warning", "panel")]
    [sentence] = advice(faint)
    assert sentence.startswith("hard to read, with less contrast than 4.5 to 1: muted on panel (2.3), warning on panel")
    assert sentence.endswith(", and 4 more.")


def test_live_that_looks_like_safe_is_told_with_those_to_whom() -> None:
    assert blurred_to(other(NIGHT, safe=NIGHT["live"])) == ["", "protanopia", "deuteranopia", "tritanopia"]
    assert list(advice(other(NIGHT, safe=NIGHT["live"]))) == ["colours.live and colours.safe look alike."]
    green = other(NIGHT, live="#e0836a", safe="#8ab350")
    assert blurred_to(green) == ["deuteranopia"]
    assert list(advice(green)) == ["colours.live and colours.safe look alike to people with deuteranopia."]


def test_personas_that_look_alike_are_told_by_their_place() -> None:
    twins = replace(NIGHT, personas=(*NIGHT.personas[:7], NIGHT.personas[2]))
    assert alike_personas(twins) == [(2, 7)]
    assert list(advice(twins)) == ["personas that look alike, counted from 0: 2 and 7."]
