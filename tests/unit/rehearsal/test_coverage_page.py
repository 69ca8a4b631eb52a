"""The page that says what is imitated."""

import json
import re
from importlib import resources
from pathlib import Path

import samekey
from samekey.rehearsal import citations, coverage, coverage_tables, operations
from samekey.rehearsal.operations import OPERATIONS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "rehearsal.md"


class TestPage:
    def test_is_what_the_program_says(self) -> None:
        """Generated anew, it is the same: `python -m samekey.rehearsal.coverage > docs/reference/rehearsal.md`."""
        assert coverage.page() == PAGE.read_text(encoding="utf-8")

    def test_gives_the_address_of_every_page_it_cites(self) -> None:
        """Nothing is cited that a reader cannot find, and no address stands there for nothing."""
        assert set(citations.PAGES) == coverage.cited()


class TestTables:
    def test_know_every_property_of_the_import_schema(self) -> None:
        """No more and no less, in its order."""
        schema = resources.files("samekey.auth0").joinpath("user_schema.json").read_text(encoding="utf-8")
        assert list(json.loads(schema)["properties"]) == list(coverage_tables.IMPORT_FIELDS)

    def test_know_every_code_of_an_error_list(self) -> None:
        """Each code in the source stands in the table, and each in the table is one the tenant really gives."""
        package = Path(coverage_tables.__file__).parent
        source = "".join(file.read_text() for file in package.glob("*.py") if file.name != "coverage_tables.py")
        given = set(re.findall(r"(?:omplaint\(|^    )\"([A-Z_]+)\",", source, re.MULTILINE))
        tabled = {code: how for codes, _, how, *_ in coverage_tables.USER_ERRORS for code in codes.split(", ")}
        assert given == {code for code, how in tabled.items() if how != coverage_tables.NOT_IMITATED}

    def test_know_every_refusal_by_its_own_words(self) -> None:
        """A message in the table stands in the source, unless it says that it is not imitated."""
        package = Path(samekey.__file__).parent
        files = [*package.glob("rehearsal/*.py"), *package.glob("auth0/*.py")]
        source = "".join(file.read_text() for file in files if file.name != "coverage_tables.py")
        for _, message, _, how, *_ in coverage_tables.REFUSALS:
            words = max(re.split(r"512000|…|\^con_\S+", message), key=len)
            assert (how != coverage_tables.NOT_IMITATED) == (words in source), message


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
