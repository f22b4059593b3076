"""What all tests share: reproducible chance, a home of their own, and no skipping in CI."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

WHOLE_MEETINGS = {"whole", "contract"}
"""Folders whose tests start servers, browsers and incogs of their own, and look at the clock."""

# The same examples on every run: a failure belongs to the change that caused it. No deadline: machines are shared.
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session", autouse=True)
def a_home_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the configuration of whoever runs it, or draws by their terminal's settings."""
    home = tmp_path_factory.mktemp("xdg")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        patch.setenv("TERM", "xterm-256color")
        patch.setenv("COLORTERM", "truecolor")
        for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
            patch.delenv(name, raising=False)
        yield


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Random bytes are in no test's name: it is the same in every process and on every run."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(tryfirst=True)  # before the names of the groups are made part of the names of tests
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On several processors, a file stays on one; and so do all tests of whole meetings, which share a few of them."""
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            whole = item.path.parent.name in WHOLE_MEETINGS
            item.add_marker(pytest.mark.xdist_group("whole meetings" if whole else str(item.path)))


def no_excuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that quotes its reason."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"{reason}: skipped, but in CI only tests marked `hardware` may be; install what it needs"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that does not run has failed, unless it needs hardware. Expected failures stay what they are."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail") and not item.get_closest_marker("hardware"):
        no_excuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    if IN_CI and report.skipped:
        no_excuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """The program takes Textual's variables out of its process; the next test finds them again."""
    before = {name: value for name, value in os.environ.items() if name.startswith("TEXTUAL")}
    result = yield
    os.environ.update(before)
    return result
