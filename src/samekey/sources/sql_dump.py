"""SQL dumps: the rows of one table in what mysqldump, pg_dump and their relatives write.

Rows stand in `INSERT INTO … VALUES (…), (…);` or, from PostgreSQL, in `COPY … FROM stdin;`. Everything else is passed;
of CREATE TABLE the names and types of the columns are kept.

A dump that was cut off between two statements looks whole, but for the last line that its program would have written:
where the first line is there and the last one is not, the dump is damaged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from samekey.errors import SourceDamaged, SourceError, SourceUnrecognised
from samekey.records import Position, Rejection, SourceRecord
from samekey.sources import base, json_record, sql_values, tables
from samekey.sources.content import Content
from samekey.sources.json_window import Damage, Window
from samekey.sources.sql_lexer import END, NAME, WORD, Overlong, SqlLexer, Token

BEGINNING = re.compile(
    rb"(?:\s++|--[^\n]*+\n|#[^\n]*+\n|/\*.*?\*/;?|\\[^\n]*+\n)*+(?:BEGIN|COPY|CREATE|DROP|INSERT|LOCK|PRAGMA|REPLACE|SELECT|SET|START|USE)\b",
    re.DOTALL | re.IGNORECASE,
)
_TABLES = re.compile(
    rb"\b(?:(?:INSERT|REPLACE)\s+(?:\w+\s+)?INTO|CREATE\s+(?:\w+\s+)?TABLE|COPY)\s+[\w\"`]", re.IGNORECASE
)
_MYSQL = re.compile(rb"(?:MySQL|MariaDB) dump|`|ENGINE\s*=", re.IGNORECASE)
_NO_COLUMN = {b"PRIMARY", b"UNIQUE", b"KEY", b"INDEX", b"CONSTRAINT", b"FULLTEXT", b"SPATIAL", b"CHECK", b"FOREIGN",
              b"EXCLUDE", b"LIKE", b"PERIOD"}  # fmt: skip
_TABLES_NAMED = 12


def is_dump(head: bytes) -> bool:
    """Whether a text begins as dumps do."""
    return bool(BEGINNING.match(head) and _TABLES.search(head))


@dataclass(slots=True)
class _Rows:
    """The head of a statement that holds rows, and where the walk stands."""

    table: str
    columns: list[str]
    """As the statement names them; empty when it does not."""
    copy: bool


@dataclass(frozen=True, slots=True)
class SqlDumpSource:
    """The rows of one table of a dump, in one range. Resuming reads the dump from its start."""

    content: Content
    """The bytes."""
    table: str
    """The table: `users`, or with its schema, `auth.users`."""
    mysql: bool
    """Whether backslashes escape."""

    def describe(self) -> base.Description:
        """What this source is."""
        return self.content.describe("sql")

    def ranges(self, count: int) -> list[base.Range]:  # noqa: ARG002  # the protocol's
        """The whole dump."""
        return [base.Range(self.content.text_start)]

    def read(self, piece: base.Range, *, after: Position | None = None) -> Iterator[SourceRecord | Rejection]:
        """Every row of the table."""
        window = Window(self.content.blocks(piece.start), piece.start)
        walk = _Walk(SqlLexer(window, mysql=self.mysql), self.content.address)
        index = 0
        try:
            for rows in walk.statements():
                if not _is_same(rows.table, self.table):
                    walk.skip(rows)
                    continue
                for place, cells in walk.rows(rows):
                    item = _item(Position(index, None, place), cells, walk.columns(rows))
                    index += 1
                    if after is None or item.position.index > after.index:
                        yield item
        except (Damage, SourceDamaged) as cause:
            raise base.damaged(self.content.address, str(cause), Position(index, None, window.byte)) from cause


def open_dump(content: Content, head: bytes, wanted: str) -> SqlDumpSource:
    """The rows of a table in a dump.

    Args:
        content: the dump.
        head: its first bytes.
        wanted: the table; empty for the only one that has rows. Reads everything once to see that it is.

    Raises:
        SourceError: no table has rows, or not this one.
        SourceUnrecognised: several have, and none was named.
        SourceDamaged: the dump is damaged, and before that nothing tells which table is meant.

    """
    mysql = bool(_MYSQL.search(head))
    window = Window(content.blocks(), content.text_start)
    walk = _Walk(SqlLexer(window, mysql=mysql), content.address)
    found: dict[str, None] = {}
    try:
        for rows in walk.statements():
            if walk.skip(rows):
                found[rows.table] = None
    except (Damage, SourceDamaged) as cause:
        if not wanted and len(found) != 1:
            raise SourceDamaged(
                f"{content.address}: {cause}, near byte {window.byte}.", remedy="Make the dump again."
            ) from cause
        # Reading meets the damage again, behind the rows that stand before it.
        return SqlDumpSource(content, wanted or next(iter(found)), mysql)
    named = ", ".join(list(found)[:_TABLES_NAMED]) + (", …" if len(found) > _TABLES_NAMED else "")
    fitting = [table for table in found if not wanted or _is_same(table, wanted)]
    if len(fitting) == 1:
        return SqlDumpSource(content, fitting[0], mysql)
    if not found:
        raise SourceError(f"{content.address} holds no rows.", remedy="Dump the data as well as the tables.")
    if wanted and not fitting:
        raise SourceError(
            f"{content.address} has no rows of {wanted}; it has rows of {named}.", remedy="Name one with --table."
        )
    raise SourceUnrecognised(
        f"{content.address} holds rows of several tables: {named}.",
        remedy=f"Say which to read, perhaps --table {tables.likeliest(found)}",
    )


def _is_same(table: str, wanted: str) -> bool:
    return table == wanted or ("." not in wanted and table.rpartition(".")[2] == wanted)


@dataclass(slots=True)
class _Cells:
    """A row in pieces, not yet values."""

    tokens: list[list[Token]] = field(default_factory=list)
    copied: list[bytes] = field(default_factory=list)
    overlong: bool = False


def _item(place: Position, row: _Cells, columns: list[tuple[str, str]]) -> SourceRecord | Rejection:
    if row.overlong:
        return base.rejected(place, "record-too-large", json_record.TOO_LARGE)
    count = len(row.tokens) or len(row.copied)
    if count != len(columns):
        return base.rejected(place, "ragged-row", f"The table has {len(columns)} columns; the row has {count} values.")
    fields = {}
    for number, (name, kind) in enumerate(columns):
        try:
            if row.tokens:
                fields[name] = sql_values.of_tokens(row.tokens[number], kind)
            else:
                fields[name] = sql_values.of_copy(row.copied[number], kind)
        except sql_values.NotAValue:
            return base.rejected(place, "not-sql", f"The value of {name} is an expression; write what it comes to.")
        except UnicodeDecodeError:
            return base.rejected(place, "not-utf8", "Dump as UTF-8, or name the encoding with --encoding.")
    return SourceRecord(place, fields)


class _Walk:
    """Goes from statement to statement; whoever is given one with rows reads or skips them before the next."""

    def __init__(self, lexer: SqlLexer, address: str) -> None:
        self._lexer = lexer
        self._address = address
        self._created: dict[str, list[tuple[str, str]]] = {}
        """The columns of each table, with their types."""

    def statements(self) -> Iterator[_Rows]:
        """Every statement that holds rows."""
        lexer = self._lexer
        while lexer.skip_space():
            if lexer.window.data.startswith(b"\\", lexer.window.at):
                lexer.skip_line()
                continue
            token = self._next()
            rows = None
            if token.upper == b"CREATE":
                self._create()
            elif token.upper in (b"INSERT", b"REPLACE"):
                rows = self._insert()
            elif token.upper == b"COPY":
                rows = self._copy()
            elif token.upper == b"DELIMITER":
                self._skip_routines()
            elif token.text != b";":
                lexer.skip_statement()
            if rows is not None:
                yield rows
        if lexer.breaks_off:
            raise Damage("the dump breaks off: the line with which it should end is missing")

    def columns(self, rows: _Rows) -> list[tuple[str, str]]:
        """The names and types of the columns of a statement.

        Raises:
            SourceError: nobody says what they are called.

        """
        created = self._created.get(rows.table, [])
        if not rows.columns and not created:
            raise SourceError(
                f"{self._address} does not say what the columns of {rows.table} are called.",
                remedy="Dump with CREATE TABLE, or with the names in every INSERT: mysqldump --complete-insert.",
            )
        types = dict(created)
        return [(name, types.get(name, "")) for name in rows.columns] if rows.columns else created

    def skip(self, rows: _Rows) -> bool:
        """Pass the rows; whether there were any."""
        if not rows.copy:
            self._lexer.skip_statement()
            return True
        some = False
        while self._lexer.line() != rb"\.":
            some = True
        return some

    def rows(self, rows: _Rows) -> Iterator[tuple[int, _Cells]]:
        """Every row, with the byte where it begins."""
        return self._copied_rows() if rows.copy else self._inserted_rows()

    def _copied_rows(self) -> Iterator[tuple[int, _Cells]]:
        while True:
            place = self._lexer.window.byte
            line = self._lexer.line()
            if line == rb"\.":
                return
            yield place, _Cells(overlong=True) if line is None else _Cells(copied=line.split(b"\t"))

    def _inserted_rows(self) -> Iterator[tuple[int, _Cells]]:
        lexer = self._lexer
        while True:
            lexer.skip_space()
            place = lexer.window.byte
            if self._next().text != b"(":
                raise Damage("a row does not begin with a parenthesis")
            yield place, self._row(place)
            behind = self._next()
            if behind.text == b";":
                return
            if behind.text != b",":
                lexer.skip_statement()
                return

    def _row(self, start: int) -> _Cells:
        """The values of a row up to its closing parenthesis."""
        lexer = self._lexer
        row = _Cells([[]])
        depth = 0
        while True:
            try:
                token = lexer.next()
            except Overlong:
                row = _Cells(overlong=True)
                continue
            if token is END:
                raise Damage("the dump breaks off inside a row")
            sign = token.text if token.kind == "sign" else b""
            if sign == b";" or (lexer.window.byte - start > base.RECORD_BYTES_MAX and not row.overlong):
                if sign == b";":
                    raise Damage("a row does not end")
                row = _Cells(overlong=True)
            if sign == b")" and depth == 0:
                return row
            depth += (sign == b"(") - (sign == b")")
            if row.overlong:
                continue
            if sign == b"," and depth == 0:
                row.tokens.append([])
            else:
                row.tokens[-1].append(token)

    def _insert(self) -> _Rows | None:
        """Go to the first row of an INSERT."""
        token = self._next()
        while token.upper not in (b"INTO", b""):
            token = self._next()
        if token.upper != b"INTO":
            self._lexer.skip_statement()
            return None
        table, token = self._name(self._next())
        columns: list[str] = []
        if token.text == b"(":
            columns, token = self._names(), self._next()
        while token.upper not in (b"VALUES", b"VALUE"):
            if token is END or token.text == b";" or token.upper in (b"SELECT", b"SET"):
                raise Damage(f"an INSERT into {table} has no VALUES")
            token = self._next()
        return _Rows(table, columns, copy=False)

    def _copy(self) -> _Rows | None:
        """Go to the first row of a COPY."""
        table, token = self._name(self._next())
        columns: list[str] = []
        if token.text == b"(":
            columns, token = self._names(), self._next()
        source = self._next()
        if (token.upper, source.upper) != (b"FROM", b"STDIN"):
            self._lexer.skip_statement()
            return None
        if self._next().text != b";":
            raise Damage(f"the COPY of {table} is not in PostgreSQL's text format")
        self._lexer.skip_line()
        return _Rows(table, columns, copy=True)

    def _create(self) -> None:
        """Keep the columns of a CREATE TABLE."""
        token = self._next()
        while token.upper in (b"TEMPORARY", b"TEMP", b"UNLOGGED", b"GLOBAL", b"LOCAL", b"FOREIGN"):
            token = self._next()
        if token.upper != b"TABLE":
            self._lexer.skip_statement()
            return
        token = self._next()
        while token.upper in (b"IF", b"NOT", b"EXISTS"):
            token = self._next()
        table, token = self._name(token)
        if token.text == b"(":
            self._created[table] = self._definitions()
        if token.text != b";":
            self._lexer.skip_statement()

    def _definitions(self) -> list[tuple[str, str]]:
        """The columns between the parentheses of a CREATE TABLE, with their types."""
        found: list[tuple[str, str]] = []
        definition: list[Token] = []
        depth = 0
        while True:
            token = self._next()
            if token is END:
                raise Damage("the dump breaks off inside a CREATE TABLE")
            ends = depth == 0 and token.text in (b",", b")") and token.kind == "sign"
            depth += (token == ("sign", b"(")) - (token == ("sign", b")"))
            if not ends:
                definition.append(token)
                continue
            if definition and definition[0].upper not in _NO_COLUMN:
                found.append((_text(definition[0]), _type(definition[1:])))
            definition = []
            if token.text == b")":
                return found

    def _name(self, token: Token) -> tuple[str, Token]:
        """A table's name, with its schema, and the word behind it."""
        parts = [_text(token)]
        while (behind := self._next()) == ("sign", b"."):
            parts.append(_text(self._next()))
        return ".".join(parts), behind

    def _names(self) -> list[str]:
        """The columns up to a closing parenthesis."""
        found = []
        while (token := self._next()).text != b")" or token.kind in (NAME, WORD):
            if token is END:
                raise Damage("the dump breaks off inside a list of columns")
            if token.kind in (NAME, WORD):
                found.append(_text(token))
        return found

    def _skip_routines(self) -> None:
        """Pass triggers and procedures, between two lines that change MySQL's delimiter."""
        self._lexer.skip_line()
        while self._lexer.skip_space():
            if (self._lexer.line() or b"").strip().upper() == b"DELIMITER ;":
                return
        raise Damage("the dump breaks off inside a routine")

    def _next(self) -> Token:
        try:
            return self._lexer.next()
        except Overlong:
            return Token("text", b"")


def _text(token: Token) -> str:
    return token.text.decode("utf-8", "replace")


def _type(tokens: list[Token]) -> str:
    """The first word of a column's type, lower case; `array` for arrays, whatever they hold."""
    if any(token == ("sign", b"[") for token in tokens):
        return "array"
    return _text(tokens[0]).lower() if tokens else ""
