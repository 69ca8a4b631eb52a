"""The step that packs again what failed or was rejected."""

from collections.abc import Sequence
from pathlib import Path

from samekey.clock import Clock, SystemClock
from samekey.deliver.places import FailedUsers
from samekey.engine.base import Engine
from samekey.engine.local import LocalEngine, default_workers
from samekey.errors import UsageError
from samekey.events import Listener, Nobody, Noticed
from samekey.journal import outcome_codes
from samekey.journal.journal import Journal
from samekey.mapping.rules import read_rules
from samekey.pack.changes import Change, changes_of
from samekey.pack.manifest import Manifest, read_manifest
from samekey.pack.run_folder import Round, RunFolder
from samekey.pack.seal import Identities, Recipients
from samekey.sources.opening import open_source
from samekey.steps.packing import (
    HeldAgainst,
    Packing,
    earlier_rounds,
    options_for,
    packed_manifest,
    recipients_of,
)
from samekey.steps.reporting import delivery_of
from samekey.verify import logins

STANDARD_INPUT = "-"
STEP = "retry"


def retry(
    run: Path,
    *,
    source: str | None = None,
    rules_path: Path | None = None,
    delivery: str | None = None,
    logins_path: Path | None = None,
    allow_code: bool = False,
    send_pepper: bool = False,
    dry_run: bool = False,
    workers: int | None = None,
    engine: Engine | None = None,
    recipients: Recipients | None = None,
    identities: Identities | None = None,
    clock: Clock | None = None,
    listener: Listener | None = None,
) -> Manifest:
    """Pack a round of those who failed in a delivery, and of those who were rejected or held, if they are good now.

    Whoever is over there and did not get the change of a delta goes again as one who changed.
    No round is left behind when nobody is. Everybody else keeps the state of an earlier round: the books still close
    over the whole run. Deliver the run again to send it.

    Args:
        run: the run folder.
        source: the mended source; None for the one that was packed last, as it is now.
        rules_path: the mended rules; None for those of the last round.
        delivery: the name of a folder under `deliveries/`; None for the one worked on last.
        logins_path: known logins; each one found in the source must match what is packed for it.
        allow_code: whether the Python functions that the rules name may be run; then name the rules.
        send_pepper: whether records may hold the pepper that other rules name than those of the last round.
        dry_run: do everything and write nothing.
        workers: processes to use at most; None for as many as there are cores.
        engine: where pieces of the source are mapped; None for processes of this machine.
        recipients: who alone may open the round; None for those of the last one.
        identities: what opens the run, where it is encrypted.
        clock: time.
        listener: hears how far it came.

    Raises:
        RulesError: before a record is read.
        SourceError: the source cannot be read to its end; no round is left behind.
        UsageError: a known login does not match, keys are not unique, or the source was standard input.
        RunFolderError: nothing was packed, or there is no such delivery.

    """
    clock, listener = clock or SystemClock(), listener or Nobody()
    folder = RunFolder(run, identities)
    last = folder.last_round()
    manifest = read_manifest(last)
    before = manifest.source
    if source is None and before.address == STANDARD_INPUT:
        raise UsageError("The source was standard input.", remedy=f"Name it: samekey retry {run} SOURCE")
    agreed = send_pepper or rules_path is None  # to those of the last round somebody agreed when it was packed
    rules = read_rules(rules_path or last.rules_path, allow_code=allow_code, send_pepper=agreed)
    engine = engine or LocalEngine(workers or default_workers())
    options = options_for(engine, before.options)
    opened = open_source(
        engine.address(source or before.address),
        source_format=before.format if source is None else None,
        options=options,
    )
    known = logins.read_known_logins(logins_path, listener) if logins_path else []
    passwords = {login.username.lower(): login.password for login in known}
    with folder.held():
        path = delivery_of(folder, delivery)
        failed = _failed(folder, path, listener)
        rounds = folder.rounds()
        earlier = earlier_rounds(folder, rules, since=len(rounds), wanted=failed.are_at)
        if failed.updates:
            earlier.failed_changes = _failed_changes(rounds, failed)
            earlier.fingerprint_key, earlier.keeps = folder.fingerprint_key(keep=not dry_run), not dry_run
        packing = Packing(
            folder,
            opened,
            rules,
            passwords,
            engine,
            recipients or recipients_of(manifest),
            clock,
            listener,
            options,
        )
        return packed_manifest(packing, HeldAgainst(earlier, retry=path.name if path else "-"), dry_run=dry_run)


def _failed(folder: RunFolder, delivery_path: Path | None, listener: Listener) -> FailedUsers:
    rounds = folder.rounds()
    manifests = [read_manifest(each) for each in rounds]
    if delivery_path is None:
        return FailedUsers.nobody(rounds, manifests)
    with Journal(delivery_path / "journal.sqlite", read_only=True) as journal:
        if unplaced := sum(journal.with_unplaced().values()):
            text = (
                f"{unplaced:,} users failed and the tenant did not say who, so they are not packed. "
                "Deliver the run again, which reads them back, and then retry."
            )
            listener.notice(Noticed(STEP, text, "warning"))
        return FailedUsers.read(journal, rounds, manifests, delivery_path, but_not=outcome_codes.NOT_FOR_RETRY)


def _failed_changes(rounds: Sequence[Round], failed: FailedUsers) -> dict[tuple[int, int], Change]:
    """The changes of those who could not be updated."""
    keys: dict[int, set[str]] = {}
    for (number, _), key in failed.updates.items():
        keys.setdefault(number, set()).add(key)
    changes = {
        (number, change.key): change
        for number, some in keys.items()
        for change in changes_of(rounds[number])
        if change.packed and change.key in some
    }
    return {(number, place): changes[number, key] for (number, place), key in failed.updates.items()}
