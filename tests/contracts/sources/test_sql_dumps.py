"""SQL dumps keep the promises of a source."""

from samekey.sources import base
from samekey.sources.options import SourceOptions
from tests.contracts.sources.suite import Fields, TextContract


class TestMysqlDump(TextContract):
    source_format = "sql"
    many = 700

    def encoded(self, people: list[Fields]) -> bytes:
        """A table with its definition, many rows to an INSERT; other statements around."""
        rows = [f"({', '.join(map(self.quoted, person.values()))})" for person in people]
        inserts = [
            f"INSERT INTO {self.table()} VALUES {','.join(rows[at : at + 5])};\n" for at in range(0, len(rows), 5)
        ]
        return f"{self.head()}{''.join(inserts)}{self.foot()}".encode()

    def head(self) -> str:
        """What stands before the rows."""
        return (
            "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8mb4 */;\nDROP TABLE IF EXISTS `people`;\n"
            "CREATE TABLE `people` (\n  `username` varchar(99) DEFAULT 'a;b(', -- why\n  `hash` char(40),\n"
            "  `note` text,\n"
            "  PRIMARY KEY (`username`), KEY `k` (`hash`(4))\n) ENGINE=InnoDB COMMENT='it''s; \\'so\\'';\n"
        )

    def foot(self) -> str:
        """What stands behind them."""
        return (
            "DELIMITER ;;\nCREATE TRIGGER t BEFORE INSERT ON people FOR EACH ROW BEGIN SET @a = 'x'; END ;;\n"
            "DELIMITER ;\n-- Dump completed\n"
        )

    def table(self) -> str:
        """The name of the table."""
        return "`people`"

    def quoted(self, text: str) -> str:
        """A text as mysqldump writes it."""
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"

    def damaged(self) -> tuple[bytes, list[str]]:
        """Rows of every kind."""
        rows: list[tuple[bytes, str]] = [
            (b"('a', 1)", ""),
            (b"('a')", "ragged-row"),
            (b"('a', 'b', 'c')", "ragged-row"),
            (b"('a', now())", "not-sql"),
            (b"(upper('a'), (1))", "not-sql"),
            (b"('a', '\xff')", "not-utf8"),
            (b"('a', '" + b"x" * (base.RECORD_BYTES_MAX * 2) + b"')", "record-too-large"),
            (b"(" + (b"1" * 999 + b",") * (base.RECORD_BYTES_MAX // 999) + b"1)", "record-too-large"),
            (b"('z', NULL)", ""),
        ]
        content = b",\n".join(text for text, _ in rows)
        return b"INSERT INTO people (a, b) VALUES " + content + b";", [reason for _, reason in rows]


class TestPostgresqlInserts(TestMysqlDump):
    options = SourceOptions(table="people")

    def head(self) -> str:
        """Another table with rows, which nobody asked for."""
        return (
            "--\n-- PostgreSQL database dump\n--\n\\restrict x\nSET client_encoding = 'UTF8';\n"
            "CREATE FUNCTION f() RETURNS text AS $body$ SELECT 'x;' $body$ LANGUAGE sql;\n"
            "CREATE TABLE public.roles (a text DEFAULT E'\\'' NOT NULL);\n"
            "INSERT INTO public.roles VALUES ('back\\'), (E'it\\'s; ');\n"
            "CREATE TABLE public.people (\n    username character varying(99),\n    hash text,\n    note text\n);\n"
        )

    def foot(self) -> str:
        """Its last words."""
        return "ALTER TABLE public.people ADD PRIMARY KEY (username);\n-- PostgreSQL database dump complete\n"

    def table(self) -> str:
        """With its schema."""
        return "public.people"

    def quoted(self, text: str) -> str:
        """A text in standard SQL."""
        return "'" + text.replace("'", "''") + "'"


class TestPostgresqlCopy(TestPostgresqlInserts):
    def encoded(self, people: list[Fields]) -> bytes:
        """The rows between COPY and a point."""
        rows = "".join("\t".join(map(self.copied, person.values())) + "\n" for person in people)
        columns = ", ".join(people[0]) if people else "username"
        return f"{self.head()}COPY public.people ({columns}) FROM stdin;\n{rows}\\.\n\n{self.foot()}".encode()

    def copied(self, text: str) -> str:
        """A cell."""
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")

    def damaged(self) -> tuple[bytes, list[str]]:
        """Lines of every kind."""
        rows: list[tuple[bytes, str]] = [
            (b"a\t1", ""),
            (b"a", "ragged-row"),
            (b"a\tb\tc", "ragged-row"),
            (b"a\t\xff", "not-utf8"),
            (b"a\t\\xff", "not-utf8"),
            (b"a\t" + b"x" * base.RECORD_BYTES_MAX, "record-too-large"),
            (b"a\t" + b"x" * (3 * base.RECORD_BYTES_MAX), "record-too-large"),
            (b"z\t\\N", ""),
        ]
        content = b"".join(text + b"\n" for text, _ in rows)
        return b"COPY people (a, b) FROM stdin;\n" + content + b"\\.\n", [reason for _, reason in rows]
