"""crypt(3) schemes and phpass, for the legacy reading.

Source:
    Poul-Henning Kamp's md5crypt (FreeBSD 2.0), Ulrich Drepper's "Unix crypt using SHA-256 and SHA-512" of 2007,
    NetBSD's sha1crypt, Solar Designer's phpass and Drupal 7's variant of it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from samekey.hashes import alphabets, ceilings

_LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _little(raw: bytes) -> str:
    """Bytes in crypt(3)'s base64, low bits first, three bytes to four letters."""
    text = ""
    for start in range(0, len(raw), 3):
        group = raw[start : start + 3]
        number = int.from_bytes(group, "little")
        text += "".join(_LETTERS[number >> 6 * place & 63] for place in range(len(group) + 1))
    return text


def _ordered(raw: bytes, order: tuple[int, ...]) -> str:
    """The bytes in the order that a scheme writes them."""
    return _little(bytes(raw[place] for place in order))


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode("utf-8", "replace"), right.encode("utf-8", "replace"))


_MD5_ORDER = (12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11)


def md5_crypt(found: Mapping[str, Any], typed: bytes) -> bool:
    """`$1$` and Apache's `$apr1$`: 1000 rounds of MD5."""
    text: str = found["value"]
    _, magic, salt_text, stored = text.split("$", 3)
    return _same(md5_crypt_text(f"${magic}$".encode(*alphabets.UTF8), salt_text.encode(*alphabets.UTF8), typed), stored)


def md5_crypt_text(magic: bytes, salt: bytes, typed: bytes) -> str:
    """The 22 letters behind the salt; AIX has no magic word."""
    inner = hashlib.md5(typed + salt + typed).digest()
    message = typed + magic + salt
    message += (inner * (len(typed) // 16 + 1))[: len(typed)]
    bits = len(typed)
    while bits:
        message += b"\x00" if bits & 1 else typed[:1]
        bits >>= 1
    link = hashlib.md5(message).digest()
    for number in range(1000):
        step = typed if number & 1 else link
        step += salt if number % 3 else b""
        step += typed if number % 7 else b""
        step += link if number & 1 else typed
        link = hashlib.md5(step).digest()
    return _ordered(link, _MD5_ORDER)


_SHA_PLACES = {"5": (32, 10, 20), "6": (64, 21, 42)}
"""Digest length, and by how much the second and third byte of a group are ahead of the first."""


def _sha_order(size: int, second: int, third: int) -> tuple[int, ...]:
    """Groups of three, turning by one place each; written high byte last."""
    order: list[int] = []
    first, middle, last = 0, second, third
    for _ in range(size // 3):
        order += [last, middle, first]
        if size == 64:  # noqa: PLR2004  # SHA-512
            first, middle, last = middle + 1, last + 1, first + 1
        else:
            first, middle, last = last + 1, first + 1, middle + 1
    return (*order, 30, 31) if size == 32 else (*order, 63)  # noqa: PLR2004  # what is left over


_SHA_MEANT_ROUNDS = 5000


def sha_crypt(found: Mapping[str, Any], typed: bytes) -> bool:
    """`$5$` and `$6$`."""
    text: str = found["value"]
    parts = text.split("$")
    name = {"5": "sha256", "6": "sha512"}[parts[1]]
    rounds = _SHA_MEANT_ROUNDS
    if parts[2].startswith("rounds="):
        rounds = min(max(int(parts[2].removeprefix("rounds=")), 1000), 999_999_999)
    if rounds > ceilings.CRYPT_ROUNDS_MAX or len(typed) > 4096:  # noqa: PLR2004  # longer is no password
        return False
    link = _sha_crypt_raw(name, typed, parts[-2].encode(*alphabets.UTF8), rounds)
    return _same(_ordered(link, _sha_order(*_SHA_PLACES[parts[1]])), parts[-1])


def mysql_caching_sha2(found: Mapping[str, Any], typed: bytes) -> bool:
    """The same over SHA-256 with all 20 bytes of MySQL's salt."""
    if found["rounds"] > ceilings.CRYPT_ROUNDS_MAX or len(typed) > 256:  # noqa: PLR2004  # MySQL's own bound
        return False
    link = _sha_crypt_raw("sha256", typed, found["salt"], found["rounds"])
    return _same(_ordered(link, _sha_order(*_SHA_PLACES["5"])), found["digest"])


def _sha_crypt_raw(name: str, typed: bytes, salt: bytes, rounds: int) -> bytes:
    """The digest after all rounds; steps as Drepper numbers them."""

    def digest(data: bytes) -> bytes:
        return hashlib.new(name, data).digest()

    def stretched(raw: bytes, size: int) -> bytes:
        return (raw * (size // len(raw) + 1))[:size]

    second = digest(typed + salt + typed)
    message = typed + salt + stretched(second, len(typed))
    bits = len(typed)
    while bits:
        message += second if bits & 1 else typed
        bits >>= 1
    link = digest(message)
    password = stretched(digest(typed * len(typed)), len(typed))
    salted = stretched(digest(salt * (16 + link[0])), len(salt))
    for number in range(rounds):
        step = password if number & 1 else link
        step += salted if number % 3 else b""
        step += password if number % 7 else b""
        step += link if number & 1 else password
        link = digest(step)
    return link


_SHA1_ORDER = (2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9, 14, 13, 12, 17, 16, 15, 0, 19, 18)


def sha1_crypt(found: Mapping[str, Any], typed: bytes) -> bool:
    """NetBSD's `$sha1$`: HMAC-SHA1 over its own result."""
    text: str = found["value"]
    _, _, rounds, salt, stored = text.split("$")
    if int(rounds) > ceilings.CRYPT_ROUNDS_MAX:
        return False
    link = hmac.digest(typed, f"{salt}$sha1${rounds}".encode(*alphabets.UTF8), "sha1")
    for _ in range(int(rounds) - 1):
        link = hmac.digest(typed, link, "sha1")
    return _same(_ordered(link, _SHA1_ORDER), stored)


def phpass(found: Mapping[str, Any], typed: bytes) -> bool:
    """`$P$` and `$H$`: 2^n rounds of MD5."""
    text: str = found["value"]
    if found.get("prehash"):
        typed = hashlib.md5(typed).hexdigest().encode()
    return _portable("md5", text, typed)


def drupal7(found: Mapping[str, Any], typed: bytes) -> bool:
    """`$S$`: the same over SHA-512, cut; `U` in front: over the hex of an MD5."""
    text: str = found["value"]
    if text.startswith("U"):
        text, typed = text[1:], hashlib.md5(typed).hexdigest().encode()
    return _portable("sha512" if text.startswith("$S$") else "md5", text, typed)


def _portable(name: str, text: str, typed: bytes) -> bool:
    """Phpass: a letter for log2 of the rounds, eight of salt, then the digest as far as it is stored."""
    rounds = 1 << _LETTERS.index(text[3])
    if rounds > ceilings.CRYPT_ROUNDS_MAX:
        return False
    link = hashlib.new(name, text[4:12].encode(*alphabets.UTF8) + typed).digest()
    for _ in range(rounds):
        link = hashlib.new(name, link + typed).digest()
    return _same(_little(link)[: len(text) - 12], text[12:])
