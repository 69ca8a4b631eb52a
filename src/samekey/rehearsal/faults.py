"""Failures queued on purpose: which request, what goes wrong, how often.

A fault strikes before its request is worked on (nothing happened) or after (it happened, and the answer is lost or
replaced): the second is what a client must survive without doing the same thing twice.
"""

import fnmatch
import threading
from typing import Literal

import msgspec

FaultKind = Literal["status", "drop", "delay"]
FaultMoment = Literal["before", "after"]
TIMES_MAX = 1_000_000
QUEUE_MAX = 1_000
DELAY_SECONDS_MAX = 600.0


class Fault(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=False):
    """One kind of failure, for some of the requests to come."""

    kind: FaultKind
    """status: another answer; drop: the connection is cut without one; delay: the answer comes late."""
    moment: FaultMoment = "before"
    """before: the request is not worked on; after: it is, and only the answer suffers."""
    method: str = "*"
    """GET, POST …, or any."""
    path: str = "*"
    """Path of the request, `*` standing for anything: `/api/v2/jobs/*`."""
    status: int = 503
    """The answer of kind `status`."""
    retry_after_seconds: int | None = None
    """Sent as `retry-after` by kind `status`."""
    delay_seconds: float = 0.0
    """How late, for kind `delay`; real seconds."""
    skip: int = 0
    """How many matching requests pass first."""
    times: int = 1
    """How many are struck."""

    def complaint(self) -> str:
        """What is wrong with it; empty when nothing is."""
        if self.kind == "status" and not 400 <= self.status <= 599:  # noqa: PLR2004  # the statuses of errors
            return "status is one of an error, 400 to 599"
        if not 0 <= self.delay_seconds <= DELAY_SECONDS_MAX:
            return f"delay_seconds is 0 to {DELAY_SECONDS_MAX:.0f}"
        if self.skip < 0 or not 1 <= self.times <= TIMES_MAX:
            return f"skip is 0 or more, times 1 to {TIMES_MAX}"
        return ""

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is one of those it waits for."""
        return self.method in {"*", method} and fnmatch.fnmatchcase(path, self.path)


class FaultQueue:
    """The faults still to come, in the order they were queued."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> bool:
        """Queue one more.

        Returns:
            False when the queue is full.

        """
        with self._lock:
            if len(self._waiting) >= QUEUE_MAX:
                return False
            self._waiting.append(fault)
            return True

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """Those still to come, as they stand now."""
        with self._lock:
            return [msgspec.structs.replace(fault) for fault in self._waiting]

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault for a request, used up by one; None when the request is to go well."""
        with self._lock:
            for fault in self._waiting:
                if not fault.matches(method, path):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if not fault.times:
                    self._waiting.remove(fault)
                return fault
        return None
