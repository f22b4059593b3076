"""Lines of keys, against texts that are made together with the answer."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.config.toml_lines import MOST_PARTS, Path, key_lines

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)
BARE = st.text("abz-_09", min_size=1, max_size=4)
NOISE = st.sampled_from(["", "\n", "  ", "\n\n", "# [no.header] = 1\n", '\t# "a" = """\n', "\r\n"])
SCALARS = ["1", "-1_000", "1e3", "0x1F", "inf", "true", "1979-05-27", "1979-05-27 07:32:00Z", "07:32:00.5"]
TRICKY = [
    "''''a'b''''",
    '"""\na = 1\n[b]\n"""',
    '""""a""""',
    "'''\nc = '\n'''",
    '"""\\"""\n x = "\\\n"""',
    '"a = \\" [b]"',
    "'\\'",
]


class Writer:
    """Writes TOML, and remembers on which line it wrote each key."""

    def __init__(self, data: st.DataObject) -> None:
        self.text = ""
        self.lines: dict[Path, int] = {}
        self._data = data
        self._keys = 0

    def key(self, before: Path) -> Path:
        """A new key, dotted at times, in one of the ways to write it."""
        path = before
        for number in range(self._data.draw(st.integers(1, 2))):
            self._keys += 1
            part, written = self._part()
            self.text += (self._data.draw(st.sampled_from([".", " . "])) if number else "") + written
            path = (*path, part)
            self.lines[path] = self.text.count("\n") + 1
        return path

    def _part(self) -> tuple[str, str]:
        tail = f"x{self._keys}"
        match self._data.draw(st.sampled_from(["bare", "basic", "escaped", "literal"])):
            case "bare":
                part = self._data.draw(BARE) + tail
                return part, part
            case "basic":
                part = self._data.draw(WORDS).replace("\\", "").replace('"', "") + tail
                return part, f'"{part}"'
            case "escaped":
                return f'"\t\\é{tail}', f'"\\"\\t\\\\\\u00E9{tail}"'
            case _:
                part = self._data.draw(WORDS).replace("'", "") + tail
                return part, f"'{part}'"

    def value(self, owner: Path, depth: int = 0) -> None:
        """A value; inline tables have keys of their own."""
        kind = self._data.draw(st.sampled_from(["scalar", "tricky", "array", "table"] if depth < 3 else ["scalar"]))
        if kind == "scalar":
            self.text += self._data.draw(st.sampled_from(SCALARS))
        elif kind == "tricky":
            self.text += self._data.draw(st.sampled_from(TRICKY))
        elif kind == "array":
            self.text += "["
            for _ in range(self._data.draw(st.integers(0, 3))):
                self.text += self._data.draw(NOISE)
                self.value(owner, depth + 1)
                self.text += self._data.draw(NOISE) + ","
            self.text += self._data.draw(NOISE) + "]"
        else:
            self.text += "{ "
            for number in range(self._data.draw(st.integers(0, 3))):
                self.text += ", " if number else ""
                key = self.key(owner)
                self.text += " = "
                self.value(key, depth + 1)
            self.text += " }"

    def document(self) -> None:
        """Keys and values, then tables with more of them."""
        table: Path = ()
        for _ in range(self._data.draw(st.integers(0, 6))):
            self.text += self._data.draw(NOISE).replace("  ", "")
            if self._data.draw(st.booleans()):
                double = self._data.draw(st.booleans())
                self.text += "[[ " if double else "["
                table = self.key(())
                self.text += "]]" if double else " ]"
            else:
                key = self.key(table)
                self.text += self._data.draw(st.sampled_from([" = ", "=", "\t= "]))
                self.value(key)
            self.text += self._data.draw(st.sampled_from(["\n", " # end\n", "\r\n"]))


def paths(value: object, before: Path = ()) -> Iterator[Path]:
    """All the keys in what was read."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*before, key)
            yield from paths(inner, (*before, key))
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, before)


@settings(max_examples=300)
@given(st.data())
def test_every_key_stands_where_it_was_written(data: st.DataObject) -> None:
    writer = Writer(data)
    writer.document()
    found = key_lines(writer.text)
    assert found == writer.lines
    assert set(paths(tomllib.loads(writer.text))) == set(found)


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab.=\"'[]{},#\\\n\r\t 1"), max_size=60))
def test_what_is_no_toml_is_gone_over_in_time(text: str) -> None:
    found = key_lines(text)
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())


@settings(max_examples=500)
@given(st.text(st.sampled_from("ab.=\"'[]{},#\n 1"), max_size=40))
def test_whatever_the_reader_takes_has_all_its_keys(text: str) -> None:
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(paths(read)) <= set(key_lines(text))


@pytest.mark.parametrize("opening", ["[", "{a=", "[{a=", "a.", "\na.", '"""'])
def test_what_is_deep_or_long_takes_no_deep_stack_and_no_long_time(opening: str) -> None:
    began = time.process_time()
    assert len(key_lines(f"x = {opening * 20_000}")) <= 20_001
    assert len(key_lines(f"{'a.' * 20_000}a = 1")) == MOST_PARTS
    assert time.process_time() - began < 3


def test_the_first_of_several_tables_counts() -> None:
    assert key_lines("[[a]]\nb = 1\n[[a]]\nb = 2\n") == {("a",): 1, ("a", "b"): 2}
