"""A parsed query becomes a condition of SQL. Field names and values from outside travel as parameters only."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from samekey.rehearsal import lucene

_WILDCARD_LETTERS_MIN = 3
_METADATA = re.compile(r"(app_metadata|user_metadata)\.(.+)")

Kind = Literal["text", "text without case", "flag", "number", "moment"]


@dataclass(frozen=True, slots=True)
class Column:
    """What stands behind a field of the query language."""

    sql: str
    """An expression over the statement's tables; written here, never by a caller."""
    kind: Kind = "text"


USER_FIELDS: Mapping[str, Column] = {
    "user_id": Column("users.user_id"),
    "email": Column("users.email", "text without case"),
    "email_verified": Column("users.email_verified", "flag"),
    "username": Column("users.username"),
    "phone_number": Column("users.phone_number"),
    "phone_verified": Column("users.phone_verified", "flag"),
    "name": Column("users.name", "text without case"),
    "given_name": Column("users.given_name", "text without case"),
    "family_name": Column("users.family_name", "text without case"),
    "nickname": Column("users.nickname", "text without case"),
    "picture": Column("users.picture"),
    "blocked": Column("users.blocked", "flag"),
    "logins_count": Column("users.logins_count", "number"),
    "last_ip": Column("users.last_ip"),
    "created_at": Column("users.created_ms", "moment"),
    "updated_at": Column("users.updated_ms", "moment"),
    "last_login": Column("users.last_login_ms", "moment"),
    "identities.connection": Column("connections.name"),
    "identities.provider": Column("'auth0'"),
    "identities.user_id": Column("substr(users.user_id, 7)"),
}
USER_FIELDS_SEARCHED = ("email", "name", "given_name", "family_name", "nickname", "username", "user_id")
"""Where a value without a field is looked for (inferred)."""

LOG_FIELDS: Mapping[str, Column] = {
    "log_id": Column("printf('%024d', logs.number)"),
    "_id": Column("printf('%024d', logs.number)"),
    "type": Column("logs.type"),
    "description": Column("logs.description", "text without case"),
    "date": Column("logs.date_ms", "moment"),
    "client_id": Column("logs.client_id"),
    "client_name": Column("logs.client_name", "text without case"),
    "connection": Column("logs.connection"),
    "connection_id": Column("logs.connection_id"),
    "user_id": Column("logs.user_id"),
    "user_name": Column("logs.user_name", "text without case"),
    "ip": Column("logs.ip"),
}
LOG_FIELDS_SEARCHED = ("type", "description", "user_id", "user_name", "client_id", "client_name", "connection", "ip")


@dataclass(slots=True)
class Condition:
    """A condition and the values it asks for."""

    sql: str = ""
    values: dict[str, str | int | float] = field(default_factory=dict)


def condition(tree: lucene.Query, fields: Mapping[str, Column], searched: tuple[str, ...]) -> Condition:
    """The tree as SQL.

    Args:
        tree: what was asked.
        fields: what may be asked for.
        searched: where a value without a field is looked for.

    Raises:
        BadQuery: for a wildcard where Auth0 takes none, and for values that fit no field.

    """
    writer = _Writer(fields, searched)
    sql = writer.write(tree)
    return Condition(sql, writer.values)


class _Writer:
    def __init__(self, fields: Mapping[str, Column], searched: tuple[str, ...]) -> None:
        self._fields = fields
        self._searched = searched
        self.values: dict[str, str | int | float] = {}

    def write(self, tree: lucene.Query) -> str:
        match tree:
            case lucene.Not(part):
                return f"(not coalesce({self.write(part)}, 0))"
            case lucene.And(parts):
                return _joined([self.write(part) for part in parts], "and")
            case lucene.Or(parts):
                return _joined([self.write(part) for part in parts], "or")
            case lucene.Exists(name):
                return self._exists(name)
            case lucene.Term() | lucene.Pattern() if not tree.field:
                parts = tuple(type(tree)(name, tree.value) for name in self._searched)
                return self.write(lucene.Or(parts))
            case lucene.Term(name, value):
                return self._on(name, lambda column: self._equal(column, value))
            case lucene.Pattern(name, value):
                return self._on(name, lambda column: self._like(column, value), may_be_vague=True)
            case lucene.Range(name):
                return self._on(name, lambda column: self._between(column, tree), may_be_vague=True)

    def _bind(self, value: str | float) -> str:
        name = f"q{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def _on(self, name: str, write: Callable[[Column], str], *, may_be_vague: bool = False) -> str:
        if name in self._fields:
            return write(self._fields[name])
        metadata = _METADATA.fullmatch(name)
        if metadata is None or "users" not in self._fields["user_id"].sql:
            return "0"
        if may_be_vague and metadata[1] == "user_metadata":
            raise lucene.BadQuery("user_metadata takes neither wildcards nor ranges")
        text = "case type when 'true' then 'true' when 'false' then 'false' else cast(atom as text) end"
        path = self._bind(json_path(metadata[2]))
        inner = write(Column(f"({text})"))
        return f"exists (select 1 from json_tree(users.{metadata[1]}, {path}) where atom is not null and {inner})"  # noqa: S608  # no part of it comes from outside

    def _exists(self, name: str) -> str:
        if name in self._fields:
            column = self._fields[name]
            return (
                f"({column.sql} is not null and {column.sql} <> 0)"
                if name == "blocked"
                else f"({column.sql} is not null)"
            )
        if name in {"app_metadata", "user_metadata"}:
            return f"(users.{name} is not null)"
        return self._on(name, lambda _column: "1")

    def _equal(self, column: Column, value: str) -> str:
        if column.kind == "flag":
            return f"({column.sql} = {self._bind(int(value.lower() == 'true'))})"
        if column.kind == "number":
            return f"({column.sql} = {self._bind(_number(value))})"
        if column.kind == "moment":
            low, high = _moment_span(value)
            return f"({column.sql} >= {self._bind(low)} and {column.sql} < {self._bind(high)})"
        collation = " collate nocase" if column.kind == "text without case" else ""
        return f"({column.sql} = {self._bind(value)}{collation})"

    def _like(self, column: Column, value: str) -> str:
        letters = value.strip("*")
        if value.startswith("*") and len(letters) < _WILDCARD_LETTERS_MIN:
            raise lucene.BadQuery("a leading wildcard needs three letters")
        if column.kind not in {"text", "text without case"}:
            raise lucene.BadQuery("wildcards are for text")
        pattern, text = value, column.sql
        if column.kind == "text without case":
            pattern, text = value.lower(), f"lower({column.sql})"
        return f"({text} glob {self._bind(_glob(pattern))})"

    def _between(self, column: Column, asked: lucene.Range) -> str:
        parts = ["1"]
        if asked.low != "*":
            sign = ">=" if asked.has_low else ">"
            parts.append(f"{column.sql} {sign} {self._bind(_edge(column, asked.low, is_low=asked.has_low))}")
        if asked.high != "*":
            sign = "<=" if asked.has_high else "<"
            parts.append(f"{column.sql} {sign} {self._bind(_edge(column, asked.high, is_low=not asked.has_high))}")
        return "(" + " and ".join(parts) + ")"


def _joined(parts: list[str], word: str) -> str:
    """Conditions joined in halves of halves: SQLite bears no expression that is a thousand deep."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return f"({_joined(parts[:middle], word)} {word} {_joined(parts[middle:], word)})"


def json_path(dotted: str) -> str:
    """A dotted field as a path of SQLite's JSON functions."""
    return "$" + "".join('."' + step.replace('"', "") + '"' for step in dotted.split("."))


def _glob(pattern: str) -> str:
    return re.sub(r"[\[?]", r"[\g<0>]", re.sub(r"\\(.)", r"\1", pattern))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise lucene.BadQuery("a number is expected") from None


def _edge(column: Column, text: str, *, is_low: bool) -> str | float:
    if column.kind == "moment":
        first, after = _moment_span(text)
        return first if is_low else after - 1
    return _number(text) if column.kind == "number" else text


def _moment_span(text: str) -> tuple[int, int]:
    """First millisecond of a date or moment, and the first one after it: 2026-11-23 is a whole day."""
    for form, length_ms in (("%Y-%m-%d", 86_400_000), ("%Y-%m-%dT%H:%M:%S", 1000)):
        try:
            moment = datetime.strptime(text.removesuffix("Z"), form).replace(tzinfo=UTC)
        except ValueError:
            continue
        first = int(moment.timestamp() * 1000)
        return first, first + length_ms
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise lucene.BadQuery("a date is expected") from None
    first = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    return first, first + 1
