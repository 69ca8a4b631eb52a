"""Text in blocks becomes lines, in memory that a line without end cannot fill."""

from collections.abc import Iterable, Iterator

from samekey.sources import base


def lines(blocks: Iterable[bytes], start: int) -> Iterator[tuple[int, bytes | None]]:
    r"""Each line with the byte where it begins.

    Args:
        blocks: the text, beginning at the start of a line.
        start: the byte where it begins.

    Yields:
        The byte of the line's first character, and the line without its `\n`; None in place of a line over
        `RECORD_BYTES_MAX`. White space at the end of the source is no line.

    """
    for byte, several in line_blocks(blocks, start):
        if several is None:
            yield byte, None
            continue
        for line in several:
            yield byte, line
            byte += len(line) + 1  # noqa: PLW2901  # from one line to the next


def line_blocks(blocks: Iterable[bytes], start: int) -> Iterator[tuple[int, list[bytes] | None]]:
    """The same, many at a time: the byte where the first begins, and the lines; None in place of one overlong line."""
    tail = b""
    overlong = 0
    """Bytes of an overlong line that were already let go."""
    for block in blocks:
        size_bytes = len(tail) + len(block)
        whole = (tail + block).split(b"\n")
        tail = whole.pop()
        if size_bytes <= base.RECORD_BYTES_MAX and not overlong:  # as nearly always: no line can be overlong
            if whole:
                yield start, whole
                del whole  # before the next ones are read
            start += size_bytes - len(tail)
            continue
        if whole and overlong:
            yield start, None
            start += overlong + len(whole.pop(0)) + 1
            overlong = 0
        for some in _without_overlong(whole):
            yield start, some if len(some[0]) <= base.RECORD_BYTES_MAX else None
            start += sum(map(len, some)) + len(some)
        if len(tail) > base.RECORD_BYTES_MAX or overlong:
            overlong += len(tail)
            tail = b""
    if overlong:
        yield start, None
    elif tail.strip():
        yield start, [tail]


def _without_overlong(lines: list[bytes]) -> Iterator[list[bytes]]:
    """Lines in as few lists as can be, an overlong one in a list of its own."""
    if not lines or max(map(len, lines)) <= base.RECORD_BYTES_MAX:
        yield from [lines] if lines else []
        return
    for line in lines:
        yield [line]
