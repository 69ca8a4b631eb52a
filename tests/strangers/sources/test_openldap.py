"""What OpenLDAP's own programs write is read as its directory means it."""

import base64
import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

import pytest

from samekey.errors import SourceDamaged, SourceError
from samekey.records import SourceRecord
from samekey.sources.base import Source
from samekey.sources.opening import open_source
from tests.contracts.sources.suite import PEOPLE, Fields, SourceContract, read_all
from tests.strangers.sources import directory
from tests.strangers.sources.directory import BASE, Directory

_numbers = itertools.count()

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


def notes_ldif(notes: list[str]) -> str:
    """Entries with a description each."""
    top = people_ldif(0)
    return top + "\n".join(
        f"dn: uid={number},{BASE}\nobjectClass: account\nuid: {number}\n"
        f"description:: {base64.b64encode(note.encode()).decode()}\n"
        for number, note in enumerate(notes)
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
    return sorted(
        (record.fields for record in records if "uid" in record.fields), key=lambda person: str(person["uid"])
    )


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


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the addresses refer to."""
    monkeypatch.setenv("LDAP_PASSWORD", directory.PASSWORD)


def address(running: Directory, *, who: str = f"{directory.ADMIN}:env:LDAP_PASSWORD@", search: str = "") -> str:
    """As a user would write it."""
    return f"ldap://{who}127.0.0.1:{running.port}/{BASE}{search}"


class TestLiveDirectory(SourceContract):
    many = 50
    people: ClassVar[list[Fields]] = [
        {"dn": f"uid={number},{BASE}", "description": note}
        for number, note in enumerate(person["note"] for person in PEOPLE if person["note"])
    ]

    @pytest.fixture
    def holding(self, server_folder: Path) -> Iterator[Callable[[list[Fields]], Source]]:
        """People become entries under their numbers, of which the search asks for the description."""
        with ExitStack() as running:

            def holding(people: list[Fields]) -> Source:
                folder = server_folder / f"ldap{next(_numbers)}"
                notes = [str(person["description"]) for person in people]
                server = running.enter_context(directory.running(folder, notes_ldif(notes)))
                return open_source(address(server, search="?description?one"))

            yield holding

    def test_yields_every_record_in_order(self, holding: Callable[[list[Fields]], Source]) -> None:
        """The order is the directory's."""
        items = read_all(holding(self.people))
        found = [item.fields for item in items if isinstance(item, SourceRecord)]
        assert self.people == sorted(found, key=lambda fields: str(fields["dn"]))

    def test_is_read_as_slapcat_reads(self, people: Directory) -> None:
        """The same people, photos and passwords included."""
        check(persons(open_source(address(people))))

    def test_shows_no_passwords_to_nobody(self, people: Directory) -> None:
        """Who binds as nobody sees what the server lets them see."""
        assert all("userPassword" not in person for person in persons(open_source(address(people, who=""))))

    def test_takes_a_filter(self, people: Directory) -> None:
        """Of the address."""
        found = persons(open_source(address(people, search="?uid?sub?(uid=person3)")))
        assert [{"dn": f"uid=person3,{BASE}", "uid": "person3"}] == found

    def test_tells_a_wrong_password(self, people: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
        """And does not repeat it."""
        monkeypatch.setenv("LDAP_PASSWORD", "Kestrel-41:river")
        with pytest.raises(SourceError, match="cannot be read: invalidCredentials") as caught:
            persons(open_source(address(people)))
        assert "Kestrel" not in str(caught.value)

    def test_reads_beyond_the_limit_of_a_page(self, server_folder: Path) -> None:
        """A thousand people come in pages."""
        with directory.running(server_folder / "pages", people_ldif(1100)) as server:
            assert len(persons(open_source(address(server)))) == 1100

    def test_is_one_error_when_a_limit_ends_it(self, server_folder: Path) -> None:
        """Those beyond the limit are not lost in silence."""
        with directory.running(
            server_folder / "limited", people_ldif(700), limits="limits * size.prtotal=600"
        ) as server:
            source = open_source(address(server, who=""))
            with pytest.raises(SourceDamaged, match="sizeLimitExceeded"):
                persons(source)
