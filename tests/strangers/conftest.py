"""A rehearsal tenant for clients that nobody here wrote."""

from collections.abc import Iterator

import pytest

from samekey.rehearsal import server
from samekey.rehearsal.server import RunningTenant


@pytest.fixture
def tenant() -> Iterator[RunningTenant]:
    """A fresh tenant on a free port."""
    with server.serve() as running:
        yield running
