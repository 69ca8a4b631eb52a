"""Symfony: message digests with braces around the salt, and PBKDF2 with the salt as text.

Source:
    Symfony's MessageDigestPasswordHasher and Pbkdf2PasswordHasher; FOSUserBundle's defaults.
"""

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_DIGEST_BYTES = {"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}
_MEANT_ROUNDS = 5000
_PBKDF2_ROUNDS = 1000
_PBKDF2_BYTES = 40


def _messagedigest(value: stored.Stored) -> forms.Form | None:
    """D(P ‖ {salt}), then again over the raw digest and the same text; one round is a salted digest."""
    salt = value.octets("salt")
    if salt is None:
        return None
    algorithm = (value.column("algorithm") or "sha512").lower()
    raw = fragments.digest_bytes(value.text, _DIGEST_BYTES.get(algorithm, 0))
    if not raw:
        return None
    suffix = b"{" + salt + b"}" if salt else b""
    rounds = value.count("iterations", _MEANT_ROUNDS)
    if rounds is None:
        return None
    if rounds == 1:
        return forms.Digest(algorithm=algorithm, digest=raw, suffix=suffix)
    parameters = {"algorithm": algorithm, "digest": raw, "salt": suffix, "rounds": rounds}
    return forms.Opaque(function="symfony_messagedigest", reason="iterated-digest", parameters=parameters)


def _pbkdf2(value: stored.Stored) -> forms.Form | None:
    salt = value.octets("salt")
    key = alphabets.hex_bytes(value.text)
    if key is None or len(key) != _PBKDF2_BYTES:
        key = alphabets.b64_bytes(value.text)
    if salt is None or key is None or len(key) != _PBKDF2_BYTES:
        return None
    digest_name = (value.column("algorithm") or "sha512").lower()
    rounds = value.count("iterations", _PBKDF2_ROUNDS)
    if digest_name not in _DIGEST_BYTES or rounds is None:
        return None
    return forms.Pbkdf2(digest_name=digest_name, rounds=rounds, salt=salt, key=key)


FORMATS = (
    catalogue.Format(
        name="symfony_messagedigest",
        definition="D(P ‖ `{salt}`), repeated over the raw digest and P ‖ `{salt}`; SHA-512 x 5000 unless stated",
        recognised="base64 or hex of a digest beside a salt",
        source="Symfony's MessageDigestPasswordHasher, FOSUserBundle",
        keys=("b64:64",),
        needs=("salt",),
        read=_messagedigest,
        certainty="shape",
        rank=45,
    ),
    catalogue.Format(
        name="symfony_pbkdf2",
        definition="PBKDF2-SHA512(P, salt as text, 1000, 40)",
        recognised="base64 of 40 bytes beside a salt",
        source="Symfony's Pbkdf2PasswordHasher",
        keys=("b64:40", "hex:80"),
        needs=("salt",),
        read=_pbkdf2,
        certainty="shape",
        rank=45,
    ),
)
"""Every format of this file."""
