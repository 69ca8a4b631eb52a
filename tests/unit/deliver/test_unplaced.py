"""Failures of which the tenant did not say whose they are."""

from pathlib import Path

import pytest

from samekey.client.wire import FieldError, UserError
from samekey.deliver import unplaced
from samekey.journal.outcome_codes import NOT_THERE, UNTOLD
from tests.unit.deliver.conftest import Story
from tests.unit.deliver.fake_tenant import FakeJob, without_names


def place(story: Story) -> list[tuple[int, str, str, str]]:
    """Find whose they are; place, outcome, code and identifier of everybody who is an exception."""
    with story.journal() as journal:
        unplaced.place(story.assignment(journal))
    return [(row.ordinal, row.outcome, row.code, row.identifier) for row in story.outcomes()]


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """One chunk of three people, of whom the second is refused and not named."""
    made = Story(tmp_path / "run", chunks=1)
    made.emails[0][1] = "nonsense"
    made.tenant.shape = without_names
    return made


class TestPlace:
    def test_finds_the_one_who_is_missing(self, story: Story) -> None:
        """With the tenant's own reason; the books are what they were, and nobody is looked for again."""
        story.run()
        assert [-1] == [row.ordinal for row in story.outcomes()]
        assert (2, 0, 1) == story.ended()
        expected = [(1, "failed", "INVALID_FORMAT", "nonsense")]
        assert expected == place(story)
        assert (2, 0, 1) == story.ended()
        story.tenant.users.clear()
        assert expected == place(story)

    def test_gives_several_the_code_that_fits_all(self, story: Story) -> None:
        """Two reasons for two people cannot be told apart, and both sentences are kept."""
        story.emails[0][2] = "taken@b.test"
        story.tenant.users["taken@b.test"] = {"email": "taken@b.test", "identities": [{"connection": "Other"}]}
        story.run()
        assert [(1, "failed", NOT_THERE, "nonsense"), (2, "failed", NOT_THERE, "taken@b.test")] == place(story)
        assert {"DUPLICATED_USER, it said. INVALID_FORMAT, it said."} == {row.message for row in story.outcomes()}

    def test_says_when_everybody_is_there(self, story: Story) -> None:
        """A complaint about nobody: it stays counted, and retry need not wait for it."""
        story.emails[0][1] = "fine@b.test"

        def complains(job: FakeJob) -> None:
            job.summary = type(job.summary)(3, 2, 0, 1)
            job.errors = (UserError({}, (FieldError("CONFLICT", "Something.", ""),)),)

        story.tenant.shape = complains
        story.run()
        assert [(-1, "failed", UNTOLD, "")] == place(story)
        assert (2, 0, 1) == story.ended()

    def test_counts_everybody_anew_when_more_are_missing(self, story: Story) -> None:
        """Somebody removed a user since: each of the chunk gets an outcome, and the books close on what is there."""
        story.run()
        story.tenant.users.pop(story.emails[0][2])
        ends = [(ordinal, outcome) for ordinal, outcome, _, _ in place(story)]
        assert [(0, "created"), (1, "failed"), (2, "failed")] == ends
        assert (1, 0, 2) == story.ended()
