"""Modular crypt strings that many systems share: bcrypt, and crypt(3) schemes that Auth0 does not have.

Source:
    crypt(5) of libxcrypt; bcrypt: Provos and Mazières 1999; `$2y$` and `$2x$`: crypt_blowfish 1.1.
    Vectors: `tests/golden/hashes/vectors.jsonl` and `tests/golden/hashes/crypt`.
"""

import re
from functools import partial

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_SCHEMES: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    ("md5_crypt", r"\$1\$[^$]{0,8}\$[./0-9A-Za-z]{22}", "1000 rounds of MD5", ("$1$",), "`$1$salt$22`"),
    ("apr_md5_crypt", r"\$apr1\$[^$]{0,8}\$[./0-9A-Za-z]{22}", "1000 rounds of MD5", ("$apr1$",), "`$apr1$salt$22`"),
    (
        "sha256_crypt",
        r"\$5\$(?:rounds=[0-9]{1,9}\$)?[^$]{0,16}\$[./0-9A-Za-z]{43}",
        "SHA-crypt with SHA-256, 5000 rounds unless stated",
        ("$5$",),
        "`$5$[rounds=n$]salt$43`",
    ),
    (
        "sha512_crypt",
        r"\$6\$(?:rounds=[0-9]{1,9}\$)?[^$]{0,16}\$[./0-9A-Za-z]{86}",
        "SHA-crypt with SHA-512, 5000 rounds unless stated",
        ("$6$",),
        "`$6$[rounds=n$]salt$86`",
    ),
    (
        "sha1_crypt",
        r"\$sha1\$[0-9]{1,10}\$[./0-9A-Za-z]{1,64}\$[./0-9A-Za-z]{28}",
        "HMAC-SHA1 over its own result, many rounds",
        ("$sha1$",),
        "`$sha1$n$salt$28`",
    ),
    (
        "sun_md5_crypt",
        r"\$md5(?:[,$]rounds=[0-9]{1,9})?\$[./0-9A-Za-z]*\$?\$[./0-9A-Za-z]{22}",
        "Solaris: MD5 rounds over a text",
        ("$md5$", "$md5,"),
        "`$md5$salt$22`, `$md5,rounds=n$salt$22`",
    ),
    ("yescrypt", r"\$y\$[^$]+\$[^$]*\$[./0-9A-Za-z]{43}", "yescrypt", ("$y$",), "`$y$parameters$salt$43`"),
    ("gost_yescrypt", r"\$gy\$[^$]+\$[^$]*\$[./0-9A-Za-z]{43}", "GOST over yescrypt", ("$gy$",), "`$gy$…`"),
    ("bsdi_crypt", r"_[./0-9A-Za-z]{19}", "extended DES", ("_",), "`_` and 19 characters"),
)
"""Name, pattern, definition, heads, how it is recognised."""

_CRYPT7 = re.compile(r"\$7\$([./0-9A-Za-z])([./0-9A-Za-z]{5})([./0-9A-Za-z]{5})([./0-9A-Za-z]+)\$([./0-9A-Za-z]{43})")
_NT = re.compile(r"\$3\$\$([0-9A-Fa-f]{32})")
_DES_CHARS = re.compile(r"[./0-9A-Za-z]{13}")
_BIGCRYPT = re.compile(r"[./0-9A-Za-z]{2}(?:[./0-9A-Za-z]{11}){2,16}")


def _bcrypt(value: stored.Stored) -> forms.Form | None:
    return fragments.bcrypt(value.text)


def _bcrypt_variant(value: stored.Stored) -> forms.Form | None:
    """`$2x$` and `$2$`: for ASCII passwords they may be right, and nobody can know which those are."""
    if value.text.startswith(("$2x$", "$2$")):
        return forms.Opaque(function="bcrypt_variant", reason="bcrypt-variant", parameters={"value": value.text})
    return None


def _scheme(value: stored.Stored, *, name: str, pattern: re.Pattern[str], heads: tuple[str, ...]) -> forms.Form | None:
    """A crypt(3) string that stays whole: the legacy reading takes it apart."""
    if pattern.fullmatch(value.text):
        return forms.Opaque(function=name, reason="crypt3", parameters={"value": value.text})
    return fragments.DAMAGED if value.text.startswith(heads) and len(heads[0]) > 1 else None


def _crypt7(value: stored.Stored) -> forms.Form | None:
    """One character for log2 N, five each for r and p, low digits first; the salt is text."""
    read = _CRYPT7.fullmatch(value.text)
    key = alphabets.crypt_little_bytes(read[5]) if read else None
    if read is None or key is None:
        return None
    cost, block_size, lanes = 1 << alphabets.crypt_number(read[1]), *map(alphabets.crypt_number, (read[2], read[3]))
    return fragments.scrypt(read[4], key, cost=cost, block_size=block_size, parallelization=lanes)


def _nt(value: stored.Stored) -> forms.Form | None:
    """MD4 over each byte widened to 16 bits: UTF-16LE as far as the password is ASCII."""
    read = _NT.fullmatch(value.text)
    if read is None:
        return None
    return forms.Digest(algorithm="md4", digest=bytes.fromhex(read[1]), password_encoding=_UTF16LE)


_UTF16LE = "utf16le"


def _des(value: stored.Stored) -> forms.Form | None:
    if _DES_CHARS.fullmatch(value.text):
        return forms.Opaque(function="des_crypt", reason="crypt3", parameters={"value": value.text})
    return None


def _bigcrypt(value: stored.Stored) -> forms.Form | None:
    if _BIGCRYPT.fullmatch(value.text):
        return forms.Opaque(function="bigcrypt", reason="crypt3", parameters={"value": value.text})
    return None


_PLAIN_BCRYPT = "bcrypt(P), of which 72 bytes count"

FORMATS = (
    catalogue.Format(
        name="bcrypt",
        definition=_PLAIN_BCRYPT,
        recognised="60 characters, `$2a$` or `$2b$`",
        source="OpenBSD, and nearly every framework",
        keys=("$2a$", "$2b$"),
        read=_bcrypt,
        certainty="exact",
        warnings=("bcrypt-unproven",),
    ),
    catalogue.Format(
        name="php_bcrypt",
        definition=_PLAIN_BCRYPT,
        recognised="60 characters, `$2y$`",
        source="PHP's password_hash, and crypt_blowfish since 1.1",
        keys=("$2y$",),
        read=_bcrypt,
        certainty="exact",
        warnings=("bcrypt-unproven",),
    ),
    catalogue.Format(
        name="bcrypt_2x",
        definition="bcrypt with the sign extension error of crypt_blowfish before 1.1",
        recognised="`$2x$`",
        source="crypt_blowfish 1.1",
        keys=("$2x$",),
        read=_bcrypt_variant,
        certainty="exact",
    ),
    catalogue.Format(
        name="bcrypt_2",
        definition="bcrypt as first published, the password without its NUL",
        recognised="`$2$`",
        source="OpenBSD 2.1",
        keys=("$2$",),
        read=_bcrypt_variant,
        certainty="exact",
    ),
    *(
        catalogue.Format(
            name=name,
            definition=definition,
            recognised=recognised,
            source="crypt(5)",
            keys=heads,
            read=partial(_scheme, name=name, pattern=re.compile(pattern), heads=heads),
            certainty="exact",
            rank=60,
        )
        for name, pattern, definition, heads, recognised in _SCHEMES
    ),
    catalogue.Format(
        name="crypt7_scrypt",
        definition="scrypt(P, salt as text, N, r, p, 32)",
        recognised="`$7$`, 11 characters of parameters, salt, `$`, 43 characters",
        source="crypt(5)",
        keys=("$7$",),
        read=_crypt7,
        certainty="exact",
    ),
    catalogue.Format(
        name="nt_crypt3",
        definition="MD4(P as UTF-16LE); other letters than ASCII are widened byte by byte",
        recognised="`$3$$` and 32 hex digits",
        source="crypt(5)",
        keys=("$3$",),
        read=_nt,
        certainty="exact",
        warnings=("normalisation",),
    ),
    catalogue.Format(
        name="des_crypt",
        definition="DES, of which 8 characters count",
        recognised="13 characters of `./0-9A-Za-z`",
        source="crypt(5)",
        keys=("len:13",),
        read=_des,
        certainty="shape",
    ),
    catalogue.Format(
        name="bigcrypt",
        definition="DES in pieces of 8 characters",
        recognised="13 + 11 · k characters of `./0-9A-Za-z`",
        source="crypt(5)",
        keys=("len:24", "len:35", "len:46", "len:57"),
        read=_bigcrypt,
        certainty="shape",
        rank=90,
    ),
)
"""Every format of this file."""
