"""One JSON value becomes the fields of a record, or a reason why it cannot."""

import json
from dataclasses import dataclass
from typing import Any

import msgspec

from samekey.sources.repeated_keys import repeated_key

Fields = dict[str, Any]

TOO_LARGE = "Bring the record under 16 MiB; Auth0 takes half a megabyte for a whole import file."

SHOWN_CHARS_MAX = 60
"""Of a key that stands twice."""


@dataclass(frozen=True, slots=True)
class NotRecord:
    """A value that is no record, and why."""

    reason: str
    """A word of `samekey.records.REASONS`."""
    remedy: str
    """One sentence: what to change."""


class Unbounded(Exception):  # never leaves this package: sources turn it into a rejection or an error
    """The text is not JSON at all, so nobody knows where the value was meant to end."""

    def __init__(self, offset: int) -> None:
        """Args:
        offset: the byte of the text where it stops being JSON.

        """
        self.offset = offset
        super().__init__()


_decode = msgspec.json.Decoder().decode


def read(text: bytes) -> Fields | NotRecord:
    """The fields of a record.

    Args:
        text: one JSON value, white space around it allowed.

    Returns:
        The fields, or what is wrong with a value whose extent is certain.

    Raises:
        Unbounded: this is not JSON, nor what common writers put in its place.

    """
    try:
        value = _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _explain(text)
    if type(value) is dict:
        return unless_repeated(text, value)
    return NotRecord("not-an-object", f"Make it an object with fields; this is {_kind(value)}.")


def unless_repeated(text: bytes, fields: Fields) -> Fields | NotRecord:
    """The fields of a record, unless a key stands twice in one of its objects.

    Args:
        text: the object.
        fields: what it was decoded to.

    """
    try:
        name = repeated_key(text, fields)
    except RecursionError:
        return NotRecord("not-json", "Nest the record less deeply.")
    if name is None:
        return fields
    shown = ascii(name if len(name) <= SHOWN_CHARS_MAX else f"{name[:SHOWN_CHARS_MAX]}…")
    return NotRecord("duplicate-key", f"Leave one {shown} in the object: readers disagree which of two counts.")


def _explain(text: bytes) -> NotRecord:
    """Why a value was refused, by a second and more patient reader.

    Writers in wide use put out NaN, raw control characters and half surrogate pairs. Python's own reader takes all of
    these and so vouches for the extent of the value.
    """
    try:
        relaxed = text.decode("utf-8", "surrogateescape")
        whole = _is_utf8(text) and _is_utf8(_again(json.loads(relaxed, strict=False)))
    except json.JSONDecodeError as cause:
        raise Unbounded(len(relaxed[: cause.pos].encode("utf-8", "surrogateescape"))) from None
    except RecursionError:
        return NotRecord("not-json", "Nest the record less deeply.")
    except ValueError:
        return NotRecord("not-json", "Write the number with fewer digits, or as a text.")
    if not whole:
        return NotRecord("not-utf8", "Write the text as UTF-8.")
    return NotRecord("not-json", "Write null in place of NaN and Infinity, and escape control characters in texts.")


def _again(value: object) -> bytes:
    """The value as bytes, in which half a surrogate pair shows as something that is not UTF-8."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")
