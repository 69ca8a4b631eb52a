"""Which changes are left to a person altogether: these are counted in the question before a delta changes anybody."""

import pytest

from samekey.deliver import by_hand
from samekey.pack.changes import Change, Kind, Was

WAS = Was("01", "000001", 0)


@pytest.mark.parametrize(
    ("kinds", "was", "packed", "blocks", "expected"),
    [
        pytest.param((Kind.IDENTIFIER,), WAS, False, None, True, id="another-address"),
        pytest.param((Kind.PROFILE, Kind.IDENTIFIER), WAS, False, None, True, id="another-address-and-more"),
        pytest.param((Kind.PROFILE,), WAS, True, None, False, id="imported"),
        pytest.param((Kind.VANISHED,), WAS, False, True, False, id="blocked"),
        pytest.param((Kind.VANISHED,), None, False, None, False, id="never-sent"),
    ],
)
def test_is_whole_when_nothing_carries_it_over(
    kinds: tuple[Kind, ...],
    was: Was | None,
    packed: bool,  # noqa: FBT001  # a table
    blocks: bool | None,  # noqa: FBT001  # a table
    expected: bool,  # noqa: FBT001  # a table
) -> None:
    """Whatever else of it an import could have carried."""
    assert expected == by_hand.is_whole(Change("1", kinds, {}, packed=packed, was=was), blocks=blocks)
