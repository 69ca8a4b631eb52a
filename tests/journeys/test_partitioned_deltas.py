"""A delta over several connections: each change reaches the connection of its partition, and the books close."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from samekey import steps
from samekey.errors import ExitCode
from samekey.report.figures import Books
from samekey.testing.tenant_process import TenantProcess
from tests.journeys.migrations import RULES, Migration, person, sha1
from tests.journeys.test_partitioned_deliveries import ACME, make_connection

PEOPLE = 12


def member(number: int, **more: Any) -> dict[str, Any]:
    """Even numbers are Acme's."""
    return person(number, org="other" if number % 2 else "acme", **more)


@pytest.fixture
def migration(tmp_path: Path, shared_tenant: TenantProcess) -> Migration:
    """Both halves delivered, each to its connection."""
    shared_tenant.control("POST", "/reset")
    made = Migration(tmp_path, shared_tenant)
    to = f'[partition]\nby = "org"\notherwise = "{shared_tenant.connection}"\n[partition.to]\nacme = "{ACME}"\n'
    (tmp_path / "rules.toml").write_text(RULES + to)
    make_connection(shared_tenant, ACME)
    made.pack([member(number) for number in range(PEOPLE)])
    deliver_both(made)
    return made


def deliver_both(migration: Migration) -> None:
    """One delivery for each connection; the first of them leaves books open."""
    first = migration.samekey("deliver", "run", "--connection", ACME, "--yes")
    assert first.returncode in {ExitCode.FINDINGS, ExitCode.DONE}, first.stderr
    second = migration.deliver()
    assert ExitCode.DONE == second.returncode, second.stderr + second.stdout


def by_connection(migration: Migration, column: str) -> dict[str, dict[str, Any]]:
    """What the tenant's store says of everybody, by connection and address."""
    found: dict[str, dict[str, Any]] = {}
    for email, value in migration.at_tenant(column).items():
        connection = migration.at_tenant("(select name from connections where id = connection_id)")[email]
        found.setdefault(connection, {})[email] = value
    return found


def books(migration: Migration, connection: str) -> Books:
    """The books, asked for by the delivery to one of the connections."""
    (path,) = migration.run.glob(f"deliveries/*{connection}*")
    return steps.report(migration.run, delivery=path.name).books


class TestDelta:
    def test_reaches_everybody_where_they_are(self, migration: Migration) -> None:
        """Vanished, disabled, changed, new, in both connections; nobody is touched in the other one."""
        here = migration.tenant.connection
        records = [member(number) for number in range(PEOPLE - 2)]  # 10 of Acme's and 11 of the others vanished
        for number in (0, 1):
            records[number]["blocked"] = True
        for number in (2, 3, 4):
            records[number]["name"] = "Later"
        for number in (4, 5):
            records[number]["hash"] = sha1(f"new {number}")
        migration.pack([*records, member(20), member(21)], "--since", "last")
        refused = migration.samekey("deliver", "run", "--connection", ACME, "--yes")
        assert (ExitCode.USAGE, True) == (refused.returncode, "would block 1 of 6 people" in refused.stderr)
        options = ("--block-many",)
        acme = migration.samekey("deliver", "run", "--connection", ACME, "--yes", *options)
        assert acme.returncode in {ExitCode.FINDINGS, ExitCode.DONE}, acme.stderr
        only_acme = by_connection(migration, "name")
        assert {"p2@example.org", "p4@example.org"} == {
            email for email, name in only_acme[ACME].items() if name == "Later"
        }
        assert "Later" not in only_acme[here].values()
        assert not any(by_connection(migration, "blocked")[here].values())
        done = migration.deliver(*options)
        assert ExitCode.DONE == done.returncode, done.stderr + done.stdout

        names, blocked = by_connection(migration, "name"), by_connection(migration, "blocked")
        assert {"p3@example.org"} == {email for email, name in names[here].items() if name == "Later"}
        assert {"p0@example.org", "p10@example.org"} == {email for email, is_so in blocked[ACME].items() if is_so}
        assert {"p1@example.org", "p11@example.org"} == {email for email, is_so in blocked[here].items() if is_so}
        assert ("p20@example.org" in names[ACME], "p21@example.org" in names[here]) == (True, True)
        assert Books(read=14, packed=14, created=10, updated=4) == books(migration, ACME) == books(migration, here)

        records[3]["name"] = records[4]["name"] = "Latest"
        migration.pack([*records, member(20), member(21)], "--since", "last")
        deliver_both(migration)
        latest = {email for email, name in migration.at_tenant("name").items() if name == "Latest"}
        assert {"p3@example.org", "p4@example.org"} == latest
        assert Books(read=14, packed=14, created=10, updated=4) == books(migration, ACME) == books(migration, here)

    def test_packs_again_whoever_failed_in_one_of_them(self, migration: Migration) -> None:
        """A retry is a round of its own, which goes where its users belong."""
        (migration.folder / "other").mkdir()
        taken = Migration(migration.folder / "other", migration.tenant)
        taken.pack([person(100, mail="p31@example.org")])
        assert ExitCode.DONE == taken.deliver().returncode
        migration.pack([member(number) for number in [*range(PEOPLE), 31]], "--since", "last")
        assert ExitCode.FINDINGS == migration.deliver().returncode
        assert Books(read=13, packed=13, created=12, failed=1) == migration.books()

        with closing(sqlite3.connect(migration.tenant.store)) as store:
            store.execute("delete from users where email = 'p31@example.org'")
            store.commit()
        assert ExitCode.DONE == migration.samekey("retry", "run").returncode
        assert ExitCode.DONE == migration.deliver().returncode
        assert Books(read=13, packed=13, created=13) == migration.books()
        assert "ok" == migration.log_in(31, "password 31")
