"""Modular crypt strings that many systems share: bcrypt, and crypt(3) schemes that Auth0 does not have.

Source:
    bcrypt: Provos and Mazières 1999; `$2y$` and `$2x$`: crypt_blowfish 1.1. Vectors:
    `tests/golden/hashes/vectors.jsonl`.
"""

import re

from samekey.hashes import catalogue, forms, stored

BCRYPT = re.compile(r"\$2[aby]\$(?:0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}")
"""A whole bcrypt string that every library takes."""
_HEADS = ("$2a$", "$2b$", "$2y$")


def bcrypt_form(text: str) -> forms.Form | None:
    """A bcrypt string as a form; damaged where it is cut short or a character has changed."""
    if BCRYPT.fullmatch(text):
        return forms.Bcrypt(value=text)
    return forms.NoPassword(reason="damaged") if text.startswith(_HEADS) else None


def _bcrypt(value: stored.Stored) -> forms.Form | None:
    return bcrypt_form(value.text)


def _bcrypt_variant(value: stored.Stored) -> forms.Form | None:
    """`$2x$` and `$2$`: for ASCII passwords they may be right, and nobody can know which those are."""
    if value.text.startswith(("$2x$", "$2$")):
        return forms.Opaque(function="bcrypt_variant", reason="bcrypt-variant", parameters={"value": value.text})
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
)
"""Every format of this file."""
