"""Modular crypt strings that many systems share: bcrypt, and crypt(3) schemes that Auth0 does not have.

Source:
    `samekey.hashes.crypt_strings`, which reads these strings wherever they stand.
    Vectors: `tests/golden/hashes/vectors.jsonl` and `tests/golden/hashes/crypt`.
"""

from functools import partial

from samekey.hashes import catalogue, crypt_strings, forms, fragments, stored


def _bcrypt(value: stored.Stored) -> forms.Form | None:
    return fragments.bcrypt(value.text)


def _bcrypt_variant(value: stored.Stored) -> forms.Form | None:
    return crypt_strings.bcrypt_variant(value.text)


def _scheme(value: stored.Stored, *, scheme: crypt_strings.Scheme) -> forms.Form | None:
    return scheme.read(value.text)


def _crypt7(value: stored.Stored) -> forms.Form | None:
    return crypt_strings.scrypt(value.text)


def _nt(value: stored.Stored) -> forms.Form | None:
    return crypt_strings.nt(value.text)


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
            name=scheme.name,
            definition=scheme.definition,
            recognised=scheme.recognised,
            source="crypt(5)",
            keys=scheme.heads,
            read=partial(_scheme, scheme=scheme),
            certainty="exact",
            rank=60,
        )
        for scheme in crypt_strings.SCHEMES
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
        warnings=("encoding-unproven",),
    ),
    *(
        catalogue.Format(
            name=scheme.name,
            definition=scheme.definition,
            recognised=scheme.recognised,
            source="crypt(5)",
            keys=tuple(f"len:{size}" for size in sizes),
            read=partial(_scheme, scheme=scheme),
            certainty="shape",
            rank=rank,
        )
        for scheme, sizes, rank in ((crypt_strings.DES, (13,), 50), (crypt_strings.BIGCRYPT, (24, 35, 46, 57), 90))
    ),
)
"""Every format of this file."""
