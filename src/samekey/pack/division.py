"""Records of a pass and statements of earlier rounds, divided by the checksum of their key: all that is said of a key
lies in one part, and a part fits into memory.

Users make up nearly all of it, and nearly all of these are as before. Workers spread them, and settle those who are the
same in every byte and of whom nothing else is said; a part holds the others.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise, repeat
from pathlib import Path
from typing import NamedTuple

import msgspec

from samekey.pack import known, round_users, users_by_key
from samekey.pack.earlier import Earlier
from samekey.pack.files import open_private
from samekey.pack.fingerprints import Fingerprints
from samekey.pack.known import Statement
from samekey.pack.sharing import SideBySide
from samekey.pack.spilling import Buckets
from samekey.pack.spool import Spool
from samekey.pack.user_lines import UserLine
from samekey.pack.users_by_key import Entries, bucket_of, head_of
from samekey.records import Position

BUCKET_RECORDS = 50_000
"""About how many records and statements are in memory at once."""
_BUCKETS_MAX = 4_096

_NOTHING = b"\n"
"""Fingerprints of who is not compared."""

USER, REFUSED, HELD, REJECTED, LEFT_OUT = range(5)


class Present(msgspec.Struct, array_like=True, gc=False):
    """A record of the source, as this pass has mapped it."""

    key: str
    kind: int
    """One of the constants above; lower ones come first."""
    place: int
    """Among all of its kind, in the order of the source; users and refused ones are counted together."""
    position: Position | None = None
    line: UserLine | None = None
    email: str = ""
    now: Fingerprints | None = None


class Part(NamedTuple):
    """All that is said of some keys."""

    settled: int
    """Users who are unchanged, and of whom nothing else is said; the rest does not speak of them."""
    present: list[Present]
    statements: Iterable[Statement]
    """Round by round; within one packed users, held, rejected, then changes."""


class _Listed(msgspec.Struct):
    key: str
    position: Position
    email: str = ""


class _Keyed(msgspec.Struct, array_like=True):
    """The beginning of what has a key."""

    key: str


class Division:
    """A pass and the rounds before it, in parts."""

    def __init__(
        self,
        earlier: Earlier,
        spools: Sequence[Spool],
        refused: bytearray,
        folder: Path,
        side_by_side: SideBySide,
        on_this_machine: SideBySide,
    ) -> None:
        """Args:
        earlier: the rounds.
        spools: all of them, in the order of the source.
        refused: for each user whether it is refused as a duplicate, or 0.
        folder: private, and gone at the end.
        side_by_side: works on several spools, or parts, at once.
        on_this_machine: the same, where the run folder is seen.

        """
        self._earlier = earlier
        self._spools = spools
        self._folder = folder
        self._side_by_side = side_by_side
        records = sum(manifest.read for manifest in earlier.manifests) + sum(spool.users for spool in spools)
        self._count = min(records // BUCKET_RECORDS + 1, _BUCKETS_MAX)
        self._said = Buckets(folder, "said", self._count)
        """What earlier rounds say of others than packed users."""
        self._listed = Buckets(folder, "listed", self._count)
        """Records of this pass that are no users."""
        self.rejections = 0
        self.held = 0
        self.unreadable = 0
        """Rejections without a key."""
        self._refused = refused
        self._take_in()
        self._rounds = [
            round_users.spread_round(
                each,
                folder / f"round-{number}",
                self._count,
                key=earlier.key_for(number),
                keep=earlier.keeps,
                side_by_side=on_this_machine,
            )
            for number, each in enumerate(earlier.rounds)
        ]
        """Where the users of each are spread."""
        for said in known.others_of(earlier.rounds):
            self._said.add(bucket_of(head_of(said.key), self._count), msgspec.json.encode(said))

    def parts(self, *, settle: bool) -> Iterator[Part]:
        """One after the other.

        Args:
            settle: leave out who is unchanged.

        """
        numbers = range(self._count)
        if settle:
            self._said.flush()
            self._listed.flush()
            for number, settled in zip(numbers, self._side_by_side(self._settling().settle, numbers), strict=True):
                paths = _open_paths(self._folder, number, len(self._earlier.rounds))
                yield self._part(number, settled, [_read_if_there(path) for path in paths])
        else:
            for number in numbers:
                yield self._part(number, 0, self._settling().read(number))

    # --- dividing ----------------------------------------------------------------------------------------------------

    def _take_in(self) -> None:
        """Divide what this pass has mapped."""
        ends = pairwise(accumulate((spool.users for spool in self._spools), initial=0))
        tasks = [
            (spool, start, self._refused[start:end]) for spool, (start, end) in zip(self._spools, ends, strict=True)
        ]
        for _ in self._side_by_side(partial(_spread_spool, self._count), tasks):
            pass
        decode = msgspec.json.Decoder(_Listed).decode
        for spool in self._spools:
            for text in spool.lines("rejections"):
                other = decode(text)
                self._add(Present(other.key, REJECTED, self.rejections, other.position))
                self.unreadable += not other.key
                self.rejections += 1
            for text in spool.lines("held"):
                other = decode(text)
                self._add(Present(other.key, HELD, self.held, other.position, email=other.email))
                self.held += 1
            for text in spool.lines("left-out"):
                self._add(Present(msgspec.json.decode(text), LEFT_OUT, 0))

    def _add(self, present: Present) -> None:
        self._listed.add(bucket_of(head_of(present.key), self._count), msgspec.json.encode(present))

    # --- joining -----------------------------------------------------------------------------------------------------

    def _settling(self) -> "_Settling":
        now = [_by_key(spool) for spool in self._spools]
        return _Settling(self._folder, now, self._rounds, self._earlier.since, self._said, self._listed)

    def _part(self, number: int, settled: int, contents: Sequence[bytes]) -> Part:
        users, *rounds = map(Entries, contents)
        present = [self._user(users, user) for user in range(len(users.heads))]
        present.extend(map(msgspec.json.Decoder(Present).decode, self._listed.lines(number)))
        said = map(msgspec.json.Decoder(Statement).decode, self._said.lines(number))
        return Part(settled, present, self._statements(rounds, said))

    def _user(self, users: Entries, number: int) -> Present:
        line, place = users.line(number), users.place(number)
        kind = REFUSED if self._refused[place] else USER
        return Present(line.key, kind, place, line.position, line, now=users.fingerprints(number))

    def _statements(self, rounds: Sequence[Entries], said: Iterator[Statement]) -> Iterator[Statement]:
        other = next(said, None)
        for number, (each, users) in enumerate(zip(self._earlier.rounds, rounds, strict=True)):
            yield from known.users_of(each, number, users)
            while other and other.round == number:
                yield other
                other = next(said, None)


# --- in a worker -----------------------------------------------------------------------------------------------------


def _spread_spool(buckets: int, task: tuple[Spool, int, bytearray]) -> None:
    """Spread the users of a spool. A refused one goes without fingerprints, so that it is like nobody."""
    spool, first, refused = task
    has_likenesses = spool.path("fingerprints").exists()
    likenesses = spool.lines("fingerprints") if has_likenesses else repeat(_NOTHING, spool.users)
    if any(refused):
        likenesses = (_NOTHING if is_out else line for is_out, line in zip(refused, likenesses, strict=True))
    entries = zip(spool.lines("lines"), likenesses, strict=True)
    users_by_key.spread(_by_key(spool), buckets, entries, first)


class _Settling(NamedTuple):
    """Settles who is unchanged in a part, and leaves files with everybody else."""

    folder: Path
    now: Sequence[Path]
    rounds: Sequence[Sequence[Path]]
    since: int
    """So many of the rounds are compared."""
    said: Buckets
    listed: Buckets

    def settle(self, number: int) -> int:
        """How many are settled in that part."""
        now, *rounds = map(Entries, self.read(number))
        settled = self._settled(number, now, rounds)
        paths = _open_paths(self.folder, number, len(rounds))
        for entries, path in zip((now, *rounds), paths, strict=True):
            if others := entries.others_than(settled):
                with open_private(path) as file:
                    file.write(others)
        return len(settled)

    def read(self, number: int) -> list[bytes]:
        """Entries of the users of this pass, and of each round."""
        buckets = self.said.count
        return [users_by_key.read(paths, number, buckets) for paths in (self.now, *self.rounds)]

    def _settled(self, number: int, now: Entries, rounds: Sequence[Entries]) -> set[bytes]:
        """Heads of users who are unchanged, and of whom nothing else is said."""
        compared, later = rounds[: self.since], rounds[self.since :]
        settled = users_by_key.unchanged(now, compared)
        for each in (now, *compared):
            settled -= each.repeated()
        for each in later:
            settled.difference_update(each.heads)
        decode = msgspec.json.Decoder(_Keyed).decode
        for text in (*self.said.lines(number), *self.listed.lines(number)):
            settled.discard(head_of(decode(text).key))
        settled.discard(head_of(""))
        return settled


def _by_key(spool: Spool) -> Path:
    return spool.path("by-key")


def _open_paths(folder: Path, part: int, rounds: int) -> list[Path]:
    """Where those who are not settled are left: of this pass, and of each round."""
    return [folder / f"open-{part:04d}.{name}" for name in ("now", *range(rounds))]


def _read_if_there(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
