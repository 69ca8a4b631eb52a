"""Where the users of a delivery stand in the rounds: from a row of the journal to a line of `fingerprints`."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow, OutcomeRow
from samekey.pack.changes import Was
from samekey.pack.manifest import Manifest
from samekey.pack.prepared import Place, PreparedRound, is_prepared, round_of
from samekey.pack.run_folder import Round


@dataclass(frozen=True)
class FailedUsers:
    """Who failed in a delivery."""

    numbers: dict[str, int]
    """Rounds by name."""
    starts: Sequence[dict[str, int]]
    """For each round: where each chunk begins."""
    marks: Sequence[bytearray]
    """A byte for each user of each round."""
    updates: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Those of them who are over there and could not be updated: keys by round and line of its users."""

    @classmethod
    def nobody(cls, rounds: Sequence[Round], manifests: Sequence[Manifest]) -> "FailedUsers":
        """Before a delivery nobody has failed."""
        starts = [
            dict(
                zip(
                    (chunk.name for chunk in manifest.chunks),
                    accumulate((chunk.users for chunk in manifest.chunks), initial=0),
                    strict=False,
                )
            )
            for manifest in manifests
        ]
        numbers = {each.name: number for number, each in enumerate(rounds)}
        return cls(numbers, starts, [bytearray(manifest.packed) for manifest in manifests])

    @classmethod
    def read(
        cls,
        journal: Journal,
        rounds: Sequence[Round],
        manifests: Sequence[Manifest],
        delivery_path: Path,
        *,
        but_not: Collection[str] = (),
    ) -> "FailedUsers":
        """From a delivery's journal.

        Args:
            journal: of the delivery.
            rounds: of the run.
            manifests: of the rounds, in the same order.
            delivery_path: the delivery's folder.
            but_not: codes of failures that do not count.

        """
        found = cls.nobody(rounds, manifests)
        rows = {(chunk.round, chunk.name): chunk for chunk in journal.chunks()}
        prepared: dict[str, dict[tuple[str, int], Place]] = {}
        updates = {}
        for outcome in journal.outcomes():
            if outcome.outcome != "failed" or outcome.ordinal < 0 or outcome.code in but_not:
                continue
            if is_prepared(outcome.round):
                name = round_of(outcome.round)
                if name not in prepared:
                    places = PreparedRound.of(delivery_path, name, rounds[found.numbers[name]].identities).places()
                    prepared[name] = {(each.to, each.place): each for each in places}
                place = prepared[name][_place(outcome, rows)]
                was = Was(name, place.chunk, place.ordinal)
                if place.is_there:
                    updates[found.place_of(was)] = place.key
            else:
                was = Was(outcome.round, *_place(outcome, rows))
            found.mark(was)
        return dataclasses.replace(found, updates=updates)

    def mark(self, was: Was) -> None:
        """Note that a user failed."""
        number, place = self.place_of(was)
        self.marks[number][place] = 1

    def holds(self, was: Was) -> bool:
        """Whether this user failed."""
        return self.are_at(*self.place_of(was))

    def place_of(self, was: Was) -> tuple[int, int]:
        """Number of the round, and line of its users."""
        number = self.numbers[was.round]
        return number, self.starts[number][was.chunk] + was.ordinal

    def are_at(self, round_number: int, place: int) -> bool:
        """Whether the user of that line of the round's users failed."""
        return bool(self.marks[round_number][place])


def _place(outcome: OutcomeRow, rows: dict[tuple[str, str], ChunkRow]) -> tuple[str, int]:
    """The import file that the user of an outcome stands in, and its place there."""
    chunk = rows[outcome.round, outcome.chunk]
    return chunk.file_name, chunk.first + outcome.ordinal
