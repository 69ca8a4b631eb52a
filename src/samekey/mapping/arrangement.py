"""The sections of a rules file that arrange users: who stands for a person, where users go, and who goes first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from samekey.mapping.expressions import Expression
from samekey.mapping.rules_document import RulesDocument

KEEP = ("first", "last", "newest", "refuse")
"""Which of several users with the same identifier is packed; `refuse`: none of them."""

FIRST = ("newest", "oldest")
"""Who goes first."""

COMBINE_BELOW_MAX = 10_000_000
DUPLICATES_KEYS = ("keep", "by")
ORDER_KEYS = ("by", "first")
PARTITION_KEYS = ("by", "to", "otherwise", "combine_below")
DESTINATION_KEYS = ("connection", "organization")

ReadExpression = Callable[[tuple[str, ...], Any], Expression]


@dataclass(frozen=True)
class DuplicatesRules:
    """What becomes of users that share an identifier."""

    keep: str = KEEP[0]
    by: Expression | None = None
    """With `newest`: when a record was last true."""


@dataclass(frozen=True)
class OrderRules:
    """In which order users are packed."""

    by: Expression
    first: str = FIRST[0]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a partition goes; empty where the rules do not say."""

    connection: str = ""
    """Name or id of a database connection."""
    organization: str = ""
    """Name or id of an organisation."""


@dataclass(frozen=True)
class PartitionRules:
    """How users are divided."""

    by: Expression
    to: Mapping[str, Destination] = field(default_factory=dict)
    """Where partitions go, by value."""
    otherwise: Destination | None = None
    """Where all others go; None, with `to`: nowhere, and so they are rejected."""
    combine_below: int = 0
    """Partitions of fewer users than this share chunks."""

    def destination(self, partition: str) -> Destination | None:
        """Where a partition goes; None when the rules name destinations and none for this one."""
        if not self.to and self.otherwise is None:
            return Destination()
        return self.to.get(partition, self.otherwise)


def read_duplicates(document: RulesDocument, expression: ReadExpression) -> DuplicatesRules:
    """Read `[duplicates]`."""
    path = ("duplicates",)
    table = document.table(path)
    document.known(path, table, DUPLICATES_KEYS)
    keep = document.choice((*path, "keep"), table.get("keep", KEEP[0]), KEEP)
    if keep == "newest" and "by" not in table:
        raise document.complain((*path, "keep"), "`newest` needs `by`.", 'Write: by = "updated_at"')
    if keep != "newest" and "by" in table:
        raise document.complain((*path, "by"), "`by` means something with `newest` alone.", 'Write: keep = "newest"')
    return DuplicatesRules(keep, expression((*path, "by"), table["by"]) if "by" in table else None)


def read_order(document: RulesDocument, expression: ReadExpression) -> OrderRules | None:
    """Read `[order]`."""
    path = ("order",)
    table = document.table(path)
    document.known(path, table, ORDER_KEYS)
    if "order" not in document.document:
        return None
    if "by" not in table:
        raise document.complain(path, "[order] needs `by`.", 'Write: by = "last_login"')
    first = document.choice((*path, "first"), table.get("first", FIRST[0]), FIRST)
    return OrderRules(expression((*path, "by"), table["by"]), first)


def read_partition(document: RulesDocument, expression: ReadExpression) -> PartitionRules | None:
    """Read `[partition]`."""
    path = ("partition",)
    table = document.table(path)
    document.known(path, table, PARTITION_KEYS)
    if "partition" not in document.document:
        return None
    if "by" not in table:
        raise document.complain(path, "[partition] needs `by`.", 'Write: by = "a field"')
    to = table.get("to", {})
    if not isinstance(to, dict):
        raise document.complain((*path, "to"), "`to` must be a table.", "Write [partition.to] on a line of its own.")
    return PartitionRules(
        expression((*path, "by"), table["by"]),
        {value: _destination(document, (*path, "to", value), where) for value, where in to.items()},
        _destination(document, (*path, "otherwise"), table["otherwise"]) if "otherwise" in table else None,
        document.number((*path, "combine_below"), table.get("combine_below", 0), least=0, most=COMBINE_BELOW_MAX),
    )


def _destination(document: RulesDocument, path: tuple[str, ...], value: Any) -> Destination:
    if not isinstance(value, dict):
        return Destination(document.text(path, value))
    document.known(path, value, DESTINATION_KEYS)
    if not value:
        raise document.complain(path, "A destination names a connection, an organization, or both.")
    return Destination(**{name: document.text((*path, name), text) for name, text in value.items()})
