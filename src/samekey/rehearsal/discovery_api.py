"""What a client asks before anything else: where the endpoints are and which key signs.

Source: `get-started/applications/configure-applications-with-oidc-discovery`, read on 2026-11-23.
"""

from starlette.responses import Response

from samekey.rehearsal import answers, scopes, signing
from samekey.rehearsal.endpoint import Call

_CLAIMS = (
    "aud", "auth_time", "created_at", "email", "email_verified", "exp", "family_name", "given_name", "iat",
    "identities", "iss", "name", "nickname", "phone_number", "picture", "sub",
)  # fmt: skip


def configuration(call: Call) -> Response:
    """`GET /.well-known/openid-configuration`: only what this tenant really answers."""
    tenant = call.tenant
    url = tenant.settings.url
    return answers.as_json(
        {
            "issuer": tenant.issuer,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/oauth/token",
            "mfa_challenge_endpoint": f"{url}/mfa/challenge",
            "revocation_endpoint": f"{url}/oauth/revoke",
            "end_session_endpoint": f"{url}/oidc/logout",
            "userinfo_endpoint": f"{url}/userinfo",
            "jwks_uri": f"{url}/.well-known/jwks.json",
            "scopes_supported": [*scopes.OPENID, "offline_access"],
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "response_modes_supported": ["query", "web_message"],
            "subject_types_supported": ["public"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "claims_supported": list(_CLAIMS),
            "request_uri_parameter_supported": False,
            "request_parameter_supported": False,
            "id_token_signing_alg_values_supported": [signing.ALGORITHM],
        }
    )


def key_set(call: Call) -> Response:
    """`GET /.well-known/jwks.json`."""
    return answers.as_json(call.tenant.signer.key_set())
