"""Pieces that formats of several ecosystems share: a bcrypt string, an argon2 string, a digest written in a column."""

import re
from functools import cache, lru_cache

from samekey import secret
from samekey.hashes import alphabets, forms, stored

DAMAGED = forms.NoPassword(reason="damaged")
"""What a value is that begins like a format and does not go on like it."""

BCRYPT = re.compile(r"\$2[aby]\$(?:0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}")
"""A whole bcrypt string that every library takes."""
BCRYPT_HEADS = ("$2a$", "$2b$", "$2y$")

_ARGON2 = re.compile(
    r"\$argon2(?P<variant>id|i|d)(?:\$v=(?P<version>[0-9]{1,3}))?\$(?P<parameters>[a-z]=[0-9]{1,10}(?:,[a-z]=[0-9]{1,10})*)"
    r"(?P<extras>(?:,(?:keyid|data)=[A-Za-z0-9+/]*)*)\$(?P<salt>[A-Za-z0-9+/]+={0,2})\$(?P<key>[A-Za-z0-9+/]+={0,2})"
)
_ARGON2_USUAL = re.compile(
    r"\$argon2(id|i|d)\$v=19\$m=([1-9][0-9]{0,9}),t=([1-9][0-9]{0,9}),p=([1-9][0-9]{0,7})"
    r"\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)"
).fullmatch
_ARGON2_MEANT_VERSION = 16
"""A string without `v=` means this version."""
_JAVA_PBKDF2 = re.compile(r"PBKDF2WithHmacSHA-?(1|224|256|384|512)", re.IGNORECASE)


def is_bcrypt(text: str) -> bool:
    """Whether the text is a whole bcrypt string; 53 characters without one capital were folded to lower case."""
    return BCRYPT.fullmatch(text) is not None and not text.islower()


def bcrypt(
    text: str, *, prefix: bytes = b"", suffix: bytes = b"", normal_form: forms.NormalForm | None = None
) -> forms.Form | None:
    """A bcrypt string as a form; damaged where it is cut short or a character has changed."""
    if is_bcrypt(text):
        return forms.Bcrypt(value=text, prefix=prefix, suffix=suffix, normal_form=normal_form)
    return DAMAGED if text.startswith(BCRYPT_HEADS) else None


def bcrypt_over(text: str, function: str, **parameters: object) -> forms.Form | None:
    """Bcrypt over something made of the password, by the name that the legacy reading has for it."""
    if is_bcrypt(text):
        return forms.Opaque(function=function, reason="prehash", parameters={"value": text, **parameters})
    return DAMAGED if text.startswith(BCRYPT_HEADS) else None


def argon2(text: str) -> forms.Form | None:
    """An argon2 string, its parameters in any order and its base64 padded or not."""
    usual = _ARGON2_USUAL(text)
    if usual is None:
        return _argon2_unusual(text)
    variant, memory, passes, lanes, salt_text, key_text = usual.groups()
    salt, key = alphabets.b64_clean_bytes(salt_text), alphabets.b64_clean_bytes(key_text)
    if salt is None or key is None:
        return DAMAGED
    return forms.Argon2(
        variant=variant, version=19, memory_kib=int(memory), passes=int(passes), lanes=int(lanes), salt=salt, key=key
    )


def _argon2_unusual(text: str) -> forms.Form | None:
    """Another version or none, another order, padding, a key id or data."""
    read = _ARGON2.fullmatch(text)
    if read is None:
        return DAMAGED if text.startswith("$argon2") else None
    numbers = dict(part.split("=") for part in read["parameters"].split(","))
    salt, key = alphabets.b64_clean_bytes(read["salt"]), alphabets.b64_clean_bytes(read["key"])
    if salt is None or key is None or not {"m", "t", "p"} <= numbers.keys():
        return DAMAGED
    return forms.Argon2(
        variant=read["variant"],
        version=int(read["version"] or _ARGON2_MEANT_VERSION),
        memory_kib=int(numbers["m"]),
        passes=int(numbers["t"]),
        lanes=int(numbers["p"]),
        salt=salt,
        key=key,
        extras=bool(read["extras"]),
    )


_PASSLIB_PBKDF2 = re.compile(
    r"\$pbkdf2(?:-(sha1|sha256|sha512))?\$([1-9][0-9]{0,9})\$([A-Za-z0-9./]*)\$([A-Za-z0-9./]+)"
)
_KEY_BYTES = {"sha1": 20, "sha256": 32, "sha512": 64}


def passlib_pbkdf2(text: str) -> forms.Form | None:
    """Passlib's PBKDF2 string; both fields are re-encoded, since Node would skip a `.` and say nothing."""
    read = _PASSLIB_PBKDF2.fullmatch(text)
    if read is None:
        return None
    digest_name = read[1] or "sha1"
    salt, key = alphabets.ab64_bytes(read[3]), alphabets.ab64_bytes(read[4])
    if salt is None or key is None or len(key) != _KEY_BYTES[digest_name]:
        return DAMAGED
    return forms.Pbkdf2(digest_name=digest_name, rounds=int(read[2]), salt=salt, key=key)


def prehashed(function: str, inner: forms.Form | None, **parameters: object) -> forms.Form | None:
    """A slow hash over something made of the password, by the name that the legacy reading has for it."""
    if inner is None or isinstance(inner, forms.NoPassword):
        return inner
    return forms.Opaque(function=function, reason="prehash", parameters={"inner": inner, **parameters})


def plain(text: str, *, seed: bytes = b"") -> forms.Form:
    """A password in the clear."""
    return forms.Plain(secret=secret.Secret(text, "password"), seed=seed)


def scrypt(
    text_or_bytes: str | bytes,
    key: bytes,
    *,
    cost: int,
    block_size: int,
    parallelization: int,
    normal_form: forms.NormalForm | None = None,
) -> forms.Form:
    """An scrypt form from a salt as text or as bytes."""
    salt = text_or_bytes.encode("utf-8", "surrogatepass") if isinstance(text_or_bytes, str) else text_or_bytes
    return forms.Scrypt(
        cost=cost, block_size=block_size, parallelization=parallelization, salt=salt, key=key, normal_form=normal_form
    )


def java_pbkdf2_digest(name: str) -> str | None:
    """The digest in Java's name of a PBKDF2, `PBKDF2WithHmacSHA256`."""
    read = _JAVA_PBKDF2.fullmatch(name)
    return f"sha{read[1]}" if read else None


def digest_bytes(text: str, size: int) -> bytes | None:
    """A digest of this size, in hex or in base64 of either alphabet."""
    if len(text) == 2 * size:
        return alphabets.hex_bytes(text)
    raw = alphabets.b64_either_bytes(text)
    return raw if raw is not None and len(raw) == size and not alphabets.is_hex_text(raw) else None


def digest_and_salt(value: stored.Stored, size: int) -> tuple[bytes, bytes] | None:
    """A digest of this size and the salt beside it: in its column, or in the same text behind a colon or a dollar.

    Args:
        value: `hash` and `salt`; or `hash:salt`, `salt:hash`, and the same with `$`.
        size: bytes of the digest.

    Returns:
        Digest and salt; None when either is missing. A salt in the same text is text.

    """
    raw, beside = _taken_apart(value.text, size)
    if raw is None or beside is not None:
        return None if raw is None or beside is None else (raw, beside)
    salt = value.octets("salt") if value.columns else None
    return None if salt is None else (raw, salt)


@lru_cache(maxsize=4)
def _taken_apart(text: str, size: int) -> tuple[bytes | None, bytes | None]:
    """A digest, and the salt in the same text; remembered since some twenty formats ask for the same one by one."""
    separators = [separator for separator in ":$" if separator in text]
    if not separators:
        return digest_bytes(text, size), None
    for separator in separators:
        first, _, behind = text.partition(separator)
        before, _, last = text.rpartition(separator)
        for piece, beside in ((first, behind), (last, before)):
            raw = digest_bytes(piece, size) if beside else None
            if raw is not None:
                return raw, beside.encode(*alphabets.UTF8)
    return None, None


@cache
def joined_keys(size: int) -> tuple[str, ...]:
    """Where the registry finds a digest of this size whose salt stands in the same text."""
    layouts = (f"hex:{2 * size}:", f"hex:{2 * size}$", f":hex:{2 * size}", f"$hex:{2 * size}")
    return (*layouts, f":b64:{size}", f"$b64:{size}")


def nested(function: str, digest: bytes, *, salt: bytes = b"", reason: str = "nested-digest") -> forms.Form:
    """A digest of a digest, by the name that the legacy reading has for it."""
    return forms.Opaque(function=function, reason=reason, parameters={"digest": digest, "salt": salt})


def iterated(algorithm: str, digest: bytes, *, rounds: int, prefix: bytes = b"", suffix: bytes = b"") -> forms.Form:
    """D(prefix ‖ P ‖ suffix), then the raw digest over itself, `rounds` digests in all.

    One round is an ordinary salted digest, which Auth0 takes.
    """
    if rounds == 1:
        return forms.Digest(algorithm=algorithm, digest=digest, prefix=prefix, suffix=suffix)
    parameters = {"algorithm": algorithm, "digest": digest, "rounds": rounds, "prefix": prefix, "suffix": suffix}
    return forms.Opaque(function="iterated", reason="iterated-digest", parameters=parameters)
