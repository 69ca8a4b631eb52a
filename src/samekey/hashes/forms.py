"""The neutral forms: what a stored password means once its spelling is taken away.

A format parses a stored value into one of these and does nothing else. `to_auth0` writes them for Auth0, `legacy`
evaluates them as the old system would. They are msgspec structs and not dataclasses because millions are made, and a
struct is made seven times as fast. None of them shows a hash, a salt or a key when printed.

Notation of the definitions: P is the password as bytes, S a salt as bytes, ‖ puts side by side.
"""

from typing import Any, ClassVar, Literal

import msgspec

from samekey import secret

UTF8 = "utf8"
"""How a typed password becomes bytes unless the old system did otherwise."""

NormalForm = Literal["NFKC"]
"""What some systems make of a typed password before it becomes bytes."""

Certainty = Literal["exact", "shape"]
"""exact: the value describes itself (or the operator named its format). shape: only length and alphabet speak."""


class _Form(msgspec.Struct, frozen=True, kw_only=True):
    """A neutral form; printed without what it holds."""

    _shown: ClassVar[tuple[str, ...]] = ()

    def signature(self) -> tuple[object, ...]:
        """Everything that may be said of all values of the form's cluster: nothing of salt or hash."""
        return ()

    def words(self) -> list[str]:
        """The parameters, as they stand in the name of a cluster."""
        return []

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._shown)})"


class Digest(_Form, frozen=True, kw_only=True):
    """One digest over the password with known bytes beside it: D(prefix ‖ P ‖ suffix)."""

    _shown = ("algorithm", "password_encoding")

    algorithm: str
    """md5, sha1, sha384 …: the names of `hashlib`, and md4."""
    digest: bytes
    """The raw digest."""
    prefix: bytes = b""
    suffix: bytes = b""
    password_encoding: str = UTF8
    """How the typed password becomes bytes, in the names of Node's `Buffer`."""

    def signature(self) -> tuple[object, ...]:
        """What all values of its cluster share."""
        return self.algorithm, len(self.suffix), self.password_encoding

    def words(self) -> list[str]:
        """The same, in words."""
        return [self.algorithm, *_spelt(self.password_encoding)]


class Hmac(_Form, frozen=True, kw_only=True):
    """A keyed digest of the password with known bytes beside it: HMAC(key, prefix ‖ P ‖ suffix)."""

    _shown = ("digest_name", "password_encoding")

    digest_name: str
    mac: bytes
    """The raw result."""
    key: bytes
    prefix: bytes = b""
    suffix: bytes = b""
    password_encoding: str = UTF8

    def signature(self) -> tuple[object, ...]:
        """What all values of its cluster share."""
        return self.digest_name, bool(self.prefix), bool(self.suffix), self.password_encoding

    def words(self) -> list[str]:
        """The same, in words."""
        return [self.digest_name, *_spelt(self.password_encoding)]


class Pbkdf2(_Form, frozen=True, kw_only=True):
    """PBKDF2 with HMAC; the length of the key is the length of what is stored."""

    _shown = ("digest_name", "rounds", "password_encoding")

    digest_name: str
    rounds: int
    salt: bytes
    """As the function takes it: decoded, or the bytes of a text salt."""
    key: bytes
    password_encoding: str = UTF8

    def signature(self) -> tuple[object, ...]:
        """What all values of its cluster share."""
        return self.digest_name, self.rounds, len(self.key), self.password_encoding

    def words(self) -> list[str]:
        """The same, in words."""
        return [self.digest_name, f"i={self.rounds}", f"l={len(self.key)}", *_spelt(self.password_encoding)]


class Scrypt(_Form, frozen=True, kw_only=True):
    """scrypt; the length of the key is the length of what is stored."""

    _shown = ("cost", "block_size", "parallelization", "password_encoding")

    cost: int
    """N itself, never its logarithm."""
    block_size: int
    parallelization: int
    salt: bytes
    key: bytes
    password_encoding: str = UTF8
    normal_form: NormalForm | None = None
    """The Unicode form that the old system brings a typed password into; Auth0 takes it as typed."""

    def signature(self) -> tuple[object, ...]:
        """What all values of its cluster share."""
        return self.cost, self.block_size, self.parallelization, len(self.key), self.password_encoding

    def words(self) -> list[str]:
        """The same, in words."""
        return [
            *_numbers(n=self.cost, r=self.block_size, p=self.parallelization, l=len(self.key)),
            *_spelt(self.password_encoding),
        ]


class Bcrypt(_Form, frozen=True, kw_only=True):
    """bcrypt over the password with known bytes beside it, cut at 72 bytes."""

    _shown = ("cost", "password_encoding")

    value: str
    """60 characters, `$2a$`, `$2b$` or `$2y$`."""
    prefix: bytes = b""
    suffix: bytes = b""
    password_encoding: str = UTF8
    normal_form: NormalForm | None = None
    """As in `Scrypt`."""

    @property
    def cost(self) -> int:
        """The logarithm of the rounds."""
        return int(self.value[4:6])

    def signature(self) -> tuple[object, ...]:
        """What all values of its cluster share."""
        return self.value[4:6], bool(self.prefix or self.suffix), self.password_encoding

    def words(self) -> list[str]:
        """The same, in words."""
        return [f"cost={self.cost}", *_spelt(self.password_encoding)]


class Argon2(_Form, frozen=True, kw_only=True):
    """argon2 of any variant and version."""

    _shown = ("variant", "version", "memory_kib", "passes", "lanes", "extras", "password_encoding")

    variant: str
    """d, i or id."""
    version: int
    """19 or 16; a string without `v=` means 16."""
    memory_kib: int
    passes: int
    lanes: int
    salt: bytes
    key: bytes
    extras: bool = False
    """A key id or associated data stands in the value: whoever made it may have used a secret."""
    password_encoding: str = UTF8

    def signature(self) -> tuple[object, ...]:
        """What all values of its cluster share."""
        numbers = self.version, self.memory_kib, self.passes, self.lanes, len(self.key)
        return self.variant, *numbers, self.password_encoding

    def words(self) -> list[str]:
        """The same, in words."""
        return [
            self.variant,
            *_numbers(v=self.version, m=self.memory_kib, t=self.passes, p=self.lanes),
            *_spelt(self.password_encoding),
        ]


class Plain(_Form, frozen=True, kw_only=True):
    """The password itself."""

    secret: secret.Secret
    seed: bytes = b""
    """Something that differs for every user; the salt is made from it, so that the same source gives the same file.
    Empty: the salt is random."""


class Opaque(_Form, frozen=True, kw_only=True):
    """A function that Auth0 does not have."""

    _shown = ("function", "reason")

    function: str
    """Its name, as `legacy` knows it."""
    reason: str
    """Why Auth0 cannot check it: a word of `to_auth0.REFUSALS`."""
    parameters: dict[str, Any] = {}
    """What the function needs beside the password, digest included."""

    def signature(self) -> tuple[object, ...]:
        """What all values of its cluster share."""
        return tuple(self._counts())

    def _counts(self) -> list[tuple[str, int]]:
        """The parameters that are whole numbers: rounds and the like."""
        return [(name, value) for name, value in self.parameters.items() if type(value) is int]

    def words(self) -> list[str]:
        """The same, in words."""
        return _numbers(**dict(self._counts()))


class NoPassword(_Form, frozen=True, kw_only=True):
    """Nothing to check a password against."""

    _shown = ("reason",)

    reason: Literal["no-password", "locked", "damaged", "missing"]

    def signature(self) -> tuple[object, ...]:
        """What all values of its cluster share."""
        return (self.reason,)

    def words(self) -> list[str]:
        """The same, in words; that nothing is there needs none."""
        return [] if self.reason == "missing" else [self.reason]


class Ready(_Form, frozen=True, kw_only=True):
    """A payload in Auth0's own form; what is behind it nobody here has to know."""

    payload: dict[str, Any]
    """A `custom_password_hash` that Auth0 takes."""

    def signature(self) -> tuple[object, ...]:
        """What all values of its cluster share."""
        return tuple(self.words())

    def words(self) -> list[str]:
        """Algorithm, parameters and encodings; of a text in fields, those before salt and hash."""
        words = [str(self.payload["algorithm"])]
        fields = str(self.payload["hash"]["value"]).split("$")
        if len(fields) > _FIELDS_OF_HASH:
            words.append("$".join(fields[1:-1] if words == ["bcrypt"] else fields[1:-2]))
        for name, part in self.payload.items():
            inner = part.items() if isinstance(part, dict) else [("", part)]
            told = ((f"{name}.{key}" if key else name, value) for key, value in inner if key not in {"value", "key"})
            words += [f"{key}={value}" for key, value in told if key not in {"algorithm", "hash.encoding"}]
        return words


_FIELDS_OF_HASH = 3
"""A value with more dollar signs says its parameters."""

Form = Digest | Hmac | Pbkdf2 | Scrypt | Bcrypt | Argon2 | Plain | Opaque | NoPassword | Ready
"""Every neutral form."""


def _spelt(password_encoding: str) -> list[str]:
    """A password encoding where it is not the usual one."""
    return [] if password_encoding == UTF8 else [password_encoding]


def _numbers(**parameters: int) -> list[str]:
    """Parameters by name."""
    return [f"{name}={value}" for name, value in parameters.items()]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of a stored value."""

    format: str
    """Its name in the catalogue."""
    form: Form
    certainty: Certainty
    cluster: str
    """Format and parameters without salt and hash: what is decided once for all values like this."""
    warnings: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    """Wrappings that were taken off before reading."""


def parameters(form: Form, *, named: str = "") -> str:
    """The parameters of a form without salt and hash, as they stand in the name of a cluster.

    Args:
        form: the neutral form.
        named: the format's name; a word that it already mentions is left out.

    Returns:
        Words such as `i=24000 l=32` or `cost=12`; empty for a plain digest.

    """
    return " ".join(word for word in form.words() if word not in named)
