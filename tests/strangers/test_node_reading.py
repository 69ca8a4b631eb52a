"""Two readings of Auth0's order of operations judge the same questions: ours, and one in Node that shares nothing.

Node brings its own Buffer, OpenSSL, libsodium and bcrypt. The two have to give the same answer to every question,
malformed hex and base64 included.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from samekey.hashes import auth0_check, conversion, node_text
from tests.strangers import payloads
from tests.unit.hashes import golden

PROJECT = Path(__file__).with_name("node_reading")
KESTREL = "Kestrel-41:river"
WORKED = {line["name"]: line["custom_password_hash"] for line in golden.lines("worked-records.jsonl")}
DOCUMENTED = golden.lines("documented-examples.jsonl")
"""PBKDF2 over MD4 with 100,000 rounds takes Python a minute; fewer rounds of it are among the payloads made here."""

Judge = Callable[[Any, str], bool]
"""Whether a payload lets a password in."""


@pytest.fixture(scope="module")
def node() -> Iterator[Judge]:
    """The reading in Node: one process for the whole file, a question and an answer a line."""
    command = ["node", "--openssl-legacy-provider", "judge.mjs"]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        asked, answers = process.stdin, process.stdout
        assert asked is not None
        assert answers is not None

        def judge(payload: Any, password: str) -> bool:
            asked.write(json.dumps({"custom_password_hash": payload, "password": password}) + "\n")
            asked.flush()
            return bool(json.loads(answers.readline())["match"])

        yield judge


def ours(payload: Any, password: str) -> bool:
    """Our reading."""
    return auth0_check.check(payload, password=password).match


def changed(name: str, **changes: Any) -> dict[str, Any]:
    """A worked record with dotted keys (`hash__value`) set, or taken out with None."""
    payload: dict[str, Any] = json.loads(json.dumps(WORKED[name]))
    for dotted, value in changes.items():
        *path, last = dotted.split("__")
        part = payload
        for step in path:
            part = part.setdefault(step, {})
        if value is None:
            part.pop(last)
        else:
            part[last] = value
    return payload


def rewritten(name: str, old: str, new: str) -> dict[str, Any]:
    """A worked record with a piece of its value written differently."""
    value = WORKED[name]["hash"]["value"]
    assert old in value
    return changed(name, hash__value=value.replace(old, new))


BROKEN = {
    "argon2 with a salt object": changed("argon2", salt={"value": "abc"}),
    "argon2 declared hex": changed("argon2", hash__encoding="hex"),
    "argon2 declared base64": changed("argon2", hash__encoding="base64"),
    "argon2d": rewritten("argon2", "$argon2id$", "$argon2d$"),
    "argon2 of version 16": rewritten("argon2", "v=19", "v=16"),
    "argon2 without a version": rewritten("argon2", "$v=19", ""),
    "argon2 with parameters in another order": rewritten("argon2", "m=19456,t=2", "t=2,m=19456"),
    "argon2 with padding": changed("argon2", hash__value=WORKED["argon2"]["hash"]["value"] + "="),
    "bcrypt 2x": rewritten("bcrypt", "$2b$", "$2x$"),
    "bcrypt 2": rewritten("bcrypt", "$2b$", "$2$"),
    "bcrypt declared base64": changed("bcrypt", hash__encoding="base64"),
    "bcrypt one character short": changed("bcrypt", hash__value=WORKED["bcrypt"]["hash"]["value"][:-1]),
    "bcrypt with its salt on the other side": changed("bcrypt-salted", salt__position="suffix"),
    "bcrypt with a salt of 72 bytes": changed("bcrypt-salted", salt__value="s" * 72),
    "hmac without its digest": changed("hmac", hash__digest=None),
    "hmac without its key": changed("hmac", hash__key=None),
    "hmac with its hex key taken for text": changed("hmac", hash__key__encoding=None),
    "ldap crypt": rewritten("ldap", "{SSHA512}", "{CRYPT}"),
    "ldap with a salt object": changed("ldap", salt={"value": "abc"}),
    "md4 declared utf8": changed("md4", hash__encoding="utf8"),
    "md4 without an encoding": changed("md4", hash__encoding=None),
    "NT hash of UTF-8": changed("md4-ntlm", password=None),
    "md5 with its suffix taken for a prefix": changed("md5", salt__position=None),
    "sha1 in base64 of hex": changed("sha1", hash__value="NDc2Mzk0ZTg4NWQyMjZhNzMzYTkxZTRkNTUzMjU0ODI4ODljNTU1Yw=="),
    "sha256 with its hex salt taken for text": changed("sha256", salt__encoding=None),
    "pbkdf2 with an underscore": rewritten("pbkdf2", "pbkdf2-sha256", "pbkdf2_sha256"),
    "pbkdf2 with padding": changed("pbkdf2", hash__value=WORKED["pbkdf2"]["hash"]["value"] + "="),
    "pbkdf2 with a salt object": changed("pbkdf2", salt={"value": "abc"}),
    "pbkdf2 of a length it does not have": rewritten("pbkdf2", "l=32", "l=64"),
    "pbkdf2 in the URL alphabet": rewritten("pbkdf2", "XkY+C", "XkY-C"),
    "pbkdf2 in passlib's alphabet": rewritten("pbkdf2", "XkY+C", "XkY.C"),
    "pbkdf2 with an empty list of numbers": rewritten("pbkdf2", "i=120000,l=32", ""),
    "scrypt without its length": changed("scrypt", keylen=None),
    "scrypt without its salt": changed("scrypt", salt=None),
    "scrypt of a cost that is no power of two": changed("scrypt", cost=8000),
    "scrypt with its numbers inside the hash": changed(
        "scrypt", keylen=None, cost=None, hash__keylen=64, hash__cost=8192
    ),
    "a key that nobody documents": changed("sha1", iterations=1),
    "an algorithm that Auth0 does not have": changed("sha1", algorithm="sha384"),
}  # fmt: skip

HARMLESS = {
    "hex in capitals": changed("sha256", hash__value=WORKED["sha256"]["hash"]["value"].upper()),
    "base64 in the URL alphabet": rewritten("sha512", "+", "-") | {},
    "base64 without padding": rewritten("sha1", "=", ""),
    "bcrypt 2y": rewritten("bcrypt", "$2b$", "$2y$"),
    "bcrypt without an encoding": changed("bcrypt", hash__encoding=None),
    "a scheme in lower case": rewritten("ldap", "SSHA512", "ssha512"),
    "the default encoding said aloud": changed("sha1", password={"encoding": "utf8"}),
    "a salt without bytes": changed("sha1", salt={"value": ""}),
}


class TestNodeReading:
    """Our check says yes exactly when the second reading does."""

    @pytest.mark.parametrize("name", sorted(WORKED))
    def test_opens_every_worked_record(self, node: Judge, name: str) -> None:
        """One record per algorithm, its password, and another password."""
        assert (True, True) == (ours(WORKED[name], KESTREL), node(WORKED[name], KESTREL))
        assert (False, False) == (ours(WORKED[name], "another"), node(WORKED[name], "another"))

    @pytest.mark.parametrize("payload", BROKEN.values(), ids=BROKEN)
    def test_opens_no_broken_record(self, node: Judge, payload: dict[str, Any]) -> None:
        """What breaks a worked record breaks it for both."""
        assert (False, False) == (ours(payload, KESTREL), node(payload, KESTREL))

    @pytest.mark.parametrize("payload", HARMLESS.values(), ids=HARMLESS)
    def test_opens_what_is_merely_written_differently(self, node: Judge, payload: dict[str, Any]) -> None:
        """Spellings that Auth0 documents as equal are equal for both."""
        assert (True, True) == (ours(payload, KESTREL), node(payload, KESTREL))

    @pytest.mark.parametrize("line", DOCUMENTED, ids=golden.label)
    def test_opens_every_documented_example(self, node: Judge, line: dict[str, Any]) -> None:
        """Auth0's own example users log in with the passwords that recompute them."""
        payload, password = line["custom_password_hash"], line["password"]
        assert (True, True) == (ours(payload, password), node(payload, password))

    @pytest.mark.parametrize(
        "line", [line for line in golden.lines("vectors.jsonl") if line["importable"]], ids=golden.label
    )
    def test_opens_every_conversion(self, node: Judge, line: dict[str, Any]) -> None:
        """What we write for a stored password of any product opens with that password and no other, for both."""
        payload = conversion.convert(line["stored"], format=line["format"]).custom_password_hash
        assert (True, True) == (ours(payload, line["password"]), node(payload, line["password"]))
        assert (False, False) == (ours(payload, "another"), node(payload, "another"))

    def test_differs_on_mdc2_alone(self, node: Judge) -> None:
        """MDC2 is the one documented digest that ours does not have: it names the digest and says no."""
        value = "$pbkdf2-mdc2$i=1,l=16$Yg$LWRwGQy4ce6rfviiEsSoFA"
        payload = {"algorithm": "pbkdf2", "hash": {"value": value}}
        assert node(payload, "a")
        assert auth0_check.Checked(match=False, error="digest-not-built") == auth0_check.check(payload, password="a")

    @settings(max_examples=1200, derandomize=True, deadline=None)
    @given(payloads.RIGHT, st.text(max_size=80))
    def test_opens_payloads_made_elsewhere(self, node: Judge, question: payloads.Question, other: str) -> None:
        """Payloads by hashlib, bcrypt and argon2-cffi open for both; with another password they answer alike."""
        payload, password = question
        assert (True, True) == (ours(payload, password), node(payload, password))
        assert ours(payload, other) == node(payload, other)

    @settings(max_examples=2000, derandomize=True, deadline=None)
    @given(payloads.damaged())
    def test_agrees_on_damaged_payloads(self, node: Judge, question: payloads.Question) -> None:
        """Whatever has happened to a payload, both give the same answer."""
        payload, password = question
        assert ours(payload, password) == node(payload, password)

    @settings(max_examples=2000, derandomize=True, deadline=None)
    @given(
        st.text(max_size=12)
        | st.text(st.sampled_from("09afAFgZ+/-_= \n.\x00é\u0141\u0230\U00010141\ud800"), max_size=24),
        st.sampled_from(["hex", "base64", "utf8"]),
        st.text(max_size=8) | st.text(st.characters(categories=["Cs", "Lu"]), max_size=6),
        st.sampled_from(sorted(payloads.TYPED_AS)),
    )
    @example("\ud83d", "utf8", "\ud83d\ude00\ude00\ud83d", "utf8")
    def test_reads_any_text_as_the_same_bytes(
        self, node: Judge, salt: str, salt_encoding: str, password: str, encoding: str
    ) -> None:
        """Malformed hex, malformed base64 and half surrogate pairs become the bytes that Node's Buffer makes."""
        message = node_text.decode(salt, salt_encoding) + node_text.encode(password, encoding)
        payload = {
            "algorithm": "sha256",
            "hash": {"value": payloads.plain_digest("sha256", message).hex(), "encoding": "hex"},
            "salt": {"value": salt, "encoding": salt_encoding},
            "password": {"encoding": encoding},
        }
        assert (True, True) == (ours(payload, password), node(payload, password))
