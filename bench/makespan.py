"""How long a delivery takes beside the best that two job slots allow, on a clock that is moved and never waited for.

    python bench/makespan.py [--chunks 150 30] [--requests-a-second 2 16] [--runs 5] [--latency 0.1]

A rehearsal tenant with the rate limits of a plan (2 a second: Free; 16 a second: Enterprise) takes jobs of 30 s, more
or less a fifth; the delivery is samekey's own, over HTTP. The optimum is half of all jobs' time, which no schedule can
beat, and which only a tenant that tells the end of a job by itself would allow. Every request takes its latency.
"""

import argparse
import dataclasses
import hashlib
import json
import random
import statistics
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path

from samekey import steps
from samekey.client.address import TenantAddress
from samekey.client.answers import Answer, Request
from samekey.client.credentials import ClientCredentials
from samekey.client.exchange import Exchange
from samekey.deliver.pace import Pace
from samekey.rehearsal import server
from samekey.rehearsal.settings import Settings
from samekey.secret import Secret
from samekey.testing.manual_clock import ManualClock

PLANS = {2: "free", 16: "enterprise"}
JOB_SECONDS, SPREAD = 30.0, 0.2
RATIO_MAX, POLLS_MAX = 1.05, 15
RULES = '[user]\nemail = "username"\n[password]\nstored = "hash"\nformat = "raw_sha1"\n[pack]\nusers = 2\n'


@dataclasses.dataclass
class Measured:
    """One delivery."""

    ratio: float
    hearing_at_once: float
    """The ratio of somebody who hears of the end of each of the same jobs at once."""
    polls_most: int
    polls: float
    """For one job, on average."""
    refused: int
    """Requests that were refused by the rate limit."""


class Watched:
    """Every request of the delivery: it takes its time, and the next job gets its length when it is handed in."""

    def __init__(self, clock: ManualClock, lengths: random.Random, latency: float) -> None:
        self.clock, self.lengths, self.latency = clock, lengths, latency
        self.length = 0.0
        self.seconds: list[float] = []
        self.polls: Counter[str] = Counter()
        self.refused = 0
        self.began: datetime | None = None
        self.send = Exchange.send

    def answer(self, exchange: Exchange, request: Request, tenant: server.RunningTenant) -> Answer:
        """Pass a request on."""
        self.clock.advance(self.latency)
        is_import = request.path.endswith("/users-imports")
        if is_import:
            # Drawn for each job alone: the same seed means the same jobs, whatever else is asked meanwhile.
            self.length = self.lengths.uniform(JOB_SECONDS * (1 - SPREAD), JOB_SECONDS * (1 + SPREAD))
            self.began = self.began or self.clock.now()
            tenant.tenant.levers.job_seconds = self.length
        answer = self.send(exchange, request)
        if is_import and answer.is_success:
            self.seconds.append(self.length)
        if request.method == "GET" and "/jobs/" in request.path and not request.path.endswith("/errors"):
            self.polls[request.path] += 1
        self.refused += answer.status == 429
        return answer


def hearing_at_once(lengths: list[float]) -> float:
    """Makespan beside the optimum when each job begins at the moment in which the first of two slots is free."""
    slots = [0.0, 0.0]
    for length in lengths:
        slots[slots.index(min(slots))] += length
    return max(slots) / (sum(lengths) / 2)


def packed(folder: Path, chunks: int) -> Path:
    """A run folder of so many chunks."""
    people = [
        {"username": f"p{n}@example.com", "hash": hashlib.sha1(str(n).encode()).hexdigest()} for n in range(2 * chunks)
    ]
    (folder / "people.json").write_text(json.dumps(people))
    (folder / "rules.toml").write_text(RULES)
    steps.pack(str(folder / "people.json"), rules_path=folder / "rules.toml", run=folder / "run")
    return folder / "run"


def measure(chunks: int, requests_a_second: int, *, seed: int, latency: float) -> Measured:
    """Deliver once."""
    clock = ManualClock()
    watched = Watched(clock, random.Random(seed), latency)
    settings = Settings(plan=PLANS[requests_a_second], polls_wait_for_work=True)
    with tempfile.TemporaryDirectory() as folder, server.serve(settings=settings, clock=clock) as tenant:
        run = packed(Path(folder), chunks)

        def send(exchange: Exchange, request: Request) -> Answer:
            return watched.answer(exchange, request, tenant)

        Exchange.send = send  # type: ignore[method-assign]  # every request of this process passes here
        try:
            figures = steps.deliver(
                run,
                tenant=TenantAddress.parse(tenant.url),
                connection=tenant.connection,
                credentials=ClientCredentials(tenant.client_id, Secret(tenant.client_secret, "client secret")),
                pace=Pace(),
                clock=clock,
            )
        finally:
            Exchange.send = watched.send  # type: ignore[method-assign]
    assert figures.books.closed
    assert figures.books.created == 2 * chunks
    assert watched.began is not None
    taken = (clock.now() - watched.began).total_seconds()
    polls = list(watched.polls.values())
    ratio = taken / (sum(watched.seconds) / 2)
    at_once = hearing_at_once(watched.seconds)
    return Measured(ratio, at_once, max(polls), statistics.mean(polls), watched.refused)


def main() -> None:
    """Measure, and say whether the targets hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, nargs="+", default=[150, 30])
    parser.add_argument("--requests-a-second", type=int, nargs="+", choices=PLANS, default=list(PLANS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--latency", type=float, default=0.1)
    asked = parser.parse_args()
    print("chunks  requests/s   makespan / optimum (mean, worst)   hearing at once   polls a job (mean, most)   429s")
    misses = 0
    for chunks in asked.chunks:
        for rate in asked.requests_a_second:
            runs = [measure(chunks, rate, seed=seed, latency=asked.latency) for seed in range(asked.runs)]
            mean, worst = statistics.mean(run.ratio for run in runs), max(run.ratio for run in runs)
            most = max(run.polls_most for run in runs)
            polls, refused = statistics.mean(run.polls for run in runs), sum(run.refused for run in runs)
            at_once = [run.hearing_at_once for run in runs]
            print(
                f"{chunks:6}  {rate:10}   {mean:25.3f}  {worst:6.3f}   {statistics.mean(at_once):7.3f}"
                f"  {max(at_once):6.3f}   {polls:18.1f}  {most:4}   {refused:4}"
            )
            misses += mean > RATIO_MAX or most > POLLS_MAX
    print(f"targets: at most {RATIO_MAX} and {POLLS_MAX} polls: {'hold' if not misses else 'DO NOT HOLD'}")
    raise SystemExit(bool(misses))


if __name__ == "__main__":
    main()
