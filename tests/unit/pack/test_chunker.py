"""Chunks are never above the limit, never smaller than they have to be, and hold exactly the users that went in."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.pack import chunker
from samekey.pack.chunker import ChunkSequence, Plan, Run

WEIGHTS = st.lists(st.lists(st.integers(3, 39), min_size=1, max_size=12), max_size=5)
"""What users weigh, spool by spool."""
BYTES_MAX = st.integers(40, 400)
USERS_MAX = st.integers(0, 5)

NORTH = ChunkSequence("north")


def fill(spools: Sequence[Sequence[int]], bytes_max: int, users_max: int = 0) -> list[Plan]:
    """Chunks of users that weigh so much, comma included; all of a spool are one run, from its fourth place on."""
    runs = (
        (Run(number, 3, 3 + len(weights)), list(accumulate(weights, initial=1_000)))
        for number, weights in enumerate(spools)
    )
    return list(chunker.fill(runs, bytes_max=bytes_max, users_max=users_max, sequence=NORTH))


def people(plan: Plan) -> list[tuple[int, int]]:
    """The users of a chunk, by spool and place."""
    return [(run.spool, place) for run in plan.runs for place in range(run.start, run.end)]


def weight(spools: Sequence[Sequence[int]], person: tuple[int, int]) -> int:
    """What a user weighs."""
    return spools[person[0]][person[1] - 3]


class TestFill:
    """What must hold for any users and any limits."""

    @given(WEIGHTS, BYTES_MAX, USERS_MAX)
    def test_stays_within_the_limits(self, spools: list[list[int]], bytes_max: int, users_max: int) -> None:
        """Bytes and count, and the size is told truly: users with commas between them, and two brackets."""
        for plan in fill(spools, bytes_max, users_max):
            written = ",".join("x" * (weight(spools, person) - 1) for person in people(plan))
            assert len(f"[{written}]") == plan.size_bytes <= bytes_max
            assert 0 < len(people(plan)) == plan.users
            assert not users_max or plan.users <= users_max

    @given(WEIGHTS, BYTES_MAX, USERS_MAX)
    def test_loses_nobody(self, spools: list[list[int]], bytes_max: int, users_max: int) -> None:
        """Those who come out are those who went in, in order."""
        everybody = [(number, 3 + place) for number, each in enumerate(spools) for place in range(len(each))]
        assert everybody == [person for plan in fill(spools, bytes_max, users_max) for person in people(plan)]

    @given(WEIGHTS, BYTES_MAX, USERS_MAX)
    def test_fills_as_far_as_the_next_user_allows(
        self, spools: list[list[int]], bytes_max: int, users_max: int
    ) -> None:
        """The first user of a chunk would not have fitted into the one before."""
        for plan, following in pairwise(fill(spools, bytes_max, users_max)):
            too_heavy = plan.size_bytes + weight(spools, people(following)[0]) > bytes_max
            assert too_heavy or plan.users == users_max

    @given(WEIGHTS, BYTES_MAX)
    def test_keeps_neighbours_together(self, spools: list[list[int]], bytes_max: int) -> None:
        """As few runs as can be: each is one read."""
        for plan in fill(spools, bytes_max):
            assert len(plan.runs) == len({run.spool for run in plan.runs})

    def test_takes_nobody_from_nothing(self) -> None:
        """No users, no chunk, not even an empty one."""
        assert [] == fill([], 100)

    def test_names_the_partition(self) -> None:
        """Each chunk belongs to the partition it was filled for."""
        assert ["north", "north"] == [plan.sequence.partition for plan in fill([[30, 30]], 40)]

    @pytest.mark.parametrize(("bytes_max", "expected"), [(63, [2]), (62, [1, 1])], ids=["to-the-byte", "one-below"])
    def test_counts_brackets_and_comma(self, bytes_max: int, expected: list[int]) -> None:
        """Two users of 30 bytes, commas aside, weigh 63."""
        assert expected == [plan.users for plan in fill([[31, 31]], bytes_max)]

    def test_refuses_what_no_chunk_holds(self) -> None:
        """Whoever calls has to take these users out before."""
        with pytest.raises(ValueError, match="too large"):
            fill([[30, 101]], 100)


class TestPayloadBytesMax:
    """The largest user that a chunk can hold."""

    def test_is_told_to_the_byte(self) -> None:
        """Brackets included: one byte more and it would not fit."""
        largest = chunker.payload_bytes_max(52)
        assert [52] == [plan.size_bytes for plan in fill([[largest + 1]], 52)]
        with pytest.raises(ValueError, match="too large"):
            fill([[largest + 2]], 52)
