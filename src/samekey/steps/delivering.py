"""The step from a run folder to a tenant."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from samekey.client import patience
from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials, Credentials
from samekey.client.wire import Connection
from samekey.clock import Clock, SystemClock
from samekey.deliver import canary, go_ahead, packed_identifiers, preflight
from samekey.deliver.assignment import Assignment
from samekey.deliver.brake import Brake
from samekey.deliver.canary import Flown, Place
from samekey.deliver.go_ahead import AboutToSend
from samekey.deliver.holding import PAUSE_FILE, Hours
from samekey.deliver.lifecycle import State
from samekey.deliver.preflight import Preflight
from samekey.deliver.runner import Runner
from samekey.deliver.scheduler import Pace
from samekey.errors import DeliveryPaused, RunFolderError, UsageError
from samekey.events import Listener, Nobody, Noticed, StepFinished, StepStarted
from samekey.journal import milestones
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow
from samekey.pack import packed_users
from samekey.pack.manifest import Manifest, read_manifest
from samekey.pack.run_folder import RunFolder, hold, make_private_folder
from samekey.report import figures as report_figures
from samekey.report.figures import Figures
from samekey.steps.tenants import Door, administering, is_one_of, try_the_door
from samekey.verify import logins
from samekey.verify.logins import KnownLogin, LoginResult


def deliver(
    run: Path,
    *,
    tenant: TenantAddress,
    connection: str,
    credentials: Credentials,
    upsert: bool = False,
    completion_email: bool = False,
    wait: bool = True,
    confirm: Callable[[AboutToSend], bool] | None = None,
    canary_users: int | None = None,
    proceed: Callable[[Flown], bool] | None = None,
    login_credentials: ClientCredentials | None = None,
    logins_path: Path | None = None,
    brake: Brake | None = None,
    go_on: bool = False,
    until: datetime | None = None,
    pace: Pace | None = None,
    clock: Clock | None = None,
    listener: Listener | None = None,
) -> Figures:
    """Hand every chunk of a run in, watch the jobs, and write down what became of everybody. Resumes by itself.

    Args:
        run: the run folder.
        tenant: where to.
        connection: name or id of the database connection.
        credentials: of a machine-to-machine application.
        upsert: whether the tenant may update users that are there.
        completion_email: whether the tenant may mail its administrators about each job.
        wait: False to hand in what finds a free slot now, and leave.
        confirm: asked once before the first job of a delivery to a tenant that is not on loopback; None means yes.
        canary_users: so many go first and are proved; 0 for none, None for the usual: none on loopback.
        proceed: shown what became of them, says whether the others follow; None means yes if all went well.
        login_credentials: of an application that has the password grant; needed with `logins_path`.
        logins_path: known logins; those among the first users try the door.
        brake: how much may fail before it pauses; None for the usual.
        go_on: a person saw what failed before, and goes on all the same.
        until: hand in nothing more after that moment, and end when all that was handed in is settled.
        pace: limits; chosen by the tenant's kind when None.
        clock: time.
        listener: hears what happens.

    Raises:
        TenantError: refused, or out of reach; everything done is journalled.
        RunFolderError: nothing packed, in use, or not what the manifest promises.
        UsageError: the person did not confirm; nothing was sent.
        DeliveryPaused: too much failed, the canary did not do well, or the time is over; the remedy is the command
            that goes on.

    """
    clock, listener = clock or SystemClock(), listener or Nobody()
    known = logins.read_known_logins(logins_path, listener) if logins_path else []
    folder = RunFolder(run)
    manifests = {each.name: read_manifest(each) for each in [folder.last_round(), *folder.rounds()]}
    with administering(tenant, credentials, clock) as management:
        asked = preflight.look(management, connection, tenant=tenant, now=clock.now(), upsert=upsert)
        goal = asked.usable_connection()
        management.expect_patience(patience.READS)
        path = folder.delivery_path(tenant.name, goal.name)
        make_private_folder(path)
        with hold(path / ".lock", f"the delivery {path}"), Journal(path / "journal.sqlite") as journal:
            begun = journal.delivery()
            if begun is None or begun.confirmed_at is None:
                packed = packed_identifiers.count(folder.rounds(), manifests)
                asked = asked.also(preflight.compare(goal, packed))
                asked.usable_connection()
            for finding in asked.worth_saying(again=begun is not None):
                listener.notice(Noticed("deliver", finding.said(), "warning"))
            _begin(journal, tenant, goal, upsert=upsert, completion_email=completion_email, clock=clock)
            for name, manifest in sorted(manifests.items()):
                chunks = [(chunk.name, chunk.users, chunk.sha256) for chunk in manifest.chunks]
                journal.add_chunks(name, chunks, state=State.WAITING)
            about = _about_to_send(tenant, goal, manifests, upsert=upsert)
            go_ahead.obtain(journal, about, confirm, clock=clock)
            total = sum(manifest.packed for manifest in manifests.values())
            listener.notice(StepStarted("deliver", total))

            assignment = Assignment(
                journal,
                management,
                connection=goal,
                rounds={each.name: each for each in folder.rounds()},
                upsert=upsert,
                completion_email=completion_email,
                pace=pace or _usual_pace(tenant),
                clock=clock,
                listener=listener,
            )

            def runner() -> Runner:
                return Runner(assignment, brake=brake or Brake(), hours=Hours(until, path / PAUSE_FILE))

            if go_on:
                journal.add_milestone(milestones.WENT_ON, at=clock.now())
            command = f"samekey deliver {run} --tenant {tenant} --connection {goal.name}"
            with _saying_how_to_go_on(command, upsert=upsert):
                usual = 0 if tenant.is_loopback else canary.USERS
                first = _canary(journal, folder, known, usual if canary_users is None else canary_users, clock)
                if first:
                    runner().run(wait=wait, only=first)
                    door = Door(tenant, login_credentials, goal.name) if login_credentials else None
                    _judge(journal, folder, first, known, door, proceed, clock, listener, go_on=go_on)
                if wait or not first:
                    runner().run(wait=wait)
    result = report_figures.gather(folder, path)
    listener.notice(StepFinished("deliver", result.books.as_json()))
    return result


def look_before(
    run: Path,
    *,
    tenant: TenantAddress,
    connection: str,
    credentials: Credentials,
    upsert: bool = False,
    clock: Clock | None = None,
) -> Preflight:
    """Ask the tenant everything that must be true before the first job, and change nothing anywhere.

    Args:
        run: the run folder.
        tenant: where it would be delivered.
        connection: name or id of the database connection.
        credentials: of a machine-to-machine application.
        upsert: whether the delivery would let the tenant update users.
        clock: time.

    Raises:
        TenantError: there is no token to be had, or the tenant cannot be asked.
        RunFolderError: nothing packed, or not what the manifest promises.

    """
    clock = clock or SystemClock()
    folder = RunFolder(run)
    manifests = {each.name: read_manifest(each) for each in [folder.last_round(), *folder.rounds()]}
    with administering(tenant, credentials, clock) as management:
        asked = preflight.look(management, connection, tenant=tenant, now=clock.now(), upsert=upsert)
    if asked.connection is None:
        return asked
    return asked.also(preflight.compare(asked.connection, packed_identifiers.count(folder.rounds(), manifests)))


def _canary(
    journal: Journal, folder: RunFolder, known: Sequence[KnownLogin], users: int, clock: Clock
) -> ChunkRow | None:
    """The chunk that is to go first; None when there is none, or it was let pass."""
    if not users or journal.last_milestone(milestones.CANARY_PASSED):
        return None
    names = {login.username.lower() for login in known}
    near = None
    if names and journal.last_note(milestones.CANARY_CHOSEN) is None:
        found = next((each for each in packed_users.packed_users(folder) if is_one_of(each.user, names)), None)
        near = Place(found.round, found.chunk, found.ordinal) if found else None
    return canary.choose(journal, users, near=near, at=clock.now())


def _judge(
    journal: Journal,
    folder: RunFolder,
    first: ChunkRow,
    known: Sequence[KnownLogin],
    door: Door | None,
    proceed: Callable[[Flown], bool] | None,
    clock: Clock,
    listener: Listener,
    *,
    go_on: bool,
) -> None:
    """Let the known people of the canary try the door, and ask whether the others may follow."""
    key = (first.round, first.name)
    if next(chunk.state for chunk in journal.chunks() if (chunk.round, chunk.name) == key) != State.SETTLED:
        return
    tried: list[LoginResult] = []
    if door:
        part = range(first.first, first.first + first.users)
        sent = [
            each
            for each in packed_users.packed_users(folder, chunks=[(first.round, first.file_name)])
            if each.ordinal in part
        ]
        among = [login for login in known if any(is_one_of(each.user, {login.username.lower()}) for each in sent)]
        tried = try_the_door(journal, folder, among, door, clock, listener, workers=2)
    flown = Flown(first.users, journal.failures().get(key, 0), len(tried), sum(login.is_ok for login in tried))
    listener.notice(Noticed("deliver", flown.said(), "info" if flown.is_well else "warning"))
    if go_on or (proceed(flown) if proceed else flown.is_well):
        journal.add_milestone(milestones.CANARY_PASSED, at=clock.now(), note=flown.said())
        return
    raise DeliveryPaused(
        flown.said(), remedy="Nobody else was sent. To send the others all the same:", option="--go-on"
    )


@contextmanager
def _saying_how_to_go_on(command: str, *, upsert: bool) -> Iterator[None]:
    try:
        yield
    except DeliveryPaused as paused:
        options = f"{' --upsert' if upsert else ''} {paused.option}".rstrip()
        remedy = f"{paused.remedy} {command}{options}"
        raise DeliveryPaused(paused.message, remedy=remedy, option=paused.option) from None


def _begin(
    journal: Journal,
    tenant: TenantAddress,
    connection: Connection,
    *,
    upsert: bool,
    completion_email: bool,
    clock: Clock,
) -> None:
    begun = journal.delivery()
    if begun is None:
        journal.begin(
            tenant=str(tenant),
            connection_id=connection.id,
            connection=connection.name,
            upsert=upsert,
            completion_email=completion_email,
            at=clock.now(),
        )
        return
    if begun.connection_id != connection.id:
        raise RunFolderError(
            f"This delivery went to {begun.connection_id}; {connection.name} is now {connection.id}.",
            remedy="The connection was made anew: pack into a new run folder and deliver that.",
        )
    if begun.upsert != upsert:
        before = "with" if begun.upsert else "without"
        raise UsageError(f"This delivery began {before} --upsert.", remedy=f"Go on {before} it.")


def _about_to_send(
    tenant: TenantAddress, connection: Connection, manifests: Mapping[str, Manifest], *, upsert: bool
) -> AboutToSend:
    return AboutToSend(
        tenant=tenant,
        connection=connection,
        users=sum(manifest.packed for manifest in manifests.values()),
        chunks=sum(len(manifest.chunks) for manifest in manifests.values()),
        upsert=upsert,
        clusters=tuple(cluster for manifest in manifests.values() for cluster in manifest.clusters),
    )


def _usual_pace(tenant: TenantAddress) -> Pace:
    """A rehearsal tenant on this machine has no one to share its patience with."""
    return Pace(poll_seconds_min=0.1, unclear_seconds=5.0) if tenant.is_loopback else Pace()
