"""Counting what the stored passwords are, by cluster."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from samekey.hashes import conversion
from samekey.lookup import ExpressionFailed
from samekey.mapping.expressions import Expression, compile_expression
from samekey.records import Position
from samekey.survey.findings import ClusterFound, PasswordFound, Path
from samekey.survey.rows import Places, Rows

CLUSTERS_MAX = 1_000
"""Clusters that are counted one by one; the rest goes into one."""

UNKNOWN, FURTHER = "unknown", "further clusters"

_KINDS_MAX = 10_000
"""Kinds of values whose conversion is remembered."""

_Key = tuple[str, tuple[str, ...]]
"""Name and candidates: look-alikes that leave different candidates open are decided separately."""


class _Cluster:
    """Values of one cluster."""

    def __init__(self, name: str, first: conversion.Conversion, example: Position) -> None:
        self.name = name
        self.first = first
        self.example = example
        self.users = 0

    def add(self, users: int, first: conversion.Conversion, example: Position) -> None:
        self.users += users
        if example.index < self.example.index:
            self.first, self.example = first, example

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
    """The stored passwords of everybody."""

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
        self._formats = formats
        self._clusters: dict[_Key, _Cluster] = {}
        self._kinds: dict[tuple[object, ...], conversion.Conversion] = {}
        """The conversion of the first value of each kind."""
        self.overflowed = False
        """Whether there are more clusters than are counted, so that it matters which came first."""

    def add(self, rows: Rows) -> None:
        """Count those of some records."""
        stored = self._stored(rows)
        common = conversion.common_kind(stored) if set(map(type, stored)) == {str} else None
        kinds = [common] if common else [*map(_kind, stored)]
        for kind, users in ({common: len(stored)} if common else Counter(kinds)).items():
            if kind is None:
                continue
            place = kinds.index(kind)
            known = self._kinds.get(kind)
            if known is None:
                known = self._converted(stored[place])
                if len(self._kinds) < _KINDS_MAX:
                    self._kinds[kind] = known
            self._count(known, users, rows.places, place)
        for place, kind in enumerate(kinds) if None in kinds else ():
            if kind is None:
                self._count(self._converted(stored[place]), 1, rows.places, place)

    def merge(self, other: "PasswordTally") -> None:
        """Count what another has counted, too."""
        for key, cluster in other._clusters.items():  # noqa: SLF001  # one of us
            if key in self._clusters:
                self._clusters[key].add(cluster.users, cluster.first, cluster.example)
            else:
                self._clusters[key] = cluster
        self.overflowed = self.overflowed or other.overflowed or len(self._clusters) > CLUSTERS_MAX

    def found(self, records: int) -> PasswordFound:
        """The counts, for a source of so many records."""
        clusters = (cluster.found(records) for cluster in self._clusters.values())
        return PasswordFound(
            self._path,
            self._salt_path,
            tuple(sorted(clusters, key=lambda cluster: (-cluster.users, cluster.name, cluster.example.index))),
            self._columns,
        )

    def _count(self, converted: conversion.Conversion, users: int, places: Places, place: int) -> None:
        name = converted.cluster or UNKNOWN
        key = (name, converted.candidates)
        if key not in self._clusters:
            if len(self._clusters) >= CLUSTERS_MAX:
                self.overflowed = True
                name, key = FURTHER, (FURTHER, ())
            self._clusters.setdefault(key, _Cluster(name, converted, places.all[place]))
        self._clusters[key].users += users

    def _converted(self, stored: Any) -> conversion.Conversion:
        converted = conversion.convert(stored)
        if converted.certainty == "shape":
            usual = next((name for name in self._formats if name in converted.candidates), None)
            if usual:
                by_name = conversion.convert(stored, format=usual)
                converted = replace(by_name, certainty="shape", candidates=converted.candidates)
        # Of the value itself nothing is kept.
        return replace(converted, custom_password_hash=None)

    def _stored(self, rows: Rows) -> Sequence[Any]:
        if self._columns:
            readers = {name: compile_expression(Expression(text)) for name, text in self._columns.items()}
            return [_read(readers, fields) for fields in rows.fields()]
        stored = rows.column(self._path)
        if self._salt_path is None:
            return stored
        salts = rows.column(self._salt_path)
        return [{"hash": value, "salt": salt} for value, salt in zip(stored, salts, strict=True)]


def _kind(stored: Any) -> tuple[object, ...] | None:
    """What decides how a value is read, where a glance shows it."""
    if type(stored) is str:
        return conversion.kind(stored)
    if type(stored) is dict and stored.keys() == _SALTED and set(map(type, stored.values())) == {str}:
        return conversion.salted_kind(stored["hash"], stored["salt"])
    return None


_SALTED = {"hash", "salt"}


def _read(readers: Mapping[str, Any], fields: Mapping[str, Any]) -> Any:
    try:
        return {name: read(fields) for name, read in readers.items()}
    except ExpressionFailed:
        return None
