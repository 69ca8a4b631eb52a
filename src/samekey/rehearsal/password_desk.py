"""Where passwords are checked: a pool of threads as wide as the machine, off the event loop.

bcrypt and hashlib let other threads run while they work, so that two logins at once use two cores.

How long a login takes must not tell whether the person exists. A first login with a cheap hash costs that hash plus
the bcrypt it is converted to, a later one costs bcrypt; so whoever is refused on a cheap hash is made to cost one
bcrypt too; a slow hash that is damaged or beyond reason is not run at all, and is cheap. A refusal on a hash as slow as
bcrypt itself costs nothing extra. Strangers cost what somebody who is there
would cost (`logins`).
"""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import bcrypt

from samekey.auth0 import limits
from samekey.hashes import auth0_check

_T = TypeVar("_T")
_SLOW = frozenset({"argon2", "bcrypt", "pbkdf2", "scrypt"})


class PasswordDesk:
    """Checks passwords and makes new hashes."""

    def __init__(self, *, bcrypt_rounds: int) -> None:
        """Args:
        bcrypt_rounds: cost of new hashes.

        """
        self._rounds = bcrypt_rounds
        self._decoy = self.new_hash("nobody has this password")
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="samekey-rehearsal-passwords")

    def submit(self, work: Callable[[], _T]) -> Future[_T]:
        """Do a login's work in the pool."""
        return self._pool.submit(work)

    def close(self) -> None:
        """Finish what was begun."""
        self._pool.shutdown()

    def new_hash(self, password: str) -> str:
        """The bcrypt of a password, as Auth0 stores it after the first login."""
        return bcrypt.hashpw(_bcrypt_input(password), bcrypt.gensalt(self._rounds)).decode()

    def is_bcrypt_match(self, stored: str, *, password: str) -> bool:
        """Whether a stored bcrypt value, converted or imported as `password_hash`, belongs to a password."""
        try:
            return bcrypt.checkpw(_bcrypt_input(password), stored.encode())
        except ValueError:  # the import's pattern lets a few values pass that no bcrypt knows: `$2$10$`, cost 100
            self.spend(password)
            return False

    def is_imported_match(self, stored: Mapping[str, Any], *, password: str) -> bool:
        """Whether a `custom_password_hash` belongs to a password, by the documented order of operations."""
        checked = auth0_check.check(stored, password=password)
        is_cheap = stored.get("algorithm") not in _SLOW or checked.error is not None
        if not checked.match and is_cheap:
            self.spend(password)
        return checked.match

    def spend(self, password: str) -> None:
        """Take as long as a bcrypt check takes."""
        bcrypt.checkpw(_bcrypt_input(password), self._decoy.encode())


def _bcrypt_input(password: str) -> bytes:
    return password.encode("utf-8", "replace")[: limits.BCRYPT_BYTES_MAX]
