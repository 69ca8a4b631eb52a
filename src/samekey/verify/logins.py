"""Named people whose passwords the team knows try the door."""

import csv
import io
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from samekey import errors, events
from samekey.client.signin import LoginOutcome, LoginWord
from samekey.secret import Secret
from samekey.verify import threads

STEP = "logins"

HEADER_NAMES = ("username", "email", "login")
"""What the first column may be called; the second is `password`."""

LOGINS_BYTES_MAX = 16 * 1024 * 1024
"""The largest file of known logins that is read: they are samples, not a user base."""

_REMEDY = "Write a CSV file with the header username,password and one person a line."


@dataclass(frozen=True, slots=True)
class KnownLogin:
    """A person whose password the team knows."""

    username: str
    """What the person types: email, username or phone number."""
    password: Secret


@dataclass(frozen=True, slots=True)
class LoginResult:
    """How a person fared at the door; holds no password."""

    username: str
    outcome: LoginOutcome

    @property
    def is_ok(self) -> bool:
        """Whether the person got in."""
        return self.outcome.word is LoginWord.OK


class Door(Protocol):
    """Where people log in; `samekey.client.signin.SignIn` is one. Must bear many threads."""

    def login(self, *, username: str, password: Secret, realm: str, forwarded_for: str = "") -> LoginOutcome:
        """Try one login."""
        ...


def read_known_logins(path: Path, listener: events.Listener | None = None) -> list[KnownLogin]:
    """Read a CSV file of known logins.

    Args:
        path: UTF-8, with the header `username,password` (or `email` or `login` in the first place). Blanks around a
            password belong to it; a comma or a quote in it is written as CSV has it.
        listener: warned when everybody on the machine may read the file.

    Raises:
        SourceError: the file cannot be read or is not of that form. Names the line and never shows it.

    """
    content, mode = _read(path)
    if os.name == "posix" and mode & stat.S_IROTH:
        (listener or events.Nobody()).notice(
            events.Noticed(STEP, f"Everybody on this machine may read {path.name}: chmod 600 it.", "warning")
        )
    return list(_logins(_text(content, path.name), path.name))


def try_logins(
    logins: Iterable[KnownLogin],
    door: Door,
    realm: str,
    listener: events.Listener | None = None,
    *,
    workers: int = 2,
    forwarded_for: str = "",
    step: str = STEP,
) -> list[LoginResult]:
    """Let everybody try once, a few at a time.

    Args:
        logins: who.
        door: the tenant's front door.
        realm: name of the connection.
        listener: hears of progress.
        workers: how many try at the same time.
        forwarded_for: an address to show in place of our own; the application must be set to trust it.
        step: what the listener is told this is.

    Returns:
        One result a person, in the order given.

    Raises:
        TenantError: the door itself is shut; nothing is said of anybody, since half a list would look like a whole one.

    """
    hearing = listener or events.Nobody()
    people = list(logins)

    def tried(login: KnownLogin) -> LoginResult:
        outcome = door.login(username=login.username, password=login.password, realm=realm, forwarded_for=forwarded_for)
        return LoginResult(login.username, outcome)

    results: list[LoginResult] = []
    hearing.notice(events.StepStarted(step, len(people), "people"))
    for result in threads.in_order(tried, people, workers=workers):
        results.append(result)
        hearing.notice(events.Progressed(step, len(results), len(people)))
    hearing.notice(events.StepFinished(step))
    return results


def _read(path: Path) -> tuple[bytes, int]:
    """The file's content and mode."""
    try:
        with path.open("rb") as file:
            content, mode = file.read(LOGINS_BYTES_MAX + 1), os.fstat(file.fileno()).st_mode
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise errors.SourceError(f"{path.name} cannot be read: {reason}.", remedy=_REMEDY) from error
    if len(content) > LOGINS_BYTES_MAX:
        raise errors.SourceError(f"{path.name} is larger than {LOGINS_BYTES_MAX} bytes.", remedy=_REMEDY)
    return content, mode


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    # Raised outside the handler: the decoder's error holds the whole file.
    raise errors.SourceError(f"{name} line {line}: not UTF-8 text.", remedy="Save the file as UTF-8.")


def _logins(text: str, name: str) -> Iterator[KnownLogin]:
    # Line ends are left to the reader of CSV: a password may hold what Python takes for one.
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        if len(header) != 2 or header[0] not in HEADER_NAMES or header[1] != "password":  # noqa: PLR2004  # two columns
            raise errors.SourceError(f"{name} line 1: the header is not username,password.", remedy=_REMEDY)
        for row in rows:
            if row:
                yield _login(row, f"{name} line {rows.line_num}")
    except csv.Error as error:
        raise errors.SourceError(f"{name} line {rows.line_num}: not CSV ({error}).", remedy=_REMEDY) from None


def _login(row: list[str], place: str) -> KnownLogin:
    if len(row) != 2:  # noqa: PLR2004  # the header's two
        raise errors.SourceError(
            f"{place}: {len(row)} cells in place of 2.", remedy="Put quotes around a password that holds a comma."
        )
    username, password = row[0].strip(), row[1]
    if not username or not password:
        raise errors.SourceError(f"{place}: {'password' if username else 'username'} is empty.", remedy=_REMEDY)
    return KnownLogin(username, Secret(password, "password"))
