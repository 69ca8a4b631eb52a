"""Authlib's OAuth client finds the rehearsal tenant by discovery, and signs machines and people in there."""

import json
import re
import time

import httpx
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.jwk import KeySet

from samekey.rehearsal import applications
from samekey.rehearsal.server import RunningTenant

SHOP = "https://shop.example.test"
EMAIL = "ann@example.org"
KESTREL = "Kestrel-41:river"
ANN = {
    "email": EMAIL,
    "email_verified": True,
    "custom_password_hash": {
        "algorithm": "sha1",
        "hash": {"value": "R2OU6IXSJqczqR5NVTJUgoicVVw=", "encoding": "base64"},
    },
}


@pytest.fixture(autouse=True)
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """Authlib speaks http only to those who say so."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def discovered(tenant: RunningTenant) -> OpenIDProviderMetadata:
    """What the tenant says of itself, as Authlib understands it."""
    return OpenIDProviderMetadata(httpx.get(get_well_known_url(tenant.url, external=True)).json())


def machine(tenant: RunningTenant, secret: str) -> OAuth2Client:
    """An application that speaks for itself."""
    return OAuth2Client(tenant.client_id, secret, token_endpoint_auth_method="client_secret_post")


def published_keys(discovered: OpenIDProviderMetadata) -> KeySet:
    """The keys that the tenant signs with."""
    return KeySet.import_key_set(httpx.get(discovered["jwks_uri"]).json())


def import_ann(tenant: RunningTenant, discovered: OpenIDProviderMetadata) -> None:
    """Bring one person in with the token that Authlib fetched."""
    jobs = f"{tenant.url}/api/v2/jobs"
    with machine(tenant, tenant.client_secret) as client:
        client.fetch_token(discovered["token_endpoint"], grant_type="client_credentials", audience=tenant.audience)
        file = {"users": ("users.json", json.dumps([ANN]))}
        job = client.post(f"{jobs}/users-imports", data={"connection_id": tenant.connection_id}, files=file).json()
        deadline = time.monotonic() + 10
        while client.get(f"{jobs}/{job['id']}").json()["status"] != "completed" and time.monotonic() < deadline:
            time.sleep(0.05)


def sign_in(address: str) -> str:
    """What a person does in a browser: open the page, fill the form; the address they are sent back to."""
    with httpx.Client(follow_redirects=True) as browser:
        page = browser.get(address)
        (action,) = re.findall(r'action="([^"]+)"', page.text)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        typed = {"username": EMAIL, "password": KESTREL}
        return browser.post(page.url.join(action), data=hidden | typed, follow_redirects=False).headers["location"]


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
        with machine(tenant, tenant.client_secret) as client:
            token = client.fetch_token(
                discovered["token_endpoint"], grant_type="client_credentials", audience=tenant.audience
            )
            answer = client.get(f"{tenant.url}/api/v2/connections")
        assert (200, [tenant.connection]) == (answer.status_code, [one["name"] for one in answer.json()])
        claims = jwt.decode(token["access_token"], published_keys(discovered), algorithms=["RS256"]).claims
        expected = {"iss": discovered["issuer"], "aud": tenant.audience, "sub": f"{tenant.client_id}@clients"}
        assert expected == {name: claims[name] for name in expected}

    def test_tells_a_wrong_secret(self, tenant: RunningTenant, discovered: OpenIDProviderMetadata) -> None:
        """The documented refusal arrives as Authlib's own error."""
        with machine(tenant, "not-the-secret") as client, pytest.raises(OAuthError, match="invalid_client"):
            client.fetch_token(discovered["token_endpoint"], grant_type="client_credentials", audience=tenant.audience)

    def test_signs_a_person_in(self, tenant: RunningTenant, discovered: OpenIDProviderMetadata) -> None:
        """The code flow with PKCE ends in an ID token that Authlib finds nothing wrong with."""
        import_ann(tenant, discovered)
        shop = applications.register(tenant.tenant.store, SHOP)
        asked = {"token_endpoint_auth_method": "none", "code_challenge_method": "S256", "redirect_uri": SHOP}
        with OAuth2Client(shop, scope="openid profile email", **asked) as client:
            address, state = client.create_authorization_url(
                discovered["authorization_endpoint"], code_verifier="v" * 43, nonce="n1"
            )
            token = client.fetch_token(
                discovered["token_endpoint"],
                authorization_response=sign_in(address),
                state=state,
                code_verifier="v" * 43,
            )
        signed = jwt.decode(token["id_token"], published_keys(discovered), algorithms=["RS256"])
        musts = {"iss": {"value": discovered["issuer"]}, "aud": {"value": shop}, "email": {"value": EMAIL}}
        shown = CodeIDToken(signed.claims, signed.header, musts, {"nonce": "n1", "client_id": shop})
        shown.validate()
        assert EMAIL == shown["email"]
