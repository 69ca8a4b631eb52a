"""What samekey ships for other people's tests."""

import httpx2

from samekey.rehearsal.server import RunningTenant
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
