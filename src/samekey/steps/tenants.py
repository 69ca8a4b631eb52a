"""How a step speaks to a tenant: its API, and its front door."""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from samekey.client import patience
from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials, Credentials
from samekey.client.management import Management
from samekey.client.signin import SignIn
from samekey.client.transport import Transport
from samekey.clock import Clock
from samekey.events import Listener, Noticed
from samekey.journal.journal import Journal
from samekey.pack import packed_users
from samekey.pack.run_folder import RunFolder
from samekey.verify import logins
from samekey.verify.logins import KnownLogin, LoginResult


@contextmanager
def administering(
    tenant: TenantAddress,
    credentials: Credentials,
    clock: Clock,
    *,
    step: str,
    listener: Listener,
    until: datetime | None = None,
) -> Iterator[Management]:
    """Speak to a tenant: impatient with trouble until `expect_patience`, since somebody watches the first questions.

    Args:
        tenant: which one.
        credentials: of a machine-to-machine application.
        clock: time.
        step: whose questions these are.
        listener: hears when a busy tenant is waited for.
        until: when the step ends; a tenant that is busy for longer is not waited for.

    """
    thread = threading.get_ident()

    def told(again_at: datetime) -> None:
        if threading.get_ident() == thread:
            said = f"The tenant takes no more requests for now (429): waiting until {again_at.astimezone():%H:%M:%S}."
            listener.notice(Noticed(step, f"{said} Ctrl-C loses nothing.", "warning"))

    first = patience.first_contact(until=until)
    with Transport(tenant, credentials, clock=clock, reads=first, told=told) as transport:
        yield Management(transport)


@dataclass(frozen=True)
class Door:
    """The front door of a connection, and the application that knocks."""

    tenant: TenantAddress
    credentials: ClientCredentials
    connection: str


def is_one_of(user: Mapping[str, Any], names: Collection[str]) -> bool:
    """Whether one of a user's identifiers is among these; they are in lower case."""
    return any(str(user.get(name, "")).lower() in names for name in ("email", "username", "phone_number"))


def try_the_door(
    journal: Journal,
    folder: RunFolder,
    known: Sequence[KnownLogin],
    door: Door,
    clock: Clock,
    listener: Listener,
    *,
    workers: int,
) -> list[LoginResult]:
    """Known people log in through the front door; how they fared is written down."""
    credentials = door.credentials
    with SignIn(door.tenant, credentials.client_id, credentials.client_secret, clock=clock) as opened:
        results = logins.try_logins(known, opened, door.connection, listener, workers=workers)
    clusters = packed_users.clusters_of_logins(folder, [result.username for result in results])
    for result in results:
        cluster = clusters.get(result.username.lower(), "")
        journal.put_login(result.username, outcome=result.outcome.word, cluster=cluster, at=clock.now())
    return results
