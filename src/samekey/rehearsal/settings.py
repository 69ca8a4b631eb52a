"""What can be chosen when a rehearsal tenant starts.

Where Auth0's documentation is silent or contradicts itself, the choice is a setting here, and the default is the
documented or likeliest reading.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_type_hints

from samekey import errors
from samekey.auth0 import limits
from samekey.rehearsal import postman

CONNECTION_DEFAULT = "Username-Password-Authentication"
"""Name of the database connection that every new Auth0 tenant has."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A tenant's choices; frozen, so that what changes at run time is found in `levers`."""

    url: str = "http://127.0.0.1"
    """Its own address without a slash at the end; issuer and audience are made from it."""
    names: tuple[str, ...] = ()
    """Other names it is called by, behind a proxy or in a container: HOST:PORT, as a `Host` header has them."""
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
    error_names: Literal["z-schema", "documented"] = "z-schema"
    """Codes of a bad format and a missing property: as people see them, or FORMAT and OBJECT_REQUIRED of the list."""
    impossible_hashes: Literal["accept", "refuse"] = "accept"
    """What the worker says to a hash that no password can match. Not documented; a login fails either way."""
    factor_secrets: Literal["shown", "redacted"] = "shown"
    """Whether the error list shows a `totp.secret`. One documented sample does; the list of redactions is open."""
    upsert_match: Literal["email", "any"] = "email"
    """Whom an upsert means: the guide says the email, its older editions any of email, user_id and username."""
    upsert_factors: Literal["replace", "keep"] = "replace"
    """What an upsert does to second factors that are there: the MFA page says replace, the older schema page keep."""
    wrong_password: Literal["invalid_grant", "invalid_user_password"] = "invalid_grant"  # noqa: S105  # an error's name
    """`error` of a wrong password at the token endpoint: as recorded, or as the API description has it."""
    blocked_user: Literal["unauthorized", "access_denied"] = "unauthorized"
    """`error` for somebody whom an administrator blocked: two pages, two names."""
    mfa_required_status: Literal[403, 401] = 403
    """Status of `mfa_required`: 403 on one page, 401 in the API description."""
    mfa: Literal["enrolled", "never"] = "enrolled"
    """Who is asked for a second factor: whoever came with one, or nobody (a new tenant's own policy)."""
    mail: postman.Route | None = None
    """Where every mail of the outbox goes beside the outbox; without one, nowhere."""
    apps: tuple[str, ...] = ()
    """Addresses of applications that sign in here; each becomes a client with it as callback and origin."""


READINGS = (
    "profile_bytes_max", "errors_while_pending", "error_names", "impossible_hashes", "factor_secrets", "upsert_match",
    "upsert_factors", "wrong_password", "blocked_user", "mfa_required_status",
)  # fmt: skip
"""The settings that stand for a question which Auth0's pages leave open."""


def read_otherwise(settings: Settings, assignments: Sequence[str]) -> Settings:
    """The same settings with other readings.

    Args:
        settings: those to begin with.
        assignments: `NAME=VALUE`, as typed.

    Raises:
        UsageError: for a name that is no reading, and for a value it cannot have.

    """
    changes = dict(_reading(assignment) for assignment in assignments)
    return dataclasses.replace(settings, **changes)


def _reading(assignment: str) -> tuple[str, Any]:
    name, _, text = assignment.partition("=")
    if name not in READINGS:
        raise errors.UsageError(
            f"Nothing called {name!r} can be set.", remedy=f"Choose one of {', '.join(READINGS)}, as NAME=VALUE."
        )
    choices = {str(choice): choice for choice in get_args(get_type_hints(Settings)[name])}
    if choices:
        if text not in choices:
            raise errors.UsageError(f"{name} cannot be {text!r}.", remedy=f"Choose one of {', '.join(choices)}.")
        return name, choices[text]
    if not (text.isascii() and text.isdigit()):
        raise errors.UsageError(f"{name} cannot be {text!r}.", remedy="Give a whole number.")
    return name, int(text)
