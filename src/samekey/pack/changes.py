"""Lines of `changes.ndjson` and `ended.ndjson`: what a round says of those before it.

Who changed since an earlier round, in which way, and how to find them at a tenant; and which states do not hold any
more, so that everybody is counted once.

Nothing secret stands there: kinds of change and identifiers.
"""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec

from samekey.pack.manifest import changed, unreadable
from samekey.pack.run_folder import Round
from samekey.records import Position

T = TypeVar("T")


class Kind(StrEnum):
    """In which way a record is no longer what it was."""

    PROFILE = "profile"
    """Names, metadata, factors, whether an address is verified: an import with upsert carries it over."""
    PASSWORD = "password"  # noqa: S105  # a word
    """An import carries it over as long as the person never logged in over there."""
    IDENTIFIER = "identifier"
    """Email, username, phone number or user id: no import changes any of them."""
    DISABLED = "disabled"
    """`blocked` became true, which no import can say of somebody who is there."""
    ENABLED = "enabled"
    """`blocked` became false, or is no longer said."""
    VANISHED = "vanished"
    """The record was packed or held, and the source (as the rules' `where` sees it) does not hold it any more."""
    RETURNED = "returned"
    """It had vanished, and is there again."""
    REKEYED = "rekeyed"
    """The record vanished, and another one has one of its identifiers: the same person under another key, it seems."""
    REJECTED = "rejected"
    """It was packed, and now cannot be."""
    HELD = "held"
    """It was packed, and now waits: the password is no longer one that Auth0 can check."""


KINDS_PACKED = frozenset({Kind.PROFILE, Kind.PASSWORD})
"""Changes for which a record is packed again, unless it changed in a way that no import carries over."""


class State(StrEnum):
    """Where a record ended in a round."""

    PACKED = "packed"
    HELD = "held"
    REJECTED = "rejected"


class Was(msgspec.Struct, frozen=True):
    """Where a record was packed last."""

    round: str
    chunk: str
    ordinal: int


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record that is not what it was."""

    key: str
    kinds: tuple[Kind, ...]
    identifiers: dict[str, str]
    """As they were when it was packed last: by these the person is known over there."""
    now: dict[str, str] = {}
    """As they are now, where they changed."""
    blocked: bool = False
    """Whether the record says now that the person may not come in."""
    packed: bool = False
    """Whether it stands in a chunk of this round."""
    had_password: bool = False
    """Whether a password was packed for it before."""
    was: Was | None = None
    """None for a record that was held."""
    position: Position | None = None
    """Where it stands now; None when it does not."""


class Ended(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an earlier round said of a record, which does not hold any more.

    This round packed, held or rejected it; or it had no key, and this round speaks anew of all such records.
    """

    state: State
    round: str
    chunk: str = ""
    """Of a packed one."""
    ordinal: int = 0
    cluster: str = ""
    """Of a packed or held one."""
    word: str = ""
    """The verdict of a packed or held one, the reason of a rejected one."""


def changes_of(packed: Round) -> Iterator[Change]:
    """Who changed, in the order of the source, then who vanished; nobody in a round that was not held against others.

    Raises:
        RunFolderChanged: the file cannot be read.

    """
    return _lines(packed, packed.changes_path, Change)


def ended_by(packed: Round) -> Iterator[Ended]:
    """States of earlier rounds that ended with a round; none in the first.

    Raises:
        RunFolderChanged: the file cannot be read.

    """
    return _lines(packed, packed.ended_path, Ended)


def _lines(packed: Round, path: Path, kind: type[T]) -> Iterator[T]:
    if not path.exists():
        return
    decode = msgspec.json.Decoder(kind).decode
    try:
        with packed.reading(path) as lines:
            for line in lines:
                yield decode(line)
    except OSError as error:
        raise unreadable(packed, path, error) from error
    except msgspec.DecodeError as error:
        raise changed(path) from error
