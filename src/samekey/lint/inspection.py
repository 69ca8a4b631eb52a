"""Look at import files from end to end: every finding, the repaired files, and what known logins say about them.

Memory is that of the identifiers, which have to be unique, and of the largest user. With known logins the files are
read twice: first for what the logins decide, then for the findings.
"""

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from samekey.auth0 import limits
from samekey.lint import findings, import_file, judgement, mended_file, readings, repairs
from samekey.lint.findings import Fault, Finding
from samekey.lint.import_file import ImportFile, NotUser
from samekey.lint.mended_file import MendedFile
from samekey.lint.readings import Decided, KnownLogin
from samekey.lint.twins import Twins


def check(files: Sequence[str], *, logins: Iterable[KnownLogin] = ()) -> Iterator[Finding]:
    """Everything that is wrong with import files.

    Args:
        files: their paths.
        logins: people whose passwords are known; they decide what form alone cannot.

    Raises:
        SourceError: a file cannot be read.

    """
    return Inspection(files, logins=logins).findings()


Met = tuple[Fault, dict[str, Any] | None]
"""A fault and what its repair changed."""


@dataclass(frozen=True, slots=True)
class _Person:
    """A user that a known login belongs to."""

    login: KnownLogin
    file: str
    index: int
    user: dict[str, Any]


class Inspection:
    """One look at a set of files."""

    def __init__(
        self,
        files: Sequence[str],
        *,
        logins: Iterable[KnownLogin] = (),
        fix: Path | None = None,
        force: bool = False,
        split: bool = False,
    ) -> None:
        """Args:
        files: paths of import files.
        logins: people whose passwords are known.
        fix: where the repaired file goes; a folder for several.
        force: whether a file that is there may be replaced by the repaired one.
        split: whether a repaired file that is too large for an import becomes several.

        Raises:
            SourceError: a file cannot be read.
            UsageError: the repaired files cannot be written there.

        """
        self._files = [import_file.look_at(name) for name in files]
        paths = [each.path for each in self._files]
        self._outputs = mended_file.outputs(paths, fix, force=force) if fix is not None else []
        self._force, self._part_bytes_max = force, limits.CHUNK_BYTES_DEFAULT if split else None
        self._logins = {login.username.casefold(): login for login in logins}
        self._decided = Decided()
        self._twins = Twins(files)
        self.users = 0
        """Users looked at so far."""
        self.counts: Counter[str] = Counter()
        """Findings so far, by code."""
        self.left = 0
        """Findings that no certain repair is known for: they stand in the repaired files as well."""
        self.matched: list[str] = []
        """Known logins that match their user's hash."""
        self.written: list[Path] = []
        """Repaired files."""
        self.unwritten: list[str] = []
        """Files of which somebody would be lost, and that have no repaired form therefore."""

    def findings(self) -> Generator[Finding, None, None]:
        """Everything, file by file; to be asked for once. Closed before its end, it leaves no repaired file."""
        for finding in self._findings():
            self.counts[finding.code] += 1
            self.left += finding.fix is None
            yield finding

    def _findings(self) -> Iterator[Finding]:
        people = list(self._people()) if self._logins else []
        for person in people:
            self._decided.learn(person.user, person.login.password.reveal())
        for number, file in enumerate(self._files):
            path = self._outputs[number] if self._outputs else None
            output = MendedFile(path, part_bytes_max=self._part_bytes_max, force=self._force)
            try:
                yield from self._of_file(number, file, output)
            except BaseException:
                output.abandon()
                raise
        yield from self._of_logins(people)

    def _people(self) -> Iterator[_Person]:
        """Everybody whose password is known, repaired as far as form decides."""
        for file in self._files:
            for index, entry in enumerate(file.entries()):
                if isinstance(entry, NotUser):
                    continue
                login = self._login_of(entry)
                if login is not None:
                    yield _Person(login, file.name, index, repairs.mend(entry).user)

    def _login_of(self, user: dict[str, Any]) -> KnownLogin | None:
        names = (user.get(name) for name in judgement.IDENTIFIERS)
        known = (self._logins.get(name.strip().casefold()) for name in names if isinstance(name, str))
        return next((login for login in known if login is not None), None)

    def _of_file(self, number: int, file: ImportFile, output: MendedFile) -> Iterator[Finding]:
        for fault, mends in file.faults:
            yield findings.found(file.name, None, fault, import_file.fix_of(mends=mends))
        whole = file.source is not None or file.inside is not None
        for index, entry in enumerate(file.entries()):
            self.users += 1
            if isinstance(entry, NotUser):
                whole = whole and entry.raw is not None
                output.add(entry.raw or b"")
                yield findings.found(file.name, index, entry.fault, None)
            else:
                for fault, fix in self._of_user(entry, output, file_number=number, index=index):
                    yield findings.found(file.name, index, fault, fix)
        whole = whole and not file.damage
        for fault, mends in self._at_the_end(file, output, whole=whole):
            yield findings.found(file.name, None, fault, import_file.fix_of(mends=mends))
        self._put_in_place(output, file, whole=whole)

    def _of_user(self, entry: dict[str, Any], output: MendedFile, *, file_number: int, index: int) -> list[Met]:
        """What was wrong with a user, who then goes into the repaired file."""
        after, faults = self._mended(entry)
        written = msgspec.json.encode(after)
        twin, same = self._twins.look(after, written, file_number=file_number, index=index)
        if twin is not None:
            faults.append((twin, dict(findings.REMOVED) if same else None))
        if not same:
            output.add(written)
        return faults

    def _mended(self, entry: dict[str, Any]) -> tuple[dict[str, Any], list[Met]]:
        """A user after every repair that form or a known login makes certain, and what was wrong."""
        mended = repairs.mend(entry)
        doubts, after = self._decided.reread(mended.user)
        fix = findings.difference(mended.user, after) or None
        return after, [*mended.faults, *((doubt, fix) for doubt in doubts)]

    def _at_the_end(self, file: ImportFile, output: MendedFile, *, whole: bool) -> Iterator[tuple[Fault, bool]]:
        """What shows only when the last user was read, and whether writing the file anew mends it."""
        if file.damage:
            yield Fault("not-json", "", findings.shown(file.damage)), False
        elif whole and not output.users:
            yield Fault("empty-file", ""), False
        too_large = import_file.size_fault(file.size_bytes)
        if too_large is not None:
            fits = self._part_bytes_max is not None or import_file.size_fault(output.size_bytes) is None
            yield too_large, whole and fits

    def _put_in_place(self, output: MendedFile, file: ImportFile, *, whole: bool) -> None:
        """A repaired file holds every user of its input or is not written."""
        if not whole:
            output.abandon()
            if output.path is not None:
                self.unwritten.append(file.name)
            return
        output.finish()
        self.written += output.paths

    def _of_logins(self, people: list[_Person]) -> Iterator[Finding]:
        """Who gets in with the repaired records, and who does not."""
        seen: set[str] = set()
        for person in people:
            seen.add(person.login.username.casefold())
            _, user = self._decided.reread(person.user)
            match = readings.matches(user, person.login.password.reveal())
            if match:
                self.matched.append(person.login.username)
                continue
            code = "login-without-hash" if match is None else "login-refused"
            name = next((name for name in judgement.HASH_PROPERTIES if name in user), "")
            yield findings.found(person.file, person.index, Fault(code, name), None)
        for name, login in self._logins.items():
            if name not in seen:
                yield findings.found("", None, Fault("login-unknown", "", findings.shown(login.username)), None)
