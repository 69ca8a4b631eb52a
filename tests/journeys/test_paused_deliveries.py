"""Deliveries that stop before their end on purpose, and the commands that go on."""

import json
import shlex
from pathlib import Path

from samekey import steps
from samekey.client.address import TenantAddress
from samekey.client.credentials import credentials_from
from samekey.errors import ExitCode
from tests.journeys.conftest import CHUNKS, PEOPLE, Delivery

KNOWN = "username,password\nperson77@example.org,{password}\nnobody@example.org,password 3\n"


class TestCanary:
    def test_goes_first_with_a_known_person_and_is_proved(self, delivery: Delivery, tmp_path: Path) -> None:
        """Ten users around a known person go first, that person logs in, the rest follows, and the books close."""
        known = self.known_logins(tmp_path, "password 77")
        done = delivery.command("--canary", "10", "--logins", str(known))
        assert ExitCode.DONE == done.returncode
        assert "10 of 10 users arrived, 1 of 1 known people got in" in done.stderr.replace("\n", " ")
        assert delivery.packed_emails() == delivery.emails_at_tenant()
        books = delivery.figures().books
        assert books.closed
        assert PEOPLE == books.created
        verified = steps.verify(
            delivery.run,
            tenant=TenantAddress.parse(delivery.tenant.url),
            connection=delivery.tenant.connection,
            credentials=credentials_from(delivery.tenant.environment()),
            sample=0,
        )
        assert PEOPLE == verified.read_back.read
        assert verified.is_clean

    def test_keeps_the_others_back_when_a_login_fails(self, delivery: Delivery, tmp_path: Path) -> None:
        """A known person who does not get in stops the delivery with ten users sent; --go-on sends the others."""
        known = self.known_logins(tmp_path, "not the password")
        options = ("--canary", "10", "--logins", str(known))
        stopped = delivery.command(*options)
        assert ExitCode.FINDINGS == stopped.returncode
        assert "not the password" not in stopped.stderr
        assert "--go-on" in stopped.stderr
        assert 10 == len(delivery.emails_at_tenant())
        assert ExitCode.DONE == delivery.command(*options, "--go-on").returncode
        assert delivery.packed_emails() == delivery.emails_at_tenant()

    def known_logins(self, folder: Path, password: str) -> Path:
        """A file of one known person, and of one who was never packed."""
        path = folder / "known.csv"
        path.touch(mode=0o600)
        path.write_text(KNOWN.format(password=password))
        return path


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
