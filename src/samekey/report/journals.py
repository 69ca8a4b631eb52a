"""The journals that together say what became of a run at one tenant.

As a rule that is one. Where the rules send partitions to connections of their own, each of these has a delivery, and
the run is done when all of them are.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow, OutcomeRow
from samekey.pack.manifest import ChunkPacked, Manifest
from samekey.pack.prepared import PreparedRound, is_prepared, name_of
from samekey.pack.run_folder import RunFolder


@dataclass(frozen=True)
class Opened:
    """One of them, and what was prepared for its delivery.

    Each delivery prepares changed users for itself, under names that others use, too: here a mark tells them apart.
    """

    journal: Journal
    prepared: Mapping[str, PreparedRound]
    """By the name of the round."""
    mark: str = ""

    def name_of(self, round_name: str) -> str:
        """What the prepared users of a round are called here."""
        return name_of(round_name) + self.mark

    def chunks(self) -> list[ChunkRow]:
        """Every chunk of the delivery."""
        return [dataclasses.replace(row, round=self._marked(row.round)) for row in self.journal.chunks()]

    def outcomes(self) -> list[OutcomeRow]:
        """Every user whose outcome is not the rule of its chunk."""
        return [dataclasses.replace(row, round=self._marked(row.round)) for row in self.journal.outcomes()]

    def takes(self, chunk: ChunkPacked) -> bool:
        """Whether a chunk is meant for the connection of this delivery."""
        begun = self.journal.delivery()
        return not chunk.connection or (
            begun is not None and chunk.connection in {begun.connection, begun.connection_id}
        )

    def _marked(self, round_name: str) -> str:
        return round_name + self.mark if is_prepared(round_name) else round_name


@contextmanager
def opened(folder: RunFolder, delivery_path: Path, manifests: Sequence[Manifest]) -> Iterator[list[Opened]]:
    """The journal of a delivery, and behind it those of the deliveries that take the other chunks to the same tenant.

    Args:
        folder: the run folder.
        delivery_path: the delivery that is asked for.
        manifests: of every round.

    """
    with ExitStack() as stack:

        def found_at(path: Path, mark: str = "") -> Opened:
            journal = stack.enter_context(Journal(path / "journal.sqlite", read_only=True))
            made = [PreparedRound.of(path, each.name, each.identities) for each in folder.rounds()]
            return Opened(journal, {each.name: each for each in made if each.is_there}, mark)

        found = [found_at(delivery_path)]
        if any(chunk.connection for manifest in manifests for chunk in manifest.chunks):
            begun, known = found[0].journal.delivery(), _as_packed(found[0])
            for path in folder.deliveries():
                if path == delivery_path:
                    continue
                other = found_at(path, f"/{path.name}")
                also, theirs = other.journal.delivery(), _as_packed(other)
                if begun and also and also.tenant == begun.tenant and not known & theirs:
                    found.append(other)
                    known |= theirs
        yield found


def _as_packed(each: Opened) -> set[tuple[str, str]]:
    """Chunks that stand in the rounds as they are handed in."""
    return {(row.round, row.file_name) for row in each.journal.chunks() if not is_prepared(row.round)}
