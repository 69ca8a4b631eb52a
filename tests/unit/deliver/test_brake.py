"""When too many fail, a person is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.deliver.brake import Brake, SettledChunk
from samekey.errors import UsageError

GOOD, BAD, BROKEN = SettledChunk(1_000, 0), SettledChunk(1_000, 100), SettledChunk(1_000, 0, job_failed=True)
SITUATIONS: dict[str, tuple[list[SettledChunk], int, str]] = {
    "nothing yet": ([], 10_000, ""),
    "all well": ([GOOD] * 5, 10_000, ""),
    "just too many": ([GOOD, BAD], 10_000, "100 of the last 2,000 users failed."),
    "one less": ([GOOD, SettledChunk(1_000, 99)], 10_000, ""),
    "long ago": ([BAD, GOOD, GOOD], 10_000, ""),
    "at once": ([SettledChunk(1_000, 1_000)], 10_000, "1,000 of the last 1,000 users failed."),
    "a small run": ([SettledChunk(100, 20)], 400, "20 of the last 100 users failed."),
    "a few of a small run": ([SettledChunk(100, 19)], 200, ""),
    "one failed job": ([BROKEN, GOOD], 10_000, ""),
    "two failed jobs": ([BROKEN, GOOD, BROKEN], 10_000, "2 jobs failed as a whole."),
}

chunks = st.builds(lambda users, share: SettledChunk(users, int(users * share)), st.integers(1, 3_000), st.floats(0, 1))


class TestReason:
    @pytest.mark.parametrize(("settled", "total", "expected"), SITUATIONS.values(), ids=SITUATIONS.keys())
    def test_is_the_one_of_the_table(self, settled: list[SettledChunk], total: int, expected: str) -> None:
        """Each situation goes on, or says why not."""
        assert expected == Brake().reason(settled, users_total=total)

    @given(st.lists(chunks))
    def test_is_never_given_when_it_is_off(self, settled: list[SettledChunk]) -> None:
        """Off is off, whatever fails."""
        assert Brake.parse("off").reason([*settled, BROKEN, BROKEN], users_total=5_000) == ""

    @given(st.lists(chunks), st.integers(1, 100_000))
    def test_is_given_only_when_enough_failed(self, settled: list[SettledChunk], total: int) -> None:
        """A delivery in which less failed than the share allows is never stopped."""
        failed = sum(chunk.failed for chunk in settled)
        if failed < max(20, 0.05 * min(2_000, total)):
            assert Brake().reason(settled, users_total=total) == ""


class TestParse:
    @pytest.mark.parametrize(
        ("text", "expected"), [("5%", 0.05), (" 12.5 % ", 0.125), ("100%", 1.0), ("off", None), ("OFF", None)]
    )
    def test_reads_a_share_or_off(self, text: str, expected: float | None) -> None:
        """As a person writes it."""
        assert expected == Brake.parse(text).share

    @pytest.mark.parametrize("text", ["", "5", "0%", "101%", "-5%", "five"])
    def test_refuses_what_is_neither(self, text: str) -> None:
        """A number without a unit is not guessed at."""
        with pytest.raises(UsageError):
            Brake.parse(text)
