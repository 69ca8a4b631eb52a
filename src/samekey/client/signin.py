"""A login through the tenant's front door, as an application would do it: the password-realm grant."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from samekey.auth0 import vocabulary
from samekey.client import patience, refusals, wire
from samekey.client.address import TenantAddress
from samekey.client.answers import Answer, Request
from samekey.client.tokens import TOKEN_PATH
from samekey.client.transport import TIMEOUT_SECONDS
from samekey.clock import Clock
from samekey.secret import Secret

if TYPE_CHECKING:
    import httpx2


class LoginWord(StrEnum):
    """How a login ended, in a word."""

    OK = "ok"
    WRONG_CREDENTIALS = "wrong-credentials"
    """The tenant does not tell a wrong password from an unknown user or an imported hash that does not match."""
    BLOCKED = "blocked"
    """By an administrator."""
    TOO_MANY_ATTEMPTS = "too-many-attempts"
    """By brute-force protection; waiting does not help."""
    MFA_REQUIRED = "mfa-required"
    """The password was right, and a second factor is asked for."""
    PASSWORD_LEAKED = "password-leaked"  # noqa: S105  # a word
    """The tenant refuses the password because it stands in a breach."""
    REFUSED = "refused"
    """For another reason; the detail says which."""


@dataclass(frozen=True, slots=True)
class LoginOutcome:
    """The end of one login."""

    word: LoginWord
    detail: str = ""
    """The tenant's words where the word alone does not say enough."""

    @property
    def password_matched(self) -> bool:
        """Whether the tenant checked the password and found it right."""
        return self.word in {LoginWord.OK, LoginWord.MFA_REQUIRED}


_BY_ERROR = {
    "invalid_grant": LoginWord.WRONG_CREDENTIALS,
    "invalid_user_password": LoginWord.WRONG_CREDENTIALS,
    "too_many_attempts": LoginWord.TOO_MANY_ATTEMPTS,
    "mfa_required": LoginWord.MFA_REQUIRED,
    "password_leaked": LoginWord.PASSWORD_LEAKED,
}

_REFUSALS = range(400, 500)
"""Statuses of an answer that may speak of the person."""

_OUR_FAULT = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type"})
"""Errors that concern the application and not the person: every login would end so."""

_SPEAKS_OF_BLOCK = frozenset({"unauthorized", "access_denied"})
"""Errors for a blocked user when the text says so; the documents disagree which of the two it is."""


class SignIn:
    """The front door of one tenant, through one application. Safe to use from many threads."""

    def __init__(
        self,
        address: TenantAddress,
        client_id: str,
        client_secret: Secret,
        *,
        clock: Clock,
        timeout_seconds: float = TIMEOUT_SECONDS,
        http: "httpx2.Client | None" = None,
        policy: patience.Patience = patience.READS,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Args:
        address: the tenant.
        client_id: an application with the Password grant switched on.
        client_secret: its secret.
        clock: measures and waits.
        timeout_seconds: the longest wait for a connection and between two pieces of an answer.
        http: a client of the caller's, who also closes it; one is made when None.
        policy: how often and how long rate limits are waited for and trouble is sat out.
        jitter: a number from 0 to 1, for the pauses between tries.

        """
        from samekey.client import exchange  # noqa: PLC0415  # the HTTP library loads when a tenant is spoken to

        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._policy = policy
        self._jitter = jitter
        self._exchange = exchange.Exchange(address, clock=clock, timeout_seconds=timeout_seconds, http=http)

    def login(self, *, username: str, password: Secret, realm: str, forwarded_for: str = "") -> LoginOutcome:
        """Try one login.

        Args:
            username: email, username or phone number, as the person types it.
            password: what the person types.
            realm: the connection's name.
            forwarded_for: an address of the person's own, so that probes do not share one and trip brute-force
                protection; the application must be set to trust it.

        Raises:
            TenantRefused: the application itself is refused, so that no login can succeed.
            TenantBusy, TenantUnreachable, TenantUnexpected: no verdict was had, patience ended.

        """
        request = Request(
            "POST",
            TOKEN_PATH,
            json={
                "grant_type": vocabulary.PASSWORD_REALM_GRANT,
                "client_id": self._client_id,
                "client_secret": self._client_secret.reveal(),
                "username": username,
                "password": password.reveal(),
                "realm": realm,
                "scope": "openid",
            },
            headers={"auth0-forwarded-for": forwarded_for} if forwarded_for else {},
        )
        return patience.patiently(lambda: self._tried(request), self._policy, clock=self._clock, jitter=self._jitter)

    def close(self) -> None:
        """Let go of the connections."""
        self._exchange.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _tried(self, request: Request) -> LoginOutcome:
        answer = self._exchange.send(request)
        if answer.is_success:
            wire.read(answer, wire.TokenGrant)
            return LoginOutcome(LoginWord.OK)
        outcome = outcome_of(answer)
        if outcome is None:
            raise refusals.problem(answer, now=self._clock.now())
        return outcome


def outcome_of(answer: Answer) -> LoginOutcome | None:
    """What a refused login says of the person; None when it says nothing and the answer is an error like any other.

    Source:
        Auth0's Authentication API description and its pages on brute-force protection and the password grant; where
        they disagree on a status, only the words are looked at. Read on 2026-11-23.

    """
    error = refusals.error_code(answer)
    said = refusals.message(answer)
    if error in _SPEAKS_OF_BLOCK and "block" in said.lower():
        return LoginOutcome(LoginWord.BLOCKED)
    if error in _BY_ERROR:
        return LoginOutcome(_BY_ERROR[error])
    if not error or error in _OUR_FAULT or answer.status not in _REFUSALS or answer.status == refusals.BUSY:
        return None
    return LoginOutcome(LoginWord.REFUSED, f"{error}: {said}" if said != error else error)
