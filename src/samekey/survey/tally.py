"""One pass of counting over a source.

The first records are kept until it is clear which field plays which part; from then on every record is counted and let
go. Nothing of a record outlives it but digests of identifiers, in memory.
"""

from dataclasses import replace
from itertools import islice

from samekey.events import Listener, Nobody, Progressed, StepFinished, StepStarted
from samekey.origins import catalog
from samekey.origins.catalog import Recognised
from samekey.records import Rejection, SourceRecord
from samekey.sources.base import Source
from samekey.sources.join import JoinedSource
from samekey.survey import estimate, findings
from samekey.survey.field_tally import FieldsTally
from samekey.survey.findings import Findings, PropertyFound, SourceFound
from samekey.survey.identity_tally import IdentifierTally, PasswordTally
from samekey.survey.roles import Roles, roles

SAMPLE_RECORDS = 1_000
"""Records that decide which field plays which part."""

ANNOUNCE_EVERY = 1_000


def survey(
    source: Source, *, origin: str | None = None, listener: Listener | None = None, limit: int | None = None
) -> Findings:
    """Look at a source in one pass; nothing is written.

    Args:
        source: what to look at.
        origin: the name of the origin it comes from; None to recognise it.
        listener: hears how far it came.
        limit: look at no more than this many records; all of them when None.

    Raises:
        SourceError: the source cannot be read to its end.
        UsageError: there is no such origin.

    """
    listener = listener or Nobody()
    listener.notice(StepStarted("survey", unit="records"))
    counting = _Counting(listener, catalog.named(origin) if origin is not None else None)
    items = (item for piece in source.ranges(1) for item in source.read(piece))
    for item in islice(items, limit):
        counting.add(item)
    complete = next(items, None) is None if limit is not None else True
    found = counting.found(source, complete=complete)
    listener.notice(StepFinished("survey", {"records": found.records}))
    return found


class _Counting:
    """What is counted during the pass."""

    def __init__(self, listener: Listener, origin: Recognised | None) -> None:
        self._listener = listener
        self._origin = origin
        self._records = 0
        self._rejected: dict[str, int] = {}
        self._fields = FieldsTally()
        self._sample: list[SourceRecord] = []
        self._roles: Roles | None = None
        self._identifiers: list[IdentifierTally] = []
        self._profile: tuple[PropertyFound, ...] = ()
        self._password: PasswordTally | None = None

    def add(self, item: SourceRecord | Rejection) -> None:
        """Count a record, or what stands in its place."""
        if isinstance(item, Rejection):
            self._rejected[item.reason] = self._rejected.get(item.reason, 0) + 1
            return
        self._records += 1
        self._fields.add(item.fields, item.position)
        if self._roles is not None:
            self._look_closer(item)
        else:
            self._sample.append(item)
            if len(self._sample) == SAMPLE_RECORDS:
                self._decide_roles()
        if self._records % ANNOUNCE_EVERY == 0:
            self._listener.notice(Progressed("survey", self._records))

    def found(self, source: Source, *, complete: bool) -> Findings:
        """Everything, with its warnings and the estimate."""
        if self._roles is None:
            self._decide_roles()
        description = source.describe()
        found = Findings(
            SourceFound(description.address, description.format, description.size_bytes),
            self._records,
            self._rejected,
            complete,
            self._fields.found(self._records),
            self._fields.unlisted,
            tuple(tally.found() for tally in self._identifiers),
            self._profile,
            self._password.found(self._records) if self._password and self._records else None,
            origin=self._origin or catalog.named(catalog.GENERIC),
            joined=source.joined() if isinstance(source, JoinedSource) else None,
        )
        found = replace(found, estimate=estimate.estimate(found, self._sample))
        return replace(found, warnings=findings.warnings_of(found))

    def _decide_roles(self) -> None:
        paths = [field.path for field in self._fields.found(self._records)]
        self._origin = self._origin or catalog.recognise([record.fields for record in self._sample])
        origin = catalog.origin(self._origin.name)
        self._roles = roles(paths, self._sample, origin)
        self._identifiers = [IdentifierTally(name, path) for name, path in self._roles.identifiers.items()]
        self._profile = tuple(PropertyFound(name, path) for name, path in self._roles.profile.items())
        if self._roles.password:
            convention = origin.password
            self._password = PasswordTally(
                self._roles.password, self._roles.salt, convention.stored, convention.formats
            )
        for record in self._sample:
            self._look_closer(record)

    def _look_closer(self, record: SourceRecord) -> None:
        for identifier in self._identifiers:
            identifier.add(record)
        if self._password:
            self._password.add(record)
