"""What a user says about a source is followed, or refused in a sentence."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from samekey.errors import SourceDamaged, SourceUnrecognised, UsageError
from samekey.records import Rejection
from samekey.sources import extras
from samekey.sources.base import Source
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions


def read(source: Source) -> list[dict[str, Any] | str]:
    """The fields of every record, and the reason of every rejection."""
    items = source.read(source.ranges(1)[0])
    return [item.reason if isinstance(item, Rejection) else item.fields for item in items]


class TestSourceOptions:
    @pytest.mark.parametrize(
        "given",
        [
            pytest.param({"encoding": "klingon"}, id="no encoding"),
            pytest.param({"encoding": "hex"}, id="a codec that is no encoding"),
            pytest.param({"encoding": "unicode_escape"}, id="a codec that is not for files"),
            pytest.param({"encoding": "latin-1\0"}, id="NUL"),
            pytest.param({"delimiter": "ab"}, id="two characters"),
            pytest.param({"delimiter": '"'}, id="the quotation mark"),
        ],
    )
    def test_refuse_what_cannot_be(self, given: dict[str, str]) -> None:
        """Before anything is opened."""
        with pytest.raises(UsageError) as caught:
            SourceOptions(**given)  # type: ignore[arg-type]  # the table holds texts alone
        assert caught.value.remedy

    @pytest.mark.parametrize(
        ("name", "content", "options", "says"),
        [
            pytest.param("u.json", b"[{}]", SourceOptions(delimiter=";"), "--delimiter", id="delimiter for JSON"),
            pytest.param("u.ndjson", b"{}", SourceOptions(header=False), "--no-header", id="header for NDJSON"),
            pytest.param("u.csv", b"a,b", SourceOptions(table="t"), "--table", id="table for CSV"),
        ],
    )
    def test_are_never_ignored(
        self, tmp_path: Path, name: str, content: bytes, options: SourceOptions, says: str
    ) -> None:
        """An option that means nothing for the format is refused by its name."""
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(UsageError, match=says):
            open_source(str(path), options=options)

    def test_can_be_said_again(self) -> None:
        """The next command is printed with what this one was told."""
        options = SourceOptions(encoding="latin-1", header=False, query="SELECT 1")
        assert ["--encoding", "latin-1", "--no-header", "--query", "SELECT 1"] == options.as_words()
        assert SourceOptions().as_words() == []


class TestEncoding:
    def test_is_the_one_asked_for(self, tmp_path: Path) -> None:
        """Bytes that are not UTF-8 read as what they are."""
        path = tmp_path / "u.csv"
        path.write_bytes("name;city\nJürgen;Köln\n".encode("latin-1"))
        expected = [{"name": "Jürgen", "city": "Köln"}]
        assert expected == read(open_source(str(path), options=SourceOptions(encoding="latin-1")))

    def test_costs_a_record_where_it_has_no_character(self, tmp_path: Path) -> None:
        """A byte that windows-1252 does not have rejects its row alone."""
        path = tmp_path / "u.csv"
        path.write_bytes(b"a,b\n1,\x81\n2,\x80\n")
        source = open_source(str(path), options=SourceOptions(encoding="windows-1252"))
        assert ["not-utf8", {"a": "2", "b": "€"}] == read(source)


class TestKey:
    @pytest.mark.parametrize(
        ("text", "key", "expected"),
        [
            pytest.param('{"people": [{"a": 1}]}', "", [{"a": 1}], id="the only one"),
            pytest.param('{"n": [1], "the people": [{"a": 1}], "x": []}', "", [{"a": 1}], id="among other lists"),
            pytest.param('{"a": [{"b": 1}], "c": [{"d": 2}]}', "c", [{"d": 2}], id="named among two"),
            pytest.param('{"a": {"b": {"c": [{}, 1]}}}', "a.b.c", [{}, "not-an-object"], id="deep"),
            pytest.param('{"users": []}', "users", [], id="empty"),
        ],
    )
    def test_leads_to_the_array(
        self, tmp_path: Path, text: str, key: str, expected: list[dict[str, Any] | str]
    ) -> None:
        """Found alone, or named."""
        path = tmp_path / "u.json"
        path.write_text(text, encoding="utf-8")
        assert expected == read(open_source(str(path), options=SourceOptions(key=key)))

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            pytest.param('{"a": [{"b": 1}], "c": [{"d": 1}]}', "under the keys a, c", id="two"),
            pytest.param('{"a": [1], "c": {"d": [{}]}}', "without an array of objects", id="none"),
            pytest.param("{\n}", "without an array of objects", id="empty object"),
        ],
    )
    def test_is_asked_for_when_it_cannot_be_seen(self, tmp_path: Path, text: str, says: str) -> None:
        """The remedy shows the option."""
        path = tmp_path / "u.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SourceUnrecognised, match=says) as caught:
            open_source(str(path))
        assert "--key" in caught.value.remedy

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            pytest.param('{"u": [{}], "u": [{}]}', "'u' stands there twice", id="twice"),
            pytest.param('{"a": 1}', "no key 'u'", id="missing"),
            pytest.param('{"u": 1}', "not a JSON array", id="no array"),
            pytest.param('{"u": [{}]', "breaks off", id="cut off behind the array"),
            pytest.param('{"u": [{}], "v"', "colon", id="cut off behind a key"),
            pytest.param('{"u": [{}], "v": [1, ', "breaks off inside a value", id="cut off in what follows"),
            pytest.param('{"u": [{}]} {}', "text behind the end", id="more"),
            pytest.param("{'u': [{}]}", "key is missing", id="single quotes"),
            pytest.param("[{}]", "no object where the key should be", id="array outside"),
        ],
    )
    def test_never_loses_records_in_silence(self, tmp_path: Path, text: str, says: str) -> None:
        """What stands around the array is looked at as well."""
        path = tmp_path / "u.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SourceDamaged, match=says):
            read(open_source(str(path), options=SourceOptions(key="u")))

    def test_is_found_in_what_was_cut_off(self, tmp_path: Path) -> None:
        """Records before the damage are read."""
        path = tmp_path / "u.json"
        path.write_text(json.dumps({"users": [{"a": 1}, {"a": 2}]})[:-6], encoding="utf-8")
        source = open_source(str(path))
        seen: list[object] = []
        with pytest.raises(SourceDamaged, match="breaks off"):
            seen.extend(item for item in source.read(source.ranges(1)[0]))  # extend keeps what came before
        assert len(seen) == 1


class TestZip:
    @pytest.mark.parametrize(
        ("names", "says"),
        [
            pytest.param([], "holds 0 files: nothing", id="nothing"),
            pytest.param(["a.csv", "b.csv"], "holds 2 files: a.csv, b.csv", id="two"),
        ],
    )
    def test_must_hold_one_file(self, tmp_path: Path, names: list[str], says: str) -> None:
        """Which of several holds the users is not guessed."""
        path = tmp_path / "u.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "a,b")
        with pytest.raises(SourceUnrecognised, match=says):
            open_source(str(path))

    def test_is_recognised_by_what_it_holds(self, tmp_path: Path) -> None:
        """Folders and what macOS adds are no files; the member's name counts."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.mkdir("export")
            archive.writestr("export/users.csv", "word\na\n")
            archive.writestr("__MACOSX/export/._users.csv", "x")
        path = tmp_path / "export.zip"
        path.write_bytes(packed.getvalue())
        assert [{"word": "a"}] == read(open_source(str(path)))

    def test_tells_damage(self, tmp_path: Path) -> None:
        """A checksum that does not fit is not taken for the end."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("users.csv", "a,b\n1,2\n")
        path = tmp_path / "users.zip"
        path.write_bytes(packed.getvalue().replace(b"1,2", b"1,3"))
        with pytest.raises(SourceDamaged, match="broken or cut off"):
            read(open_source(str(path)))


class TestMissingDriver:
    def test_is_told_with_the_command_that_installs_it(self) -> None:
        """Nobody has to guess the package."""
        with pytest.raises(UsageError) as caught, extras.needed("zstd", for_what="Files compressed with zstd"):
            raise ImportError
        assert "pip install 'samekey[zstd]'" in caught.value.remedy
