"""Every origin's example goes the whole way: surveyed, drafted, packed, delivered, and its people log in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from samekey import steps
from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials
from samekey.client.signin import LoginWord
from samekey.origins import catalog
from samekey.secret import Secret
from samekey.sources.join_options import JoinOptions
from samekey.sources.options import SourceOptions
from samekey.testing.tenant_process import TenantProcess, tenant_process
from samekey.verify.reconcile import Standing

EXPORTS = Path(__file__).parents[1] / "golden" / "exports"
EXAMPLES = sorted(str(path.parent.relative_to(EXPORTS)) for path in EXPORTS.rglob("expected.json"))


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TenantProcess]:
    """One tenant for all of them, whose connection takes usernames too, and whose jobs take no time."""
    with tenant_process(tmp_path_factory.mktemp("tenant") / "tenant.sqlite") as tenant:
        yield tenant


def let_people_come_without_email(tenant: TenantProcess) -> None:
    """Set the connection to flexible identifiers, as somebody would whose users have usernames alone."""
    environment = tenant.environment()
    asking = {
        "grant_type": "client_credentials",
        "client_id": environment["AUTH0_CLIENT_ID"],
        "client_secret": environment["AUTH0_CLIENT_SECRET"],
        "audience": f"{tenant.url}/api/v2/",
    }
    identifier = {"identifier": {"active": True}, "profile_required": False}
    options = {"attributes": {"email": identifier, "username": identifier}}
    with httpx2.Client(base_url=tenant.url, trust_env=False) as http:
        token = http.post("/oauth/token", json=asking).raise_for_status().json()["access_token"]
        http.patch(
            f"/api/v2/connections/{tenant.connection_id}",
            json={"options": options},
            headers={"authorization": f"Bearer {token}"},
        ).raise_for_status()


def options_of(example: str) -> SourceOptions:
    """How the example is read: as the origin proposes, where it is in two files."""
    origin, _, joined = example.partition("/")
    if not joined:
        return SourceOptions()
    (convention,) = catalog.origin(origin).joins
    right = str(EXPORTS / example / convention.file)
    return SourceOptions(
        join=JoinOptions.said(
            source=right, table="", on=convention.on, name=convention.name, rows=convention.rows
        )
    )  # fmt: skip


def known_logins(expected: list[dict[str, Any]], path: Path) -> list[str]:
    """A file of everybody whose password is carried; what they log in with."""
    carried = [each["user"] for each in expected if each.get("password") == "carried"]
    names = [str(user.get("email") or user["username"]) for user in carried if not user.get("blocked")]
    rows = "".join(f"{name},{name.partition('@')[0].title()} likes tea 1\n" for name in names)
    path.write_text(f"username,password\n{rows}", encoding="utf-8")
    path.chmod(0o600)
    return names


class TestExamples:
    @pytest.mark.parametrize("example", EXAMPLES)
    def test_lead_to_logins(self, tenant: TenantProcess, tmp_path: Path, example: str) -> None:
        """By the drafted rules as they stand; the books close, and who is carried gets in."""
        tenant.control("POST", "/reset")
        expected = json.loads((EXPORTS / example / "expected.json").read_text(encoding="utf-8"))
        (source,) = (EXPORTS / example).glob("users.*")
        rules, run, known = tmp_path / "rules.toml", tmp_path / "run", tmp_path / "known.csv"
        names = known_logins(expected, known)
        reading = options_of(example)
        rules.write_text(steps.draft(steps.survey(str(source), source_options=reading)), encoding="utf-8")
        manifest = steps.pack(str(source), rules_path=rules, run=run, source_options=reading, logins_path=known)
        fates = {
            "packed": sum("user" in each for each in expected),
            "held": sum("held" in each for each in expected),
            "rejected": sum("rejected" in each for each in expected),
            "left_out": sum("left_out" in each for each in expected),
        }
        assert fates == {name: getattr(manifest, name) for name in fates}
        if not manifest.packed:
            return
        if not all("email" in each["user"] for each in expected if "user" in each):
            let_people_come_without_email(tenant)
        environment = tenant.environment()
        where: dict[str, Any] = {
            "tenant": TenantAddress.parse(tenant.url),
            "connection": tenant.connection,
            "credentials": ClientCredentials(
                environment["AUTH0_CLIENT_ID"], Secret(environment["AUTH0_CLIENT_SECRET"])
            ),
        }
        books = steps.deliver(run, **where).books
        assert (fates["packed"], True) == (books.created, books.closed)
        at_the_door = ClientCredentials(
            environment["AUTH0_LOGIN_CLIENT_ID"], Secret(environment["AUTH0_LOGIN_CLIENT_SECRET"])
        )
        verified = steps.verify(run, **where, login_credentials=at_the_door, logins_path=known, sample=0)
        # Nobody can be asked for by username alone; everybody else is there as sent.
        assert {finding.standing for finding in verified.read_back.findings} <= {Standing.UNSOUGHT}
        assert names == [login.username for login in verified.logins]
        assert [] == [
            (login.username, login.outcome.word)
            for login in verified.logins
            if login.outcome.word not in {LoginWord.OK, LoginWord.MFA_REQUIRED}
        ]
