"""What a source is: the protocol, its values, and the errors every source shares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from samekey.errors import SourceDamaged, SourceError
from samekey.records import Position, Rejection, SourceRecord

RECORD_BYTES_MAX = 16 * 1024 * 1024
"""The largest record that is read. Auth0 takes half a megabyte per file, so a larger one is an accident."""


@dataclass(frozen=True)
class Description:
    """What a source is, for a person and for the manifest."""

    address: str
    """Where the source lies, as the user wrote it."""
    format: str
    """The name of the format: json, ndjson, csv."""
    size_bytes: int | None
    """The size as it lies there, compressed if it is; None where nobody knows."""
    fingerprinting: Callable[[], str] = field(repr=False, compare=False)
    """Works out the fingerprint."""
    stamp: object = field(default=None, repr=False, compare=False)
    """What changes whenever somebody writes to the files, as the operating system sees it; None for other sources."""

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the bytes as they lie there, in hex. Reads everything once, the first time it is asked for."""
        return self.fingerprinting()


@dataclass(frozen=True, slots=True)
class Range:
    """A piece of a source for one worker. Made by `Source.ranges` and handed back to `Source.read` unchanged."""

    start: int = 0
    """The byte where the piece begins."""
    end: int | None = None
    """The byte before which it ends; None reads to the end of the source."""
    index: int = 0
    """The number of the first record in the piece."""
    behind: int | None = None
    """The number of the first record behind the piece, where `start` and `end` of pieces are guessed."""


class RangesWrong(Exception):  # not an error: whoever divided the source reads it undivided then
    """A source was divided at a place that is no border between records; nothing that was read counts."""


class Source(Protocol):
    """A place records are read from, by format.

    A source is a value: it holds an address and what was recognised there, no open file. It can be pickled and sent
    to another process, read many times, and read by several workers at once. Reading streams: the memory it takes
    depends on the largest record (at most `RECORD_BYTES_MAX`), never on the number of records.

    Everything a source meets ends in one of three ways:

    - a `SourceRecord`, fields as the source holds them: nothing trimmed, renamed or converted;
    - a `Rejection`, for a record that is damaged by itself: its extent is certain, its content is not a record (text
      that is not UTF-8, an element that is not an object, a row with a cell too many, a record over the ceiling).
      Reading goes on with the next one. The remedy never quotes the record;
    - a `SourceDamaged`, when the extent of a record is in doubt, so that going on could lose people in silence (a
      truncated array, a broken compression). Everything before it was already yielded, and its message names the
      position where reading stopped.

    Positions increase strictly: in `index` always, in `byte` and `line` where the format knows them. The index of a
    record is the same whether it is read alone, in a range, or after a resume. Bytes are counted in the text as it is
    read, after decompression and in UTF-8.
    """

    def describe(self) -> Description:
        """What this source is. Cheap, except for the fingerprint, which is worked out when it is first asked for."""
        ...

    def ranges(self, count: int) -> list[Range]:
        """Divide the source for workers.

        Args:
            count: how many pieces are wanted, at least 1.

        Returns:
            At least one and at most `count` pieces, in order, without gap or overlap; a single one where the format
            cannot be divided without reading it. Reading them one after the other equals reading the whole, or one of
            them raises `RangesWrong`: a format may guess, if every wrong guess is noticed.

        Raises:
            SourceError: the source cannot be read any more.

        """
        ...

    def read(self, piece: Range, *, after: Position | None = None) -> Iterator[SourceRecord | Rejection]:
        """Read a piece in order.

        Args:
            piece: one of `ranges(...)`.
            after: the position of a record or rejection that this piece yielded earlier; reading begins behind it.

        Yields:
            Every record of the piece, or what stands in its place.

        Raises:
            RangesWrong: the piece is none.
            SourceError: the source cannot be opened.
            SourceDamaged: the source is damaged as a whole; everything before was yielded.

        """
        ...


def unreadable(address: str, cause: OSError) -> SourceError:
    """The error for a source that the operating system does not let us read."""
    if isinstance(cause, FileNotFoundError):
        return SourceError(
            f"{address} does not exist.", remedy="Check the path; relative paths start at the shell's folder."
        )
    if isinstance(cause, IsADirectoryError):
        return SourceError(f"{address} is a folder.", remedy="Name a file inside it.")
    if isinstance(cause, PermissionError):
        return SourceError(f"{address} may not be read by this user.", remedy="Change its permissions or the user.")
    reason = cause.strerror or type(cause).__name__
    return SourceError(f"{address} cannot be read: {reason}.", remedy="Check the disk or copy the file elsewhere.")


def damaged(address: str, what: str, position: Position) -> SourceDamaged:
    """The error for a source that is damaged as a whole.

    Args:
        address: the source, as the user wrote it.
        what: what is wrong, as the rest of a sentence: "the array breaks off".
        position: the record in which reading stopped.

    """
    return SourceDamaged(
        f"{address}: {what}, in {position}. Everything before it was read.",
        remedy="Export the data again, or mend the file at that place; nothing after it was looked at.",
    )


def rejected(position: Position, reason: str, remedy: str) -> Rejection:
    """A record that is damaged by itself."""
    return Rejection(position=position, reason=reason, field="", remedy=remedy)
