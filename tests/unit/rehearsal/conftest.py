"""A fresh tenant for every test, called in memory."""

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from samekey.rehearsal import app
from samekey.rehearsal.settings import Settings
from samekey.rehearsal.store import Store
from samekey.rehearsal.tenant import open_tenant
from tests.unit.rehearsal.visitor import MovableClock, Visitor

URL = "http://tenant.test"
SETTINGS = Settings(url=URL, polls_wait_for_work=True, bcrypt_rounds=4)

Arrive = Callable[..., Visitor]


@pytest.fixture(scope="session")
def fresh_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its key made: making one takes longer than most tests."""
    path = tmp_path_factory.mktemp("fresh") / "rehearsal.sqlite"
    with closing(Store(path)) as store:
        tenant = open_tenant(SETTINGS, store, MovableClock())
        tenant.desk.close()
    return path


@pytest.fixture
def arrive(fresh_store: Path, tmp_path: Path) -> Iterator[Arrive]:
    """Starts a tenant, with other settings if wished; twice over the same store is a restart."""
    with ExitStack() as stack:
        clock = MovableClock()

        def start(path: Path = tmp_path / "rehearsal.sqlite", **changes: Any) -> Visitor:
            if not path.exists():
                shutil.copy(fresh_store, path)
            store = stack.enter_context(closing(Store(path)))
            application = app.create_app(dataclasses.replace(SETTINGS, **changes), store, clock)
            http = stack.enter_context(TestClient(application, base_url=URL, raise_server_exceptions=False))
            return Visitor(http, application.state.tenant, clock)

        yield start


@pytest.fixture
def visitor(arrive: Arrive) -> Visitor:
    """Somebody at a fresh tenant's door."""
    return arrive()
