"""A source goes the whole way: surveyed, drafted, packed by the draft as it stands, delivered, and people log in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from samekey import steps
from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials
from samekey.pack.manifest import Manifest
from samekey.report.figures import Figures
from samekey.secret import Secret
from samekey.sources.options import SourceOptions
from samekey.steps import Verified
from samekey.survey.findings import Findings
from samekey.testing.tenant_process import TenantProcess


@dataclass(frozen=True)
class Way:
    """How far a source came, and what was seen there."""

    findings: Findings
    rules: str
    manifest: Manifest
    figures: Figures | None
    """None where nobody was packed, and so nobody delivered."""
    verified: Verified | None


def go(source: str, options: SourceOptions, *, tenant: TenantProcess, folder: Path, people: dict[str, str]) -> Way:
    """Take a source to a tenant that knows nobody.

    Args:
        source: its address.
        options: how it is read.
        tenant: where to.
        folder: for rules, run and known logins.
        people: passwords of those who log in afterwards, by what they type.

    """
    rules, run, known = folder / "rules.toml", folder / "run", folder / "known.csv"
    known.write_text("username,password\n" + "".join(f"{name},{word}\n" for name, word in people.items()))
    known.chmod(0o600)
    findings = steps.survey(source, source_options=options)
    rules.write_text(steps.draft(findings), encoding="utf-8")
    manifest = steps.pack(source, rules_path=rules, run=run, source_options=options, logins_path=known)
    if not manifest.packed:
        return Way(findings, rules.read_text(encoding="utf-8"), manifest, None, None)
    environment = tenant.environment()
    where: dict[str, Any] = {
        "tenant": TenantAddress.parse(tenant.url),
        "connection": tenant.connection,
        "credentials": ClientCredentials(environment["AUTH0_CLIENT_ID"], Secret(environment["AUTH0_CLIENT_SECRET"])),
    }
    at_the_door = ClientCredentials(
        environment["AUTH0_LOGIN_CLIENT_ID"], Secret(environment["AUTH0_LOGIN_CLIENT_SECRET"])
    )
    figures = steps.deliver(run, **where)
    verified = steps.verify(run, **where, login_credentials=at_the_door, logins_path=known, sample=0)
    return Way(findings, rules.read_text(encoding="utf-8"), manifest, figures, verified)


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
