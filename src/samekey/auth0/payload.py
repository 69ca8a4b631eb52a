"""The shape of a custom password hash: algorithms, encodings, digests and the names Auth0 gives them.

From Auth0's page "Bulk user import schema" (`manage-users/user-migration/bulk-user-import-schema`, documentation tree
of 20 August 2026, read on 2026-11-23).
"""

ALGORITHMS = ("argon2", "bcrypt", "hmac", "ldap", "md4", "md5", "sha1", "sha256", "sha512", "pbkdf2", "scrypt")
"""Every value of `custom_password_hash.algorithm`."""

DIGEST_BYTES = {"md4": 16, "md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}
"""The algorithms that are one plain digest over salt and password, with the length of their result in bytes."""

HMAC_DIGEST_BYTES = {
    "md4": 16, "md5": 16, "ripemd160": 20, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64,
    "whirlpool": 64,
}  # fmt: skip
"""Every value of `hash.digest` for algorithm hmac, with the length of its result in bytes."""

HASH_ENCODINGS = ("base64", "hex", "utf8")
"""Every value of `hash.encoding`, `hash.key.encoding` and `salt.encoding`. Hex in either case, base64 also in the URL
alphabet."""

SALT_POSITIONS = ("prefix", "suffix")
"""Where the salt goes; prefix when nothing is said."""

PASSWORD_ENCODINGS = ("ascii", "utf8", "utf16le", "ucs2", "latin1", "binary")
"""How the typed password becomes bytes; utf8 when nothing is said. The names of Node's `Buffer`, where ascii, latin1
and binary all keep the low byte of each UTF-16 unit and ucs2 is utf16le."""

ENCODING_DEFAULT = "utf8"
"""Meant by an encoding that is left out."""

POSITION_DEFAULT = "prefix"
"""Meant by a salt position that is left out."""

SALT_FORBIDDEN = frozenset({"argon2", "ldap", "pbkdf2"})
"""Algorithms whose salt is inside the value and that refuse a `salt` object."""

HEX_OR_BASE64_ONLY = frozenset({"md4", "md5", "sha1", "sha256", "sha512", "hmac", "scrypt"})
"""Algorithms whose `hash.encoding` must be hex or base64."""

UTF8_ONLY = frozenset({"argon2", "bcrypt", "ldap", "pbkdf2"})
"""Algorithms whose `hash.encoding` is utf8 or left out."""

BCRYPT_PATTERN = r"^\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}$"
"""bcrypt that `custom_password_hash` takes, of any cost; `$2$`, `$2x$` and `$sha1$` are refused."""

PASSWORD_HASH_PATTERN = r"^\$2[ab]?\$10+\$[./A-Za-z0-9]{53}$"  # noqa: S105  # a pattern, not a password
"""What `password_hash` is held against, as quoted by a support article on its rejection ("Error in passwordHash
property: String does not match pattern"). Documented is `$2a$` or `$2b$` with 10 rounds."""

PBKDF2_DIGESTS = {
    "md4": "md4", "md5": "md5", "mdc2": "mdc2", "ripemd": "ripemd160", "ripemd160": "ripemd160", "rmd160": "ripemd160",
    "sha1": "sha1", "sha224": "sha224", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512",
    "whirlpool": "whirlpool", "ssl3-md5": "md5", "ssl3-sha1": "sha1",
    "RSA-MD4": "md4", "RSA-MD5": "md5", "RSA-MDC2": "mdc2", "RSA-RIPEMD160": "ripemd160", "RSA-SHA1": "sha1",
    "RSA-SHA1-2": "sha1", "RSA-SHA224": "sha224", "RSA-SHA256": "sha256", "RSA-SHA384": "sha384",
    "RSA-SHA512": "sha512",
    "md4WithRSAEncryption": "md4", "md5WithRSAEncryption": "md5", "mdc2WithRSA": "mdc2",
    "ripemd160WithRSA": "ripemd160", "sha1WithRSAEncryption": "sha1", "sha224WithRSAEncryption": "sha224",
    "sha256WithRSAEncryption": "sha256", "sha384WithRSAEncryption": "sha384", "sha512WithRSAEncryption": "sha512",
}  # fmt: skip
"""Digest names of a PBKDF2 string and the plain digest each stands for (that the long names are aliases is inferred:
they are OpenSSL's)."""

PBKDF2_ITERATIONS_DEFAULT = 100_000
"""Meant by a PBKDF2 string without `i`."""

PBKDF2_KEY_BYTES_DEFAULT = 64
"""Meant by a PBKDF2 string without `l`."""

SCRYPT_COST_DEFAULT = 16_384
"""Meant by a scrypt record without `cost`."""

SCRYPT_BLOCK_SIZE_DEFAULT = 8
"""Meant by a scrypt record without `blockSize`."""

SCRYPT_PARALLELIZATION_DEFAULT = 1
"""Meant by a scrypt record without `parallelization`."""

LDAP_SCHEME_DIGESTS = {
    "md5": "md5", "smd5": "md5", "sha": "sha1", "ssha": "sha1",
    "sha1": "sha1", "ssha1": "sha1", "sha224": "sha224", "ssha224": "sha224", "sha256": "sha256", "ssha256": "sha256",
    "sha384": "sha384", "ssha384": "sha384", "sha512": "sha512", "ssha512": "sha512",
}  # fmt: skip
"""Schemes of an RFC 2307 value, in lower case, and the digest each stands for. Documented: md5, smd5 and any of the sha
and ssha families; `{CRYPT}` is refused. Either case is accepted (inferred)."""
