"""What every source promises. A new format begins by subclassing `SourceContract`, red; one of text, `TextContract`."""

import contextlib
import gzip
import hashlib
import io
import itertools
import pickle
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samekey.errors import SamekeyError
from samekey.records import Rejection, SourceRecord
from samekey.sources import base
from samekey.sources.base import RangesWrong, Source
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions
from samekey.sources.sheets import sheets

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Fields = dict[str, Any]

PEOPLE: list[Fields] = [
    {"username": f"person{number}@example.test", "hash": f"{number:040X}", "note": note}
    for number, note in enumerate(["plain", "", 'said "no", twice', "}, {", "a]b", "ünï ©ode", "tab\there", "back\\"])
]
"""Records whose texts try to look like the structure around them."""

FEW = settings(max_examples=100, deadline=None)


def read_all(source: Source, pieces: int = 1) -> list[SourceRecord | Rejection]:
    """Everything the source yields, range after range."""
    try:
        return [item for piece in source.ranges(pieces) for item in source.read(piece)]
    except RangesWrong:
        return read_all(source)


def zip_of(content: bytes) -> bytes:
    """A zip archive with one file in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("people", content)
    return packed.getvalue()


def read_sheets(source: Source, pieces: int = 1) -> list[SourceRecord | Rejection]:
    """Everything the source yields, as its sheets have it."""
    try:
        return _read_sheets(source, pieces)
    except RangesWrong:
        return _read_sheets(source, 1)


def _read_sheets(source: Source, pieces: int) -> list[SourceRecord | Rejection]:
    items: list[SourceRecord | Rejection] = []
    for piece in source.ranges(pieces):
        for sheet in sheets(source, piece):
            each = [sheet.record(row) for row in range(sheet.count)]
            places, fields = sheet.positions(), sheet.fields()
            for row, item in enumerate(each):
                if row not in sheet.odd:
                    assert SourceRecord(places[row], fields[row]) == item
                    assert all(value == sheet.column(name)[row] for name, value in fields[row].items())
                assert item is None or item.position == places[row]
            items += filter(None, each)
    return items


class SourceContract:
    """Subclass it with the things that differ from format to format."""

    source_format: str
    options = SourceOptions()
    people: ClassVar[list[Fields]] = PEOPLE
    many = 2_000
    """How often the people are repeated to see memory stay flat."""
    memory_bytes_max = 2_000_000

    def encoded(self, people: list[Fields]) -> bytes:
        """A file that holds these people."""
        raise NotImplementedError

    @pytest.fixture
    def source_of(self, tmp_path: Path) -> Callable[[bytes], Source]:
        """Bytes become a source."""

        def source_of(content: bytes) -> Source:
            path = tmp_path / "people"
            path.write_bytes(content)
            return open_source(str(path), source_format=self.source_format, options=self.options)

        return source_of

    @pytest.fixture
    def holding(self, source_of: Callable[[bytes], Source]) -> Callable[[list[Fields]], Source]:
        """People become a source."""
        return lambda people: source_of(self.encoded(people))

    def test_yields_every_record_in_order(self, holding: Callable[[list[Fields]], Source]) -> None:
        """What was written is what is read, in order, unchanged."""
        items = read_all(holding(self.people))
        assert self.people == [item.fields for item in items if isinstance(item, SourceRecord)]

    def test_yields_nothing_but_records_from_a_sound_source(self, holding: Callable[[list[Fields]], Source]) -> None:
        """No rejection stands among records that are whole."""
        assert len(self.people) == len(read_all(holding(self.people)))

    def test_numbers_records_from_zero(self, holding: Callable[[list[Fields]], Source]) -> None:
        """The index is the number of the record."""
        items = read_all(holding(self.people))
        assert list(range(len(self.people))) == [item.position.index for item in items]

    def test_positions_increase(self, holding: Callable[[list[Fields]], Source]) -> None:
        """Index, byte and line grow from record to record, wherever the format knows them."""
        places = [item.position for item in read_all(holding(self.people))]
        for before, behind in itertools.pairwise(places):
            assert before.index < behind.index
            assert (before.byte or 0) < (behind.byte or 1)
            assert (before.line or 0) < (behind.line or 1)

    @pytest.mark.parametrize("pieces", [1, 2, 3, 7, 100])
    def test_ranges_in_order_equal_the_whole(self, holding: Callable[[list[Fields]], Source], pieces: int) -> None:
        """However many workers share it, the same records come out with the same positions."""
        source = holding(self.people * 20)
        assert read_all(source) == read_all(source, pieces)

    @pytest.mark.parametrize("pieces", [1, 3])
    def test_reads_the_same_in_sheets(self, holding: Callable[[list[Fields]], Source], pieces: int) -> None:
        """Columns, positions and records of a sheet are those that come one by one."""
        source = holding(self.people * 20)
        assert read_all(source) == read_sheets(source, pieces)

    def test_gives_at_most_as_many_ranges_as_asked(self, holding: Callable[[list[Fields]], Source]) -> None:
        """Nobody gets more pieces than there are workers."""
        assert 1 <= len(holding(self.people).ranges(3)) <= 3

    @pytest.mark.parametrize("pieces", [1, 3])
    def test_resumes_behind_any_record(self, holding: Callable[[list[Fields]], Source], pieces: int) -> None:
        """Reading after a position yields exactly what followed it."""
        source = holding(self.people * 3)
        for piece in source.ranges(pieces):
            items = list(source.read(piece))
            for number, item in enumerate(items):
                assert items[number + 1 :] == list(source.read(piece, after=item.position))

    def test_keeps_memory_flat(self, holding: Callable[[list[Fields]], Source]) -> None:
        """A source of many megabytes is read in a few."""
        source = holding(self.people * self.many)
        tracemalloc.start()
        try:
            count = sum(1 for _ in source.read(source.ranges(1)[0]))
            peak_bytes = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert (len(self.people) * self.many, True) == (count, peak_bytes < self.memory_bytes_max)

    def test_can_be_sent_to_a_worker(self, holding: Callable[[list[Fields]], Source]) -> None:
        """A pickled source reads the same."""
        source = holding(self.people)
        assert read_all(source) == read_all(pickle.loads(pickle.dumps(source)))


class FileContract(SourceContract):
    """What a file promises besides."""

    def fingerprint(self, content: bytes) -> str:
        """What identifies this content."""
        return hashlib.sha256(content).hexdigest()

    def test_describes_itself(self, source_of: Callable[[bytes], Source]) -> None:
        """Format, size and fingerprint are those of the content."""
        content = self.encoded(self.people)
        description = source_of(content).describe()
        expected = (self.source_format, len(content), self.fingerprint(content))
        assert expected == (description.format, description.size_bytes, description.fingerprint)

    def test_ends_in_records_rejections_or_one_error(self, source_of: Callable[[bytes], Source]) -> None:
        """Whatever the bytes, nothing but records, rejections or one of our own errors comes out."""

        @FEW
        @given(content=st.binary(max_size=200) | self.mangled())
        def check(content: bytes) -> None:
            with contextlib.suppress(SamekeyError):
                source = source_of(content)
                assert read_all(source) == read_all(source, 3) == read_sheets(source, 2)

        check()

    def mangled(self) -> st.SearchStrategy[bytes]:
        """A sound source with a few bytes put in the place of others."""
        sound = self.encoded(self.people)
        spans = st.tuples(st.integers(0, len(sound)), st.integers(0, 12))
        junk = st.binary(max_size=4) | st.sampled_from([b'"', b"\\", b"}", b"{", b"]", b",", b"\n", b"\xff", b"\0"])
        return st.builds(lambda span, put: sound[: span[0]] + put + sound[span[0] + span[1] :], spans, junk)


class TextContract(FileContract):
    """What a file made of text promises besides."""

    def damaged(self) -> tuple[bytes, list[str]]:
        """A source with records that are damaged by themselves; per record its reason, empty for a good one."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def low_ceiling(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Records over the ceiling need not be large to be over it."""
        monkeypatch.setattr(base, "RECORD_BYTES_MAX", 400_000)

    def test_rejects_damaged_records_and_goes_on(self, source_of: Callable[[bytes], Source]) -> None:
        """A record that is damaged by itself becomes a rejection and costs nobody else."""
        content, reasons = self.damaged()
        items = read_all(source_of(content))
        assert items == read_sheets(source_of(content))
        assert reasons == [item.reason if isinstance(item, Rejection) else "" for item in items]

    def test_resumes_behind_a_damaged_record(self, source_of: Callable[[bytes], Source]) -> None:
        """A rejection's position resumes as well as a record's."""
        source = source_of(self.damaged()[0])
        whole, items = source.ranges(1)[0], read_all(source)
        for number, item in enumerate(items):
            assert items[number + 1 :] == list(source.read(whole, after=item.position))

    def test_tolerates_a_byte_order_mark(self, source_of: Callable[[bytes], Source]) -> None:
        """A UTF-8 byte order mark is no part of the first record or name."""
        items = read_all(source_of(b"\xef\xbb\xbf" + self.encoded(self.people)))
        assert self.people == [item.fields for item in items if isinstance(item, SourceRecord)]

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
    def test_reads_utf16_without_a_mark(self, source_of: Callable[[bytes], Source], encoding: str) -> None:
        """The NULs of its first line tell."""
        items = read_all(source_of(self.encoded(self.people).decode().encode(encoding)))
        assert self.people == [item.fields for item in items if isinstance(item, SourceRecord)]

    def test_reads_utf16(self, source_of: Callable[[bytes], Source]) -> None:
        """UTF-16 with a byte order mark, as Windows writes it, holds the same records."""
        items = read_all(source_of(self.encoded(self.people).decode().encode("utf-16")))
        assert self.people == [item.fields for item in items if isinstance(item, SourceRecord)]

    def test_reads_and_resumes_inside_gzip(self, source_of: Callable[[bytes], Source]) -> None:
        """Compressed, the same records stand at the same positions."""
        open_way, compressed = self.encoded(self.people), gzip.compress(self.encoded(self.people))
        items = read_all(source_of(open_way))
        source = source_of(compressed)
        behind = source.read(source.ranges(1)[0], after=items[4].position)
        assert (items, items[5:]) == (read_all(source, 3), list(behind))

    def test_reads_windows_line_ends(self, source_of: Callable[[bytes], Source]) -> None:
        """Carriage returns before line feeds belong to no record."""
        items = read_all(source_of(self.encoded(self.people).replace(b"\n", b"\r\n")))
        assert self.people == [item.fields for item in items if isinstance(item, SourceRecord)]

    @pytest.mark.parametrize("compress", [zip_of, zstd.compress], ids=["zip", "zstd"])
    def test_reads_inside_other_compressions(
        self, source_of: Callable[[bytes], Source], compress: Callable[[bytes], bytes]
    ) -> None:
        """As inside gzip."""
        content = self.encoded(self.people)
        assert read_all(source_of(content)) == read_all(source_of(compress(content)))
