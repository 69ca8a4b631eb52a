"""The nouns that travel through the pipeline: where a record stood, what it became, and why it did not go on."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, compress, pairwise, repeat
from typing import Any, overload

import msgspec

RECORDS_PER_FILE_MAX = 1_000_000_000
"""How many numbers each file has of a source that is many files."""


class Position(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Where in its source a record stands, as far as the format can tell."""

    index: int
    """Number of the record, from 0; in a source of many files, the number in its file and `RECORDS_PER_FILE_MAX` for
    each file before it."""
    line: int | None = None
    """Line where it begins, from 1; None where the format has no lines."""
    byte: int | None = None
    """Byte where it begins, from 0; None where that is not known."""
    file: str = ""
    """The name of its file, in a source of many files; line and byte are those in the file."""

    def __str__(self) -> str:
        place = f"record {self.index % RECORDS_PER_FILE_MAX + 1}"
        if self.line is not None:
            place = f"{place} (line {self.line})"
        elif self.byte is not None:
            place = f"{place} (byte {self.byte})"
        return f"{place} of {self.file}" if self.file else place

    def as_json(self) -> dict[str, int | str]:
        """As it stands in `rejections.ndjson`; what is not known is left out."""
        place: dict[str, int | str] = msgspec.to_builtins(self)
        return place


class Positions(Sequence[Position]):
    """Where many records stand, by column: an object for each is made when somebody looks at it."""

    def __init__(
        self,
        indexes: Sequence[int],
        lines: Sequence[int | None] = (),
        starts: Sequence[int | None] = (),
        files: Sequence[str] = (),
    ) -> None:
        """Args:
        indexes: the number of each record.
        lines: their lines; nothing at all where the format has none.
        starts: their bytes; nothing at all where they are not known.
        files: their files; nothing at all in a source of one file.

        """
        self.indexes = indexes
        self.lines = lines
        self.starts = starts
        self.files = files

    @classmethod
    def of(cls, positions: Sequence[Position]) -> "Positions":
        """The same by column."""
        lines = [position.line for position in positions]
        starts = [position.byte for position in positions]
        files = [position.file for position in positions]
        return cls(
            [position.index for position in positions],
            lines if lines.count(None) < len(lines) else (),
            starts if starts.count(None) < len(starts) else (),
            files if any(files) else (),
        )

    def __len__(self) -> int:
        """How many there are."""
        return len(self.indexes)

    @overload
    def __getitem__(self, row: int) -> Position: ...
    @overload
    def __getitem__(self, row: slice) -> "Positions": ...
    def __getitem__(self, row: int | slice) -> "Position | Positions":
        """One of them, or some."""
        if isinstance(row, slice):
            return Positions(self.indexes[row], self.lines[row], self.starts[row], self.files[row])
        return Position(
            self.indexes[row],
            self.lines[row] if self.lines else None,
            self.starts[row] if self.starts else None,
            self.files[row] if self.files else "",
        )

    def __iter__(self) -> Iterator[Position]:
        """Each of them."""
        return map(
            Position, self.indexes, self.lines or repeat(None), self.starts or repeat(None), self.files or repeat("")
        )

    def only(self, staying: Sequence[int]) -> "Positions":
        """Those for which it is not 0."""
        return Positions(
            list(compress(self.indexes, staying)),
            list(compress(self.lines, staying)),
            list(compress(self.starts, staying)),
            list(compress(self.files, staying)),
        )


class SourceRecord(msgspec.Struct, frozen=True):
    """What a source yields: fields as the source holds them, and where they stood."""

    position: Position
    fields: dict[str, Any]
    """May hold a stored password, and so is not shown."""

    def __repr__(self) -> str:
        return f"SourceRecord({self.position!r})"


class User(msgspec.Struct, frozen=True):
    """A person in Auth0's shape, ready to be packed."""

    position: Position
    key: str
    """How this person is known across rounds."""
    identifiers: dict[str, str]
    """What must be unique: email, username, phone_number in lower case, as Auth0 compares them; user_id as sent."""
    payload: bytes
    """One compact UTF-8 JSON object: an entry of an Auth0 import file. May hold a hash, and so is not shown."""
    partition: str = ""
    """Value of the rules' `[partition] by`; empty when there is none."""
    cluster: str = ""
    """The hash cluster of the password; empty for a user without one."""
    verdict: str = "none"
    """What became of the password: as-is, re-encoded, bridge, reset, or none where the rules carry no password."""

    turn: float = 0.0
    """Where the rules' `[order]` puts it: lower ones go first, equal ones in the order of the source."""
    claim: float = 0.0
    """Of users that share an identifier the lowest keeps it, where the rules' `[duplicates]` go by a field."""

    def __repr__(self) -> str:
        return f"User({self.position!r}, cluster={self.cluster!r}, verdict={self.verdict!r})"


class Payloads(Sequence[bytes]):
    """Payloads of many users in one text, which is divided when somebody asks for one of them."""

    def __init__(self, joined: bytes, sizes: Sequence[int]) -> None:
        """Args:
        joined: all of them, a comma behind each.
        sizes: how many bytes each takes, with its comma.

        """
        self.joined = joined
        self.sizes = sizes

    @classmethod
    def of(cls, payloads: "list[bytes] | Payloads") -> "Payloads":
        """The same in one text."""
        if isinstance(payloads, Payloads):
            return payloads
        return cls(b",".join([*payloads, b""]), [len(payload) + 1 for payload in payloads])

    def __repr__(self) -> str:
        return f"Payloads({len(self)})"

    def __len__(self) -> int:
        """How many there are."""
        return len(self.sizes)

    @overload
    def __getitem__(self, row: int) -> bytes: ...
    @overload
    def __getitem__(self, row: slice) -> list[bytes]: ...
    def __getitem__(self, row: int | slice) -> bytes | list[bytes]:
        """One of them, or some."""
        return self._divided[row]

    def __iter__(self) -> Iterator[bytes]:
        """Each of them."""
        return iter(self._divided)

    @cached_property
    def _divided(self) -> list[bytes]:
        edges = accumulate(self.sizes, initial=0)
        return [self.joined[start : end - 1] for start, end in pairwise(edges)]


class UserColumns(msgspec.Struct):
    """Users who follow each other, by column: thousands of them cost a few objects, not a few each."""

    positions: Positions
    keys: list[str]
    identifiers: dict[str, list[str]]
    """By name; empty for somebody who has none of that name."""
    payloads: list[bytes] | Payloads
    """May hold hashes, and so are not shown."""
    partitions: list[str]
    """Nothing at all when the rules have no partition."""
    kinds: list[tuple[str, str]]
    """Cluster and verdict of each."""
    turns: list[float] = []
    """Nothing at all when the rules have no order."""
    claims: list[float] = []
    """Nothing at all when the rules do not go by them."""
    blocked: list[bool | None] = []
    """Whether each is sent as blocked, None when nothing is sent; nothing at all when the rules do not say."""

    def __repr__(self) -> str:
        return f"UserColumns({len(self.keys)} users)"

    @classmethod
    def of(cls, users: Sequence[User]) -> "UserColumns":
        """The same users by column."""
        names = dict.fromkeys(name for user in users for name in user.identifiers)
        return cls(
            Positions.of([user.position for user in users]),
            [user.key for user in users],
            {name: [user.identifiers.get(name, "") for user in users] for name in names},
            [user.payload for user in users],
            [user.partition for user in users],
            [(user.cluster, user.verdict) for user in users],
            [user.turn for user in users],
            [user.claim for user in users],
            [_blocked(user.payload) for user in users],
        )

    def one_kind(self) -> tuple[str, str] | None:
        """Cluster and verdict of all of them; None where they differ, or there is nobody."""
        if self.kinds and self.kinds.count(self.kinds[0]) == len(self.kinds):
            return self.kinds[0]
        return None

    def put(self, row: int, user: User) -> None:
        """Put a user in the place of another from the same record."""
        self.keys[row] = user.key
        if isinstance(self.payloads, Payloads):
            self.payloads = list(self.payloads)
        self.payloads[row] = user.payload
        self.kinds[row] = user.cluster, user.verdict
        for name, column in self.identifiers.items():
            column[row] = user.identifiers.get(name, "")
        if self.partitions:
            self.partitions[row] = user.partition
        if self.turns:
            self.turns[row] = user.turn
        if self.claims:
            self.claims[row] = user.claim
        if self.blocked:
            self.blocked[row] = _blocked(user.payload)

    def only(self, staying: Sequence[int]) -> "UserColumns":
        """Those of the users for whom it is not 0."""
        return UserColumns(
            self.positions.only(staying),
            list(compress(self.keys, staying)),
            {name: list(compress(column, staying)) for name, column in self.identifiers.items()},
            list(compress(self.payloads, staying)),
            list(compress(self.partitions, staying)),
            list(compress(self.kinds, staying)),
            list(compress(self.turns, staying)),
            list(compress(self.claims, staying)),
            list(compress(self.blocked, staying)),
        )


class _Blocked(msgspec.Struct):
    blocked: bool | None = None


_decode_blocked = msgspec.json.Decoder(_Blocked).decode


def _blocked(payload: bytes) -> bool | None:
    return _decode_blocked(payload).blocked if b'"blocked":' in payload else None


class Rejection(msgspec.Struct, frozen=True):
    """A record that will not be sent, and why."""

    position: Position
    reason: str
    """A word of the closed list in `REASONS`."""
    field: str
    """The Auth0 property or source field at fault; empty when it is the record as a whole."""
    remedy: str
    """One sentence: what to change. Never holds a stored password."""
    key: str = ""
    """The record's key where one was read."""


class Held(msgspec.Struct, frozen=True):
    """A record kept back on purpose: sending it now would close a way out."""

    position: Position
    key: str
    verdict: str
    """bridge or reset."""
    reason: str
    """Why Auth0 cannot check this password: a reason word of the hash knowledge."""
    explanation: str
    """The same for a person."""
    cluster: str = ""
    email: str = ""
    """To write to the person; empty when there is none."""


class LeftOut(msgspec.Struct, frozen=True):
    """A record that the rules leave out on purpose."""

    position: Position
    key: str = ""
    """How it is known across rounds, where one can be read."""


REASONS = {
    "not-json": "The record is not JSON.",
    "not-an-object": "The record is not an object with fields.",
    "duplicate-key": "An object of the record has the same key twice.",
    "not-utf8": "The record is not UTF-8 text.",
    "ragged-row": "The row has more or fewer cells than the header.",
    "bad-quoting": "The row cannot be read: a quotation mark is not closed or not doubled.",
    "not-ldif": "The entry is not LDIF.",
    "bad-base64": "A value is not Base64.",
    "not-sql": "The row cannot be read as SQL.",
    "nul-character": "The record holds a NUL character.",
    "record-too-large": "The record is larger than samekey reads.",
    "joined-twice": "More than one row of the joined source belongs to the record.",
    "missing": "A value that is needed is not there.",
    "wrong-type": "A value has the wrong type.",
    "bad-email": "The email address cannot be one.",
    "bad-username": "Auth0 does not take this username.",
    "bad-phone": "The phone number is not in E.164 form.",
    "bad-user-id": "Auth0 does not take this user id.",
    "bad-url": "The picture is not a URL.",
    "too-long": "A text is longer than Auth0 allows.",
    "too-short": "A text is shorter than Auth0 allows.",
    "reserved-metadata-key": "A metadata key is reserved by Auth0 or holds a character it forbids.",
    "bad-mfa-factors": "The MFA factors are not in Auth0's form.",
    "bad-password-payload": "The password payload is not in Auth0's form.",
    "password-undecided": "More than one reading fits the stored password, and nothing decided.",
    "password-not-this-format": "The stored password is not of the format that the rules name.",
    "duplicate": "Another record has the same identifier.",
    "no-destination": "The rules send nobody of this partition anywhere.",
    "profile-too-large": "The profile weighs more than Auth0 allows.",
    "user-too-large": "The user alone is larger than a chunk.",
    "expression-failed": "An expression of the rules could not be worked out for this record.",
}
"""Every reason of a rejection, in words."""
