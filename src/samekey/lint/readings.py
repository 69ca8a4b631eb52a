"""What only a known login decides: how a payload that has the right form was really made.

All payloads that declare the same things are a cluster, and a cluster is decided once, by every known login in it: they
are taken as declared, or read another way, or, when the logins disagree, left alone. Only what a payload declares is
varied (encodings and the side of the salt), and how the salt inside a PBKDF2 string was written, which every second
script gets wrong; never the hash.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from samekey.auth0 import payload
from samekey.hashes import auth0_check, payload_rules
from samekey.lint import digest_readings, judgement, payload_repairs
from samekey.lint.findings import Fault
from samekey.lint.payload_repairs import Payload
from samekey.secret import Secret

Reading = tuple[tuple[str, str], ...]
"""Declarations to change: dotted path and new value. Empty: as declared."""

Cluster = tuple[Any, ...]

AS_DECLARED: Reading = ()

_SALT_ENCODING, _SALT_POSITION = "salt.encoding", "salt.position"
_KEY_ENCODING, _PASSWORD_ENCODING = "hash.key.encoding", "password.encoding"
_INNER_SALT = "the salt inside hash.value"
"""No path: the salt of a PBKDF2 string, which Auth0 takes for base64."""
_INNER_SALTS = ("text", "base64-of-hex", "hex-as-text", "hex")
"""What it may have been instead, likeliest first; the names are those of `pbkdf2_salted`."""
_SLOW = frozenset({"argon2", "bcrypt", "pbkdf2", "scrypt"})
_PASSWORDS_TRIED = ("utf8", "utf16le", "latin1")


class KnownLogin(Protocol):
    """A person whose password the team knows; `samekey.verify.logins.KnownLogin` is one."""

    @property
    def username(self) -> str:
        """Email, username or phone number."""
        ...

    @property
    def password(self) -> Secret:
        """What the person types."""
        ...


class Decided:
    """How the clusters of these files are to be read."""

    def __init__(self) -> None:
        self._left: dict[Cluster, list[Reading]] = {}
        """The readings that let in every known login so far, the declared one first; by cluster."""

    def learn(self, user: Mapping[str, Any], password: str) -> None:
        """Take in what a known login says about its user's cluster; nothing when no reading lets it in."""
        whole = user.get("custom_password_hash")
        if not isinstance(whole, Mapping) or (payload_rules.refusals(whole) and whole.get("algorithm") != "pbkdf2"):
            return
        if proved := list(_proved(dict(whole), password)):
            left = self._left.setdefault(cluster(whole), proved)
            self._left[cluster(whole)] = [reading for reading in left if reading in proved]

    def reading(self, whole: Mapping[str, Any]) -> Reading | None:
        """How a payload is to be read; None when no login decided, or two disagree."""
        return next(iter(self._left.get(cluster(whole), ())), None)

    def reread(self, user: dict[str, Any]) -> tuple[list[Fault], dict[str, Any]]:
        """The doubts about a user that remain, and the user as the known logins read it."""
        whole = user.get("custom_password_hash")
        doubts = judgement.doubts(user)
        decided = self.reading(whole) if self._left and isinstance(whole, Mapping) else None
        if decided is None or not isinstance(whole, Mapping):
            return doubts, user
        changed = apply(dict(whole), decided)
        if decided == AS_DECLARED or payload_rules.refusals(changed):
            return [] if decided == AS_DECLARED else doubts, user
        fields = ", ".join(f"{path} is {value}" if path == _INNER_SALT else path for path, value in decided)
        disproved = Fault("disproved", "custom_password_hash", f"What they say is right: {fields}.")
        return doubts or [disproved], user | {"custom_password_hash": changed}


def cluster(whole: Mapping[str, Any]) -> Cluster:
    """What payloads have in common that are decided together."""
    paths = ("algorithm", "hash.digest", _SALT_ENCODING, _SALT_POSITION, _KEY_ENCODING, _PASSWORD_ENCODING)
    # Only texts are compared: anything else is a fault of its own and need not be hashable.
    return ("salt" in whole, *(str(payload_repairs.at(whole, path)) for path in paths))


def apply(whole: Payload, reading: Reading) -> Payload:
    """A payload with other declarations."""
    for path, value in reading:
        if path == _INNER_SALT:
            written = digest_readings.pbkdf2_salted(str(payload_repairs.at(whole, "hash.value")), value)
            whole = payload_repairs.put(whole, "hash.value", written) if written else whole
        else:
            whole = payload_repairs.put(whole, path, value)
    return whole


def matches(user: Mapping[str, Any], password: str) -> bool | None:
    """Whether a person gets in; None for a user without a hash."""
    if "custom_password_hash" in user:
        alone = "password_hash" not in user
        return alone and auth0_check.check(user["custom_password_hash"], password=password).match
    if "password_hash" in user:
        return auth0_check.check_password_hash(user["password_hash"], password=password).match
    return None


def _proved(whole: Payload, password: str) -> Iterator[Reading]:
    """The readings that let the password in, the declared one first, then by how little they change."""
    for reading in (AS_DECLARED, *sorted(_readings(whole), key=len)):
        changed = apply(whole, reading)
        if not payload_rules.refusals(changed) and auth0_check.check(changed, password=password).match:
            yield reading


def _readings(whole: Payload) -> Iterator[Reading]:
    """Every other way of reading a payload."""
    algorithm = whole.get("algorithm")
    choices: list[Iterable[tuple[str, str]]] = []
    if isinstance(whole.get("salt"), Mapping):
        choices.append((_SALT_ENCODING, name) for name in payload.HASH_ENCODINGS)
        if algorithm != "scrypt":
            choices.append((_SALT_POSITION, name) for name in payload.SALT_POSITIONS)
    if algorithm == "pbkdf2":
        yield from (((_INNER_SALT, how),) for how in _INNER_SALTS)
        return
    if algorithm == "hmac":
        choices.append((_KEY_ENCODING, name) for name in payload.HASH_ENCODINGS)
    if algorithm not in _SLOW:
        choices.append((_PASSWORD_ENCODING, name) for name in _PASSWORDS_TRIED)
    for combined in itertools.product(*choices):
        changes = tuple((path, value) for path, value in combined if value != _declared(whole, path))
        if changes:
            yield changes


def _declared(whole: Payload, path: str) -> str:
    default = payload.POSITION_DEFAULT if path == _SALT_POSITION else payload.ENCODING_DEFAULT
    return str(payload_repairs.at(whole, path) or default)
