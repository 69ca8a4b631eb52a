"""A delivery in a process of its own that meets its end, or waits, at a named boundary.

    python deliver_until.py RUN CONNECTION [die|hold BOUNDARY NTH]

Every boundary is printed as it is reached. At the n-th BOUNDARY the process kills itself (`die`), or waits for a line
on its standard input (`hold`). Tenant and credentials come from the environment, as for the command.
"""

import os
import signal
import sys
from pathlib import Path

from samekey import steps
from samekey.client.address import TenantAddress
from samekey.client.credentials import credentials_from
from samekey.deliver.pace import Pace
from samekey.events import Event, Reached

PACE = Pace(poll_seconds_min=0.05, first_poll_seconds=0.05, unclear_seconds=0.5)
"""Looks at a job before it can be over, so that every boundary is reached in every life."""


class EndAt:
    """A listener that ends, or holds, the process at the n-th time of a boundary."""

    def __init__(self, what: str = "", boundary: str = "", nth: str = "0") -> None:
        self.what = what
        self.boundary = boundary
        self.left = int(nth)

    def notice(self, event: Event) -> None:
        """Count down to the end."""
        if not isinstance(event, Reached):
            return
        print(event.boundary, flush=True)  # noqa: T201  # the test reads it
        if event.boundary != self.boundary:
            return
        self.left -= 1
        if self.left == 0 and self.what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.left == 0 and self.what == "hold":
            sys.stdin.readline()


def main(run: str, connection: str, *end: str) -> None:
    """Deliver."""
    steps.deliver(
        Path(run),
        tenant=TenantAddress.parse(os.environ["AUTH0_DOMAIN"]),
        connection=connection,
        credentials=credentials_from(os.environ),
        pace=PACE,
        listener=EndAt(*end),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
