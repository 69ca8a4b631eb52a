"""Werkzeug and Flask: `method:parameters$salt$hex`, the salt as text.

Source:
    werkzeug.security of 2.3 and 3.1; Flask-Security's double hashing. Vectors: `tests/golden/hashes/werkzeug`.
"""

import re

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_PBKDF2 = re.compile(r"pbkdf2:(sha1|sha224|sha256|sha384|sha512|md5):([1-9][0-9]{0,9})\$([^$]+)\$([0-9a-f]+)")
_SCRYPT = re.compile(r"scrypt:([1-9][0-9]{0,9}):([1-9][0-9]{0,5}):([1-9][0-9]{0,5})\$([^$]+)\$([0-9a-f]+)")
_HMAC = re.compile(r"(md5|sha1|sha224|sha256|sha384|sha512)\$([^$]+)\$([0-9a-f]+)")
_PLAIN = re.compile(r"plain\$[^$]*\$(.+)", re.DOTALL)
_DIGEST_BYTES = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}


def _pbkdf2(value: stored.Stored) -> forms.Form | None:
    read = _PBKDF2.fullmatch(value.text)
    key = alphabets.hex_bytes(read[4]) if read else None
    if read is None or key is None or len(key) != _DIGEST_BYTES[read[1]]:
        return fragments.DAMAGED if value.text.startswith("pbkdf2:") else None
    return forms.Pbkdf2(digest_name=read[1], rounds=int(read[2]), salt=read[3].encode(*alphabets.UTF8), key=key)


def _scrypt(value: stored.Stored) -> forms.Form | None:
    read = _SCRYPT.fullmatch(value.text)
    key = alphabets.hex_bytes(read[5]) if read else None
    if read is None or key is None or len(key) != 64:  # noqa: PLR2004  # Werkzeug's one length
        return fragments.DAMAGED if value.text.startswith("scrypt:") else None
    return fragments.scrypt(read[4], key, cost=int(read[1]), block_size=int(read[2]), parallelization=int(read[3]))


def _hmac(value: stored.Stored) -> forms.Form | None:
    read = _HMAC.fullmatch(value.text)
    if read is None or len(read[3]) != 2 * _DIGEST_BYTES[read[1]]:
        return None
    return forms.Hmac(digest_name=read[1], mac=bytes.fromhex(read[3]), key=read[2].encode(*alphabets.UTF8))


def _plain(value: stored.Stored) -> forms.Form | None:
    """Version 2 wrote a salt that it did not use."""
    read = _PLAIN.fullmatch(value.text)
    return fragments.plain(read[1]) if read else None


def _flask_security(value: stored.Stored) -> forms.Form | None:
    """The slow hash is taken over base64 of an HMAC whose key is SECURITY_PASSWORD_SALT."""
    pepper = value.octets("pepper") or b""
    text = value.text
    inner = fragments.bcrypt(text) or fragments.argon2(text) or fragments.passlib_pbkdf2(text)
    return fragments.prehashed("flask_security", inner, pepper=pepper)


FORMATS = (
    catalogue.Format(
        name="werkzeug_pbkdf2",
        definition="PBKDF2(P, salt as text, i, digest length)",
        recognised="`pbkdf2:digest:i$salt$hex`",
        source="werkzeug.security",
        keys=("pbkdf2:",),
        read=_pbkdf2,
        certainty="exact",
    ),
    catalogue.Format(
        name="werkzeug_scrypt",
        definition="scrypt(P, salt as text, N, r, p, 64)",
        recognised="`scrypt:N:r:p$salt$hex`",
        source="werkzeug.security",
        keys=("scrypt:",),
        read=_scrypt,
        certainty="exact",
    ),
    catalogue.Format(
        name="werkzeug_hmac",
        definition="HMAC(key = salt as text, P)",
        recognised="`digest$salt$hex`; Django writes a salted digest in the same shape",
        source="werkzeug.security before 3.0",
        keys=tuple(f"{name}$" for name in _DIGEST_BYTES),
        read=_hmac,
        certainty="shape",
        rank=40,
    ),
    catalogue.Format(
        name="werkzeug_plain",
        definition="the password itself",
        recognised="`plain$$text`, `plain$salt$text`",
        source="werkzeug.security before 3.0",
        keys=("plain$",),
        read=_plain,
        certainty="exact",
    ),
    catalogue.Format(
        name="flask_security_double",
        definition="slow hash of base64(HMAC-SHA512(key = SECURITY_PASSWORD_SALT, P))",
        recognised="looks like plain bcrypt, argon2 or PBKDF2; a `pepper` column speaks for it",
        source="Flask-Security",
        keys=("$2a$", "$2b$", "$2y$", "$argon2id$", "$argon2i$", "$pbkdf2-sha512$", "$pbkdf2-sha256$"),
        needs=("pepper",),
        read=_flask_security,
        certainty="shape",
        rank=80,
    ),
)
"""Every format of this file."""
