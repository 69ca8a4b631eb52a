"""What `samekey pack` costs, beside the least a program can do and beside the article's way.

    python bench/pack.py [--count 1000000] [--article 1000000] [--repeat 3] [--workers 0] [--folder DIR]
    python bench/pack.py --growth docs/explain/pack-growth.svg

Everything runs in this one run, each in a process of its own, so that ratios can be quoted: to `floor_loop.py`, which
decodes and encodes every line and does nothing else, on a rich NDJSON export; to `article_way.py` on an export in the
article's own form. Both sides run in turn a few times, and the quietest of each counts. CPU is that of all processes
together, memory the sum over the process tree at its highest moment, in a run of its own that counts for nothing else:
looking at it takes time. On a machine with other work, CPU says more than
wall time.

With `--growth` exports from ten thousand to ten million records are packed, and time and memory drawn.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import growth_plot
from measuring import HERE, MEBIBYTE, cost, machine, make_users, quietest
from packing import fill, pack

GROWTH = (10_000, 100_000, 1_000_000, 10_000_000)


def main() -> None:
    """Make exports, run everything, print the ratios."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--count", type=int, default=1_000_000, help="rich records; 0 to leave them out")
    asked.add_argument("--article", type=int, default=1_000_000, help="records in the article's form; 0 as above")
    asked.add_argument("--repeat", type=int, default=3, help="how often each is run")
    asked.add_argument("--workers", type=int, default=0, help="of samekey pack")
    asked.add_argument("--folder", type=Path, help="where to write some gigabytes; a temporary folder unless named")
    asked.add_argument("--growth", type=Path, help="pack from ten thousand to ten million, and draw it into this file")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=told.folder) as name:
        folder = Path(name)
        print(machine())
        if told.growth:
            grow(folder, told.growth, told.workers)
            return
        if told.count:
            compare(folder, "rich", told.count, "floor_loop.py", told.repeat, told.workers)
        if told.article:
            compare(folder, "article", told.article, "article_way.py", told.repeat, told.workers)


def compare(folder: Path, kind: str, count: int, baseline: str, repeat: int, workers: int) -> None:
    """One export, packed and held against a baseline."""
    export = folder / kind
    make_users(count, kind, export)
    bases, packs = [], []
    for number in range(repeat + 1):
        watched = number == 0
        bases.append(cost([sys.executable, HERE / baseline, export, folder / "out"], watched=watched))
        spent, manifest = pack(export, kind, workers, watched=watched)
        packs.append(spent)
    base, packed = quietest(bases), quietest(packs)
    print(f"\n{count:,} {kind} records, {export.stat().st_size / MEBIBYTE:.0f} MiB; the quietest of {repeat}")
    print(f"  {baseline:15} {base.shown()}")
    print(f"  {'samekey pack':15} {packed.shown()}")
    print(f"  {'ratio':15} {packed.over(base)}")
    print(f"  read {manifest['read']:,}, packed {manifest['packed']:,}; chunks filled {fill(manifest['chunks']):.2%}")
    export.unlink()


def grow(folder: Path, plot: Path, workers: int) -> None:
    """Ever larger exports, and what they cost."""
    measured = []
    for count in GROWTH:
        export = folder / "rich"
        make_users(count, "rich", export)
        watched, _ = pack(export, "rich", workers)
        timed, _ = pack(export, "rich", workers, watched=False)
        spent = quietest([watched, timed])
        print(f"  {count:>12,} records {spent.shown()}   {spent.cpu_seconds / count * 1e6:6.2f} us of CPU a record")
        measured.append((count, spent))
    plot.write_text(growth_plot.drawn(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
