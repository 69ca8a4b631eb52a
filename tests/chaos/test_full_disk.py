"""A disk that is really full while a delivery writes its journal: a small one of its own, which others fill up.

Mounting needs root. Where it is not allowed the test fails and says so: a story that was not told is no story that went
well. `test_faults.TestDisk` tells the same one with a limit on the size of files, wherever Python runs.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from samekey.errors import ExitCode
from samekey.testing.tenant_process import tenant_process
from tests.chaos.killing import ForkServer, Toll, judge
from tests.journeys.conftest import Delivery

DISK_BYTES = 1024 * 1024
BLOCK_BYTES = 4096

FREE_BLOCKS = (0, 1, 4, 10, 16, 22, 24, 26, 28, 32, 40, 60)
"""What others leave of the disk, from one attempt to the next."""


class SmallDisk:
    """A filesystem of a megabyte in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filler = path / "somebody-else's"

    def leave(self, blocks: int) -> None:
        """Fill it up to so many free blocks; what is there stays."""
        self._filler.unlink(missing_ok=True)
        with self._filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(BLOCK_BYTES))
        with self._filler.open("r+b", buffering=0) as file:
            file.truncate(max(self._filler.stat().st_size - blocks * BLOCK_BYTES, 0))
        assert self.free_blocks() <= blocks

    def free_blocks(self) -> int:
        """What is left of it."""
        return os.statvfs(self.path).f_bavail * os.statvfs(self.path).f_bsize // BLOCK_BYTES

    def empty(self) -> None:
        """Others take their files away."""
        self._filler.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Where the deliveries of a run folder will be."""
    path = tmp_path / "run" / "deliveries"
    path.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0700", "samekey-small-disk", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.fail(f"A disk of its own cannot be mounted; run this as root. {mounted.stderr.strip()}")
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", str(path)], check=True)


class TestFullDisk:
    def test_ends_in_one_error_each_time_and_loses_nobody(
        self, packed_run: Path, tmp_path: Path, small_disk: SmallDisk
    ) -> None:
        """Others leave a little more room each time; too little is one clear error, before the first job and after."""
        shutil.copytree(packed_run, tmp_path / "run", dirs_exist_ok=True)
        with tenant_process(tmp_path / "tenant.sqlite", job_seconds=0.05) as tenant:
            delivery, server = Delivery(tmp_path / "run", tenant), ForkServer(tenant)
            ended, jobs = [], []
            try:
                for blocks in FREE_BLOCKS:
                    small_disk.leave(blocks)
                    server.start(delivery.run)
                    ended.append(server.wait())
                    jobs.append(len(delivery.jobs_at_tenant()))
                small_disk.empty()
                server.start(delivery.run)
                assert 0 == server.wait()
            finally:
                server.end()
            assert {ExitCode.RUN_FOLDER, ExitCode.DONE} == set(ended)
            assert (ExitCode.RUN_FOLDER, 0) == (ended[0], jobs[0])
            assert any(jobs[n] for n, code in enumerate(ended) if code == ExitCode.RUN_FOLDER)
            judge(delivery, Toll())

    def test_is_said_with_its_remedy(self, packed_run: Path, tmp_path: Path, small_disk: SmallDisk) -> None:
        """The command names the disk and not a database, and shows no traceback."""
        shutil.copytree(packed_run, tmp_path / "run", dirs_exist_ok=True)
        with tenant_process(tmp_path / "tenant.sqlite") as tenant:
            delivery = Delivery(tmp_path / "run", tenant)
            for blocks in (0, 12):
                small_disk.leave(blocks)
                done = delivery.command()
                assert ExitCode.RUN_FOLDER == done.returncode
                assert "Traceback" not in done.stderr
                assert "No space left" in done.stderr or "disk is full" in done.stderr
            small_disk.empty()
            assert ExitCode.DONE == delivery.command().returncode
            judge(delivery, Toll())
