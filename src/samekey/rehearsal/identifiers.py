"""Random names in the forms Auth0 uses. All from the system's own random source."""

import secrets
import string

from samekey.auth0 import limits

_ALPHABET = string.ascii_letters + string.digits


def letters(count: int) -> str:
    """That many letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))


def connection_id() -> str:
    """`con_` and 16 letters or digits."""
    return f"con_{letters(16)}"


def job_id() -> str:
    """`job_` and 16 letters or digits."""
    return f"job_{letters(16)}"


def client_id() -> str:
    """32 letters or digits."""
    return letters(32)


def client_secret() -> str:
    """64 letters or digits."""
    return letters(64)


def user_ids(count: int, *, now_ms: int) -> list[str]:
    """What users get who come without an id: `auth0|` and 24 hexadecimal characters that rise with time.

    Seconds, a random middle and a count, as document stores make them: a database takes rising keys the fastest.
    """
    start = f"{limits.USER_ID_PREFIX}{now_ms // 1000:08x}{secrets.token_hex(5)}"
    return [f"{start}{number:06x}" for number in range(count)]
