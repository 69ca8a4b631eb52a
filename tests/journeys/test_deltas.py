"""The last delta before the switch, and a retry: real processes, judged by the tenant's own store."""

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from samekey.errors import ExitCode
from samekey.report.figures import Books
from samekey.testing.tenant_process import TenantProcess
from tests.journeys.migrations import Migration, person, sha1


@pytest.fixture
def migration(tmp_path: Path, shared_tenant: TenantProcess) -> Migration:
    """Ten people who were packed and delivered to a tenant that knew nobody."""
    shared_tenant.control("POST", "/reset")
    made = Migration(tmp_path, shared_tenant)
    made.pack([person(number) for number in range(10)])
    assert ExitCode.DONE == made.deliver().returncode
    return made


class TestDelta:
    """What happened between the export and the switch."""

    def test_carries_over_what_can_be(self, migration: Migration) -> None:
        """Profiles, unused passwords, newcomers; whoever vanished or was disabled cannot come in any more."""
        assert "ok" == migration.log_in(3, "password 3")
        records = [person(number) for number in range(9)]  # 9 vanished
        records[0]["name"] = "Another"
        records[1]["hash"] = sha1("new 1")
        records[2].update(hash=sha1("new 2"), plan="gold")
        records[3].update(hash=sha1("new 3"), plan="gold")  # logged in: keeps the password
        records[4]["blocked"] = True
        records[5]["mail"] = "moved5@example.org"
        records[6]["hash"] = sha1("new 6")
        manifest = migration.pack([*records, person(10)], "--since", "last")
        assert (10, 6, 4) == (manifest["read"], manifest["packed"], manifest["left_out"])
        done = migration.deliver()
        assert ExitCode.DONE == done.returncode, done.stderr

        names, plans = migration.at_tenant("name"), migration.at_tenant("app_metadata")
        assert "Another" == names["p0@example.org"]
        assert '{"plan":"gold"}' == plans["p2@example.org"] == plans["p3@example.org"]
        blocked = {email for email, is_blocked in migration.at_tenant("blocked").items() if is_blocked}
        assert {"p4@example.org", "p9@example.org"} == blocked
        assert "p10@example.org" in names
        assert "moved5@example.org" not in names
        assert [("5", "identifier"), ("3", "PASSWORD_IN_USE")] == migration.by_hand()

        books = migration.books()
        assert books.closed
        assert (11, 11, 6, 5) == (books.read, books.packed, books.created, books.updated)
        for number, password in ((1, "new 1"), (2, "new 2"), (3, "password 3"), (6, "new 6"), (10, "password 10")):
            assert "ok" == migration.log_in(number, password)
        assert "ok" != migration.log_in(1, "password 1")
        assert "ok" != migration.log_in(9, "password 9")

    def test_goes_on_after_kills(self, migration: Migration) -> None:
        """Between a block's intent and its request, after its answer, and inside a job: the end is the same."""
        records = [person(number, name="Later") for number in range(10)]
        records[0]["blocked"] = True
        records[7]["hash"] = sha1("new 7")
        migration.pack(records, "--since", "last")
        for boundary, nth in (("block-intended", 1), ("answer-received", 1), ("block-answered", 1)):
            assert -signal.SIGKILL == migration.deliver_until(boundary, nth)
        done = migration.deliver()
        assert ExitCode.DONE == done.returncode, done.stderr
        blocked = {email for email, is_blocked in migration.at_tenant("blocked").items() if is_blocked}
        assert {"p0@example.org"} == blocked
        assert {"Later"} == set(migration.at_tenant("name").values())
        assert Books(read=10, packed=10, updated=10) == migration.books()
        assert "ok" == migration.log_in(7, "new 7")

    def test_blocks_nobody_when_the_source_was_cut_short(self, migration: Migration) -> None:
        """Half of everybody is gone: that is said, and needs a word."""
        migration.pack([person(number) for number in range(5)], "--since", "last")
        done = migration.deliver()
        assert ExitCode.USAGE == done.returncode
        assert "would block 5 of 10 people" in done.stderr
        assert {None, 0} >= set(migration.at_tenant("blocked").values())
        assert ExitCode.DONE == migration.deliver("--block-many").returncode
        assert 5 == sum(bool(blocked) for blocked in migration.at_tenant("blocked").values())

    def test_lets_in_again_whom_it_had_blocked(self, migration: Migration) -> None:
        """A person who vanished and is back comes in as ever."""
        migration.pack([person(number) for number in range(9)], "--since", "last")
        assert ExitCode.DONE == migration.deliver().returncode
        migration.pack([person(number) for number in range(10)], "--since", "last")
        assert ExitCode.DONE == migration.deliver().returncode
        assert {None, 0} >= set(migration.at_tenant("blocked").values())
        assert "ok" == migration.log_in(9, "password 9")

    def test_keeps_metadata_when_told(self, migration: Migration) -> None:
        """What the tenant learned by itself stays beside what changed; otherwise the loss is said."""
        user_id = "auth0|1"
        with closing(sqlite3.connect(migration.tenant.store)) as store:
            store.execute("update users set app_metadata = ? where user_id = ?", ('{"plan":"free","seen":1}', user_id))
            store.commit()
        migration.pack([person(number, plan="gold" if number == 1 else "free") for number in range(10)], "--since", "1")
        assert ExitCode.DONE == migration.deliver("--keep-metadata").returncode
        assert {"plan": "gold", "seen": 1} == json.loads(migration.at_tenant("app_metadata")["p1@example.org"])
        migration.pack([person(number, plan="iron" if number == 1 else "free") for number in range(10)], "--since", "2")
        done = migration.deliver()
        assert "1 users lose metadata" in done.stderr
        assert {"plan": "iron"} == json.loads(migration.at_tenant("app_metadata")["p1@example.org"])


class TestRetry:
    """A mistake in the rules, records that were rejected, users that the tenant refused."""

    def test_mends_a_run(self, tmp_path: Path, shared_tenant: TenantProcess) -> None:
        """Everybody arrives, is counted once, and logs in."""
        shared_tenant.control("POST", "/reset")
        run = Migration(tmp_path, shared_tenant)
        rules = (tmp_path / "rules.toml").read_text()
        (tmp_path / "rules.toml").write_text(rules.replace('email = "mail"', 'email = "mail"\nnickname = "nick"'))
        (tmp_path / "other").mkdir()
        taken = Migration(tmp_path / "other", shared_tenant)
        taken.pack([person(100, mail="p2@example.org")])
        assert ExitCode.DONE == taken.deliver().returncode
        run.pack([person(number, nick=5 if number < 2 else "n") for number in range(6)])
        assert ExitCode.FINDINGS == run.deliver("--stop-after-failures", "off").returncode
        assert Books(read=6, packed=4, rejected=2, created=3, failed=1) == run.books()

        with closing(sqlite3.connect(shared_tenant.store)) as store:
            store.execute("delete from users where email = 'p2@example.org'")
            store.commit()
        (tmp_path / "mended.toml").write_text(rules)
        done = run.samekey("retry", "run", "--rules", "mended.toml", "--json")
        assert ExitCode.DONE == done.returncode, done.stderr
        assert 3 == json.loads(done.stdout)["packed"]
        assert ExitCode.DONE == run.deliver().returncode
        assert Books(read=6, packed=6, created=6) == run.books()
        assert {"ok"} == {run.log_in(number, f"password {number}") for number in range(6)}
