"""Profiles in one file and passwords in another are surveyed, drafted and packed together."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

PEOPLE = 40


def command(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A samekey command as a person types it, in the folder of the files."""
    return subprocess.run(
        [sys.executable, "-m", "samekey", *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Profiles as CSV, passwords as NDJSON in another order; one of each without the other."""
    profiles = "".join(f"{n},person{n}@example.org\n" for n in range(PEOPLE))
    (tmp_path / "users.csv").write_text(f"id,email\n{profiles}", encoding="utf-8")
    passwords = [
        {"user_id": n, "hash": hashlib.sha1(f"password {n}".encode()).hexdigest()} for n in range(PEOPLE, 0, -1)
    ]
    (tmp_path / "passwords.ndjson").write_text("".join(json.dumps(each) + "\n" for each in passwords), encoding="utf-8")
    (tmp_path / "known.csv").write_text("username,password\nperson7@example.org,password 7\n", encoding="utf-8")
    (tmp_path / "known.csv").chmod(0o600)
    return tmp_path


JOIN = ("--join", "passwords.ndjson", "--join-on", "id=user_id")


class TestJoinedSources:
    def test_are_packed_as_one(self, files: Path) -> None:
        """Who has no password is held; the command that draft names is the one that packs."""
        surveyed = json.loads(command(files, "survey", "users.csv", *JOIN, "--json").stdout)
        joined = surveyed["joined"]
        assert (PEOPLE, 1, 1) == (joined["records"], joined["without_rows"], joined["without_record"])
        drafted = command(files, "draft", "users.csv", *JOIN, "-o", "rules.toml")
        (following,) = (line for line in drafted.stderr.splitlines() if line.startswith("Next: "))
        packed = command(files, *following.split()[2:], "--logins", "known.csv", "--json")
        manifest = json.loads(packed.stdout)
        assert (PEOPLE, PEOPLE - 1, 1) == (manifest["read"], manifest["packed"], manifest["held"])
        assert {
            "address": "passwords.ndjson",
            "format": "ndjson",
            "on": "id=user_id",
            "rows": PEOPLE,
            "rows_without_record": 1,
            "rows_unread": 0,
            "records_without_rows": 1,
        } == manifest["source"]["joined"]
        assert [True] == [cluster["proved"] for cluster in manifest["clusters"] if cluster["verdict"] != "reset"]

    def test_are_not_packed_twice_unless_one_of_them_changed(self, files: Path) -> None:
        """The fingerprint is that of both."""
        command(files, "draft", "users.csv", *JOIN, "-o", "rules.toml")
        words = ("pack", "users.csv", *JOIN, "--rules", "rules.toml", "--run", "run")
        first, second = command(files, *words), command(files, *words)
        with (files / "passwords.ndjson").open("a", encoding="utf-8") as file:
            file.write('{"user_id": 0, "hash": "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"}\n')
        third = command(files, *words)
        assert [1, 1, 4] == [first.returncode, second.returncode, third.returncode]
        assert "holds this source already" in second.stderr

    @pytest.mark.parametrize(
        ("words", "code", "says"),
        [
            pytest.param(("--join", "nowhere.csv", "--join-on", "id=id"), 3, "nowhere.csv does not exist", id="gone"),
            pytest.param(("--join", "passwords.ndjson"), 2, "--join-on has two sides", id="no key"),
            pytest.param(("--join-on", "id=id"), 2, "nothing to join", id="no source"),
        ],
    )
    def test_end_in_one_error(self, files: Path, words: tuple[str, ...], code: int, says: str) -> None:
        """With its exit code, and no traceback."""
        done = command(files, "survey", "users.csv", *words)
        assert (code, True, False) == (done.returncode, says in done.stderr, "Traceback" in done.stderr)
