"""Partitions go to connections of their own: a delivery takes what is meant for it, and says what is not."""

import hashlib
import json
import subprocess
import sys
import urllib.request
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from samekey import steps
from samekey.errors import ExitCode
from samekey.testing.tenant_process import TenantProcess
from tests.journeys.conftest import DEADLINE_SECONDS, RULES

PEOPLE = 60
ACME = "Acme-Users"


@pytest.fixture
def run(tmp_path: Path, shared_tenant: TenantProcess) -> Path:
    """A third of the people are Acme's, the others everybody's; both connections are at the tenant."""
    shared_tenant.control("POST", "/reset")
    people = [
        {
            "username": f"p{number}@example.org",
            "hash": hashlib.sha1(b"%d" % number).hexdigest(),
            "org": "other" if number % 3 else "acme",
        }
        for number in range(PEOPLE)
    ]
    (tmp_path / "people.json").write_text(json.dumps(people))
    to = f'[partition]\nby = "org"\notherwise = "{shared_tenant.connection}"\n[partition.to]\nacme = "{ACME}"\n'
    (tmp_path / "rules.toml").write_text(RULES.partition("[pack]")[0] + to)
    steps.pack(str(tmp_path / "people.json"), rules_path=tmp_path / "rules.toml", run=tmp_path / "run")
    make_connection(shared_tenant, ACME)
    return tmp_path / "run"


def make_connection(tenant: TenantProcess, name: str) -> None:
    """As an administrator would; it may be there from another story."""
    known = tenant.environment()
    credentials = {
        "grant_type": "client_credentials",
        "client_id": known["AUTH0_CLIENT_ID"],
        "client_secret": known["AUTH0_CLIENT_SECRET"],
        "audience": f"{tenant.url}/api/v2/",
    }
    token = post(f"{tenant.url}/oauth/token", credentials)["access_token"]
    try:
        post(f"{tenant.url}/api/v2/connections", {"name": name, "strategy": "auth0"}, token)
    except HTTPError as error:
        if error.code != HTTPStatus.CONFLICT:
            raise


def post(url: str, body: dict[str, str], token: str = "") -> Any:
    """What the tenant answers."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=DEADLINE_SECONDS) as answer:
        return json.load(answer)


def deliver(run: Path, tenant: TenantProcess, connection: str) -> subprocess.CompletedProcess[str]:
    """`samekey deliver`, as a person types it."""
    return subprocess.run(
        [sys.executable, "-m", "samekey", "deliver", str(run), "--connection", connection, "--yes", "--json"],
        env=tenant.environment(),
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )


class TestMappedPartitions:
    """Each connection has a delivery; the run is done when all of them are."""

    def test_reach_their_connections(self, run: Path, shared_tenant: TenantProcess) -> None:
        """The books of the run close with the last of them."""
        first = deliver(run, shared_tenant, ACME)
        books = json.loads(first.stdout)["books"]
        assert (ExitCode.FINDINGS, PEOPLE // 3, PEOPLE * 2 // 3, False) == (
            first.returncode,
            books["created"],
            books["pending"],
            books["closed"],
        )
        second = deliver(run, shared_tenant, shared_tenant.connection)
        books = json.loads(second.stdout)["books"]
        assert (ExitCode.DONE, PEOPLE, 0, True) == (
            second.returncode,
            books["created"],
            books["pending"],
            books["closed"],
        )

    def test_are_named_by_a_delivery_that_leaves_them_out(self, run: Path, shared_tenant: TenantProcess) -> None:
        """How many users, and for where."""
        make_connection(shared_tenant, "Other-Users")
        refused = deliver(run, shared_tenant, "Other-Users")
        assert ExitCode.USAGE == refused.returncode
        message = json.loads(refused.stderr.splitlines()[-1])["error"]["message"]
        assert f"{PEOPLE // 3} users are for {ACME}" in message
        assert f"{PEOPLE * 2 // 3} users are for {shared_tenant.connection}" in message
