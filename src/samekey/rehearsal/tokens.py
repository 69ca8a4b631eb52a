"""Tokens of this tenant: claims made, opaque tokens remembered."""

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from samekey.rehearsal import identifiers, profiles, scopes
from samekey.rehearsal.tenant import Tenant

_OPAQUE_CHARS = 32
_REFRESH_CHARS = 64
_REFRESH_DAYS = 30

Owner = tuple[sqlite3.Row, Sequence[str]]
"""A person and the scopes of the token that stands for them."""


def machine_token(tenant: Tenant, *, client_id: str, audience: str, granted: Sequence[str]) -> str:
    """An access token of the client-credentials grant."""
    return _access_token(
        tenant, subject=f"{client_id}@clients", audience=audience, client_id=client_id, granted=granted,
        grant="client-credentials",
    )  # fmt: skip


def login_token(
    tenant: Tenant, user: sqlite3.Row, *, client_id: str, audience: str, granted: Sequence[str], grant: str
) -> str:
    """An access token of a login: a JWT for an audience, an opaque text without one, as recorded."""
    if audience:
        return _access_token(
            tenant, subject=user["user_id"], audience=audience, client_id=client_id, granted=granted, grant=grant
        )
    token = identifiers.letters(_OPAQUE_CHARS)
    row = {
        "digest": digest(token),
        "user_number": user["number"],
        "client_id": client_id,
        "scope": " ".join(granted),
        "expires_ms": tenant.clock.now_ms() + tenant.settings.token_seconds * 1000,
    }
    tenant.store.run("insert_access_token", row)
    return token


def refresh_token(
    tenant: Tenant, user: sqlite3.Row, *, client_id: str, audience: str, granted: Sequence[str], family: str | None
) -> str:
    """A refresh token; `family` is that of the one it follows, None for the first of a login."""
    token = identifiers.letters(_REFRESH_CHARS)
    row = {
        "digest": digest(token),
        "family": family or identifiers.letters(_OPAQUE_CHARS),
        "user_number": user["number"],
        "client_id": client_id,
        "scope": " ".join(granted),
        "audience": audience,
        "expires_ms": tenant.clock.now_ms() + _REFRESH_DAYS * 86_400_000,
    }
    tenant.store.run("insert_refresh_token", row)
    return token


def id_token(
    tenant: Tenant, user: sqlite3.Row, *, client_id: str, granted: Sequence[str], more: Mapping[str, Any]
) -> str:
    """An id token: the profile's claims, then who signed for whom and how long, then what a flow adds."""
    now = int(tenant.clock.now().timestamp())
    claims = {
        **profile_claims(user, granted),
        "iss": tenant.issuer,
        "sub": user["user_id"],
        "aud": client_id,
        "iat": now,
        "exp": now + tenant.settings.id_token_seconds,
        **more,
    }
    return tenant.signer.sign(claims)


def profile_claims(user: sqlite3.Row, granted: Sequence[str]) -> dict[str, Any]:
    """What the granted scopes tell about a person.

    Source: OpenID Connect scopes (`get-started/apis/scopes/openid-connect-scopes`) and a recorded id token.
    """
    shown = profiles.as_json(user)
    names: list[str] = []
    if "profile" in granted:
        names += ["given_name", "family_name", "nickname", "name", "picture", "updated_at"]
    if "email" in granted:
        names += ["email", "email_verified"]
    if "phone" in granted:
        names += ["phone_number"]
    claims = {name: shown[name] for name in names if name in shown}
    if "phone_number" in claims:
        claims["phone_number_verified"] = shown.get("phone_verified", False)
    return claims


def owner(tenant: Tenant, token: str) -> Owner | None:
    """Whose an opaque access token is, with its scopes; None when it is unknown, old, or its owner is gone."""
    row = tenant.store.row("read_access_token", {"digest": digest(token)})
    if row is None or row["expires_ms"] <= tenant.clock.now_ms():
        return None
    user = tenant.store.row("read_user_by_number", {"number": row["user_number"]})
    return None if user is None else (user, row["scope"].split())


def granted_scopes(asked: str) -> list[str]:
    """What a login gets: what was asked, or everything OpenID has when nothing or `openid` alone was, as recorded."""
    wanted = asked.split()
    return list(scopes.OPENID) if wanted in ([], ["openid"]) else wanted


def _access_token(
    tenant: Tenant, *, subject: str, audience: str, client_id: str, granted: Sequence[str], grant: str
) -> str:
    now = int(tenant.clock.now().timestamp())
    claims = {
        "iss": tenant.issuer,
        "sub": subject,
        "aud": audience,
        "iat": now,
        "exp": now + tenant.settings.token_seconds,
        "scope": " ".join(granted),
        "gty": grant,
        "azp": client_id,
    }
    return tenant.signer.sign(claims)


def digest(token: str) -> str:
    """What the store keeps of a secret text."""
    return hashlib.sha256(token.encode()).hexdigest()
