"""The generated way for good records gives what the long way gives."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samekey.mapping.acceptance import is_email
from samekey.mapping.compiled import compile_rules, the_long_way
from samekey.mapping.rules import parse_rules
from samekey.mapping.swift import PLAIN_EMAIL, PLAIN_EMAIL_CHARS_MAX
from samekey.records import Position, SourceRecord, User

RULES = {
    "all-kinds": """
        [user]
        key = "id"
        email = "mail"
        username = "login"
        user_id = "id"
        phone_number = "phone"
        email_verified = "confirmed"
        blocked = { value = false }
        given_name = "first"
        name = "names.full"
        app_metadata = { tenant = "org.code", plan = { value = "free" }, inner = { roles = "roles" } }
        [password]
        stored = "hash"
        format = "raw_sha1"
        [partition]
        by = "org.code"
    """,
    "auto": """
        [user]
        email = "mail"
        user_metadata = { everything = "org" }
        [password]
        stored = "hash"
    """,
    "without-passwords": """
        [user]
        key = "names.full"
        email = "mail"
        user_id = "id"
    """,
    "columns": """
        [user]
        email = "mail"
        [password]
        stored = { hash = "hash", salt = "first" }
        format = ["sha1_salt_pass", "auto"]
    """,
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b.c", "$d"]), inner, max_size=2),
    max_leaves=5,
)
texts = st.one_of(
    st.sampled_from(
        ["", "ann@example.org", "ANN@Example.org", "no address", "ann", "+4912345", "auth0|7", "a b", "x" * 200]
    ),
    st.text(max_size=6),
)
hashes = st.sampled_from(
    ["7C4A8D09CA3762AF61E59520943DC26494F8941B", "7c4a8d09ca3762af61e59520943dc26494f8941b", "7c4a", "!", "", "x" * 40,
     "$2b$10$abcdefghijklmnopqrstuuMI19nS1k71EDTbSNju7pouEmEJnWDaEZ"]
)  # fmt: skip
records = st.fixed_dictionaries(
    {},
    optional={
        "id": texts | st.integers(0, 10**6) | json_values,
        "mail": st.just("bob@example.org") | texts | json_values,
        "login": texts | json_values,
        "phone": texts | json_values,
        "confirmed": st.booleans() | texts | json_values,
        "first": texts | json_values,
        "names": st.fixed_dictionaries({"full": texts}) | json_values,
        "org": st.fixed_dictionaries({"code": texts}) | json_values,
        "roles": json_values,
        "hash": hashes | json_values,
    },
)
GOOD = {
    "id": 7, "mail": "Bob@example.org", "login": "bob", "phone": "+491234", "confirmed": True, "first": "Bob",
    "names": {"full": "Bob B."}, "org": {"code": "acme"}, "roles": ["a", "b"],
    "hash": "7C4A8D09CA3762AF61E59520943DC26494F8941B",
}  # fmt: skip


class TestSwift:
    """Two ways, one result."""

    @pytest.mark.parametrize("name", RULES)
    @settings(deadline=None, max_examples=300)
    @given(fields=records)
    def test_gives_what_the_long_way_gives(self, name: str, fields: dict[str, Any]) -> None:
        """Whatever the record holds: the same User, byte for byte, the same Rejection, the same Held."""
        rules = parse_rules(RULES[name])
        record = SourceRecord(Position(3, 4, 100), fields)
        assert the_long_way(rules)(record) == compile_rules(rules)(record)

    @pytest.mark.parametrize("name", ["all-kinds", "without-passwords", "columns"])
    def test_takes_a_good_record(self, name: str) -> None:
        """A good record becomes a user, with everything the rules name."""
        mapped = compile_rules(parse_rules(RULES[name]))(SourceRecord(Position(0), GOOD))
        assert isinstance(mapped, User)
        assert mapped == the_long_way(parse_rules(RULES[name]))(SourceRecord(Position(0), GOOD))

    @given(st.from_regex(PLAIN_EMAIL, fullmatch=True))
    def test_knows_a_plain_address(self, email: str) -> None:
        """What looks plain is an address by the rules that everything is held against."""
        assert len(email) > PLAIN_EMAIL_CHARS_MAX or is_email(email)

    def test_sends_text_that_is_not_utf8_the_long_way(self) -> None:
        """Half a surrogate pair ends in a rejection, whichever way it is met."""
        rules = parse_rules(RULES["without-passwords"])
        record = SourceRecord(Position(0), {"mail": "bob@example.org", "names": {"full": "\ud800"}})
        assert the_long_way(rules)(record) == compile_rules(rules)(record)
