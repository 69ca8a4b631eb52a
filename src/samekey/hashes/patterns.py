"""Texts of common shapes taken apart at a glance, so that one conversion is the pattern for all others like it.

What decides how such a text is read goes into its key: lengths, case, parameters, and which letters a salt has where
some format asks. Texts of one key have the same conversion but for what stands in the payload, which is made here.
Whoever keeps a pattern holds it against the full reading first (see `is_pattern`); what is rare, damaged or ambiguous
in itself is left to the full reading.
"""

import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from samekey.hashes import alphabets, fragments

Taken = tuple[tuple[object, ...], str, str, str | None, str]
"""The key; value and encoding of `hash`; value (None: there is none) and encoding of `salt`."""

is_hex = re.compile(r"[0-9A-Fa-f]{16,256}").fullmatch
is_bcrypt = fragments.BCRYPT.fullmatch
_ARGON2 = re.compile(
    r"(\$argon2(?:id|i|d)\$v=19\$m=[1-9][0-9]{0,9},t=[1-9][0-9]{0,9},p=[1-9][0-9]{0,7}\$)"
    r"([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)"
).fullmatch
_DJANGO_PBKDF2 = re.compile(
    r"pbkdf2_(sha256|sha1)\$([1-9][0-9]{0,9})\$([./A-Za-z0-9]+)\$([A-Za-z0-9+/]+)(={0,2})"
).fullmatch
_NAMED_SALT_HEX = re.compile(r"(md5|sha1)\$([./A-Za-z0-9]{1,64})\$([0-9a-f]{32,40})").fullmatch
_HEX_SALT = re.compile(r"([0-9A-Fa-f]{32,128}):([./A-Za-z0-9]{1,64})").fullmatch
_LDAP = re.compile(r"(\{S(?:MD5|SHA(?:256|512)?)\})([A-Za-z0-9+/]+)(={0,2})").fullmatch
_LDAP_BYTES = {"{SMD5}": 16, "{SSHA}": 20, "{SSHA256}": 32, "{SSHA512}": 64}
_ALL_HEX = re.compile(r"[0-9A-Fa-f]+").fullmatch

OF_EMPTY = frozenset(
    {
        hashlib.new(name, usedforsecurity=False).hexdigest()
        for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
    }
    | {"31d6cfe0d16ae931b73c59d7e0c089c0"}  # MD4, and so the NT hash
)
"""Digests of an empty password, which nobody can type at Auth0's door."""


def taken(text: str) -> Taken | None:
    """A text of a common shape, taken apart; None for any other."""
    if is_hex(text):
        lower = text.lower()
        if lower in OF_EMPTY:
            return None
        return (len(text), lower != text, text.upper() != text), lower, "hex", None, ""
    first = text[:1]
    if first == "$":
        return _bcrypt(text) if text[1:2] == "2" else _argon2(text)
    if first == "{":
        return _ldap(text)
    if first == "p":
        return _django_pbkdf2(text)
    return _hex_salt(text) if ":" in text else _named_salt_hex(text)


def is_pattern(written: Mapping[str, Any] | None, of: Taken) -> bool:
    """Whether the payload of one text holds nothing of it but what was taken, so that it may be copied for others."""
    if written is None:
        return False
    _, value, encoding, salt, salt_encoding = of
    if written["hash"] != {"value": value, "encoding": encoding}:
        return False
    if salt is None:
        return "salt" not in written
    stated = dict(written.get("salt", {}))
    stated.pop("position", None)
    return bool(stated == {"value": salt, "encoding": salt_encoding})


def _bcrypt(text: str) -> Taken | None:
    """Nothing but the first seven characters decides, where the rest is whole."""
    if not is_bcrypt(text) or text.islower():
        return None
    return (text[:7],), f"$2b${text[4:]}" if text[2] == "y" else text, "utf8", None, ""


def _argon2(text: str) -> Taken | None:
    """Parameters in the usual order, and base64 that no bit hangs over."""
    read = _ARGON2(text)
    if read is None:
        return None
    front, salt, key = read.groups()
    if not alphabets.is_b64_clean(salt) or not alphabets.is_b64_clean(key):
        return None
    return (front, len(salt), len(key)), text, "utf8", None, ""


def _django_pbkdf2(text: str) -> Taken | None:
    """The salt is written as base64 of its text; the key stays but for its padding."""
    read = _DJANGO_PBKDF2(text)
    if read is None:
        return None
    digest_name, rounds, salt, key, padding = read.groups()
    if (len(key) + len(padding)) % 4 or not alphabets.is_b64_clean(key):
        return None
    parameters = f"{digest_name}$i={rounds},l={len(key) * 3 // 4}"
    return (parameters, len(salt)), f"$pbkdf2-{parameters}${alphabets.b64(salt.encode())}${key}", "utf8", None, ""


def _named_salt_hex(text: str) -> Taken | None:
    """`sha1$salt$hex`."""
    read = _NAMED_SALT_HEX(text)
    if read is None:
        return None
    name, salt, digits = read.groups()
    letters = _letters(salt)
    return None if letters is None else ((name, len(digits), *letters), digits, "hex", salt, "utf8")


def _hex_salt(text: str) -> Taken | None:
    """`hex:salt`."""
    read = _HEX_SALT(text)
    if read is None:
        return None
    digits, salt = read.groups()
    letters = _letters(salt)
    lower = digits.lower()
    if letters is None:
        return None
    return (":", len(digits), lower != digits, digits.upper() != digits, *letters), lower, "hex", salt, "utf8"


def _letters(salt: str) -> tuple[object, ...] | None:
    """What formats ask of a salt; None where it may also be hex or numbers, or base64 with bits hanging over."""
    if _ALL_HEX(salt):
        return None
    return len(salt), "." in salt, "/" in salt, alphabets.is_b64_clean(salt)


def _ldap(text: str) -> Taken | None:
    """A salted scheme of directories; padded, and not hex where base64 belongs."""
    read = _LDAP(text)
    if read is None:
        return None
    scheme, bare, padding = read.groups()
    if (len(bare) + len(padding)) % 4 or _ALL_HEX(bare) or not alphabets.is_b64_clean(bare):
        return None
    raw = binascii.a2b_base64(bare + padding)
    size = _LDAP_BYTES[scheme]
    salt = raw[size:]
    if not salt:
        return None
    told, encoding = (salt.decode("ascii"), "utf8") if alphabets.is_printable(salt) else (salt.hex(), "hex")
    return (scheme, len(salt), encoding, bare.isalnum()), raw[:size].hex(), "hex", told, encoding
