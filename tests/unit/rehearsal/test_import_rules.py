"""Would the import take this user: every documented refusal with its code, and what passes."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.rehearsal import import_file, import_rules
from samekey.rehearsal.import_rules import ImportRules

CLASSIC: dict[str, Any] = {"requires_username": False, "validation": {"username": {"min": 1, "max": 15}}}
FLEXIBLE: dict[str, Any] = {
    "attributes": {
        "email": {"identifier": {"active": True}, "profile_required": False},
        "username": {"identifier": {"active": True}, "profile_required": False},
        "phone_number": {"identifier": {"active": True}, "profile_required": False},
    }
}
HEX = "a9993e364706816aba3e25717850c26c9cd0d89d"
BCRYPT = "$2b$12$MI19nS1k71EDTbSNju7pouEmEJnWDaEZSkqgVzh2nhGAk5VlKMygC"
MISSING = "OBJECT_MISSING_REQUIRED_PROPERTY"
GOLDEN = Path(__file__).parents[2] / "golden" / "hashes" / "worked-records.jsonl"


USERS = [
    {"email": "a@example.test"},
    {"email": "b@example.test", "username": "x" * 16},
    {"email": "no-at-sign", "shoe_size": 44},
    {"email": "c@example.test", "user_metadata": {"a.b": 1}},
    {"email": "d@example.test", "user_metadata": {"x": [[[[]]]] * 3}},
    "e@example.test",
    None,
]


def rules(options: dict[str, Any] | None = None) -> ImportRules:
    return ImportRules(CLASSIC if options is None else options, profile_bytes_max=10_240)


def codes(user: Any, options: dict[str, Any] | None = None) -> list[str]:
    return [complaint.code for complaint in rules(options).complaints_about(user)]


def hashed(algorithm: str = "sha1", *, value: str = HEX, encoding: str = "hex", **more: Any) -> dict[str, Any]:
    stored = {"algorithm": algorithm, "hash": {"value": value, "encoding": encoding}, **more}
    return {"email": "a@example.test", "custom_password_hash": stored}


class TestUser:
    @pytest.mark.parametrize(
        ("user", "expected"),
        [
            ({}, ["OBJECT_MISSING_REQUIRED_PROPERTY"]),
            ("a@example.test", ["INVALID_TYPE"]),
            ({"email": None}, ["INVALID_TYPE"]),
            ({"email": "no-at-sign"}, ["INVALID_FORMAT"]),
            ({"email": "a" * 65 + "@example.test"}, ["INVALID_FORMAT"]),
            ({"email": "a@example.test", "shoe_size": 44}, ["OBJECT_ADDITIONAL_PROPERTIES"]),
            ({"email": "a@example.test", "email_verified": "true"}, ["INVALID_TYPE"]),
            ({"email": "a@example.test", "given_name": ""}, ["MIN_LENGTH"]),
            ({"email": "a@example.test", "family_name": "x" * 151}, ["MAX_LENGTH"]),
            ({"email": "a@example.test", "name": "x" * 151}, ["MAX_LENGTH"]),
            ({"email": "a@example.test", "nickname": "x" * 301}, ["MAX_LENGTH"]),
            ({"email": "a@example.test", "picture": "not a url"}, ["INVALID_FORMAT"]),
            ({"email": "a@example.test", "phone_number": "0151 123"}, ["PATTERN"]),
            ({"email": "a@example.test", "user_id": 7}, ["INVALID_TYPE"]),
            ({"email": "a@example.test", "user_id": "two words"}, ["PATTERN"]),
            ({"email": "a@example.test", "user_id": "x" * 256}, ["MAX_LENGTH"]),
            ({"email": "a@example.test", "username": "x" * 16}, ["MAX_LENGTH"]),
            ({"email": "a@example.test", "username": ""}, ["MIN_LENGTH", "PATTERN"]),
            ({"email": "a@example.test", "username": "zoë"}, ["PATTERN"]),
            ({"email": "a@example.test", "username": "a@b.test"}, ["INVALID_FORMAT"]),
            ({"email": "a@example.test", "app_metadata": {"email": "x"}}, ["NOT_PASSED"]),
            ({"email": "a@example.test", "app_metadata": []}, ["INVALID_TYPE"]),
            ({"email": "a@example.test", "user_metadata": {"a.b": 1}}, ["PATTERN"]),
            ({"email": "a@example.test", "user_metadata": {"deep": [{"$x": 1}]}}, ["PATTERN"]),
            ({"email": "a@example.test", "user_metadata": {"x": "y" * 10_240}}, ["PROFILE_SIZE_EXCEEDED"]),
            ({"email": "x@", "shoe_size": 44}, ["INVALID_FORMAT", "OBJECT_ADDITIONAL_PROPERTIES"]),
        ],
        ids=lambda value: json.dumps(value)[:40],
    )  # fmt: skip
    def test_is_refused_with_the_documented_code(self, user: Any, expected: list[str]) -> None:
        """Every way a user can be wrong has a code."""
        assert sorted(codes(user)) == sorted(expected)

    def test_passes_with_every_property(self) -> None:
        """A user that uses the whole schema has nothing wrong."""
        user = {
            "email": "a@example.test", "email_verified": True, "phone_number": "+491511234567", "phone_verified": True,
            "user_id": "7", "username": "anna", "given_name": "A", "family_name": "B", "name": "A B", "nickname": "a",
            "picture": "https://example.test/a.png", "blocked": False, "app_metadata": {"plan": 1},
            "user_metadata": {"colour": ["red"]}, "mfa_factors": [{"totp": {"secret": "JBSWY3DPEHPK3PXP"}}],
            "custom_password_hash": {"algorithm": "md5", "hash": {"value": "0" * 32, "encoding": "hex"}},
        }  # fmt: skip
        assert codes(user) == []

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_is_judged_whatever_it_is(self, value: Any) -> None:
        """No JSON value stops the worker."""
        assert all(complaint.message for complaint in RULES.complaints_about(value))

    @given(st.lists(st.sampled_from(USERS), max_size=4))
    def test_is_judged_alike_alone_and_in_company(self, users: list[Any]) -> None:
        """The schema is asked once for a whole file; nobody's verdict depends on who else is in it."""
        assert [RULES.complaints_about(user) for user in users] == RULES.complaints_about_all(users)

    @pytest.mark.parametrize("depth", [200, 900, 990, 5000])
    def test_is_judged_however_deep(self, depth: int) -> None:
        """Nesting beyond what anybody reads fails the user or the file, never the worker."""
        document = b'[{"email":"a@example.test","user_metadata":{"x":' + b"[" * depth + b"]" * depth + b"}}]"
        entries = import_file.read(document, RULES)
        assert entries is None or len(entries) == 1


RULES = rules()


class TestFactors:
    @pytest.mark.parametrize(
        ("factors", "expected"),
        [
            ([], ["ARRAY_LENGTH_SHORT"]),
            ([{"email": {"value": "a@example.test"}}] * 11, ["ARRAY_LENGTH_LONG"]),
            ([{"totp": {"secret": "lower"}}], ["PATTERN"]),
            ([{"totp": {}}], ["OBJECT_MISSING_REQUIRED_PROPERTY"]),
            ([{"push": {}}], ["OBJECT_ADDITIONAL_PROPERTIES"]),
            ([{"totp": {"secret": "A"}, "email": {"value": "a@example.test"}}], ["OBJECT_PROPERTIES_MAXIMUM"]),
            ([{"phone": {"value": "+49151"}}, {"email": {"value": "a@example.test"}}], []),
        ],
        ids=["none", "eleven", "secret in lower case", "no secret", "unknown", "two in one", "good"],
    )
    def test_are_held_against_the_schema(self, factors: list[Any], expected: list[str]) -> None:
        """One to ten objects of one key each."""
        assert codes({"email": "a@example.test", "mfa_factors": factors}) == expected

    def test_keep_their_secret(self) -> None:
        """A bad TOTP secret stands in no message."""
        user = {"email": "a@example.test", "mfa_factors": [{"totp": {"secret": "hush-hush"}}]}
        assert not any("hush" in complaint.message for complaint in rules().complaints_about(user))


class TestPassword:
    @pytest.mark.parametrize(
        ("user", "expected"),
        [
            (hashed(encoding="utf8"), ["ENUM_MISMATCH"]),
            (hashed(salt={"value": "x", "position": "middle"}), ["ENUM_MISMATCH"]),
            (hashed(surprise=1), ["OBJECT_ADDITIONAL_PROPERTIES"]),
            (hashed("sha3"), ["ENUM_MISMATCH"]),
            (hashed("hmac"), ["OBJECT_MISSING_REQUIRED_PROPERTY"] * 2),
            (hashed("scrypt"), ["OBJECT_MISSING_REQUIRED_PROPERTY"]),
            (hashed("scrypt", keylen=20, cost=8000), ["NOT_PASSED"]),
            (hashed("scrypt", keylen=0), ["MINIMUM"]),
            (hashed("bcrypt", value=BCRYPT, encoding="utf8"), []),
            (hashed("bcrypt", value=BCRYPT.replace("$2b$", "$2x$"), encoding="utf8"), ["PATTERN"]),
            (hashed("bcrypt", value=BCRYPT[:-1], encoding="utf8"), ["PATTERN"]),
            (hashed("bcrypt", value=BCRYPT, encoding="base64"), ["ENUM_MISMATCH"]),
            (hashed("argon2", encoding="utf8", salt={"value": "x"}), ["OBJECT_ADDITIONAL_PROPERTIES"]),
            (hashed("ldap", value="{CRYPT}abc", encoding="utf8"), ["ENUM_MISMATCH"]),
            (hashed("ldap", value="{ssha}abc", encoding="utf8"), []),
            ({"email": "a@b.test", "custom_password_hash": {"algorithm": "md5"}}, [MISSING]),
            ({"email": "a@b.test", "custom_password_hash": {"algorithm": "md5", "hash": {}}}, [MISSING]),
            ({"email": "a@example.test", "password_hash": BCRYPT}, ["PATTERN"]),
            ({"email": "a@example.test", "password_hash": "$2a$10$" + "a" * 53}, []),
            ({**hashed(), "password_hash": "$2a$10$" + "a" * 53}, ["NOT_PASSED"]),
        ],
        ids=lambda value: None if isinstance(value, list) else json.dumps(value)[:60],
    )  # fmt: skip
    def test_is_held_against_schema_and_prose(self, user: Any, expected: list[str]) -> None:
        """What Auth0 documents as refused is refused; a hash that merely never matches is not."""
        assert codes(user) == expected

    def test_takes_base64_of_hex_text(self) -> None:
        """The article's double encoding fits the schema: it imports, and never logs in."""
        value = "NDc2Mzk0ZTg4NWQyMjZhNzMzYTkxZTRkNTUzMjU0ODI4ODljNTU1Yw=="
        assert codes(hashed(value=value, encoding="base64")) == []

    @pytest.mark.parametrize("line", GOLDEN.read_text().splitlines(), ids=lambda line: str(json.loads(line)["name"]))
    def test_takes_every_worked_record(self, line: str) -> None:
        """One valid record of each algorithm."""
        stored = json.loads(line)["custom_password_hash"]
        assert codes({"email": "a@example.test", "custom_password_hash": stored}) == []


class TestIdentifiers:
    def test_asks_for_the_username_where_the_connection_does(self) -> None:
        """A classic connection with requires_username wants both."""
        options = {**CLASSIC, "requires_username": True}
        assert codes({"email": "a@example.test"}, options) == ["OBJECT_MISSING_REQUIRED_PROPERTY"]

    @pytest.mark.parametrize(
        ("user", "expected"),
        [({"name": "Anna"}, ["ANY_OF_MISSING"]), ({"username": "anna"}, []), ({"phone_number": "+49151"}, [])],
        ids=["none", "username", "phone"],
    )
    def test_takes_any_where_all_are_optional(self, user: dict[str, Any], expected: list[str]) -> None:
        """A connection with flexible identifiers wants at least one that is active."""
        assert codes(user, FLEXIBLE) == expected

    def test_asks_for_what_a_profile_requires(self) -> None:
        """`profile_required` holds for imports too."""
        attributes = {"phone_number": {"identifier": {"active": True}, "profile_required": True}}
        assert import_rules.required_identifiers({"attributes": attributes}) == ["phone_number"]


class TestTwins:
    @pytest.mark.parametrize(
        ("first", "second", "named"),
        [
            ({"email": "A@example.test"}, {"email": "a@example.test"}, "email"),
            ({"email": "a@example.test", "username": "X"}, {"email": "b@example.test", "username": "x"}, "username"),
            ({"email": "a@example.test", "user_id": "7"}, {"email": "b@example.test", "user_id": "7"}, "user_id"),
        ],
        ids=["email", "username", "user_id"],
    )
    def test_fail_but_for_the_first(self, first: dict[str, str], second: dict[str, str], named: str) -> None:
        """Two entries for one person: the second is refused and told by what."""
        entries = import_file.read(json.dumps([first, second]).encode(), rules()) or []
        messages = [[complaint.message for complaint in entry.complaints] for entry in entries]
        assert messages == [[], [f"A user with this {named} was already provided."]]

    def test_do_not_count_what_failed_itself(self) -> None:
        """A first entry that cannot be imported does not stand in the way of a second that can."""
        users = [{"email": "a@example.test", "x": 1}, {"email": "a@example.test"}]
        entries = import_file.read(json.dumps(users).encode(), rules()) or []
        assert [bool(entry.complaints) for entry in entries] == [True, False]
