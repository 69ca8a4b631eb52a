"""Lines of `users.ndjson` say how a packed user is known later."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.pack import user_lines
from samekey.pack.user_lines import UserLine
from samekey.records import Position, User, UserColumns
from tests.unit.pack.test_fingerprints import METADATA, encoded


class TestLines:
    """One a packed user."""

    @given(METADATA, st.sampled_from([True, False, None]))
    def test_reads_what_the_user_says_and_not_its_metadata(
        self,
        metadata: Any,
        blocked: bool | None,  # noqa: FBT001  # generated
    ) -> None:
        """Metadata may hold keys of the same names."""
        user: dict[str, Any] = {"email": "a@b.test", "user_metadata": {"m": metadata}}
        if blocked is not None:
            user["blocked"] = blocked
        line = line_of(User(Position(0), "k", {}, encoded(user)))
        assert blocked == line.blocked

    @pytest.mark.parametrize("identifiers", [{}, {"email": "a@b.test"}, {"email": "a@b.test", "user_id": "7"}])
    def test_names_everybody_by_what_is_there(self, identifiers: dict[str, str]) -> None:
        """What somebody does not have is not there."""
        line = line_of(User(Position(3), "k", identifiers, b"{}", "", "c", "as-is"))
        assert ("k", "c", "as-is", identifiers) == (line.key, line.cluster, line.verdict, line.identifiers)

    @pytest.mark.parametrize(
        "position",
        [Position(3), Position(3, 4), Position(3, 4, 5), Position(3, None, 5), Position(3, None, None, "a],b")],
    )
    def test_says_where_the_record_stands(self, position: Position) -> None:
        """As far as the format can tell."""
        assert position == line_of(User(position, "k", {}, b"{}")).position


def line_of(user: User) -> UserLine:
    """The line of one user, read again."""
    (line,) = user_lines.lines_of(UserColumns.of([user]))
    return msgspec.json.decode(msgspec.json.encode(line), type=UserLine)
