"""Outcomes per user, from a job's error list and from reading users back. Pure, but for the two look-ups handed in.

A user of a completed job that is not in its error list was created (or updated); that is the chunk's rule and needs no
row. Rows are written for everyone else:

- an error of the job is a failure;
- a duplicate is ours when an earlier attempt's answer was lost and the user that is there was made since we first meant
  to send it, in the same connection, and equals what was sent: then it was created, by the attempt we never heard of;
- after a job that failed as a whole, or whose error list is gone, each user is read back and held against what was
  sent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from samekey.client.wire import UserError
from samekey.journal.journal import ChunkRow, OutcomeRow
from samekey.mapping import comparison

FindUsers = Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]]
"""Users of the tenant that a sent user may be."""

READ_BACK = "READ_BACK"
"""Our own code of an outcome that was found by reading the user back."""

NOT_THERE = "NOT_THERE"
"""Our own code of a user that a job did not make."""

CLOCK_TOLERANCE = timedelta(seconds=2)
"""The tenant's Date header counts whole seconds, and its store need not run on the same clock to the millisecond."""

OWN_CLOCK_TOLERANCE = timedelta(minutes=2)
"""The same where only our own clock is known."""

_DUPLICATE = "DUPLICATED_USER"
_IDENTIFIERS = ("email", "username", "user_id", "phone_number")


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
        if ordinal is not None and since is not None and code == _DUPLICATE:
            sent = users[ordinal]
            if any(_is_ours(sent, found, connection, since) for found in find(sent)):
                outcome, code, message = "created", READ_BACK, "Created by an attempt whose answer was lost."
        identifier = _identifier(users[ordinal] if ordinal is not None else error.identifiers)
        place = ordinal if ordinal is not None else -1 - number
        rows.append(OutcomeRow(chunk.round, chunk.name, place, outcome, code, message, identifier))
    return rows


def by_reading_back(
    chunk: ChunkRow,
    users: Sequence[Mapping[str, Any]],
    *,
    connection: str,
    since: Since,
    find: FindUsers,
) -> list[OutcomeRow]:
    """Outcomes after a job that cannot be asked who failed: one for every user.

    Args:
        chunk: the chunk of the job.
        users: what was sent, in order.
        connection: the connection's name.
        since: a user made before then is not ours.
        find: looks users up.

    """
    status = chunk.job_status or "failed"
    rows = []
    for ordinal, sent in enumerate(users):
        found = find(sent)
        if any(_is_ours(sent, candidate, connection, since) for candidate in found):
            outcome, code, message = "created", READ_BACK, f"Read back after a job that is {status}."
        elif found:
            outcome, code, message = "failed", _DUPLICATE, "The connection already has another user of this name."
        else:
            outcome, code, message = "failed", NOT_THERE, f"The job is {status}, and the user is not there."
        rows.append(OutcomeRow(chunk.round, chunk.name, ordinal, outcome, code, message, _identifier(sent)))
    return rows


def _is_ours(sent: Mapping[str, Any], found: Mapping[str, Any], connection: str, since: Since) -> bool:
    created_at = _created_at(found)
    if created_at is None or created_at < since.at:
        return False
    return not comparison.differences(sent, [found], connection=connection)


def _complaint(error: UserError) -> tuple[str, str]:
    """Code of the first complaint, and all sentences together."""
    code = error.errors[0].code if error.errors else ""
    return code, " ".join(complaint.message for complaint in error.errors)


def _created_at(found: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(str(found.get("created_at")))
    except ValueError:
        return None


def _places(users: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], int]:
    """Ordinal by identifier, in lower case, as the tenant may echo either."""
    found: dict[tuple[str, str], int] = {}
    for ordinal, user in enumerate(users):
        for name in _IDENTIFIERS:
            if name in user:
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
