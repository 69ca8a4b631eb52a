"""Time-based one-time codes of RFC 6238: SHA-1, 30 seconds, 6 digits, as authenticator apps make them."""

import base64
import binascii
import hashlib
import hmac

STEP_SECONDS = 30
_DIGITS = 6
_DRIFT_STEPS = 1


def code(secret: str, step: int) -> str:
    """The code of a time step.

    Args:
        secret: Base32 without padding.
        step: number of 30-second steps since 1970.

    """
    padded = secret + "=" * (-len(secret) % 8)
    digest = hmac.new(base64.b32decode(padded), step.to_bytes(8), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def matching_step(secret: str, typed: str, *, now_s: float) -> int | None:
    """The step whose code was typed, one of drift either way; None when none fits or the secret is damaged."""
    present = int(now_s) // STEP_SECONDS
    for step in range(present - _DRIFT_STEPS, present + _DRIFT_STEPS + 1):
        try:
            if hmac.compare_digest(code(secret, step), typed):
                return step
        except (binascii.Error, TypeError):
            return None
    return None
