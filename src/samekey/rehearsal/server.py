"""A rehearsal tenant on a port of this machine."""

import asyncio
import contextlib
import dataclasses
import ipaddress
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from samekey import clock as clocks
from samekey import errors, temporary
from samekey.rehearsal import app as apps
from samekey.rehearsal import applications, fault_gate, tls
from samekey.rehearsal.settings import Settings
from samekey.rehearsal.store import Store
from samekey.rehearsal.tenant import Tenant

HOST_DEFAULT = "127.0.0.1"
_STORE_NAME = "rehearsal.sqlite"
_GOODBYE_SECONDS = 3


@dataclass(frozen=True, slots=True)
class RunningTenant:
    """Where a tenant answers, and what opens it."""

    url: str
    """Its address, without a slash at the end."""
    client_id: str
    """The machine-to-machine application that may import."""
    client_secret: str = field(repr=False)
    audience: str
    """What a Management API token is asked for."""
    connection: str
    """Name of its database connection."""
    connection_id: str
    """`con_` and 16 characters."""
    login_client_id: str
    """The application that may use the password grants."""
    login_client_secret: str = field(repr=False)
    control: str
    """Address of its levers."""
    control_token: str = field(repr=False)
    store_path: Path
    """Its SQLite file."""
    tenant: Tenant = field(repr=False)
    """The tenant itself, for a test in the same process."""
    authority: Path | None = None
    """The file of the certificate authority that clients must trust; None without TLS."""
    apps: tuple[tuple[str, str], ...] = ()
    """Address and client id of every application that was registered at start."""

    def as_json(self) -> dict[str, str]:
        """What `samekey rehearse --json` prints; secrets included, on purpose and only there."""
        names = (
            "url", "client_id", "client_secret", "audience", "connection", "connection_id", "login_client_id",
            "login_client_secret", "control", "control_token",
        )  # fmt: skip
        shown = {name: str(getattr(self, name)) for name in names}
        if self.authority is not None:
            shown["authority"] = str(self.authority)
        if self.apps:
            shown["app_client_id"] = self.apps[0][1]
        return shown


@contextlib.contextmanager
def serve(
    *,
    port: int = 0,
    host: str = HOST_DEFAULT,
    store: Path | None = None,
    settings: Settings | None = None,
    clock: clocks.Clock | None = None,
    has_tls: bool = False,
) -> Iterator[RunningTenant]:
    """Run a tenant on a background thread while the block lasts.

    Args:
        port: where it answers; 0 takes a free one.
        host: a loopback address unless somebody asked for another on purpose.
        store: a file that outlives the block; without one, a temporary folder that does not.
        settings: its choices; the address is filled in here.
        clock: the time it lives by; the machine's own when absent.
        has_tls: speak https, with a certificate authority of its own (kept beside a named store).

    Raises:
        UsageError: when the port is taken.
        StoreUnusable: when the store cannot be opened.

    """
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(_listener(host, port))
        path = store or stack.enter_context(temporary.folder()) / _STORE_NAME
        opened = stack.enter_context(contextlib.closing(Store(path)))
        settings = settings or Settings()
        hosts = (host, *(urlsplit(f"//{name}").hostname or host for name in settings.names))
        files = tls.files_in(path.with_name(f"{path.name}.tls"), hosts=hosts) if has_tls else None
        scheme = "https" if has_tls else "http"
        chosen = dataclasses.replace(settings, url=_url(scheme, host, listener.getsockname()[1]))
        application = apps.create_app(chosen, opened, clock or clocks.SystemClock())
        stack.enter_context(_running(application, listener, files))
        yield described(application.state.tenant, files)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host name or address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _CuttableProtocol(H11Protocol):
    """uvicorn's own protocol, with the connection in reach of the application: a fault may have to cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        answer = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            await answer({**scope, fault_gate.TRANSPORT: transport}, receive, send)

        self.app = with_transport


class _Server(uvicorn.Server):
    """uvicorn that says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()


@contextlib.contextmanager
def _running(application: object, listener: socket.socket, files: tls.TlsFiles | None) -> Iterator[None]:
    config = uvicorn.Config(
        application,  # type: ignore[arg-type]  # Starlette's own type does not name ASGI's
        log_config=None,
        log_level="critical",  # its tracebacks would show values; our own log names the kind of a fault
        access_log=False,
        server_header=False,
        date_header=False,  # see `dating`
        http=_CuttableProtocol,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
        ssl_certfile=files.certificate if files else None,
        ssl_keyfile=files.key if files else None,
    )
    server = _Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="samekey-rehearsal", daemon=True)
    thread.start()
    server.settled.wait()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@contextlib.contextmanager
def _listener(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's waiting off only for sockets that say they are TCP; with it every answer takes 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as problem:
            raise errors.UsageError(
                f"Nothing can listen on {host}, port {port}.", remedy="Choose another --port; 0 takes a free one."
            ) from problem
        yield listener


def _url(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def described(tenant: Tenant, files: tls.TlsFiles | None = None) -> RunningTenant:
    """Where a tenant answers, and what opens it.

    Raises:
        UsageError: when its store has lost what every tenant has.

    """
    machine = tenant.store.row("read_client_by_role", {"role": "machine"})
    login = tenant.store.row("read_client_by_role", {"role": "login"})
    connection = tenant.store.row("read_connections")
    if machine is None or login is None or connection is None:
        raise errors.UsageError("The store is not that of a rehearsal tenant.")
    return RunningTenant(
        url=tenant.settings.url,
        client_id=machine["client_id"],
        client_secret=machine["client_secret"],
        audience=tenant.audience,
        connection=connection["name"],
        connection_id=connection["id"],
        login_client_id=login["client_id"],
        login_client_secret=login["client_secret"],
        control=f"{tenant.settings.url}/control",
        control_token=tenant.control_token,
        store_path=tenant.store.path,
        tenant=tenant,
        authority=files.authority if files else None,
        apps=tuple((address, applications.register(tenant.store, address)) for address in tenant.settings.apps),
    )
