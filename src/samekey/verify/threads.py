"""Work done by a few threads at once, its results in the order of the items."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar

from samekey.clock import Clock

AHEAD = 4
"""Items begun per worker before the oldest result is waited for: memory stays flat for any number of items."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(work: Callable[[Item], Result], items: Iterable[Item], *, workers: int) -> Iterator[Result]:
    """Every item's result, in the order of the items.

    Args:
        work: called for each item, in threads of its own when there is more than one worker.
        items: read by the caller's thread and only a little ahead.
        workers: how many at once; one means none but the caller's own thread.

    Raises:
        Whatever `work` raises, at the place of its item; what was not begun by then never is.

    """
    if workers <= 1:
        yield from map(work, items)
        return
    begun: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="samekey") as pool:
        try:
            for item in items:
                begun.append(pool.submit(work, item))
                if len(begun) >= workers * AHEAD:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for future in begun:
                future.cancel()


class Pace:
    """So many a second and no more, over all threads."""

    def __init__(self, per_second: float, clock: Clock) -> None:
        """Args:
        per_second: how many may go on within a second; above 0.
        clock: measures and waits.

        """
        self._gap = timedelta(seconds=1 / per_second)
        self._clock = clock
        self._lock = threading.Lock()
        self._next: datetime | None = None

    def wait(self) -> None:
        """Return when it is this caller's turn."""
        with self._lock:
            now = self._clock.now()
            turn = now if self._next is None else max(now, self._next)
            self._next = turn + self._gap
        self._clock.sleep((turn - now).total_seconds())
