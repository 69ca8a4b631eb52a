"""The tenant's key, the tokens it signs and the key set others check them with."""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwk, jws
from joserfc.errors import JoseError

from samekey.rehearsal import identifiers

ALGORITHM = "RS256"
_KEY_BITS = 2048
_CERTIFICATE_DAYS = 3650
_FACT = "signing_key"


class Unverified(Exception):
    """A token that this tenant did not sign, or that is not one."""

    def __init__(self, *, is_token: bool) -> None:
        """Args:
        is_token: true when it has the form of a token and only the signature is wrong.

        """
        super().__init__("unverified token")
        self.is_token = is_token


class Signer:
    """Signs and checks tokens with one RSA key."""

    def __init__(self, stored: str) -> None:
        """Args:
        stored: what `new_key` made, as kept in the store.

        """
        parts: dict[str, str] = msgspec.json.decode(stored)
        self._key = jwk.RSAKey.import_key(parts["key"])
        self._key_id = parts["kid"]
        self._certificate = x509.load_pem_x509_certificate(parts["certificate"].encode())

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A signed JWT."""
        header = {"alg": ALGORITHM, "typ": "JWT", "kid": self._key_id}
        return jws.serialize_compact(header, msgspec.json.encode(claims), self._key, algorithms=[ALGORITHM])

    def verified(self, token: str) -> dict[str, Any]:
        """The claims of a token that this tenant signed. Times and audience are not looked at here.

        Raises:
            Unverified: for anything else.

        """
        try:
            checked = jws.deserialize_compact(token.encode(), self._key, algorithms=[ALGORITHM])
            claims = msgspec.json.decode(checked.payload)
        except (JoseError, ValueError, binascii.Error, msgspec.MsgspecError) as problem:
            raise Unverified(is_token=token.count(".") == 2) from problem  # noqa: PLR2004  # header.payload.signature
        if not isinstance(claims, dict):
            raise Unverified(is_token=False)
        return claims

    def key_set(self) -> dict[str, Any]:
        """What stands at `/.well-known/jwks.json`: the public key with its certificate.

        Source: JSON Web Key Set properties (`secure/tokens/json-web-tokens/json-web-key-set-properties`).
        """
        public = self._key.as_dict(private=False)
        der = self._certificate.public_bytes(serialization.Encoding.DER)
        digest = self._certificate.fingerprint(hashes.SHA1())  # noqa: S303  # x5t is SHA-1 by its definition
        shown = {"kty": public["kty"], "use": "sig", "n": public["n"], "e": public["e"], "kid": self._key_id}
        shown["x5t"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return {"keys": [{**shown, "x5c": [base64.b64encode(der).decode()], "alg": ALGORITHM}]}


def new_key(name: str) -> str:
    """A fresh key with a self-signed certificate, as text for the store.

    Args:
        name: whom the certificate names.

    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=_CERTIFICATE_DAYS))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    parts = {
        "key": pem.decode(),
        "kid": identifiers.letters(21),
        "certificate": certificate.public_bytes(serialization.Encoding.PEM).decode(),
    }
    return msgspec.json.encode(parts).decode()
