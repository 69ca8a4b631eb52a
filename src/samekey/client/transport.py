"""One request to the Management API: token, tries, and every answer outside 2xx turned into one of our errors."""

import dataclasses
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from samekey.client import patience, refusals, tokens
from samekey.client.address import TenantAddress
from samekey.client.answers import Answer, RateLimits, Request
from samekey.client.credentials import Credentials
from samekey.client.tokens import Tokens, TokenSeen
from samekey.clock import Clock
from samekey.secret import Secret

if TYPE_CHECKING:
    import httpx2

TIMEOUT_SECONDS = 30.0
"""The longest wait for a connection and between two pieces of an answer."""

_UNAUTHORISED = 401


SMALL_BUCKET = 20
"""A bucket of so many requests or fewer can be emptied by looking at jobs."""

BUCKET_SECONDS_MAX = 2.0
"""A longer wait is left to the tenant's refusal: the empty bucket may be that of another kind of request."""


class Transport:
    """Sends requests to one tenant with a bearer token. Safe to use from many threads."""

    def __init__(
        self,
        tenant: TenantAddress,
        credentials: Credentials,
        *,
        clock: Clock,
        timeout_seconds: float = TIMEOUT_SECONDS,
        http: "httpx2.Client | None" = None,
        reads: patience.Patience = patience.READS,
        jitter: Callable[[], float] = random.random,
        told: Callable[[datetime], None] | None = None,
    ) -> None:
        """Args:
        tenant: where to.
        credentials: who we are.
        clock: measures and waits.
        timeout_seconds: the longest wait for a connection and between two pieces of an answer.
        http: a client of the caller's, who also closes it; one is made when None.
        reads: how often and how long a request that may be sent twice is tried.
        jitter: a number from 0 to 1, for the pauses between tries.
        told: hears until when a busy tenant is waited for, in the thread whose request it is.

        """
        from samekey.client import exchange  # noqa: PLC0415  # the HTTP library loads when a tenant is spoken to

        self.tenant = tenant
        """Where the requests go."""
        self.clock = clock
        """Measures and waits."""
        self.reads = reads
        """How often and how long what may be sent twice is tried; may be changed between requests."""
        self._jitter = jitter
        self._told = told
        self._exchange = exchange.Exchange(tenant, clock=clock, timeout_seconds=timeout_seconds, http=http)
        self._tokens = Tokens(
            self._exchange, tenant, credentials, clock=clock, jitter=jitter, policy=lambda: self.reads, told=told
        )
        self._clock_difference: timedelta | None = None
        self._rate_limits: RateLimits | None = None

    @property
    def rate_limits(self) -> RateLimits | None:
        """What the latest answer said of the tenant's rate limit; None while none did."""
        return self._rate_limits

    def tenant_now(self) -> datetime | None:
        """The present by the tenant's clock, to the second, as far as its answers' Date headers tell."""
        return None if self._clock_difference is None else self.clock.now() + self._clock_difference

    def request_gap_seconds(self) -> float:
        """The time in which the tenant lets one more request through; nothing where its bucket is large.

        A bucket of few requests is one for each second (Rate limit policy: Free 2, Enterprise test 10).
        """
        limits = self._rate_limits
        return 1.0 / limits.limit if limits and limits.limit and limits.limit <= SMALL_BUCKET else 0.0

    def send(self, request: Request) -> Answer:
        """Send a request and return the answer.

        A request that may be sent twice is tried again by the policy; any other is sent once. The one exception is
        401: it proves that nothing was done, so the token is renewed and the request sent once more.

        Returns:
            An answer of 2xx, or of a status in `request.read_too`.

        Raises:
            TenantRefused, TenantBusy, TenantUnexpected: what the answer stands for.
            TenantUnreachable: no answer; `may_have_arrived` is false when the request certainly was not sent.

        """
        self._tokens.current()
        policy = self.reads if request.is_repeatable else patience.NONE
        return patience.patiently(
            lambda: self._tried(request), policy, clock=self.clock, jitter=self._jitter, told=self._told
        )

    def download(self, location: str) -> Iterator[bytes]:
        """The content behind an address that the tenant gave, piece by piece, without saying who we are."""
        return self._exchange.download(location)

    def token(self) -> Secret:
        """The bearer token in use, fetched when there is none."""
        return self._tokens.current()

    def token_seen(self) -> TokenSeen:
        """What that token says of itself, unverified."""
        return tokens.seen(self.token(), can_renew=self._tokens.can_renew)

    def close(self) -> None:
        """Let go of the connections."""
        self._exchange.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _tried(self, request: Request) -> Answer:
        token = self._tokens.current()
        self._let_the_bucket_fill()
        answer = self._exchange.send(_authorised(request, token))
        if answer.status == _UNAUTHORISED and self._tokens.can_renew:
            answer = self._exchange.send(_authorised(request, self._tokens.renewed(token)))
        self._rate_limits = answer.rate_limits or self._rate_limits
        if answer.tenant_time is not None:
            self._clock_difference = answer.tenant_time - self.clock.now()
        if answer.is_success or answer.status in request.read_too:
            return answer
        raise refusals.problem(answer, now=self.clock.now())

    def _let_the_bucket_fill(self) -> None:
        """Wait a moment where the last answer said that no request is left: the next one would be refused."""
        limits, present = self._rate_limits, self.tenant_now()
        if limits is None or present is None or limits.remaining != 0 or limits.reset_at is None:
            return
        wait = (limits.reset_at - present).total_seconds()
        if 0 < wait <= BUCKET_SECONDS_MAX:
            self.clock.sleep(min(wait, self.request_gap_seconds() or wait))


def _authorised(request: Request, token: Secret) -> Request:
    return dataclasses.replace(request, headers={**request.headers, "authorization": f"Bearer {token.reveal()}"})
