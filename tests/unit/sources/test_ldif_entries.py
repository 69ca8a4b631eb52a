"""LDIF as directories really write it."""

from pathlib import Path

import pytest

from samekey.errors import SourceDamaged, SourceUnrecognised
from samekey.records import Position, SourceRecord
from samekey.sources.opening import open_source


def entries(path: Path, text: str) -> list[SourceRecord]:
    """Every entry of an LDIF text."""
    path.write_text(text, encoding="utf-8")
    source = open_source(str(path))
    return [item for item in source.read(source.ranges(1)[0]) if isinstance(item, SourceRecord)]


class TestLdifSource:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("dn: a\nmail: x\nmail: y\nMAIL: z", {"dn": "a", "mail": ["x", "y", "z"]}, id="several values"),
            pytest.param("dn: a\ncn: one\n  two", {"dn": "a", "cn": "one two"}, id="folded"),
            pytest.param("dn: a\n# b\n  c\ncn: d", {"dn": "a", "cn": "d"}, id="folded comment"),
            pytest.param("version: 1\ndn: a", {"dn": "a"}, id="version in the same paragraph"),
            pytest.param("# top\n#\n\nversion: 1\n\n# one\ndn: a", {"dn": "a"}, id="version behind comments"),
            pytest.param("dn:: w6k=\ncn:", {"dn": "é", "cn": ""}, id="base64 name, empty value"),
            pytest.param("dn: a\np:: e1NTSEF9eA==", {"dn": "a", "p": "{SSHA}x"}, id="password"),
            pytest.param("dn: a\np:: /wA=", {"dn": "a", "p": "ff00"}, id="bytes"),
            pytest.param("dn: a\njpegPhoto:: YWJj", {"dn": "a", "jpegPhoto": "616263"}, id="bytes that look like text"),
            pytest.param("dn: a\nx;binary:: YQ==", {"dn": "a", "x;binary": "61"}, id="bytes by option"),
            pytest.param(
                "dn: a\nlabel;lang-de: b: c", {"dn": "a", "label;lang-de": "b: c"}, id="language, colon inside"
            ),
        ],
    )
    def test_reads(self, tmp_path: Path, text: str, expected: dict[str, object]) -> None:
        """Names and values as the directory means them; recognised without being named."""
        assert [expected] == [entry.fields for entry in entries(tmp_path / "people", text)]

    def test_knows_where_an_entry_begins(self, tmp_path: Path) -> None:
        """At its dn, not at the comments above it."""
        text = "version: 1\n\n# one\ndn: a\n\n\n# two\n# more\ndn: b\n"
        assert [Position(0, 4, 18), Position(1, 9, 39)] == [each.position for each in entries(tmp_path / "p", text)]

    def test_takes_an_entry_that_is_added(self, tmp_path: Path) -> None:
        """Active Directory's ldifde writes all entries so; what it adds is the whole of it."""
        path = tmp_path / "users.ldf"
        path.write_text("dn: cn=ann\nchangetype: add\nmail: a@b.test\n", encoding="utf-8")
        source = open_source(str(path))
        (item,) = source.read(source.ranges(1)[0])
        assert isinstance(item, SourceRecord)
        assert {"dn": "cn=ann", "mail": "a@b.test"} == item.fields

    @pytest.mark.parametrize("kind", ["modify", "delete", "modrdn"])
    def test_refuses_changes(self, tmp_path: Path, kind: str) -> None:
        """What an entry holds in the end does not stand in a file of changes."""
        with pytest.raises(SourceUnrecognised, match="holds changes, not entries"):
            entries(tmp_path / "p", f"dn: a\nchangetype: {kind}\n")

    def test_passes_the_outcome_of_a_search(self, tmp_path: Path) -> None:
        """What ldapsearch says about its search is no entry."""
        text = "dn: a\n\n# search result\nsearch: 2\nresult: 0 Success\n\n# numEntries: 1\n"
        assert len(entries(tmp_path / "p", text)) == 1

    def test_refuses_an_incomplete_search(self, tmp_path: Path) -> None:
        """A search that met a limit left people out."""
        with pytest.raises(SourceDamaged, match="result 4 Size limit exceeded"):
            entries(tmp_path / "p", "dn: a\n\nsearch: 2\nresult: 4 Size limit exceeded\n")
