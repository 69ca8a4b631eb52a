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
    tail = b""
    overlong = 0
    """Bytes of an overlong line that were already let go."""
    for block in blocks:
        *whole, tail = (tail + block).split(b"\n")
        for line in whole:
            if overlong or len(line) > base.RECORD_BYTES_MAX:
                yield start, None
            else:
                yield start, line
            start += overlong + len(line) + 1
            overlong = 0
        if len(tail) > base.RECORD_BYTES_MAX or overlong:
            overlong += len(tail)
            tail = b""
    if overlong:
        yield start, None
    elif tail.strip():
        yield start, tail
