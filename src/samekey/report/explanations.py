"""What became of every attempt that did not settle its chunk, in words: why a chunk was handed in more than once."""

from collections.abc import Iterable
from dataclasses import dataclass

from samekey.journal import signs
from samekey.journal.rows import DoubledRow, UnheardRow

_SIGNS = {
    signs.IN_LOG: "The tenant's log shows that it was accepted, without saying which job it became.",
    signs.NOT_IN_LOG: "The tenant's log did not show it, which proves nothing.",
    signs.QUEUE_FULL: "The tenant's queue was full afterwards, which hints that it was at work.",
}


@dataclass(frozen=True)
class Explanation:
    """One attempt, and why there was another one or why none was needed."""

    round: str
    chunk: str
    attempt: int
    external_id: str
    """What the tenant was told to know the attempt by; its log shows it."""
    text: str
    """Sentences for a person."""


def explain(unheard: Iterable[UnheardRow], doubled: Iterable[DoubledRow] = ()) -> tuple[Explanation, ...]:
    """An explanation for each attempt.

    Args:
        unheard: attempts that did not settle their chunk.
        doubled: attempts that did, and arrived twice.

    """
    found = [Explanation(row.round, row.chunk, row.attempt, row.external_id, _text(row)) for row in unheard]
    found += [
        Explanation(
            row.round,
            row.chunk,
            row.attempt,
            row.external_id,
            f"It was sent once and seems to have arrived twice: {row.recognised:,} of its users had been made since.",
        )
        for row in doubled
    ]
    return tuple(found)


def _text(row: UnheardRow) -> str:
    if row.answer == "lost":
        return f"{_lost(row)} {_SIGNS.get(row.seen, '')} {_afterwards(row)}".replace("  ", " ")
    if row.answer == "found":
        return f"{_lost(row)} The tenant's log named its job, so it was not sent again."
    return "Its job ran out of time; its users went again in two parts, and those it had made were recognised."


def _lost(row: UnheardRow) -> str:
    at, reason = f"{row.intended_at:%Y-%m-%d %H:%M:%S}", row.reason.rstrip(".")
    return f"The answer to attempt {row.attempt} of {at} UTC was lost ({reason})."


def _afterwards(row: UnheardRow) -> str:
    if row.sent_again_at is None:
        return "It has not been sent again yet."
    again = f"It was sent again at {row.sent_again_at:%H:%M:%S} with the same settings"
    if not row.is_settled:
        return f"{again}; that is not settled yet."
    if row.recognised:
        return f"{again}; {row.recognised:,} users turned out to be there already, made by an attempt nobody heard of."
    return f"{again}; nobody was there twice, so that nothing came of the lost attempt, or the tenant updated what did."
