"""What an import can carry over to somebody who is there, and what it cannot: one changed user held against the tenant.

Pure. The rules, row by row, are those of an import with upsert (import schema and import guide, read on 2026-11-23; a
support article of 9 April 2026):

| over there | changed here | sent |
| --- | --- | --- |
| nobody | anything | the whole user, hash included: it is created |
| came with a custom hash, never logged in | password | with the hash, which replaces the other |
| has logged in since | password | without; the password over there stays |
| came without a hash | password | without; Auth0 made a random one for good |
| any | profile alone | without the hash, which is as it was |
| another id with this address, or the other way round | anything | nothing: it would be somebody else |

Metadata is replaced whole, unless it is merged with what is there before it is sent.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from samekey.auth0 import limits
from samekey.client.wire import Profile
from samekey.journal import outcome_codes
from samekey.pack.changes import Change, Kind

METADATA = ("app_metadata", "user_metadata")
_HASH = "custom_password_hash"


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
    change: Change, sent: Mapping[str, Any], found: Sequence[Profile], *, connection: str, keep_metadata: bool
) -> Plan:
    """Decide for one user.

    Args:
        change: what changed.
        sent: the user as packed.
        found: everybody over there with its address or its id, of any connection.
        connection: name of the connection that it goes to.
        keep_metadata: merge metadata with what is there.

    """
    there = {str(profile.get("user_id")): profile for profile in found if is_of(profile, connection)}
    if not there:
        return Plan(dict(sent), is_there=False)
    (profile, *others) = there.values()
    if others or not _is_the_same(sent, profile):
        return Plan(None, is_there=True, code=outcome_codes.ANOTHER_USER)
    code = _why_no_password(change, sent, profile)
    if code and Kind.PROFILE not in change.kinds:
        return Plan(None, is_there=True, code=code)
    entry = dict(sent)
    if code or Kind.PASSWORD not in change.kinds:
        entry.pop(_HASH, None)
    known = {name: profile.get(name) or {} for name in METADATA if name in sent}
    if keep_metadata:
        entry.update({name: {**there_already, **sent[name]} for name, there_already in known.items()})
    loses = any(there_already.keys() - entry[name].keys() for name, there_already in known.items())
    return Plan(entry, is_there=True, code=code, loses_metadata=loses)


def _why_no_password(change: Change, sent: Mapping[str, Any], profile: Profile) -> str:
    """Why a changed password is not carried over; empty when it is, or did not change."""
    if Kind.PASSWORD not in change.kinds or _HASH not in sent:
        return ""
    if has_logged_in(profile):
        return outcome_codes.PASSWORD_IN_USE
    return "" if change.had_password else outcome_codes.PASSWORD_FIXED


def has_logged_in(profile: Profile) -> bool:
    """Whether the person ever came in: then the hash was converted, and no import replaces it."""
    return bool(profile.get("logins_count") or profile.get("last_login"))


def is_of(profile: Profile, connection: str) -> bool:
    """Whether a user belongs to a connection."""
    return any(identity.get("connection") == connection for identity in profile.get("identities") or ())


def addresses(user: Mapping[str, Any]) -> Collection[str]:
    """By what a user can be asked for at once: the names of those of email and user id that it has."""
    return [name for name in ("email", "user_id") if user.get(name)]


def _is_the_same(sent: Mapping[str, Any], profile: Profile) -> bool:
    if sent.get("email") and str(sent["email"]).lower() != str(profile.get("email") or "").lower():
        return False
    return not sent.get("user_id") or profile.get("user_id") == f"{limits.USER_ID_PREFIX}{sent['user_id']}"
