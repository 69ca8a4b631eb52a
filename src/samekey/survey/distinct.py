"""How many different texts there are, and how many repeat an earlier one, in memory that texts cannot fill.

Neither keeps a long text: eight bytes of a digest stand for it, so that nothing of a person is left when a survey ends.
"""

import hashlib
from array import array
from collections.abc import Collection, Sequence
from pathlib import Path

from samekey.errors import RunFolderError
from samekey.pack.files import make_private_folder, open_private

DISTINCT_EXACT_MAX = 4096
"""Different values that are remembered one by one, per field."""
_SHORT_CHARS_MAX = 64
_SKETCH_SIZE = 4096
_DIGEST_BYTES = 8

BUCKETS = 256
"""Into how many parts digests are divided, by their first byte: one part at a time is looked into."""
MARKS_IN_MEMORY = 1_000_000
"""Digests that wait in memory before they go to a file; eight bytes each."""
_MARK = "Q"

_blake2b = hashlib.blake2b


def digests(texts: Collection[str]) -> list[bytes]:
    """Eight bytes that stand for each text; alike in every process."""
    try:
        return [_blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest() for text in texts]
    except UnicodeEncodeError:
        return [_blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest() for text in texts]


class Distinct:
    """How many different texts there were.

    Up to a bound every one is remembered. Beyond it only the smallest digests are kept: digests are spread evenly, so
    the place of the 4096th smallest tells how many there must be, within about three per cent. The answer depends on
    the texts alone, not on their order or on how they were divided.
    """

    def __init__(self) -> None:
        self._texts: set[str | bytes] = set()
        """While they are few: short texts as they are, which costs less than a digest, long ones as their digest."""
        self._digests: set[bytes] = set()
        self._ceiling: bytes | None = None
        """Digests from here on are no longer kept; None while texts are remembered one by one."""

    def add(self, texts: Collection[str], marks: Sequence[bytes] | None = None) -> None:
        """Count texts.

        Args:
            texts: as they are.
            marks: their digests, where they are known already.

        """
        if self._ceiling is None:
            if max(map(len, texts), default=0) <= _SHORT_CHARS_MAX:
                self._texts.update(texts)
            else:
                self._texts.update(text for text in texts if len(text) <= _SHORT_CHARS_MAX)
                self._texts.update(digests([text for text in texts if len(text) > _SHORT_CHARS_MAX]))
            if len(self._texts) > DISTINCT_EXACT_MAX:
                self._begin_sketch()
        else:
            ceiling = self._ceiling
            self._digests.update([found for found in marks or digests(texts) if found < ceiling])
            if len(self._digests) > 2 * _SKETCH_SIZE:
                self._keep_smallest()

    def merge(self, other: "Distinct") -> None:
        """Count what another has counted, too."""
        if self._ceiling is None and other._ceiling is None:  # noqa: SLF001  # one of us
            self._texts |= other._texts  # noqa: SLF001
            if len(self._texts) > DISTINCT_EXACT_MAX:
                self._begin_sketch()
            return
        for each in (self, other):
            if each._ceiling is None:  # noqa: SLF001
                each._begin_sketch()  # noqa: SLF001
        self._digests |= other._digests  # noqa: SLF001
        self._keep_smallest()

    @property
    def is_exact(self) -> bool:
        """Whether the count is one and not an estimate."""
        return self._ceiling is None

    @property
    def texts(self) -> list[str]:
        """The short ones of them, while they are remembered one by one."""
        return [one for one in self._texts if isinstance(one, str)]

    @property
    def count(self) -> int:
        """Different texts so far."""
        if self.is_exact:
            return len(self._texts)
        smallest = sorted(self._digests)[:_SKETCH_SIZE]
        share = int.from_bytes(smallest[-1]) / (1 << 8 * _DIGEST_BYTES)
        return round((_SKETCH_SIZE - 1) / share)

    def _begin_sketch(self) -> None:
        texts = [one for one in self._texts if isinstance(one, str)]
        self._digests = {one for one in self._texts if isinstance(one, bytes)}
        self._digests.update(digests(texts))
        self._texts.clear()
        self._keep_smallest()

    def _keep_smallest(self) -> None:
        smallest = sorted(self._digests)[:_SKETCH_SIZE]
        self._digests = set(smallest)
        self._ceiling = smallest[-1] if len(smallest) == _SKETCH_SIZE else b"\xff" * (_DIGEST_BYTES + 1)


class Repeats:
    """How many texts stood before.

    A digest of every one is kept, divided by its first byte, in memory or, when there are many, in private files; at
    the end one part after another is looked into. Among a hundred million texts, two different ones have the same
    digest with odds of one to four thousand.
    """

    def __init__(self, file: Path) -> None:
        """Args:
        file: how files begin to which digests go that have no room in memory; made, with their folder, when needed.

        """
        self.count = 0
        """Texts so far."""
        self._file = file
        self._waiting = [bytearray() for _ in range(BUCKETS)]
        self._waiting_count = 0
        self._blocks: list[tuple[Path, list[int]]] = []
        """What went to a file: which one, and where in it each bucket begins and the last one ends."""

    def add(self, marks: Sequence[bytes]) -> None:
        """Count texts by their digests."""
        waiting = self._waiting
        for found in marks:
            waiting[found[0]] += found
        self.count += len(marks)
        self._waiting_count += len(marks)
        if self._waiting_count >= MARKS_IN_MEMORY:
            self._write()

    def merge(self, other: "Repeats") -> None:
        """Count what another has counted, too."""
        self.count += other.count
        for mine, theirs in zip(self._waiting, other._waiting, strict=True):  # noqa: SLF001  # one of us
            mine.extend(theirs)
        self._waiting_count += other._waiting_count  # noqa: SLF001
        self._blocks += other._blocks  # noqa: SLF001
        if self._waiting_count >= MARKS_IN_MEMORY:
            self._write()

    def repeated(self) -> int:
        """How many of the texts stood before."""
        return self.count - sum(len(set(self._bucket(bucket))) for bucket in range(BUCKETS))

    def _bucket(self, bucket: int) -> "array[int]":
        marks: array[int] = array(_MARK, bytes(self._waiting[bucket]))
        for path, edges in self._blocks:
            with path.open("rb") as file:
                file.seek(edges[bucket])
                marks.frombytes(file.read(edges[bucket + 1] - edges[bucket]))
        return marks

    def _write(self) -> None:
        path = self._file.with_name(f"{self._file.name}-{len(self._blocks):04d}")
        edges = [0]
        try:
            make_private_folder(path.parent)
            with open_private(path) as file:
                for bucket in self._waiting:
                    file.write(bucket)
                    edges.append(edges[-1] + len(bucket))
                    bucket.clear()
        except (OSError, RunFolderError) as error:
            raise RunFolderError(
                f"Survey cannot write to {path.parent.parent} while it looks for duplicates.",
                remedy="Make room there, or name another folder for temporary files in TMPDIR.",
            ) from error
        self._blocks.append((path, edges))
        self._waiting_count = 0
