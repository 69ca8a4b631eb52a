"""Bytes that an export wrote into JSON, which has none: as an object or as a list of numbers.

Source:
    Node's `Buffer.prototype.toJSON`; MongoDB Extended JSON 2.0.0 and its legacy form (`$binary`); what
    `JSON.stringify` makes of a `Uint8Array`, and Gson of Java's signed bytes.
"""

from collections.abc import Mapping
from typing import Any

from samekey.hashes import alphabets

_BYTES_MAX = 4096
"""No hash and no salt comes near this."""


def within(value: Any) -> bytes | None:
    """The bytes that an object or a list of numbers stands for; None where it stands for none."""
    if isinstance(value, list):
        return _of_numbers(value)
    if not isinstance(value, Mapping) or not value:
        return None
    if value.get("type") == "Buffer" and isinstance(value.get("data"), list):
        return _of_numbers(value["data"])
    if "$binary" in value:
        binary = value["$binary"]
        written = binary.get("base64") if isinstance(binary, Mapping) else binary
        return alphabets.b64_bytes(written) if isinstance(written, str) else None
    if "0" in value and list(value) == [str(place) for place in range(len(value))]:
        return _of_numbers(list(value.values()))
    return None


def _of_numbers(numbers: list[Any]) -> bytes | None:
    """Numbers as bytes, signed ones too."""
    if not 0 < len(numbers) <= _BYTES_MAX or any(type(number) is not int for number in numbers):
        return None
    if not all(-128 <= number <= 255 for number in numbers):  # noqa: PLR2004  # a byte, signed or not
        return None
    return bytes(number & 0xFF for number in numbers)
