"""Outcomes per user, from a job's error list and from reading users back. Pure, but for the two look-ups handed in.

A user of a completed job that is not in its error list was created (or updated); that is the chunk's rule and needs no
row. Rows are written for everyone else:

- an error of the job is a failure;
- a duplicate is ours when an earlier attempt's answer was lost and the user that is there was made since we first meant
  to send it, in the same connection, and equals what was sent: then it was created, by the attempt we never heard of;
- after a job that failed as a whole, whose error list is gone, or whose totals and error list disagree, each user is
  read back and held against what was sent.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from samekey.auth0 import upsert as unchanged_by
from samekey.client.wire import UserError
from samekey.journal.outcome_codes import NOT_SOUGHT, NOT_THERE, PRE_READ, READ_BACK
from samekey.journal.rows import ChunkRow, OutcomeRow
from samekey.mapping import comparison
from samekey.mapping.comparison import Problem

FindUsers = Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]] | None]
"""Users of the tenant, of any connection, that a sent user may be; None where the tenant cannot be asked."""

CLOCK_TOLERANCE = timedelta(seconds=2)
"""The tenant's Date header counts whole seconds, and its store need not run on the same clock to the millisecond."""

OWN_CLOCK_TOLERANCE = timedelta(minutes=2)
"""The same where only our own clock is known."""

_DUPLICATE = "DUPLICATED_USER"
_IDENTIFIERS = ("email", "username", "user_id", "phone_number")


class Standing(StrEnum):
    """What looking a sent user up showed."""

    OURS = "ours"
    """As sent, and made since the chunk was first meant to leave."""
    THERE_BEFORE = "there-before"
    """As sent, and older than that."""
    ANOTHER = "another"
    """There is somebody of this name, who is not what was sent."""
    NOBODY = "nobody"
    UNSOUGHT = "unsought"
    """The tenant cannot be asked for such a user at once."""


@dataclass(frozen=True)
class Since:
    """The earliest moment at which a user of this chunk can have been made by us."""

    at: datetime

    @classmethod
    def first_intent(cls, intended_at: datetime, tenant_at: datetime | None) -> "Since":
        """From the first intent, by the tenant's clock where it is known."""
        return cls(tenant_at - CLOCK_TOLERANCE if tenant_at else intended_at - OWN_CLOCK_TOLERANCE)


def from_error_list(
    chunk: ChunkRow,
    users: Sequence[Mapping[str, Any]],
    errors: Sequence[UserError],
    *,
    connection: str,
    since: Since | None,
    find: FindUsers,
) -> list[OutcomeRow]:
    """Outcomes after a completed job.

    Args:
        chunk: the chunk of the job.
        users: what was sent, in order.
        errors: the job's error list.
        connection: the connection's name.
        since: given when an earlier attempt's answer was lost, so that a duplicate may be ours.
        find: looks users up.

    """
    places = _places(users)
    rows = []
    for number, error in enumerate(errors):
        ordinal = _place(error.identifiers, places)
        outcome, code, message = "failed", *_complaint(error)
        sent = users[ordinal] if ordinal is not None and code == _DUPLICATE else None
        if sent and since and _standing(sent, connection, since, find) is Standing.OURS:
            outcome, code, message = "created", READ_BACK, "Created by an attempt whose answer was lost."
        identifier = _identifier(users[ordinal] if ordinal is not None else error.identifiers)
        place = ordinal if ordinal is not None else -1 - number
        rows.append(OutcomeRow(chunk.round, chunk.name, place, outcome, code, message, identifier))
    return rows


def arrived_twice(
    users: Sequence[Mapping[str, Any]],
    errors: Sequence[UserError],
    *,
    connection: str,
    intended_at: datetime | None,
    find: FindUsers,
) -> bool:
    """Whether a chunk that was handed in once is at work twice, as a gateway that repeats requests brings about.

    One duplicate is looked up: in a connection that holds other people's users there are many, and none is ours.

    Args:
        users: what was sent, in order.
        errors: the job's error list.
        connection: the connection's name.
        intended_at: the first intent by the tenant's clock, to the letter; None where that is not known.
        find: looks users up.

    """
    if intended_at is None:
        return False
    since, places = Since(intended_at), _places(users)
    for error in errors:
        ordinal = _place(error.identifiers, places)
        if ordinal is not None and _complaint(error)[0] == _DUPLICATE:
            return _standing(users[ordinal], connection, since, find) is Standing.OURS
    return False


def by_reading_back(
    chunk: ChunkRow,
    users: Sequence[Mapping[str, Any]],
    *,
    connection: str,
    upsert: bool,
    since: Since,
    find: FindUsers,
    existed: Collection[int] | None = None,
) -> list[OutcomeRow]:
    """Outcomes after a job that cannot be asked who failed: one for every user.

    Args:
        chunk: the chunk of the job.
        users: what was sent, in order.
        connection: the connection's name.
        upsert: whether the job could update users that were there.
        since: a user made before then was not made by us.
        find: looks users up.
        existed: with upsert, places of users that were there before the first job; None when nobody looked.

    """
    status = chunk.job_status or "failed"
    outcomes = _read_back_outcomes(status, upsert=upsert)
    rows = []
    for ordinal, sent in enumerate(users):
        standing = _standing(sent, connection, since, find, upsert=upsert)
        if existed is not None and standing in {Standing.OURS, Standing.THERE_BEFORE}:
            standing = Standing.THERE_BEFORE if ordinal in existed else Standing.OURS
        rows.append(OutcomeRow(chunk.round, chunk.name, ordinal, *outcomes[standing], _identifier(sent)))
    return rows


def told_apart(
    chunk: ChunkRow, users: Sequence[Mapping[str, Any]], failed: Sequence[OutcomeRow], existed: Collection[int]
) -> list[OutcomeRow]:
    """Created or updated, for everyone of a chunk that went more than once with upsert, by who was there before.

    Args:
        chunk: the chunk of the job.
        users: what was sent, in order.
        failed: rows that stand already.
        existed: places of users that were there before the first job.

    """
    known = {row.ordinal for row in failed}
    said = "Told apart by what was in the connection before."
    return [
        OutcomeRow(
            chunk.round,
            chunk.name,
            ordinal,
            "updated" if ordinal in existed else "created",
            PRE_READ,
            said,
            _identifier(user),
        )
        for ordinal, user in enumerate(users)
        if ordinal not in known
    ]


def split_agrees(chunk: ChunkRow, outcomes: Sequence[OutcomeRow], existed: Collection[int]) -> bool:
    """Whether the job updated as many users as were there before, and created the others."""
    failed = {row.ordinal for row in outcomes}
    return chunk.updated == len(set(existed) - failed)


def totals_agree(chunk: ChunkRow, outcomes: Sequence[OutcomeRow]) -> bool:
    """Whether the job's own totals and its error list, two witnesses, account for every user that was sent."""
    if chunk.inserted is None or chunk.updated is None:
        return False
    return chunk.inserted + chunk.updated + len(outcomes) == chunk.users


def with_reasons(read_back: Sequence[OutcomeRow], listed: Sequence[OutcomeRow]) -> list[OutcomeRow]:
    """What reading back found, with the tenant's own reason where both say that a user failed."""
    reasons = {row.ordinal: row for row in listed if row.outcome == "failed"}
    return [reasons.get(row.ordinal, row) if row.outcome == "failed" else row for row in read_back]


def _read_back_outcomes(status: str, *, upsert: bool) -> dict[Standing, tuple[str, str, str]]:
    """Outcome, code and sentence by standing."""
    read_back = f"Read back after a job that is {status}."
    there_before = ("failed", _DUPLICATE, "The connection already had this user.")
    return {
        Standing.OURS: ("created", READ_BACK, read_back),
        Standing.THERE_BEFORE: ("updated", READ_BACK, read_back) if upsert else there_before,
        Standing.ANOTHER: ("failed", _DUPLICATE, "The connection already has another user of this name."),
        Standing.NOBODY: ("failed", NOT_THERE, f"The job is {status}, and the user is not there."),
        Standing.UNSOUGHT: ("failed", NOT_SOUGHT, f"The job is {status}, and the user cannot be looked up."),
    }


def _standing(
    sent: Mapping[str, Any], connection: str, since: Since, find: FindUsers, *, upsert: bool = False
) -> Standing:
    found = find(sent)
    if found is None:
        return Standing.UNSOUGHT
    standings = {_standing_of(sent, candidate, connection, since, upsert=upsert) for candidate in found}
    best_first = (Standing.OURS, Standing.THERE_BEFORE, Standing.ANOTHER)
    return next((standing for standing in best_first if standing in standings), Standing.NOBODY)


def _standing_of(
    sent: Mapping[str, Any], found: Mapping[str, Any], connection: str, since: Since, *, upsert: bool
) -> Standing:
    made_at = created_at(found)
    is_ours = made_at is not None and made_at >= since.at
    if upsert and not is_ours:  # an update leaves some properties as they were
        sent = {name: value for name, value in sent.items() if name not in unchanged_by.UNCHANGED}
    differences = comparison.differences(sent, [found], connection=connection)
    if any(difference.problem is Problem.MISSING for difference in differences):
        return Standing.NOBODY  # of another connection
    if differences:
        return Standing.ANOTHER
    return Standing.OURS if is_ours else Standing.THERE_BEFORE


def _complaint(error: UserError) -> tuple[str, str]:
    """Code of the first complaint, and all sentences together."""
    code = error.errors[0].code if error.errors else ""
    return code, " ".join(complaint.message for complaint in error.errors)


def created_at(found: Mapping[str, Any]) -> datetime | None:
    """When the tenant made a user; None where it does not tell."""
    try:
        moment = datetime.fromisoformat(str(found.get("created_at")))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _places(users: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], int]:
    """Ordinal by identifier, in lower case, as the tenant may echo either."""
    found: dict[tuple[str, str], int] = {}
    for ordinal, user in enumerate(users):
        for name in _IDENTIFIERS:
            if user.get(name):
                found.setdefault((name, str(user[name]).lower()), ordinal)
    return found


def _place(identifiers: Mapping[str, str], places: Mapping[tuple[str, str], int]) -> int | None:
    for name in _IDENTIFIERS:
        value = str(identifiers.get(name, "")).lower()
        if (name, value) in places:
            return places[name, value]
    return None


def _identifier(user: Mapping[str, Any]) -> str:
    return next((str(user[name]) for name in _IDENTIFIERS if user.get(name)), "")
