"""The journals that together say what became of a run at one tenant.

As a rule that is one. Where the rules send partitions to connections of their own, each of these has a delivery, and
the run is done when all of them are.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from samekey.journal.journal import Journal
from samekey.pack.manifest import Manifest
from samekey.pack.run_folder import RunFolder


@contextmanager
def opened(folder: RunFolder, delivery_path: Path, manifests: Sequence[Manifest]) -> Iterator[list[Journal]]:
    """The journal of a delivery, and behind it those of the deliveries that take the other chunks to the same tenant.

    Args:
        folder: the run folder.
        delivery_path: the delivery that is asked for.
        manifests: of every round.

    """
    with ExitStack() as stack:

        def journal(path: Path) -> Journal:
            return stack.enter_context(Journal(path / "journal.sqlite", read_only=True))

        found = [journal(delivery_path)]
        if any(chunk.connection for manifest in manifests for chunk in manifest.chunks):
            begun = found[0].delivery()
            known = {(chunk.round, chunk.file_name) for chunk in found[0].chunks()}
            for path in folder.deliveries():
                if path == delivery_path:
                    continue
                other = journal(path)
                also, theirs = other.delivery(), {(chunk.round, chunk.file_name) for chunk in other.chunks()}
                if begun and also and also.tenant == begun.tenant and not known & theirs:
                    found.append(other)
                    known |= theirs
        yield found
