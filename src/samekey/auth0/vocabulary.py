"""Words that Auth0 uses: job states, error codes and what they mean.

Codes are those of the import guide (`manage-users/user-migration/bulk-user-imports`, read on 2026-11-23) and those
seen in recorded exchanges; where the guide's list and what live tenants send differ (`FORMAT` against
`INVALID_FORMAT`), both stand here.
"""

from dataclasses import dataclass

JOB_PENDING = "pending"
JOB_COMPLETED = "completed"
JOB_FAILED = "failed"
JOB_STATES_FINAL = frozenset({JOB_COMPLETED, JOB_FAILED})
"""A state outside this set, known or not, means: not finished yet."""

PASSWORD_REALM_GRANT = "http://auth0.com/oauth/grant-type/password-realm"  # noqa: S105  # a grant's name
"""The grant that names the connection a login is for. Resource Owner Password Flow."""

TWO_JOBS_MESSAGE = "There are 2 active import users jobs, please wait until some of them are finished and try again"
"""What tells a full job queue from a rate limit: both are 429."""


@dataclass(frozen=True)
class ErrorCode:
    """A per-user error code of an import job, in words."""

    code: str
    """As it stands in the job's error list."""
    mend: str
    """Who can do something about it: `data`, `tenant`, `retry` or `already-there`."""
    meaning: str
    """One sentence for the person who reads the report."""


ERROR_CODES = {
    entry.code: entry
    for entry in (
        ErrorCode("ANY_OF_MISSING", "data", "The user has none of the identifiers that the connection asks for."),
        ErrorCode("ARRAY_LENGTH_LONG", "data", "A list has more entries than Auth0 allows (mfa_factors: 10)."),
        ErrorCode("ARRAY_LENGTH_SHORT", "data", "A list has fewer entries than Auth0 asks for (mfa_factors: 1)."),
        ErrorCode("CONFLICT", "data", "The user clashes with one that is already in the connection."),
        ErrorCode("CONFLICT_EMAIL", "data", "Another user of the connection has this email."),
        ErrorCode("CONFLICT_USERNAME", "data", "Another user of the connection has this username."),
        ErrorCode("CONNECTION_NOT_FOUND", "tenant", "The connection vanished while the job ran."),
        ErrorCode(
            "DUPLICATED_USER",
            "already-there",
            "The connection already has this user, and the job was not allowed to update; or the file holds the user "
            "twice; or a half-made user was left by a lazy migration.",
        ),
        ErrorCode("ENUM_MISMATCH", "data", "A value is not among those that Auth0 allows there."),
        ErrorCode("FORMAT", "data", "A value has the wrong form, such as an email without @."),
        ErrorCode("INVALID_FORMAT", "data", "A value has the wrong form, such as an email without @."),
        ErrorCode("INVALID_TYPE", "data", "A value has the wrong type, such as a number where text belongs."),
        ErrorCode("MAXIMUM", "data", "A number is too large."),
        ErrorCode("MAX_LENGTH", "data", "A text is too long."),
        ErrorCode("MFA_FACTORS_FAILED", "retry", "The user is there, but the MFA factors could not be stored."),
        ErrorCode("MINIMUM", "data", "A number is too small."),
        ErrorCode("MIN_LENGTH", "data", "A text is too short."),
        ErrorCode("NOT_PASSED", "data", "The user holds two things that exclude each other, such as both hash fields."),
        ErrorCode("OBJECT_ADDITIONAL_PROPERTIES", "data", "The user has a property that Auth0 does not know."),
        ErrorCode("OBJECT_MISSING_REQUIRED_PROPERTY", "data", "A property that Auth0 asks for is missing."),
        ErrorCode("OBJECT_REQUIRED", "data", "A property that Auth0 asks for is missing."),
        ErrorCode("PATTERN", "data", "A value does not match the pattern Auth0 holds it against."),
        ErrorCode("PROFILE_SIZE_EXCEEDED", "data", "The profile weighs more than Auth0 allows."),
    )
}
"""Every code known, by name. A code outside it is shown as it came."""
