"""The numbers of a run, from manifests, files and journal.

Promise: read = packed + rejected + held + left_out, and packed = created + updated + failed + pending. Each term is
counted from evidence of its own and none from the others, so that a lost user shows as books that do not close.

In a run of several rounds a record is counted once, in the state of its last round. Every round counted how many
records it met for the first time while it read (`manifest.known`), and wrote down which states of earlier rounds it
ended (`ended.ndjson`); what the files and the journal say of those is not counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from samekey.auth0 import limits, vocabulary
from samekey.journal import outcome_codes
from samekey.journal.rows import ChunkRow, JobSeen, LoginRow, OutcomeRow, ReadingRow
from samekey.pack.changes import Ended, State, ended_by
from samekey.pack.manifest import Manifest, read_chunk, read_manifest, unreadable
from samekey.pack.purge import read_purge
from samekey.pack.run_folder import Round, RunFolder
from samekey.report import journals
from samekey.report.ended import ended_outcomes
from samekey.report.explanations import Explanation, explain
from samekey.report.journals import Opened

_SETTLED = "settled"
_LOGIN_OK = "ok"
VERDICTS = ("as-is", "re-encoded", "bridge", "reset", "none")


@dataclass(frozen=True)
class Books:
    """Everybody, by where they ended."""

    read: int = 0
    """Records the source held."""
    packed: int = 0
    """Users found in the chunk files."""
    rejected: int = 0
    """Lines of rejections.ndjson."""
    held: int = 0
    """Lines of held.ndjson."""
    left_out: int = 0
    created: int = 0
    """Inserted by the jobs' own totals, and read back where a job could not tell."""
    updated: int = 0
    failed: int = 0
    """Users in the jobs' error lists, and those that reading back did not find."""
    pending: int = 0
    """Users of chunks that are not settled."""

    @property
    def closed(self) -> bool:
        """Whether both sums come out even and nobody is on the way."""
        return (
            self.read == self.packed + self.rejected + self.held + self.left_out
            and self.packed == self.created + self.updated + self.failed
            and self.pending == 0
        )

    def as_json(self) -> dict[str, int | bool]:
        """As programs read it."""
        return {**asdict(self), "closed": self.closed}


@dataclass(frozen=True)
class ClusterFigures:
    """All passwords of one format with the same parameters."""

    cluster: str
    format: str
    users: int
    verdict: str
    proved: bool
    """Whether a known login matched, in our evaluation or at the tenant's door."""


@dataclass(frozen=True)
class JobFigures:
    """Import jobs, and the attempts nobody answered."""

    submitted: int = 0
    completed: int = 0
    failed: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Delivery:
    """Where the run went."""

    tenant: str
    connection: str
    upsert: bool
    started_at: datetime


@dataclass(frozen=True)
class FailureGroup:
    """Users that failed for the same reason."""

    code: str
    users: int
    mend: str
    """Who can do something about it: data, tenant, retry, already-there, or unknown."""
    meaning: str
    example: str
    """One user it happened to, by identifier."""


@dataclass(frozen=True)
class Figures:
    """Everything a report shows."""

    run: str
    source: str
    books: Books
    passwords: dict[str, int]
    clusters: tuple[ClusterFigures, ...] = ()
    jobs: JobFigures = JobFigures()
    rejections: dict[str, int] = field(default_factory=dict)
    failures: tuple[FailureGroup, ...] = ()
    logins: dict[str, int] = field(default_factory=dict)
    """Known people at the tenant's door, by outcome."""
    reading: ReadingRow | None = None
    delivery: Delivery | None = None
    chunks: int = 0
    explanations: tuple[Explanation, ...] = ()
    """Attempts beyond one a chunk, and what became of them."""
    users_an_hour: float | None = None
    """Measured over the last jobs, with both of the tenant's slots at work; None before one completed."""

    @property
    def needs_attention(self) -> bool:
        """Whether somebody should look: rejections, failures, held users, open books, refused logins."""
        books = self.books
        refused = sum(count for outcome, count in self.logins.items() if outcome != _LOGIN_OK)
        unequal = self.reading is not None and (self.reading.different or self.reading.missing)
        return bool(books.rejected or books.held or books.failed or refused or unequal or not books.closed)

    def as_json(self) -> dict[str, Any]:
        """As programs read it."""
        document: dict[str, Any] = {
            "run": self.run,
            "source": self.source,
            "books": self.books.as_json(),
            "passwords": self.passwords,
            "clusters": [asdict(cluster) for cluster in self.clusters],
            "jobs": asdict(self.jobs),
            "rejections": self.rejections,
            "failures": [asdict(group) for group in self.failures],
            "logins": self.logins,
            "explanations": [asdict(explanation) for explanation in self.explanations],
            "users_an_hour": self.users_an_hour,
        }
        if self.reading:
            document["reading"] = asdict(self.reading)
        if self.delivery:
            document["delivery"] = asdict(self.delivery)
        return document


def gather(folder: RunFolder, delivery_path: Path | None) -> Figures:
    """Count a run.

    Args:
        folder: the run folder.
        delivery_path: the delivery to count; None before there is one.

    Raises:
        RunFolderError: nothing was packed, or a file is damaged or missing.

    """
    folder.last_round()
    rounds = folder.rounds()
    manifests = [read_manifest(each) for each in rounds]
    ended = [line for each in rounds for line in ended_by(each)]
    over = Counter(line.state for line in ended)
    last = manifests[-1]
    packed = sum(_users_in_chunks(each, manifest) for each, manifest in zip(rounds, manifests, strict=True))
    packed -= over[State.PACKED]
    before = Books(
        read=last.known if last.is_later else sum(manifest.read for manifest in manifests),
        packed=packed,
        rejected=sum(_lines(each, each.rejections_path) for each in rounds) - over[State.REJECTED],
        held=sum(_lines(each, each.held_path) for each in rounds) - over[State.HELD],
        left_out=last.unstated if last.is_later else sum(manifest.left_out for manifest in manifests),
        pending=packed,
    )
    figures = Figures(
        run=str(folder.path),
        source=last.source.address,
        books=before,
        passwords=_passwords(manifests, ended),
        clusters=_clusters(manifests, ended, set()),
        rejections=_rejections(manifests, ended),
        chunks=sum(len(manifest.chunks) for manifest in manifests),
    )
    if delivery_path is None:
        return figures
    named = {each.name: manifest for each, manifest in zip(rounds, manifests, strict=True)}
    with journals.opened(folder, delivery_path, manifests) as opened:
        return _with_delivery(figures, named, ended, opened)


def _with_delivery(
    figures: Figures,
    manifests: Mapping[str, Manifest],
    ended: Sequence[Ended],
    opened: Sequence[Opened],
) -> Figures:
    """Counted over journals of which no two know the same chunk; the first is that of the delivery asked for."""
    journals_found = [each.journal for each in opened]
    journal = journals_found[0]
    begun = journal.delivery()
    outcomes = [row for each in opened for row in each.outcomes()]
    chunks = [row for each in opened for row in each.chunks()]
    logins = [row for each in journals_found for row in each.logins()]
    counts = [each.job_counts() for each in journals_found]
    over = ended_outcomes(ended, chunks, outcomes, opened)
    created, updated, failed = _ended(chunks, outcomes)
    outcomes = [row for row in outcomes if (row.round, row.chunk, row.ordinal) not in over.rows]
    return Figures(
        run=figures.run,
        source=figures.source,
        books=Books(
            read=figures.books.read,
            packed=figures.books.packed,
            rejected=figures.books.rejected,
            held=figures.books.held,
            left_out=figures.books.left_out,
            created=created - over.created,
            updated=updated - over.updated,
            failed=failed - over.failed,
            pending=sum(chunk.users for chunk in chunks if chunk.state != _SETTLED)
            + _not_yet_taken_in(manifests, chunks, opened)
            - over.pending,
        ),
        passwords=figures.passwords,
        clusters=_clusters(
            manifests.values(),
            ended,
            {login.cluster for login in logins if login.cluster and login.outcome == _LOGIN_OK},
        ),
        jobs=JobFigures(
            sum(each.submitted for each in counts),
            sum(each.completed for each in counts),
            sum(each.failed for each in counts),
            sum(each.lost for each in counts),
        ),
        rejections=figures.rejections,
        failures=_failures(outcomes),
        logins=_login_counts(logins),
        reading=journal.last_reading(),
        delivery=Delivery(begun.tenant, begun.connection, begun.upsert, begun.started_at) if begun else None,
        chunks=figures.chunks,
        explanations=explain(
            [row for each in journals_found for row in each.unheard()],
            [row for each in journals_found for row in each.doubled()],
        ),
        users_an_hour=_users_an_hour(journal.recent_jobs()),
    )


def _users_an_hour(jobs: Sequence[JobSeen]) -> float | None:
    """What jobs like these bring; two are at work at once."""
    seconds = sum(job.seconds for job in jobs)
    return None if seconds <= 0 else limits.ACTIVE_IMPORT_JOBS_MAX * 3600 * sum(job.users for job in jobs) / seconds


def _ended(chunks: list[ChunkRow], outcomes: list[OutcomeRow]) -> tuple[int, int, int]:
    """Users created, updated and failed, over the settled chunks."""
    rows: dict[tuple[str, str], Counter[str]] = {}
    for outcome in outcomes:
        rows.setdefault((outcome.round, outcome.chunk), Counter())[outcome.outcome] += 1
    created = updated = failed = 0
    for chunk in chunks:
        if chunk.state != _SETTLED:
            continue
        exceptions = rows.get((chunk.round, chunk.name), Counter())
        created += exceptions["created"]
        updated += exceptions["updated"]
        failed += exceptions["failed"]
        if exceptions.total() < chunk.users:  # otherwise every user was read back, and the job's totals say no more
            created += chunk.inserted or 0
            updated += chunk.updated or 0
    return created, updated, failed


def _not_yet_taken_in(manifests: Mapping[str, Manifest], chunks: Sequence[ChunkRow], opened: Sequence[Opened]) -> int:
    """Users of chunks that no delivery has heard of, neither as packed nor as prepared."""
    known = {(chunk.round, chunk.name) for chunk in chunks}
    rounds_known = {round_name for round_name, _ in known}
    return sum(
        chunk.users
        for round_name, manifest in manifests.items()
        for chunk in manifest.chunks
        if (round_name, chunk.name) not in known
        and not (
            chunk.changed and any(each.takes(chunk) and each.name_of(round_name) in rounds_known for each in opened)
        )
    )


def _users_in_chunks(packed: Round, manifest: Manifest) -> int:
    """Counted in the files, or when they were purged."""
    purged = read_purge(packed)
    if purged is not None:
        return purged.users
    return sum(len(msgspec.json.decode(read_chunk(packed, chunk), type=list[msgspec.Raw])) for chunk in manifest.chunks)


def _lines(packed: Round, path: Path) -> int:
    try:
        with packed.reading(path) as file:
            return sum(1 for _ in file)
    except OSError as error:
        raise unreadable(packed, path, error) from error


def _passwords(manifests: Iterable[Manifest], ended: Iterable[Ended]) -> dict[str, int]:
    total: Counter[str] = sum((Counter(manifest.passwords) for manifest in manifests), Counter())
    total.subtract(line.word for line in ended if line.state != State.REJECTED)
    return {verdict: total[verdict] for verdict in VERDICTS}


def _rejections(manifests: Iterable[Manifest], ended: Iterable[Ended]) -> dict[str, int]:
    total: Counter[str] = sum((Counter(manifest.rejections) for manifest in manifests), Counter())
    total.subtract(line.word for line in ended if line.state == State.REJECTED)
    return {reason: count for reason, count in total.most_common() if count}


def _clusters(
    manifests: Iterable[Manifest], ended: Iterable[Ended], proved_at_door: set[str]
) -> tuple[ClusterFigures, ...]:
    users: Counter[tuple[str, str]] = Counter()
    forms: dict[str, str] = {}
    proved = set(proved_at_door)
    for manifest in manifests:
        for cluster in manifest.clusters:
            forms[cluster.cluster] = cluster.format
            users[cluster.cluster, cluster.verdict] += cluster.users
            if cluster.proved:
                proved.add(cluster.cluster)
    users.subtract((line.cluster, line.word) for line in ended if line.cluster)
    return tuple(
        ClusterFigures(cluster, forms[cluster], count, verdict, cluster in proved)
        for (cluster, verdict), count in users.most_common()
        if count
    )


def _failures(outcomes: list[OutcomeRow]) -> tuple[FailureGroup, ...]:
    failed = [outcome for outcome in outcomes if outcome.outcome == "failed"]
    groups = []
    for code, users in Counter(outcome.code for outcome in failed).most_common():
        first = next(outcome for outcome in failed if outcome.code == code)
        mend, meaning = _explained(code) or ("unknown", first.message)
        groups.append(FailureGroup(code, users, mend, meaning, first.identifier))
    return tuple(groups)


def _explained(code: str) -> tuple[str, str] | None:
    """Who can mend a failure and what its code means; None for a code that nobody documented."""
    known = vocabulary.ERROR_CODES.get(code)
    return (known.mend, known.meaning) if known else outcome_codes.FAILURES.get(code)


def _login_counts(logins: list[LoginRow]) -> dict[str, int]:
    return dict(Counter(login.outcome for login in logins).most_common())
