"""auth0-deploy-cli, with which teams keep a tenant's configuration in files, exports the rehearsal tenant's."""

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx

from samekey.rehearsal.server import RunningTenant
from tests.strangers import python_sdk

PROGRAM = Path(__file__).parent / "node" / "node_modules" / ".bin" / "a0deploy"
KINDS = ("databases", "connections", "organizations", "roles", "clients", "clientGrants", "tenant", "actions")
"""What the tenant has; anything else the program would ask for and be told that it is not there."""


def furnish(tenant: RunningTenant) -> None:
    """A role and an organisation, so that there is something to export."""
    machine = python_sdk.tokens(tenant, tenant.client_id, tenant.client_secret)
    proof = {"authorization": f"Bearer {machine.client_credentials(tenant.audience)['access_token']}"}
    with httpx.Client(base_url=f"{tenant.url}/api/v2", headers=proof) as client:
        client.post("/roles", json={"name": "editor", "description": "May change pages"}).raise_for_status()
        client.post("/organizations", json={"name": "acme", "display_name": "Acme"}).raise_for_status()


def export(tenant: RunningTenant, folder: Path) -> dict[str, Any]:
    """What the program writes, file by file."""
    settings = {
        "AUTH0_DOMAIN": python_sdk.domain(tenant),
        "AUTH0_CLIENT_ID": tenant.client_id,
        "AUTH0_CLIENT_SECRET": tenant.client_secret,
        "AUTH0_INCLUDED_ONLY": KINDS,
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    command = [str(PROGRAM), "export", "-c", "settings.json", "-f", "directory", "-o", "out"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (0, "") == (said.returncode, said.stderr)
    files = (folder / "out").rglob("*.json")
    return {str(path.relative_to(folder / "out")): json.loads(path.read_text()) for path in files}


class TestDeployCli:
    """The program, unmodified, over https."""

    def test_exports_what_is_there(self, tls_tenant: RunningTenant, tmp_path: Path) -> None:
        """Connection, role, organisation and applications, which are named and keep their secrets to themselves."""
        furnish(tls_tenant)
        files = export(tls_tenant, tmp_path)
        database = files[f"database-connections/{tls_tenant.connection}/database.json"]
        assert (tls_tenant.connection, "auth0", False) == (
            database["name"], database["strategy"], database["options"]["import_mode"],
        )  # fmt: skip
        assert ("editor", "Acme") == (
            files["roles/editor.json"]["name"],
            files["organizations/acme.json"]["display_name"],
        )
        applications = [files[f"clients/{name}.json"] for name in sorted(database["enabled_clients"])]
        assert ["Login", "Migration"] == [application["name"] for application in applications]
        assert tls_tenant.client_secret not in json.dumps(files)
