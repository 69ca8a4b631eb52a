"""The way for good records: many at once, column by column, with a few calls for all of them.

`compiled.the_long_way` is the whole truth about what becomes of a record. What is made here takes the records that are
plainly good, which are nearly all; whatever it *doubts* goes the long way. It knows no reason to reject anything, so no
rule stands in two places. That both ways give the same is held by a property test.

A rules file such as

    [user]
    email = "mail"
    app_metadata = { tenant = "org.code" }

becomes a few columns, each a list with one value per record, and at last one object per record:

    email         ["ann@example.com", "bob@example.com"]
    tenant        ["acme", None]
    app_metadata  [{"tenant": "acme"}, None]
    payloads      [b'{"email":"ann@example.com","app_metadata":{"tenant":"acme"}}', b'{"email":"bob@example.com"}']
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from samekey.auth0 import limits
from samekey.hashes.alike import AlikePayloads, convert_alike
from samekey.hashes.conversion import Converter
from samekey.lookup import PLAIN_PATH, ExpressionFailed
from samekey.mapping import acceptance, payloads, treatments
from samekey.mapping.arrangement import PartitionRules
from samekey.mapping.expressions import Expression, compile_expression
from samekey.mapping.placing import PARTITION_CHARS_MAX, rank
from samekey.mapping.rules import (
    BOOLEAN_PROPERTIES,
    IDENTIFIERS,
    METADATA_PROPERTIES,
    OTHER_PROPERTIES,
    Metadata,
    PasswordRules,
    Rules,
)
from samekey.records import Held, LeftOut, Rejection, SourceRecord, User, UserColumns
from samekey.sources.sheets import Sheet

Column = Sequence[Any]
MapRecord = Callable[[SourceRecord], User | Rejection | Held | LeftOut]
MapSheet = Callable[[Sheet], tuple[UserColumns, list[Rejection | Held | LeftOut]]]

_SOMEBODY = {"email": "somebody@example.com"}
_SCALARS = {str, int, float, bool, type(None)}
_NO_PASSWORD = ("", "none")


class _Table:
    """A sheet while it is mapped."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.count = sheet.count
        self.doubtful = set(sheet.odd)
        """Rows that go the long way."""
        self.texts: dict[str, Column] = {}
        """What was read before by path: a key is often a user id, too."""

    def doubt(self, rows: Iterable[int]) -> None:
        """Send rows the long way."""
        self.doubtful.update(rows)


Read = Callable[[_Table], Column]


def compile_columns(rules: Rules, map_record: MapRecord, convert: Converter | None, *, exact_only: bool) -> MapSheet:
    """Make the function that maps many records.

    Args:
        rules: checked rules.
        map_record: the long way.
        convert: converts a stored password; None when the rules carry none.
        exact_only: whether a reading by shape is no reading (`format = "auto"`).

    Returns:
        A function that makes of each record what the long way makes of it.

    """
    wanted = _wanted(rules.where) if rules.where else None
    properties = {name: _property(name, rule) for name, rule in rules.user.items()}
    key = _texts("key", rules.key) if rules.key else None
    partition = _partitions(rules.partition) if rules.partition else None
    turn = _ranks(rules.order.by, later_first=rules.order.first == "newest") if rules.order else None
    claim = _ranks(rules.duplicates.by, later_first=True) if rules.duplicates.by else None
    password = _password(rules.password, convert, exact_only=exact_only) if rules.password and convert else None

    def map_sheet(sheet: Sheet) -> tuple[UserColumns, list[Rejection | Held | LeftOut]]:
        table = _Table(sheet)
        if wanted:
            wanted(table)
        user = {name: read(table) for name, read in properties.items()}
        identifiers = _identifiers(table, user)
        keys = _keys(table, key, identifiers)
        columns, kinds = dict(user), [_NO_PASSWORD] * table.count
        if password:
            columns["custom_password_hash"], kinds = password(table)
        written = payloads.encoded(columns, table.count)
        table.doubt(written.doubtful)
        users = UserColumns(
            sheet.positions(),
            keys,
            identifiers,
            written.payloads,
            list(partition(table)) if partition else [],
            kinds,
            list(turn(table)) if turn else [],
            list(claim(table)) if claim else [],
            list(user.get("blocked", [])),
        )
        return _settled(table, users, map_record)

    return map_sheet


def _settled(
    table: _Table, users: UserColumns, map_record: MapRecord
) -> tuple[UserColumns, list[Rejection | Held | LeftOut]]:
    """Put what the long way makes of doubtful rows in their places; who is no user leaves the columns."""
    if not table.doubtful:
        return users, []
    others: list[Rejection | Held | LeftOut] = []
    staying = bytearray(b"\1") * table.count
    for row in sorted(table.doubtful):
        record = table.sheet.record(row)
        mapped = map_record(record) if isinstance(record, SourceRecord) else record
        if isinstance(mapped, User):
            users.put(row, mapped)
            continue
        staying[row] = 0
        if mapped is not None:
            others.append(mapped)
    return users.only(staying), others


# --- properties ------------------------------------------------------------------------------------------------------


def _property(name: str, rule: Expression | Metadata) -> Read:
    if isinstance(rule, Metadata):
        return _metadata(rule)
    if name in BOOLEAN_PROPERTIES:
        return _booleans(rule)
    if name in METADATA_PROPERTIES or name in OTHER_PROPERTIES:
        return _others(name, rule)
    return _texts(name, rule)


def _values(rule: Expression) -> Read:
    """What a rule finds, record by record; a plain path without calling anything for each."""
    if rule.is_constant:
        return lambda table: [rule.constant] * table.count
    if not _is_plain(rule):
        return _evaluated(rule)
    first, *rest = rule.text.split(".")

    def walk(table: _Table) -> Column:
        column = table.sheet.column(first)
        for name in rest:
            column = [value.get(name) if value.__class__ is dict else None for value in column]
        return column

    return walk


def _is_plain(rule: Expression) -> bool:
    """Whether a rule is a path of names and nothing more."""
    if rule.default is not None or rule.treatments or rule.factors or rule.function:
        return False
    return PLAIN_PATH.fullmatch(rule.text) is not None


def _evaluated(rule: Expression) -> Read:
    evaluate = compile_expression(rule)

    def read(table: _Table) -> Column:
        values = []
        for row, fields in enumerate(table.sheet.fields()):
            try:
                values.append(evaluate(fields))
            except ExpressionFailed:
                values.append(None)
                table.doubtful.add(row)
        return values

    return read


def _texts(name: str, rule: Expression) -> Read:
    """Texts that Auth0 takes for a property."""
    read = _plain_texts(rule, numbers=name in {"user_id", "key", "partition"})
    if name not in _GOOD:
        return read
    good = _GOOD[name]

    def each_good(texts: Sequence[str]) -> bool:
        return all(map(good, texts))

    all_good = _ALL_GOOD.get(name, each_good)

    def read_texts(table: _Table) -> Column:
        values = read(table)
        texts = [text for text in values if text is not None] if None in values else values
        if texts and not all_good(texts):
            table.doubt(row for row, text in enumerate(values) if text is not None and not good(text))
        return values

    return read_texts


def _plain_texts(rule: Expression, *, numbers: bool) -> Read:
    """Texts as they stand; absent, null and empty are the same: None. An id may be a whole number in the source."""
    read = _values(rule)
    types = {str, type(None), int} if numbers else {str, type(None)}
    path = "" if rule.is_constant or not _is_plain(rule) else f"{rule.text} {numbers}"

    def read_texts(table: _Table) -> Column:
        if path in table.texts:
            return table.texts[path]
        values = read(table)
        found = set(map(type, values))
        if not found <= types:
            table.doubt(row for row, value in enumerate(values) if type(value) not in types)
            values = [value if type(value) in types else None for value in values]
        if int in found:
            values = list(map(str, values)) if found == {int} else [str(v) if type(v) is int else v for v in values]
        if "" in values:
            values = [value or None for value in values]
        if path:
            table.texts[path] = values
        return values

    return read_texts


_CHARS_MAX = {
    "given_name": limits.GIVEN_NAME_CHARS_MAX,
    "family_name": limits.GIVEN_NAME_CHARS_MAX,
    "name": limits.NAME_CHARS_MAX,
    "nickname": limits.NICKNAME_CHARS_MAX,
}


def _fits(chars_max: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= chars_max


def _all_fit(chars_max: int) -> Callable[[Sequence[str]], bool]:
    return lambda texts: len(max(texts, key=len)) <= chars_max


def _are_user_ids(texts: Sequence[str]) -> bool:
    return "".join(texts).isalnum() and len(max(texts, key=len)) <= limits.USER_ID_CHARS_MAX


_GOOD: Mapping[str, Callable[[str], bool]] = {
    "email": acceptance.is_email,
    "username": acceptance.is_username,
    "phone_number": acceptance.is_phone,
    "user_id": acceptance.is_user_id,
    "picture": acceptance.is_url,
    **{name: _fits(chars_max) for name, chars_max in _CHARS_MAX.items()},
}
"""Whether a text that is not empty is good for a property."""
_ALL_GOOD: Mapping[str, Callable[[Sequence[str]], bool]] = {
    "email": acceptance.are_plain_emails,
    "user_id": _are_user_ids,
    **{name: _all_fit(chars_max) for name, chars_max in _CHARS_MAX.items()},
}
"""The same of many texts at once, where that is cheaper. False only means: look at each."""


def _booleans(rule: Expression) -> Read:
    read = _values(rule)

    def read_booleans(table: _Table) -> Column:
        values = read(table)
        if set(map(type, values)) <= {bool, type(None)}:
            return values
        said = list(map(treatments.truth, values))
        table.doubt(row for row, value in enumerate(values) if said[row] is None and not (value is None or value == ""))
        return said

    return read_booleans


def _metadata(rule: Metadata, levels: int = acceptance.LEVELS_MAX) -> Read:
    """Objects of the rules' making. Keys were held against Auth0's rules when the rules file was read."""
    readers = [
        _metadata(entry, levels - 1) if isinstance(entry, Metadata) else _clean(_values(entry), levels - 1)
        for entry in rule.entries.values()
    ]
    make = payloads.object_maker(tuple(rule.entries))
    nothing = make()

    def read(table: _Table) -> Column:
        columns = [reader(table) for reader in readers]
        made = list(map(make, *columns))
        if all(None in column for column in columns):
            return [None if each == nothing else each for each in made]
        return made

    return read


def _clean(read: Read, levels: int) -> Read:
    """Values that hold no key which Auth0 forbids, and are not too deep."""

    def read_clean(table: _Table) -> Column:
        values = read(table)
        types = set(map(type, values))
        if types <= _SCALARS or (types == {list} and set(map(type, chain.from_iterable(values))) <= _SCALARS):
            return values
        table.doubt(row for row, value in enumerate(values) if not acceptance.is_clean(value, levels))
        return values

    return read_clean


def _others(name: str, rule: Expression) -> Read:
    """Whole objects and lists, as they are found."""
    read = _values(rule)

    def read_others(table: _Table) -> Column:
        values = read(table)
        table.doubt(
            row
            for row, value in enumerate(values)
            if value is not None and acceptance.refusal({**_SOMEBODY, name: value})
        )
        return values

    return read_others


# --- who it is -------------------------------------------------------------------------------------------------------


def _wanted(where: Expression) -> Callable[[_Table], None]:
    read = _values(where)

    def doubt_unwanted(table: _Table) -> None:
        table.doubt(row for row, said in enumerate(map(treatments.truth, read(table))) if not said)

    return doubt_unwanted


def _identifiers(table: _Table, user: Mapping[str, Column]) -> dict[str, list[str]]:
    """What must be unique, as Auth0 compares it; empty where absent. Somebody without any goes the long way."""
    found = {name: _lower(user[name]) for name in IDENTIFIERS if name in user}
    if not any("" not in column for column in found.values()):
        table.doubt(row for row in range(table.count) if not any(column[row] for column in found.values()))
    if "user_id" in user:
        found["user_id"] = [text or "" for text in user["user_id"]]
    return found


def _lower(texts: Column) -> list[str]:
    if None not in texts:
        joined = "\n".join(texts)
        if joined.isascii() and joined.count("\n") == len(texts) - 1:
            lower = joined.lower()
            return list(texts) if lower == joined else lower.split("\n")
    return [text.lower() if text else "" for text in texts]


def _keys(table: _Table, key: Read | None, identifiers: Mapping[str, list[str]]) -> list[str]:
    """How each is known across rounds: by the rules' key, else by the first identifier."""
    columns = [key(table)] if key else []
    columns += [identifiers[name] for name in ("user_id", *IDENTIFIERS) if name in identifiers]
    keys = columns[0] if columns else [""] * table.count
    if None not in keys and "" not in keys:
        return list(keys)
    return [next(filter(None, each), "") for each in zip(*columns, strict=True)]


# --- where it goes ---------------------------------------------------------------------------------------------------


def _partitions(rules: PartitionRules) -> Read:
    read = _texts("partition", rules.by)

    def read_partitions(table: _Table) -> Column:
        partitions = [text or "" for text in read(table)]
        astray = {each for each in set(partitions) if len(each) > PARTITION_CHARS_MAX or not rules.destination(each)}
        if astray:
            table.doubt(row for row, partition in enumerate(partitions) if partition in astray)
        return partitions

    return read_partitions


def _ranks(by: Expression, *, later_first: bool) -> Read:
    read = _values(by)
    return lambda table: [rank(value, later_first=later_first) for value in read(table)]


# --- the password ----------------------------------------------------------------------------------------------------


def _password(
    rules: PasswordRules, convert: Converter, *, exact_only: bool
) -> Callable[[_Table], tuple[Column, list[tuple[str, str]]]]:
    """What Auth0 gets for each password, and cluster and verdict of each."""
    stored = rules.stored
    read = _values(stored) if isinstance(stored, Expression) else _by_name(stored)

    def read_passwords(table: _Table) -> tuple[Column, list[tuple[str, str]]]:
        values = read(table)
        if None in values:
            table.doubt(row for row, value in enumerate(values) if value is None)
        if not table.doubtful:
            hashes, kinds = _converted(convert, values, exact_only=exact_only)
        else:
            rows = [row for row in range(table.count) if row not in table.doubtful]
            sound = _converted(convert, [values[row] for row in rows], exact_only=exact_only)
            hashes, kinds = (_spread(column, rows, table.count) for column in sound)
        if not isinstance(hashes, AlikePayloads) and None in hashes:
            table.doubt(row for row, each in enumerate(hashes) if each is None)
        return hashes, kinds

    return read_passwords


def _by_name(columns: Mapping[str, Expression]) -> Read:
    """What makes up one stored password, by the names that formats know."""
    readers = {name: _values(column) for name, column in columns.items()}

    def read(table: _Table) -> Column:
        return [
            dict(zip(readers, each, strict=True))
            for each in zip(*(reader(table) for reader in readers.values()), strict=True)
        ]

    return read


def _converted(convert: Converter, stored: Column, *, exact_only: bool) -> tuple[Column, list[Any]]:
    """Payloads, None where there is none to be had without doubt, and cluster and verdict of each."""
    alike = convert_alike(convert, stored) if stored else None
    if alike and (alike.conversion.certainty == "exact" or not exact_only):
        return alike.payloads, [(alike.conversion.cluster, alike.conversion.verdict)] * len(stored)
    conversions = list(map(convert, stored))
    hashes = [None if exact_only and each.certainty != "exact" else each.custom_password_hash for each in conversions]
    return hashes, [(each.cluster, each.verdict) for each in conversions]


def _spread(values: Iterable[Any], rows: Iterable[int], count: int) -> list[Any]:
    """Values in their rows, and None in all others."""
    column: list[Any] = [None] * count
    for row, value in zip(rows, values, strict=True):
        column[row] = value
    return column
