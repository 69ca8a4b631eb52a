"""JSON arrays keep the promises of a source, written compactly and for people."""

import json
from typing import ClassVar

from samekey.sources import base
from samekey.sources.options import SourceOptions
from tests.contracts.sources.suite import PEOPLE, Fields, TextContract


class TestCompactJsonArray(TextContract):
    source_format = "json"

    def encoded(self, people: list[Fields]) -> bytes:
        """Everything on one line."""
        return json.dumps(people, ensure_ascii=False, separators=(",", ":")).encode()

    def damaged(self) -> tuple[bytes, list[str]]:
        """Elements of every kind."""
        elements: list[tuple[bytes, str]] = [
            (b'{"a": 1}', ""),
            (b"[1, [2]]", "not-an-object"),
            (b'"text with ] and }, in it"', "not-an-object"),
            (b"null", "not-an-object"),
            (b"-1.5e3", "not-an-object"),
            (b'{"a": 1, "b": 2, "a": 1}', "duplicate-key"),
            (b'{"a": [{"b" :1, "c": ":", "\\u0062": 2}]}', "duplicate-key"),
            (b'{"a": NaN}', "not-json"),
            (b'{"a": "\x01"}', "not-json"),
            (b'{"a": "\xff"}', "not-utf8"),
            (b'{"a": "\\ud800"}', "not-utf8"),
            (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "not-json"),
            (b'{"a": "' + b"x\\\\" * (base.RECORD_BYTES_MAX // 3 + 1) + b'"}', "record-too-large"),
            (b"{}", ""),
        ]
        return b"[" + b" , ".join(text for text, _ in elements) + b"]\n", [reason for _, reason in elements]


class TestPrettyJsonArray(TestCompactJsonArray):
    def encoded(self, people: list[Fields]) -> bytes:
        """Indented, with ASCII escapes."""
        return json.dumps(people, indent=2).encode()


class TestNestedJsonArray(TestCompactJsonArray):
    many = 400
    people: ClassVar[list[Fields]] = [
        {**person, "roles": [{"in": [{"org": number}]}] * 9} for number, person in enumerate(PEOPLE)
    ]


class TestJsonArrayUnderKey(TestCompactJsonArray):
    options = SourceOptions(key="data.users")

    def encoded(self, people: list[Fields]) -> bytes:
        """Deep in an object that holds other things before and behind."""
        return json.dumps(self._around(people), indent=1, ensure_ascii=False).encode()

    def damaged(self) -> tuple[bytes, list[str]]:
        """The same elements, under a key."""
        content, reasons = super().damaged()
        return json.dumps(self._around(["here"])).encode().replace(b'["here"]', content), reasons

    def _around(self, people: object) -> object:
        return {"users": 1, "meta": [{"users": [{}]}], "data": {"a": {}, "users": people, "z": [{}]}, "data2": "}"}


class TestJsonArrayUnderItsOnlyKey(TestCompactJsonArray):
    def encoded(self, people: list[Fields]) -> bytes:
        """The only array of objects in an object is found without being named."""
        return json.dumps({"count": [1], "users": people, "next": {"page": 2}}, ensure_ascii=False).encode()
