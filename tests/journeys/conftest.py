"""A packed run folder, a tenant in a process of its own, and the judge: the tenant's own store."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from samekey import steps
from samekey.pack.manifest import read_chunk, read_manifest, users_of
from samekey.pack.run_folder import RunFolder
from samekey.report.figures import Figures
from samekey.testing.tenant_process import TenantProcess, tenant_process

DEADLINE_SECONDS = 60
PEOPLE = 120
CHUNKS = 6
RULES = f"""
[user]
email = "username"
email_verified = {{ value = false }}

[password]
stored = "hash"
format = "raw_sha1"

[pack]
users = {PEOPLE // CHUNKS}
"""


class Traces:
    """What a delivery left behind, in its run folder and in the tenant's own store."""

    def __init__(self, run: Path, store: Path) -> None:
        self.run = run
        self.store = store

    def figures(self) -> Figures:
        """The books."""
        return steps.report(self.run)

    def packed_emails(self) -> list[str]:
        """Everybody in the chunk files, sorted."""
        packed = RunFolder(self.run).last_round()
        chunks = read_manifest(packed).chunks
        return sorted(str(user["email"]) for chunk in chunks for user in users_of(read_chunk(packed, chunk)))

    def emails_at_tenant(self) -> list[str]:
        """Everybody in the tenant's own store, sorted."""
        return sorted(row[0] for row in self._at_tenant("select email from users"))

    def jobs_at_tenant(self) -> list[str]:
        """The external id of every job the tenant took."""
        return [row[0] for row in self._at_tenant("select external_id from jobs where type = 'users_import'")]

    def answers_in_journal(self) -> dict[str, str]:
        """What the journal says became of each attempt, by external id."""
        return dict(self.in_journal("select external_id, answer from submission"))

    def in_journal(self, query: str) -> list[Any]:
        """What the journal holds."""
        (path,) = self.run.glob("deliveries/*/journal.sqlite")
        with closing(sqlite3.connect(path)) as journal:
            return journal.execute(query).fetchall()

    def _at_tenant(self, query: str) -> list[tuple[str]]:
        with closing(sqlite3.connect(self.store)) as store:
            return store.execute(query).fetchall()


class Delivery(Traces):
    """A run folder on its way to a tenant, and what there is to judge it by."""

    def __init__(self, run: Path, tenant: TenantProcess) -> None:
        super().__init__(run, tenant.store)
        self.tenant = tenant
        self._processes: list[subprocess.Popen[str]] = []

    def start(self, *end: str) -> subprocess.Popen[str]:
        """Start a delivery that dies or holds as told; see `deliver_until.py`."""
        script = Path(__file__).with_name("deliver_until.py")
        command = [sys.executable, str(script), str(self.run), self.tenant.connection, *end]
        return self._started(command)

    def start_command(self) -> subprocess.Popen[str]:
        """Start `samekey deliver`, as a person types it."""
        return self._started(self.command_line())

    def until(self, *end: str) -> int:
        """Deliver until its end; the exit code."""
        process = self.start(*end)
        process.communicate(timeout=DEADLINE_SECONDS)
        return process.returncode

    def command(self, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`samekey deliver`, as a person types it."""
        return subprocess.run(
            self.command_line(*options),
            env=self.tenant.environment() | environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )

    def command_line(self, *options: str) -> list[str]:
        """The words of that command."""
        words = ["deliver", str(self.run), "--connection", self.tenant.connection, "--yes", *options]
        return [sys.executable, "-m", "samekey", *words]

    def end(self) -> None:
        """Leave no process behind."""
        for process in self._processes:
            process.kill()
            process.communicate()

    def _started(self, command: list[str]) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        environment = self.tenant.environment()
        process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        self._processes.append(process)
        return process


@pytest.fixture(scope="session")
def packed_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder of 120 people in 6 chunks."""
    folder = tmp_path_factory.mktemp("packed")
    people = [
        {"username": f"person{n}@example.org", "hash": hashlib.sha1(f"password {n}".encode()).hexdigest()}
        for n in range(PEOPLE)
    ]
    (folder / "people.json").write_text(json.dumps(people))
    (folder / "rules.toml").write_text(RULES)
    manifest = steps.pack(str(folder / "people.json"), rules_path=folder / "rules.toml", run=folder / "run")
    assert len(manifest.chunks) == CHUNKS
    return folder / "run"


@pytest.fixture(scope="session")
def shared_tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TenantProcess]:
    """One tenant for the stories of this test process, as starting one takes longer than most of them."""
    with tenant_process(tmp_path_factory.mktemp("tenant") / "tenant.sqlite", job_seconds=0.3) as tenant:
        yield tenant


@pytest.fixture
def delivery(packed_run: Path, shared_tenant: TenantProcess, tmp_path: Path) -> Iterator[Delivery]:
    """A run folder that nobody delivered, and a tenant that knows nobody."""
    shared_tenant.control("POST", "/reset")
    shutil.copytree(packed_run, tmp_path / "run")
    started = Delivery(tmp_path / "run", shared_tenant)
    yield started
    started.end()
