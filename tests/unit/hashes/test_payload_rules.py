"""Is this a payload that Auth0 takes?"""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.hashes import auth0_check, payload_rules
from tests.unit.hashes import golden
from tests.unit.hashes.test_auth0_check import BROKEN, SALT, SILENT, WORKED, Payload, changed, drop, json_like, put

SEEN_BY_SHAPE_ONLY: list[tuple[str, Callable[[Payload], object], payload_rules.Fault]] = [
    ("sha1", put("iterations", value=3), ("unknown-key", "iterations")),
    ("sha1", put("hash", "value", value="R2OU6I.XSJqczqR5NVTJUgoicVVw"), ("not-base64", "hash.value")),
    ("sha256", put("hash", "value", value="7f24"), ("digest-length", "hash.value")),
    ("sha256", put("salt", "value", value="5f37xx"), ("not-hex", "salt.value")),
    ("sha256", put("salt", "value", value=12), ("wrong-type", "salt.value")),
    ("sha256", drop("salt", "value"), ("missing-value", "salt.value")),
    ("hmac", drop("hash", "key", "value"), ("missing-value", "hash.key.value")),
    ("scrypt", put("hash", "cost", value=8192), ("misplaced-key", "hash.cost")),
    ("scrypt", drop("salt"), ("missing-salt", "salt")),
    ("scrypt", put("keylen", value=32), ("keylen-mismatch", "keylen")),
    ("scrypt", put("blockSize", value=True), ("bad-number", "blockSize")),
    ("pbkdf2", put("hash", "value", value="$pbkdf2-sha1$i=1,l=3$Y.J$YWJj"), ("pbkdf2-alphabet", "hash.value")),
    ("pbkdf2", put("hash", "value", value="$pbkdf2-sha3$i=1,l=3$YWJj$YWJj"), ("unknown-digest", "hash.value")),
    ("ldap", put("hash", "value", value="{SSHA512}AAAA"), ("digest-length", "hash.value")),
    ("ldap", put("hash", "value", value="SSHA512"), ("ldap-form", "hash.value")),
    ("md5", put("salt", value="x9Q"), ("wrong-type", "salt")),
    ("md5", put("hash", value="x9Q"), ("wrong-type", "hash")),
    ("md5", put("password", value="utf8"), ("wrong-type", "password")),
]
"""Faults with the field they stand in."""


class TestRefusals:
    """A `custom_password_hash`, looked at strictly."""

    @pytest.mark.parametrize(
        "line", golden.lines("worked-records.jsonl") + golden.lines("documented-examples.jsonl"), ids=golden.label
    )
    def test_takes_documented_records(self, line: Payload) -> None:
        """Nothing is wrong with the records that the documentation shows."""
        assert payload_rules.refusals(line["custom_password_hash"]) == []

    @pytest.mark.parametrize(("name", "change", "error"), BROKEN, ids=[f"{b[0]}-{b[2]}" for b in BROKEN])
    def test_refuses_what_never_logs_in(self, name: str, change: Callable[[Payload], object], error: str) -> None:
        """Every broken variant is refused, with the word that the evaluation has for it."""
        assert error in {word for word, _ in payload_rules.refusals(changed(name, change))}

    @pytest.mark.parametrize(("name", "change", "fault"), SEEN_BY_SHAPE_ONLY, ids=[s[2][1] for s in SEEN_BY_SHAPE_ONLY])
    def test_names_the_field(self, name: str, change: Callable[[Payload], object], fault: payload_rules.Fault) -> None:
        """A fault comes with the field it stands in."""
        assert [fault] == payload_rules.refusals(changed(name, change))

    @pytest.mark.parametrize(("name", "change"), SILENT, ids=[s[0] for s in SILENT])
    def test_cannot_see_a_wrong_meaning(self, name: str, change: Callable[[Payload], object]) -> None:
        """A payload whose form is right and whose meaning is wrong passes: only a known login tells."""
        assert payload_rules.refusals(changed(name, change)) == []

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), json_like))
    def test_refuses_whatever_the_evaluation_refuses(self, payload: object) -> None:
        """Where the evaluation blames the payload, so do the rules; and they never raise."""
        refused = payload_rules.refusals(payload)
        assert auth0_check.check(payload, password="x").error is None or refused

    def test_every_word_has_a_sentence(self) -> None:
        """Each fault that the broken variants bring is explained."""
        words = {
            word
            for name, change, _ in [*BROKEN, *SEEN_BY_SHAPE_ONLY]
            for word, _ in payload_rules.refusals(changed(name, change))
        }
        assert words <= set(payload_rules.FAULTS)


class TestPasswordHashRefusals:
    """A `password_hash`, looked at strictly."""

    VALUE = "$2a$10$NnxixRyljEn2H/JnaBI.HOjpjFhEjI6QSw/H13Xc3BgCHkpwkjvJ2"

    def test_takes_bcrypt_of_cost_10(self) -> None:
        """The documented form is taken."""
        assert payload_rules.password_hash_refusals(self.VALUE) == []

    @pytest.mark.parametrize("value", [VALUE.replace("$2a", "$2y"), VALUE.replace("$10", "$12"), VALUE + "\n"])
    def test_refuses_other_bcrypt(self, value: str) -> None:
        """PHP's letter, another cost and a line end are refused."""
        assert payload_rules.password_hash_refusals(value) == [("password-hash-form", "")]

    def test_refuses_what_is_no_text(self) -> None:
        """Anything but text is of the wrong type."""
        assert payload_rules.password_hash_refusals(SALT) == [("wrong-type", "")]

    def test_knows_the_worked_records(self) -> None:
        """The table of worked records is not empty, so that the tests above say something."""
        assert len(WORKED) == 13
