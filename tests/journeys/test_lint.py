"""A file that somebody's own script made is mended, imported into a tenant, and everybody logs in."""

import json
import subprocess
import sys
from pathlib import Path

from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials
from samekey.client.management import Management
from samekey.client.signin import LoginWord, SignIn
from samekey.client.transport import Transport
from samekey.clock import SystemClock
from samekey.rehearsal.server import RunningTenant, serve
from samekey.rehearsal.settings import Settings
from samekey.secret import Secret
from tests.unit.lint.mistakes import PASSWORD, PASSWORDS

DECIDED_BY_LOGIN = {"salt-hex-declared-utf8", "salt-base64-declared-utf8", "key-encoding-left-out"}
MENDED = [each.user for each in PASSWORDS if each.mendable or each.name in DECIDED_BY_LOGIN]
SECONDS_MAX = 60


class TestMendedFile:
    """From a broken file to people who are in."""

    def test_lets_everybody_in(self, tmp_path: Path) -> None:
        """One user for every mistake that form or a known login mends; all of them by the tenant's front door."""
        broken, mended, known = (tmp_path / name for name in ("users.json", "mended.json", "known.csv"))
        broken.write_text("".join(json.dumps(user) + "\n" for user in MENDED), encoding="utf-8-sig")
        people = [str(user["email"]) for user in MENDED]
        known.write_text("username,password\n" + "".join(f"{email},{PASSWORD}\n" for email in people))
        known.chmod(0o600)
        options = ["--fix", str(mended), "--logins", str(known)]
        assert (1, []) == lint(str(broken), *options, unmended=True)
        assert (0, []) == lint(str(mended), "--logins", str(known), unmended=False)
        with serve(settings=Settings(bcrypt_rounds=4)) as tenant:
            assert (len(people), 0) == imported(tenant, mended.read_bytes())
            assert {LoginWord.OK} == logged_in(tenant, people)


def lint(*arguments: str, unmended: bool) -> tuple[int, list[str]]:
    """Exit code, and the codes of all findings, or of those that are not mended."""
    command = [sys.executable, "-m", "samekey", "lint", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, [line["code"] for line in lines if not (unmended and line["fix"])]


def imported(tenant: RunningTenant, content: bytes) -> tuple[int, int]:
    """How many users a job created, and how many it refused."""
    clock = SystemClock()
    credentials = ClientCredentials(tenant.client_id, Secret(tenant.client_secret))
    with Transport(TenantAddress.parse(tenant.url), credentials, clock=clock) as transport:
        management = Management(transport)
        job = management.submit_import(
            content, connection_id=tenant.connection_id, upsert=False, external_id="", send_completion_email=False
        ).job
        deadline = clock.now().timestamp() + SECONDS_MAX
        while not (seen := management.job(job.id)).is_final and clock.now().timestamp() < deadline:
            clock.sleep(0.02)
    assert seen.summary is not None
    return seen.summary.inserted, seen.summary.failed


def logged_in(tenant: RunningTenant, people: list[str]) -> set[LoginWord]:
    """What the front door said."""
    address, secret = TenantAddress.parse(tenant.url), Secret(tenant.login_client_secret)
    with SignIn(address, tenant.login_client_id, secret, clock=SystemClock()) as door:
        return {door.login(username=email, password=Secret(PASSWORD), realm=tenant.connection).word for email in people}
