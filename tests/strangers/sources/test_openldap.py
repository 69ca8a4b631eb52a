"""What OpenLDAP's own programs write is read as its directory means it."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from samekey.errors import SourceDamaged
from samekey.records import SourceRecord
from samekey.sources.base import Source
from samekey.sources.opening import open_source
from tests.strangers.sources import directory
from tests.strangers.sources.directory import BASE, Directory

PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20
NAMES = ["Ada", "Jürgen Groß", "王小明", " leading space", "trailing space ", "x" * 300, "colon: inside", "< angle"]


def people_ldif(count: int) -> str:
    """Entries for slapadd, every value as Base64."""

    def line(name: str, value: bytes) -> str:
        return f"{name}:: {base64.b64encode(value).decode()}\n"

    top = f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n"
    return top + "\n".join(
        f"dn: uid=person{number},{BASE}\nobjectClass: inetOrgPerson\nuid: person{number}\n"
        + line("cn", NAMES[number % len(NAMES)].encode())
        + line("sn", b"Person")
        + line("mail", f"person{number}@example.test".encode())
        + line("mail", f"p{number}@example.test".encode())
        + line("userPassword", f"{{SSHA}}{number:040d}".encode())
        + (line("jpegPhoto", PHOTO) if number == 0 else "")
        for number in range(count)
    )


@pytest.fixture(scope="module")
def people(server_folder: Path) -> Iterator[Directory]:
    """A directory of a few people."""
    with directory.running(server_folder / "openldap", people_ldif(8)) as running:
        yield running


def persons(source: Source) -> list[dict[str, object]]:
    """The people among the entries."""
    items = [item for piece in source.ranges(1) for item in source.read(piece)]
    records = [item for item in items if isinstance(item, SourceRecord)]
    assert len(items) == len(records)
    return [record.fields for record in records if "uid" in record.fields]


def check(found: list[dict[str, object]]) -> None:
    """What was put in came out."""
    assert [name.strip() for name in NAMES] == [str(person["cn"]).strip() for person in found]
    assert [[f"person{number}@example.test", f"p{number}@example.test"] for number in range(8)] == [
        person["mail"] for person in found
    ]
    assert [f"{{SSHA}}{number:040d}" for number in range(8)] == [person["userPassword"] for person in found]
    assert PHOTO.hex() == found[0]["jpegPhoto"]


class TestSlapcat:
    def test_is_read_as_the_directory_means_it(self, people: Directory, tmp_path: Path) -> None:
        """Base64, folding, several values and photos."""
        path = tmp_path / "slapcat.ldif"
        path.write_bytes(people.slapcat())
        check(persons(open_source(str(path))))


class TestLdapsearch:
    @pytest.mark.parametrize("words", [(), ("-L",), ("-LLL",), ("-LLL", "-o", "ldif-wrap=no")])
    def test_is_read_in_every_form(self, people: Directory, tmp_path: Path, words: tuple[str, ...]) -> None:
        """With its comments and outcome and without."""
        path = tmp_path / "people.ldif"
        path.write_bytes(people.ldapsearch(*words))
        check(persons(open_source(str(path))))

    def test_is_refused_when_a_limit_cut_it(self, people: Directory, tmp_path: Path) -> None:
        """People beyond the limit are not lost in silence."""
        path = tmp_path / "people.ldif"
        path.write_bytes(people.ldapsearch("-z", "3"))
        with pytest.raises(SourceDamaged, match="Size limit exceeded"):
            persons(open_source(str(path)))
