"""What Auth0's schema refuses in a payload, whatever the algorithm: keys, types and choices.

A part that an algorithm does not look at is refused all the same when it is not of its kind: a `salt` without a value,
a `cost` of null. What an algorithm asks for is `auth0_check`'s business.

Source:
    Auth0's import schema, as held in `samekey.auth0.payload`.
"""

from collections.abc import Mapping
from typing import Any

from samekey.auth0 import payload

_KEYS = frozenset({"algorithm", "hash", "salt", "password", "keylen", "cost", "blockSize", "parallelization"})
_CHOICES = (
    (("hash",), "encoding", payload.HASH_ENCODINGS, "unknown-encoding"),
    (("hash",), "digest", tuple(payload.HMAC_DIGEST_BYTES), "unknown-digest"),
    (("hash", "key"), "encoding", payload.HASH_ENCODINGS, "unknown-encoding"),
    (("salt",), "encoding", payload.HASH_ENCODINGS, "unknown-encoding"),
    (("salt",), "position", payload.SALT_POSITIONS, "unknown-position"),
    (("password",), "encoding", payload.PASSWORD_ENCODINGS, "unknown-password-encoding"),
)
"""The part, the key in it, what it may say, and the word when it says something else."""
_VALUED = (("hash", "key"), ("salt",))
"""The parts that need a value once they are there."""


def refusal(custom_password_hash: Mapping[Any, Any]) -> str | None:
    """The first thing that the schema refuses.

    Args:
        custom_password_hash: as it stands in the import file, decoded from JSON.

    Returns:
        A stable word of `payload_rules.FAULTS`; None when the schema has nothing against it.

    """
    if not _KEYS.issuperset(custom_password_hash):
        return "unknown-key"
    for name in ("keylen", "cost", "blockSize", "parallelization"):
        if name in custom_password_hash and not _is_count(custom_password_hash[name]):
            return "bad-number"
    cost = custom_password_hash.get("cost", payload.SCRYPT_COST_DEFAULT)
    if cost < 2 or cost & (cost - 1):  # noqa: PLR2004  # a power of two above 1
        return "bad-number"
    return _part_refusal(custom_password_hash)


def _part_refusal(whole: Mapping[Any, Any]) -> str | None:
    """The first part that is not of its kind."""
    for path, key, choices, word in _CHOICES:
        part = _part(whole, path)
        if part is not None and not isinstance(part, Mapping):
            return "wrong-type"
        if part is not None and key in part and part[key] not in choices:
            return word
    for path in _VALUED:
        part = _part(whole, path)
        if part is not None and not isinstance(part.get("value"), str):
            return "missing-value" if part.get("value") is None else "wrong-type"
    return None


def _part(whole: Mapping[Any, Any], path: tuple[str, ...]) -> Any:
    """What stands at the path; None when nothing does, and false where null stands."""
    part: Any = whole
    for step in path:
        if step not in part:
            return None
        part = part[step]
        if not isinstance(part, Mapping):
            return False
    return part


def _is_count(number: object) -> bool:
    """Whether this is a whole number above 0; JSON's true is not."""
    return isinstance(number, int) and not isinstance(number, bool) and number > 0
