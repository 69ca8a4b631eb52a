"""Where does a JSON value end? Answered without decoding it, in pieces, for values of any size.

The scanner keeps three facts (how deep, inside a text or not, just behind a backslash or not) and nothing of the value
itself. It is the slow, certain way: `json_file` guesses first and comes here when the guess fails.

It also notices text that is not JSON: outside texts only a few characters may stand. A quotation mark too many turns
everything after it inside out, so this is what keeps one damaged record from swallowing its neighbours unnoticed.
"""

import re

_CHARACTERS = rb'(?:[^"\\]++|\\.)*+'
_SCALAR = rb"[0-9+\-.eEtrufalsNnIiy]"
"""What numbers, true, false and null are made of, and NaN and Infinity, which some writers put out."""
_FLAT = rb"[ \t\r\n,:]++|" + _SCALAR + rb'++|"' + _CHARACTERS + rb'"'
# Repeated alternatives are not possessive: Python before 3.11.5 then loses its place (CPython issue 101955).
_LEAF = rb"[{\[](?:" + _FLAT + rb")*[}\]]"

_IN_TEXT = re.compile(_CHARACTERS, re.DOTALL)
_IN_SCALAR = re.compile(_SCALAR + rb"*+")
_IN_STRUCTURE = re.compile(rb"(?:" + _FLAT + rb"|" + _LEAF + rb")*", re.DOTALL)
"""As much as can be passed without the depth changing: innermost objects and lists go by whole."""

OPENING, CLOSING = b"{[", b"}]"


class NotJson(Exception):  # never leaves this package
    """A character stands where JSON has none."""

    def __init__(self, at: int) -> None:
        """Args:
        at: its place in the bytes that were fed.

        """
        self.at = at
        super().__init__()


class ValueScanner:
    """Finds the end of one JSON value that arrives in pieces."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_text = False
        self._escaped = False
        self._scalar = False

    def end(self, data: bytes, at: int) -> int:
        """Look further.

        Args:
            data: bytes that hold what follows what was fed before.
            at: where in them to go on.

        Returns:
            The place behind the value's last byte, or -1 when all of `data` belongs to the value and more is needed.

        Raises:
            NotJson: a character stands where JSON has none.

        """
        size = len(data)
        while at < size:
            if self._in_text:
                at = self._through_text(data, at)
            elif self._depth:
                at = self._through_structure(data, at)
            elif self._scalar:
                at = _end(_IN_SCALAR, data, at)
                return at if at < size else -1
            else:
                at = self._begin(data, at)
            if not (self._depth or self._in_text or self._scalar):
                return at
        return -1

    def _begin(self, data: bytes, at: int) -> int:
        first = data[at]
        if first in OPENING:
            self._depth = 1
        elif first == ord('"'):
            self._in_text = True
        elif _end(_IN_SCALAR, data, at) > at:
            self._scalar = True
            return at
        else:
            raise NotJson(at)
        return at + 1

    def _through_text(self, data: bytes, at: int) -> int:
        if self._escaped:
            self._escaped = False
            return at + 1
        at = _end(_IN_TEXT, data, at)
        if at == len(data):
            return at
        if data[at] == ord("\\"):
            self._escaped = True
        else:
            self._in_text = False
        return at + 1

    def _through_structure(self, data: bytes, at: int) -> int:
        at = _end(_IN_STRUCTURE, data, at)
        if at == len(data):
            return at
        character = data[at]
        if character in OPENING:
            self._depth += 1
        elif character in CLOSING:
            self._depth -= 1
        elif character == ord('"'):
            self._in_text = True
        else:
            raise NotJson(at)
        return at + 1


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    found = pattern.match(data, at)
    return at if found is None else found.end()
