"""JSON bodies of the Management API, held against a shape."""

from typing import TypeVar

import msgspec

from samekey.rehearsal import answers
from samekey.rehearsal.endpoint import Call

_T = TypeVar("_T", bound=msgspec.Struct)


def decoded(call: Call, kind: type[_T]) -> _T:
    """The body as a value of a shape.

    Raises:
        Refusal: 400 `invalid_body` when it does not fit.

    """
    try:
        return msgspec.json.decode(call.body or b"{}", type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise invalid(f"Payload validation error: '{problem}'.") from problem


def invalid(message: str) -> answers.Refusal:
    """A 400 about the body."""
    return answers.management_refusal(400, message, error_code="invalid_body")
