"""Every code of a finding, in words. The list is closed: a program may rely on it.

What a user or a password payload must look like is known in `samekey.mapping.acceptance` and
`samekey.hashes.payload_rules`; their words are taken over as they are. Only what a single property or payload cannot
show is named here: the file as a whole, two users side by side, and what only a known login decides.
"""

from samekey.hashes import payload_rules
from samekey.records import REASONS

FILE_CODES = {
    "empty-file": "The file holds no user.",
    "byte-order-mark": "The file begins with a byte order mark, which JSON forbids.",
    "not-utf8": "The text is not UTF-8.",
    "compressed": "The file is compressed; Auth0 reads plain JSON only.",
    "lines-not-array": "The file holds one object a line; Auth0 reads one array of users.",
    "object-not-array": "The file is a single object; Auth0 reads one array of users.",
    "not-json": "The text is not JSON: Auth0 fails the whole job and names nobody.",
    "file-too-large": "The file does not fit an import request.",
    "file-near-limit": "The file leaves hardly any room for the other parts of the import request.",
}
"""About the file as a whole."""

USER_CODES = {
    "not-an-object": REASONS["not-an-object"],
    "duplicate-key": REASONS["duplicate-key"],
    "record-too-large": REASONS["record-too-large"],
    "unknown-property": "Auth0 does not know this property and refuses the user.",
    "missing": "The user has no email, username or phone number.",
    **{
        reason: REASONS[reason]
        for reason in (
            "wrong-type", "bad-email", "bad-username", "bad-phone", "bad-user-id", "bad-url", "too-long", "too-short",
            "reserved-metadata-key", "bad-mfa-factors", "profile-too-large",
        )
    },
    "user-id-prefix": "The import puts auth0| in front of the id by itself; this user would get it twice.",
    "duplicate": "An earlier user has the same identifier.",
    "both-hash-fields": "The user has both hash fields; Auth0 takes one of them. Where both hold the same hash, "
    "password_hash goes; where they differ, only you know which one counts.",
}  # fmt: skip
"""About one user."""

PASSWORD_CODES = {
    **{word: sentence for word, sentence in payload_rules.FAULTS.items() if word != "wrong-type"},
    "password-hash-variant": "password_hash takes $2a$ and $2b$ only; custom_password_hash takes $2y$ as well.",
    "password-hash-cost": "password_hash takes cost 10 only; custom_password_hash takes any.",
    "salt-too-long": "The salt fills the 72 bytes that bcrypt looks at: every password would log in.",
    "ignored-key": "Auth0 reads past this key: what it says has no effect.",
    "bcrypt-own-salt": "The salt beside this bcrypt is the one inside it; Auth0 would join it to the password, and "
    "nobody could log in.",
    "work-factor": "The hash asks for more work than samekey runs: no login can wait for it.",
}
"""About the hash of one user."""

DOUBT_CODES = {
    "salt-looks-hex": "The salt is taken as text and looks like hex: if it is, nobody can log in.",
    "salt-looks-base64": "The salt is taken as text and looks like base64: if it is, nobody can log in.",
    "key-looks-hex": "The HMAC key is taken as text and looks like hex: if it is, nobody can log in.",
    "key-looks-base64": "The HMAC key is taken as text and looks like base64: if it is, nobody can log in.",
    "disproved": "Known logins show that the hash is not declared as it was made.",
}
"""About what form alone cannot decide and a known login can."""

LOGIN_CODES = {
    "login-refused": "The known password does not match this user's hash.",
    "login-without-hash": "This known person is there without a hash.",
    "login-unknown": "This known person is in none of the files.",
}
"""About the known logins."""

CODES = FILE_CODES | USER_CODES | PASSWORD_CODES | DOUBT_CODES | LOGIN_CODES
"""Every code, in words."""

GROUPS = {
    "The file": FILE_CODES,
    "A user": USER_CODES,
    "A hash": PASSWORD_CODES,
    "Doubts that a known login decides": DOUBT_CODES,
    "Known logins": LOGIN_CODES,
}
"""The same, as the reference page shows them."""


def reference_page() -> str:
    """`docs/reference/lint.md` without its first line: what is reported, by group."""
    parts = [
        "# Lint",
        "**What `samekey lint` finds in Auth0 import files that somebody else made, and what it mends.**",
        (
            "A finding with `--json` is one line: `file`, `index` (of the user in the file, from 0; null for the file "
            "as a whole), `code`, `field`, `message` and `fix`."
        ),
        (
            "`fix` is null where no repair is certain. Else it holds what the repair changes and nothing more: a key "
            "with its new value, or null for a key that goes. Hashes, salts, keys, TOTP secrets and metadata stand "
            "there as `***`; the file that `--fix OUT` writes has them. "
            '`{"rewritten": true}` means that writing the file anew mends it, `{"removed": true}` that the user is '
            "left out, being in every byte the same as an earlier one."
        ),
        "What no repair is certain for is written as it was.",
    ]
    for title, group in GROUPS.items():
        rows = "\n".join(f"| `{code}` | {sentence.replace('|', chr(92) + '|')} |" for code, sentence in group.items())
        parts.append(f"## {title}\n\n| code | means |\n| --- | --- |\n{rows}")
    return "\n\n".join(parts) + "\n"
