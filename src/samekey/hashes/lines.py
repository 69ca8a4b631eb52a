"""The hash knowledge a line at a time: one line of NDJSON in, one out, for `samekey hash`.

A line is a JSON string (the stored value) or an object with `stored` and whatever the question asks for. A line that
cannot be read gets an answer of the same shape, so that answers stay beside their questions. Of what was asked an
answer holds the payload that was asked for and the names of columns; nothing else comes back, not even a format's name
that nobody knows, since a column put in the wrong place may hold anything.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

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
    """A line that is no question; its reason is a word of `_UNREADABLE`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_UNREADABLE = {
    "line-too-long": "The line is longer than a mebibyte, and was not read.",
    "not-json": "The line is not JSON.",
    "not-an-object": "The line is not an object.",
    "missing-stored": "The line is neither a string nor an object with `stored`.",
    "missing-password": "The line has no text named `password`.",
    "missing-format": "The line's `format` is not text.",
    "unknown-format": "The catalogue has no format of the name that the line gives",
}


def answered(lines: Iterable[bytes], answer: Answer) -> Iterator[bytes]:
    """The answers to lines, empty lines left out."""
    return (answer(line) for line in lines if line.strip())


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
        value = _decoded(line)
        if type(value) is str:
            return _encode(conversion.convert(value))
        value, asked = _stored_of(value)
        name = _format_named(asked)
    except _Unreadable as unreadable:
        return _encode(_refusal(unreadable.reason))
    if name is not None and name not in registry.FORMATS:
        return _encode(_refusal("unknown-format", hint=_hint(name)))
    return _encode(conversion.convert(value, format=name))


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
        refused = msgspec.to_builtins(_refusal(unreadable.reason))
        return _encode({**refused, "proved": False, "error": unreadable.reason, "tried": [], "out_of_time": False})
    known = {name: value for name, value in asked.items() if name not in {"stored", "password"}}
    solved = solver.solve(value, password=password, known=known)
    if solved.conversion is None:
        unproved = _unproved(conversion.convert(solver.joined(value, known)))
        return _encode(
            {**msgspec.to_builtins(unproved), "proved": False, "tried": solved.tried, "out_of_time": solved.out_of_time}
        )
    found = msgspec.to_builtins(solved.conversion)
    return _encode(
        {
            **found,
            "proved": True,
            "reading": solved.reading,
            "columns": solved.columns,
            "salt": solved.salt,
            "pepper": solved.pepper,
            "also": solved.also,
        }
    )


def _unproved(read: conversion.Conversion) -> conversion.Conversion:
    """What form alone says of a value whose password no reading accepts; a payload that was tried is not offered."""
    explanation = f"No reading that was tried accepts this password. By its form: {read.explanation}"
    if read.certainty == "exact" or read.custom_password_hash is None:
        return msgspec.structs.replace(read, explanation=explanation)
    return msgspec.structs.replace(
        read, explanation=explanation, verdict="bridge", reason="unproved", custom_password_hash=None
    )


def _decoded(line: bytes) -> Any:
    """What a line says."""
    if len(line) > LINE_BYTES_MAX:
        raise _Unreadable("line-too-long")
    try:
        return _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _Unreadable("not-json") from None


def _asked(line: bytes) -> tuple[object, dict[str, Any]]:
    """The stored value of a line, and what stands beside it."""
    return _stored_of(_decoded(line))


def _stored_of(value: Any) -> tuple[object, dict[str, Any]]:
    """The stored value of a decoded line."""
    if value is None or isinstance(value, str):
        return value, _NOTHING
    if not isinstance(value, dict) or "stored" not in value:
        raise _Unreadable("missing-stored")
    return value["stored"], value


_NOTHING: dict[str, Any] = {}


def _object(line: bytes) -> dict[str, Any]:
    """A line that is an object."""
    value = _decoded(line)
    if not isinstance(value, dict):
        raise _Unreadable("not-an-object")
    return value


def _text(asked: dict[str, Any], name: str) -> str:
    """A field that has to be there and be text."""
    value = asked.get(name)
    if not isinstance(value, str):
        raise _Unreadable(f"missing-{name}")
    return value


def _format_named(asked: dict[str, Any]) -> str | None:
    """The operator's word, where there is one."""
    return None if asked.get("format") is None else _text(asked, "format")


@lru_cache(maxsize=1024)
def _hint(name: str) -> str:
    """What may have been meant by a name that nobody knows: names of the catalogue, and nothing of this one."""
    close = difflib.get_close_matches(name, registry.FORMATS, n=3, cutoff=0.75) if len(name) <= _NAME_CHARS_MAX else []
    return f"; did you mean {' or '.join(close)}?" if close else "; docs/reference/hash-formats.md lists them all."


_NAME_CHARS_MAX = 64


def _refusal(reason: str, *, hint: str = "") -> conversion.Conversion:
    """The answer to a line that is no question, in the shape of a conversion."""
    return conversion.Conversion(None, "shape", (), (), "bridge", reason, _UNREADABLE[reason] + hint, None, "")
