"""A source that is damaged as a whole says where, after everything before it was read."""

import gzip
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from samekey.errors import SourceDamaged, SourceError
from samekey.records import Rejection, SourceRecord
from samekey.sources.base import Range, Source
from samekey.sources.opening import open_source

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Item = SourceRecord | Rejection


def until_damage(source: Source) -> tuple[list[Item], str]:
    """What was read, and the message of the damage."""
    items: list[Item] = []

    def reading() -> Iterator[Item]:
        for piece in source.ranges(1):
            yield from source.read(piece)

    with pytest.raises(SourceDamaged) as caught:
        items.extend(reading())
    return items, caught.value.message


class TestDamagedArray:
    @pytest.mark.parametrize(
        ("text", "read", "says"),
        [
            pytest.param(
                b'[{"a": 1}, {"a": 2}', 2, "breaks off before its end, in record 3 (byte 19)", id="no bracket"
            ),
            pytest.param(
                b'[{"a": 1}, {"a": ', 1, "breaks off inside a record, in record 2 (byte 11)", id="in a record"
            ),
            pytest.param(b'[{"a": 1}, ', 1, "breaks off", id="behind a comma"),
            pytest.param(b"[", 0, "breaks off before its end, in record 1", id="at once"),
            pytest.param(b'[{"a": 1} {"a": 2}]', 1, "comma or a closing bracket is missing", id="no comma"),
            pytest.param(b'[{"a": 1},]', 1, "ends with a comma", id="comma at the end"),
            pytest.param(b'[{"a": 1}] {', 1, "text behind the end", id="text behind"),
            pytest.param(b'[{"a": 1}, {"a": "x}, {"b": "y"}]', 1, "not JSON", id="quotation mark missing"),
            pytest.param(b"[{'a': 1}]", 0, "not JSON, in record 1 (byte 2)", id="single quotes"),
            pytest.param(b'[{"a" 1}]', 0, "not JSON, in record 1 (byte 6)", id="colon missing"),
            pytest.param(b"[hello]", 0, "not JSON", id="a word"),
        ],
    )
    def test_says_where(self, tmp_path: Path, text: bytes, read: int, says: str) -> None:
        """The position is that of the damage, and what came before was yielded."""
        path = tmp_path / "users.json"
        path.write_bytes(text)
        items, message = until_damage(open_source(str(path)))
        assert (read, True) == (len(items), says in message)

    def test_refuses_what_is_no_array_when_told_it_is_one(self, tmp_path: Path) -> None:
        """The operator's word on the format does not make an object an array."""
        path = tmp_path / "users.json"
        path.write_bytes(b"hello")
        assert "not a JSON array" in until_damage(open_source(str(path), source_format="json"))[1]

    def test_never_yields_a_record_that_was_not_written(self, tmp_path: Path) -> None:
        """Cut at any byte, the array yields the first of its records and nothing else."""
        whole = b'[{"a": "}, {"}, {"b": [{"c": 1}, {}]}, {"d": "\\\\"}]'
        path = tmp_path / "users.json"
        written: list[dict[str, object]] = [{"a": "}, {"}, {"b": [{"c": 1}, {}]}, {"d": "\\"}]
        for size in range(1, len(whole)):
            path.write_bytes(whole[:size])
            items, _ = until_damage(open_source(str(path)))
            assert written[: len(items)] == [item.fields for item in items if isinstance(item, SourceRecord)]


class TestDamagedCompression:
    @pytest.mark.parametrize(
        ("name", "first", "each"),
        [
            pytest.param("users.json.gz", b"[{}", b',{"a":"%d"}\n', id="json"),
            pytest.param("users.ndjson.gz", b"{}\n", b'{"a":"%d"}\n', id="ndjson"),
            pytest.param("users.csv.gz", b"a,b\n", b"1,%d\n", id="csv"),
            pytest.param("users.csv.zst", b"a,b\n", b"1,%d\n", id="zstd"),
        ],
    )
    def test_says_that_the_archive_is_cut_off(self, tmp_path: Path, name: str, first: bytes, each: bytes) -> None:
        """A download that broke off is not taken for the end of the data."""
        numbers = random.Random(1)
        text = first + b"".join(each % numbers.getrandbits(256) for _ in range(20_000))
        packed = zstd.compress(text) if name.endswith(".zst") else gzip.compress(text)
        path = tmp_path / name
        path.write_bytes(packed[: len(packed) // 2])
        items, message = until_damage(open_source(str(path)))
        assert (len(items) > 1000, "broken or cut off" in message) == (True, True)


class TestVanishedFile:
    @pytest.mark.parametrize("name", ["users.json", "users.ndjson", "users.csv"])
    def test_is_a_source_error(self, tmp_path: Path, name: str) -> None:
        """A file that goes away between two steps is told as such."""
        path = tmp_path / name
        path.write_bytes(b"[{}]")
        source = open_source(str(path), source_format=path.suffix[1:])
        path.unlink()
        with pytest.raises(SourceError, match="does not exist"):
            list(source.read(Range()))


class TestHeader:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            pytest.param(b"a,b,a\n1,2,3\n", "more than one column 'a'", id="name twice"),
            pytest.param(b"a,,c\n1,2,3\n", "Column 2 of .* has no name", id="no name"),
            pytest.param(b"a,b,\n1,2,\n", "Column 3 of .* has no name", id="separator at the end"),
            pytest.param(b'"a,b\n1,2\n', "header line of .* cannot be read", id="quotation mark open"),
            pytest.param(b"a,\xff\n1,2\n", "header line of .* cannot be read", id="not UTF-8"),
        ],
    )
    def test_is_refused_when_it_names_no_fields(self, tmp_path: Path, text: bytes, says: str) -> None:
        """Rows under a header that cannot be trusted are not read at all."""
        path = tmp_path / "users.csv"
        path.write_bytes(text)
        source = open_source(str(path))
        with pytest.raises(SourceError, match=says):
            list(source.read(source.ranges(1)[0]))


class TestUnclosedQuotationMark:
    def test_costs_its_own_line_only(self, tmp_path: Path) -> None:
        """The people behind it are read as if nothing had happened."""
        path = tmp_path / "users.csv"
        path.write_bytes(b'a,b\n1,"x\n2,y\n3,"z"\n')
        source = open_source(str(path))
        items = list(source.read(source.ranges(1)[0]))
        read = [item.fields["a"] if isinstance(item, SourceRecord) else item.reason for item in items]
        assert read == ["bad-quoting", "2", "3"]


class TestNuls:
    def test_cost_their_own_row_only(self, tmp_path: Path) -> None:
        """One NUL does not make a table of people into something that is no text."""
        path = tmp_path / "users.csv"
        path.write_bytes(b"a,b\n1,x\n\x002,y\n3,z\n")
        source = open_source(str(path))
        items = list(source.read(source.ranges(1)[0]))
        read = [item.fields["a"] if isinstance(item, SourceRecord) else item.reason for item in items]
        assert read == ["1", "nul-character", "3"]


class TestCarriageReturns:
    def test_alone_are_named(self, tmp_path: Path) -> None:
        """Not quotation marks, which are in order."""
        path = tmp_path / "users.csv"
        path.write_bytes(b"a,b\r1,x\r2,y\r")
        source = open_source(str(path))
        with pytest.raises(SourceError, match="header line") as caught:
            list(source.read(source.ranges(1)[0]))
        assert "carriage return" in caught.value.remedy


class TestFirstRow:
    @pytest.mark.parametrize(
        "cell",
        [
            pytest.param("ann@example.test", id="an address"),
            pytest.param("0123456789abcdef" * 2, id="a digest"),
            pytest.param("$2b$04$" + "a" * 53, id="a hash that says what it is"),
            pytest.param("2024-02-29", id="a day"),
        ],
    )
    def test_is_no_header_when_it_is_somebody(self, tmp_path: Path, cell: str) -> None:
        """Nobody is lost to the names of columns, and no hash is printed as one."""
        path = tmp_path / "users.csv"
        path.write_text(f"1;{cell}\n2;{cell}\n", encoding="utf-8")
        source = open_source(str(path))
        items = list(source.read(source.ranges(1)[0]))
        people = [item.fields for item in items if isinstance(item, SourceRecord)]
        assert people == [{"column_1": "1", "column_2": cell}, {"column_1": "2", "column_2": cell}]

    @pytest.mark.parametrize("name", ["e-mail", "@type", "sha256", "2fa", "$oid", "password_hash", "deadbeef"])
    def test_is_a_header_otherwise(self, tmp_path: Path, name: str) -> None:
        """Names may be odd."""
        path = tmp_path / "users.csv"
        path.write_text(f"a;{name}\n1;2\n", encoding="utf-8")
        source = open_source(str(path))
        items = list(source.read(source.ranges(1)[0]))
        assert [item.fields for item in items if isinstance(item, SourceRecord)] == [{"a": "1", name: "2"}]
