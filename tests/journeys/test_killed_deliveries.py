"""A delivery is killed where it hurts, and the same command again closes the books; the tenant's own store judges."""

import signal

import pytest

from samekey.deliver import lifecycle
from tests.journeys.conftest import CHUNKS, PEOPLE, Delivery


def judge(delivery: Delivery) -> None:
    """Everybody is there once, the books close, and every job beyond one a chunk is explained by the journal."""
    assert delivery.packed_emails() == delivery.emails_at_tenant()
    figures = delivery.figures()
    assert figures.books.closed
    assert figures.books.created == PEOPLE
    assert figures.books.failed == 0
    answers = delivery.answers_in_journal()
    taken = delivery.jobs_at_tenant()
    assert len(set(taken)) == len(taken)
    explained_resends = [external_id for external_id in taken if answers[external_id] == "lost"]
    assert len(taken) - CHUNKS == len(explained_resends)


class TestDelivery:
    def test_goes_through_undisturbed(self, delivery: Delivery) -> None:
        """Nobody kills it: one job a chunk and nothing to explain."""
        assert delivery.until() == 0
        judge(delivery)
        assert len(delivery.jobs_at_tenant()) == CHUNKS

    @pytest.mark.parametrize("boundary", lifecycle.BOUNDARIES)
    def test_survives_two_kills_at_a_boundary(self, delivery: Delivery, boundary: str) -> None:
        """Killed at the first such moment, and its successor at its second, it still ends with closed books."""
        assert delivery.until("die", boundary, "1") == -signal.SIGKILL
        assert not delivery.figures().books.closed
        assert delivery.until("die", boundary, "2") == -signal.SIGKILL
        assert delivery.until() == 0
        judge(delivery)

    def test_explains_a_job_whose_answer_was_never_written_down(self, delivery: Delivery) -> None:
        """Killed between the answer and the journal, the chunk goes twice, and the double is recognised."""
        assert delivery.until("die", "answer-received", "1") == -signal.SIGKILL
        assert delivery.until() == 0
        judge(delivery)
        assert len(delivery.jobs_at_tenant()) == CHUNKS + 1
        assert delivery.figures().jobs.lost == 1

    def test_sends_once_what_was_only_meant(self, delivery: Delivery) -> None:
        """Killed before the request left, the chunk goes once, although nobody could know."""
        assert delivery.until("die", "intent-journalled", "1") == -signal.SIGKILL
        assert delivery.until() == 0
        judge(delivery)
        assert len(delivery.jobs_at_tenant()) == CHUNKS

    def test_does_nothing_when_it_is_done(self, delivery: Delivery) -> None:
        """The same command after the end sends nothing."""
        assert delivery.until() == 0
        assert delivery.until() == 0
        judge(delivery)
        assert len(delivery.jobs_at_tenant()) == CHUNKS
