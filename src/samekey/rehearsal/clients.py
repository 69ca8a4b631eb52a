"""Applications: who they are and which grants they may use."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from samekey.rehearsal import answers
from samekey.rehearsal.store import Store


@dataclass(frozen=True, slots=True)
class Client:
    """An application that proved who it is."""

    client_id: str
    name: str
    grants: tuple[str, ...]
    scopes: tuple[str, ...]
    is_public: bool = False
    """Whether it has no secret, as an application in a browser."""


def authenticated(store: Store, fields: Mapping[str, str], authorization: str) -> Client:
    """The application that a token request comes from: by secret in the body or by HTTP Basic.

    Raises:
        Refusal: 401 `invalid_client` for a wrong or missing secret and for an unknown application.

    """
    client_id, secret = _basic(authorization) or (fields.get("client_id", ""), fields.get("client_secret", ""))
    row = store.row("read_client", {"client_id": client_id})
    expected: str = row["client_secret"] if row is not None else ""
    if row is None or not hmac.compare_digest(expected.encode(), secret.encode("utf-8", "replace")):
        raise answers.oauth_refusal(401, "invalid_client", "Client authentication failed")
    return Client(row["client_id"], row["name"], _texts(row["grants"]), _texts(row["scopes"]), is_public=not expected)


def require_grant(client: Client, grant: str) -> None:
    """Raises:
    Refusal: 403 `unauthorized_client` when the application may not use a grant.

    """
    if grant not in client.grants:
        description = f"Grant type '{grant}' not allowed for the client."
        raise answers.oauth_refusal(403, "unauthorized_client", description)


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


def _texts(column: str) -> tuple[str, ...]:
    found: Any = msgspec.json.decode(column)
    return tuple(str(text) for text in found)
