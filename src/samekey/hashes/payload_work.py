"""Whether a payload that is written already asks for more work than samekey runs; no login can wait for that."""

import re
from collections.abc import Mapping
from typing import Any

from samekey.auth0 import payload
from samekey.hashes import ceilings

_BCRYPT = re.compile(payload.BCRYPT_PATTERN)
_ARGON2 = re.compile(r"\$argon2(?:id|i|d)\$(?:v=[0-9]+\$)?m=([0-9]{1,18}),t=([0-9]{1,18}),p=([0-9]{1,18})\$.*")
_PBKDF2 = re.compile(r"\$pbkdf2-([A-Za-z0-9-]+)\$i=([0-9]{1,18})(?:,l=([0-9]{1,18}))?\$.*")


def is_bearable(whole: Mapping[str, Any]) -> bool:
    """Whether the numbers of a `custom_password_hash` are within the ceilings; what is no number is not judged."""
    told = whole.get("hash")
    value = told.get("value") if isinstance(told, Mapping) else None
    match whole.get("algorithm"), value:
        case "scrypt", _:
            return _scrypt_is_bearable(whole)
        case "bcrypt", str():
            return bcrypt_is_bearable(value)
        case "argon2", str():
            return _argon2_is_bearable(value)
        case "pbkdf2", str():
            return _pbkdf2_is_bearable(value)
    return True


def bcrypt_is_bearable(value: str) -> bool:
    """The same for a bcrypt string alone."""
    return not _BCRYPT.fullmatch(value) or ceilings.bcrypt_is_bearable(cost=int(value[4:6]))


def _argon2_is_bearable(value: str) -> bool:
    read = _ARGON2.fullmatch(value)
    if read is None:
        return True
    memory, passes, lanes = map(int, read.groups())
    return ceilings.argon2_is_bearable(memory_kib=memory, passes=passes, lanes=lanes, key_bytes=0)


def _pbkdf2_is_bearable(value: str) -> bool:
    read = _PBKDF2.fullmatch(value)
    digest = payload.PBKDF2_DIGESTS.get(read[1]) if read else None
    size = payload.HMAC_DIGEST_BYTES.get(digest) if digest else None
    if read is None or size is None:
        return True
    length = int(read[3] or payload.PBKDF2_KEY_BYTES_DEFAULT)
    return ceilings.pbkdf2_is_bearable(rounds=max(int(read[2]), 1), key_bytes=length, digest_bytes=size)


def _scrypt_is_bearable(whole: Mapping[str, Any]) -> bool:
    numbers = [
        whole.get("cost", payload.SCRYPT_COST_DEFAULT),
        whole.get("blockSize", payload.SCRYPT_BLOCK_SIZE_DEFAULT),
        whole.get("parallelization", payload.SCRYPT_PARALLELIZATION_DEFAULT),
        whole.get("keylen", 0),
    ]
    if not all(type(number) is int and number >= 0 for number in numbers):
        return True
    cost, block_size, parallelization, length = numbers
    return ceilings.scrypt_is_bearable(
        cost=cost, block_size=block_size, parallelization=parallelization, key_bytes=length
    )
