r"""What stands between two records of a JSON array, where nearly every writer puts the same.

A border such as `},\n{"id"` closes one record and opens the next with the field that stands first in all of them. It
can stand in no text: the quotation mark in it would end the text, and what follows would be no JSON. But it may stand
between objects inside a record, and some records may be written in another way. So it divides an array into what is
probably its records, and whoever uses it lets a decoder judge: texts between two borders that are JSON objects each are
the records, since a record is as little a part of another as its own beginning.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from samekey.records import Positions
from samekey.sources.content import Content
from samekey.sources.json_window import Window

HEAD_BLOCKS = 8
"""How much is read to see what stands between the first two records."""

_OPENING = re.compile(rb'\{[ \t\r\n]*+"(?:[^"\\]|\\.)*+"')


class Border(NamedTuple):
    """What stands between two records."""

    gap: bytes
    """Comma and white space."""
    opening: bytes
    """How every record begins: its bracket and the name of its first field."""

    @property
    def text(self) -> bytes:
        """The whole of it."""
        return b"}" + self.gap + self.opening

    def divide(self, records: bytes) -> list[bytes]:
        """What stands between gaps that a record opens behind."""
        return re.split(re.escape(self.gap) + b"(?=" + re.escape(self.opening) + b")", records)


def between(text: bytes, first: int, end: int, second: int) -> Border | None:
    """The border of the first two records, which begin at `first` and `second`, if both begin alike."""
    one, other = _OPENING.match(text, first), _OPENING.match(text, second)
    if one is None or other is None or one[0] != other[0] or text[end - 1 : end] != b"}":
        return None
    return Border(text[end:second], other[0])


def texts_ahead(window: Window, border: Border, end: int | None) -> list[bytes]:
    """What lies in memory, divided at borders, and not yet passed.

    Args:
        window: stands where a record begins.
        border: what stands between records.
        end: the byte before which to stop.

    Returns:
        What are probably whole records; nothing where that cannot be told.

    """
    if window.is_short:
        window.more()
    data, at = window.data, window.at
    if not data.startswith(border.opening, at):
        return []
    limit = len(data) if end is None else end - window.byte + at
    last = data.rfind(border.text, at, limit)
    return border.divide(data[at : last + 1]) if last >= 0 else []


def positions(index: int, byte: int, border: Border, texts: Sequence[bytes]) -> Positions:
    """Where texts stand that follow each other with a border's gap between them."""
    gap = len(border.gap)
    starts = list(accumulate([len(text) + gap for text in texts[:-1]], initial=byte))
    return Positions(range(index, index + len(texts)), starts=starts)


def places(content: Content, border: Border, wanted: list[int]) -> Iterator[tuple[int, int]]:
    """The first record behind each wanted byte, as far as borders tell, with its number; none twice."""
    text = border.text
    kept = len(text) - 1
    targets = sorted(wanted, reverse=True)
    number, data, start = 0, b"", content.text_start
    for block in content.blocks():
        # A border may lie across the edge of two blocks; none lies within what is kept of the first.
        start += max(len(data) - kept, 0)
        data = data[-kept:] + block
        counted = 0
        while targets and (found := data.find(text, max(targets[-1] - start, 0))) >= 0:
            number += data.count(text, counted, found + len(text))
            counted = found + len(text)
            begin = start + found + 1 + len(border.gap)
            yield begin, number
            while targets and targets[-1] <= begin:
                targets.pop()
        if not targets:
            return
        number += data.count(text, counted)
