"""Node programs: Meteor, NodeBB, passport-local-mongoose, better-auth, hand-written scrypt, password-hash.

Source:
    The packages' own sources, named per format; vectors in `tests/golden/hashes/vectors.jsonl` and
    `tests/golden/hashes/node`.
"""

import re
from collections.abc import Mapping

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_SCRYPT_HEX = re.compile(r"([0-9a-f]{32})[:.]([0-9a-f]{64}|[0-9a-f]{128})")
_BETTER_AUTH = re.compile(r"([0-9a-f]{32}):([0-9a-f]{128})")
_LUCIA = re.compile(r"s2:([0-9A-Za-z_-]{8,64}):([0-9a-f]{128})")
_PASSWORD_HASH = re.compile(r"(sha1|sha224|sha256|sha384|sha512|md5)\$([^$]+)\$([1-9][0-9]{0,9})\$([0-9a-f]+)")
_DIGEST_BYTES = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}


def _meteor_password(value: stored.Stored, kind: str) -> str | None:
    """What stands under `services.password`, or alone; None where this user signs in by other means."""
    services = value.columns.get("services")
    password = services.get("password") if isinstance(services, Mapping) else None
    inner = password.get(kind) if isinstance(password, Mapping) else value.columns.get(f"services.password.{kind}")
    if not isinstance(inner, str) and services is not None:
        return None
    return inner if isinstance(inner, str) else value.text


def _meteor_bcrypt(value: stored.Stored) -> forms.Form | None:
    """The browser sends hex(SHA256(P)); that is what bcrypt sees."""
    services = value.columns.get("services")
    if isinstance(services, Mapping) and "password" not in services and not value.text:
        return forms.NoPassword(reason="no-password")
    text = _meteor_password(value, "bcrypt")
    return None if text is None else fragments.bcrypt_over(text, "meteor_bcrypt")


def _meteor_argon2(value: stored.Stored) -> forms.Form | None:
    """The same under argon2, where a site has switched it on."""
    text = _meteor_password(value, "argon2")
    return None if text is None else fragments.prehashed("meteor", fragments.argon2(text))


def _nodebb(value: stored.Stored) -> forms.Form | None:
    return fragments.bcrypt_over(value.text, "bcrypt_hex_sha512")


def _passport(value: stored.Stored) -> forms.Form | None:
    """The hex of the salt is used as text; 512 bytes of key."""
    salt, key = value.octets("salt"), alphabets.hex_bytes(value.text)
    if key is None or len(key) != 512:  # noqa: PLR2004  # the package's default
        return None
    if salt is None:
        return forms.Opaque(function="passport_local_mongoose", reason="needs-column")
    digest_name = (value.column("algorithm") or "sha256").lower()
    rounds = value.count("iterations", 25_000)
    if rounds is None:
        return None
    return forms.Pbkdf2(digest_name=digest_name, rounds=rounds, salt=salt, key=key)


def _lucias(salt: str, key: str) -> forms.Form:
    """Lucia's numbers, which better-auth took over with its normal form."""
    return fragments.scrypt(salt, bytes.fromhex(key), cost=16_384, block_size=16, parallelization=1, normal_form="NFKC")


def _better_auth(value: stored.Stored) -> forms.Form | None:
    read = _BETTER_AUTH.fullmatch(value.text)
    if read is None:
        return None
    return _lucias(read[1], read[2])


def _lucia(value: stored.Stored) -> forms.Form | None:
    read = _LUCIA.fullmatch(value.text)
    if read is None:
        return None
    return _lucias(read[1], read[2])


def _scrypt_hex(value: stored.Stored) -> forms.Form | None:
    read = _SCRYPT_HEX.fullmatch(value.text)
    if read is None:
        return None
    return fragments.scrypt(read[1], bytes.fromhex(read[2]), cost=16_384, block_size=8, parallelization=1)


def _scrypt_hex_decoded(value: stored.Stored) -> forms.Form | None:
    """The same text made by code that decodes the salt."""
    read = _SCRYPT_HEX.fullmatch(value.text)
    if read is None:
        return None
    salt = bytes.fromhex(read[1])
    return fragments.scrypt(salt, bytes.fromhex(read[2]), cost=16_384, block_size=8, parallelization=1)


def _password_hash(value: stored.Stored) -> forms.Form | None:
    """Four fields: the third is how often the HMAC is taken over its own hex."""
    read = _PASSWORD_HASH.fullmatch(value.text)
    raw = alphabets.hex_bytes(read[4]) if read else None
    if read is None or raw is None or len(raw) != _DIGEST_BYTES[read[1]]:
        return None
    key, rounds = read[2].encode(*alphabets.UTF8), int(read[3])
    if rounds == 1:
        return forms.Hmac(digest_name=read[1], mac=raw, key=key)
    parameters = {"algorithm": read[1], "digest": raw, "salt": key, "rounds": rounds}
    return forms.Opaque(function="npm_password_hash", reason="iterated-digest", parameters=parameters)


FORMATS = (
    catalogue.Format(
        name="meteor_bcrypt",
        definition="bcrypt(hex(SHA256(P))), with P in CESU-8, where an emoji has six bytes",
        recognised="column `services.password.bcrypt`; looks like plain bcrypt",
        source="Meteor's accounts-password and sha",
        keys=("column:services", "column:services.password.bcrypt"),
        read=_meteor_bcrypt,
        certainty="exact",
    ),
    catalogue.Format(
        name="meteor_argon2",
        definition="argon2(hex(SHA256(P))), with P in CESU-8, where an emoji has six bytes",
        recognised="column `services.password.argon2`; looks like plain argon2",
        source="Meteor's accounts-password and sha",
        keys=("column:services", "column:services.password.argon2"),
        read=_meteor_argon2,
        certainty="exact",
    ),
    catalogue.Format(
        name="nodebb_bcrypt_sha512",
        definition="bcrypt(hex(SHA512(P)))",
        recognised="looks like plain bcrypt; `password:shaWrapped` says it",
        source="NodeBB",
        keys=("column:password:shaWrapped",),
        read=_nodebb,
        certainty="exact",
    ),
    catalogue.Format(
        name="passport_local_mongoose",
        definition="PBKDF2-SHA256(P, the hex of the salt as text, 25000, 512)",
        recognised="1024 hex digits beside a salt of 64",
        source="npm passport-local-mongoose",
        keys=("hex:1024",),
        read=_passport,
        certainty="shape",
    ),
    catalogue.Format(
        name="better_auth_scrypt",
        definition="scrypt(NFKC(P), the hex of the salt as text, 16384, 16, 1, 64)",
        recognised="`32 hex:128 hex`",
        source="npm better-auth; Lucia",
        keys=(":hex:128",),
        read=_better_auth,
        certainty="shape",
        warnings=("normalisation",),
        rank=24,
    ),
    catalogue.Format(
        name="lucia_legacy_scrypt",
        definition="scrypt(NFKC(P), salt as text, 16384, 16, 1, 64)",
        recognised="`s2:salt:128 hex`",
        source="npm lucia before 3",
        keys=("s2:",),
        read=_lucia,
        warnings=("normalisation",),
    ),
    catalogue.Format(
        name="node_scrypt_hex",
        definition="scrypt(P, the hex of the salt as text, 16384, 8, 1, 32 or 64)",
        recognised="`32 hex:hex` or `32 hex.hex`",
        source="code written against node:crypto",
        keys=(":hex:64", ":hex:128", "hex:32."),
        read=_scrypt_hex,
        certainty="shape",
        rank=25,
    ),
    catalogue.Format(
        name="node_scrypt_hex_decoded",
        definition="scrypt(P, decoded salt, 16384, 8, 1, 32 or 64)",
        recognised="`32 hex:hex` or `32 hex.hex`",
        source="code written against node:crypto",
        keys=(":hex:64", ":hex:128", "hex:32."),
        read=_scrypt_hex_decoded,
        certainty="shape",
        rank=26,
    ),
    catalogue.Format(
        name="npm_password_hash",
        definition="HMAC(key = salt as text, P), repeated over its own hex",
        recognised="`digest$salt$rounds$hex`",
        source="npm password-hash",
        keys=tuple(f"{name}$" for name in _DIGEST_BYTES),
        read=_password_hash,
        certainty="exact",
    ),
)
"""Every format of this file."""
