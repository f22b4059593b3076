"""The house keeps its own rules: what a static check of imports cannot see, and what the documents promise."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["privacy", "net", "media", "themes", "tui"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
FRAMEWORKS = {
    "aiohttp", "aioice", "aiortc", "av", "cryptography", "dns", "keyring", "numpy", "platformdirs", "rich", "shtab",
    "sounddevice", "textual",
}  # fmt: skip
IO = {
    "asyncio",
    "concurrent",
    "http",
    "logging",
    "selectors",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "urllib.request",
}


def modules_under(folder: str) -> list[str]:
    """The dotted names of all modules in a folder, packages included."""
    files = sorted((ROOT / folder).rglob("*.py"))
    names = [file.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for file in files]
    return [name.removesuffix(".__init__") for name in names]


def loaded_by(*modules: str) -> set[str]:
    """What a fresh interpreter has loaded once it imported these modules and nothing else."""
    code = f"import sys; sys.path[:0] = {[str(ROOT), *sys.path]!r}; import {', '.join(modules)}; print(*sys.modules)"
    # -S: site-packages may preload things by .pth files, which would be blamed on the module.
    command = [sys.executable, "-I", "-S", "-c", code]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def documents() -> list[Path]:
    """The pages written for people."""
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def own_files() -> list[Path]:
    """Every text file of the project's own: code, tests, documents, configuration."""
    folders = [*PACKAGES, "tests", "bench", "docs", ".ci"]
    suffixes = {"", ".py", ".md", ".toml", ".tcss", ".json", ".sh"}
    inside = (file for folder in folders for file in (ROOT / folder).rglob("*"))
    top = (
        ROOT / name
        for name in ("pyproject.toml", "Makefile", "README.md", *(lock.name for lock in ROOT.glob("*.lock")))
    )
    return [
        file
        for file in [*inside, *top]
        if file.is_file() and file.suffix in suffixes | {".lock"} and "__pycache__" not in file.parts
    ]


# ── imports ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_heart_loads_no_framework_and_no_io() -> None:
    loaded = loaded_by(*modules_under("privacy"))
    assert "privacy.ledger" in loaded
    assert not loaded & (FRAMEWORKS | IO)
    assert not {name.split(".")[0] for name in loaded} & {"net", "media", "themes", "tui"}


@pytest.mark.parametrize("module", modules_under("net/services"))
def test_a_conversation_loads_no_loop_and_no_socket(module: str) -> None:
    assert not loaded_by(module) & ((FRAMEWORKS - {"cryptography"}) | {"asyncio", "http", "selectors", "socket", "ssl"})


def test_settings_need_no_framework() -> None:
    loaded = loaded_by(*modules_under("tui/config"))
    assert "tui.config.reader" in loaded
    assert not loaded & (FRAMEWORKS | {"asyncio", "logging", "socket"})
    assert not {name.split(".")[0] for name in loaded} & {"net", "media", "themes"}


def test_the_command_line_loads_nothing_heavy() -> None:
    loaded = loaded_by("tui.main")
    assert "tui.main" in loaded
    assert not loaded & FRAMEWORKS


@pytest.mark.parametrize(
    "package", ["net", "media", "themes", "tui", "tui.compose", "tui.config", "tui.screens", "tui.widgets"]
)
def test_a_package_itself_loads_nothing_heavy(package: str) -> None:
    # An __init__ is loaded with every module below it, so what it imports is paid for by all.
    assert not loaded_by(package) & FRAMEWORKS


# ── documents ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("package", sorted({name for folder in PACKAGES for name in modules_under(folder)}))
def test_a_module_says_what_it_is(package: str) -> None:
    folder = ROOT.joinpath(*package.split("."))
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    assert ast.get_docstring(ast.parse(file.read_text())), f"{file.relative_to(ROOT)} has no docstring"


@pytest.mark.parametrize(
    "init",
    [file for name in PACKAGES for file in (ROOT / name).rglob("__init__.py")],
    ids=lambda file: file.parent.name,
)
def test_the_map_of_a_package_names_what_is_there(init: Path) -> None:
    text = ast.get_docstring(ast.parse(init.read_text())) or ""
    # A line `name.py  …` or `folder/  …`, or a `name` in running text.
    lines = set(re.findall(r"^\s+(\w+(?:\.py|/))(?=\s|$)", text, re.MULTILINE))
    prose = set(re.findall(r"`(\w+)(?:\.py|/)?`", text))
    there = {file.name for file in init.parent.glob("*.py")} - {"__init__.py"}
    there |= {f"{inner.parent.name}/" for inner in init.parent.glob("*/__init__.py")}
    unnamed = {name for name in there - lines if name.removesuffix(".py").removesuffix("/") not in prose}
    assert not unnamed, f"the docstring of {init.relative_to(ROOT)} says nothing of these"
    assert not lines - there, f"the docstring of {init.relative_to(ROOT)} has a line for what is not there"


def test_every_dependency_says_why_it_is_here() -> None:
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"], "hatchling"]
    lines = re.findall(r"^- \*\*([\w-]+)\*\* – .{20,}$", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE)
    debian = {"chromium", "coturn"}
    assert sorted(canonicalize_name(Requirement(line).name) for line in wanted) == sorted(set(lines) - debian)


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_links_only_to_what_is_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text())
    missing = [target for target in targets if ":" not in target and not (page.parent / target).exists()]
    assert not missing


# ── what is shipped ──────────────────────────────────────────────────────────────────────────────────────────────


def pins(lock: str) -> dict[str, Version]:
    """The packages of a lock file with their versions."""
    found = re.findall(r"^([\w.-]+)==(\S+) \\$", (ROOT / lock).read_text(), re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in found}


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PROJECT["dependencies"]),
        ("requirements-dev.lock", [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"], "hatchling"]),
        ("requirements-build.lock", ["hatchling", "editables"]),
    ],
)
def test_a_lock_holds_what_is_asked_for(lock: str, wanted: list[str]) -> None:
    locked = pins(lock)
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), f"{requirement}: make lock"


def test_the_locks_agree() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()
    assert pins("requirements-build.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-build.lock", "requirements-dev.lock"])
def test_a_lock_holds_pins_and_hashes_and_nothing_of_a_machine(lock: str) -> None:
    lines = [line.strip() for line in (ROOT / lock).read_text().splitlines()]
    pin = re.compile(r"[\w.-]+==[\w.!+]+ \\|--hash=sha256:[0-9a-f]{64}( \\)?|# [^/@]*|")
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_the_project_speaks_only_of_itself() -> None:
    # Whoever clones this has neither our folders nor our package mirror, and a history belongs to git.
    foreign = re.compile(
        "|".join(
            [
                *(re.escape(f"{folder}/") for folder in (ROOT, Path.home()) if len(folder.parts) > 1),
                r"(?<![\w.~-])/(?:work|workspace|builds|opt/wheels)/",
                r"(?<![\w/])\.\./shared",
                r"https?://[^\s/]*(?:pypi|pythonhosted)",
                r"(?i:\bissues? #?\d+\b)",
                r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b",
            ]
        )
    )
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for file in own_files()
        if file != Path(__file__)
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1)
        if foreign.search(line)
    ]
    assert not found
