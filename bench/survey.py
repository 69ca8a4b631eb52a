"""What `samekey survey` costs, beside the least a program can do with the same records.

    python bench/survey.py [--count 1000000] [--workers 0 1] [--folder DIR]

Each runs in a process of its own, one after the other in this one run, so that ratios can be quoted: to
`floor_loop.py`, which decodes and encodes every line and does nothing else. CPU is that of all processes together,
memory the sum over the process tree at its highest moment. On a machine with other work, CPU says more than wall time;
the floor runs before and after, and the quicker of the two counts.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from pack import HERE, MEBIBYTE, cost

MILLION = 1_000_000


def main() -> None:
    """Make an export, run everything, print the ratios."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--count", type=int, default=MILLION, help="rich records")
    asked.add_argument("--workers", type=int, nargs="+", default=[0, 1], help="of samekey survey, one run for each")
    asked.add_argument("--folder", type=Path, help="where to write half a gigabyte; a temporary folder unless named")
    told = asked.parse_args()
    samekey = Path(sys.executable).with_name("samekey")
    with tempfile.TemporaryDirectory(dir=told.folder) as name:
        source, out = Path(name) / "users.ndjson", Path(name) / "floor.ndjson"
        floor_command = (sys.executable, HERE / "floor_loop.py", source, out)
        print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} processes running or waiting for them")
        cost((sys.executable, HERE / "make_users.py", str(told.count), "rich", source))
        print(f"{told.count:,} rich records, {source.stat().st_size / MEBIBYTE:.0f} MiB")
        first = cost(floor_command)
        taken = {
            workers: cost((samekey, "survey", source, "--json", "--workers", str(workers))) for workers in told.workers
        }
        floor = min(first, cost(floor_command))
        print(f"  {'floor':24} {floor.shown()}")
        for workers, survey in taken.items():
            print(f"  {f'survey --workers {workers}':24} {survey.shown()}")
            wall, cpu = survey.wall_seconds / floor.wall_seconds, survey.cpu_seconds / floor.cpu_seconds
            print(f"  {'ratio':24} {wall:7.2f}        {cpu:7.2f}")
            print(f"  {'CPU a record':24} {survey.cpu_seconds / told.count * MILLION:7.2f} µs")


if __name__ == "__main__":
    main()
