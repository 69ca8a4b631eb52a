"""Spring Security: an id in braces, and bare values of its encoders.

Source:
    Spring Security's DelegatingPasswordEncoder and the encoders behind it; vectors by them in
    `tests/golden/hashes/spring`.
"""

import re

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_SPRING = re.compile(r"\{([^}]*)\}(.*)", re.DOTALL)
_ACEGI_DIGESTS = {16: "md5", 20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}
_SPRING_DIGESTS = {"MD5": ("md5", 16), "SHA-1": ("sha1", 20), "SHA-256": ("sha256", 32), "MD4": ("md4", 16)}
_SPRING_SCRYPT = re.compile(r"\$([0-9a-f]{1,8})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})")
_SPRING_ALGORITHM = re.compile(r"(?:PBKDF2WithHmac)?SHA-?(1|256|512)", re.IGNORECASE)
_SPRING_LDAP = re.compile(r"\{(S?)SHA\}([A-Za-z0-9+/]+={0,2})", re.IGNORECASE)
_SPRING_KEY_BYTES = (20, 32, 64)
_SPRING_DIGEST_OF_KEY = {20: "SHA1", 64: "SHA512"}
_SPRING_SALTED = re.compile(r"(\{[^}]*\})?([^{}]+)")


def _spring(value: stored.Stored) -> forms.Form | None:
    """DelegatingPasswordEncoder: the id in braces says what follows."""
    read = _SPRING.fullmatch(value.text)
    if read is None:
        return None
    name, _, version = read[1].partition("@")
    rest = read[2]
    secret = value.octets("pepper") or b""
    match name:
        case "bcrypt":
            return fragments.bcrypt(rest)
        case "noop":
            return fragments.plain(rest)
        case "argon2":
            return fragments.argon2(rest)
        case "pbkdf2":
            return _spring_pbkdf2(value, rest, newer=bool(version))
        case "scrypt":
            return _spring_scrypt(rest)
        case "sha256":
            return _spring_sha256(rest, secret)
        case "ldap":
            return _spring_ldap(rest)
        case "MD5" | "SHA-1" | "SHA-256" | "MD4":
            return _spring_digest(rest, *_SPRING_DIGESTS[name])
        case _:
            return None


def _spring_pbkdf2(value: stored.Stored, text: str, *, newer: bool) -> forms.Form | None:
    """The salt in front of the key; a secret of the application goes behind the salt.

    What the application gave to the encoder stands beside the value: `pepper`, `algorithm`, `iterations`. An encoder
    that was told its digest makes keys of that digest's length, any other keys of 32 bytes.
    """
    raw = _spring_bytes(text)
    meant, rounds, salt_bytes = ("SHA256", 310_000, 16) if newer else ("SHA1", 185_000, 8)
    key = b"" if raw is None else raw[salt_bytes:]
    named = _SPRING_ALGORITHM.fullmatch(value.column("algorithm") or _SPRING_DIGEST_OF_KEY.get(len(key), meant))
    counted = value.count("iterations", rounds)
    if raw is None or named is None or len(key) not in _SPRING_KEY_BYTES or counted is None:
        return fragments.DAMAGED
    return forms.Pbkdf2(
        digest_name=f"sha{named[1]}",
        rounds=counted,
        salt=raw[:salt_bytes] + (value.octets("pepper") or b""),
        key=key,
    )


def _spring_bytes(text: str) -> bytes | None:
    """Hex, or base64 where the encoder was told so."""
    return alphabets.hex_bytes(text) or alphabets.b64_whole_bytes(text)


def _spring_scrypt(text: str) -> forms.Form | None:
    """One hex number: log2 N, then r, then p in a byte each."""
    read = _SPRING_SCRYPT.fullmatch(text)
    salt, key = (alphabets.b64_bytes(read[2]), alphabets.b64_bytes(read[3])) if read else (None, None)
    if read is None or salt is None or key is None or int(read[1], 16) >> 16 > 63:  # noqa: PLR2004  # a logarithm
        return fragments.DAMAGED
    packed = int(read[1], 16)
    return fragments.scrypt(
        salt, key, cost=1 << (packed >> 16), block_size=packed >> 8 & 0xFF, parallelization=packed & 0xFF
    )


def _spring_sha256(text: str, secret: bytes) -> forms.Form | None:
    """StandardPasswordEncoder: 1024 rounds."""
    raw = alphabets.hex_bytes(text)
    if raw is None or len(raw) != 40:  # noqa: PLR2004  # 8 of salt, 32 of digest
        return fragments.DAMAGED
    return fragments.iterated("sha256", raw[8:], rounds=1024, prefix=raw[:8] + secret)


def _spring_ldap(text: str) -> forms.Form | None:
    """LdapShaPasswordEncoder knows SHA-1 alone; behind a salted digest stands the salt."""
    read = _SPRING_LDAP.fullmatch(text)
    raw = alphabets.b64_whole_bytes(read[2]) if read else None
    if read is None or raw is None or len(raw) < 20 or (len(raw) > 20) != bool(read[1]):  # noqa: PLR2004  # SHA-1
        return fragments.DAMAGED
    return forms.Digest(algorithm="sha1", digest=raw[:20], suffix=raw[20:])


def _spring_digest(text: str, algorithm: str, size: int) -> forms.Form | None:
    """The braces around the salt are digested too."""
    read = _SPRING_SALTED.fullmatch(text)
    raw = fragments.digest_bytes(read[2], size) if read else None
    if read is None or raw is None or len(read[2]) % 4:  # hex and padded base64 both come in fours
        return None
    return forms.Digest(algorithm=algorithm, digest=raw, suffix=(read[1] or "").encode(*alphabets.UTF8))


def _spring_bare(value: stored.Stored, *, newer: bool) -> forms.Form | None:
    raw = _spring_bytes(value.text)
    if raw is None or len(raw) - (16 if newer else 8) not in _SPRING_KEY_BYTES:
        return None
    return _spring_pbkdf2(value, value.text, newer=newer)


def _spring_bare_old(value: stored.Stored) -> forms.Form | None:
    return _spring_bare(value, newer=False)


def _spring_bare_new(value: stored.Stored) -> forms.Form | None:
    return _spring_bare(value, newer=True)


def _spring_standard(value: stored.Stored) -> forms.Form | None:
    raw = alphabets.hex_bytes(value.text)
    if raw is None or len(raw) != 40:  # noqa: PLR2004  # 8 of salt, 32 of digest
        return None
    return _spring_sha256(value.text, value.octets("pepper") or b"")


def _acegi(value: stored.Stored) -> forms.Form | None:
    """Spring 2: the salt column in braces behind the password; in hex, or in base64 by `encodeHashAsBase64`."""
    salt = value.octets("salt")
    if salt is None:
        return None
    for size, algorithm in _ACEGI_DIGESTS.items():
        raw = fragments.digest_bytes(value.text, size)
        if raw is not None:
            return forms.Digest(algorithm=algorithm, digest=raw, suffix=b"{" + salt + b"}")
    return None


FORMATS = (
    catalogue.Format(
        name="spring",
        definition="as the id in braces says",
        recognised="`{bcrypt}…`, `{pbkdf2}…`, `{scrypt}…`, `{ldap}…`, `{SHA-256}{salt}…`",
        source="Spring Security's DelegatingPasswordEncoder",
        keys=(
            "{bcrypt}",
            "{noop}",
            "{argon2}",
            "{argon2@springsecurity_v5_8}",
            "{pbkdf2}",
            "{md4}",
            "{pbkdf2@springsecurity_v5_8}",
            "{ldap}",
            "{scrypt}",
            "{scrypt@springsecurity_v5_8}",
            "{sha256}",
            "{md5}",
            "{sha-1}",
            "{sha-256}",
        ),
        read=_spring,
        rank=65,
    ),
    catalogue.Format(
        name="spring_pbkdf2",
        definition="8 bytes of salt ‖ PBKDF2-SHA1(P, salt ‖ secret, 185000, 32), or as the columns say",
        recognised="80 hex digits (56 or 144 where a digest was named), or base64 of as many bytes",
        source="Spring Security's Pbkdf2PasswordEncoder",
        keys=tuple(
            key for size in (8 + key for key in _SPRING_KEY_BYTES) for key in (f"hex:{2 * size}", f"b64:{size}")
        ),
        read=_spring_bare_old,
        certainty="shape",
        rank=40,
    ),
    catalogue.Format(
        name="spring_pbkdf2_v5_8",
        definition="16 bytes of salt ‖ PBKDF2-SHA256(P, salt ‖ secret, 310000, 32), or as the columns say",
        recognised="96 hex digits (72 or 160 where another digest was named), or base64 of as many bytes",
        source="Spring Security's Pbkdf2PasswordEncoder",
        keys=tuple(
            key for size in (16 + key for key in _SPRING_KEY_BYTES) for key in (f"hex:{2 * size}", f"b64:{size}")
        ),
        read=_spring_bare_new,
        certainty="shape",
        rank=40,
    ),
    catalogue.Format(
        name="spring_sha256",
        definition="8 bytes of salt ‖ 1024 x SHA256(salt ‖ secret ‖ P)",
        recognised="80 hex digits",
        source="Spring Security's StandardPasswordEncoder",
        keys=("hex:80",),
        read=_spring_standard,
        certainty="shape",
        rank=45,
    ),
    catalogue.Format(
        name="acegi",
        definition="D(P ‖ `{` ‖ salt ‖ `}`)",
        recognised="hex or base64 beside a salt",
        source="Acegi, Spring Security 2",
        keys=tuple(key for size in _ACEGI_DIGESTS for key in (f"hex:{2 * size}", f"b64:{size}")),
        needs=("salt",),
        read=_acegi,
        certainty="shape",
        rank=57,
    ),
)
"""Every format of this file."""
