"""The certain repairs of a user, and the loop that applies them until none is left."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from samekey.auth0 import limits, payload
from samekey.lint import judgement, payload_repairs
from samekey.lint.findings import Fault, difference
from samekey.mapping import rules

User = dict[str, Any]

_STEPS_MAX = 50
"""More repairs than any user needs; a loop has an end."""

_WORDS = {"true": True, "false": False, "1": True, "0": False}
_FROM_PHONE = str.maketrans("", "", " -.\u00a0")
"""What people put between digits. Brackets are not in it: `(0)` is a digit that must go."""
_EMPTY_IS_ABSENT = frozenset({"given_name", "family_name", "name", "nickname", "picture"})
_PADDING = re.compile(r"[\s=-]+")
_LETTER = re.compile(r"^\$2[aby]\$")


@dataclass(frozen=True, slots=True)
class Mended:
    """A user after every certain repair."""

    user: User
    faults: list[tuple[Fault, dict[str, Any] | None]]
    """Everything that was met, with what its repair changed; None for what is left as it was."""


def mend(user: User, judge: Callable[[Mapping[str, Any]], list[Fault]] = judgement.faults) -> Mended:
    """Repair a user as far as is certain.

    Args:
        user: an entry of an import file; it is not changed.
        judge: names the faults; those it names beyond the known codes are left as they are.

    """
    met: dict[Fault, dict[str, Any] | None] = {}
    found = judge(user)
    for _ in range(_STEPS_MAX):
        met |= {fault: None for fault in found if fault not in met}
        step = _step(user, found, judge)
        if step is None:
            break
        after, left = step
        change = difference(user, after)
        met |= {fault: change for fault in found if fault not in left}
        user, found = after, left
    return Mended(user, list(met.items()))


def _step(
    user: User, found: list[Fault], judge: Callable[[Mapping[str, Any]], list[Fault]]
) -> tuple[User, list[Fault]] | None:
    """One repair and what is wrong afterwards; None when no repair is left."""
    for fault in found:
        after = repaired(user, fault)
        if after is None:
            continue
        left = judge(after)
        if fault not in left:
            return after, left
    return None


def repaired(user: User, fault: Fault) -> User | None:
    """A user with one fault less, or None where no repair is certain."""
    name, _, inside = fault.field.partition(".")
    if name == "custom_password_hash":
        payload = payload_repairs.repaired(user[name], fault.code, inside)
        return None if payload is None else user | {name: payload}
    if name not in user and not fault.field.startswith("mfa_factors["):
        return None
    repair = _REPAIRS.get(fault.code)
    return repair(user, fault.field) if repair else None


def without(user: Mapping[str, Any], name: str) -> User:
    """A copy that lacks one property."""
    return {each: value for each, value in user.items() if each != name}


def _wrong_type(user: User, name: str) -> User | None:
    value = user[name]
    if value is None and name not in judgement.HASH_PROPERTIES:
        # Not so for the hashes: a user imported without one gets a random one, for good.
        return without(user, name)
    if name in rules.BOOLEAN_PROPERTIES and isinstance(value, (str, int)) and str(value).strip().lower() in _WORDS:
        return user | {name: _WORDS[str(value).strip().lower()]}
    if name in {"user_id", "username"} and isinstance(value, int) and not isinstance(value, bool):
        return user | {name: str(value)}
    if name in rules.METADATA_PROPERTIES and isinstance(value, str):
        return _from_text(user, name, value)
    return None


def _from_text(user: User, name: str, text: str) -> User | None:
    """Metadata that was encoded twice."""
    try:
        metadata = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None
    return user | {name: metadata} if isinstance(metadata, dict) else None


def _email(user: User, name: str) -> User | None:
    return user | {name: user[name].strip()} if user[name].strip() else _absent(user, name)


def _phone(user: User, name: str) -> User | None:
    number = user[name].strip().translate(_FROM_PHONE)
    return user | {name: number} if number else _absent(user, name)


def _absent(user: User, name: str) -> User | None:
    """An empty text is no value, unless a person would be left with no identifier."""
    if user[name].strip():
        return None
    others = any(user.get(other) for other in judgement.IDENTIFIERS if other != name)
    return without(user, name) if others or name in _EMPTY_IS_ABSENT else None


def _user_id(user: User, name: str) -> User | None:
    bare = user[name]
    while bare.startswith(limits.USER_ID_PREFIX):
        bare = bare.removeprefix(limits.USER_ID_PREFIX)
    return user | {name: bare} if bare else None


def _factors(user: User, field: str) -> User | None:
    factors = user["mfa_factors"]
    if not factors and not isinstance(factors, (bool, int, float)):
        return without(user, "mfa_factors")
    if not field.endswith("]") or not isinstance(factors, list):
        return None
    number = int(field[field.index("[") + 1 : -1])
    factor = _factor(factors[number])
    return None if factor is None else user | {"mfa_factors": [*factors[:number], factor, *factors[number + 1 :]]}


def _factor(factor: Any) -> User | None:
    """A secret in lower case, in groups or with padding stands for the same bytes; a number with blanks is one."""
    if not isinstance(factor, Mapping) or len(factor) != 1:
        return None
    ((kind, content),) = factor.items()
    if not isinstance(content, Mapping):
        return None
    match kind, dict(content):
        case "totp", {"secret": str(secret)}:
            return {kind: {**content, "secret": _PADDING.sub("", secret).upper()}}
        case "phone", {"value": str(number)}:
            return {kind: {**content, "value": number.strip().translate(_FROM_PHONE)}}
        case "email", {"value": str(address)}:
            return {kind: {**content, "value": address.strip()}}
    return None


def _password_hash(user: User, name: str) -> User | None:
    """Into `custom_password_hash`, which takes what describes itself and can be corrected by a later import."""
    value = user[name]
    if "custom_password_hash" in user or not isinstance(value, str):
        return None
    payload = payload_repairs.carried(value.strip())
    return None if payload is None else {**without(user, name), "custom_password_hash": payload}


def _both_hashes(user: User, name: str) -> User | None:
    """Certain when one is null, or both are the same hash; which of two different ones counts, nobody here knows.

    What stays is `custom_password_hash`, which a later import can correct.
    """
    custom, value = user["custom_password_hash"], user[name]
    if (custom is None) != (value is None):
        return without(user, "custom_password_hash" if custom is None else name)
    same = isinstance(custom, Mapping) and isinstance(value, str) and _says_the_same(custom, value.strip())
    return without(user, name) if same else None


def _says_the_same(custom: Mapping[str, Any], value: str) -> bool:
    """Whether a payload is this very text, of an algorithm whose text says everything."""
    text, typed_as = payload_repairs.at(custom, "hash.value"), payload_repairs.at(custom, "password.encoding")
    if custom.get("algorithm") not in payload.UTF8_ONLY or "salt" in custom or not isinstance(text, str):
        return False
    return typed_as in {None, payload.ENCODING_DEFAULT} and _without_letter(text) == _without_letter(value)


def _without_letter(text: str) -> str:
    """A bcrypt string without the letter, which does not matter among a, b and y; any other text as it is."""
    return _LETTER.sub("", text)


_REPAIRS: dict[str, Callable[[User, str], User | None]] = {
    "wrong-type": _wrong_type,
    "bad-email": _email,
    "bad-phone": _phone,
    "bad-url": _absent,
    "too-short": _absent,
    "too-long": _absent,
    "user-id-prefix": _user_id,
    "bad-mfa-factors": _factors,
    "password-hash-form": _password_hash,
    "password-hash-variant": _password_hash,
    "password-hash-cost": _password_hash,
    "both-hash-fields": _both_hashes,
}
