"""The long stories share the run folder and the tenant of the journeys."""

from tests.journeys.conftest import delivery, packed_run, shared_tenant

__all__ = ["delivery", "packed_run", "shared_tenant"]
