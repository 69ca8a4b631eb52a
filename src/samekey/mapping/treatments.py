"""What a rule may do to a value on its way: look inside, trim and fold it, read a phone number or a one-time password.

A treatment takes what it can read and hands everything else on as it came, so that Auth0's own rules refuse it by name
afterwards. Only a negation has nothing to hand on: it fails, and the record is rejected.
"""

import base64
import binascii
import urllib.parse
from collections.abc import Callable
from typing import Any

import msgspec

from samekey import lookup

Treat = Callable[[Any], Any]

TRUE = frozenset({"true", "t", "yes", "y", "1", "on", "ja", "j", "wahr", "oui", "vrai", "si", "sí"})
"""Words and digits that CSV files and databases use for true, also in German, French and Spanish."""
FALSE = frozenset({"false", "f", "no", "n", "0", "off", "nein", "falsch", "non", "faux"})

PARTS = ("first", "rest")
"""How a full name may be split: its first word, or what follows it."""

ENCODINGS = ("base32", "hex", "text")
"""How a system may keep the secret of one-time passwords."""

_OTPAUTH_USUAL = {"algorithm": "SHA1", "digits": "6", "period": "30"}


def truth(value: Any) -> bool | None:
    """A value as true or false, also as one of the words for them; None when it is neither."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, (str, int)) else ""
    if word in TRUE:
        return True
    return False if word in FALSE else None


def trim(value: Any) -> Any:
    """Without white space at both ends."""
    return value.strip() if isinstance(value, str) else value


def lower(value: Any) -> Any:
    """In lower case."""
    return value.lower() if isinstance(value, str) else value


def without(beginning: str) -> Treat:
    """A text without this beginning, where it has it."""
    return lambda value: value.removeprefix(beginning) if isinstance(value, str) else value


def inside_json(path: str) -> Treat:
    """What stands inside a text of JSON.

    Args:
        path: where, dotted.

    """
    find = lookup.finder(path)

    def read(value: Any) -> Any:
        try:
            found = msgspec.json.decode(value) if isinstance(value, str) else value
            return find(found) if isinstance(found, dict) else value
        except (msgspec.DecodeError, lookup.ExpressionFailed, ValueError, RecursionError):
            return value

    return read


def part(which: str) -> Treat:
    """The first word of a name, or the rest of it.

    Args:
        which: one of `PARTS`.

    """
    index = PARTS.index(which)

    def split(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        words = value.strip().split(maxsplit=1)
        return words[index] if index < len(words) else ""

    return split


def knows_region(region: str) -> bool:
    """Whether numbers can be read as dialled in this region, a code such as DE."""
    import phonenumbers  # noqa: PLC0415  # its tables cost a tenth of a second, and few rules need them

    return region in phonenumbers.SUPPORTED_REGIONS


def e164(region: str) -> Treat:
    """A phone number as it is dialled in a region, in E.164 form.

    Args:
        region: the region of numbers without a country code.

    """
    import phonenumbers  # noqa: PLC0415  # as above

    def read(value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return value
        try:
            number = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            return value
        if not phonenumbers.is_valid_number(number):
            return value
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    return read


def totp_secret(encoding: str) -> Treat:
    """The secret of one-time passwords as Auth0 takes it: Base32 in capitals without padding.

    An `otpauth:` address is read whatever the encoding. One that asks for other than six digits, thirty seconds and
    SHA-1 is handed on as it is, and so refused: Auth0 imports a secret alone.

    Args:
        encoding: one of `ENCODINGS`.

    Source:
        Auth0's import schema, `mfa_factors.totp.secret`; the Key Uri Format of Google Authenticator.

    """

    def read(value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return value or None
        if value.strip().lower().startswith("otpauth:"):
            return _otpauth_secret(value.strip()) or value
        if encoding == "base32":
            return "".join(value.split()).replace("-", "").rstrip("=").upper()
        return _base32(value, encoding) or value

    return read


def _base32(value: str, encoding: str) -> str:
    if encoding == "text":
        secret = value.encode()
    else:
        try:
            secret = binascii.unhexlify("".join(value.split()))
        except (binascii.Error, ValueError):
            return ""
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def _otpauth_secret(address: str) -> str:
    try:
        parts = urllib.parse.urlsplit(address)
        asked = {name.lower(): value for name, value in urllib.parse.parse_qsl(parts.query)}
    except ValueError:
        return ""
    unusual = any(asked.get(name, usual).upper() != usual for name, usual in _OTPAUTH_USUAL.items())
    if parts.netloc.lower() != "totp" or unusual:
        return ""
    return asked.get("secret", "").replace(" ", "").rstrip("=").upper()
