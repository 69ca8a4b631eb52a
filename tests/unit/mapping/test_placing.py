"""Where a mapped user goes, when its turn is, and how good its claim is."""

import math
from typing import Any

import pytest

from samekey.errors import RulesError
from samekey.mapping.arrangement import Destination
from samekey.mapping.compiled import Mapped
from samekey.mapping.rules import parse_rules
from samekey.records import Position, Rejection, SourceRecord, User
from tests.unit.mapping.ways import either_way

USER = '[user]\nemail = "mail"\n'
ORDER = USER + '[order]\nby = "seen"\n'
TO = USER + '[partition]\nby = "org"\n[partition.to]\nacme = "Acme"\n'


def mapped(rules_text: str, **fields: Any) -> Mapped:
    """What becomes of a record, which is the same both ways."""
    return either_way(parse_rules(rules_text), SourceRecord(Position(0), {"mail": "a@b.com", **fields}))


def user(rules_text: str, **fields: Any) -> User:
    """A user that is packed."""
    found = mapped(rules_text, **fields)
    assert isinstance(found, User)
    return found


class TestOrder:
    """A lower turn goes first."""

    @pytest.mark.parametrize(("first", "expected"), [("newest", -5.0), ("oldest", 5.0)])
    def test_turns_time_around_for_the_newest(self, first: str, expected: float) -> None:
        """So that one way of sorting serves both."""
        assert expected == user(ORDER + f'first = "{first}"', seen=5).turn

    @pytest.mark.parametrize("first", ["newest", "oldest"])
    @pytest.mark.parametrize("seen", [None, "never", {}])
    def test_puts_what_is_no_moment_last(self, first: str, seen: Any) -> None:
        """Whichever way it goes."""
        assert math.inf == user(ORDER + f'first = "{first}"', seen=seen).turn

    def test_puts_a_record_last_that_the_expression_does_not_fit(self) -> None:
        """Nobody is rejected for having no place in an order."""
        assert math.inf == user(USER + '[order]\nby = "max(seen)"', seen=7).turn


class TestClaim:
    """The lowest claim keeps an identifier."""

    def test_is_better_the_newer_a_record_is(self) -> None:
        """Seconds, turned around."""
        assert -5.0 == user(USER + '[duplicates]\nkeep = "newest"\nby = "seen"', seen=5).claim

    def test_is_equal_where_the_rules_go_by_nothing(self) -> None:
        """Then places decide."""
        assert 0.0 == user(USER + '[duplicates]\nkeep = "last"', seen=5).claim


class TestDestination:
    """Where partitions go."""

    def test_is_read_from_the_rules(self) -> None:
        """A text is a connection; a table says more."""
        partition = parse_rules(TO + 'globex = { connection = "G", organization = "org_1" }').partition
        assert partition is not None
        assert (Destination("Acme"), Destination("G", "org_1"), None) == (
            partition.destination("acme"),
            partition.destination("globex"),
            partition.destination("other"),
        )

    @pytest.mark.parametrize("org", ["other", None])
    def test_rejects_whom_the_rules_send_nowhere(self, org: str | None) -> None:
        """A user without a value, too: nobody is lost in silence."""
        found = mapped(TO, org=org)
        assert isinstance(found, Rejection)
        assert ("no-destination", "partition") == (found.reason, found.field)

    def test_may_be_said_for_all_others(self) -> None:
        """`otherwise` stands in `[partition]`."""
        assert (
            "other" == user(TO.replace("[partition.to]", 'otherwise = "Main"\n[partition.to]'), org="other").partition
        )

    def test_is_not_asked_for_where_the_rules_name_none(self) -> None:
        """Then the delivery says where."""
        assert "other" == user(USER + '[partition]\nby = "org"', org="other").partition

    def test_rejects_a_name_without_end(self) -> None:
        """Names are kept in memory."""
        found = mapped(USER + '[partition]\nby = "org"', org="x" * 1_000_000)
        assert isinstance(found, Rejection)
        assert ("too-long", "partition") == (found.reason, found.field)

    @pytest.mark.parametrize("line", ['otherwise = ""', "otherwise = {}", 'to = "x"', 'otherwise = { tenant = "x" }'])
    def test_must_be_one(self, line: str) -> None:
        """The complaint carries the line."""
        with pytest.raises(RulesError, match="line 5"):
            parse_rules(USER + f'[partition]\nby = "org"\n{line}')
