"""Addresses of directories are read, and hold no secret."""

import pytest

from samekey.errors import SourceError, UsageError
from samekey.sources import directory
from samekey.sources.options import SourceOptions

FULL = "ldaps://cn=reader,dc=x:env:PW@ldap.x.test:1636/ou=people,dc=x?uid,mail?one?(%26(a=b)(c=d))"


class TestAddress:
    def test_says_everything(self) -> None:
        """Who asks where for what."""
        found = directory.open_directory(FULL, SourceOptions())
        expected = directory.DirectorySource(
            address=FULL,
            host="ldap.x.test",
            port=1636,
            encrypted=True,
            bind_name="cn=reader,dc=x",
            password_variable="PW",
            search_base="ou=people,dc=x",
            attributes=("uid", "mail"),
            scope="LEVEL",
            search_filter="(&(a=b)(c=d))",
        )
        assert expected == found

    def test_needs_a_host_and_a_base(self) -> None:
        """The rest has defaults."""
        found = directory.open_directory("ldap://[::1]/dc=x", SourceOptions())
        assert ("::1", 389, "SUBTREE", "(objectClass=*)") == (found.host, found.port, found.scope, found.search_filter)

    @pytest.mark.parametrize(
        "address", ["ldap://", "ldap://host", "ldap:///dc=x", "ldap://h/dc=x??all", "ldap://h:x/dc=x"]
    )
    def test_is_refused_without_them(self, address: str) -> None:
        """With an example."""
        with pytest.raises(UsageError) as caught:
            directory.open_directory(address, SourceOptions())
        assert "ldaps://" in caught.value.remedy

    def test_is_refused_with_a_password(self) -> None:
        """Which is not repeated."""
        with pytest.raises(UsageError, match="A password stands in") as caught:
            directory.open_directory("ldap://cn=a:Kestrel-41@h/dc=x", SourceOptions())
        assert "Kestrel" not in str(caught.value) + caught.value.remedy

    def test_is_refused_with_options_of_other_formats(self) -> None:
        """None is ignored."""
        with pytest.raises(UsageError, match="--table"):
            directory.open_directory(FULL, SourceOptions(table="users"))

    def test_names_a_variable_that_must_be_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before the server is asked."""
        monkeypatch.delenv("PW", raising=False)
        source = directory.open_directory(FULL, SourceOptions())
        with pytest.raises(UsageError, match="PW is not set"):
            list(source.read(source.ranges(1)[0]))


class TestNobody:
    def test_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A server that is not there is told in a sentence."""

        def refuse(*_: object) -> None:
            raise ConnectionRefusedError(111, "Connection refused")

        monkeypatch.setattr("socket.create_connection", refuse)
        source = directory.open_directory("ldap://127.0.0.1:1/dc=x", SourceOptions())
        with pytest.raises(SourceError, match="cannot be read: Connection refused"):
            list(source.read(source.ranges(1)[0]))
