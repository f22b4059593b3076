"""What stands on the stage: everybody once, on one page or another, inside it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.model import Person
from tui.widgets.casting import Mode, Talk, Wanted
from tui.widgets.scene import Scene, scene_of

MODES: tuple[Mode, ...] = ("auto", "gallery", "speaker", "screen")
MEETINGS = {
    "count": st.integers(0, 60),
    "seen": st.booleans(),
    "sharing": st.integers(-1, 5),
    "mode": st.sampled_from(MODES),
    "width": st.integers(28, 220),
    "height": st.integers(5, 70),
}


def people(count: int, seen: bool, sharing: int) -> list[Person]:
    others = (Person(f"q{n}", "", order=n + 1, presenting=n == sharing, camera=n % 3 == 0) for n in range(count))
    return [Person("me", "", me=True, camera=seen), *others]


@given(**MEETINGS)
def test_everybody_is_on_one_page_or_another(count, seen, sharing, mode, width, height) -> None:
    here = people(count, seen, sharing)
    scene = Scene()
    met: list[str] = []
    page = 0
    while page < scene.pages:
        scene = scene_of(here, Wanted(mode, page=page), Talk(), scene, width, height)
        assert scene.page == page
        assert len(set(scene.keys)) == len(scene.keys)
        met += [key for key in scene.keys if key != scene.large]
        page += 1
    room = len(scene.places) > (1 if scene.large else 0) or page > 1
    if room or not scene.large:  # beside somebody large there may be no room for anybody
        wanted = {person.key for person in here if not person.me} - {scene.large}
        assert wanted == set(met) - {"me"}
        assert len(met) == len(set(met))


@given(**MEETINGS)
def test_everything_is_inside_and_the_rest_is_counted(count, seen, sharing, mode, width, height) -> None:
    here = people(count, seen, sharing)
    scene = scene_of(here, Wanted(mode), Talk(), Scene(), width, height)
    for _, box in scene.places:
        assert min(box.x, box.y) >= 0
        assert box.x + box.width <= width
        assert box.caption_y < height
    assert len(scene.places) + scene.others == count + seen
    assert bool(scene.places) is bool(count + seen)


@given(**MEETINGS)
def test_the_same_again_moves_nobody(count, seen, sharing, mode, width, height) -> None:
    here = people(count, seen, sharing)
    once = scene_of(here, Wanted(mode), Talk(), Scene(), width, height)
    again = scene_of(here, Wanted(mode), Talk(), once, width, height)
    assert again.places == once.places


@given(count=st.integers(1, 9), mode=st.sampled_from(MODES))
def test_to_look_another_way_and_back_moves_nobody(count: int, mode: Mode) -> None:
    here = people(count, False, -1)
    once = scene_of(here, Wanted("gallery"), Talk(), Scene(), 150, 50)
    away = scene_of(here, Wanted(mode, "q0"), Talk(), once, 150, 50)
    away = scene_of(here, Wanted("speaker"), Talk(), away, 150, 50)
    assert scene_of(here, Wanted("gallery"), Talk(), away, 150, 50).places == once.places
