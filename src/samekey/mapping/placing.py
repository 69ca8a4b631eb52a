"""Where a mapped user goes, when its turn is, and who stands for a person that comes twice.

Asked only of users that are packed, and only where the rules have `[partition.to]`, `[order]` or `keep = "newest"`.
"""

import math
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from samekey.lookup import Evaluate, ExpressionFailed, Fields
from samekey.mapping.expressions import Expression, compile_expression
from samekey.mapping.moments import moment
from samekey.mapping.rules import Rules
from samekey.records import Rejection, User

PARTITION_CHARS_MAX = 256
"""Longer ones are no names of anything, and every one of them is kept in memory."""

Place = Callable[[Fields, User], User | Rejection]


def compile_placing(rules: Rules) -> Place | None:
    """Make the function that places a user; None where the rules place nobody."""
    turn = _when(rules.order.by, later_first=rules.order.first == "newest") if rules.order else None
    claim = _when(rules.duplicates.by, later_first=True) if rules.duplicates.by else None
    partition = rules.partition
    if turn is None and claim is None and partition is None:
        return None

    def place(fields: Fields, user: User) -> User | Rejection:
        if partition is not None:
            if len(user.partition) > PARTITION_CHARS_MAX:
                remedy = f"A partition's name has at most {PARTITION_CHARS_MAX} characters."
                return Rejection(user.position, "too-long", "partition", remedy, user.key)
            if partition.destination(user.partition) is None:
                return Rejection(user.position, "no-destination", "partition", _NO_DESTINATION, user.key)
        if turn is None and claim is None:
            return user
        return replace(user, turn=turn(fields) if turn else 0.0, claim=claim(fields) if claim else 0.0)

    return place


_NO_DESTINATION = "[partition.to] does not name this user's partition: add it there, or say otherwise = …"


def _when(by: Expression, *, later_first: bool) -> Callable[[Fields], float]:
    """A number that is smaller the earlier somebody's turn is; what is no moment comes last."""
    find: Evaluate = compile_expression(by)

    def when(fields: Fields) -> float:
        try:
            return rank(find(fields), later_first=later_first)
        except ExpressionFailed:
            return math.inf

    return when


def rank(value: Any, *, later_first: bool) -> float:
    """Where a moment stands in the order: the smaller, the earlier somebody's turn is."""
    found = moment(value)
    if found is None:
        return math.inf
    return -found if later_first else found
