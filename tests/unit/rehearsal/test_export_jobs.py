"""Export jobs: a gzip file of everybody, behind an address that is good for a minute."""

import csv
import gzip
import json
from typing import Any

import pytest

from tests.unit.rehearsal.visitor import Visitor

PEOPLE: list[dict[str, Any]] = [
    {"email": "anna@example.test", "user_id": "1", "name": "=cmd|calc", "app_metadata": {"plan": "gold"}},
    {"email": "berta@example.test", "user_id": "2", "email_verified": True},
]


def export(visitor: Visitor, **body: Any) -> dict[str, Any]:
    """An export job looked at when it is done."""
    answer = visitor.send("POST", "jobs/users-exports", body)
    assert answer.status_code == 200
    job: dict[str, Any] = visitor.get(f"jobs/{answer.json()['id']}").json()
    return job


def content(visitor: Visitor, job: dict[str, Any]) -> str:
    """What the address gives."""
    return gzip.decompress(visitor.http.get(job["location"]).content).decode()


class TestExport:
    def test_gives_one_object_a_line(self, visitor: Visitor) -> None:
        """`json` is NDJSON; paths reach inside; ids carry the prefix."""
        visitor.imported(PEOPLE)
        fields = [{"name": "user_id"}, {"name": "app_metadata.plan", "export_as": "plan"}]
        job = export(visitor, format="json", fields=fields)
        lines = [json.loads(line) for line in content(visitor, job).splitlines()]
        assert lines == [{"user_id": "auth0|1", "plan": "gold"}, {"user_id": "auth0|2"}]

    def test_is_csv_by_default(self, visitor: Visitor) -> None:
        """Without a format it is CSV, and text that a spreadsheet would compute gets a quote mark."""
        visitor.imported(PEOPLE)
        job = export(visitor, connection_id=visitor.connection_id)
        rows = list(csv.DictReader(content(visitor, job).splitlines()))
        assert (job["format"], rows[0]["name"], rows[1]["email_verified"]) == ("csv", "'=cmd|calc", "true")

    def test_stops_at_its_limit(self, visitor: Visitor) -> None:
        """No more people than asked for."""
        visitor.imported(PEOPLE)
        assert len(content(visitor, export(visitor, format="json", limit=1)).splitlines()) == 1

    def test_closes_its_address_after_a_minute(self, visitor: Visitor) -> None:
        """An old or changed address gives nothing; looking at the job gives a new one."""
        visitor.imported(PEOPLE)
        job = export(visitor)
        changed = job["location"].replace("expires=1", "expires=2")
        visitor.clock.sleep(60)
        statuses = [visitor.http.get(address).status_code for address in (changed, job["location"])]
        fresh = visitor.get(f"jobs/{job['id']}").json()["location"]
        assert (statuses, visitor.http.get(fresh).status_code) == ([403, 403], 200)

    @pytest.mark.parametrize(
        "body",
        [{"limit": 0}, {"format": "xml"}, {"shoe": 1}, {"fields": [{"name": "x" * 101}]},
         {"fields": [{"name": "x"}] * 31}, {"connection_id": "con_0123456789abcdef"}],
        ids=["no users", "xml", "unknown key", "long name", "31 columns", "no such connection"],
    )  # fmt: skip
    def test_refuses_what_does_not_fit(self, visitor: Visitor, body: dict[str, Any]) -> None:
        """Each is a 400."""
        assert visitor.send("POST", "jobs/users-exports", body).status_code == 400
