"""Times as they stand in a journal: ISO 8601, UTC, to the millisecond."""

from datetime import UTC, datetime

from samekey.errors import RunFolderError


def as_text(at: datetime) -> str:
    """A time as it is written."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def as_text_or_none(at: datetime | None) -> str | None:
    """A time that may not be known, as it is written."""
    return as_text(at) if at else None


def as_time(text: str) -> datetime:
    """A time that was written.

    Raises:
        RunFolderError: it is none.

    """
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise RunFolderError("The journal holds a time that cannot be read: it was edited or damaged.") from error


def as_time_or_none(text: str | None) -> datetime | None:
    """A time that was written where it was known."""
    return as_time(text) if text else None
