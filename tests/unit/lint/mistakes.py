"""Users with one mistake each: what somebody's own script gets wrong."""

import base64
import copy
import hashlib
import hmac
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.unit.hashes import golden

PASSWORD = "Kestrel-41:river"
WORKED: dict[str, dict[str, Any]] = {
    line["name"]: line["custom_password_hash"] for line in golden.lines("worked-records.jsonl")
}
BCRYPT_10 = "$2a$10$NnxixRyljEn2H/JnaBI.HOjpjFhEjI6QSw/H13Xc3BgCHkpwkjvJ2"
"""bcrypt of the password with cost 10: what `password_hash` takes."""

User = dict[str, Any]
MENDED, LEFT = True, False
"""Whether lint mends a mistake or leaves it to a person."""


class Mistake(NamedTuple):
    """One mistake, and what lint has to say about it."""

    name: str
    user: User
    code: str
    field: str
    mendable: bool


def person(who: str, payload: object = None, **more: Any) -> User:
    """Somebody Auth0 takes, with a hash and other values."""
    user: User = {"email": f"{who}@example.test", **more}
    return user if payload is None else user | {"custom_password_hash": payload}


def worked(name: str, *changes: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """A worked record, changed."""
    payload = copy.deepcopy(WORKED[name])
    for change in changes:
        change(payload)
    return payload


def put(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Set what a dotted path leads to."""

    def change(payload: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        for step in steps:
            payload = payload[step]
        payload[last] = value

    return change


def drop(path: str) -> Callable[[dict[str, Any]], None]:
    """Take away what a dotted path leads to."""

    def change(payload: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        for step in steps:
            payload = payload[step]
        del payload[last]

    return change


def rewrite(old: str, new: str) -> Callable[[dict[str, Any]], None]:
    """Change a piece of the value."""

    def change(payload: dict[str, Any]) -> None:
        assert old in payload["hash"]["value"]
        payload["hash"]["value"] = payload["hash"]["value"].replace(old, new)

    return change


def inside_hash(payload: dict[str, Any]) -> None:
    """The numbers of scrypt where they do not belong."""
    for name in ("keylen", "cost", "blockSize", "parallelization"):
        payload["hash"][name] = payload.pop(name)


def base64_of(text: str) -> str:
    """Base64 of a text."""
    return base64.b64encode(text.encode()).decode()


SHA512_HEX = base64.b64decode(WORKED["sha512"]["hash"]["value"]).hex()
SHA1_HEX = base64.b64decode(WORKED["sha1"]["hash"]["value"]).hex()
BCRYPT_12 = WORKED["bcrypt"]["hash"]["value"]
PBKDF2 = WORKED["pbkdf2"]["hash"]["value"]
PBKDF2_KEY = PBKDF2.rpartition("$")[2]
PBKDF2_HEX = base64.b64decode(PBKDF2_KEY + "=").hex()
HASH = "custom_password_hash."

PASSWORDS = [
    Mistake("sha1-base64-of-hex", person("a1", worked("sha1", put("hash.value", base64_of(SHA1_HEX)))),
            "base64-of-hex", HASH + "hash.value", MENDED),
    Mistake("sha512-base64-of-hex", person("a2", worked("sha512", put("hash.value", base64_of(SHA512_HEX)))),
            "base64-of-hex", HASH + "hash.value", MENDED),
    Mistake("hex-declared-base64", person("a3", worked("sha256", put("hash.encoding", "base64"))),
            "digest-length", HASH + "hash.value", MENDED),
    Mistake("base64-declared-hex", person("a4", worked("sha1", put("hash.encoding", "hex"))),
            "not-hex", HASH + "hash.value", MENDED),
    Mistake("hex-declared-utf8", person("a5", worked("md5", put("hash.encoding", "utf8"))),
            "encoding-forbidden", HASH + "hash.encoding", MENDED),
    Mistake("encoding-left-out", person("a6", worked("sha512", drop("hash.encoding"))),
            "encoding-forbidden", HASH + "hash.encoding", MENDED),
    Mistake("encoding-misspelt", person("a7", worked("sha256", put("hash.encoding", "HEX"))),
            "unknown-encoding", HASH + "hash.encoding", MENDED),
    Mistake("hex-with-0x", person("a8", worked("md4", put("hash.value", "0x" + WORKED["md4"]["hash"]["value"]))),
            "not-hex", HASH + "hash.value", MENDED),
    Mistake("hex-cut-off", person("a9", worked("sha256", put("hash.value", WORKED["sha256"]["hash"]["value"][:-2]))),
            "digest-length", HASH + "hash.value", LEFT),
    Mistake("hash-as-text", person("b1", worked("md4", put("hash", WORKED["md4"]["hash"]["value"]))),
            "wrong-type", HASH + "hash", MENDED),
    Mistake("algorithm-misspelt", person("b2", worked("sha256", put("algorithm", "SHA-256"))),
            "unknown-algorithm", HASH + "algorithm", MENDED),
    Mistake("algorithm-unknown", person("b3", worked("sha256", put("algorithm", "sha224"))),
            "unknown-algorithm", HASH + "algorithm", LEFT),
    Mistake("salt-hex-declared-utf8", person("b4", worked("sha256", put("salt.encoding", "utf8"))),
            "salt-looks-hex", HASH + "salt.encoding", LEFT),
    Mistake("salt-encoding-left-out", person("b5", worked("sha256", drop("salt.encoding"))),
            "salt-looks-hex", HASH + "salt.encoding", LEFT),
    Mistake("salt-base64-declared-utf8", person("b6", worked("sha512", put("salt.encoding", "utf8"))),
            "salt-looks-base64", HASH + "salt.encoding", LEFT),
    Mistake("key-encoding-left-out", person("b7", worked("hmac", drop("hash.key.encoding"))),
            "key-looks-hex", HASH + "hash.key.encoding", LEFT),
    Mistake("password-encoding-misspelt", person("b8", worked("md4-ntlm", put("password.encoding", "UTF-16LE"))),
            "unknown-password-encoding", HASH + "password.encoding", MENDED),
    Mistake("position-unknown", person("b9", worked("md5", put("salt.position", "after"))),
            "unknown-position", HASH + "salt.position", MENDED),
    Mistake("position-senseless", person("y1", worked("md5", put("salt.position", "both"))),
            "unknown-position", HASH + "salt.position", LEFT),
    Mistake("position-capital", person("w1", worked("md5", drop("salt.position"), put("salt.Position", "suffix"))),
            "ignored-key", HASH + "salt.Position", MENDED),
    Mistake("position-misspelt", person("w2", worked("md5", drop("salt.position"), put("salt.postion", "suffix"))),
            "ignored-key", HASH + "salt.postion", LEFT),
    Mistake("scrypt-letter-inside", person("w3", worked("scrypt", drop("cost"), put("hash.N", 8192))),
            "ignored-key", HASH + "hash.N", MENDED),
    Mistake("salt-null", person("y2", worked("md4", put("salt", None))), "wrong-type", HASH + "salt", MENDED),
    Mistake("salt-as-text", person("y3", worked("md5", put("salt", "x9Q"))), "wrong-type", HASH + "salt", LEFT),
    Mistake("algorithm-names-the-digest", person("y4", worked("hmac", put("algorithm", "HMAC-SHA256"))),
            "unknown-algorithm", HASH + "algorithm", MENDED),
    Mistake("hmac-key-as-text",
            person("y5", {"algorithm": "hmac", "hash": {
                "value": hmac.digest(b"site key!", PASSWORD.encode(), "sha1").hex(), "encoding": "hex",
                "digest": "sha1", "key": "site key!"}}),
            "wrong-type", HASH + "hash.key", MENDED),
    Mistake("sha384-as-algorithm",
            person("y6", {"algorithm": "sha384", "hash": {
                "value": hashlib.sha384(PASSWORD.encode()).hexdigest(), "encoding": "hex"}}),
            "unknown-algorithm", HASH + "algorithm", MENDED),
    Mistake("ldap-text-as-digest",
            person("y7", worked("ldap", put("algorithm", "sha512"), put("hash.encoding", "base64"))),
            "not-base64", HASH + "hash.value", MENDED),
    Mistake("bcrypt-own-salt", person("y8", worked("bcrypt", put("salt", {"value": BCRYPT_12[7:29]}))),
            "bcrypt-own-salt", HASH + "salt", MENDED),
    Mistake("bcrypt-setting-as-salt", person("y9", worked("bcrypt", put("salt", {"value": BCRYPT_12[:29]}))),
            "bcrypt-own-salt", HASH + "salt", MENDED),
    Mistake("pbkdf2-base64-of-hex",
            person("z1", worked("pbkdf2", rewrite(PBKDF2_KEY, base64_of(PBKDF2_HEX).rstrip("=")))),
            "base64-of-hex", HASH + "hash.value", MENDED),
    Mistake("pbkdf2-base64-of-hex-in-length",
            person("z2", worked("pbkdf2", rewrite("l=32", "l=64"),
                                rewrite(PBKDF2_KEY, base64_of(PBKDF2_HEX).rstrip("=")))),
            "base64-of-hex", HASH + "hash.value", MENDED),
    Mistake("pbkdf2-hex", person("z3", worked("pbkdf2", rewrite(PBKDF2_KEY, PBKDF2_HEX))),
            "keylen-mismatch", HASH + "hash.value", MENDED),
    Mistake("scrypt-letter", person("z4", worked("scrypt", drop("cost"), put("N", 8192))),
            "unknown-key", HASH + "N", MENDED),
    Mistake("hmac-digest-left-out", person("c1", worked("hmac", drop("hash.digest"))),
            "missing-digest", HASH + "hash.digest", MENDED),
    Mistake("hmac-digest-misspelt", person("c2", worked("hmac", put("hash.digest", "SHA-256"))),
            "unknown-digest", HASH + "hash.digest", MENDED),
    Mistake("hmac-key-left-out", person("c3", worked("hmac", drop("hash.key"))),
            "missing-key", HASH + "hash.key", LEFT),
    Mistake("hmac-salt-unknown-key", person("c4", worked("hmac", put("iterations", 3))),
            "unknown-key", HASH + "iterations", LEFT),
    Mistake("pbkdf2-padded", person("c5", worked("pbkdf2", put("hash.value", PBKDF2 + "="))),
            "pbkdf2-padding", HASH + "hash.value", MENDED),
    Mistake("pbkdf2-passlib-alphabet", person("c6", worked("pbkdf2", rewrite("+", "."))),
            "pbkdf2-alphabet", HASH + "hash.value", MENDED),
    Mistake("pbkdf2-url-alphabet", person("c7", worked("pbkdf2", rewrite("+", "-"))),
            "pbkdf2-alphabet", HASH + "hash.value", MENDED),
    Mistake("pbkdf2-wrong-length", person("c8", worked("pbkdf2", rewrite("l=32", "l=64"))),
            "keylen-mismatch", HASH + "hash.value", MENDED),
    Mistake("pbkdf2-underscore", person("c9", worked("pbkdf2", rewrite("pbkdf2-sha256", "pbkdf2_sha256"))),
            "pbkdf2-form", HASH + "hash.value", MENDED),
    Mistake("pbkdf2-passlib-whole",
            person("d1", worked("pbkdf2", rewrite("i=120000,l=32", "120000"), rewrite("+", "."))),
            "pbkdf2-form", HASH + "hash.value", MENDED),
    Mistake("pbkdf2-salt-beside", person("d2", worked("pbkdf2", put("salt", {"value": "ECAwQFBgcICQ"}))),
            "salt-forbidden", HASH + "salt", MENDED),
    Mistake("pbkdf2-other-salt-beside", person("d3", worked("pbkdf2", put("salt", {"value": "pepper"}))),
            "salt-forbidden", HASH + "salt", LEFT),
    Mistake("pbkdf2-declared-base64", person("d4", worked("pbkdf2", put("hash.encoding", "base64"))),
            "encoding-forbidden", HASH + "hash.encoding", MENDED),
    Mistake("argon2d", person("d5", worked("argon2", rewrite("argon2id", "argon2d"))),
            "argon2-variant", HASH + "hash.value", LEFT),
    Mistake("argon2-v16", person("d6", worked("argon2", rewrite("v=19", "v=16"))),
            "argon2-version", HASH + "hash.value", LEFT),
    Mistake("argon2-padded", person("d7", worked("argon2", rewrite("ih5mI", "ih5mI="))),
            "argon2-form", HASH + "hash.value", MENDED),
    Mistake("argon2-order", person("d8", worked("argon2", rewrite("m=19456,t=2", "t=2,m=19456"))),
            "argon2-form", HASH + "hash.value", MENDED),
    Mistake("argon2-salt-beside", person("d9", worked("argon2", put("salt", {"value": "rehearsal-salt-1"}))),
            "salt-forbidden", HASH + "salt", MENDED),
    Mistake("argon2-declared-hex", person("e1", worked("argon2", put("hash.encoding", "hex"))),
            "encoding-forbidden", HASH + "hash.encoding", MENDED),
    Mistake("argon2id-as-algorithm", person("e2", worked("argon2", put("algorithm", "argon2id"))),
            "unknown-algorithm", HASH + "algorithm", MENDED),
    Mistake("bcrypt-2x", person("e3", worked("bcrypt", rewrite("$2b$", "$2x$"))),
            "bcrypt-variant", HASH + "hash.value", LEFT),
    Mistake("bcrypt-cut-off", person("e4", worked("bcrypt", put("hash.value", BCRYPT_12[:-1]))),
            "bcrypt-form", HASH + "hash.value", LEFT),
    Mistake("bcrypt-in-base64",
            person("e5", worked("bcrypt", put("hash.value", base64_of(BCRYPT_12)), put("hash.encoding", "base64"))),
            "encoding-forbidden", HASH + "hash.encoding", MENDED),
    Mistake("bcrypt-long-salt", person("e6", worked("bcrypt-salted", put("salt.value", "x" * 72))),
            "salt-too-long", HASH + "salt", LEFT),
    Mistake("scrypt-numbers-inside", person("e7", worked("scrypt", inside_hash)),
            "misplaced-key", HASH + "hash", MENDED),
    Mistake("scrypt-keylen-left-out", person("e8", worked("scrypt", drop("keylen"))),
            "missing-keylen", HASH + "keylen", MENDED),
    Mistake("scrypt-keylen-wrong", person("e9", worked("scrypt", put("keylen", 32))),
            "keylen-mismatch", HASH + "keylen", MENDED),
    Mistake("scrypt-number-as-text", person("f1", worked("scrypt", put("cost", "8192"))),
            "bad-number", HASH + "cost", MENDED),
    Mistake("scrypt-cost-no-power", person("f2", worked("scrypt", put("cost", 8000))),
            "bad-number", HASH + "cost", LEFT),
    Mistake("ldap-crypt", person("f3", worked("ldap", rewrite("{SSHA512}", "{CRYPT}"))),
            "ldap-scheme", HASH + "hash.value", LEFT),
    Mistake("ldap-crypt-bcrypt", person("f4", worked("ldap", put("hash.value", "{CRYPT}" + BCRYPT_12))),
            "ldap-scheme", HASH + "hash.value", MENDED),
    Mistake("ldap-salt-beside", person("f5", worked("ldap", put("salt", {"value": "a1b2c3d4", "encoding": "hex"}))),
            "salt-forbidden", HASH + "salt", MENDED),
    Mistake("payload-as-text", person("f6", '{"algorithm":"md4","hash":{"value":"c391c3e25672a227837ded6f00703136",'
                                            '"encoding":"hex"}}'),
            "wrong-type", "custom_password_hash", MENDED),
    Mistake("payload-null", {"email": "f7@example.test", "custom_password_hash": None},
            "wrong-type", "custom_password_hash", LEFT),
    Mistake("password-hash-2y", person("f8", password_hash=BCRYPT_10.replace("$2a", "$2y")),
            "password-hash-variant", "password_hash", MENDED),
    Mistake("password-hash-cost", person("f9", password_hash=BCRYPT_12),
            "password-hash-cost", "password_hash", MENDED),
    Mistake("password-hash-other", person("g1", password_hash=WORKED["argon2"]["hash"]["value"]),
            "password-hash-form", "password_hash", MENDED),
    Mistake("password-hash-2x", person("g2", password_hash=BCRYPT_10.replace("$2a", "$2x")),
            "password-hash-form", "password_hash", LEFT),
    Mistake("both-hashes", person("g3", WORKED["sha1"], password_hash=BCRYPT_10),
            "both-hash-fields", "password_hash", LEFT),
    Mistake("same-hash-twice", person("g4", {"algorithm": "bcrypt", "hash": {"value": BCRYPT_10}},
                                      password_hash=BCRYPT_10),
            "both-hash-fields", "password_hash", MENDED),
    Mistake("same-hash-spelled-out", person("g5", {"algorithm": "bcrypt", "password": {"encoding": "utf8"},
                                                   "hash": {"value": BCRYPT_10.replace("$2a", "$2y"),
                                                            "encoding": "utf8"}}, password_hash=BCRYPT_10),
            "both-hash-fields", "password_hash", MENDED),
    Mistake("another-bcrypt", person("g6", {"algorithm": "bcrypt", "hash": {"value": BCRYPT_12}},
                                     password_hash=BCRYPT_10),
            "both-hash-fields", "password_hash", LEFT),
    Mistake("same-hash-salted", person("g7", {"algorithm": "bcrypt", "hash": {"value": BCRYPT_10},
                                              "salt": {"value": "pepper", "position": "suffix"}},
                                       password_hash=BCRYPT_10),
            "both-hash-fields", "password_hash", LEFT),
    Mistake("same-hash-otherwise-typed", person("g8", {"algorithm": "bcrypt", "hash": {"value": BCRYPT_10},
                                                       "password": {"encoding": "utf16le"}}, password_hash=BCRYPT_10),
            "both-hash-fields", "password_hash", LEFT),
]  # fmt: skip
"""Mistakes in a hash; where they are mendable, the mended hash takes the password."""

PROFILES = [
    Mistake("id-prefix", person("h1", user_id="auth0|7"), "user-id-prefix", "user_id", MENDED),
    Mistake("id-blank", person("h2", user_id="a b"), "bad-user-id", "user_id", LEFT),
    Mistake("id-number", person("h3", user_id=8), "wrong-type", "user_id", MENDED),
    Mistake("no-identifier", {"name": "Ann"}, "missing", "email", LEFT),
    Mistake("email-blank", {"email": " h4@example.test"}, "bad-email", "email", MENDED),
    Mistake("email-form", {"email": "h5.example.test"}, "bad-email", "email", LEFT),
    Mistake("username-accent", {"username": "zoë"}, "bad-username", "username", LEFT),
    Mistake("phone-blanks", {"phone_number": "+49 151 123-45"}, "bad-phone", "phone_number", MENDED),
    Mistake("phone-national", {"phone_number": "0151 123"}, "bad-phone", "phone_number", LEFT),
    Mistake("phone-zero-in-brackets", {"phone_number": "+49 (0)151"}, "bad-phone", "phone_number", LEFT),
    Mistake("flag-as-text", person("h6", email_verified="true"), "wrong-type", "email_verified", MENDED),
    Mistake("flag-as-number", person("h7", blocked=1), "wrong-type", "blocked", MENDED),
    Mistake("flag-odd", person("h8", blocked="maybe"), "wrong-type", "blocked", LEFT),
    Mistake("null", person("h9", given_name=None), "wrong-type", "given_name", MENDED),
    Mistake("empty-name", person("i1", nickname=""), "too-short", "nickname", MENDED),
    Mistake("long-name", person("i2", name="x" * 151), "too-long", "name", LEFT),
    Mistake("picture", person("i3", picture="ann.png"), "bad-url", "picture", LEFT),
    Mistake("unknown", person("i4", created_at="2020-01-01"), "unknown-property", "created_at", LEFT),
    Mistake("reserved-key", person("i5", app_metadata={"plan": 1, "user_id": 7}),
            "reserved-metadata-key", "app_metadata.user_id", LEFT),
    Mistake("dot-in-key", person("i6", user_metadata={"a": {"b.c": 1}}),
            "reserved-metadata-key", "user_metadata.a.b.c", LEFT),
    Mistake("metadata-as-text", person("i7", app_metadata='{"plan": "gold"}'), "wrong-type", "app_metadata", MENDED),
    Mistake("metadata-list", person("i8", app_metadata=[1]), "wrong-type", "app_metadata", LEFT),
    Mistake("totp-written-for-people", person("i9", mfa_factors=[{"totp": {"secret": "abcd efgh 2345===="}}]),
            "bad-mfa-factors", "mfa_factors[0]", MENDED),
    Mistake("totp-not-base32", person("j1", mfa_factors=[{"totp": {"secret": "ABC189"}}]),
            "bad-mfa-factors", "mfa_factors[0]", LEFT),
    Mistake("no-factors", person("j2", mfa_factors=[]), "bad-mfa-factors", "mfa_factors", MENDED),
    Mistake("large", person("j3", app_metadata={"a": "x" * 10_240}), "profile-too-large", "", LEFT),
]  # fmt: skip
"""Mistakes elsewhere in a user."""

MISTAKES = [*PASSWORDS, *PROFILES]
