"""What samekey ships for other people's tests."""

import hashlib
import json

import httpx2
from starlette.testclient import TestClient

from samekey.rehearsal.server import RunningTenant
from samekey.rehearsal.settings import Settings
from samekey.testing import rehearsal_app as memory
from samekey.testing.manual_clock import BEGINNING, ManualClock

pytest_plugins = ["samekey.testing.fixtures"]


class TestFixtures:
    def test_give_a_tenant_that_answers(self, rehearsal_tenant: RunningTenant) -> None:
        """A fresh tenant on this machine says who it is."""
        with httpx2.Client(trust_env=False) as http:
            answer = http.get(f"{rehearsal_tenant.url}/.well-known/openid-configuration")
        assert f"{rehearsal_tenant.url}/" == answer.json()["issuer"]

    def test_give_a_clock(self, manual_clock: ManualClock) -> None:
        """The clock stands at its beginning."""
        assert BEGINNING == manual_clock.now()

    def test_give_an_application_without_a_port(self, rehearsal_app: memory.RehearsalApp) -> None:
        """Called in memory: somebody is seeded, and logs in with the password of the old system."""
        tenant = rehearsal_app.tenant
        digest = hashlib.sha1(b"Kestrel-41").hexdigest()
        stored = {"algorithm": "sha1", "hash": {"value": digest, "encoding": "hex"}}
        people = json.dumps([{"email": "anna@example.test", "custom_password_hash": stored}])
        http = TestClient(rehearsal_app.app, base_url=tenant.url)
        seeded = http.post("/control/seed", content=people, headers={"authorization": f"Bearer {tenant.control_token}"})
        asked = {"grant_type": "password", "username": "anna@example.test", "password": "Kestrel-41"}
        asked |= {"client_id": tenant.login_client_id, "client_secret": tenant.login_client_secret}
        assert (1, 200) == (seeded.json()["inserted"], http.post("/oauth/token", data=asked).status_code)


class TestRehearsalApp:
    def test_takes_settings_and_a_clock(self, manual_clock: ManualClock) -> None:
        """The tenant lives by the test's time and goes by its address."""
        settings = Settings(connection="People")
        with memory.rehearsal_app(url="http://people.test", settings=settings, clock=manual_clock) as application:
            tenant = application.tenant
            answer = TestClient(application.app, base_url="http://people.test").get(
                "/control", headers={"authorization": f"Bearer {tenant.control_token}"}
            )
        assert ("People", BEGINNING.isoformat()) == (tenant.connection, answer.json()["now"])
        assert not tenant.store_path.exists()
