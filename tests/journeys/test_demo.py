"""The demonstration, as a newcomer runs it: a whole migration, judged by the tenant's own store."""

import csv
import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bcrypt
import pytest

EVERYBODY = 100


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], Path]:
    """The last line of `samekey demo --json`, and the folder it worked in."""
    folder = tmp_path_factory.mktemp("demo") / "work"
    done = subprocess.run(
        [sys.executable, "-m", "samekey", "demo", "--json", "--folder", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert (0, "") == (done.returncode, done.stderr)
    return json.loads(done.stdout.splitlines()[-1]), folder


class TestDemo:
    """100 people, one command."""

    def test_closes_the_books(self, shown: tuple[dict[str, object], Path]) -> None:
        """Everybody is read, packed and created; nobody ends anywhere else."""
        expected = {
            "read": EVERYBODY,
            "packed": EVERYBODY,
            "rejected": 0,
            "held": 0,
            "left_out": 0,
            "created": EVERYBODY,
            "updated": 0,
            "failed": 0,
            "pending": 0,
            "closed": True,
        }
        assert expected == shown[0]["books"]

    def test_lets_everybody_in(self, shown: tuple[dict[str, object], Path]) -> None:
        """The old password opens the door twice, the hash turns into bcrypt, a wrong password opens nothing."""
        expected = {
            "first_ok": EVERYBODY,
            "converted_to_bcrypt": EVERYBODY,
            "second_ok": EVERYBODY,
            "wrong_password_refused": EVERYBODY,
        }
        assert expected == shown[0]["logins"]

    def test_names_the_run_folder(self, shown: tuple[dict[str, object], Path]) -> None:
        """The run folder is where the line says, and holds a report."""
        run = Path(str(shown[0]["run"]))
        assert shown[1] / "run" == run
        assert len(list(run.glob("deliveries/*/report.html"))) == 1

    def test_leaves_bcrypt_of_the_old_password_in_the_tenants_store(
        self, shown: tuple[dict[str, object], Path]
    ) -> None:
        """The tenant's own SQLite file holds, for everybody, a bcrypt hash that the old password opens."""
        with (shown[1] / "known-logins.csv").open(newline="") as file:
            passwords = {row["username"].lower(): row["password"] for row in csv.DictReader(file)}
        database = sqlite3.connect(f"{(shown[1] / 'tenant.sqlite').as_uri()}?mode=ro", uri=True)
        try:
            rows = database.execute("select email, hash_kind, imported_hash, bcrypt_hash from users").fetchall()
        finally:
            database.close()
        assert {(email, "bcrypt", None) for email in passwords} == {(row[0], row[1], row[2]) for row in rows}
        with ThreadPoolExecutor() as pool:
            opened = list(pool.map(lambda row: bcrypt.checkpw(passwords[row[0]].encode(), row[3].encode()), rows))
        assert [True] * EVERYBODY == opened

    def test_keeps_what_holds_hashes_private(self, shown: tuple[dict[str, object], Path]) -> None:
        """Every file is its owner's alone, and so is every folder."""
        modes = {path.stat().st_mode & 0o077 for path in [shown[1], *shown[1].rglob("*")]}
        assert {0} == modes

    def test_shows_no_password(self, shown: tuple[dict[str, object], Path]) -> None:
        """Neither a password nor a stored hash stands in the report, the journal's text or the drafted rules."""
        secrets = {record["hash"].lower() for record in json.loads((shown[1] / "users.json").read_text())}
        run = shown[1] / "run"
        shown_files = [
            *run.glob("deliveries/*/report.html"),
            *run.glob("deliveries/*/journal.sqlite"),
            shown[1] / "rules.toml",
        ]
        texts = [path.read_bytes().decode("latin-1").lower() for path in shown_files]
        assert set() == {secret for secret in secrets for text in texts if secret in text}

    def test_refuses_a_folder_that_is_not_empty(self, shown: tuple[dict[str, object], Path]) -> None:
        """A second demonstration does not write into the first one's folder."""
        done = subprocess.run(
            [sys.executable, "-m", "samekey", "demo", "--folder", str(shown[1])],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 2
        assert "already holds something" in done.stderr
