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
from typing import TYPE_CHECKING, BinaryIO

from samekey.errors import UsageError
from samekey.secret import Secret
from samekey.sources import extras

if TYPE_CHECKING:
    from pyrage import x25519

SUFFIX = ".age"
"""What the name of a sealed file ends in."""

REFERENCE_PREFIX = "env:"
"""`env:NAME` means: what the variable NAME holds."""

_RECIPIENT = "age1"
_IDENTITY = "AGE-SECRET-KEY-1"
_MAKE_ONE = "Make one with: age-keygen -o key.txt"


@dataclass(frozen=True)
class Recipients:
    """Who may open what is sealed."""

    names: tuple[str, ...]
    """Public keys, `age1…`, sorted."""

    @classmethod
    def parse(cls, names: Sequence[str]) -> "Recipients":
        """Check public keys.

        Raises:
            UsageError: one of them is none; a secret key is not repeated in the message.

        """
        for name in names:
            if name.upper().startswith(_IDENTITY):
                raise UsageError(
                    "--encrypt-to takes the public key, not the secret one; the shell may have kept what you typed.",
                    remedy=f"Make a new pair and give its age1… part. {_MAKE_ONE}",
                )
        found = cls(tuple(sorted(set(names))))
        found.keys()
        return found

    def keys(self) -> "list[x25519.Recipient]":
        """As the library wants them."""
        with extras.needed("encrypt", for_what="Encrypted run folders"):
            from pyrage import RecipientError, x25519  # noqa: PLC0415  # an extra
        try:
            return [x25519.Recipient.from_str(name) for name in self.names]
        except RecipientError as cause:
            raise UsageError(
                "--encrypt-to was given something that is no age recipient.",
                remedy=f"Give a public key that begins with {_RECIPIENT}. {_MAKE_ONE}",
            ) from cause

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
            place: a file as `age-keygen` writes it, or `env:NAME` for a variable that holds the same.
            environ: the environment.

        Raises:
            UsageError: there is none.

        """
        if place.upper().startswith(_IDENTITY):
            raise UsageError(
                "A secret key does not belong on the command line.",
                remedy="Put it into a file that only you can read and give the file's name, or env:NAME.",
            )
        text = _held_by(place, environ)
        lines = [line.strip() for line in text.splitlines()]
        found = cls(tuple(Secret(line, "identity") for line in lines if line.startswith(_IDENTITY)))
        if not found.secrets:
            raise UsageError(
                f"{place} holds no age identity.",
                remedy=f"A line of it begins with {_IDENTITY}. One behind a passphrase is opened first: "
                "age -d key.age > key.txt",
            )
        found.keys()
        return found

    def keys(self) -> "list[x25519.Identity]":
        """As the library wants them."""
        with extras.needed("encrypt", for_what="Encrypted run folders"):
            from pyrage import IdentityError, x25519  # noqa: PLC0415  # an extra
        try:
            return [x25519.Identity.from_str(secret.reveal()) for secret in self.secrets]
        except IdentityError:
            raise UsageError("An age identity is damaged.", remedy="Copy the whole line, to its last letter.") from None

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
        remedy="Give the one that belongs to a recipient in the round's manifest (encrypted_to). If it is the right "
        "one, the file was changed.",
    )


def _held_by(place: str, environ: Mapping[str, str]) -> str:
    if place.startswith(REFERENCE_PREFIX):
        name = place.removeprefix(REFERENCE_PREFIX)
        if not environ.get(name):
            raise UsageError(f"{name} is not set.", remedy=f"export {name}=…")
        return environ[name]
    try:
        return Path(place).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{place} holds no age identity.", remedy=_MAKE_ONE) from error
    except OSError as error:
        raise UsageError(f"The identity {place} cannot be read: {error.strerror}.", remedy=_MAKE_ONE) from error


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
