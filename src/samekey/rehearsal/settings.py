"""What can be chosen when a rehearsal tenant starts.

Where Auth0's documentation is silent or contradicts itself, the choice is a setting here, and the default is the
documented or likeliest reading.
"""

from dataclasses import dataclass
from typing import Literal

from samekey.auth0 import limits
from samekey.rehearsal import postman

CONNECTION_DEFAULT = "Username-Password-Authentication"
"""Name of the database connection that every new Auth0 tenant has."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A tenant's choices; frozen, so that what changes at run time is found in `levers`."""

    url: str = "http://127.0.0.1"
    """Its own address without a slash at the end; issuer and audience are made from it."""
    connection: str = CONNECTION_DEFAULT
    """Name of the connection of a fresh tenant."""
    plan: str = "none"
    """Rate limits: a name of `pacing.PLANS`."""
    job_seconds: float = 0.0
    """How long an import job takes."""
    polls_wait_for_work: bool = False
    """Answer a look at a job only when the worker has done what is due: what a test with a moved clock needs."""
    bcrypt_rounds: int = 10
    """Cost of the hash made at the first login. Auth0's own is 10; lower only in tests."""
    token_seconds: int = limits.TOKEN_SECONDS
    """Life of an access token."""
    id_token_seconds: int = 36_000
    """Life of an id token."""
    audiences: tuple[str, ...] = ()
    """APIs beside the Management API for which a login may ask a token."""
    profile_bytes_max: int = limits.PROFILE_BYTES_MAX
    """A profile above it fails with PROFILE_SIZE_EXCEEDED. Auth0 documents the number and calls it soft."""
    errors_while_pending: Literal["object", "empty"] = "object"
    """What the error list of a job that still runs looks like. Documented is only that an object can come."""
    mfa: Literal["enrolled", "never"] = "enrolled"
    """Who is asked for a second factor: whoever came with one, or nobody (a new tenant's own policy)."""
    mail: postman.Route | None = None
    """Where every mail of the outbox goes beside the outbox; without one, nowhere."""
    apps: tuple[str, ...] = ()
    """Addresses of applications that sign in here; each becomes a client with it as callback and origin."""
