"""The part of a JSON text that is held in memory, and walking through it value by value."""

import re
from collections.abc import Iterator

from samekey.sources import base
from samekey.sources.content import BLOCK_BYTES
from samekey.sources.json_scan import NotJson, ValueScanner

_SPACE = re.compile(rb"[ \t\r\n]*+")


class Damage(Exception):  # becomes SourceDamaged as soon as the record's position is known
    """What is wrong with the text, as the rest of a sentence."""


class Window:
    """The part of the text that is held in memory."""

    def __init__(self, blocks: Iterator[bytes], start: int) -> None:
        """Args:
        blocks: the text from `start` on.
        start: the byte where it begins.

        """
        self._blocks = blocks
        self.data = b""
        self.at = 0
        """Where in `data` the reader stands; what lies before is let go when more is needed."""
        self._base = start
        self.nested = False
        """Whether records turned out to be nested, so that the first way of guessing is not worth a try."""

    @property
    def byte(self) -> int:
        """Where in the text the reader stands."""
        return self._base + self.at

    @property
    def is_short(self) -> bool:
        """Whether less than a block lies ahead, so that a record may reach over the edge."""
        return len(self.data) - self.at < BLOCK_BYTES

    def more(self) -> bool:
        """Take in another block; False at the end of the text."""
        block = next(self._blocks, b"")
        if not block:
            return False
        self.data = self.data[self.at :] + block
        self._base += self.at
        self.at = 0
        return True

    def peek(self) -> bytes:
        """The next byte that is not white space, not yet passed; empty at the end of the text."""
        while True:
            found = _SPACE.match(self.data, self.at)
            self.at = self.at if found is None else found.end()
            if self.at < len(self.data):
                return self.data[self.at : self.at + 1]
            if not self.more():
                return b""


def scan_value(window: Window) -> bytes | None:
    """The text of the element where the window stands, not yet passed; None for one over the ceiling, passed."""
    scanner = ValueScanner()
    overlong = False
    at = window.at
    try:
        while (end := scanner.end(window.data, at)) < 0:
            overlong = overlong or len(window.data) - window.at > base.RECORD_BYTES_MAX
            if overlong:
                window.at = len(window.data)
            kept = len(window.data) - window.at
            if not window.more():
                raise Damage("the array breaks off inside a record")
            at = window.at + kept
    except NotJson as cause:
        window.at = cause.at
        raise Damage("the text is not JSON") from None
    if overlong or end - window.at > base.RECORD_BYTES_MAX:
        window.at = end
        return None
    return window.data[window.at : end]


def skip_value(window: Window) -> None:
    """Pass the value where the window stands, of any size.

    Raises:
        Damage: it does not end, or is not JSON.

    """
    scanner = ValueScanner()
    try:
        while (end := scanner.end(window.data, window.at)) < 0:
            window.at = len(window.data)
            if not window.more():
                raise Damage("the text breaks off inside a value")
    except NotJson as cause:
        window.at = cause.at
        raise Damage("the text is not JSON") from None
    window.at = end
