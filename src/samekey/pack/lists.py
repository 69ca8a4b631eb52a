"""Lines of `rejections.ndjson` and `held.ndjson`."""

import msgspec

from samekey.records import Held, Rejection

_encode = msgspec.json.Encoder().encode


def rejection_line(rejection: Rejection) -> bytes:
    """Who was not packed, and why."""
    return _line(
        {
            "position": rejection.position,
            "key": rejection.key,
            "reason": rejection.reason,
            "field": rejection.field,
            "remedy": rejection.remedy,
        }
    )


def held_line(held: Held) -> bytes:
    """Who waits, and for what."""
    return _line(
        {
            "position": held.position,
            "key": held.key,
            "email": held.email,
            "verdict": held.verdict,
            "reason": held.reason,
            "explanation": held.explanation,
            "cluster": held.cluster,
        }
    )


def _line(values: dict[str, object]) -> bytes:
    return _encode(values) + b"\n"
