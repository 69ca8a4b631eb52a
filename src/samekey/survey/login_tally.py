"""Counting when people last logged in, from dates as different systems write them."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from samekey.survey.findings import LoginsFound, Path
from samekey.survey.rows import Rows

RECENT_DAYS = (30, 90, 365, 730)
"""Spans before the latest login that are counted."""

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)\d{4,6}(?:[.,]\d+)?(?:Z|[+-]\d{4})?")
"""Generalized time, as directories write it."""
_COMPACT_CHARS = (len("202001010000"), len("20200101000000"))
_GERMAN = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})")
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d*)?")
_NEVER = {None, "", 0, "0", "null", "NULL", "never", "0000-00-00", "0001-01-01"}
_DAY_CHARS = len("2020-01-01")

_YEAR_MIN, _YEAR_MAX = 1980, 2200
_SECONDS_MAX = 10_000_000_000
_MILLISECONDS_MAX = 100_000_000_000_000
_FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class LoginTally:
    """The last login of everybody, by day."""

    def __init__(self, path: Path) -> None:
        """Args:
        path: where it stands in a record.

        """
        self._path = path
        self._days: Counter[date] = Counter()
        self._never = 0
        self._unread = 0

    def add(self, rows: Rows) -> None:
        """Count those of some records."""
        values = rows.column(self._path)
        iso = [type(value) is str and value[4:5] == "-" for value in values]
        by_day = Counter([value[:_DAY_CHARS] for value, is_iso in zip(values, iso, strict=True) if is_iso])
        by_value = Counter([repr(value) for value, is_iso in zip(values, iso, strict=True) if not is_iso])
        known = {repr(value): value for value in values}
        for text, users in by_day.items():
            self._note(text, users)
        for shown, users in by_value.items():
            self._note(known[shown], users)

    def merge(self, other: "LoginTally") -> None:
        """Count what another has counted, too."""
        self._days += other._days  # noqa: SLF001  # one of us
        self._never += other._never  # noqa: SLF001
        self._unread += other._unread  # noqa: SLF001

    def found(self) -> LoginsFound | None:
        """The counts; None where nobody's login could be read."""
        if not self._days:
            return None
        latest = max(self._days)
        years = Counter[str]()
        for day, users in sorted(self._days.items()):
            years[str(day.year)] += users
        return LoginsFound(
            self._path,
            self._days.total(),
            self._never,
            self._unread,
            min(self._days).isoformat(),
            latest.isoformat(),
            {
                str(days): sum(users for day, users in self._days.items() if day > latest - timedelta(days))
                for days in RECENT_DAYS
            },
            dict(years),
        )

    def _note(self, value: Any, users: int) -> None:
        day = day_of(value)
        if day is not None:
            self._days[day] += users
        elif is_never(value):
            self._never += users
        else:
            self._unread += users


def is_never(value: Any) -> bool:
    """Whether a value says that somebody never logged in."""
    return isinstance(value, str | int | float | None) and value in _NEVER


def day_of(value: Any) -> date | None:
    """The day of a moment as it is written: ISO 8601, SQL, LDAP, German, seconds, milliseconds or Windows' file time.

    Args:
        value: a text or a number.

    Returns:
        The day, in UTC for numbers, as written for texts; None for everything else.

    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _day_of_number(float(value))
    if not isinstance(value, str):
        return None
    if _NUMBER.fullmatch(value) and len(value) not in _COMPACT_CHARS:
        return _day_of_number(float(value))
    if (match := _ISO.match(value) or _COMPACT.fullmatch(value)) is not None:
        return _day(*match.groups())
    if (match := _GERMAN.match(value)) is not None:
        return _day(*reversed(match.groups()))
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if _YEAR_MIN <= found.year <= _YEAR_MAX else None


def _day_of_number(number: float) -> date | None:
    try:
        if number < _SECONDS_MAX:
            found = datetime.fromtimestamp(number, UTC).date()
        elif number < _MILLISECONDS_MAX:
            found = datetime.fromtimestamp(number / 1000, UTC).date()
        else:
            found = (_FILETIME_EPOCH + timedelta(microseconds=number / 10)).date()
    except (OverflowError, ValueError, OSError):
        return None
    return found if _YEAR_MIN <= found.year <= _YEAR_MAX else None
