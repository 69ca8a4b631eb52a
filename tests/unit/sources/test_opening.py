"""What lies at an address is recognised, or one clear error says why not."""

import contextlib
import gzip
import io
import os
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.errors import SourceDamaged, SourceError, SourceUnrecognised, UsageError
from samekey.records import SourceRecord
from samekey.sources.opening import FORMATS, open_source

ONE = b'{"username": "a@example.test"}'


class TestOpenSource:
    @pytest.mark.parametrize(
        ("name", "content", "expected"),
        [
            pytest.param("users.json", b"[" + ONE + b"]", "json", id="array"),
            pytest.param("users.json", b"\xef\xbb\xbf \r\n[]", "json", id="empty array behind a mark and white space"),
            pytest.param("users", b"[" + ONE + b"]", "json", id="array without a name that tells"),
            pytest.param("users.ndjson", ONE, "ndjson", id="one line"),
            pytest.param("users.jsonl", ONE, "ndjson", id="the other name of ndjson"),
            pytest.param("users.json", ONE + b"\n" + ONE, "ndjson", id="ndjson named json"),
            pytest.param("users", ONE, "ndjson", id="one object, no name that tells"),
            pytest.param("users.csv", b"username\na@example.test\n", "csv", id="one column"),
            pytest.param("users.TSV", b"a\tb\n1\t2\n", "csv", id="tabs"),
            pytest.param("users", b"a;b\n1;2\n", "csv", id="semicolons without a name that tells"),
            pytest.param("users.json.gz", gzip.compress(b"[]"), "json", id="gzip"),
            pytest.param("users.csv", "a,b\n".encode("utf-16"), "csv", id="utf-16"),
        ],
    )
    def test_recognises(self, tmp_path: Path, name: str, content: bytes, expected: str) -> None:
        """Format from the first bytes, then from the name."""
        path = tmp_path / name
        path.write_bytes(content)
        assert expected == open_source(str(path)).describe().format

    @pytest.mark.parametrize(
        ("name", "content", "error", "says"),
        [
            pytest.param("users.json", b"", SourceError, "is empty", id="empty"),
            pytest.param("users.json", b"\xef\xbb\xbf \n", SourceError, "is empty", id="only white space"),
            pytest.param("users.csv", gzip.compress(b""), SourceError, "is empty", id="empty inside gzip"),
            pytest.param("users.json", b"hello", SourceUnrecognised, "is not JSON", id="not JSON"),
            pytest.param("users", b"hello", SourceUnrecognised, "Nobody can tell", id="a word"),
            pytest.param("u.json.age", b"age-encryption.org/v1\n-> ", SourceUnrecognised, "encrypted", id="age"),
            pytest.param("users", b"a,\0,b", SourceUnrecognised, "NUL characters", id="binary"),
            pytest.param("users.zip", b"PK\x03\x04...", SourceDamaged, "zip archive is broken", id="broken zip"),
            pytest.param("users.json", ONE, SourceUnrecognised, "one JSON object", id="object for an array"),
            pytest.param("u.json", b'{\n "a": 1\n}', SourceUnrecognised, "one JSON object", id="pretty object"),
            pytest.param("users.gz", b"\x1f\x8b broken", SourceDamaged, "compressed", id="broken gzip"),
            pytest.param("users.txt", b"\xff\xfea", SourceDamaged, "UTF-16", id="broken utf-16"),
        ],
    )
    def test_refuses(self, tmp_path: Path, name: str, content: bytes, error: type[SourceError], says: str) -> None:
        """One error of the right kind, which names the file."""
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(error, match=says) as caught:
            open_source(str(path))
        assert (error, True, True) == (caught.type, str(path) in caught.value.message, bool(caught.value.remedy))

    @pytest.mark.parametrize(
        ("address", "says"),
        [
            pytest.param("nowhere/users.json", "does not exist", id="missing"),
            pytest.param(".", "holds files of several kinds", id="folder of this and that"),
            pytest.param("users\0.json", "NUL", id="NUL in the path"),
            pytest.param("u" * 5000, "cannot be read", id="refused by the operating system"),
            pytest.param(os.devnull, "is a device", id="device"),
            pytest.param("oracle://me:secret@db/users", "oracle:// addresses", id="database"),
        ],
    )
    def test_refuses_the_address(self, address: str, says: str) -> None:
        """What cannot be opened is a source error, not a traceback."""
        with pytest.raises(SourceError, match=says):
            open_source(address)

    def test_shows_nothing_of_a_url_but_its_scheme(self) -> None:
        """A password inside a URL does not reach the screen."""
        with pytest.raises(SourceError) as caught:
            open_source("oracle://me:tops3cret@db/users")
        assert "tops3cret" not in str(caught.value) + caught.value.remedy

    @pytest.mark.parametrize("name", ["users", "users.json", "users.ndjson", "users.csv"])
    def test_stands_any_bytes(self, tmp_path: Path, name: str) -> None:
        """A format or one clear error, whatever lies there."""
        path = tmp_path / name

        @given(content=st.binary(max_size=60) | st.text(alphabet='{}[]",:;\n\t a1\\', max_size=40).map(str.encode))
        def check(content: bytes) -> None:
            path.write_bytes(content)
            with contextlib.suppress(SourceError):
                assert open_source(str(path)).describe().format in FORMATS

        check()

    def test_takes_the_operators_word(self, tmp_path: Path) -> None:
        """A format that was named is not second-guessed."""
        path = tmp_path / "users.json"
        path.write_bytes(ONE)
        assert open_source(str(path), source_format="ndjson").describe().format == "ndjson"

    def test_refuses_a_format_nobody_knows(self) -> None:
        """The remedy lists the formats."""
        with pytest.raises(UsageError) as caught:
            open_source("users.json", source_format="yaml")
        assert "ndjson" in caught.value.remedy

    def test_says_the_address_as_it_was_written(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A relative path stays relative."""
        (tmp_path / "users.json").write_bytes(b"[]")
        monkeypatch.chdir(tmp_path)
        assert open_source("./users.json").describe().address == "./users.json"

    def test_reads_standard_input_more_than_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What flows by is kept, so that every step can read it."""
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"[" + ONE + b"]")))
        source = open_source("-")
        twice = [[item for item in source.read(source.ranges(1)[0]) if isinstance(item, SourceRecord)] for _ in "12"]
        assert [[item.fields for item in items] for items in twice] == [[{"username": "a@example.test"}]] * 2

    def test_reads_a_named_pipe(self, tmp_path: Path) -> None:
        """As a shell's process substitution gives one."""
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_bytes, args=(b"[" + ONE + b"]",))
        writer.start()
        source = open_source(str(pipe))
        writer.join()
        assert len(list(source.read(source.ranges(1)[0]))) == 1

    def test_refuses_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody waits for a person to type an export."""

        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        monkeypatch.setattr(sys, "stdin", Terminal())
        with pytest.raises(SourceError, match="Nothing is piped"):
            open_source("-")
