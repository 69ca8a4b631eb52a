"""A field that the rules call otherwise than the source is named, since nobody would be rejected for it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from samekey import steps
from samekey.engine import local
from samekey.events import Event, Noticed
from tests.unit.steps.rounds import Rounds, person

RULES = """
[user]
key = "id"
email = "mail"
given_name = "frist_name"
nickname = { path = "nick", default = "none" }
picture = { value = "https://example.com/p.png" }
app_metadata = { plan = { kind = "plan", size = "szie" } }
[duplicates]
keep = "newest"
by = "changed"
[partition]
by = "tenant"
[order]
by = "seen"
"""
ALL = [
    '[user] given_name = "frist_name"',
    '[user] app_metadata.plan.size = "szie"',
    '[partition] by = "tenant"',
    '[order] by = "seen"',
    '[duplicates] by = "changed"',
]


class Said:
    """Warnings that a person reads."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def notice(self, event: Event) -> None:
        """Keep what it is about."""
        if isinstance(event, Noticed) and event.level == "warning":
            self.parts += event.text.removeprefix("No record has anything for ").partition(": ")[0].split(", ")


@pytest.fixture
def unfound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Unfound":
    """Rules of which half fits, and a source that two processes read."""
    monkeypatch.setattr(local, "ALONE_BYTES_MAX", 0)
    return Unfound(tmp_path)


class Unfound:
    """Packs records by these rules."""

    def __init__(self, folder: Path) -> None:
        self.run = Rounds(folder, RULES)

    def __call__(self, records: Sequence[Any]) -> list[str]:
        """What is warned of."""
        said = Said()
        path = self.run.source.with_suffix(".ndjson")
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        steps.pack(
            str(path), rules_path=self.run.rules, run=self.run.folder.path, workers=2, dry_run=True, listener=said
        )
        return said.parts


class TestParts:
    def test_are_named_that_find_nothing(self, unfound: Unfound) -> None:
        """Neither a constant, nor what has a default; a date that nobody can read is none."""
        assert ALL == unfound([person(number, plan="free", seen="31/01/2024") for number in range(200)])

    def test_are_found_when_one_record_has_them(self, unfound: Unfound) -> None:
        """Wherever it stands."""
        last = person(200, plan="free", frist_name="A", szie=3, tenant="t", seen=1, changed="2024-01-31")
        assert [] == unfound([*(person(number) for number in range(200)), last])

    def test_are_not_missed_where_nobody_is_packed(self, unfound: Unfound) -> None:
        """Whoever is rejected is told why."""
        assert [] == unfound([person(0, mail="nobody")])
