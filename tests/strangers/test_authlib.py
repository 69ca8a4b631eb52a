"""Authlib's OAuth client finds the rehearsal tenant's endpoints by discovery and gets tokens there."""

import httpx
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.jwk import KeySet

from samekey.rehearsal.server import RunningTenant


@pytest.fixture(autouse=True)
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """Authlib speaks http only to those who say so."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def discovered(tenant: RunningTenant) -> OpenIDProviderMetadata:
    """What the tenant says of itself, as Authlib understands it."""
    return OpenIDProviderMetadata(httpx.get(get_well_known_url(tenant.url, external=True)).json())


class TestAuthlib:
    """Authlib, unmodified."""

    def test_finds_nothing_wrong_with_discovery(
        self, tenant: RunningTenant, discovered: OpenIDProviderMetadata
    ) -> None:
        """Authlib's own validation of the metadata passes, and the issuer ends with a slash."""
        discovered.validate()
        assert f"{tenant.url}/" == discovered["issuer"]

    def test_gets_a_management_token(self, tenant: RunningTenant, discovered: OpenIDProviderMetadata) -> None:
        """The client credentials grant gives a token that the published keys verify and that opens the API."""
        with OAuth2Client(
            tenant.client_id, tenant.client_secret, token_endpoint_auth_method="client_secret_post"
        ) as client:
            token = client.fetch_token(
                discovered["token_endpoint"], grant_type="client_credentials", audience=tenant.audience
            )
            answer = client.get(f"{tenant.url}/api/v2/connections")
        assert (200, [tenant.connection]) == (answer.status_code, [one["name"] for one in answer.json()])
        claims = jwt.decode(token["access_token"], published_keys(discovered), algorithms=["RS256"]).claims
        assert (discovered["issuer"], tenant.audience, f"{tenant.client_id}@clients") == (
            claims["iss"],
            claims["aud"],
            claims["sub"],
        )

    def test_tells_a_wrong_secret(self, tenant: RunningTenant, discovered: OpenIDProviderMetadata) -> None:
        """The documented refusal arrives as Authlib's own error."""
        with (
            OAuth2Client(tenant.client_id, "not-the-secret", token_endpoint_auth_method="client_secret_post") as client,
            pytest.raises(OAuthError, match="invalid_client"),
        ):
            client.fetch_token(discovered["token_endpoint"], grant_type="client_credentials", audience=tenant.audience)


def published_keys(discovered: OpenIDProviderMetadata) -> KeySet:
    """The keys that the tenant signs with."""
    return KeySet.import_key_set(httpx.get(discovered["jwks_uri"]).json())
