"""Verify holds everybody against what was sent of them last, and leaves out who is on the way to be something else."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from samekey.errors import ExitCode
from samekey.testing.tenant_process import TenantProcess
from tests.journeys.migrations import Migration, person, sha1


class Verified:
    """A migration that is read back whole."""

    def __init__(self, migration: Migration) -> None:
        self.migration = migration

    def counts(self) -> tuple[int, int, int]:
        """Users read back: in all, equal, and not."""
        words = ("verify", "run", "--connection", self.migration.tenant.connection, "--sample", "0", "--json")
        done = self.migration.samekey(*words)
        read: dict[str, int] = json.loads(done.stdout)["read_back"]
        not_equal = read["different"] + read["missing"] + read["unsought"]
        assert (ExitCode.FINDINGS if not_equal else ExitCode.DONE) == done.returncode
        return sum(read.values()), read["same"], not_equal


@pytest.fixture
def verified(tmp_path: Path, shared_tenant: TenantProcess) -> Verified:
    """Ten people, delivered."""
    shared_tenant.control("POST", "/reset")
    migration = Migration(tmp_path, shared_tenant)
    migration.pack([person(number) for number in range(10)])
    assert ExitCode.DONE == migration.deliver().returncode
    return Verified(migration)


class TestDelta:
    def test_is_verified_as_it_was_sent(self, verified: Verified) -> None:
        """Before it is delivered who changed is left out; after it, who was sent again is held against the new."""
        migration = verified.migration
        assert (10, 10, 0) == verified.counts()
        records = [person(number) for number in range(9)]  # 9 vanished
        records[1]["name"], records[2]["hash"] = "Later", sha1("new 2")
        records[3]["mail"] = "moved@example.org"
        records[4]["blocked"] = True
        migration.pack([*records, person(10)], "--since", "last")
        assert (5, 5, 0) == verified.counts()
        assert ExitCode.DONE == migration.deliver().returncode
        assert (8, 8, 0) == verified.counts()

        with closing(sqlite3.connect(migration.tenant.store)) as store:
            store.execute("update users set name = 'P 1' where email = 'p1@example.org'")
            store.commit()
        assert (8, 7, 1) == verified.counts()
