"""How fast the rehearsal tenant is, beside the least that its work costs, in one run.

    python bench/rehearsal.py [--users 100000] [--seconds 5]

Imports stand beside SQLite taking the same files, logins beside bcrypt on the same cores; polls are timed while both
go on. The client's own work runs on the same cores and counts against the tenant by the clock on the wall; by CPU time,
which a busy machine hardly disturbs, the tenant's process alone is counted.
"""

import argparse
import hashlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import bcrypt

FILE_BYTES = 500_000
ACTIVE_JOBS_MAX = 2
PASSWORD = "Kestrel-41"
CORES = os.cpu_count() or 1
_BOUNDARY = "samekey-bench"
_LOGIN_PEOPLE = 16
_FORM = {"content-type": "application/x-www-form-urlencoded"}


class Caller:
    """One connection to the tenant."""

    def __init__(self, tenant: dict[str, str]) -> None:
        self._tenant = tenant
        self._connection = http.client.HTTPConnection(urlsplit(tenant["url"]).netloc, timeout=60)
        asked = {name: tenant[name] for name in ("client_id", "client_secret", "audience")}
        answer = self.call("POST", "/oauth/token", urlencode({"grant_type": "client_credentials", **asked}), _FORM)
        self._bearer = {"authorization": f"Bearer {answer['access_token']}"}

    def call(self, method: str, path: str, body: str | bytes | None, headers: dict[str, str]) -> dict[str, Any]:
        """Send one request."""
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content: dict[str, Any] = json.loads(answer.read() or b"{}")
        return {**content, "http_status": answer.status}

    def submit(self, document: bytes) -> str:
        """Hand in a file; waits for its turn when two jobs are active."""
        head = (
            f'--{_BOUNDARY}\r\ncontent-disposition: form-data; name="connection_id"\r\n\r\n'
            f"{self._tenant['connection_id']}\r\n--{_BOUNDARY}\r\n"
            'content-disposition: form-data; name="users"; filename="users.json"\r\n'
            "content-type: application/json\r\n\r\n"
        )
        body = head.encode() + document + f"\r\n--{_BOUNDARY}--\r\n".encode()
        headers = {**self._bearer, "content-type": f"multipart/form-data; boundary={_BOUNDARY}"}
        while True:
            answer = self.call("POST", "/api/v2/jobs/users-imports", body, headers)
            if answer["http_status"] == http.client.ACCEPTED:
                return str(answer["id"])
            time.sleep(0.002)

    def poll(self, job: str) -> str:
        """A job's state."""
        return str(self.call("GET", f"/api/v2/jobs/{job}", None, self._bearer)["status"])

    def finish(self, job: str) -> None:
        """Wait for a job."""
        while self.poll(job) == "pending":
            time.sleep(0.01)

    def login(self, number: int) -> bool:
        """One person through the front door."""
        asked = {"client_id": self._tenant["login_client_id"], "client_secret": self._tenant["login_client_secret"]}
        fields = {"grant_type": "password", "username": f"door{number}@example.test", "password": PASSWORD, **asked}
        return bool(self.call("POST", "/oauth/token", urlencode(fields), _FORM)["http_status"] == http.client.OK)


def people(first: int, count: int) -> Iterator[dict[str, object]]:
    """Users as an import file has them."""
    for number in range(first, first + count):
        digest = hashlib.sha1(b"%d" % number).hexdigest()
        yield {
            "email": f"person.{number}@example{number % 50}.test",
            "email_verified": bool(number & 1),
            "custom_password_hash": {"algorithm": "sha1", "hash": {"value": digest, "encoding": "hex"}},
        }


def write_files(folder: Path, *, first: int, count: int) -> list[bytes]:
    """The same users as import files on disk."""
    size = FILE_BYTES // len(json.dumps(next(people(first + count, 1))).encode() + b", ")
    documents = []
    for start in range(first, first + count, size):
        document = json.dumps(list(people(start, min(size, first + count - start)))).encode()
        (folder / f"{start:09}.json").write_bytes(document)
        documents.append(document)
    return documents


def cpu_seconds(pid: int) -> float:
    """CPU time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def tenant(folder: Path) -> Iterator[tuple[dict[str, str], int]]:
    """A tenant as people start it, and its process id."""
    command = [sys.executable, "-m", "samekey", "rehearse", "--json", "--store", str(folder / "store.sqlite")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        if process.stdout is None:
            raise RuntimeError("no output")
        described: dict[str, str] = json.loads(process.stdout.readline())
        yield described, process.pid
    finally:
        process.terminate()
        process.wait()


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def import_all(caller: Caller, documents: list[bytes]) -> None:
    """File after file, two jobs at a time, until the last one is over."""
    active: list[str] = []
    for document in documents:
        if len(active) == ACTIVE_JOBS_MAX:
            caller.finish(active.pop(0))
        active.append(caller.submit(document))
    caller.finish(active[-1])


def rate(work: Callable[[int], object], *, threads: int, seconds: float) -> tuple[float, int]:
    """How often something is done in a second by so many at once, and how often in all."""
    ends = time.perf_counter() + seconds

    def keep_on(worker: int) -> int:
        count = 0
        while time.perf_counter() < ends:
            work(worker)
            count += 1
        return count

    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(keep_on, range(threads)))
    return done / (time.perf_counter() - start), done


def polls(described: dict[str, str], documents: list[bytes], *, seconds: float) -> list[float]:
    """Milliseconds of polls while jobs and logins go on."""
    stop = threading.Event()

    def import_on() -> None:
        caller = Caller(described)
        for document in documents:
            if stop.is_set():
                return
            caller.submit(document)

    def login_on(number: int) -> None:
        caller = Caller(described)
        while not stop.is_set():
            caller.login(number)

    caller = Caller(described)
    job = caller.submit(b"[]")
    workers = [threading.Thread(target=import_on)]
    workers += [threading.Thread(target=login_on, args=(number,)) for number in range(CORES)]
    for worker in workers:
        worker.start()
    measured = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        measured.append(timed(lambda: caller.poll(job)) * 1000)
        time.sleep(0.01)
    stop.set()
    for worker in workers:
        worker.join()
    return measured


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root, files = Path(name), Path(name) / "files"
        files.mkdir()
        documents = write_files(files, first=0, count=asked.users)
        (root / "more").mkdir()
        more = write_files(root / "more", first=asked.users, count=asked.users)
        floor = [sys.executable, str(Path(__file__).with_name("floor_sqlite.py")), str(files), str(root / "floor.db")]
        floor_seconds = timed(lambda: subprocess.run(floor, check=True, stdout=subprocess.DEVNULL))
        used = os.times()
        floor_cpu = used.children_user + used.children_system
        with tenant(root) as (described, pid):
            caller, before = Caller(described), cpu_seconds(pid)
            import_seconds = timed(lambda: import_all(caller, documents))
            by_wall, by_cpu = floor_seconds / import_seconds, floor_cpu / (cpu_seconds(pid) - before)
            print(f"import  {by_wall:5.2f} x SQLite alone, by CPU {by_cpu:.2f} (target 0.25)")
            stored = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(10))
            door = [{"email": f"door{n}@example.test", "password_hash": stored.decode()} for n in range(_LOGIN_PEOPLE)]
            caller.finish(caller.submit(json.dumps(door).encode()))
            before = time.process_time()
            raw, checks = rate(
                lambda _: bcrypt.checkpw(PASSWORD.encode(), stored), threads=CORES, seconds=asked.seconds
            )
            raw_cpu = (time.process_time() - before) / checks
            callers = [Caller(described) for _ in range(CORES * 2)]
            before = cpu_seconds(pid)
            served, logins = rate(lambda n: callers[n].login(n), threads=CORES * 2, seconds=asked.seconds)
            by_cpu = raw_cpu / ((cpu_seconds(pid) - before) / logins)
            print(f"logins  {served / raw:5.2f} x bcrypt alone on {CORES} cores, by CPU {by_cpu:.2f} (target 0.90)")
            times = polls(described, more, seconds=asked.seconds)
    middle, worst = statistics.median(times), statistics.quantiles(times, n=100)[98]
    print(f"polls   {middle:5.1f} ms median (target 5), {worst:.1f} ms of 99 in 100 (target 50), {len(times)} polls")


if __name__ == "__main__":
    main()
