"""The step from a run folder to a tenant."""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from samekey.client import patience
from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials, Credentials
from samekey.client.wire import Connection
from samekey.clock import Clock, SystemClock
from samekey.deliver import beginning, canary, destinations, existing, go_ahead, packed_identifiers, preflight, unplaced
from samekey.deliver.assignment import STEP, Assignment
from samekey.deliver.brake import Brake
from samekey.deliver.canary import Flown
from samekey.deliver.change_question import AboutToChange
from samekey.deliver.go_ahead import AboutToSend
from samekey.deliver.holding import PAUSE_FILE, Hours
from samekey.deliver.lifecycle import State
from samekey.deliver.pace import Pace
from samekey.deliver.preflight import Preflight
from samekey.deliver.runner import Runner
from samekey.errors import DeliveryPaused
from samekey.events import Listener, Nobody, Noticed, StepFinished, StepStarted
from samekey.journal import milestones
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow
from samekey.pack import prepared
from samekey.pack.files import hold, make_private_folder
from samekey.pack.manifest import Manifest, read_manifest
from samekey.pack.run_folder import Round, RunFolder
from samekey.pack.seal import Identities
from samekey.report import figures as report_figures
from samekey.report.figures import Figures
from samekey.steps.canary_first import CanaryFirst
from samekey.steps.changing import Changing
from samekey.steps.tenants import Door, administering
from samekey.verify import logins


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
    confirm_changes: Callable[[AboutToChange], bool] | None = None,
    keep_metadata: bool = False,
    block_many: bool = False,
    until: datetime | None = None,
    identities: Identities | None = None,
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
        confirm_changes: asked before a delta changes or blocks anybody at a tenant that is not on loopback; None means
            yes.
        keep_metadata: merge the metadata of changed users with what is there, instead of replacing it.
        block_many: a person said that more than a tenth of everybody vanished from the source, and is to be blocked.
        until: hand in nothing more after that moment, and end when all that was handed in is settled.
        identities: what opens the run, where it is encrypted.
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
    folder, manifests = _packed(run, identities)
    with administering(tenant, credentials, clock, step=STEP, listener=listener, until=until) as management:
        asked = preflight.look(
            management, connection, tenant=tenant, now=clock.now(), upsert=upsert, changes=_changes(manifests)
        )
        goal = asked.usable_connection()
        elsewhere = destinations.users_elsewhere(manifests, goal)
        manifests = destinations.meant_for(manifests, goal)
        if elsewhere:
            listener.notice(Noticed(STEP, destinations.said(elsewhere)))
        management.expect_patience(patience.UNATTENDED)
        path = folder.delivery_path(tenant.name, goal.name)
        make_private_folder(path)
        with hold(path / ".lock", f"the delivery {path}"), Journal(path / "journal.sqlite") as journal:
            _say_what_was_found(asked, goal, journal, folder, manifests, listener)
            beginning.begin(journal, tenant, goal, upsert=upsert, completion_email=completion_email, clock=clock)
            _take_in(journal, manifests, clock)
            about = AboutToSend.of(tenant, goal, manifests, upsert=upsert)
            go_ahead.obtain(journal, about, confirm, clock=clock)
            listener.notice(StepStarted(STEP, about.users))
            if upsert:
                existing.look_for(
                    journal, folder.rounds(), manifests, management, goal, listener=listener, at=clock.now()
                )
            if go_on:
                journal.add_milestone(milestones.WENT_ON, at=clock.now())
            rounds: dict[str, Round] = {each.name: each for each in folder.rounds()}
            hours = Hours(until, path / PAUSE_FILE)
            changing = Changing(
                folder,
                [manifests[each.name] for each in folder.rounds()],
                path,
                journal,
                management,
                tenant,
                goal,
                confirm_changes,
                keep_metadata,
                block_many,
                hours,
                clock,
                listener,
            )
            rounds.update(changing.prepared_rounds())
            assignment = Assignment(
                journal,
                management,
                connection=goal,
                rounds=rounds,
                upsert=upsert,
                completion_email=completion_email,
                pace=pace or _usual_pace(tenant),
                clock=clock,
                listener=listener,
            )
            door = Door(tenant, login_credentials, goal.name) if login_credentials else None
            canaries = CanaryFirst(journal, folder, known, door, proceed, clock, listener)
            usual = 0 if tenant.is_loopback else canary.USERS
            options = {"--upsert": upsert, "--keep-metadata": keep_metadata, "--block-many": block_many}
            words = ["samekey", "deliver", str(run), "--tenant", str(tenant), "--connection", goal.name]
            with _saying_how_to_go_on([*words, *(option for option, is_on in options.items() if is_on)]):
                first = canaries.chunk(usual if canary_users is None else canary_users)
                if first:
                    _run(assignment, brake, hours, wait=wait, only=first)
                    canaries.judge(first, go_on=go_on)
                if wait or not first:
                    _run(assignment, brake, hours, wait=wait, more_follows=changing.are_ahead())
                for ready in changing.one_after_another():
                    rounds.update(ready)
                    _run(assignment, brake, hours, wait=wait)
    result = report_figures.gather(folder, path)
    listener.notice(StepFinished(STEP, result.books.as_json()))
    return result


def look_before(
    run: Path,
    *,
    tenant: TenantAddress,
    connection: str,
    credentials: Credentials,
    upsert: bool = False,
    identities: Identities | None = None,
    clock: Clock | None = None,
    listener: Listener | None = None,
) -> Preflight:
    """Ask the tenant everything that must be true before the first job, and change nothing anywhere.

    Args:
        run: the run folder.
        tenant: where it would be delivered.
        connection: name or id of the database connection.
        credentials: of a machine-to-machine application.
        upsert: whether the delivery would let the tenant update users.
        identities: what opens the run, where it is encrypted.
        clock: time.
        listener: hears when a busy tenant is waited for.

    Raises:
        TenantError: there is no token to be had, or the tenant cannot be asked.
        RunFolderError: nothing packed, or not what the manifest promises.

    """
    clock = clock or SystemClock()
    folder, manifests = _packed(run, identities)
    with administering(tenant, credentials, clock, step=STEP, listener=listener or Nobody()) as management:
        asked = preflight.look(
            management, connection, tenant=tenant, now=clock.now(), upsert=upsert, changes=_changes(manifests)
        )
    if asked.connection is None:
        return asked
    manifests = destinations.meant_for(manifests, asked.connection)
    return asked.also(preflight.compare(asked.connection, packed_identifiers.count(folder.rounds(), manifests)))


def _take_in(journal: Journal, manifests: Mapping[str, Manifest], clock: Clock) -> None:
    """The journal learns of every chunk.

    Whoever mended what failed and packed it again has seen it: with a retry that is new, what failed before no longer
    counts for the brake.
    """
    known = {chunk.round for chunk in journal.chunks()}
    for name, manifest in sorted(manifests.items()):
        chunks = [(chunk.name, chunk.users, chunk.sha256) for chunk in manifest.chunks if not chunk.changed]
        journal.add_chunks(name, chunks, state=State.WAITING)
        if manifest.retry and known and known.isdisjoint({name, prepared.name_of(name)}):
            journal.add_milestone(milestones.WENT_ON, at=clock.now(), note=f"retry {name}")


def _run(
    assignment: Assignment,
    brake: Brake | None,
    hours: Hours,
    *,
    wait: bool,
    only: ChunkRow | None = None,
    more_follows: bool = False,
) -> None:
    """Deliver what waits, and find whose the failures are that the tenant did not say of.

    The brake holds a delta back as well, which would block people before its first chunk.
    """
    runner = Runner(assignment, brake=brake or Brake(), hours=hours)
    try:
        runner.run(wait=wait, only=only)
    except DeliveryPaused:
        unplaced.place(assignment)
        raise
    unplaced.place(assignment)
    if runner.too_many_failed and more_follows:
        remedy = "See who failed and why with samekey report; nobody was changed or blocked. To go on all the same:"
        raise DeliveryPaused(runner.too_many_failed, remedy=remedy, option="--go-on")


def _packed(run: Path, identities: Identities | None) -> tuple[RunFolder, dict[str, Manifest]]:
    """A run folder and the manifests of its rounds; at least one is there."""
    folder = RunFolder(run, identities)
    return folder, {each.name: read_manifest(each) for each in [folder.last_round(), *folder.rounds()]}


def _changes(manifests: Mapping[str, Manifest]) -> set[str]:
    return {kind for manifest in manifests.values() for kind, records in manifest.changes.items() if records}


def _say_what_was_found(
    asked: Preflight,
    goal: Connection,
    journal: Journal,
    folder: RunFolder,
    manifests: Mapping[str, Manifest],
    listener: Listener,
) -> None:
    """Warn of what the preflight found; before the first job also of what the connection asks of its users.

    Raises:
        TenantRefused: no job would succeed.

    """
    begun = journal.delivery()
    if begun is None or begun.confirmed_at is None:
        asked = asked.also(preflight.compare(goal, packed_identifiers.count(folder.rounds(), manifests)))
        asked.usable_connection()
    for finding in asked.worth_saying(again=begun is not None):
        listener.notice(Noticed(STEP, finding.said(), "warning"))


@contextmanager
def _saying_how_to_go_on(words: Sequence[str]) -> Iterator[None]:
    try:
        yield
    except DeliveryPaused as paused:
        command = shlex.join([*words, *filter(None, [paused.option])])
        raise DeliveryPaused(paused.message, remedy=f"{paused.remedy} {command}", option=paused.option) from None


def _usual_pace(tenant: TenantAddress) -> Pace:
    """A rehearsal tenant on this machine has no one to share its patience with."""
    return Pace(poll_seconds_min=0.1, first_poll_seconds=0.2, unclear_seconds=5.0) if tenant.is_loopback else Pace()
