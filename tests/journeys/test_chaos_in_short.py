"""The long stories of `make chaos` in short: a few random kills, and each fault once."""

from pathlib import Path

from samekey.testing.tenant_process import TenantProcess
from tests.chaos.killing import kill_at_random
from tests.chaos.test_faults import TestDisk, TestJournal, TestTenant, moved

__all__ = ["TestDisk", "TestJournal", "TestTenant", "moved"]

KILLS = 8


class TestKills:
    def test_at_random_moments_lose_nobody(
        self, packed_run: Path, shared_tenant: TenantProcess, tmp_path: Path
    ) -> None:
        """However often a delivery dies, the same command again closes the books."""
        toll = kill_at_random(shared_tenant, packed_run, tmp_path, kills=KILLS, seed=1)
        shared_tenant.control("POST", "/reset")
        assert KILLS == toll.kills
