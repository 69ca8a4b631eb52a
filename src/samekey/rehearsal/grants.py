"""The grants of the token endpoint: what each asks for, and what it gives.

Bodies are those recorded from real tenants where there is a recording (Auth0's Ruby SDK, September 2021), otherwise
documented; statuses that neither tells are inferred.
"""

import base64
import hashlib
import hmac
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.responses import Response

from samekey.auth0 import vocabulary
from samekey.rehearsal import (
    answers,
    brute_force,
    clients,
    login_log,
    logins,
    memberships,
    one_use,
    second_factor,
    tokens,
)
from samekey.rehearsal.tenant import Tenant

MFA_OTP = "http://auth0.com/oauth/grant-type/mfa-otp"


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request to the token endpoint by an application that proved who it is."""

    tenant: Tenant
    client: clients.Client
    fields: Mapping[str, str] = field(repr=False)
    ip: str

    def needed(self, name: str) -> str:
        """A field that has to be there.

        Raises:
            Refusal: 400 when it is not.

        """
        if not self.fields.get(name):
            raise answers.oauth_refusal(400, "invalid_request", f"Missing required parameter: {name}")
        return self.fields[name]


def client_credentials(asked: TokenRequest) -> Response:
    """A Management API token for a machine."""
    tenant, audience = asked.tenant, asked.fields.get("audience", "")
    if not tenant.is_management_audience(audience):
        description = f"Service not found: {audience}" if audience else "Missing required parameter: audience"
        raise answers.oauth_refusal(403, "access_denied", description)
    wanted = asked.fields.get("scope", "").split()
    granted = [scope for scope in asked.client.scopes if not wanted or scope in wanted]
    token = tokens.machine_token(tenant, client_id=asked.client.client_id, audience=audience, granted=granted)
    return answers.as_json(_envelope(tenant, {"access_token": token}, granted))


def password(asked: TokenRequest) -> Response:
    """Tokens for a person's identifier and password."""
    tenant = asked.tenant
    identifier, typed = asked.needed("username"), asked.needed("password")
    audience = known_audience(tenant, asked.fields.get("audience", ""))
    connection = _directory(asked)
    options = msgspec.json.decode(connection["options"])
    door = logins.Door(
        connection["id"],
        connection["name"],
        identifier,
        asked.ip,
        (asked.client.client_id, asked.client.name),
        is_protected=bool(options.get("brute_force_protection")),
    )
    login = logins.attempt(tenant, door, password=typed)
    login_log.note(tenant, login, door, exchange=True)
    if login.user is None or login.result is not logins.LoginResult.WELCOME:
        raise _login_refusal(tenant, login.result)
    granted = tokens.granted_scopes(asked.fields.get("scope", ""))
    more = memberships.claims(tenant, login.user, asked.fields.get("organization", ""))
    if second_factor.is_needed(tenant, login.user):
        raise _mfa_required(asked, login.user, audience=audience, granted=granted)
    return answers.as_json(
        person_tokens(asked, login.user, audience=audience, granted=granted, grant="password", more=more)
    )


def mfa_otp(asked: TokenRequest) -> Response:
    """Tokens for a login whose second factor comes now."""
    tenant = asked.tenant
    waiting = one_use.read(tenant, "read_mfa_token", asked.needed("mfa_token"))
    if waiting is None or waiting["client_id"] != asked.client.client_id:
        raise answers.oauth_refusal(403, "expired_token", "mfa_token is expired")
    user = tenant.store.row("read_user_by_number", {"number": waiting["user_number"]})
    if user is None or not second_factor.is_right(tenant, user, asked.needed("otp")):
        raise answers.oauth_refusal(403, "invalid_grant", "Invalid otp_code.")
    tenant.store.run("delete_mfa_token", {"digest": waiting["digest"]})
    granted, more = waiting["scope"].split(), memberships.claims(tenant, user, waiting["organization"])
    return answers.as_json(
        person_tokens(asked, user, audience=waiting["audience"], granted=granted, grant="password", more=more)
    )


def authorization_code(asked: TokenRequest) -> Response:
    """Tokens for the code that a sign-in page gave; it works once."""
    tenant = asked.tenant
    row = one_use.take(tenant, "read_code", "delete_code", asked.needed("code"))
    if row is None or row["client_id"] != asked.client.client_id or row["expires_ms"] <= tenant.clock.now_ms():
        raise answers.oauth_refusal(403, "invalid_grant", "Invalid authorization code")
    wanted: dict[str, str] = msgspec.json.decode(row["asked"])
    if asked.fields.get("redirect_uri", "") != wanted["redirect_uri"]:
        description = "The redirect URI is wrong. You sent another than at the authorization request."
        raise answers.oauth_refusal(403, "invalid_grant", description)
    _require_verifier(asked, wanted.get("code_challenge", ""))
    user = tenant.store.row("read_user_by_number", {"number": row["user_number"]})
    if user is None:
        raise answers.oauth_refusal(403, "invalid_grant", "Invalid authorization code")
    more: dict[str, Any] = {"sid": row["session_id"], "auth_time": row["auth_ms"] // 1000}
    more |= memberships.claims(tenant, user, wanted.get("organization", ""))
    if wanted.get("nonce"):
        more["nonce"] = wanted["nonce"]
    granted = tokens.granted_scopes(wanted.get("scope", ""))
    body = person_tokens(
        asked, user, audience=wanted.get("audience", ""), granted=granted, grant="authorization_code", more=more
    )
    return answers.as_json(body)


def refresh_token(asked: TokenRequest) -> Response:
    """New tokens for a refresh token.

    An application without a secret gets a new refresh token every time; the old one used again ends the whole family,
    since one of its two users is a thief. Source: refresh token rotation (`secure/tokens/refresh-tokens`).
    """
    tenant, given = asked.tenant, asked.needed("refresh_token")
    row = tenant.store.row("read_refresh_token", {"digest": tokens.digest(given)})
    if row is None or row["client_id"] != asked.client.client_id or row["expires_ms"] <= tenant.clock.now_ms():
        raise answers.oauth_refusal(403, "invalid_grant", "Unknown or invalid refresh token.")
    if asked.client.is_public and not tenant.store.run("use_refresh_token", {"digest": row["digest"]}):
        tenant.store.run("delete_refresh_family", {"family": row["family"]})
        raise answers.oauth_refusal(403, "invalid_grant", "Unknown or invalid refresh token.")
    user = tenant.store.row("read_user_by_number", {"number": row["user_number"]})
    if user is None or user["blocked"]:
        raise answers.oauth_refusal(403, "invalid_grant", "Unknown or invalid refresh token.")
    held = row["scope"].split()
    narrowed = asked.fields.get("scope", "").split()
    granted = [scope for scope in held if not narrowed or scope in narrowed]
    family = row["family"] if asked.client.is_public else None
    body = person_tokens(
        asked, user, audience=row["audience"], granted=granted, grant="refresh_token", family=family, held=held
    )
    return answers.as_json(body)


def person_tokens(
    asked: TokenRequest,
    user: sqlite3.Row,
    *,
    audience: str,
    granted: Sequence[str],
    grant: str,
    more: Mapping[str, Any] | None = None,
    family: str | None = None,
    held: Sequence[str] = (),
) -> dict[str, Any]:
    """The token endpoint's answer for a person.

    Args:
        asked: the request.
        user: who signed in.
        audience: for whom the access token is; empty for an opaque one.
        granted: its scopes.
        grant: the grant's name in the access token.
        more: further claims of the id token.
        family: of the refresh token, when this continues one.
        held: scopes of the refresh token, when they are more than those granted now.

    """
    tenant, client_id = asked.tenant, asked.client.client_id
    body = {
        "access_token": tokens.login_token(
            tenant, user, client_id=client_id, audience=audience, granted=granted, grant=grant
        )
    }
    is_new_login = grant != "refresh_token"
    may_refresh = "offline_access" in (held or granted) and "refresh_token" in asked.client.grants
    if may_refresh and (is_new_login or family is not None):
        body["refresh_token"] = tokens.refresh_token(
            tenant, user, client_id=client_id, audience=audience, granted=held or granted, family=family
        )
    if "openid" in granted:
        body["id_token"] = tokens.id_token(tenant, user, client_id=client_id, granted=granted, more=more or {})
    return _envelope(tenant, body, granted)


def known_audience(tenant: Tenant, audience: str) -> str:
    """An audience a login may ask for; empty for none.

    Raises:
        Refusal: 400 with the recorded words for any other.

    """
    if audience and not (tenant.is_management_audience(audience) or audience in tenant.settings.audiences):
        raise answers.oauth_refusal(400, "invalid_request", "invalid audience specified for password grant exchange")
    return audience


def _login_refusal(tenant: Tenant, result: logins.LoginResult) -> answers.Refusal:
    match result:
        case logins.LoginResult.BLOCKED:
            return answers.oauth_refusal(403, tenant.settings.blocked_user, "user is blocked")
        case logins.LoginResult.TOO_MANY:
            return answers.oauth_refusal(429, "too_many_attempts", brute_force.MESSAGE)
        case logins.LoginResult.TOO_FAST:
            return answers.oauth_refusal(429, "too_many_logins", logins.TOO_FAST_MESSAGE)
        case _:
            return answers.oauth_refusal(403, tenant.settings.wrong_password, "Wrong email or password.")


def _envelope(tenant: Tenant, body: Mapping[str, Any], granted: Sequence[str]) -> dict[str, Any]:
    rest = {"scope": " ".join(granted), "expires_in": tenant.settings.token_seconds, "token_type": "Bearer"}
    return {**body, **rest}


def _directory(asked: TokenRequest) -> sqlite3.Row:
    """The connection a login is for: the realm's, or the default directory.

    The wording for an unknown realm is not documented (inferred).
    """
    store = asked.tenant.store
    if asked.fields["grant_type"] == vocabulary.PASSWORD_REALM_GRANT:
        connection = store.row("read_connection_by_name", {"name": asked.needed("realm")})
    else:
        connection = store.row("read_connections")
    if connection is None or not connection["enabled"]:
        raise answers.oauth_refusal(400, "invalid_request", "the connection does not exist or is disabled")
    return connection


def _mfa_required(asked: TokenRequest, user: sqlite3.Row, *, audience: str, granted: Sequence[str]) -> answers.Refusal:
    token = one_use.give(
        asked.tenant,
        "insert_mfa_token",
        {
            "user_number": user["number"],
            "client_id": asked.client.client_id,
            "scope": " ".join(granted),
            "audience": audience,
            "organization": asked.fields.get("organization", ""),
        },
        seconds=one_use.MFA_SECONDS,
    )
    description = "Multifactor authentication required"
    return answers.oauth_refusal(
        asked.tenant.settings.mfa_required_status, "mfa_required", description, mfa_token=token
    )


def _require_verifier(asked: TokenRequest, challenge: str) -> None:
    verifier = asked.fields.get("code_verifier", "")
    if not challenge and not verifier and not asked.client.is_public:
        return
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("utf-8", "replace")).digest())
    if not challenge or not hmac.compare_digest(hashed.rstrip(b"="), challenge.encode("utf-8", "replace")):
        raise answers.oauth_refusal(403, "invalid_grant", "Failed to verify code verifier")


PASSWORD_GRANTS = frozenset({"password", vocabulary.PASSWORD_REALM_GRANT})
"""Those that check a password, and so run in the password desk's pool."""

GRANTS: dict[str, Callable[[TokenRequest], Response]] = {
    "client_credentials": client_credentials,
    "password": password,
    vocabulary.PASSWORD_REALM_GRANT: password,
    MFA_OTP: mfa_otp,
    "authorization_code": authorization_code,
    "refresh_token": refresh_token,
}
"""By the name that a request gives."""
