"""The last delta before the switch, and a retry: real processes, judged by the tenant's own store."""

import hashlib
import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from samekey import steps
from samekey.errors import ExitCode
from samekey.report.figures import Books
from samekey.testing.tenant_process import TenantProcess
from tests.journeys.conftest import DEADLINE_SECONDS

RULES = """
[user]
key = "id"
user_id = "id"
email = "mail"
name = "name"
blocked = "blocked"
app_metadata = { plan = "plan" }
[password]
stored = "hash"
format = "raw_sha1"
"""


def person(number: int, **more: Any) -> dict[str, Any]:
    """A record of whom everything is right."""
    hashed = hashlib.sha1(f"password {number}".encode()).hexdigest()
    mail = f"p{number}@example.org"
    return {"id": number, "mail": mail, "name": f"P {number}", "blocked": False, "plan": "free", "hash": hashed, **more}


def sha1(password: str) -> str:
    """A stored password."""
    return hashlib.sha1(password.encode()).hexdigest()


class Migration:
    """A source, its rules, a run folder and a tenant."""

    def __init__(self, folder: Path, tenant: TenantProcess) -> None:
        self.folder = folder
        self.tenant = tenant
        self.run = folder / "run"
        (folder / "rules.toml").write_text(RULES)

    def samekey(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command, as a person types it."""
        command = [sys.executable, "-m", "samekey", *words]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.tenant.environment(),
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )

    def pack(self, records: list[Any], *options: str) -> dict[str, Any]:
        """Pack a source; what the manifest says."""
        (self.folder / "users.json").write_text(json.dumps(records))
        done = self.samekey("pack", "users.json", "--rules", "rules.toml", "--json", *options)
        assert done.returncode in {ExitCode.DONE, ExitCode.FINDINGS}, done.stderr
        manifest: dict[str, Any] = json.loads(done.stdout)
        return manifest

    def deliver(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Deliver the run."""
        return self.samekey("deliver", "run", "--connection", self.tenant.connection, "--yes", *options)

    def deliver_until(self, boundary: str, nth: int) -> int:
        """Deliver until the process dies at a boundary; its exit code."""
        script = Path(__file__).with_name("deliver_until.py")
        command = [sys.executable, str(script), str(self.run), self.tenant.connection, "die", boundary, str(nth)]
        done = subprocess.run(
            command, env=self.tenant.environment(), capture_output=True, timeout=DEADLINE_SECONDS, check=False
        )
        return done.returncode

    def books(self) -> Books:
        """The books of the run."""
        return steps.report(self.run).books

    def log_in(self, number: int, password: str) -> str:
        """How one person fares at the door: ok, or the refusal."""
        (self.folder / "known.csv").write_text(f"username,password\np{number}@example.org,{password}\n")
        (self.folder / "known.csv").chmod(0o600)
        done = self.samekey(
            "verify", "run", "--connection", self.tenant.connection, "--logins", "known.csv", "--sample", "1", "--json"
        )
        (login,) = json.loads(done.stdout)["logins"]
        return str(login["word"])

    def at_tenant(self, columns: str) -> dict[str, Any]:
        """What the tenant's own store says of everybody, by address."""
        with closing(sqlite3.connect(self.tenant.store)) as store:
            rows = store.execute(f"select email, {columns} from users").fetchall()
        return {row[0]: row[1] for row in rows}

    def by_hand(self, round_name: str = "02") -> list[tuple[str, str]]:
        """Who is left to a person, and for what."""
        (path,) = self.run.glob(f"deliveries/*/follow-up/changes-{round_name}.ndjson")
        return [(line["key"], line["what"]) for line in map(json.loads, path.read_text().splitlines())]


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
