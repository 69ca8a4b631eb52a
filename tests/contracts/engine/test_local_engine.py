"""Processes of this machine keep what every engine promises."""

import pytest

from samekey.engine.local import LocalEngine
from tests.contracts.engine.suite import EngineContract, MakeEngine
from tests.contracts.engine.suite import making as making  # noqa: PLC0414  # a fixture
from tests.contracts.engine.suite import source as source  # noqa: PLC0414  # a fixture


class TestOneProcess(EngineContract):
    """The one that asks."""

    @pytest.fixture
    def engine(self) -> MakeEngine:
        """One worker is nobody else."""
        return lambda: LocalEngine(1)


class TestProcesses(EngineContract):
    """Two others at work."""

    @pytest.fixture
    def engine(self) -> MakeEngine:
        """More pieces than workers."""
        return lambda: LocalEngine(2)
