"""The certain repairs of a `custom_password_hash`.

A repair is certain when every other reading could never log in, or when the value describes itself. What a repair must
never do is make a payload importable on a guess: `$2x$` made `$2b$`, a version added to argon2, a salt taken for hex
because it looks like it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from samekey.auth0 import payload
from samekey.hashes import alphabets, conversion, forms, payload_rules, to_auth0
from samekey.lint import digest_readings

Payload = dict[str, Any]
Repair = Callable[[Payload, str], Payload | None]
"""The payload and the field at fault, inside it; what it becomes, or None where nothing is certain."""

_NUMBERS = ("keylen", "cost", "blockSize", "parallelization")
_OF_HASH = frozenset({"encoding", "digest", "key", "value"})
MISPLACED = frozenset({*_NUMBERS, "salt"})
"""Keys that stand inside `hash` by mistake, and have a fault of their own."""
KEYS: Mapping[str, frozenset[str]] = {
    "hash": _OF_HASH,
    "hash.key": frozenset({"value", "encoding"}),
    "salt": frozenset({"value", "encoding", "position"}),
    "password": frozenset({"encoding"}),
}
"""What Auth0 knows inside the parts of a payload."""
_ENCODINGS = {"b64": "base64", "base64url": "base64", "base16": "hex", "utf8": "utf8", "text": "utf8"} | {
    name: name for name in payload.HASH_ENCODINGS
}
_PASSWORD_ENCODINGS = {"utf16": "utf16le", "unicode": "utf16le", "iso88591": "latin1"} | {
    name: name for name in payload.PASSWORD_ENCODINGS
}
_ALGORITHMS = {"argon2id": "argon2", "argon2i": "argon2"} | {name: name for name in payload.ALGORITHMS}
_POSITIONS = {
    **{name: name for name in payload.SALT_POSITIONS},
    **dict.fromkeys(("before", "front", "start", "beginning", "prepend", "left"), "prefix"),
    **dict.fromkeys(("after", "back", "end", "append", "right"), "suffix"),
}
_SCRYPT_NAMES = {
    "n": "cost", "r": "blockSize", "p": "parallelization", "blocksize": "blockSize", "parallelism": "parallelization",
    "dklen": "keylen", "keylength": "keylen",
}  # fmt: skip
"""What RFC 7914 and libraries call the numbers, and what Auth0 does."""
_ONLY_DIGEST = {
    size: names[0]
    for size in set(payload.HMAC_DIGEST_BYTES.values())
    if len(names := [name for name, length in payload.HMAC_DIGEST_BYTES.items() if length == size]) == 1
}
"""The digest of a MAC by its length, where only one has it."""


def repaired(whole: Any, code: str, field: str) -> Payload | None:
    """A payload with one fault less.

    Args:
        whole: the payload, of any type.
        code: a word of `payload_rules.FAULTS`.
        field: where, inside the payload.

    Returns:
        A new payload, or None where no repair is certain.

    """
    if not isinstance(whole, Mapping):
        return _from_text(whole) if code == "wrong-type" else None
    repair = _REPAIRS.get(code)
    return repair(dict(whole), field) if repair else None


def carried(text: str) -> Payload | None:
    """The payload of a stored text that describes itself, if Auth0 can check it."""
    converted = conversion.convert(text)
    return converted.custom_password_hash if converted.certainty == "exact" else None


def at(whole: Mapping[str, Any], path: str) -> Any:
    """What stands at a dotted path; None when nothing does."""
    value: Any = whole
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def put(whole: Mapping[str, Any], path: str, value: Any) -> Payload:
    """A copy with another value at a dotted path; None takes it away."""
    step, _, rest = path.partition(".")
    inner = whole.get(step)
    if rest:
        value = put(inner if isinstance(inner, Mapping) else {}, rest, value)
    changed = {**whole, step: value}
    if value is None:
        del changed[step]
    return changed


def _from_text(text: Any) -> Payload | None:
    """A payload that was encoded twice."""
    if not isinstance(text, str):
        return None
    try:
        whole = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None
    return whole if isinstance(whole, dict) else None


def _wrong_type(whole: Payload, field: str) -> Payload | None:
    """A text where the object of a hash or of a key belongs; null where nothing has to stand."""
    if field == "hash.key" and isinstance(at(whole, field), str):
        return put(whole, field, {"value": at(whole, field)})
    if field in _MAY_BE_ABSENT and whole[field] is None and whole.get("algorithm") != "scrypt":
        return put(whole, field, None)
    if field != "hash" or not isinstance(whole["hash"], str):
        return None
    wrapped = whole | {"hash": {"value": whole["hash"]}}
    return _digest(wrapped, "") or wrapped


_MAY_BE_ABSENT = frozenset({"salt", "password"})


def _unknown_key(whole: Payload, field: str) -> Payload | None:
    """A key of `hash` that stands beside it, or a number of scrypt by another name."""
    name = _SCRYPT_NAMES.get(digest_readings.squeezed(field))
    if whole.get("algorithm") == "scrypt" and name is not None and name not in whole and field in whole:
        return put(put(whole, name, whole[field]), field, None)
    stated = whole.get("hash")
    if field not in _OF_HASH or not isinstance(stated, Mapping) or field in stated:
        return None
    return put(put(whole, f"hash.{field}", whole[field]), field, None)


def _ignored_key(whole: Payload, field: str) -> Payload | None:
    """The same key in another case or with a hyphen; a number of scrypt by another name, inside `hash`."""
    place, _, key = field.rpartition(".")
    part, squeezed = at(whole, place), digest_readings.squeezed(key)
    if place not in KEYS or not isinstance(part, Mapping) or key not in part:
        return None
    if squeezed in KEYS[place] and squeezed not in part:
        return put(put(whole, f"{place}.{squeezed}", part[key]), field, None)
    name = _SCRYPT_NAMES.get(squeezed)
    if place == "hash" and whole.get("algorithm") == "scrypt" and name is not None and name not in whole:
        return put(put(whole, name, part[key]), field, None)
    return None


def _misplaced(whole: Payload, _field: str) -> Payload | None:
    """The numbers of scrypt and the salt, out of `hash`."""
    stated = dict(whole["hash"])
    for name in (*_NUMBERS, "salt"):
        if name not in stated:
            continue
        if whole.get(name, stated[name]) != stated[name] or (name == "salt" and not isinstance(stated[name], Mapping)):
            return None
        whole = whole | {name: stated.pop(name)}
    return whole | {"hash": stated}


def _digest(whole: Payload, _field: str) -> Payload | None:
    """A value that must decode to the bytes of a digest."""
    stated = whole.get("hash")
    value = stated.get("value") if isinstance(stated, Mapping) else None
    if not isinstance(stated, Mapping) or not isinstance(value, str):
        return None
    if str(whole.get("algorithm")) not in payload.HEX_OR_BASE64_ONLY:
        return _text(whole, "")
    written = digest_readings.digest_written(value, digest_readings.digest_size(whole, stated))
    if written is None:
        told = None if "salt" in whole else carried(value.strip())
        return told or _named_encoding(whole, "hash.encoding")
    return whole | {"hash": {**stated, "value": written[0], "encoding": written[1]}}


def _digest_or_told(whole: Payload, field: str) -> Payload | None:
    """A hash value by its length; of a salt or a key nobody knows the length."""
    return _digest(whole, field) if field.startswith("hash.value") else None


def _encoding(whole: Payload, field: str) -> Payload | None:
    return _digest(whole, field) if field == "hash.encoding" else _named_encoding(whole, field)


def _named_encoding(whole: Payload, field: str) -> Payload | None:
    """The same encoding under the name that Auth0 has for it."""
    name = at(whole, field)
    known = _ENCODINGS.get(digest_readings.squeezed(name)) if isinstance(name, str) else None
    return put(whole, field, known) if known and known != name else None


def _password_encoding(whole: Payload, field: str) -> Payload | None:
    name = at(whole, field)
    known = _PASSWORD_ENCODINGS.get(digest_readings.squeezed(name)) if isinstance(name, str) else None
    return put(whole, field, known) if known else None


def _position(whole: Payload, field: str) -> Payload | None:
    name = at(whole, field)
    known = _POSITIONS.get(name.strip().lower()) if isinstance(name, str) else None
    return None if known is None else put(whole, field, known)


def _algorithm(whole: Payload, _field: str) -> Payload | None:
    name = whole.get("algorithm")
    squeezed = digest_readings.squeezed(name) if isinstance(name, str) else ""
    if known := _ALGORITHMS.get(squeezed):
        return whole | {"algorithm": known}
    return _named_mac(whole, squeezed) or _through_ldap(whole, squeezed) or _text(whole, "")


def _named_mac(whole: Payload, name: str) -> Payload | None:
    """`hmac-sha256`, whose digest has a place of its own."""
    digest, stated = name.removeprefix("hmac"), whole.get("hash")
    if digest == name or digest not in payload.HMAC_DIGEST_BYTES or not isinstance(stated, Mapping):
        return None
    other = stated.get("digest", digest)
    if not isinstance(other, str) or digest_readings.squeezed(other) != digest:
        return None
    return put(whole | {"algorithm": "hmac"}, "hash.digest", digest)


def _through_ldap(whole: Payload, name: str) -> Payload | None:
    """SHA-224 and SHA-384, which only the ldap algorithm has, and only with the salt behind the password."""
    size = payload.HMAC_DIGEST_BYTES.get(name) if name in {"sha224", "sha384"} else None
    value, salt = at(whole, "hash.value"), whole.get("salt", {"value": "", "position": "suffix"})
    written = digest_readings.digest_written(value, size) if size and isinstance(value, str) else None
    behind = isinstance(salt, Mapping) and salt.get("position") == "suffix"
    suffix = digest_readings.decoded(salt) if behind else None
    if written is None or suffix is None:
        return None
    raw = alphabets.hex_bytes(written[0]) if written[1] == "hex" else alphabets.b64_either_bytes(written[0])
    told = to_auth0.carry(forms.Digest(algorithm=name, digest=raw or b"", suffix=suffix))
    if isinstance(told, to_auth0.NotCarried):
        return None
    return {**told.payload, **{name: whole[name] for name in ("password",) if name in whole}}


def _hmac_digest(whole: Payload, _field: str) -> Payload | None:
    name = at(whole, "hash.digest")
    known = digest_readings.squeezed(name) if isinstance(name, str) else ""
    if whole.get("algorithm") == "pbkdf2":
        return _text(whole, "")
    return put(whole, "hash.digest", known) if known in payload.HMAC_DIGEST_BYTES else None


def _missing_digest(whole: Payload, _field: str) -> Payload | None:
    """By the length of the MAC, where only one digest has it."""
    seen = _seen(whole)
    known = None if seen is None else _ONLY_DIGEST.get(seen[1])
    return None if seen is None or known is None else put(seen[0], "hash.digest", known)


def _keylen(whole: Payload, _field: str) -> Payload | None:
    """The length that the value has: with any other it can never match."""
    if whole.get("algorithm") != "scrypt":
        return _text(whole, "")
    seen = _seen(whole)
    return None if seen is None else seen[0] | {"keylen": seen[1]}


def _number(whole: Payload, field: str) -> Payload | None:
    """A number that was written as text, or as a fraction that is none."""
    value = whole[field]
    if value is None and whole.get("algorithm") != "scrypt":
        return put(whole, field, None)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return whole | {field: int(value)}
    return whole | {field: int(value)} if isinstance(value, float) and value.is_integer() else None


def _without_salt(whole: Payload, _field: str) -> Payload | None:
    """A salt that stands inside the value already."""
    return put(whole, "salt", None)


def _salt_beside(whole: Payload, _field: str) -> Payload | None:
    """A salt object beside a string that holds the same salt, or an empty one."""
    salt, value = whole["salt"], at(whole, "hash.value")
    if not isinstance(salt, Mapping) or not isinstance(value, str):
        return None
    told = salt.get("value", "")
    if not isinstance(told, str) or (told and not _is_salt_of(value, told)):
        return None
    return put(whole, "salt", None)


def _is_salt_of(value: str, told: str) -> bool:
    """Whether a text, in some encoding, is the salt inside a PHC or an LDAP string."""
    readings = {told.encode(), alphabets.hex_bytes(told), alphabets.b64_either_bytes(told)} - {None}
    if value.startswith("{"):
        raw = alphabets.b64_bytes(value.partition("}")[2])
        scheme = payload.LDAP_SCHEME_DIGESTS.get(value[1:].partition("}")[0].lower())
        size = payload.HMAC_DIGEST_BYTES.get(scheme or "")
        return raw is not None and size is not None and raw[size:] in readings
    parts = value.split("$")
    return len(parts) > 2 and (parts[-2] == told or alphabets.b64_bytes(parts[-2].rstrip("=")) in readings)  # noqa: PLR2004  # salt and hash


def _text(whole: Payload, _field: str) -> Payload | None:
    """A string of its own form: bare, put right, or the payload of what it describes."""
    stated = whole.get("hash")
    value = stated.get("value") if isinstance(stated, Mapping) else None
    if not isinstance(stated, Mapping) or not isinstance(value, str):
        return None
    for text in digest_readings.texts(value):
        for proposed in (text, digest_readings.pbkdf2_written(text)):
            direct = whole | {"hash": {"value": proposed, "encoding": "utf8"}}
            if str(whole.get("algorithm")) in payload.UTF8_ONLY and not _of_hash(direct):
                return direct
        converted = None if "salt" in whole else carried(text)
        if converted is not None:
            return {**converted, **{name: whole[name] for name in ("password",) if name in whole}}
    return None


def _of_hash(whole: Payload) -> bool:
    """Whether anything is wrong with the hash itself."""
    return any(field.startswith("hash") for _, field in payload_rules.refusals(whole))


def _seen(whole: Payload) -> tuple[Payload, int] | None:
    """A payload with the encoding that its value shows, and the bytes of the digest in it."""
    value = at(whole, "hash.value")
    if not isinstance(value, str):
        return None
    written = digest_readings.digest_written(value, None)
    if written is not None:
        whole = put(put(whole, "hash.value", written[0]), "hash.encoding", written[1])
        raw = alphabets.hex_bytes(written[0])
    else:
        raw = alphabets.b64_either_bytes(value) if at(whole, "hash.encoding") == "base64" else None
    if not raw:
        return None
    return whole, len(raw) // 2 if alphabets.is_hex_text(raw) else len(raw)


_REPAIRS: dict[str, Repair] = {
    "wrong-type": _wrong_type,
    "unknown-key": _unknown_key,
    "misplaced-key": _misplaced,
    "missing-algorithm": _algorithm,
    "unknown-algorithm": _algorithm,
    "unknown-encoding": _encoding,
    "encoding-forbidden": _digest,
    "unknown-password-encoding": _password_encoding,
    "salt-forbidden": _salt_beside,
    "unknown-position": _position,
    "not-hex": _digest_or_told,
    "not-base64": _digest_or_told,
    "base64-of-hex": _digest,
    "digest-length": _digest,
    "missing-digest": _missing_digest,
    "unknown-digest": _hmac_digest,
    "missing-keylen": _keylen,
    "keylen-mismatch": _keylen,
    "bad-number": _number,
    "bcrypt-own-salt": _without_salt,
    "ignored-key": _ignored_key,
    **dict.fromkeys(
        (
            "bcrypt-variant", "bcrypt-form", "argon2-variant", "argon2-version", "argon2-form", "argon2-parameters",
            "pbkdf2-form", "pbkdf2-padding", "pbkdf2-alphabet", "ldap-form", "ldap-scheme",
        ),
        _text,
    ),
}  # fmt: skip
