"""A run is delivered with upsert to a tenant that has some of its people: the books tell created from updated."""

import pytest

from samekey import steps
from samekey.auth0 import vocabulary
from samekey.client.address import TenantAddress
from samekey.client.credentials import credentials_from
from samekey.client.management import Management
from samekey.client.transport import Transport
from samekey.clock import SystemClock
from samekey.deliver import existing
from samekey.pack.manifest import read_chunk, read_manifest
from samekey.pack.run_folder import RunFolder
from samekey.report.figures import Books
from tests.journeys.conftest import CHUNKS, PEOPLE, Delivery

A_CHUNK = PEOPLE // CHUNKS


@pytest.mark.parametrize("asked_singly_max", [PEOPLE, 0], ids=["asked singly", "by an export"])
class TestUpsert:
    def test_tells_created_from_updated(
        self, delivery: Delivery, monkeypatch: pytest.MonkeyPatch, asked_singly_max: int
    ) -> None:
        """Whoever was there is updated, the others are created, however they were looked for."""
        monkeypatch.setattr(existing, "ASKED_SINGLY_MAX", asked_singly_max)
        import_first_chunk(delivery)
        books = upserted(delivery)
        assert (PEOPLE - A_CHUNK, A_CHUNK, 0) == (books.created, books.updated, books.failed)
        assert books.closed
        assert delivery.packed_emails() == delivery.emails_at_tenant()

    def test_tells_them_apart_after_a_lost_answer(
        self, delivery: Delivery, monkeypatch: pytest.MonkeyPatch, asked_singly_max: int
    ) -> None:
        """Chunks that went twice updated whom they had created; the books count them as created."""
        monkeypatch.setattr(existing, "ASKED_SINGLY_MAX", asked_singly_max)
        import_first_chunk(delivery)
        lost = {"kind": "status", "status": 502, "moment": "after", "path": "/api/v2/jobs/users-imports"}
        delivery.tenant.control("POST", "/faults", lost | {"method": "POST", "times": 2})
        books = upserted(delivery)
        assert (PEOPLE - A_CHUNK, A_CHUNK, 0) == (books.created, books.updated, books.failed)
        assert books.closed
        assert CHUNKS + 2 == len(delivery.jobs_at_tenant()) - 1


def import_first_chunk(delivery: Delivery) -> None:
    """Somebody else imports the people of the first chunk."""
    packed = RunFolder(delivery.run).last_round()
    environment = delivery.tenant.environment()
    clock = SystemClock()
    with Transport(TenantAddress.parse(delivery.tenant.url), credentials_from(environment), clock=clock) as transport:
        management = Management(transport)
        submitted = management.submit_import(
            read_chunk(packed, read_manifest(packed).chunks[0]),
            connection_id=delivery.tenant.connection_id,
            upsert=False,
            external_id="somebody else's",
            send_completion_email=False,
        )
        while management.job(submitted.job.id).status != vocabulary.JOB_COMPLETED:
            clock.sleep(0.05)


def upserted(delivery: Delivery) -> Books:
    """Deliver with upsert; the books."""
    return steps.deliver(
        delivery.run,
        tenant=TenantAddress.parse(delivery.tenant.url),
        connection=delivery.tenant.connection,
        credentials=credentials_from(delivery.tenant.environment()),
        upsert=True,
    ).books
