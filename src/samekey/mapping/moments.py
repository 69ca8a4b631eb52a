"""When something was, as sources write it: a number that orders records in time."""

import math
from datetime import UTC, datetime
from typing import Any

_MILLISECONDS_FROM = 100_000_000_000
"""A number from here on counts milliseconds: as seconds it would be the year 5138."""


def moment(value: Any) -> float | None:
    """Seconds since 1970, or whatever a plain number counts; None for what is no moment.

    Args:
        value: a number, or text that holds one; or a date with or without a time, in the way of ISO 8601 and of
            databases. Without a time zone it is read as UTC: for the order that makes no difference.

    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _of_text(value.strip())
    if isinstance(value, (int, float)):
        return _of_number(value)
    return None


def _of_number(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    if not math.isfinite(number):
        return None
    return number / 1_000 if abs(number) >= _MILLISECONDS_FROM else number


def _of_text(text: str) -> float | None:
    try:
        # Digits alone are a number, which also orders what directories write: 20240131120000Z.
        return _of_number(float(text.removesuffix("Z")))
    except ValueError:
        pass
    try:
        read = datetime.fromisoformat(text.removesuffix(" UTC"))
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):  # the first day there is may lie before it in another zone
        return None
