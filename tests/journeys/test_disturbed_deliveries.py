"""Deliveries that something comes in the way of: a dead tenant, another process, an edited file, Ctrl-C."""

import json
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from samekey.client.address import TenantAddress
from samekey.client.credentials import credentials_from
from samekey.client.management import Management
from samekey.client.transport import Transport
from samekey.clock import SystemClock
from samekey.errors import ExitCode
from samekey.testing.tenant_process import tenant_process
from tests.journeys.conftest import CHUNKS, DEADLINE_SECONDS, PEOPLE, Delivery

SOON_SECONDS = 20
"""A person waits this long for an error without wondering."""


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine at which nobody listens, kept from everybody else."""
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture
def heard_interrupts() -> Iterator[None]:
    """Children hear Ctrl-C, also where the tests run in the background of a shell that had it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def wait_until(happened: Callable[[], bool]) -> None:
    """Look until something is so."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def read_until(process: subprocess.Popen[str], boundary: str) -> None:
    """Follow a delivery until it reaches a boundary."""
    assert process.stdout is not None
    assert any(line.strip() == boundary for line in process.stdout)


def states(delivery: Delivery) -> list[str]:
    """The state of every chunk; nothing before there is a journal."""
    paths = list(delivery.run.glob("deliveries/*/journal.sqlite"))
    if not paths:
        return []
    with closing(sqlite3.connect(paths[0])) as journal:
        tables = journal.execute("select count(*) from sqlite_master where name = 'chunk'").fetchone()
        return [row[0] for row in journal.execute("select state from chunk").fetchall()] if tables[0] else []


def everybody_arrived(delivery: Delivery) -> bool:
    """Whether the tenant's store holds everybody once and the books close."""
    books = delivery.figures().books
    return delivery.packed_emails() == delivery.emails_at_tenant() and books.closed and books.created == PEOPLE


class TestTenantThatDoesNotAnswer:
    def test_is_said_at_once(self, delivery: Delivery, closed_port: int) -> None:
        """A wrong address ends in one clear error, in seconds."""
        began = time.monotonic()
        done = delivery.command("--tenant", f"http://127.0.0.1:{closed_port}")
        assert time.monotonic() - began < SOON_SECONDS
        assert ExitCode.TENANT == done.returncode
        assert "No connection to the tenant" in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""

    def test_is_said_to_programs_as_json(self, delivery: Delivery, closed_port: int) -> None:
        """With --json the error is one JSON object on stderr."""
        done = delivery.command("--tenant", f"http://127.0.0.1:{closed_port}", "--json")
        assert json.loads(done.stderr)["error"]["code"] == "tenant-unreachable"

    def test_may_come_back_half_way(self, delivery: Delivery, tmp_path: Path) -> None:
        """A tenant that is killed and started again finds its delivery going on, with nobody lost or doubled."""
        with tenant_process(tmp_path / "tenant.sqlite", job_seconds=0.2) as tenant:
            delivery.tenant, delivery.store = tenant, tenant.store
            process = delivery.start()
            read_until(process, "settled")
            tenant.kill()
            tenant.start()
            process.communicate(timeout=DEADLINE_SECONDS)
            assert process.returncode == 0
            assert everybody_arrived(delivery)


class TestTenantThatRefuses:
    def test_is_said_without_the_secret(self, delivery: Delivery) -> None:
        """Wrong credentials end in one clear error that does not show them; nothing was sent."""
        done = delivery.command(AUTH0_CLIENT_SECRET="not-the-right-secret")
        assert ExitCode.TENANT == done.returncode
        assert "not-the-right-secret" not in done.stderr + done.stdout
        assert "Traceback" not in done.stderr
        assert delivery.jobs_at_tenant() == []

    def test_names_the_connections_that_exist(self, delivery: Delivery) -> None:
        """A connection that is not there ends in one clear error with the names of those that are."""
        done = delivery.command("--connection", "No-Such-Connection")
        assert ExitCode.TENANT == done.returncode
        assert delivery.tenant.connection in done.stderr.replace("\n", "")
        assert delivery.jobs_at_tenant() == []


class TestTwoDeliveries:
    def test_second_is_refused_with_who_holds_it(self, delivery: Delivery) -> None:
        """While one process delivers, another one is told which, and the first goes on."""
        first = delivery.start("hold", "answer-journalled", "1")
        read_until(first, "answer-journalled")
        second = delivery.command()
        assert ExitCode.RUN_FOLDER == second.returncode
        assert str(first.pid) in second.stderr
        first.communicate("go on\n", timeout=DEADLINE_SECONDS)
        assert first.returncode == 0
        assert everybody_arrived(delivery)


class TestEditedChunk:
    def test_is_refused_and_goes_through_when_restored(self, delivery: Delivery) -> None:
        """A chunk that was edited between two runs is not sent; put right, the same command goes on."""
        assert delivery.until("die", "settled", "1") == -signal.SIGKILL
        path = delivery.run / "rounds" / "01" / "chunks" / f"{CHUNKS:06d}.json"
        content = path.read_bytes()
        path.write_bytes(content.replace(b"person119@", b"somebody@"))
        edited = delivery.command()
        assert ExitCode.RUN_FOLDER == edited.returncode
        assert "was changed after it was packed" in edited.stderr
        path.write_bytes(content)
        assert ExitCode.DONE == delivery.command().returncode
        assert everybody_arrived(delivery)


class TestInterrupt:
    @pytest.mark.usefixtures("heard_interrupts")
    def test_prints_the_command_that_resumes(self, delivery: Delivery) -> None:
        """Ctrl-C ends a delivery with exit code 130 and, on the last line, the command that goes on."""
        delivery.tenant.control("PATCH", "/levers", {"job_seconds": 5})
        process = delivery.start_command()
        wait_until(lambda: states(delivery).count("working") == 2)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=DEADLINE_SECONDS)
        assert ExitCode.INTERRUPTED == process.returncode
        resume = f"samekey deliver {delivery.run} --connection {delivery.tenant.connection} --yes"
        assert said.strip().splitlines()[-1].endswith(resume)
        assert "Traceback" not in said
        delivery.tenant.control("PATCH", "/levers", {"job_seconds": 0})
        assert delivery.until() == 0
        assert everybody_arrived(delivery)
        assert len(delivery.jobs_at_tenant()) == CHUNKS


class TestTenantThatAsksToWait:
    @pytest.mark.usefixtures("heard_interrupts")
    def test_is_waited_for_until_somebody_stops_it(self, delivery: Delivery) -> None:
        """A first question that is refused for an hour: the command says until when it waits, and Ctrl-C ends it."""
        storm = {"kind": "status", "status": 429, "path": "/api/v2/*", "times": 1, "retry_after_seconds": 3000}
        delivery.tenant.control("POST", "/faults", storm)
        process = delivery.start_command()
        assert process.stderr is not None
        assert any("waiting until" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=DEADLINE_SECONDS)
        assert ExitCode.INTERRUPTED == process.returncode
        assert f"samekey deliver {delivery.run}" in said
        assert "Traceback" not in said
        assert delivery.jobs_at_tenant() == []
        assert delivery.until() == 0
        assert everybody_arrived(delivery)


class TestSlotTakenByAnother:
    def test_leaves_the_other_slot_to_us(self, delivery: Delivery) -> None:
        """A stranger's import that never ends holds one of the two slots; the delivery goes through by the other."""
        delivery.tenant.control("PATCH", "/levers", {"job_fate": "hang"})
        submit_as_a_stranger(delivery)
        delivery.tenant.control("PATCH", "/levers", {"job_fate": "work"})
        assert delivery.until() == 0
        assert everybody_arrived(delivery)
        assert sorted(["a stranger's", *delivery.answers_in_journal()]) == sorted(delivery.jobs_at_tenant())


class TestNotWaiting:
    def test_goes_on_each_time_it_is_run(self, delivery: Delivery) -> None:
        """With --no-wait each run hands in what finds a slot; run again and again it ends with closed books."""
        delivery.tenant.control("PATCH", "/levers", {"job_seconds": 0})
        assert ExitCode.DONE == delivery.command("--no-wait").returncode
        assert states(delivery).count("working") == 2
        for _ in range(4 * CHUNKS):
            assert ExitCode.DONE == delivery.command("--no-wait").returncode
            if delivery.figures().books.closed:
                break
        assert everybody_arrived(delivery)


def submit_as_a_stranger(delivery: Delivery) -> None:
    """An import job that is none of the delivery's."""
    environment = delivery.tenant.environment()
    address = TenantAddress.parse(environment["AUTH0_DOMAIN"])
    with Transport(address, credentials_from(environment), clock=SystemClock()) as transport:
        Management(transport).submit_import(
            b"[]",
            connection_id=delivery.tenant.connection_id,
            upsert=False,
            external_id="a stranger's",
            send_completion_email=False,
        )


class TestLogForPrograms:
    def test_is_all_that_stderr_says(self, delivery: Delivery, tmp_path: Path) -> None:
        """With --log json each line of stderr is an object, an error too; a file gets the same."""
        path = tmp_path / "deliver.log"
        done = delivery.command("--log", "json", "--log-file", str(path))
        assert ExitCode.DONE == done.returncode
        lines = [json.loads(line) for line in done.stderr.splitlines()]
        events = [line["event"] for line in lines if line["event"] != "noticed"]
        assert ["started", "finished"] == [events[0], events[-1]]
        jobs = {line["job"] for line in lines if line.get("boundary") == "settled"}
        assert CHUNKS == len(jobs - {None})
        assert len(lines) == len(path.read_text().splitlines())
        assert "person" not in done.stderr
        assert delivery.tenant.environment()["AUTH0_CLIENT_SECRET"] not in done.stderr
        failed = delivery.command("--log", "json", "--upsert")
        assert "usage" == json.loads(failed.stderr.splitlines()[-1])["error"]["code"]
