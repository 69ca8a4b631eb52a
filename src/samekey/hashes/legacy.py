"""Would the old system accept this password? Evaluates a neutral form.

Nothing here is shared with `auth0_check`: a conversion is proved by the two saying yes to the same password, and a
slip in common code would say yes twice.
"""

import hashlib
import hmac
import unicodedata

import argon2.exceptions
import argon2.low_level
import bcrypt

from samekey.hashes import ceilings, forms, legacy_digests, legacy_functions

_PYTHON_CODECS = {
    "utf8": "utf-8",
    "utf16le": "utf-16-le",
    "ucs2": "utf-16-le",
    "latin1": "latin-1",
    "binary": "latin-1",
    "ascii": "ascii",
}
_ARGON2_TYPES = {"d": argon2.low_level.Type.D, "i": argon2.low_level.Type.I, "id": argon2.low_level.Type.ID}


def accepts(form: forms.Form, *, password: str) -> bool:  # noqa: C901  # one branch a form
    """Whether the old system would let this password in.

    Args:
        form: what was read from the store.
        password: as a person types it.

    Returns:
        False also where nothing can be evaluated: no password, a work factor beyond the ceilings, a password that the
        old system's encoding cannot express, a function that is not built (see `can_evaluate`).

    """
    typed = _typed(form, password)
    if typed is None or not can_evaluate(form):
        return False
    match form:
        case forms.Digest():
            computed = legacy_digests.digest(form.algorithm, form.prefix + typed + form.suffix)
            return hmac.compare_digest(computed, form.digest)
        case forms.Hmac():
            message = form.prefix + typed + form.suffix
            return hmac.compare_digest(legacy_digests.keyed(form.digest_name, form.key, message), form.mac)
        case forms.Pbkdf2():
            key = legacy_digests.stretched(
                form.digest_name, typed, salt=form.salt, rounds=form.rounds, key_bytes=len(form.key)
            )
            return hmac.compare_digest(key, form.key)
        case forms.Scrypt():
            return _scrypt(form, typed)
        case forms.Bcrypt():
            return _bcrypt(form, typed)
        case forms.Argon2():
            return _argon2(form, typed)
        case forms.Plain():
            return hmac.compare_digest(typed, form.secret.reveal().encode("utf-8", "surrogatepass"))
        case forms.Opaque():
            return _foreign(form, typed)
        case forms.NoPassword() | forms.Ready():  # of the old system a payload knows nothing
            return False


def can_evaluate(form: forms.Form) -> bool:
    """Whether the form's function is built here and its work factor is one that samekey runs."""
    match form:
        case forms.Pbkdf2():
            known = bool(form.key) and legacy_digests.is_known(form.digest_name)
            return known and ceilings.pbkdf2_is_bearable(
                rounds=form.rounds, key_bytes=len(form.key), digest_bytes=hashlib_size(form.digest_name)
            )
        case forms.Scrypt():
            return ceilings.scrypt_is_bearable(
                cost=form.cost,
                block_size=form.block_size,
                parallelization=form.parallelization,
                key_bytes=len(form.key),
            )
        case forms.Bcrypt():
            return ceilings.bcrypt_is_bearable(cost=form.cost)
        case forms.Argon2():
            return ceilings.argon2_is_bearable(
                memory_kib=form.memory_kib, passes=form.passes, lanes=form.lanes, key_bytes=len(form.key)
            )
        case forms.Digest():
            return legacy_digests.is_known(form.algorithm)
        case forms.Hmac():
            return legacy_digests.is_known(form.digest_name)
        case forms.Plain():
            return True
        case forms.Opaque():
            inner = form.parameters.get("inner")
            return legacy_functions.can_evaluate(form.function, form.parameters) and (
                inner is None or can_evaluate(inner)
            )
        case forms.NoPassword() | forms.Ready():
            return False


def _foreign(form: forms.Opaque, typed: bytes) -> bool:
    """A function that Auth0 does not have; where it wraps a slow hash, that sees something else than the password."""
    seen = legacy_functions.SEEN_INSTEAD.get(form.function)
    if seen is None:
        return legacy_functions.accepts(form.function, form.parameters, typed)
    return accepts(form.parameters["inner"], password=seen(typed, form.parameters).decode("ascii"))


def hashlib_size(name: str) -> int:
    """Bytes of a digest; 16 where nobody knows it, which counts the most work."""
    if name in {"md4", "whirlpool"}:
        return 16 if name == "md4" else 64
    return hashlib.new(name, usedforsecurity=False).digest_size if name in hashlib.algorithms_available else 16


def normalised(form: forms.Form, password: str) -> str:
    """A typed password as the old system spells it: in Unicode's normal form where it asks for one."""
    if isinstance(form, forms.Bcrypt | forms.Scrypt) and form.normal_form is not None:
        return unicodedata.normalize(form.normal_form, password)
    return password


def _typed(form: forms.Form, password: str) -> bytes | None:
    """The password as the old system's bytes; None when its encoding has no such letter."""
    codec = _PYTHON_CODECS[getattr(form, "password_encoding", "utf8")]
    try:
        return normalised(form, password).encode(codec, "surrogatepass" if codec.startswith("utf") else "strict")
    except UnicodeEncodeError:
        return None


def _scrypt(form: forms.Scrypt, typed: bytes) -> bool:
    """The scrypt key, as OpenSSL computes it."""
    try:
        key = hashlib.scrypt(
            typed,
            salt=form.salt,
            n=form.cost,
            r=form.block_size,
            p=form.parallelization,
            maxmem=2 * ceilings.SCRYPT_MEMORY_BYTES_MAX,
            dklen=len(form.key),
        )
    except ValueError:
        return False
    return hmac.compare_digest(key, form.key)


def _bcrypt(form: forms.Bcrypt, typed: bytes) -> bool:
    """The bcrypt of the first 72 bytes of what stands side by side."""
    message = (form.prefix + typed + form.suffix)[:72]
    value = form.value.encode("ascii")
    try:
        return hmac.compare_digest(bcrypt.hashpw(message, value[:29])[7:], value[7:])
    except ValueError:
        return False


def _argon2(form: forms.Argon2, typed: bytes) -> bool:
    """argon2 by its raw parameters."""
    try:
        key = argon2.low_level.hash_secret_raw(
            secret=typed,
            salt=form.salt,
            time_cost=form.passes,
            memory_cost=form.memory_kib,
            parallelism=form.lanes,
            hash_len=len(form.key),
            type=_ARGON2_TYPES[form.variant],
            version=form.version,
        )
    except argon2.exceptions.Argon2Error:
        return False
    return hmac.compare_digest(key, form.key)
