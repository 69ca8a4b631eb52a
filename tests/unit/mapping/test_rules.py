"""The rules file: what it says is what is kept, and every complaint names the place and the way out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.auth0 import limits
from samekey.errors import RulesError
from samekey.mapping import rules
from samekey.mapping.arrangement import PartitionRules
from samekey.mapping.expressions import Expression
from samekey.mapping.rules import Metadata, PasswordRules

FULL = """\
[user]
key            = "id"                       # how a record is known across rounds
email          = "username"
email_verified = { value = false }
user_id        = "id"
app_metadata   = { tenant = "org.code", plan = "plan" }

[password]
stored = "hash"
format = "raw_sha1"
on_bridge = "hold"
on_reset  = "hold"

[partition]
by = "org.code"

[pack]
bytes = 500000
users = 0
"""

USER = '[user]\nemail = "mail"\n'


def complaint(text: str) -> RulesError:
    """What is said about rules that cannot be."""
    with pytest.raises(RulesError) as caught:
        rules.parse_rules(text)
    return caught.value


class TestParseRules:
    """What stands in the file is what the pipeline gets."""

    def test_reads_every_section(self) -> None:
        """The example of the documentation comes out whole."""
        read = rules.parse_rules(FULL)
        assert {
            "email": Expression("username"),
            "email_verified": Expression(constant=False),
            "user_id": Expression("id"),
            "app_metadata": Metadata({"tenant": Expression("org.code"), "plan": Expression("plan")}),
        } == read.user
        assert Expression("id") == read.key
        assert PasswordRules(Expression("hash"), ("raw_sha1",), "hold", "hold") == read.password
        assert PartitionRules(Expression("org.code")) == read.partition
        assert (500_000, 0) == (read.chunk_bytes, read.chunk_users)
        assert FULL == read.text

    def test_needs_an_identifier_only(self) -> None:
        """Everything but one identifier has a default."""
        read = rules.parse_rules(USER)
        assert {"email": Expression("mail")} == read.user
        assert (None, None, None) == (read.key, read.password, read.partition)
        assert (limits.CHUNK_BYTES_DEFAULT, 0) == (read.chunk_bytes, read.chunk_users)

    def test_recognises_passwords_unless_told(self) -> None:
        """Without a format, what describes itself is taken and everyone else is held."""
        read = rules.parse_rules(USER + '[password]\nstored = "hash"\n').password
        assert PasswordRules(Expression("hash"), ("auto",), "hold", "hold") == read

    def test_takes_formats_in_order(self) -> None:
        """A list of formats is kept in the order in which it is tried."""
        read = rules.parse_rules(
            USER + '[password]\nstored = "hash"\nformat = ["bcrypt", "raw_md5", "auto"]\n'
        ).password
        assert read is not None
        assert ("bcrypt", "raw_md5", "auto") == read.formats

    def test_takes_columns_of_one_password(self) -> None:
        """A stored password may be spread over fields."""
        read = rules.parse_rules(USER + '[password]\nstored = { hash = "pw", salt = "extra.salt" }\n').password
        assert read is not None
        assert {"hash": Expression("pw"), "salt": Expression("extra.salt")} == read.stored

    def test_nests_metadata(self) -> None:
        """A table inside metadata is an object inside metadata, written inline or with a header."""
        inline = rules.parse_rules(USER + 'user_metadata = { plan = { name = "p", paid = { value = true } } }\n')
        header = rules.parse_rules(USER + '[user.user_metadata.plan]\nname = "p"\npaid = { value = true }\n')
        expected = Metadata({"plan": Metadata({"name": Expression("p"), "paid": Expression(constant=True)})})
        assert expected == inline.user["user_metadata"]
        assert expected == header.user["user_metadata"]

    def test_takes_defaults(self) -> None:
        """A path may say what to take when it finds nothing."""
        read = rules.parse_rules(USER + 'name = { path = "full.name", default = "nobody" }\n')
        assert Expression("full.name", default="nobody") == read.user["name"]

    @pytest.mark.parametrize(
        "field",
        ["'\"e-mail\"'", "'\"strange name\".inner'", '"emails[?primary].value | [0]"', "\"join('@', [a, b])\""],
        ids=["dash", "blank", "filter", "function"],
    )
    def test_takes_any_expression(self, field: str) -> None:
        """Odd names stand in quotes of their own, and what a path cannot say JMESPath says."""
        assert ["email"] == list(rules.parse_rules(f"[user]\nemail = {field}\n").user)

    @given(st.text())
    def test_never_fails_otherwise(self, text: str) -> None:
        """Whatever the file holds, it is rules or one complaint."""
        try:
            rules.parse_rules(text)
        except RulesError as error:
            assert error.message  # noqa: PT017  # both ends are right

    @given(st.text(alphabet=st.sampled_from("[]{}=.,\"'#\n ab1\\"), max_size=40))
    def test_never_fails_on_what_looks_like_toml(self, text: str) -> None:
        """The same for texts made of TOML's own marks."""
        try:
            rules.parse_rules(USER + text)
        except RulesError as error:
            assert error.message  # noqa: PT017  # both ends are right


COMPLAINTS = [
    pytest.param("[users]\nemail = 'a'\n", (1, 2), "`users` is not known", "Did you mean `user`?", id="section"),
    pytest.param("colour = 1\n" + USER, (1, 1), "`colour` is not known", "Known there: user, ", id="key-outside"),
    pytest.param(USER + "emial = 'a'\n", (3, 1), "`emial` is not known in [user]", "Did you mean `email`?", id="near"),
    pytest.param(
        USER + "zzz = 'a'\n", (3, 1), "`zzz` is not known in [user]", "Known there: where, key, email", id="far"
    ),
    pytest.param("user = 5\n", (1, 1), "`user` must be a table", "[user]", id="not-a-table"),
    pytest.param("", (1, 1), "say nothing about the user", "[user]", id="empty"),
    pytest.param("[user]\nname = 'n'\n", (1, 2), "identifier", "email, username or phone_number", id="no-identifier"),
    pytest.param("[user]\nemail = 5\n", (2, 1), "must name a field", 'email = "field"', id="number-for-field"),
    pytest.param("[user]\nemail = ''\n", (2, 1), "must name a field", "{ value = … }", id="empty-field"),
    pytest.param("[user]\nemail = { value = 5 }\n", (2, 1), "constant for `email` must be text", "", id="text"),
    pytest.param(
        USER + "blocked = { value = 'no' }\n", (3, 1), "`blocked` must be true or false", "", id="true-or-false"
    ),
    pytest.param(USER + "app_metadata = { value = 'x' }\n", (3, 1), "must be a table", "", id="object"),
    pytest.param(USER + "mfa_factors = { value = 'x' }\n", (3, 1), "must be a list", "", id="list"),
    pytest.param(
        USER + "name = { path = 'n', default = 5 }\n", (3, 22), "constant for `name` must be text", "", id="default"
    ),
    pytest.param("[user]\nemail = { path = '' }\n", (2, 11), "`path` must be text", "", id="empty-path"),
    pytest.param("[user]\nemail = { field = 'a' }\n", (2, 1), "takes a field, { value", "", id="odd-table"),
    pytest.param("[user]\nemail = 'e-mail'\n", (2, 1), "`e-mail` is not an expression", "double quotes", id="dash"),
    pytest.param("[user]\nemail = 'a[?'\n", (2, 1), "is not an expression", "", id="broken-expression"),
    pytest.param("[user]\nemail = 'lower(a)'\n", (2, 1), "there is no function lower()", "", id="no-function"),
    pytest.param("[user]\nemail = 'a[*].join(b)'\n", (2, 1), "join() takes 2 values, not 1", "", id="arguments"),
    pytest.param(
        USER + "app_metadata = { plan = 'p', email = 'e' }\n", (3, 30), "reserves `email`", "another", id="reserved"
    ),
    pytest.param(
        USER + "[user.user_metadata]\n'a.b' = 'c'\n", (4, 1), "must not hold `.` or `$`: `a.b`", "", id="dot-in-key"
    ),
    pytest.param(
        USER + "user_metadata = { a = { '$b' = 'c' } }\n", (3, 25), "must not hold `.` or `$`: `$b`", "", id="deep-key"
    ),
    pytest.param(USER + "[password]\nformat = 'bcrypt'\n", (3, 2), "needs `stored`", "stored =", id="no-stored"),
    pytest.param(
        USER + "[password]\nstored = 'h'\nformat = 'bcript'\n", (5, 1), "`bcript` is not a hash", "bcrypt", id="format"
    ),
    pytest.param(
        USER + "[password]\nstored = 'h'\nformat = ['bcrypt', 'qqqq']\n", (5, 1), "`qqqq` is not", "docs", id="formats"
    ),
    pytest.param(USER + "[password]\nstored = 'h'\nformat = []\n", (5, 1), "names nothing", "auto", id="no-format"),
    pytest.param(USER + "[password]\nstored = 'h'\nformat = 7\n", (5, 1), "must be text or a list", "", id="number"),
    pytest.param(
        USER + "[password]\nstored = 'h'\nformat = [['bcrypt']]\n", (5, 1), "must be text or a list", "", id="list-in"
    ),
    pytest.param(USER + "[password]\nstored = 'h'\nformat = { a = 1 }\n", (5, 1), "must be text", "", id="table"),
    pytest.param(
        USER + "[password]\nstored = 'h'\non_reset = 'sent'\n", (5, 1), "one of: hold, send", "", id="on-reset"
    ),
    pytest.param(USER + "[password]\nstored = 'h'\non_bridge = 3\n", (5, 1), "one of: hold, reset", "", id="on-bridge"),
    pytest.param(
        USER + "[password]\nstored = 'h'\npeper = 'x'\n", (5, 1), "`peper` is not known in [password]", "", id="pepper"
    ),
    pytest.param(USER + "[partition]\n", (3, 2), "[partition] needs `by`", "by =", id="partition"),
    pytest.param(USER + "[pack]\nbytes = 511001\n", (4, 1), "from 1000 to 511000", "", id="bytes-above"),
    pytest.param(USER + "[pack]\nbytes = 999\n", (4, 1), "from 1000 to 511000", "", id="bytes-below"),
    pytest.param(USER + "[pack]\nbytes = true\n", (4, 1), "whole number", "", id="bytes-true"),
    pytest.param(USER + "[pack]\nusers = -1\n", (4, 1), "`users` must be a whole number", "", id="users"),
    pytest.param("[user]\nemail = \n", (2, 9), "Invalid value", "TOML", id="toml-value"),
    pytest.param("[user]\nemail = 'a'\nemail = 'b'\n", (3, 12), "overwrite", "TOML", id="toml-twice"),
    pytest.param("[user]\nemail = 'a", (2, 11), "", "TOML", id="toml-end"),
]


class TestComplaints:
    """A person finds the place and what to write instead."""

    @pytest.mark.parametrize(("text", "place", "message", "remedy"), COMPLAINTS)
    def test_say_where_and_what(self, text: str, place: tuple[int, int], message: str, remedy: str) -> None:
        """Line, column, what is wrong, and the way out."""
        error = complaint(text)
        assert place == (error.line, error.column)
        assert message in error.message
        assert remedy in error.remedy

    @pytest.mark.parametrize(
        "text",
        [pytest.param(f"a = {'[' * 5_000}", id="nested"), pytest.param(f"a = {'9' * 5_000}", id="digits")],
    )
    def test_cover_what_toml_readers_stumble_over(self, text: str) -> None:
        """Nesting without end and numbers without end are complaints, too."""
        assert "cannot be read" in complaint(text).message

    def test_stand_at_the_end_of_an_open_file(self) -> None:
        """A file that breaks off is complained about at its last line."""
        assert 2 == complaint('[user]\nemail = """a').line


class TestReadRules:
    """The file itself may be at fault."""

    def test_passes_over_a_byte_order_mark(self, tmp_path: Path) -> None:
        """Editors that write one are no reason to fail, and columns do not move."""
        path = tmp_path / "rules.toml"
        path.write_bytes(b"\xef\xbb\xbf" + FULL.encode())
        assert rules.parse_rules(FULL) == rules.read_rules(path)

    def test_refuses_a_pepper_unless_it_may_be_told(self, tmp_path: Path) -> None:
        """It would stand in every record, and Auth0 would know it; the complaint says where it is named."""
        path = tmp_path / "rules.toml"
        path.write_text(USER + "[password]\nstored = { hash = 'h', pepper = { value = 'site-secret' } }\n", "utf-8")
        with pytest.raises(RulesError, match="pepper") as caught:
            rules.read_rules(path)
        assert (True, False) == ("--send-pepper" in caught.value.remedy, "site-secret" in str(caught.value))
        assert rules.parse_rules(path.read_text("utf-8")) == rules.read_rules(path, send_pepper=True)

    def test_refuses_other_encodings(self, tmp_path: Path) -> None:
        """Latin-1 is not guessed."""
        path = tmp_path / "rules.toml"
        path.write_bytes('[user]\nemail = "größe"\n'.encode("latin-1"))
        with pytest.raises(RulesError, match="not UTF-8"):
            rules.read_rules(path)

    def test_says_how_to_make_a_missing_file(self, tmp_path: Path) -> None:
        """The remedy is the command that writes one."""
        with pytest.raises(RulesError, match="cannot be read") as caught:
            rules.read_rules(tmp_path / "none.toml")
        assert "samekey draft" in caught.value.remedy

    def test_refuses_a_folder(self, tmp_path: Path) -> None:
        """A folder in place of a file is one clear error."""
        with pytest.raises(RulesError, match="cannot be read"):
            rules.read_rules(tmp_path)
