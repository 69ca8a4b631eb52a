"""Functions of one product each, for legacy reading: Firebase, Ory, SCRAM, Oracle, LAN Manager, SAP, Magento and more.

Source:
    Firebase's scrypt: github.com/firebase/scrypt. Ory's patterns: Kratos' comparator. SCRAM: RFC 5802.
    Oracle 10: Joshua Wright and Carlos Cid, 2005; Oracle 12: hashcat mode 12300. LAN Manager: [MS-NLMP] 3.3.1.
    SAP's issha: hashcat mode 10300. Magento 2: its Encryptor, which runs an upgraded hash through every version that
    it had.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from typing import Any

import argon2.low_level
import bcrypt
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from samekey.hashes import alphabets, ceilings, legacy_crypt, legacy_digests

Found = Mapping[str, Any]
"""The parameters of an `Opaque` form."""


def firebase_scrypt(found: Found, typed: bytes) -> bool:
    """The scrypt key encrypts the project's signer key, counting from zero."""
    if "signerKey" not in found or not found["memory"] or not found["rounds"]:
        return False  # a row without what belongs to the project
    cost, block_size = 1 << min(found["memory"], 63), found["rounds"]
    if not ceilings.scrypt_is_bearable(cost=cost, block_size=block_size, parallelization=1, key_bytes=64):
        return False
    salt = found["salt"] + found["saltSeparator"]
    memory = 2 * ceilings.SCRYPT_MEMORY_BYTES_MAX
    key = hashlib.scrypt(typed, salt=salt, n=cost, r=block_size, p=1, maxmem=memory, dklen=64)[:32]
    encryptor = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()
    return hmac.compare_digest(encryptor.update(found["signerKey"]), found["digest"])


def ory_pattern(found: Found, typed: bytes) -> bool:
    """A digest over the password and what stands between its several copies."""
    return hmac.compare_digest(legacy_digests.digest(found["algorithm"], typed.join(found["parts"])), found["digest"])


def scram(found: Found, typed: bytes) -> bool:
    """The stored key, from the password as typed, as SASLprep makes it, or as MongoDB digests it first."""
    if "key" not in found:
        return False
    name, rounds, expected = found["algorithm"], found["rounds"], found["key"]
    if not ceilings.pbkdf2_is_bearable(rounds=rounds, key_bytes=len(expected), digest_bytes=len(expected)):
        return False
    read = typed.decode("utf-8", "surrogatepass")
    readings = {typed, unicodedata.normalize("NFKC", read).encode("utf-8", "surrogatepass")}
    if found["username"] is not None and name == "sha1":
        readings.add(hashlib.md5(f"{found['username']}:mongo:".encode(*alphabets.UTF8) + typed).hexdigest().encode())
    return any(hmac.compare_digest(_stored_key(name, reading, found), expected) for reading in readings)


def _stored_key(name: str, typed: bytes, found: Found) -> bytes:
    """RFC 5802's StoredKey."""
    salted = hashlib.pbkdf2_hmac(name, typed, found["salt"], found["rounds"])
    return hashlib.new(name, hmac.digest(salted, b"Client Key", name)).digest()


_ORACLE12_ROUNDS = 4096


def oracle12(found: Found, typed: bytes) -> bool:
    """SHA-512 over a PBKDF2 key and the salt."""
    salt: bytes = found["salt"]
    key = hashlib.pbkdf2_hmac("sha512", typed, salt + b"AUTH_PBKDF2_SPEEDY_KEY", _ORACLE12_ROUNDS)
    return hmac.compare_digest(hashlib.sha512(key + salt).digest(), found["digest"])


def _des(key: bytes, mode: modes.CBC, data: bytes) -> bytes:
    """One DES, which is three with the same key."""
    encryptor: CipherContext = Cipher(TripleDES(key * 3), mode).encryptor()
    return encryptor.update(data)


_ORACLE10_KEY = bytes.fromhex("0123456789abcdef")


def oracle10(found: Found, typed: bytes) -> bool:
    """DES in chains over user name and password, both in capitals; the last block is the key of a second turn."""
    text = (found["username"] + typed.decode("utf-8", "replace")).upper().encode("utf-16-be")
    text += bytes(-len(text) % 8)
    last = _des(_ORACLE10_KEY, modes.CBC(bytes(8)), text)[-8:]
    return hmac.compare_digest(_des(last, modes.CBC(bytes(8)), text)[-8:], found["digest"])


_RACF_CHARS = 8
_EBCDIC_BLANK = b"\x40"


def racf(found: Found, typed: bytes) -> bool:
    """The user name under DES with the password as the key, in capitals unless the system keeps its case."""
    name = _ebcdic(found["username"].upper())
    text = typed.decode("utf-8", "replace")
    keys = (bytes(((each ^ 0x55) << 1) & 0xFF for each in _ebcdic(password)) for password in (text, text.upper()))
    return any(hmac.compare_digest(_des(key, modes.CBC(bytes(8)), name), found["digest"]) for key in keys)


def _ebcdic(text: str) -> bytes:
    """A field of eight characters; what is behind them is lost."""
    return text.encode("cp037", "replace")[:_RACF_CHARS].ljust(_RACF_CHARS, _EBCDIC_BLANK)


def lm_hash(found: Found, typed: bytes) -> bool:
    """A fixed text encrypted under each half of the password in capitals."""
    folded = typed.decode("utf-8", "replace").upper().encode("cp437", "replace")[:14].ljust(14, b"\x00")
    # One block chained to zeroes is the block by itself.
    halves = (_des(_seven_to_eight(folded[at : at + 7]), modes.CBC(bytes(8)), b"KGS!@#$%") for at in (0, 7))
    return hmac.compare_digest(b"".join(halves), found["digest"])


def _seven_to_eight(key: bytes) -> bytes:
    """56 bits of a key with room for eight of parity."""
    number = int.from_bytes(key, "big")
    return bytes((number >> (49 - 7 * place) & 0x7F) << 1 for place in range(8))


def mssql2000_upper(found: Found, typed: bytes) -> bool:
    """SHA-1 of the password in capitals; the digest of the password as typed was erased."""
    folded = typed.decode("utf-8", "replace").upper().encode("utf-16-le", "surrogatepass")
    return hmac.compare_digest(hashlib.sha1(folded + found["salt"]).digest(), found["digest"])


def sybase_ase(found: Found, typed: bytes) -> bool:
    """SHA-256 of a field of 510 bytes and the salt."""
    wide = typed.decode("utf-8", "replace").encode("utf-16-be")[:510].ljust(510, b"\x00")
    return hmac.compare_digest(hashlib.sha256(wide + found["salt"]).digest(), found["digest"])


def issha(found: Found, typed: bytes) -> bool:
    """SHA-1 over password and salt, then over password and the digest before."""
    if found["rounds"] > ceilings.CRYPT_ROUNDS_MAX:
        return False
    link: bytes = found["salt"]
    for _ in range(found["rounds"]):
        link = hashlib.sha1(typed + link).digest()
    return hmac.compare_digest(link, found["digest"])


def aix_smd5(found: Found, typed: bytes) -> bool:
    """md5-crypt without a magic word."""
    made = legacy_crypt.md5_crypt_text(b"", found["salt"].encode(*alphabets.UTF8), typed)
    return hmac.compare_digest(made.encode(*alphabets.UTF8), found["digest"].encode(*alphabets.UTF8))


def entra_connect(found: Found, typed: bytes) -> bool:
    """PBKDF2-SHA256 over the NT hash in capital hex, that again as UTF-16LE."""
    key = found["key"]
    if not ceilings.pbkdf2_is_bearable(rounds=found["rounds"], key_bytes=len(key), digest_bytes=32):
        return False
    wide = typed.decode("utf-8", "replace").encode("utf-16-le")
    inner = legacy_digests.digest("md4", wide).hex().upper().encode("utf-16-le")
    return hmac.compare_digest(hashlib.pbkdf2_hmac("sha256", inner, found["salt"], found["rounds"], len(key)), key)


def bcrypt_pbkdf(found: Found, typed: bytes) -> bool:
    """OpenBSD's bcrypt_pbkdf, as zope.password stores it."""
    if found["rounds"] > ceilings.BCRYPT_KDF_ROUNDS_MAX or not typed:
        return False
    key = bcrypt.kdf(typed, found["salt"], len(found["key"]), found["rounds"], ignore_few_rounds=True)
    return hmac.compare_digest(key, found["key"])


def double_bcrypt(found: Found, typed: bytes) -> bool:
    """Woltlab's bcrypt over bcrypt, both with the salt of the outer one."""
    value = found["value"].encode("ascii", "replace")
    if not ceilings.bcrypt_is_bearable(cost=int(value[4:6])):
        return False
    inner = bcrypt.hashpw(typed[:72], value[:29])
    return hmac.compare_digest(bcrypt.hashpw(inner, value[:29])[7:], value[7:])


def magento2_upgraded(found: Found, typed: bytes) -> bool:
    """Each link over the hex of the one before; the digests take the salt in front."""
    link = typed
    for made_by in found["links"]:
        if isinstance(made_by, str):
            link = hashlib.new(made_by, found["salt"] + link, usedforsecurity=False).hexdigest().encode()
            continue
        passes, memory_kib = made_by
        if not ceilings.argon2_is_bearable(memory_kib=memory_kib, passes=passes, lanes=1, key_bytes=32):
            return False
        key = argon2.low_level.hash_secret_raw(
            secret=link, salt=found["argon2_salt"], time_cost=passes, memory_cost=memory_kib, parallelism=1,
            hash_len=32, type=argon2.low_level.Type.ID,
        )  # fmt: skip
        link = key.hex().encode()
    return hmac.compare_digest(link, found["digest"].hex().encode())
