"""The Authentication API: the token endpoint, second factors, and who a token belongs to."""

import asyncio
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from samekey.rehearsal import access, answers, bodies, clients, grants, one_use, second_factor, signing, tokens
from samekey.rehearsal.endpoint import Call
from samekey.rehearsal.tenant import Tenant, tenant_of

_NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}


async def token(request: Request) -> Response:
    """`POST /oauth/token`, form or JSON."""
    tenant = tenant_of(request)
    grant = tenant.authentication_bucket.take(tenant.clock.now().timestamp())
    try:
        if not grant.is_allowed:
            await run_in_threadpool(tenant.log.write_limit, "Authentication API", request=request)
            raise answers.oauth_refusal(429, "too_many_requests", "Global limit has been reached")
        response = await _answer(tenant, request, await _fields(request))
    except answers.Refusal as refusal:
        response = refusal.answer()
    response.headers.update({**_NO_STORE, **grant.headers(moved_seconds=tenant.clock.offset_seconds)})
    return response


async def challenge(request: Request) -> Response:
    """`POST /mfa/challenge`: which factor will be asked for; one-time codes only."""
    tenant = tenant_of(request)
    try:
        fields = await _fields(request)
        if one_use.read(tenant, "read_mfa_token", fields.get("mfa_token", "")) is None:
            raise answers.oauth_refusal(401, "invalid_token", "mfa_token is expired")
        if "otp" not in fields.get("challenge_type", "otp").split():
            raise answers.oauth_refusal(403, "unsupported_challenge_type", "User does not have this factor")
    except answers.Refusal as refusal:
        return refusal.answer()
    return answers.as_json({"challenge_type": "otp"})


def authenticators(call: Call) -> Response:
    """`GET /mfa/authenticators`: the factors of whoever holds the `mfa_token`."""
    waiting = one_use.read(call.tenant, "read_mfa_token", access.bearer(call.request))
    user = call.tenant.store.row("read_user_by_number", {"number": waiting["user_number"]}) if waiting else None
    if user is None:
        raise answers.oauth_refusal(401, "invalid_token", "mfa_token is expired")
    count = len(second_factor.secrets_of(user))
    shown = [{"id": f"totp|dev_{number}", "authenticator_type": "otp", "active": True} for number in range(count)]
    return answers.as_json(shown)


async def revoke(request: Request) -> Response:
    """`POST /oauth/revoke`: end a refresh token and all that came out of the same login."""
    tenant = tenant_of(request)
    try:
        fields = await _fields(request)
        client = clients.authenticated(tenant.store, fields, request.headers.get("authorization", ""))
    except answers.Refusal as refusal:
        return refusal.answer()
    row = tenant.store.row("read_refresh_token", {"digest": tokens.digest(fields.get("token", ""))})
    if row is not None and row["client_id"] == client.client_id:
        tenant.store.run("delete_refresh_family", {"family": row["family"]})
    return Response(status_code=200)


async def _fields(request: Request) -> Mapping[str, str]:
    body = await bodies.read(request, bytes_max=bodies.JSON_BYTES_MAX)
    return bodies.as_fields(body, request.headers.get("content-type", ""))


async def _answer(tenant: Tenant, request: Request, fields: Mapping[str, str]) -> Response:
    grant_type = fields.get("grant_type", "")
    work = grants.GRANTS.get(grant_type)
    if work is None:
        if not grant_type:
            raise answers.oauth_refusal(400, "invalid_request", "Missing required parameter: grant_type")
        raise answers.oauth_refusal(403, "unsupported_grant_type", f"Unsupported grant type: {grant_type}")
    client = await run_in_threadpool(
        clients.authenticated, tenant.store, fields, request.headers.get("authorization", "")
    )
    clients.require_grant(client, grant_type)
    asked = grants.TokenRequest(tenant, client, fields, _address(request, client))
    if grant_type in grants.PASSWORD_GRANTS:
        return await asyncio.wrap_future(tenant.desk.submit(lambda: work(asked)))
    return await run_in_threadpool(work, asked)


def _address(request: Request, client: clients.Client) -> str:
    """Where a login comes from; an application with a secret may say so for its visitors."""
    forwarded = "" if client.is_public else request.headers.get("auth0-forwarded-for", "")
    return forwarded.strip() or (request.client.host if request.client else "")


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
