"""An address becomes a source: what lies there, how it is compressed and encoded, and which format it has.

A reader is imported when its format is met: every command that reads a source would wait for all of them.
"""

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from samekey.errors import SourceDamaged, SourceError, SourceUnrecognised, UsageError
from samekey.sources import base, compression, folder, place, recognition
from samekey.sources.content import UTF8_BOM, Content
from samekey.sources.join_options import JoinOptions
from samekey.sources.options import SourceOptions


def _json(content: Content, options: SourceOptions) -> base.Source:
    from samekey.sources.json_file import JsonArraySource

    options.refuse_all_but("encoding", "key", source_format="json")
    return JsonArraySource(content, _key(content, options))


def _ndjson(content: Content, options: SourceOptions) -> base.Source:
    from samekey.sources.ndjson import NdjsonSource

    options.refuse_all_but("encoding", source_format="ndjson")
    return NdjsonSource(content)


def _csv(content: Content, options: SourceOptions) -> base.Source:
    from samekey.sources.csv_file import CsvSource

    options.refuse_all_but("encoding", "delimiter", "header", source_format="csv")
    return CsvSource(content, options.separator, options.header)


def _ldif(content: Content, options: SourceOptions) -> base.Source:
    from samekey.sources.ldif import LdifSource

    options.refuse_all_but("encoding", source_format="ldif")
    return LdifSource(content)


def _sql(content: Content, options: SourceOptions) -> base.Source:
    from samekey.sources import sql_dump

    options.refuse_all_but("encoding", "table", source_format="sql")
    return sql_dump.open_dump(content, _first(content, recognition.HEAD_BYTES), options.table)


_TEXTS: dict[str, Callable[[Content, SourceOptions], base.Source]] = {
    "json": _json,
    "ndjson": _ndjson,
    "csv": _csv,
    "ldif": _ldif,
    "sql": _sql,
}
"""Every format made of text."""


def _sqlite(address: str, path: Path, options: SourceOptions) -> base.Source:
    from samekey.sources import database, database_address

    return database.open_database(database_address.at_file(address, path), options)


def _excel(address: str, path: Path, options: SourceOptions) -> base.Source:
    from samekey.sources import workbook

    return workbook.open_workbook(address, path, options)


def _parquet(address: str, path: Path, options: SourceOptions) -> base.Source:
    from samekey.sources import parquet

    return parquet.open_parquet(address, path, options)


_FILES: dict[str, Callable[[str, Path, SourceOptions], base.Source]] = {
    "sqlite": _sqlite,
    "excel": _excel,
    "parquet": _parquet,
}
"""Every format that is not made of text."""

FORMATS = (*_TEXTS, *_FILES)
"""The name of every format that a file can have."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_KEYS_NAMED = 5
_USERS = "users"
"""Of several arrays, the one that says what it holds: so call it Keycloak and Firebase."""


def open_source(address: str, *, source_format: str | None = None, options: SourceOptions | None = None) -> base.Source:
    """The source at an address.

    Args:
        address: a path; a folder, or a pattern of paths, whose files are read as one; `-` for standard input, which
            is first copied to a private file that goes with the source; or the URL of a database, or of an object,
            folder or pattern in S3.
        source_format: a name of `FORMATS`; recognised from the first bytes and the name when None.
        options: how to read it, where that cannot be seen.

    Raises:
        UsageError: no format has that name, or an option means nothing for it.
        SourceError: there is nothing to read, or it may not be read.
        SourceUnrecognised: nobody can tell what it is, or samekey does not read it.

    """
    options = options or SourceOptions()
    if options.join is not None:
        return _joined(address, source_format, options, options.join)
    if source_format is not None and source_format not in FORMATS:
        raise UsageError(
            f"{source_format!r} is not a source format.", remedy=f"Choose one of: {', '.join(FORMATS)}.",
        )  # fmt: skip
    if url := _URL.match(address):
        return _at_url(address, url[1].lower(), source_format, options)
    parts = folder.parts_on_disk(address)
    if parts is not None:
        return _folder(address, parts, source_format, options)
    return _file(address, place.file_at(address), source_format, options)


def _at_url(address: str, scheme: str, source_format: str | None, options: SourceOptions) -> base.Source:
    from samekey.sources import database, database_address, directory, object_store

    if scheme in database_address.DRIVERS:
        return database.open_database(database_address.parse(address), options)
    if scheme in directory.SCHEMES:
        return directory.open_directory(address, options)
    if scheme == object_store.SCHEME:
        if object_store.is_prefix(address):
            return _folder(address, object_store.parts(address), source_format, options)
        return _file(address, object_store.fetched(address), source_format, options)
    # The rest of the address is not shown: it may hold a password.
    raise SourceUnrecognised(f"Sources at {scheme}:// addresses are not read.", remedy="Export to a file first.")


def _folder(
    address: str, parts: Sequence[folder.Part], source_format: str | None, options: SourceOptions
) -> base.Source:
    return folder.open_folder(address, parts, source_format=source_format, options=options, open_part=opened_part)


@contextmanager
def opened_part(address: str, source_format: str | None, options: SourceOptions) -> Iterator[base.Source]:
    """One of the files of a folder; what had to be copied for it goes when the block ends."""
    from samekey.sources import object_store

    if not address.startswith(f"{object_store.SCHEME}://"):
        yield _file(address, Path(address), source_format, options)
        return
    copy = object_store.fetched(address)
    try:
        yield _file(address, copy, source_format, options)
    finally:
        place.let_go(copy)


def _joined(address: str, source_format: str | None, options: SourceOptions, join: JoinOptions) -> base.Source:
    """Two sources as one; the second may be another table of the first."""
    from samekey.sources import database_address
    from samekey.sources.join import JoinedSource
    from samekey.sources.partners import Partners

    alone = replace(options, join=None)
    left = open_source(address, source_format=source_format, options=alone)
    if address == join.source == "-":
        raise UsageError("Both sources are standard input.", remedy="Write one of them to a file.")
    if join.source:
        right = open_source(join.source, options=SourceOptions(encoding=options.encoding, table=join.table))
    else:
        elsewhere = database_address.without_table(address)
        right = open_source(elsewhere, source_format=source_format, options=replace(alone, table=join.table, query=""))
    return JoinedSource(left, Partners(right, join.theirs), join)


def _file(address: str, path: Path, source_format: str | None, options: SourceOptions) -> base.Source:
    kind = source_format or _kind_of_file(address, path)
    if kind in _FILES:
        return _FILES[kind](address, path, options)
    content = _content(address, path, options.encoding)
    head = _first(content, recognition.HEAD_BYTES)
    if not head.strip():
        raise SourceError(f"{address} is empty.", remedy="Check the export; it holds no record.")
    name = _text_name(content)
    if source_format is None:
        source_format = "json" if options.key else recognition.format_of(head, name=name, address=address)
    return _TEXTS[source_format](content, options)


def _kind_of_file(address: str, path: Path) -> str:
    """The format of a file that is not text; empty for one that may be."""
    magic = _magic(address, path)
    if compression.compression_of(magic) == compression.ZIP:
        names = {member.filename for member in compression.members(path, address)}
        return "excel" if names & recognition.PARTS_OF_WORKBOOKS else ""
    return recognition.kind_of_file(magic)


def _text_name(content: Content) -> str:
    """The name of the file that holds the text, without what compression added."""
    name = Path(content.member or content.address).name.lower()
    for suffix in compression.SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def _content(address: str, path: Path, encoding: str) -> Content:
    """How the bytes there become text."""
    packed = compression.compression_of(_magic(address, path))
    member = compression.only_member(path, address) if packed == compression.ZIP else ""
    if encoding and codecs.lookup(encoding).name != "utf-8":
        return Content(address, path, packed, member, encoding)
    start = _first(Content(address, path, packed, member), recognition.ENCODING_BYTES)
    return Content(
        address,
        path,
        packed,
        member,
        encoding="" if encoding else recognition.encoding_of(start),
        text_start=len(UTF8_BOM) if start.startswith(UTF8_BOM) else 0,
    )


def _magic(address: str, path: Path) -> bytes:
    """The first bytes of a file."""
    try:
        with path.open("rb") as stream:
            return stream.read(recognition.MAGIC_BYTES)
    except OSError as cause:
        raise base.unreadable(address, cause) from cause


def _key(content: Content, options: SourceOptions) -> tuple[str, ...]:
    """Where in the text the array of records stands."""
    from samekey.sources import json_key
    from samekey.sources.json_window import Damage, Window

    if options.key:
        return tuple(options.key.split("."))
    if _first(content, recognition.HEAD_BYTES).lstrip()[:1] != b"{":
        return ()
    window = Window(content.blocks(), content.text_start)
    keys: list[str] = []
    try:
        keys.extend(json_key.keys_of_arrays(window))
    except (Damage, SourceDamaged) as cause:
        if len(keys) != 1:
            raise SourceDamaged(
                f"{content.address}: {cause}, near byte {window.byte}.", remedy="Export the data again."
            ) from cause
        # Reading meets the damage again, behind the records that stand before it.
    found = list(dict.fromkeys(keys))
    if len(found) == 1:
        return (found[0],)
    if _USERS in found:
        return (_USERS,)
    if not found:
        raise SourceUnrecognised(
            f"{content.address} is one JSON object without an array of objects in it.",
            remedy="Write the users as an array, [ … ], or as one object a line; if the array stands deeper, name its "
            "place: --key data.users",
        )
    named = ", ".join(found[:_KEYS_NAMED]) + (", …" if len(found) > _KEYS_NAMED else "")
    raise SourceUnrecognised(
        f"{content.address} holds several arrays of objects, under the keys {named}.",
        remedy="Say under which key the users stand: --key users",
    )


def _first(content: Content, size: int) -> bytes:
    """The first bytes of the text, fewer where there are no more."""
    head = b""
    try:
        for block in content.blocks():
            head += block
            if len(head) >= size:
                break
    except SourceDamaged as cause:
        if not head:
            raise SourceDamaged(f"{content.address}: {cause.message}.", remedy="Copy or export it again.") from cause
    return head[:size]
