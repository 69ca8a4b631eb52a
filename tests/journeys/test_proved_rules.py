"""`samekey pack --logins`: known people prove the rules, or stop them with what to write instead."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A table with salts of its own, and rules that do not know of them."""
    rows = "".join(
        f"p{n}@example.org,{hashlib.sha256(f'salt{n}'.encode() + f'password {n}'.encode()).hexdigest()},salt{n}\n"
        for n in range(20)
    )
    (tmp_path / "users.csv").write_text(f"email,hash,pw_salt\n{rows}", encoding="utf-8")
    (tmp_path / "rules.toml").write_text(
        '[user]\nemail = "email"\n[password]\nstored = "hash"\nformat = "raw_sha256"\n'
    )
    (tmp_path / "known.csv").write_text("username,password\nP7@example.org,password 7\nnobody@example.org,x\n")
    (tmp_path / "known.csv").chmod(0o600)
    return tmp_path


def pack(folder: Path) -> "subprocess.CompletedProcess[str]":
    """As a person types it."""
    command = [sys.executable, "-m", "samekey", "pack", "users.csv", "--rules", "rules.toml", "--logins", "known.csv"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


class TestKnownLogins:
    def test_stop_and_say_what_to_write(self, folder: Path) -> None:
        """Nothing is packed; with what they say it is, and who was not found is named."""
        stopped = pack(folder)
        assert (2, False) == (stopped.returncode, any((folder / "run").glob("rounds/0*")))
        line = next(line for line in stopped.stderr.splitlines() if "The password proves" in line)
        assert "password 7" not in stopped.stderr
        written = line.partition("write ")[2].partition(" in [password]")[0].replace(" and ", "\n")
        (folder / "rules.toml").write_text(f'[user]\nemail = "email"\n[password]\n{written}\n')
        packed = pack(folder)
        assert (0, True) == (packed.returncode, "20 packed" in packed.stdout and "proved" in packed.stdout)
        assert "nobody@example.org" in packed.stderr
