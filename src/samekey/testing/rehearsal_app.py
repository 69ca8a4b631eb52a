"""A rehearsal tenant without a socket: an ASGI application that a test calls in its own process."""

import contextlib
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.types import ASGIApp

from samekey import clock as clocks
from samekey import temporary
from samekey.rehearsal import app as apps
from samekey.rehearsal import server
from samekey.rehearsal.server import RunningTenant
from samekey.rehearsal.settings import Settings
from samekey.rehearsal.store import Store


@dataclass(frozen=True, slots=True)
class RehearsalApp:
    """A tenant to be called in memory."""

    app: ASGIApp
    """For whatever calls ASGI applications: Starlette's TestClient, httpx's ASGITransport."""
    tenant: RunningTenant
    """What opens it: client ids and secrets, the connection, the control token."""


@contextlib.contextmanager
def rehearsal_app(
    *, url: str = "http://rehearsal.test", settings: Settings | None = None, clock: clocks.Clock | None = None
) -> Iterator[RehearsalApp]:
    """A fresh tenant while the block lasts; it works without its lifespan being run.

    Args:
        url: its address without a slash at the end: the base address of the client that calls it.
        settings: its choices; the address is filled in here.
        clock: the time it lives by; the machine's own when absent.

    """
    with (
        temporary.folder() as folder,
        contextlib.closing(Store(folder / "rehearsal.sqlite")) as store,
    ):
        chosen = dataclasses.replace(settings or Settings(), url=url)
        application = apps.create_app(chosen, store, clock or clocks.SystemClock())
        tenant = application.state.tenant
        tenant.start()
        try:
            yield RehearsalApp(application, server.described(tenant))
        finally:
            tenant.stop()
