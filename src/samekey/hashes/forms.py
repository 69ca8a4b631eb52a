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

Certainty = Literal["exact", "shape"]
"""exact: the value describes itself (or the operator named its format). shape: only length and alphabet speak."""


class _Form(msgspec.Struct, frozen=True, kw_only=True):
    """A neutral form; printed without what it holds."""

    _shown: ClassVar[tuple[str, ...]] = ()

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


class Hmac(_Form, frozen=True, kw_only=True):
    """A keyed digest of the password: HMAC(key, P)."""

    _shown = ("digest_name", "password_encoding")

    digest_name: str
    mac: bytes
    """The raw result."""
    key: bytes
    password_encoding: str = UTF8


class Pbkdf2(_Form, frozen=True, kw_only=True):
    """PBKDF2 with HMAC; the length of the key is the length of what is stored."""

    _shown = ("digest_name", "rounds", "password_encoding")

    digest_name: str
    rounds: int
    salt: bytes
    """As the function takes it: decoded, or the bytes of a text salt."""
    key: bytes
    password_encoding: str = UTF8


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


class Bcrypt(_Form, frozen=True, kw_only=True):
    """bcrypt over the password with known bytes beside it, cut at 72 bytes."""

    _shown = ("cost", "password_encoding")

    value: str
    """60 characters, `$2a$`, `$2b$` or `$2y$`."""
    prefix: bytes = b""
    suffix: bytes = b""
    password_encoding: str = UTF8

    @property
    def cost(self) -> int:
        """The logarithm of the rounds."""
        return int(self.value[4:6])


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


class Plain(_Form, frozen=True, kw_only=True):
    """The password itself."""

    secret: secret.Secret


class Opaque(_Form, frozen=True, kw_only=True):
    """A function that Auth0 does not have."""

    _shown = ("function", "reason")

    function: str
    """Its name, as `legacy` knows it."""
    reason: str
    """Why Auth0 cannot check it: a word of `to_auth0.REFUSALS`."""
    parameters: dict[str, Any] = {}
    """What the function needs beside the password, digest included."""


class NoPassword(_Form, frozen=True, kw_only=True):
    """Nothing to check a password against."""

    _shown = ("reason",)

    reason: Literal["no-password", "locked", "damaged", "missing"]


Form = Digest | Hmac | Pbkdf2 | Scrypt | Bcrypt | Argon2 | Plain | Opaque | NoPassword
"""Every neutral form."""


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
        named: the format's name; a digest that it already mentions is left out.

    Returns:
        Words such as `i=24000 l=32` or `cost=12`; empty for a plain digest.

    """
    words: list[str]
    match form:
        case Pbkdf2():
            words = [*_digest_word(form.digest_name, named), f"i={form.rounds}", f"l={len(form.key)}"]
        case Scrypt():
            words = [f"n={form.cost}", f"r={form.block_size}", f"p={form.parallelization}", f"l={len(form.key)}"]
        case Bcrypt():
            words = [f"cost={form.cost}"]
        case Argon2():
            words = [form.variant, f"v={form.version}", f"m={form.memory_kib}", f"t={form.passes}", f"p={form.lanes}"]
        case Hmac():
            words = _digest_word(form.digest_name, named)
        case Digest():
            words = _digest_word(form.algorithm, named)
        case Opaque():
            words = [f"{name}={value}" for name, value in form.parameters.items() if type(value) is int]
        case NoPassword():
            words = [] if form.reason == named else [form.reason]
        case Plain():
            words = []
    encoding: str = getattr(form, "password_encoding", UTF8)
    return " ".join(words if encoding == UTF8 or encoding in named else [*words, encoding])


def _digest_word(digest_name: str, named: str) -> list[str]:
    """The digest's name, unless the format says it already."""
    return [] if digest_name in named else [digest_name]
