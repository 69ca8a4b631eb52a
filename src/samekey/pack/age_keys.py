"""Keys as people write them, and as the library wants them: age's own, and those of SSH that age works with.

The library has no types; what it calls a key is an `object` here.
"""

from collections.abc import Mapping
from pathlib import Path

from samekey.errors import UsageError
from samekey.secret import Secret
from samekey.sources import extras

REFERENCE_PREFIX = "env:"
"""`env:NAME` means: what the variable NAME holds."""

_AGE_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105  # how they begin
_SSH = "ssh-"
_PEM = "-----BEGIN "
_MAKE_ONE = "Make one with: age-keygen -o key.txt"
_EXTRA = "Encrypted run folders"


def name_of(written: str) -> str:
    """A public key as it is named in manifests: without the comment that a line of SSH ends in.

    Raises:
        UsageError: it is a secret key, which is not repeated in the message.

    """
    if written.strip().upper().startswith((_AGE_SECRET, _PEM)):
        raise UsageError(
            "--encrypt-to takes the public key, not the secret one; the shell may have kept what you typed.",
            remedy=f"Make a new pair and give its age1… part. {_MAKE_ONE}",
        )
    words = written.split()
    return " ".join(words[:2]) if written.startswith(_SSH) else written.strip()


def public_key(name: str) -> object:
    """A public key by its name.

    Raises:
        UsageError: it is none, or none that age works with.

    """
    with extras.needed("encrypt", for_what=_EXTRA):
        from pyrage import RecipientError, ssh, x25519  # noqa: PLC0415  # an extra
    kind = ssh if name.startswith(_SSH) else x25519
    try:
        found: object = kind.Recipient.from_str(name)
    except RecipientError as cause:
        raise UsageError(
            "--encrypt-to was given something that is no age recipient.",
            remedy="Give a public key itself, not its file: one that begins with age1, ssh-ed25519 or ssh-rsa. "
            f"{_MAKE_ONE}",
        ) from cause
    return found


def secrets_at(place: str, environ: Mapping[str, str]) -> tuple[Secret, ...]:
    """Secret keys as they are kept somewhere.

    Args:
        place: a file as `age-keygen` or `ssh-keygen` writes it, or `env:NAME` for a variable that holds the same.
        environ: the environment.

    Raises:
        UsageError: there is none, or it is behind a passphrase.

    """
    if place.upper().startswith((_AGE_SECRET, _PEM)):
        raise UsageError(
            "A secret key does not belong on the command line.",
            remedy="Put it into a file that only you can read and give the file's name, or env:NAME.",
        )
    text = _held_by(place, environ)
    if text.lstrip().startswith(_PEM):
        found = [Secret(text.lstrip(), "identity")]
    else:
        lines = [line.strip() for line in text.splitlines()]
        found = [Secret(line, "identity") for line in lines if line.startswith(_AGE_SECRET)]
    if not found:
        raise UsageError(
            f"{place} holds no age identity.",
            remedy=f"A line of it begins with {_AGE_SECRET}, or it is a secret key of SSH. One that age put behind a "
            "passphrase is opened first: age -d key.age > key.txt",
        )
    for secret in found:
        secret_key(secret)
    return tuple(found)


def secret_key(secret: Secret) -> object:
    """A secret key as the library wants it.

    Raises:
        UsageError: it is damaged, behind a passphrase, or none that age works with; nothing of it is repeated.

    """
    with extras.needed("encrypt", for_what=_EXTRA):
        from pyrage import IdentityError, ssh, x25519  # noqa: PLC0415  # an extra
    text = secret.reveal()
    try:
        found: object = (
            x25519.Identity.from_str(text) if text.startswith(_AGE_SECRET) else ssh.Identity.from_buffer(text.encode())
        )
    except IdentityError as cause:
        said = str(cause)
    else:
        return found
    if "decrypted first" in said:
        raise UsageError(
            "This SSH key is behind a passphrase.",
            remedy="Take the passphrase off a copy, and remove that afterwards: ssh-keygen -p -N '' -f COPY",
        )
    if "unsupported" in said:
        raise UsageError("age works with no SSH key of this kind.", remedy="Use one of ssh-ed25519 or ssh-rsa.")
    raise UsageError("An age identity is damaged.", remedy="Copy the whole key, to its last letter.")


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
