"""Sizes, counts, waits and retention of Auth0, each with the page it comes from.

The pages are those of Auth0's documentation tree of 20 August 2026, read on 2026-11-23. "Import guide" is
`manage-users/user-migration/bulk-user-imports`, "import schema" is `.../bulk-user-import-schema`, "user profile" is
`manage-users/user-accounts/user-profiles/user-profile-structure`, "metadata" is
`manage-users/user-accounts/metadata/metadata-fields-data`, "Management API" is Auth0's own OpenAPI description of
25 June 2026.
"""

IMPORT_REQUEST_BYTES_MAX = 512_000
"""The whole multipart body of an import request; exactly this much passes. Management API, answer 413."""

CHUNK_BYTES_DEFAULT = 500_000
"""JSON per chunk that leaves room for the other parts of the request (about 600 bytes with the official SDKs)."""

CHUNK_BYTES_MAX = 511_000
"""The most JSON that still fits a request together with its other parts."""

ACTIVE_IMPORT_JOBS_MAX = 2
"""Import jobs of one tenant that may be active at once. Import guide."""

JOB_SECONDS_MAX = 2 * 3600
"""A job that runs longer is marked failed. Import guide."""

JOB_RETENTION_SECONDS = 24 * 3600
"""After this all data of a job is deleted, its error list included. Import guide; counted from creation (inferred)."""

TOKEN_SECONDS = 86_400
"""Life of a Management API token unless the tenant says otherwise. Access tokens for the Management API."""

EMAIL_LOCAL_CHARS_MAX = 64
"""Characters before the @. User profile."""

EMAIL_CHARS_MAX = 254
"""Characters of a whole address. User profile."""

USER_ID_CHARS_MAX = 255
"""Characters of a user id without the strategy prefix. Management API, create a user; for imports inferred."""

USERNAME_CHARS_DEFAULT_MAX = 15
"""Longest username of a connection whose settings were not changed. Require a username."""

USERNAME_CHARS_MAX = 128
"""Longest username a connection can be set to. Require a username."""

USERNAME_PATTERN = r"^[A-Za-z0-9@^$.!`\-#+'~_]+$"
"""Characters of a username. User profile, Require a username."""

GIVEN_NAME_CHARS_MAX = 150
"""Characters of `given_name` and of `family_name`. Import schema."""

NAME_CHARS_MAX = 150
"""Characters of `name`: the stricter of 150 (user profile) and 300 (Management API)."""

NICKNAME_CHARS_MAX = 300
"""Characters of `nickname`: the stricter of 350 (user profile) and 300 (Management API)."""

PHONE_PATTERN = r"^\+[0-9]{1,15}$"
"""E.164 with country code. Management API, update a user; import schema."""

MFA_FACTORS_MAX = 10
"""Entries of `mfa_factors`; at least one when the key is there. Import schema."""

TOTP_SECRET_PATTERN = r"^[A-Z2-7]+$"  # noqa: S105  # a pattern, not a secret
"""Base32 without padding. Import schema."""

PROFILE_BYTES_MAX = 10_240
"""What one profile may weigh. Metadata; the import worker has its own error code for it, PROFILE_SIZE_EXCEEDED."""

APP_METADATA_KEYS_FORBIDDEN = frozenset({
    "__tenant", "_id", "blocked", "clientID", "created_at", "email_verified", "email", "globalClientID",
    "global_client_id", "identities", "lastIP", "lastLogin", "loginsCount", "metadata", "multifactor_last_modified",
    "multifactor", "updated_at", "user_id",
})  # fmt: skip
"""Keys that `app_metadata` must not have. Import schema, metadata."""

METADATA_KEY_CHARS_FORBIDDEN = ".$"
"""Characters that no metadata key may hold. Metadata."""

USER_ID_PREFIX = "auth0|"
"""What an import job puts in front of a `user_id`; one that already has it gets it twice. Import guide."""

CONNECTION_ID_PATTERN = r"^con_[A-Za-z0-9]{16}$"
"""Form of a connection id. Management API."""

BCRYPT_BYTES_MAX = 72
"""Bytes of salt and password together that bcrypt looks at; the rest is cut off without a word. Import schema."""
