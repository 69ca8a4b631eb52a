"""What networks, tenants and disks do to a delivery; each time the tenant's own store judges."""

import shutil
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from samekey import steps
from samekey.auth0 import limits
from samekey.client.address import TenantAddress
from samekey.errors import ExitCode, TenantBusy
from samekey.journal import outcome_codes
from samekey.rehearsal import signing
from samekey.testing.tenant_process import TenantProcess, tenant_process
from tests.chaos.killing import ForkServer, Toll, judge
from tests.chaos.rehearsed import IMPORTS, Rehearsed, rehearsed
from tests.journeys.conftest import CHUNKS, Delivery
from tests.journeys.faulty_proxy import Kind, Mishap

JOBS_MORE_THAN_CHUNKS: dict[Kind, int] = {
    "cut before": 0,
    "cut during": 0,
    "cut after": 2,
    "half answer": 2,
    "late answer": 0,
    "two answers": 0,
}
"""What two mishaps come to."""


@pytest.fixture
def moved(packed_run: Path, tmp_path: Path) -> Iterator[Rehearsed]:
    """A delivery on a clock that is moved."""
    with rehearsed(packed_run, tmp_path) as made:
        yield made


class TestNetwork:
    @pytest.mark.parametrize("kind", JOBS_MORE_THAN_CHUNKS)
    def test_loses_and_doubles_nobody(self, packed_run: Path, tmp_path: Path, kind: Kind) -> None:
        """Cut before, in and after the body, halved, late or answered twice: everybody arrives once."""
        with rehearsed(packed_run, tmp_path, moved=False, with_proxy=True) as made:
            assert made.network is not None
            made.network.queue(*(Mishap(kind, "POST", IMPORTS, skip=1) for _ in range(2)))
            figures = made.judged()
            assert 2 == len(made.network.struck)
            assert JOBS_MORE_THAN_CHUNKS[kind] == len(made.traces.jobs_at_tenant()) - CHUNKS
            assert JOBS_MORE_THAN_CHUNKS[kind] <= len(figures.explanations) <= 2

    def test_may_hand_a_request_on_twice(self, packed_run: Path, tmp_path: Path) -> None:
        """The job that answered finds everybody there; they were made since, so they are ours, and it is said."""
        with rehearsed(packed_run, tmp_path, moved=False, with_proxy=True) as made:
            assert made.network is not None
            made.network.queue(Mishap("two requests", "POST", IMPORTS))
            (explanation,) = made.judged().explanations
            assert "arrived twice" in explanation.text


class TestTenant:
    def test_may_answer_502_after_it_took_the_job(self, moved: Rehearsed) -> None:
        """Three unclear answers are three resends, and never a blind one."""
        moved.fault(kind="status", status=502, moment="after", method="POST", path=IMPORTS, skip=1, times=3)
        figures = moved.judged()
        assert 3 == len(figures.explanations) == figures.jobs.lost

    def test_may_storm_with_429(self, moved: Rehearsed) -> None:
        """Sixty refusals in a row, half-way, with and without a time to wait."""
        moved.watcher.at("settled", 2, lambda: self.storm(moved))
        figures = moved.judged()
        assert () == figures.explanations

    def storm(self, moved: Rehearsed) -> None:
        """Refuse everything for a while."""
        for _ in range(10):
            moved.fault(kind="status", status=429, path="/api/v2/*", times=3, retry_after_seconds=4)
            moved.fault(kind="status", status=429, path="/api/v2/*", times=3)

    def test_may_storm_with_429_at_the_first_question(self, moved: Rehearsed) -> None:
        """No token for twenty minutes and no answer for six more: one command waits, and says until when."""
        moved.fault(kind="status", status=429, path="/oauth/token", times=2, retry_after_seconds=600)
        moved.fault(kind="status", status=429, path="/api/v2/*", times=3, retry_after_seconds=120)
        began = moved.clock.now()
        figures = moved.judged()
        assert (1, ()) == (moved.commands, figures.explanations)
        assert (moved.clock.now() - began).total_seconds() >= 26 * 60
        assert 5 == sum("waiting until" in text for text in moved.watcher.noticed)

    def test_may_storm_with_429_for_longer_than_the_night(self, moved: Rehearsed) -> None:
        """A delivery that ends at a given time does not wait beyond it; the same command later goes on."""
        moved.fault(kind="status", status=429, path="/api/v2/*", times=4, retry_after_seconds=2400)
        began = moved.clock.now()
        with pytest.raises(TenantBusy) as caught:
            moved.deliver_once(until=began + timedelta(hours=1))
        assert 2400 <= (moved.clock.now() - began).total_seconds() <= 3600
        assert "Run the same command again" in caught.value.remedy
        moved.judged()

    def test_may_storm_with_429_for_ten_minutes_half_way(self, moved: Rehearsed) -> None:
        """Nobody has to be there to start it again."""
        moved.watcher.at(
            "settled",
            2,
            lambda: moved.fault(kind="status", status=429, path="/api/v2/*", times=5, retry_after_seconds=150),
        )
        figures = moved.judged()
        assert (1, ()) == (moved.commands, figures.explanations)

    def test_may_storm_with_429_before_a_preflight_and_a_verification(self, moved: Rehearsed) -> None:
        """The first questions of other commands wait as well."""
        moved.judged()
        tenant, name = TenantAddress.parse(moved.running.url), moved.running.connection
        moved.fault(kind="status", status=429, path="/api/v2/*", retry_after_seconds=600)
        looked = steps.look_before(
            moved.run,
            tenant=tenant,
            connection=name,
            credentials=moved.credentials,
            clock=moved.clock,
            listener=moved.watcher,
        )
        moved.fault(kind="status", status=429, path="/oauth/token", retry_after_seconds=600)
        verified = steps.verify(
            moved.run,
            tenant=tenant,
            connection=name,
            credentials=moved.credentials,
            clock=moved.clock,
            listener=moved.watcher,
        )
        assert looked.is_ready
        assert verified.is_clean
        assert 2 == sum("waiting until" in text for text in moved.watcher.noticed)

    def test_may_take_no_token_any_longer(self, moved: Rehearsed) -> None:
        """Every token is revoked half-way: another one is fetched, and nothing is sent twice for it."""

        def revoke() -> None:
            moved.running.tenant.signer = signing.Signer(signing.new_key("another key"))

        moved.watcher.at("settled", 2, revoke)
        moved.watcher.at("intent-journalled", 5, revoke)
        figures = moved.judged()
        assert (1, ()) == (moved.commands, figures.explanations)

    def test_may_hang_for_two_hours(self, moved: Rehearsed) -> None:
        """A job that never ends is given up by the tenant, and its users go again in two parts."""
        levers = moved.running.tenant.levers
        levers.job_fate = "hang"
        moved.watcher.at("answer-journalled", 1, lambda: setattr(levers, "job_fate", "work"))
        began = moved.clock.now()
        figures = moved.judged()
        assert limits.JOB_SECONDS_MAX <= (moved.clock.now() - began).total_seconds()
        assert ["Its job ran out of time"] == [each.text.partition(";")[0] for each in figures.explanations]

    def test_may_forget_its_jobs(self, moved: Rehearsed) -> None:
        """The machine sleeps for a day while two jobs are at work: their data is gone, and everybody is read back."""
        moved.watcher.at("answer-journalled", 3, lambda: moved.clock.sleep(limits.JOB_RETENTION_SECONDS + 3600))
        figures = moved.judged(forgotten=3)
        assert 2 == figures.jobs.failed
        assert () == figures.explanations

    def test_may_be_killed_and_started_again(self, packed_run: Path, tmp_path: Path) -> None:
        """Three times the tenant dies in the middle; the delivery waits for it, or is run again."""
        with tenant_process(tmp_path / "tenant.sqlite", job_seconds=0.2) as tenant:
            delivery, server = copied(packed_run, tmp_path, tenant), ForkServer(tenant)
            try:
                server.start(delivery.run)
                for _ in range(3):
                    tenant.kill()
                    tenant.start()
                while server.wait() != 0:
                    server.start(delivery.run)
            finally:
                server.end()
            judge(delivery, Toll())


class TestDisk:
    def test_may_be_full_while_journalling(self, packed_run: Path, tmp_path: Path) -> None:
        """No file grows beyond a limit, which is raised a little each time: one clear error, and nobody is lost."""
        with tenant_process(tmp_path / "tenant.sqlite", job_seconds=0.05) as tenant:
            delivery, server = copied(packed_run, tmp_path, tenant), ForkServer(tenant)
            ended = []
            try:
                for kibibytes in (48, 80, 112, 144, 176, 208, 240):
                    server.start(delivery.run, bytes_max=kibibytes * 1024)
                    ended.append(server.wait())
                server.start(delivery.run)
                assert 0 == server.wait()
            finally:
                server.end()
            assert ExitCode.RUN_FOLDER in ended
            assert {ExitCode.RUN_FOLDER, ExitCode.DONE} >= set(ended)
            judge(delivery, Toll())


class TestJournal:
    def test_may_be_carried_away_and_back(self, delivery: Delivery, tmp_path: Path) -> None:
        """Killed, moved to another place with its run folder and moved back: it goes on as if nothing had been."""
        assert delivery.until("die", "answer-received", "2") == -signal.SIGKILL
        shutil.copytree(delivery.run / "deliveries", tmp_path / "away")
        shutil.rmtree(delivery.run / "deliveries")
        shutil.copytree(tmp_path / "away", delivery.run / "deliveries")
        assert 0 == delivery.until()
        judge(delivery, Toll())

    def test_of_yesterday_doubles_nobody(self, packed_run: Path, tmp_path: Path) -> None:
        """An old copy put back knows nothing of what went since: those users are there already, and the books close."""
        with rehearsed(packed_run, tmp_path) as made:
            made.watcher.at("settled", 2, lambda: shutil.copytree(made.run / "deliveries", tmp_path / "yesterday"))
            made.deliver()
            shutil.rmtree(made.run / "deliveries")
            shutil.copytree(tmp_path / "yesterday", made.run / "deliveries")
            made.clock.sleep(86_400)
            made.deliver()
            figures = steps.report(made.run)
            assert made.traces.packed_emails() == made.traces.emails_at_tenant()
            assert figures.books.closed
            assert {"already-there", outcome_codes.NOT_THERE} >= {group.mend for group in figures.failures}


def copied(packed: Path, folder: Path, tenant: TenantProcess) -> Delivery:
    """A run folder that nobody delivered."""
    shutil.copytree(packed, folder / "run")
    return Delivery(folder / "run", tenant)
