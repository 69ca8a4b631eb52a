"""Chunks are never above the limit, never smaller than they have to be, and hold exactly the users that went in."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.pack import chunker
from samekey.pack.chunker import Chunk, TooLarge
from samekey.records import Position, User


def person(number: int, size_bytes: int, partition: str = "") -> User:
    """A user whose entry weighs so much, told from others by its number."""
    filling = "y" * (size_bytes - len('{"n":"000000"}'))
    return User(Position(number), str(number), {}, f'{{"n":"{number:06d}{filling}"}}'.encode(), partition)


PEOPLE = st.lists(
    st.tuples(st.integers(20, 140), st.sampled_from(["", "north", "south"])), max_size=40,
).map(lambda found: [person(number, size, partition) for number, (size, partition) in enumerate(found)])  # fmt: skip
BYTES_MAX = st.integers(40, 400)
USERS_MAX = st.integers(0, 5)


def chunks(users: Iterable[User], bytes_max: int, users_max: int = 0) -> list[Chunk]:
    """The chunks alone."""
    filled = chunker.fill(users, bytes_max=bytes_max, users_max=users_max)
    return [item for item in filled if isinstance(item, Chunk)]


class TestFill:
    """What must hold for any users and any limits."""

    @given(PEOPLE, BYTES_MAX, USERS_MAX)
    def test_stays_within_the_limits(self, users: list[User], bytes_max: int, users_max: int) -> None:
        """Bytes and count, and the size is told truly."""
        for chunk in chunks(users, bytes_max, users_max):
            assert len(chunk.encoded()) == chunk.size_bytes <= bytes_max
            assert 0 < len(chunk.users) <= (users_max or len(users))

    @given(PEOPLE, BYTES_MAX, USERS_MAX)
    def test_loses_nobody(self, users: list[User], bytes_max: int, users_max: int) -> None:
        """Unpacked per partition, the users are those that went in, in order; the others were too large."""
        for partition in {user.partition for user in users}:
            expected = [
                msgspec.json.decode(user.payload)
                for user in users
                if user.partition == partition and len(user.payload) + 2 <= bytes_max
            ]
            found: list[Any] = []
            for chunk in chunks(users, bytes_max, users_max):
                if chunk.partition == partition:
                    found += msgspec.json.decode(chunk.encoded())
            assert expected == found

    @given(PEOPLE, BYTES_MAX)
    def test_fills_as_far_as_the_next_user_allows(self, users: list[User], bytes_max: int) -> None:
        """The first user of a chunk would not have fitted into the one before."""
        made = chunks(users, bytes_max)
        for partition in {user.partition for user in users}:
            row = [chunk for chunk in made if chunk.partition == partition]
            for chunk, following in itertools.pairwise(row):
                assert chunk.size_bytes + 1 + len(following.users[0].payload) > bytes_max

    @given(PEOPLE, BYTES_MAX, st.integers(1, 5))
    def test_fills_to_the_count(self, users: list[User], bytes_max: int, users_max: int) -> None:
        """With a limit by count, a chunk closes for one of the two reasons."""
        row = [chunk for chunk in chunks(users, bytes_max, users_max) if chunk.partition == "north"]
        for chunk, following in itertools.pairwise(row):
            too_heavy = chunk.size_bytes + 1 + len(following.users[0].payload) > bytes_max
            assert too_heavy or len(chunk.users) == users_max

    @given(PEOPLE, BYTES_MAX, USERS_MAX)
    def test_gives_the_same_bytes_again(self, users: list[User], bytes_max: int, users_max: int) -> None:
        """Nothing but the users before it decides where one lands."""
        first, second = (
            [(chunk.partition, chunk.encoded()) for chunk in chunks(users, bytes_max, users_max)] for _ in range(2)
        )
        assert first == second

    def test_takes_nobody_from_nothing(self) -> None:
        """No users, no chunk, not even an empty one."""
        assert [] == chunks([], 100)

    @pytest.mark.parametrize(("bytes_max", "expected"), [(63, [2]), (62, [1, 1])], ids=["to-the-byte", "one-below"])
    def test_counts_brackets_and_comma(self, bytes_max: int, expected: list[int]) -> None:
        """Two users of 30 bytes weigh 63."""
        made = chunks([person(1, 30), person(2, 30)], bytes_max)
        assert expected == [len(chunk.users) for chunk in made]


class TestTooLarge:
    """A user that no chunk can hold."""

    @pytest.mark.parametrize(("bytes_max", "fits"), [(52, True), (51, False)], ids=["to-the-byte", "one-below"])
    def test_is_told_to_the_byte(self, bytes_max: int, fits: bool) -> None:  # noqa: FBT001  # a table
        """Brackets included."""
        (item,) = chunker.fill([person(1, 50)], bytes_max=bytes_max)
        assert fits == isinstance(item, Chunk)

    def test_is_rejected_and_the_others_go_on(self) -> None:
        """With its position, its key and the way out."""
        items = list(chunker.fill([person(1, 30), person(2, 200), person(3, 30)], bytes_max=100))
        (large,) = [item.rejection for item in items if isinstance(item, TooLarge)]
        assert (Position(2), "user-too-large", "2") == (large.position, large.reason, large.key)
        assert "200 bytes" in large.remedy
        assert [["1", "3"]] == [[user.key for user in item.users] for item in items if isinstance(item, Chunk)]


class TestOpenChunks:
    """However many partitions there are, memory has an end."""

    def test_close_early_when_they_weigh_too_much(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The fullest goes first; nobody is lost, and the sum of what is open stays below the ceiling."""
        monkeypatch.setattr(chunker, "OPEN_BYTES_MAX", 150)
        users = [person(1, 60, "a"), person(2, 30, "b"), person(3, 60, "c"), person(4, 30, "a"), person(5, 30, "d")]
        made = chunks(users, 400)
        assert [("a", ["1"]), ("b", ["2"]), ("c", ["3"]), ("a", ["4"]), ("d", ["5"])] == sorted(
            ((chunk.partition, [user.key for user in chunk.users]) for chunk in made), key=lambda pair: pair[1]
        )
        assert "a" == made[0].partition

    @given(PEOPLE, st.integers(200, 600))
    def test_never_weigh_more_together(self, users: list[User], ceiling: int) -> None:
        """Whenever the next user is asked for, what was taken and not given out is below the ceiling."""
        given_out = 0
        taken = 0

        def watched() -> Iterator[User]:
            nonlocal taken
            for user in users:
                assert taken - given_out <= ceiling
                taken += len(user.payload)
                yield user

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chunker, "OPEN_BYTES_MAX", ceiling)
            for item in chunker.fill(watched(), bytes_max=180):
                assert isinstance(item, Chunk)
                given_out += sum(len(user.payload) for user in item.users)
        assert taken == given_out
