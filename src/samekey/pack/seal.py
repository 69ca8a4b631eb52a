"""Files that only the holder of a key can read: age, by its public recipients and secret identities.

Whoever packs needs recipients alone, and so cannot read what was packed. What is sealed is opened in memory, never into
a file.
"""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from samekey.errors import UsageError
from samekey.pack import age_keys
from samekey.secret import Secret

SUFFIX = ".age"
"""What the name of a sealed file ends in."""


@dataclass(frozen=True)
class Recipients:
    """Who may open what is sealed."""

    names: tuple[str, ...]
    """Public keys, `age1…` or `ssh-…`, sorted."""

    @classmethod
    def parse(cls, names: Sequence[str]) -> "Recipients":
        """Check public keys.

        Raises:
            UsageError: one of them is none; a secret key is not repeated in the message.

        """
        found = cls(tuple(sorted(set(map(age_keys.name_of, names)))))
        found.keys()
        return found

    def keys(self) -> list[object]:
        """As the library wants them."""
        return [age_keys.public_key(name) for name in self.names]

    def seal(self, content: bytes) -> bytes:
        """Some bytes, so that only the recipients can read them."""
        import pyrage  # noqa: PLC0415  # an extra

        return bytes(pyrage.encrypt(content, self.keys()))

    @contextmanager
    def writing(self, file: BinaryIO) -> Iterator[BinaryIO]:
        """Seal into a file what is written, without holding it."""
        import pyrage  # noqa: PLC0415  # an extra

        keys = self.keys()
        into, out_of = _pipe()
        with out_of, _beside(lambda: pyrage.encrypt_io(out_of, file, keys), out_of), into:
            yield into


@dataclass(frozen=True)
class Identities:
    """Secret keys that open what is sealed to them."""

    secrets: tuple[Secret, ...]

    @classmethod
    def read(cls, place: str, environ: Mapping[str, str]) -> "Identities":
        """Read secret keys.

        Args:
            place: a file as `age-keygen` or `ssh-keygen` writes it, or `env:NAME` for a variable that holds the same.
            environ: the environment.

        Raises:
            UsageError: there is none.

        """
        return cls(age_keys.secrets_at(place, environ))

    def keys(self) -> list[object]:
        """As the library wants them."""
        return [age_keys.secret_key(secret) for secret in self.secrets]

    def require_open_for(self, recipients: Recipients) -> None:
        """See that what will be sealed can be opened again.

        Raises:
            UsageError: it could not.

        """
        import pyrage  # noqa: PLC0415  # an extra

        try:
            pyrage.decrypt(recipients.seal(b""), self.keys())
        except pyrage.DecryptError as cause:
            raise UsageError(
                "What is encrypted to these recipients does not open with this identity.",
                remedy="Give the identity of one of them, or name its public key with one more --encrypt-to.",
            ) from cause

    def open(self, content: bytes, path: Path) -> bytes:
        """What was sealed.

        Raises:
            UsageError: it was sealed to others, or is not what was sealed.

        """
        import pyrage  # noqa: PLC0415  # an extra

        try:
            return bytes(pyrage.decrypt(content, self.keys()))
        except pyrage.DecryptError as cause:
            raise _unopened(path) from cause

    @contextmanager
    def reading(self, path: Path) -> Iterator[BinaryIO]:
        """A sealed file for reading, without holding all of it.

        Raises:
            UsageError: it was sealed to others, or is not what was sealed.

        """
        import pyrage  # noqa: PLC0415  # an extra

        keys = self.keys()
        into, out_of = _pipe()

        def open_all() -> None:
            with into, path.open("rb") as file:
                try:
                    pyrage.decrypt_io(file, into, keys)
                except pyrage.DecryptError as cause:
                    raise _unopened(path) from cause
                except OSError as cause:
                    if cause.errno is None:  # so the library speaks of damage behind the first block
                        raise _unopened(path) from cause
                    raise

        with _beside(open_all, into), out_of:
            yield out_of


def needs_identity(path: Path) -> UsageError:
    """The error for a sealed file without a key."""
    return UsageError(f"{path} is encrypted.", remedy="Say where the key is: --identity FILE, or set SAMEKEY_IDENTITY.")


def _unopened(path: Path) -> UsageError:
    return UsageError(
        f"{path} does not open with this identity.",
        remedy="Give the one that belongs to a recipient in the round's manifest (encrypted_to); a file may hold "
        "several, a line each. If it is the right one, what it should open was changed.",
    )


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    """Where to write, and where what was written comes out."""
    out_of, into = os.pipe()
    return os.fdopen(into, "wb"), os.fdopen(out_of, "rb")


@contextmanager
def _beside(work: Callable[[], object], end: BinaryIO) -> Iterator[None]:
    """Do something in a thread while the block runs; what it raises is raised behind the block."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # raised again where somebody can hear it
            raised.append(error)
        finally:
            end.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        if raised and not isinstance(raised[0], BrokenPipeError):  # a broken pipe is what the block left behind
            raise raised[0]
