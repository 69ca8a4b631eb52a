"""One tenant: everything its endpoints share, put together once."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request

from samekey import clock
from samekey.auth0 import vocabulary
from samekey.rehearsal import applications, connection_options, identifiers, pacing, scopes, signing
from samekey.rehearsal.faults import FaultQueue
from samekey.rehearsal.importer import Importer
from samekey.rehearsal.levers import Levers
from samekey.rehearsal.password_desk import PasswordDesk
from samekey.rehearsal.postman import Postman
from samekey.rehearsal.settings import Settings
from samekey.rehearsal.store import Store
from samekey.rehearsal.tenant_clock import TenantClock
from samekey.rehearsal.tenant_log import TenantLog

_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
_MFA_OTP = "http://auth0.com/oauth/grant-type/mfa-otp"
_LOGIN_GRANTS = ["password", vocabulary.PASSWORD_REALM_GRANT, _MFA_OTP, "refresh_token"]


@dataclass(slots=True)
class Tenant:
    """What stands behind every endpoint."""

    settings: Settings
    store: Store
    clock: TenantClock
    signer: signing.Signer
    importer: Importer
    desk: PasswordDesk
    levers: Levers
    faults: FaultQueue
    log: TenantLog
    management_meter: pacing.Meter
    authentication_bucket: pacing.Bucket
    login_pace: pacing.LoginPace
    control_token: str = field(repr=False)
    postman: Postman | None = None
    """Sends the outbox to one address; None when nobody asked for it."""
    hosts: frozenset[str] = frozenset()
    """What the `Host` header may say where it is looked at."""

    @property
    def issuer(self) -> str:
        """`iss` of every token: the address with a slash at the end."""
        return f"{self.settings.url}/"

    @property
    def audience(self) -> str:
        """The Management API's own audience."""
        return f"{self.settings.url}/api/v2/"

    def is_management_audience(self, audience: str) -> bool:
        """Whether a text names this tenant's Management API, in either spelling of the scheme.

        The official SDKs compose `https://{domain}/api/v2/` whatever they really speak.
        """
        parts = urlsplit(audience)
        return parts.scheme in {"http", "https"} and parts.path == "/api/v2/" and parts.netloc in self.hosts

    def start(self) -> None:
        """Begin to work."""
        self.importer.start()
        if self.postman is not None:
            self.postman.start()

    def stop(self) -> None:
        """Finish what is at hand; the store is closed by whoever opened it."""
        self.importer.stop()
        if self.postman is not None:
            self.postman.stop()
        self.desk.close()


def open_tenant(settings: Settings, store: Store, base_clock: clock.Clock) -> Tenant:
    """Put a tenant together over a store; a fresh one gets its connection, its applications and its key."""
    _seed(settings, store)
    for address in settings.apps:
        applications.register(store, address)
    offset = store.row("read_fact", {"name": "clock_offset_seconds"})
    moved = TenantClock(base_clock, offset_seconds=float(offset["value"]) if offset else 0.0)
    key = store.row("read_fact", {"name": "signing_key"})
    plan = pacing.PLANS[settings.plan]
    levers = Levers(job_seconds=settings.job_seconds)
    log = TenantLog(store, moved, levers)
    return Tenant(
        settings=settings,
        store=store,
        clock=moved,
        signer=signing.Signer(key["value"] if key else ""),
        importer=Importer(store, moved, settings, log, levers),
        desk=PasswordDesk(bcrypt_rounds=settings.bcrypt_rounds),
        levers=levers,
        log=log,
        faults=FaultQueue(),
        management_meter=pacing.Meter(plan),
        authentication_bucket=pacing.Bucket(plan.authentication),
        login_pace=pacing.LoginPace(plan.logins),
        control_token=identifiers.client_secret(),
        hosts=_hosts(settings.url) | set(settings.names),
        postman=Postman(store, settings.mail) if settings.mail is not None else None,
    )


def tenant_of(request: Request) -> Tenant:
    """The tenant that a request came to."""
    tenant: Tenant = request.app.state.tenant
    return tenant


def _hosts(url: str) -> frozenset[str]:
    netloc = urlsplit(url).netloc
    port = urlsplit(url).port
    suffix = "" if port is None else f":{port}"
    return frozenset({netloc, *(f"{name}{suffix}" for name in _LOOPBACK_NAMES)})


def _seed(settings: Settings, store: Store) -> None:
    with store.transaction():
        if store.row("read_fact", {"name": "signing_key"}) is not None:
            return
        store.run("write_fact", {"name": "signing_key", "value": signing.new_key("samekey rehearsal tenant")})
        store.run(
            "insert_connection",
            {
                "id": identifiers.connection_id(),
                "name": settings.connection,
                "options": _text(connection_options.classic()),
                "enabled": 1,
            },
        )
        _insert_client(store, role="machine", name="Migration", grants=["client_credentials"], scope=scopes.ALL)
        _insert_client(store, role="login", name="Login", grants=_LOGIN_GRANTS, scope=())


def _insert_client(store: Store, *, role: str, name: str, grants: list[str], scope: tuple[str, ...]) -> None:
    row = {
        "client_id": identifiers.client_id(),
        "client_secret": identifiers.client_secret(),
        "role": role,
        "name": name,
        "grants": _text(grants),
        "scopes": _text(scope),
        "callbacks": "[]",
        "origins": "[]",
    }
    store.run("insert_client", row)


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
