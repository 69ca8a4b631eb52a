"""A record by the rules: a user, a rejection that says what to mend, or somebody who waits. Never anything else."""

import hashlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.auth0 import limits
from samekey.mapping import compiled, rules
from samekey.mapping.compiled import Mapped
from samekey.records import REASONS, Held, Position, Rejection, SourceRecord, User

SHA1 = hashlib.sha1(b"password").hexdigest()
MD5 = hashlib.md5(b"password").hexdigest()
BCRYPT = "$2b$12$MI19nS1k71EDTbSNju7pouEmEJnWDaEZSkqgVzh2nhGAk5VlKMygC"
SHA512_CRYPT = (
    "$6$saltstring$" + "svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnJQJuesI68OTLiBFdcbYEdFCoEOfaS35inz1"
)
PBKDF2 = "pbkdf2_sha256$1000$abcd$" + "A" * 43 + "="
HERE = Position(4, line=5)

AUTO = '[password]\nstored = "hash"\n'
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["ann@example.com", "7", "yes", SHA1, BCRYPT, "+49151", "auth0|7", "http://a/b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
EVERY_PROPERTY = """
[user]
key = "k"
email = "email"
username = "username"
phone_number = "phone"
user_id = "id"
given_name = "given"
family_name = "family"
name = { path = "name", default = "nobody" }
nickname = "join('-', nick)"
picture = "picture"
email_verified = "verified"
phone_verified = "verified"
blocked = "blocked"
mfa_factors = "factors"
app_metadata = "app"
user_metadata = { a = "x.y", b = { c = "sort_by(list, &age)", d = "{a: &b}" } }
[password]
stored = "hash"
[partition]
by = "part"
"""
PLAIN = """
[user]
key = "k"
email = "email"
user_id = "id"
email_verified = "verified"
user_metadata = { a = "x.y", b = "list", c = "app" }
[password]
stored = { hash = "abs(hash)", salt = "part" }
format = "sha1_salt_pass"
"""
"""Rules without an expression about the user, which take the short way."""
NAMES = (
    "k", "email", "username", "phone", "id", "given", "family", "name", "nick", "picture", "verified", "blocked",
    "factors", "app", "x", "list", "part", "hash",
)  # fmt: skip


def mapped(text: str, **fields: Any) -> Mapped:
    """What becomes of one record; the rules begin with an address and go on with the given text."""
    if "[user]" not in text:
        text = f'[user]\nemail = "mail"\n{text}'
        fields.setdefault("mail", "Ann@Example.com")
    return compiled.compile_rules(rules.parse_rules(text))(SourceRecord(HERE, fields))


def sent(text: str, **fields: Any) -> dict[str, Any]:
    """The entry of the import file."""
    became = mapped(text, **fields)
    assert isinstance(became, User), became
    user: dict[str, Any] = msgspec.json.decode(became.payload)
    return user


def refused(text: str, **fields: Any) -> tuple[str, str]:
    """Reason and field of the rejection."""
    became = mapped(text, **fields)
    assert isinstance(became, Rejection), became
    assert became.reason in REASONS
    assert became.remedy
    assert HERE == became.position
    return became.reason, became.field


class TestProperties:
    """Where a value comes from, and what is made of it."""

    @pytest.mark.parametrize(
        ("rule", "fields", "expected"),
        [
            pytest.param('name = "n"', {"n": "Ann"}, "Ann", id="field"),
            pytest.param('name = "a.b.c"', {"a": {"b": {"c": "Ann"}}}, "Ann", id="path"),
            pytest.param('name = "a.b.c"', {"a": "text"}, None, id="path-into-text"),
            pytest.param("name = '\"full name\"'", {"full name": "Ann"}, "Ann", id="quoted"),
            pytest.param("name = \"join(' ', [a, b])\"", {"a": "Ann", "b": "Lee"}, "Ann Lee", id="expression"),
            pytest.param('name = { value = "Ann" }', {}, "Ann", id="constant"),
            pytest.param('name = { path = "n", default = "X" }', {"n": ""}, "X", id="default-for-empty"),
            pytest.param('name = { path = "n", default = "X" }', {"n": None}, "X", id="default-for-null"),
            pytest.param('name = { path = "n", default = "X" }', {"n": "Ann"}, "Ann", id="default-not-needed"),
            pytest.param('name = "n"', {}, None, id="missing"),
            pytest.param('name = "n"', {"n": None}, None, id="null"),
            pytest.param('name = "n"', {"n": ""}, None, id="empty"),
            pytest.param('user_id = "n"', {"n": 7}, "7", id="number-as-id"),
            pytest.param('user_id = "n"', {"n": 0}, "0", id="zero-as-id"),
            pytest.param("email_verified = { value = false }", {}, False, id="false"),
            pytest.param('app_metadata = "o"', {"o": {"a": [1]}}, {"a": [1]}, id="object"),
            pytest.param('app_metadata = { a = "x", b = "y" }', {"x": 1, "y": 2.5}, {"a": 1, "b": 2.5}, id="metadata"),
            pytest.param('app_metadata = { a = "x", b = "y" }', {"x": False}, {"a": False}, id="metadata-found-only"),
            pytest.param('app_metadata = { a = "x" }', {}, None, id="metadata-without-entries"),
            pytest.param('app_metadata = { a = { b = "x" } }', {"x": 1}, {"a": {"b": 1}}, id="nested-metadata"),
            pytest.param('app_metadata = { a = { b = "x" } }', {}, None, id="nested-metadata-without-entries"),
            pytest.param(
                'mfa_factors = "f"', {"f": [{"totp": {"secret": "ABC"}}]}, [{"totp": {"secret": "ABC"}}], id="factors"
            ),
        ],
    )
    def test_are_taken_by_their_rule(self, rule: str, fields: dict[str, Any], expected: Any) -> None:
        """What is not found, null and empty is left out."""
        name = rule.split(" ", maxsplit=1)[0]
        assert expected == sent(rule, **fields).get(name)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            *((word, True) for word in (True, 1, "1", "t", "true", "TRUE", " yes ", "Y")),
            *((word, False) for word in (False, 0, "0", "f", "false", "False", "no", "N")),
            *((word, None) for word in (None, "")),
        ],
        ids=repr,
    )
    def test_read_truth_as_tables_write_it(self, value: Any, expected: bool | None) -> None:  # noqa: FBT001  # a table
        """CSV files and databases have words and digits for it."""
        assert expected == sent('blocked = "b"', b=value).get("blocked")

    @pytest.mark.parametrize(
        ("rule", "fields", "expected"),
        [
            pytest.param('name = "n"', {"n": 5}, ("wrong-type", "name"), id="number-for-text"),
            pytest.param('name = "n"', {"n": True}, ("wrong-type", "name"), id="true-for-text"),
            pytest.param('name = "n"', {"n": ["Ann"]}, ("wrong-type", "name"), id="list-for-text"),
            pytest.param('name = "n"', {"n": {}}, ("wrong-type", "name"), id="object-for-text"),
            pytest.param('user_id = "n"', {"n": 7.5}, ("wrong-type", "user_id"), id="fraction-for-id"),
            pytest.param('user_id = "n"', {"n": True}, ("wrong-type", "user_id"), id="true-for-id"),
            pytest.param('key = "n"', {"n": []}, ("wrong-type", "key"), id="list-for-key"),
            pytest.param('[partition]\nby = "n"', {"n": {}}, ("wrong-type", "partition"), id="object-for-partition"),
            pytest.param('blocked = "n"', {"n": "perhaps"}, ("wrong-type", "blocked"), id="word-for-truth"),
            pytest.param('blocked = "n"', {"n": 2}, ("wrong-type", "blocked"), id="two-for-truth"),
            pytest.param('blocked = "n"', {"n": 1.0}, ("wrong-type", "blocked"), id="fraction-for-truth"),
            pytest.param('app_metadata = "n"', {"n": "x"}, ("wrong-type", "app_metadata"), id="text-for-object"),
            pytest.param('name = "abs(n)"', {"n": "x"}, ("expression-failed", "name"), id="expression"),
            pytest.param('name = "ceil(to_number(n))"', {"n": "inf"}, ("expression-failed", "name"), id="infinite"),
            pytest.param('app_metadata = { a = "{b: &c}" }', {}, ("wrong-type", ""), id="not-json"),
            pytest.param(
                'user_metadata = { a = "x" }',
                {"x": {"b.c": 1}},
                ("reserved-metadata-key", "user_metadata.a.b.c"),
                id="dot-in-key",
            ),
            pytest.param(
                'app_metadata = "o"',
                {"o": {"email": 1}},
                ("reserved-metadata-key", "app_metadata.email"),
                id="reserved",
            ),
            pytest.param(
                'user_metadata = { a = "x" }',
                {"x": "y" * limits.PROFILE_BYTES_MAX},
                ("profile-too-large", "app_metadata"),
                id="weight",
            ),
        ],
    )
    def test_are_rejected_when_they_do_not_fit(
        self, rule: str, fields: dict[str, Any], expected: tuple[str, str]
    ) -> None:
        """Nothing is guessed, and the property is named."""
        assert expected == refused(rule, **fields)

    def test_allow_a_profile_of_the_full_weight(self) -> None:
        """The hash does not count, and the last byte does."""
        text = '[user]\nemail = "mail"\nuser_metadata = { a = "x" }\n' + AUTO
        frame = len(b'{"email":"a@b.com","user_metadata":{"a":""}}')
        fits = "y" * (limits.PROFILE_BYTES_MAX - frame)
        assert isinstance(mapped(text, mail="a@b.com", x=fits, hash=BCRYPT), User)
        assert isinstance(mapped(text, mail="a@b.com", x=fits + "y", hash=BCRYPT), Rejection)

    def test_need_an_identifier(self) -> None:
        """A record by which nobody can be found is no user."""
        assert ("missing", "email") == refused("", mail="")


class TestUser:
    """What travels beside the payload."""

    @pytest.mark.parametrize(
        ("rule", "fields", "expected"),
        [
            pytest.param('key = "n"', {"n": "K-1"}, "K-1", id="named"),
            pytest.param('key = "n"', {"n": 17}, "17", id="named-number"),
            pytest.param('key = "n"\nuser_id = "i"', {"i": "u1"}, "u1", id="named-but-missing"),
            pytest.param('user_id = "i"', {"i": "aBc"}, "aBc", id="user-id"),
            pytest.param("", {}, "ann@example.com", id="email"),
            pytest.param('[user]\nusername = "n"', {"n": "Ann"}, "ann", id="username"),
            pytest.param('[user]\nphone_number = "n"', {"n": "+49151"}, "+49151", id="phone"),
        ],
    )
    def test_is_known_by_its_key(self, rule: str, fields: dict[str, Any], expected: str) -> None:
        """The rules' key, else the id, else the first identifier in lower case."""
        became = mapped(rule, **fields)
        assert isinstance(became, User)
        assert expected == became.key

    def test_has_comparable_identifiers(self) -> None:
        """In lower case as Auth0 stores them; an id as it is, for two may differ in case alone."""
        became = mapped('user_id = "i"\nusername = "u"', i="aBc", u="Ann")
        assert isinstance(became, User)
        assert {"email": "ann@example.com", "username": "ann", "user_id": "aBc"} == became.identifiers

    def test_is_sent_as_the_source_wrote_it(self) -> None:
        """Lower case is for comparing only."""
        assert {"email": "Ann@Example.com"} == sent("")

    @pytest.mark.parametrize(("value", "expected"), [("north", "north"), (12, "12"), (None, ""), ("", "")], ids=repr)
    def test_belongs_to_a_partition(self, value: Any, expected: str) -> None:
        """The value of the rules' field, as text."""
        became = mapped('[partition]\nby = "p"', p=value)
        assert isinstance(became, User)
        assert expected == became.partition

    def test_says_that_no_password_was_asked_for(self) -> None:
        """Rules without [password] carry none."""
        became = mapped("", hash=BCRYPT)
        assert isinstance(became, User)
        assert ("none", "") == (became.verdict, became.cluster)


class TestPassword:
    """What becomes of a stored password."""

    @pytest.mark.parametrize(
        ("rules_text", "stored", "verdict", "cluster"),
        [
            pytest.param(AUTO, BCRYPT, "as-is", "bcrypt cost=12", id="as-is"),
            pytest.param(AUTO, PBKDF2, "re-encoded", "django_pbkdf2_sha256 i=1000 l=32", id="re-encoded"),
            pytest.param(AUTO + 'format = "raw_sha1"', SHA1.upper(), "as-is", "raw_sha1", id="named"),
            pytest.param(AUTO + 'format = ["bcrypt", "raw_sha1"]', SHA1, "as-is", "raw_sha1", id="second-of-list"),
            pytest.param(
                AUTO + 'format = ["bcrypt", "raw_sha1"]', BCRYPT, "as-is", "bcrypt cost=12", id="first-of-list"
            ),
            pytest.param(AUTO + 'format = ["raw_md5", "raw_md4"]', MD5, "as-is", "raw_md5", id="order-decides"),
            pytest.param(AUTO + 'format = ["raw_md4", "raw_md5"]', MD5, "as-is", "raw_md4", id="other-order"),
            pytest.param(AUTO + 'format = ["auto", "raw_sha1"]', SHA1, "as-is", "raw_sha1", id="auto-then-named"),
            pytest.param(AUTO + 'format = ["auto", "raw_sha1"]', BCRYPT, "as-is", "bcrypt cost=12", id="auto-suffices"),
        ],
    )
    def test_is_carried(self, rules_text: str, stored: str, verdict: str, cluster: str) -> None:
        """With its hash, in a form that Auth0 checks."""
        became = mapped(rules_text, hash=stored)
        assert isinstance(became, User)
        assert (verdict, cluster) == (became.verdict, became.cluster)
        assert "custom_password_hash" in msgspec.json.decode(became.payload)

    @pytest.mark.parametrize(
        ("stored", "verdict", "reason"),
        [
            pytest.param(SHA512_CRYPT, "bridge", "crypt3", id="bridge"),
            pytest.param("what-is-this?", "bridge", "unknown", id="unknown"),
            pytest.param(5, "bridge", "unknown", id="number"),
            pytest.param("", "reset", "missing", id="empty"),
            pytest.param(None, "reset", "missing", id="missing"),
            pytest.param("!", "reset", "locked", id="locked"),
            pytest.param("$2b$12$short", "reset", "damaged", id="damaged"),
        ],
    )
    def test_is_held(self, stored: Any, verdict: str, reason: str) -> None:
        """Sending the user without a hash would close the way for good."""
        became = mapped('key = "k"\n' + AUTO, hash=stored, k="K")
        assert isinstance(became, Held)
        assert (HERE, "K", verdict, reason) == (became.position, became.key, became.verdict, became.reason)
        assert "Ann@Example.com" == became.email
        assert became.explanation

    @pytest.mark.parametrize(
        ("decisions", "stored", "goes"),
        [
            pytest.param('on_reset = "send"', "", True, id="reset-sent"),
            pytest.param('on_reset = "send"', SHA512_CRYPT, False, id="bridge-waits"),
            pytest.param('on_bridge = "reset"', SHA512_CRYPT, False, id="bridge-becomes-reset-and-waits"),
            pytest.param(
                'on_bridge = "reset"\non_reset = "send"', SHA512_CRYPT, True, id="bridge-becomes-reset-and-goes"
            ),
            pytest.param('on_bridge = "reset"\non_reset = "send"', None, True, id="reset-goes"),
        ],
    )
    def test_goes_without_a_hash_only_by_decision(self, decisions: str, stored: Any, goes: bool) -> None:  # noqa: FBT001  # a table
        """No later import can mend it, so the rules have to say so."""
        became = mapped(AUTO + decisions, hash=stored)
        assert goes == isinstance(became, User)
        if isinstance(became, User):
            assert {"email": "Ann@Example.com"} == msgspec.json.decode(became.payload)

    @pytest.mark.parametrize(
        ("rules_text", "stored", "reason", "names"),
        [
            pytest.param(AUTO, SHA1, "password-undecided", "raw_sha1", id="shape"),
            pytest.param(AUTO, MD5, "password-undecided", "raw_md5", id="look-alikes"),
            pytest.param(AUTO + 'format = "raw_sha1"', SHA1[:-2], "password-not-this-format", "raw_sha1", id="length"),
            pytest.param(AUTO + 'format = "raw_sha1"', BCRYPT, "password-not-this-format", "raw_sha1", id="other"),
            pytest.param(
                AUTO + 'format = ["bcrypt", "raw_sha1"]',
                MD5,
                "password-not-this-format",
                "bcrypt or raw_sha1",
                id="none-of-list",
            ),
            pytest.param(
                AUTO + 'format = ["raw_md5", "auto"]', SHA1, "password-undecided", "raw_sha1", id="shape-at-last"
            ),
        ],
    )
    def test_is_rejected_when_nothing_decides(self, rules_text: str, stored: str, reason: str, names: str) -> None:
        """The remedy names what could be meant."""
        became = mapped(rules_text, hash=stored)
        assert isinstance(became, Rejection)
        assert (reason, "hash") == (became.reason, became.field)
        assert names in became.remedy

    def test_may_stand_in_columns(self) -> None:
        """Hash and salt of one password come from different fields."""
        rule = '[password]\nstored = { hash = "pw.value", salt = "s" }\nformat = "sha1_salt_pass"'
        user = sent(rule, pw={"value": SHA1}, s="pepper")
        assert {"value": "pepper", "encoding": "utf8", "position": "prefix"} == user["custom_password_hash"]["salt"]

    @pytest.mark.parametrize(
        ("stored", "field"),
        [('"abs(hash)"', "password"), ('{ hash = "abs(hash)", salt = "s" }', "hash")],
        ids=["field", "columns"],
    )
    def test_is_rejected_when_it_cannot_be_fetched(self, stored: str, field: str) -> None:
        """An expression that does not fit the record is no reason to stop."""
        rule = f'[password]\nstored = {stored}\nformat = "sha1_salt_pass"'
        assert ("expression-failed", field) == refused(rule, hash=SHA1)

    def test_is_looked_at_after_the_user(self) -> None:
        """Somebody whom Auth0 would refuse anyway does not wait for the bridge."""
        assert ("bad-email", "email") == refused(AUTO, mail="nobody", hash=SHA512_CRYPT)


class TestAnyRecord:
    """What must hold for whatever a source holds."""

    every_property = staticmethod(compiled.compile_rules(rules.parse_rules(EVERY_PROPERTY)))
    plain = staticmethod(compiled.compile_rules(rules.parse_rules(PLAIN)))

    @given(st.dictionaries(st.sampled_from(NAMES), JSON))
    def test_becomes_one_of_three(self, fields: dict[str, Any]) -> None:
        """Nothing is raised, and every rejection can be looked up."""
        for map_record in (self.every_property, self.plain):
            became = map_record(SourceRecord(HERE, fields))
            assert isinstance(became, (User, Rejection, Held))
            if isinstance(became, Rejection):
                assert became.reason in REASONS

    @pytest.mark.parametrize("name", NAMES)
    def test_may_be_nested_without_end(self, name: str) -> None:
        """As deep as a reader lets it be."""
        deep: Any = "x"
        for _ in range(900):
            deep = {"a": [deep]}
        fields = {"email": "ann@example.com", "hash": BCRYPT, name: deep}
        for map_record in (self.every_property, self.plain):
            assert isinstance(map_record(SourceRecord(HERE, fields)), (User, Rejection, Held))

    def test_may_hold_what_is_no_text(self) -> None:
        """Half a surrogate pair cannot be written, and is rejected."""
        became = self.every_property(
            SourceRecord(HERE, {"email": "ann@example.com", "given": "\ud800", "hash": BCRYPT})
        )
        assert isinstance(became, Rejection)

    @given(
        stored=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=9, max_size=80).map("~{}".format)
        | st.sampled_from([SHA1, MD5, BCRYPT[:-1], SHA512_CRYPT, PBKDF2[:-3], "{SSHA}" + "Q" * 30, "!" + BCRYPT]),
        form=st.sampled_from(["auto", "raw_sha1", "bcrypt"]),
    )
    def test_never_shows_a_stored_password(self, stored: str, form: str) -> None:
        """Neither a rejection nor a waiting user repeats it; the tilde tells it from the words of our sentences."""
        became = mapped(f'[password]\nstored = "hash"\nformat = "{form}"\n', hash=stored)
        if not isinstance(became, User):
            assert stored not in repr(became)
            assert stored not in msgspec.json.encode(became).decode()
