"""Servers that hold users, really running: in temporary folders, on loopback."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.strangers.sources import databases
from tests.strangers.sources.databases import Database

pytest.register_assert_rewrite("tests.contracts.sources.suite")


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that the servers' own system users may enter."""
    with tempfile.TemporaryDirectory(prefix="samekey-servers-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the addresses refer to."""
    monkeypatch.setenv("APP_PASSWORD", databases.PASSWORD)


@pytest.fixture(scope="session")
def postgresql(server_folder: Path) -> Iterator[Database]:
    """The newest PostgreSQL."""
    with databases.postgresql(server_folder / "postgresql") as running:
        yield running


@pytest.fixture(scope="session")
def mariadb(server_folder: Path) -> Iterator[Database]:
    """Debian's MariaDB."""
    with databases.mariadb(server_folder / "mariadb") as running:
        yield running


@pytest.fixture(params=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Database:
    """Each server in turn."""
    database: Database = request.getfixturevalue(request.param)
    return database
