"""The bearer token of the Management API: fetched when needed, renewed before it expires, never shown."""

import base64
import binascii
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec

from samekey import errors
from samekey.auth0 import limits
from samekey.client import patience, refusals, wire
from samekey.client.address import TenantAddress
from samekey.client.answers import Answer, Request
from samekey.client.credentials import ClientCredentials, Credentials, StaticToken
from samekey.clock import Clock
from samekey.secret import Secret

TOKEN_PATH = "/oauth/token"  # noqa: S105  # a path

RENEWAL_SECONDS = 300.0
"""A token is renewed this long before its end, or after nine tenths of a shorter life."""


class Sender(Protocol):
    """What sends one request and returns its answer; the way to the tenant or a test's stand-in for it."""

    def send(self, request: Request) -> Answer:
        """Send once."""
        ...


class Tokens:
    """Keeps one token fresh; safe to ask from many threads."""

    def __init__(
        self,
        sender: Sender,
        address: TenantAddress,
        credentials: Credentials,
        *,
        clock: Clock,
        jitter: Callable[[], float],
        policy: Callable[[], patience.Patience] = lambda: patience.READS,
        told: Callable[[datetime], None] | None = None,
    ) -> None:
        """Args:
        sender: sends the token request.
        address: names the audience.
        credentials: what a token is fetched with, or a token that cannot be renewed.
        clock: tells when it is time.
        jitter: a number from 0 to 1, for the pauses between tries.
        policy: how often and how long to try, asked anew for every token.
        told: hears until when a busy tenant is waited for.

        """
        self._told = told
        self._policy = policy
        self._sender = sender
        self._address = address
        self._credentials = credentials
        self._clock = clock
        self._jitter = jitter
        self._lock = threading.Lock()
        self._token = credentials.token if isinstance(credentials, StaticToken) else None
        self._renew_at: datetime | None = None

    @property
    def can_renew(self) -> bool:
        """Whether another token can be had."""
        return isinstance(self._credentials, ClientCredentials)

    def current(self) -> Secret:
        """A token with life left in it.

        Raises:
            TenantRefused: the tenant does not accept the credentials.
            TenantBusy: too many requests.
            TenantUnreachable: no token could be had; `may_have_arrived` is false, since whatever needed the token was
                not sent.

        """
        with self._lock:
            due = self._renew_at is not None and self._clock.now() >= self._renew_at
            if self._token is None or due:
                self._token = self._fetched()
            return self._token

    def renewed(self, refused: Secret) -> Secret:
        """Another token in place of one the tenant refused; one fetched meanwhile by another thread serves as well."""
        with self._lock:
            if self._token is None or self._token == refused:
                self._token = self._fetched()
            return self._token

    def _fetched(self) -> Secret:
        credentials = self._credentials
        if isinstance(credentials, StaticToken):
            return credentials.token
        try:
            answer = patience.patiently(
                lambda: self._asked(credentials),
                self._policy(),
                clock=self._clock,
                jitter=self._jitter,
                told=self._told,
            )
            grant = wire.read(answer, wire.TokenGrant)
        except (errors.TenantUnreachable, errors.TenantUnexpected) as error:
            raise errors.TenantUnreachable(
                f"No token could be fetched. {error.message}", may_have_arrived=False
            ) from error
        life_seconds = grant.expires_in if grant.expires_in is not None else limits.TOKEN_SECONDS
        self._renew_at = self._clock.now() + timedelta(seconds=max(life_seconds - RENEWAL_SECONDS, 0.9 * life_seconds))
        return Secret(grant.access_token, "token")

    def _asked(self, credentials: ClientCredentials) -> Answer:
        answer = self._sender.send(
            Request(
                "POST",
                TOKEN_PATH,
                json={
                    "grant_type": "client_credentials",
                    "client_id": credentials.client_id,
                    "client_secret": credentials.client_secret.reveal(),
                    "audience": self._address.audience,
                },
            )
        )
        if answer.is_success:
            return answer
        raise refusals.problem(answer, now=self._clock.now())


@dataclass(frozen=True, slots=True)
class TokenSeen:
    """What a token says of itself, unverified. Good enough to warn early, never to decide: the tenant checks it."""

    scopes: frozenset[str] = frozenset()
    """Empty for a token that does not say."""
    audiences: frozenset[str] = frozenset()
    """Empty for a token that does not say."""
    expires_at: datetime | None = None
    can_renew: bool = True
    """Whether another one can be had when it ends."""


def seen(token: Secret, *, can_renew: bool) -> TokenSeen:
    """Read the payload of a token; one that is not a JWT says nothing."""
    payload = _payload(token)
    audience = payload.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    return TokenSeen(
        scopes_of(token),
        frozenset(each for each in audiences if isinstance(each, str)),
        _moment(payload.get("exp")),
        can_renew,
    )


def scopes_of(token: Secret) -> frozenset[str]:
    """The scopes a token names in its payload, unverified; none for a token that is not a JWT.

    Good enough to warn early, never to decide: the tenant is the one who checks.
    """
    scope = _payload(token).get("scope")
    return frozenset(scope.split()) if isinstance(scope, str) else frozenset()


def _payload(token: Secret) -> dict[str, object]:
    pieces = token.reveal().split(".")
    try:
        padded = pieces[1] + "=" * (-len(pieces[1]) % 4)
        payload = msgspec.json.decode(base64.urlsafe_b64decode(padded))
    except (IndexError, ValueError, binascii.Error, msgspec.DecodeError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def _moment(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
