"""A survey of a million dirty records counts what an independent query counts."""

from pathlib import Path

import pytest

from samekey import steps
from tests.strangers import dirty_export, survey_by_duckdb

COUNT = 1_000_000


class TestSurvey:
    def test_agrees_with_duckdb_over_a_million_records(self, tmp_path: Path) -> None:
        """Every figure, whether one process counts or two."""
        path = tmp_path / "users.ndjson"
        dirty_export.write(path, COUNT)
        found = steps.survey(str(path), workers=2)
        asked, told = survey_by_duckdb.figures(path), survey_by_duckdb.surveyed(found)
        expected = survey_by_duckdb.without_estimates(asked, found)
        assert expected == survey_by_duckdb.without_estimates(told, found)
        distinct = {name: counts["distinct"] for name, counts in asked["fields"].items()}
        assert distinct == pytest.approx({name: told["fields"][name]["distinct"] for name in distinct}, rel=0.05)
        assert found == steps.survey(str(path), workers=1)
