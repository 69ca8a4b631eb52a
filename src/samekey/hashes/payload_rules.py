"""Is this a payload that Auth0 takes? The shape of `custom_password_hash` and `password_hash`, read strictly.

Auth0 itself imports more than it can ever verify: a digest of impossible length, base64 of hex text, a salt in the
wrong encoding. What this module lets pass has none of that. It looks at shape only and never at a password; whether a
password matches is `auth0_check`'s business, which reads the payload on its own.

Source:
    Auth0's import schema and the refusal table drawn from it, as held in `samekey.auth0.payload`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from samekey.auth0 import payload
from samekey.hashes import alphabets

Fault = tuple[str, str]
"""A stable word and the field at fault, dotted, such as `("salt-forbidden", "salt")`."""

FAULTS = {
    "wrong-type": "A value has the wrong type.",
    "unknown-key": "Auth0 does not know this key here.",
    "misplaced-key": "This key stands beside `algorithm`, not inside `hash`.",
    "missing-algorithm": "The algorithm is not named.",
    "unknown-algorithm": "Auth0 has no such algorithm.",
    "missing-hash": "The hash is missing.",
    "missing-value": "The value is missing.",
    "unknown-encoding": "Auth0 has no such encoding.",
    "encoding-forbidden": "This algorithm does not take this encoding.",
    "unknown-password-encoding": "Auth0 has no such password encoding.",
    "salt-forbidden": "This algorithm carries its salt inside the value and takes no salt beside it.",
    "unknown-position": "A salt goes before (prefix) or after (suffix) the password.",
    "not-hex": "The value is declared hex and is not.",
    "not-base64": "The value is declared base64 and is not.",
    "base64-of-hex": "The value is base64 of the hex text, not of the digest: it imports and never logs in.",
    "digest-length": "The decoded value does not have the length of the digest: it can never match.",
    "missing-digest": "HMAC needs the name of its digest.",
    "unknown-digest": "Auth0 does not have this digest here.",
    "missing-key": "HMAC needs its key.",
    "bcrypt-variant": "Auth0 takes bcrypt with $2a$, $2b$ or $2y$ only.",
    "bcrypt-form": "The value is not a bcrypt string of 60 characters.",
    "password-hash-form": "password_hash takes bcrypt with $2a$ or $2b$ and cost 10 only.",
    "argon2-variant": "Auth0 checks argon2i and argon2id only.",
    "argon2-version": "Auth0 checks argon2 of version 19 only, and the string has to say so.",
    "argon2-form": "The value is not an argon2 string with m, t, p in this order, salt and hash without padding.",
    "argon2-parameters": "The salt, the output or the memory is outside what Auth0's library takes.",
    "pbkdf2-form": "The value is not of the form $pbkdf2-<digest>$i=…,l=…$<salt>$<hash>.",
    "pbkdf2-padding": "Salt and hash are written without `=`.",
    "pbkdf2-alphabet": "Salt and hash are written in the standard base64 alphabet.",
    "keylen-mismatch": "The stated length is not that of the hash: it can never match.",
    "missing-keylen": "scrypt needs the length of its key.",
    "bad-number": "The number is not one that Auth0 takes here.",
    "missing-salt": "scrypt needs its salt.",
    "ldap-form": "The value is not of the form {SCHEME}base64.",
    "ldap-scheme": "Auth0 does not have this LDAP scheme.",
}
"""Every fault, in words."""

_TOP_KEYS = frozenset({
    "algorithm", "hash", "salt", "password", "keylen", "cost", "blockSize", "parallelization",
})  # fmt: skip
_SCRYPT_KEYS = ("keylen", "cost", "blockSize", "parallelization")
_BCRYPT = re.compile(payload.BCRYPT_PATTERN)
_PASSWORD_HASH = re.compile(r"\$2[ab]\$10\$[./A-Za-z0-9]{53}")
_ARGON2 = re.compile(
    r"\$argon2(i|id)\$v=19\$m=([1-9][0-9]{0,9}),t=([1-9][0-9]{0,9}),p=([1-9][0-9]{0,7})"
    r"\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)"
)
_PBKDF2 = re.compile(r"\$pbkdf2-([A-Za-z0-9-]+)(?:\$([il]=[^$]*))?\$([^$]+)\$([^$]+)")
_PBKDF2_PARAMETERS = re.compile(
    r"(?:i=(?P<i>[1-9][0-9]{0,9}))?(?(i)(?:,l=(?P<l>[1-9][0-9]{0,9}))?|(?:l=(?P<alone>[1-9][0-9]{0,9}))?)"
)
_LDAP = re.compile(r"\{([A-Za-z0-9-]+)\}([A-Za-z0-9+/]+={0,2})")
_LDAP_BYTES = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}


def refusals(custom_password_hash: object) -> list[Fault]:
    """What is wrong with a `custom_password_hash`, each fault once.

    Args:
        custom_password_hash: as it stands in the import file, decoded from JSON.

    Returns:
        The faults in the order they were found; empty when nothing is wrong.

    """
    if not isinstance(custom_password_hash, Mapping):
        return [("wrong-type", "")]
    return list(dict.fromkeys(_faults(custom_password_hash)))


def password_hash_refusals(value: object) -> list[Fault]:
    """What is wrong with a `password_hash`; empty when nothing is."""
    if not isinstance(value, str):
        return [("wrong-type", "")]
    return [] if _PASSWORD_HASH.fullmatch(value) else [("password-hash-form", "")]


def _faults(whole: Mapping[Any, Any]) -> Iterator[Fault]:
    """Everything: the frame, the parts, then what the algorithm asks for."""
    yield from (("unknown-key", str(key)) for key in whole if key not in _TOP_KEYS)
    named = whole.get("algorithm")
    algorithm = named if isinstance(named, str) else ""
    if named is None:
        yield "missing-algorithm", "algorithm"
    elif algorithm not in payload.ALGORITHMS:
        yield "unknown-algorithm", "algorithm"
    yield from _password_faults(whole)
    yield from _salt_faults(whole, algorithm)
    # Whatever the algorithm: Auth0's schema looks at them, whether or not they mean anything.
    yield from (("bad-number", name) for name in _SCRYPT_KEYS if name in whole and not _is_count(whole[name]))
    stated = whole.get("hash")
    if stated is None:
        yield "missing-hash", "hash"
    elif not isinstance(stated, Mapping):
        yield "wrong-type", "hash"
    else:
        yield from _hash_faults(whole, stated, algorithm)


def _password_faults(whole: Mapping[Any, Any]) -> Iterator[Fault]:
    """How the typed password becomes bytes."""
    if "password" not in whole:
        return
    password = whole["password"]
    if not isinstance(password, Mapping):
        yield "wrong-type", "password"
    elif password.get("encoding", payload.ENCODING_DEFAULT) not in payload.PASSWORD_ENCODINGS:
        yield "unknown-password-encoding", "password.encoding"


def _salt_faults(whole: Mapping[Any, Any], algorithm: str) -> Iterator[Fault]:
    """The salt object."""
    if "salt" not in whole:
        if algorithm == "scrypt":
            yield "missing-salt", "salt"
        return
    salt = whole["salt"]
    if algorithm in payload.SALT_FORBIDDEN:
        yield "salt-forbidden", "salt"
    if not isinstance(salt, Mapping):
        yield "wrong-type", "salt"
        return
    yield from _told_faults(salt, "salt")
    if salt.get("position", payload.POSITION_DEFAULT) not in payload.SALT_POSITIONS:
        yield "unknown-position", "salt.position"


def _told_faults(told: Mapping[Any, Any], field: str) -> Iterator[Fault]:
    """A value with its encoding: utf8 unless it says otherwise."""
    value, encoding = told.get("value"), told.get("encoding", payload.ENCODING_DEFAULT)
    if encoding not in payload.HASH_ENCODINGS:
        yield "unknown-encoding", f"{field}.encoding"
    elif value is None:
        yield "missing-value", f"{field}.value"
    elif not isinstance(value, str):
        yield "wrong-type", f"{field}.value"
    elif _octets(value, encoding) is None:
        yield f"not-{encoding}", f"{field}.value"


def _hash_faults(whole: Mapping[Any, Any], stated: Mapping[Any, Any], algorithm: str) -> Iterator[Fault]:
    """The hash object, by what its algorithm asks for."""
    yield from (("misplaced-key", f"hash.{key}") for key in (*_SCRYPT_KEYS, "salt") if key in stated)
    if algorithm != "hmac":
        yield from _unused_faults(stated)
    value, encoding = stated.get("value"), stated.get("encoding")
    if value is None:
        yield "missing-value", "hash.value"
    elif not isinstance(value, str):
        yield "wrong-type", "hash.value"
    elif "encoding" in stated and encoding not in payload.HASH_ENCODINGS:
        yield "unknown-encoding", "hash.encoding"
    elif algorithm in payload.HEX_OR_BASE64_ONLY:
        if encoding not in ("hex", "base64"):
            yield "encoding-forbidden", "hash.encoding"
        elif (raw := _octets(value, encoding)) is None:
            yield f"not-{encoding}", "hash.value"
        else:
            yield from _raw_faults(whole, stated, algorithm, raw)
    elif algorithm in payload.UTF8_ONLY:
        if encoding not in (None, "utf8"):
            yield "encoding-forbidden", "hash.encoding"
        yield from _TEXT_RULES[algorithm](value)


def _raw_faults(whole: Mapping[Any, Any], stated: Mapping[Any, Any], algorithm: str, raw: bytes) -> Iterator[Fault]:
    """A value that decodes to the bytes of a digest, a MAC or a key."""
    if algorithm == "hmac":
        yield from _key_faults(stated)
        digest = stated.get("digest")
        if digest is None:
            yield "missing-digest", "hash.digest"
            return
        if not isinstance(digest, str) or digest not in payload.HMAC_DIGEST_BYTES:
            yield "unknown-digest", "hash.digest"
            return
        expected = payload.HMAC_DIGEST_BYTES[digest]
    elif algorithm == "scrypt":
        yield from _scrypt_faults(whole)
        keylen = whole.get("keylen")
        if not _is_count(keylen):
            return
        if len(raw) != keylen and not _is_hex_of(raw, keylen):
            yield "keylen-mismatch", "keylen"
            return
        expected = keylen
    else:
        expected = payload.DIGEST_BYTES[algorithm]
    if _is_hex_of(raw, expected):
        yield "base64-of-hex", "hash.value"
    elif len(raw) != expected:
        yield "digest-length", "hash.value"


def _unused_faults(stated: Mapping[Any, Any]) -> Iterator[Fault]:
    """What only an HMAC needs, beside another hash: the schema asks for its form all the same."""
    if "digest" in stated and stated["digest"] not in tuple(payload.HMAC_DIGEST_BYTES):
        yield "unknown-digest", "hash.digest"
    if "key" in stated:
        yield from _key_faults(stated)


def _key_faults(stated: Mapping[Any, Any]) -> Iterator[Fault]:
    """The key of an HMAC."""
    key = stated.get("key")
    if key is None:
        yield "missing-key", "hash.key"
    elif not isinstance(key, Mapping):
        yield "wrong-type", "hash.key"
    else:
        yield from _told_faults(key, "hash.key")


def _scrypt_faults(whole: Mapping[Any, Any]) -> Iterator[Fault]:
    """The four numbers of scrypt."""
    if "keylen" not in whole:
        yield "missing-keylen", "keylen"
    cost = whole.get("cost", payload.SCRYPT_COST_DEFAULT)
    if _is_count(cost) and (cost < 2 or cost & (cost - 1)):  # noqa: PLR2004  # a power of two above 1
        yield "bad-number", "cost"


def _bcrypt_faults(value: str) -> Iterator[Fault]:
    """A bcrypt string."""
    if not _BCRYPT.fullmatch(value):
        known = value.startswith(("$2a$", "$2b$", "$2y$"))
        yield "bcrypt-form" if known else "bcrypt-variant", "hash.value"


def _argon2_faults(value: str) -> Iterator[Fault]:
    """An argon2 string that libsodium's verifier takes."""
    if (read := _ARGON2.fullmatch(value)) is None:
        if not value.startswith(("$argon2i$", "$argon2id$")):
            yield "argon2-variant", "hash.value"
        elif "$v=19$" not in value:
            yield "argon2-version", "hash.value"
        else:
            yield "argon2-form", "hash.value"
        return
    salt, key = alphabets.b64_bytes(read[5]), alphabets.b64_bytes(read[6])
    if salt is None or key is None:
        yield "argon2-form", "hash.value"
    elif not (8 <= len(salt) <= 64 and 16 <= len(key) <= 128 and int(read[2]) >= 8 * int(read[4])):  # noqa: PLR2004  # libsodium's bounds
        yield "argon2-parameters", "hash.value"


def _pbkdf2_faults(value: str) -> Iterator[Fault]:
    """A PBKDF2 string in Auth0's form."""
    read = _PBKDF2.fullmatch(value)
    numbers = _PBKDF2_PARAMETERS.fullmatch(read[2] or "") if read else None
    if read is None or numbers is None:
        yield "pbkdf2-form", "hash.value"
        return
    if read[1] not in payload.PBKDF2_DIGESTS:
        yield "unknown-digest", "hash.value"
    if "=" in read[3] + read[4]:
        yield "pbkdf2-padding", "hash.value"
        return
    salt, key = alphabets.b64_bytes(read[3]), alphabets.b64_bytes(read[4])
    if salt is None or key is None:
        yield "pbkdf2-alphabet", "hash.value"
    elif len(key) >= 32 and alphabets.is_hex_text(key):  # noqa: PLR2004  # by chance: never
        yield "base64-of-hex", "hash.value"
    elif len(key) != int(numbers["l"] or numbers["alone"] or payload.PBKDF2_KEY_BYTES_DEFAULT):
        yield "keylen-mismatch", "hash.value"


def _ldap_faults(value: str) -> Iterator[Fault]:
    """An RFC 2307 value: digest, then salt."""
    read = _LDAP.fullmatch(value)
    raw = alphabets.b64_bytes(read[2]) if read else None
    scheme = read[1].lower() if read else value.partition("}")[0].removeprefix("{").lower()
    if value.startswith("{") and "}" in value and scheme not in payload.LDAP_SCHEME_DIGESTS:
        yield "ldap-scheme", "hash.value"
    elif read is None or raw is None:
        yield "ldap-form", "hash.value"
    else:
        size = _LDAP_BYTES[payload.LDAP_SCHEME_DIGESTS[scheme]]
        if len(raw) < size or (len(raw) > size and not scheme.startswith(("ss", "sm"))):
            yield "digest-length", "hash.value"


_TEXT_RULES = {"bcrypt": _bcrypt_faults, "argon2": _argon2_faults, "pbkdf2": _pbkdf2_faults, "ldap": _ldap_faults}


def _octets(value: str, encoding: str) -> bytes | None:
    """The bytes of a value, read strictly; None when it is not in the encoding."""
    match encoding:
        case "hex":
            return alphabets.hex_bytes(value)
        case "base64":
            return alphabets.b64_either_bytes(value)
        case _:
            return value.encode("utf-8", "surrogatepass")


def _is_hex_of(raw: bytes, size: int) -> bool:
    """Whether the bytes are the hex text of a digest of this size."""
    return len(raw) == 2 * size and alphabets.is_hex_text(raw)


def _is_count(number: object) -> TypeGuard[int]:
    """Whether this is a whole number above 0; JSON's true is not."""
    return isinstance(number, int) and not isinstance(number, bool) and number > 0
