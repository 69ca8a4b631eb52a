"""Five gigabytes without a line feed cost time and no memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

GIBIBYTE = 1024**3
MEMORY_BYTES_MAX = 160 * 1024**2


class TestLineWithoutEnd:
    @pytest.mark.parametrize(
        ("name", "before", "behind"),
        [
            pytest.param("users.ndjson", b'{"email":"a@b.test"}\n{"x":"', b'"}\n{"email":"c@d.test"}\n', id="ndjson"),
            pytest.param("users.json", b'[{"email":"a@b.test"},{"x":"', b'"},{"email":"c@d.test"}]', id="json"),
            pytest.param("users.csv", b"email,x\na@b.test,1\n", b"\nc@d.test,2\n", id="csv"),
        ],
    )
    def test_is_a_rejection(self, tmp_path: Path, name: str, before: bytes, behind: bytes) -> None:
        """The people before and behind it are read."""
        path = tmp_path / name
        with path.open("wb") as file:  # a file with a hole, which reads as NULs
            file.write(before)
            file.seek(5 * GIBIBYTE)
            file.write(behind)
        samekey = Path(sys.executable).with_name("samekey")
        with (tmp_path / "out").open("wb") as out:
            process = subprocess.Popen((samekey, "survey", path, "--workers", "1"), stdout=out, stderr=out)
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said = (tmp_path / "out").read_text(encoding="utf-8")
        assert (1, True) == (process.returncode, "2 records, 1 more could not be read" in said)
        assert used.ru_maxrss * 1024 < MEMORY_BYTES_MAX
