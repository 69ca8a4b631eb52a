"""Functions that Auth0 does not have, evaluated as the systems that made them do.

`solver` names them when a known login proves one, and the bridge checks a login by them. Each takes the parameters of
an `Opaque` form and the typed password as bytes.

Source:
    The definition of each format, in `samekey.hashes.formats`.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

import bcrypt as bcrypt_library

from samekey.hashes import (
    ceilings,
    legacy_crypt,
    legacy_digests,
    legacy_domino,
    legacy_dovecot,
    legacy_products,
    legacy_system,
)

Function = Callable[[Mapping[str, Any], bytes], bool]
"""Parameters and typed password say yes or no."""


def _hex(name: str, data: bytes) -> bytes:
    """The lower-case hex text of a digest."""
    return legacy_digests.digest(name, data).hex().encode()


def _raw(name: str, data: bytes) -> bytes:
    return legacy_digests.digest(name, data)


NESTED: dict[str, Callable[[bytes, bytes], bytes]] = {
    "md5_md5": lambda p, _: _raw("md5", _hex("md5", p)),
    "md5_md5_upper": lambda p, _: _raw("md5", _hex("md5", p).upper()),
    "md5_raw_md5": lambda p, _: _raw("md5", _raw("md5", p)),
    "md5_sha1": lambda p, _: _raw("md5", _hex("sha1", p)),
    "md5_md5_md5": lambda p, _: _raw("md5", _hex("md5", _hex("md5", p))),
    "sha1_sha1": lambda p, _: _raw("sha1", _hex("sha1", p)),
    "sha1_raw_sha1": lambda p, _: _raw("sha1", _raw("sha1", p)),
    "sha1_md5": lambda p, _: _raw("sha1", _hex("md5", p)),
    "sha1_md5_md5": lambda p, _: _raw("sha1", _hex("md5", _hex("md5", p))),
    "sha256_sha256": lambda p, _: _raw("sha256", _hex("sha256", p)),
    "sha256_md5": lambda p, _: _raw("sha256", _hex("md5", p)),
    "sha256_sha1": lambda p, _: _raw("sha256", _hex("sha1", p)),
    "sha512_sha512": lambda p, _: _raw("sha512", _hex("sha512", p)),
    "sha512_md5": lambda p, _: _raw("sha512", _hex("md5", p)),
    "md5_md5pass_salt": lambda p, s: _raw("md5", _hex("md5", p) + s),
    "md5_salt_md5pass": lambda p, s: _raw("md5", s + _hex("md5", p)),
    "md5_sha1pass_salt": lambda p, s: _raw("md5", _hex("sha1", p) + s),
    "md5_md5pass_md5salt": lambda p, s: _raw("md5", _hex("md5", p) + _hex("md5", s)),
    "md5_salt_md5_salt_pass": lambda p, s: _raw("md5", s + _hex("md5", s + p)),
    "md5_salt_md5_pass_salt": lambda p, s: _raw("md5", s + _hex("md5", p + s)),
    "sha1_md5pass_salt": lambda p, s: _raw("sha1", _hex("md5", p) + s),
    "md5_md5salt_md5pass": lambda p, s: _raw("md5", _hex("md5", s) + _hex("md5", p)),
    "md5_salt_pass_salt": lambda p, s: _raw("md5", s + p + s),
    "sha1_salt_pass_salt": lambda p, s: _raw("sha1", s + p + s),
    "sha1_salt_sha1pass": lambda p, s: _raw("sha1", s + _hex("sha1", p)),
    "sha1_sha1pass_salt": lambda p, s: _raw("sha1", _hex("sha1", p) + s),
    "sha1_salt_sha1_salt_sha1pass": lambda p, s: _raw("sha1", s + _hex("sha1", s + _hex("sha1", p))),
    "sha256_salt_pass_salt": lambda p, s: _raw("sha256", s + p + s),
    "sha256_sha256pass_salt": lambda p, s: _raw("sha256", _hex("sha256", p) + s),
    "sha256_salt_sha256pass": lambda p, s: _raw("sha256", s + _hex("sha256", p)),
    "sha256_raw_sha256_salt_pass": lambda p, s: _raw("sha256", _raw("sha256", s + p)),
    "sha512_salt_pass_salt": lambda p, s: _raw("sha512", s + p + s),
    "sha512_sha512pass_salt": lambda p, s: _raw("sha512", _hex("sha512", p) + s),
    "sha512_salt_sha512pass": lambda p, s: _raw("sha512", s + _hex("sha512", p)),
    "mediawiki_b": lambda p, s: _raw("md5", s + b"-" + _hex("md5", p)),
}
"""Digests of digests, from password and salt."""


def _meteor(typed: bytes, _: Mapping[str, Any]) -> bytes:
    """Meteor's SHA-256 encodes each half of a surrogate pair by itself: CESU-8."""
    units = typed.decode("utf-8", "surrogatepass").encode("utf-16-be", "surrogatepass")
    halves = (chr(int.from_bytes(units[at : at + 2], "big")) for at in range(0, len(units), 2))
    return _hex("sha256", "".join(halves).encode("utf-8", "surrogatepass"))


PREHASHED: dict[str, Callable[[bytes, Mapping[str, Any]], bytes]] = {
    "bcrypt_hex_sha256": lambda p, _: _hex("sha256", p),
    "meteor_bcrypt": _meteor,
    "bcrypt_hex_sha512": lambda p, _: _hex("sha512", p),
    "bcrypt_hex_md5": lambda p, _: _hex("md5", p),
    "bcrypt_b64_sha256": lambda p, _: b64encode(_raw("sha256", p)),
    "bcrypt_b64_hmac_sha256": lambda p, found: b64encode(hmac.digest(found["salt"], p, "sha256")),
    "wordpress_bcrypt": lambda p, _: b64encode(hmac.digest(b"wp-sha384", p.strip(b" \n\r\t\v\x00"), "sha384")),
    "bcrypt_hex_sha1": lambda p, _: _hex("sha1", p),
    "bcrypt_b64_sha384": lambda p, _: b64encode(_raw("sha384", p)),
    "bcrypt_b64_sha512": lambda p, _: b64encode(_raw("sha512", p)),
}
"""What bcrypt sees instead of the password."""

SEEN_INSTEAD: dict[str, Callable[[bytes, Mapping[str, Any]], bytes]] = {
    "flask_security": lambda p, found: b64encode(hmac.digest(found["pepper"], p, "sha512")),
    "meteor": _meteor,
    "hex_sha512": lambda p, _: _hex("sha512", p),
    "hex_md5": lambda p, _: _hex("md5", p),
    "mediawiki_layered_b": lambda p, found: _hex("md5", found["salt"] + b"-" + _hex("md5", p)),
}
"""What the slow hash in `inner` sees instead of the password."""


def _nested(function: Callable[[bytes, bytes], bytes]) -> Function:
    return lambda found, typed: hmac.compare_digest(function(typed, found["salt"]), found["digest"])


def _prehashed(function: Callable[[bytes, Mapping[str, Any]], bytes]) -> Function:
    def accepts(found: Mapping[str, Any], typed: bytes) -> bool:
        value: bytes = found["value"].encode("ascii")
        if not ceilings.bcrypt_is_bearable(cost=int(value[4:6])):
            return False
        computed = bcrypt_library.hashpw(function(typed, found)[:72], value[:29])
        return hmac.compare_digest(computed[7:], value[7:])

    return accepts


def _iterated(found: Mapping[str, Any], typed: bytes) -> bool:
    """D(prefix ‖ P ‖ suffix), then the raw digest over itself."""
    if found["rounds"] > ceilings.CRYPT_ROUNDS_MAX:
        return False
    name: str = found["algorithm"]
    link = legacy_digests.digest(name, found["prefix"] + typed + found["suffix"])
    for _ in range(found["rounds"] - 1):
        link = legacy_digests.digest(name, link)
    return hmac.compare_digest(link, found["digest"])


_SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "raw": bytes,
    "hex": lambda raw: raw.hex().encode(),
    "HEX": lambda raw: raw.hex().upper().encode(),
    "base64": b64encode,
}


def _chain(found: Mapping[str, Any], typed: bytes) -> bool:
    """Digest after digest, each over the spelling of the one before."""
    link = typed
    for algorithm, before, behind, spelled in found["steps"]:
        link = _SPELLINGS[spelled](legacy_digests.digest(algorithm, before + link + behind))
    return hmac.compare_digest(link, found["digest"])


def _iterated_up_to(found: Mapping[str, Any], typed: bytes) -> bool:
    """The same with a count that nobody wrote down: any from 2 to a bound."""
    name: str = found["algorithm"]
    link = legacy_digests.digest(name, found["prefix"] + typed + found["suffix"])
    for _ in range(found["rounds_max"] - 1):
        link = legacy_digests.digest(name, link)
        if hmac.compare_digest(link, found["digest"]):
            return True
    return False


def _symfony(found: Mapping[str, Any], typed: bytes) -> bool:
    """The salted password is digested again behind every digest."""
    if found["rounds"] > ceilings.CRYPT_ROUNDS_MAX:
        return False
    salted = typed + found["salt"]
    link = b""
    for _ in range(found["rounds"]):
        link = legacy_digests.digest(found["algorithm"], link + salted)
    return hmac.compare_digest(link, found["digest"])


def _authlogic(found: Mapping[str, Any], typed: bytes) -> bool:
    """SHA-512 over the hex text of itself."""
    if found["rounds"] > ceilings.CRYPT_ROUNDS_MAX:
        return False
    link = typed + found["salt"]
    for _ in range(found["rounds"]):
        link = hashlib.sha512(link).hexdigest().encode()
    return hmac.compare_digest(bytes.fromhex(link.decode()), found["digest"])


def _npm_password_hash(found: Mapping[str, Any], typed: bytes) -> bool:
    """An HMAC over its own hex text, keyed by the salt."""
    if found["rounds"] > ceilings.CRYPT_ROUNDS_MAX:
        return False
    link = typed
    for _ in range(found["rounds"]):
        link = hmac.digest(found["salt"], link, found["algorithm"]).hex().encode()
    return hmac.compare_digest(bytes.fromhex(link.decode()), found["digest"])


def _django_wrapped(found: Mapping[str, Any], typed: bytes) -> bool:
    """PBKDF2 over the hex text of the older salted digest."""
    key, rounds = found["key"], found["rounds"]
    if not ceilings.pbkdf2_is_bearable(rounds=rounds, key_bytes=len(key), digest_bytes=32):
        return False
    inner = _hex(found["algorithm"], found["salt"] + typed)
    return hmac.compare_digest(hashlib.pbkdf2_hmac("sha256", inner, found["salt"], rounds, len(key)), key)


def _keyed_by_password(found: Mapping[str, Any], typed: bytes) -> bool:
    return hmac.compare_digest(legacy_digests.keyed(found["algorithm"], typed, found["message"]), found["digest"])


def _umbraco(found: Mapping[str, Any], typed: bytes) -> bool:
    wide = typed.decode("utf-8").encode("utf-16-le")
    return hmac.compare_digest(hmac.digest(wide, wide, "sha1"), found["digest"])


def _ruby_scrypt_sha1(found: Mapping[str, Any], typed: bytes) -> bool:
    """The scrypt gem before 2.0: SHA-1 of 256 bytes of scrypt, salted with everything in front of the last dollar."""
    cost, block_size, lanes = found["cost"], found["block_size"], found["lanes"]
    if cost < 2 or not ceilings.scrypt_is_bearable(  # noqa: PLR2004  # a power of two above 1
        cost=cost, block_size=block_size, parallelization=lanes, key_bytes=256
    ):
        return False
    memory = 2 * ceilings.SCRYPT_MEMORY_BYTES_MAX
    try:
        key = hashlib.scrypt(typed, salt=found["salt"], n=cost, r=block_size, p=lanes, maxmem=memory, dklen=256)
    except ValueError:
        return False
    return hmac.compare_digest(hashlib.sha1(key).digest(), found["digest"])


def _half_md5(found: Mapping[str, Any], typed: bytes) -> bool:
    return hmac.compare_digest(_raw("md5", typed)[:8], found["digest"])


_ION_AUTH_SALTS = (10, 22)
"""Characters of salt, before Ion Auth 2.5 and since; a site may have set another number."""


def _ion_auth(found: Mapping[str, Any], typed: bytes) -> bool:
    """As much of the hex as the salt leaves of 40 characters."""
    text: bytes = found["value"].encode("ascii")
    made = [text[:size] + _hex("sha1", text[:size] + typed)[:-size] for size in _ION_AUTH_SALTS]
    return any(hmac.compare_digest(value, text) for value in made)


def _mysql323(found: Mapping[str, Any], typed: bytes) -> bool:
    """A checksum of two 31-bit halves; blanks do not count."""
    first, second, add = 1345345333, 0x12345671, 7
    for byte in typed:
        if byte in b" \t":
            continue
        first ^= ((first & 63) + add) * byte + (first << 8) & 0xFFFFFFFF
        second = second + ((second << 8) ^ first) & 0xFFFFFFFF
        add += byte
    computed = (first & 0x7FFFFFFF).to_bytes(4, "big") + (second & 0x7FFFFFFF).to_bytes(4, "big")
    return hmac.compare_digest(computed, found["digest"])


def _restful_auth(found: Mapping[str, Any], typed: bytes) -> bool:
    """Dashes between everything; with a site key ten rounds, each over the digest before it."""
    key: bytes = found["extra"]
    if not key:
        return hmac.compare_digest(_raw("sha1", b"--" + found["salt"] + b"--" + typed + b"--"), found["digest"])
    link = key
    for _ in range(10):
        link = _hex("sha1", b"--".join((link, found["salt"], typed, key)))
    return hmac.compare_digest(bytes.fromhex(link.decode()), found["digest"])


FUNCTIONS: dict[str, Function] = {
    **{name: _nested(function) for name, function in NESTED.items()},
    **{name: _prehashed(function) for name, function in PREHASHED.items()},
    "chain": _chain,
    "iterated": _iterated,
    "iterated_up_to": _iterated_up_to,
    "symfony_messagedigest": _symfony,
    "authlogic_sha512": _authlogic,
    "npm_password_hash": _npm_password_hash,
    "django_wrapped": _django_wrapped,
    "hmac_key_pass": _keyed_by_password,
    "umbraco_hmac": _umbraco,
    "half_md5": _half_md5,
    "ion_auth": _ion_auth,
    "mysql323": _mysql323,
    "rails_restful_auth": _restful_auth,
    "magento2_upgraded": legacy_products.magento2_upgraded,
    "phpass": legacy_crypt.phpass,
    "drupal7": legacy_crypt.drupal7,
    "md5_crypt": legacy_crypt.md5_crypt,
    "apr_md5_crypt": legacy_crypt.md5_crypt,
    "sha256_crypt": legacy_crypt.sha_crypt,
    "sha512_crypt": legacy_crypt.sha_crypt,
    "sha1_crypt": legacy_crypt.sha1_crypt,
    "mysql_caching_sha2": legacy_crypt.mysql_caching_sha2,
    "ruby_scrypt_sha1": _ruby_scrypt_sha1,
    "firebase_scrypt": legacy_products.firebase_scrypt,
    "ory_pattern": legacy_products.ory_pattern,
    "scram": legacy_products.scram,
    "oracle10": legacy_products.oracle10,
    "oracle12": legacy_products.oracle12,
    "racf": legacy_products.racf,
    "lm_hash": legacy_products.lm_hash,
    "mssql2000_upper": legacy_products.mssql2000_upper,
    "sybase_ase": legacy_products.sybase_ase,
    "issha": legacy_products.issha,
    "aix_smd5": legacy_products.aix_smd5,
    "entra_connect": legacy_products.entra_connect,
    "bcrypt_pbkdf": legacy_products.bcrypt_pbkdf,
    "double_bcrypt": legacy_products.double_bcrypt,
    "lotus5": legacy_domino.lotus5,
    "domino6": legacy_domino.domino6,
    "domino8": legacy_domino.domino8,
    "cram_md5": legacy_dovecot.cram_md5,
    "one_time_password": legacy_dovecot.one_time,
    "rpa": legacy_dovecot.rpa,
    "plain_truncated": legacy_dovecot.plain_truncated,
}
"""Functions by the name that the formats give them; `legacy_system` has those of the C library."""


def accepts(function: str, found: Mapping[str, Any], typed: bytes) -> bool:
    """Whether a function that Auth0 does not have accepts the typed password."""
    evaluate = FUNCTIONS.get(function, legacy_system.accepts if legacy_system.has(function) else None)
    return evaluate is not None and evaluate(found, typed)


def can_evaluate(function: str, found: Mapping[str, Any]) -> bool:
    """Whether the function is built here, and everything that it takes was given."""
    return bool(found) and (function in FUNCTIONS or function in SEEN_INSTEAD or legacy_system.has(function))
