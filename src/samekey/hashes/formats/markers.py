"""Values that hold no hash: marks of accounts without a password, locks, failure tokens, pointers elsewhere.

Source:
    shadow(5), Django's make_password(None), Oracle's EXTERNAL and GLOBAL, crypt(3)'s `*0` and `*1`, OpenLDAP's {SASL}.
"""

import re

from samekey.hashes import catalogue, forms, stored

NOTHING = frozenset({"", "null", "none", "\\n", "nil", "undefined", "nan"})
"""Spellings of an empty cell, in lower case."""
NO_PASSWORD = frozenset({"*", "x", "np", "*np*", "external", "global", "*0", "*1", "u", "!*", "*nologin*", "nologin"})
"""Marks of an account that has no password here, in lower case."""
LOCKED = frozenset({"!", "!!", "*lk*", "*locked*", "!locked", "locked"})
"""Marks of a locked account, in lower case."""
_NEARLY = tuple(size + off for size in (32, 40, 56, 64, 96, 128) for off in (-1, 1))
"""Lengths next to those of digests in hex."""
_ODD_HEX = re.compile(r"[0-9A-Fa-f]+")
_HEADLESS_BCRYPT = re.compile(
    r"(?:(?:\$?2?[aby])?\$?[01]?[0-9]?\$)?[./A-Za-z0-9]{53}|[aby][0-9][./][./A-Za-z0-9]{47,50}"
)
_DJANGO = re.compile(r"![A-Za-z0-9]{40}")


def _nothing(value: stored.Stored) -> forms.Form | None:
    return forms.NoPassword(reason="missing") if value.text.lower() in NOTHING else None


def _no_password(value: stored.Stored) -> forms.Form | None:
    return forms.NoPassword(reason="no-password") if value.text.lower() in NO_PASSWORD else None


def _locked(value: stored.Stored) -> forms.Form | None:
    """A lock alone, or a lock in front of a hash; 40 random characters behind `!` are Django's."""
    text = value.text
    if _DJANGO.fullmatch(text):
        return None
    if text.lower() in LOCKED or text.startswith(("!", "*LK*")) or (text.startswith("*$") and len(text) > 2):  # noqa: PLR2004
        return forms.NoPassword(reason="locked")
    return None


def _django_unusable(value: stored.Stored) -> forms.Form | None:
    return forms.NoPassword(reason="no-password") if value.text.startswith("!") else None


def _damaged(value: stored.Stored) -> forms.Form | None:
    """A digest in hex that lost or gained one digit."""
    return forms.NoPassword(reason="damaged") if _ODD_HEX.fullmatch(value.text) else None


def _damaged_bcrypt(value: stored.Stored) -> forms.Form | None:
    """Bcrypt whose head was eaten by a shell, which takes `$2` and `$1` for variables."""
    return forms.NoPassword(reason="damaged") if _HEADLESS_BCRYPT.fullmatch(value.text) else None


def _delegated(value: stored.Stored) -> forms.Form | None:
    known = value.text.lower().startswith(("{sasl}", "{kerberos}"))
    return forms.NoPassword(reason="no-password") if known else None


FORMATS = (
    catalogue.Format(
        name="nothing",
        definition="no value at all",
        recognised="empty, NULL, None, `\\N`",
        source="database exports",
        keys=tuple(f"word:{word}" for word in sorted(NOTHING)),
        read=_nothing,
        certainty="exact",
    ),
    catalogue.Format(
        name="no_password",
        definition="an account without a password",
        recognised="`*`, `x`, `NP`, `*0`, `*1`, `EXTERNAL`, `GLOBAL`",
        source="shadow(5), crypt(3), Oracle",
        keys=tuple(f"word:{word}" for word in sorted(NO_PASSWORD)),
        read=_no_password,
        certainty="exact",
    ),
    catalogue.Format(
        name="locked",
        definition="a locked account, with or without its old hash behind the lock",
        recognised="`!`, `!!`, `*LK*`, or one of them in front of a hash",
        source="shadow(5)",
        keys=(*(f"word:{word}" for word in sorted(LOCKED)), "!", "*"),
        read=_locked,
        certainty="exact",
        rank=40,
    ),
    catalogue.Format(
        name="django_unusable",
        definition="an account without a password",
        recognised="`!` and 40 random characters",
        source="django.contrib.auth.hashers.make_password(None)",
        keys=("!",),
        read=_django_unusable,
        certainty="exact",
        rank=60,
    ),
    catalogue.Format(
        name="delegated",
        definition="a pointer to another system, which holds the password",
        recognised="`{SASL}user@realm`, `{KERBEROS}principal`",
        source="OpenLDAP",
        keys=("{sasl}", "{kerberos}"),
        read=_delegated,
        certainty="exact",
    ),
    catalogue.Format(
        name="damaged",
        definition="a digest that lost or gained a digit",
        recognised="hex digits, one more or less than a digest has",
        source="truncated columns, broken exports",
        keys=tuple(f"hex:{size}" for size in _NEARLY),
        read=_damaged,
        certainty="shape",
        rank=99,
    ),
    catalogue.Format(
        name="damaged_bcrypt",
        definition="bcrypt without its head",
        recognised="53 characters of bcrypt's alphabet; `b0` and fewer",
        source="`$2b$10$…` inside double quotes of a shell",
        keys=tuple(f"len:{size}" for size in range(50, 54)),
        read=_damaged_bcrypt,
        certainty="shape",
        rank=99,
    ),
)
"""Every format of this file."""
