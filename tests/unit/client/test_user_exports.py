"""Everybody of a connection, streamed out of an export."""

import gzip
import json
from typing import TYPE_CHECKING

import httpx2
import pytest

from samekey import errors
from samekey.client.management import Management

if TYPE_CHECKING:
    from tests.unit.client.conftest import HandClock, ScriptedTenant

CONNECTION_ID = "con_0123456789abcdef"
JOB = {"id": "job_0123456789abcdef", "type": "users_export", "status": "pending"}
LOCATION = "files.example.com/acme.gz?signature=s3cr3t"
PEOPLE = [{"email": f"p{n}@example.com"} for n in range(3)]
FILE = gzip.compress(b"".join(json.dumps(person).encode() + b"\n" for person in PEOPLE))
DONE = JOB | {"status": "completed", "location": f"https://{LOCATION}"}


def serve(tenant: "ScriptedTenant", *bodies: object) -> None:
    """What the tenant says next; bytes are a file."""
    for body in bodies:
        if isinstance(body, bytes):
            tenant.script.append(httpx2.Response(200, stream=httpx2.ByteStream(body)))
        else:
            tenant.say(200, body)


def exported(management: Management) -> list[dict[str, object]]:
    """Everybody."""
    return list(management.export_users(CONNECTION_ID, ["email"]))


class TestUsers:
    def test_asks_waits_and_reads(self, management: Management, tenant: "ScriptedTenant", clock: "HandClock") -> None:
        """A job is made, looked at until it is done, and its file is read line by line."""
        serve(tenant, JOB, JOB, DONE, FILE)
        assert PEOPLE == exported(management)
        job = f"GET /api/v2/jobs/{JOB['id']}"
        assert ["POST /api/v2/jobs/users-exports", job, job, "GET /acme.gz"] == tenant.asked
        asked = json.loads(tenant.requests[1].content)
        assert {"connection_id": CONNECTION_ID, "format": "json", "fields": [{"name": "email"}]} == asked
        assert 2 == len(clock.sleeps)

    def test_does_not_say_who_we_are_to_whoever_keeps_the_file(
        self, management: Management, tenant: "ScriptedTenant"
    ) -> None:
        """The address is not the tenant's: no token goes there."""
        serve(tenant, JOB, DONE, FILE)
        exported(management)
        assert "files.example.com" == tenant.latest.url.host
        assert "authorization" not in tenant.latest.headers

    def test_takes_an_address_without_its_scheme(self, management: Management, tenant: "ScriptedTenant") -> None:
        """As one of Auth0's own samples shows it."""
        serve(tenant, JOB, JOB | {"status": "completed", "location": LOCATION}, FILE)
        assert PEOPLE == exported(management)
        assert "https" == tenant.latest.url.scheme

    def test_fetches_nothing_over_plain_http(self, management: Management, tenant: "ScriptedTenant") -> None:
        """An address that would show everybody to the network is refused."""
        serve(tenant, JOB, JOB | {"status": "completed", "location": f"http://{LOCATION}"})
        with pytest.raises(errors.UsageError):
            exported(management)

    @pytest.mark.parametrize(
        "content",
        [FILE[:-12], FILE[: len(FILE) // 2], b"no gzip", gzip.compress(b"no json\n"), gzip.compress(b"x" * 5_000_000)],
        ids=["end cut off", "half", "no gzip", "no json", "endless line"],
    )
    def test_never_takes_a_part_for_everybody(
        self, content: bytes, management: Management, tenant: "ScriptedTenant"
    ) -> None:
        """A file that is damaged or breaks off is an error and not a short list."""
        serve(tenant, JOB, DONE, content)
        with pytest.raises(errors.TenantError):
            exported(management)

    def test_says_that_a_job_failed(self, management: Management, tenant: "ScriptedTenant") -> None:
        """A failed export is no empty connection."""
        tenant.say(200, JOB)
        tenant.say(200, JOB | {"status": "failed"})
        with pytest.raises(errors.TenantUnexpected):
            exported(management)

    def test_does_not_wait_for_ever(self, management: Management, tenant: "ScriptedTenant") -> None:
        """After two hours nobody waits any longer."""
        for _ in range(1_000):
            tenant.say(200, JOB)
        with pytest.raises(errors.TenantUnexpected):
            exported(management)

    def test_reports_an_address_that_is_no_longer_good(self, management: Management, tenant: "ScriptedTenant") -> None:
        """After a minute the file is gone; the error shows no signature."""
        serve(tenant, JOB, DONE)
        tenant.say(403, {"message": "expired"})
        with pytest.raises(errors.TenantRefused) as caught:
            exported(management)
        assert "s3cr3t" not in str(caught.value)

    def test_reports_a_connection_that_breaks(self, management: Management, tenant: "ScriptedTenant") -> None:
        """The library's error becomes ours."""
        serve(tenant, JOB, DONE)
        tenant.fail(httpx2.ReadError("cut"))
        with pytest.raises(errors.TenantUnreachable):
            exported(management)
