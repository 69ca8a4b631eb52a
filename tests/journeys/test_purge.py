"""What holds hashes goes when everything is done; what was done stays on record."""

import json
import os
import subprocess
import sys

import pytest

from samekey import steps
from samekey.errors import ExitCode, RunFolderError
from tests.journeys.conftest import CHUNKS, DEADLINE_SECONDS, PEOPLE, Delivery


def samekey(*words: str, answer: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """A command as a person types it."""
    return subprocess.run(
        [sys.executable, "-m", "samekey", *words],
        input=answer,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )


def content(delivery: Delivery) -> bytes:
    """Everything in the rounds, names included."""
    files = sorted(path for path in (delivery.run / "rounds").rglob("*") if path.is_file())
    return b"".join(str(path).encode() + path.read_bytes() for path in files)


class TestPurge:
    """After a delivery."""

    def test_takes_away_what_holds_hashes(self, delivery: Delivery) -> None:
        """The books stay closed, and whoever needs the chunks is told."""
        (delivery.run / "rounds" / ".02.making" / "spool").mkdir(parents=True)
        (delivery.run / "rounds" / ".02.making" / "spool" / "0000-00.payloads").write_text("custom_password_hash")
        delivery.command()
        purged = samekey("purge", str(delivery.run), "--yes", "--json")
        assert (ExitCode.DONE, "") == (purged.returncode, purged.stderr)
        assert CHUNKS + 2 == json.loads(purged.stdout)["files"]
        assert b"custom_password_hash" not in content(delivery)
        books = json.loads(samekey("report", str(delivery.run), "--json").stdout)["books"]
        assert (PEOPLE, PEOPLE, True) == (books["packed"], books["created"], books["closed"])
        assert ExitCode.DONE == delivery.command().returncode
        read_back = samekey(
            "verify", str(delivery.run), "--connection", delivery.tenant.connection, **delivery.tenant.environment()
        )
        assert (ExitCode.RUN_FOLDER, True) == (read_back.returncode, "was purged" in read_back.stderr)

    def test_asks_before(self, delivery: Delivery) -> None:
        """And takes nothing but yes for a yes."""
        delivery.command()
        before = content(delivery)
        refused = samekey("purge", str(delivery.run), answer="no\n")
        assert (ExitCode.USAGE, True) == (refused.returncode, "Nothing was removed" in refused.stderr)
        nobody = samekey("purge", str(delivery.run))
        assert (ExitCode.USAGE, True) == (nobody.returncode, "--yes" in nobody.stderr)
        assert before == content(delivery)
        assert ExitCode.DONE == samekey("purge", str(delivery.run), answer="yes\n").returncode

    def test_refuses_while_somebody_is_on_the_way(self, delivery: Delivery) -> None:
        """Unless it is told that nobody will be sent any more."""
        delivery.until("die", "answer-journalled", "2")
        refused = samekey("purge", str(delivery.run), "--yes")
        assert (ExitCode.RUN_FOLDER, True) == (refused.returncode, "are open" in refused.stderr)
        assert ExitCode.DONE == samekey("purge", str(delivery.run), "--yes", "--force").returncode

    def test_refuses_what_was_never_delivered(self, delivery: Delivery) -> None:
        """It may be somebody's only copy."""
        with pytest.raises(RunFolderError, match="never delivered"):
            steps.purge(delivery.run)

    def test_finishes_what_a_kill_interrupted(self, delivery: Delivery) -> None:
        """The second purge keeps what the first one counted."""
        delivery.command()
        counted = steps.report(delivery.run).books
        (delivery.run / "rounds" / "01" / "purged.json").write_text(
            json.dumps({"purged_at": "2026-11-25T20:00:00+00:00", "chunks": CHUNKS, "users": PEOPLE})
        )
        next((delivery.run / "rounds" / "01" / "chunks").iterdir()).unlink()
        steps.purge(delivery.run)
        assert counted == steps.report(delivery.run).books
