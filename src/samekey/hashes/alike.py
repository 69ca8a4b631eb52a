"""Many stored passwords at once, where one conversion speaks for all: hex texts that differ in digits alone."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple, overload

import msgspec

from samekey.hashes.conversion import Conversion, Converter, is_digits_alone

_HEX_CHARS = range(16, 257)
_HAS_LETTER = bytes(max(octet >> 4, octet & 15) > 9 for octet in range(256))  # noqa: PLR2004  # the last digit that is none


class Alike(NamedTuple):
    """Stored passwords of one cluster."""

    conversion: Conversion
    """Of the first; that of any other differs in the digits alone."""
    payloads: "AlikePayloads"
    """What Auth0 gets for each."""


class _Digest(msgspec.Struct, gc=False):
    """`hash` of a payload."""

    value: str
    encoding: str


class AlikePayloads(Sequence[Any]):
    """Payloads that differ in the digits of their digest; each is made when somebody looks at it.

    What is made is ready for JSON, and reads like `Conversion.custom_password_hash` there.
    """

    def __init__(self, pattern: Mapping[str, Any], digits: Sequence[str]) -> None:
        """Args:
        pattern: one of them.
        digits: those of each, in lower case.

        """
        self.digits = digits
        self._pattern = pattern

    @property
    def around(self) -> tuple[str, str]:
        """What stands before the digits in JSON, and behind."""
        text = msgspec.json.encode(next(self._made([""]))).decode()
        before, mark, behind = text.partition(_DIGEST)
        return before + mark, behind

    def __len__(self) -> int:
        """How many there are."""
        return len(self.digits)

    @overload
    def __getitem__(self, row: int) -> msgspec.Struct: ...
    @overload
    def __getitem__(self, row: slice) -> "AlikePayloads": ...
    def __getitem__(self, row: int | slice) -> "msgspec.Struct | AlikePayloads":
        """One of them, or some."""
        if isinstance(row, slice):
            return AlikePayloads(self._pattern, self.digits[row])
        return next(self._made([self.digits[row]]))

    def __iter__(self) -> Iterator[msgspec.Struct]:
        """Each of them."""
        return self._made(self.digits)

    def _made(self, digits: Sequence[str]) -> Iterator[msgspec.Struct]:
        columns = (
            map(_Digest, digits, repeat("hex")) if name == "hash" else repeat(value)
            for name, value in self._pattern.items()
        )
        return map(_payload_type(tuple(self._pattern)), *columns)


@lru_cache(maxsize=100)
def _payload_type(names: tuple[str, ...]) -> type[msgspec.Struct]:
    return msgspec.defstruct("Payload", [(name, Any) for name in names], gc=False)


_DIGEST = '"hash":{"value":"'
"""Stands in a payload once: in a text, quotes have a backslash before them."""


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
    pattern = conversion.custom_password_hash
    if pattern is None or not is_digits_alone(conversion, values[0]):
        return None
    return Alike(conversion, AlikePayloads(pattern, list(map(str.lower, values))))


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
