"""Who shares an identifier with whom: exactly, whatever is kept in memory of it."""

from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.pack import identifier_buckets, sharing, spilling
from samekey.pack.sharing import NAMES, columns_of, shared_by
from samekey.pack.spilling import Numbers
from samekey.pack.spool import Spool
from tests.unit.pack.conftest import Identifiers, SpoolsOf

PEOPLE = st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a", "é", "7", "8"])), max_size=8)

Groups = list[tuple[str, list[int]]]
"""Identifiers that are shared, by name and by who has them."""


def found(spools: list[Spool]) -> Groups:
    """What the columns say."""
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    columns = list(columns_of(spools, Numbers(spools[0].folder), map))
    for ordinal in range(sum(spool.users for spool in spools)):
        for each in shared_by(ordinal, columns):
            groups[each].append(ordinal)
    return sorted((name, ordinals) for (name, _), ordinals in groups.items())


def shared(people: list[Identifiers]) -> Groups:
    """The same by one look at everybody."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for ordinal, identifiers in enumerate(people):
        for each in identifiers.items():
            groups[each].append(ordinal)
    return sorted((name, ordinals) for (name, _), ordinals in groups.items() if len(ordinals) > 1)


class TestColumnsOf:
    """One for each name of identifiers that somebody shares."""

    @pytest.mark.parametrize("in_memory", [0, 1, 100], ids=["spilled", "partly", "in-memory"])
    @pytest.mark.parametrize("bucket_names", [1, 3, 50_000])
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(people=PEOPLE, middle=st.integers(0, 8))
    def test_say_what_one_look_at_everybody_says(
        self,
        spools_of: SpoolsOf,
        monkeypatch: pytest.MonkeyPatch,
        bucket_names: int,
        in_memory: int,
        people: list[Identifiers],
        middle: int,
    ) -> None:
        """Buckets, spools and files change nothing."""
        monkeypatch.setattr(sharing, "BUCKET_NAMES", bucket_names)
        monkeypatch.setattr(identifier_buckets, "SPREAD_NAMES", 2)
        monkeypatch.setattr(sharing, "REPEATED_IN_MEMORY", in_memory)
        monkeypatch.setattr(spilling, "NUMBERS_IN_MEMORY", 1)
        monkeypatch.setattr(spilling, "NUMBERS_AT_ONCE", 2)
        assert shared(people) == found(spools_of(people, middle))

    @pytest.mark.parametrize("ids", [["1", "2", "9", "10"], ["1", "2", "2", "3"], ["1", "3", "2", "3"], ["1", "01"]])
    @pytest.mark.parametrize("middle", range(5))
    def test_take_numbers_for_what_they_are(self, spools_of: SpoolsOf, ids: list[str], middle: int) -> None:
        """Ids that ascend are told to be unique by that alone, also from spool to spool; all others are looked at."""
        people = [{"user_id": each} for each in ids]
        assert shared(people) == found(spools_of(people, middle))
