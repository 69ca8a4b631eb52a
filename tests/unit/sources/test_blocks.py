"""Where a block of bytes happens to end changes nothing."""

import json
from pathlib import Path

import pytest

from samekey.sources import content, json_window
from samekey.sources.json_scan import NotJson, ValueScanner
from samekey.sources.opening import open_source
from samekey.sources.sheets import sheets

VALUES = [
    b'{"a": "\\\\\\"}, {", "b": [{"c": []}, {"d": -1.5e3}]}',
    b'[[], {}, "\\u00e9", null, true, NaN]',
    b'"a text \xc3\xa9 \\" with ] and }"',
    b"-12.5",
    b"null",
    b"{}",
]


class TestBlocks:
    @pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 16, 61])
    @pytest.mark.parametrize(
        ("source_format", "text"),
        [
            pytest.param("json", b" [" + b" ,\n ".join(VALUES * 3) + b" ] \n", id="json"),
            pytest.param("ndjson", b"\r\n\n".join([*VALUES * 3, b"broken", b"{}"]), id="ndjson"),
            pytest.param("csv", 'a;b\n"x\ny";"é ""q"""\n1;2;3\n"open;1\n;\n'.encode(), id="csv"),
            pytest.param("json", json.dumps([{"a": "é€😀"}] * 5, ensure_ascii=False).encode("utf-16"), id="utf-16"),
        ],
    )
    def test_may_end_anywhere(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, source_format: str, text: bytes
    ) -> None:
        """Read in blocks of a few bytes, the same comes out."""
        path = tmp_path / "users"
        path.write_bytes(text)
        source = open_source(str(path), source_format=source_format)
        expected = list(source.read(source.ranges(1)[0]))
        for module in (content, json_window):
            monkeypatch.setattr(module, "BLOCK_BYTES", size)
        pieces = [source.ranges(count) for count in (1, 4)]
        assert [expected, expected] == [[item for piece in each for item in source.read(piece)] for each in pieces]
        rows = ((sheet, row) for sheet in sheets(source, source.ranges(1)[0]) for row in range(sheet.count))
        assert expected == [record for sheet, row in rows if (record := sheet.record(row)) is not None]


class TestValueScanner:
    @pytest.mark.parametrize("value", VALUES)
    def test_finds_the_end_wherever_the_value_is_cut(self, value: bytes) -> None:
        """Fed in two pieces, it stops behind the last byte of the value and not before."""
        text = value + b" , 1"
        for cut in range(len(text)):
            scanner = ValueScanner()
            end = scanner.end(text[:cut], 0)
            assert len(value) == (end if end >= 0 else scanner.end(text, cut))

    @pytest.mark.parametrize(
        ("text", "at"),
        [
            pytest.param(b"{'a': 1}", 1, id="single quotes"),
            pytest.param(b'{"a": "x}, {"b": "y"}', 13, id="a quotation mark missing"),
            pytest.param(b"<html>", 0, id="another language"),
            pytest.param(b"\xff", 0, id="a stray byte"),
        ],
    )
    def test_notices_what_is_not_json(self, text: bytes, at: int) -> None:
        """At the first character that JSON does not have there."""
        with pytest.raises(NotJson) as caught:
            ValueScanner().end(text, 0)
        assert at == caught.value.at
