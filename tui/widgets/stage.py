"""The stage: who is shown how large, by itself or as a person wants it; with a cursor on the tiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from textual import events
from textual.message import Message

from tui.actions import actions_of, taken
from tui.model import CellPicture, Person
from tui.widgets.canvas import Canvas
from tui.widgets.casting import Mode, Talk, Wanted, presenter
from tui.widgets.grid import neighbour
from tui.widgets.pane import Pane
from tui.widgets.scene import Scene, scene_of
from tui.widgets.text import flat

MODES: Mapping[str, Mode] = {"auto": "auto", "gallery": "gallery", "speaker": "speaker"}
"""The ways to look with which a meeting can begin."""

_WAYS = {
    "auto": "By itself: a shared screen, whoever speaks, or everybody",
    "gallery": "Gallery: everybody, in one size",
    "speaker": "Speaker: whoever speaks is large",
    "screen": "Shared screen: large while there is one",
}


class Stage(Canvas, can_focus=True):
    """Everybody's picture. Give it people with `show_people` and say whose pictures are new with `show_pictures`."""

    DEFAULT_CSS = """
    Stage { background: $incog-background; }
    """

    ALLOW_SELECT = False

    BINDINGS = [
        taken("up", "cursor(0, -1)"),
        taken("down", "cursor(0, 1)"),
        taken("left", "cursor(-1, 0)"),
        taken("right", "cursor(1, 0)"),
        taken("page-up", "page(-1)"),
        taken("page-down", "page(1)"),
        taken("open", "open"),
    ]

    class Opened(Message):
        """Somebody on the stage was chosen by Enter, or by a click on the chosen tile."""

        def __init__(self, key: str) -> None:
            self.key = key
            super().__init__()

    def __init__(
        self,
        pictures: Callable[[], Mapping[str, CellPicture]],
        *,
        crowded: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = monotonic,
        mode: str = "auto",
        id: str | None = None,
    ) -> None:
        """`mode` is one of `MODES`; `clock` counts seconds."""
        super().__init__(pictures, crowded, id=id)
        self._clock = clock
        self._people: Sequence[Person] = ()
        self._alone = ""
        self._talk = Talk()
        self._wanted = Wanted(MODES.get(mode, "auto"))
        self._scene = Scene()
        self._cursor = ""
        self._title = ("", "")
        self._away = False  # hidden: no picture is wanted

    def show_people(self, people: Sequence[Person], alone: str) -> None:
        """Who is in the meeting, oneself first; `alone` is what to say while nobody else is."""
        self._people, self._alone = people, alone
        self._talk = self._talk.step(people, self._clock())
        self._arrange()

    # What a person wants to see

    @property
    def chosen_key(self) -> str:
        """The key of the person the cursor is on; empty while the keyboard is elsewhere."""
        return self._cursor if self.has_focus else ""

    def next_mode(self) -> str:
        """Look the next way; returns a sentence about it."""
        self._wanted = self._wanted.next(shared=bool(presenter(self._people)))
        self._arrange()
        return _WAYS[self._wanted.mode]

    def only(self, key: str) -> str:
        """Show this person alone, or everybody again; returns a sentence about it, empty when nobody is meant."""
        if self._wanted.only and key in (self._wanted.only, ""):
            self._wanted = Wanted(self._wanted.mode)
            said = _WAYS[self._wanted.mode]
        elif key:
            self._wanted = Wanted(self._wanted.mode, key)
            said = (
                f"Only {self._name_of(key)} is on the stage; {actions_of(self).key('spotlight')} brings back the others"
            )
        else:
            return ""
        self._arrange()
        return said

    # Where things go

    def on_resize(self, event: events.Resize) -> None:
        """Place the tiles anew."""
        self._arrange(anew=True)

    def on_hide(self, event: events.Hide) -> None:
        """Want no pictures while hidden."""
        super().on_hide(event)
        self._away = True

    def on_show(self, event: events.Show) -> None:
        """Want pictures again."""
        self._away = False
        self._arrange(anew=True)

    def _arrange(self, *, anew: bool = False) -> None:
        if not self.size or self._away:
            return
        before = self._scene
        here = not self._wanted.only or any(person.key == self._wanted.only for person in self._people)
        if not here:
            self._wanted = Wanted(self._wanted.mode)
        scene = self._scene = scene_of(self._people, self._wanted, self._talk, before, *self.size)
        self._wanted = Wanted(self._wanted.mode, self._wanted.only, scene.page)
        self.say(self._alone)
        if anew or scene.places != before.places:
            drawn = {person.key: person for person in self._people if person.key in scene.keys}
            self.place([(drawn[key], box) for key, box in scene.places])
            self._keep_cursor(seen=self.has_focus)
        else:
            self.change(self._people)
        self._tell_title()

    def _name_of(self, key: str) -> str:
        return next((flat(person.name) for person in self._people if person.key == key), "")

    def _tell_title(self) -> None:
        """Name in the heading what is shown."""
        scene, name = self._scene, self._name_of(self._scene.large)
        picture = next((flat(person.picture) for person in self._people if person.key == scene.large), "")
        screen = f"{name}: {picture}" if picture else f"Screen of {name}"
        words = {"gallery": "Gallery", "speaker": "Speaker", "screen": screen, "one": f"Only {name}"}
        title = f"Speaker: {name}" if scene.kind == "speaker" and self._talk.floor == scene.large else words[scene.kind]
        note = "auto" if self._wanted.mode == "auto" and not self._wanted.only and scene.places else ""
        if scene.page:
            note = f"page {scene.page + 1} of {scene.pages}"
        elif scene.others:
            key = actions_of(self).key("page-down") if scene.pages > 1 else ""
            note = f"{scene.others} more {key}".rstrip()
        told = (title if scene.places else "Stage", note)
        if told != self._title:
            self._title = told
            self.post_message(Pane.Titled(*told))

    # The cursor

    def _keep_cursor(self, *, seen: bool) -> None:
        """The cursor stays on its person, or goes to the first one; it is seen where the keyboard is."""
        if self._cursor not in self._scene.keys:
            self._cursor = next(iter(self._scene.keys), "")
        self.choose(self._cursor if seen else "")

    def on_focus(self) -> None:
        """Show where the cursor is."""
        self._keep_cursor(seen=True)

    def on_blur(self) -> None:
        """The keyboard is elsewhere."""
        self.choose("")

    def on_click(self, event: events.Click) -> None:
        """A click chooses a tile; a second one opens it."""
        hit = next((key for key, box in self._scene.places if box.holds(event.x, event.y)), "")
        if hit:
            self._cursor = hit
            self._keep_cursor(seen=self.has_focus)
            if event.chain == 2:
                self.action_open()

    def action_cursor(self, right: int, down: int) -> None:
        """Move the cursor to the next tile in a direction."""
        keys, boxes = self._scene.keys, [box for _, box in self._scene.places]
        if self._cursor in keys:
            self._cursor = keys[neighbour(boxes, keys.index(self._cursor), right, down)]
        self._keep_cursor(seen=self.has_focus)

    def action_page(self, step: int) -> None:
        """Show those who have no tile on this page."""
        self._wanted = Wanted(self._wanted.mode, self._wanted.only, max(0, self._scene.page + step))
        self._arrange()

    def action_open(self) -> None:
        """Show the chosen person alone, or everybody again."""
        if self._cursor:
            self.post_message(self.Opened(self._cursor))
