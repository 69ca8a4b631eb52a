"""Failures that the tenant reported without saying whose they are: the users of their chunk are read back.

Otherwise nobody could send those users again: they count as failed, and no import file would hold a place for them.
"""

import dataclasses
from collections.abc import Sequence

from samekey.deliver import parts
from samekey.deliver.assignment import Assignment
from samekey.deliver.under_way import UnderWay
from samekey.deliver.watching import Watching
from samekey.journal import outcome_codes
from samekey.journal.rows import OutcomeRow
from samekey.pack.manifest import users_of


def place(assignment: Assignment) -> None:
    """Find whose failures they are, in every chunk of a delivery that is settled.

    Raises:
        TenantError: the tenant could not be asked; what was found is journalled.

    """
    journal = assignment.journal
    concerned = journal.with_unplaced()
    if not concerned:
        return
    for chunk in journal.chunks():
        if (chunk.round, chunk.name) in concerned:
            listed = [row for row in journal.outcomes() if (row.round, row.chunk) == (chunk.round, chunk.name)]
            users = users_of(parts.read_part(assignment.rounds, chunk))
            found = Watching(assignment, UnderWay()).read_back(chunk, users)
            journal.place(chunk, *told(listed, found))


def told(listed: Sequence[OutcomeRow], found: Sequence[OutcomeRow]) -> tuple[list[OutcomeRow], list[OutcomeRow]]:
    """What reading back says of failures without a place.

    Args:
        listed: every outcome that is known so far, those without a place among them.
        found: what reading back found of every user.

    Returns:
        Outcomes that no longer hold, and those that do instead. When more are missing than failed, somebody removed
        users since, and everybody of the chunk gets an outcome.

    """
    known = {row.ordinal: row for row in listed if row.ordinal >= 0}
    unplaced = [row for row in listed if row.ordinal < 0]
    missing = [row for row in found if row.outcome == "failed" and row.ordinal not in known]
    if len(missing) > len(unplaced):
        return unplaced, [
            _with_reason(row, unplaced) if row in missing else known.get(row.ordinal, row) for row in found
        ]
    untold = [dataclasses.replace(row, code=outcome_codes.UNTOLD) for row in unplaced[len(missing) :]]
    return unplaced, [*(_with_reason(row, unplaced) for row in missing), *untold]


def _with_reason(row: OutcomeRow, unplaced: Sequence[OutcomeRow]) -> OutcomeRow:
    """The tenant's own reason, where there was one alone."""
    codes, messages = {each.code for each in unplaced}, {each.message for each in unplaced}
    code = codes.pop() if len(codes) == 1 else row.code
    return dataclasses.replace(row, code=code, message=" ".join(sorted(messages)) or row.message)
