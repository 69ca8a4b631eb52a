"""Five gigabytes without a line end, a million partitions, twenty thousand small ones: in bounded memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from samekey.errors import ExitCode
from tests.journeys.pack_process import pack
from tests.journeys.test_hostile_sizes import MEMORY_BYTES_MAX, RULES, line

FIVE_GIGABYTES = 5_000_000_000
SECONDS = 600
FLOOD = f"""
import sys
block = b"x" * 1_000_000
sys.stdout.buffer.write({line(1).encode()!r} + b"\\n" + b'{{"mail": "')
for _ in range({FIVE_GIGABYTES} // len(block)):
    sys.stdout.buffer.write(block)
sys.stdout.buffer.write(b'"}}\\n' + {line(2).encode()!r} + b"\\n")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with rules."""
    (tmp_path / "rules.toml").write_text(RULES)
    return tmp_path


def rejections(folder: Path) -> list[tuple[int, str]]:
    """Who was rejected, and why."""
    lines = (folder / "run/rounds/01/rejections.ndjson").read_text().splitlines()
    return [(each["position"]["index"], each["reason"]) for each in map(json.loads, lines)]


class TestRecord:
    """Of five gigabytes."""

    def test_in_a_file_costs_itself(self, folder: Path) -> None:
        """The file is mostly a hole, so that the disk holds none of it."""
        with (folder / "users").open("wb") as file:
            file.write(line(1).encode() + b"\n")
            file.seek(FIVE_GIGABYTES)
            file.write(b"\n" + line(2).encode() + b"\n")
        done = pack(folder, "users", "--source-format", "ndjson", seconds=SECONDS)
        assert (ExitCode.FINDINGS, True) == (done.returncode, "2 packed" in done.stdout)
        assert [(1, "record-too-large")] == rejections(folder)
        assert done.memory_bytes < MEMORY_BYTES_MAX

    def test_piped_in_costs_itself(self, folder: Path) -> None:
        """From a program that never ends its line, as if it had gone mad."""
        with subprocess.Popen([sys.executable, "-c", FLOOD], stdout=subprocess.PIPE) as flood:
            done = pack(folder, "-", stdin=flood.stdout, seconds=SECONDS, TMPDIR=str(folder))
        assert (ExitCode.FINDINGS, True) == (done.returncode, "2 packed" in done.stdout)
        assert [(1, "record-too-large")] == rejections(folder)
        assert done.memory_bytes < MEMORY_BYTES_MAX


class TestPartitions:
    """Many of them."""

    def test_of_twenty_thousand_have_their_chunks(self, folder: Path) -> None:
        """With a hundred open files at most."""
        (folder / "rules.toml").write_text(RULES + '[partition]\nby = "org"\n')
        with (folder / "users").open("w") as file:
            file.writelines(f"{line(number, org=f'o{number * 7 % 20_000}')}\n" for number in range(60_000))
        done = pack(folder, "users", "--json", open_files=100, seconds=SECONDS)
        chunks = json.loads(done.stdout)["chunks"]
        assert ([f"o{number * 7 % 20_000}" for number in range(20_000)], {3}) == (
            [chunk["partition"] for chunk in chunks],
            {chunk["users"] for chunk in chunks},
        )
        assert done.memory_bytes < MEMORY_BYTES_MAX

    def test_of_a_million_are_one_error_or_share_chunks(self, folder: Path) -> None:
        """No round without `combine_below`; with it every one of them is named in the manifest."""
        (folder / "rules.toml").write_text(RULES + '[partition]\nby = "mail"\n')
        with (folder / "users").open("w") as file:
            file.writelines(f"{line(number)}\n" for number in range(1_000_000))
        done = pack(folder, "users", seconds=SECONDS)
        assert (ExitCode.USAGE, True) == (done.returncode, "more than 100,000 partitions" in done.stderr)
        assert [] == list((folder / "run" / "rounds").iterdir())
        assert done.memory_bytes < MEMORY_BYTES_MAX
        (folder / "rules.toml").write_text(RULES + '[partition]\nby = "mail"\ncombine_below = 1000\n')
        done = pack(folder, "users", "--json", seconds=SECONDS)
        chunks = json.loads(done.stdout)["chunks"]
        assert (1_000_000, True) == (sum(len(chunk["partitions"]) for chunk in chunks), len(chunks) < 500)
        assert done.memory_bytes < MEMORY_BYTES_MAX
