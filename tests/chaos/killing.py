"""Deliveries that are killed again and again at random moments, until they end; the tenant's own store judges."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from samekey.testing.tenant_process import TenantProcess
from tests.journeys.conftest import CHUNKS, PEOPLE, Delivery

SUBMISSION = "/api/v2/jobs/users-imports"
ANSWER_DELAY_SECONDS = 0.2
LIFE_SECONDS = (0.02, 0.9)
"""Between these a delivery is killed: some before they said anything, some after they could have finished."""
DEADLINE_SECONDS = 120


@dataclass
class Toll:
    """What was done to deliveries, and what it led to."""

    stories: int = 0
    kills: int = 0
    kills_between: int = 0
    """Those that fell between a request that the tenant took and its entry in the journal."""
    jobs: int = 0
    chunks: int = 0
    explained: int = 0
    """Jobs beyond one a chunk, each explained in the report."""
    users: int = 0
    seconds: float = 0.0

    def said(self) -> str:
        """For a person."""
        return (
            f"{self.kills:,} kills in {self.stories:,} deliveries and {self.seconds:,.0f} s, {self.kills_between:,} of "
            f"them between a request and its journal entry. {self.users:,} users arrived once each in {self.jobs:,} "
            f"jobs for {self.chunks:,} chunks; {self.explained:,} jobs more than chunks, every one explained."
        )


class ForkServer:
    """Starts deliveries without importing everything anew."""

    def __init__(self, tenant: TenantProcess) -> None:
        script = Path(__file__).with_name("fork_server.py")
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, str(script), tenant.connection],
            env=tenant.environment(),
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self, run: Path, *, bytes_max: int | None = None) -> int:
        """Begin a delivery; its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{run} {bytes_max or ''}".rstrip() + "\n")
        self._process.stdin.flush()
        return self._number()

    def wait(self) -> int:
        """The exit code of that delivery."""
        return self._number()

    def end(self) -> None:
        """Leave no process behind."""
        self._process.kill()
        self._process.communicate()

    def _number(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


def hold_answers_back(tenant: TenantProcess, times: int = 1_000_000) -> None:
    """The tenant takes every import at once, and says so a moment later."""
    fault = {"kind": "delay", "moment": "after", "method": "POST", "path": SUBMISSION, "times": times}
    tenant.control("POST", "/faults", {**fault, "delay_seconds": ANSWER_DELAY_SECONDS})


def kill_at_random(tenant: TenantProcess, packed: Path, folder: Path, *, kills: int, seed: int) -> Toll:
    """Deliver and kill, over and over, until so many kills are done; every delivery is judged at its end.

    Args:
        tenant: in a process of its own.
        packed: a packed run folder.
        folder: where copies of it go.
        kills: how many.
        seed: of the moments.

    """
    moments, toll, began = random.Random(seed), Toll(), time.monotonic()
    server = ForkServer(tenant)
    try:
        while toll.kills < kills:
            tenant.control("POST", "/reset")
            hold_answers_back(tenant)
            run = folder / f"run-{toll.stories}"
            shutil.copytree(packed, run)
            delivery = Delivery(run, tenant)
            while True:
                server.start(run) if toll.kills >= kills else _killed(server, run, moments.uniform(*LIFE_SECONDS))
                if (ended := server.wait()) != -signal.SIGKILL:
                    break
                toll.kills += 1
                toll.kills_between += is_between(delivery)
            assert ended == 0
            judge(delivery, toll)
            shutil.rmtree(run)
    finally:
        server.end()
    toll.seconds = time.monotonic() - began
    return toll


def _killed(server: ForkServer, run: Path, seconds: float) -> None:
    pid = server.start(run)
    time.sleep(seconds)
    with suppress(ProcessLookupError):  # it came to its end before
        os.kill(pid, signal.SIGKILL)


def is_between(delivery: Delivery) -> bool:
    """Whether the tenant took a request that the journal knows no answer of."""
    paths = list(delivery.run.glob("deliveries/*/journal.sqlite"))
    if not paths:
        return False
    with closing(sqlite3.connect(paths[0])) as journal:
        known = journal.execute("select count(*) from sqlite_master where name = 'submission'").fetchone()[0]
        query = "select external_id from submission where answer is null"
        unanswered = {row[0] for row in journal.execute(query)} if known else set()
    return bool(unanswered & set(delivery.jobs_at_tenant()))


def judge(delivery: Delivery, toll: Toll, *, chunks: int = CHUNKS) -> None:
    """Nobody missing, nobody doubled, books closed, and every job beyond one a chunk explained in the report."""
    assert delivery.packed_emails() == delivery.emails_at_tenant()
    figures = delivery.figures()
    assert figures.books.closed
    assert PEOPLE == figures.books.created
    assert 0 == figures.books.failed
    taken, answers = delivery.jobs_at_tenant(), delivery.answers_in_journal()
    assert len(set(taken)) == len(taken)
    explained = {explanation.external_id for explanation in figures.explanations}
    resent = [external_id for external_id in taken if answers[external_id] == "lost"]
    assert set(resent) <= explained
    assert len(taken) - chunks == len(resent)
    toll.stories += 1
    toll.users += PEOPLE
    toll.jobs += len(taken)
    toll.chunks += chunks
    toll.explained += len(resent)
