"""A source joined with another keeps the promises of a source."""

import hashlib
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from samekey.sources.base import Source
from samekey.sources.join_options import JoinOptions
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions
from tests.contracts.sources.suite import PEOPLE, Fields, FileContract, SourceContract

_numbers = itertools.count()


def lines(records: list[Fields]) -> bytes:
    """NDJSON."""
    return "".join(json.dumps(record) + "\n" for record in records).encode()


class JoinContract(SourceContract):
    people: ClassVar[list[Fields]] = [{**person, "id": str(number)} for number, person in enumerate(PEOPLE)]
    many = 400
    rows: str

    def told(self, person: Fields) -> list[Fields]:
        """The rows of a person in the other file."""
        raise NotImplementedError

    def kept(self, person: Fields) -> Fields:
        """What the first file holds of a person."""
        raise NotImplementedError

    @pytest.fixture
    def holding(self, tmp_path: Path) -> Callable[[list[Fields]], Source]:
        """People become two files, the second in another order."""

        def holding(people: list[Fields]) -> Source:
            left, right = tmp_path / f"left{next(_numbers)}.ndjson", tmp_path / f"right{next(_numbers)}.ndjson"
            left.write_bytes(lines([self.kept(person) for person in people]))
            different = {person["id"]: person for person in people}
            right.write_bytes(lines([row for person in reversed(different.values()) for row in self.told(person)]))
            return open_source(str(left), options=SourceOptions(join=self.join(str(right))))

        return holding

    def join(self, right: str) -> JoinOptions:
        """How."""
        joined = JoinOptions.said(
            source=right, table="", on="id=user.id", name="notes" if self.rows else "", rows=self.rows
        )
        assert joined is not None
        return joined


class TestOneRow(JoinContract):
    """Profile here, password there."""

    rows = ""
    people: ClassVar[list[Fields]] = [
        {"user": {"id": number}, **person, "id": str(number)} for number, person in enumerate(PEOPLE)
    ]

    def kept(self, person: Fields) -> Fields:
        """A key and a name."""
        return {name: person[name] for name in ("id", "username", "note")}

    def told(self, person: Fields) -> list[Fields]:
        """The hash."""
        return [{"user": person["user"], "hash": person["hash"]}]


class TestKeysAndValues(JoinContract):
    """A row for everything that is known of a person."""

    rows = "what=said"
    people: ClassVar[list[Fields]] = [
        {"id": str(number), "notes": {"first": person["note"], "name": person["username"], "again": ["a", "b"]}}
        for number, person in enumerate(PEOPLE)
    ]

    def kept(self, person: Fields) -> Fields:
        """The key."""
        return {"id": person["id"]}

    def told(self, person: Fields) -> list[Fields]:
        """A row each; what is said twice is two rows."""
        said = person["notes"].items()
        pairs = [(name, each) for name, value in said for each in (value if isinstance(value, list) else [value])]
        return [{"user": {"id": person["id"]}, "what": name, "said": value} for name, value in pairs]


class TestLists(JoinContract):
    """Any number of rows."""

    rows = "list"
    people: ClassVar[list[Fields]] = [
        {"id": str(number), "notes": [{"user": {"id": number}, "note": person["note"]}] * (1 + number % 3)}
        for number, person in enumerate(PEOPLE)
    ]

    def kept(self, person: Fields) -> Fields:
        """The key."""
        return {"id": person["id"]}

    def told(self, person: Fields) -> list[Fields]:
        """The rows as they are."""
        return list(person["notes"])


class TestWithoutRows(FileContract):
    """A source whose records have no row reads as it does alone, whatever its bytes are."""

    source_format = "ndjson"

    @pytest.fixture
    def source_of(self, tmp_path: Path) -> Callable[[bytes], Source]:
        """Joined with somebody else's rows."""
        (tmp_path / "right").write_bytes(self.right)
        join = JoinOptions.said(source=str(tmp_path / "right"), table="", on="id=id", name="", rows="")

        def source_of(content: bytes) -> Source:
            (tmp_path / "left").write_bytes(content)
            return open_source(
                str(tmp_path / "left"), source_format=self.source_format, options=SourceOptions(join=join)
            )

        return source_of

    right = lines([{"id": "nobody", "hash": "x"}, {"hash": "y"}])

    def encoded(self, people: list[Fields]) -> bytes:
        """The first of the two."""
        return lines(people)

    def fingerprint(self, content: bytes) -> str:
        """That of both files, and of how they are joined."""
        sides = (hashlib.sha256(content).hexdigest(), hashlib.sha256(self.right).hexdigest())
        return hashlib.sha256("\0".join([*sides, "id=id", "", ""]).encode()).hexdigest()
