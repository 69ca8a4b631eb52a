"""Two records for one person: the first stands, the second is refused and leaves no trace."""

import pytest

from samekey.pack.duplicates import Duplicates
from samekey.records import Position, User


def person(number: int, **identifiers: str) -> User:
    """A user with these identifiers, as mapping hands them on."""
    return User(Position(number, line=number + 1), f"key-{number}", identifiers, b"{}")


class TestDuplicates:
    """Every identifier belongs to the first who had it."""

    @pytest.mark.parametrize("name", ["email", "username", "phone_number", "user_id"])
    def test_refuses_the_second_holder(self, name: str) -> None:
        """The rejection names the identifier, and where the first holder stands."""
        seen = Duplicates()
        assert seen.check(person(0, **{name: "same"})) is None
        refused = seen.check(person(1, **{name: "same"}))
        assert refused is not None
        assert (Position(1, line=2), "duplicate", name, "key-1") == (
            refused.position, refused.reason, refused.field, refused.key,
        )  # fmt: skip
        assert f"Record 1 (line 1) has the same {name}: " in refused.remedy

    def test_names_the_first_of_many(self) -> None:
        """The third is told about the first, not the second."""
        seen = Duplicates()
        refused = [seen.check(person(number, email="same")) for number in range(3)]
        assert refused[2] is not None
        assert refused[2].remedy.startswith("Record 1 ")

    def test_tells_identifiers_apart(self) -> None:
        """A username may read like somebody's id."""
        seen = Duplicates()
        assert seen.check(person(0, username="7")) is None
        assert seen.check(person(1, user_id="7")) is None

    def test_forgets_the_refused(self) -> None:
        """The other identifiers of a refused user are still free."""
        seen = Duplicates()
        seen.check(person(0, email="ann"))
        seen.check(person(1, user_id="7", email="ann"))
        assert seen.check(person(2, user_id="7", email="bob")) is None

    def test_lets_nobody_collide_without_identifiers(self) -> None:
        """Absent is not equal."""
        seen = Duplicates()
        assert seen.check(person(0)) is None
        assert seen.check(person(1)) is None
