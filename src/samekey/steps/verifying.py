"""The step that asks the tenant what it has: users read back, known people at the door."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from samekey.client import patience
from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials, Credentials
from samekey.clock import Clock, SystemClock
from samekey.deliver.lifecycle import State
from samekey.errors import RunFolderError, UsageError
from samekey.events import Listener, Nobody, StepFinished, StepStarted
from samekey.journal.journal import Journal
from samekey.pack import packed_users
from samekey.pack.changes import changes_of, ended_by
from samekey.pack.prepared import PreparedRound, name_of
from samekey.pack.run_folder import RunFolder
from samekey.pack.seal import Identities
from samekey.steps.tenants import Door, administering, try_the_door
from samekey.verify import logins, reconcile
from samekey.verify.logins import LoginResult
from samekey.verify.reconcile import Reconciled, SentUser, Standing

SAMPLE_USERS = 1_000
"""How many users verify reads back unless told otherwise; spread over the whole run."""


@dataclass(frozen=True)
class Verified:
    """What verify found."""

    read_back: Reconciled
    """Sent users held against what is there."""
    logins: tuple[LoginResult, ...]
    """Known people at the door."""

    @property
    def is_clean(self) -> bool:
        """Whether everybody was found as sent and everybody got in."""
        return self.read_back.is_clean and all(login.is_ok for login in self.logins)


def verify(
    run: Path,
    *,
    tenant: TenantAddress,
    connection: str,
    credentials: Credentials,
    login_credentials: ClientCredentials | None = None,
    logins_path: Path | None = None,
    sample: int = SAMPLE_USERS,
    workers: int = 2,
    identities: Identities | None = None,
    clock: Clock | None = None,
    listener: Listener | None = None,
) -> Verified:
    """Hold what was sent against what is there, and let known people log in through the front door.

    Args:
        run: the run folder.
        tenant: where it was delivered.
        connection: name or id of the database connection.
        credentials: of a machine-to-machine application that may read users.
        login_credentials: of an application that has the password grant; needed with `logins_path`.
        logins_path: known logins; everyone in it tries the door once.
        sample: read back this many users, spread evenly over the run; 0 for everybody.
        workers: logins at once.
        identities: what opens the run, where it is encrypted.
        clock: time.
        listener: hears what happens.

    Raises:
        UsageError: the known logins cannot be read, or there are no credentials for the door.
        RunFolderError: this run was never delivered there.
        TenantError: the tenant refused, or could not be reached.

    """
    clock, listener = clock or SystemClock(), listener or Nobody()
    known = logins.read_known_logins(logins_path, listener) if logins_path else []
    if known and login_credentials is None:
        raise UsageError(
            "Logins need an application with the password grant.",
            remedy="Set AUTH0_LOGIN_CLIENT_ID and AUTH0_LOGIN_CLIENT_SECRET.",
        )
    folder = RunFolder(run, identities)
    with administering(tenant, credentials, clock, step="verify", listener=listener) as management:
        found = management.connection(connection)
        management.expect_patience(patience.READS)  # many threads ask from here on
        path = folder.delivery_path(tenant.name, found.name)
        if not (path / "journal.sqlite").exists():
            raise RunFolderError(
                f"{run} was never delivered to {found.name} at {tenant.name}.",
                remedy=f"Deliver it first: samekey deliver {run} --tenant {tenant} --connection {found.name}",
            )
        with Journal(path / "journal.sqlite") as journal:
            listener.notice(StepStarted("verify"))
            read_back = reconcile.reconcile(
                _sent_users(folder, path, journal, sample),
                management,
                connection=found.name,
                listener=listener,
                workers=workers,
                clock=clock,
            )
            counts = read_back.counts
            journal.add_reading(
                compared=read_back.read,
                equal=counts[Standing.SAME],
                different=counts[Standing.DIFFERENT],
                missing=counts[Standing.MISSING],
                at=clock.now(),
            )
            listener.notice(StepFinished("verify"))
            results: list[LoginResult] = []
            if known and login_credentials:
                door = Door(tenant, login_credentials, found.name)
                results = try_the_door(journal, folder, known, door, clock, listener, workers=workers)
    return Verified(read_back, tuple(results))


def _sent_users(folder: RunFolder, delivery_path: Path, journal: Journal, sample: int) -> Iterator[SentUser]:
    """Users whose chunk is settled and who did not fail; every n-th, so that `sample` of them cover the whole run."""
    chunks = journal.chunks()
    file_and_first = {(chunk.round, chunk.name): (chunk.file_name, chunk.first) for chunk in chunks}
    settled = [chunk for chunk in chunks if chunk.state == State.SETTLED]
    sent: dict[tuple[str, str], list[range]] = {}
    for chunk in settled:
        sent.setdefault((chunk.round, chunk.file_name), []).append(range(chunk.first, chunk.first + chunk.users))
    failed = set()
    for row in journal.outcomes():
        if row.outcome == "failed" and row.ordinal >= 0:
            file, first = file_and_first[row.round, row.chunk]
            failed.add((row.round, file, first + row.ordinal))
    every = max(1, sum(chunk.users for chunk in settled) // sample) if sample else 1
    over = _places_of_the_past(folder)
    for number, packed in enumerate(packed_users.packed_users(folder, chunks=sent.keys())):
        place = (packed.round, packed.chunk, packed.ordinal)
        is_sent = any(packed.ordinal in part for part in sent[packed.round, packed.chunk])
        if number % every == 0 and is_sent and place not in failed and place not in over:
            yield SentUser.of(packed.key, packed.user)
    for each in folder.rounds():
        made = PreparedRound.of(delivery_path, each.name, folder.identities)
        for number, (stands, user) in enumerate(made.sent() if made.is_there else ()):
            sent_as = (name_of(each.name), stands.to, stands.place)
            is_sent = any(stands.place in part for part in sent.get(sent_as[:2], []))
            is_past = (each.name, stands.chunk, stands.ordinal) in over
            if number % every == 0 and is_sent and sent_as not in failed and not is_past:
                yield SentUser.of(stands.key, user)


def _places_of_the_past(folder: RunFolder) -> set[tuple[str, str, int]]:
    """Packed users who are no longer what they were: packed anew, or changed in a way that no import carries over."""
    over: set[tuple[str, str, int]] = set()
    for each in folder.rounds():
        over.update((line.round, line.chunk, line.ordinal) for line in ended_by(each) if line.chunk)
        over.update((was.round, was.chunk, was.ordinal) for change in changes_of(each) if (was := change.was))
    return over
