"""A line of `fingerprints`: how a packed user is known later, and enough to tell what of it changed.

Passwords and profiles are there as keyed fingerprints only. Identifiers are not secret (the key is one of them as a
rule) and are needed as they are: whoever vanished from the source has to be found at the tenant.
"""

from functools import cache
from itertools import repeat
from typing import Any

import msgspec

from samekey.pack.run_folder import keyed_digest
from samekey.records import Position, UserColumns

PASSWORD_MARK = b',"custom_password_hash":'
"""Begins the last property of a user whose password is carried; `mapping` puts it there."""

_CARRIED = frozenset({"as-is", "re-encoded"})


class FingerprintLine(msgspec.Struct, gc=False, omit_defaults=True):
    """One packed user."""

    key: str
    position: Position
    cluster: str = ""
    verdict: str = "none"
    """What became of the password."""
    identifiers: dict[str, str] = {}
    """As `records.User` has them: in lower case, the user id as it came."""
    profile: str = ""
    """Fingerprint of everything but the password."""
    password: str = ""
    """Fingerprint of the password payload; empty without one."""
    blocked: bool | None = None
    """As it was sent; None when nothing was."""


def lines_of(users: UserColumns, key: bytes) -> list[FingerprintLine]:
    """One line a user.

    Args:
        users: packed users.
        key: the run folder's key for fingerprints.

    """
    begun = keyed_digest(key).copy
    profiles, passwords = [], []
    for payload, (_, verdict) in zip(users.payloads, users.kinds, strict=True):
        # Two fingerprints cost more than anything else that is done with a user: hence no function for any of it.
        # Metadata may hold a key of the same name; it stands before the password, so the last mark is the password's.
        # A profile goes without its last bracket, as it stands in front of a password.
        carried = verdict in _CARRIED
        profile, _, password = payload.rpartition(PASSWORD_MARK) if carried else (payload[:-1], b"", b"")
        fingerprint = begun()
        fingerprint.update(profile)
        profiles.append(fingerprint.hexdigest())
        if password:
            fingerprint = begun()
            fingerprint.update(password)
            passwords.append(fingerprint.hexdigest())
        else:
            passwords.append("")
    return list(
        map(
            FingerprintLine,
            users.keys,
            users.positions,
            [cluster for cluster, _ in users.kinds],
            [verdict for _, verdict in users.kinds],
            _identifiers(users),
            profiles,
            passwords,
            users.blocked or repeat(None),
        )
    )


def _identifiers(users: UserColumns) -> list[Any]:
    """Everybody's identifiers: reads like the dict that it becomes, absent ones left out."""
    make = _identifiers_type(tuple(users.identifiers))
    return list(map(make, *users.identifiers.values())) if users.identifiers else [make()] * len(users.keys)


@cache
def _identifiers_type(names: tuple[str, ...]) -> type[msgspec.Struct]:
    return msgspec.defstruct("Identifiers", [(name, str, "") for name in names], omit_defaults=True, gc=False)
