"""What format is this? Answered from the first bytes, then from the name; when in doubt, not at all."""

import codecs
import re

import msgspec

from samekey.errors import SourceUnrecognised

HEAD_BYTES = 64 * 1024
"""How much of a source recognition looks at."""

MAGIC_BYTES = 16
"""How much of a file tells that it is not text."""

TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
JSON_SUFFIXES = (".json",)
NDJSON_SUFFIXES = (".ndjson", ".jsonl")

SQL_SUFFIXES = (".sql", ".dump")

PARTS_OF_WORKBOOKS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}
"""Files that stand in the zip archive which a workbook is: of Excel, Excel's binary form and LibreOffice."""

ENCODING_BYTES = 256
"""How much of a text tells its encoding."""

_FILES = {b"SQLite format 3\0": "sqlite", b"PAR1": "parquet", b"\xd0\xcf\x11\xe0": "excel"}
"""First bytes of formats that are not text; the last is Excel's before 2007."""

OTHERS = {
    b"PGDMP": "a PostgreSQL dump in the form that only pg_restore reads (pg_restore -f users.sql makes SQL of it)",
    b"\x1f\x8b": "compressed twice",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ\0": "compressed with xz",
    b"%PDF": "a PDF document",
    b"age-encryption.org/": "encrypted with age (age -d -i key.txt FILE opens it)",
    b"-----BEGIN AGE ENCRYPTED FILE": "encrypted with age (age -d -i key.txt FILE opens it)",
}
"""First bytes of what is often handed in and not read."""

CHOOSE = "Name its format with --source-format: json, ndjson, csv, ldif, sql, excel, parquet or sqlite."

_ARRAY = re.compile(rb"\[\s*\{")
"""What an array of objects begins with."""


def kind_of_file(magic: bytes) -> str:
    """The format of a file that is not text, by its first bytes; empty for one that may be."""
    return next((name for start, name in _FILES.items() if magic.startswith(start)), "")


def encoding_of(start: bytes) -> str:
    """The encoding of a text by its first bytes; empty for what is read as UTF-8.

    UTF-16 without a byte order mark shows by the NULs in its first line, since what an export begins with is ASCII:
    brackets, names of columns, words of SQL.
    """
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    pairs = start[: len(start) // 2 * 2]
    for encoding, letters, others in (("utf-16-le", pairs[::2], pairs[1::2]), ("utf-16-be", pairs[1::2], pairs[::2])):
        line = letters.partition(b"\n")[0]
        if line.strip() and b"\0" not in line and line.isascii() and not others[: len(line)].strip(b"\0"):
            return encoding
    return ""


def format_of(head: bytes, *, name: str, address: str) -> str:
    """The format of a source.

    Args:
        head: the first bytes of its text, UTF-8, without a byte order mark; not empty, not only white space.
        name: its file name, without what compression added.
        address: as the user wrote it, for the message.

    Returns:
        A name of `opening.FORMATS` that is text.

    Raises:
        SourceUnrecognised: none of these.

    """
    for magic, kind in OTHERS.items():
        if head.startswith(magic):
            raise SourceUnrecognised(f"{address} is {kind}.", remedy="Unpack or export it as JSON, NDJSON or CSV.")
    first = head.lstrip()[:1]
    if first == b"[":
        return "json"
    if first == b"{":
        return _objects(head.lstrip(), name=name)
    if name.endswith(JSON_SUFFIXES + NDJSON_SUFFIXES):
        raise SourceUnrecognised(f"{address} is named like JSON but is not JSON.", remedy=CHOOSE)
    from samekey.sources import ldif, sql_dump

    if ldif.BEGINNING.match(head):
        return "ldif"
    if name.endswith(SQL_SUFFIXES) or sql_dump.is_dump(head):
        return "sql"
    if _is_table(head, name=name):
        return "csv"
    if b"\0" in head:
        remedy = "If it is UTF-16, save it as UTF-8 or with a byte order mark."
        raise SourceUnrecognised(f"{address} is not text: it holds NUL characters.", remedy=remedy)
    raise SourceUnrecognised(f"Nobody can tell what {address} is.", remedy=CHOOSE)


def _objects(head: bytes, *, name: str) -> str:
    """NDJSON, unless it is a single object, in which the records may stand under a key."""
    first, _, others = head.partition(b"\n")
    if name.endswith(NDJSON_SUFFIXES) or (_is_object(first) and others.lstrip()[:1] == b"{"):
        return "ndjson"
    if _is_object(first) and not others.strip() and not _ARRAY.search(head) and not name.endswith(JSON_SUFFIXES):
        return "ndjson"
    return "json"


def _is_object(line: bytes) -> bool:
    try:
        return type(msgspec.json.decode(line)) is dict
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # Not an object, or cut off at the end of the head.
        return False


def _is_table(head: bytes, *, name: str) -> bool:
    first = head.strip().partition(b"\n")[0]
    if b"\0" in (first if name.endswith(TABLE_SUFFIXES) else head):
        return False
    if name.endswith(TABLE_SUFFIXES):
        return True
    from samekey.sources import csv_file

    header = first.decode("utf-8", "replace")
    return any(delimiter in header for delimiter in csv_file.DELIMITERS)
