"""What a delivery made of users whose packing does not hold any more, so that nobody is counted twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from samekey.journal.rows import ChunkRow, OutcomeRow
from samekey.pack.changes import Ended, State
from samekey.pack.prepared import PreparedRound, name_of
from samekey.pack.run_folder import Round

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
    prepared: Mapping[str, PreparedRound],
) -> EndedOutcomes:
    """Count the outcomes that do not hold any more.

    Args:
        ended: states that ended with a later round.
        chunks: every chunk of the delivery.
        outcomes: every user whose outcome is not the rule of its chunk.
        prepared: rounds whose changed users were prepared for the delivery, by name.

    """
    found = EndedOutcomes()
    parts: dict[tuple[str, str], list[ChunkRow]] = {}
    for chunk in chunks:
        parts.setdefault((chunk.round, chunk.file_name), []).append(chunk)
    exceptions = {(row.round, row.chunk, row.ordinal): row.outcome for row in outcomes}
    for line in _as_sent(ended, prepared):
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


def prepared_rounds(delivery_path: Path, rounds: Iterable[Round]) -> dict[str, PreparedRound]:
    """Rounds whose changed users were prepared for a delivery, by name."""
    found = [PreparedRound.of(delivery_path, each.name, each.identities) for each in rounds]
    return {each.name: each for each in found if each.is_there}


def _as_sent(ended: Iterable[Ended], prepared: Mapping[str, PreparedRound]) -> Iterator[Ended]:
    """Packed users as the journal knows them: those that a delivery prepared stand elsewhere."""
    changed: dict[str, dict[tuple[str, int], Ended]] = {}
    for line in ended:
        if line.state != State.PACKED:
            continue
        if line.round in prepared:
            changed.setdefault(line.round, {})[line.chunk, line.ordinal] = line
        else:
            yield line
    for name, lines in changed.items():
        for each in prepared[name].places():
            if (each.chunk, each.ordinal) in lines:
                line = lines.pop((each.chunk, each.ordinal))
                yield replace(line, round=name_of(name), chunk=each.to, ordinal=each.place)
        yield from lines.values()


def _place(line: Ended, parts: Iterable[ChunkRow]) -> tuple[ChunkRow | None, int]:
    """The row that a packed user was sent with, and its place there."""
    for part in parts:
        if part.first <= line.ordinal < part.first + part.users:
            return part, line.ordinal - part.first
    return None, 0
