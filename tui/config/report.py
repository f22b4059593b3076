"""The settings as a table for a person, as JSON, and as a file to begin with."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from tui.config.schema import KEYS, SETTINGS, Setting, Value
from tui.config.values import Config, Origin

WIDTH = 100
"""The longest line of a template."""

_HEAD = """\
Settings of incog. Everything here is its own default: take the # away from a line to change it.
A flag on the command line comes before this file. `incog config` shows what holds and where it
comes from, `incog config check` says what cannot be used."""

_KEYS = """\
Other keys for what can be done, each one key or a list of keys; they take the place of all the
keys that the action has. `incog config keys` lists the actions and their keys.
Keys that give a sign work while nothing is typed; others, such as F9 and Ctrl+T, also while
typing where the action has such a key by itself. [] takes the keys away."""


def lines(config: Config) -> Iterator[str]:
    """Each setting, its value, and where that comes from, in three columns."""
    rows = [(setting.path, setting.kind.toml(config.value(setting.path))) for setting in SETTINGS]
    rows += [(f"{KEYS}.{choice.action}", as_toml(choice.keys)) for choice in config.keys]
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    for path, value in rows:
        yield f"{path:{first}}  {value:{second}}  {config.origins[path]}"


def objects(config: Config) -> Iterator[dict[str, object]]:
    """Each setting as a JSON object; what they hold is told in docs/usage.md."""
    for setting in SETTINGS:
        yield _object(setting.path, config.value(setting.path), config.origins[setting.path])
    for choice in config.keys:
        path = f"{KEYS}.{choice.action}"
        yield _object(path, choice.keys, config.origins[path])


def template() -> str:
    """A file in which every setting stands with its default, as a comment."""
    parts = [_commented(_HEAD)]
    table = ""
    for setting in SETTINGS:
        if setting.table != table:
            table = setting.table
            parts.append(f"\n[{table}]")
        parts.append(_entry(setting))
    parts.append(f'\n[{KEYS}]\n{_commented(_KEYS)}\n# mute = ["m", "f2"]')
    return "\n".join(parts) + "\n"


def as_toml(words: tuple[str, ...]) -> str:
    """Keys as they are written in a file."""
    from tui.config.schema import quoted

    return quoted(words[0]) if len(words) == 1 else f"[{', '.join(map(quoted, words))}]"


def _entry(setting: Setting) -> str:
    kind = setting.kind
    said = f"{setting.help[:1].upper()}{setting.help[1:]}: {kind.words}. {setting.note}".rstrip()
    return f"{_commented(textwrap.fill(said, WIDTH - 2))}\n# {setting.key} = {kind.toml(setting.default)}\n"


def _commented(text: str) -> str:
    return "\n".join(f"# {line}" for line in text.splitlines())


def _object(path: str, value: Value, origin: Origin) -> dict[str, object]:
    return {
        "type": "setting",
        "setting": path,
        "value": list(value) if isinstance(value, tuple) else value,
        "from": "flag" if origin.flag else "file" if origin.file else "default",
        "flag": origin.flag or None,
        "file": origin.file or None,
        "line": origin.line or None,
    }
