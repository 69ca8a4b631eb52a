"""How a neutral form is written for Auth0, or why it cannot be: the whole importability logic.

A stored value can be carried exactly when it is one of: a digest with known bytes on one side of the password, an
HMAC keyed by known bytes, PBKDF2, scrypt, bcrypt with known bytes on one side, argon2i or argon2id of version 19, or
the password itself. Everything else has to pass by the old system's check once (the bridge).

Always `custom_password_hash`, even where `password_hash` would do: the latter can never be corrected by a later
import. Digests are written in hex, which cannot be mistaken for base64 of a text.

Source:
    Auth0's import schema as held in `samekey.auth0.payload`; the limits of argon2 strings are those of libsodium's
    string verifier, which Auth0's `magic` library calls.
"""

import hashlib
import os
from collections.abc import Callable
from typing import Any

import bcrypt
import msgspec

from samekey.auth0 import limits, payload
from samekey.hashes import alphabets, ceilings, forms, payload_work

PLAIN_BCRYPT_COST = 10
"""Cost of the bcrypt made for a password that was stored in the clear: what Auth0 itself uses."""
PLAIN_PBKDF2_ROUNDS = 210_000
"""Rounds of PBKDF2-SHA512 made for a stored clear password that bcrypt would cut."""

ARGON2_SALT_BYTES = range(8, 65)
ARGON2_KEY_BYTES = range(16, 129)

REFUSALS = {
    "nested-digest": "The digest is taken over another digest; Auth0 takes one digest over the password.",
    "iterated-digest": "The digest is repeated many times; Auth0 runs a plain digest once.",
    "prehash": "The password is digested before the slow hash; Auth0 gives the slow hash the password itself.",
    "both-sides": "Text stands on both sides of the password; Auth0 puts a salt on one side.",
    "keyed-by-password": "The password is the key of the HMAC; Auth0 uses it as the message.",
    "folded-password": "The password is folded to one case before hashing; Auth0 takes it as typed.",
    "crypt3": "This is a crypt(3) scheme that Auth0 does not have.",
    "scram": "These are SCRAM keys; Auth0 has no such algorithm.",
    "unsupported-digest": "Auth0 does not have this digest in this place.",
    "argon2-variant": "Auth0 checks argon2i and argon2id of version 19 only, without key id or data.",
    "argon2-parameters": "The salt, output or memory of this argon2 value is outside what Auth0's library takes.",
    "bcrypt-variant": "Auth0 takes bcrypt with $2a$, $2b$ or $2y$ only.",
    "truncated": "Only a part of the digest is stored; Auth0 compares the whole.",
    "proprietary": "This function belongs to one product; Auth0 does not have it.",
    "scrypt-parameters": "Auth0 asks for a scrypt cost that is a power of two above 1.",
    "empty-salt": "A PBKDF2 string cannot say that the salt is empty.",
    "work-factor": "The work factor is beyond what samekey is willing to run.",
    "no-password": "No password was ever set for this account, or it was taken away.",
    "locked": "The account is locked; the value in front of which the lock stands is not used.",
    "damaged": "The value is damaged: a part is missing or a character has changed.",
    "missing": "Nothing is stored.",
    "needs-secret": "A secret of the old system goes into this hash, and it was not given.",
    "needs-column": "Another column of the row (a salt or a user name) goes into this hash, and it was not given.",
    "unknown": "Nobody here knows this format.",
    "not-this-format": "The value is not of the format that was named.",
}
"""Every reason why a value is not carried, in words."""


class Carried(msgspec.Struct, frozen=True):
    """Auth0 will check this password."""

    payload: dict[str, Any]
    """The `custom_password_hash`, ready for JSON."""

    def __repr__(self) -> str:
        return f"Carried(algorithm={self.payload.get('algorithm')!r})"


class NotCarried(msgspec.Struct, frozen=True):
    """Auth0 cannot check this password."""

    reason: str
    """A word of `REFUSALS`."""
    explanation: str
    """One sentence for a developer."""


def refusal(reason: str) -> NotCarried:
    """A refusal with its sentence."""
    return NotCarried(reason, REFUSALS[reason])


def carry(form: forms.Form) -> Carried | NotCarried:
    """A neutral form as Auth0's `custom_password_hash`, or why it cannot be one.

    Args:
        form: what was read.

    Returns:
        The payload, or the reason. A password stored in the clear is hashed here, with a salt from the form's seed
        or, where there is none, a random one.

    """
    return _CARRIERS[type(form)](form)


def _digest(form: forms.Digest) -> Carried | NotCarried:
    """A plain digest; SHA-384 and SHA-224 go through `ldap`, which knows a suffix only."""
    if form.prefix and form.suffix:
        return refusal("both-sides")
    if form.algorithm in payload.DIGEST_BYTES:
        if len(form.digest) != payload.DIGEST_BYTES[form.algorithm]:
            return refusal("damaged")
        written: dict[str, Any] = {
            "algorithm": form.algorithm,
            "hash": {"value": form.digest.hex(), "encoding": "hex"},
        }
        _place_salt(written, form.prefix, form.suffix)
        return _typed_as(form.password_encoding, written)
    if form.algorithm in {"sha224", "sha384"} and not form.prefix:
        scheme = ("{SSHA" if form.suffix else "{SHA") + form.algorithm.removeprefix("sha") + "}"
        value = scheme + alphabets.b64_padded(form.digest + form.suffix)
        return _typed_as(form.password_encoding, {"algorithm": "ldap", "hash": {"value": value, "encoding": "utf8"}})
    return refusal("unsupported-digest")


def _hmac(form: forms.Hmac) -> Carried | NotCarried:
    """A keyed digest; nothing says that Auth0 takes an empty key.

    A salt is joined to the password by the documented order of operations, and the schema forbids it here no more than
    beside a digest; but no example shows it, which the warning `hmac-salt` says.
    """
    if form.prefix and form.suffix:
        return refusal("both-sides")
    if form.digest_name not in payload.HMAC_DIGEST_BYTES:
        return refusal("unsupported-digest")
    if len(form.mac) != payload.HMAC_DIGEST_BYTES[form.digest_name]:
        return refusal("damaged")
    if not form.key:
        return refusal("needs-secret")
    value, encoding = _told(form.key)
    stated = {
        "value": form.mac.hex(),
        "encoding": "hex",
        "digest": form.digest_name,
        "key": {"value": value, "encoding": encoding},
    }
    written: dict[str, Any] = {"algorithm": "hmac", "hash": stated}
    _place_salt(written, form.prefix, form.suffix)
    return _typed_as(form.password_encoding, written)


def _pbkdf2(form: forms.Pbkdf2) -> Carried | NotCarried:
    """A PHC string; `i` and `l` are always written since their defaults are rarely right.

    A key of nothing but hex digits was read from something else, and could not log in.
    """
    if form.digest_name not in payload.HMAC_DIGEST_BYTES:
        return refusal("unsupported-digest")
    if not form.salt:
        return refusal("empty-salt")
    if not form.key:
        return refusal("damaged")
    if len(form.key) >= 32 and alphabets.is_hex_text(form.key):  # noqa: PLR2004  # by chance: never
        return refusal("unknown")
    if not ceilings.pbkdf2_is_bearable(
        rounds=form.rounds, key_bytes=len(form.key), digest_bytes=payload.HMAC_DIGEST_BYTES[form.digest_name]
    ):
        return refusal("work-factor")
    parameters = f"i={form.rounds},l={len(form.key)}"
    value = f"$pbkdf2-{form.digest_name}${parameters}${alphabets.b64(form.salt)}${alphabets.b64(form.key)}"
    return _typed_as(
        form.password_encoding, {"algorithm": "pbkdf2", "hash": {"value": value, "encoding": payload.ENCODING_DEFAULT}}
    )


def _scrypt(form: forms.Scrypt) -> Carried | NotCarried:
    """The scrypt key, with its four numbers beside the algorithm."""
    if form.cost < 2 or form.cost & (form.cost - 1) or form.block_size < 1 or form.parallelization < 1:  # noqa: PLR2004  # N is a power of two above 1
        return refusal("scrypt-parameters")
    if not form.key:
        return refusal("damaged")
    if not form.salt:
        return refusal("empty-salt")
    if not ceilings.scrypt_is_bearable(
        cost=form.cost, block_size=form.block_size, parallelization=form.parallelization, key_bytes=len(form.key)
    ):
        return refusal("work-factor")
    value, encoding = _told(form.salt)
    return _typed_as(
        form.password_encoding,
        {
            "algorithm": "scrypt",
            "hash": {"value": form.key.hex(), "encoding": "hex"},
            "salt": {"value": value, "encoding": encoding},
            "keylen": len(form.key),
            "cost": form.cost,
            "blockSize": form.block_size,
            "parallelization": form.parallelization,
        },
    )


def _bcrypt(form: forms.Bcrypt) -> Carried | NotCarried:
    """A bcrypt string of any cost; `$2y$` is PHP's name for `$2b$` and is written as that."""
    if form.prefix and form.suffix:
        return refusal("both-sides")
    if not ceilings.bcrypt_is_bearable(cost=form.cost):
        return refusal("work-factor")
    value = f"$2b${form.value[4:]}" if form.value.startswith("$2y$") else form.value
    written: dict[str, Any] = {"algorithm": "bcrypt", "hash": {"value": value, "encoding": "utf8"}}
    _place_salt(written, form.prefix, form.suffix)
    return _typed_as(form.password_encoding, written)


def _argon2(form: forms.Argon2) -> Carried | NotCarried:
    """A PHC string with the parameters in the order that libsodium asks for, and no padding."""
    if form.variant not in {"i", "id"} or form.version != 19 or form.extras:  # noqa: PLR2004  # version 0x13
        return refusal("argon2-variant")
    if (
        len(form.salt) not in ARGON2_SALT_BYTES
        or len(form.key) not in ARGON2_KEY_BYTES
        or form.lanes < 1
        or form.passes < 1
        or form.memory_kib < 8 * form.lanes
    ):
        return refusal("argon2-parameters")
    if not ceilings.argon2_is_bearable(
        memory_kib=form.memory_kib, passes=form.passes, lanes=form.lanes, key_bytes=len(form.key)
    ):
        return refusal("work-factor")
    parameters = f"m={form.memory_kib},t={form.passes},p={form.lanes}"
    value = f"$argon2{form.variant}$v=19${parameters}${alphabets.b64(form.salt)}${alphabets.b64(form.key)}"
    return _typed_as(form.password_encoding, {"algorithm": "argon2", "hash": {"value": value, "encoding": "utf8"}})


def _plain(form: forms.Plain) -> Carried | NotCarried:
    """A password in the clear becomes bcrypt, or PBKDF2 where bcrypt would cut it."""
    password = form.secret.reveal().encode("utf-8", "surrogatepass")
    if not password:
        return refusal("missing")
    salt = hashlib.sha256(b"samekey salt\x00" + form.seed).digest()[:16] if form.seed else os.urandom(16)
    if len(password) <= limits.BCRYPT_BYTES_MAX and b"\x00" not in password:
        setting = f"$2b${PLAIN_BCRYPT_COST}${alphabets.bcrypt_text(salt)}"
        value = bcrypt.hashpw(password, setting.encode("ascii")).decode("ascii")
        return Carried({"algorithm": "bcrypt", "hash": {"value": value, "encoding": "utf8"}})
    key = hashlib.pbkdf2_hmac("sha512", password, salt, PLAIN_PBKDF2_ROUNDS)
    return _pbkdf2(forms.Pbkdf2(digest_name="sha512", rounds=PLAIN_PBKDF2_ROUNDS, salt=salt, key=key))


def _place_salt(written: dict[str, Any], prefix: bytes, suffix: bytes) -> None:
    """Say on which side of the password known bytes stand; say nothing when there are none."""
    if prefix or suffix:
        value, encoding = _told(prefix or suffix)
        written["salt"] = {"value": value, "encoding": encoding, "position": "prefix" if prefix else "suffix"}


def _told(raw: bytes) -> tuple[str, str]:
    """Bytes as a value and its encoding: printable text as it is, anything else in hex."""
    return (raw.decode("ascii"), "utf8") if alphabets.is_printable(raw) else (raw.hex(), "hex")


def _typed_as(password_encoding: str, written: dict[str, Any]) -> Carried:
    """Say how the typed password becomes bytes, where it is not UTF-8."""
    if password_encoding != payload.ENCODING_DEFAULT:
        written["password"] = {"encoding": password_encoding}
    return Carried(written)


def _ready(form: forms.Ready) -> Carried | NotCarried:
    """What is written for Auth0 already."""
    return Carried(form.payload) if payload_work.is_bearable(form.payload) else refusal("work-factor")


def _refused(form: forms.Opaque | forms.NoPassword) -> NotCarried:
    """Forms that say themselves why not."""
    return refusal(form.reason)


_CARRIERS: dict[type, Callable[[Any], Carried | NotCarried]] = {
    forms.Digest: _digest,
    forms.Hmac: _hmac,
    forms.Pbkdf2: _pbkdf2,
    forms.Scrypt: _scrypt,
    forms.Bcrypt: _bcrypt,
    forms.Argon2: _argon2,
    forms.Plain: _plain,
    forms.Opaque: _refused,
    forms.NoPassword: _refused,
    forms.Ready: _ready,
}
"""By type, since this runs for every password: each function takes the form it stands beside."""
