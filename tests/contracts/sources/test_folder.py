"""A folder of files is one source whose ranges are its files."""

import gzip
import itertools
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samekey.errors import SamekeyError, SourceDamaged, SourceError, SourceUnrecognised
from samekey.records import RECORDS_PER_FILE_MAX, Position, Rejection, SourceRecord
from samekey.sources.base import Source
from samekey.sources.opening import open_source
from tests.contracts.sources.suite import SourceContract, read_all

Write = Callable[[str, bytes], Path]


def ndjson(people: list[dict[str, Any]]) -> bytes:
    """One a line."""
    return b"".join(json.dumps(person).encode() + b"\n" for person in people)


class TestFolder(SourceContract):
    """Everything that holds for one file, over three of them."""

    @pytest.fixture
    def holding(self, tmp_path: Path) -> Callable[[list[dict[str, Any]]], Source]:
        """People in three files, with what a cluster leaves beside them."""

        def holding(people: list[dict[str, Any]]) -> Source:
            folder = tmp_path / "export"
            folder.mkdir(exist_ok=True)
            third = max(1, len(people) // 3)
            for number, start in enumerate((0, third, 2 * third)):
                end = len(people) if number == 2 else start + third
                (folder / f"part-{number:05d}.ndjson").write_bytes(ndjson(people[start:end]))
            (folder / "_SUCCESS").touch()
            (folder / ".part-00000.ndjson.crc").write_bytes(b"crc")
            (folder / "part-00009.ndjson").touch()
            return open_source(str(folder))

        return holding

    def test_numbers_records_from_zero(self, holding: Callable[[list[dict[str, Any]]], Source]) -> None:
        """In each file, and a billion on for every file before it."""
        places = [item.position for item in read_all(holding(self.people))]
        assert [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (2, 3)] == [
            divmod(place.index, RECORDS_PER_FILE_MAX) for place in places
        ]

    def test_positions_increase(self, holding: Callable[[list[dict[str, Any]]], Source]) -> None:
        """The index through all files; byte and line within each."""
        places = [item.position for item in read_all(holding(self.people))]
        for before, behind in itertools.pairwise(places):
            assert before.index < behind.index
            assert before.file < behind.file or (before.byte or 0) < (behind.byte or 1)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file of an export."""

    def write(name: str, content: bytes) -> Path:
        path = tmp_path / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write


class TestFiles:
    """Which of them are read, and how."""

    def test_come_in_the_order_of_their_names(self, write: Write, tmp_path: Path) -> None:
        """Folders inside folders, too; compressed or not."""
        write("2/a.ndjson", b'{"n": 3}\n')
        write("1/b.ndjson.gz", gzip.compress(b'{"n": 2}\n'))
        write("1/a.ndjson", b'{"n": 1}\n')
        items = read_all(open_source(str(tmp_path / "export")))
        assert [1, 2, 3] == [item.fields["n"] for item in items if isinstance(item, SourceRecord)]
        assert ["1/a.ndjson", "1/b.ndjson.gz", "2/a.ndjson"] == [item.position.file for item in items]

    def test_may_be_named_by_a_pattern(self, write: Write, tmp_path: Path) -> None:
        """As a shell would, and in quotes."""
        write("users-1.csv", b"n\n1\n")
        write("users-2.csv", b"n\n2\n")
        write("orders.csv", b"n\n3\n")
        items = read_all(open_source(f"{tmp_path}/export/users-*.csv"))
        assert ["1", "2"] == [item.fields["n"] for item in items if isinstance(item, SourceRecord)]

    def test_of_several_kinds_are_asked_about(self, write: Write, tmp_path: Path) -> None:
        """A folder of users and something else is no export."""
        write("users.csv", b"n\n1\n")
        write("users.json", b"[]")
        with pytest.raises(SourceUnrecognised, match=r"several kinds: \.csv, \.json") as caught:
            open_source(str(tmp_path / "export"))
        assert "pattern" in caught.value.remedy

    @pytest.mark.parametrize("address", ["export", "export/*.csv", "export/**/*"])
    def test_must_be_some(self, tmp_path: Path, address: str) -> None:
        """An empty folder is no source."""
        (tmp_path / "export").mkdir()
        with pytest.raises(SourceError, match="No file with data"):
            open_source(str(tmp_path / address))

    def test_name_their_damage(self, write: Write, tmp_path: Path) -> None:
        """The file that breaks off, and nothing before it lost."""
        write("1.json", b'[{"n": 1}]')
        write("2.json", b'[{"n": 2}, {"n"')
        source = open_source(str(tmp_path / "export"))
        reading = source.read(source.ranges(1)[0])
        assert ["1.json", "2.json"] == [next(reading).position.file for _ in range(2)]
        with pytest.raises(SourceDamaged, match=r"2\.json"):
            next(reading)

    def test_reject_records_with_their_name(self, write: Write, tmp_path: Path) -> None:
        """Whoever mends it knows where to look."""
        write("1.ndjson", b'{"n": 1}\n')
        write("2.ndjson", b"\n[]\n")
        rejected = read_all(open_source(str(tmp_path / "export")))[-1]
        assert isinstance(rejected, Rejection)
        assert "record 2 (line 2) of 2.ndjson" == str(rejected.position)

    def test_are_not_passed_over_in_silence(self, write: Write, tmp_path: Path) -> None:
        """A link that leads nowhere may be people who are lost."""
        write("1.ndjson", b'{"n": 1}\n').with_name("2.ndjson").symlink_to("nowhere")
        with pytest.raises(SourceError, match=r"2\.ndjson does not exist"):
            open_source(str(tmp_path / "export"))


class TestRanges:
    """Pieces for workers."""

    def test_weigh_about_the_same(self, write: Write, tmp_path: Path) -> None:
        """By the size of the files."""
        for number, size in enumerate([1, 1, 1, 1, 4, 4, 4, 8]):
            write(f"{number}.ndjson", b'{"n": 1}\n' * size)
        pieces = open_source(str(tmp_path / "export")).ranges(3)
        assert [(0, 5), (5, 7), (7, 8)] == [(piece.start, piece.end) for piece in pieces]

    def test_keep_their_numbers(self, write: Write, tmp_path: Path) -> None:
        """A record is known by the same index whoever reads it."""
        for number in range(5):
            write(f"{number}.ndjson", b'{"n": 1}\n{"n": 2}\n')
        source = open_source(str(tmp_path / "export"))
        assert read_all(source) == read_all(pickle.loads(pickle.dumps(source)), 4)


class TestFingerprint:
    """What identifies the content."""

    def test_changes_with_names_and_contents(self, write: Write, tmp_path: Path) -> None:
        """And with nothing else."""
        write("1.ndjson", b'{"n": 1}\n')
        path = write("2.ndjson", b'{"n": 2}\n')

        def fingerprint() -> str:
            return open_source(str(tmp_path / "export")).describe().fingerprint

        before = fingerprint()
        os.utime(path, (0, 0))
        assert before == fingerprint()
        path.write_bytes(b'{"n": 3}\n')
        changed = fingerprint()
        path.rename(path.with_name("3.ndjson"))
        assert 3 == len({before, changed, fingerprint()})


def test_an_address_that_is_no_path_is_told(tmp_path: Path) -> None:
    """As ever."""
    with pytest.raises(SamekeyError):
        open_source(f"{tmp_path}/a\0b*")
    assert "record 1" == str(Position(0))
