"""What must be true before the first job, asked of the tenant and held against the run folder. Nothing is changed.

Every question is asked even when an earlier answer will not do, so that a person mends everything at once.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from samekey.client.address import TenantAddress
from samekey.client.tokens import TokenSeen
from samekey.client.wire import Connection
from samekey.deliver.connection_rules import ConnectionRules
from samekey.deliver.packed_identifiers import PackedIdentifiers
from samekey.errors import TenantError, TenantRefused
from samekey.pack.changes import Kind

NEEDED_SCOPES = ("create:users", "read:users", "read:connections")
"""What a delivery calls: import jobs, reading users back, finding the connection."""

USEFUL_SCOPES = ("read:logs", "update:users", "delete:users")
"""What samekey can make use of: the log after a lost answer, blocking and undoing."""

CLOCK_DIFFERENCE_MAX = timedelta(minutes=2)
"""A clock that differs more from the tenant's is worth mending."""

BLOCKING_CHANGES = frozenset({Kind.VANISHED, Kind.DISABLED, Kind.ENABLED, Kind.RETURNED})
"""Kinds of change in a delta that no import can carry: the user is patched."""

_CHANGING = frozenset({"token", "clock"})
"""What may be otherwise at every start."""
_CANONICAL_SUFFIX = ".auth0.com"
_SCOPES_REMEDY = "under Applications, APIs, Auth0 Management API, Machine to Machine Applications"


class Standing(StrEnum):
    """What an answer means for the delivery."""

    OK = "ok"
    WARNING = "warning"
    """The delivery can go; a person should know."""
    REFUSAL = "refusal"
    """The delivery cannot go."""


@dataclass(frozen=True)
class Finding:
    """One question and its answer."""

    topic: str
    standing: Standing
    sentence: str
    remedy: str = ""

    def said(self) -> str:
        """In one line."""
        return f"{self.sentence} {self.remedy}".strip()


@dataclass(frozen=True)
class Preflight:
    """Everything that was asked."""

    connection: Connection | None
    """None when there is no such connection, or the tenant does not say."""
    findings: tuple[Finding, ...]

    @property
    def is_ready(self) -> bool:
        """Whether a delivery can begin."""
        return not self.of(Standing.REFUSAL)

    def of(self, standing: Standing) -> list[Finding]:
        """The findings of one standing."""
        return [finding for finding in self.findings if finding.standing is standing]

    def also(self, findings: Sequence[Finding]) -> "Preflight":
        """With more of them."""
        return dataclasses.replace(self, findings=(*self.findings, *findings))

    def worth_saying(self, *, again: bool) -> list[Finding]:
        """Warnings for a person who is about to deliver.

        Args:
            again: the delivery has begun: of the tenant's settings a person was told, and the users in it are ours.

        """
        return [finding for finding in self.of(Standing.WARNING) if not again or finding.topic in _CHANGING]

    def usable_connection(self) -> Connection:
        """The connection, when nothing stands against delivering into it.

        Raises:
            TenantRefused: something does; the first refusal in its own words.

        """
        refusals = self.of(Standing.REFUSAL)
        if refusals or self.connection is None:
            first = refusals[0] if refusals else Finding("connection", Standing.REFUSAL, "No connection was found.")
            raise TenantRefused(first.sentence, remedy=first.remedy)
        return self.connection


class Administration(Protocol):
    """What a preflight asks of a tenant; `samekey.client.management.Management` answers."""

    def token_seen(self) -> TokenSeen:
        """What our token says of itself."""
        ...

    def tenant_now(self) -> datetime | None:
        """The present by the tenant's clock; None while no answer told."""
        ...

    def connection(self, name_or_id: str) -> Connection:
        """A connection by id or exact name; a `TenantRefused` names those that exist."""
        ...

    def applications_of(self, connection: Connection) -> list[str]:
        """Client ids of the applications that may use a connection."""
        ...

    def has_users(self, connection: str) -> bool:
        """Whether a search finds anybody in a connection."""
        ...


def look(
    administration: Administration,
    name: str,
    *,
    tenant: TenantAddress,
    now: datetime,
    upsert: bool,
    changes: Iterable[str] = (),
) -> Preflight:
    """Ask the tenant whether a delivery can begin.

    Args:
        administration: speaks to the tenant.
        name: name or id of the connection, as the person gave it.
        tenant: where to.
        now: the time by our clock.
        upsert: whether users that are there may be updated.
        changes: the kinds of change that a delta holds, as its manifest names them.

    Raises:
        TenantError: the tenant could not be asked, or gave us no token.

    """
    try:
        token = administration.token_seen()
    except TenantRefused as error:
        if _is_canonical(tenant):
            raise
        raise TenantRefused(
            error.message, status=error.status, error_code=error.error_code, remedy=_canonical_remedy(tenant)
        ) from error
    findings = [_address(tenant, token), _token(token, now), *_scopes(token, tenant, needed_scopes(changes))]
    try:
        connection = administration.connection(name)
    except TenantRefused as error:
        refusal = Finding("connection", Standing.REFUSAL, error.message, error.remedy)
        return Preflight(None, (*findings, _clock(administration.tenant_now(), now), refusal))
    findings += [_clock(administration.tenant_now(), now), _kind(connection)]
    if connection.is_database:
        findings += [_applications(administration, connection), _population(administration, connection, upsert=upsert)]
    return Preflight(connection, tuple(findings))


def compare(connection: Connection, packed: PackedIdentifiers) -> list[Finding]:
    """Hold what a connection asks of its users against what was packed.

    What nobody has is a refusal, since every job would fail; what some lack is a warning, since the others arrive.
    """
    return list(_differences(ConnectionRules.of(connection.options), packed)) or [
        Finding("identifiers", Standing.OK, "Every user has what the connection asks for.")
    ]


# --- one question each -----------------------------------------------------------------------------------------------


def _address(tenant: TenantAddress, token: TokenSeen) -> Finding:
    if token.audiences and tenant.audience not in token.audiences:
        return Finding(
            "address",
            Standing.REFUSAL,
            f"The token is for {', '.join(sorted(token.audiences))}, not for {tenant.audience}.",
            "Name the tenant the token was made for, by its canonical domain, or get another token.",
        )
    if not _is_canonical(tenant):
        return Finding(
            "address", Standing.WARNING, f"{tenant.host} looks like a custom domain.", _canonical_remedy(tenant)
        )
    return Finding("address", Standing.OK, f"{tenant.host} is the tenant's own domain.")


def _token(token: TokenSeen, now: datetime) -> Finding:
    if token.can_renew:
        return Finding("token", Standing.OK, "The token is renewed before it ends.")
    remedy = "Set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET instead of AUTH0_TOKEN."
    if token.expires_at is None:
        return Finding("token", Standing.WARNING, "The token cannot be renewed, and does not say when it ends.", remedy)
    ends = f"{token.expires_at:%Y-%m-%d %H:%M} UTC"
    if token.expires_at <= now:
        return Finding("token", Standing.REFUSAL, f"The token ended at {ends} and cannot be renewed.", remedy)
    return Finding("token", Standing.WARNING, f"The token cannot be renewed; it ends at {ends}.", remedy)


def needed_scopes(changes: Iterable[str]) -> tuple[str, ...]:
    """What a delivery needs; to block somebody, or let somebody in again, takes a change of the user itself."""
    return (*NEEDED_SCOPES, *(["update:users"] if BLOCKING_CHANGES & {*changes} else []))


def _scopes(token: TokenSeen, tenant: TenantAddress, needed: Sequence[str]) -> Iterator[Finding]:
    if not token.scopes:
        yield Finding(
            "scopes", Standing.WARNING, "The token does not say which scopes it has; a missing one will show later."
        )
        return
    missing = [scope for scope in needed if scope not in token.scopes]
    if missing:
        yield Finding(
            "scopes",
            Standing.REFUSAL,
            f"The client lacks the scopes {', '.join(missing)}.",
            f"Grant them to the application {_SCOPES_REMEDY}.",
        )
    else:
        yield Finding("scopes", Standing.OK, f"The client has {', '.join(needed)}.")
    if "read:logs" in token.scopes:
        yield Finding("log", Standing.OK, "The client may read the tenant's log, which may name a job that was lost.")
    else:
        yield Finding(
            "log",
            Standing.OK,
            "The client may not read the tenant's log: after a lost answer the time of a job is waited out.",
            f"To look it up there, grant read:logs {_SCOPES_REMEDY}.",
        )
    needless = sorted(token.scopes - {*needed, *USEFUL_SCOPES})
    if needless and not tenant.is_loopback:
        yield Finding(
            "scopes",
            Standing.WARNING,
            f"The client has scopes that no migration needs: {', '.join(needless)}.",
            f"Take them away {_SCOPES_REMEDY}.",
        )


def _clock(tenant_now: datetime | None, now: datetime) -> Finding:
    if tenant_now is None:
        return Finding("clock", Standing.WARNING, "The tenant does not tell its time.")
    difference = tenant_now - now
    if abs(difference) <= CLOCK_DIFFERENCE_MAX:
        return Finding("clock", Standing.OK, "Our clock and the tenant's agree.")
    behind = "behind" if difference > timedelta() else "ahead of"
    return Finding(
        "clock",
        Standing.WARNING,
        f"Our clock is {abs(difference).total_seconds():,.0f} s {behind} the tenant's.",
        "Let the clock be set by the network, so that times in logs and reports can be held together.",
    )


def _kind(connection: Connection) -> Finding:
    if not connection.is_database:
        return Finding(
            "connection",
            Standing.REFUSAL,
            f"The connection {connection.name} is not a database connection but {connection.strategy}.",
            "Name a database connection; users with passwords can go nowhere else.",
        )
    if connection.options.get("enabledDatabaseCustomization") and not connection.options.get("import_mode"):
        return Finding(
            "connection",
            Standing.REFUSAL,
            f"The connection {connection.name} is a custom database without import mode.",
            "Switch on 'Import Users to Auth0' in the connection's settings.",
        )
    return Finding("connection", Standing.OK, f"{connection.name} ({connection.id}) takes imports.")


def _applications(administration: Administration, connection: Connection) -> Finding:
    try:
        applications = administration.applications_of(connection)
    except TenantError:
        return Finding(
            "applications", Standing.WARNING, "The tenant does not say which applications may use the connection."
        )
    if not applications:
        return Finding(
            "applications",
            Standing.REFUSAL,
            f"The connection {connection.name} is enabled for no application; the tenant refuses imports into it.",
            "Enable it for at least one application, in the connection's Applications tab.",
        )
    return Finding("applications", Standing.OK, f"{len(applications):,} applications may use the connection.")


def _population(administration: Administration, connection: Connection, *, upsert: bool) -> Finding:
    try:
        is_empty = not administration.has_users(connection.name)
    except TenantError:
        return Finding("users", Standing.WARNING, "The tenant does not say whether the connection is empty.")
    if is_empty:
        return Finding("users", Standing.OK, "The connection is empty, as far as the tenant's search knows.")
    if upsert:
        return Finding(
            "users",
            Standing.WARNING,
            "The connection holds users; those that are sent, too, get their metadata replaced.",
        )
    return Finding(
        "users",
        Standing.WARNING,
        "The connection holds users; those that are sent, too, will fail as duplicates.",
        "Use --upsert to update them, or an empty connection.",
    )


def _differences(rules: ConnectionRules, packed: PackedIdentifiers) -> Iterator[Finding]:
    for name in rules.required:
        if lacking := packed.without(name):
            yield Finding(
                "identifiers",
                _weight(lacking, packed),
                f"The connection requires {name}, and {lacking:,} of {packed.users:,} users have none.",
                f"Map {name} in the rules and pack anew, or stop requiring it in the connection's settings.",
            )
    if packed.users and rules.identifying and not any(packed.having[name] for name in rules.identifying):
        yield Finding(
            "identifiers",
            Standing.REFUSAL,
            f"People log in to this connection by {' or '.join(rules.identifying)}, and no user has any of it.",
            "Map one of them in the rules and pack anew, or activate what the users have in the connection's settings.",
        )
    outside = packed.outside(rules.username_chars_min, rules.username_chars_max)
    if outside:
        yield Finding(
            "identifiers",
            _weight(outside, packed),
            f"{outside:,} usernames have not between {rules.username_chars_min} and {rules.username_chars_max} "
            f"characters; the longest has {max(packed.username_chars)}.",
            "Change the length of usernames in the connection's settings; it may be up to 128.",
        )


def _weight(users: int, packed: PackedIdentifiers) -> Standing:
    return Standing.REFUSAL if users == packed.users else Standing.WARNING


def _is_canonical(tenant: TenantAddress) -> bool:
    return tenant.is_loopback or tenant.host.endswith(_CANONICAL_SUFFIX)


def _canonical_remedy(tenant: TenantAddress) -> str:
    return (
        f"The Management API knows a tenant by its canonical domain: if {tenant.host} is a custom domain, "
        "give the one that ends in .auth0.com."
    )
