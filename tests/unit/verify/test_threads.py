"""A few threads at once, and everything in order."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.verify import threads

if TYPE_CHECKING:
    from tests.unit.verify.conftest import HandClock


class TestInOrder:
    """Results come in the order of the items."""

    @given(st.lists(st.integers(), max_size=60), st.integers(1, 4))
    def test_keeps_the_order(self, items: list[int], workers: int) -> None:
        """However many work, the results stand as with one."""
        assert [item * 2 for item in items] == list(threads.in_order(lambda item: item * 2, items, workers=workers))

    def test_works_at_once(self) -> None:
        """Two workers meet at a barrier that one alone would never pass."""
        barrier = threading.Barrier(2, timeout=10)
        assert len(list(threads.in_order(lambda _: barrier.wait(), range(2), workers=2))) == 2

    def test_reads_only_a_little_ahead(self) -> None:
        """Memory stays flat whatever the number of items."""
        taken = []

        def items() -> Iterator[int]:
            for number in range(1000):
                taken.append(number)
                yield number

        results = threads.in_order(lambda item: item, items(), workers=2)
        next(results)
        results.close()  # type: ignore[attr-defined]  # it is a generator
        assert len(taken) <= 2 * threads.AHEAD

    @pytest.mark.parametrize("workers", [1, 3])
    def test_raises_at_the_place_of_the_item(self, workers: int) -> None:
        """What came before is had, what comes after is not begun for ever."""
        results = threads.in_order(lambda item: 6 // item, [3, 2, 0, 1], workers=workers)
        assert [next(results), next(results)] == [2, 3]
        with pytest.raises(ZeroDivisionError):
            next(results)


class TestPace:
    """So many a second."""

    def test_spreads_the_turns(self, clock: "HandClock") -> None:
        """Five turns at two a second end two seconds on."""
        pace = threads.Pace(2, clock)
        started = clock.now()
        for _ in range(5):
            pace.wait()
        assert (clock.now() - started).total_seconds() == 2.0

    def test_saves_no_turns_up(self, clock: "HandClock") -> None:
        """After a long pause there is no burst."""
        pace = threads.Pace(2, clock)
        pace.wait()
        clock.sleep(60)
        started = clock.now()
        pace.wait()
        pace.wait()
        assert (clock.now() - started).total_seconds() == 0.5
