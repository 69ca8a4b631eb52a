"""Deliveries in processes of their own, made quickly: this one imports everything once and forks for each delivery.

    python fork_server.py CONNECTION

Each line on standard input is a run folder; the answer is the process id of its delivery, and later its exit status.
With a number of bytes after a blank, the delivery may not write a file beyond that size: its disk is full there.
Tenant and credentials come from the environment, as for the command.
"""

import os
import resource
import sys
from pathlib import Path

from samekey import steps
from samekey.client.address import TenantAddress
from samekey.client.credentials import credentials_from
from samekey.deliver.pace import Pace
from samekey.errors import SamekeyError

PACE = Pace(poll_seconds_min=0.05, first_poll_seconds=0.1, unclear_seconds=0.3, seek_seconds=0.3)


def deliver(run: Path, connection: str) -> int:
    """Deliver until the end; the exit code."""
    try:
        steps.deliver(
            run,
            tenant=TenantAddress.parse(os.environ["AUTH0_DOMAIN"]),
            connection=connection,
            credentials=credentials_from(os.environ),
            pace=PACE,
        )
    except SamekeyError as error:
        print(error.message, file=sys.stderr, flush=True)  # noqa: T201  # whoever looks for the reason
        return int(error.exit_code)
    return 0


def main(connection: str) -> None:
    """Fork for every line."""
    import samekey.client.exchange  # noqa: F401  # what a delivery imports late is imported here once

    for line in sys.stdin:
        run, _, bytes_max = line.rstrip("\n").partition(" ")
        pid = os.fork()
        if pid == 0:
            if bytes_max:
                resource.setrlimit(resource.RLIMIT_FSIZE, (int(bytes_max), resource.RLIM_INFINITY))
            os._exit(deliver(Path(run), connection))
        print(pid, flush=True)  # noqa: T201  # the answer
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201  # the answer


if __name__ == "__main__":
    main(*sys.argv[1:])
