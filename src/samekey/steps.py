"""The steps of a migration, one function each. START READING HERE.

    source ──survey──▶ findings ──draft──▶ rules ──pack──▶ run folder ──deliver──▶ tenant ──verify──▶ report

A step reads a folder and writes a folder. Kill the process anywhere and call the step again: it looks and continues.
Commands are thin wrappers around these functions, and programs call them the same way.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from samekey import __version__
from samekey.client import patience
from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials, Credentials
from samekey.client.management import Management
from samekey.client.signin import SignIn
from samekey.client.transport import Transport
from samekey.client.wire import Connection
from samekey.clock import Clock, SystemClock
from samekey.deliver import canary, go_ahead, packed_identifiers, preflight
from samekey.deliver.brake import Brake
from samekey.deliver.canary import Flown, Place
from samekey.deliver.go_ahead import AboutToSend
from samekey.deliver.holding import PAUSE_FILE, Hours
from samekey.deliver.lifecycle import State
from samekey.deliver.preflight import Preflight
from samekey.deliver.runner import Runner
from samekey.deliver.scheduler import Pace
from samekey.engine.local import Packed, default_workers, pack_source
from samekey.errors import DeliveryPaused, RunFolderError, UsageError
from samekey.events import Listener, Nobody, Noticed, StepFinished, StepStarted
from samekey.journal import milestones
from samekey.journal.journal import ChunkRow, Journal
from samekey.mapping.rules import Rules, read_rules
from samekey.pack import packed_users
from samekey.pack.manifest import Manifest, SourceRead, read_manifest
from samekey.pack.run_folder import RunFolder, hold, make_private_folder, write_whole
from samekey.report import figures as report_figures
from samekey.report import html
from samekey.report.figures import Figures
from samekey.secret import Secret
from samekey.sources.base import Source
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions
from samekey.survey import draft as survey_draft
from samekey.survey import tally
from samekey.survey.findings import Findings
from samekey.verify import logins, reconcile
from samekey.verify.logins import KnownLogin, LoginResult
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


def survey(
    source: str,
    *,
    origin: str | None = None,
    source_format: str | None = None,
    source_options: SourceOptions | None = None,
    listener: Listener | None = None,
    limit: int | None = None,
) -> Findings:
    """Look at a source in one pass; nothing is written.

    Args:
        source: a path, a URL or `-`.
        origin: the name of the system it comes from; overrides recognition.
        source_format: overrides recognition.
        source_options: how to read the source, where that cannot be seen.
        listener: hears how far it came.
        limit: look at no more than this many records.

    Raises:
        SourceError: the source cannot be read.
        UsageError: there is no such origin.

    """
    opened = open_source(source, source_format=source_format, options=source_options)
    return tally.survey(opened, origin=origin, listener=listener or Nobody(), limit=limit)


def draft(findings: Findings) -> str:
    """The text of a first rules file for what a survey found; doubtful lines are marked DOUBTFUL."""
    return survey_draft.draft(findings)


def pack(
    source: str,
    *,
    rules_path: Path,
    run: Path,
    source_format: str | None = None,
    source_options: SourceOptions | None = None,
    logins_path: Path | None = None,
    dry_run: bool = False,
    workers: int | None = None,
    clock: Clock | None = None,
    listener: Listener | None = None,
) -> Manifest:
    """Read, map, check and split a source into a round that is ready to deliver.

    Args:
        source: a path, a URL or `-`.
        rules_path: the rules file.
        run: the run folder; made when it is not there.
        source_format: overrides recognition.
        source_options: how to read the source, where that cannot be seen.
        logins_path: known logins; each one found in the source must match what is packed for it.
        dry_run: do everything and write nothing.
        workers: processes to use at most; None for as many as there are cores.
        clock: time.
        listener: hears how far it came.

    Returns:
        The manifest. A round of the same source by the same rules is not packed again.

    Raises:
        RulesError: before a record is read.
        SourceError: the source cannot be read to its end; no round is left behind.
        UsageError: a known login does not match; no round is left behind.
        RunFolderError: the disk does not let us, or the folder holds a round of something else.

    """
    clock, listener = clock or SystemClock(), listener or Nobody()
    rules = read_rules(rules_path)
    opened = open_source(source, source_format=source_format, options=source_options)
    known = logins.read_known_logins(logins_path, listener) if logins_path else []
    passwords = {login.username.lower(): login.password for login in known}
    folder = RunFolder(run)
    if dry_run:
        return _packed_manifest(
            _Packing(folder, opened, rules, passwords, workers or default_workers(), clock, listener), dry_run=True
        )
    with folder.held():
        earlier = _packed_before(folder, opened, rules)
        if earlier:
            listener.notice(Noticed("pack", f"Round {earlier[0]} holds this source already; it is not packed again."))
            return earlier[1]
        return _packed_manifest(
            _Packing(folder, opened, rules, passwords, workers or default_workers(), clock, listener), dry_run=False
        )


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
    with _administering(tenant, credentials, clock) as management:
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

            def runner() -> Runner:
                return Runner(
                    journal,
                    management,
                    connection=goal,
                    rounds={each.name: each for each in folder.rounds()},
                    upsert=upsert,
                    completion_email=completion_email,
                    pace=pace or _usual_pace(tenant),
                    clock=clock,
                    listener=listener,
                    brake=brake or Brake(),
                    hours=Hours(until, path / PAUSE_FILE),
                )

            if go_on:
                journal.add_milestone(milestones.WENT_ON, at=clock.now())
            command = f"samekey deliver {run} --tenant {tenant} --connection {goal.name}"
            with _saying_how_to_go_on(command, upsert=upsert):
                usual = 0 if tenant.is_loopback else canary.USERS
                first = _canary(journal, folder, known, usual if canary_users is None else canary_users, clock)
                if first:
                    runner().run(wait=wait, only=first)
                    door = _Door(tenant, login_credentials, goal.name) if login_credentials else None
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
    with _administering(tenant, credentials, clock) as management:
        asked = preflight.look(management, connection, tenant=tenant, now=clock.now(), upsert=upsert)
    if asked.connection is None:
        return asked
    return asked.also(preflight.compare(asked.connection, packed_identifiers.count(folder.rounds(), manifests)))


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
    folder = RunFolder(run)
    with _administering(tenant, credentials, clock) as management:
        found = management.connection(connection)
        management.expect_patience(patience.READS)
        path = folder.delivery_path(tenant.name, found.name)
        if not (path / "journal.sqlite").exists():
            raise RunFolderError(
                f"{run} was never delivered to {found.name} at {tenant.name}.",
                remedy=f"Deliver it first: samekey deliver {run} --tenant {tenant} --connection {found.name}",
            )
        with Journal(path / "journal.sqlite") as journal:
            listener.notice(StepStarted("verify"))
            read_back = reconcile.reconcile(
                _sent_users(folder, journal, sample),
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
                door = _Door(tenant, login_credentials, found.name)
                results = _try_the_door(journal, folder, known, door, clock, listener, workers=workers)
    return Verified(read_back, tuple(results))


def report(run: Path, *, delivery: str | None = None, html_path: Path | None = None) -> Figures:
    """Count a run, and write `report.html` beside the journal (or where told).

    Args:
        run: the run folder.
        delivery: the name of a folder under `deliveries/`; None for the one worked on last.
        html_path: where to write the page; None for the delivery's own folder.

    Raises:
        RunFolderError: nothing was packed, no such delivery, or a file is damaged.

    """
    folder = RunFolder(run)
    path = _delivery(folder, delivery)
    figures = report_figures.gather(folder, path)
    if html_path is None and path is not None:
        html_path = path / "report.html"
    if html_path is not None:
        write_whole(html_path, html.page(figures).encode())
    return figures


# --- underneath ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Packing:
    folder: RunFolder
    source: Source
    rules: Rules
    passwords: Mapping[str, Secret]
    workers: int
    clock: Clock
    listener: Listener


def _packed_manifest(packing: _Packing, *, dry_run: bool) -> Manifest:
    rules, listener = packing.rules, packing.listener
    description = packing.source.describe()
    listener.notice(StepStarted("pack", None, "records"))
    making = None if dry_run else packing.folder.make_round()
    try:
        done = pack_source(
            packing.source,
            rules,
            making,
            fingerprint_key=b"" if dry_run else packing.folder.fingerprint_key(),
            known_logins=packing.passwords,
            workers=packing.workers,
            listener=listener,
        )
        source_read = SourceRead(
            description.address, description.format, description.size_bytes, description.fingerprint
        )
        manifest = _manifest(source_read, rules, done, packing.clock.now())
        if making:
            write_whole(making.rules_path, rules.text.encode())
            write_whole(making.manifest_path, manifest.encoded())
            making.finish()
    except BaseException:
        if making:
            making.abandon()
        raise
    listener.notice(StepFinished("pack", {"read": done.read, "packed": done.packed}))
    return manifest


def _manifest(source: SourceRead, rules: Rules, done: Packed, at: datetime) -> Manifest:
    return Manifest(
        samekey=__version__,
        packed_at=at.isoformat(timespec="seconds"),
        source=source,
        rules_sha256=_rules_sha256(rules),
        read=done.read,
        packed=done.packed,
        rejected=done.rejected,
        held=done.held,
        left_out=done.left_out,
        passwords=dict(done.passwords),
        rejections=dict(done.rejections.most_common()),
        clusters=done.cluster_list(),
        chunks=tuple(done.chunks),
    )


def _rules_sha256(rules: Rules) -> str:
    return hashlib.sha256(rules.text.encode()).hexdigest()


def _packed_before(folder: RunFolder, source: Source, rules: Rules) -> tuple[str, Manifest] | None:
    """The round that holds just this; refuses a folder that holds something else."""
    rounds = folder.rounds()
    if not rounds:
        return None
    manifest = read_manifest(rounds[-1])
    if manifest.source.sha256 == source.describe().fingerprint and manifest.rules_sha256 == _rules_sha256(rules):
        return rounds[-1].name, manifest
    raise RunFolderError(
        f"{folder.path} already holds a round of another source or other rules.",
        remedy="Name another folder with --run, or remove this one if it was only a trial.",
    )


@contextmanager
def _administering(tenant: TenantAddress, credentials: Credentials, clock: Clock) -> Iterator[Management]:
    """Speak to a tenant: impatient until `expect_patience`, since somebody watches the first questions."""
    with Transport(tenant, credentials, clock=clock, reads=patience.FIRST_CONTACT) as transport:
        yield Management(transport)


@dataclass(frozen=True)
class _Door:
    tenant: TenantAddress
    credentials: ClientCredentials
    connection: str


def _canary(
    journal: Journal, folder: RunFolder, known: Sequence[KnownLogin], users: int, clock: Clock
) -> ChunkRow | None:
    """The chunk that is to go first; None when there is none, or it was let pass."""
    if not users or journal.last_milestone(milestones.CANARY_PASSED):
        return None
    names = {login.username.lower() for login in known}
    near = None
    if names and journal.last_note(milestones.CANARY_CHOSEN) is None:
        found = next((each for each in packed_users.packed_users(folder) if _is_one_of(each.user, names)), None)
        near = Place(found.round, found.chunk, found.ordinal) if found else None
    return canary.choose(journal, users, near=near, at=clock.now())


def _judge(
    journal: Journal,
    folder: RunFolder,
    first: ChunkRow,
    known: Sequence[KnownLogin],
    door: _Door | None,
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
        among = [login for login in known if any(_is_one_of(each.user, {login.username.lower()}) for each in sent)]
        tried = _try_the_door(journal, folder, among, door, clock, listener, workers=2)
    flown = Flown(first.users, journal.failures().get(key, 0), len(tried), sum(login.is_ok for login in tried))
    listener.notice(Noticed("deliver", flown.said(), "info" if flown.is_well else "warning"))
    if go_on or (proceed(flown) if proceed else flown.is_well):
        journal.add_milestone(milestones.CANARY_PASSED, at=clock.now(), note=flown.said())
        return
    raise DeliveryPaused(
        flown.said(), remedy="Nobody else was sent. To send the others all the same:", option="--go-on"
    )


def _is_one_of(user: Mapping[str, Any], names: Collection[str]) -> bool:
    return any(str(user.get(name, "")).lower() in names for name in ("email", "username", "phone_number"))


def _try_the_door(
    journal: Journal,
    folder: RunFolder,
    known: Sequence[KnownLogin],
    door: _Door,
    clock: Clock,
    listener: Listener,
    *,
    workers: int,
) -> list[LoginResult]:
    """Known people log in through the front door; how they fared is written down."""
    credentials = door.credentials
    with SignIn(door.tenant, credentials.client_id, credentials.client_secret, clock=clock) as opened:
        results = logins.try_logins(known, opened, door.connection, listener, workers=workers)
    clusters = packed_users.clusters_of_logins(folder, [result.username for result in results])
    for result in results:
        cluster = clusters.get(result.username.lower(), "")
        journal.put_login(result.username, outcome=result.outcome.word, cluster=cluster, at=clock.now())
    return results


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


def _sent_users(folder: RunFolder, journal: Journal, sample: int) -> Iterator[SentUser]:
    """Users whose chunk is settled and who did not fail; every n-th, so that `sample` of them cover the whole run."""
    chunks = journal.chunks()
    file_and_first = {(chunk.round, chunk.name): (chunk.file_name, chunk.first) for chunk in chunks}
    settled = [chunk for chunk in chunks if chunk.state == State.SETTLED]
    sent: dict[tuple[str, str], list[range]] = {}
    for chunk in settled:
        sent.setdefault((chunk.round, chunk.file_name), []).append(range(chunk.first, chunk.first + chunk.users))
    failed = set()
    for row in journal.outcomes():
        if row.outcome == "failed":
            file, first = file_and_first[row.round, row.chunk]
            failed.add((row.round, file, first + row.ordinal))
    every = max(1, sum(chunk.users for chunk in settled) // sample) if sample else 1
    for number, packed in enumerate(packed_users.packed_users(folder, chunks=sent.keys())):
        is_sent = any(packed.ordinal in part for part in sent[packed.round, packed.chunk])
        if number % every == 0 and is_sent and (packed.round, packed.chunk, packed.ordinal) not in failed:
            yield SentUser.of(packed.key, packed.user)


def _delivery(folder: RunFolder, name: str | None) -> Path | None:
    deliveries = folder.deliveries()
    if name is not None:
        path = folder.path / "deliveries" / name
        if path not in deliveries:
            known = ", ".join(each.name for each in deliveries) or "none"
            raise RunFolderError(f"{folder.path} has no delivery {name}.", remedy=f"Deliveries: {known}.")
        return path
    return max(deliveries, key=lambda path: (path / "journal.sqlite").stat().st_mtime, default=None)
