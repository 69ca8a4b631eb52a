"""What a command costs: wall time, CPU and memory of everything that it starts. Linux only."""

import compileall
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import samekey

HERE = Path(__file__).parent
MEBIBYTE = 1024 * 1024
SAMPLE_SECONDS = 0.02


class Cost(NamedTuple):
    """What one command took."""

    wall_seconds: float
    cpu_seconds: float
    memory_bytes: int = 0
    """Of the whole process tree, at its highest moment; 0 where nobody watched."""

    def shown(self) -> str:
        """In a line."""
        memory = self.memory_bytes / MEBIBYTE
        return f"{self.wall_seconds:7.2f} s wall {self.cpu_seconds:7.2f} s CPU {memory:7.0f} MiB"

    def over(self, other: "Cost") -> str:
        """As ratios to another, in a line."""
        wall, cpu = self.wall_seconds / other.wall_seconds, self.cpu_seconds / other.cpu_seconds
        return f"{wall:7.2f}   wall {cpu:7.2f}   CPU {self.memory_bytes / other.memory_bytes:7.2f}"


def make_users(count: int, kind: str, export: Path) -> None:
    """Write an export with invented people."""
    subprocess.run([sys.executable, HERE / "make_users.py", str(count), kind, export], check=True)


def quietest(costs: Sequence[Cost]) -> Cost:
    """The best of several runs of one command: what other processes on the machine disturb least.

    Whoever watches the memory of several processes keeps a core busy with it, so one run is watched and others timed.
    """
    walls, cpus, memories = zip(*costs, strict=True)
    return Cost(min(walls), min(cpus), min(filter(None, memories), default=0))


def machine() -> str:
    """Where and beside what this is measured."""
    return (
        f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} processes running or waiting for them, "
        f"Python {sys.version.split()[0]}"
    )


def cost(command: Sequence[str | Path], *, watched: bool = True) -> Cost:
    """Run a command to its end; 1 is an end, too: done, with findings.

    Args:
        command: what is run.
        watched: whether somebody looks at its memory all the time.

    """
    _compile_samekey()
    os.sync()  # what the one before left for the disk to write is not to be waited for by this one
    begun = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    highest = 0
    ended = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not ended.wait(SAMPLE_SECONDS):
            highest = max(highest, tree_bytes(process.pid))

    watching = threading.Thread(target=watch)
    if watched:
        watching.start()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    if watched:
        watching.join()
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime, highest)


@cache
def _compile_samekey() -> None:
    """Leave its modules compiled, as the first run of an installation does.

    Where `PYTHONDONTWRITEBYTECODE` is set, every run would translate them anew, a tenth of a second each time.
    """
    (package,) = samekey.__path__
    compileall.compile_dir(package, quiet=1)


def tree_bytes(root: int) -> int:
    """Memory of a process and everything it started, pages they share counted once."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        waiting += children.get(pid, [])
        found += proportional_bytes(pid)
    return found


def proportional_bytes(pid: int) -> int:
    """The memory of one process, its share of what it has in common with others."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0
