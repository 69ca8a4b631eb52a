"""The page of a survey stands alone and tells nobody's secrets."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from samekey import steps
from samekey.errors import UsageError
from samekey.survey import html
from samekey.survey.findings import Findings

Survey = Callable[[Sequence[Any]], Findings]


def people(count: int) -> list[dict[str, Any]]:
    """Records with something of everything."""
    return [
        {
            "email": f"person{number}@example.test",
            "hash": hashlib.sha1(b"%d" % number).hexdigest(),
            "last_login": f"{2019 + number % 4}-05-01",
        }
        for number in range(count)
    ]


class TestPage:
    def test_shows_no_value(self, survey: Survey) -> None:
        """Neither hashes nor names of people."""
        page = html.page(survey(people(20)))
        assert [value for record in people(20) for value in record.values() if value in page and "@" in value] == []
        assert [record["hash"] for record in people(20) if record["hash"] in page] == []

    def test_says_what_was_found(self, survey: Survey) -> None:
        """Counts, clusters, years, fields."""
        page = html.page(survey(people(20)))
        assert [] == [text for text in ("raw_sha1", "2019", "last_login", ">20<", "undecided") if text not in page]

    def test_needs_nothing_from_elsewhere(self, survey: Survey) -> None:
        """No script, no picture, no font; and it says so to the browser."""
        page = html.page(survey(people(3)))
        assert [] == [text for text in ("<script", "src=", "href=", "url(") if text in page]
        assert "default-src 'none'" in page

    def test_escapes_what_came_from_outside(self, survey: Survey) -> None:
        """A field's name is text."""
        page = html.page(survey([{"email": "a@b.test", "<script>alert(1)</script>": 1}]))
        assert ("<script>" in page, "&lt;script&gt;" in page) == (False, True)

    def test_stands_an_empty_source(self, survey: Survey) -> None:
        """Nothing is something to say, too."""
        assert "No record could be read" in html.page(survey([]))


class TestStacked:
    def test_fills_the_width(self) -> None:
        """One bar begins where the last one ended."""
        bars = html.stacked({"carried": 3, "reset": 1})
        assert [("carried", 0.0, 75.0), ("reset", 75.0, 25.0)] == [(bar.name, bar.start, bar.width) for bar in bars]


class TestUpright:
    def test_has_years_without_anybody(self) -> None:
        """A gap is a finding."""
        bars = html.upright({"2020": 4, "2022": 2})
        assert [("2020", 100.0), ("2021", 0.0), ("2022", 50.0)] == [(bar.name, bar.width) for bar in bars]


class TestSurveyPage:
    def test_says_when_it_cannot_be_written(self, survey: Survey, tmp_path: Path) -> None:
        """One error with a remedy."""
        with pytest.raises(UsageError, match="cannot be written"):
            steps.survey_page(survey(people(1)), tmp_path / "nowhere" / "survey.html")
