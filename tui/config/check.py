"""What a file says, compared with the table of settings: values with their lines, or every fault there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from tui.config.schema import BY_PATH, KEYS, TABLES, KeyChoice, Value, quoted, told

MOST_KEYS = 8
"""How many keys one action can be given."""


class Fault(NamedTuple):
    """Something in a file, or among the keys on the command line (line 0), that cannot be used."""

    line: int
    text: str  # one sentence without a full stop


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class FileValues(NamedTuple):
    """What a file sets."""

    values: Mapping[str, Value] = _NOTHING  # by the path of the setting
    lines: Mapping[str, int] = _NOTHING
    keys: tuple[KeyChoice, ...] = ()


def check(text: str) -> tuple[FileValues, tuple[Fault, ...]]:
    """The values in a TOML text, and all faults in the order of their lines."""
    import tomllib  # where there is no file, there is nothing to be read

    from tui.config.toml_lines import key_lines

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return FileValues(), (_no_toml(str(error), text),)
    except RecursionError:
        return FileValues(), (Fault(1, "the values are nested too deeply"),)
    lines = key_lines(text)
    faults: list[Fault] = []
    found: dict[str, int] = {}
    values: dict[str, Value] = {}
    keys: list[KeyChoice] = []
    for table, inside in tables.items():
        if table not in (*TABLES, KEYS):
            faults.append(Fault(lines[table,], _unknown(table, inside)))
        elif not isinstance(inside, dict):
            faults.append(Fault(lines[table,], f"{table} is a table; write [{table}] on a line before its settings"))
        else:
            for key, value in inside.items():
                path = f"{table}.{key}"
                line = found[path] = lines[table, key]
                try:
                    if table == KEYS:
                        keys.append(KeyChoice(key, _keys(path, value), line))
                    else:
                        values[path] = _value(path, value)
                except ValueError as error:
                    faults.append(Fault(line, str(error)))
    return FileValues(values, {path: found[path] for path in values}, tuple(keys)), tuple(sorted(faults))


def near(word: str, known: Iterable[str], form: str = "{}") -> str:
    """The end of a sentence that asks whether a known word was meant, if this is nearly one."""
    from difflib import get_close_matches

    found = get_close_matches(word[:64].lower(), list(known), n=1, cutoff=0.7)
    return f"; did you mean {form.format(found[0])}?" if found else ""


def _value(path: str, value: object) -> Value:
    setting = BY_PATH.get(path)
    if setting is None:
        raise ValueError(_unknown(path, value))
    try:
        return setting.kind.read(value)
    except ValueError:
        raise ValueError(f"{path} cannot be {setting.kind.repeated(value)}; it can be {setting.kind.words}") from None


def _keys(path: str, value: object) -> tuple[str, ...]:
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or len(keys) > MOST_KEYS or not all(isinstance(key, str) and key for key in keys):
        raise ValueError(
            f'{path} cannot be {told(value)}; it can be a key such as "x", or a list of at most {MOST_KEYS}'
        )
    return tuple(keys)


def _unknown(path: str, value: object) -> str:
    """The sentence for a key that is not in the table."""
    shown = path if path.replace(".", "").replace("-", "").replace("_", "").isalnum() else quoted(path)
    shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
    if "." not in path and isinstance(value, dict):
        return f"there is no table [{shown}]" + (
            near(path, (*TABLES, KEYS), "[{}]") or f"; there are {', '.join((*TABLES, KEYS))}"
        )
    word = path.partition(".")[2] or path
    leaves = {setting.key: setting.path for setting in reversed(BY_PATH.values())}
    guess = near(path, BY_PATH) or near(word, leaves)
    for leaf, whole in leaves.items():
        guess = f"; did you mean {whole}?" if guess == f"; did you mean {leaf}?" else guess
    return f"there is no setting {shown}{guess or '; `incog config` lists all'}"


def _no_toml(words: str, text: str) -> Fault:
    """Where and why a text is no TOML. The reader names a line, or the end of the text."""
    what, _, where = words.partition(" (at ")
    number = where.removeprefix("line ").partition(",")[0]
    line = int(number) if number.isdecimal() else text.count("\n") + 1
    return Fault(line, f"this is no TOML: {what[:1].lower()}{what[1:]}")
