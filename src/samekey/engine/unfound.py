"""Parts of the rules that find nothing in any record: mostly a field that is called otherwise.

Everybody would be packed, and come without a name, or in no order; nobody would be rejected for it. So it is said.
"""

import math
from collections.abc import Iterator, Mapping

import msgspec

from samekey.mapping.expressions import Expression
from samekey.mapping.rules import Metadata, Rules
from samekey.records import Payloads, UserColumns


class Unfound:
    """What was not found so far. Nearly everything is in the first records, and is not looked for any more then."""

    def __init__(self, rules: Rules) -> None:
        """Args:
        rules: whose parts are looked for.

        """
        self._properties = dict(_properties(rules.user))
        self._partition = _part("[partition] by", rules.partition.by if rules.partition else None)
        self._order = _part("[order] by", rules.order.by if rules.order else None)
        self._duplicates = _part("[duplicates] by", rules.duplicates.by)

    def look(self, users: UserColumns) -> None:
        """Look for the rest in users that are packed."""
        if self._properties:
            together = Payloads.of(users.payloads).joined
            self._properties = {part: mark for part, mark in self._properties.items() if mark not in together}
        if self._partition and any(users.partitions):
            self._partition = ""
        if self._order and not all(map(math.isinf, users.turns)):
            self._order = ""
        if self._duplicates and not all(map(math.isinf, users.claims)):
            self._duplicates = ""

    def parts(self) -> list[str]:
        """What was found in nobody, as it stands in the rules."""
        return [*self._properties, *filter(None, (self._partition, self._order, self._duplicates))]


def _properties(entries: Mapping[str, Expression | Metadata], above: str = "") -> Iterator[tuple[str, bytes]]:
    """Properties that come from a record, and what stands in the payload of whoever has one."""
    for name, each in entries.items():
        if isinstance(each, Metadata):
            yield from _properties(each.entries, f"{above}{name}.")
        elif part := _part(f"[user] {above}{name}", each):
            yield part, msgspec.json.encode(name) + b":"


def _part(name: str, expression: Expression | None) -> str:
    """A part of the rules that has to find something; empty for others."""
    if expression is None or expression.is_constant or expression.default is not None:
        return ""
    return f'{name} = "{expression.text}"' if expression.text else name
