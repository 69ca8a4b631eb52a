"""Deliveries over a network that cuts, holds up, halves and doubles: everybody arrives once, and the books close."""

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from samekey.testing.tenant_process import TenantProcess, tenant_process
from tests.journeys.conftest import CHUNKS, DEADLINE_SECONDS, PEOPLE, Delivery
from tests.journeys.faulty_proxy import FaultyProxy, Kind, Mishap, faulty_proxy

SUBMISSION = "/api/v2/jobs/users-imports"
JOB = "/api/v2/jobs/job_*"
TOKEN = "/oauth/token"
KEYS = "/.well-known/jwks.json"
CUTS: tuple[Kind, ...] = ("cut before", "cut during", "cut after", "half answer")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FaultyProxy, TenantProcess]]:
    """A network, and a tenant that goes by its name."""
    store = tmp_path_factory.mktemp("tenant") / "tenant.sqlite"
    with faulty_proxy() as proxy, tenant_process(store, job_seconds=0.05, name=proxy.name) as tenant:
        proxy.lead_to(tenant.url)
        yield proxy, tenant


@pytest.fixture
def proxy(network: tuple[FaultyProxy, TenantProcess]) -> FaultyProxy:
    """The network on a calm day."""
    network[0].calm()
    return network[0]


@pytest.fixture
def delivery(packed_run: Path, network: tuple[FaultyProxy, TenantProcess], tmp_path: Path) -> Iterator[Delivery]:
    """A run folder that nobody delivered, and a tenant that knows nobody."""
    network[1].control("POST", "/reset")
    shutil.copytree(packed_run, tmp_path / "run")
    started = Delivery(tmp_path / "run", network[1])
    yield started
    started.end()


def deliver_over(proxy: FaultyProxy, delivery: Delivery) -> subprocess.CompletedProcess[str]:
    """Deliver to the tenant by the proxy's address, until the end."""
    script = Path(__file__).with_name("deliver_until.py")
    return subprocess.run(
        [sys.executable, str(script), str(delivery.run), delivery.tenant.connection],
        env={**delivery.tenant.environment(), "AUTH0_DOMAIN": proxy.url},
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )


def require_everybody_once(delivery: Delivery, done: subprocess.CompletedProcess[str]) -> None:
    """The tenant's own store holds everybody once, and the books say the same."""
    assert (0, "") == (done.returncode, done.stderr[-2000:])
    assert delivery.packed_emails() == delivery.emails_at_tenant()
    books = delivery.figures().books
    assert (True, PEOPLE, 0) == (books.closed, books.created, books.failed)


class TestDelivery:
    @pytest.mark.parametrize("kind", [*CUTS, "two answers"])
    def test_survives_what_happens_to_an_import(self, proxy: FaultyProxy, delivery: Delivery, kind: Kind) -> None:
        """Whatever became of the second submission on its way there or back."""
        proxy.queue(Mishap(kind, "POST", SUBMISSION, skip=1))
        require_everybody_once(delivery, deliver_over(proxy, delivery))
        assert [f"POST {SUBMISSION} HTTP/1.1"] == proxy.struck

    def test_recognises_an_import_that_arrives_twice(self, proxy: FaultyProxy, delivery: Delivery) -> None:
        """The job that answered found everybody there: they were made since, are counted once, and it is explained."""
        proxy.queue(Mishap("two requests", "POST", SUBMISSION))
        require_everybody_once(delivery, deliver_over(proxy, delivery))
        (explanation,) = delivery.figures().explanations
        assert "arrived twice" in explanation.text

    @pytest.mark.parametrize("kind", ["cut after", "half answer", "two answers"])
    def test_survives_what_happens_to_a_look_at_a_job(self, proxy: FaultyProxy, delivery: Delivery, kind: Kind) -> None:
        """A look that brings nothing, half of something, or too much."""
        proxy.queue(Mishap(kind, "GET", JOB))
        require_everybody_once(delivery, deliver_over(proxy, delivery))
        assert CHUNKS == len(delivery.jobs_at_tenant())

    def test_survives_a_bad_hour(self, proxy: FaultyProxy, delivery: Delivery) -> None:
        """One request in a few is struck, one way or the other, whatever it is for."""
        kinds: tuple[Kind, ...] = (*CUTS, "late answer", "two answers")
        proxy.queue(*(Mishap(kind, skip=2 * number) for number, kind in enumerate(kinds)))
        require_everybody_once(delivery, deliver_over(proxy, delivery))
        assert len(kinds) == len(proxy.struck)


class TestProxy:
    """The network does what its name says; otherwise the stories above would prove nothing."""

    def test_passes_on_what_nothing_happens_to(self, proxy: FaultyProxy, delivery: Delivery) -> None:
        """The tenant's own answer, over one connection for several requests."""
        with httpx2.Client(base_url=proxy.url) as client:
            answers = [client.get(KEYS) for _ in range(2)]
        assert [httpx2.get(delivery.tenant.url + KEYS).json()] * 2 == [answer.json() for answer in answers]

    @pytest.mark.parametrize("kind", CUTS)
    def test_cuts(self, proxy: FaultyProxy, kind: Kind) -> None:
        """No whole answer arrives, once; then all is well."""
        with httpx2.Client(base_url=proxy.url) as client:
            proxy.queue(Mishap(kind, "GET", KEYS))
            with pytest.raises(httpx2.TransportError):
                client.get(KEYS)
            assert 200 == client.get(KEYS).status_code

    @pytest.mark.parametrize(
        ("kind", "jobs"), [("cut before", 0), ("cut during", 0), ("cut after", 1), ("two requests", 2)]
    )
    def test_lets_as_much_arrive_as_it_says(
        self, proxy: FaultyProxy, delivery: Delivery, kind: Kind, jobs: int
    ) -> None:
        """Judged by the tenant: nothing, nothing whole, one, two."""
        environment = delivery.tenant.environment()
        asked = {"grant_type": "client_credentials", "client_id": environment["AUTH0_CLIENT_ID"]}
        asked["client_secret"] = environment["AUTH0_CLIENT_SECRET"]
        with httpx2.Client(base_url=proxy.url) as client:
            token = client.post(TOKEN, json={**asked, "audience": f"{proxy.url}/api/v2/"}).json()["access_token"]
            proxy.queue(Mishap(kind, "POST", SUBMISSION))
            with contextlib.nullcontext() if kind == "two requests" else pytest.raises(httpx2.TransportError):
                client.post(
                    SUBMISSION,
                    data={"connection_id": delivery.tenant.connection_id},
                    files={"users": b"[]"},
                    headers={"authorization": f"Bearer {token}"},
                )
        assert jobs == len(delivery.jobs_at_tenant())
