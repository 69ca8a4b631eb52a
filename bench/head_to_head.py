"""samekey and a plain uploader, side by side: the same users into a rehearsal tenant, on a calm day and on a bad one.

    python bench/head_to_head.py [--users 20000] [--job-seconds 2]

The plain uploader is what one writes first: it turns the records into files of a thousand users, hands them in one by
one, waits for each job, looks at its errors, and keeps nothing but what it prints. It encodes the hashes rightly, so
that only the delivery differs. On the bad day both meet the same tenant: lost and late answers, refusals, a storm of
429, and a SIGKILL in the middle, after which the same command is given again: once, as somebody does who reads what it
prints at the end, and, of the plain uploader a second time, until no file goes wrong. What arrived is counted in the
tenant's own store.
"""

import argparse
import dataclasses
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx2

from samekey.errors import ExitCode
from samekey.testing.tenant_process import TenantProcess, tenant_process

USERS_A_FILE = 1000
JOBS_BEFORE_THE_KILL = 8
LIVES_MAX = 6
WENT_WRONG = 1
"""How the plain uploader ends when some files went wrong."""
_KILLED = -signal.SIGKILL
_UNFINISHED = frozenset({_KILLED, *map(int, ExitCode)}) - {ExitCode.DONE}
_IMPORTS = "/api/v2/jobs/users-imports"
_RULES = f"""
[user]
email = "username"
email_verified = {{ value = true }}

[password]
stored = "hash"
format = "raw_sha1"

[pack]
users = {USERS_A_FILE}
"""
BAD_DAY = (
    {"kind": "status", "status": 503, "moment": "after", "method": "POST", "path": _IMPORTS, "skip": 1},
    {"kind": "drop", "moment": "after", "method": "POST", "path": _IMPORTS, "skip": 4},
    {"kind": "status", "status": 502, "moment": "before", "method": "POST", "path": _IMPORTS, "skip": 6},
    {"kind": "status", "status": 429, "moment": "before", "path": "/api/v2/*", "skip": 40, "times": 12,
     "retry_after_seconds": 1},
)  # fmt: skip
"""503 and a cut connection after an import was taken, 502 before one, and a storm."""
AFTER_THE_KILL = (
    {"kind": "drop", "moment": "after", "method": "POST", "path": _IMPORTS, "skip": 2},
    {"kind": "status", "status": 503, "moment": "before", "method": "POST", "path": _IMPORTS, "skip": 9, "times": 2},
)


@dataclass(frozen=True, slots=True)
class Story:
    """How one delivery went."""

    name: str
    day: str
    seconds: float
    lives: int
    jobs: int
    missing: int
    doubled: int
    said: str

    def row(self) -> str:
        """For the table."""
        return (
            f"| {self.name} | {self.day} | {self.seconds:.0f} | {self.lives} | {self.jobs} | {self.missing:,} "
            f"| {self.doubled:,} | {self.said} |"
        )


def records(count: int) -> Iterator[dict[str, str]]:
    """People in the form of the old system."""
    for number in range(count):
        yield {
            "username": f"person.{number}@example.test",
            "hash": hashlib.sha1(f"password {number}".encode()).hexdigest(),
        }


def upload(source: Path) -> None:
    """The plain uploader: its whole program. Tenant and credentials come from the environment."""
    url = os.environ["AUTH0_DOMAIN"]
    asked = {
        "grant_type": "client_credentials",
        "audience": f"{url}/api/v2/",
        "client_id": os.environ["AUTH0_CLIENT_ID"],
        "client_secret": os.environ["AUTH0_CLIENT_SECRET"],
    }
    users = [
        {
            "email": record["username"],
            "email_verified": True,
            "custom_password_hash": {"algorithm": "sha1", "hash": {"value": record["hash"], "encoding": "hex"}},
        }
        for record in json.loads(source.read_bytes())
    ]
    imported = failed = refused = 0
    with httpx2.Client(base_url=url, timeout=30) as http:
        token = http.post("/oauth/token", json=asked).json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        for start in range(0, len(users), USERS_A_FILE):
            part = users[start : start + USERS_A_FILE]
            try:
                answer = http.post(
                    _IMPORTS,
                    data={"connection_id": os.environ["CONNECTION_ID"], "send_completion_email": "false"},
                    files={"users": ("users.json", json.dumps(part).encode(), "application/json")},
                )
                answer.raise_for_status()
                job = answer.json()
                while job["status"] == "pending":
                    time.sleep(1)
                    look = http.get(f"/api/v2/jobs/{job['id']}")
                    look.raise_for_status()
                    job = look.json()
            except httpx2.HTTPError as problem:
                print(f"{start}: {type(problem).__name__}", file=sys.stderr)
                refused += len(part)
                continue
            imported += job["summary"]["inserted"]
            failed += job["summary"]["failed"]
    print(f"{imported:,} imported, {failed:,} failed, {refused:,} in files that went wrong")
    sys.exit(WENT_WRONG if refused else 0)


def samekey_says(run: Path) -> str:
    """The books."""
    done = subprocess.run(
        [sys.executable, "-m", "samekey", "report", str(run), "--json"], capture_output=True, text=True, check=False
    )
    books = json.loads(done.stdout)["books"]
    closed = "books closed" if books["closed"] else "books open"
    return f"{books['created']:,} created, {books['failed']:,} failed, {closed}"


def count_at(tenant: TenantProcess, query: str) -> int:
    """A number out of the tenant's own store."""
    with closing(sqlite3.connect(tenant.store)) as store:
        return int(store.execute(query).fetchone()[0])


def jobs_at(tenant: TenantProcess) -> int:
    """How many imports the tenant took."""
    return count_at(tenant, "select count(*) from jobs where type = 'users_import'")


def live(command: list[str], tenant: TenantProcess, *, is_killed: bool) -> tuple[int, str]:
    """One life of an uploader.

    Returns:
        Its exit code and what it printed.

    """
    environment = {**tenant.environment(), "CONNECTION_ID": tenant.connection_id}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.DEVNULL)
        while is_killed and process.poll() is None:
            if jobs_at(tenant) >= JOBS_BEFORE_THE_KILL:
                process.send_signal(signal.SIGKILL)
            time.sleep(0.05)
        process.wait()
        said.seek(0)
        return process.returncode, said.read().decode()


def deliver(
    name: str, command: list[str], tenant: TenantProcess, *, users: int, is_bad: bool, goes_on_at: frozenset[int]
) -> Story:
    """Give the command, again while it ends with one of these codes (below 0: it was killed)."""
    for fault in BAD_DAY if is_bad else ():
        tenant.control("POST", "/faults", fault)
    began, lives, said, code = time.monotonic(), 0, "", _KILLED
    while code in goes_on_at and lives < LIVES_MAX:
        code, said = live(command, tenant, is_killed=is_bad and lives == 0)
        lives += 1
        for fault in AFTER_THE_KILL if is_bad and lives == 1 else ():
            tenant.control("POST", "/faults", fault)
    seconds = time.monotonic() - began
    there = count_at(tenant, "select count(distinct email) from users")
    doubled = count_at(tenant, "select count(*) - count(distinct email) from users")
    day = "bad" if is_bad else "calm"
    return Story(name, day, seconds, lives, jobs_at(tenant), users - there, doubled, said.strip().rpartition("\n")[2])


def main() -> None:
    """Run the four stories and print them as a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--job-seconds", type=float, default=2.0)
    parser.add_argument("--upload", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.upload:
        upload(asked.upload)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source, rules = folder / "people.json", folder / "rules.toml"
        source.write_text(json.dumps(list(records(asked.users))))
        rules.write_text(_RULES)
        print("| uploader | day | seconds | lives | jobs taken | missing | doubled | it says |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        plain = [sys.executable, __file__, "--upload", str(source)]
        for name, is_bad, goes_on_at in (
            ("plain", False, frozenset({_KILLED})),
            ("plain", True, frozenset({_KILLED})),
            ("plain, until no file goes wrong", True, frozenset({_KILLED, WENT_WRONG})),
        ):
            with tenant_process(folder / f"{len(name)}-{is_bad}.sqlite", job_seconds=asked.job_seconds) as tenant:
                story = deliver(name, plain, tenant, users=asked.users, is_bad=is_bad, goes_on_at=goes_on_at)
                print(story.row(), flush=True)
        for is_bad in (False, True):
            with tenant_process(folder / f"samekey-{is_bad}.sqlite", job_seconds=asked.job_seconds) as tenant:
                run = folder / f"run-{is_bad}"
                samekey = [sys.executable, "-m", "samekey"]
                pack = [*samekey, "pack", str(source), "--rules", str(rules), "--run", str(run)]
                subprocess.run(pack, check=True, capture_output=True)
                command = [*samekey, "deliver", str(run), "--connection", tenant.connection, "--yes"]
                story = deliver("samekey", command, tenant, users=asked.users, is_bad=is_bad, goes_on_at=_UNFINISHED)
                print(dataclasses.replace(story, said=samekey_says(run)).row(), flush=True)


if __name__ == "__main__":
    main()
