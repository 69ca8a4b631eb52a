"""Keyed fingerprints of packed users: they tell what of a user changed, and nothing of its password.

Only a later round has a use for those of an earlier one, and making them costs a third of a pack. So they come into a
round's folder when a round is first held against it, made from its chunks, and are read from then on.
"""

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

PASSWORD_MARK = b',"custom_password_hash":'
"""Begins the last property of a user whose password is carried; `mapping` puts it there."""

CARRIED = frozenset({"as-is", "re-encoded"})
"""Verdicts with which a password goes along."""
_BYTES = 16
_DIGITS = 2 * _BYTES
_LINE_SIZES = {_DIGITS + 2, 2 * _DIGITS + 2}
"""Of a line of the file, without a password and with one."""


class Fingerprints(msgspec.Struct, array_like=True, gc=False):
    """What a user was like when it was packed."""

    profile: str
    """Of everything but the password."""
    password: str = ""
    """Of the password payload; empty without one."""

    @classmethod
    def of_line(cls, line: bytes) -> "Fingerprints":
        """Those of a line of the file."""
        text = line.decode("ascii")
        return cls(text[:_DIGITS], text[_DIGITS + 1 :].rstrip())


def is_line(line: bytes) -> bool:
    """Whether something may be a line of the file."""
    return len(line) in _LINE_SIZES and line.isascii()


def lines_of(payloads: Iterable[bytes], verdicts: Iterable[str], key: bytes) -> Iterator[bytes]:
    """Fingerprints of users, as lines of the file.

    Args:
        payloads: the users, as they stand in chunks.
        verdicts: what became of the password of each.
        key: the run folder's key for fingerprints.

    """
    begun = hashlib.blake2b(key=key, digest_size=_BYTES).copy
    for payload, verdict in zip(payloads, verdicts, strict=True):
        # Metadata may hold a key of the same name; it stands before the password, so the last mark is the password's.
        # A profile goes without its last bracket, as it stands in front of a password.
        carried = verdict in CARRIED
        profile, _, password = payload.rpartition(PASSWORD_MARK) if carried else (payload[:-1], b"", b"")
        of_profile = begun()
        of_profile.update(profile)
        if not password:
            yield b"%b \n" % of_profile.hexdigest().encode()
            continue
        of_password = begun()
        of_password.update(password)
        yield f"{of_profile.hexdigest()} {of_password.hexdigest()}\n".encode()
