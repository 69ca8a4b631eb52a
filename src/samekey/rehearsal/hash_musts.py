"""What Auth0 asks of a `custom_password_hash` in prose, beyond its schema: which field each algorithm needs.

Source: the page "Bulk user import schema" (`manage-users/user-migration/bulk-user-import-schema`, documentation tree
of 20 August 2026, read on 2026-11-23). Whether a digest has a possible length is not said there to be looked at
during import; such a hash imports and never logs in.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from samekey.auth0 import payload
from samekey.rehearsal import complaints

_ROOT = "custom_password_hash"
_BCRYPT = re.compile(payload.BCRYPT_PATTERN)
_RAW_ENCODINGS = frozenset({"hex", "base64"})
_LDAP = re.compile(r"^\{([A-Za-z0-9-]+)\}")


def complaints_about(stored: Mapping[str, Any]) -> list[complaints.Complaint]:
    """Everything wrong with a hash that already fits the schema."""
    algorithm: str = stored["algorithm"]
    hashed: Mapping[str, Any] = stored["hash"]
    if _is_plain_digest(algorithm, hashed):
        return []
    if "value" not in hashed:
        return [complaints.missing("value", [_ROOT, "hash"])]
    found: list[complaints.Complaint] = []
    if algorithm in payload.SALT_FORBIDDEN and "salt" in stored:
        found.append(complaints.unexpected(["salt"], [_ROOT]))
    encoding = hashed.get("encoding")
    if algorithm in payload.HEX_OR_BASE64_ONLY:
        if encoding is None:
            found.append(complaints.missing("encoding", [_ROOT, "hash"]))
        elif encoding == payload.ENCODING_DEFAULT:
            found.append(complaints.not_among([_ROOT, "hash", "encoding"]))
    elif encoding not in {None, payload.ENCODING_DEFAULT}:
        found.append(complaints.not_among([_ROOT, "hash", "encoding"]))
    if algorithm not in payload.DIGEST_BYTES:
        found.extend(_about_algorithm(algorithm, stored, hashed))
    return found


def _is_plain_digest(algorithm: str, hashed: Mapping[str, Any]) -> bool:
    """Whether nothing can be wrong: the most frequent kind of hash by far, told at once."""
    return algorithm in payload.DIGEST_BYTES and "value" in hashed and hashed.get("encoding") in _RAW_ENCODINGS


def _about_algorithm(
    algorithm: str, stored: Mapping[str, Any], hashed: Mapping[str, Any]
) -> Iterator[complaints.Complaint]:
    value: str = hashed["value"]
    match algorithm:
        case "hmac":
            yield from (complaints.missing(name, [_ROOT, "hash"]) for name in ("digest", "key") if name not in hashed)
        case "bcrypt" if not _BCRYPT.match(value):
            yield complaints.no_pattern(payload.BCRYPT_PATTERN, [_ROOT, "hash", "value"])
        case "ldap":
            scheme = _LDAP.match(value)
            if scheme is None or scheme.group(1).lower().replace("-", "") not in payload.LDAP_SCHEME_DIGESTS:
                yield complaints.not_among([_ROOT, "hash", "value"])
        case "scrypt":
            if "keylen" not in stored:
                yield complaints.missing("keylen", [_ROOT])
            cost: int = stored.get("cost", payload.SCRYPT_COST_DEFAULT)
            if cost & (cost - 1):
                yield complaints.complaint("NOT_PASSED", "Value must be a power of two", [_ROOT, "cost"])
        case _:
            pass
