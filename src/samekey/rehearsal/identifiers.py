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


def user_id() -> str:
    """`auth0|` and 24 hexadecimal characters, as a user gets who comes without an id."""
    return limits.USER_ID_PREFIX + secrets.token_hex(12)
