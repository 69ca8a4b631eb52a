"""What is wrong with one user of an import file: every fault, not only the first.

The rules themselves are those of `mapping.acceptance` and `hashes.payload_rules`. A property is judged alone, so that
no fault hides another.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from samekey.auth0 import limits, payload
from samekey.hashes import payload_rules, payload_work
from samekey.lint import digest_readings, payload_repairs
from samekey.lint.findings import HIDDEN, Fault
from samekey.mapping import acceptance, rules

HASH_PROPERTIES = ("password_hash", "custom_password_hash")

IDENTIFIERS = ("email", "username", "phone_number")
"""What a person can be known by; compared without regard to case."""

_PROPERTIES = frozenset({
    *rules.TEXT_PROPERTIES, *rules.BOOLEAN_PROPERTIES, *rules.METADATA_PROPERTIES, *rules.OTHER_PROPERTIES,
    *HASH_PROPERTIES,
})  # fmt: skip
_NOT_IN_PROFILE = frozenset({*HASH_PROPERTIES, "mfa_factors"})
_ANYBODY = {"username": "x"}
"""Somebody with whom nothing is wrong; a property to be judged is put beside it."""

_HEX_LOOK = re.compile(r"(?:[0-9a-f]{2}){4,}|(?:[0-9A-F]{2}){4,}")
"""Four bytes or more in one case: fewer are too often a word or a year."""
_BASE64_LOOK = re.compile(r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)")
"""Only with padding: without it any word of letters is base64."""
_KEY_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,30}")

_BCRYPT = re.compile(payload.BCRYPT_PATTERN)
_ASK_A_LOGIN = "Prove it with --logins."


def faults(user: Mapping[str, Any]) -> list[Fault]:
    """Everything that is wrong with a user, doubts left aside."""
    if acceptance.refusal(user) is None and user.keys() <= _PROPERTIES:
        # Nearly always; what follows looks again, property by property.
        return [*_weight(user), *_salt_room(user), *_work(user), *_ignored(user)]
    found = [
        *_of_properties(user), *_of_password(user), *_weight(user), *_salt_room(user), *_work(user), *_ignored(user),
    ]  # fmt: skip
    return list(dict.fromkeys(found))


def doubts(user: Mapping[str, Any]) -> list[Fault]:
    """What the form of a payload leaves open: texts that look like hex or base64 and are not declared so."""
    whole = user.get("custom_password_hash")
    if not isinstance(whole, Mapping):
        return []
    places = [("salt", whole.get("salt"))]
    if whole.get("algorithm") == "hmac" and isinstance(whole.get("hash"), Mapping):
        places.append(("key", whole["hash"].get("key")))
    return [fault for name, told in places if isinstance(told, Mapping) for fault in _doubtful(name, told)]


def _of_properties(user: Mapping[str, Any]) -> Iterator[Fault]:
    for name, value in user.items():
        if name not in _PROPERTIES:
            yield Fault("unknown-property", _named(name))
        elif name == "mfa_factors":
            yield from _of_factors(value)
        elif name in rules.METADATA_PROPERTIES:
            yield from _of_metadata(name, value)
        elif name not in HASH_PROPERTIES:
            yield from _refused({name: value})
    if not any(name in user for name in IDENTIFIERS):
        yield from _refused({}, beside={})


def _refused(part: Mapping[str, Any], *, beside: Mapping[str, Any] = _ANYBODY) -> Iterator[Fault]:
    refusal = acceptance.refusal({**beside, **part})
    if refusal is None:
        return
    code = refusal.reason
    if code == "bad-user-id" and str(part["user_id"]).startswith(limits.USER_ID_PREFIX):
        code = "user-id-prefix"
    yield Fault(code, refusal.field, "" if code in {"missing", "user-id-prefix"} else refusal.remedy)


def _of_metadata(name: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, Mapping) or not value:
        yield from _refused({name: value})
        return
    for key, inner in value.items():
        yield from _refused({name: {key: inner}})


def _of_factors(value: Any) -> Iterator[Fault]:
    if not isinstance(value, list) or not 1 <= len(value) <= limits.MFA_FACTORS_MAX:
        yield from _refused({"mfa_factors": value})
        return
    for number, factor in enumerate(value):
        for fault in _refused({"mfa_factors": [factor]}):
            yield fault._replace(field=f"mfa_factors[{number}]")


def _of_password(user: Mapping[str, Any]) -> Iterator[Fault]:
    if all(name in user for name in HASH_PROPERTIES):
        yield Fault("both-hash-fields", "password_hash")
    if "password_hash" in user:
        value = user["password_hash"]
        for word, _ in payload_rules.password_hash_refusals(value):
            yield Fault(_password_hash_code(word, value), "password_hash", _NO_HASH if value is None else "")
    if "custom_password_hash" in user:
        yield from _of_payload(user["custom_password_hash"])


def _password_hash_code(word: str, value: Any) -> str:
    if word == "password-hash-form" and _BCRYPT.fullmatch(value):
        return "password-hash-variant" if value.startswith("$2y$") else "password-hash-cost"
    return word


def _of_payload(whole: Any) -> Iterator[Fault]:
    """The faults of a payload, a mistake once.

    Keys in the wrong place are not missed in the right one, and a value in the wrong encoding is not held against the
    form that it would have in another.
    """
    found = payload_rules.refusals(whole)
    if ("encoding-forbidden", "hash.encoding") in found:
        found = [(word, field) for word, field in found if field != "hash.value"]
    stated = whole.get("hash") if isinstance(whole, Mapping) else None
    inside = stated if isinstance(stated, Mapping) else {}
    misplaced = [field.rpartition(".")[2] for word, field in found if word == "misplaced-key"]
    if misplaced:
        yield Fault("misplaced-key", "custom_password_hash.hash", f"Move out: {', '.join(misplaced)}.")
    for word, field in found:
        missed = word.removeprefix("missing-")
        if word == "misplaced-key" or (missed in misplaced and missed in inside):
            continue
        place = _named(field) if word == "unknown-key" else field
        advice = _NO_HASH if whole is None else _BELONGS.get(field, _TEXT) if word == "wrong-type" else ""
        yield Fault(word, f"custom_password_hash.{place}".rstrip("."), advice)


_NO_HASH = "A user imported without a hash gets a random one for good: leave the user out until there is one."
_TEXT = "Text belongs here."
_BELONGS = {
    "": "An object with `algorithm` and `hash` belongs here.",
    "hash": "An object with `value` and `encoding` belongs here.",
    "salt": "An object with `value`, `encoding` and `position` belongs here; without position it goes before.",
    "hash.key": "An object with `value` and `encoding` belongs here.",
    "password": "An object with `encoding` belongs here.",
}
"""What Auth0 wants where something of another type stands."""


def _ignored(user: Mapping[str, Any]) -> Iterator[Fault]:
    """Keys inside the parts of a payload that Auth0's schema neither knows nor forbids: a misspelt `position`."""
    whole = user.get("custom_password_hash")
    if not isinstance(whole, Mapping):
        return
    for place, known in payload_repairs.KEYS.items():
        part = payload_repairs.at(whole, place)
        if isinstance(part, Mapping):
            for key in part:
                if key not in known and not (place == "hash" and key in payload_repairs.MISPLACED):
                    close = difflib.get_close_matches(key[:_KEY_CHARS_MAX].lower(), known, n=1)
                    advice = f"Is `{close[0]}` meant?" if close else ""
                    yield Fault("ignored-key", f"custom_password_hash.{place}.{_named(key)}", advice)


_KEY_CHARS_MAX = 40


def _weight(user: Mapping[str, Any]) -> Iterator[Fault]:
    profile = {name: value for name, value in user.items() if name not in _NOT_IN_PROFILE}
    if len(msgspec.json.encode(profile)) > limits.PROFILE_BYTES_MAX:
        yield Fault("profile-too-large", "", f"Auth0 keeps profiles up to {limits.PROFILE_BYTES_MAX} bytes.")


def _work(user: Mapping[str, Any]) -> Iterator[Fault]:
    """Numbers beyond what samekey runs."""
    bare, whole = user.get("password_hash"), user.get("custom_password_hash")
    if isinstance(bare, str) and not payload_work.bcrypt_is_bearable(bare):
        yield Fault("work-factor", "password_hash")
    if isinstance(whole, Mapping) and not payload_work.is_bearable(whole):
        yield Fault("work-factor", "custom_password_hash")


def _salt_room(user: Mapping[str, Any]) -> Iterator[Fault]:
    """Only 72 bytes count for bcrypt, salt included; and the salt that bcrypt makes itself is inside its value."""
    whole = user.get("custom_password_hash")
    if not isinstance(whole, Mapping) or whole.get("algorithm") != "bcrypt" or not isinstance(whole.get("salt"), dict):
        return
    salt = digest_readings.decoded(whole["salt"])
    in_front = whole["salt"].get("position", payload.POSITION_DEFAULT) == payload.POSITION_DEFAULT
    if salt is not None and in_front and len(salt) >= limits.BCRYPT_BYTES_MAX:
        yield Fault("salt-too-long", "custom_password_hash.salt")
    stated = whole.get("hash")
    value = stated.get("value") if isinstance(stated, Mapping) else None
    if salt and isinstance(value, str) and salt in {value[:29].encode(), value[7:29].encode(), value.encode()}:
        yield Fault("bcrypt-own-salt", "custom_password_hash.salt")


def _doubtful(name: str, told: Mapping[str, Any]) -> Iterator[Fault]:
    value = told.get("value")
    if not isinstance(value, str) or told.get("encoding", payload.ENCODING_DEFAULT) != payload.ENCODING_DEFAULT:
        return
    field = "custom_password_hash.salt.encoding" if name == "salt" else "custom_password_hash.hash.key.encoding"
    if _HEX_LOOK.fullmatch(value):
        yield Fault(f"{name}-looks-hex", field, _ASK_A_LOGIN)
    elif _BASE64_LOOK.fullmatch(value):
        yield Fault(f"{name}-looks-base64", field, _ASK_A_LOGIN)


def _named(key: str) -> str:
    """A key that Auth0 does not know, unless it may be a value that strayed."""
    return key if _KEY_NAME.fullmatch(key) else HIDDEN
