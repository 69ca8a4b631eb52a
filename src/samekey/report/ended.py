"""What a delivery made of users whose packing does not hold any more, so that nobody is counted twice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from samekey.journal.rows import ChunkRow, OutcomeRow
from samekey.pack.changes import Ended, State
from samekey.report.journals import Opened

_SETTLED = "settled"


@dataclass
class EndedOutcomes:
    """How many users of a delivery were packed anew since, by how they had ended in it."""

    created: int = 0
    updated: int = 0
    failed: int = 0
    pending: int = 0
    rows: set[tuple[str, str, int]] = field(default_factory=set)
    """Outcomes of theirs, as round, chunk and ordinal."""


def ended_outcomes(
    ended: Iterable[Ended],
    chunks: Sequence[ChunkRow],
    outcomes: Sequence[OutcomeRow],
    opened: Sequence[Opened],
) -> EndedOutcomes:
    """Count the outcomes that do not hold any more.

    Args:
        ended: states that ended with a later round.
        chunks: every chunk of the deliveries.
        outcomes: every user whose outcome is not the rule of its chunk.
        opened: the journals, with what was prepared for their deliveries.

    """
    found = EndedOutcomes()
    parts: dict[tuple[str, str], list[ChunkRow]] = {}
    for chunk in chunks:
        parts.setdefault((chunk.round, chunk.file_name), []).append(chunk)
    exceptions = {(row.round, row.chunk, row.ordinal): row.outcome for row in outcomes}
    for line in _as_sent(ended, opened):
        part, ordinal = _place(line, parts.get((line.round, line.chunk), []))
        if part is None or part.state != _SETTLED:
            found.pending += 1
            continue
        place = (part.round, part.name, ordinal)
        outcome = exceptions.get(place)
        if outcome is None:
            outcome = "updated" if part.updated else "created"
        else:
            found.rows.add(place)
        setattr(found, outcome, getattr(found, outcome) + 1)
    return found


def _as_sent(ended: Iterable[Ended], opened: Sequence[Opened]) -> Iterator[Ended]:
    """Packed users as the journals know them: those that were prepared for a delivery stand elsewhere."""
    prepared = {name for each in opened for name in each.prepared}
    changed: dict[str, dict[tuple[str, int], Ended]] = {}
    for line in ended:
        if line.state != State.PACKED:
            continue
        if line.round in prepared:
            changed.setdefault(line.round, {})[line.chunk, line.ordinal] = line
        else:
            yield line
    for name, lines in changed.items():
        for each in opened:
            for place in each.prepared[name].places() if name in each.prepared else ():
                if (place.chunk, place.ordinal) in lines:
                    line = lines.pop((place.chunk, place.ordinal))
                    yield replace(line, round=each.name_of(name), chunk=place.to, ordinal=place.place)
        yield from lines.values()


def _place(line: Ended, parts: Iterable[ChunkRow]) -> tuple[ChunkRow | None, int]:
    """The row that a packed user was sent with, and its place there."""
    for part in parts:
        if part.first <= line.ordinal < part.first + part.users:
            return part, line.ordinal - part.first
    return None, 0
