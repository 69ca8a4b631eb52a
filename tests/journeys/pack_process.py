"""`samekey pack` in a process of its own, watched from outside: how much memory it and its workers take."""

import os
import resource
import subprocess
import sys
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

MEGABYTE = 1_000_000
_LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Watched:
    """How a pack ended."""

    returncode: int
    stdout: str
    stderr: str
    memory_bytes: int
    """Of the whole process tree at its highest moment, pages that are shared counted once."""


def pack(
    folder: Path,
    *words: str,
    stdin: IO[bytes] | None = None,
    open_files: int = 0,
    seconds: float = 60,
    **environment: str,
) -> Watched:
    """Run it in a folder to its end.

    Args:
        folder: where; it holds `rules.toml`.
        words: the source and further options.
        stdin: what is piped in.
        open_files: how many files it may have open at once; 0 for as many as it likes.
        seconds: after these it is too late.
        environment: further variables.

    """
    command = [sys.executable, "-m", "samekey", "pack", *words, "--rules", "rules.toml"]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | environment,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(_limit, open_files) if open_files else None,  # noqa: PLW1509  # threads begin below
    )
    highest = 0
    ended = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not ended.wait(_LOOK_SECONDS):
            highest = max(highest, memory_bytes(process.pid))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        stdout, stderr = process.communicate(timeout=seconds)
    finally:
        process.kill()
        ended.set()
        watching.join()
    return Watched(process.returncode, stdout, stderr, highest)


def _limit(open_files: int) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))


def memory_bytes(pid: int) -> int:
    """What a process and all that it started take now."""
    return sum(_proportional_bytes(each) for each in [pid, *_descendants(pid)])


def _descendants(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # it has just left
        return []
    return [each for child in children for each in (child, *_descendants(child))]


def _proportional_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
