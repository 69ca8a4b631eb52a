"""A source that changes, its run folder, and the tenant it is delivered to: people who type the commands."""

import hashlib
import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

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

    def hold_until(self, boundary: str, nth: int) -> "Held":
        """Deliver until the process waits at a boundary."""
        script = Path(__file__).with_name("deliver_until.py")
        command = [sys.executable, str(script), str(self.run), self.tenant.connection, "hold", boundary, str(nth)]
        return Held(command, self.tenant.environment(), boundary, nth)

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


class Held:
    """A delivery that waits at a boundary; other things happen at the tenant meanwhile."""

    def __init__(self, command: list[str], environment: dict[str, str], boundary: str, nth: int) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            nth -= line.strip() == boundary
            if not nth:
                return
        raise AssertionError(self.process.communicate(timeout=DEADLINE_SECONDS)[1])

    def go_on(self) -> int:
        """Let it go; its exit code."""
        self.process.communicate("\n", timeout=DEADLINE_SECONDS)
        return self.process.returncode

    def kill(self) -> int:
        """End it where it stands; its exit code."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=DEADLINE_SECONDS)
        return self.process.returncode
