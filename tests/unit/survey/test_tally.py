"""What a survey says about a source."""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from samekey.errors import SourceDamaged
from samekey.events import Event, Progressed, StepFinished, StepStarted
from samekey.sources.opening import open_source
from samekey.survey import tally
from samekey.survey.draft import draft
from samekey.survey.findings import Findings

Survey = Callable[[Sequence[Any]], Findings]

BCRYPT = bcrypt.hashpw(b"correct horse", bcrypt.gensalt(4)).decode()


def sha1(text: str) -> str:
    """A stored password in the article's form."""
    return hashlib.sha1(text.encode()).hexdigest().upper()


def article(count: int) -> list[dict[str, Any]]:
    """Records in the article's form."""
    return [{"username": f"person{n}@example.test", "hash": sha1(str(n))} for n in range(count)]


class TestSurvey:
    def test_counts_records(self, survey: Survey) -> None:
        """All of them."""
        assert survey(article(7)).records == 7

    def test_counts_fields(self, survey: Survey) -> None:
        """Filled, typed, different."""
        field = survey([{"a": "x"}, {"a": ""}, {}, {"a": None}]).fields[0]
        assert (1, 0.25, 1, {"text": 2, "null": 1}) == (field.filled, field.fill_rate, field.distinct, field.types)

    def test_counts_what_cannot_be_read(self, survey: Survey) -> None:
        """By reason, beside the records."""
        found = survey([*article(1), 1, None])
        assert (1, {"not-an-object": 2}) == (found.records, found.rejected)

    def test_stands_an_empty_source(self, survey: Survey) -> None:
        """No record is a finding, not a failure."""
        assert [warned.code for warned in survey([]).warnings] == ["no-records"]

    def test_does_not_hide_damage(self, tmp_path: Path) -> None:
        """Half a source gets no survey."""
        path = tmp_path / "users.json"
        path.write_text(json.dumps(article(3))[:-5], encoding="utf-8")
        with pytest.raises(SourceDamaged):
            tally.survey(open_source(str(path)))

    @pytest.mark.parametrize(("limit", "complete"), [(2, False), (3, True), (None, True)])
    def test_stops_when_told(self, tmp_path: Path, limit: int | None, *, complete: bool) -> None:
        """And says whether there was more."""
        path = tmp_path / "users.json"
        path.write_text(json.dumps(article(3)), encoding="utf-8")
        found = tally.survey(open_source(str(path)), limit=limit)
        assert (limit or 3, complete) == (found.records, found.complete)

    def test_announces_how_far_it_came(self, tmp_path: Path) -> None:
        """Start, progress, end."""
        path = tmp_path / "users.json"
        path.write_text(json.dumps(article(tally.ANNOUNCE_EVERY)), encoding="utf-8")
        heard: list[Event] = []

        class Listening:
            def notice(self, event: Event) -> None:
                heard.append(event)

        tally.survey(open_source(str(path)), listener=Listening())
        assert [StepStarted, Progressed, StepFinished] == [type(event) for event in heard]

    def test_looks_behind_the_sample_too(self, survey: Survey) -> None:
        """Every record is counted, not only those that decided which field is which."""
        found = survey(article(tally.SAMPLE_RECORDS + 5))
        email = found.identifier("email")
        assert (tally.SAMPLE_RECORDS + 5, tally.SAMPLE_RECORDS + 5) == (email and email.valid, found.fates["undecided"])

    def test_shows_no_value(self, survey: Survey) -> None:
        """Neither hashes nor names of people are in what it says."""
        said = json.dumps(survey(article(20)).as_json())
        shown = [value for record in article(20) for value in record.values() if value in said]
        assert shown == []


class TestIdentifiers:
    def test_finds_emails_under_another_name(self, survey: Survey) -> None:
        """Values decide where the name does not."""
        found = survey(article(3))
        assert [("email", ("username",))] == [(one.property, one.path) for one in found.identifiers]

    @pytest.mark.parametrize(
        ("record", "expected"),
        [
            pytest.param({"E-Mail": "a@example.test"}, {"email": ("E-Mail",)}, id="letter case and hyphen"),
            pytest.param({"profile": {"mail": "a@example.test"}}, {"email": ("profile", "mail")}, id="nested"),
            pytest.param(
                {"id": 7, "user_name": "ann", "email": "a@example.test"},
                {"user_id": ("id",), "username": ("user_name",), "email": ("email",)},
                id="all three",
            ),
            pytest.param({"phone": "+4930123456"}, {"phone_number": ("phone",)}, id="phone in E.164"),
            pytest.param({"phone": "030 123456"}, {}, id="phone in another form"),
            pytest.param({"email": "nobody"}, {}, id="a name without the values"),
            pytest.param({"id": "auth0|7", "login": "ann"}, {"username": ("login",)}, id="id with Auth0's prefix"),
        ],
    )
    def test_finds(self, survey: Survey, record: dict[str, Any], expected: dict[str, tuple[str, ...]]) -> None:
        """By name and by value."""
        assert expected == {one.property: one.path for one in survey([record] * 3).identifiers}

    def test_counts_valid_missing_refused_and_repeated(self, survey: Survey) -> None:
        """Letter case does not make two people of one."""
        emails = [
            "ann@example.test",
            "ANN@example.test",
            "bob@example.test",
            "",
            None,
            "nobody",
            "x@",
            "eve@example.test",
        ]
        found = survey([{"email": email} for email in emails]).identifier("email")
        assert found is not None
        counts = (found.valid, found.missing, dict(found.invalid), found.duplicates)
        assert (4, 2, {"bad-email": 2}, 1) == counts

    def test_says_where_the_first_refused_one_stands(self, survey: Survey) -> None:
        """So that a person can look at it."""
        found = survey([{"email": email} for email in ("a@b.test", "nobody", "x@", "b@b.test")]).identifier("email")
        assert found is not None
        assert {"bad-email": 1} == {reason: place.index for reason, place in found.invalid_first.items()}

    def test_does_not_fold_user_ids(self, survey: Survey) -> None:
        """Auth0 compares them as they are sent."""
        records = [{"email": "a@b.test", "id": "x"}, {"email": "b@b.test", "id": "X"}, {"email": "c@b.test", "id": "x"}]
        found = survey(records).identifier("user_id")
        assert found is not None
        assert found.duplicates == 1

    @pytest.mark.parametrize(
        ("records", "code"),
        [
            pytest.param([{"email": "a@b.test"}, {"email": "A@b.test"}], "duplicate-email", id="duplicate"),
            pytest.param([{"email": "a@b.test"}, {"email": "a"}], "bad-email", id="refused"),
            pytest.param([{"email": "a@b.test"}, {"email": ""}], "missing", id="missing"),
            pytest.param([{"login": "a" * 16}], "long-usernames", id="longer than a connection takes"),
            pytest.param([{"colour": "red"}], "no-identifier", id="none"),
        ],
    )
    def test_warns(self, survey: Survey, records: list[dict[str, Any]], code: str) -> None:
        """Of what would be rejected."""
        assert code in [warned.code for warned in survey(records).warnings]


class TestPasswords:
    @pytest.mark.parametrize(
        ("value", "fate"),
        [
            pytest.param(sha1("a"), "undecided", id="shape"),
            pytest.param(BCRYPT, "carried", id="exact"),
            pytest.param("$6$saltsalt$" + "a" * 86, "bridge", id="not for Auth0"),
            pytest.param("what is this", "bridge", id="unknown"),
        ],
    )
    def test_tells_their_fate(self, survey: Survey, value: str, fate: str) -> None:
        """Carried, undecided or bridged; an empty one is reset."""
        fates = survey([{"login": "ann", "password": value}, {"login": "bob", "password": ""}]).fates
        assert {fate: 1, "reset": 1} == {name: count for name, count in fates.items() if count}

    def test_counts_everybody_once(self, survey: Survey) -> None:
        """The fates add up to the records."""
        values = [sha1("a"), BCRYPT, "", None, 5, "?", "!"]
        found = survey([{"login": "ann", "password": value} for value in values])
        assert sum(found.fates.values()) == found.records

    def test_finds_hashes_that_describe_themselves_under_any_name(self, survey: Survey) -> None:
        """A bcrypt value needs no telling name."""
        found = survey([{"login": "ann", "credential": BCRYPT}])
        assert found.password is not None
        assert found.password.path == ("credential",)

    def test_does_not_take_an_id_for_a_hash(self, survey: Survey) -> None:
        """Thirty-two hex digits are a hash only where the name says so."""
        assert survey([{"login": "ann", "token": "0123456789abcdef" * 2}]).password is None

    def test_reads_a_salt_column(self, survey: Survey) -> None:
        """A salt beside a hash is part of it."""
        found = survey([{"login": "ann", "hash": sha1("sa"), "salt": "s"}])
        assert found.password is not None
        assert (("salt",), "sha1") == (found.password.salt_path, found.password.clusters[0].name.partition("_")[0])

    def test_counts_clusters_largest_first(self, survey: Survey) -> None:
        """One line for all values of a kind, with its share."""
        found = survey([{"login": "ann", "hash": value} for value in (BCRYPT, sha1("a"), sha1("b"), sha1("c"))])
        assert found.password is not None
        clusters = [(cluster.name, cluster.users, cluster.share) for cluster in found.password.clusters]
        assert clusters == [("raw_sha1", 3, 0.75), ("bcrypt cost=4", 1, 0.25)]

    def test_warns_that_bcrypt_is_unproven(self, survey: Survey) -> None:
        """The most expensive mistake is said aloud."""
        assert "bcrypt-unproven" in [warned.code for warned in survey([{"login": "a", "hash": BCRYPT}]).warnings]

    def test_are_found_where_an_export_wrote_bytes_as_objects(self, survey: Survey) -> None:
        """Node's Buffer and MongoDB's binary are the text of their hex, and no objects to be looked into."""
        for written in (
            lambda raw: {"type": "Buffer", "data": list(raw)},
            lambda raw: {"$binary": {"base64": base64.b64encode(raw).decode(), "subType": "00"}},
        ):
            made = [hashlib.sha1(name.encode()).digest() for name in ("ann", "bob")]
            found = survey(
                [
                    {"email": f"{raw[:2].hex()}@example.com", "auth": {"hash": written(raw), "salt": written(raw[:9])}}
                    for raw in made
                ]
            )
            assert found.password is not None
            assert ("auth", "hash") == found.password.path
            assert ("auth", "salt") == found.password.salt_path
            assert [("auth", "hash"), ("auth", "salt")] == [
                field.path for field in found.fields if field.path[0] == "auth"
            ]


class TestEstimate:
    def test_counts_chunks(self, survey: Survey) -> None:
        """From the size of users as the draft would send them."""
        found = survey(article(4000))
        assert found.estimate is not None
        assert (2, True) == (found.estimate.chunks, 130 < found.estimate.user_bytes < 180)

    def test_is_not_made_without_users(self, survey: Survey) -> None:
        """Nothing to send, nothing to estimate."""
        assert survey([{"colour": "red"}]).estimate is None


class TestFirstLook:
    """What a person sees in the first five minutes with a file nobody prepared."""

    def test_knows_german_names(self, survey: Survey) -> None:
        """And more than one language's words for yes and no."""
        found = survey([{"Kundennr.": "7", "Mail": "a@b.test", "Nachname": "Groß", "aktiv": "ja"}])
        identifiers = {one.property: one.path for one in found.identifiers}
        assert {"email": ("Mail",), "user_id": ("Kundennr.",)} == identifiers
        assert [("family_name", ("Nachname",))] == [(one.property, one.path) for one in found.profile]
        assert [True] == [field.truths for field in found.fields if field.path == ("aktiv",)]

    def test_says_how_phones_become_numbers(self, survey: Survey) -> None:
        """As people dial them, nobody can be known by them."""
        found = survey([{"email": "a@b.test", "Telefon": "030 123456"}])
        assert "bad-phone" in [warned.code for warned in found.warnings]
        assert 'region = "DE"' in draft(found)

    def test_sees_through_what_mongodb_puts_between(self, survey: Survey) -> None:
        """A last login is one, however deep its number stands."""
        login = {"$date": {"$numberLong": "1709251199000"}}
        found = survey([{"_id": {"$oid": "5f" * 12}, "email": "a@b.test", "lastLoginAt": login, "a.b": 1}])
        assert found.logins is not None
        assert "2024-02-29" == found.logins.latest
        reserved = [warned.text for warned in found.warnings if warned.code == "reserved-metadata-key"]
        assert [True] == ['"a.b"' in text and "$" not in text for text in reserved]

    def test_names_what_may_help_with_other_encodings(self, tmp_path: Path) -> None:
        """Most people whose file is not UTF-8 have never heard of it."""
        path = tmp_path / "users.csv"
        path.write_bytes("email;name\na@b.test;Jürgen\n".encode("cp1252"))
        (warned,) = [one for one in tally.survey(open_source(str(path))).warnings if one.code == "not-utf8"]
        assert "--encoding windows-1252" in warned.text

    def test_counts_records_that_are_too_heavy_for_a_profile(self, survey: Survey) -> None:
        """Whoever carries all of it is refused."""
        found = survey([{"email": "a@b.test", "note": "x" * 10_300}, {"email": "b@b.test", "note": "x"}])
        assert (1, True) == (found.oversized, "profile-too-large" in [warned.code for warned in found.warnings])

    def test_counts_what_a_profile_does_not_take(self, survey: Survey) -> None:
        """With the place of the first."""
        names = [{"email": f"p{n}@b.test", "given_name": "A" * (151 if n == 150 else 5)} for n in range(200)]
        (given,) = survey(names).profile
        assert ({"too-long": 1}, 150) == (dict(given.invalid), given.invalid_first["too-long"].index)
