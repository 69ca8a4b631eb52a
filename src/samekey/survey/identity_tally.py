"""Counting what people are known by, and what their passwords are."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from samekey.hashes import conversion
from samekey.lookup import ExpressionFailed
from samekey.mapping.expressions import Expression, compile_expression
from samekey.records import Position, SourceRecord
from samekey.survey.field_tally import digest, value_at
from samekey.survey.findings import ClusterFound, IdentifierFound, PasswordFound, Path
from samekey.survey.roles import why_refused

IDENTIFIERS_EXACT_MAX = 250_000
"""Different identifiers that are remembered to find duplicates; beyond it survey finds some, pack finds all."""

CLUSTERS_MAX = 1_000
"""Clusters that are counted one by one; the rest goes into one."""

UNKNOWN, FURTHER = "unknown", "further clusters"


class IdentifierTally:
    """One identifier of everybody."""

    def __init__(self, name: str, path: Path) -> None:
        """Args:
        name: the Auth0 property.
        path: where it stands in a record.

        """
        self._name = name
        self._path = path
        self._valid = 0
        self._missing = 0
        self._invalid: dict[str, int] = {}
        self._seen: set[bytes] = set()
        self._duplicates = 0
        self._exact = True

    def add(self, record: SourceRecord) -> None:
        """Count one record's."""
        value = value_at(self._path, record.fields)
        if value is None or value == "":
            self._missing += 1
            return
        reason = why_refused(self._name, value)
        if reason is not None:
            self._invalid[reason] = self._invalid.get(reason, 0) + 1
            return
        self._valid += 1
        self._look_for_earlier(str(value).lower())

    def _look_for_earlier(self, folded: str) -> None:
        mark = digest(folded)
        if mark in self._seen:
            self._duplicates += 1
        elif len(self._seen) < IDENTIFIERS_EXACT_MAX:
            self._seen.add(mark)
        else:
            self._exact = False

    def found(self) -> IdentifierFound:
        """The counts."""
        return IdentifierFound(
            self._name, self._path, self._valid, self._missing, self._invalid, self._duplicates, self._exact
        )


class _Cluster:
    """Values of one cluster."""

    def __init__(self, name: str, first: conversion.Conversion, example: Position) -> None:
        self.name = name
        self.first = first
        self.example = example
        self.users = 0

    def found(self, records: int) -> ClusterFound:
        first = self.first
        return ClusterFound(
            self.name,
            first.format,
            self.users,
            self.users / records,
            first.certainty,
            first.candidates,
            first.verdict,
            first.reason,
            first.explanation,
            first.warnings,
            self.example,
        )


class PasswordTally:
    """The stored passwords of everybody, by cluster."""

    def __init__(
        self, path: Path, salt_path: Path | None, columns: Mapping[str, str] | None = None, formats: Sequence[str] = ()
    ) -> None:
        """Args:
        path: where the stored password stands in a record.
        salt_path: the column of its salt; None where there is none.
        columns: by the origin's convention, the expressions of what makes it up; in place of path and salt.
        formats: what the origin writes, for values that leave more than one open.

        """
        self._path = path
        self._salt_path = salt_path
        self._columns = columns or {}
        self._readers = {name: compile_expression(Expression(text)) for name, text in self._columns.items()}
        self._formats = formats
        self._clusters: dict[tuple[str, tuple[str, ...]], _Cluster] = {}

    def add(self, record: SourceRecord) -> None:
        """Count one record's."""
        stored = self._stored(record)
        converted = conversion.convert(stored)
        if converted.certainty == "shape":
            usual = next((name for name in self._formats if name in converted.candidates), None)
            if usual:
                by_name = conversion.convert(stored, format=usual)
                converted = replace(by_name, certainty="shape", candidates=converted.candidates)
        name = converted.cluster or UNKNOWN
        # Look-alikes that leave different candidates open are decided separately.
        key = (name, converted.candidates)
        if key not in self._clusters and len(self._clusters) >= CLUSTERS_MAX:
            name, key = FURTHER, (FURTHER, ())
        if key not in self._clusters:
            self._clusters[key] = _Cluster(name, converted, record.position)
        self._clusters[key].users += 1

    def found(self, records: int) -> PasswordFound:
        """The counts, for a source of so many records."""
        clusters = (cluster.found(records) for cluster in self._clusters.values())
        return PasswordFound(
            self._path,
            self._salt_path,
            tuple(sorted(clusters, key=lambda cluster: (-cluster.users, cluster.name))),
            self._columns,
        )

    def _stored(self, record: SourceRecord) -> Any:
        if self._readers:
            try:
                return {name: read(record.fields) for name, read in self._readers.items()}
            except ExpressionFailed:
                return None
        stored = value_at(self._path, record.fields)
        if self._salt_path is None:
            return stored
        return {"hash": stored, "salt": value_at(self._salt_path, record.fields)}
