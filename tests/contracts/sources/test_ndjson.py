"""NDJSON keeps the promises of a source."""

import json

from samekey.sources import base
from tests.contracts.sources.suite import Fields, TextContract


class TestNdjson(TextContract):
    source_format = "ndjson"

    def encoded(self, people: list[Fields]) -> bytes:
        """One object a line."""
        return b"".join(json.dumps(person, ensure_ascii=False).encode() + b"\n" for person in people)

    def damaged(self) -> tuple[bytes, list[str]]:
        """Lines of every kind."""
        lines: list[tuple[bytes, str]] = [
            (b'{"a": 1}', ""),
            (b"[]", "not-an-object"),
            (b'{"a": 1, "b": 2, "a": 1}', "duplicate-key"),
            (b'{"a": [{"b" :1, "c": ":", "\\u0062": 2}]}', "duplicate-key"),
            (b"{", "not-json"),
            (b"hello", "not-json"),
            (b'{"a": NaN}', "not-json"),
            (b'{"a": ' + b"9" * 5000 + b"}", "not-json"),
            (b'{"a": "\xff"}', "not-utf8"),
            (b'{"a": "\\ud800"}', "not-utf8"),
            (b'{"a": "' + b"x" * base.RECORD_BYTES_MAX + b'"}', "record-too-large"),
            (b"{}", ""),
        ]
        return b"\n".join(text for text, _ in lines), [reason for _, reason in lines]
