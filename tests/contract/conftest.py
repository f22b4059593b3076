"""One meeting for each service, held once and shared by the tests that are in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.held import Hall, Held, Over, hall
from tests.contract.service import services

SERVICES = services()


@pytest.fixture(scope="session", params=list(SERVICES))
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Where the meetings of one service are held."""
    with hall(SERVICES[request.param], tmp_path_factory.mktemp(request.param)) as here:
        yield here


@pytest.fixture
def meeting(place: Hall) -> Held:
    """The meeting, with alice, bob and carol in it, each heard and seen by the others."""
    return place.meeting()


@pytest.fixture
def over(place: Hall) -> Over:
    """The meeting after its end."""
    return place.over()
