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


@pytest.fixture
def tls_tenant(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningTenant]:
    """A fresh tenant that speaks https, its authority named as the command says."""
    with server.serve(has_tls=True) as running:
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
            monkeypatch.setenv(name, str(running.authority))
        yield running
