"""Auth0's own Python SDK imports users into the rehearsal tenant and logs them in."""

import json
import time
from typing import Any

import pytest
from auth0.authentication import GetToken
from auth0.authentication.exceptions import Auth0Error
from auth0.management.client import Auth0
from auth0.management.core.api_error import ApiError

from samekey.rehearsal.server import RunningTenant

KESTREL = "Kestrel-41:river"
SHA1_OF_KESTREL = "R2OU6IXSJqczqR5NVTJUgoicVVw="
BASE64_OF_HEX = "NDc2Mzk0ZTg4NWQyMjZhNzMzYTkxZTRkNTUzMjU0ODI4ODljNTU1Yw=="


def management(tenant: RunningTenant) -> Auth0:
    """The SDK's client with a token it fetched itself."""
    tokens = GetToken(_domain(tenant), tenant.client_id, client_secret=tenant.client_secret, protocol="http")
    token = tokens.client_credentials(tenant.audience)["access_token"]
    return Auth0(base_url=f"{tenant.url}/api/v2", token=token, max_retries=0)


def user(email: str, value: str) -> dict[str, Any]:
    """One entry of an import file with a SHA-1 hash in base64."""
    payload = {"algorithm": "sha1", "hash": {"value": value, "encoding": "base64"}}
    return {"email": email, "email_verified": True, "custom_password_hash": payload}


def run_import(client: Auth0, tenant: RunningTenant, users: list[dict[str, Any]]) -> Any:
    """Hand users in and wait for the job."""
    job = client.jobs.users_imports.create(
        users=("users.json", json.dumps(users).encode(), "application/json"),
        connection_id=tenant.connection_id,
        upsert=False,
        send_completion_email=False,
    )
    deadline = time.monotonic() + 10
    while (seen := client.jobs.get(job.id)).status == "pending" and time.monotonic() < deadline:
        time.sleep(0.05)
    return seen


def login(tenant: RunningTenant, username: str, password: str) -> str:
    """The word of a login's end: ok, or the SDK's error code."""
    door = GetToken(_domain(tenant), tenant.login_client_id, client_secret=tenant.login_client_secret, protocol="http")
    try:
        door.login(username=username, password=password, realm=tenant.connection)
    except Auth0Error as error:
        return str(error.error_code)
    return "ok"


class TestAuth0Python:
    """The official SDK, unmodified."""

    def test_imports_and_logs_in(self, tenant: RunningTenant) -> None:
        """A user with a SHA-1 hash is imported, found by email, and logs in."""
        client = management(tenant)
        job = run_import(client, tenant, [user("ann@example.org", SHA1_OF_KESTREL)])
        assert ("completed", 1, 0) == (job.status, job.summary.inserted, job.summary.failed)
        assert [client.users.list_users_by_email(email="ann@example.org")[0].email] == ["ann@example.org"]
        assert login(tenant, "ann@example.org", KESTREL) == "ok"
        assert login(tenant, "ann@example.org", "another password") == "invalid_grant"

    def test_base64_of_hex_imports_and_never_logs_in(self, tenant: RunningTenant) -> None:
        """The mistake this project began with: the job says success, and the door stays shut."""
        job = run_import(management(tenant), tenant, [user("bob@example.org", BASE64_OF_HEX)])
        assert ("completed", 1, 0) == (job.status, job.summary.inserted, job.summary.failed)
        assert login(tenant, "bob@example.org", KESTREL) == "invalid_grant"

    def test_reads_the_errors_of_a_job(self, tenant: RunningTenant) -> None:
        """A duplicate comes back with the documented code."""
        client = management(tenant)
        run_import(client, tenant, [user("ann@example.org", SHA1_OF_KESTREL)])
        job = run_import(client, tenant, [user("ann@example.org", SHA1_OF_KESTREL)])
        errors = client.jobs.errors.get(job.id)
        assert isinstance(errors, list)
        assert [error.code for entry in errors for error in entry.errors or []] == ["DUPLICATED_USER"]

    def test_lists_connections(self, tenant: RunningTenant) -> None:
        """The pager over connections finds the one there is."""
        assert [connection.name for connection in management(tenant).connections.list()] == [tenant.connection]

    def test_refuses_a_connection_that_is_not_there(self, tenant: RunningTenant) -> None:
        """The documented refusal arrives as the SDK's own error."""
        client = management(tenant)
        with pytest.raises(ApiError) as caught:
            client.jobs.users_imports.create(users=("users.json", b"[]"), connection_id="con_0000000000000000")
        assert caught.value.status_code == 400


def _domain(tenant: RunningTenant) -> str:
    return tenant.url.removeprefix("http://")
