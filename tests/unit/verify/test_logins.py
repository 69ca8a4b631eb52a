"""Known logins are read without being shown, and tried in order."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from samekey import errors, events
from samekey.client.signin import LoginOutcome, LoginWord
from samekey.secret import Secret
from samekey.verify import logins
from samekey.verify.logins import KnownLogin, LoginResult

if TYPE_CHECKING:
    from tests.unit.verify.conftest import Notes


def written(folder: Path, content: str | bytes, mode: int = 0o600) -> Path:
    """A file of known logins."""
    path = folder / "known.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)
    return path


class DoorOfOne:
    """Lets those in whose password is `right`, and remembers who showed which address."""

    def __init__(self) -> None:
        self.addresses: set[str] = set()

    def login(self, *, username: str, password: Secret, realm: str, forwarded_for: str = "") -> LoginOutcome:
        """Compare."""
        assert username
        assert realm == "people"
        self.addresses.add(forwarded_for)
        is_right = password == Secret("right")
        return LoginOutcome(LoginWord.OK if is_right else LoginWord.WRONG_CREDENTIALS)


class ShutDoor:
    """Refuses the application."""

    def login(self, *, username: str, password: Secret, realm: str, forwarded_for: str = "") -> LoginOutcome:
        """Refuse."""
        raise errors.TenantRefused(f"{username} {password} {realm} {forwarded_for}")


class TestReadKnownLogins:
    """A small CSV file, read strictly."""

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            pytest.param("username,password\nann,hunter2\n", [("ann", "hunter2")], id="plain"),
            pytest.param("email,password\r\na@example.com,x y \r\n", [("a@example.com", "x y ")], id="email-crlf"),
            pytest.param("Login, Password\nann,p\n\nbo,q", [("ann", "p"), ("bo", "q")], id="header-case-blank-line"),
            pytest.param('username,password\nann,"a,""b\nc"\n', [("ann", 'a,"b\nc')], id="quoted"),
            pytest.param("\ufeffusername,password\n é ,ß\u2028\x0c\n", [("é", "ß\u2028\x0c")], id="bom-odd-line-ends"),
            pytest.param("username,password\n", [], id="nobody"),
        ],
    )
    def test_reads(self, content: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
        """Every password comes out as it was written."""
        found = logins.read_known_logins(written(tmp_path, content))
        assert [KnownLogin(name, Secret(password)) for name, password in expected] == found

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            pytest.param("", "line 1", id="empty"),
            pytest.param("ann,hunter2\n", "line 1", id="no-header"),
            pytest.param("username,password,note\nann,hunter2,x\n", "line 1", id="third-column"),
            pytest.param("username,password\nann,hunter2,2\n", "line 2: 3 cells", id="comma-in-password"),
            pytest.param("username,password\nann,hunter2\nhunter2\n", "line 3: 1 cells", id="one-cell"),
            pytest.param("username,password\n,hunter2\n", "line 2: username is empty", id="no-username"),
            pytest.param("username,password\nhunter2,\n", "line 2: password is empty", id="no-password"),
            pytest.param('username,password\nann,"hunter2"x\n', "line 2: not CSV", id="text-after-quote"),
            pytest.param('username,password\nann,"hunter2\n', "line 2: not CSV", id="quote-left-open"),
            pytest.param(b"username,password\nann,hunter2\nbo,\xff\n", "line 3: not UTF-8", id="not-utf8"),
        ],
    )
    def test_names_the_line_and_never_shows_it(self, content: str | bytes, said: str, tmp_path: Path) -> None:
        """A complaint points at a line; neither it nor its cause holds a password."""
        with pytest.raises(errors.SourceError, match=said) as caught:
            logins.read_known_logins(written(tmp_path, content))
        assert caught.value.remedy
        assert "hunter2" not in caught.value.message
        assert caught.value.__cause__ is None

    def test_names_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        """A missing file is an error of the source."""
        with pytest.raises(errors.SourceError, match=r"known\.csv cannot be read: No such file"):
            logins.read_known_logins(tmp_path / "known.csv")

    def test_reads_no_user_base(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The file has a largest size."""
        monkeypatch.setattr(logins, "LOGINS_BYTES_MAX", 30)
        with pytest.raises(errors.SourceError, match="larger than 30 bytes"):
            logins.read_known_logins(written(tmp_path, "username,password\n" + "a" * 30))

    @pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, False), (0o644, True)])
    def test_warns_when_everybody_may_read(self, *, mode: int, warned: bool, tmp_path: Path, notes: "Notes") -> None:
        """Passwords in a file are for its owner."""
        logins.read_known_logins(written(tmp_path, "username,password\n", mode), notes)
        found = [event.level for event in notes.events if isinstance(event, events.Noticed)]
        assert (["warning"] if warned else []) == found

    def test_shows_no_password(self, tmp_path: Path) -> None:
        """A known login can be printed."""
        assert "hunter2" not in repr(logins.read_known_logins(written(tmp_path, "login,password\nann,hunter2\n")))


class TestTryLogins:
    """A few at a time, in order."""

    @pytest.mark.parametrize("workers", [1, 2, 5])
    def test_gives_results_in_order(self, workers: int, notes: "Notes") -> None:
        """One result a person, progress told in the thread of the step."""
        people = [KnownLogin(str(number), Secret("wrong" if number % 3 else "right")) for number in range(20)]
        words = [LoginWord.WRONG_CREDENTIALS if number % 3 else LoginWord.OK for number in range(20)]
        results = logins.try_logins(people, DoorOfOne(), "people", notes, workers=workers)
        assert [LoginResult(str(number), LoginOutcome(word)) for number, word in enumerate(words)] == results
        assert [
            events.StepStarted("logins", 20, "people"),
            *(events.Progressed("logins", done, 20) for done in range(1, 21)),
            events.StepFinished("logins"),
        ] == notes.events
        assert notes.threads == {threading.get_ident()}

    def test_tells_who_got_in(self) -> None:
        """Only the word `ok` is an entry."""
        people = [KnownLogin("ann", Secret("right")), KnownLogin("bo", Secret("wrong"))]
        assert [result.is_ok for result in logins.try_logins(people, DoorOfOne(), "people")] == [True, False]

    def test_shows_the_address_it_was_given(self) -> None:
        """Probes can come from an address of their own."""
        door = DoorOfOne()
        logins.try_logins([KnownLogin("ann", Secret("x"))], door, "people", forwarded_for="203.0.113.9")
        assert door.addresses == {"203.0.113.9"}

    @pytest.mark.parametrize("workers", [1, 2])
    def test_reports_no_half_list(self, workers: int) -> None:
        """A door that refuses the application ends the step, and no password is in the error."""
        people = [KnownLogin("ann", Secret("hunter2", "password"))] * 9
        with pytest.raises(errors.TenantRefused) as caught:
            logins.try_logins(people, ShutDoor(), "people", workers=workers)
        assert "hunter2" not in str(caught.value)
