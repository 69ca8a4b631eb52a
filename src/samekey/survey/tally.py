"""One pass of counting over a source.

The first records decide which field plays which part; with that, every piece of the source is counted by itself, and
the tallies of the pieces add up. What is found does not depend on how many pieces there were. Nothing of a record
outlives it but digests of identifiers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path as FilePath
from typing import Any

import msgspec

from samekey import temporary
from samekey.auth0 import limits
from samekey.errors import RunFolderError
from samekey.events import Listener, Nobody, Progressed, StepFinished, StepStarted
from samekey.origins import catalog
from samekey.origins.catalog import Recognised
from samekey.records import Rejection, SourceRecord
from samekey.sources.base import Range, RangesWrong, Source
from samekey.sources.join import JoinedSource
from samekey.sources.sheets import RecordSheet, SheetSource, TextSheet
from samekey.survey import estimate, findings
from samekey.survey.distinct import Repeats
from samekey.survey.field_tally import FieldsTally, paths_of
from samekey.survey.findings import Findings, Path, SourceFound
from samekey.survey.identity_tally import IdentifierTally, PropertyTally
from samekey.survey.login_tally import LoginTally
from samekey.survey.password_tally import PasswordTally
from samekey.survey.roles import Roles, roles
from samekey.survey.rows import ABSENT, RecordRows, Rows, SheetRows

SAMPLE_RECORDS = 1_000
"""Records that decide which field plays which part."""

ANNOUNCE_EVERY = 1_000
"""Records between two announcements of progress, at least."""

BATCH_RECORDS = 1_000
"""Records that are counted at once, at most."""
WEIGHED_RECORDS = 20
"""Records that are weighed at once."""
BATCH_BYTES = 4 * 1024 * 1024
"""What they weigh as JSON at most, the last one aside."""

SAMPLE_BYTES = 32 * 1024 * 1024
"""What the first records weigh as JSON at most, the last one aside."""

ALONE_BYTES_MAX = 8 * 1024 * 1024
"""A source up to this size is one piece: other processes would take longer to start than to count."""

_LIGHT_BYTES = limits.PROFILE_BYTES_MAX // 4
"""A text up to this size surely weighs no more than a profile may."""

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be counted."""

    paths: tuple[Path, ...]
    """The fields of the first records, in their order."""
    roles: Roles
    origin: Recognised
    folder: FilePath
    """Where digests may go when they are many; made when it is needed."""


@dataclass(frozen=True, slots=True)
class PieceTask:
    """A piece of a source, and what is to be counted in it."""

    source: Source
    piece: Range
    number: int
    plan: Plan


class Tally:
    """What was counted in a piece."""

    def __init__(self, plan: Plan, number: int = 0) -> None:
        """Args:
        plan: what is to be counted.
        number: the number of the piece.

        """
        found = plan.roles
        convention = catalog.origin(plan.origin.name).password
        self.records = 0
        self.oversized = 0
        self.rejected: Counter[str] = Counter()
        self.fields = FieldsTally(plan.paths)
        self.identifiers = [
            IdentifierTally(name, path, Repeats(plan.folder / f"{number:04d}-{name}"))
            for name, path in found.identifiers.items()
        ]
        self.unfit_phone = (
            IdentifierTally("phone_number", found.unfit_phone, Repeats(plan.folder / f"{number:04d}-unfit"))
            if found.unfit_phone
            else None
        )
        self.profile = [PropertyTally(name, path) for name, path in found.profile.items()]
        self.password = (
            PasswordTally(found.password, found.salt, convention.stored, convention.formats) if found.password else None
        )
        self.logins = LoginTally(found.last_login) if found.last_login else None

    def count(self, items: Iterable[SourceRecord | Rejection], announce: Callable[[int], None], *, alone: bool) -> None:
        """Count records, or what stands in their place.

        Args:
            items: the records.
            announce: hears after each batch how many more were read.
            alone: whether there is no other piece; if there is, counting ends where the order begins to matter.

        """
        batch: list[SourceRecord | Rejection] = []
        weight = 0
        while few := [*islice(items, WEIGHED_RECORDS)]:
            batch += few
            weight += self._weigh(few)
            if len(batch) >= BATCH_RECORDS or weight > BATCH_BYTES:
                self._add(batch)
                announce(len(batch))
                batch, weight = [], 0
                if self.overflowed and not alone:
                    return
        self._add(batch)

    def count_sheets(
        self, sheets: Iterable[TextSheet | RecordSheet], announce: Callable[[int], None], *, alone: bool
    ) -> None:
        """The same for a source that comes in sheets."""
        for sheet in sheets:
            if isinstance(sheet, TextSheet) and len(sheet.odd) < sheet.count:
                self._weigh_sheet(sheet)
                self._add_rows(SheetRows(sheet))
                odd: Iterable[int] = sheet.odd
            else:
                odd = range(sheet.count)
            if odd:
                self.count(filter(None, map(sheet.record, odd)), _nobody, alone=alone)
            announce(sheet.count)
            if self.overflowed and not alone:
                return

    def _weigh_sheet(self, sheet: TextSheet) -> None:
        """Count records that are too heavy for a profile; a light text may weigh a little more when written anew."""
        sizes = sheet.sizes()
        if max(sizes) <= _LIGHT_BYTES:
            return
        odd = set(sheet.odd)
        heavy = (row for row, size in enumerate(sizes) if size > _LIGHT_BYTES and row not in odd)
        records = [sheet.record(row) for row in heavy]
        self._weigh([record for record in records if record is not None])

    def _weigh(self, few: Sequence[SourceRecord | Rejection]) -> int:
        """What records weigh as JSON; those that are too heavy for a profile are counted."""
        records = [item for item in few if type(item) is SourceRecord]
        together = _size_bytes([record.fields for record in records])
        if together > limits.PROFILE_BYTES_MAX:
            self.oversized += sum(_size_bytes(record.fields) > limits.PROFILE_BYTES_MAX for record in records)
        return together

    @property
    def overflowed(self) -> bool:
        """Whether there is more than is counted one by one, so that pieces no longer add up."""
        return self.fields.overflowed or (self.password is not None and self.password.overflowed)

    def merge(self, other: "Tally") -> None:
        """Count what another has counted, too."""
        self.records += other.records
        self.oversized += other.oversized
        self.rejected += other.rejected
        self.fields.merge(other.fields)
        for mine, theirs in zip(self.identifiers, other.identifiers, strict=True):
            mine.merge(theirs)
        for named, other_named in zip(self.profile, other.profile, strict=True):
            named.merge(other_named)
        if self.unfit_phone and other.unfit_phone:
            self.unfit_phone.merge(other.unfit_phone)
        if self.password and other.password:
            self.password.merge(other.password)
        if self.logins and other.logins:
            self.logins.merge(other.logins)

    def _add(self, batch: Sequence[SourceRecord | Rejection]) -> None:
        records = [item for item in batch if type(item) is SourceRecord]
        if len(records) < len(batch):
            self.rejected.update(item.reason for item in batch if type(item) is Rejection)
        if not records:
            return
        self._add_rows(RecordRows(records))

    def _add_rows(self, rows: Rows) -> None:
        self.records += rows.count
        marks = {one.path: found for one in self.identifiers if (found := one.add(rows)) is not None}
        self.fields.add(rows, marks)
        for named in self.profile:
            named.add(rows)
        if self.unfit_phone:
            self.unfit_phone.add(rows)
        if self.password:
            self.password.add(rows)
        if self.logins:
            self.logins.add(rows)


SideBySide = Callable[[Callable[[PieceTask, Callable[[int], None]], Tally], Sequence[PieceTask]], list[Tally]]
"""Works on several pieces at once, each with a function that hears how far it came."""


def survey(
    source: Source,
    *,
    origin: str | None = None,
    password: Path | None = None,
    listener: Listener | None = None,
    limit: int | None = None,
    workers: int = 1,
    side_by_side: SideBySide | None = None,
) -> Findings:
    """Look at a source; nothing is written but digests, where they have no room in memory.

    Args:
        source: what to look at.
        origin: the name of the origin it comes from; None to recognise it.
        password: the field that holds stored passwords; None to recognise it.
        listener: hears how far it came.
        limit: look at no more than this many records; all of them when None.
        workers: into how many pieces a large source is divided.
        side_by_side: counts them; None to count everything here.

    Raises:
        SourceError: the source cannot be read to its end.
        UsageError: there is no such origin.
        RunFolderError: there is no room for what is kept to find duplicates.

    """
    listener = listener or Nobody()
    recognised = catalog.named(origin) if origin is not None else None
    listener.notice(StepStarted("survey", unit="records"))
    items = (item for piece in source.ranges(1) for item in source.read(piece))
    wanted = islice(items, limit)
    sample, rejected = _sample(wanted)
    with _temporary_folder() as folder:
        plan = _plan(sample, recognised, folder, password)
        tally = None
        if side_by_side and limit is None and _is_large(source):
            tally = _count_pieces(source, plan, workers, side_by_side)
        if tally is None:
            tally = Tally(plan)
            if isinstance(source, SheetSource) and limit is None:
                for piece in source.ranges(1):
                    tally.count_sheets(source.sheets(piece, absent=ABSENT), _announcing(listener), alone=True)
            else:
                tally.rejected += rejected
                tally.count(chain(sample, wanted), _announcing(listener), alone=True)
        complete = limit is None or next(items, None) is None
        found = _found(tally, plan, source, complete=complete)
    found = replace(found, estimate=estimate.estimate(found, sample))
    found = replace(found, warnings=findings.warnings_of(found))
    listener.notice(StepFinished("survey", {"records": found.records}))
    return found


def count_piece(task: PieceTask, announce: Callable[[int], None]) -> Tally:
    """Count one piece.

    Args:
        task: the piece.
        announce: hears now and then how many more records were read; what it raises stops the work.

    Raises:
        SourceError: the source cannot be read to the end of the piece.

    """
    tally = Tally(task.plan, task.number)
    if isinstance(task.source, SheetSource):
        tally.count_sheets(task.source.sheets(task.piece, absent=ABSENT), announce, alone=False)
    else:
        tally.count(task.source.read(task.piece), announce, alone=False)
    return tally


def _count_pieces(source: Source, plan: Plan, workers: int, side_by_side: SideBySide) -> Tally | None:
    """Count a source piece by piece; None where it is one piece, or the pieces do not add up."""
    pieces = source.ranges(workers)
    if len(pieces) == 1:
        return None
    tasks = [PieceTask(source, piece, number, plan) for number, piece in enumerate(pieces)]
    try:
        first, *others = side_by_side(count_piece, tasks)
    except RangesWrong:
        return None
    for other in others:
        if first.overflowed or other.overflowed:
            return None
        first.merge(other)
    return None if first.overflowed else first


def _sample(items: Iterable[SourceRecord | Rejection]) -> tuple[list[SourceRecord], Counter[str]]:
    """The first records, and the rejections before and between them by reason."""
    sample: list[SourceRecord] = []
    rejected: Counter[str] = Counter()
    weight = 0
    for item in items:
        if type(item) is Rejection:
            rejected[item.reason] += 1
        elif type(item) is SourceRecord:
            sample.append(item)
            weight += _size_bytes(item.fields)
            if len(sample) == SAMPLE_RECORDS or weight > SAMPLE_BYTES:
                break
    return sample, rejected


def _plan(
    sample: Sequence[SourceRecord], recognised: Recognised | None, folder: FilePath, password: Path | None
) -> Plan:
    fields = [record.fields for record in sample]
    recognised = recognised or catalog.recognise(fields)
    paths = paths_of(fields)
    return Plan(
        tuple(paths),
        roles(paths, sample, catalog.origin(recognised.name), password=password),
        recognised,
        folder,
    )


def _found(tally: Tally, plan: Plan, source: Source, *, complete: bool) -> Findings:
    description = source.describe()
    records = tally.records
    return Findings(
        SourceFound(description.address, description.format, description.size_bytes),
        records,
        dict(sorted(tally.rejected.items())),
        complete,
        tally.fields.found(records),
        tally.fields.unlisted,
        tuple(identifier.found() for identifier in tally.identifiers),
        tuple(named.found() for named in tally.profile),
        tally.password.found(records) if tally.password and records else None,
        tally.logins.found() if tally.logins else None,
        tally.oversized,
        tally.unfit_phone.found() if tally.unfit_phone else None,
        origin=plan.origin,
        joined=source.joined() if isinstance(source, JoinedSource) else None,
    )


def _is_large(source: Source) -> bool:
    size_bytes = source.describe().size_bytes
    return size_bytes is not None and size_bytes > ALONE_BYTES_MAX


def _size_bytes(fields: Any) -> int:
    """What fields weigh as JSON."""
    try:
        return len(_encode(fields))
    except (TypeError, ValueError, RecursionError):
        return len(repr(fields))


def _nobody(more: int) -> None:
    """Hears nothing: the sheet as a whole is announced."""


def _announcing(listener: Listener) -> Callable[[int], None]:
    done = said = 0

    def announce(more: int) -> None:
        nonlocal done, said
        done += more
        if done - said >= ANNOUNCE_EVERY:
            said = done
            listener.notice(Progressed("survey", done))

    return announce


@contextmanager
def _temporary_folder() -> Iterator[FilePath]:
    try:
        folder = temporary.make_folder()
    except OSError as error:
        raise RunFolderError(
            "Survey finds no place for temporary files.", remedy="Name a folder for them in TMPDIR."
        ) from error
    try:
        yield folder
    finally:
        temporary.remove(folder)
