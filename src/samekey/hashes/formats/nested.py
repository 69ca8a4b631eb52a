"""Home-made digests of digests: Auth0 has none of them, and each has a name so that a proof can point at it.

Source:
    The names say it; `hex` is always lower case unless the name says `upper`.
"""

from functools import partial

from samekey.hashes import catalogue, forms, fragments, stored

_UNSALTED = (
    ("md5_md5", "MD5(hex(MD5(P)))", 16),
    ("md5_md5_upper", "MD5(upper-case hex(MD5(P)))", 16),
    ("md5_raw_md5", "MD5(MD5(P))", 16),
    ("md5_sha1", "MD5(hex(SHA1(P)))", 16),
    ("md5_md5_md5", "MD5(hex(MD5(hex(MD5(P)))))", 16),
    ("sha1_sha1", "SHA1(hex(SHA1(P)))", 20),
    ("sha1_md5", "SHA1(hex(MD5(P)))", 20),
    ("sha1_md5_md5", "SHA1(hex(MD5(hex(MD5(P)))))", 20),
    ("sha256_sha256", "SHA256(hex(SHA256(P)))", 32),
    ("sha256_md5", "SHA256(hex(MD5(P)))", 32),
    ("sha256_sha1", "SHA256(hex(SHA1(P)))", 32),
    ("sha512_sha512", "SHA512(hex(SHA512(P)))", 64),
    ("sha512_md5", "SHA512(hex(MD5(P)))", 64),
)
_SALTED = (
    ("md5_md5pass_salt", "MD5(hex(MD5(P)) ‖ S)", 16),
    ("md5_salt_md5pass", "MD5(S ‖ hex(MD5(P)))", 16),
    ("md5_sha1pass_salt", "MD5(hex(SHA1(P)) ‖ S)", 16),
    ("md5_md5pass_md5salt", "MD5(hex(MD5(P)) ‖ hex(MD5(S)))", 16),
    ("md5_salt_md5_salt_pass", "MD5(S ‖ hex(MD5(S ‖ P)))", 16),
    ("md5_salt_md5_pass_salt", "MD5(S ‖ hex(MD5(P ‖ S)))", 16),
    ("sha1_md5pass_salt", "SHA1(hex(MD5(P)) ‖ S)", 20),
    ("md5_md5salt_md5pass", "MD5(hex(MD5(S)) ‖ hex(MD5(P)))", 16),
    ("md5_salt_pass_salt", "MD5(S ‖ P ‖ S)", 16),
    ("sha1_salt_pass_salt", "SHA1(S ‖ P ‖ S)", 20),
    ("sha1_salt_sha1pass", "SHA1(S ‖ hex(SHA1(P)))", 20),
    ("sha1_sha1pass_salt", "SHA1(hex(SHA1(P)) ‖ S)", 20),
    ("sha256_salt_pass_salt", "SHA256(S ‖ P ‖ S)", 32),
    ("sha256_sha256pass_salt", "SHA256(hex(SHA256(P)) ‖ S)", 32),
    ("sha256_salt_sha256pass", "SHA256(S ‖ hex(SHA256(P)))", 32),
    ("sha512_salt_pass_salt", "SHA512(S ‖ P ‖ S)", 64),
    ("sha512_sha512pass_salt", "SHA512(hex(SHA512(P)) ‖ S)", 64),
    ("sha512_salt_sha512pass", "SHA512(S ‖ hex(SHA512(P)))", 64),
)
_PREHASHED = (
    ("bcrypt_hex_sha256", "bcrypt(hex(SHA256(P)))", "home-made"),
    ("bcrypt_hex_sha1", "bcrypt(hex(SHA1(P)))", "older digests wrapped in bcrypt"),
    ("bcrypt_b64_sha256", "bcrypt(base64(SHA256(P)))", "home-made"),
    ("bcrypt_b64_sha384", "bcrypt(base64(SHA384(P)))", "BCrypt.Net's EnhancedHashPassword"),
    ("bcrypt_b64_sha512", "bcrypt(base64(SHA512(P)))", "home-made"),
)
_FOREIGN = (
    ("raw_ripemd160", "RIPEMD-160(P)", 20),
    ("raw_sha3_224", "SHA3-224(P)", 28),
    ("raw_sha3_256", "SHA3-256(P)", 32),
    ("raw_sha3_384", "SHA3-384(P)", 48),
    ("raw_sha3_512", "SHA3-512(P)", 64),
    ("raw_blake2b", "BLAKE2b(P)", 64),
    ("raw_blake2s", "BLAKE2s(P)", 32),
    ("whirlpool", "Whirlpool(P)", 64),
)
_MIDDLE = "_salt_pass_salt"


def _nested(value: stored.Stored, *, function: str, size: int, salted: bool) -> forms.Form | None:
    found = fragments.digest_and_salt(value, size) if salted else (fragments.digest_bytes(value.text, size), b"")
    if found is None or found[0] is None:
        return None
    raw, salt = found[0], found[1]
    reason = "both-sides" if function.endswith(_MIDDLE) else "nested-digest"
    return fragments.nested(function, raw, salt=salt, reason=reason)


def _prehashed(value: stored.Stored, *, function: str) -> forms.Form | None:
    return fragments.bcrypt_over(value.text, function)


def _foreign(value: stored.Stored, *, algorithm: str, size: int) -> forms.Form | None:
    raw = fragments.digest_bytes(value.text, size)
    return None if raw is None else forms.Digest(algorithm=algorithm, digest=raw)


FORMATS = (
    *(
        catalogue.Format(
            name=name,
            definition=definition,
            recognised=f"{2 * size} hex digits" + (" beside a salt or as `hash:salt`" if salted else ""),
            source="home-made",
            keys=(f"hex:{2 * size}", f"b64:{size}"),
            needs=("salt",) if salted else (),
            read=partial(_nested, function=name, size=size, salted=salted),
            certainty="shape",
            rank=80 + place,
        )
        for salted, table in ((False, _UNSALTED), (True, _SALTED))
        for place, (name, definition, size) in enumerate(table)
    ),
    *(
        catalogue.Format(
            name=name,
            definition=definition,
            recognised=f"{2 * size} hex digits",
            source="the name says it",
            keys=(f"hex:{2 * size}", f"b64:{size}"),
            read=partial(_foreign, algorithm=name.removeprefix("raw_"), size=size),
            certainty="shape",
            rank=65,
        )
        for name, definition, size in _FOREIGN
    ),
    *(
        catalogue.Format(
            name=name,
            definition=definition,
            recognised="looks like plain bcrypt",
            source=source,
            keys=(),
            read=partial(_prehashed, function=name),
            certainty="shape",
        )
        for name, definition, source in _PREHASHED
    ),
)
"""Every format of this file."""
