"""Two ways to map records: one by one, and by the sheet."""

from collections.abc import Sequence

from samekey.mapping.compiled import Mapped, compile_rules, compile_sheets
from samekey.mapping.rules import Rules
from samekey.records import Rejection, SourceRecord, User
from samekey.sources.sheets import RecordSheet, Sheet


def by_sheet(rules: Rules, records: Sequence[SourceRecord | Rejection] | Sheet) -> list[Mapped]:
    """What becomes of records that are mapped together, in order."""
    sheet = RecordSheet(records) if isinstance(records, Sequence) else records
    users, others = compile_sheets(rules)(sheet)
    each: list[Mapped] = [
        User(
            position,
            users.keys[row],
            {name: column[row] for name, column in users.identifiers.items() if column[row]},
            users.payloads[row],
            users.partitions[row] if users.partitions else "",
            *users.kinds[row],
            users.turns[row] if users.turns else 0.0,
            users.claims[row] if users.claims else 0.0,
        )
        for row, position in enumerate(users.positions)
    ]
    return sorted([*each, *others], key=lambda mapped: mapped.position.index)


def either_way(rules: Rules, record: SourceRecord) -> Mapped:
    """What becomes of one record, which is the same both ways."""
    alone = compile_rules(rules)(record)
    assert [alone] == by_sheet(rules, [record])
    return alone
