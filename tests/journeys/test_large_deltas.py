"""A delta of many, and of people who come in while it is on its way."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from samekey.deliver import over_there
from samekey.errors import ExitCode
from samekey.report.figures import Books
from samekey.testing.tenant_process import TenantProcess
from tests.journeys.migrations import Migration, person, sha1

MANY = 640
"""Enough for an export to be quicker than questions, and few enough to be packed in a moment."""


@pytest.fixture
def migration(tmp_path: Path, shared_tenant: TenantProcess) -> Migration:
    """A tenant that knows nobody."""
    shared_tenant.control("POST", "/reset")
    return Migration(tmp_path, shared_tenant)


class TestManyChanges:
    """One export instead of a question for each."""

    def test_are_held_against_an_export(self, migration: Migration) -> None:
        """Who came in keeps the password, who did not gets the new one, and metadata that is lost is said."""
        assert over_there.is_better_exported(MANY, MANY)
        migration.pack([person(number) for number in range(MANY)])
        assert ExitCode.DONE == migration.deliver().returncode
        assert "ok" == migration.log_in(3, "password 3")
        with closing(sqlite3.connect(migration.tenant.store)) as store:
            store.execute("""update users set app_metadata = '{"plan":"free","x":1}' where email = 'p9@example.org'""")
            store.commit()
        records = [person(number, plan="gold") for number in range(MANY)]
        records[3]["hash"], records[4]["hash"] = sha1("new 3"), sha1("new 4")
        migration.pack(records, "--since", "last")
        done = migration.deliver()
        assert ExitCode.DONE == done.returncode, done.stderr
        assert "the connection is exported" in done.stderr
        assert "1 users lose metadata" in done.stderr
        assert {'{"plan":"gold"}'} == set(migration.at_tenant("app_metadata").values())
        assert [("3", "PASSWORD_IN_USE")] == migration.by_hand()
        assert Books(read=MANY, packed=MANY, updated=MANY) == migration.books()
        assert ["ok", "ok"] == [migration.log_in(3, "password 3"), migration.log_in(4, "new 4")]


class TestLastLook:
    """Between the look at everybody and the import people come in."""

    def test_lets_nobody_lose_a_password_just_used(self, migration: Migration) -> None:
        """Read again before the chunk leaves: the profile is carried over, the password stays, the person is listed."""
        migration.pack([person(number) for number in range(10)])
        assert ExitCode.DONE == migration.deliver().returncode
        records = [person(number, name="Later", hash=sha1(f"new {number}")) for number in range(10)]
        records[0]["blocked"] = True
        migration.pack(records, "--since", "last")
        held = migration.hold_until("block-intended", 1)
        assert "ok" == migration.log_in(7, "password 7")
        assert ExitCode.DONE == held.go_on()
        assert {"Later"} == set(migration.at_tenant("name").values())
        assert [("7", "PASSWORD_IN_USE")] == migration.by_hand()
        assert Books(read=10, packed=10, updated=10) == migration.books()
        assert ["ok", "ok"] == [migration.log_in(7, "password 7"), migration.log_in(8, "new 8")]

    def test_refused_by_the_tenant_go_again(self, migration: Migration) -> None:
        """Who came in after the last look is refused whole; a retry, of the same file even, carries over the rest."""
        migration.pack([person(number) for number in range(10)])
        assert ExitCode.DONE == migration.deliver().returncode
        records = [person(number, name="Later", hash=sha1(f"new {number}")) for number in range(10)]
        migration.pack([*records, person(20, name="Later")], "--since", "last")
        held = migration.hold_until("intent-journalled", 2)
        assert "ok" == migration.log_in(7, "password 7")
        assert ExitCode.DONE == held.go_on()
        assert Books(read=11, packed=11, created=1, updated=9, failed=1) == migration.books()

        again = migration.samekey("pack", "users.json", "--rules", "rules.toml", "--since", "01")
        assert "who failed or was rejected: samekey retry run" in again.stderr.replace("\n", " ")
        records[7]["plan"] = "gold"  # changed meanwhile, and carried over together with what failed
        (migration.folder / "users.json").write_text(json.dumps([*records, person(20, name="Later")]))
        retried = migration.samekey("retry", "run")
        assert "1 packed" in retried.stdout, retried.stderr
        assert ExitCode.DONE == migration.deliver().returncode
        assert {"Later"} == set(migration.at_tenant("name").values())
        assert [("7", "PASSWORD_IN_USE")] == migration.by_hand("03")
        assert '{"plan":"gold"}' == migration.at_tenant("app_metadata")["p7@example.org"]
        assert Books(read=11, packed=11, created=1, updated=10) == migration.books()
        assert ["ok", "ok"] == [migration.log_in(7, "password 7"), migration.log_in(8, "new 8")]
        verified = migration.samekey("verify", "run", "--connection", migration.tenant.connection, "--json")
        assert {"same": 11} == {
            name: count for name, count in json.loads(verified.stdout)["read_back"].items() if count
        }
