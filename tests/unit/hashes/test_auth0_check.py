"""What Auth0 would say to a login, by its documented order of operations."""

import base64
import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.hashes import auth0_check
from tests.unit.hashes import golden

WORKED = {line["name"]: line for line in golden.lines("worked-records.jsonl")}
DOCUMENTED = golden.lines("documented-examples.jsonl")

Payload = dict[str, Any]


def changed(name: str, change: Callable[[Payload], object]) -> Payload:
    """A worked record with one thing changed."""
    payload: Payload = copy.deepcopy(WORKED[name]["custom_password_hash"])
    change(payload)
    return payload


def put(*path: str, value: object) -> Callable[[Payload], None]:
    """Set what a path leads to."""

    def change(payload: Payload) -> None:
        for step in path[:-1]:
            payload = payload.setdefault(step, {})
        payload[path[-1]] = value

    return change


def drop(*path: str) -> Callable[[Payload], None]:
    """Take away what a path leads to."""

    def change(payload: Payload) -> None:
        for step in path[:-1]:
            payload = payload[step]
        del payload[path[-1]]

    return change


def rewrite(old: str, new: str) -> Callable[[Payload], None]:
    """Change a piece of the value."""

    def change(payload: Payload) -> None:
        assert old in payload["hash"]["value"]
        payload["hash"]["value"] = payload["hash"]["value"].replace(old, new, 1)

    return change


SALT = {"value": "abc"}

BROKEN: list[tuple[str, Callable[[Payload], object], str]] = [
    ("argon2", put("salt", value=SALT), "salt-forbidden"),
    ("argon2", put("hash", "encoding", value="hex"), "encoding-forbidden"),
    ("argon2", put("hash", "encoding", value="base64"), "encoding-forbidden"),
    ("argon2", rewrite("argon2id", "argon2d"), "argon2-variant"),
    ("argon2", rewrite("v=19", "v=16"), "argon2-version"),
    ("argon2", rewrite("v=19$", ""), "argon2-version"),
    ("argon2", rewrite("ih5mI", "ih5mI="), "argon2-form"),
    ("argon2", rewrite("m=19456,t=2", "t=2,m=19456"), "argon2-form"),
    ("argon2", rewrite("cmVoZWFyc2FsLXNhbHQtMQ", "cmVoZWE"), "argon2-parameters"),
    ("bcrypt", rewrite("$2b$", "$2x$"), "bcrypt-variant"),
    ("bcrypt", rewrite("$2b$", "$2$"), "bcrypt-variant"),
    ("bcrypt", put("hash", "encoding", value="base64"), "encoding-forbidden"),
    ("bcrypt", rewrite("MygC", "Myg"), "bcrypt-form"),
    ("hmac", drop("hash", "digest"), "missing-digest"),
    ("hmac", drop("hash", "key"), "missing-key"),
    ("hmac", put("hash", "digest", value="sha3"), "unknown-digest"),
    ("ldap", rewrite("{SSHA512}", "{CRYPT}"), "ldap-scheme"),
    ("ldap", put("salt", value=SALT), "salt-forbidden"),
    ("md4", put("hash", "encoding", value="utf8"), "encoding-forbidden"),
    ("md4", drop("hash", "encoding"), "encoding-forbidden"),
    ("pbkdf2", rewrite("pbkdf2-sha256", "pbkdf2_sha256"), "pbkdf2-form"),
    ("pbkdf2", rewrite("bcOsY", "bcOsY="), "pbkdf2-padding"),
    ("pbkdf2", put("salt", value=SALT), "salt-forbidden"),
    ("pbkdf2", rewrite("l=32", "l=64"), "keylen-mismatch"),
    ("pbkdf2", rewrite("i=120000,l=32$", ""), "keylen-mismatch"),
    ("pbkdf2", rewrite("XkY+C", "XkY-C"), "pbkdf2-alphabet"),
    ("pbkdf2", rewrite("i=120000,l=32", ""), "pbkdf2-form"),
    ("pbkdf2", rewrite(",l=32", "l=32"), "pbkdf2-form"),
    ("scrypt", drop("keylen"), "missing-keylen"),
    ("scrypt", drop("salt"), "missing-salt"),
    ("scrypt", put("cost", value=8000), "bad-number"),
    ("sha1", put("hash", "value", value=base64.b64encode(b"47" * 20).decode()), "base64-of-hex"),
    ("sha1", put("hash", "value", value="AAAA"), "digest-length"),
    ("sha256", put("algorithm", value="sha224"), "unknown-algorithm"),
    ("sha256", drop("algorithm"), "missing-algorithm"),
    ("sha256", drop("hash"), "missing-hash"),
    ("sha256", drop("hash", "value"), "missing-value"),
    ("sha256", put("salt", "position", value="middle"), "unknown-position"),
    ("sha256", put("salt", "encoding", value="utf16"), "unknown-encoding"),
    ("sha256", put("password", "encoding", value="utf-8"), "unknown-password-encoding"),
]
"""The broken variants that Auth0 refuses or can never verify: record, change, error word."""

SILENT: list[tuple[str, Callable[[Payload], object]]] = [
    ("bcrypt-salted", put("salt", "position", value="suffix")),
    ("hmac", drop("hash", "key", "encoding")),
    ("md4-ntlm", drop("password")),
    ("md5", drop("salt", "position")),
    ("sha256", drop("salt", "encoding")),
    ("sha512", put("salt", "position", value="prefix")),
    ("scrypt", put("blockSize", value=4)),
]
"""The broken variants that nothing tells from good ones, and that never log in."""


def json_like(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects that look like payloads."""
    keys = st.sampled_from(["algorithm", "hash", "salt", "value", "encoding", "key", "digest", "password", "keylen"])
    algorithms = st.sampled_from(["sha1", "hmac", "ldap", "pbkdf2", "bcrypt", "argon2", "scrypt", "md4", "hex", "utf8"])
    return st.dictionaries(keys, inner | algorithms, max_size=6) | st.lists(inner, max_size=3)


class TestCheck:
    """A `custom_password_hash` and a typed password."""

    @pytest.mark.parametrize("line", [*WORKED.values(), *DOCUMENTED], ids=golden.label)
    def test_accepts_documented_records(self, line: Payload) -> None:
        """Every record that the documentation shows logs in with its password."""
        checked = auth0_check.check(line["custom_password_hash"], password=line["password"])
        assert auth0_check.Checked(match=True, error=None) == checked

    @pytest.mark.parametrize("line", [*WORKED.values(), *DOCUMENTED], ids=golden.label)
    def test_refuses_another_password(self, line: Payload) -> None:
        """A password that differs in its last letter is refused, and the payload is not blamed."""
        checked = auth0_check.check(line["custom_password_hash"], password=line["password"] + ".")
        assert auth0_check.Checked(match=False, error=None) == checked

    @pytest.mark.parametrize(("name", "change", "error"), BROKEN, ids=[f"{b[0]}-{b[2]}" for b in BROKEN])
    def test_names_what_is_wrong(self, name: str, change: Callable[[Payload], object], error: str) -> None:
        """A record that can never log in says why."""
        checked = auth0_check.check(changed(name, change), password=WORKED[name]["password"])
        assert auth0_check.Checked(match=False, error=error) == checked

    @pytest.mark.parametrize(("name", "change"), SILENT, ids=[s[0] for s in SILENT])
    def test_refuses_silent_mistakes(self, name: str, change: Callable[[Payload], object]) -> None:
        """A record in good form whose meaning is wrong does not log in."""
        checked = auth0_check.check(changed(name, change), password=WORKED[name]["password"])
        assert auth0_check.Checked(match=False, error=None) == checked

    @pytest.mark.parametrize(
        ("value", "encoding", "match"),
        [
            ("R2OU6IXSJqczqR5NVTJUgoicVVw", "base64", True),
            ("R2OU6IXSJqczqR5NVTJUgoicVVw=\n", "base64", True),
            ("R2OU6I.XSJqczqR5NVTJUgoicVVw", "base64", True),
            ("R2OU=6IXSJqczqR5NVTJUgoicVVw", "base64", False),
            ("476394E885D226A733A91E4D55325482889C555C", "hex", True),
            ("476394e885d226a733a91e4d55325482889c555czz", "hex", True),
            ("476394e885d226a733a91e4d5532548288 9c555c", "hex", False),
        ],
        ids=["unpadded", "newline", "stranger-inside", "ended-early", "upper", "tail", "blank-inside"],
    )
    def test_decodes_as_node_does(self, value: str, encoding: str, *, match: bool) -> None:
        """Hex stops at the first stranger; base64 skips strangers and ends at the first equals sign."""
        payload = {"algorithm": "sha1", "hash": {"value": value, "encoding": encoding}}
        assert match == auth0_check.check(payload, password="Kestrel-41:river").match

    @pytest.mark.parametrize("cost", [31, 19])
    def test_refuses_to_run_for_days(self, cost: int) -> None:
        """A bcrypt cost beyond the ceiling is named and not run."""
        value = f"$2b${cost}${'a' * 53}"
        payload = {"algorithm": "bcrypt", "hash": {"value": value}}
        assert auth0_check.check(payload, password="x").error == "work-factor"

    def test_cuts_salt_and_password_at_72_bytes(self) -> None:
        """What stands beyond the 72nd byte of salt and password does not count."""
        payload = changed("bcrypt-salted", put("salt", "value", value="x" * 72))
        first = auth0_check.check(payload, password="one").match
        assert first == auth0_check.check(payload, password="two").match

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), json_like))
    def test_never_raises(self, payload: object) -> None:
        """Whatever stands in the file, the answer is an answer."""
        assert not auth0_check.check(payload, password="x").match


class TestCheckPasswordHash:
    """A `password_hash`."""

    VALUE = "$2a$10$NnxixRyljEn2H/JnaBI.HOjpjFhEjI6QSw/H13Xc3BgCHkpwkjvJ2"

    def test_accepts_the_documented_value(self) -> None:
        """The value of the worked record logs in."""
        assert auth0_check.check_password_hash(self.VALUE, password="Kestrel-41:river").match

    @pytest.mark.parametrize("value", [VALUE.replace("$2a", "$2y"), VALUE.replace("$10", "$11"), VALUE[:-1], None, 7])
    def test_refuses_other_forms(self, value: object) -> None:
        """PHP's letter, another cost, a cut value and no text at all are refused."""
        checked = auth0_check.check_password_hash(value, password="Kestrel-41:river")
        assert auth0_check.Checked(match=False, error="password-hash-form") == checked
