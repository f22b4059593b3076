"""Hold-to-talk: the beginning and every end of a hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.hold import Hold

SPACE = Hold(frozenset({"space", "f9"}), limit=10)


def test_a_hold_begins_at_the_press_and_ends_at_the_release() -> None:
    held = SPACE.press("space", 0)
    assert (held.held, held.ended, held.due) == (True, "", 10)
    over = held.release("space")
    assert (over.held, over.ended, over.due) == (False, "released", None)
    assert over.press("space", 5).ended == ""


def test_other_keys_hold_nothing() -> None:
    assert SPACE.press("m", 0) is SPACE
    held = SPACE.press("space", 0)
    assert held.release("m") is held
    assert held.repeat("m", 3) is held


def test_of_two_keys_the_last_one_that_goes_up_ends_it() -> None:
    held = SPACE.press("space", 0).press("f9", 1).release("space")
    assert held.held
    assert held.release("f9").ended == "released"


def test_a_hold_ends_with_the_focus() -> None:
    over = SPACE.press("space", 0).blur()
    assert (over.held, over.ended) == (False, "focus")
    assert over.repeat("space", 1).held is False  # the key is still down, but whom is it told to?
    assert over.release("space") is over
    assert SPACE.blur() is SPACE


def test_a_hold_ends_when_the_key_gives_no_sign_for_too_long() -> None:
    held = SPACE.press("space", 0)
    assert held.tick(9.9).held
    assert held.repeat("space", 9).tick(18.9).held
    over = held.tick(10)
    assert (over.held, over.ended) == (False, "limit")
    assert held.press("space", 9).due == 19  # a release was lost: pressed again


KEYS = st.sampled_from(["space", "f9", "m"])
STEPS = st.lists(
    st.tuples(st.sampled_from(["press", "repeat", "release", "blur", "tick"]), KEYS, st.floats(0, 8)), max_size=30
)


@given(STEPS)
def test_it_is_held_only_between_a_press_and_an_end(steps: list[tuple[str, str, float]]) -> None:
    hold, now = SPACE, 0.0
    for what, key, later in steps:
        now += later
        before = hold
        if what in ("press", "repeat"):
            hold = getattr(hold, what)(key, now)
        elif what == "release":
            hold = hold.release(key)
        else:
            hold = hold.blur() if what == "blur" else hold.tick(now)
        if hold.held and not before.held:
            assert what == "press"
        if before.held and not hold.held:
            assert (what, hold.ended) in {("release", "released"), ("blur", "focus"), ("tick", "limit")}
        assert hold.held == (hold.ended == "" and hold.due is not None)
    assert not hold.blur().held
    assert not hold.tick(now + 10).held
