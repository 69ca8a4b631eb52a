"""The Authentication API: tokens for machines and for people, and who a token belongs to.

Bodies are those recorded from real tenants where there is a recording (Auth0's Ruby SDK, September 2021), otherwise
documented; see the contract's section 6.
"""

import asyncio
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from samekey.auth0 import vocabulary
from samekey.rehearsal import access, answers, bodies, clients, logins, signing, tokens
from samekey.rehearsal.endpoint import Call
from samekey.rehearsal.tenant import Tenant, tenant_of

_NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}
_LOGIN_REFUSALS = {
    logins.LoginResult.WRONG_PASSWORD: (403, "invalid_grant", "Wrong email or password."),
    logins.LoginResult.UNKNOWN_USER: (403, "invalid_grant", "Wrong email or password."),
    logins.LoginResult.BLOCKED: (403, "unauthorized", "user is blocked"),
}


async def token(request: Request) -> Response:
    """`POST /oauth/token`, form or JSON."""
    tenant = tenant_of(request)
    grant = tenant.authentication_bucket.take(tenant.clock.now().timestamp())
    try:
        if not grant.is_allowed:
            raise answers.oauth_refusal(429, "too_many_requests", "Global limit has been reached")
        body = await bodies.read(request, bytes_max=bodies.JSON_BYTES_MAX)
        fields = bodies.as_fields(body, request.headers.get("content-type", ""))
        response = await _answer(tenant, request, fields)
    except answers.Refusal as refusal:
        response = refusal.answer()
    response.headers.update({**_NO_STORE, **grant.headers()})
    return response


async def _answer(tenant: Tenant, request: Request, fields: Mapping[str, str]) -> Response:
    grant_type = fields.get("grant_type", "")
    work = _GRANTS.get(grant_type)
    if work is None:
        if not grant_type:
            raise answers.oauth_refusal(400, "invalid_request", "Missing required parameter: grant_type")
        raise answers.oauth_refusal(403, "unsupported_grant_type", f"Unsupported grant type: {grant_type}")
    client = await run_in_threadpool(
        clients.authenticated, tenant.store, fields, request.headers.get("authorization", "")
    )
    clients.require_grant(client, grant_type)
    ip = request.client.host if request.client else ""
    if grant_type in _PASSWORD_GRANTS:
        return await asyncio.wrap_future(tenant.desk.submit(lambda: work(tenant, client, fields, ip)))
    return await run_in_threadpool(work, tenant, client, fields, ip)


def _client_credentials(tenant: Tenant, client: clients.Client, fields: Mapping[str, str], _ip: str) -> Response:
    audience = fields.get("audience", "")
    if not tenant.is_management_audience(audience):
        description = f"Service not found: {audience}" if audience else "Missing required parameter: audience"
        raise answers.oauth_refusal(403, "access_denied", description)
    asked = fields.get("scope", "").split()
    granted = [scope for scope in client.scopes if not asked or scope in asked]
    return answers.as_json(
        {
            "access_token": tokens.machine_token(
                tenant, client_id=client.client_id, audience=audience, granted=granted
            ),
            "scope": " ".join(granted),
            "expires_in": tenant.settings.token_seconds,
            "token_type": "Bearer",
        }
    )


def _password(tenant: Tenant, client: clients.Client, fields: Mapping[str, str], ip: str) -> Response:
    for name in ("username", "password"):
        if not fields.get(name):
            raise answers.oauth_refusal(400, "invalid_request", f"Missing required parameter: {name}")
    audience = fields.get("audience", "")
    if audience and not (tenant.is_management_audience(audience) or audience in tenant.settings.audiences):
        raise answers.oauth_refusal(400, "invalid_request", "invalid audience specified for password grant exchange")
    login = logins.attempt(
        tenant, connection_id=_realm(tenant, fields), identifier=fields["username"], password=fields["password"], ip=ip
    )
    if login.user is None or login.result is not logins.LoginResult.WELCOME:
        raise answers.oauth_refusal(*_LOGIN_REFUSALS[login.result])
    granted = tokens.granted_scopes(fields.get("scope", ""))
    answer = {
        "access_token": tokens.login_token(
            tenant, login.user, client_id=client.client_id, audience=audience, granted=granted, grant="password"
        )
    }
    if "openid" in granted:
        answer["id_token"] = tokens.id_token(tenant, login.user, client_id=client.client_id, granted=granted)
    return answers.as_json(
        {
            **answer,
            "scope": " ".join(granted),
            "expires_in": tenant.settings.token_seconds,
            "token_type": "Bearer",
        }
    )


def _realm(tenant: Tenant, fields: Mapping[str, str]) -> str:
    """The connection a login is for: the realm's, or the default directory.

    The wording for an unknown realm is not documented (inferred).
    """
    realm = fields.get("realm", "")
    if fields["grant_type"] == vocabulary.PASSWORD_REALM_GRANT:
        if not realm:
            raise answers.oauth_refusal(400, "invalid_request", "Missing required parameter: realm")
        connection = tenant.store.row("read_connection_by_name", {"name": realm})
    else:
        connection = tenant.store.row("read_connections")
    if connection is None or not connection["enabled"]:
        raise answers.oauth_refusal(400, "invalid_request", "the connection does not exist or is disabled")
    return str(connection["id"])


_PASSWORD_GRANTS = frozenset({"password", vocabulary.PASSWORD_REALM_GRANT})
_Grant = Callable[[Tenant, clients.Client, Mapping[str, str], str], Response]
_GRANTS: dict[str, _Grant] = {
    "client_credentials": _client_credentials,
    "password": _password,
    vocabulary.PASSWORD_REALM_GRANT: _password,
}


def userinfo(call: Call) -> Response:
    """`GET` or `POST /userinfo`: the claims that the token's scopes open, `sub` first."""
    tenant, given = call.tenant, access.bearer(call.request)
    found = tokens.owner(tenant, given) if given else None
    if given and found is None:
        found = _owner_of_jwt(tenant, given)
    if found is None:
        return PlainTextResponse("Unauthorized", status_code=401)
    user, granted = found
    return answers.as_json({"sub": user["user_id"], **tokens.profile_claims(user, granted)})


def _owner_of_jwt(tenant: Tenant, given: str) -> tokens.Owner | None:
    try:
        claims = tenant.signer.verified(given)
    except signing.Unverified:
        return None
    granted = str(claims.get("scope", "")).split()
    if claims.get("exp", 0) <= tenant.clock.now().timestamp() or "openid" not in granted:
        return None
    user = tenant.store.row("read_user", {"user_id": claims.get("sub")})
    return None if user is None else (user, granted)
