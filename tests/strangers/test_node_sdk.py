"""Auth0's own Node SDK imports users into the rehearsal tenant and reads what became of them."""

import json
import subprocess
from pathlib import Path
from typing import Any

from samekey.rehearsal.server import RunningTenant

PROJECT = Path(__file__).with_name("node_sdk")
ANN = {
    "email": "ann@example.org",
    "custom_password_hash": {
        "algorithm": "sha1",
        "hash": {"value": "R2OU6IXSJqczqR5NVTJUgoicVVw=", "encoding": "base64"},
    },
}


def run_import(tenant: RunningTenant, users: object, **other: str) -> dict[str, Any]:
    """What the SDK reports of one import; its token it fetches itself."""
    asked = {
        "domain": tenant.url.removeprefix("http://"),
        "clientId": tenant.client_id,
        "clientSecret": tenant.client_secret,
        "audience": tenant.audience,
        "connectionId": tenant.connection_id,
        "users": users if isinstance(users, str) else json.dumps(users),
    }
    command = ["node", "import.mjs"]
    said = subprocess.run(
        command, cwd=PROJECT, input=json.dumps(asked | other), capture_output=True, text=True, check=False
    )
    assert (0, "") == (said.returncode, said.stderr)
    answer: dict[str, Any] = json.loads(said.stdout)
    return answer


class TestNodeSdk:
    """The official SDK, unmodified, over plain http."""

    def test_imports(self, tenant: RunningTenant) -> None:
        """A job is created pending, completes, counts its users and has no errors."""
        expected = {"created": "pending", "status": "completed", "total": 1, "inserted": 1, "updated": 0, "failed": 0}
        assert expected | {"codes": []} == run_import(tenant, [ANN])

    def test_reads_the_errors_of_a_job(self, tenant: RunningTenant) -> None:
        """A user who is there already comes back with the documented code."""
        run_import(tenant, [ANN])
        second = run_import(tenant, [ANN])
        assert ("completed", 0, 1, ["DUPLICATED_USER"]) == tuple(
            second[name] for name in ("status", "inserted", "failed", "codes")
        )

    def test_is_refused_a_connection_that_is_not_there(self, tenant: RunningTenant) -> None:
        """The documented refusal arrives as the SDK's own error."""
        refused = run_import(tenant, [ANN], connectionId="con_0000000000000000")
        assert (400, "Bad Request") == (refused["refused"], refused["body"]["error"])

    def test_is_refused_with_a_wrong_secret(self, tenant: RunningTenant) -> None:
        """No token, no job."""
        assert {401} == {run_import(tenant, [ANN], clientSecret="not-the-secret").get("refused")}
