"""Spools in a folder that a cluster shares: those of a killed pack go with the next one from the same machine."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from samekey.engine.dask import DaskEngine

HOST = socket.gethostname()


@pytest.fixture(scope="module")
def dead() -> int:
    """The number of a process that is no more."""
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    return int(done.stdout)


def kept(shared: Path, name: str) -> bool:
    """Whether a folder is still there while another pack has its spools."""
    (shared / name).mkdir()
    (shared / name / "0000-00.payloads").write_text("hashes")
    with DaskEngine("tcp://127.0.0.1:1", shared=shared).spools(None):
        return (shared / name).exists()


def test_of_the_dead_go(tmp_path: Path, dead: int) -> None:
    """Nobody else would take them away."""
    assert not kept(tmp_path, f"samekey-{HOST}-{dead}-ab")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(f"samekey-{HOST}-{os.getpid()}-ab", id="of-a-living-pack"),
        pytest.param("samekey-elsewhere-{dead}-ab", id="of-another-machine"),
        pytest.param("samekey-docs", id="of-something-else"),
    ],
)
def test_of_others_stay(tmp_path: Path, dead: int, name: str) -> None:
    """Of a living pack, of another machine, and what only has such a name."""
    assert kept(tmp_path, name.format(dead=dead))


def test_go_with_their_pack(tmp_path: Path) -> None:
    """With everything in them."""
    with DaskEngine("tcp://127.0.0.1:1", shared=tmp_path).spools(None) as folder:
        (folder / "0000-00.payloads").write_text("hashes")
    assert [] == list(tmp_path.iterdir())
