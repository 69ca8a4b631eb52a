"""Surveys of small sources."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from samekey.sources.opening import open_source
from samekey.survey import tally
from samekey.survey.findings import Findings

Survey = Callable[[Sequence[Any]], Findings]


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    """Survey an array of these records."""

    def survey(records: Sequence[Any]) -> Findings:
        path = tmp_path / "users.json"
        path.write_text(json.dumps(records), encoding="utf-8")
        return tally.survey(open_source(str(path)))

    return survey
