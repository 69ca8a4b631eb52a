"""Fixtures for pytest: `pytest_plugins = ["samekey.testing.fixtures"]` in a conftest makes them known."""

from collections.abc import Iterator

import pytest

from samekey.rehearsal import server
from samekey.rehearsal.server import RunningTenant
from samekey.testing import rehearsal_app as memory
from samekey.testing.manual_clock import ManualClock


@pytest.fixture
def manual_clock() -> ManualClock:
    """A clock in the test's hand."""
    return ManualClock()


@pytest.fixture
def rehearsal_tenant() -> Iterator[RunningTenant]:
    """A fresh rehearsal tenant on a free port of this machine, in the test's own process; gone after the test."""
    with server.serve() as tenant:
        yield tenant


@pytest.fixture
def rehearsal_app() -> Iterator[memory.RehearsalApp]:
    """A fresh rehearsal tenant as an ASGI application, without a port; gone after the test."""
    with memory.rehearsal_app() as application:
        yield application
