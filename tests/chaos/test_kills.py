"""A thousand kills at random moments; `CHAOS_KILLS` asks for more or fewer."""

import os
import time
from pathlib import Path

import pytest

from samekey.testing.tenant_process import tenant_process
from tests.chaos.killing import kill_at_random

KILLS = int(os.environ.get("CHAOS_KILLS", "1000"))


class TestKills:
    def test_at_random_moments_lose_nobody(
        self, packed_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """However often a delivery dies, the same command again closes the books; a fifth die in the worst moment."""
        seed = int(time.time())
        with tenant_process(tmp_path / "tenant.sqlite", job_seconds=0.1) as tenant:
            toll = kill_at_random(tenant, packed_run, tmp_path, kills=KILLS, seed=seed)
        with capsys.disabled():
            print(f"\n{toll.said()} (seed {seed})")  # noqa: T201  # the figures of a long run
        assert toll.kills == KILLS
        assert toll.kills_between >= KILLS // 5
