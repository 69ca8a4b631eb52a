"""Lines of packed users, spread over buckets and put together again."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from samekey.pack import users_by_key
from samekey.pack.user_lines import Place, UserLine

TEXTS = st.text(st.sampled_from('ab",[]\\\u00e9\n'), max_size=6)
NUMBERS = st.none() | st.integers(0, 99)
PLACES = st.builds(Place, st.integers(0, 99), NUMBERS, NUMBERS, TEXTS)
BLOCKED = st.sampled_from([None, True, False])
LINES = st.lists(st.builds(UserLine, TEXTS, PLACES, TEXTS, TEXTS, email=TEXTS, blocked=BLOCKED), max_size=5)


class TestSpread:
    """Whatever stands in a line."""

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @example(lines=[UserLine('",[', Place(1, None, 2, '"],'), "]", '"')])
    @given(LINES)
    def test_gives_every_line_back(self, tmp_path: Path, lines: list[UserLine]) -> None:
        """In the bucket of its key, and in its order there."""
        path = spread(tmp_path / "users", lines, buckets=2)
        for bucket in range(2):
            mine = [each for each in lines if users_by_key.bucket_of(users_by_key.head_of(each.key), 2) == bucket]
            read = users_by_key.Entries(users_by_key.read([path], bucket, 2))
            assert mine == [read.line(number) for number in range(len(read.heads))]

    def test_compares_all_but_where_the_record_stands(self, tmp_path: Path) -> None:
        """A record that moved is unchanged, one with another address is not."""
        was = [UserLine(key, Place(0, 1, 2, "a"), "c", "as-is", f"{key}@b.test") for key in "xyz"]
        now = [was[0], UserLine("y", Place(1), "c", "as-is", "other@b.test")]
        now[0] = msgspec.structs.replace(was[0], place=Place(7, 8, 9, "b"))
        paths = [spread(tmp_path / name, lines) for name, lines in (("now", now), ("was", was))]
        there, before = (users_by_key.Entries(users_by_key.read([path], 0, 1)) for path in paths)
        assert {users_by_key.head_of("x")} == users_by_key.unchanged(there, [before])

    def test_refuses_what_is_no_line(self, tmp_path: Path) -> None:
        """Rather than lose somebody."""
        with pytest.raises(msgspec.DecodeError):
            users_by_key.spread(tmp_path / "users", 1, [(b"{}\n", b"\n")])


def spread(path: Path, lines: list[UserLine], buckets: int = 1) -> Path:
    """Users of whom all have the same fingerprints."""
    users_by_key.spread(path, buckets, ((msgspec.json.encode(line) + b"\n", b"0 \n") for line in lines))
    return path
