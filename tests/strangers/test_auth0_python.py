"""Auth0's own Python SDK imports users into the rehearsal tenant and logs them in."""

import pytest
from auth0.management.core.api_error import ApiError

from samekey.rehearsal.server import RunningTenant
from tests.strangers.python_sdk import KESTREL, login, management, run_import, user

BASE64_OF_HEX = "NDc2Mzk0ZTg4NWQyMjZhNzMzYTkxZTRkNTUzMjU0ODI4ODljNTU1Yw=="


class TestAuth0Python:
    """The official SDK, unmodified."""

    def test_imports_and_logs_in(self, tenant: RunningTenant) -> None:
        """A user with a SHA-1 hash is imported, found by email, and logs in."""
        client = management(tenant)
        job = run_import(client, tenant, [user("ann@example.org")])
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
        run_import(client, tenant, [user("ann@example.org")])
        job = run_import(client, tenant, [user("ann@example.org")])
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
