"""A round's changed users as they go to one tenant: without hashes that it would refuse, and whom it cannot change.

What is sent depends on who has logged in over there, so it is made for a delivery and lies in its folder, in the form
of a round: import files, whole or not at all. In the journal it bears the round's name and a plus.

    deliveries/<tenant>_<connection>/rounds/02/
    ├── chunks/000001.json …   as sent
    ├── prepared.json          the chunks, and how many are there, lose metadata, are left aside
    └── places.ndjson          where each changed user of the round went: chunk and place, or aside and why
"""

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from samekey.errors import RunFolderChanged
from samekey.pack.files import make_private_folder, write_whole
from samekey.pack.manifest import PACK_AGAIN, ChunkPacked, read_chunk, users_of
from samekey.pack.packed_users import PackedUser
from samekey.pack.run_folder import Round, RoundInMaking
from samekey.pack.seal import Identities, Recipients

ASIDE = "aside"
"""The chunk of those who are not sent, in the journal."""
_MARK = "+"
_FILE = "prepared.json"
_PLACES = "places.ndjson"

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class ToPrepare:
    """A changed user, and what becomes of it."""

    user: PackedUser
    entry: dict[str, Any] | None = field(repr=False)
    """What is imported; None when nothing is."""
    is_there: bool
    """Whether the import updates somebody."""
    code: str
    """What is not carried over, and why; empty when all is."""
    loses_metadata: bool


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a changed user went."""

    chunk: str
    """In the round."""
    ordinal: int
    to: str
    """The prepared chunk, or `ASIDE`."""
    place: int
    """In that."""
    key: str
    identifier: str
    code: str = ""
    """What was not carried over, and why."""
    is_there: bool = False


class Prepared(msgspec.Struct, frozen=True):
    """What was prepared of a round."""

    chunks: tuple[ChunkPacked, ...]
    updated: int
    """Users who are there and are updated."""
    created: int
    """Users who are not."""
    aside: int
    """Users who are not sent."""
    losing_metadata: int
    """Users who lose metadata that their records do not hold."""
    keeps_metadata: bool
    codes: dict[str, int]
    """Users by what was not carried over."""


def name_of(round_name: str) -> str:
    """What the journal calls the prepared users of a round."""
    return round_name + _MARK


def is_prepared(round_name: str) -> bool:
    """Whether the journal's name of a round stands for prepared users."""
    return round_name.endswith(_MARK)


def round_of(round_name: str) -> str:
    """The round that the journal's name stands for."""
    return round_name.removesuffix(_MARK)


class PreparedRound(Round):
    """The prepared users of one round."""

    @classmethod
    def of(cls, delivery_path: Path, round_name: str, identities: Identities | None = None) -> "PreparedRound":
        """In a delivery's folder, whether or not it is there."""
        return cls(delivery_path / "rounds" / round_name, identities)

    @property
    def is_there(self) -> bool:
        """Whether it was prepared."""
        return (self.path / _FILE).exists()

    def forget(self) -> None:
        """Take it away, so that it can be prepared anew."""
        shutil.rmtree(self.path, ignore_errors=True)

    def read(self) -> Prepared:
        """What was prepared.

        Raises:
            RunFolderChanged: it cannot be read.

        """
        try:
            return msgspec.json.decode((self.path / _FILE).read_bytes(), type=Prepared)
        except (OSError, msgspec.DecodeError) as error:
            raise _changed(self.path / _FILE) from error

    def places(self) -> Iterator[Place]:
        """Where each changed user went, in the order of the round.

        Raises:
            RunFolderChanged: it cannot be read.

        """
        path = self._file(_PLACES)
        decode = msgspec.json.Decoder(Place).decode
        try:
            with self.reading(path) as lines:
                for line in lines:
                    yield decode(line)
        except (OSError, msgspec.DecodeError) as error:
            raise _changed(path) from error

    def sent(self) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Those who are sent, each as sent.

        Raises:
            RunFolderChanged: a file cannot be read, or was changed.

        """
        chunks = {chunk.name: chunk for chunk in self.read().chunks}
        open_name, users = "", list[dict[str, Any]]()
        for place in self.places():
            if place.to == ASIDE:
                continue
            if place.to != open_name:
                open_name, users = place.to, users_of(read_chunk(self, chunks[place.to]))
            yield place, users[place.place]


class _InMaking(RoundInMaking):
    @property
    def places_path(self) -> Path:
        return self._file(_PLACES)


def prepare(
    delivery_path: Path,
    round_name: str,
    users: Iterable[ToPrepare],
    *,
    users_max: int,
    bytes_max: int,
    keeps_metadata: bool,
    recipients: Recipients | None,
) -> Prepared:
    """Write the import files of a round's changed users.

    Args:
        delivery_path: the delivery's folder.
        round_name: the round.
        users: its changed users in order.
        users_max: users in a chunk at most; 0 for no limit by count.
        bytes_max: what a chunk may weigh.
        keeps_metadata: whether metadata was merged with what is there.
        recipients: who may open it, where the round is encrypted.

    Raises:
        RunFolderError: the disk does not let us.

    """
    make_private_folder(delivery_path / "rounds")
    making = _InMaking(delivery_path / "rounds" / round_name, recipients)
    counts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    chunks: list[ChunkPacked] = []
    waiting: list[bytes] = []

    def write() -> None:
        content = b"[" + b",".join(waiting) + b"]"
        name = f"{len(chunks) + 1:06d}"
        sealed = making.sealed(content)
        write_whole(making.chunk_path(name), bytes(sealed))
        chunks.append(ChunkPacked(name, len(waiting), len(content), hashlib.sha256(sealed).hexdigest()))
        waiting.clear()

    try:
        with making.writing(making.places_path) as places:
            size_bytes = 1
            for each in users:
                if each.code:
                    codes[each.code] += 1
                to, place = ASIDE, counts["aside"]
                if each.entry is None:
                    counts["aside"] += 1
                else:
                    entry = _encode(each.entry)
                    is_full = len(waiting) == users_max if users_max else False
                    if waiting and (is_full or size_bytes + len(entry) + 1 > bytes_max):
                        write()
                        size_bytes = 1
                    waiting.append(entry)
                    size_bytes += len(entry) + 1
                    counts["updated" if each.is_there else "created"] += 1
                    counts["losing"] += each.loses_metadata
                    to, place = f"{len(chunks) + 1:06d}", len(waiting) - 1
                line = Place(
                    each.user.chunk,
                    each.user.ordinal,
                    to,
                    place,
                    each.user.key,
                    _identifier(each.user.user),
                    each.code,
                    each.is_there,
                )
                places.write(_encode(line) + b"\n")
            if waiting:
                write()
        found = Prepared(
            tuple(chunks),
            counts["updated"],
            counts["created"],
            counts["aside"],
            counts["losing"],
            keeps_metadata,
            dict(codes.most_common()),
        )
        write_whole(making.path / _FILE, _encode(found))
        making.finish()
    except BaseException:
        making.abandon()
        raise
    return found


def existed(places: Iterable[Place]) -> Sequence[tuple[str, int]]:
    """Those who are there and are updated, as the journal wants them."""
    return [(each.to, each.place) for each in places if each.is_there and each.to != ASIDE]


def _identifier(user: dict[str, Any]) -> str:
    names = ("email", "username", "user_id", "phone_number")
    return next((str(user[name]) for name in names if user.get(name)), "")


def _changed(path: Path) -> RunFolderChanged:
    return RunFolderChanged(f"{path} cannot be read, or was changed.", remedy=PACK_AGAIN)
