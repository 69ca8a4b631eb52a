"""What is too much for memory comes out as if it had fitted."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.pack import spilling
from samekey.pack.spilling import Buckets, Numbers, Sorter

LINE = st.sampled_from([b"", b"a", b"b c", b"\xff"])
SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(autouse=True)
def small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few things are too much."""
    monkeypatch.setattr(spilling, "BUFFER_BYTES", 3)
    monkeypatch.setattr(spilling, "SORTED_LINES", 2)
    monkeypatch.setattr(spilling, "MERGED_FILES", 3)
    monkeypatch.setattr(spilling, "NUMBERS_IN_MEMORY", 2)
    monkeypatch.setattr(spilling, "NUMBERS_AT_ONCE", 2)


def folder_in(path: Path) -> Path:
    """A new one."""
    return Path(tempfile.mkdtemp(dir=path))


class TestSorter:
    """Lines by number."""

    @SETTINGS
    @given(st.lists(st.tuples(st.integers(0, 2**60), LINE), max_size=60))
    def test_is_sorted(self, tmp_path: Path, lines: list[tuple[int, bytes]]) -> None:
        """Those of the same number by what they say; however often it is asked."""
        sorter = Sorter(folder_in(tmp_path), "lines")
        for order, line in lines:
            sorter.add(order, line)
        assert [line for _, line in sorted(lines)] == list(sorter) == list(sorter)

    def test_keeps_few_files(self, tmp_path: Path) -> None:
        """Whoever reads them has all of them open: of a hundred, one is left of 81, two of nine each and one."""
        sorter = Sorter(tmp_path, "lines")
        for number in range(200):
            sorter.add(number, b"")
        assert 4 == len(list(tmp_path.iterdir()))


class TestBuckets:
    """Lines divided over files."""

    @SETTINGS
    @given(st.lists(st.tuples(st.integers(0, 3), LINE), max_size=20))
    def test_keep_the_order_in_which_lines_came(self, tmp_path: Path, lines: list[tuple[int, bytes]]) -> None:
        """Each bucket by itself."""
        buckets = Buckets(folder_in(tmp_path), "lines", 4)
        for bucket, line in lines:
            buckets.add(bucket, line)
        for bucket in range(4):
            assert [line for into, line in lines if into == bucket] == buckets.lines(bucket)


class TestNumbers:
    """Columns."""

    @SETTINGS
    @given(st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=9), max_size=3))
    def test_are_what_was_kept(self, tmp_path: Path, columns: list[list[int]]) -> None:
        """Written over in place, and let go meanwhile."""
        numbers = Numbers(folder_in(tmp_path))
        kept = [numbers.kept(column) for column in columns]
        for column in kept:
            column[:1] = column[:1]
        numbers.let_go()
        assert columns == [list(column) for column in kept]
