"""Would Auth0 accept this password? Evaluates a payload by Auth0's documented order of operations.

1. Encode the typed password with `password.encoding`.
2. Decode `salt.value` with `salt.encoding` and put it before or after the password by `salt.position`; for scrypt it is
   scrypt's own salt.
3. Run the algorithm.
4. Decode `hash.value` with `hash.encoding` and compare bytes.

What Auth0 documents as refused gives an error word and never matches. What it imports and can never verify (a digest of
the wrong length, base64 of hex text) gives no match and says why. Text becomes bytes as in Node, which never refuses.
Nothing here is shared with `legacy`.

Source:
    Auth0's import schema; recomputed against its example records, which `tests/golden/hashes` holds.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any

import argon2.exceptions
import argon2.low_level
import bcrypt
import msgspec

from samekey.auth0 import limits, payload
from samekey.hashes import auth0_digests, auth0_shape, ceilings, node_text


class Checked(msgspec.Struct, frozen=True):
    """What Auth0 would say to a login."""

    match: bool
    error: str | None = None
    """A stable word where the payload itself is at fault; None for an ordinary yes or no."""


_NO = Checked(match=False)


class _Refused(Exception):
    """The payload is one that Auth0 refuses, or that it imports and can never verify."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


def check(custom_password_hash: object, *, password: str) -> Checked:
    """Evaluate a `custom_password_hash` as Auth0 documents it.

    Args:
        custom_password_hash: as it stands in the import file, decoded from JSON.
        password: as a person types it.

    Returns:
        Whether the login would pass, and what is wrong with the payload where something is.

    """
    try:
        whole = _object(custom_password_hash)
        evaluate = _ALGORITHMS.get(_text(whole.get("algorithm"), "missing-algorithm"))
        if evaluate is None:
            return Checked(match=False, error="unknown-algorithm")
        if (refused := auth0_shape.refusal(whole)) is not None:
            return Checked(match=False, error=refused)
        return Checked(match=evaluate(whole, _typed(whole, password)))
    except _Refused as fault:
        return Checked(match=False, error=fault.error)


def check_password_hash(value: object, *, password: str) -> Checked:
    """Evaluate a `password_hash`, which takes bcrypt with `$2a$` or `$2b$` and cost 10 only.

    Args:
        value: as it stands in the import file.
        password: as a person types it.

    Returns:
        Whether the login would pass, and `password-hash-form` where Auth0 refuses the value.

    """
    if not isinstance(value, str) or not re.fullmatch(r"\$2[ab]\$10\$[./A-Za-z0-9]{53}", value):
        return Checked(match=False, error="password-hash-form")
    return Checked(match=_bcrypt_matches(value, node_text.encode(password, "utf8")))


def _object(value: object) -> Mapping[Any, Any]:
    """A JSON object."""
    if not isinstance(value, Mapping):
        raise _Refused("wrong-type")
    return value


def _text(value: object, missing: str) -> str:
    """A JSON string that has to be there."""
    if value is None:
        raise _Refused(missing)
    if not isinstance(value, str):
        raise _Refused("wrong-type")
    return value


def _typed(whole: Mapping[Any, Any], password: str) -> bytes:
    """Step 1: the password in the payload's encoding."""
    encoding = _object(whole.get("password", {})).get("encoding", "utf8")
    if encoding not in payload.PASSWORD_ENCODINGS:
        raise _Refused("unknown-password-encoding")
    return node_text.encode(password, encoding)


def _told(told: Mapping[Any, Any]) -> bytes:
    """The bytes of a value that states its encoding, utf8 when it does not."""
    encoding = told.get("encoding", "utf8")
    if encoding not in payload.HASH_ENCODINGS:
        raise _Refused("unknown-encoding")
    return node_text.decode(_text(told.get("value"), "missing-value"), encoding)


def _salted(whole: Mapping[Any, Any], typed: bytes) -> bytes:
    """Step 2: the password with its salt on one side."""
    if "salt" not in whole:
        return typed
    salt = _object(whole["salt"])
    match salt.get("position", "prefix"):
        case "prefix":
            return _told(salt) + typed
        case "suffix":
            return typed + _told(salt)
        case _:
            raise _Refused("unknown-position")


def _stated(whole: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """The `hash` object."""
    if whole.get("hash") is None:
        raise _Refused("missing-hash")
    return _object(whole["hash"])


def _raw(whole: Mapping[Any, Any]) -> bytes:
    """Step 4, first half: a value in hex or base64, decoded."""
    stated = _stated(whole)
    encoding = stated.get("encoding")
    if encoding not in ("hex", "base64"):
        raise _Refused("unknown-encoding" if encoding not in (None, "utf8") else "encoding-forbidden")
    return node_text.decode(_text(stated.get("value"), "missing-value"), str(encoding))


def _string(whole: Mapping[Any, Any], *, salt_allowed: bool = False) -> str:
    """A value that is a string of its own form, with the salt inside."""
    if "salt" in whole and not salt_allowed:
        raise _Refused("salt-forbidden")
    stated = _stated(whole)
    encoding = stated.get("encoding")
    if encoding not in (None, "utf8"):
        raise _Refused("encoding-forbidden" if encoding in ("hex", "base64") else "unknown-encoding")
    return _text(stated.get("value"), "missing-value")


def _same(computed: bytes, stored: bytes) -> bool:
    """Step 4, second half; says so when the two can never be the same."""
    if len(stored) == 2 * len(computed) and re.fullmatch(rb"[0-9A-Fa-f]+", stored):
        raise _Refused("base64-of-hex")
    if len(stored) != len(computed):
        raise _Refused("digest-length")
    return hmac.compare_digest(computed, stored)


def _digest(whole: Mapping[Any, Any], typed: bytes) -> bool:
    """md4, md5, sha1, sha256, sha512: one digest over salt and password."""
    stored = _raw(whole)
    return _same(auth0_digests.of(str(whole["algorithm"]))(_salted(whole, typed)), stored)


def _hmac(whole: Mapping[Any, Any], typed: bytes) -> bool:
    """The message is the password; a salt is joined to it, which nothing documents."""
    stored, stated = _raw(whole), _stated(whole)
    digest = _text(stated.get("digest"), "missing-digest")
    if digest not in payload.HMAC_DIGEST_BYTES:
        raise _Refused("unknown-digest")
    if stated.get("key") is None:
        raise _Refused("missing-key")
    return _same(auth0_digests.mac(digest, _told(_object(stated["key"])), _salted(whole, typed)), stored)


def _bcrypt(whole: Mapping[Any, Any], typed: bytes) -> bool:
    """The bcrypt of salt and password together."""
    value = _string(whole, salt_allowed=True)
    if not re.match(r"\$2[aby]\$", value):
        raise _Refused("bcrypt-variant")
    if not re.fullmatch(payload.BCRYPT_PATTERN, value):
        raise _Refused("bcrypt-form")
    return _bcrypt_matches(value, _salted(whole, typed))


def _bcrypt_matches(value: str, message: bytes) -> bool:
    """`$2y$` is `$2b$`, and only 72 bytes count."""
    if not ceilings.bcrypt_is_bearable(cost=int(value[4:6])):
        raise _Refused("work-factor")
    if value.startswith("$2y$"):
        value = "$2b$" + value[4:]
    try:
        return bcrypt.checkpw(message[: limits.BCRYPT_BYTES_MAX], value.encode("ascii"))
    except ValueError:
        raise _Refused("bcrypt-form") from None


_ARGON2 = re.compile(
    r"\$argon2(?P<variant>id|i)\$v=19\$m=(?P<m>[1-9]\d{0,9}),t=(?P<t>[1-9]\d{0,9}),p=(?P<p>[1-9]\d{0,7})"
    r"\$(?P<salt>[A-Za-z0-9+/]+)\$(?P<key>[A-Za-z0-9+/]+)",
    re.ASCII,
)


def _argon2(whole: Mapping[Any, Any], typed: bytes) -> bool:
    """A string that libsodium's verifier takes, verified by the reference implementation."""
    value = _string(whole)
    read = _ARGON2.fullmatch(value)
    if read is None:
        if not re.match(r"\$argon2(i|id)\$", value):
            raise _Refused("argon2-variant")
        raise _Refused("argon2-form" if "$v=19$" in value else "argon2-version")
    salt, key = (node_text.decode(read[part], "base64") for part in ("salt", "key"))
    memory, passes, lanes = int(read["m"]), int(read["t"]), int(read["p"])
    if not 8 <= len(salt) <= 64 or not 16 <= len(key) <= 128 or memory < 8 * lanes:  # noqa: PLR2004  # libsodium's bounds
        raise _Refused("argon2-parameters")
    if not ceilings.argon2_is_bearable(memory_kib=memory, passes=passes, lanes=lanes, key_bytes=len(key)):
        raise _Refused("work-factor")
    variant = argon2.low_level.Type.ID if read["variant"] == "id" else argon2.low_level.Type.I
    try:
        return argon2.low_level.verify_secret(value.encode("ascii"), typed, variant)
    except argon2.exceptions.VerifyMismatchError:
        return False
    except argon2.exceptions.Argon2Error:
        raise _Refused("argon2-form") from None


_PBKDF2 = re.compile(
    r"\$pbkdf2-(?P<digest>[A-Za-z0-9-]+)"
    r"(?:\$(?:i=(?P<i>[1-9]\d{0,9})(?:,l=(?P<l>[1-9]\d{0,9}))?|l=(?P<only_l>[1-9]\d{0,9})))?"
    r"\$(?P<salt>[^$]+)\$(?P<key>[^$]+)",
    re.ASCII,
)
_B64 = re.compile(r"[A-Za-z0-9+/]+")


def _pbkdf2(whole: Mapping[Any, Any], typed: bytes) -> bool:
    """A PHC string whose salt and hash are B64."""
    read = _PBKDF2.fullmatch(_string(whole))
    if read is None:
        raise _Refused("pbkdf2-form")
    digest = payload.PBKDF2_DIGESTS.get(read["digest"])
    if digest is None:
        raise _Refused("unknown-digest")
    if "=" in read["salt"] + read["key"]:
        raise _Refused("pbkdf2-padding")
    if not (_B64.fullmatch(read["salt"]) and _B64.fullmatch(read["key"])):
        raise _Refused("pbkdf2-alphabet")
    iterations = int(read["i"] or payload.PBKDF2_ITERATIONS_DEFAULT)
    length = int(read["l"] or read["only_l"] or payload.PBKDF2_KEY_BYTES_DEFAULT)
    salt, stored = (node_text.decode(read[part], "base64") for part in ("salt", "key"))
    if re.fullmatch(rb"(?:[0-9A-Fa-f]{2}){16,}", stored):
        raise _Refused("base64-of-hex")
    if len(stored) != length:
        raise _Refused("keylen-mismatch")
    size = payload.HMAC_DIGEST_BYTES.get(digest)
    if size is None:
        raise _Refused("digest-not-built")
    if not ceilings.pbkdf2_is_bearable(rounds=iterations, key_bytes=length, digest_bytes=size):
        raise _Refused("work-factor")
    computed = auth0_digests.derived(digest, typed, salt, iterations=iterations, length=length)
    return hmac.compare_digest(computed, stored)


def _scrypt(whole: Mapping[Any, Any], typed: bytes) -> bool:
    """The scrypt key, with the salt as its own salt."""
    stored = _raw(whole)
    if "keylen" not in whole:
        raise _Refused("missing-keylen")
    if "salt" not in whole:
        raise _Refused("missing-salt")
    length = int(whole["keylen"])
    cost = int(whole.get("cost", payload.SCRYPT_COST_DEFAULT))
    block_size = int(whole.get("blockSize", payload.SCRYPT_BLOCK_SIZE_DEFAULT))
    parallelization = int(whole.get("parallelization", payload.SCRYPT_PARALLELIZATION_DEFAULT))
    salt = _told(whole["salt"])
    if not ceilings.scrypt_is_bearable(
        cost=cost, block_size=block_size, parallelization=parallelization, key_bytes=length
    ):
        raise _Refused("work-factor")
    try:
        computed = hashlib.scrypt(
            typed,
            salt=salt,
            n=cost,
            r=block_size,
            p=parallelization,
            dklen=length,
            maxmem=ceilings.SCRYPT_MEMORY_BYTES_MAX + 64 * 1024 * 1024,
        )
    except ValueError:
        raise _Refused("bad-number") from None
    return _same(computed, stored)


_LDAP = re.compile(r"\{(?P<scheme>[^}]+)\}(?P<data>.+)", re.DOTALL)


def _ldap(whole: Mapping[Any, Any], typed: bytes) -> bool:
    """RFC 2307: base64 of the digest over password and salt, followed by the salt."""
    read = _LDAP.fullmatch(_string(whole))
    if read is None:
        raise _Refused("ldap-form")
    scheme = read["scheme"].lower()
    digest = payload.LDAP_SCHEME_DIGESTS.get(scheme)
    if digest is None:
        raise _Refused("ldap-scheme")
    raw = node_text.decode(read["data"], "base64")
    size = hashlib.new(digest, usedforsecurity=False).digest_size
    stored, salt = raw[:size], raw[size:]
    if len(stored) < size or (salt and not scheme.startswith("s" if scheme == "smd5" else "ss")):
        raise _Refused("digest-length")
    return hmac.compare_digest(hashlib.new(digest, typed + salt, usedforsecurity=False).digest(), stored)


_ALGORITHMS: dict[str, Callable[[Mapping[Any, Any], bytes], bool]] = {
    **dict.fromkeys(payload.DIGEST_BYTES, _digest),
    "hmac": _hmac,
    "bcrypt": _bcrypt,
    "argon2": _argon2,
    "pbkdf2": _pbkdf2,
    "scrypt": _scrypt,
    "ldap": _ldap,
}
