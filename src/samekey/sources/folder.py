"""Many files that hold one export between them, as clusters and warehouses write it: a folder, a pattern, a prefix.

They are read in the order of their names, as one source whose ranges are files. A record is numbered within its file;
its index also counts the files before it, `RECORDS_PER_FILE_MAX` numbers each, so that nobody has to read them first.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from glob import has_magic
from itertools import accumulate
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from samekey.errors import SourceError, SourceUnrecognised
from samekey.records import RECORDS_PER_FILE_MAX, Position, Rejection, SourceRecord
from samekey.sources import base, compression, content
from samekey.sources.options import SourceOptions

_NO_PART = re.compile(r"[._]")
"""How the name of a file begins that is no part of the data: `_SUCCESS`, `.part.crc`."""

_KINDS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One of the files."""

    address: str
    name: str
    """Within the folder."""
    size_bytes: int
    tag: str = ""
    """What changes with the content, where the store says so; else the content has to be read for that."""


OpenPart = Callable[[str, str | None, SourceOptions], AbstractContextManager[base.Source]]
"""Opens one of the files, by its address; a function of a module, so that workers find it."""


@dataclass(frozen=True, slots=True)
class FolderSource:
    """Files, one after the other. A range counts files and not bytes."""

    address: str
    """As the user wrote it."""
    parts: tuple[Part, ...]
    format: str
    options: SourceOptions
    open_part: OpenPart

    def describe(self) -> base.Description:
        """What this source is."""
        size = sum(part.size_bytes for part in self.parts)
        stamp = [content.file_stamp(Path(part.address), part.address) for part in self.parts if not part.tag]
        return base.Description(self.address, self.format, size, self._fingerprint, stamp)

    def ranges(self, count: int) -> list[base.Range]:
        """Neighbouring files that weigh about the same together."""
        ends = [*accumulate(part.size_bytes for part in self.parts)]
        edges = {0}
        for piece in range(1, min(count, len(self.parts))):
            wanted = ends[-1] * piece / count
            edges.add(min(range(len(ends)), key=lambda number: abs(ends[number] - wanted)) + 1)
        starts = sorted(edges - {len(self.parts)})
        return [
            base.Range(start, end, start * RECORDS_PER_FILE_MAX)
            for start, end in zip(starts, [*starts[1:], len(self.parts)], strict=True)
        ]

    def read(self, piece: base.Range, *, after: Position | None = None) -> Iterator[SourceRecord | Rejection]:
        """Every record of every file of the piece."""
        first, resumed = piece.start, None
        if after is not None:
            first, index = divmod(after.index, RECORDS_PER_FILE_MAX)
            resumed = replace(after, index=index, file="")
        for number in range(first, len(self.parts) if piece.end is None else piece.end):
            part = self.parts[number]
            base_index = number * RECORDS_PER_FILE_MAX
            with self.open_part(part.address, self.format, self.options) as source:
                for whole in source.ranges(1):
                    for item in source.read(whole, after=resumed):
                        place = item.position
                        position = Position(base_index + place.index, place.line, place.byte, part.name)
                        if isinstance(item, SourceRecord):
                            yield SourceRecord(position, item.fields)
                        else:
                            yield replace(item, position=position)
            resumed = None

    def _fingerprint(self) -> str:
        """Of names and contents; of the store's own tags where it has them."""
        digest = hashlib.sha256()
        for part in self.parts:
            tag = part.tag
            if not tag:
                with self.open_part(part.address, self.format, self.options) as source:
                    tag = source.describe().fingerprint
            digest.update(f"{part.name}\0{part.size_bytes}\0{tag}\n".encode())
        return digest.hexdigest()


def parts_on_disk(address: str) -> tuple[Part, ...] | None:
    """The files of a folder or pattern; None for an address that is neither.

    Raises:
        SourceError: it may not be read.

    """
    path = Path(address)
    try:
        if path.is_dir():
            root, found = path, path.rglob("*")
        elif has_magic(address) and not path.exists():
            plain = next(number for number, piece in enumerate(path.parts) if has_magic(piece))
            root = Path(*path.parts[:plain])
            found = root.glob("/".join(path.parts[plain:]))
        else:
            return None
        return tuple(_part(each, root) for each in found if not each.is_dir())
    except OSError as cause:
        raise base.unreadable(address, cause) from cause
    except ValueError:  # a NUL character; whoever opens the file says so
        return None


def _part(path: Path, root: Path) -> Part:
    try:
        return Part(str(path), path.relative_to(root).as_posix(), path.stat().st_size)
    except OSError as cause:  # a link that leads nowhere: passing it over could lose people in silence
        raise base.unreadable(str(path), cause) from cause


def open_folder(
    address: str,
    parts: Sequence[Part],
    *,
    source_format: str | None,
    options: SourceOptions,
    open_part: OpenPart,
) -> FolderSource:
    """The source in some files. What is hidden, empty or begins with an underscore is no part of it.

    Args:
        address: as the user wrote it.
        parts: the files, in any order.
        source_format: the format of all of them; recognised from the first when None.
        options: how to read them.
        open_part: opens one of them.

    Raises:
        SourceError: there is none.
        SourceUnrecognised: they are of several kinds.

    """
    wanted = sorted((part for part in parts if part.size_bytes and not _is_hidden(part.name)), key=_name)
    if not wanted:
        raise SourceError(f"No file with data in {address}.", remedy="Check the path or the pattern.")
    kinds = sorted({_kind(part.name) or "without suffix" for part in wanted})
    if source_format is None and len(kinds) > 1:
        shown = ", ".join(kinds[:_KINDS_SHOWN]) + (", …" if len(kinds) > _KINDS_SHOWN else "")
        raise SourceUnrecognised(
            f"{address} holds files of several kinds: {shown}.",
            remedy="Name those that belong together by a pattern in quotes, such as 'export/*.json'.",
        )
    with open_part(wanted[0].address, source_format, options) as source:
        recognised = source.describe().format
    return FolderSource(address, tuple(wanted), recognised, options, open_part)


def _name(part: Part) -> str:
    return part.name


def _is_hidden(name: str) -> bool:
    return any(_NO_PART.match(piece) for piece in PurePosixPath(name).parts)


def _kind(name: str) -> str:
    """The suffix that tells the format."""
    name = name.lower()
    for suffix in compression.SUFFIXES:
        name = name.removesuffix(suffix)
    return PurePosixPath(name).suffix
