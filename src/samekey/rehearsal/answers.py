"""Bodies of answers: JSON as Auth0 sends it, and its two forms of refusal."""

from typing import Any

import msgspec
from starlette.responses import Response

from samekey import errors

JSON_TYPE = "application/json; charset=utf-8"
JSON_TYPE_BARE = "application/json"
"""The error list of a job was recorded without a charset."""

_REASONS = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    409: "Conflict", 413: "Request Entity Too Large", 414: "Request-URI Too Large", 415: "Unsupported Media Type",
    429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout",
}  # fmt: skip


class Refusal(errors.SamekeyError):
    """The tenant refuses a request."""

    code = "rehearsal-refusal"

    def __init__(self, status: int, body: dict[str, Any], *, headers: dict[str, str] | None = None) -> None:
        """Args:
        status: the HTTP status.
        body: what is sent; never holds a secret.
        headers: further headers of the answer.

        """
        super().__init__(f"refused with {status}")
        self.status = status
        self.body = body
        self.headers = headers or {}

    def answer(self) -> Response:
        """As it goes over the wire."""
        return as_json(self.body, status=self.status, headers=self.headers)


def as_json(
    body: Any, *, status: int = 200, content_type: str = JSON_TYPE, headers: dict[str, str] | None = None
) -> Response:
    """An answer with a JSON body."""
    return Response(
        msgspec.json.encode(body), status_code=status, headers={"content-type": content_type, **(headers or {})}
    )


def management_refusal(status: int, message: str, *, error_code: str = "") -> Refusal:
    """A refusal of the Management API: `statusCode`, `error`, `message` and, where one is known, `errorCode`."""
    body = {"statusCode": status, "error": _REASONS.get(status, "Error"), "message": message}
    if error_code:
        body["errorCode"] = error_code
    return Refusal(status, body)


def oauth_refusal(status: int, error: str, description: str, **more: str) -> Refusal:
    """A refusal of the Authentication API: `error` and `error_description`."""
    return Refusal(status, {"error": error, "error_description": description, **more})
