"""Who vanished from the source, less those whose identifiers somebody else has now: nobody is shut out for that."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from samekey.pack.changes import Change, Kind
from samekey.pack.spilling import Sorter
from samekey.pack.spool import Spool

GONE_AT_ONCE = 200_000
"""How many that vanished are in memory at once while it is looked whether somebody has their identifiers."""

_encode = msgspec.json.Encoder().encode


class _Held(msgspec.Struct):
    email: str = ""


class Vanished:
    """Changes of those who vanished, as long as nobody has looked for their identifiers."""

    def __init__(self, folder: Path, spools: Sequence[Spool]) -> None:
        """Args:
        folder: private, and gone at the end.
        spools: everybody who is there.

        """
        self._spools = spools
        self._sorted = Sorter(folder, "vanished")

    def add(self, order: int, change: Change) -> None:
        """Take one in; they come out by their order."""
        self._sorted.add(order, _encode(change))

    def __iter__(self) -> Iterator[Change]:
        """Each as vanished, or as one who is there under another key."""
        gone = map(msgspec.json.Decoder(Change).decode, self._sorted)
        while some := list(islice(gone, GONE_AT_ONCE)):
            taken = self._taken({pair for change in some for pair in change.identifiers.items()})
            for change in some:
                is_gone = taken.isdisjoint(change.identifiers.items())
                yield msgspec.structs.replace(change, kinds=(Kind.VANISHED if is_gone else Kind.REKEYED,))

    def _taken(self, wanted: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of some identifiers that somebody in the source has, packed or held."""
        taken: set[tuple[str, str]] = set()
        for name in {name for name, _ in wanted}:
            values = {value.encode() for of, value in wanted if of == name}
            for spool in self._spools:
                for block in spool.names(name):
                    taken.update((name, value.decode()) for value in values.intersection(block))
        decode = msgspec.json.Decoder(_Held).decode
        for spool in self._spools:
            for text in spool.lines("held"):
                taken.update(wanted.intersection({("email", decode(text).email.lower())}))
        return taken
