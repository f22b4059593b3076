"""The flags of the settings, for argparse. A setting that was not typed leaves nothing behind."""

from __future__ import annotations

import argparse
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tui.config.schema import SETTINGS, Choice, Given, KeyChoice, Setting, Value, YesNo, told

if TYPE_CHECKING:
    from tui.config.values import Config

HEADINGS: Mapping[str, str] = {
    "persona": "who you are",
    "start": "sound and picture (both start off unless asked for)",
    "sound": "sound and picture (both start off unless asked for)",
    "picture": "sound and picture (both start off unless asked for)",
    "network": "network",
    "lobby": "the screen",
    "look": "the screen",
    "reflexes": "reflexes (DO is none, mute, camera-off or leave)",
}
"""Under which heading of the help each table's flags stand."""

Groups = Mapping[str, argparse._ArgumentGroup]  # argparse gives this type no public name


def add(parser: argparse.ArgumentParser, settings: Iterable[Setting] = SETTINGS, *, hidden: bool = False) -> Groups:
    """Add the flags of these settings, of the file and of the keys; the groups of the help, by heading."""
    groups: dict[str, argparse._ArgumentGroup] = {}
    for heading in dict.fromkeys(HEADINGS.values()):
        groups[heading] = parser.add_argument_group(None if hidden else heading)
    for setting in settings:
        _add(groups[HEADINGS[setting.table]], setting, hidden)
    screen = groups[HEADINGS["look"]]
    screen.add_argument(
        "--key",
        dest="keys",
        action=_Key,
        default=argparse.SUPPRESS,
        metavar="ACTION=KEY[,KEY]",
        help=argparse.SUPPRESS if hidden else "other keys for an action of `incog config keys`; may be given often",
    )
    add_file(parser, hidden=hidden)
    return groups


def add_file(parser: argparse.ArgumentParser, *, hidden: bool = False) -> None:
    """Add the flags that name the file of settings."""
    which = parser.add_mutually_exclusive_group()
    text = "the file of settings (default: INCOG_CONFIG, or what `incog config path` says)"
    which.add_argument(
        "--config", metavar="FILE", default=argparse.SUPPRESS, help=argparse.SUPPRESS if hidden else text
    )
    text = "read no file of settings"
    which.add_argument(
        "--no-config", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS if hidden else text
    )


def given(arguments: argparse.Namespace) -> dict[str, Given]:
    """The settings that were typed, by their paths."""
    return {path: one for path, one in vars(arguments).items() if isinstance(one, Given)}


def chosen_keys(arguments: argparse.Namespace) -> tuple[KeyChoice, ...]:
    """The keys that were typed."""
    return tuple(getattr(arguments, "keys", ()))


def typed(config: Config) -> Iterator[str]:
    """The flags by which these settings were given, keys included, to be given again."""
    for setting in SETTINGS:
        flag = config.origins[setting.path].flag
        if not flag:
            continue
        value = config.value(setting.path)
        text = ",".join(value) or "none" if isinstance(value, tuple) else str(value)
        yield flag if isinstance(setting.kind, YesNo) or flag == setting.no else f"{flag}={text}"
    for choice in config.keys:
        if not choice.line:
            yield f"--key={choice.action}={','.join(choice.keys)}"


def _add(group: argparse._ArgumentGroup, setting: Setting, hidden: bool) -> None:
    text = argparse.SUPPRESS if hidden else setting.help
    common: dict[str, Any] = {"dest": setting.path, "default": argparse.SUPPRESS, "setting": setting}
    if isinstance(setting.kind, YesNo):
        group.add_argument(setting.flag, setting.no, action=_Switch, help=text, **common)
        return
    choices = setting.kind.choices if isinstance(setting.kind, Choice) else None
    metavar = None if choices else setting.kind.metavar
    group.add_argument(setting.flag, action=_Value, choices=choices, metavar=metavar, help=text, **common)
    if setting.no:
        text = argparse.SUPPRESS if hidden else f"the same as {setting.flag} {setting.never}"
        group.add_argument(setting.no, action=_Switch, help=text, **common)


class _Set(argparse.Action):
    """Sets a setting, once: a flag and its opposite exclude each other, the same flag again replaces what it said."""

    def __init__(self, *, setting: Setting, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.setting = setting

    @abstractmethod
    def read(self, values: str | Sequence[Any] | None, flag: str) -> Value:
        """The value that was typed."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        flag = option_string or ""
        value = self.read(values, flag)
        before: Given | None = getattr(namespace, self.dest, None)
        if before is not None and before.flag != flag:
            raise argparse.ArgumentError(self, f"{flag} and {before.flag} exclude each other")
        setattr(namespace, self.dest, Given(value, flag))


class _Switch(_Set):
    """The flags without a value."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(nargs=0, **kwargs)

    def read(self, values: str | Sequence[Any] | None, flag: str) -> Value:
        """Which of both flags it was."""
        return flag == self.setting.flag if isinstance(self.setting.kind, YesNo) else self.setting.never

    def format_usage(self) -> str:
        """Both flags of a yes or no."""
        return " | ".join(self.option_strings)


class _Value(_Set):
    """The flags with a value of the setting's kind."""

    def read(self, values: str | Sequence[Any] | None, flag: str) -> Value:
        """What stands behind the flag."""
        try:
            return self.setting.kind.parse(str(values))
        except ValueError:
            kind = self.setting.kind
            text = f"{kind.repeated(values)} cannot be used; it can be {kind.words}"
            raise argparse.ArgumentError(self, text) from None


class _Key(argparse.Action):
    """Keys for an action; the last choice for the same action counts."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        action, mark, keys = str(values).partition("=")
        if not mark or not action.strip():
            raise argparse.ArgumentError(self, f"{told(values)} cannot be used; write for example mute=k or mute=k,f9")
        names = tuple(key.strip() for key in keys.split(",") if key.strip())
        setattr(namespace, self.dest, (*getattr(namespace, self.dest, ()), KeyChoice(action.strip(), names)))
