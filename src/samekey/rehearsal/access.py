"""Who may do what: bearer tokens, scopes, the control token and the Host header."""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from samekey.rehearsal import answers, signing
from samekey.rehearsal.tenant import Tenant

_BEARER = "bearer"


def bearer(request: Request) -> str:
    """The token of the Authorization header; empty when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == _BEARER else ""


def management_claims(tenant: Tenant, request: Request) -> Mapping[str, Any]:
    """The claims of the Management API token that a request carries.

    Raises:
        Refusal: 401 in its documented forms.

    """
    token = bearer(request)
    if not token:
        raise answers.management_refusal(401, "Missing authentication")
    try:
        claims = tenant.signer.verified(token)
    except signing.Unverified as problem:
        message = "Invalid signature received for JSON Web Token validation." if problem.is_token else "Invalid token."
        raise answers.management_refusal(401, message) from problem
    if claims.get("exp", 0) <= tenant.clock.now().timestamp():
        raise answers.management_refusal(401, "Expired token received for JSON Web Token validation")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if not any(tenant.is_management_audience(str(one)) for one in audiences):
        raise answers.management_refusal(401, "Invalid token.")
    return claims


def require_scope(claims: Mapping[str, Any], allowed: Sequence[str]) -> None:
    """Raises:
    Refusal: 403 when the token has none of the scopes.

    """
    granted = str(claims.get("scope", "")).split()
    if not any(scope in granted for scope in allowed):
        message = f"Insufficient scope, expected any of: {','.join(allowed)}"
        raise answers.management_refusal(403, message, error_code="insufficient_scope")


def require_host(tenant: Tenant, request: Request) -> None:
    """Raises:
    Refusal: 403 when the request was meant for another name, as a rebound DNS name is.

    """
    if request.headers.get("host", "") not in tenant.hosts:
        raise answers.management_refusal(403, "Unknown host.")


def require_control_token(tenant: Tenant, request: Request) -> None:
    """Raises:
    Refusal: 401 without the token that was printed at start.

    """
    if not hmac.compare_digest(bearer(request).encode(), tenant.control_token.encode()):
        raise answers.management_refusal(401, "Missing authentication")
