"""LDIF keeps the promises of a source."""

import base64
from typing import ClassVar

from samekey.sources import base
from tests.contracts.sources.suite import PEOPLE, Fields, TextContract


class TestLdif(TextContract):
    source_format = "ldif"
    people: ClassVar[list[Fields]] = [
        {"dn": f"uid=person{number},dc=example,dc=test", **person} for number, person in enumerate(PEOPLE)
    ]

    def encoded(self, people: list[Fields]) -> bytes:
        """One entry a paragraph."""
        return b"version: 1\n\n" + b"\n".join(
            b"# a comment\n" + b"".join(self.line(name, value) for name, value in person.items()) for person in people
        )

    def line(self, name: str, value: str) -> bytes:
        """An attribute as it is."""
        return f"{name}: {value}\n".encode()

    def damaged(self) -> tuple[bytes, list[str]]:
        """Entries of every kind."""
        entries: list[tuple[bytes, str]] = [
            (b"dn: a\nb: c", ""),
            (b"b: c", "not-ldif"),
            (b" folded", "not-ldif"),
            (b"dn: a\nno colon", "not-ldif"),
            (b"dn: a\nphoto:< file:///etc/passwd", "not-ldif"),
            (b"dn: a\nb:: !!!", "bad-base64"),
            (b"dn: a\nb:: YWJj=", "bad-base64"),
            (b"dn: a\nb: \xff", "not-utf8"),
            (b"dn: a\nb: " + b"x" * base.RECORD_BYTES_MAX, "record-too-large"),
            (b"dn: a\n" + b"b: 12345678\n" * (base.RECORD_BYTES_MAX // 11) + b"c: d", "record-too-large"),
            (b"dn: z", ""),
        ]
        return b"\n\n".join(text for text, _ in entries), [reason for _, reason in entries]


class TestFoldedBase64Ldif(TestLdif):
    memory_bytes_max = 5_000_000

    def line(self, name: str, value: str) -> bytes:
        """An attribute as Base64, folded at every tenth character."""
        text = f"{name}:: ".encode() + base64.b64encode(value.encode())
        return b"\n ".join(text[at : at + 10] for at in range(0, len(text), 10)) + b"\n"
