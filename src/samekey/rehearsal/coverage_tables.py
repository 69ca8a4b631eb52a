"""Fields and errors of the rehearsal tenant, and how faithful each is. The rows that no code can tell.

`coverage` prints them; a test holds them to the schema and to the codes in the source.
"""

# ruff: noqa: E501  # tables are read across

DOCUMENTED = "as documented"
SETTING = "setting"
INFERRED = "inferred"
NOT_IMITATED = "not imitated"

_SCHEMA = "import schema"
_IMPORTS = "bulk user imports"
_PROFILE = "user profile"
_API = "API reference"

IMPORT_FIELDS = {
    "email": (DOCUMENTED, _SCHEMA, "needed by a classic connection; at most 64 characters before the @ and 254 in all; kept in lower case"),
    "email_verified": (DOCUMENTED, _SCHEMA, "false when left out"),
    "phone_number": (DOCUMENTED, _SCHEMA, "an upsert does not change it"),
    "phone_verified": (DOCUMENTED, _SCHEMA, "an upsert does not change it"),
    "user_id": (DOCUMENTED, _IMPORTS, "gets `auth0\\|` in front, a second one too; 255 characters without white space (inferred for imports)"),
    "username": (DOCUMENTED, _PROFILE, "1 to 15 characters unless the connection says otherwise; kept in lower case"),
    "given_name": (DOCUMENTED, _SCHEMA, "1 to 150 characters"),
    "family_name": (DOCUMENTED, _SCHEMA, "1 to 150 characters"),
    "name": (DOCUMENTED, _PROFILE, "at most 150 characters; the API reference says 300"),
    "nickname": (DOCUMENTED, _API, "at most 300 characters; the user profile page says 350"),
    "picture": (DOCUMENTED, _SCHEMA, "a URL"),
    "blocked": (DOCUMENTED, _PROFILE, "an upsert does not change it"),
    "password_hash": (DOCUMENTED, _SCHEMA, "bcrypt with `$2a$` or `$2b$` and cost 10; the pattern is the reported one"),
    "custom_password_hash": (DOCUMENTED, _SCHEMA, "every algorithm, digest, encoding and position; see the rows below"),
    "app_metadata": (DOCUMENTED, "metadata", "forbidden keys are refused; an upsert replaces it whole"),
    "user_metadata": (DOCUMENTED, "metadata", "an upsert replaces it whole"),
    "mfa_factors": (SETTING, "import MFA enrollments", "1 to 10; `upsert_factors`; TOTP is asked for at the door, phone and email are only kept"),
}  # fmt: skip
"""By property of the import schema."""

HASH_FIELDS = (
    ("algorithm, hash.value, hash.encoding", DOCUMENTED, _SCHEMA, "hex and base64 in either alphabet for raw digests, text for the others; `hash.value` is needed (inferred)"),
    ("hash.digest, hash.key", DOCUMENTED, _SCHEMA, "for hmac, both needed"),
    ("salt", DOCUMENTED, _SCHEMA, "refused for argon2, ldap and pbkdf2; read as Node would read it (inferred)"),
    ("salt with hmac", INFERRED, _SCHEMA, "joined to the password, as the order of operations says for every algorithm; no example shows it"),
    ("password.encoding", DOCUMENTED, _SCHEMA, "the six of Node's Buffer"),
    ("keylen, cost, blockSize, parallelization", DOCUMENTED, _SCHEMA, "for scrypt"),
    ("a value that no password can match", SETTING, _SCHEMA, "`impossible_hashes`: imports, or is refused"),
    ("work factors beyond what a machine bears", INFERRED, _SCHEMA, "import, and never log in"),
)  # fmt: skip

JOB_FIELDS = (
    ("id, type, status, created_at, connection_id, connection", DOCUMENTED, _API, "in the recorded order"),
    ("external_id", DOCUMENTED, _API, "echoed unless empty"),
    ("summary", DOCUMENTED, _IMPORTS, "when the job is completed"),
    ("status_details", INFERRED, _API, "only of a job that ran out of time"),
    ("format, limit, fields, location", DOCUMENTED, "bulk user exports", "of exports; the address is good for 60 seconds"),
    ("upsert, send_completion_email", NOT_IMITATED, _IMPORTS, "older pages echo them, recordings do not"),
    ("percentage_done, time_left_seconds", NOT_IMITATED, _API, ""),
)  # fmt: skip

USER_FIELDS = (
    ("user_id, email, email_verified, username, phone_number, phone_verified", DOCUMENTED, _PROFILE, ""),
    ("name, nickname, picture", DOCUMENTED, _PROFILE, "what an import leaves out is made from the email, as recorded"),
    ("given_name, family_name, user_metadata, app_metadata, blocked", DOCUMENTED, _PROFILE, "absent when nothing was given"),
    ("identities", DOCUMENTED, _PROFILE, "one, of the database connection"),
    ("created_at, updated_at", DOCUMENTED, _PROFILE, ""),
    ("last_login, last_ip, logins_count", DOCUMENTED, _PROFILE, "attempts of a blocked user count, too"),
    ("last_password_reset, multifactor, multifactor_last_modified", NOT_IMITATED, _PROFILE, ""),
)  # fmt: skip

REFUSALS = (
    (401, "Missing authentication", "", DOCUMENTED, _API, "recorded"),
    (401, "Invalid signature received for JSON Web Token validation.", "", DOCUMENTED, _API, ""),
    (401, "Expired token received for JSON Web Token validation", "", INFERRED, _API, ""),
    (401, "Invalid token.", "", DOCUMENTED, _API, "also for a token of another audience"),
    (401, "Client is not global.", "", NOT_IMITATED, _API, ""),
    (403, "Insufficient scope, expected any of: …", "insufficient_scope", DOCUMENTED, _API, "with commas, as recorded"),
    (429, "Global limit has been reached", "too_many_requests", DOCUMENTED, "rate limits", "with `--plan`"),
    (413, "Payload content length greater than maximum allowed: 512000", "", DOCUMENTED, _API, "the whole body counts (inferred)"),
    (400, "Payload validation error: 'Invalid multipart payload format'.", "invalid_body", DOCUMENTED, _API, "code inferred"),
    (400, "Must provide 'connection_id' as multipart part.", "invalid_body", DOCUMENTED, _API, "code inferred"),
    (400, "Payload validation error: 'String does not match pattern ^con_[A-Za-z0-9]{16}$' on property connection_id", "invalid_body", DOCUMENTED, _API, "as reported"),
    (400, "Must provide 'users' file as multipart part.", "invalid_body", DOCUMENTED, _API, "code inferred"),
    (400, "Users file must not be empty.", "invalid_body", DOCUMENTED, _API, "code inferred"),
    (400, "The connection does not exist.", "inexistent_connection", DOCUMENTED, _API, "code inferred"),
    (400, "Connection must be a database connection.", "", NOT_IMITATED, _API, "there are no others here"),
    (400, "Connection must be enabled.", "connection_is_disabled", DOCUMENTED, _API, ""),
    (400, "Custom Database Connections without import mode are not allowed.", "", DOCUMENTED, _API, ""),
    (429, "There are 2 active import users jobs, please wait until some of them are finished and try again", "", DOCUMENTED, _IMPORTS, ""),
    (404, "Job not found.", "inexistent_job", DOCUMENTED, _API, "after 24 hours too (inferred); code inferred"),
    (404, "The job does not exist", "inexistent_job", DOCUMENTED, _API, "of the error list; code inferred"),
    (500, "Internal error.", "", DOCUMENTED, _API, "a fault of the tenant itself; others on demand"),
)  # fmt: skip
"""Of an import, in the order in which they are looked for (inferred); then those of a job that is asked about."""

USER_ERRORS = (
    ("DUPLICATED_USER", "somebody is there and upsert is off; a second entry for one person", DOCUMENTED, _IMPORTS, "first sentence recorded, second reported"),
    ("INVALID_FORMAT", "an email, a picture, a username that is none; nested too deeply", SETTING, _IMPORTS, "`error_names`: FORMAT; sentence reported"),
    ("OBJECT_MISSING_REQUIRED_PROPERTY", "email, algorithm, keylen, key … is missing", SETTING, _IMPORTS, "`error_names`: OBJECT_REQUIRED; sentence of z-schema 3 (inferred)"),
    ("OBJECT_ADDITIONAL_PROPERTIES", "a property that nobody knows", INFERRED, _IMPORTS, "not in the documented list; form recorded elsewhere"),
    ("OBJECT_PROPERTIES_MAXIMUM", "a factor of two kinds", INFERRED, _IMPORTS, "not in the documented list"),
    ("PATTERN", "password_hash, phone number, username, user id, metadata keys, secrets", DOCUMENTED, _IMPORTS, "sentence reported"),
    ("NOT_PASSED", "both kinds of hash in one user; a forbidden metadata key; a cost that is no power of two", DOCUMENTED, _IMPORTS, "first sentence reported, others inferred"),
    ("CONFLICT", "a hash for somebody who has a password; a phone number of somebody else", INFERRED, _IMPORTS, "sentence reported, code inferred"),
    ("CONFLICT_EMAIL, CONFLICT_USERNAME", "a user id or username of somebody with another email", INFERRED, _IMPORTS, "codes documented, their use inferred"),
    ("MFA_FACTORS_FAILED", "factors could not be stored; the rest of the user was", DOCUMENTED, "import MFA enrollments", "on demand: lever `mfa_factors_fail`"),
    ("PROFILE_SIZE_EXCEEDED", "a profile above 10 KB", SETTING, "metadata", "`profile_bytes_max`; sentence inferred"),
    ("CONNECTION_NOT_FOUND", "the connection vanished between upload and work", DOCUMENTED, _IMPORTS, "sentence inferred"),
    ("INVALID_TYPE, ENUM_MISMATCH, MINIMUM", "wrong JSON type, value outside a list, number too small", DOCUMENTED, _IMPORTS, "sentences of z-schema 3 (inferred)"),
    ("MIN_LENGTH, MAX_LENGTH", "texts too short or too long", DOCUMENTED, _IMPORTS, "sentences of z-schema 3 (inferred)"),
    ("ARRAY_LENGTH_SHORT, ARRAY_LENGTH_LONG", "no factor, or eleven", DOCUMENTED, _IMPORTS, "sentences of z-schema 3 (inferred)"),
    ("ANY_OF_MISSING", "no identifier that the connection takes", INFERRED, _IMPORTS, "code documented, its use inferred"),
    ("MAXIMUM", "a number too large", NOT_IMITATED, _IMPORTS, "the schema sets no such limit"),
)  # fmt: skip

SIGNIN_ERRORS = (
    (403, "invalid_grant", "wrong password, unknown person, hash that does not match", SETTING, "resource owner password flow", "`wrong_password`: recorded, or as in the API description"),
    (403, "unauthorized", "blocked by an administrator", SETTING, "library errors", "`blocked_user`; status inferred"),
    (429, "too_many_attempts", "ten wrong passwords in a row from one address", DOCUMENTED, "brute-force protection", ""),
    (429, "too_many_logins", "twenty logins a minute of one person from one address", DOCUMENTED, "rate limits", "with `--plan`; sentence inferred"),
    (429, "too_many_requests", "the Authentication API's limit", DOCUMENTED, "rate limits", "with `--plan`"),
    (403, "mfa_required", "a second factor is needed", SETTING, "resource owner password flow", "`mfa_required_status`"),
    (403, "invalid_grant", "code, verifier, redirect address, one-time code or refresh token is wrong", INFERRED, "code flow with PKCE", "the API description has 400 for a bad code"),
    (400, "invalid_request", "unknown audience or realm, a parameter is missing", DOCUMENTED, "resource owner password flow", "audience recorded, others inferred"),
    (401, "invalid_client", "wrong client secret", DOCUMENTED, _API, ""),
    (403, "unauthorized_client", "the application may not use the grant", INFERRED, _API, ""),
    (403, "access_denied", "no such API for client credentials", INFERRED, "Management API tokens", ""),
    (403, "password_leaked", "a password known from a breach", NOT_IMITATED, "library errors", ""),
)  # fmt: skip
