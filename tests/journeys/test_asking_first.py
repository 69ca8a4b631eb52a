"""`samekey deliver --preflight` asks everything and sends nothing."""

import json

from samekey.errors import ExitCode
from tests.journeys.conftest import Delivery


class TestPreflight:
    def test_says_that_all_is_well(self, delivery: Delivery) -> None:
        """An empty connection with everything it needs is ready; no job was made and no delivery begun."""
        done = delivery.command("--preflight", "--json")
        asked = json.loads(done.stdout)
        assert ExitCode.DONE == done.returncode
        assert asked["ready"]
        assert delivery.tenant.connection_id == asked["connection"]["id"]
        assert {"ok"} == {finding["standing"] for finding in asked["findings"]}
        assert [] == delivery.jobs_at_tenant()
        assert not (delivery.run / "deliveries").exists()

    def test_names_what_is_wrong_with_its_remedy(self, delivery: Delivery) -> None:
        """A connection that is not there is said in the table, and the exit code tells a script."""
        done = delivery.command("--preflight", "--connection", "No-Such-Connection")
        assert ExitCode.FINDINGS == done.returncode
        assert "refusal" in done.stdout
        assert "Not ready" in done.stdout
