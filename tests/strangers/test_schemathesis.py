"""schemathesis makes up calls from the tenant's own OpenAPI description; none of them may break it."""

import subprocess
import sys
from pathlib import Path

import pytest

from samekey.rehearsal.operations import OPERATIONS
from samekey.rehearsal.server import RunningTenant
from tests.strangers import login_form, python_sdk

PROGRAM = Path(sys.executable).with_name("schemathesis")
EXAMPLES = 5
PATIENCE_SECONDS = 120


class TestSchemathesis:
    """Bounded, the same calls every time, with a token that opens everything."""

    def test_finds_no_server_error(self, tenant: RunningTenant, tmp_path: Path) -> None:
        """Every operation is called, with examples that fit the description and with some that do not."""
        login_form.import_people(tenant, python_sdk.user("ann@example.org"))
        machine = python_sdk.tokens(tenant, tenant.client_id, tenant.client_secret)
        token = machine.client_credentials(tenant.audience)["access_token"]
        settings = tmp_path / "schemathesis.toml"
        settings.write_text(f'headers = {{ Authorization = "Bearer {token}" }}\n')
        command = [
            str(PROGRAM), "--config-file", str(settings), "run", f"{tenant.url}/api/v2/openapi.json", "--no-color",
            "--checks", "not_a_server_error", "--max-examples", str(EXAMPLES), "--generation-deterministic",
        ]  # fmt: skip
        said = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )
        if said.returncode:
            pytest.fail(said.stdout.replace(token, "(token)"), pytrace=False)
        assert f"Tested: {len(OPERATIONS)}" in said.stdout
        assert "Authentication failed" not in said.stdout
