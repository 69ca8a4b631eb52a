"""Auth0's own Python SDK over https, both colours: every call that a migration needs."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from auth0.management import AsyncManagementClient, ManagementClient
from auth0.management.errors import BadRequestError, ConflictError, NotFoundError, UnauthorizedError

from samekey.rehearsal.server import RunningTenant
from tests.strangers import python_sdk
from tests.strangers.python_sdk import KESTREL, login, run_import, user

ANN, BOB, CEM = "ann@example.org", "bob@example.org", "cem@example.org"
PLOVER = "Plover-17:meadow"


@pytest.fixture
def client(tls_tenant: RunningTenant) -> Iterator[ManagementClient]:
    """The SDK's client, which fetches its own token."""
    with httpx.Client() as connection:
        yield ManagementClient(
            domain=python_sdk.domain(tls_tenant),
            client_id=tls_tenant.client_id,
            client_secret=tls_tenant.client_secret,
            httpx_client=connection,
        )


@asynccontextmanager
async def async_client(tenant: RunningTenant) -> AsyncIterator[AsyncManagementClient]:
    """The same for those who wait together."""
    async with httpx.AsyncClient() as connection:
        yield AsyncManagementClient(
            domain=python_sdk.domain(tenant),
            client_id=tenant.client_id,
            client_secret=tenant.client_secret,
            httpx_client=connection,
        )


def with_async_client(tenant: RunningTenant, story: Callable[[AsyncManagementClient], Awaitable[None]]) -> None:
    """Tell a story to its end."""

    async def told() -> None:
        async with async_client(tenant) as client:
            await story(client)

    asyncio.run(told())


def download(location: str) -> list[dict[str, Any]]:
    """The users behind an export's signed address."""
    answer = httpx.get(location)
    assert 200 == answer.status_code
    return [json.loads(line) for line in gzip.decompress(answer.content).splitlines()]


async def async_finished(client: AsyncManagementClient, job_id: str) -> Any:
    """A job when it is over."""
    for _ in range(int(python_sdk.PATIENCE_SECONDS / python_sdk.LOOK_SECONDS)):
        seen = await client.jobs.get(job_id)
        if seen.status != "pending":
            return seen
        await asyncio.sleep(python_sdk.LOOK_SECONDS)
    raise TimeoutError(job_id)


async def async_import(client: AsyncManagementClient, tenant: RunningTenant, *emails: str) -> Any:
    """Hand users in and wait for the job."""
    users = python_sdk.as_file([user(email) for email in emails])
    job = await client.jobs.users_imports.create(users=users, connection_id=tenant.connection_id, upsert=False)
    return await async_finished(client, job.id)


class TestManagementClient:
    """The client of the SDK's README."""

    def test_imports_and_logs_in(self, tls_tenant: RunningTenant, client: ManagementClient) -> None:
        """Whoever is imported with a SHA-1 hash logs in by password-realm, and nobody with another password."""
        job = run_import(client, tls_tenant, [user(ANN)])
        assert ("completed", 1, 0) == (job.status, job.summary.inserted, job.summary.failed)
        assert ["ok", "ok", "invalid_grant"] == [login(tls_tenant, ANN, word) for word in (KESTREL, KESTREL, PLOVER)]

    def test_reads_no_errors_of_a_clean_job(self, tls_tenant: RunningTenant, client: ManagementClient) -> None:
        """The empty answer arrives as None."""
        job = run_import(client, tls_tenant, [user(ANN)])
        assert client.jobs.errors.get(job.id) is None

    def test_lists_every_user_once(self, tls_tenant: RunningTenant, client: ManagementClient) -> None:
        """The pager walks all pages and ends."""
        emails = [f"user{number:02}@example.org" for number in range(25)]
        run_import(client, tls_tenant, [user(email) for email in emails])
        assert emails == sorted(str(found.email) for found in client.users.list(per_page=10))

    def test_searches(self, tls_tenant: RunningTenant, client: ManagementClient) -> None:
        """The documented grammar finds who is meant and nobody else."""
        run_import(client, tls_tenant, [user(ANN), user(BOB) | {"app_metadata": {"plan": "gold"}}])
        found = {
            query: [person.email for person in client.users.list(q=query, search_engine="v3")]
            for query in (f'email:"{ANN}"', "email:bob*", 'app_metadata.plan:"gold"', 'email:"cem@example.org"')
        }
        assert [[ANN], [BOB], [BOB], []] == list(found.values())

    def test_follows_one_user(self, tls_tenant: RunningTenant, client: ManagementClient) -> None:
        """Created, logged in, changed, read back, deleted."""
        made = client.users.create(connection=tls_tenant.connection, email=CEM, password=KESTREL, email_verified=True)
        assert made.user_id
        assert "ok" == login(tls_tenant, CEM, KESTREL)
        client.users.update(made.user_id, given_name="Cem", user_metadata={"colour": "green"})
        client.users.update(made.user_id, password=PLOVER)
        seen = client.users.get(made.user_id)
        assert ("Cem", {"colour": "green"}) == (seen.given_name, seen.user_metadata)
        assert ["invalid_grant", "ok"] == [login(tls_tenant, CEM, word) for word in (KESTREL, PLOVER)]
        client.users.delete(made.user_id)
        with pytest.raises(NotFoundError):
            client.users.get(made.user_id)

    def test_is_told_what_cannot_be(self, tls_tenant: RunningTenant, client: ManagementClient) -> None:
        """Refusals arrive as the SDK's own errors."""
        client.users.create(connection=tls_tenant.connection, email=CEM, password=KESTREL)
        with pytest.raises(ConflictError):
            client.users.create(
                connection=tls_tenant.connection, email=CEM, password=KESTREL, request_options={"max_retries": 0}
            )
        with pytest.raises(BadRequestError):
            client.jobs.users_imports.create(users=("users.json", b"[]"), connection_id="con_0000000000000000")
        with httpx.Client() as connection:
            stranger = ManagementClient(domain=python_sdk.domain(tls_tenant), token="no-token", httpx_client=connection)
            with pytest.raises(UnauthorizedError):
                stranger.users.get("auth0|nobody")

    def test_reads_connections(self, tls_tenant: RunningTenant, client: ManagementClient) -> None:
        """Found by name, then read by id."""
        (found,) = client.connections.list(name=tls_tenant.connection)
        assert tls_tenant.connection_id == found.id
        assert tls_tenant.connection == client.connections.get(tls_tenant.connection_id).name

    def test_exports(self, tls_tenant: RunningTenant, client: ManagementClient) -> None:
        """The signed address of a finished export gives every user, a line each."""
        run_import(client, tls_tenant, [user(ANN), user(BOB)])
        asked = client.jobs.users_exports.create(
            connection_id=tls_tenant.connection_id, format="json", fields=[{"name": "email"}]
        )
        job = python_sdk.finished(client, str(asked.id))
        assert [ANN, BOB] == sorted(line["email"] for line in download(job.location))


class TestAsyncManagementClient:
    """The same client for those who wait together."""

    def test_imports_and_reads_errors(self, tls_tenant: RunningTenant) -> None:
        """A clean job has no errors; the same users again are refused one by one."""

        async def story(client: AsyncManagementClient) -> None:
            first, second = [await async_import(client, tls_tenant, ANN, BOB) for _ in range(2)]
            assert [(2, 0), (0, 2)] == [(job.summary.inserted, job.summary.failed) for job in (first, second)]
            assert await client.jobs.errors.get(first.id) is None
            listed: Any = await client.jobs.errors.get(second.id)
            assert ["DUPLICATED_USER"] * 2 == [error.code for entry in listed for error in entry.errors]

        with_async_client(tls_tenant, story)
        assert "ok" == login(tls_tenant, ANN, KESTREL)

    def test_finds_people(self, tls_tenant: RunningTenant) -> None:
        """By list, by search and by address."""

        async def story(client: AsyncManagementClient) -> None:
            await async_import(client, tls_tenant, ANN, BOB)
            everybody = [found.email async for found in await client.users.list(per_page=1)]
            searched = [found.email async for found in await client.users.list(q="email:bob*")]
            addressed = [found.email for found in await client.users.list_users_by_email(email=ANN)]
            assert ([ANN, BOB], [BOB], [ANN]) == (sorted(map(str, everybody)), searched, addressed)

        with_async_client(tls_tenant, story)

    def test_follows_one_user(self, tls_tenant: RunningTenant) -> None:
        """Created, changed, read back, deleted."""

        async def story(client: AsyncManagementClient) -> None:
            made = await client.users.create(connection=tls_tenant.connection, email=CEM, password=KESTREL)
            await client.users.update(str(made.user_id), given_name="Cem")
            assert "Cem" == (await client.users.get(str(made.user_id))).given_name
            await client.users.delete(str(made.user_id))
            with pytest.raises(NotFoundError):
                await client.users.get(str(made.user_id))

        with_async_client(tls_tenant, story)

    def test_reads_connections_and_exports(self, tls_tenant: RunningTenant) -> None:
        """The connection by name, and its users from the export's signed address."""

        async def story(client: AsyncManagementClient) -> None:
            await async_import(client, tls_tenant, ANN, BOB)
            (found,) = [one async for one in await client.connections.list(name=tls_tenant.connection)]
            asked = await client.jobs.users_exports.create(connection_id=found.id, format="json")
            job = await async_finished(client, str(asked.id))
            assert [ANN, BOB] == sorted(line["email"] for line in download(job.location))

        with_async_client(tls_tenant, story)
