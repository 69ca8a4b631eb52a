"""The step that takes away what holds hashes, when everything is done."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from samekey.clock import Clock, SystemClock
from samekey.errors import RunFolderError, UsageError
from samekey.pack import purge as purging
from samekey.pack.files import hold
from samekey.pack.manifest import read_manifest
from samekey.pack.run_folder import RunFolder
from samekey.pack.seal import Identities
from samekey.report import figures

STAYS = ("manifests", "rules", "rejections", "held", "journals", "reports")
"""What is left: it names people, and holds nothing of their passwords."""


@dataclass(frozen=True)
class Purged:
    """What goes, or went."""

    run: Path
    files: int
    size_bytes: int
    encrypted_to: tuple[str, ...]
    """The recipients of encrypted rounds: copies of their files are gone when those keys are."""


def purge(
    run: Path,
    *,
    force: bool = False,
    confirm: Callable[[Purged], bool] | None = None,
    identities: Identities | None = None,
    clock: Clock | None = None,
) -> Purged:
    """Remove what holds hashes from a run that is finished. What was done stays on record.

    Args:
        run: the run folder.
        force: although the books are open, or nothing was delivered.
        confirm: shown what goes, says whether it may; None means yes.
        identities: what opens the run, where it is encrypted: its books are counted.
        clock: time.

    Raises:
        RunFolderError: nothing was packed, somebody is at work in it, its books are open, or the disk does not let us.
        UsageError: the person did not confirm; nothing was removed.

    """
    folder = RunFolder(run, identities)
    folder.last_round()
    with ExitStack() as held:
        held.enter_context(folder.held())
        for delivery in folder.deliveries():
            held.enter_context(hold(delivery / ".lock", f"the delivery {delivery}"))
        if not force:
            _refuse_while_open(folder)
        goes = _what_goes(folder)
        if confirm is not None and not confirm(goes):
            raise UsageError("Nothing was removed.", remedy="Type yes to go on, or use --yes in scripts.")
        purging.take_away(folder, at=(clock or SystemClock()).now())
    return goes


def _refuse_while_open(folder: RunFolder) -> None:
    remedy = "Deliver it to its end, or purge it all the same with --force: then nobody can be sent any more."
    deliveries = folder.deliveries()
    if not deliveries:
        raise RunFolderError(f"{folder.path} was never delivered.", remedy=remedy)
    for delivery in deliveries:
        books = figures.gather(folder, delivery).books
        if not books.closed:
            raise RunFolderError(
                f"The books of {delivery.name} are open: {books.pending:,} users are not settled.", remedy=remedy
            )


def _what_goes(folder: RunFolder) -> Purged:
    paths = list(purging.what_holds_hashes(folder))
    files = [each for path in paths for each in ([path] if path.is_file() else path.rglob("*")) if each.is_file()]
    recipients = {name for packed in folder.rounds() for name in read_manifest(packed).encrypted_to}
    return Purged(folder.path, len(files), sum(each.stat().st_size for each in files), tuple(sorted(recipients)))
