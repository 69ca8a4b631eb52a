"""Java's portals and application servers: Liferay, WebSphere and Open Liberty.

Source:
    The products' own sources, named per format; vectors in `tests/golden/hashes/java_products`.
"""

import re
from typing import Any

from samekey.hashes import alphabets, catalogue, crypt_strings, forms, fragments, stored

_LIFERAY_PBKDF2 = re.compile(r"(?:\{([^}]*)\})?([A-Za-z0-9+/]+={0,2})")
_LIFERAY_KEY_BITS = (128, 160, 256, 512)
_LIFERAY_SALT_BYTES = (8, 16)
_LIFERAY = re.compile(r"\{(SHA-256|SHA-384|SHA-512|UFC-CRYPT|NONE)\}(.*)", re.IGNORECASE | re.DOTALL)
_LIFERAY_DIGESTS = {"sha-256": ("sha256", 32), "sha-384": ("sha384", 48), "sha-512": ("sha512", 64)}
_DES = re.compile(r"[./0-9A-Za-z]{13}")
_XOR_KEY = 0x5F
_LIBERTY_VERSION = 1
_LIBERTY_SIZED = {0x10: "algorithm", 0x30: "salt", 0x40: "digest"}
_LIBERTY_NUMBERS = {0x20: "rounds", 0x50: "bits"}
_LIBERTY_MEANT = {"algorithm": b"PBKDF2WithHmacSHA1", "rounds": 6384, "bits": 256}
"""What a field that is left out means; since 2025 none is, though the defaults are others."""


def _liferay_pbkdf2(value: stored.Stored) -> forms.Form | None:
    """Bits of key and rounds in four bytes each, then salt, then key; the digest stands in braces or nowhere.

    Values that are older than the braces are of SHA-1, unless portal.properties named another (column `algorithm`).
    """
    read = _LIFERAY_PBKDF2.fullmatch(value.text)
    digest_name = fragments.java_pbkdf2_digest((read and read[1]) or value.column("algorithm") or "PBKDF2WithHmacSHA1")
    raw = alphabets.b64_bytes(read[2]) if read else None
    if digest_name is None or raw is None or len(raw) < 8 + 8 + 16:
        return None
    bits, rounds = (int.from_bytes(raw[at : at + 4], "big") for at in (0, 4))
    key_bytes = bits // 8
    if bits not in _LIFERAY_KEY_BITS or len(raw) - 8 - key_bytes not in _LIFERAY_SALT_BYTES or rounds < 1:
        return None
    return forms.Pbkdf2(digest_name=digest_name, rounds=rounds, salt=raw[8:-key_bytes], key=raw[-key_bytes:])


def _liferay(value: stored.Stored) -> forms.Form | None:
    """Java's name of a digest in braces, then the digest in base64, or in hex where portal.properties says so.

    Further braces are Spring's salt.
    """
    read = _LIFERAY.fullmatch(value.text)
    if read is None:
        return None
    name, rest = read[1].lower(), read[2]
    if name == "none":
        return fragments.plain(rest)
    if name == "ufc-crypt":
        return crypt_strings.wrapped(rest) if _DES.fullmatch(rest) else fragments.DAMAGED
    if rest.startswith("{"):
        return None
    algorithm, size = _LIFERAY_DIGESTS[name]
    raw = fragments.digest_bytes(rest, size)
    return fragments.DAMAGED if raw is None else forms.Digest(algorithm=algorithm, digest=raw)


def _ibm_xor(value: stored.Stored) -> forms.Form | None:
    """Every byte against an underscore: no secret at all."""
    if value.text[:5].lower() != "{xor}":
        return None
    raw = alphabets.b64_whole_bytes(value.text[5:])
    return None if raw is None else fragments.plain(bytes(byte ^ _XOR_KEY for byte in raw).decode("utf-8", "replace"))


def _ibm_hash(value: stored.Stored) -> forms.Form | None:
    """A version, then fields: a mark, and a number of four bytes or that many bytes of text, salt or key."""
    if value.text[:6].lower() != "{hash}":
        return None
    raw = alphabets.b64_whole_bytes(value.text[6:])
    told = None if raw is None or raw[:1] != bytes([_LIBERTY_VERSION]) else _liberty_fields(raw[1:])
    if told is None:
        return fragments.DAMAGED
    rounds, key, salt = told["rounds"], told.get("digest"), told.get("salt")
    digest_name = fragments.java_pbkdf2_digest(told["algorithm"].decode("utf-8", "replace"))
    if digest_name is None or rounds < 1 or not salt or not key or 8 * len(key) != told["bits"]:
        return fragments.DAMAGED
    return forms.Pbkdf2(digest_name=digest_name, rounds=rounds, salt=salt, key=key)


def _liberty_fields(raw: bytes) -> dict[str, Any] | None:
    """Every field by its name; None where one is cut or nobody knows its mark."""
    told: dict[str, Any] = dict(_LIBERTY_MEANT)
    at = 0
    while at < len(raw):
        mark, number, at = raw[at], int.from_bytes(raw[at + 1 : at + 5], "big"), at + 5
        if at > len(raw):
            return None
        if mark in _LIBERTY_NUMBERS:
            told[_LIBERTY_NUMBERS[mark]] = number
        elif mark in _LIBERTY_SIZED and at + number <= len(raw):
            told[_LIBERTY_SIZED[mark]] = raw[at : at + number]
            at += number
        else:
            return None
    return told


FORMATS = (
    catalogue.Format(
        name="liferay_pbkdf2",
        definition="bits ‖ rounds ‖ salt ‖ PBKDF2 with the digest in braces, without braces SHA-1",
        recognised="base64 starting `AAAAoA`, with or without `{PBKDF2WithHmacSHA1}` in front",
        source="Liferay Portal's PBKDF2PasswordEncryptor",
        keys=(
            *(f"{{pbkdf2withhmacsha{dash}{size}}}" for size in (1, 224, 256, 384, 512) for dash in ("", "-")),
            *(f"b64:{8 + salt + bits // 8}" for salt in _LIFERAY_SALT_BYTES for bits in _LIFERAY_KEY_BITS),
        ),
        read=_liferay_pbkdf2,
    ),
    catalogue.Format(
        name="liferay",
        definition="D(P); DES of crypt(3); or the password itself",
        recognised="`{SHA-256}base64`, `{SHA-384}base64`, `{UFC-CRYPT}…`, `{NONE}…`",
        source="Liferay Portal's other encryptors, where LDAP has no name for what they write",
        keys=("{sha-256}", "{sha-384}", "{sha-512}", "{ufc-crypt}", "{none}"),
        read=_liferay,
        rank=70,
    ),
    catalogue.Format(
        name="ibm_xor",
        definition="the password itself, every byte against an underscore",
        recognised="`{xor}base64`",
        source="WebSphere",
        keys=("{xor}",),
        read=_ibm_xor,
    ),
    catalogue.Format(
        name="ibm_hash",
        definition="PBKDF2(P, salt, i); what the value leaves out is SHA-1, 6384 rounds and 256 bits",
        recognised="`{hash}base64`",
        source="WebSphere Liberty's PasswordUtil",
        keys=("{hash}",),
        read=_ibm_hash,
    ),
)
"""Every format of this file."""
