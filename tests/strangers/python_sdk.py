"""Auth0's Python SDK as its README sets it up, and people for it to import."""

import json
import time
from typing import Any

from auth0.authentication import GetToken
from auth0.authentication.exceptions import Auth0Error
from auth0.management.client import Auth0

from samekey.rehearsal.server import RunningTenant
from tests.strangers.rehearsed import Rehearsed

KESTREL = "Kestrel-41:river"
SHA1_OF_KESTREL = "R2OU6IXSJqczqR5NVTJUgoicVVw="
PATIENCE_SECONDS = 10
LOOK_SECONDS = 0.05


Reached = RunningTenant | Rehearsed
"""A tenant, in this process or another."""


def management(tenant: Reached) -> Auth0:
    """The SDK's client over plain http, with a token it fetched itself."""
    token = tokens(tenant, tenant.client_id, tenant.client_secret).client_credentials(tenant.audience)["access_token"]
    return Auth0(base_url=f"{tenant.url}/api/v2", token=token, max_retries=0)


def tokens(tenant: Reached, client_id: str, client_secret: str) -> GetToken:
    """The SDK's way to the token endpoint, for one application."""
    scheme = tenant.url.partition(":")[0]
    return GetToken(domain(tenant), client_id, client_secret=client_secret, protocol=scheme)


def domain(tenant: Reached) -> str:
    """What the SDK asks for where others ask for an address."""
    return tenant.url.partition("://")[2]


def user(email: str, value: str = SHA1_OF_KESTREL) -> dict[str, Any]:
    """One entry of an import file with a SHA-1 hash in base64."""
    payload = {"algorithm": "sha1", "hash": {"value": value, "encoding": "base64"}}
    return {"email": email, "email_verified": True, "custom_password_hash": payload}


def as_file(users: list[dict[str, Any]]) -> tuple[str, bytes, str]:
    """An import file in the form that the SDK takes."""
    return "users.json", json.dumps(users).encode(), "application/json"


def run_import(client: Any, tenant: Reached, users: list[dict[str, Any]]) -> Any:
    """Hand users in and wait for the job."""
    job = client.jobs.users_imports.create(
        users=as_file(users), connection_id=tenant.connection_id, upsert=False, send_completion_email=False
    )
    return finished(client, job.id)


def finished(client: Any, job_id: str) -> Any:
    """A job when it is over; what it is by then when that takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (seen := client.jobs.get(job_id)).status == "pending" and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    return seen


def login(tenant: Reached, username: str, password: str) -> str:
    """The word of a login's end: ok, or the SDK's error code."""
    door = tokens(tenant, tenant.login_client_id, tenant.login_client_secret)
    try:
        door.login(username=username, password=password, realm=tenant.connection)
    except Auth0Error as error:
        return str(error.error_code)
    return "ok"
