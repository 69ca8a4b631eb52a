"""A delivery against a tenant in memory: what goes wrong, goes wrong on purpose."""

import contextlib
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samekey import events
from samekey.deliver import lifecycle
from samekey.deliver.brake import Brake
from samekey.deliver.lifecycle import State
from samekey.deliver.pace import Pace
from samekey.errors import (
    DeliveryPaused,
    RunFolderChanged,
    TenantBusy,
    TenantError,
    TenantRefused,
    TenantUnexpected,
    TenantUnreachable,
)
from samekey.journal import outcome_codes
from tests.unit.deliver import fake_tenant
from tests.unit.deliver.conftest import USERS_A_CHUNK, Cut, Notes, Story
from tests.unit.deliver.fake_tenant import FakeJob, LostAnswer


class TestNominal:
    def test_settles_every_chunk_once(self, story: Story) -> None:
        """Everybody is created by one job a chunk, and nobody needs a row of their own."""
        story.run()
        story.settled_once()
        assert len(story.emails) == len(story.tenant.jobs)
        assert [] == story.outcomes()
        assert story.created() == len(story.everybody())

    def test_keeps_two_jobs_with_the_tenant(self, tmp_path: Path) -> None:
        """Jobs of 30 s, more or less a fifth, end not much later than two slots could have them."""
        story = Story(tmp_path / "run", chunks=30)
        durations: list[float] = []

        def vary(job: FakeJob) -> None:
            durations.append((24.0, 36.0, 30.0, 27.0, 33.0)[len(durations) % 5])
            job.due = story.clock.now() + timedelta(seconds=durations[-1])

        story.tenant.shape = vary
        began = story.clock.now()
        story.run()
        story.settled_once()
        assert 2 == story.tenant.most_active
        assert (story.clock.now() - began).total_seconds() <= 1.07 * sum(durations) / 2
        assert max(job.polls for job in story.tenant.jobs.values()) <= 15

    def test_looks_at_no_job_too_often(self, story: Story) -> None:
        """A job of half a minute is looked at no more than 15 times."""
        story.run()
        assert max(job.polls for job in story.tenant.jobs.values()) <= 15

    def test_learns_how_long_a_job_takes(self, tmp_path: Path) -> None:
        """Once a job was seen to end, the first look at the next comes near its end."""
        story = Story(tmp_path / "run", chunks=20)
        story.run()
        assert story.chunks()[-1].polls <= 3

    def test_reaches_every_boundary_and_no_other(self, story: Story) -> None:
        """A story with one lost answer crosses each named boundary, and a chunk crosses them in the named order."""
        story.tenant.troubles = [LostAnswer("cut")]
        story.run()
        assert set(lifecycle.BOUNDARIES) == set(story.notes.boundaries())
        of_one = [
            event.boundary
            for event in story.notes.events
            if isinstance(event, events.Reached) and event.chunk == "01/000002"
        ]
        assert list(lifecycle.BOUNDARIES) == list(dict.fromkeys(of_one))

    def test_announces_how_far_it_came(self, story: Story) -> None:
        """Progress counts settled users, up to all of them."""
        story.run()
        progress = [event.done for event in story.notes.events if isinstance(event, events.Progressed)]
        assert [3, 6, 9, 12] == progress

    def test_does_nothing_when_all_is_settled(self, story: Story) -> None:
        """Run again after its end, it asks the tenant for nothing."""
        story.run()
        requests = story.tenant.requests
        story.run()
        assert requests == story.tenant.requests

    def test_finds_work_of_its_own_only(self, story: Story) -> None:
        """A person who is there before is a failure that names its class, and everybody else arrives."""
        story.tenant.users["p1@000002.test"] = {
            "email": "p1@000002.test", "created_at": "2020-01-01T00:00:00Z", "identities": [{"connection": "Users"}],
        }  # fmt: skip
        story.run()
        story.settled_once()
        (row,) = story.outcomes()
        assert ("000002", 1, "failed", "DUPLICATED_USER", "p1@000002.test") == (
            row.chunk, row.ordinal, row.outcome, row.code, row.identifier,
        )  # fmt: skip


class TestUpsert:
    def test_counts_the_updated_by_the_jobs_totals(self, tmp_path: Path) -> None:
        """With upsert, those who were there are updated and need no row."""
        story = Story(tmp_path / "run", upsert=True)
        story.tenant.users["p1@000002.test"] = {"email": "p1@000002.test"}
        story.run()
        story.settled_once()
        assert [] == story.outcomes()
        assert 1 == sum(chunk.updated or 0 for chunk in story.chunks())

    def test_that_is_read_back_counts_who_was_there_as_updated(self, tmp_path: Path) -> None:
        """With upsert, a user who was there and is as sent after a job that cannot tell was updated."""
        story = Story(tmp_path / "run", upsert=True)
        story.tenant.users["p1@000002.test"] = {
            "email": "p1@000002.test", "created_at": "2020-01-01T00:00:00Z", "identities": [{"connection": "Users"}],
        }  # fmt: skip
        story.tenant.shape = fake_tenant.gone
        story.run()
        updated = [row.identifier for row in story.outcomes() if row.outcome == "updated"]
        assert ["p1@000002.test"] == updated


class TestBusyTenant:
    def test_is_waited_for_while_strangers_hold_the_slots(self, story: Story) -> None:
        """Full job slots are told once, and every chunk goes when there is one."""
        story.tenant.troubles = [TenantBusy("two jobs", job_slots=True)] * 5
        story.run()
        story.settled_once()
        assert 1 == story.notes.said().count("Another import")

    def test_leaves_our_own_slot_busy(self, tmp_path: Path) -> None:
        """While a stranger holds one slot, the other is taken as soon as our job in it is seen to end."""
        story = Story(tmp_path / "run", chunks=10, job_seconds=2.0)
        story.tenant.strangers = 1
        began = story.clock.now()
        story.run()
        story.settled_once()
        assert (story.clock.now() - began).total_seconds() < 1.5 * 10 * story.tenant.job_seconds

    def test_is_not_asked_before_the_time_it_names(self, story: Story) -> None:
        """A rate limit's Retry-After is waited out."""
        story.tenant.troubles = [TenantBusy("slow down", retry_after_seconds=90.0)]
        began = story.clock.now()
        story.run()
        story.settled_once()
        first = min(chunk.intended_at for chunk in story.chunks() if chunk.intended_at)
        assert (first - began).total_seconds() >= 90.0
        again_at = began + timedelta(seconds=90)
        assert f"the next one goes at {again_at.astimezone():%H:%M:%S}" in story.notes.said()

    def test_is_not_asked_without_a_pause(self, story: Story) -> None:
        """A tenant that says both busy and now is left alone for a moment each time."""
        story.tenant.troubles = [TenantBusy("slow down", retry_after_seconds=0.0)] * 3
        began = story.clock.now()
        story.run()
        story.settled_once()
        first = min(chunk.intended_at for chunk in story.chunks() if chunk.intended_at)
        assert (first - began).total_seconds() >= 3 * story.pace.poll_seconds_min

    def test_leaves_no_trace_of_what_it_did_not_take(self, story: Story) -> None:
        """A refused attempt is withdrawn; what remains is one attempt a chunk."""
        story.tenant.troubles = [TenantBusy("two jobs", job_slots=True)] * 2
        story.run()
        assert {"accepted": 4} == story.answers()


class TestRefusal:
    @pytest.mark.parametrize("status", [400, 401, 403])
    def test_stops_with_the_chunk_as_it_was(self, story: Story, status: int) -> None:
        """A refusal ends the delivery, the chunk waits again, and the same command goes on when it is mended."""
        story.tenant.troubles = [None, TenantRefused("no", status=status)]
        with pytest.raises(TenantRefused):
            story.run()
        assert ["working", "waiting", "waiting", "waiting"] == story.states()
        story.run()
        story.settled_once()
        assert {"accepted": 4} == story.answers()


class TestTooLargeChunk:
    def test_goes_in_two_parts(self, story: Story) -> None:
        """What something on the way does not let through goes in halves, and the books count everybody once."""
        story.tenant.troubles = [TenantRefused("too large", status=413)]
        story.run()
        assert {State.SETTLED} == set(story.states())
        assert story.everybody() == story.tenant.users.keys()
        assert story.created() == len(story.everybody())
        sizes = [(chunk.name, chunk.users) for chunk in story.chunks()]
        assert [("000001", 1), ("000001.000001", 2), ("000002", 3), ("000003", 3), ("000004", 3)] == sizes

    def test_of_one_user_ends_the_delivery(self, story: Story) -> None:
        """What cannot be cut any more is said."""
        story.tenant.troubles = [TenantRefused("too large", status=413)] * 9
        with pytest.raises(TenantRefused, match="too large"):
            story.run()
        story.tenant.troubles = []
        story.run()
        assert {State.SETTLED} == set(story.states())
        assert story.everybody() == story.tenant.users.keys()

    def test_names_the_right_person_in_a_part(self, story: Story) -> None:
        """A failure in the second part is that person's, by place and name."""
        story.tenant.users["p2@000001.test"] = {"email": "p2@000001.test"}
        story.tenant.troubles = [TenantRefused("too large", status=413)]
        story.run()
        (row,) = story.outcomes()
        assert ("000001.000001", 1, "p2@000001.test") == (row.chunk, row.ordinal, row.identifier)


class TestUnreachableTenant:
    def test_that_was_never_reached_is_tried_again(self, story: Story) -> None:
        """A request that certainly did not arrive is withdrawn and made again after a pause."""
        story.tenant.troubles = [TenantUnreachable("no connection", may_have_arrived=False)] * 3
        story.run()
        story.settled_once()
        assert {"accepted": 4} == story.answers()

    def test_that_stays_away_ends_the_delivery(self, story: Story) -> None:
        """After a handful of tries in a row it stops within a minute, and nothing is lost."""
        story.tenant.troubles = [TenantUnreachable("no connection", may_have_arrived=False)] * 5
        began = story.clock.now()
        with pytest.raises(TenantUnreachable):
            story.run()
        assert (story.clock.now() - began).total_seconds() < 60
        assert {State.WAITING} == set(story.states())
        story.run()
        story.settled_once()

    def test_is_not_counted_out_by_single_failures(self, story: Story) -> None:
        """Failures with answers between them are not failures in a row."""
        away = TenantUnreachable("no connection", may_have_arrived=False)
        busy = TenantBusy("slow down", retry_after_seconds=1.0)
        story.tenant.troubles = [*[away] * 3, busy, *[away] * 3, None, *[away] * 3]
        story.run()
        story.settled_once()


class TestLostAnswer:
    def test_of_a_job_that_was_taken_is_recognised(self, story: Story) -> None:
        """The chunk goes a second time, its users fail as duplicates, and are known as ours."""
        story.tenant.troubles = [LostAnswer("cut")]
        story.run()
        story.settled_once()
        assert 5 == len(story.tenant.jobs)
        assert [("000001", n, "created", outcome_codes.READ_BACK) for n in range(USERS_A_CHUNK)] == [
            (row.chunk, row.ordinal, row.outcome, row.code) for row in story.outcomes()
        ]
        assert story.created() == len(story.everybody())
        assert "may or may not be with the tenant" in story.notes.said()
        assert "handed in again" in story.notes.said()

    @pytest.mark.parametrize(
        "trouble",
        [TenantUnexpected("trouble", status=502), TenantUnexpected("not JSON"), TenantUnreachable("cut")],
        ids=["5xx", "unreadable", "cut off"],
    )
    def test_of_a_job_that_was_not_taken_is_waited_out(self, story: Story, trouble: TenantError) -> None:
        """Nobody can know that there is no job, so the chunk goes again, after the waiting time and not before."""
        story.tenant.troubles = [trouble]
        began = story.clock.now()
        story.run()
        story.settled_once()
        assert 4 == len(story.tenant.jobs)
        resent = story.chunks()[0]
        assert 2 == resent.attempt
        assert resent.intended_at is not None
        assert (resent.intended_at - began).total_seconds() >= story.pace.unclear_seconds - 0.1

    def test_keeps_its_slot(self, story: Story) -> None:
        """While a job may be at work, only one other is handed in, so that the tenant never has to refuse one."""
        story.tenant.troubles = [LostAnswer("cut")]
        story.run()
        assert 5 == story.tenant.requests == len(story.tenant.jobs)

    def test_keeps_its_time_when_the_resend_is_refused(self, tmp_path: Path) -> None:
        """A resend that finds the queue full is tried again when a slot is free, without waiting all over again."""
        story = Story(tmp_path / "run", chunks=1)
        story.tenant.troubles = [TenantUnreachable("cut"), TenantBusy("two jobs", job_slots=True)]
        began = story.clock.now()
        story.run()
        story.settled_once()
        resent = story.chunks()[0].intended_at
        assert resent is not None
        assert (resent - began).total_seconds() < story.pace.unclear_seconds + 10

    def test_is_not_sent_again_when_the_log_names_its_job(self, story: Story) -> None:
        """A job id in the tenant's log proves that the attempt was accepted; the job is watched as any other."""
        story.tenant.has_log = story.tenant.log_names_jobs = True
        story.tenant.troubles = [LostAnswer("cut")]
        story.run()
        story.settled_once()
        assert 4 == len(story.tenant.jobs) == story.tenant.requests
        assert {"found": 1, "accepted": 3} == story.answers()
        assert [] == story.outcomes()
        assert "its log names the job" in story.notes.said()
        assert ["The tenant's log named its job, so it was not sent again."] == [
            text.partition("). ")[2] for text in story.explanations()
        ]

    def test_is_sent_again_when_the_log_only_says_accepted(self, story: Story) -> None:
        """Without the job's id nobody can read its errors: the chunk goes again, and the report says what is known."""
        story.tenant.has_log = True
        story.tenant.troubles = [LostAnswer("cut")]
        story.run()
        story.settled_once()
        assert 5 == len(story.tenant.jobs)
        (explanation,) = story.explanations()
        assert "log shows that it was accepted" in explanation
        assert "3 users turned out to be there already" in explanation

    def test_is_not_believed_undone_because_the_log_is_silent(self, story: Story) -> None:
        """The log is looked into a few times, proves nothing by its silence, and the waiting time is kept."""
        story.tenant.troubles = [LostAnswer("cut")]
        story.run()
        story.settled_once()
        assert 3 <= story.tenant.log_looks <= 8
        assert "which proves nothing" in story.explanations()[0]

    def test_does_without_a_log_it_may_not_read(self, story: Story) -> None:
        """A client without read:logs is told so once, by the first look, and is not asked again."""
        story.tenant.log_trouble = TenantRefused("no scope", status=403)
        story.tenant.troubles = [LostAnswer("cut")]
        story.run()
        story.settled_once()
        assert 1 == story.tenant.log_looks

    def test_survives_a_log_that_does_not_answer(self, story: Story) -> None:
        """Trouble with the log is no trouble of the delivery."""
        story.tenant.log_trouble = TenantUnreachable("cut")
        story.tenant.troubles = [LostAnswer("cut")]
        story.run()
        story.settled_once()
        assert 1 < story.tenant.log_looks

    def test_is_hinted_at_by_a_full_queue(self, tmp_path: Path) -> None:
        """A queue that is full without our doing is written down as a sign that the lost job lives."""
        story = Story(tmp_path / "run", chunks=2, job_seconds=300.0)
        story.tenant.troubles = [LostAnswer("cut")]
        story.tenant.strangers = 0
        story.run()
        story.settled_once()
        assert "hints that it was at work" in story.explanations()[0]

    def test_over_and_over_ends_the_delivery_and_not_the_migration(self, tmp_path: Path) -> None:
        """After a handful of lost answers for one chunk it stops; the same command again tries again."""
        story = Story(tmp_path / "run", chunks=1)
        story.tenant.troubles = [TenantUnexpected("trouble", status=503)] * 5
        with pytest.raises(TenantUnexpected, match="000001"):
            story.run()
        assert [State.UNCLEAR] == story.states()
        story.run()
        story.settled_once()

    @pytest.mark.parametrize("ahead_seconds", [-3600.0, 3600.0], ids=["behind", "ahead"])
    def test_is_recognised_by_the_tenants_own_clock(self, story: Story, ahead_seconds: float) -> None:
        """A tenant whose clock is far from ours makes users at its own time, and that is what counts."""
        story.tenant.clock_ahead_seconds = ahead_seconds
        story.tenant.troubles = [LostAnswer("cut")]
        story.run()
        assert {"created"} == {row.outcome for row in story.outcomes()}

    def test_is_told_from_strangers_where_the_tenant_hides_its_time(self, story: Story) -> None:
        """Without the tenant's clock our own decides, with a margin."""
        story.tenant.tells_time = False
        story.tenant.troubles = [LostAnswer("cut")]
        story.run()
        story.settled_once()
        assert {"created"} == {row.outcome for row in story.outcomes()}


class TestUpsertAfterALook:
    """With upsert, created and updated are told apart by who was there before the first job."""

    def upserting(self, folder: Path) -> Story:
        """A delivery of two chunks whose first three people have an equal account already."""
        story = Story(folder, chunks=2, upsert=True)
        for email in story.emails[0]:
            story.tenant.users[email] = story.tenant._profile({"email": email})
        story.clock.advance(3600)
        story.look_for_existing()
        return story

    def test_needs_no_rows_while_the_totals_agree(self, tmp_path: Path) -> None:
        """The jobs updated as many as were there."""
        story = self.upserting(tmp_path / "run")
        story.run()
        assert (3, 3, 0) == story.ended()
        assert [] == story.outcomes()

    def test_counts_a_user_once_who_was_created_by_a_lost_attempt(self, tmp_path: Path) -> None:
        """The second attempt updates everybody; those who were not there before were created all the same."""
        story = self.upserting(tmp_path / "run")
        story.tenant.troubles = [None, LostAnswer("cut")]
        story.run()
        assert (3, 3, 0) == story.ended()
        assert {("000002", "created", outcome_codes.PRE_READ)} == {
            (row.chunk, row.outcome, row.code) for row in story.outcomes()
        }
        assert "3 users turned out to be there already" in story.explanations()[0]

    @pytest.mark.parametrize("shape", [fake_tenant.gone, fake_tenant.without_summary], ids=["gone", "no totals"])
    def test_is_told_by_reading_back(self, tmp_path: Path, shape: Callable[[FakeJob], None]) -> None:
        """A job that cannot tell has its users read back, and held against who was there."""
        story = self.upserting(tmp_path / "run")
        story.tenant.shape = shape
        story.run()
        assert (3, 3, 0) == story.ended()

    def test_warns_when_somebody_else_makes_users(self, tmp_path: Path) -> None:
        """A job that updates more than were there is believed, and a person is told."""
        story = self.upserting(tmp_path / "run")
        for email in story.emails[1]:
            story.tenant.users[email] = story.tenant._profile({"email": email})
        story.run()
        assert (0, 6, 0) == story.ended()
        assert "somebody else makes or removes users" in story.notes.said()

    def test_leaves_what_no_update_changes(self, tmp_path: Path) -> None:
        """A user who was there keeps the user id: reading back does not call that another user."""
        story = Story(tmp_path / "run", chunks=1, upsert=True)
        story.emails = [["ada@example.org"]]
        story.tenant.users["ada@example.org"] = story.tenant._profile({"email": "ada@example.org"}) | {"blocked": True}
        story.clock.advance(3600)
        story.look_for_existing()
        story.tenant.shape = fake_tenant.gone
        story.run()
        assert (0, 1, 0) == story.ended()


class TestJobThatRunsOutOfTime:
    def test_goes_again_in_two_parts(self, tmp_path: Path) -> None:
        """After two hours Auth0 gives a job up: its users go again in halves, and whom it had made is recognised."""
        story = Story(tmp_path / "run", chunks=2)

        def hang(job: FakeJob) -> None:
            if len(story.tenant.jobs) == 0:
                fake_tenant.timed_out(job)

        story.tenant.shape = hang
        story.run()
        assert ["halved", "settled", "settled", "settled"] == story.states()
        assert [(0, 0), (0, 1), (1, 2), (0, 3)] == [(chunk.first, chunk.users) for chunk in story.chunks()]
        assert story.everybody() == story.tenant.users.keys()
        assert len(story.everybody()) == story.created()
        assert 4 == len(story.tenant.jobs)
        assert [("created", outcome_codes.READ_BACK)] * USERS_A_CHUNK == [
            (row.outcome, row.code) for row in story.outcomes()
        ]
        assert ["Its job ran out of time"] == [text.partition(";")[0] for text in story.explanations()]

    def test_pauses_a_delivery_after_the_second(self, tmp_path: Path) -> None:
        """Two jobs that run out of time are two jobs that failed: a person looks before a third one goes."""
        story = Story(tmp_path / "run", chunks=8, brake=Brake())
        story.tenant.shape = fake_tenant.timed_out
        for _ in range(2):
            with pytest.raises(DeliveryPaused, match="jobs failed as a whole"):
                story.run()
        # Two more were handed in before the first two were looked at.
        assert 4 == len(story.tenant.jobs)

    def test_is_read_back_when_it_has_one_user(self, tmp_path: Path) -> None:
        """One user cannot go in two parts."""
        story = Story(tmp_path / "run", chunks=1)
        story.emails = [["ada@example.org"]]
        story.tenant.shape = fake_tenant.timed_out
        story.run()
        assert ["settled"] == story.states()
        assert 1 == story.created()

    def test_is_read_back_when_it_is_the_canary(self, tmp_path: Path) -> None:
        """A canary is small; one that takes two hours says something of the tenant, and is judged as it is."""
        story = Story(tmp_path / "run", chunks=1)
        story.tenant.shape = fake_tenant.timed_out
        story.run(canary=2)
        assert ["settled", "waiting"] == story.states()

    def test_survives_a_cut_anywhere(self, tmp_path: Path) -> None:
        """However often it is stopped on the way to its halves, nobody is lost and nobody doubled."""
        for cut in range(1, 40):
            story = Story(tmp_path / str(cut), chunks=2)

            def hang(job: FakeJob, story: Story = story) -> None:
                if len(story.tenant.jobs) == 0:
                    fake_tenant.timed_out(job)

            story.tenant.shape = hang
            with contextlib.suppress(Cut):
                story.run(Notes(stop_at=cut))
            story.run()
            assert {"settled", "halved"} >= set(story.states())
            assert story.everybody() == story.tenant.users.keys()
            assert len(story.everybody()) == story.created()


TROUBLED_JOBS: dict[str, tuple[Callable[[FakeJob], None], int]] = {
    "gone": (fake_tenant.gone, 4 * USERS_A_CHUNK - 1),
    "error list gone": (fake_tenant.without_error_list, 4 * USERS_A_CHUNK - 1),
    "error list empty": (fake_tenant.with_empty_error_list, 4 * USERS_A_CHUNK - 1),
    "no totals": (fake_tenant.without_summary, 4 * USERS_A_CHUNK - 1),
    "failed": (fake_tenant.failed, 0),
}


class TestTroubledJobs:
    @pytest.mark.parametrize(("shape", "created"), TROUBLED_JOBS.values(), ids=TROUBLED_JOBS.keys())
    def test_are_settled_by_reading_back(self, story: Story, shape: Callable[[FakeJob], None], created: int) -> None:
        """Whatever a job cannot tell, its users do: everyone ends as created or failed."""
        story.emails[1][1] = "no address"
        story.tenant.shape = shape
        story.run()
        assert {State.SETTLED} == set(story.states())
        assert created == story.created()
        failures = [row for row in story.outcomes() if row.outcome == "failed"]
        assert 4 * USERS_A_CHUNK - created == len(failures)

    def test_keep_the_tenants_reason(self, story: Story) -> None:
        """Where the error list says why, reading back does not hide it."""
        story.emails[1][1] = "no address"
        story.tenant.shape = fake_tenant.without_summary
        story.run()
        assert ["INVALID_FORMAT"] == [row.code for row in story.outcomes() if row.outcome == "failed"]

    @pytest.mark.parametrize("caught_up", [True, False], ids=["search caught up", "search behind"])
    def test_find_people_by_what_they_were_sent_with(self, tmp_path: Path, *, caught_up: bool) -> None:
        """A user is looked up by address, by id, or by a search; whom a search does not find is not sought."""
        story = Story(tmp_path / "run", chunks=1)
        story.emails = [["ada@example.org", "42", "+4912345678", "Bob"]]
        story.sent_as = {"42": "user_id", "+4912345678": "phone_number", "Bob": "username"}
        story.tenant.shape = fake_tenant.gone
        story.tenant.search_caught_up = caught_up
        story.run()
        by_search = ("created", outcome_codes.READ_BACK) if caught_up else ("failed", outcome_codes.NOT_SOUGHT)
        expected = [("created", outcome_codes.READ_BACK)] * 2 + [by_search] * 2
        assert expected == [(row.outcome, row.code) for row in story.outcomes()]

    def test_do_not_find_an_id_that_nobody_has(self, tmp_path: Path) -> None:
        """An id that the tenant does not know is a user who is not there."""
        story = Story(tmp_path / "run", chunks=1)
        story.emails = [["42"]]
        story.sent_as = {"42": "user_id"}
        story.tenant.shape = fake_tenant.failed
        story.run()
        assert [outcome_codes.NOT_THERE] == [row.code for row in story.outcomes()]

    def test_of_a_failed_job_are_named_as_not_there(self, story: Story) -> None:
        """Users of a job that failed as a whole are looked for, and not found."""
        story.tenant.shape = fake_tenant.failed
        story.run()
        assert {outcome_codes.NOT_THERE} == {row.code for row in story.outcomes()}


class TestNotWaiting:
    def test_hands_in_what_finds_a_slot_and_leaves(self, story: Story) -> None:
        """Two chunks go, no time passes."""
        story.run(wait=False)
        assert ["working", "working", "waiting", "waiting"] == story.states()
        assert [] == story.clock.sleeps

    def test_goes_on_each_time(self, story: Story) -> None:
        """Run again later, it settles what ended and hands in the next; in the end all is settled."""
        for _ in range(8):
            story.run(wait=False)
            story.clock.advance(600)
        story.settled_once()
        assert [] == story.clock.sleeps


class TestEditedChunk:
    def test_is_not_sent(self, story: Story) -> None:
        """A chunk that is not what was packed ends the delivery before anything of it leaves."""

        class Editor(Notes):
            def notice(self, event: events.Event) -> None:
                super().notice(event)
                (story.folder / "01" / "chunks" / "000003.json").write_text("[]")

        with pytest.raises(RunFolderChanged):
            story.run(Editor())
        assert "waiting" == story.states()[2]
        story.run()
        story.settled_once()


def events_of(chunks: int, troubles: list[TenantError | None]) -> int:
    """How many events a story has."""
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder) / "run", chunks=chunks, job_seconds=2.0)
        story.tenant.troubles = list(troubles)
        story.run()
        return len(story.notes.events)


class TestCut:
    """The story is cut at an event, as a kill would, and a fresh runner resumes."""

    @pytest.mark.parametrize("lost", [False, True], ids=["nominal", "with a lost answer"])
    def test_at_every_event_loses_nobody(self, tmp_path: Path, *, lost: bool) -> None:
        """Wherever it is cut once: everybody arrives once, chunks go again only where no answer was journalled."""
        troubles: list[TenantError | None] = [LostAnswer("cut")] if lost else []
        for cut in range(1, events_of(3, troubles) + 1):
            story = Story(tmp_path / str(cut), chunks=3, job_seconds=2.0)
            story.tenant.troubles = list(troubles)
            with pytest.raises(Cut):
                story.run(Notes(stop_at=cut))
            story.run()
            story.settled_once()
            assert story.created() == len(story.everybody())

    @settings(max_examples=40, deadline=None)
    @given(
        cuts=st.lists(st.integers(1, 25), max_size=6),
        pauses=st.lists(st.floats(0, 100_000), min_size=6, max_size=6),
        troubles=st.lists(
            st.sampled_from(
                [
                    None,
                    None,
                    LostAnswer("cut"),
                    TenantUnexpected("trouble", status=502),
                    TenantUnreachable("no connection", may_have_arrived=False),
                    TenantBusy("two jobs", job_slots=True),
                    TenantBusy("slow down", retry_after_seconds=3.0),
                ]
            ),
            max_size=6,
        ),
    )
    def test_anywhere_and_again_closes_the_books(
        self, cuts: list[int], pauses: list[float], troubles: list[TenantError | None]
    ) -> None:
        """Cut again and again, at any event, with any trouble and any pause between: nobody lost, nobody doubled."""
        with tempfile.TemporaryDirectory() as folder:
            story = Story(Path(folder) / "run", chunks=3, job_seconds=2.0, pace=Pace(attempts_max=10))
            story.tenant.troubles = list(troubles)
            for cut, pause in zip(cuts, pauses, strict=False):
                try:
                    story.run(Notes(stop_at=cut))
                except (Cut, TenantUnreachable):
                    story.clock.advance(pause)
            story.run()
            story.settled_once()
            assert story.created() == len(story.everybody())
            assert not [row for row in story.outcomes() if row.outcome != "created"]
