"""Whatever a file holds, a survey ends in findings or in one error that says what to do."""

import gzip
import io
import json
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from samekey import steps
from samekey.errors import SamekeyError, SourceError, UsageError
from samekey.sources.opening import FORMATS
from samekey.survey.findings import Findings

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PEOPLE = [{"email": f"p{number}@b.test", "hash": f"{number:040x}", "n": number} for number in range(9)]
NDJSON = "\n".join(map(json.dumps, PEOPLE)).encode()
CSV = b"email;hash\n" + b"".join(b"%s;%s\n" % (one["email"].encode(), one["hash"].encode()) for one in PEOPLE)  # type: ignore[attr-defined]  # texts
LDIF = b"dn: uid=a,dc=b\nuid: a\nmail:: YUBiLnRlc3Q=\nuserPassword: {SHA}\n a\n\ndn: uid=c,dc=b\nuid: c\n"
INSERTS = b"CREATE TABLE `users` (`id` int, `email` text);\nINSERT INTO `users` VALUES (1,'a@b.test'),(2,'it''s\\n');\n"
COPY = b"COPY public.users (id, email) FROM stdin;\n1\ta@b.test\n2\t\\N\n\\.\n"


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.ndjson", NDJSON)
    return packed.getvalue()


def _workbook() -> bytes:
    made, packed = openpyxl.Workbook(), io.BytesIO()
    made.active.append(["email", "hash"])
    made.active.append(["a@b.test", "x"])
    made.save(packed)
    return packed.getvalue()


def _database() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "users.db"
        connection = sqlite3.connect(path)
        connection.executescript("CREATE TABLE users (email TEXT); INSERT INTO users VALUES ('a@b.test')")
        connection.close()
        return path.read_bytes()


SOUND = {
    "ndjson": NDJSON,
    "array": json.dumps(PEOPLE, indent=1).encode(),
    "array under a key": json.dumps({"data": PEOPLE}).encode(),
    "csv": CSV,
    "csv in UTF-16": CSV.decode().encode("utf-16"),
    "ldif": LDIF,
    "inserts": INSERTS,
    "copy": COPY,
    "gzip": gzip.compress(NDJSON),
    "zstd": zstd.compress(NDJSON),
    "zip": _zip(),
    "workbook": _workbook(),
    "database": _database(),
}
"""A sound source in every form that a file can have."""

PIECES = [b"", b"\0", b"\xff", b"{", b"]", b'"', b"'", b"\\", b"\n", b"\r", b"\x1f\x8b", b"PK\x03\x04", b"a" * 300]


@st.composite
def mangled(draw: Callable[[st.SearchStrategy[bytes | int]], bytes | int]) -> bytes:
    """A sound source that was cut, or in which something stands in the place of something else."""
    sound = bytes(draw(st.sampled_from([*SOUND.values()])))
    start = int(draw(st.integers(0, len(sound))))
    size = int(draw(st.sampled_from([0, 1, 2, 8, 10_000])))
    return sound[:start] + bytes(draw(st.sampled_from(PIECES))) + sound[start + size :]


class TestAnyBytes:
    @given(
        content=st.binary(max_size=300) | mangled(),
        name=st.sampled_from(["users", "users.json", "users.csv", "users.ndjson.gz", "users.sql", "users.ldif"]),
        source_format=st.none() | st.sampled_from(FORMATS),
    )
    @settings(max_examples=300)
    @example(content=b"[" * 100_000, name="users.json", source_format=None)
    @example(content=b'{"a":' * 100_000, name="users.ndjson", source_format=None)
    def test_end_in_findings_or_one_error(self, content: bytes, name: str, source_format: str | None) -> None:
        """With a sentence and, unless there are findings, a remedy."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(content)
            try:
                found: Findings | SamekeyError = steps.survey(str(path), source_format=source_format, workers=1)
            except SamekeyError as error:
                found = error
        if isinstance(found, Findings):
            assert steps.draft(found)
        else:
            assert (True, True) == (isinstance(found, SourceError | UsageError), bool(found.remedy))

    @pytest.mark.parametrize("form", SOUND)
    def test_are_findings_when_they_are_sound(self, form: str, tmp_path: Path) -> None:
        """So that the test above mangles what is read at all."""
        path = tmp_path / "users"
        path.write_bytes(SOUND[form])
        assert steps.survey(str(path)).records > 0
