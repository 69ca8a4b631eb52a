"""A tenant in this process on a clock of the test's, a run on its way to it, and the judge."""

import contextlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from samekey import events, steps
from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials
from samekey.clock import Clock, SystemClock
from samekey.deliver.brake import Brake
from samekey.deliver.pace import Pace
from samekey.errors import TenantError
from samekey.events import Event
from samekey.rehearsal import server
from samekey.rehearsal.faults import Fault
from samekey.rehearsal.server import RunningTenant
from samekey.rehearsal.settings import Settings
from samekey.report.figures import Figures
from samekey.secret import Secret
from samekey.testing.manual_clock import ManualClock
from tests.journeys.conftest import PEOPLE, Traces
from tests.journeys.faulty_proxy import FaultyProxy, faulty_proxy

IMPORTS = "/api/v2/jobs/users-imports"
COMMANDS_MAX = 40
NETWORK_PACE = Pace(poll_seconds_min=0.05, first_poll_seconds=0.1, unclear_seconds=0.3, seek_seconds=0.2)


class Watcher:
    """A listener that lets a test do something at the n-th time of a boundary."""

    def __init__(self) -> None:
        self.wanted: list[tuple[str, int, Callable[[], object]]] = []
        self.reached: Counter[str] = Counter()
        self.noticed: list[str] = []

    def at(self, boundary: str, nth: int, act: Callable[[], object]) -> None:
        """Act then."""
        self.wanted.append((boundary, nth, act))

    def notice(self, event: Event) -> None:
        """Count, and act."""
        if isinstance(event, events.Noticed):
            self.noticed.append(event.text)
        if isinstance(event, events.Reached):
            self.reached[event.boundary] += 1
            for boundary, nth, act in self.wanted:
                if (boundary, nth) == (event.boundary, self.reached[boundary]):
                    act()


class Rehearsed:
    """A run folder and the tenant it goes to."""

    def __init__(self, run: Path, tenant: RunningTenant, clock: Clock, pace: Pace, network: FaultyProxy | None) -> None:
        self.run = run
        self.running = tenant
        self.clock = clock
        self.pace = pace
        self.network = network
        self.watcher = Watcher()
        self.commands = 0

    @property
    def traces(self) -> Traces:
        """What there is to judge it by."""
        return Traces(self.run, self.running.store_path)

    @property
    def credentials(self) -> ClientCredentials:
        """Of an application that may do everything."""
        return ClientCredentials(self.running.client_id, Secret(self.running.client_secret, "client secret"))

    def fault(self, **words: object) -> None:
        """Queue a failure at the tenant."""
        assert self.running.tenant.faults.add(Fault(**words))  # type: ignore[arg-type]  # its own words

    def deliver(self) -> Figures:
        """The same command again and again, until it ends well."""
        while True:
            self.commands += 1
            try:
                return self.deliver_once()
            except TenantError:
                assert self.commands < COMMANDS_MAX

    def deliver_once(self, *, until: datetime | None = None) -> Figures:
        """The command, however it ends."""
        return steps.deliver(
            self.run,
            tenant=TenantAddress.parse(self.network.url if self.network else self.running.url),
            connection=self.running.connection,
            credentials=self.credentials,
            until=until,
            pace=self.pace,
            clock=self.clock,
            brake=Brake(share=None),
            listener=self.watcher,
        )

    def judged(self, *, forgotten: int = 0) -> Figures:
        """Deliver; then nobody is missing or doubled, the books close, and the report explains each job too many.

        Args:
            forgotten: jobs that the tenant no longer knows.

        """
        self.deliver()
        figures = steps.report(self.run)
        delivery = self.traces
        assert delivery.packed_emails() == delivery.emails_at_tenant()
        assert figures.books.closed
        assert (PEOPLE, 0, 0) == (figures.books.created, figures.books.updated, figures.books.failed)
        explained = {explanation.external_id for explanation in figures.explanations}
        answers, taken = delivery.answers_in_journal(), Counter(delivery.jobs_at_tenant())
        accepted = {external_id for external_id, answer in answers.items() if answer in {"accepted", "found"}}
        too_many = taken - Counter(accepted - self.halved(delivery))
        assert set(too_many) <= explained
        assert taken.total() + forgotten - self.chunks(delivery) == too_many.total()
        return figures

    def halved(self, delivery: Traces) -> set[str]:
        """Attempts whose chunk went again in two parts."""
        query = "select external_id from submission s join chunk c on c.round = s.round and c.name = s.chunk"
        return {row[0] for row in delivery.in_journal(f"{query} where c.state = 'halved'")}

    def chunks(self, delivery: Traces) -> int:
        """Chunks that were settled."""
        return int(delivery.in_journal("select count(*) from chunk where state = 'settled'")[0][0])


@contextlib.contextmanager
def rehearsed(packed: Path, folder: Path, *, moved: bool = True, with_proxy: bool = False) -> Iterator[Rehearsed]:
    """A delivery that nobody began.

    Args:
        packed: a packed run folder.
        folder: where a copy of it goes.
        moved: on a clock that is moved instead of waited for.
        with_proxy: over a network that may go wrong.

    """
    run = folder / "run"
    shutil.copytree(packed, run)
    clock: Clock = ManualClock() if moved else SystemClock()
    with contextlib.ExitStack() as stack:
        network = stack.enter_context(faulty_proxy()) if with_proxy else None
        names = (network.name,) if network else ()
        settings = Settings(job_seconds=20.0 if moved else 0.05, polls_wait_for_work=moved, names=names)
        running = stack.enter_context(server.serve(settings=settings, clock=clock))
        if network:
            network.lead_to(running.url)
        yield Rehearsed(run, running, clock, Pace() if moved else NETWORK_PACE, network)
