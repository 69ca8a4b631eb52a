"""Django: `algorithm$…`, where a salt is the ASCII text between the dollars, never decoded.

Source:
    django.contrib.auth.hashers of Django 5.2, and of 4.2 for what was removed since; vectors made by Django in
    `tests/golden/hashes/django`.
"""

import re
from functools import partial

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_PBKDF2 = re.compile(r"pbkdf2_(sha256|sha1)\$([1-9][0-9]{0,9})\$([^$]+)\$([A-Za-z0-9+/]+=*)")
_KEY_BYTES = {"sha256": 32, "sha1": 20}
_SCRYPT = re.compile(r"scrypt\$([1-9][0-9]{0,9})\$([^$]+)\$([1-9][0-9]{0,5})\$([1-9][0-9]{0,5})\$([A-Za-z0-9+/]+=*)")
_SALTED = re.compile(r"(md5|sha1)\$([^$]+)\$([0-9a-f]+)")
_UNSALTED = re.compile(r"(md5|sha1)\$\$([0-9a-f]+)")
_DIGEST_BYTES = {"md5": 16, "sha1": 20}
_CRYPT = re.compile(r"crypt\$\$([./0-9A-Za-z]{13})")
_WRAPPED = re.compile(r"pbkdf2_wrapped_(sha1|md5)\$([1-9][0-9]{0,9})\$([^$]*)\$([A-Za-z0-9+/]+=*)")


def _pbkdf2(value: stored.Stored, *, digest_name: str) -> forms.Form | None:
    """The salt as text, the key in padded base64 and as long as the digest."""
    text = value.text
    read = _PBKDF2.fullmatch(text)
    if read is None or read[1] != digest_name:
        return fragments.DAMAGED if text.startswith(f"pbkdf2_{digest_name}$") else None
    key = alphabets.b64_whole_bytes(read[4])
    if key is None or len(key) != _KEY_BYTES[digest_name]:
        return fragments.DAMAGED
    return forms.Pbkdf2(digest_name=digest_name, rounds=int(read[2]), salt=read[3].encode(*alphabets.UTF8), key=key)


def _argon2(value: stored.Stored) -> forms.Form | None:
    """The PHC string after the first word."""
    text = value.text
    return fragments.argon2(text.removeprefix("argon2")) if text.startswith("argon2$argon2") else None


def _bcrypt(value: stored.Stored) -> forms.Form | None:
    text = value.text
    return fragments.bcrypt(text.removeprefix("bcrypt$")) if text.startswith("bcrypt$$") else None


def _bcrypt_sha256(value: stored.Stored) -> forms.Form | None:
    text = value.text
    if not text.startswith("bcrypt_sha256$$"):
        return None
    return fragments.bcrypt_over(text.removeprefix("bcrypt_sha256$"), "bcrypt_hex_sha256")


def _scrypt(value: stored.Stored) -> forms.Form | None:
    """N stands before the salt, r and p behind it."""
    read = _SCRYPT.fullmatch(value.text)
    key = alphabets.b64_whole_bytes(read[5]) if read else None
    if read is None or key is None or len(key) != 64:  # noqa: PLR2004  # Django's one length
        return fragments.DAMAGED if value.text.startswith("scrypt$") else None
    return fragments.scrypt(read[2], key, cost=int(read[1]), block_size=int(read[3]), parallelization=int(read[4]))


def _salted(value: stored.Stored, *, algorithm: str) -> forms.Form | None:
    read = _SALTED.fullmatch(value.text)
    if read is None or read[1] != algorithm or len(read[3]) != 2 * _DIGEST_BYTES[algorithm]:
        return None
    return forms.Digest(algorithm=algorithm, digest=bytes.fromhex(read[3]), prefix=read[2].encode(*alphabets.UTF8))


def _unsalted(value: stored.Stored, *, algorithm: str) -> forms.Form | None:
    """`md5$$hex`, `sha1$$hex`, and a bare MD5 as old versions wrote it."""
    read = _UNSALTED.fullmatch(value.text)
    text = read[2] if read and read[1] == algorithm else value.text if algorithm == "md5" else ""
    raw = alphabets.hex_bytes(text)
    if raw is None or len(raw) != _DIGEST_BYTES[algorithm]:
        return None
    return forms.Digest(algorithm=algorithm, digest=raw)


def _crypt(value: stored.Stored) -> forms.Form | None:
    read = _CRYPT.fullmatch(value.text)
    return forms.Opaque(function="des_crypt", reason="crypt3", parameters={"value": read[1]}) if read else None


def _wrapped(value: stored.Stored, *, algorithm: str) -> forms.Form | None:
    """PBKDF2 over the hex text of the older salted digest, with the same salt."""
    read = _WRAPPED.fullmatch(value.text)
    key = alphabets.b64_whole_bytes(read[4]) if read else None
    if read is None or key is None or read[1] != algorithm:
        return None
    parameters = {"algorithm": algorithm, "rounds": int(read[2]), "salt": read[3].encode(*alphabets.UTF8), "key": key}
    return forms.Opaque(function="django_wrapped", reason="nested-digest", parameters=parameters)


_SOURCE = "django.contrib.auth.hashers"

FORMATS = (
    *(
        catalogue.Format(
            name=f"django_pbkdf2_{digest_name}",
            definition=f"PBKDF2-{digest_name.upper()}(P, salt as text, i, {_KEY_BYTES[digest_name]})",
            recognised=f"`pbkdf2_{digest_name}$i$salt$base64`",
            source=_SOURCE,
            keys=(f"pbkdf2_{digest_name}$",),
            read=partial(_pbkdf2, digest_name=digest_name),
            certainty="exact",
        )
        for digest_name in ("sha256", "sha1")
    ),
    catalogue.Format(
        name="django_argon2",
        definition="argon2(P)",
        recognised="`argon2$argon2id$…`",
        source=_SOURCE,
        keys=("argon2$",),
        read=_argon2,
        certainty="exact",
    ),
    catalogue.Format(
        name="django_bcrypt",
        definition="bcrypt(P)",
        recognised="`bcrypt$$2b$…`",
        source=_SOURCE,
        keys=("bcrypt$",),
        read=_bcrypt,
        certainty="exact",
    ),
    catalogue.Format(
        name="django_bcrypt_sha256",
        definition="bcrypt(hex(SHA256(P)))",
        recognised="`bcrypt_sha256$$2b$…`",
        source=_SOURCE,
        keys=("bcrypt_sha256$",),
        read=_bcrypt_sha256,
        certainty="exact",
    ),
    catalogue.Format(
        name="django_scrypt",
        definition="scrypt(P, salt as text, N, r, p, 64)",
        recognised="`scrypt$N$salt$r$p$base64`",
        source=_SOURCE,
        keys=("scrypt$",),
        read=_scrypt,
        certainty="exact",
    ),
    *(
        catalogue.Format(
            name=f"django_{algorithm}",
            definition=f"{algorithm.upper()}(salt as text ‖ P)",
            recognised=f"`{algorithm}$salt$hex`; Werkzeug before 3 wrote an HMAC in the same shape",
            source=_SOURCE,
            keys=(f"{algorithm}$",),
            read=partial(_salted, algorithm=algorithm),
            certainty="shape",
            rank=30,
        )
        for algorithm in _DIGEST_BYTES
    ),
    *(
        catalogue.Format(
            name=f"django_unsalted_{algorithm}",
            definition=f"{algorithm.upper()}(P)",
            recognised=f"`{algorithm}$$hex`" + (", or 32 hex digits alone" if algorithm == "md5" else ""),
            source=_SOURCE + " before 5.1",
            keys=(f"{algorithm}$",),
            read=partial(_unsalted, algorithm=algorithm),
            certainty="exact",
        )
        for algorithm in _DIGEST_BYTES
    ),
    catalogue.Format(
        name="django_crypt",
        definition="DES crypt(P), of which 8 characters count",
        recognised="`crypt$$` and 13 characters",
        source=_SOURCE + " before 4.0",
        keys=("crypt$",),
        read=_crypt,
        certainty="exact",
    ),
    *(
        catalogue.Format(
            name=f"django_wrapped_{algorithm}",
            definition=f"PBKDF2-SHA256(hex({algorithm.upper()}(salt ‖ P)), salt, i, 32)",
            recognised=f"`pbkdf2_wrapped_{algorithm}$i$salt$base64`; the name is the project's own",
            source="Django's guide to upgrading password hashes",
            keys=(f"pbkdf2_wrapped_{algorithm}$",),
            read=partial(_wrapped, algorithm=algorithm),
            certainty="exact",
        )
        for algorithm in ("sha1", "md5")
    ),
)
"""Every format of this file."""
