"""What rules do to a value on its way: put in order what can be read, and leave the rest to be refused by name."""

from typing import Any

import msgspec
import pytest

from samekey.errors import RulesError
from samekey.mapping.rules import parse_rules
from samekey.records import Position, Rejection, SourceRecord, User
from tests.unit.mapping.ways import either_way

RFC_6238 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of RFC 6238's test values, `12345678901234567890`, in Base32."""


def mapped(rules: str, record: dict[str, Any]) -> Any:
    """What rules make of one record: the user, or the reason and field of a rejection."""
    text = f'[user]\nkey = "k"\n{rules}\n' + ("" if rules.startswith("email =") else 'email = { value = "a@b.test" }\n')
    match either_way(parse_rules(text), SourceRecord(Position(0), {"k": "1", **record})):
        case User(payload=payload):
            return msgspec.json.decode(payload)
        case Rejection(reason=reason, field=field):
            return reason, field
        case other:
            raise AssertionError(type(other))


class TestTreatments:
    @pytest.mark.parametrize(
        ("rule", "value", "expected"),
        [
            pytest.param('email = { path = "v", trim = true }', " A@b.test\t", "A@b.test", id="trim"),
            pytest.param('email = { path = "v", lower = true }', "A@B.test", "a@b.test", id="lower"),
            pytest.param('email = { path = "v", trim = true, lower = true }', " A@B.test", "a@b.test", id="both"),
            pytest.param('email = { path = "v", trim = false }', "a@b.test", "a@b.test", id="said not to"),
            pytest.param('name = { path = "v", trim = true, default = "?" }', "  ", "?", id="default for blanks"),
            pytest.param('given_name = { path = "v", part = "first" }', " Ann Mary Lee", "Ann", id="first word"),
            pytest.param('family_name = { path = "v", part = "rest" }', "Ann  Mary Lee ", "Mary Lee", id="the rest"),
            pytest.param('family_name = { path = "v", part = "rest" }', "Ann", None, id="no rest"),
            pytest.param('phone_number = { path = "v", region = "DE" }', "030 / 12 34 56", "+4930123456", id="dialled"),
            pytest.param(
                'phone_number = { path = "v", region = "DE" }', "+1 650-253-0000", "+16502530000", id="abroad"
            ),
            pytest.param('phone_number = { path = "v", region = "DE" }', "", None, id="no phone"),
            pytest.param('name = { path = "v", json = "a.b" }', '{"a": {"b": "x"}}', "x", id="inside JSON"),
            pytest.param('name = { path = "v", json = "a.b" }', '{"a": []}', None, id="nothing there inside JSON"),
            pytest.param('name = { path = "v", json = "a[0]" }', {"a": ["x"]}, "x", id="JSON that was read already"),
            pytest.param('name = { path = "v", json = "a.b" }', "no JSON", "no JSON", id="no JSON"),
            pytest.param('user_id = { path = "v", without = "auth0|" }', "auth0|5f", "5f", id="without a beginning"),
            pytest.param('user_id = { path = "v", without = "auth0|" }', "5f", "5f", id="where it is not there"),
            pytest.param('name = { path = "v", without = "Dr. " }', "Dr. Lee", "Lee", id="with its blank"),
            pytest.param('blocked = { not = "v" }', True, False, id="not true"),
            pytest.param('blocked = { not = "v" }', "0", True, id="not zero"),
            pytest.param('blocked = { not = "v" }', None, None, id="not nothing"),
            pytest.param('blocked = { not = "v", default = true }', None, True, id="not nothing, by default"),
        ],
    )
    def test_put_a_value_in_order(self, rule: str, value: Any, expected: Any) -> None:
        """As the documentation's table says, whichever way a record goes."""
        name = rule.partition(" =")[0]
        assert expected == mapped(rule, {"v": value}).get(name)

    @pytest.mark.parametrize(
        ("rule", "value", "expected"),
        [
            pytest.param('name = { path = "v", trim = true }', 7, ("wrong-type", "name"), id="a number is no text"),
            pytest.param(
                'phone_number = { path = "v", region = "DE" }', "call me", ("bad-phone", "phone_number"), id="no number"
            ),
            pytest.param(
                'phone_number = { path = "v", region = "DE" }', "12", ("bad-phone", "phone_number"), id="too short"
            ),
            pytest.param(
                'blocked = { not = "v" }', "maybe", ("expression-failed", "blocked"), id="neither true nor false"
            ),
        ],
    )
    def test_leave_what_they_cannot_read_to_be_refused(self, rule: str, value: Any, expected: Any) -> None:
        """By the property it was meant for."""
        assert expected == mapped(rule, {"v": value})

    @pytest.mark.parametrize(
        ("rule", "says"),
        [
            pytest.param('name = { path = "v", trim = "yes" }', "`trim` must be true or false", id="trim"),
            pytest.param('name = { path = "v", part = "last" }', "`part` must be one of: first, rest", id="part"),
            pytest.param('phone_number = { path = "v", region = "Germany" }', "code of a country", id="region"),
            pytest.param('name = { path = "v", upper = true }', "`name` takes a field", id="unknown"),
            pytest.param('blocked = { not = "a b" }', "is not an expression", id="not an expression"),
        ],
    )
    def test_are_checked_before_a_record_is_read(self, rule: str, says: str) -> None:
        """With the line at fault."""
        with pytest.raises(RulesError) as caught:
            parse_rules(f'[user]\nemail = "mail"\n{rule}\n')
        assert (True, 3) == (says in str(caught.value), caught.value.line)


class TestMfaFactors:
    @pytest.mark.parametrize(
        ("encoding", "value"),
        [
            pytest.param("base32", RFC_6238, id="as Auth0 wants it"),
            pytest.param("base32", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq", id="as people copy it"),
            pytest.param("base32", RFC_6238 + "====", id="padded"),
            pytest.param("hex", "3132333435363738393031323334353637383930", id="hex"),
            pytest.param("text", "12345678901234567890", id="text"),
            pytest.param("hex", f"otpauth://totp/Old:ann?secret={RFC_6238}&issuer=Old", id="address"),
            pytest.param(
                "base32", f"otpauth://totp/a?secret={RFC_6238}&algorithm=SHA1&digits=6&period=30", id="address in full"
            ),
        ],
    )
    def test_carry_the_same_secret_however_it_was_kept(self, encoding: str, value: str) -> None:
        """The secret of RFC 6238 in every spelling."""
        rule = f'mfa_factors = {{ totp = "v", encoding = "{encoding}" }}'
        assert [{"totp": {"secret": RFC_6238}}] == mapped(rule, {"v": value})["mfa_factors"]

    @pytest.mark.parametrize(
        ("encoding", "value"),
        [
            pytest.param("base32", "3132333435363738", id="not Base32"),
            pytest.param("hex", "no hex", id="not hex"),
            pytest.param("base32", f"otpauth://totp/a?secret={RFC_6238}&digits=8", id="eight digits"),
            pytest.param("base32", f"otpauth://totp/a?secret={RFC_6238}&algorithm=SHA256", id="SHA-256"),
            pytest.param("base32", f"otpauth://hotp/a?secret={RFC_6238}&counter=1", id="by counter"),
            pytest.param("base32", "otpauth://totp/a", id="no secret"),
            pytest.param("base32", "otpauth://[totp/a?secret=A", id="not an address"),
            pytest.param("base32", 7, id="a number"),
        ],
    )
    def test_are_refused_where_their_codes_would_never_be_right(self, encoding: str, value: Any) -> None:
        """Better a rejection tonight than somebody locked out tomorrow."""
        rule = f'mfa_factors = {{ totp = "v", encoding = "{encoding}" }}'
        assert ("bad-mfa-factors", "mfa_factors[0]") == mapped(rule, {"v": value})

    def test_leave_out_what_a_person_does_not_have(self) -> None:
        """One factor, none, or several."""
        rule = 'mfa_factors = { totp = "t", phone = { path = "p", region = "GB" }, email = "e" }'
        phone = {"phone": {"value": "+442079460000"}}
        assert [phone] == mapped(rule, {"t": None, "p": "020 7946 0000", "e": ""})["mfa_factors"]
        assert "mfa_factors" not in mapped(rule, {})
        assert [phone, {"email": {"value": "e@b.test"}}] == mapped(rule, {"p": "+442079460000", "e": "e@b.test"})[
            "mfa_factors"
        ]

    @pytest.mark.parametrize(
        ("table", "says"),
        [
            pytest.param("{ }", "needs a factor", id="empty"),
            pytest.param('{ phone = "p", encoding = "hex" }', "needs a factor", id="encoding of nothing"),
            pytest.param('{ totp = "t", encoding = "base64" }', "`encoding` must be one of", id="encoding"),
            pytest.param('{ sms = "p" }', "`sms` is not known", id="kind"),
        ],
    )
    def test_are_checked_before_a_record_is_read(self, table: str, says: str) -> None:
        """A rule that can never give a factor is none."""
        with pytest.raises(RulesError) as caught:
            parse_rules(f'[user]\nemail = "mail"\nmfa_factors = {table}\n')
        assert says in str(caught.value)
