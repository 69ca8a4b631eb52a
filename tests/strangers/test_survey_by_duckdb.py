"""A survey counts what an independent query counts."""

from pathlib import Path

import pytest

from samekey import steps
from tests.strangers import dirty_export, survey_by_duckdb

COUNT = 50_000


class TestSurvey:
    def test_agrees_with_duckdb(self, tmp_path: Path) -> None:
        """Every figure, over a dirty export; different values within the bounds of an estimate where it is one."""
        path = tmp_path / "users.ndjson"
        dirty_export.write(path, COUNT)
        found = steps.survey(str(path))
        asked, told = survey_by_duckdb.figures(path), survey_by_duckdb.surveyed(found)
        expected = survey_by_duckdb.without_estimates(asked, found)
        assert expected == survey_by_duckdb.without_estimates(told, found)
        distinct = {name: counts["distinct"] for name, counts in asked["fields"].items()}
        assert distinct == pytest.approx({name: told["fields"][name]["distinct"] for name in distinct}, rel=0.05)
