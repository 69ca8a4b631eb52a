"""A line of `fingerprints`: how a packed user is known later, and enough to tell what of it changed.

Passwords and profiles are there as keyed fingerprints only. Identifiers are not secret (the key is one of them as a
rule) and are needed as they are: whoever vanished from the source has to be found at the tenant.
"""

from collections.abc import Iterable

import msgspec

from samekey.pack.run_folder import fingerprinting
from samekey.records import Position, User

PASSWORD_MARK = b',"custom_password_hash":'
"""Begins the last property of a user whose password is carried; `mapping` puts it there."""

_CARRIED = frozenset({"as-is", "re-encoded"})


class FingerprintLine(msgspec.Struct, gc=False, omit_defaults=True):
    """One packed user."""

    key: str
    position: Position
    cluster: str = ""
    identifiers: dict[str, str] = {}
    """As `records.User` has them: in lower case, the user id as it came."""
    profile: str = ""
    """Fingerprint of everything but the password."""
    password: str = ""
    """Fingerprint of the password payload; empty without one."""
    blocked: bool | None = None
    """As it was sent; None when nothing was."""


class _Blocked(msgspec.Struct):
    blocked: bool | None = None


_blocked = msgspec.json.Decoder(_Blocked).decode


def lines_of(users: Iterable[User], key: bytes) -> list[FingerprintLine]:
    """One line a user.

    Args:
        users: packed users.
        key: the run folder's key for fingerprints.

    """
    fingerprint = fingerprinting(key)
    lines = []
    for user in users:
        profile, password = divided(user)
        blocked = _blocked(user.payload).blocked if b'"blocked":' in profile else None
        lines.append(
            FingerprintLine(
                user.key,
                user.position,
                user.cluster,
                user.identifiers,
                fingerprint(profile),
                fingerprint(password) if password else "",
                blocked,
            )
        )
    return lines


def divided(user: User) -> tuple[bytes, bytes]:
    """What a user is without its password, and the password payload (empty without one).

    Metadata may hold a key of the same name; it stands before the password, so that the last mark is the password's.
    """
    if user.verdict not in _CARRIED:
        return user.payload[:-1], b""  # as it would be in front of a password: without the last bracket
    profile, _, password = user.payload.rpartition(PASSWORD_MARK)
    return profile, password
