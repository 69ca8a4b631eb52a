"""Payloads that a password opens, made with hashlib, bcrypt and argon2-cffi, and ways to damage them."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any

import argon2.low_level
import bcrypt
from hypothesis import strategies as st

from samekey.hashes import auth0_digests

Question = tuple[dict[str, Any], str]
"""A `custom_password_hash` and the password that opens it."""

TEXT = st.text(st.characters(codec="utf-8") | st.characters(max_codepoint=0x17F, codec="utf-8"), max_size=20)
PASSWORDS = st.one_of(
    TEXT,
    st.sampled_from(
        ["", "\x00", "a\x00b", "Kestrel-41:river", "ß" * 36, "🐟" * 19, "e\u0301", "\ufeffbom", "a\u2028b"]
    ),
    st.sampled_from([71, 72, 73, 200]).map(lambda size: "x" * size),
)
TYPED_AS: dict[str, Callable[[str], bytes]] = {
    "utf8": lambda text: text.encode(),
    "utf16le": lambda text: text.encode("utf-16-le"),
    "ucs2": lambda text: text.encode("utf-16-le"),
    "latin1": lambda text: text.encode("utf-16-le")[::2],
    "binary": lambda text: text.encode("utf-16-le")[::2],
    "ascii": lambda text: text.encode("utf-16-le")[::2],
}
"""What Node's documentation says of its encodings: latin1 keeps the low byte of each UTF-16 unit."""
WRITTEN_AS: dict[str, Callable[[bytes], str]] = {
    "hex": bytes.hex,
    "base64": lambda raw: base64.b64encode(raw).decode(),
    "utf8": bytes.decode,
}
HMAC_DIGESTS = ("md4", "md5", "ripemd160", "sha1", "sha224", "sha256", "sha384", "sha512", "whirlpool")
LDAP_DIGESTS = {
    "MD5": "md5",
    "SHA": "sha1",
    "SHA224": "sha224",
    "SHA256": "sha256",
    "SHA384": "sha384",
    "SHA512": "sha512",
}


def b64(raw: bytes) -> str:
    """Base64 without padding."""
    return base64.b64encode(raw).decode().rstrip("=")


def plain_digest(name: str, data: bytes) -> bytes:
    """A digest by hashlib; md4 is not in it, so that one is ours and Node alone is the judge of it."""
    return auth0_digests.md4(data) if name == "md4" else hashlib.new(name, data).digest()


def mac(name: str, key: bytes, message: bytes) -> bytes:
    """An HMAC by hashlib; md4 and whirlpool are not in it, so those are ours and Node alone is their judge."""
    if name in ("md4", "whirlpool"):
        return auth0_digests.mac(name, key, message)
    return hmac.digest(key, message, name)


@st.composite
def typed(draw: st.DrawFn, payload: dict[str, Any]) -> tuple[str, bytes]:
    """A password, and its bytes in an encoding that is written into the payload."""
    password = draw(PASSWORDS)
    encoding = draw(st.sampled_from([None, *TYPED_AS]))
    if encoding is not None:
        payload["password"] = {"encoding": encoding}
    return password, TYPED_AS[encoding or "utf8"](password)


@st.composite
def told(draw: st.DrawFn, *, least: int = 0) -> tuple[dict[str, str], bytes]:
    """A value with its encoding, and the bytes it stands for."""
    encoding = draw(st.sampled_from([None, *WRITTEN_AS]))
    raw = draw(TEXT.map(str.encode) if encoding in (None, "utf8") else st.binary(min_size=least, max_size=40))
    value = {"value": WRITTEN_AS[encoding or "utf8"](raw)}
    return (value | {"encoding": encoding} if encoding else value), raw


@st.composite
def salted(draw: st.DrawFn, payload: dict[str, Any], message: bytes) -> bytes:
    """The password's bytes with a salt that is written into the payload, or without."""
    if draw(st.booleans()):
        return message
    payload["salt"], raw = draw(told())
    position = draw(st.sampled_from([None, "prefix", "suffix"]))
    if position is not None:
        payload["salt"]["position"] = position
    return message + raw if position == "suffix" else raw + message


def stated(draw: st.DrawFn, raw: bytes) -> dict[str, Any]:
    """A digest in hex or base64."""
    encoding = draw(st.sampled_from(["hex", "base64"]))
    return {"value": WRITTEN_AS[encoding](raw), "encoding": encoding}


def text_value(draw: st.DrawFn, value: str) -> dict[str, Any]:
    """A string of its own form, declared utf8 or nothing."""
    return draw(st.sampled_from([{"value": value}, {"value": value, "encoding": "utf8"}]))


@st.composite
def digests(draw: st.DrawFn) -> Question:
    """md4, md5, sha1, sha256, sha512."""
    payload: dict[str, Any] = {"algorithm": draw(st.sampled_from(["md4", "md5", "sha1", "sha256", "sha512"]))}
    password, message = draw(typed(payload))
    message = draw(salted(payload, message))
    payload["hash"] = stated(draw, plain_digest(payload["algorithm"], message))
    return payload, password


@st.composite
def hmacs(draw: st.DrawFn) -> Question:
    """HMAC under every documented digest."""
    payload: dict[str, Any] = {"algorithm": "hmac"}
    password, message = draw(typed(payload))
    message = draw(salted(payload, message))
    name, (key, raw) = draw(st.sampled_from(HMAC_DIGESTS)), draw(told())
    payload["hash"] = stated(draw, mac(name, raw, message)) | {"digest": name, "key": key}
    return payload, password


@st.composite
def bcrypts(draw: st.DrawFn) -> Question:
    """Bcrypt of the lowest costs, each of its three prefixes."""
    payload: dict[str, Any] = {"algorithm": "bcrypt"}
    password, message = draw(typed(payload))
    message = draw(salted(payload, message))
    setting = bcrypt.gensalt(4).decode() if draw(st.booleans()) else "$2b$05$abcdefghijklmnopqrstuu"
    value = bcrypt.hashpw(message[:72], setting.encode()).decode()
    payload["hash"] = text_value(draw, draw(st.sampled_from(["$2a$", "$2b$", "$2y$"])) + value[4:])
    return payload, password


@st.composite
def argon2s(draw: st.DrawFn) -> Question:
    """argon2i and argon2id with little memory."""
    payload: dict[str, Any] = {"algorithm": "argon2"}
    password, message = draw(typed(payload))
    lanes = draw(st.integers(1, 3))
    value = argon2.low_level.hash_secret(
        message,
        draw(st.binary(min_size=8, max_size=64)),
        time_cost=draw(st.integers(1, 3)),
        memory_cost=8 * lanes + draw(st.integers(0, 40)),
        parallelism=lanes,
        hash_len=draw(st.integers(16, 64)),
        type=draw(st.sampled_from([argon2.low_level.Type.I, argon2.low_level.Type.ID])),
    )
    payload["hash"] = text_value(draw, value.decode())
    return payload, password


@st.composite
def pbkdf2s(draw: st.DrawFn) -> Question:
    """PBKDF2 under hashlib's digests, numbers stated or left to their defaults."""
    payload: dict[str, Any] = {"algorithm": "pbkdf2"}
    password, message = draw(typed(payload))
    label, name = draw(st.sampled_from([
        ("sha1", "sha1"), ("sha256", "sha256"), ("sha512", "sha512"), ("md5", "md5"), ("sha224", "sha224"),
        ("sha384", "sha384"), ("ripemd160", "ripemd160"), ("rmd160", "ripemd160"), ("ssl3-sha1", "sha1"),
        ("RSA-SHA1-2", "sha1"), ("RSA-SHA256", "sha256"), ("sha512WithRSAEncryption", "sha512"),
        ("ripemd160WithRSA", "ripemd160"), ("md4", "md4"), ("RSA-MD4", "md4"), ("whirlpool", "whirlpool"),
    ]))  # fmt: skip
    salt, size = draw(st.binary(min_size=1, max_size=40)), draw(st.sampled_from([1, 16, 20, 32, 33, 64, 100]))
    rounds = draw(st.integers(1, 50))
    if name in (
        "md4",
        "whirlpool",
    ):  # slow here: few rounds, and never a length that would ask for the default of 100,000
        rounds, size = 1 + rounds % 3, 16
    numbers = f"$i={rounds},l={size}" if size != 64 or draw(st.booleans()) else f"$i={rounds}"
    key = auth0_digests.derived(name, message, salt, iterations=rounds, length=size)
    if name in hashlib.algorithms_available:
        key = hashlib.pbkdf2_hmac(name, message, salt, rounds, size)
    payload["hash"] = text_value(draw, f"$pbkdf2-{label}{numbers}${b64(salt)}${b64(key)}")
    return payload, password


@st.composite
def scrypts(draw: st.DrawFn) -> Question:
    """Scrypt with its numbers small."""
    payload: dict[str, Any] = {"algorithm": "scrypt"}
    password, message = draw(typed(payload))
    payload["salt"], salt = draw(told())
    position = draw(st.sampled_from([None, "prefix", "suffix"]))
    if position is not None:
        payload["salt"]["position"] = position
    numbers = {"cost": draw(st.sampled_from([2, 4, 64, 1024])), "blockSize": 8, "parallelization": 1}
    numbers["blockSize"], numbers["parallelization"] = draw(st.integers(1, 9)), draw(st.integers(1, 3))
    size = draw(st.sampled_from([1, 16, 32, 64, 65]))
    key = hashlib.scrypt(
        message, salt=salt, n=numbers["cost"], r=numbers["blockSize"], p=numbers["parallelization"], dklen=size
    )
    defaults = {"blockSize": 8, "parallelization": 1}
    payload |= {name: number for name, number in numbers.items() if number != defaults.get(name)}
    payload |= {"keylen": size, "hash": stated(draw, key)}
    return payload, password


@st.composite
def ldaps(draw: st.DrawFn) -> Question:
    """RFC 2307 values, salted or not, the scheme in either case."""
    payload: dict[str, Any] = {"algorithm": "ldap"}
    password, message = draw(typed(payload))
    scheme, name = draw(st.sampled_from(sorted(LDAP_DIGESTS.items())))
    salt = draw(st.binary(max_size=20))
    label = f"S{scheme}" if salt or draw(st.booleans()) else scheme
    label = label.lower() if draw(st.booleans()) else label
    raw = hashlib.new(name, message + salt).digest() + salt
    payload["hash"] = text_value(draw, f"{{{label}}}{base64.b64encode(raw).decode()}")
    return payload, password


RIGHT: st.SearchStrategy[Question] = st.one_of(digests(), hmacs(), bcrypts(), argon2s(), pbkdf2s(), scrypts(), ldaps())
"""Any payload that its password opens."""

# --- damage -------------------------------------------------------------------------------------------------------

INSERTED = ["-", "_", "+", "/", ".", "=", "==", " ", "\n", "g", "A", "0", "\x00", "é", "ś", "\u0141", "$", ","]


@st.composite
def altered(draw: st.DrawFn, text: str) -> str:
    """The text with a slip that people and programs make."""
    at = draw(st.integers(0, len(text)))
    return draw(st.sampled_from([
        text.upper(), text.lower(), text.swapcase(), text[:at], text[at:], text + text,
        text.rstrip("="), text + "=", text.replace("+", "-").replace("/", "_"), text.replace("+", "."),
        text.replace("=", ""), f" {text}", f"{text}\n", f"{text[:at]}\r\n{text[at:]}", text[:at] + text[at + 1:],
        base64.b64encode(text.encode()).decode(), re.sub(r"[1-9]\d*", r"0\g<0>", text, count=1),
        *(text[:at] + sign + text[at:] for sign in INSERTED), *(text[:at] + sign + text[at + 1:] for sign in INSERTED),
    ]))  # fmt: skip


ENCODINGS: st.SearchStrategy[Any] = st.sampled_from(
    [None, "hex", "base64", "utf8", "utf-8", "HEX", "base64url", "latin1", "", 7, {}, []]
)
NUMBERS = st.sampled_from([None, 0, -1, 1, 2, 3, 8, 16, 24, 2.5, "16", True])
REPLACEMENTS: dict[str, st.SearchStrategy[Any]] = {
    "algorithm": st.sampled_from(["md4", "md5", "sha1", "sha256", "ldap", "bcrypt", "sha384", "MD5", "", None, 5]),
    "encoding": ENCODINGS | st.sampled_from(sorted(TYPED_AS)),
    "position": st.sampled_from(["prefix", "suffix", "middle", "", None, 1]),
    "digest": st.sampled_from([*HMAC_DIGESTS, "SHA256", "sha3-256", "", None, 1]),
    "value": st.sampled_from(["", None, 5, [], {}]),
    "keylen": NUMBERS, "cost": NUMBERS, "blockSize": NUMBERS, "parallelization": NUMBERS,
    "salt": st.sampled_from([None, {}, "salt", {"value": ""}, {"value": "ab", "encoding": "hex"}]),
    "key": st.sampled_from([None, {}, "key", {"value": ""}]),
    "password": st.sampled_from([None, {}, "utf8", {"encoding": "utf16"}]),
    "hash": st.sampled_from([None, {}, "hash", []]),
    "extra": st.just(1),
}  # fmt: skip
"""What a key of a payload may be replaced by."""
KEYS_OF = {
    "": ["algorithm", "hash", "salt", "password", "keylen", "cost", "blockSize", "parallelization", "extra"],
    "hash": ["value", "encoding", "digest", "key"],
    "hash.key": ["value", "encoding"],
    "salt": ["value", "encoding", "position"],
    "password": ["encoding"],
}


@st.composite
def damaged(draw: st.DrawFn) -> Question:
    """A right payload with one or two slips, some of which change nothing."""
    payload, password = draw(RIGHT)
    for _ in range(draw(st.integers(1, 2))):
        where = draw(st.sampled_from(sorted(KEYS_OF)))
        part: Any = payload
        for step in filter(None, where.split(".")):
            part = part.get(step) if isinstance(part, dict) else None
        if not isinstance(part, dict):
            part = payload
            where = ""
        key = draw(st.sampled_from(KEYS_OF[where]))
        if isinstance(part.get(key), str) and key == "value":
            part[key] = draw(altered(part[key]))
        elif draw(st.booleans()):
            part[key] = draw(REPLACEMENTS[key])
        else:
            part.pop(key, None)
    return payload, password
