"""Request bodies: bounded, and read as JSON or as a form."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from samekey.rehearsal import answers

JSON_BYTES_MAX = 128 * 1024
"""The most this tenant reads of a body that is not an upload."""
SEED_BYTES_MAX = 64 * 1024 * 1024
"""People who are put into the store through the control address, which only its owner reaches."""
_DRAIN_BYTES_MAX = 16 * 1024 * 1024
_FIELDS_MAX = 100


async def read(request: Request, *, bytes_max: int) -> bytes:
    """The whole body.

    Raises:
        Refusal: 413 when it is longer. What is too long is read to its end up to a bound and thrown away, since a
            client that is still writing would not see the answer.

    """
    parts: list[bytes] = []
    length = 0
    async for part in request.stream():
        length += len(part)
        if length <= bytes_max:
            parts.append(part)
        elif length > _DRAIN_BYTES_MAX:
            break
    if length > bytes_max:
        raise answers.management_refusal(413, f"Payload content length greater than maximum allowed: {bytes_max}")
    return b"".join(parts)


def as_fields(body: bytes, content_type: str) -> dict[str, str]:
    """A form or a JSON object of texts; null values count as absent, as the official Python SDK sends them.

    Raises:
        Refusal: 400 when it is neither.

    """
    if content_type.partition(";")[0].strip().lower() == "application/json":
        return {name: str(value) for name, value in _as_object(body).items() if value is not None}
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except ValueError as problem:
        raise answers.oauth_refusal(400, "invalid_request", "The body cannot be read.") from problem
    return dict(pairs)


def _as_object(body: bytes) -> dict[str, Any]:
    try:
        fields = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise answers.oauth_refusal(400, "invalid_request", "The body is not JSON.") from problem
    if not isinstance(fields, dict):
        raise answers.oauth_refusal(400, "invalid_request", "The body is not a JSON object.")
    return fields
