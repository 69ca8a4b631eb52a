"""The page that says what is imitated."""

from pathlib import Path

from samekey.rehearsal import citations, coverage, operations
from samekey.rehearsal.operations import OPERATIONS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "rehearsal.md"


class TestPage:
    def test_is_what_the_program_says(self) -> None:
        """Generated anew, it is the same: `python -m samekey.rehearsal.coverage > docs/reference/rehearsal.md`."""
        assert coverage.page() == PAGE.read_text(encoding="utf-8")

    def test_gives_the_address_of_every_page_it_cites(self) -> None:
        """Nothing is cited that a reader cannot find, and no address stands there for nothing."""
        assert set(citations.PAGES) == coverage.cited()


class TestOperations:
    def test_are_told_apart(self) -> None:
        """No address and method twice."""
        rows = [(row.method, row.path) for row in OPERATIONS]
        assert len(set(rows)) == len(rows)

    def test_stand_in_an_order_that_reaches_each(self) -> None:
        """No row is hidden behind an earlier one that takes its path."""
        hidden = [
            later.path
            for index, earlier in enumerate(operations.OPERATIONS)
            for later in operations.OPERATIONS[index + 1 :]
            if earlier.method == later.method
            and earlier.path.endswith(":path}")
            and later.path.startswith(earlier.path.partition("{")[0])
        ]
        assert hidden == []
