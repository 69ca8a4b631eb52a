"""A drafted rules file packs the surveyed source as it is, and says where it guesses."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.errors import RulesError
from samekey.mapping.compiled import compile_rules
from samekey.mapping.rules import parse_rules
from samekey.records import Position, SourceRecord, User
from samekey.survey.draft import draft
from samekey.survey.draft_password import Decision
from samekey.survey.field_tally import FieldsTally
from samekey.survey.findings import FieldFound, Findings, IdentifierFound, SourceFound
from samekey.survey.rows import RecordRows
from samekey.survey.rules_text import DOUBTFUL

Survey = Callable[[Sequence[Any]], Findings]

SHA1 = hashlib.sha1(b"secret").hexdigest().upper()
BCRYPT = bcrypt.hashpw(b"correct horse", bcrypt.gensalt(4)).decode()


def mapped(found: Findings, record: dict[str, Any]) -> Any:
    """What the drafted rules make of a record."""
    return compile_rules(parse_rules(draft(found)))(SourceRecord(Position(0), record))


class TestRoundTrip:
    @pytest.mark.parametrize(
        "record",
        [
            pytest.param({"username": "ann@example.test", "hash": SHA1}, id="the article's form"),
            pytest.param({"email": "ann@example.test", "password": BCRYPT}, id="bcrypt"),
            pytest.param({"login": "ann", "pw_hash": SHA1.lower(), "salt": "x"}, id="salt column"),
            pytest.param({"E-Mail": "ann@example.test", "Passwd": SHA1}, id="names that are not plain"),
            pytest.param({"profile": {"e mail": "ann@example.test"}, "auth": {"hash": SHA1}}, id="nested and odd"),
            pytest.param({"id": 7, "email": "a@b.test", "first name": "Ann", "is_verified": "1"}, id="no password"),
            pytest.param({"email": "a@b.test", "active": True, "blocked": "false", "hash": BCRYPT}, id="states"),
            pytest.param(
                {
                    "Kundennr.": "7",
                    "E-Mail-Adresse": "a@b.test",
                    "Vorname": "Ann",
                    "gesperrt": "nein",
                    "Kennwort": BCRYPT,
                },
                id="a table in German",
            ),
            pytest.param(
                {"_id": {"$oid": "5f" * 12}, "email": "a@b.test", "password": BCRYPT, "n": {"$numberInt": "5"}},
                id="an export of MongoDB",
            ),
            pytest.param({"phone": "+4930123456", "hash": "5f4dcc3b5aa765d61d8327deb882cf99"}, id="phone and md5"),
        ],
    )
    def test_packs_the_surveyed_record(self, survey: Survey, record: dict[str, Any]) -> None:
        """Without a single edit."""
        assert isinstance(mapped(survey([record] * 3), record), User)

    def test_packs_look_alikes_beside_hashes_that_describe_themselves(self, survey: Survey) -> None:
        """A store that was migrated in steps."""
        records = [{"email": f"{n}@b.test", "hash": value} for n, value in enumerate((SHA1, BCRYPT))]
        found = survey(records)
        assert [User, User] == [type(mapped(found, record)) for record in records]

    @given(names=st.lists(st.text(min_size=1), min_size=1, max_size=3))
    def test_stands_any_field_name(self, names: list[str]) -> None:
        """Whatever a field is called, the draft reads its value."""
        record: Any = "a@b.test"
        for name in reversed(names):
            record = {name: record}
        path = tuple(names)
        user = mapped(_found(path), record)
        assert (User, {"email": "a@b.test"}) == (type(user), user.identifiers)

    @given(name=st.text())
    def test_offers_left_over_fields_in_lines_that_work(self, name: str) -> None:
        """Uncommented, the suggestion for app_metadata is a rule."""
        fields = FieldsTally()
        fields.add(RecordRows([SourceRecord(Position(0), {name: ["a list"]})]))
        found = _found(("email",), *fields.found(1))
        text = draft(found).replace("# app_metadata", "app_metadata")
        assert "app_metadata" in parse_rules(text).user


class TestDoubts:
    def test_are_marked_for_a_format_that_only_the_shape_tells(self, survey: Survey) -> None:
        """The article's hashes: the likeliest format, and what would decide."""
        text = draft(survey([{"username": "ann@example.test", "hash": SHA1}]))
        marked = [line for line in text.splitlines() if line.startswith(DOUBTFUL)]
        assert (1, True, True) == (len(marked), 'format         = "raw_sha1"' in text, "--logins" in text)

    @pytest.mark.parametrize(
        ("records", "says"),
        [
            pytest.param([{"email": "a@b.test", "hash": BCRYPT}], "bcrypt over another digest", id="bcrypt"),
            pytest.param([{"email": "a@b.test"}, {"email": "x"}], "would refuse 1 of 2 values", id="refused"),
            pytest.param([{"email": "a@b.test"}] * 2, "1 record with a repeated", id="duplicates"),
            pytest.param([{"email": "a@b.test", "active": True}], "opposite of blocked", id="active"),
            pytest.param([{"email": "a@b.test"}], "no field looks like stored passwords", id="no password"),
            pytest.param([{"colour": "red"}], "no field looks like an email", id="no identifier"),
        ],
    )
    def test_are_marked(self, survey: Survey, records: list[dict[str, Any]], says: str) -> None:
        """Each with a sentence that a person can act on."""
        marked = [line for line in draft(survey(records)).splitlines() if line.startswith(DOUBTFUL)]
        assert any(says in line for line in marked)

    def test_stop_pack_where_nobody_can_be_identified(self, survey: Survey) -> None:
        """A draft without an identifier is not taken for rules."""
        with pytest.raises(RulesError):
            parse_rules(draft(survey([{"colour": "red"}])))


class TestDecisions:
    """What somebody knows of a cluster stands in the rules in place of a doubt."""

    def test_name_the_format_that_was_proved(self, survey: Survey) -> None:
        """With the columns that it needs."""
        found = survey([{"email": f"{n}@b.test", "hash": SHA1.lower(), "salt": "00ff"} for n in range(2)])
        assert found.password is not None
        decision = Decision("sha1_salt_pass", "a known login proved it", {"salt_encoding": {"value": "hex"}})
        text = draft(found, decided={found.password.clusters[0].name: decision})
        assert (0, True, True) == (
            text.count(DOUBTFUL),
            'stored         = { hash = "hash", salt = "salt", salt_encoding = { value = "hex" } }' in text,
            'format         = "sha1_salt_pass"' in text,
        )
        assert parse_rules(text).password

    @pytest.mark.parametrize(
        ("format_name", "expected"),
        [("bcrypt", '"auto"'), ("flask_security_double", '"flask_security_double"')],
    )
    def test_overrule_a_value_that_describes_itself(self, survey: Survey, format_name: str, expected: str) -> None:
        """What looks like bcrypt may be over another digest; plain bcrypt is what it says."""
        found = survey([{"email": "a@b.test", "hash": BCRYPT}])
        assert found.password is not None
        text = draft(found, decided={found.password.clusters[0].name: Decision(format_name, "your word")})
        assert (0, True) == (text.count(DOUBTFUL), f"format         = {expected}" in text)

    def test_leave_the_rest_to_auto(self, survey: Survey) -> None:
        """A store that was migrated in steps: what describes itself is asked by itself."""
        found = survey([{"email": f"{n}@b.test", "hash": value} for n, value in enumerate((SHA1, BCRYPT))])
        assert found.password is not None
        undecided = next(each for each in found.password.clusters if each.is_undecided)
        text = draft(found, decided={undecided.name: Decision("raw_sha1", "your word")})
        assert 'format         = ["auto", "raw_sha1"]' in text


class TestProfile:
    def test_takes_usual_names(self, survey: Survey) -> None:
        """Whatever their letter case and underscores."""
        record = {
            "email": "a@b.test",
            "FirstName": "Ann",
            "last-name": "Lee",
            "display_name": "Ann Lee",
            "Avatar": "http://a.test/x",
        }
        lines = draft(survey([record])).splitlines()
        taken = {line.split()[0] for line in lines if " = " in line and not line.startswith("#")}
        assert {"email", "given_name", "family_name", "name", "picture", "email_verified"} == taken

    def test_leaves_out_what_auth0_would_refuse(self, survey: Survey) -> None:
        """Nobody is rejected for the sake of a picture."""
        record = {"email": "a@b.test", "avatar": "not a URL", "first_name": "A" * 151, "verified": "2020-01-01"}
        assert isinstance(mapped(survey([record]), record), User)

    @pytest.mark.parametrize(
        ("record", "expected"),
        [
            pytest.param({"email": "a@b.test"}, "email_verified = { value = false }", id="no field says it"),
            pytest.param({"email": "a@b.test", "verified": True}, 'email_verified = "verified"', id="a field does"),
            pytest.param({"username": "ann"}, "", id="nobody has an address"),
        ],
    )
    def test_says_whether_addresses_are_verified(self, survey: Survey, record: dict[str, Any], expected: str) -> None:
        """Auth0 might write to everybody whose record leaves it open."""
        said = [line.partition("  #")[0] for line in draft(survey([record])).splitlines() if "email_verified" in line]
        assert ([expected] if expected else []) == said

    def test_suggests_a_partition(self, survey: Survey) -> None:
        """A tenant in the data may be one at Auth0."""
        assert '# by = "org.code"' not in draft(survey([{"email": "a@b.test", "org": {"code": "x"}}]))
        assert '# by = "tenant"' in draft(survey([{"email": "a@b.test", "tenant": "x"}]))


def _found(path: tuple[str, ...], *fields: FieldFound) -> Findings:
    email = IdentifierFound("email", path, 1, 0, {}, 0)
    return Findings(SourceFound("users.json", "json", 1), 1, {}, True, fields, 0, (email,), (), None)  # noqa: FBT003
