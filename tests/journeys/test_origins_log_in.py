"""Every origin's example goes the whole way: surveyed, drafted, packed, delivered, and its people log in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from samekey.client.signin import LoginWord
from samekey.origins import catalog
from samekey.sources.join_options import JoinOptions
from samekey.sources.options import SourceOptions
from samekey.testing.tenant_process import TenantProcess, tenant_process
from samekey.verify.reconcile import Standing
from tests.journeys import whole_way

EXPORTS = Path(__file__).parents[1] / "golden" / "exports"
EXAMPLES = sorted(str(path.parent.relative_to(EXPORTS)) for path in EXPORTS.rglob("expected.json"))


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TenantProcess]:
    """One tenant for all of them, whose jobs take no time."""
    with tenant_process(tmp_path_factory.mktemp("tenant") / "tenant.sqlite") as tenant:
        yield tenant


def options_of(example: str) -> SourceOptions:
    """How the example is read: as the origin proposes, where it is in two files."""
    origin, _, joined = example.partition("/")
    if not joined:
        return SourceOptions()
    (convention,) = catalog.origin(origin).joins
    right = str(EXPORTS / example / convention.file)
    join = JoinOptions.said(source=right, table="", on=convention.on, name=convention.name, rows=convention.rows)
    return SourceOptions(join=join)


def carried(expected: list[dict[str, Any]]) -> dict[str, str]:
    """Passwords of everybody who can log in, by what they type."""
    users = [each["user"] for each in expected if each.get("password") == "carried"]
    names = [str(user.get("email") or user["username"]) for user in users if not user.get("blocked")]
    return {name: f"{name.partition('@')[0].title()} likes tea 1" for name in names}


class TestExamples:
    @pytest.mark.parametrize("example", EXAMPLES)
    def test_lead_to_logins(self, tenant: TenantProcess, tmp_path: Path, example: str) -> None:
        """By the drafted rules as they stand; the books close, and who is carried gets in."""
        expected = json.loads((EXPORTS / example / "expected.json").read_text(encoding="utf-8"))
        tenant.control("POST", "/reset")
        if not all("email" in each["user"] for each in expected if "user" in each):
            whole_way.let_people_come_without_email(tenant)
        (source,) = (EXPORTS / example).glob("users.*")
        people = carried(expected)
        way = whole_way.go(str(source), options_of(example), tenant=tenant, folder=tmp_path, people=people)
        fates = {
            "packed": sum("user" in each for each in expected),
            "held": sum("held" in each for each in expected),
            "rejected": sum("rejected" in each for each in expected),
            "left_out": sum("left_out" in each for each in expected),
        }
        assert fates == {name: getattr(way.manifest, name) for name in fates}
        if way.figures is None or way.verified is None:
            assert {} == people
            return
        assert (fates["packed"], True) == (way.figures.books.created, way.figures.books.closed)
        # Nobody can be asked for by username alone; everybody else is there as sent.
        assert {finding.standing for finding in way.verified.read_back.findings} <= {Standing.UNSOUGHT}
        words = {login.username: login.outcome.word for login in way.verified.logins}
        assert people.keys() == words.keys()
        assert set(words.values()) <= {LoginWord.OK, LoginWord.MFA_REQUIRED}
