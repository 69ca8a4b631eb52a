"""Whom the rules want: everybody, or those of whom an expression is true."""

from typing import Any

import pytest

from samekey.errors import RulesError
from samekey.mapping.rules import parse_rules
from samekey.records import LeftOut, Position, Rejection, SourceRecord, User
from tests.unit.mapping.ways import either_way


def fate(where: str, record: dict[str, Any]) -> type:
    """What becomes of a record, whichever way it goes."""
    rules = parse_rules(f'[user]\nwhere = {where}\nemail = {{ path = "mail", default = "a@b.test" }}\n')
    return type(either_way(rules, SourceRecord(Position(0), record)))


class TestWhere:
    @pytest.mark.parametrize(
        ("where", "record", "expected"),
        [
            pytest.param('"wanted"', {"wanted": True}, User, id="true"),
            pytest.param('"wanted"', {"wanted": "1"}, User, id="a word for true"),
            pytest.param('"wanted"', {"wanted": False}, LeftOut, id="false"),
            pytest.param('"wanted"', {}, LeftOut, id="not there"),
            pytest.param('"wanted"', {"wanted": "perhaps"}, LeftOut, id="not a word for true"),
            pytest.param('"wanted"', {"wanted": ["x"]}, LeftOut, id="a list"),
            pytest.param('{ not = "deleted" }', {"deleted": 0}, User, id="negation"),
            pytest.param('{ path = "wanted", default = true }', {}, User, id="default"),
            pytest.param('"deleted_at == null && !is_test"', {"is_test": False}, User, id="JMESPath"),
            pytest.param('"deleted_at == null && !is_test"', {"deleted_at": "2020"}, LeftOut, id="JMESPath, not true"),
            pytest.param("\"starts_with(role, 'x')\"", {"role": 7}, Rejection, id="does not fit the record"),
            pytest.param('"wanted"', {"mail": "no address"}, LeftOut, id="left out before it is looked at"),
            pytest.param('"wanted"', {"mail": "no address", "wanted": True}, Rejection, id="looked at when wanted"),
        ],
    )
    def test_decides_who_goes_on(self, where: str, record: dict[str, Any], expected: type) -> None:
        """True and nothing else."""
        assert expected is fate(where, record)

    def test_is_checked_before_a_record_is_read(self) -> None:
        """With its place."""
        with pytest.raises(RulesError) as caught:
            parse_rules('[user]\nemail = "mail"\nwhere = "a =="\n')
        assert 3 == caught.value.line
