"""The entry point: read the command line, do what it says, end with a status and never with a traceback.

Nothing heavy is imported here; each command imports what it needs when it runs.
"""

from __future__ import annotations

import sys

try:
    import argparse
    import os
    from collections.abc import Callable, MutableMapping, Sequence
    from typing import NoReturn

    from tui.cli import Afresh, Status, UsageError, parse
    from tui.config.values import Config
    from tui.haste import until_painted
except KeyboardInterrupt:  # Ctrl-C before there is anything that could hear it
    sys.exit(130)

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; `argv` is without the program's name."""
    given = list(sys.argv[1:] if argv is None else argv)
    close_doors(os.environ)
    try:
        status = _run(given)
        sys.stdout.flush()
    except SystemExit as stop:  # argparse, after --help
        status = stop.code if isinstance(stop.code, int) else Status.LEFT
    except BrokenPipeError:
        status = _reader_is_gone()
    except KeyboardInterrupt:
        status = Status.INTERRUPTED
    except Afresh as other:
        from tui.compose.afresh import become

        return become(other.arguments)
    except Exception as error:  # the one place that turns an error into a sentence and a status
        status = _report(error, as_json="--json" in given)
    return int(status)


def close_doors(environment: MutableMapping[str, str]) -> None:
    """Take out the variables by which Textual connects to a debugger, writes a log or presses keys by itself.

    It reads some of them as soon as it is imported, so this comes before anything else.
    """
    for name in [name for name in environment if name.startswith("TEXTUAL")]:
        del environment[name]


def _run(given: list[str]) -> int:
    arguments = parse(given)
    if arguments.version:
        from importlib.metadata import version

        print(f"incog {version('incog')}")
        return Status.LEFT
    return _COMMANDS[arguments.command](arguments)


def _reader_is_gone() -> int:
    """Nobody reads our output any more: end quietly, also when Python flushes it at the very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Status.LEFT


def _report(error: Exception, as_json: bool) -> int:
    from tui.compose.explain import explain

    status, sentence = explain(error)
    if status is Status.FAULT and os.environ.get("INCOG_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    for line in sentence.splitlines():
        print(f"incog: {line}", file=sys.stderr)
    if as_json:
        import json

        try:
            print(json.dumps({"type": "error", "status": int(status), "message": sentence}), flush=True)
        except BrokenPipeError:
            _reader_is_gone()
    return status


def _unfit() -> str:
    """Why the screen cannot be shown here; empty when it can."""
    from tui.terminal.fit import unfit

    return unfit(os.environ, sys.__stdin__, sys.__stdout__, sys.__stderr__)


def _fitting(config: Config) -> Config | None:
    """The settings as they fit the terminal: with lines where it can do no more. None where nobody sits at one."""
    from tui.terminal.fit import attended

    if config.look.linear or not _unfit():
        return config
    wanted = not config.origins["look.linear"].flag  # else it is the flag that says no
    return config.but(look__linear=True) if wanted and attended(sys.__stdin__, sys.__stdout__) else None


def _lobby(arguments: argparse.Namespace) -> int:
    from tui.compose.configuration import configured

    config = _fitting(configured(arguments))
    if config is None:
        raise UsageError(f"{_unfit()}; use `incog join LINK --headless`, or see `incog --help`")
    if config.look.linear:
        from tui.compose import linear_lobby

        return linear_lobby.lobby(config)
    with until_painted():
        from tui.compose.front_door import lobby

        return lobby(config)


def _meeting(arguments: argparse.Namespace) -> int:
    from tui.compose.configuration import configured
    from tui.compose.settings import from_arguments

    if arguments.headless or arguments.json:
        from tui.compose import headless

        return headless.run(from_arguments(arguments, configured(arguments, screen=False)))
    config = _fitting(configured(arguments))
    if config is None:
        raise UsageError(f"{_unfit()}; use `incog {arguments.command} … --headless`")
    from tui.compose import front

    return front.run(from_arguments(arguments, config))


def _preview(arguments: argparse.Namespace) -> int:
    from tui.compose.configuration import configured
    from tui.compose.settings import from_arguments

    settings = from_arguments(arguments, configured(arguments, screen=False))
    from tui.compose.foretell import run

    return run(settings)


def _demo(arguments: argparse.Namespace) -> int:
    from tui.compose.configuration import configured

    unattended = arguments.headless or arguments.json
    config = configured(arguments, screen=not unattended)
    fitting = None if unattended else _fitting(config)
    from tui.compose.demo import run

    attended = fitting is not None
    return run(fitting or config, attended=attended, duration=arguments.duration, receipt=arguments.receipt)


def _config(arguments: argparse.Namespace) -> int:
    from tui.compose.configuration import configuration

    return configuration(arguments)


def _rendezvous(arguments: argparse.Namespace) -> int:
    from tui.compose.tools import rendezvous

    return rendezvous(arguments.listen, arguments.tls_cert, arguments.tls_key)


def _devices(arguments: argparse.Namespace) -> int:
    from tui.compose.tools import devices

    return devices(as_json=arguments.json)


def _doctor(arguments: argparse.Namespace) -> int:
    from tui.compose.doctor import doctor

    return doctor(as_json=arguments.json)


def _themes(arguments: argparse.Namespace) -> int:
    from tui.compose import wardrobe

    folder = wardrobe.themes_folder()
    if arguments.name:
        return wardrobe.print_theme(folder, arguments.name)
    return wardrobe.list_themes(folder, as_json=arguments.json)


def _persona(arguments: argparse.Namespace) -> int:
    from tui.compose import credentials

    if arguments.action == "fresh":
        return credentials.fresh_persona()
    if arguments.action == "keep":
        return credentials.keep_persona(arguments.link, arguments.alias)
    if arguments.action == "burn":
        return credentials.burn(arguments.link)
    return credentials.forget_persona(arguments.link)


def _receipt(arguments: argparse.Namespace) -> int:
    from tui.compose.receipts import check

    return check(arguments.file, arguments.seal, as_json=arguments.json)


def _credential(arguments: argparse.Namespace) -> int:
    from tui.compose import credentials

    if arguments.action == "keep":
        return credentials.keep_credential(arguments.url, arguments.what)
    return credentials.forget_credential(arguments.url)


def _key(arguments: argparse.Namespace) -> int:
    from tui.compose import credentials

    return credentials.fresh_key(arguments.link)


def _completions(arguments: argparse.Namespace) -> int:
    from tui.compose.configuration import completions

    return completions(arguments.shell)


_COMMANDS: dict[str | None, Command] = {
    None: _lobby,
    "host": _meeting,
    "join": _meeting,
    "preview": _preview,
    "demo": _demo,
    "rendezvous": _rendezvous,
    "config": _config,
    "devices": _devices,
    "doctor": _doctor,
    "themes": _themes,
    "persona": _persona,
    "receipt": _receipt,
    "credential": _credential,
    "key": _key,
    "completions": _completions,
}


def console() -> NoReturn:
    """What the installed command `incog` calls."""
    sys.exit(main())
