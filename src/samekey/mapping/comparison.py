"""One sent user against what the tenant shows: a pure comparison that knows what Auth0 changes by itself.

What Auth0 does to an imported user (contract of the import schema, the user profile and a recorded exchange, read on
2026-11-23): email and username are kept in lower case, `auth0|` is put in front of the user id, and name, nickname,
picture and `email_verified` are filled in where nothing was sent. None of that is a difference. Metadata is stored
whole, so it must come back whole. Passwords and MFA factors are never shown, so nothing can be said of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from samekey.auth0 import limits

SECRET_PROPERTIES = frozenset({"password_hash", "custom_password_hash", "mfa_factors"})
"""Properties of an import file that no answer of the tenant shows."""

METADATA_PROPERTIES = ("app_metadata", "user_metadata")

_PLAIN_PROPERTIES = ("given_name", "family_name", "name", "nickname", "picture", "phone_number")

_FLAGS = ("email_verified", "phone_verified", "blocked")
"""Booleans; one that is false may not be shown at all."""


class Problem(StrEnum):
    """What is wrong with a property, or with the user as a whole."""

    MISSING = "missing"
    """The user is not there."""
    AMBIGUOUS = "ambiguous"
    """More than one user could be the one that was sent."""
    ABSENT = "absent"
    """The property was sent and is not there."""
    DIFFERENT = "different"
    """The property is there with another value."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that did not come back as it was sent. Holds names, never values."""

    field: str
    """The property; empty when it is the user as a whole."""
    problem: Problem
    keys: tuple[str, ...] = ()
    """For metadata: the first-level keys that differ, sorted."""


def differences(
    sent: Mapping[str, Any], found: Sequence[Mapping[str, Any]], *, connection: str = ""
) -> list[Difference]:
    """How the tenant's user differs from the one that was sent.

    Args:
        sent: an entry of an import file.
        found: the profiles that an address or an id led to, of any connection.
        connection: name of the connection that was imported into; empty to look at every one.

    Returns:
        Nothing when all that can be compared is equal.

    """
    candidates = [profile for profile in found if _is_of(profile, connection)]
    if len(candidates) > 1:
        candidates = [profile for profile in candidates if _is_same_person(sent, profile)] or candidates
    if not candidates:
        return [Difference("", Problem.MISSING)]
    if len(candidates) > 1:
        return [Difference("", Problem.AMBIGUOUS)]
    return list(_property_differences(sent, candidates[0]))


def same(sent: object, found: object) -> bool:
    """Whether two JSON values are equal. Python holds True for 1; JSON does not."""
    if isinstance(sent, bool) or isinstance(found, bool):
        return sent is found
    if isinstance(sent, Mapping) and isinstance(found, Mapping):
        return sent.keys() == found.keys() and all(same(value, found[key]) for key, value in sent.items())
    if isinstance(sent, list) and isinstance(found, list):
        return len(sent) == len(found) and all(map(same, sent, found))
    return sent == found


def _property_differences(sent: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Difference]:
    for field, as_stored in _AS_STORED.items():
        if sent.get(field) is None:
            continue
        if found.get(field) is None:
            yield Difference(field, Problem.ABSENT)
        elif as_stored(sent[field]) != found[field]:
            yield Difference(field, Problem.DIFFERENT)
    for field in _FLAGS:
        if field in sent and bool(sent[field]) is not bool(found.get(field)):
            yield Difference(field, Problem.DIFFERENT if field in found else Problem.ABSENT)
    for field in METADATA_PROPERTIES:
        if field in sent:
            yield from _metadata_difference(field, sent[field] or {}, found.get(field) or {})


def _metadata_difference(field: str, sent: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Difference]:
    keys = {key for key in sent.keys() | found.keys() if key not in sent or key not in found}
    keys |= {key for key in sent.keys() & found.keys() if not same(sent[key], found[key])}
    if keys:
        yield Difference(field, Problem.DIFFERENT if found else Problem.ABSENT, tuple(sorted(keys)))


def _is_of(profile: Mapping[str, Any], connection: str) -> bool:
    """Whether a profile has an identity in the connection; linked identities count."""
    if not connection:
        return True
    identities = profile.get("identities") or ()
    return any(identity.get("connection") == connection for identity in identities)


def _is_same_person(sent: Mapping[str, Any], profile: Mapping[str, Any]) -> bool:
    """Whether every identifier that both sides have is equal."""
    return all(
        as_stored(sent[field]) == profile[field]
        for field, as_stored in _IDENTIFIERS.items()
        if sent.get(field) is not None and profile.get(field) is not None
    )


def _lowered(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _prefixed(value: object) -> object:
    """Put in front whatever stands there already, as an import job does (import guide)."""
    return f"{limits.USER_ID_PREFIX}{value}"


def _itself(value: object) -> object:
    return value


_IDENTIFIERS: dict[str, Callable[[object], object]] = {"email": _lowered, "username": _lowered, "user_id": _prefixed}

_AS_STORED = _IDENTIFIERS | dict.fromkeys(_PLAIN_PROPERTIES, _itself)
"""Properties that are compared when they were sent, with what Auth0 makes of them."""
