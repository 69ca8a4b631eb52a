"""One kill at every named boundary, and its successor at the next: the journeys' own, part of `make chaos` too."""

from tests.journeys.test_killed_deliveries import TestDelivery

__all__ = ["TestDelivery"]
