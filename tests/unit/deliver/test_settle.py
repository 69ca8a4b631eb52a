"""Outcomes per user, from error lists and from reading back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from samekey.client.wire import FieldError, UserError
from samekey.deliver import settle
from samekey.deliver.settle import Since
from samekey.journal import outcome_codes
from samekey.journal.rows import ChunkRow, OutcomeRow

INTENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SINCE = Since(INTENT)
CONNECTION = "Users"
CHUNK = ChunkRow("01", "000001", 3, "", "finished", job_status="completed", total=3, inserted=3, updated=0, failed=0)
SENT: list[dict[str, Any]] = [
    {"email": "Ada@example.org", "username": "ada", "user_id": "17", "email_verified": False},
    {"email": "bob@example.org", "email_verified": False},
    {"user_id": "42", "app_metadata": {"plan": "gold"}},
]


def a_user(email: str = "ada@example.org", **changes: Any) -> dict[str, Any]:
    """A user as the tenant shows it: what was sent as SENT[0], a moment after the intent."""
    user = {
        "email": email,
        "email_verified": False,
        "username": "ada",
        "user_id": "auth0|17",
        "created_at": "2026-11-23T09:00:05.000Z",
        "identities": [{"connection": CONNECTION}],
    }
    return {name: value for name, value in (user | changes).items() if value is not None}


def an_error(code: str = "DUPLICATED_USER", message: str = "It said so.", **identifiers: str) -> UserError:
    """An entry of a job's error list."""
    return UserError(identifiers or {"email": "ada@example.org"}, (FieldError(code, message, ""),))


def finding(*found: Mapping[str, Any]) -> settle.FindUsers:
    """A tenant that has these users for whoever is asked for."""

    def find(sent: Mapping[str, Any]) -> Sequence[Mapping[str, Any]] | None:
        return found if "email" in sent or "user_id" in sent else None

    return find


def nobody_asks(_: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """A look-up that must not happen."""
    raise AssertionError("the tenant was asked")


def from_errors(
    *errors: UserError, since: Since | None = None, find: settle.FindUsers = nobody_asks
) -> list[OutcomeRow]:
    """Outcomes of a completed job with this error list."""
    return settle.from_error_list(CHUNK, SENT, errors, connection=CONNECTION, since=since, find=find)


def read_back(sent: Mapping[str, Any], *found: Mapping[str, Any], upsert: bool = False) -> OutcomeRow:
    """The outcome of one user whose job could not tell."""
    (row,) = settle.by_reading_back(
        CHUNK, [sent], connection=CONNECTION, upsert=upsert, since=SINCE, find=finding(*found)
    )
    return row


NOT_OURS = {
    "made before the intent": a_user(created_at="2026-11-23T08:59:59.999Z"),
    "in another connection": a_user(identities=[{"connection": "Other"}]),
    "with another username": a_user(username="countess"),
    "with another flag": a_user(email_verified=True),
    "made nobody knows when": a_user(created_at=None),
    "made at no time": a_user(created_at="yesterday"),
}


class TestFromErrorList:
    def test_writes_nothing_for_those_who_follow_the_rule(self) -> None:
        """Everybody of a completed job who is not in its error list was created, and needs no row."""
        assert [] == from_errors()

    def test_takes_an_error_for_a_failure(self) -> None:
        """An error names the user by place and identifier, with the tenant's code and sentence."""
        row = OutcomeRow("01", "000001", 1, "failed", "INVALID_FORMAT", "It said so.", "bob@example.org")
        assert [row] == from_errors(an_error("INVALID_FORMAT", email="bob@example.org"))

    @pytest.mark.parametrize(
        ("identifiers", "place"),
        [
            ({"email": "ada@EXAMPLE.org"}, 0),
            ({"username": "ADA"}, 0),
            ({"user_id": "42"}, 2),
            ({"email": "nobody@example.org"}, -1),
        ],
        ids=["email in another case", "username in another case", "user id", "nobody"],
    )
    def test_joins_by_any_identifier(self, identifiers: dict[str, str], place: int) -> None:
        """Errors find their user by whatever identifier is echoed, in any case; strangers get a negative place."""
        (row,) = from_errors(an_error(**identifiers))
        assert place == row.ordinal

    def test_keeps_strangers_apart(self) -> None:
        """Two errors that fit nobody are two failures, not one."""
        strangers = [an_error(email="x@example.org"), an_error(email="y@example.org")]
        assert [-1, -2] == [row.ordinal for row in from_errors(*strangers)]

    def test_does_not_take_an_absent_identifier_for_one(self) -> None:
        """A property that was sent as null joins with nobody."""
        errors = [an_error(username="None")]
        (row,) = settle.from_error_list(
            CHUNK, [{"username": None}], errors, connection=CONNECTION, since=None, find=nobody_asks
        )
        assert -1 == row.ordinal

    def test_keeps_nothing_of_a_user_but_an_identifier(self) -> None:
        """Whatever was sent beside it, a row holds no hash, no secret and no profile."""
        sent = {
            "email": "ada@example.org",
            "given_name": "Augusta",
            "custom_password_hash": {"algorithm": "sha1", "hash": {"value": "d033e22a"}},
            "mfa_factors": [{"totp": {"secret": "JBSWY3DP"}}],
        }
        listed = settle.from_error_list(
            CHUNK, [sent], [an_error()], connection=CONNECTION, since=None, find=nobody_asks
        )
        shown = repr([*listed, read_back(sent), read_back(sent, a_user())])
        assert "ada@example.org" in shown
        assert not [word for word in ("Augusta", "d033e22a", "JBSWY3DP") if word in shown]

    def test_takes_an_error_without_complaints(self) -> None:
        """An entry that gives no reason is a failure all the same."""
        (row,) = from_errors(UserError({"email": "bob@example.org"}, ()))
        assert ("failed", "", "") == (row.outcome, row.code, row.message)

    def test_recognises_a_double_of_ours(self) -> None:
        """A duplicate that equals what was sent and is not older than the first intent was made by the lost attempt."""
        (row,) = from_errors(an_error(), since=SINCE, find=finding(a_user()))
        assert ("created", outcome_codes.READ_BACK, 0) == (row.outcome, row.code, row.ordinal)

    @pytest.mark.parametrize("found", NOT_OURS.values(), ids=NOT_OURS.keys())
    def test_leaves_a_stranger_a_failure(self, found: dict[str, Any]) -> None:
        """A duplicate that we cannot have made stays a failure."""
        (row,) = from_errors(an_error(), since=SINCE, find=finding(found))
        assert ("failed", "DUPLICATED_USER") == (row.outcome, row.code)

    def test_finds_ours_among_namesakes(self) -> None:
        """The same address in another connection does not hide the user we made."""
        (row,) = from_errors(an_error(), since=SINCE, find=finding(NOT_OURS["in another connection"], a_user()))
        assert "created" == row.outcome

    def test_asks_nobody_while_no_answer_was_lost(self) -> None:
        """Where every answer was heard, a duplicate cannot be ours, and the tenant is not asked."""
        (row,) = from_errors(an_error(), since=None, find=nobody_asks)
        assert "failed" == row.outcome

    def test_asks_for_duplicates_alone(self) -> None:
        """An error of another kind is a failure whatever happened before."""
        (row,) = from_errors(an_error("INVALID_FORMAT"), since=SINCE, find=nobody_asks)
        assert "failed" == row.outcome


class TestByReadingBack:
    def test_finds_who_was_created(self) -> None:
        """A user that is there as sent, and not older than the intent, was created."""
        assert ("created", outcome_codes.READ_BACK) == outcome_of(read_back(SENT[0], a_user()))

    def test_reads_a_time_without_zone_as_utc(self) -> None:
        """Auth0 speaks UTC; a time that does not say so is not refused."""
        assert "created" == read_back(SENT[0], a_user(created_at="2026-11-23T09:00:05")).outcome

    def test_finds_who_was_not(self) -> None:
        """A user that is not there failed."""
        assert ("failed", outcome_codes.NOT_THERE) == outcome_of(read_back(SENT[0]))

    def test_looks_in_the_connection_alone(self) -> None:
        """A namesake in another connection is not ours, and no duplicate either."""
        assert ("failed", outcome_codes.NOT_THERE) == outcome_of(read_back(SENT[0], NOT_OURS["in another connection"]))

    @pytest.mark.parametrize("key", ["made before the intent", "with another username"])
    def test_leaves_what_was_there(self, key: str) -> None:
        """A user that was there before, or is somebody else, is a duplicate."""
        assert ("failed", "DUPLICATED_USER") == outcome_of(read_back(SENT[0], NOT_OURS[key]))

    def test_counts_an_older_user_as_updated_by_an_upsert(self) -> None:
        """With upsert, a user that was there before and is as sent now was updated."""
        found = NOT_OURS["made before the intent"]
        assert ("updated", outcome_codes.READ_BACK) == outcome_of(read_back(SENT[0], found, upsert=True))

    def test_says_of_whom_it_cannot_know(self) -> None:
        """A user that the tenant cannot be asked for by name is a failure of its own kind."""
        assert ("failed", outcome_codes.NOT_SOUGHT) == outcome_of(read_back({"phone_number": "+4912345678"}))

    def test_has_one_outcome_for_every_user(self) -> None:
        """Nobody is left out, and everyone keeps their place."""
        rows = settle.by_reading_back(
            CHUNK, SENT, connection=CONNECTION, upsert=False, since=SINCE, find=finding(a_user())
        )
        assert [0, 1, 2] == [row.ordinal for row in rows]


class TestTotalsAgree:
    @pytest.mark.parametrize(
        ("inserted", "updated", "errors", "agree"),
        [(3, 0, 0, True), (1, 1, 1, True), (2, 0, 0, False), (3, 0, 1, False), (None, None, 3, False)],
        ids=["all created", "one of each", "one unexplained", "one too many", "no totals"],
    )
    def test_holds_totals_against_the_error_list(
        self, inserted: int | None, updated: int | None, errors: int, *, agree: bool
    ) -> None:
        """Every sent user is accounted for by the job's totals and its error list together, or they disagree."""
        chunk = ChunkRow("01", "000001", 3, "", "finished", inserted=inserted, updated=updated)
        rows = [OutcomeRow("01", "000001", place, "failed", "", "", "") for place in range(errors)]
        assert agree == settle.totals_agree(chunk, rows)


class TestWithReasons:
    def test_prefers_the_tenants_own_reason(self) -> None:
        """Where both say that a user failed, the error list knows why; who is there is there."""
        there = OutcomeRow("01", "000001", 0, "created", outcome_codes.READ_BACK, "", "ada@example.org")
        absent = OutcomeRow("01", "000001", 1, "failed", outcome_codes.NOT_THERE, "", "bob@example.org")
        listed = [
            OutcomeRow("01", "000001", place, "failed", "INVALID_FORMAT", "Bad.", "x@example.org") for place in (0, 1)
        ]
        assert [there, listed[1]] == settle.with_reasons([there, absent], listed)


class TestSince:
    def test_believes_the_tenants_clock(self) -> None:
        """Where the tenant's time is known, our own clock does not matter."""
        since = Since.first_intent(INTENT + timedelta(hours=5), INTENT)
        assert INTENT - settle.CLOCK_TOLERANCE == since.at

    def test_falls_back_on_ours_with_a_wider_margin(self) -> None:
        """Where it is not, our clock may be minutes off."""
        assert INTENT - settle.OWN_CLOCK_TOLERANCE == Since.first_intent(INTENT, None).at


def outcome_of(row: OutcomeRow) -> tuple[str, str]:
    """Outcome and code."""
    return row.outcome, row.code


class TestArrivedTwice:
    """A chunk that was handed in once, and whose users are there."""

    @pytest.mark.parametrize(
        ("found", "expected"),
        [
            (a_user(created_at="2026-11-23T09:00:05.000Z"), True),
            (a_user(created_at="2026-11-23T08:59:59.000Z"), False),
            (a_user(created_at="2026-11-23T09:00:05.000Z", username="eve"), False),
        ],
        ids=["made since", "made before", "another"],
    )
    def test_is_told_by_one_of_its_users(self, found: dict[str, Any], expected: bool) -> None:  # noqa: FBT001  # a case
        """Only what is equal and was made since was made by this chunk."""
        assert expected == settle.arrived_twice(
            SENT, [an_error("FORMAT"), an_error()], connection=CONNECTION, intended_at=INTENT, find=finding(found)
        )

    @pytest.mark.parametrize("errors", [[], [an_error("FORMAT")], [an_error(email="who@example.org")]], ids=str)
    def test_asks_nothing_without_a_duplicate(self, errors: list[UserError]) -> None:
        """Other errors say nothing of it."""
        assert not settle.arrived_twice(SENT, errors, connection=CONNECTION, intended_at=INTENT, find=nobody_asks)

    def test_is_not_believed_without_the_tenants_clock(self) -> None:
        """Where the tenant does not tell its time, a duplicate stays one."""
        assert not settle.arrived_twice(SENT, [an_error()], connection=CONNECTION, intended_at=None, find=nobody_asks)
