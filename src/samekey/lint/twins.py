"""Two users for one person, inside a file and across the files given."""

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from samekey.lint import judgement
from samekey.lint.findings import Fault, shown

_KEY_BYTES = 12
_FINGERPRINT_BYTES = 16


class Twins:
    """Remembers who had each identifier first: fingerprints and numbers, so that millions of users fit in memory."""

    def __init__(self, files: Sequence[str]) -> None:
        """Args:
        files: the names of the files, for the message.

        """
        self._files = files
        self._holders: dict[bytes, int] = {}
        self._file_numbers = array("L")
        self._indexes = array("Q")
        self._fingerprints = bytearray()

    def look(
        self, user: Mapping[str, Any], written: bytes, *, file_number: int, index: int
    ) -> tuple[Fault | None, bool]:
        """Compare a user with those before.

        Args:
            user: after its repair, so that a repaired identifier counts.
            written: the same user as it is written.
            file_number: the file where it stands.
            index: its number there.

        Returns:
            The fault, if an earlier user has one of the identifiers; and whether the two are the same in every byte.

        """
        number = len(self._indexes)
        self._file_numbers.append(file_number)
        self._indexes.append(index)
        self._fingerprints += (fingerprint := _digest(written, _FINGERPRINT_BYTES))
        fault, same = None, False
        for name, value in _identifiers(user):
            key = _digest(f"{name}\0{value}".encode("utf-8", "surrogatepass"), _KEY_BYTES)
            first = self._holders.setdefault(key, number)
            if fault is None and first != number:
                advice = f"It is that of user {self._indexes[first]} in {self._file_of(first)}."
                fault, same = Fault("duplicate", name, advice), self._fingerprint_of(first) == fingerprint
        return fault, same

    def _file_of(self, number: int) -> str:
        return shown(self._files[self._file_numbers[number]])

    def _fingerprint_of(self, number: int) -> bytes:
        start = number * _FINGERPRINT_BYTES
        return bytes(self._fingerprints[start : start + _FINGERPRINT_BYTES])


def _digest(data: bytes, size: int) -> bytes:
    return hashlib.blake2b(data, digest_size=size).digest()


def _identifiers(user: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What must be unique: as Auth0 compares it, without regard to case; an id as it came."""
    found = [(name, user[name].casefold()) for name in judgement.IDENTIFIERS if isinstance(user.get(name), str)]
    if isinstance(user.get("user_id"), str):
        found.append(("user_id", user["user_id"]))
    return [(name, value) for name, value in found if value]
