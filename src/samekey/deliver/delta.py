"""What an import can carry over to somebody who is there, and what it cannot: one changed user held against the tenant.

Pure. The rules, row by row, are those of an import with upsert (import schema and import guide, read on 2026-11-23; a
support article of 9 April 2026):

| over there | changed here | sent |
| --- | --- | --- |
| nobody | anything | the whole user, hash included: it is created, again where it had been delivered |
| came with a custom hash, never logged in | password | with the hash, which replaces the other |
| has logged in or reset the password since | password | without; the password over there stays |
| came without a hash | password | without; Auth0 made a random one for good |
| any | profile alone | without the hash, which is as it was |
| another id with this address, or the other way round | anything | nothing: it would be somebody else |

Metadata is replaced whole, unless it is merged with what is there before it is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from samekey.auth0 import limits
from samekey.client.wire import Profile
from samekey.journal import outcome_codes
from samekey.pack.changes import Change, Kind

METADATA = ("app_metadata", "user_metadata")

SIGNS_OF_USE = ("logins_count", "last_login", "last_password_reset")
"""Properties that a user has once the password over there is the person's own: it was typed there, or set there."""

HASH = "custom_password_hash"


@dataclass(frozen=True)
class Plan:
    """What becomes of one changed user."""

    entry: dict[str, Any] | None
    """What is imported; None when nothing is."""
    is_there: bool
    """Whether the import updates somebody."""
    code: str = ""
    """What of the change is not carried over: a word of `outcome_codes`; empty when all of it is."""
    loses_metadata: bool = False
    """Whether metadata over there goes that the record does not hold."""


def plan(
    change: Change,
    sent: Mapping[str, Any],
    found: Sequence[Profile],
    *,
    connection: str,
    keep_metadata: bool,
    was_delivered: bool = False,
) -> Plan:
    """Decide for one user.

    Args:
        change: what changed.
        sent: the user as packed.
        found: everybody over there with its address or its id, of any connection.
        connection: name of the connection that it goes to.
        keep_metadata: merge metadata with what is there.
        was_delivered: whether the delivery brought the person before, so that somebody should be there.

    """
    there = {str(profile.get("user_id")): profile for profile in found if is_of(profile, connection)}
    if not there:
        return Plan(dict(sent), is_there=False, code=outcome_codes.MADE_AGAIN if was_delivered else "")
    (profile, *others) = there.values()
    if others or not _is_the_same(sent, profile):
        return Plan(None, is_there=True, code=outcome_codes.ANOTHER_USER)
    code = _why_no_password(change, sent, profile)
    if code and Kind.PROFILE not in change.kinds:
        return Plan(None, is_there=True, code=code)
    entry = dict(sent)
    if code or Kind.PASSWORD not in change.kinds:
        entry.pop(HASH, None)
    known = {name: profile.get(name) or {} for name in METADATA if name in sent}
    if keep_metadata:
        entry.update({name: {**there_already, **sent[name]} for name, there_already in known.items()})
    loses = any(there_already.keys() - entry[name].keys() for name, there_already in known.items())
    return Plan(entry, is_there=True, code=code, loses_metadata=loses)


def _why_no_password(change: Change, sent: Mapping[str, Any], profile: Profile) -> str:
    """Why a changed password is not carried over; empty when it is, or did not change."""
    if Kind.PASSWORD not in change.kinds or HASH not in sent:
        return ""
    if has_own_password(profile):
        return outcome_codes.PASSWORD_IN_USE
    return "" if change.had_password else outcome_codes.PASSWORD_FIXED


def has_own_password(profile: Profile) -> bool:
    """Whether the person ever came in, or set a password over there: then no import replaces it."""
    return any(profile.get(name) for name in SIGNS_OF_USE)


def is_of(profile: Profile, connection: str) -> bool:
    """Whether a user belongs to a connection."""
    return any(identity.get("connection") == connection for identity in profile.get("identities") or ())


def _is_the_same(sent: Mapping[str, Any], profile: Profile) -> bool:
    if sent.get("email") and str(sent["email"]).lower() != str(profile.get("email") or "").lower():
        return False
    return not sent.get("user_id") or profile.get("user_id") == f"{limits.USER_ID_PREFIX}{sent['user_id']}"
