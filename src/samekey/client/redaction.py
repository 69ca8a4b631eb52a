"""A tenant's words without the secrets they may repeat. No I/O.

Auth0's import checks answer in the words of a JSON schema validator, whose sentence on a failed pattern ends with the
value itself: for `password_hash` that is the hash, for `totp.secret` the seed. Echoed users may be redacted while the
sentence beside them is not, so three nets are cast: values known to be secret, complaints about secret properties,
and long opaque runs.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

SAID_CHARS_MAX = 300
"""How much of a tenant's own words is kept."""

SECRET_KEYS = ("password_hash", "custom_password_hash", "mfa_factors", "password")
"""Properties of a user whose every text is a secret."""

SHORT_SECRET_CHARS = 4
"""A shorter text (`hex`, an algorithm's `md5`) is too common to be struck out of a sentence."""

_LONG_RUN = re.compile(r"[A-Za-z0-9+/=_.$*-]{24,}")
"""A token, hash or key, and now and then an innocent URL: better hidden than printed."""

_SECRET_PROPERTY = re.compile(r"password|hash|salt|secret|totp|mfa|factor", re.IGNORECASE)


def redacted(text: str) -> str:
    """One line, shortened, without what might be a token or a hash."""
    line = "".join(char if char.isprintable() else " " for char in text[: 4 * SAID_CHARS_MAX])
    return _LONG_RUN.sub("[…]", line)[:SAID_CHARS_MAX].strip()


def secrets_of(user: Mapping[str, Any]) -> tuple[str, ...]:
    """Every text inside the secret properties of an echoed user, longest first."""
    found = {text for key in SECRET_KEYS for text in texts_in(user.get(key)) if len(text) >= SHORT_SECRET_CHARS}
    return tuple(sorted(found, key=len, reverse=True))


def without_secrets(message: str, *, path: str, secrets: tuple[str, ...]) -> str:
    """A complaint about a user, fit for a report.

    Args:
        message: the tenant's sentence.
        path: the property it is about, in Auth0's internal names.
        secrets: texts that must not appear.

    """
    if _SECRET_PROPERTY.search(path) or _SECRET_PROPERTY.search(message):
        # The validator writes `<what is wrong>: <value>`; the value goes.
        message = message.partition(": ")[0]
    for secret in secrets:
        message = message.replace(secret, "[…]")
    return redacted(message)


def texts_in(value: object) -> Iterator[str]:
    """Every text in a JSON value, however deep; the names of its properties are none of them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)
