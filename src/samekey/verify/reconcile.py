"""Sent against present, user by user: every user of the import files is read back from the tenant.

By address and by id the tenant answers with what it holds at that moment; its search lags behind and is never asked
(Auth0's pages on user search, read on 2026-11-23).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from samekey import events
from samekey.auth0 import limits
from samekey.client.wire import Profile
from samekey.clock import Clock, SystemClock
from samekey.mapping import comparison
from samekey.mapping.comparison import Difference, Problem
from samekey.verify import threads

STEP = "verify"

ANNOUNCED_EVERY = 50
"""Users between two announcements of progress."""

FINDINGS_KEPT_MAX = 10_000
"""Findings a `Reconciled` lists; its counts go on."""


@dataclass(frozen=True, slots=True)
class SentUser:
    """A user of an import file, without what could not be compared anyway: no hash, no MFA secret."""

    key: str
    """How the report names this person."""
    entry: dict[str, Any] = field(repr=False)
    """The entry of the import file, less its secret properties."""

    @classmethod
    def of(cls, key: str, entry: Mapping[str, Any]) -> "SentUser":
        """From an entry of an import file, without what must not be carried around."""
        return cls(key, {name: value for name, value in entry.items() if name not in comparison.SECRET_PROPERTIES})


class Standing(StrEnum):
    """What reading a user back showed."""

    SAME = "same"
    DIFFERENT = "different"
    MISSING = "missing"
    UNSOUGHT = "unsought"
    """Sent without email and user id: nothing that the tenant can be asked by at once."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one sent user."""

    key: str
    standing: Standing
    differences: tuple[Difference, ...] = ()


@dataclass(slots=True)
class Reconciled:
    """The books of a reconciliation."""

    counts: dict[Standing, int] = field(default_factory=lambda: dict.fromkeys(Standing, 0))
    findings: list[Finding] = field(default_factory=list)
    """Everyone who is not there as sent, up to `FINDINGS_KEPT_MAX`."""

    @property
    def read(self) -> int:
        """How many users were looked at."""
        return sum(self.counts.values())

    @property
    def is_clean(self) -> bool:
        """Whether everyone was found as sent."""
        return self.read == self.counts[Standing.SAME]

    def note(self, finding: Finding) -> None:
        """Count one finding, and keep it when there is something to look at."""
        self.counts[finding.standing] += 1
        if finding.standing is not Standing.SAME and len(self.findings) < FINDINGS_KEPT_MAX:
            self.findings.append(finding)


class Directory(Protocol):
    """Where people are looked up; `samekey.client.management.Management` is one."""

    def users_by_email(self, email: str) -> list[Profile]:
        """Everyone with this address, in every connection."""
        ...

    def user(self, user_id: str) -> Profile | None:
        """The user with this id, prefix included; None when there is none."""
        ...


def reconcile(
    users: Iterable[SentUser],
    directory: Directory,
    *,
    connection: str = "",
    listener: events.Listener | None = None,
    total: int | None = None,
    workers: int = 1,
    per_second: float | None = None,
    clock: Clock | None = None,
) -> Reconciled:
    """Read every user back and compare.

    Args:
        users: who was sent, in any number; read once, a little ahead.
        directory: the tenant.
        connection: name of the connection that was imported into; empty to accept any.
        listener: hears of progress.
        total: how many there are, where that is known.
        workers: how many people are looked up at the same time.
        per_second: look-ups a second at most, over all; None to be slowed down by the tenant's own limits alone.
        clock: measures and waits for `per_second`.

    Raises:
        TenantError: a look-up failed for good; nothing is reported, since half a list would look like a whole one.

    """
    hearing = listener or events.Nobody()
    books = Reconciled()
    for finding in findings(
        users, directory, connection=connection, workers=workers, per_second=per_second, clock=clock
    ):
        books.note(finding)
        if books.read % ANNOUNCED_EVERY == 0:
            hearing.notice(events.Progressed(STEP, books.read, total))
    hearing.notice(events.Progressed(STEP, books.read, total))
    return books


def findings(
    users: Iterable[SentUser],
    directory: Directory,
    *,
    connection: str = "",
    workers: int = 1,
    per_second: float | None = None,
    clock: Clock | None = None,
) -> Iterator[Finding]:
    """One finding a user, in order: `reconcile` for those who write them down as they come. Arguments as there."""
    wait = _free if per_second is None else threads.Pace(per_second, clock or SystemClock()).wait

    def look_up(user: SentUser) -> Finding:
        return finding_of(user, directory, connection=connection, wait=wait)

    return threads.in_order(look_up, users, workers=workers)


def finding_of(user: SentUser, directory: Directory, *, connection: str, wait: Callable[[], None]) -> Finding:
    """Look one user up, by address and, when that finds nobody, by id.

    Args:
        user: who was sent.
        directory: the tenant.
        connection: name of the connection that was imported into; empty to accept any.
        wait: called before each request.

    """
    found = None
    for ask in _ways(user.entry, directory):
        wait()
        found = comparison.differences(user.entry, ask(), connection=connection)
        if found != [Difference("", Problem.MISSING)]:
            break
    if found is None:
        return Finding(user.key, Standing.UNSOUGHT)
    if not found:
        return Finding(user.key, Standing.SAME)
    missing = found[0].problem is Problem.MISSING
    return Finding(user.key, Standing.MISSING if missing else Standing.DIFFERENT, tuple(found))


def _ways(entry: dict[str, Any], directory: Directory) -> Iterator[Callable[[], list[Profile]]]:
    email, user_id = entry.get("email"), entry.get("user_id")
    if email:
        yield lambda: directory.users_by_email(str(email))
    if user_id:
        yield lambda: [profile for profile in [directory.user(f"{limits.USER_ID_PREFIX}{user_id}")] if profile]


def _free() -> None:
    """Go on at once."""
