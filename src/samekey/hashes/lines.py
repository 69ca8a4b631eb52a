"""The hash knowledge a line at a time: one line of NDJSON in, one out, for `samekey hash`.

A line is a JSON string (the stored value) or an object with `stored` and whatever the question asks for. A line that
cannot be read gets an answer of its own, so that answers stay beside their questions. No answer repeats what was asked.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from samekey import errors
from samekey.hashes import auth0_check, conversion, forms, registry, solver

Answer = Callable[[bytes], bytes]
"""A line becomes a line, without its end."""

LINE_BYTES_MAX = 1024 * 1024
"""A longer line is answered without being read."""

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class Identified(msgspec.Struct, frozen=True):
    """One reading, for a program: nothing of the hash in it."""

    format: str
    certainty: forms.Certainty
    cluster: str
    definition: str
    warnings: tuple[str, ...]
    repairs: tuple[str, ...]


class _Unreadable(Exception):
    """A line that is no question; its reason is a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def answered(lines: Iterable[bytes], answer: Answer) -> Iterator[bytes]:
    """The answers to lines, empty lines left out."""
    for line in lines:
        if line.strip():
            yield answer(line) if len(line) <= LINE_BYTES_MAX else _encode({"error": "line-too-long"})


def identify(line: bytes) -> bytes:
    """`{"candidates": […]}`: every reading, likeliest first."""
    try:
        value, _ = _asked(line)
    except _Unreadable as unreadable:
        return _encode({"candidates": [], "error": unreadable.reason})
    return _encode({"candidates": [_described(candidate) for candidate in registry.identify(value)]})


def _described(candidate: forms.Candidate) -> Identified:
    """A candidate without its form."""
    return Identified(
        candidate.format,
        candidate.certainty,
        candidate.cluster,
        registry.FORMATS[candidate.format].definition,
        candidate.warnings,
        candidate.repairs,
    )


def convert(line: bytes) -> bytes:
    """The conversion of a stored value; a format may be named beside it."""
    try:
        value = _decode(line)
        if type(value) is str:
            return _encode(conversion.convert(value))
        value, asked = _stored_of(value)
        return _encode(conversion.convert(value, format=_optional_text(asked, "format")))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _refused("not-json", "The line is not JSON.")
    except _Unreadable as unreadable:
        return _refused(unreadable.reason, "The line is neither a string nor an object with `stored`.")
    except errors.UsageError as error:
        return _refused("unknown-format", error.message)


def check(line: bytes) -> bytes:
    """Whether a payload of the line would let its password in."""
    try:
        asked = _object(line)
        password = _text(asked, "password")
    except _Unreadable as unreadable:
        return _encode(auth0_check.Checked(match=False, error=unreadable.reason))
    if "custom_password_hash" in asked and "password_hash" in asked:
        return _encode(auth0_check.Checked(match=False, error="both-hashes"))
    if "password_hash" in asked:
        return _encode(auth0_check.check_password_hash(asked["password_hash"], password=password))
    return _encode(auth0_check.check(asked.get("custom_password_hash"), password=password))


def solve(line: bytes) -> bytes:
    """The conversion that the line's password proves, or what was tried."""
    try:
        asked = _object(line)
        password = _text(asked, "password")
        value, _ = _stored_of(asked)
    except _Unreadable as unreadable:
        return _encode({"proved": False, "error": unreadable.reason, "tried": []})
    known = {name: value for name, value in asked.items() if name not in {"stored", "password"}}
    solved = solver.solve(value, password=password, known=known)
    if solved.conversion is None:
        unproved = conversion.convert(value)
        return _encode({**msgspec.to_builtins(unproved), "proved": False, "tried": solved.tried})
    found = msgspec.to_builtins(solved.conversion)
    return _encode(
        {
            **found,
            "proved": True,
            "reading": solved.reading,
            "columns": solved.columns,
            "salt": solved.salt,
            "also": solved.also,
        }
    )


def _asked(line: bytes) -> tuple[object, dict[str, Any]]:
    """The stored value of a line, and what stands beside it."""
    try:
        value = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _Unreadable("not-json") from None
    return _stored_of(value)


def _stored_of(value: Any) -> tuple[object, dict[str, Any]]:
    """The stored value of a decoded line."""
    if value is None or isinstance(value, str):
        return value, {}
    if not isinstance(value, dict) or "stored" not in value:
        raise _Unreadable("missing-stored")
    return value["stored"], value


def _object(line: bytes) -> dict[str, Any]:
    """A line that is an object."""
    try:
        value = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _Unreadable("not-json") from None
    if not isinstance(value, dict):
        raise _Unreadable("not-an-object")
    return value


def _text(asked: dict[str, Any], name: str) -> str:
    """A field that has to be there and be text."""
    value = asked.get(name)
    if not isinstance(value, str):
        raise _Unreadable(f"missing-{name}")
    return value


def _optional_text(asked: dict[str, Any], name: str) -> str | None:
    """A field that may be there."""
    return None if asked.get(name) is None else _text(asked, name)


def _refused(reason: str, explanation: str) -> bytes:
    """The answer to a line that is no question, in the shape of a conversion."""
    return _encode(conversion.Conversion(None, "shape", (), (), "bridge", reason, explanation, None, ""))
