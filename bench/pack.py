"""What `samekey pack` costs, beside the least a program can do and beside the article's way.

    python bench/pack.py [--count 1000000] [--article 1000000] [--workers 0] [--folder DIR]

Everything runs in this one run, each in a process of its own, so that ratios can be quoted: to `floor_loop.py`, which
decodes and encodes every line and does nothing else, on a rich NDJSON export; to `article_way.py` on an export in the
article's own form. CPU is that of all processes together, memory the sum over the process tree at its highest moment.
On a machine with other work, CPU says more than wall time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
MEBIBYTE = 1024 * 1024
SAMPLE_SECONDS = 0.02
RICH_RULES = """
[user]
key = "id"
email = "username"
email_verified = "email_confirmed"
user_id = "id"
given_name = "first_name"
family_name = "last_name"
app_metadata = { tenant = "tenant", created = "created", roles = "roles" }
[password]
stored = "hash"
format = "raw_sha1"
"""
ARTICLE_RULES = """
[user]
email = "username"
email_verified = { value = false }
[password]
stored = "hash"
format = "raw_sha1"
"""


class Cost(NamedTuple):
    """What one command took."""

    wall_seconds: float
    cpu_seconds: float
    memory_bytes: int
    """Of the whole process tree, at its highest moment."""

    def shown(self) -> str:
        """In a line."""
        memory = self.memory_bytes / MEBIBYTE
        return f"{self.wall_seconds:7.2f} s wall {self.cpu_seconds:7.2f} s CPU {memory:7.0f} MiB"


def main() -> None:
    """Make exports, run everything, print the ratios."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--count", type=int, default=1_000_000, help="rich records; 0 to leave them out")
    asked.add_argument("--article", type=int, default=1_000_000, help="records in the article's form; 0 as above")
    asked.add_argument("--workers", type=int, default=0, help="of samekey pack")
    asked.add_argument("--folder", type=Path, help="where to write some gigabytes; a temporary folder unless named")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=told.folder) as name:
        folder = Path(name)
        print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} processes running or waiting for them")
        if told.count:
            compare(folder, "rich", told.count, RICH_RULES, told.workers, "floor_loop.py")
        if told.article:
            compare(folder, "article", told.article, ARTICLE_RULES, told.workers, "article_way.py")


def compare(folder: Path, kind: str, count: int, rules: str, workers: int, baseline: str) -> None:
    """One export, packed and held against a baseline."""
    export, rules_path, run = folder / kind, folder / f"{kind}.toml", folder / f"{kind}.run"
    rules_path.write_text(rules, encoding="utf-8")
    subprocess.run([sys.executable, HERE / "make_users.py", str(count), kind, export], check=True)
    base = cost([sys.executable, HERE / baseline, export, folder / "out"])
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "samekey",
        "pack",
        export,
        "--rules",
        rules_path,
        "--run",
        run,
        "--json",
    ]
    packed = cost([*command, "--workers", str(workers)])
    manifest = json.loads((run / "rounds/01/manifest.json").read_bytes())
    print(f"\n{count:,} {kind} records, {export.stat().st_size / MEBIBYTE:.0f} MiB")
    print(f"  {baseline:15} {base.shown()}")
    print(f"  {'samekey pack':15} {packed.shown()}")
    print(
        f"  pack : baseline {packed.wall_seconds / base.wall_seconds:7.2f} wall"
        f"   {packed.cpu_seconds / base.cpu_seconds:7.2f} CPU   {packed.memory_bytes / base.memory_bytes:7.2f} memory"
    )
    print(f"  read {manifest['read']:,}, packed {manifest['packed']:,}; chunks filled {fill(manifest['chunks']):.2%}")


def fill(chunks: Sequence[dict[str, int]]) -> float:
    """How full chunks are on average, the last one aside."""
    whole = chunks[:-1] or chunks
    return sum(chunk["size_bytes"] for chunk in whole) / len(whole) / 500_000


def cost(command: Sequence[str | Path]) -> Cost:
    """Run a command to its end; 1 is an end, too: done, with findings."""
    begun = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    highest = 0
    ended = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not ended.wait(SAMPLE_SECONDS):
            highest = max(highest, tree_bytes(process.pid))

    watching = threading.Thread(target=watch)
    watching.start()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watching.join()
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime, highest)


def tree_bytes(root: int) -> int:
    """Memory of a process and everything it started, pages they share counted once; Linux only."""
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


if __name__ == "__main__":
    main()
