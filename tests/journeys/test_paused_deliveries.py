"""Deliveries that stop before their end on purpose, and the commands that go on."""

import json
import shlex

from samekey.errors import ExitCode
from tests.journeys.conftest import CHUNKS, PEOPLE, Delivery


class TestBrake:
    def test_pauses_with_the_command_that_goes_on(self, delivery: Delivery) -> None:
        """A run that is sent to people who are there already stops early; the command it prints goes on to the end."""
        assert delivery.command("--stop-after-failures", "off").returncode == ExitCode.DONE
        journal = next(delivery.run.glob("deliveries/*/journal.sqlite"))
        for path in journal.parent.glob("journal.sqlite*"):
            path.unlink()
        paused = delivery.command("--json")
        assert ExitCode.FINDINGS == paused.returncode
        error = json.loads(paused.stderr.splitlines()[-1])["error"]
        assert "delivery-paused" == error["code"]
        assert "users failed" in error["message"]
        before = delivery.figures().books
        assert before.pending > 0
        command = shlex.split(error["remedy"].rpartition(": ")[2])
        assert ["samekey", "deliver", str(delivery.run)] == command[:3]
        assert "--go-on" == command[-1]
        goes_on = delivery.command("--go-on", "--stop-after-failures", "off")
        assert ExitCode.FINDINGS == goes_on.returncode
        assert PEOPLE == delivery.figures().books.failed
        assert 2 * CHUNKS == len(delivery.jobs_at_tenant())
