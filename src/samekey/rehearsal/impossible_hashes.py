"""Hashes that fit Auth0's schema and can never match a password.

Whether the import worker notices them is not documented; a setting decides. What can be seen without running anything
is seen here: a digest of an impossible length, a string that is not of its algorithm's form.
"""

import re
from collections.abc import Mapping
from typing import Any

from samekey.auth0 import payload
from samekey.hashes import node_text
from samekey.rehearsal import complaints

_PLACE = ("custom_password_hash", "hash", "value")
_ARGON2 = r"^\$argon2id?\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$"
_PBKDF2 = r"^\$pbkdf2-([A-Za-z0-9-]+)(?:\$(?:i=\d+)?,?(?:l=(\d+))?)?\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$"
_LDAP_SALTS = ("ss", "smd5")


def complaints_about(stored: Mapping[str, Any]) -> list[complaints.Complaint]:
    """What is impossible about a hash that fits schema and prose; empty when a password could match it."""
    algorithm: str = stored["algorithm"]
    value: str = stored["hash"]["value"]
    match algorithm:
        case "argon2":
            return [] if re.match(_ARGON2, value, re.ASCII) else [complaints.no_pattern(_ARGON2, _PLACE)]
        case "pbkdf2":
            return _about_pbkdf2(value)
        case "ldap":
            return _about_ldap(value)
        case "bcrypt":
            return []
        case _:
            found = node_text.decode(value, stored["hash"]["encoding"])
            return _about_length(len(found), _bytes_expected(algorithm, stored))


def _bytes_expected(algorithm: str, stored: Mapping[str, Any]) -> int:
    if algorithm == "scrypt":
        return int(stored["keylen"])
    if algorithm == "hmac":
        return payload.HMAC_DIGEST_BYTES[stored["hash"]["digest"]]
    return payload.DIGEST_BYTES[algorithm]


def _about_pbkdf2(value: str) -> list[complaints.Complaint]:
    read = re.match(_PBKDF2, value, re.ASCII)
    if read is None or read[1] not in payload.PBKDF2_DIGESTS:
        return [complaints.no_pattern(_PBKDF2, _PLACE)]
    expected = int(read[2] or payload.PBKDF2_KEY_BYTES_DEFAULT)
    return _about_length(len(node_text.decode(read[4], "base64")), expected)


def _about_ldap(value: str) -> list[complaints.Complaint]:
    scheme, _, data = value.removeprefix("{").partition("}")
    name = scheme.lower().replace("-", "")
    expected = payload.HMAC_DIGEST_BYTES[payload.LDAP_SCHEME_DIGESTS[name]]
    found = len(node_text.decode(data, "base64"))
    is_salted = name.startswith(_LDAP_SALTS)
    return _about_length(expected if is_salted and found >= expected else found, expected)


def _about_length(found: int, expected: int) -> list[complaints.Complaint]:
    if found == expected:
        return []
    code = "MIN_LENGTH" if found < expected else "MAX_LENGTH"
    return [complaints.complaint(code, f"The hash has {found} bytes, not {expected}", _PLACE)]
