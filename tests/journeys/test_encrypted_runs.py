"""An encrypted run from its source to the tenant: whoever finds the folder finds no password in it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from samekey.errors import ExitCode
from samekey.testing.tenant_process import TenantProcess
from tests.journeys.conftest import DEADLINE_SECONDS, RULES

PEOPLE = 40
HASHES = [f"{number:040x}" for number in range(10**12, 10**12 + PEOPLE)]

Samekey = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A source, rules and a key."""
    rows = [f"person{number}@example.org,{stored}" for number, stored in enumerate(HASHES)]
    (tmp_path / "people.csv").write_text("\n".join(["username,hash", *rows, "nobody,x"]) + "\n")
    (tmp_path / "rules.toml").write_text(RULES)
    (tmp_path / "key.txt").write_text(str(pyrage.x25519.Identity.generate()))
    return tmp_path


@pytest.fixture
def samekey(place: Path, shared_tenant: TenantProcess) -> Samekey:
    """A command as a person types it there, with credentials in the environment and no key."""
    environment = {**os.environ, **shared_tenant.environment()}

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "samekey", *words],
            cwd=place,
            env=environment | more,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )

    return run


def test_it_reaches_the_tenant_and_shows_nothing(place: Path, samekey: Samekey, shared_tenant: TenantProcess) -> None:
    """Packed with the public half, delivered, read back and counted with the secret one."""
    shared_tenant.control("POST", "/reset")
    public = str(pyrage.x25519.Identity.from_str((place / "key.txt").read_text()).to_public())
    packed = samekey("pack", "people.csv", "--rules", "rules.toml", "--encrypt-to", public)
    assert ExitCode.FINDINGS == packed.returncode, packed.stderr
    deliver = ("deliver", "run", "--connection", shared_tenant.connection, "--yes")
    refused = samekey(*deliver)
    assert (ExitCode.USAGE, True) == (refused.returncode, "--identity FILE" in refused.stderr)
    delivered = samekey(*deliver, "--identity", "key.txt")
    assert ExitCode.DONE == delivered.returncode, delivered.stderr
    verified = samekey("verify", "run", "--connection", shared_tenant.connection, SAMEKEY_IDENTITY="key.txt")
    assert ExitCode.DONE == verified.returncode, verified.stderr
    reported = samekey("report", "run", "--json", SAMEKEY_IDENTITY="env:KEY", KEY=(place / "key.txt").read_text())
    books = json.loads(reported.stdout)["books"]
    assert (PEOPLE, PEOPLE, 1, True) == (books["packed"], books["created"], books["rejected"], books["closed"])
    found = b"".join(path.read_bytes() for path in (place / "run").rglob("*") if path.is_file())
    assert [] == [stored for stored in HASHES if stored.encode() in found]


def test_it_is_not_taken_for_one_that_is_not_encrypted(place: Path, samekey: Samekey) -> None:
    """Whoever asks for encryption is told that the round lies there in the open."""
    public = str(pyrage.x25519.Identity.from_str((place / "key.txt").read_text()).to_public())
    samekey("pack", "people.csv", "--rules", "rules.toml")
    again = samekey("pack", "people.csv", "--rules", "rules.toml", "--encrypt-to", public)
    assert (ExitCode.RUN_FOLDER, True) == (again.returncode, "not encrypted" in again.stderr)


def test_a_key_that_does_not_fit_is_told_before_anything_is_packed(
    place: Path, samekey: Samekey, shared_tenant: TenantProcess
) -> None:
    """All in one go: at its end would be late."""
    stranger = str(pyrage.x25519.Identity.generate().to_public())
    words = ("people.csv", "--rules", "rules.toml", "--connection", shared_tenant.connection, "--yes")
    told = samekey("migrate", *words, "--encrypt-to", stranger, "--identity", "key.txt")
    assert (ExitCode.USAGE, True) == (told.returncode, "does not open with this identity" in told.stderr)
    assert not (place / "run").exists()
