"""Many stored passwords at once, where one conversion speaks for all: hex texts that differ in digits alone."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

import msgspec

from samekey.hashes.conversion import Conversion, Converter, is_digits_alone

_HEX_CHARS = range(16, 257)
_HAS_LETTER = bytes(max(octet >> 4, octet & 15) > 9 for octet in range(256))  # noqa: PLR2004  # the last digit that is none


class Alike(NamedTuple):
    """Stored passwords of one cluster."""

    conversion: Conversion
    """Of the first; that of any other differs in the digits alone."""
    payloads: list[Any]
    """What Auth0 gets for each, ready for JSON: reads like `Conversion.custom_password_hash`."""


class _Digest(msgspec.Struct, gc=False):
    """`hash` of a payload."""

    value: str
    encoding: str


def convert_alike(convert: Converter, values: Sequence[Any]) -> Alike | None:
    """Convert a column.

    Args:
        convert: converts one of them.
        values: stored passwords; at least one.

    Returns:
        None where they are not alike, or not plainly so: then each has to be converted by itself.

    Source:
        `conversion` holds that nothing but length and case of a text of hex digits decides how it is read.

    """
    if set(map(type, values)) != {str}:
        return None
    chars = len(values[0])
    if chars not in _HEX_CHARS or set(map(len, values)) != {chars}:
        return None
    digits = "".join(values)
    if not (digits == digits.lower() or digits == digits.upper()):
        return None
    octets = _octets(digits)
    if octets is None or (_may_hold_a_number(octets, chars) and any(map(str.isdecimal, values))):
        return None
    conversion = convert(values[0])
    if not is_digits_alone(conversion, values[0]):
        return None
    return Alike(conversion, _payloads(conversion, list(map(str.lower, values))))


def _octets(digits: str) -> bytes | None:
    """What hex digits say; None where there is anything else."""
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        return None
    return octets if 2 * len(octets) == len(digits) else None  # it passes over blanks


def _may_hold_a_number(octets: bytes, chars: int) -> bool:
    """Whether one of several texts of so many hex digits, one behind the other, may have no letter in it.

    That one would be read as if it were in both cases. Seldom are there so many octets without a letter in a row.
    """
    return bytes((chars - 1) // 2) in octets.translate(_HAS_LETTER)


def _payloads(conversion: Conversion, values: list[str]) -> list[Any]:
    pattern = conversion.custom_password_hash or {}
    columns = (
        map(_Digest, values, repeat("hex")) if name == "hash" else repeat(value) for name, value in pattern.items()
    )
    return list(map(_payload_type(tuple(pattern)), *columns))


@lru_cache(maxsize=100)
def _payload_type(names: tuple[str, ...]) -> type[msgspec.Struct]:
    return msgspec.defstruct("Payload", [(name, Any) for name in names], gc=False)
