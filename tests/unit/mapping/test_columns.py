"""Records mapped together become what they become one by one."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samekey.mapping.compiled import compile_rules
from samekey.mapping.rules import parse_rules
from samekey.records import Position, Rejection, SourceRecord, User
from tests.unit.mapping.ways import by_sheet, either_way

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
        [partition.to]
        acme = "Acme"
        [order]
        by = "first"
        [duplicates]
        keep = "newest"
        by = "id"
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
    "seldom": """
        [user]
        where = "id != `7`"
        email = { path = "mail", default = "nobody@example.org", trim = true }
        picture = "login"
        nickname = "first"
        family_name = { path = "names.full", part = "rest" }
        app_metadata = "org"
        user_metadata = { upper = "length(mail)", deep = { deeper = { roles = "roles" } } }
        mfa_factors = { phone = "phone" }
        [password]
        stored = "hash || first"
        format = "raw_sha1"
        on_bridge = "reset"
        on_reset = "send"
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
        [
            "",
            "ann@example.org",
            "ANN@Example.org",
            "no address",
            "ann",
            "+4912345",
            "a@b.org\nc@d.org",
            "auth0|7",
            "a b",
            "x" * 200,
        ]
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


class TestColumns:
    """Two ways, one result."""

    @pytest.mark.parametrize("name", RULES)
    @settings(deadline=None, max_examples=200)
    @given(several=st.lists(records | st.just(GOOD), min_size=1, max_size=5))
    def test_give_what_the_long_way_gives(self, name: str, several: list[dict[str, Any]]) -> None:
        """Whatever the records hold, and whoever stands beside them: the same User, byte for byte, Rejection, Held."""
        rules = parse_rules(RULES[name])
        each = [SourceRecord(Position(3 + n, 4 + n, 100 * n), fields) for n, fields in enumerate(several)]
        assert list(map(compile_rules(rules), each)) == by_sheet(rules, each)

    @pytest.mark.parametrize("name", ["all-kinds", "without-passwords", "columns", "seldom"])
    def test_take_a_good_record(self, name: str) -> None:
        """A good record becomes a user, with everything the rules name."""
        fields = {**GOOD, "id": 8, "login": "https://example.org/bob.png"} if name == "seldom" else GOOD
        assert isinstance(either_way(parse_rules(RULES[name]), SourceRecord(Position(0), fields)), User)

    def test_pass_rejections_of_the_source_on(self) -> None:
        """A record that could not be read stays in its place."""
        damaged = Rejection(Position(1), "not-json", "", "Mend it.")
        records: list[SourceRecord | Rejection] = [
            SourceRecord(Position(0), GOOD),
            damaged,
            SourceRecord(Position(2), GOOD),
        ]
        mapped = by_sheet(parse_rules(RULES["all-kinds"]), records)
        assert [User, Rejection, User] == list(map(type, mapped))
        assert damaged == mapped[1]

    def test_send_text_that_is_not_utf8_the_long_way(self) -> None:
        """Half a surrogate pair ends in a rejection, whoever stands beside it."""
        rules = parse_rules(RULES["auto"] + 'format = "raw_sha1"')
        records = [SourceRecord(Position(n), {**GOOD, "org": org}) for n, org in enumerate(["\ud800", "acme"])]
        assert [Rejection, User] == list(map(type, by_sheet(rules, records)))
