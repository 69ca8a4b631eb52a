"""Where the users of a delivery stand in the rounds: from a row of the journal to a line of `fingerprints`, and back.

A row of the journal stands for an import file, for a part of one, or for the users of one that a delta has prepared
(see `samekey.deliver.delta`); in each of them users are counted anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from samekey.journal import outcome_codes
from samekey.journal.journal import Journal
from samekey.pack.manifest import Manifest
from samekey.pack.run_folder import Round


@dataclass(frozen=True)
class FailedUsers:
    """Who failed in a delivery and may be sent again."""

    marks: Sequence[bytearray]
    """A byte for each user of each round."""

    @classmethod
    def nobody(cls, manifests: Sequence[Manifest]) -> "FailedUsers":
        """Before a delivery nobody has failed."""
        return cls([bytearray(manifest.packed) for manifest in manifests])

    @classmethod
    def read(cls, journal: Journal, rounds: Sequence[Round], manifests: Sequence[Manifest]) -> "FailedUsers":
        """From a delivery's journal."""
        found = cls.nobody(manifests)
        numbers = {each.name: number for number, each in enumerate(rounds)}
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
        rows = {(chunk.round, chunk.name): chunk for chunk in journal.chunks()}
        for outcome in journal.outcomes():
            if outcome.outcome != "failed" or outcome.ordinal < 0 or outcome.code in outcome_codes.NOT_FOR_RETRY:
                continue
            chunk = rows[outcome.round, outcome.chunk]
            number = numbers[outcome.round]
            place = starts[number][chunk.file_name] + chunk.first + outcome.ordinal
            found.marks[number][place] = 1
        return found

    def are_at(self, round_number: int, place: int) -> bool:
        """Whether the user of that line of the round's fingerprints failed."""
        return bool(self.marks[round_number][place])
